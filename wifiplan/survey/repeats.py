"""What readings at one place differ by: the noise of a single reading."""

from collections.abc import Sequence

import numpy as np

from wifiplan.site.network import Band
from wifiplan.survey.hearing import band_of
from wifiplan.survey.links import PLACE_M
from wifiplan.survey.records import Survey

MOST_DB = 15.0
"""Repeated readings that differ from their median by more are gross errors [dB]."""


def repeated_db(surveys: Sequence[Survey], band: Band) -> float:
    """Return the spread of readings of one BSSID by one device at one place, 0 where nothing was read twice [dB].

    Examples
    --------
    >>> repeated_db((), "5")
    0.0
    """
    keys: dict[tuple[str, str], int] = {}
    rows = [
        (keys.setdefault((walk.device, s.bssid), len(keys)), s.floor, s.x_m, s.y_m, s.rssi_dbm)
        for walk in surveys
        for s in walk.samples
        if s.bssid and s.rssi_dbm is not None and band_of(s) == band
    ]
    if not rows:
        return 0.0
    table = np.array(rows, dtype=np.float64)
    table = table[np.isfinite(table).all(axis=1)]
    cell = np.column_stack((table[:, :2], np.round(table[:, 2:4] / PLACE_M)))
    _, place, n_s = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    place = np.asarray(place).reshape(-1)
    mean = np.bincount(place, table[:, 4]) / n_s
    left = np.clip(table[:, 4] - mean[place], -MOST_DB, MOST_DB)
    freedom = int((n_s - 1).sum())
    return float(np.sqrt(np.sum(left**2) / freedom)) if freedom else 0.0
