"""Frames of every type: addresses, checksums, and what is left of a frame that is cut off."""

import struct
import zlib

import pytest

from wifiplan.probe.frames import (
    ACK,
    BEACON,
    CONTROL,
    DATA,
    MANAGEMENT,
    PROBE_RESPONSE,
    RTS,
    Frame,
    decode,
)

FIRST, SECOND, THIRD = (bytes([2, 0, 0, 0, 0, n]) for n in (1, 2, 3))
RADIOTAP_FCS = bytes.fromhex("00000900020000001000")[:9]
NAMED = b"\x00\x06class1\x03\x01\x06"


def frame_of(control: int, flags: int, body: bytes = b"") -> bytes:
    return struct.pack("<BBH6s6s6sH", control, flags, 44, FIRST, SECOND, THIRD, 77 << 4) + body


def beacon(elements: bytes = NAMED, flags: int = 0, control: bytes = b"") -> bytes:
    return frame_of(0x80, flags, control + struct.pack("<QHH", 123, 100, 0x11) + elements)


def test_a_beacon() -> None:
    frame = decode(beacon(), radiotap=False)
    assert (frame.kind, frame.subtype, frame.announces) == (MANAGEMENT, BEACON, True)
    assert (frame.receiver, frame.transmitter, frame.bssid) == (FIRST, SECOND, THIRD)
    assert (frame.duration_us, frame.sequence, frame.timestamp_us, frame.interval_tu) == (44, 77, 123, 100)
    assert frame.privacy
    assert frame.elements is not None
    assert frame.elements.ssid == b"class1"
    assert (frame.n_bytes, frame.fault) == (len(beacon()) + 4, "")


def test_other_buffers_are_read_too() -> None:
    data = beacon()
    assert decode(memoryview(data), radiotap=False) == decode(bytearray(data), radiotap=False)  # type: ignore[arg-type]
    assert decode(memoryview(data)[::1], radiotap=False) == decode(data, radiotap=False)  # type: ignore[arg-type]


def test_the_field_for_high_throughput_stands_before_the_body() -> None:
    frame = decode(beacon(flags=0x80, control=b"\xff" * 4), radiotap=False)
    assert (frame.timestamp_us, frame.elements and frame.elements.ssid) == (123, b"class1")


def test_a_checksum_is_no_element() -> None:
    stray = b"\x0b\x05"  # what would be read as the head of an element
    data = beacon() + stray + b"\0\0"
    read = decode(RADIOTAP_FCS + data, radiotap=True)
    assert read.elements is not None
    assert (read.elements.damaged, read.n_bytes) == (False, len(data))
    whole = beacon()
    plain = decode(whole + struct.pack("<I", zlib.crc32(whole)), radiotap=False)
    assert plain == decode(whole, radiotap=False)


@pytest.mark.parametrize("n_cut", [1, 3, 4, 100])
def test_the_checksum_of_a_cut_frame_was_cut_first(n_cut: int) -> None:
    whole = beacon() + b"\xaa\xbb\xcc\xdd"
    kept = (RADIOTAP_FCS + whole)[: len(RADIOTAP_FCS) + len(whole) - min(n_cut, 4)]
    frame = decode(kept, radiotap=True, n_cut=n_cut)
    assert frame.elements is not None
    assert (frame.elements.ssid, frame.elements.damaged) == (b"class1", False)
    assert frame.n_bytes == len(whole) - min(n_cut, 4) + n_cut


@pytest.mark.parametrize(
    ("flags", "bssid", "station"),
    [(0, THIRD, None), (1, FIRST, SECOND), (2, SECOND, FIRST), (3, None, None)],
)
def test_whose_data_they_are(flags: int, bssid: bytes | None, station: bytes | None) -> None:
    frame = decode(frame_of(0x88, flags | 0x48, bytes(40)), radiotap=False)
    assert (frame.kind, frame.is_data, frame.retry, frame.protected) == (DATA, True, True, True)
    assert (frame.bssid, frame.station, frame.to_ds, frame.from_ds) == (bssid, station, flags & 1 == 1, flags & 2 == 2)
    assert frame.n_bytes == 24 + 40 + 4


def test_frames_of_power_saving_carry_no_data() -> None:
    assert not decode(frame_of(0x48, 1), radiotap=False).is_data
    assert not decode(frame_of(0xC8, 1, b"\0\0"), radiotap=False).is_data


def test_broadcasts_belong_to_no_station() -> None:
    data = struct.pack("<BBH6s6s6sH", 0x08, 2, 0, b"\xff" * 6, SECOND, THIRD, 0) + bytes(20)
    assert decode(data, radiotap=False).station is None


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (bytes([0xD4, 0, 0, 0]) + FIRST, (ACK, FIRST, None, 14)),
        (bytes([0xB4, 0, 100, 0]) + FIRST + SECOND, (RTS, FIRST, SECOND, 20)),
        (bytes([0x94, 0, 0, 0]) + FIRST + SECOND + bytes(30), (9, FIRST, SECOND, 50)),
    ],
)
def test_control_frames(data: bytes, wanted: tuple[object, ...]) -> None:
    frame = decode(data, radiotap=False)
    assert frame.kind == CONTROL
    assert (frame.subtype, frame.receiver, frame.transmitter, frame.n_bytes) == wanted
    assert frame.fault == ""


def test_an_association_id_is_no_time() -> None:
    poll = decode(bytes([0xA4, 0, 0x01, 0xC0]) + FIRST + SECOND, radiotap=False)
    assert (poll.duration_us, poll.receiver, poll.transmitter) == (None, FIRST, SECOND)


def test_a_client_says_what_it_can_do() -> None:
    body = b"\x11\x00\x0a\x00" + b"\x00\x06class1" + b"\x2d\x1a" + b"\x6e\x00\x17\xff\xff" + bytes(21)
    frame = decode(frame_of(0x00, 0, body), radiotap=False)
    assert frame.elements is not None
    assert frame.elements.capabilities[:3] == ("11n", 2, 40)
    assert not frame.announces
    probe = decode(frame_of(0x40, 0, b"\x00\x00" + b"\x01\x02\x82\x84"), radiotap=False)
    assert probe.elements is not None
    assert (probe.elements.ssid, probe.elements.capabilities.standard) == (b"", "11b")


@pytest.mark.parametrize(
    ("control", "body", "code"),
    [
        (0x10, b"\x11\x04\x11\x00\x01\xc0", 17),  # association refused: too many stations
        (0xB0, b"\0\0\2\0\x0e\0", 14),
        (0xC0, b"\x07\0", 7),
        (0xA0, b"\x08\0", 8),
        (0xD0, b"\x05\x01", 5),
        (0xC0, b"\x07", None),
    ],
)
def test_codes_of_answers_and_partings(control: int, body: bytes, code: int | None) -> None:
    assert decode(frame_of(control, 0, body), radiotap=False).code == code


def test_an_encrypted_parting_keeps_its_reason() -> None:
    assert decode(frame_of(0xC0, 0x40, bytes(20)), radiotap=False).code is None


def test_every_beginning_of_a_frame_is_read() -> None:
    whole = beacon()
    for n in range(len(whole) + 1):
        frame = decode(whole[:n], radiotap=False)
        assert isinstance(frame, Frame)
        assert (frame.fault == "") == (n >= 36), n
        assert frame.bssid == (THIRD if n >= 22 else None)
        assert frame.announces == (n >= 2)
    assert decode(whole[:30], radiotap=False).fault == "the fixed fields are cut off"


def test_versions_of_the_future_are_not_guessed() -> None:
    assert decode(b"\x81" + beacon()[1:], radiotap=False).kind == -1
    assert decode(b"\x82\x00", radiotap=False).fault == "unknown protocol version"


def test_probe_responses_announce_too() -> None:
    answer = b"\x50" + beacon()[1:]
    assert decode(answer, radiotap=False).subtype == PROBE_RESPONSE
    assert decode(answer, radiotap=False).announces


@pytest.mark.parametrize("flag", [0x04, 0x40])
def test_nothing_is_read_from_a_body_that_is_encrypted_or_a_part(flag: int) -> None:
    frame = decode(beacon(flags=flag), radiotap=False)
    assert (frame.announces, frame.bssid) == (True, THIRD)
    assert (frame.elements and frame.elements.ssid, frame.timestamp_us) == (None, None)
    assert "encrypted" in frame.fault
    farewell = decode(frame_of(0xC0, flag, b"\x07\x00"), radiotap=False)
    assert (farewell.code, farewell.fault) == (None, "")
