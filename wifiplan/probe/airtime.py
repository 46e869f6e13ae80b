"""How long a frame that was heard was on the air, from its rate and its length."""

import math
from functools import lru_cache

from wifiplan.catalog.mac import mac_row
from wifiplan.catalog.radios import excluded_schemes, mcs_rows, phy_table

SIFS_2G4_US, SIFS_US = 10.0, 16.0
"""IEEE 802.11-2020, clauses 16 to 21 [M]: gap before an answer, in 2.4 GHz and above."""

_DSSS_MBPS = (1.0, 2.0, 5.5, 11.0)
_DSSS_LONG_US, _DSSS_SHORT_US = 192.0, 96.0
_OFDM_PREAMBLE_US, _OFDM_SYMBOL_US, _OFDM_MOST_MBPS, _SIGNAL_EXTENSION_US = 20.0, 4.0, 54.0, 6.0
_SERVICE_AND_TAIL_BITS = 22
_DELIMITER_BYTES = 4


def sifs_us(frequency_mhz: int | None) -> float:
    """Return the gap before an answer; the shorter one where the band is unknown."""
    return SIFS_US if frequency_mhz is not None and frequency_mhz > 4000 else SIFS_2G4_US


@lru_cache(maxsize=16384)
def legacy_us(rate_mbps: float, n_bytes: int, *, is_2g4: bool = False, short_preamble: bool = False) -> float | None:
    """Return the length of a frame at a legacy rate (DSSS, CCK, OFDM).

    Parameters
    ----------
    rate_mbps : float
        1, 2, 5.5 and 11 are DSSS and CCK, others up to 54 OFDM [Mbit/s].
    n_bytes : int
        Frame with its check sequence.
    is_2g4 : bool
        OFDM frames end 6 us later in 2.4 GHz (signal extension).
    short_preamble : bool
        Of DSSS frames.

    Returns
    -------
    float or None
        Microseconds; None for a rate that does not exist.

    Notes
    -----
    Source: IEEE 802.11-2020, clauses 15 to 18 [M].

    Examples
    --------
    >>> legacy_us(1.0, 300), legacy_us(6.0, 300), legacy_us(24.0, 14), legacy_us(0.0, 300)
    (2592.0, 424.0, 28.0, None)
    """
    if n_bytes < 0 or not 0.0 < rate_mbps <= _OFDM_MOST_MBPS:
        return None
    if rate_mbps in _DSSS_MBPS:
        preamble = _DSSS_SHORT_US if short_preamble and rate_mbps > 1.0 else _DSSS_LONG_US
        return preamble + math.ceil(8 * n_bytes / rate_mbps)
    symbols = math.ceil((8 * n_bytes + _SERVICE_AND_TAIL_BITS) / (rate_mbps * _OFDM_SYMBOL_US))
    return _OFDM_PREAMBLE_US + _OFDM_SYMBOL_US * symbols + (_SIGNAL_EXTENSION_US if is_2g4 else 0.0)


@lru_cache(maxsize=16384)
def modulated_us(scheme: tuple[str, int, int, int, int], n_bytes: int, *, first: bool = True) -> float | None:
    """Return the length of a frame at a rate of 11n, 11ac, 11ax or 11be.

    Parameters
    ----------
    scheme : (standard, MCS a stream, streams, width in MHz, guard interval in ns)
        As radiotap has it.
    n_bytes : int
        Frame with its check sequence.
    first : bool
        False for the later frames of one aggregate, which need no preamble of their own.

    Returns
    -------
    float or None
        Microseconds; None for a scheme that does not exist.

    Notes
    -----
    One user; preambles as in `catalog/data/mac.csv`. In an aggregate every frame is padded to 4 bytes and has a
    delimiter; the last symbol is shared, so that whole symbols are rounded up in the first frame alone.

    Examples
    --------
    >>> modulated_us(("11n", 7, 1, 20, 800), 1500)
    224.0
    >>> modulated_us(("11ac", 9, 1, 20, 800), 1500) is None
    True
    """
    symbol = _symbol(scheme)
    if symbol is None or n_bytes < 0:
        return None
    symbol_us, bits, preamble_us, grid_us = symbol
    if not first:
        return 8 * (4 * math.ceil(n_bytes / 4) + _DELIMITER_BYTES) / bits * symbol_us
    data_us = symbol_us * math.ceil((8 * n_bytes + _SERVICE_AND_TAIL_BITS) / bits)
    return preamble_us + (grid_us * math.ceil(data_us / grid_us - 1e-9) if grid_us else data_us)


@lru_cache(maxsize=2048)
def _symbol(scheme: tuple[str, int, int, int, int]) -> tuple[float, int, float, float] | None:
    """Return a scheme's symbol length with guard interval, its data bits a symbol, its preamble, where symbols end."""
    standard, mcs, streams, width_mhz, guard_ns = scheme
    phy = phy_table().get((standard, width_mhz))
    if phy is None or guard_ns not in phy.guard_intervals_ns or not 1 <= streams <= phy.max_streams:
        return None
    schemes = mcs_rows(standard)
    if not 0 <= mcs < len(schemes) or (standard, width_mhz, mcs, streams) in excluded_schemes():
        return None
    row, mac = schemes[mcs], mac_row("standard", standard)
    bits = math.floor(streams * phy.n_data_subcarriers * row.modulation_bits * row.coding_rate + 1e-6)
    n_training = streams if streams < 2 else 2 * math.ceil(streams / 2)
    return (phy.symbol_ns + guard_ns) / 1000.0, bits, mac.preamble_us + mac.ltf_us * n_training, mac.symbol_grid_us
