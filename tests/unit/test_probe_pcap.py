"""Captures as streams: both formats, both byte orders, pipes, caps, and files that end or lie anywhere."""

import io
import os
import struct
import threading
from collections.abc import Sequence

import pytest

from wifiplan.errors import ProbeError
from wifiplan.probe.capture_source import Caps, Packet, Source
from wifiplan.probe.pcap import Capture

PACKETS = (b"one", b"second", b"", b"the fourth one")


def pcap(packets: Sequence[bytes] = PACKETS, *, order: str = "<", ns: bool = False, link: int = 105) -> bytes:
    head = struct.pack(f"{order}IHHiIII", 0xA1B23C4D if ns else 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    return head + b"".join(
        struct.pack(f"{order}IIII", 100 + n, 7, len(p), len(p) + n) + p for n, p in enumerate(packets)
    )


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", 12 + len(body))
    return struct.pack(f"{order}I", kind) + size + body + size


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(link: int = 105, options: bytes = b"", snap: int = 0, order: str = "<") -> bytes:
    return block(1, struct.pack(f"{order}HHI", link, 0, snap) + options, order)


def enhanced(data: bytes, ticks: int = 0, number: int = 0, sent: int | None = None, order: str = "<") -> bytes:
    size = len(data) if sent is None else sent
    head = struct.pack(f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data), size)
    return block(6, head + data + bytes(-len(data) % 4), order)


def read(data: bytes, caps: Caps | None = None) -> tuple[list[Packet], list[str]]:
    capture = Capture(io.BytesIO(data), caps=caps, where="x.pcap")
    packets = list(capture)
    return packets, [note.text() for note in capture.notes]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("ns", "tick"), [(False, 1000), (True, 1)])
def test_pcap_in_both_orders_and_resolutions(order: str, ns: bool, tick: int) -> None:  # noqa: FBT001
    packets, notes = read(pcap(order=order, ns=ns))
    assert [p.data for p in packets] == list(PACKETS)
    assert [p.n_cut for p in packets] == [0, 1, 2, 3]
    assert packets[1].time_ns == 101_000_000_000 + 7 * tick
    assert notes == []


def test_the_modified_kind_has_longer_heads() -> None:
    head = struct.pack("<IHHiIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, 127)
    packets, _ = read(head + b"".join(struct.pack("<IIIIIHBB", 5, 0, len(p), len(p), 1, 2, 3, 0) + p for p in PACKETS))
    assert [p.data for p in packets] == list(PACKETS)
    assert {p.link_type for p in packets} == {127}


def test_a_link_type_may_carry_the_length_of_a_checksum() -> None:
    assert read(pcap(link=127 | 0x24000000))[0][0].link_type == 127


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_in_both_orders(order: str) -> None:
    data = section(order) + interface(127, order=order) + b"".join(enhanced(p, order=order) for p in PACKETS)
    packets, notes = read(data)
    assert ([p.data for p in packets], notes) == (list(PACKETS), [])
    assert {p.link_type for p in packets} == {127}


def test_sections_begin_anew_and_interfaces_have_their_own_clocks() -> None:
    nano = struct.pack("<HHBxxx", 9, 1, 9) + struct.pack("<HH", 0, 0)
    binary = struct.pack("<HHBxxx", 9, 1, 0x80 | 10) + struct.pack("<HHq", 14, 8, 50)
    data = section() + interface(127, nano) + interface(105, binary) + enhanced(b"a", 5) + enhanced(b"b", 512, 1)
    data += section(">") + interface(119, order=">") + enhanced(b"c", 3, order=">")
    packets, _ = read(data)
    assert [(p.link_type, p.time_ns, p.data) for p in packets] == [
        (127, 5, b"a"),
        (105, 50_500_000_000, b"b"),
        (119, 3000, b"c"),
    ]


def test_simple_and_obsolete_packets_and_unknown_blocks() -> None:
    data = section() + interface(105, snap=4) + block(0x0BAD, b"what is this")
    data += block(3, struct.pack("<I", 6) + b"abcd") + block(3, struct.pack("<I", 2) + b"xy")
    data += block(2, struct.pack("<HHIIII", 0, 0, 0, 9, 3, 5) + b"old")
    assert [(p.data, p.n_cut) for p in read(data)[0]] == [(b"abcd", 2), (b"xy", 0), (b"old", 2)]


def test_packets_of_other_links_are_left_out_and_said() -> None:
    packets, notes = read(section() + interface(1) + interface(105) + enhanced(b"wire") + enhanced(b"air", number=1))
    assert [p.data for p in packets] == [b"air"]
    assert notes == ["packets of other kinds were left out (1 (Ethernet): 1)"]


@pytest.mark.parametrize("data", [pcap(link=1), section() + interface(1) + enhanced(b"wire")])
def test_a_capture_of_the_wire_is_refused(data: bytes) -> None:
    with pytest.raises(ProbeError, match=r"link type 1 \(Ethernet\)"):
        read(data)


@pytest.mark.parametrize("data", [b"", b"\xd4", b"PK\x03\x04" + bytes(30), b"\x0a\x0d\x0d\x0b" * 9, bytes(100)])
def test_what_is_no_capture_is_refused(data: bytes) -> None:
    with pytest.raises(ProbeError, match=r"empty|no capture") as caught:
        read(data)
    assert caught.value.where == "x.pcap"
    assert "擷取檔" in caught.value.text("zh-TW")


@pytest.mark.parametrize("whole", [pcap(), section() + interface() + b"".join(enhanced(p) for p in PACKETS)])
def test_every_beginning_of_a_capture_is_read_as_far_as_it_goes(whole: bytes) -> None:
    full, _ = read(whole)
    n_before = 0
    for n in range(24, len(whole)):
        packets, notes = read(whole[:n])
        assert packets == full[: len(packets)]
        assert n_before <= len(packets) < len(full) or n == len(whole)
        n_before = len(packets)
        assert len(notes) <= 1
    assert "cut off after 3 packets" in read(whole[:-1])[1][0]


@pytest.mark.parametrize(
    "data",
    [
        pcap(PACKETS[:2]) + struct.pack("<IIII", 0, 0, 0x7FFFFFFF, 0) + bytes(50),
        section() + interface() + enhanced(b"1") + enhanced(b"2") + struct.pack("<II", 6, 0x7FFFFFFC) + bytes(50),
        section() + interface() + enhanced(b"1") + enhanced(b"2") + struct.pack("<II", 6, 13) + bytes(50),
        section() + interface() + enhanced(b"1") + enhanced(b"2") + enhanced(b"x")[:-4] + bytes(50),
        section() + interface() + enhanced(b"1") + enhanced(b"2") + enhanced(b"x", number=7),
        section() + interface() + enhanced(b"1") + enhanced(b"2") + b"\x0a\x0d\x0d\x0a" + bytes(50),
    ],
)
def test_lengths_that_lie_end_the_reading(data: bytes) -> None:
    packets, notes = read(data)
    assert len(packets) == 2
    assert "damaged after 2 packets" in notes[0]


def test_caps_on_packets_bytes_and_time() -> None:
    many = pcap([bytes(1000)] * 3000)
    assert len(read(many)[0]) == 3000
    packets, notes = read(many, Caps(max_packets=17))
    assert (len(packets), notes[0]) == (
        17,
        "reading ended at the cap of 17 packets; the answer covers what came before",
    )
    packets, notes = read(many, Caps(max_bytes=1_000_000))
    assert len(packets) == (1_000_000 - 24) // 1016
    assert "cap of 1 MB" in notes[0]
    packets, notes = read(many, Caps(max_s=-1.0))
    assert 0 < len(packets) < 3000
    assert "cap of -1 s" in notes[0]


def test_a_cap_that_is_just_met_is_none() -> None:
    assert read(pcap(), Caps(max_packets=len(PACKETS))) == read(pcap())


class Slow(io.BytesIO):
    """Gives one byte at a time, as a pipe may."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(1 if size else 0)


@pytest.mark.parametrize("data", [pcap(), section() + interface() + b"".join(enhanced(p) for p in PACKETS)])
def test_bytes_may_come_one_by_one(data: bytes) -> None:
    source: Source = Slow(data)
    assert [p.data for p in Capture(source)] == list(PACKETS)


def test_a_packet_in_a_pipe_is_handed_on_at_once() -> None:
    outlet, inlet = os.pipe()
    data = pcap()
    first = 24 + 16 + len(PACKETS[0])
    handed = threading.Event()
    with open(outlet, "rb") as source:  # noqa: PTH123 (a pipe has no path)
        os.write(inlet, data[:first])

        def rest() -> None:
            handed.wait(10)
            os.write(inlet, data[first:])
            os.close(inlet)

        writer = threading.Thread(target=rest)
        writer.start()
        packets = iter(Capture(source))
        assert next(packets).data == PACKETS[0]  # would wait for ever if a whole chunk were asked for
        handed.set()
        assert [p.data for p in packets] == list(PACKETS[1:])
        writer.join()
