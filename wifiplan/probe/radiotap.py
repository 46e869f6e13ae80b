"""What the receiver says of a frame: the radiotap header before it.

Nothing here raises on bad bytes: a field that does not fit into the header is absent.

Source: radiotap.org (fields, alignment, present words, namespaces, TLVs); sizes as in Linux's net/wireless/radiotap.c.
"""

from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from wifiplan.probe.phy import Phy, phy_of

FCS_AT_END, BAD_FCS = 0x10, 0x40
"""Bits of the flags field: checksum at the end, checksum failed, header padded to four bytes."""

MAX_WORDS = 64
"""Present words followed; a chain that never ends is cut here."""

_ALIGN_AND_SIZE: tuple[tuple[int, int], ...] = (
    *((8, 8), (1, 1), (1, 1), (2, 4), (2, 2), (1, 1), (1, 1), (2, 2), (2, 2), (2, 2), (1, 1), (1, 1), (1, 1), (1, 1)),
    *(
        (2, 2),
        (2, 2),
        (1, 1),
        (1, 1),
        (4, 8),
        (1, 3),
        (4, 8),
        (2, 12),
        (8, 12),
        (2, 12),
        (2, 12),
        (2, 6),
        (1, 1),
        (2, 4),
    ),
)
_TSFT, _FLAGS, _RATE, _CHANNEL, _SIGNAL, _NOISE, _MCS, _AMPDU, _VHT, _HE, _NO_PSDU = (
    0,
    1,
    2,
    3,
    5,
    6,
    19,
    20,
    21,
    23,
    26,
)
_TLVS, _RADIOTAP_NAMESPACE, _VENDOR_NAMESPACE, _MORE = 1 << 28, 1 << 29, 1 << 30, 1 << 31
_VENDOR_BYTES = 6
_USIG_TLV, _EHT_TLV = 33, 34
_MAX_TLV = 56
_FREE_FORM = _TLVS | _VENDOR_NAMESPACE

_HEAD = Struct("<BBHI")
_WORD = Struct("<I")
_LONG = Struct("<Q")
_SHORT = Struct("<H")
_TLV = Struct("<HH")
_SIGNED = (*range(128), *range(-128, 0))
_ALONE = tuple((value,) for value in _SIGNED)


class Radio(NamedTuple):
    """How a frame was received; None or () where the receiver does not say.

    A named tuple, as frozen as a record: building a frozen dataclass for each frame would take a quarter of the time in
    which a whole frame is to be decoded.

    Parameters
    ----------
    flags : int
        The flags field; see `has_fcs` and `bad_fcs`.
    tsft_us : int or None
        The receiver's clock at the first bit of the frame [microseconds].
    rate_mbps : float or None
        Rate of frames before 802.11n [Mbit/s].
    frequency_mhz : int or None
        Middle of the channel to which the receiver was tuned [MHz]; a frame leaks to neighbouring channels, so this is
        not the sender's channel.
    signals_dbm : tuple of int
        Received power by antenna, in the order of the header [dBm].
    noise_dbm : int or None
        Noise of the first antenna [dBm].
    phy : Phy or None
        Standard, scheme, streams and width of frames from 802.11n on.
    ampdu : int or None
        Reference number of the aggregate that the frame came in.
    """

    flags: int = 0
    tsft_us: int | None = None
    rate_mbps: float | None = None
    frequency_mhz: int | None = None
    signals_dbm: tuple[int, ...] = ()
    noise_dbm: int | None = None
    phy: Phy | None = None
    ampdu: int | None = None

    @property
    def has_fcs(self) -> bool:
        """Whether the frame ends in its checksum."""
        return bool(self.flags & FCS_AT_END)

    @property
    def bad_fcs(self) -> bool:
        """Whether the receiver says that the checksum failed."""
        return bool(self.flags & BAD_FCS)


NO_RADIO = Radio()
"""A frame of which the receiver says nothing."""


class _Layout(NamedTuple):
    """Offsets of the fields in the header; 0 where a field is absent (there stands the version)."""

    tsft: int = 0
    flags: int = 0
    rate: int = 0
    channel: int = 0
    signals: tuple[int, ...] = ()
    noise: int = 0
    ampdu: int = 0
    phy: tuple[str, slice, slice] | None = None
    no_frame: bool = False


def read_radiotap(data: bytes) -> tuple[Radio, int]:
    """Read the header before a frame.

    Parameters
    ----------
    data : bytes
        Radiotap header and frame.

    Returns
    -------
    (Radio, int)
        What it says, and where the frame starts; -1 where there is no whole header. A receiver that says that no frame
        follows (sounding by a null data packet) gives the end of the data.
    """
    if len(data) < 8:
        return NO_RADIO, -1
    version, _, n_bytes, word = _HEAD.unpack_from(data)
    if version or not 8 <= n_bytes <= len(data):
        return NO_RADIO, -1
    layout = (
        _layout(data[4:8], n_bytes, b"")
        if word <= 0x0FFFFFFF or not word & (_MORE | _FREE_FORM)
        else _long_layout(data, n_bytes)
    )
    tsft, flags, rate, channel, signals, noise, ampdu, phy, no_frame = layout
    return Radio(
        data[flags] if flags else 0,
        _LONG.unpack_from(data, tsft)[0] if tsft else None,
        (data[rate] / 2 or None) if rate else None,
        (data[channel] | data[channel + 1] << 8) if channel else None,
        (_ALONE[data[signals[0]]] if len(signals) == 1 else tuple([_SIGNED[data[at]] for at in signals])),
        _SIGNED[data[noise]] if noise else None,
        phy_of(phy[0], data[phy[1]], data[phy[2]]) if phy else None,
        _WORD.unpack_from(data, ampdu)[0] if ampdu else None,
    ), len(data) if no_frame else n_bytes


def _long_layout(data: bytes, n_bytes: int) -> _Layout:
    """Return the layout of a header with several present words, a vendor's namespace or TLVs."""
    end, free_form = 4, False
    for _ in range(MAX_WORDS):
        if end + 4 > n_bytes:
            return _Layout()
        word = _WORD.unpack_from(data, end)[0]
        free_form = free_form or bool(word & _FREE_FORM)
        end += 4
        if not word & _MORE:
            break
    else:
        return _Layout()
    return _layout(data[4:end], n_bytes, data[:n_bytes] if free_form else b"")


@lru_cache(maxsize=512)
def _layout(words: bytes, n_bytes: int, header: bytes) -> _Layout:
    """Return where the fields stand; `header` is given where that depends on more than the present words."""
    every = [_WORD.unpack_from(words, at)[0] for at in range(0, len(words), 4)]
    at, base, vendor = 4 + len(words), 0, False
    found: dict[int, list[int]] = {}
    for word in every:
        if not vendor:
            at = _fields(word, base, at, n_bytes, found)
        if at < 0:
            break
        base += 32
        if word & _VENDOR_NAMESPACE:
            at, base, vendor = _after_vendor(header, at), 0, True
        elif word & _RADIOTAP_NAMESPACE:
            base, vendor = 0, False
        if at < 0:
            break
    # TLVs follow the last word's fields and go on to the end
    tlvs = _tlvs(header, at) if every[-1] & _TLVS and not vendor and at > 0 else {}
    return _layout_of(found, tlvs)


def _fields(word: int, base: int, at: int, n_bytes: int, found: dict[int, list[int]]) -> int:
    """Note the offsets of one present word's fields; return the end of the last, -1 where it can't be known."""
    bits = word & (0x0FFFFFFF if base == 0 else 0x1FFFFFFF)
    if base and bits:
        return -1  # no field above 31 is defined, so nobody knows how long these are
    for bit, (align, size) in enumerate(_ALIGN_AND_SIZE):
        if bits >> bit & 1:
            at = -(-at // align) * align
            if at + size > n_bytes:
                return -1
            found.setdefault(bit, []).append(at)
            at += size
    return at


def _after_vendor(header: bytes, at: int) -> int:
    """Return the end of a vendor's data, which say themselves how long they are; -1 where they don't fit."""
    at += at & 1
    if at + _VENDOR_BYTES > len(header):
        return -1
    end = at + _VENDOR_BYTES + int(_SHORT.unpack_from(header, at + 4)[0])
    return end if end <= len(header) else -1


def _tlvs(header: bytes, at: int) -> dict[int, slice]:
    """Return where the values of U-SIG and EHT stand."""
    found: dict[int, slice] = {}
    at = -(-at // 4) * 4
    while at + 4 <= len(header):
        kind, size = _TLV.unpack_from(header, at)
        if at + 4 + size > len(header):
            break
        if kind in (_USIG_TLV, _EHT_TLV) and size >= 4:
            found.setdefault(kind, slice(at + 4, at + 4 + min(size, _MAX_TLV)))
        at += 4 + -(-size // 4) * 4
    return found


def _layout_of(found: dict[int, list[int]], tlvs: dict[int, slice]) -> _Layout:
    first = {bit: places[0] for bit, places in found.items()}
    phy: tuple[str, slice, slice] | None = None
    if tlvs:
        phy = ("11be", tlvs.get(_USIG_TLV, slice(0, 0)), tlvs.get(_EHT_TLV, slice(0, 0)))
    else:
        known = ((_HE, "11ax", 12), (_VHT, "11ac", 12), (_MCS, "11n", 3))
        found_phy = next(((name, first[bit], size) for bit, name, size in known if bit in first), None)
        if found_phy:
            phy = (found_phy[0], slice(found_phy[1], found_phy[1] + found_phy[2]), slice(0, 0))
    return _Layout(
        tsft=first.get(_TSFT, 0),
        flags=first.get(_FLAGS, 0),
        rate=first.get(_RATE, 0),
        channel=first.get(_CHANNEL, 0),
        signals=tuple(found.get(_SIGNAL, ())),
        noise=first.get(_NOISE, 0),
        ampdu=first.get(_AMPDU, 0),
        phy=phy,
        no_frame=_NO_PSDU in found,
    )
