"""Standard, scheme, streams and width of a received frame, from the fields of radiotap that tell them.

Source: radiotap.org, fields MCS, VHT, HE and the TLVs U-SIG and EHT.
"""

from functools import lru_cache
from struct import Struct
from typing import NamedTuple

_THREE = Struct("<BBB")
_VHT = Struct("<HBB4sBBH")
_HE = Struct("<6H")
_HE_WIDTH_MHZ = (20, 40, 80, 160)
_HE_GUARD_NS = (800, 1600, 3200)
_VHT_WIDTH_MHZ = {0: 20, 1: 40, 4: 80, 11: 160}
_EHT_USER = 40
"""The first user's word stands behind `known` and nine words of data."""

_USIG_WIDTH_MHZ = {0: 20, 1: 40, 2: 80, 3: 160, 4: 320, 5: 320}


class Phy(NamedTuple):
    """How a frame of 802.11n and later was sent; None where the receiver does not say.

    A frame in a resource unit of OFDMA has the width of the whole PPDU and `shared` set: `width_mhz` is then no base of
    its rate.
    """

    standard: str
    mcs: int | None = None
    streams: int | None = None
    width_mhz: int | None = None
    guard_ns: int | None = None
    shared: bool = False


@lru_cache(maxsize=2048)
def phy_of(standard: str, field: bytes, more: bytes = b"") -> Phy:
    """Return what a field tells.

    Parameters
    ----------
    standard : str
        "11n" for the field MCS, "11ac" for VHT, "11ax" for HE, "11be" for the TLVs U-SIG and EHT.
    field, more : bytes
        The field's value; for 802.11be U-SIG and EHT, blank where one is not given.

    Examples
    --------
    >>> phy_of("11n", bytes([0x07, 0x05, 0x0F]))
    Phy(standard='11n', mcs=7, streams=2, width_mhz=40, guard_ns=400, shared=False)
    """
    if standard == "11n":
        return _ht(field)
    if standard == "11be":
        return _eht(field, more)
    if len(field) < 12:
        return Phy(standard)
    return _vht(field) if standard == "11ac" else _he(field)


def _ht(field: bytes) -> Phy:
    if len(field) < 3:
        return Phy("11n")
    known, flags, mcs = _THREE.unpack_from(field)
    return Phy(
        "11n",
        mcs & 7 if known & 2 and mcs < 32 else None,
        mcs // 8 + 1 if known & 2 and mcs < 32 else None,
        (40 if flags & 3 == 1 else 20) if known & 1 else None,
        (400 if flags & 4 else 800) if known & 4 else None,
    )


def _vht(field: bytes) -> Phy:
    known, flags, width, users, _, _, _ = _VHT.unpack_from(field)
    user = next((value for value in users if value & 0x0F), 0)
    wide = 20 if width == 0 else 40 if width < 4 else 80 if width < 11 else 160
    return Phy(
        "11ac",
        user >> 4 if user else None,
        user & 0x0F or None,
        _VHT_WIDTH_MHZ.get(width, wide) if known & 0x40 and width < 26 else None,
        (400 if flags & 4 else 800) if known & 4 else None,
        sum(1 for value in users if value & 0x0F) > 1,
    )


def _he(field: bytes) -> Phy:
    data1, data2, data3, _, data5, data6 = _HE.unpack_from(field)
    form = data1 & 3  # SU, extended range SU, MU, trigger based
    allocation = data5 & 0x0F
    guard = data5 >> 4 & 3
    return Phy(
        "11ax",
        data3 >> 8 & 0x0F if data1 & 0x20 else None,
        data6 & 0x0F or None,
        _HE_WIDTH_MHZ[allocation] if data1 & 0x4000 and allocation < 4 else None,
        _HE_GUARD_NS[guard] if data2 & 2 and guard < 3 else None,
        form >= 2 or allocation >= 4,
    )


def _eht(usig: bytes, eht: bytes) -> Phy:
    common = int.from_bytes(usig[:4], "little")
    width = _USIG_WIDTH_MHZ.get(common >> 15 & 7) if common & 2 else None
    user = int.from_bytes(eht[_EHT_USER : _EHT_USER + 4], "little") if len(eht) >= _EHT_USER + 4 else 0
    return Phy(
        "11be",
        user >> 20 & 0x0F if user & 2 else None,
        (user >> 24 & 0x0F) + 1 if user & 0x10 else None,
        width,
        None,
        len(eht) >= _EHT_USER + 8,
    )
