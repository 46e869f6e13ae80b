"""Maps as a page reads them: one byte a cell, in base64."""

from base64 import b64encode

import numpy as np

from wifiplan.study.fields import BandFields, Fields
from wifiplan.units import Array, IntArray, SingleArray

DBM_FROM, DBM_STEPS = -120.0, 2.0
"""A byte of signal is -120 dBm and half a decibel a step; 0 is nothing."""

SNR_FROM, SNR_STEPS = -20.0, 2.0
"""A byte of SNR is -20 dB and half a decibel a step; 0 is nothing."""


def coded(found: Fields) -> dict[str, object]:
    """Return the maps of a floor as plain values for JSON.

    Parameters
    ----------
    found : Fields
        Maps of one floor.

    Returns
    -------
    dict
        `level`, `x_m`, `y_m` (centre of the first cell [m]), `cell_m`, `n_x`, `n_y` and `bands`: per band `signal`,
        `second`, `snr`, `overlap` and `strongest`, each n_y · n_x bytes in base64 from south to north. 0 is nothing;
        signals are -120 + v/2 [dBm], SNR -20 + v/2 [dB], overlap v - 1 other access points, strongest v - 1 the
        access point (those from the 256th on are told as none).
    """
    return {
        "level": found.level,
        "x_m": round(float(found.x_m[0]), 4),
        "y_m": round(float(found.y_m[0]), 4),
        "cell_m": round(found.cell_m, 4),
        "n_x": int(found.x_m.size),
        "n_y": int(found.y_m.size),
        "bands": {band: _band(one) for band, one in found.bands.items()},
    }


def _band(one: BandFields) -> dict[str, str]:
    return {
        "signal": _stepped(one.signal_dbm_yx, DBM_FROM, DBM_STEPS),
        "second": _stepped(one.second_dbm_yx, DBM_FROM, DBM_STEPS),
        "snr": _stepped(one.snr_db_yx, SNR_FROM, SNR_STEPS),
        "overlap": _text(np.minimum(one.n_overlap_yx + 1, 255)),
        "strongest": _text(np.where(one.strongest_yx < 255, one.strongest_yx + 1, 0)),
    }


def _stepped(value_yx: SingleArray, start: float, steps: float) -> str:
    """Return values as bytes; a value below the first step is told as the first, one above the last as the last."""
    with np.errstate(invalid="ignore"):
        step = np.clip(np.rint((value_yx - start) * steps), 1, 255)
    return _text(np.where(np.isfinite(value_yx), step, 0))


def _text(byte_yx: Array | SingleArray | IntArray) -> str:
    return b64encode(byte_yx.astype(np.uint8).tobytes()).decode("ascii")
