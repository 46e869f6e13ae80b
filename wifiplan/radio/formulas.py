"""Published path-loss formulas as pure functions; outside its source's range each raises OutOfRangeError."""

import math
from dataclasses import dataclass

import numpy as np

from wifiplan.errors import OutOfRangeError
from wifiplan.units import SPEED_OF_LIGHT_M_S, Array

FLOOR_DB = 18.3
"""Loss of one floor in COST-231 and TGax [dB] [2nd]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteGeneral:
    """One row of ITU-R P.1238's site-general table, 10 α log d + β + 10 γ log f, and its range."""

    alpha: float
    beta: float
    gamma: float
    sd_db: float
    min_hz: float
    max_hz: float
    min_m: float
    max_m: float


# ITU-R P.1238-11 table 2 [2nd]
OFFICE_LOS = SiteGeneral(alpha=1.46, beta=34.62, gamma=2.03, sd_db=3.76, min_hz=0.3e9, max_hz=83.5e9, min_m=2, max_m=27)
OFFICE_NLOS = SiteGeneral(alpha=2.46, beta=29.53, gamma=2.38, sd_db=5.04, min_hz=0.3e9, max_hz=82e9, min_m=4, max_m=30)
CORRIDOR_LOS = SiteGeneral(
    alpha=1.63, beta=28.12, gamma=2.25, sd_db=4.07, min_hz=0.3e9, max_hz=83.5e9, min_m=2, max_m=160
)
CORRIDOR_NLOS = SiteGeneral(
    alpha=2.77, beta=29.27, gamma=2.48, sd_db=7.63, min_hz=0.625e9, max_hz=83.5e9, min_m=4, max_m=94
)


def free_space_db(distance_m: Array, *, frequency_hz: float) -> Array:
    r"""Loss of a line of sight in vacuum.

    Parameters
    ----------
    distance_m : ndarray, any shape
        Distance between the antennas [m], > 0.
    frequency_hz : float
        Carrier frequency [Hz], > 0.

    Returns
    -------
    ndarray, shape of `distance_m`
        Basic transmission loss [dB].

    Raises
    ------
    OutOfRangeError
        A distance or the frequency is not above 0.

    Notes
    -----
    .. math:: L = 20 \log_{10} \frac{4 \pi d f}{c}

    Source: ITU-R P.525.

    Examples
    --------
    >>> round(float(free_space_db(np.array(10.0), frequency_hz=5.5e9)), 1)
    67.3
    """
    check(distance_m, frequency_hz, source="ITU-R P.525")
    return np.asarray(20.0 * np.log10(4.0 * math.pi * distance_m * frequency_hz / SPEED_OF_LIGHT_M_S))


def site_general_db(distance_m: Array, *, frequency_hz: float, row: SiteGeneral, extend: bool = False) -> Array:
    r"""Median loss between two points of one floor, after ITU-R P.1238's site-general model.

    Parameters
    ----------
    distance_m : ndarray, any shape
        Distance [m], within the row's range.
    frequency_hz : float
        Frequency [Hz], within the row's range.
    row : SiteGeneral
        `OFFICE_LOS`, `OFFICE_NLOS`, `CORRIDOR_LOS` or `CORRIDOR_NLOS`.
    extend : bool
        Extrapolate by the same formula instead of raising.

    Returns
    -------
    ndarray, shape of `distance_m`
        Loss [dB].

    Raises
    ------
    OutOfRangeError
        Outside the row's range.

    Notes
    -----
    .. math:: L = 10 \alpha \log_{10} d + \beta + 10 \gamma \log_{10} f_{GHz}

    Source: ITU-R P.1238-11 table 2 [2nd].
    """
    if not extend:
        check(
            distance_m,
            frequency_hz,
            source="ITU-R P.1238-11",
            span_m=(row.min_m, row.max_m),
            span_hz=(row.min_hz, row.max_hz),
        )
    slope = 10.0 * row.alpha * np.log10(distance_m)
    return np.asarray(slope + row.beta + 10.0 * row.gamma * math.log10(frequency_hz / 1e9))


def p1238_legacy_db(distance_m: Array, *, frequency_hz: float, exponent_db: float, extend: bool = False) -> Array:
    r"""Loss within one floor after the older ITU-R P.1238, which holds its walls in the distance term.

    Parameters
    ----------
    distance_m : ndarray, any shape
        Distance [m], >= 1.
    frequency_hz : float
        Frequency [Hz].
    exponent_db : float
        N, the loss of ten times the distance: office 30 at 2.4 GHz and 31 at 5.2 GHz [dB].
    extend : bool
        Extrapolate by the same formula instead of raising.

    Returns
    -------
    ndarray, shape of `distance_m`
        Loss [dB].

    Raises
    ------
    OutOfRangeError
        Outside the range of the source.

    Notes
    -----
    .. math:: L = 20 \log_{10} f_{MHz} + N \log_{10} d - 28

    Source: ITU-R P.1238 [2nd]; nothing for 6 GHz.
    """
    if not extend:
        check(distance_m, frequency_hz, source="ITU-R P.1238", span_m=(1.0, 1000.0), span_hz=(0.9e9, 5.9e9))
    return np.asarray(20.0 * math.log10(frequency_hz / 1e6) + exponent_db * np.log10(distance_m) - 28.0)


def floors_db(n_floors: Array) -> Array:
    r"""Loss of several floors, which grows more slowly than their number.

    Notes
    -----
    .. math:: L = 18.3\,F^{(F+2)/(F+1) - 0.46}

    Source: COST-231 and IEEE 802.11-14/0882 (TGax) [2nd].

    Examples
    --------
    >>> floors_db(np.array([0.0, 1.0, 2.0])).round(1)
    array([ 0. , 18.3, 33.5])
    """
    n = np.asarray(n_floors, dtype=np.float64)
    return np.asarray(FLOOR_DB * n ** ((n + 2.0) / (n + 1.0) - 0.46))


def tgax_db(distance_m: Array, *, frequency_hz: float, breakpoint_m: float, extend: bool = False) -> Array:
    r"""Loss without walls and floors after IEEE TGax: free space up to a breakpoint, then 35 dB a decade.

    Parameters
    ----------
    distance_m : ndarray, any shape
        Distance [m], >= 1.
    frequency_hz : float
        Frequency [Hz], 2.4 to 7.125 GHz.
    breakpoint_m : float
        B: residential 5, enterprise 10 [m].
    extend : bool
        Extrapolate by the same formula instead of raising.

    Returns
    -------
    ndarray, shape of `distance_m`
        Loss [dB].

    Raises
    ------
    OutOfRangeError
        Outside the range of the source.

    Notes
    -----
    .. math:: L = 40.05 + 20 \log_{10} \frac{f}{2.4} + 20 \log_{10} \min(d, B)
              + [d > B]\,35 \log_{10} \frac{d}{B}

    Source: IEEE 802.11-14/0882 [2nd].
    """
    if not extend:
        check(
            distance_m,
            frequency_hz,
            source="IEEE 802.11-14/0882",
            span_m=(1.0, 1000.0),
            span_hz=(2.4e9, 7.125e9),
        )
    near = 20.0 * np.log10(np.minimum(distance_m, breakpoint_m))
    far = 35.0 * np.log10(np.maximum(distance_m / breakpoint_m, 1.0))
    return np.asarray(40.05 + 20.0 * math.log10(frequency_hz / 2.4e9) + near + far)


def inh_db(distance_m: Array, *, frequency_hz: float, line_of_sight: bool, extend: bool = False) -> Array:
    r"""Loss of an indoor hotspot after 3GPP TR 38.901.

    Parameters
    ----------
    distance_m : ndarray, any shape
        Distance in space [m], 1 to 150.
    frequency_hz : float
        Frequency [Hz], 0.5 to 100 GHz.
    line_of_sight : bool
        Whether the antennas see each other.
    extend : bool
        Extrapolate by the same formula instead of raising.

    Returns
    -------
    ndarray, shape of `distance_m`
        Loss [dB]; without line of sight never less than with it.

    Raises
    ------
    OutOfRangeError
        Outside the range of the source.

    Notes
    -----
    .. math:: L_{LOS} = 32.4 + 17.3 \log_{10} d + 20 \log_{10} f_{GHz}
    .. math:: L_{NLOS} = \max(L_{LOS}, 17.3 + 38.3 \log_{10} d + 24.9 \log_{10} f_{GHz})

    Source: 3GPP TR 38.901 table 7.4.1-1, as in ns-3 [S]; spread 3 and 8.03 dB [M].
    """
    if not extend:
        check(distance_m, frequency_hz, source="3GPP TR 38.901", span_m=(1.0, 150.0), span_hz=(0.5e9, 100e9))
    f_ghz, decades = frequency_hz / 1e9, np.log10(distance_m)
    seen = 32.4 + 17.3 * decades + 20.0 * math.log10(f_ghz)
    if line_of_sight:
        return np.asarray(seen)
    return np.asarray(np.maximum(seen, 17.3 + 38.3 * decades + 24.9 * math.log10(f_ghz)))


def check(
    distance_m: Array,
    frequency_hz: float,
    *,
    source: str,
    span_m: tuple[float, float] = (0.0, math.inf),
    span_hz: tuple[float, float] = (0.0, math.inf),
) -> None:
    """Raise OutOfRangeError unless distance and frequency (> 0) lie in the spans, both ends included."""
    d = np.asarray(distance_m)
    inside = (d > 0) & (d >= span_m[0]) & (d <= span_m[1])
    if not np.all(inside):
        worst = float(d[~inside].flat[0]) if d.ndim else float(d)
        raise OutOfRangeError(
            f"{source} covers distances from {span_m[0]:g} to {span_m[1]:g} m, not {worst:g} m.",
            remedy="Choose another law, or let this one extrapolate (extend).",
            where=source,
        )
    if not (frequency_hz > 0 and span_hz[0] <= frequency_hz <= span_hz[1]):
        low, high = span_hz[0] / 1e9, span_hz[1] / 1e9
        raise OutOfRangeError(
            f"{source} covers {low:g} to {high:g} GHz, not {frequency_hz / 1e9:g} GHz.",
            remedy="Choose another law, or let this one extrapolate (extend).",
            where=source,
        )
