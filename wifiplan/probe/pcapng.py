"""Blocks of a pcapng file: sections, interfaces and packets.

Source: draft-ietf-opsawg-pcapng, sections 3 and 4; the obsolete Packet Block, appendix A.
"""

from struct import Struct
from typing import NamedTuple

from wifiplan.probe.capture_source import MAX_PACKET_BYTES, Packet

SECTION_HEADER = b"\x0a\x0d\x0d\x0a"
_SECTION, _INTERFACE, _OBSOLETE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
_MAX_BLOCK_BYTES = 16 * 1024 * 1024
_MAX_INTERFACES = 4096
_RESOLUTION, _OFFSET = 9, 14
_BYTE_ORDER = 0x1A2B3C4D

NO_PACKET = Packet(0, -1, b"", 0)
"""A block that holds no packet."""


class _Interface(NamedTuple):
    link_type: int
    snap_bytes: int
    ticks_per_s: int
    offset_ns: int


class Section:
    """The section that is being read: its byte order and its interfaces."""

    def __init__(self) -> None:
        self.order = "<"
        self.interfaces: list[_Interface] = []
        self._set("<")

    def _set(self, order: str) -> None:
        self.order = order
        self.interfaces = []
        self.two = Struct(f"{order}II")
        self.five = Struct(f"{order}IIIII")
        self.obsolete = Struct(f"{order}HHIIII")
        self.head = Struct(f"{order}HHI")
        self.option = Struct(f"{order}HH")

    def length_at(self, data: bytes, at: int) -> int | None:
        """Return the length of the block at an offset, of which 12 bytes are there; None where it makes no sense."""
        if data[at : at + 4] == SECTION_HEADER:
            order = next((o for o in "<>" if Struct(f"{o}I").unpack_from(data, at + 8)[0] == _BYTE_ORDER), None)
            if order is None:
                return None
            self._set(order)
        length = int(self.two.unpack_from(data, at)[1])
        return length if 12 <= length <= _MAX_BLOCK_BYTES and length % 4 == 0 else None


def next_block(section: Section, data: bytes, at: int, length: int) -> Packet | None:
    """Read one whole block.

    Parameters
    ----------
    section : Section
        Gets the interfaces that blocks describe.
    data : bytes
        Holds the block from `at` on.
    at, length : int
        Where it starts, and its bytes, as `Section.length_at` says.

    Returns
    -------
    Packet or None
        A packet (NO_PACKET for blocks that hold none); None where the block is damaged.
    """
    kind, _ = section.two.unpack_from(data, at)
    end = at + length - 4
    if section.two.unpack_from(data, end - 4)[1] != length:
        return None
    start = at + 8
    if kind == _ENHANCED and end - start >= 20:
        number, high, low, n_kept, n_sent = section.five.unpack_from(data, start)
        return _packet(section, (number, high << 32 | low, n_sent), data, start + 20, min(n_kept, end - start - 20))
    if kind == _OBSOLETE and end - start >= 20:
        number, _, high, low, n_kept, n_sent = section.obsolete.unpack_from(data, start)
        return _packet(section, (number, high << 32 | low, n_sent), data, start + 20, min(n_kept, end - start - 20))
    if kind == _SIMPLE and end - start >= 4:
        n_sent = section.two.unpack_from(data, start)[0]
        snap = section.interfaces[0].snap_bytes if section.interfaces else 0
        n_kept = min(n_sent, snap or n_sent, end - start - 4)
        return _packet(section, (0, 0, n_sent), data, start + 4, n_kept)
    if kind == _INTERFACE and end - start >= 8 and len(section.interfaces) < _MAX_INTERFACES:
        link_type, _, snap_bytes = section.head.unpack_from(data, start)
        section.interfaces.append(_interface(section, link_type, snap_bytes, data[start + 8 : end]))
    return NO_PACKET


def _packet(section: Section, head: tuple[int, int, int], data: bytes, start: int, n_kept: int) -> Packet | None:
    number, ticks, n_sent = head
    if n_kept > MAX_PACKET_BYTES or number >= len(section.interfaces):
        return None
    interface = section.interfaces[number]
    if interface.ticks_per_s == 1_000_000:
        time_ns = ticks * 1000 + interface.offset_ns
    else:
        time_ns = ticks * 1_000_000_000 // interface.ticks_per_s + interface.offset_ns
    return Packet(time_ns, interface.link_type, data[start : start + n_kept], max(0, n_sent - n_kept))


def _interface(section: Section, link_type: int, snap_bytes: int, options: bytes) -> _Interface:
    ticks_per_s, offset_ns, at = 1_000_000, 0, 0
    while at + 4 <= len(options):
        code, size = section.option.unpack_from(options, at)
        value = options[at + 4 : at + 4 + size]
        if code == 0 or len(value) < size:
            break
        if code == _RESOLUTION and size == 1:
            ticks_per_s = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
        elif code == _OFFSET and size == 8:
            order = "little" if section.order == "<" else "big"
            offset_ns = int.from_bytes(value, "little" if order == "little" else "big", signed=True) * 1_000_000_000
        at += 4 + size + -size % 4
    return _Interface(link_type, snap_bytes, ticks_per_s, offset_ns)
