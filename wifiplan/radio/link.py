"""Power, noise, SNR, rate by SNR, and the probability of coverage under shadowing."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from wifiplan.catalog.radios import (
    STANDARDS,
    AccessPointModel,
    ClientDevice,
    Standard,
    excluded_schemes,
    mcs_rows,
    phy_row,
    phy_table,
)
from wifiplan.errors import CatalogError
from wifiplan.units import THERMAL_NOISE_DBM_HZ, Array, IntArray, db_from_ratio, dbm_from_mw, mw_from_dbm

DEFAULT_GUARD_NS: dict[str, int] = {"11n": 400, "11ac": 400, "11ax": 800, "11be": 800}
"""The shortest guard interval of each standard, which devices use indoors [ns]."""


def noise_dbm(width_hz: float, *, noise_figure_db: float) -> float:
    """Return the noise power in a channel: k·T at 290 K over its width, plus the noise figure [dBm].

    >>> round(noise_dbm(20e6, noise_figure_db=7.0), 1)
    -94.0
    """
    return THERMAL_NOISE_DBM_HZ + float(db_from_ratio(width_hz)) + noise_figure_db


def snr_db(received_dbm: npt.ArrayLike, *, width_hz: float, noise_figure_db: float) -> Array:
    """Return the signal-to-noise ratio over the channel's own width, shape of `received_dbm` [dB]."""
    noise = noise_dbm(width_hz, noise_figure_db=noise_figure_db)
    return np.asarray(np.asarray(received_dbm, dtype=np.float64) - noise)


def mcs_from_snr(snr_db: npt.ArrayLike, standard: str) -> IntArray:
    """Return the highest scheme that an SNR carries.

    Parameters
    ----------
    snr_db : array_like, any shape
        SNR over the channel's own width, so that it holds at every width [dB]; -inf is allowed.
    standard : str
        "11n", "11ac", "11ax" or "11be".

    Returns
    -------
    int ndarray, shape of `snr_db`
        MCS index; -1 where the SNR carries none.

    Raises
    ------
    CatalogError
        The standard is unknown.

    Examples
    --------
    >>> mcs_from_snr([-3.0, 2.0, 30.0, 99.0], "11ac")
    array([-1,  0,  8,  9])
    """
    least_db = np.array([row.min_snr_db for row in mcs_rows(standard)])
    return np.asarray(np.searchsorted(least_db, np.asarray(snr_db), side="right") - 1, dtype=np.int64)


def phy_rate_mbps(standard: str, mcs: npt.ArrayLike, width_mhz: int, streams: int, guard_interval_ns: int) -> Array:
    """Return the bit rate of the physical layer.

    Parameters
    ----------
    standard : str
        "11n", "11ac", "11ax" or "11be".
    mcs : array_like of int, any shape
        MCS index per stream (11n: 0 to 7, as in the other standards); -1 has rate 0.
    width_mhz : int
        Channel width [MHz].
    streams : int
        Spatial streams, 1 to the standard's most.
    guard_interval_ns : int
        400 or 800 (11n, 11ac); 800, 1600 or 3200 (11ax, 11be) [ns].

    Returns
    -------
    ndarray, shape of `mcs`
        Rate [Mbit/s]; 0 for combinations that the standard excludes, as 11ac MCS 9 at 20 MHz with 1 stream.

    Raises
    ------
    CatalogError
        Width, streams, guard interval or an index that the standard doesn't have.

    Notes
    -----
    Rate = streams · data subcarriers · bits · coding rate / (symbol + guard interval). 11ac excludes a scheme
    where a symbol would not hold a whole number of bits per encoder. Source: IEEE 802.11-2020 clauses 19 and
    21, 802.11ax, 802.11be.

    Examples
    --------
    >>> phy_rate_mbps("11ac", [8, 9], 20, 1, 400).round(1)
    array([86.7,  0. ])
    >>> float(phy_rate_mbps("11ax", 11, 80, 2, 800).round(1))
    1201.0
    """
    table = np.array([*_rates_mbps(standard, width_mhz, streams, guard_interval_ns), 0.0])
    index = np.asarray(mcs, dtype=np.int64)
    if np.any((index < -1) | (index >= table.size - 1)):
        raise CatalogError(
            f"{standard} has the schemes 0 to {table.size - 2}.",
            remedy="Give an MCS index per stream; -1 means no link.",
            where="mcs",
        )
    return table[index]


def rate_mbps(snr_db: npt.ArrayLike, *, standard: str, width_mhz: int, streams: int) -> Array:
    """Return the physical bit rate that an SNR carries, at the shortest guard interval.

    Parameters
    ----------
    snr_db : array_like, any shape
        SNR over the channel's width [dB].
    standard : str
        "11n", "11ac", "11ax" or "11be".
    width_mhz, streams : int
        Channel width [MHz] and spatial streams.

    Returns
    -------
    ndarray, shape of `snr_db`
        Rate [Mbit/s], never falling with rising SNR; 0 without a link.

    Examples
    --------
    >>> rate_mbps([0.0, 40.0], standard="11ac", width_mhz=20, streams=1).round(1)
    array([ 0. , 86.7])
    """
    index = usable_mcs(mcs_from_snr(snr_db, standard), standard=standard, width_mhz=width_mhz, streams=streams)
    return phy_rate_mbps(standard, index, width_mhz, streams, DEFAULT_GUARD_NS[standard])


def usable_mcs(mcs: IntArray, *, standard: str, width_mhz: int, streams: int) -> IntArray:
    """Return the next scheme below each that width and streams allow: 11ac MCS 9 at 20 MHz becomes 8."""
    rates = _rates_mbps(standard, width_mhz, streams, DEFAULT_GUARD_NS[standard])
    best, allowed = -1, []
    for index, rate in enumerate(rates):
        best = index if rate > 0 else best
        allowed.append(best)
    return np.array([*allowed, -1], dtype=np.int64)[np.asarray(mcs, dtype=np.int64)]


def coverage_probability(received_dbm: npt.ArrayLike, threshold_dbm: float, sd_db: float) -> Array:
    r"""Return the probability that the real signal reaches a threshold.

    Parameters
    ----------
    received_dbm : array_like, any shape
        Predicted median signal [dBm].
    threshold_dbm : float
        Signal needed [dBm].
    sd_db : float
        Standard deviation of the prediction (shadowing and error) [dB]; 0 gives a step.

    Returns
    -------
    ndarray, shape of `received_dbm`
        Probability from 0 to 1.

    Notes
    -----
    .. math:: P = \Phi\left(\frac{P_{rx} - P_{min}}{\sigma}\right)

    Examples
    --------
    >>> coverage_probability([-67.0, -58.7], -67.0, 5.04).round(2)
    array([0.5 , 0.95])
    """
    margin_db = np.asarray(received_dbm, dtype=np.float64) - threshold_dbm
    if sd_db <= 0:
        return np.asarray(margin_db >= 0, dtype=np.float64)
    return np.asarray(ndtr(margin_db / sd_db))


def sinr_db(
    received_dbm: npt.ArrayLike, interference_dbm_n: Array, busy_share_n: npt.ArrayLike, *, noise_dbm: float
) -> Array:
    r"""Return the signal over noise and what neighbours on the channel send meanwhile.

    Parameters
    ----------
    received_dbm : array_like, any shape
        Wanted signal [dBm].
    interference_dbm_n : ndarray (n, shape of `received_dbm`)
        Power of every neighbour that does not wait for this cell [dBm]; -inf where it is silent.
    busy_share_n : array_like (n,)
        Share of time that each neighbour sends, 0 to 1.
    noise_dbm : float
        Noise over the channel's width [dBm].

    Returns
    -------
    ndarray, shape of `received_dbm`
        SINR [dB], never above the SNR.

    Notes
    -----
    .. math:: \mathrm{SINR} = \frac{P}{N + \sum_n u_n I_n}

    in milliwatts: the neighbours' mean power counts as noise.

    Examples
    --------
    >>> sinr_db([-60.0, -60.0], np.array([[-94.0, -np.inf]]), [1.0], noise_dbm=-94.0).round(1)
    array([31., 34.])
    """
    share_n = np.asarray(busy_share_n, dtype=np.float64)
    disturbing_mw = np.tensordot(share_n, mw_from_dbm(interference_dbm_n), axes=(0, 0))
    floor_dbm = dbm_from_mw(mw_from_dbm(noise_dbm) + disturbing_mw)
    return np.asarray(np.asarray(received_dbm, dtype=np.float64) - floor_dbm)


def common_standard(ap: AccessPointModel, device: ClientDevice) -> Standard:
    """Return the newest standard that both ends speak.

    >>> from wifiplan.catalog.radios import ap_model, device
    >>> common_standard(ap_model("ax-2x2"), device("tablet-11ac-2ss"))
    '11ac'
    """
    return STANDARDS[min(STANDARDS.index(ap.standard), STANDARDS.index(device.standard))]


def common_streams(ap: AccessPointModel, device: ClientDevice) -> int:
    """Return how many spatial streams both ends have."""
    return min(ap.streams, device.streams)


def common_width_mhz(ap: AccessPointModel, device: ClientDevice, width_mhz: int) -> int:
    """Return the width of the frames between them on a channel of `width_mhz` [MHz]."""
    widest = min(width_mhz, ap.max_width_mhz, device.max_width_mhz)
    standard = common_standard(ap, device)
    return max(width for name, width in phy_table() if name == standard and width <= widest)


@lru_cache(maxsize=256)
def _rates_mbps(standard: str, width_mhz: int, streams: int, guard_interval_ns: int) -> tuple[float, ...]:
    phy = phy_row(standard, width_mhz)
    if guard_interval_ns not in phy.guard_intervals_ns or not 1 <= streams <= phy.max_streams:
        known = ", ".join(str(g) for g in phy.guard_intervals_ns)
        raise CatalogError(
            f"{standard} has no {streams} streams with a guard interval of {guard_interval_ns} ns.",
            remedy=f"Use 1 to {phy.max_streams} streams and one of {known} ns.",
            where="streams, guard_interval_ns",
        )
    symbol_us = (phy.symbol_ns + guard_interval_ns) / 1000.0
    rates = []
    for row in mcs_rows(standard):
        legal = (standard, width_mhz, row.mcs, streams) not in excluded_schemes()
        # the small term keeps 5/6 of a whole number whole
        bits = math.floor(streams * phy.n_data_subcarriers * row.modulation_bits * row.coding_rate + 1e-6)
        rates.append(bits / symbol_us if legal else 0.0)
    return tuple(rates)
