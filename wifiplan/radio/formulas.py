"""Published path-loss formulas as pure functions; outside its source's range each raises OutOfRangeError."""

import math

import numpy as np
import numpy.typing as npt

from wifiplan.catalog.laws import DistanceRow, FloorRow, law_numbers
from wifiplan.errors import OutOfRangeError
from wifiplan.units import SPEED_OF_LIGHT_M_S, Array

__all__ = [
    "breakpoint_db",
    "check",
    "check_floors",
    "floats",
    "floors_db",
    "free_space_db",
    "not_negative",
    "site_general_db",
]


def free_space_db(distance_m: npt.ArrayLike, *, frequency_hz: float) -> Array:
    r"""Loss of a line of sight in vacuum.

    Parameters
    ----------
    distance_m : array_like, any shape
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
        A distance or the frequency is not above 0, or not a number.

    Notes
    -----
    .. math:: L = 20 \log_{10} \frac{4 \pi d f}{c}

    Source: ITU-R P.525.

    Examples
    --------
    >>> round(float(free_space_db(np.array(10.0), frequency_hz=5.5e9)), 1)
    67.3
    """
    d = check(distance_m, frequency_hz, source="ITU-R P.525")
    return np.asarray(20.0 * np.log10(4.0 * math.pi * d * frequency_hz / SPEED_OF_LIGHT_M_S))


def site_general_db(distance_m: npt.ArrayLike, *, frequency_hz: float, row: DistanceRow, extend: bool = False) -> Array:
    r"""Median loss between two points of one floor by distance: ITU-R P.1238, old and new, and 3GPP's indoor hotspot.

    Parameters
    ----------
    distance_m : array_like, any shape
        Distance [m], within the row's range.
    frequency_hz : float
        Frequency [Hz], within the row's range.
    row : DistanceRow
        A row of `catalog/data/path_loss_distance.csv`: `catalog.laws.distance_row("p1238_office_los")`.
    extend : bool
        Extrapolate by the same formula instead of raising.

    Returns
    -------
    ndarray, shape of `distance_m`
        Loss [dB].

    Raises
    ------
    OutOfRangeError
        Outside the row's range; even with `extend` where a distance or the frequency is not above 0.

    Notes
    -----
    .. math:: L = 10 \alpha \log_{10} d + \beta + 10 \gamma \log_{10} f_{GHz}

    Source: the row's.
    """
    span_m = (0.0, math.inf) if extend else (row.min_m, row.max_m)
    span_hz = (0.0, math.inf) if extend else (row.min_hz, row.max_hz)
    d = check(distance_m, frequency_hz, source=row.name, span_m=span_m, span_hz=span_hz)
    return np.asarray(10.0 * row.alpha * np.log10(d) + row.beta_db + 10.0 * row.gamma * math.log10(frequency_hz / 1e9))


def breakpoint_db(
    distance_m: npt.ArrayLike, *, frequency_hz: float, breakpoint_m: float, extend: bool = False
) -> Array:
    r"""Loss without walls and floors after IEEE TGax: free space up to a breakpoint, then 35 dB a decade.

    Parameters
    ----------
    distance_m : array_like, any shape
        Distance [m], 1 to 1000.
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
        Outside the range of the source; even with `extend` where a distance, the frequency or the breakpoint is not
        above 0.

    Notes
    -----
    .. math:: L = 40.05 + 20 \log_{10} \frac{f}{2.4} + 20 \log_{10} \min(d, B)
              + [d > B]\,35 \log_{10} \frac{d}{B}

    Source: IEEE 802.11-14/0882 [2nd].
    """
    known, source = law_numbers(), "IEEE 802.11-14/0882 (TGax)"
    check(breakpoint_m, frequency_hz, source=source)
    span_m = (0.0, math.inf) if extend else (known["tgax_min_m"], known["tgax_max_m"])
    span_hz = (0.0, math.inf) if extend else (known["tgax_start_ghz"] * 1e9, known["tgax_max_ghz"] * 1e9)
    d = check(distance_m, frequency_hz, source=source, span_m=span_m, span_hz=span_hz)
    start = known["tgax_start_db"] + 20.0 * math.log10(frequency_hz / (known["tgax_start_ghz"] * 1e9))
    near = known["tgax_near_db"] * np.log10(np.minimum(d, breakpoint_m))
    return np.asarray(start + near + known["tgax_far_db"] * np.log10(np.maximum(d / breakpoint_m, 1.0)))


def floors_db(n_floors: npt.ArrayLike, *, row: FloorRow, extend: bool = False) -> Array:
    r"""Loss of several floors, which grows more slowly than their number, or by the same step.

    Parameters
    ----------
    n_floors : array_like, any shape
        Floors crossed, 0 to the row's most.
    row : FloorRow
        A row of `catalog/data/path_loss_floors.csv`.
    extend : bool
        Extrapolate by the same formula instead of raising.

    Returns
    -------
    ndarray, shape of `n_floors`
        Loss [dB].

    Raises
    ------
    OutOfRangeError
        More floors than the row covers, or a negative number even with `extend`.

    Notes
    -----
    .. math:: L = L_1 F^{(F+2)/(F+1) - b} \quad\text{or}\quad L = L_1 + L_2 (F - 1)

    Source: the row's.

    Examples
    --------
    >>> from wifiplan.catalog.laws import floor_row
    >>> floors_db([0, 1, 2], row=floor_row("cost231")).round(1)
    array([ 0. , 18.3, 33.5])
    """
    n = check_floors(n_floors, source=row.name, most=math.inf if extend else row.max_floors)
    if row.bend is not None:
        return np.asarray(row.first_db * n ** ((n + 2.0) / (n + 1.0) - row.bend))
    step = row.first_db if row.next_db is None else row.next_db
    return np.asarray(row.first_db * np.minimum(n, 1.0) + step * np.maximum(n - 1.0, 0.0))


def check(
    distance_m: npt.ArrayLike,
    frequency_hz: float,
    *,
    source: str,
    span_m: tuple[float, float] = (0.0, math.inf),
    span_hz: tuple[float, float] = (0.0, math.inf),
) -> Array:
    """Return the distances as an array, or raise OutOfRangeError unless they and the frequency lie in the spans.

    Both ends are included, 0 and nan are never inside, nor are endless distances.
    """
    d = floats(distance_m)
    # two reductions: the law is called for every ray of a school
    if d.size and not (d.min() > 0 and d.min() >= span_m[0] and d.max() <= span_m[1] and d.max() < math.inf):
        inside = (d > 0) & (d >= span_m[0]) & (d <= span_m[1]) & (d < math.inf)
        _refuse(f"{source} covers distances from {span_m[0]:g} to {span_m[1]:g} m", f"{d[~inside].flat[0]:g} m", source)
    if not (frequency_hz > 0 and span_hz[0] <= frequency_hz <= span_hz[1] and frequency_hz < math.inf):
        low, high = span_hz[0] / 1e9, span_hz[1] / 1e9
        _refuse(f"{source} covers {low:g} to {high:g} GHz", f"{frequency_hz / 1e9:g} GHz", source)
    return d


def check_floors(n_floors: npt.ArrayLike, *, source: str, most: float) -> Array:
    """Return numbers of floors as an array, or raise OutOfRangeError unless they lie from 0 to `most`."""
    n = floats(n_floors)
    if n.size and not (n.min() >= 0 and n.max() <= most):
        inside = (n >= 0) & (n <= most)
        _refuse(f"{source} covers 0 to {most:g} floors", f"{n[~inside].flat[0]:g}", source)
    return n


def not_negative(values: npt.ArrayLike, what: str) -> Array:
    """Return values as an array, or raise OutOfRangeError where one is negative or not a number."""
    array = floats(values)
    if array.size and not array.min() >= 0:
        worst = array[~(array >= 0)].flat[0]
        raise OutOfRangeError(
            f"{what} must be 0 or more, not {worst:g}: losses are positive decibels.",
            remedy="Give numbers from 0 up.",
            where=what,
        )
    return array


def floats(values: npt.ArrayLike) -> Array:
    """Return values as an array of real numbers; single precision stays what it is.

    >>> floats(3).dtype, floats(np.zeros(2, dtype=np.float32)).dtype
    (dtype('float64'), dtype('float32'))
    """
    array: Array = np.asarray(values)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _refuse(covers: str, given: str, source: str) -> None:
    raise OutOfRangeError(
        f"{covers}, not {given}.",
        remedy="Choose another law, or let this one extrapolate (extend).",
        where=source,
    )
