"""Elements of management frames: channels, widths, names, protection, and lengths that lie."""

import struct

import pytest

from wifiplan.probe import elements
from wifiplan.probe.elements import Load, read_elements
from wifiplan.probe.multiple_bssid import bssid_of
from wifiplan.probe.operation import operation
from wifiplan.probe.security import security
from wifiplan.probe.ssids import shown, ssid_text


def element(number: int, content: bytes) -> bytes:
    return bytes([number, len(content)]) + content


def extended(number: int, content: bytes) -> bytes:
    return element(255, bytes([number]) + content)


def he_operation(parameters: int = 0, color: int = 0, more: bytes = b"") -> bytes:
    return struct.pack("<I", parameters)[:3] + bytes([color]) + b"\xfc\xff" + more


def ht(primary: int, flags: int, second: int = 0) -> bytes:
    return bytes([primary, flags, (second & 7) << 5, second >> 3]) + bytes(18)


@pytest.mark.parametrize(
    ("ds", "ht_", "vht", "wanted"),
    [
        (b"\x0b", b"", b"", (11, "2.4", 20, 11, False)),
        (b"\x06", ht(6, 5), b"", (6, "2.4", 40, 8, False)),
        (b"\x0b", ht(11, 7), b"", (11, "2.4", 40, 9, False)),
        (b"", ht(36, 0), b"", (36, "5", 20, 36, False)),
        (b"", ht(36, 1), b"", (36, "5", 20, 36, False)),  # a side without the permission to use it
        (b"", ht(44, 5), bytes([0, 0, 0, 0, 0]), (44, "5", 40, 46, False)),
        (b"", ht(44, 5), bytes([1, 42, 0, 0, 0]), (44, "5", 80, 42, False)),
        (b"", ht(44, 5), bytes([1, 42, 50, 0, 0]), (44, "5", 160, 50, False)),
        (b"", ht(44, 5), bytes([1, 42, 155, 0, 0]), (44, "5", 160, 42, True)),
        (b"", ht(44, 5), bytes([2, 50, 0, 0, 0]), (44, "5", 160, 50, False)),
        (b"", ht(44, 5), bytes([3, 42, 155, 0, 0]), (44, "5", 160, 42, True)),
        (b"", ht(100, 5, 114), bytes([1, 106, 0, 0, 0]), (100, "5", 160, 114, False)),
        (b"", b"", b"", (None, None, None, None, False)),
        (b"", b"", bytes([1, 42, 0, 0, 0]), (None, None, 80, 42, False)),
        (b"\x00", ht(0, 5), b"", (None, None, None, None, False)),
        (b"\x01\x02", ht(9, 0), b"", (9, "2.4", 20, 9, False)),  # a DS element of a wrong length says nothing
    ],
)
def test_channel_and_width_below_6_ghz(ds: bytes, ht_: bytes, vht: bytes, wanted: tuple[object, ...]) -> None:
    assert operation(ds, ht_, vht, b"", b"")[:5] == wanted


@pytest.mark.parametrize(
    ("six", "wanted"),
    [
        ([5, 0, 5, 0], (5, "6", 20, 5, False)),
        ([5, 1, 3, 0], (5, "6", 40, 3, False)),
        ([5, 6, 7, 0], (5, "6", 80, 7, False)),
        ([5, 3, 7, 15], (5, "6", 160, 15, False)),
        ([5, 3, 7, 71], (5, "6", 160, 7, True)),
        ([0, 0, 0, 0], (None, "6", 20, None, False)),
    ],
)
def test_channel_and_width_in_6_ghz(six: list[int], wanted: tuple[object, ...]) -> None:
    he = he_operation(1 << 17, 0x23, bytes([*six, 6]))
    assert operation(b"", b"", b"", he, b"")[:5] == wanted
    assert operation(b"", b"", b"", he, b"").bss_color == 0x23


def test_he_operation_holds_parts_before_6_ghz() -> None:
    more = bytes([1, 42, 50]) + b"\x07" + bytes([5, 2, 7, 0, 6])
    found = operation(b"", b"", b"", he_operation(1 << 14 | 1 << 15 | 1 << 17, 0x80 | 9, more), b"")
    assert (found.channel, found.width_mhz, found.bss_color) == (5, 80, None)
    assert operation(b"", ht(36, 5), b"", he_operation(1 << 14, 1, bytes([1, 42, 0])), b"").width_mhz == 80


def test_eht_widens_to_320_mhz_and_punctures() -> None:
    he = he_operation(1 << 17, 1, bytes([5, 3, 7, 15, 6]))
    eht = bytes([0x03]) + bytes(4) + bytes([4, 15, 31]) + struct.pack("<H", 0b1100)
    found = operation(b"", b"", b"", he, eht)
    assert (found.channel, found.width_mhz, found.middle, found.punctured) == (5, 320, 31, 0b1100)
    assert operation(b"", b"", b"", he, bytes([0x00]) + bytes(20)).width_mhz == 160
    assert operation(b"", b"", b"", he, bytes([0x01]) + bytes(4) + bytes([7, 0, 0])).width_mhz == 160


def test_standards_by_what_is_offered() -> None:
    rates, fast = element(1, bytes([0x82, 0x84, 0x8B, 0x96])), element(50, bytes([0x0C, 0x6C]))
    assert read_elements(rates).capabilities.standard == "11b"
    assert read_elements(rates + element(3, b"\1") + fast).capabilities.standard == "11g"
    assert read_elements(element(1, bytes([0x8C, 0x6C])) + element(3, b"\x24")).capabilities.standard == "11a"
    assert read_elements(element(1, bytes([0xFF, 0xFA]))).capabilities.standard is None  # selectors, no rates
    every = [element(45, bytes(26)), element(191, bytes(12)), extended(35, bytes(21)), extended(108, bytes(13))]
    for n, name in enumerate(("11n", "11ac", "11ax", "11be"), start=1):
        assert read_elements(rates + b"".join(every[:n])).capabilities.standard == name


def test_rates_and_those_that_all_must_know() -> None:
    found = read_elements(element(1, bytes([0x82, 0x84, 0x0B, 0x0C])) + element(50, bytes([0x6C, 0xFF, 0xFB])))
    assert found.capabilities.rates_mbps == (1.0, 2.0, 5.5, 6.0, 54.0)
    assert found.capabilities.basic_mbps == (1.0, 2.0)


def test_links_of_one_access_point_have_an_address_in_common() -> None:
    assert read_elements(extended(107, b"\xb0\x01\x0d" + bytes(range(6)) + bytes(7))).mld == bytes(range(6))
    assert read_elements(extended(107, b"\xb1\x01\x0d" + bytes(20))).mld is None
    assert read_elements(extended(107, b"\xb0\x01")).mld is None


def test_streams_and_width_of_a_client() -> None:
    two = element(45, b"\x6e\x00\x17" + b"\xff\xff" + bytes(21))
    assert read_elements(two).capabilities[1:3] == (2, 40)
    vht = element(191, struct.pack("<IHHHH", 1 << 2, 0xFFFA, 0, 0xFFFA, 0))
    assert read_elements(two + vht).capabilities[1:3] == (2, 160)
    he = extended(35, bytes(6) + b"\x0c" + bytes(10) + struct.pack("<HH", 0xFFEA, 0xFFEA))
    assert read_elements(two + he).capabilities[1:3] == (3, 160)
    roaming = element(70, b"\x72\x00") + element(127, b"\x00\x00\x08") + element(54, b"\1\2\3")
    assert read_elements(roaming).capabilities[-3:] == (True, True, True)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (bytes(10), ""),
        (b"          ", ""),
        ("\u3000".encode(), ""),
        ("教室".encode(), "教室"),
        ("校園網路".encode("big5"), "校園網路"),
        ("无线网".encode("gb18030"), "无线网"),
        (b"caf\xe9", "caf\\xe9"),
        (b"a\x00b", "a\x00b"),
        (b"\xc6TME Enterprise", "\\xc6TME Enterprise"),
        (b"\xff\xfe", "\\xff\\xfe"),
    ],
)
def test_names_in_any_bytes(raw: bytes, text: str) -> None:
    assert ssid_text(raw) == text


def test_names_do_not_steer_a_terminal() -> None:
    assert shown("a\x1b[2Jb\u202ec\u200bd\x00") == "a\\x1b[2Jb\\u202ec\\u200bd\\x00"
    assert shown("三年一班 Wi-Fi") == "三年一班 Wi-Fi"


PSK = "0100000fac040100000fac040100000fac020000"


@pytest.mark.parametrize(
    ("rsn", "wpa", "name", "pmf"),
    [
        (PSK, "", "WPA2-Personal", "no"),
        (PSK, "0050f20101000050f20201000050f20201000050f202", "WPA/WPA2-Personal", "no"),
        ("", "0050f20101000050f20201000050f20201000050f201", "WPA-Enterprise", "no"),
        ("0100000fac040100000fac040100000fac08c000", "", "WPA3-Personal", "required"),
        ("0100000fac040100000fac040200000fac02000fac088000", "", "WPA2/WPA3-Personal", "possible"),
        ("0100000fac040100000fac040100000fac010000", "", "WPA2-Enterprise", "no"),
        ("0100000fac040100000fac040100000fac05c000", "", "WPA3-Enterprise", "required"),
        ("0100000fac090100000fac090100000fac0cc000", "", "WPA3-Enterprise", "required"),
        ("0100000fac040100000fac040100000fac12c000", "", "OWE", "required"),
        ("0100", "", "WPA2-Personal", "no"),
        ("0100000fac04ffff", "", "WPA2-Personal", "no"),
        ("", "", "open", "no"),
    ],
)
def test_protection_in_a_word(rsn: str, wpa: str, name: str, pmf: str) -> None:
    found = security(bytes.fromhex(rsn), bytes.fromhex(wpa))
    assert (found.name, found.pmf) == (name, pmf)


def test_blank_short_and_repeated_elements_swallow_nothing() -> None:
    body = element(7, b"") + element(0, b"A") + element(3, b"") + element(0, b"B") + element(3, b"\x0b\x01\x02")
    found = read_elements(body + element(11, b"\1\0\x32\0") + element(3, b"\x06") + element(11, b"\7\0\x80\0\0"))
    assert (found.ssid, found.operation.channel, found.country) == (b"A", 6, "")
    assert found.load == Load(7, 128, 0)
    assert (found.n_elements, found.damaged) == (8, False)


def test_the_earlier_qbss_of_four_bytes_is_no_bss_load() -> None:
    assert read_elements(element(11, b"\3\0\x32\0")).load is None


@pytest.mark.parametrize("rest", [b"\x0b", b"\x0b\x05", b"\x0b\x05\1\0", b"\x30\xff" + bytes(20)])
def test_an_element_that_is_cut_off_leaves_those_before_it(rest: bytes) -> None:
    found = read_elements(element(0, b"A") + element(3, b"\x01") + rest)
    assert (found.ssid, found.operation.channel, found.load, found.damaged) == (b"A", 1, None, True)


def test_bodies_of_any_length_are_read_but_not_remembered() -> None:
    kept = elements._MEMORY.n
    head = element(0, b"A") + element(3, b"\x06") + element(5, b"\0\3\0\0") + element(11, b"\7\0\x80\0\0")
    for n in range(50):
        found = read_elements(head + element(200 + n % 10, bytes(255)) * 12 + bytes([n]) * 2)
        assert (found.ssid, found.operation.channel, found.load, found.tim) == (b"A", 6, Load(7, 128, 0), (0, 3))
    assert kept == elements._MEMORY.n
    assert read_elements(head + bytes(250_000)).n_elements < 6000


def test_few_bodies_are_kept_in_mind() -> None:
    for n in range(3 * elements.MOST_REMEMBERED):
        body = element(0, b"A") + element(7, b"TW" + struct.pack("<I", n)) + element(200 + n % 20, bytes(n % 3))
        assert read_elements(body).ssid == b"A"
    memory = elements._MEMORY
    assert sum(len(bodies) for masks in memory.masks.values() for _, bodies in masks) <= elements.MOST_REMEMBERED
    assert all(len(masks) <= 8 for masks in memory.masks.values())


def test_a_dsss_channel_goes_before_that_of_6_ghz() -> None:
    six = he_operation(1 << 17, more=bytes([37, 2, 39, 0, 0]))
    assert operation(b"", b"", b"", six, b"")[:3] == (37, "6", 80)
    assert operation(bytes([37]), b"", b"", six, b"")[:3] == (37, "6", 80)
    assert operation(bytes([44]), b"", b"", six, b"")[:2] == (44, "5")


def test_first_bytes_of_a_cut_element_count_where_they_stand_alone() -> None:
    assert read_elements(b"\x3d\x16\x24\x05").operation.channel == 36
    assert read_elements(b"\x0b\x05\x09\x00\x80").load == Load(9, 128, 0)


def test_networks_in_anothers_beacons() -> None:
    def profile(number: int, name: bytes) -> bytes:
        return element(0, element(83, b"\1\4") + element(0, name) + element(85, bytes([number])))

    body = element(71, b"\3" + profile(1, b"guest") + profile(2, b"staff")) + element(71, b"\3" + profile(5, b"exam"))
    found = read_elements(element(0, b"main") + body).multiple
    assert found is not None
    assert [(p.number, p.ssid) for p in found.profiles] == [(1, b"guest"), (2, b"staff"), (5, b"exam")]
    assert bssid_of(bytes.fromhex("02000000000e"), 3, 5).hex() == "02000000000b"
    assert read_elements(element(71, b"\x09" + profile(1, b"x"))).multiple is None
    assert read_elements(element(71, b"")).multiple is None


def test_names_of_access_points_and_announced_switches() -> None:
    cisco = element(133, bytes(10) + b"AP-3F-301" + bytes(7) + bytes(4))
    assert read_elements(cisco).ap_name == "AP-3F-301"
    assert read_elements(element(221, bytes.fromhex("000b860103") + b"lobby")).ap_name == "lobby"
    assert read_elements(element(37, bytes([1, 52, 3]))).switch_to == 52
    assert read_elements(element(60, bytes([1, 115, 52, 3]))).switch_to == 52
    assert read_elements(element(7, b"TW \1\x0b\x1e")).country == "TW"
    assert read_elements(element(7, b"\xff\xfe ")).country == ""
