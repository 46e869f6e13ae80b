"""No bytes make the decoder raise: mutated frames, cut frames, cut and damaged captures."""

import io
import random
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.errors import ProbeError
from wifiplan.probe.bss import BssTable
from wifiplan.probe.capture_source import Caps, Packet
from wifiplan.probe.element_walk import walk
from wifiplan.probe.elements import _meaning, read_elements
from wifiplan.probe.frames import LINK_TYPES, RADIOTAP, Frame, decode, decode_packet
from wifiplan.probe.pcap import Capture

N_MUTATED = 100_000
SMALL_BYTES = 16_000


def element(number: int, content: bytes) -> bytes:
    return bytes([number, len(content)]) + content


def synthesised() -> list[bytes]:
    """Return beacons with every element that is read, behind radiotap headers of several kinds."""
    six = struct.pack("<I", 1 << 14 | 1 << 15 | 1 << 17)[:3] + b"\x11\xfc\xff\x01\x2a\x32\x07" + b"\x05\x07\x07\x0f\x06"
    profile = element(0, element(83, b"\1\4") + element(0, b"exam") + element(85, b"\1"))
    elements = b"".join(
        (
            element(0, "教室".encode()),
            element(1, bytes([0x82, 0x84, 0x8B, 0x96, 0x0C])),
            element(3, b"\x06"),
            element(5, b"\1\3\0\0"),
            element(7, b"TW \1\x0b\x1e"),
            element(11, b"\x05\0\x80\0\0"),
            element(37, b"\1\x24\3"),
            element(48, bytes.fromhex("0100000fac040200000fac04000fac020200000fac02000fac088000")),
            element(50, b"\x30\x48"),
            element(45, b"\xef\x09\x17" + b"\xff" * 4 + bytes(19)),
            element(61, b"\x24\x05" + bytes(20)),
            element(71, b"\3" + profile),
            element(127, bytes(8)),
            element(133, bytes(10) + b"AP-301" + bytes(14)),
            element(191, bytes.fromhex("b2798333faff0000faff0000")),
            element(192, bytes([1, 42, 50, 0, 0])),
            element(255, b"\x23" + bytes(21)),
            element(255, b"\x24" + six),
            element(255, b"\x6a\3" + bytes(4) + b"\4\x0f\x1f\x0c\0"),
            element(255, b"\x6c" + bytes(13)),
            element(221, bytes.fromhex("0050f20101000050f20201000050f20201000050f202")),
            element(221, bytes.fromhex("506f9a1c") + b"\2\0\0\0\0\1\4open"),
            element(221, bytes.fromhex("000b860103") + b"lobby"),
        )
    )
    head = struct.pack("<BBH6s6s6sH", 0x80, 0, 0, b"\xff" * 6, b"\2\0\0\0\0\1", b"\2\0\0\0\0\1", 0)
    frame = head + struct.pack("<QHH", 0, 100, 0x11) + elements
    words = (
        (0x0000482F, struct.pack("<QBBHHbxBx", 1, 0x10, 2, 2437, 0xA0, -50, 0)),
        (0x00380002, b"\x10\0" + bytes(2) + bytes(40)),
    )
    headers = [struct.pack("<BBHI", 0, 0, 8 + len(fields), word) + fields for word, fields in words]
    several = struct.pack("<IIII", 0xC0000020, 0xA0000001, 0xA0000820, 0x820)
    fields = struct.pack("<bx3sBHB", -50, b"\0\x11\x22", 0, 1, 0) + struct.pack("<bBbB", -51, 0, -52, 1)
    headers.append(struct.pack("<BBH", 0, 0, 4 + len(several) + len(fields)) + several + fields)
    tlvs = struct.pack("<bxxxHHIIIHH", -50, 33, 12, 0x22, 0, 0, 34, 44) + bytes(44)
    headers.append(struct.pack("<BBHI", 0, 0, 8 + len(tlvs), 1 << 28 | 1 << 5) + tlvs)
    data = struct.pack("<BBH6s6s6sH", 0x88, 0x41, 0, b"\2" * 6, b"\4" * 6, b"\6" * 6, 0) + bytes(60)
    return [header + body for header in headers for body in (frame, data, b"\xd4\0\0\0" + b"\2" * 6)]


def real_frames(folder: Path, n_each: int = 60) -> list[Packet]:
    """Return frames of every real capture, where they are beside the checkout."""
    found: list[Packet] = []
    for path in sorted([*folder.glob("pcaps/*cap*"), *folder.glob("pcaps/clients/*")]):
        if path.suffix != ".csv":
            with path.open("rb") as source:
                found += [packet for n, packet in enumerate(Capture(source)) if n % 7 == 0][:n_each]
    return found


def beside(repo_root: Path) -> Path:
    return repo_root.parent / "shared" / "data"


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return a frame with some bytes changed, inserted, doubled or cut off."""
    frame = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not frame:
            break
        at = chance.randrange(len(frame))
        match chance.randrange(6):
            case 0 | 1:
                frame[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 2:
                frame[at] ^= 1 << chance.randrange(8)
            case 3:
                frame[at:at] = bytes(chance.randrange(5))
            case 4:
                del frame[at : at + chance.randrange(1, 5)]
            case _:
                frame = frame[:at] if chance.random() < 0.3 else frame[:at] + frame[at // 2 :]
    return bytes(frame)


def check(frame: Frame) -> None:
    """See that what a frame says has its promised shape."""
    assert isinstance(frame, Frame)
    for address in (frame.receiver, frame.transmitter, frame.bssid):
        assert address is None or len(address) == 6
    assert -1 <= frame.kind <= 3
    assert all(-128 <= signal <= 127 for signal in frame.radio.signals_dbm)
    assert frame.n_bytes >= 0
    elements = frame.elements
    if elements is not None:
        assert elements.operation.width_mhz in (None, 20, 40, 80, 160, 320)
        assert elements.operation.channel is None or 0 < elements.operation.channel < 256
        assert 1 <= elements.capabilities.streams <= 8
        assert elements.load is None or 0 <= elements.load.utilisation_255 <= 255


def test_what_is_remembered_equals_what_is_read_anew() -> None:
    """Bodies alike but for a few bytes, of equal length: whatever decides something must not be taken from memory."""
    chance = random.Random(7)  # noqa: S311 (no secret)
    bodies = [data[data.index(b"\x64\0\x11\0") + 4 :] for data in synthesised() if b"\x64\0\x11\0" in data]
    assert bodies
    for n in range(30_000):
        body = bytearray(bodies[n % len(bodies)])
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            body[chance.randrange(len(body))] = chance.choice((0, 1, 3, 5, 11, 71, 221, 255, chance.randrange(256)))
        data = bytes(body[: chance.choice((len(body), len(body), len(body) - 3))])
        assert read_elements(data) == _meaning(data, walk(data))


def test_100_000_mutated_frames(repo_root: Path) -> None:
    corpus = [Packet(0, RADIOTAP, data, 0) for data in synthesised()] * 5 + real_frames(beside(repo_root))
    chance, table = random.Random(802_11), BssTable()  # noqa: S311 (no secret)
    n_read = 0
    for n in range(N_MUTATED):
        packet = corpus[n % len(corpus)]
        data = mutated(packet.data, chance)
        link_type = packet.link_type if n % 10 else chance.choice(sorted(LINK_TYPES))
        frame = decode_packet(data, link_type=link_type, n_cut=chance.choice((0, 0, 0, 2, 50)))
        check(frame)
        table.add(frame)
        n_read += frame.fault == ""
    assert n_read > N_MUTATED // 4  # mutation leaves much to be read: the test reaches what lies behind the heads
    assert len(table.rows()) > 10


@settings(max_examples=1500, deadline=None)
@given(st.binary(max_size=400), st.booleans(), st.integers(min_value=0, max_value=300))
def test_any_bytes(data: bytes, radiotap: bool, n_cut: int) -> None:  # noqa: FBT001
    check(decode(data, radiotap=radiotap, n_cut=n_cut))
    for link_type in LINK_TYPES:
        check(decode_packet(data, link_type=link_type))


@settings(max_examples=600, deadline=None)
@given(st.integers(min_value=0, max_value=11), st.data())
def test_any_bytes_in_place_of_some(which: int, data: st.DataObject) -> None:
    whole = synthesised()[which]
    at = data.draw(st.integers(min_value=0, max_value=len(whole)))
    instead = data.draw(st.binary(max_size=40))
    check(decode(whole[:at] + instead + whole[at + len(instead) :], radiotap=True))


def test_frames_cut_at_every_byte() -> None:
    for whole in synthesised():
        for n in range(len(whole)):
            check(decode(whole[:n], radiotap=True))
            check(decode(whole[:n], radiotap=True, n_cut=len(whole) - n))
            check(decode(whole[n:], radiotap=True))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["<", ">"]), st.binary(max_size=300), st.booleans())
def test_any_bytes_after_the_head_of_a_capture(order: str, data: bytes, ng: bool) -> None:  # noqa: FBT001
    head = struct.pack(f"{order}IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 127)
    if ng:
        head = struct.pack(f"{order}IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
        head += struct.pack(f"{order}IIHHII", 1, 20, 127, 0, 0, 20)
    read_all(head + data)


def read_all(data: bytes) -> int:
    capture = Capture(io.BytesIO(data), caps=Caps(max_packets=100_000))
    with suppress(ProbeError):  # nothing else may come
        for packet in capture:
            check(decode_packet(packet.data, link_type=packet.link_type, n_cut=packet.n_cut))
    return capture.n_packets


@pytest.mark.data
def test_real_captures_cut_at_every_byte(shared_data: Path) -> None:
    small = [p for p in sorted(shared_data.glob("pcaps/**/*cap*")) if p.suffix != ".csv" and p.is_file()]
    small = [p for p in small if p.stat().st_size < SMALL_BYTES]
    assert len(small) > 10
    for path in small:
        whole = path.read_bytes()
        step = 1 if len(whole) < 1500 else 37
        counts = [read_all(whole[:n]) for n in range(0, len(whole), step)]
        assert counts == sorted(counts), path.name


@pytest.mark.data
def test_real_captures_with_damage(shared_data: Path) -> None:
    chance = random.Random(4)  # noqa: S311 (no secret)
    for path in sorted(shared_data.glob("pcaps/*cap*")):
        if path.suffix != ".csv" and path.stat().st_size < SMALL_BYTES:
            whole = path.read_bytes()
            for _ in range(40):
                read_all(mutated(whole, chance))
