"""Bytes of the air -> Frame: radiotap, 802.11 header, elements. Never raises, whatever the bytes are.

Scapy reads 250 to 390 beacons a second of processor time, a room with thirty networks sends 300: so the frames are read
here by hand, in one pass. What makes it quick: layouts of radiotap headers, contents of elements and whole element
lists that came before are remembered, and results are named tuples, as frozen as a record and several times cheaper to
make.

Source: IEEE 802.11-2020, 9.2 (header), 9.3 (frame formats).
"""

from struct import Struct
from typing import NamedTuple, TypeAlias
from zlib import crc32

from wifiplan.probe.elements import NO_ELEMENTS, Elements, read_elements
from wifiplan.probe.ppi import read_ppi
from wifiplan.probe.prism import read_prism
from wifiplan.probe.radiotap import FCS_AT_END, NO_RADIO, Radio, read_radiotap

MANAGEMENT, CONTROL, DATA, EXTENSION = 0, 1, 2, 3
"""Types of frames."""

ASSOCIATION_REQUEST, ASSOCIATION_RESPONSE, REASSOCIATION_REQUEST, REASSOCIATION_RESPONSE = 0, 1, 2, 3
PROBE_REQUEST, PROBE_RESPONSE, BEACON = 4, 5, 8
DISASSOCIATION, AUTHENTICATION, DEAUTHENTICATION, ACTION, ACTION_NO_ACK = 10, 11, 12, 13, 14
"""Subtypes of management frames."""

BLOCK_ACK_REQUEST, BLOCK_ACK, PS_POLL, RTS, CTS, ACK, CF_END = 8, 9, 10, 11, 12, 13, 14
"""Subtypes of control frames."""

PLAIN, PRISM, RADIOTAP, AVS, PPI = 105, 119, 127, 163, 192
LINK_TYPES: frozenset[int] = frozenset({PLAIN, PRISM, RADIOTAP, AVS, PPI})
"""What may stand before a frame in a capture, by its link type: nothing, Prism (or AVS), radiotap, AVS, PPI."""

_TO_DS, _FROM_DS, _FRAGMENTS, _RETRY, _PROTECTED, _ORDER = 0x01, 0x02, 0x04, 0x08, 0x40, 0x80
_NULL = 0x04
_FCS_BYTES = 4
_MANAGEMENT_BYTES = 24
_FIXED_BYTES = {
    ASSOCIATION_REQUEST: 4,
    ASSOCIATION_RESPONSE: 6,
    REASSOCIATION_REQUEST: 10,
    REASSOCIATION_RESPONSE: 6,
    PROBE_REQUEST: 0,
    PROBE_RESPONSE: 12,
    BEACON: 12,
}
"""Bytes before the elements, of the frames whose elements are read."""

_CODE_AT = {
    ASSOCIATION_RESPONSE: 2,
    REASSOCIATION_RESPONSE: 2,
    DISASSOCIATION: 0,
    AUTHENTICATION: 4,
    DEAUTHENTICATION: 0,
    ACTION: 0,
    ACTION_NO_ACK: 0,
}
"""Where a status, a reason or an action's category stands."""

_HEAD = Struct("<BBH6s6s6sH")
_FIXED = Struct("<QHH")
_GROUP_BIT = 0x01
_Head: TypeAlias = tuple[int, int, int, int | None, bytes, bytes, bytes, int]


class Frame(NamedTuple):
    """One frame of the air; None where it holds no such field, or is too short for it.

    A named tuple, as frozen as a record; see the module. Addresses are six bytes: they tell devices apart while frames
    are read, and must not be stored or printed unless they are an access point's.

    Parameters
    ----------
    kind, subtype : int
        Type (MANAGEMENT, CONTROL, DATA, EXTENSION) and subtype; -1 where not even they are there.
    flags : int
        Second byte of the frame control field; see the properties.
    duration_us : int or None
        Time that the sender reserves after this frame [microseconds]; None where the field holds an association id.
    receiver, transmitter, bssid : bytes or None
        Addresses on the air, and the BSS that the frame belongs to (None between access points).
    sequence : int or None
        Sequence number, from 0 to 4095.
    n_bytes : int
        Length on the air with checksum, also where the capture holds only its beginning.
    radio : Radio
        How it was received.
    timestamp_us, interval_tu, capability : int or None
        Fixed fields of beacons and probe responses: the sender's clock [microseconds], the time between beacons
        [1.024 ms], the capability bits.
    elements : Elements or None
        Elements of beacons, probes and (re)associations; None in all others.
    code : int or None
        Status of a response or an authentication, reason of a (dis)association's end, category of an action.
    fault : str
        Why the frame could not be read whole, blank where it could.
    """

    kind: int = -1
    subtype: int = -1
    flags: int = 0
    duration_us: int | None = None
    receiver: bytes | None = None
    transmitter: bytes | None = None
    bssid: bytes | None = None
    sequence: int | None = None
    n_bytes: int = 0
    radio: Radio = NO_RADIO
    timestamp_us: int | None = None
    interval_tu: int | None = None
    capability: int | None = None
    elements: Elements | None = None
    code: int | None = None
    fault: str = ""

    @property
    def announces(self) -> bool:
        """Whether it is a beacon or a probe response."""
        return self.kind == MANAGEMENT and self.subtype in (BEACON, PROBE_RESPONSE)

    @property
    def is_data(self) -> bool:
        """Whether it carries data of users, unlike a null frame of power saving."""
        return self.kind == DATA and not self.subtype & _NULL

    @property
    def retry(self) -> bool:
        """Whether it is sent again."""
        return bool(self.flags & _RETRY)

    @property
    def to_ds(self) -> bool:
        """Whether it goes to an access point."""
        return bool(self.flags & _TO_DS)

    @property
    def from_ds(self) -> bool:
        """Whether it comes from an access point."""
        return bool(self.flags & _FROM_DS)

    @property
    def protected(self) -> bool:
        """Whether its body is encrypted."""
        return bool(self.flags & _PROTECTED)

    @property
    def privacy(self) -> bool:
        """Whether the BSS asks for encryption (beacons and probe responses)."""
        return bool((self.capability or 0) & 0x10)

    @property
    def signal_dbm(self) -> int | None:
        """Received power at the first antenna [dBm]."""
        signals = self.radio.signals_dbm
        return signals[0] if signals else None

    @property
    def station(self) -> bytes | None:
        """The device in a frame between an access point and one device; None in all others.

        It tells stations apart. Store it only as a salted hash.
        """
        way = self.flags & (_TO_DS | _FROM_DS)
        if self.kind == DATA and way == _TO_DS:
            return self.transmitter
        if self.kind == DATA and way == _FROM_DS and self.receiver and not self.receiver[0] & _GROUP_BIT:
            return self.receiver
        return None


def decode(data: bytes, *, radiotap: bool, n_cut: int = 0) -> Frame:
    """Read one frame.

    Parameters
    ----------
    data : bytes
        A frame as captured; other buffers (bytearray, memoryview) are copied.
    radiotap : bool
        Whether a radiotap header stands before it (link type 127) or nothing does (105).
    n_cut : int
        Bytes that the capture left out at the end.

    Returns
    -------
    Frame
        What could be read; `fault` says why the rest could not. No bytes make it raise.

    Examples
    --------
    >>> beacon = bytes.fromhex("80000000ffffffffffff0200000000010200000000010000") + bytes(8)
    >>> frame = decode(beacon + bytes.fromhex("64001100" "0006636c61737331" "030106"), radiotap=False)
    >>> frame.elements.ssid, frame.elements.operation.channel, frame.interval_tu
    (b'class1', 6, 100)
    """
    if type(data) is not bytes:
        data = bytes(data)
    if not radiotap:
        return read_frame(data, 0, NO_RADIO, n_cut)
    radio, start = read_radiotap(data)
    if start < 0:
        return Frame(n_bytes=len(data) + n_cut, fault="the radiotap header is cut off or senseless")
    return read_frame(data, start, radio, n_cut)


def decode_packet(data: bytes, *, link_type: int, n_cut: int = 0) -> Frame:
    """Read one frame of a capture, by its link type; as `decode` for radiotap and plain frames."""
    if link_type in (PLAIN, RADIOTAP):
        return decode(data, radiotap=link_type == RADIOTAP, n_cut=n_cut)
    radio, start = read_ppi(data) if link_type == PPI else read_prism(data)
    if start < 0:
        name = "PPI" if link_type == PPI else "Prism or AVS"
        return Frame(n_bytes=len(data) + n_cut, fault=f"the {name} header is cut off or senseless")
    return read_frame(data, start, radio, n_cut)


def read_frame(data: bytes, start: int, radio: Radio, n_cut: int = 0) -> Frame:
    """Read the 802.11 frame that starts at an offset; `radio` says how it was received."""
    end = len(data)
    n_bytes = end - start + n_cut
    if radio.flags & FCS_AT_END:
        end -= _FCS_BYTES - n_cut if n_cut < _FCS_BYTES else 0
    elif not radio.flags and not n_cut and _ends_in_fcs(data, start, end):
        end -= _FCS_BYTES
    else:
        n_bytes += _FCS_BYTES
    if end - start < _MANAGEMENT_BYTES:
        return _short(data[start : max(start, end)], n_bytes, radio)
    control, flags, duration, first, second, third, sequence = _HEAD.unpack_from(data, start)
    if control & 3:
        return Frame(flags=flags, n_bytes=n_bytes, radio=radio, fault="unknown protocol version")
    kind, subtype = control >> 2 & 3, control >> 4
    if kind == MANAGEMENT:
        head = (kind, subtype, flags, duration if duration < 0x8000 else None, first, second, third, sequence >> 4)
        return _management(head, data[start + _MANAGEMENT_BYTES + (4 if flags & _ORDER else 0) : end], n_bytes, radio)
    if kind == CONTROL:
        return _short(data[start:end], n_bytes, radio)
    bssid = (third, first, second, None)[flags & 3] if kind == DATA else None
    duration_us = duration if duration < 0x8000 else None
    return Frame(kind, subtype, flags, duration_us, first, second, bssid, sequence >> 4, n_bytes, radio)


def _management(head: _Head, body: bytes, n_bytes: int, radio: Radio) -> Frame:
    """Read the body of a management frame: fixed fields, then elements."""
    subtype, flags = head[1], head[2]
    n_fixed = _FIXED_BYTES.get(subtype)
    if flags & (_FRAGMENTS | _PROTECTED):
        if n_fixed is None:
            return Frame(*head, n_bytes, radio)
        return Frame(*head, n_bytes, radio, elements=NO_ELEMENTS, fault="the body is encrypted or a fragment")
    if n_fixed == 12 and len(body) >= 12:
        stamp, interval, capability = _FIXED.unpack_from(body)
        return Frame(*head, n_bytes, radio, stamp, interval, capability, read_elements(body[12:]))
    at = _CODE_AT.get(subtype)
    code: int | None = None
    if at is not None and len(body) >= at + 2:
        code = body[at] if subtype in (ACTION, ACTION_NO_ACK) else body[at] | body[at + 1] << 8
    if n_fixed is None:
        return Frame(*head, n_bytes, radio, code=code)
    if len(body) < n_fixed:
        return Frame(*head, n_bytes, radio, elements=NO_ELEMENTS, fault="the fixed fields are cut off")
    return Frame(*head, n_bytes, radio, elements=read_elements(body[n_fixed:]), code=code)


def _ends_in_fcs(data: bytes, start: int, end: int) -> bool:
    """Return whether a frame that comes without a word on it ends in its own checksum."""
    if end - start < _FCS_BYTES + 10:
        return False
    return crc32(memoryview(data)[start : end - _FCS_BYTES]) == int.from_bytes(data[end - _FCS_BYTES : end], "little")


def _short(frame: bytes, n_bytes: int, radio: Radio) -> Frame:
    """Read a control frame, or what is there of a frame that is too short for its header."""
    if len(frame) < 2:
        return Frame(n_bytes=n_bytes, radio=radio, fault="the frame control field is cut off")
    control, flags = frame[0], frame[1]
    if control & 3:
        return Frame(flags=flags, n_bytes=n_bytes, radio=radio, fault="unknown protocol version")
    kind, subtype = control >> 2 & 3, control >> 4
    duration = frame[2] | frame[3] << 8 if len(frame) >= 4 else 0x8000
    receiver = frame[4:10] if len(frame) >= 10 else None
    sender = kind != CONTROL or subtype not in (CTS, ACK)
    transmitter = frame[10:16] if len(frame) >= 16 and sender else None
    whole = kind == CONTROL and receiver is not None and (transmitter is not None or not sender)
    return Frame(
        kind=kind,
        subtype=subtype,
        flags=flags,
        duration_us=duration if duration < 0x8000 else None,
        receiver=receiver,
        transmitter=transmitter,
        bssid=frame[16:22] if kind == MANAGEMENT and len(frame) >= 22 else None,
        n_bytes=n_bytes,
        radio=radio,
        fault="" if whole else "the header is cut off",
    )
