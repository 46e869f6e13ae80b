"""How long frames last: PPDUs, acknowledgements and whole exchanges, in microseconds."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from wifiplan.catalog.mac import EdcaRow, MacRow, edca_row, mac_row
from wifiplan.catalog.radios import mcs_rows
from wifiplan.errors import OutOfRangeError
from wifiplan.radio.link import DEFAULT_GUARD_NS, phy_rate_mbps
from wifiplan.units import Array

Conventions: TypeAlias = Literal["standard", "ns-3"]
Category: TypeAlias = Literal["BE", "VI"]
Transport: TypeAlias = Literal["udp", "tcp"]
_Times: TypeAlias = tuple[Array, Array, Array, Array]

# IEEE 802.11-2020 clause 17 (5 GHz OFDM) [M]; the same numbers in ns-3 3.44 [S]
SLOT_US = 9.0
SIFS_US = 16.0
MAX_PPDU_US = 5484.0
ROUNDING_US = 1e-6  # 400 symbols of 13.6 us end a hair after 5,440 us in floating point
LEGACY_PREAMBLE_US = 20.0
LEGACY_SYMBOL_US = 4.0
CONTROL_BITS_PER_SYMBOL = 96  # 24 Mbit/s
BASIC_BITS_PER_SYMBOL = 24  # 6 Mbit/s
LEGACY_SUBCARRIERS = 48
MANDATORY_BITS_PER_SYMBOL = (24, 48, 96)  # 6, 12 and 24 Mbit/s
ACK_BYTES, RTS_BYTES, CTS_BYTES, CF_END_BYTES, BAR_BYTES = 14, 20, 14, 20, 24
SERVICE_AND_TAIL_BITS = 22
DELIMITER_BYTES = 4

UDP_BYTES = 8 + 20 + 8 + 26 + 4
"""UDP, IP, LLC, MAC header, checksum."""

TCP_BYTES = 32 + 20 + 8 + 26 + 4
"""TCP with time stamps, IP, LLC, MAC header, checksum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How one device is reached: what decides the length of its frames."""

    standard: str
    width_mhz: int
    streams: int
    mcs: int
    guard_interval_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MacOptions:
    """How frames are exchanged.

    Parameters
    ----------
    conventions : "standard" or "ns-3"
        As the standard has frames, or as the simulator of the golden table sends them.
    access_category : "BE" or "VI"
        Best effort, or video.
    rts_cts : bool
        A short handshake before every exchange, which makes collisions cheap.
    block_ack_window, max_ampdu_bytes : int or None
        Limits of aggregation; None takes the standard's.
    transport : "udp" or "tcp"
        What the payload travels in.
    """

    conventions: Conventions = "standard"
    access_category: Category = "BE"
    rts_cts: bool = False
    block_ack_window: int | None = None
    max_ampdu_bytes: int | None = None
    transport: Transport = "udp"


@dataclass(frozen=True, slots=True)
class Exchange:
    """Times of one device's exchanges by the number of frames m = 1 … n_max that one access carries [microseconds].

    `ppdu_us[m - 1]` is the time up to the end of the last data, `air_us` all frames on the air, `total_us` these with
    the gaps between them but without waiting for access; `collision_us` what a collision costs, `lost_us` the frame
    lost in it. Beyond `n_most` frames, the most that fit an aggregate, a transmit opportunity carries several.
    """

    n_most: int
    ppdu_us: tuple[float, ...]
    air_us: tuple[float, ...]
    total_us: tuple[float, ...]
    collision_us: tuple[float, ...]
    lost_us: tuple[float, ...]

    @property
    def n_max(self) -> int:
        """The most frames in one access."""
        return len(self.ppdu_us)

    def first(self, n: int) -> "Exchange":
        """Return the same exchanges with aggregates of at most `n` frames."""
        parts = (self.ppdu_us, self.air_us, self.total_us, self.collision_us, self.lost_us)
        return Exchange(min(n, self.n_most), *(part[:n] for part in parts))

    @staticmethod
    def at(times_us: tuple[float, ...], size: float) -> float:
        """Return a time at an aggregate size between 1 and n_max, linear between whole numbers."""
        whole = int(size)
        low = times_us[whole - 1]
        return low if whole >= len(times_us) else low + (size - whole) * (times_us[whole] - low)


def control_us(n_bytes: int, *, bits_per_symbol: int = CONTROL_BITS_PER_SYMBOL) -> float:
    """Return the length of a control frame, at 24 Mbit/s unless told.

    >>> control_us(14), control_us(32), control_us(56)
    (28.0, 32.0, 40.0)
    """
    symbols = math.ceil((8 * n_bytes + SERVICE_AND_TAIL_BITS) / bits_per_symbol)
    return LEGACY_PREAMBLE_US + LEGACY_SYMBOL_US * symbols


def block_ack_us(window: int, *, bits_per_symbol: int = CONTROL_BITS_PER_SYMBOL) -> float:
    """Return the length of a block acknowledgement for a window of up to 64, 256, 512 or 1024 frames."""
    bitmap = next((b for b in (64, 256, 512) if window <= b), 1024)
    return control_us(24 + bitmap // 8, bits_per_symbol=bits_per_symbol)


def answer_bits_per_symbol(link: Link) -> int:
    """Return how fast a device's frames are acknowledged: the fastest mandatory rate that its scheme would hold.

    Modulation and coding of the scheme, carried by a legacy frame, are its reference rate (IEEE 802.11-2020, 10.6.11
    [M]); ns-3 answers the same way [S]: MCS 0 at 6 Mbit/s, 1 and 2 at 12, from 3 on at 24.

    >>> [answer_bits_per_symbol(Link(standard="11ac", width_mhz=20, streams=1, mcs=m)) // 4 for m in (0, 2, 3, 8)]
    [6, 12, 24, 24]
    """
    row = mcs_rows(link.standard)[link.mcs]
    reference = LEGACY_SUBCARRIERS * row.modulation_bits * row.coding_rate
    return max(bits for bits in MANDATORY_BITS_PER_SYMBOL if bits <= max(reference, MANDATORY_BITS_PER_SYMBOL[0]))


def mpdu_bytes(payload_bytes: int, link: Link, options: MacOptions) -> int:
    """Return the size of a frame that carries a payload."""
    headers = TCP_BYTES if options.transport == "tcp" else UDP_BYTES
    return payload_bytes + headers + mac_row(options.conventions, link.standard).security_bytes


def aifs_us(edca: EdcaRow) -> float:
    """Return the pause before a contention: SIFS and the category's slots."""
    return SIFS_US + edca.aifsn * SLOT_US


@lru_cache(maxsize=4096)
def exchange(link: Link, options: MacOptions, *, frame_bytes: int) -> Exchange:
    """Return the times of a device's exchanges by aggregate size.

    Parameters
    ----------
    link : Link
        The device's link; its MCS must carry data.
    options : MacOptions
        Conventions, category, handshake and limits.
    frame_bytes : int
        Size of each frame (MPDU).

    Returns
    -------
    Exchange
        Times for every size up to the largest that window, aggregate limit, 5.484 ms and the transmit opportunity
        allow, at least 1.

    Raises
    ------
    OutOfRangeError
        The link carries nothing.
    CatalogError
        The standard knows no such link.
    """
    mac, edca = mac_row(options.conventions, link.standard), edca_row(options.conventions, options.access_category)
    window = options.block_ack_window or mac.block_ack_window
    sizes = np.arange(1, window + 1, dtype=np.float64)
    length = _ampdu_bytes(sizes, frame_bytes, link)
    ppdu = _ppdu_us(length, link, mac)
    rate = answer_bits_per_symbol(link)
    of_many, of_one = block_ack_us(window, bits_per_symbol=rate), control_us(ACK_BYTES, bits_per_symbol=rate)
    acknowledged = np.where(sizes > 1, of_many, of_one)
    handshake = control_us(RTS_BYTES) + control_us(CTS_BYTES) if options.rts_cts else 0.0
    gaps = SIFS_US + (2 * SIFS_US if options.rts_cts else 0.0)
    air, total = handshake + ppdu + acknowledged, handshake + ppdu + acknowledged + gaps
    limit = options.max_ampdu_bytes or mac.max_ampdu_bytes
    fits = (length <= limit) & (ppdu <= MAX_PPDU_US + ROUNDING_US)
    if edca.txop_us:
        fits &= total <= edca.txop_us + ROUNDING_US
    n = max(1, int(np.count_nonzero(np.cumprod(fits))))
    lost = np.full(n, control_us(RTS_BYTES)) if options.rts_cts else ppdu[:n]
    parts = _opportunity((ppdu[:n], air[:n], total[:n], lost), edca.txop_us)
    if edca.txop_us and edca.cf_end:
        parts = _closed(parts, edca.txop_us)
    # after a collision all wait as long as an acknowledgement at 6 Mbit/s would have taken (EIFS)
    missed = SIFS_US + control_us(ACK_BYTES, bits_per_symbol=BASIC_BITS_PER_SYMBOL)
    ppdu, air, total, lost = parts
    return Exchange(n, *(tuple(part.tolist()) for part in (ppdu, air, total, lost + missed, lost)))


def _opportunity(parts: _Times, txop_us: float) -> _Times:
    """Return the times continued by further aggregates, SIFS apart, as long as they fit the transmit opportunity."""
    ppdu, air, total, lost = parts
    n = ppdu.size
    n_times = int(txop_us // (total[-1] + SIFS_US)) + 1 if txop_us else 1
    before_us = np.repeat(np.arange(n_times), n) * (total[-1] + SIFS_US)
    fits = np.tile(total, n_times) + before_us <= txop_us + ROUNDING_US
    fits[:n] = True
    continued = (
        np.tile(ppdu, n_times) + before_us,
        np.tile(air, n_times) + np.repeat(np.arange(n_times), n) * air[-1],
        np.tile(total, n_times) + before_us,
        # a collision is noticed after the first aggregate
        np.concatenate([lost, np.full((n_times - 1) * n, lost[-1])]),
    )
    kept = int(np.count_nonzero(np.cumprod(fits)))
    return continued[0][:kept], continued[1][:kept], continued[2][:kept], continued[3][:kept]


def _closed(parts: _Times, txop_us: float) -> _Times:
    """Return the times with a CF-End where one fits what is left of the transmit opportunity."""
    ppdu, air, total, lost = parts
    closing = control_us(CF_END_BYTES, bits_per_symbol=BASIC_BITS_PER_SYMBOL)
    closes = total + SIFS_US + closing <= txop_us
    return ppdu, air + closes * closing, total + closes * (SIFS_US + closing), lost


@lru_cache(maxsize=4096)
def exchange_of(link: Link, payload_bytes: int, options: MacOptions) -> Exchange:
    """Return the times of exchanges whose frames carry a payload each; errors as for `exchange`."""
    return exchange(link, options, frame_bytes=mpdu_bytes(payload_bytes, link, options))


def _ampdu_bytes(sizes: Array, frame_bytes: int, link: Link) -> Array:
    """Return the bytes of an aggregate: each frame has a delimiter and is padded to 4, the last one isn't padded."""
    padded = 4 * math.ceil((frame_bytes + DELIMITER_BYTES) / 4)
    length = (sizes - 1) * padded + frame_bytes + DELIMITER_BYTES
    # from 11ac on a single frame is an aggregate too
    return np.where(sizes > 1, length, frame_bytes) if link.standard == "11n" else length


def _ppdu_us(length_bytes: Array, link: Link, mac: MacRow) -> Array:
    guard = DEFAULT_GUARD_NS[link.standard] if link.guard_interval_ns is None else link.guard_interval_ns
    rate = float(phy_rate_mbps(link.standard, link.mcs, link.width_mhz, link.streams, guard))
    if rate <= 0:
        raise OutOfRangeError(
            f"{link.standard} carries nothing at MCS {link.mcs}, {link.width_mhz} MHz, {link.streams} streams.",
            remedy="Use a scheme that the standard has for this width and number of streams.",
            where="mcs",
        )
    symbol_us = (3.2 if link.standard in ("11n", "11ac") else 12.8) + guard / 1000.0
    symbols = np.ceil((8.0 * length_bytes + SERVICE_AND_TAIL_BITS) / round(rate * symbol_us))
    data = symbols * symbol_us
    if mac.symbol_grid_us:
        data = mac.symbol_grid_us * np.ceil(data / mac.symbol_grid_us - 1e-9)
    return np.asarray(mac.preamble_us + mac.ltf_us * _n_training(link.streams) + data)


def _n_training(streams: int) -> int:
    """Return how many long training fields a number of streams needs: 1, 2, 4, 4, 6, 6, 8, 8."""
    return streams if streams < 2 else 2 * math.ceil(streams / 2)
