"""Radiotap, Prism, AVS and PPI headers: several antennas, namespaces, vendors' data, TLVs, and headers that lie."""

import struct

import pytest

from wifiplan.probe.frames import AVS, PPI, PRISM, decode, decode_packet
from wifiplan.probe.phy import Phy, phy_of
from wifiplan.probe.radiotap import NO_RADIO, read_radiotap

BEACON = bytes.fromhex(
    "80000000ffffffffffff0200000000010200000000010000" + "00" * 8 + "64001100" + "0006636c61737331030106"
)
EXTENDED, VENDOR, AGAIN = 1 << 31, 1 << 30, 1 << 29


def header(words: list[int], fields: bytes) -> bytes:
    present = b"".join(struct.pack("<I", word) for word in words)
    return struct.pack("<BBH", 0, 0, 4 + len(present) + len(fields)) + present + fields


def test_fields_stand_on_their_alignment() -> None:
    fields = struct.pack("<QBBHHbb", 123_456, 0x10, 22, 2437, 0xA0, -61, -95)
    radio, start = read_radiotap(header([0b1101111], fields) + BEACON)
    assert start == 8 + len(fields)
    assert radio == NO_RADIO._replace(
        flags=0x10, tsft_us=123_456, rate_mbps=11.0, frequency_mhz=2437, signals_dbm=(-61,), noise_dbm=-95
    )
    # one byte of flags, then the channel on an even offset
    radio, _ = read_radiotap(header([0b101010], struct.pack("<BxHHb", 0, 5180, 0x140, -70)))
    assert (radio.frequency_mhz, radio.signals_dbm) == (5180, (-70,))


def test_antennas_of_further_words_follow_the_first() -> None:
    words = [1 << 5 | EXTENDED | AGAIN, 1 << 5 | 1 << 11 | EXTENDED | AGAIN, 1 << 5 | 1 << 11]
    radio, _ = read_radiotap(header(words, struct.pack("<bbBbB", -50, -52, 0, -60, 1)))
    assert radio.signals_dbm == (-50, -52, -60)


def test_vendors_data_are_skipped_by_their_own_length() -> None:
    words = [1 << 5 | EXTENDED | VENDOR, 0x3FF | EXTENDED | AGAIN, 1 << 5]
    fields = struct.pack("<bx3sBH", -50, b"\x00\x11\x22", 0, 3) + b"\xff\xff\xff" + struct.pack("<b", -77)
    radio, start = read_radiotap(header(words, fields) + BEACON)
    assert radio.signals_dbm == (-50, -77)
    assert decode(header(words, fields) + BEACON, radiotap=True).elements is not None
    assert start == 16 + len(fields)


def test_a_vendor_who_claims_too_much_hides_only_what_follows() -> None:
    words = [1 << 5 | EXTENDED | VENDOR, EXTENDED | AGAIN, 1 << 5]
    fields = struct.pack("<bx3sBHb", -50, b"\x00\x11\x22", 0, 999, -77)
    assert read_radiotap(header(words, fields))[0].signals_dbm == (-50,)


def test_bits_that_nobody_defines_end_the_reading() -> None:
    words = [1 << 5 | EXTENDED, 1 << 3 | EXTENDED | AGAIN, 1 << 5]
    assert read_radiotap(header(words, struct.pack("<bbb", -50, -51, -52)))[0].signals_dbm == (-50,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 7,
        b"\1\0\x08\0" + b"\0" * 30,  # a version that is not there
        b"\0\0\xff\xff" + b"\0" * 30,  # longer than the data
        b"\0\0\x04\0" + b"\0" * 30,  # shorter than itself
    ],
)
def test_a_header_that_is_none_is_said(data: bytes) -> None:
    assert read_radiotap(data) == (NO_RADIO, -1)
    assert "radiotap" in decode(data, radiotap=True).fault


def test_present_words_without_end_are_not_followed_for_ever() -> None:
    endless = header([EXTENDED] * 3000, b"")
    assert read_radiotap(endless)[0].signals_dbm == ()
    assert read_radiotap(struct.pack("<BBHI", 0, 0, 8, EXTENDED))[0] == NO_RADIO


def test_fields_that_do_not_fit_are_absent() -> None:
    radio, start = read_radiotap(header([0b101110], b"\x10\x02\x6c"))
    assert (radio.flags, radio.rate_mbps, radio.frequency_mhz, radio.signals_dbm) == (0x10, 1.0, None, ())
    assert start == 11


def test_a_receiver_that_heard_no_frame_gives_none() -> None:
    frame = decode(header([1 << 26], b"\0") + BEACON, radiotap=True)
    assert (frame.kind, frame.bssid, frame.announces) == (-1, None, False)


def test_how_a_frame_was_sent() -> None:
    assert phy_of("11n", bytes([0x07, 0x05, 0x0F])) == Phy("11n", 7, 2, 40, 400)
    assert phy_of("11n", bytes([0x00, 0x05, 0x0F])) == Phy("11n")
    vht = struct.pack("<HBB4sBBH", 0x44, 4, 4, bytes([0x92, 0, 0, 0]), 0, 0, 0)
    assert phy_of("11ac", vht) == Phy("11ac", 9, 2, 80, 400)
    assert phy_of("11ac", struct.pack("<HBB4sBBH", 0x44, 0, 4, bytes([0x11, 0x11, 0, 0]), 0, 0, 0)).shared
    he = struct.pack("<6H", 0x4020, 0x02, 11 << 8, 0, 2 | 1 << 4, 2)
    assert phy_of("11ax", he) == Phy("11ax", 11, 2, 80, 1600)
    assert phy_of("11ax", struct.pack("<6H", 0x4022, 0x02, 7 << 8, 0, 5, 1)) == Phy(
        "11ax", 7, 1, None, 800, shared=True
    )


def test_802_11be_comes_in_tlvs() -> None:
    usig = struct.pack("<III", 0x2 | 4 << 15, 0, 0)
    eht = struct.pack("<I", 0) + bytes(36) + struct.pack("<I", 0x12 | 13 << 20 | 1 << 24)
    tlvs = struct.pack("<HH", 33, len(usig)) + usig + struct.pack("<HH", 34, len(eht)) + eht
    fields = struct.pack("<bxxx", -44) + tlvs
    radio, start = read_radiotap(header([1 << 5 | 1 << 28], fields) + BEACON)
    assert radio.signals_dbm == (-44,)
    assert radio.phy == Phy("11be", 13, 2, 320)
    assert start == 8 + len(fields)


def prism(order: str, code: int, ids: list[int], signal: int) -> bytes:
    values = [1, 2, 6, 40, 0, signal, -95, 4, 0, len(BEACON)]
    items = b"".join(struct.pack(f"{order}IHHi", did, 0, 4, v) for did, v in zip(ids, values, strict=True))
    return struct.pack(f"{order}II16s", code, 144, b"wlan0") + items


UPPER, MIDDLE = [n << 16 | 0x44 for n in range(1, 11)], [n << 12 | 0x41 for n in range(1, 11)]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("code", "ids"), [(0x44, UPPER), (0x41, MIDDLE)])
def test_prism_headers_in_both_orders_and_numberings(order: str, code: int, ids: list[int]) -> None:
    frame = decode_packet(prism(order, code, ids, -60) + BEACON, link_type=PRISM)
    assert frame.radio == NO_RADIO._replace(rate_mbps=2.0, frequency_mhz=2437, signals_dbm=(-60,), noise_dbm=-95)
    assert frame.elements is not None
    assert frame.elements.ssid == b"class1"


def test_a_level_above_the_noise_is_no_power() -> None:
    assert decode_packet(prism("<", 0x44, UPPER, 35) + BEACON, link_type=PRISM).radio.signals_dbm == ()


@pytest.mark.parametrize("link_type", [PRISM, AVS])
@pytest.mark.parametrize(("kind", "signal", "wanted"), [(2, -64, (-64,)), (1, 30, ()), (3, -64, ())])
def test_avs_headers_tell_their_unit(link_type: int, kind: int, signal: int, wanted: tuple[int, ...]) -> None:
    avs = struct.pack(">IIQQIIIIIIiiII", 0x80211001, 64, 77, 0, 4, 36, 540, 0, 0, kind, signal, -95, 0, 0)
    frame = decode_packet(avs + BEACON, link_type=link_type)
    assert (frame.radio.signals_dbm, frame.radio.frequency_mhz, frame.radio.rate_mbps) == (wanted, 5180, 54.0)
    assert frame.bssid == bytes.fromhex("020000000001")


@pytest.mark.parametrize("data", [b"", b"\x44\0\0\0", b"\x44\0\0\0\xff\xff\0\0" + bytes(100), bytes(200)])
def test_broken_prism_headers_are_said(data: bytes) -> None:
    assert "Prism" in decode_packet(data, link_type=PRISM).fault


def ppi(fields: bytes, *, aligned: bool = False, link_type: int = 105) -> bytes:
    return struct.pack("<BBHI", 0, int(aligned), 8 + len(fields), link_type) + fields


PPI_COMMON = struct.pack("<HHQHHHHBBbb", 2, 20, 1234, 1, 12, 2437, 0xA0, 0, 0, -61, -95)


@pytest.mark.parametrize(
    ("before", "aligned"), [(b"", False), (b"\x32\x75\5\0abcde", False), (b"\x32\x75\5\0abcde\0\0\0", True)]
)
def test_ppi_headers(before: bytes, aligned: bool) -> None:  # noqa: FBT001 (a column of the table)
    frame = decode_packet(ppi(before + PPI_COMMON, aligned=aligned) + BEACON + bytes(4), link_type=PPI)
    assert frame.radio == NO_RADIO._replace(
        flags=0x10, tsft_us=1234, rate_mbps=6.0, frequency_mhz=2437, signals_dbm=(-61,), noise_dbm=-95
    )
    assert frame.elements is not None
    assert (frame.elements.ssid, frame.elements.damaged) == (b"class1", False)


def test_ppi_headers_that_lie() -> None:
    for data in (b"", ppi(PPI_COMMON)[:20], ppi(b"", link_type=1) + BEACON, b"\1" + ppi(b"")[1:] + BEACON):
        assert "PPI" in decode_packet(data, link_type=PPI).fault
    for fields in (PPI_COMMON[:-1], b"\2\0\xff\xff" + bytes(20), b"\2\0\3\0abc", b"\2"):
        frame = decode_packet(ppi(fields) + BEACON, link_type=PPI)
        assert (frame.announces, frame.radio) == (True, NO_RADIO)
