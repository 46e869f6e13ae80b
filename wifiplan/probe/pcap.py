"""Captures as streams: pcap and pcapng, packet by packet in flat memory.

A source is anything with `read1`, a pipe too: a packet is handed on as soon as it is there. A capture that is cut off,
damaged or larger than the caps ends with what was read up to there and a note that says so; only what is no capture at
all, or none of 802.11, is refused.

Source: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng (file formats); tcpdump.org/linktypes.html.
"""

from collections.abc import Iterator
from struct import Struct

from wifiplan.errors import Fault, ProbeError
from wifiplan.probe.capture_source import MAX_PACKET_BYTES, Caps, Packet, Source, Window
from wifiplan.probe.frames import LINK_TYPES
from wifiplan.probe.pcapng import SECTION_HEADER, Section, next_block

_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1000, 24),
    b"\xa1\xb2\xcd\x34": (">", 1000, 24),
}
"""First bytes of a pcap file: byte order, nanoseconds a tick, bytes of a packet's header (24: the "modified" kind)."""

_HEADER_BYTES = 24
_OTHER_LINKS = {
    0: "BSD loopback",
    1: "Ethernet",
    12: "raw IP",
    101: "raw IP",
    113: "Linux cooked",
    195: "802.15.4",
    201: "Bluetooth",
    251: "Bluetooth LE",
    276: "Linux cooked v2",
}


class Capture:
    """A capture that can be read once, from its beginning to its end.

    Parameters
    ----------
    source : Source
        An open file, a pipe's reader, an unpacked stream.
    caps : Caps
        Where reading ends at the latest.
    where : str
        Name of the capture in messages.

    Attributes
    ----------
    notes : tuple of Fault
        Why reading ended before the end, and what was left out; complete when iteration has ended.
    n_packets : int
        Packets handed on so far.

    Raises
    ------
    ProbeError
        When iteration starts: the source is no capture, or holds no 802.11 frames; for pcapng, where interfaces are
        named on the way, at its end.

    Examples
    --------
    >>> import io
    >>> list(Capture(io.BytesIO(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000069000000"))))
    []
    """

    def __init__(self, source: Source, *, caps: Caps | None = None, where: str = "") -> None:
        self._caps = caps or Caps()
        self._window = Window(source, self._caps)
        self._where = where
        self._skipped: dict[int, int] = {}
        self.n_packets = 0

    @property
    def notes(self) -> tuple[Fault, ...]:
        """What was left out, and why."""
        links = ", ".join(f"{_link_name(link)}: {n:,}" for link, n in sorted(self._skipped.items()))
        skipped = Fault(
            where="",
            problem=f"packets of other kinds were left out ({links})",
            zh=(f"略過其他類型的封包（{links}）", ""),
        )
        return tuple(self._window.notes) + ((skipped,) if self._skipped else ())

    def __iter__(self) -> Iterator[Packet]:
        """Yield the packets of 802.11."""
        window = self._window
        window.has(_HEADER_BYTES)
        magic = window.data[:4]
        if magic in _MAGICS:
            return self._pcap(*_MAGICS[magic])
        if magic == SECTION_HEADER:
            return self._pcapng()
        raise self._no_capture(window.data)

    def _pcap(self, order: str, ns: int, n_head: int) -> Iterator[Packet]:
        window = self._window
        if len(window.data) < _HEADER_BYTES:
            raise self._no_capture(window.data)
        link = int(Struct(f"{order}I").unpack_from(window.data, 20)[0]) & 0xFFFF
        if link not in LINK_TYPES:
            raise self._other_link({link: 1})
        window.at = _HEADER_BYTES
        read = Struct(f"{order}IIII").unpack_from
        left = self._caps.max_packets
        n_kept = 0
        while True:
            data, at, end = window.data, window.at, len(window.data)
            while end - at >= n_head:
                seconds, fraction, n_kept, n_sent = read(data, at)
                start = at + n_head
                stop = start + n_kept
                if stop > end:
                    break
                if not left:
                    window.end_at_cap()
                    return
                at = stop
                left -= 1
                self.n_packets += 1
                yield Packet(
                    seconds * 1_000_000_000 + fraction * ns,
                    link,
                    data[start:stop],
                    n_sent - n_kept if n_sent > n_kept else 0,
                )
            window.at = at
            if end - at >= n_head and n_kept > MAX_PACKET_BYTES:
                window.end_damaged(self.n_packets)
                return
            if not window.more():
                if window.data:
                    window.end_cut(self.n_packets)
                return

    def _pcapng(self) -> Iterator[Packet]:
        window, section = self._window, Section()
        while window.has(1):
            if not window.has(12):
                window.end_cut(self.n_packets)
                return
            length = section.length_at(window.data, window.at)
            if length is None:
                window.end_damaged(self.n_packets)
                return
            if not window.has(length):
                window.end_cut(self.n_packets)
                return
            packet = next_block(section, window.data, window.at, length)
            if packet is None:
                window.end_damaged(self.n_packets)
                return
            window.at += length
            if not packet.data and packet.link_type < 0:
                continue
            if packet.link_type not in LINK_TYPES:
                self._skipped[packet.link_type] = self._skipped.get(packet.link_type, 0) + 1
                continue
            if self.n_packets >= self._caps.max_packets:
                window.end_at_cap()
                return
            self.n_packets += 1
            yield packet
        if not self.n_packets and self._skipped:
            raise self._other_link(self._skipped)

    def _no_capture(self, head: bytes) -> ProbeError:
        if self._window.notes:
            why = self._window.notes[0]
            return ProbeError(
                f"the capture can't be read: {why.text()}",
                remedy="capture or copy it again",
                where=self._where,
                zh=(f"擷取檔無法讀取：{why.text('zh-TW')}", "請重新擷取或複製"),
            )
        if not head:
            return ProbeError(
                "the capture is empty",
                remedy="capture again, in monitor mode",
                where=self._where,
                zh=("擷取檔是空的", "請以監聽模式重新擷取"),
            )
        return ProbeError(
            "this is no capture in the formats pcap or pcapng",
            remedy="save it as pcap or pcapng (Wireshark: File, Save As); .gz is read too",
            where=self._where,
            zh=(
                "這不是 pcap 或 pcapng 格式的擷取檔",
                "請另存為 pcap 或 pcapng（Wireshark 的「另存新檔」）；也可讀 .gz",
            ),
        )

    def _other_link(self, links: dict[int, int]) -> ProbeError:
        names = ", ".join(_link_name(link) for link in sorted(links))
        return ProbeError(
            f"the capture holds no 802.11 frames, but packets of link type {names}",
            remedy="capture in monitor mode: link type 105 (802.11), 119 (Prism), 127 (radiotap), 163 (AVS), 192 (PPI)",
            where=self._where,
            zh=(
                f"擷取檔裡沒有 802.11 訊框，連結層類型是 {names}",
                "請以監聽模式擷取：802.11 (105)、Prism (119)、radiotap (127)、AVS (163) 或 PPI (192)",
            ),
        )


def _link_name(link: int) -> str:
    name = _OTHER_LINKS.get(link)
    return f"{link} ({name})" if name else str(link)
