"""Which channel and width a BSS uses, from its DS, HT, VHT, HE and EHT operation elements.

The receiver's own channel is never asked: a beacon is heard on neighbouring channels too.

Source: IEEE 802.11-2020, 9.4.2.3 (DSSS), 9.4.2.56 (HT), 9.4.2.158 (VHT, table 9-274 on centre segments); IEEE
802.11ax-2021, 9.4.2.249 (HE); IEEE 802.11be, 9.4.2.311 (EHT).
"""

from functools import lru_cache
from typing import NamedTuple

LAST_2_4_GHZ = 14
"""Channel numbers up to here are in 2.4 GHz, unless the BSS says that it is in 6 GHz."""


class Operation(NamedTuple):
    """The channel of a BSS.

    `channel` is the primary 20 MHz channel, `middle` the channel number of the middle of the whole (of its first half
    where the two lie `apart`: 80+80 MHz); `punctured` marks the 20 MHz parts that are left out, lowest first, as bits.
    """

    channel: int | None = None
    band: str | None = None
    width_mhz: int | None = None
    middle: int | None = None
    apart: bool = False
    punctured: int = 0
    bss_color: int | None = None


_NOTHING = b""


@lru_cache(maxsize=2048)
def operation(ds: bytes, ht: bytes, vht: bytes, he: bytes, eht: bytes) -> Operation:
    """Return the channel from the elements' contents, each blank where it is absent.

    Examples
    --------
    >>> operation(b"", bytes([36, 5]) + bytes(20), bytes([1, 42, 0, 0, 0]), b"", b"")[:4]
    (36, '5', 80, 42)
    >>> operation(bytes([6]), b"", b"", b"", b"")[:3]
    (6, '2.4', 20)
    """
    color, he_vht, six = _he_parts(he)
    primary = _primary(ds, ht)
    if six and not ht and primary in (None, six[0]):  # nobody sends HT Operation in 6 GHz
        found = _six_ghz(six)
    else:
        width, middle, apart = _width(primary, ht, vht if len(vht) >= 3 else he_vht)
        band = None if primary is None else "2.4" if primary <= LAST_2_4_GHZ else "5"
        found = Operation(primary, band, width, middle, apart)
    wider = _eht_width(eht)
    if wider is not None:
        found = found._replace(width_mhz=wider[0], middle=wider[1], apart=False, punctured=wider[2])
    return found._replace(bss_color=color)


def _primary(ds: bytes, ht: bytes) -> int | None:
    if len(ds) == 1 and ds[0]:
        return ds[0]
    return ht[0] or None if len(ht) >= 1 else None


def _width(primary: int | None, ht: bytes, vht: bytes) -> tuple[int | None, int | None, bool]:
    """Return width, middle and whether two halves lie apart, of a BSS in 2.4 or 5 GHz."""
    side = ht[1] & 3 if len(ht) >= 2 and ht[1] & 4 else 0
    width = 40 if side in (1, 3) else 20
    middle = None if primary is None else primary + {1: 2, 3: -2}.get(side, 0)
    if len(vht) < 3 or vht[0] not in (1, 2, 3) or not vht[1]:
        return (None if primary is None else width), middle, False
    kind, first, second = vht[0], vht[1], vht[2]
    if not second and len(ht) >= 4:
        # 160 MHz of access points with fewer streams there: the second segment stands in the HT element
        second = (ht[2] >> 5) | (ht[3] & 0x1F) << 3
    if kind == 2:
        return 160, first, False
    gap = abs(second - first) if second else 0
    if kind == 3 or gap > 16:
        return 160, first, True
    return (160, second, False) if gap == 8 else (80, first, False)


def _he_parts(he: bytes) -> tuple[int | None, bytes, bytes]:
    """Return colour, VHT operation and 6 GHz operation of an HE Operation element."""
    if len(he) < 6:
        return None, _NOTHING, _NOTHING
    parameters = int.from_bytes(he[:3], "little")
    color = None if he[3] & 0x80 else he[3] & 0x3F or None
    at, vht = 6, _NOTHING
    if parameters & 1 << 14:
        vht, at = he[at : at + 3], at + 3
    if parameters & 1 << 15:
        at += 1
    six = he[at : at + 5] if parameters & 1 << 17 else _NOTHING
    return color, vht, six if len(six) == 5 else _NOTHING


def _six_ghz(six: bytes) -> Operation:
    primary, control, first, second = six[0] or None, six[1], six[2], six[3]
    width = (20, 40, 80, 160)[control & 3]
    if width < 160:
        return Operation(primary, "6", width, first or None)
    apart = abs(second - first) > 16 and second != 0
    return Operation(primary, "6", width, (first if apart else second) or None, apart)


def _eht_width(eht: bytes) -> tuple[int, int | None, int] | None:
    """Return width, middle and the bits of punctured parts, where an EHT Operation element says them."""
    if len(eht) < 8 or not eht[0] & 1 or eht[5] & 7 > 4:
        return None
    width = (20, 40, 80, 160, 320)[eht[5] & 7]
    middle = (eht[7] if width >= 160 else eht[6]) or None
    punctured = int.from_bytes(eht[8:10], "little") if eht[0] & 2 and len(eht) >= 10 else 0
    return width, middle, punctured
