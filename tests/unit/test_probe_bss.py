"""The table of networks: which of several values counts, and what a flood of them does."""

import itertools
import struct

import pytest

from wifiplan.probe import bss
from wifiplan.probe.bss import BssTable
from wifiplan.probe.bss_row import BssRow
from wifiplan.probe.frames import BEACON, PROBE_RESPONSE, Frame, decode

AP = bytes.fromhex("020000000001")


def element(number: int, content: bytes) -> bytes:
    return bytes([number, len(content)]) + content


def heard(
    name: bytes | None = b"class1",
    *,
    ap: bytes = AP,
    channel: int | None = 6,
    signals: tuple[int, ...] = (),
    more: bytes = b"",
    bad: bool = False,
    subtype: int = BEACON,
) -> Frame:
    flags = 0x40 if bad else 0
    words = [2 | (1 << 5 if signals else 0)] + [1 << 5] * (len(signals) - 1)
    words = [word | (1 << 31 | 1 << 29 if n < len(words) - 1 else 0) for n, word in enumerate(words)]
    fields = bytes([flags]) + struct.pack(f"{len(signals)}b", *signals)
    present = b"".join(struct.pack("<I", word) for word in words)
    radiotap = struct.pack("<BBH", 0, 0, 4 + len(present) + len(fields)) + present + fields
    body = struct.pack("<QHH", 0, 100, 1) + (b"" if name is None else element(0, name))
    body += (b"" if channel is None else element(3, bytes([channel]))) + more
    head = struct.pack("<BBH6s6s6sH", subtype << 4, 0, 0, b"\xff" * 6, ap, ap, 0)
    return decode(radiotap + head + body, radiotap=True)


def row_of(*frames: Frame, sound_only: bool = False) -> BssRow:
    table = BssTable(sound_only=sound_only)
    table.add_all(frames)
    (row,) = table.rows()
    return row


def load(n: int, used: int) -> bytes:
    return element(11, struct.pack("<HBH", n, used, 0))


def test_the_most_frequent_name_and_channel_count() -> None:
    frames = [heard(b"class1")] * 3 + [heard(b"clasq1", channel=7)] * 2 + [heard(b"class1", channel=7)]
    row = row_of(*frames)
    assert (row.ssid, row.channel, row.frames) == ("class1", 7, 6)  # 3 : 3, the later one
    assert row.ssids == ("class1", "clasq1")
    assert row.channels == (7, 6)


def test_a_name_that_only_probe_responses_tell_is_known() -> None:
    row = row_of(heard(b""), heard(bytes(6)), heard(b"class1", subtype=PROBE_RESPONSE))
    assert (row.ssid, row.hidden, row.frames, row.beacons) == ("class1", False, 3, 2)
    assert row_of(heard(b""), heard(bytes(6)), heard(None), heard(b"  ")).hidden


def test_a_name_that_is_no_utf8_stands_as_bytes_too() -> None:
    row = row_of(heard("教室".encode("big5")))
    assert (row.ssid, row.ssid_hex) == ("教室", "教室".encode("big5").hex())


@pytest.mark.parametrize(
    ("signals", "median"),
    [([], None), ([-50], -50.0), ([-50, -41], -45.5), ([-70, -50, -41], -50.0), ([-60, -60, -40, -40], -50.0)],
)
def test_the_median_is_that_of_the_first_antenna(signals: list[int], median: float | None) -> None:
    row = row_of(heard(), *(heard(signals=(s, -20)) for s in signals)) if signals else row_of(heard())
    assert row.rssi_dbm == median
    assert row.rssi_max_dbm == max(signals, default=None)


def test_the_last_station_count_and_the_mean_utilisation() -> None:
    row = row_of(heard(more=load(3, 100)), heard(), heard(more=load(9, 50)), heard(more=element(11, b"\5\0\x32\0")))
    assert (row.station_count, row.n_loads) == (9, 2)
    assert row.utilisation_share == pytest.approx(75 / 255)
    assert row_of(heard()).utilisation_share is None


def test_frames_with_a_failed_checksum_are_counted_or_left_out() -> None:
    frames = heard(), heard(ap=b"\2\0\0\0\0\xff", bad=True), heard(b"clasq1", bad=True)
    table = BssTable()
    table.add_all(frames)
    assert [(row.bssid, row.frames, row.bad_fcs) for row in table.rows()] == [
        ("02:00:00:00:00:01", 2, 1),
        ("02:00:00:00:00:ff", 1, 1),
    ]
    assert row_of(*frames, sound_only=True).frames == 1


def test_a_damaged_frame_describes_only_where_no_sound_one_does() -> None:
    rsn = element(48, bytes.fromhex("0100000fac040100000fac040100000fac020000"))
    assert row_of(heard(more=rsn), heard(bad=True), heard(more=b"\x30\xff")).security == "WPA2-Personal"
    assert row_of(heard(more=rsn, bad=True)).security == "WPA2-Personal"


def test_an_encrypted_network_without_a_word_on_how_is_wep() -> None:
    head = struct.pack("<BBH6s6s6sH", 0x80, 0, 0, b"\xff" * 6, AP, AP, 0) + struct.pack("<QHH", 0, 100, 0x11)
    assert row_of(decode(head + element(0, b"old"), radiotap=False)).security == "WEP"


def test_networks_in_anothers_beacons_are_told_beside_it() -> None:
    profile = element(0, element(0, b"exam") + element(85, b"\1"))
    row = row_of(heard(more=element(71, b"\2" + profile)))
    assert [(one.bssid, one.ssid) for one in row.unsent] == [("02:00:00:00:00:02", "exam")]


def test_other_frames_make_no_rows() -> None:
    table = BssTable()
    table.add(decode(bytes([0xD4, 0, 0, 0]) + AP, radiotap=False))
    table.add(decode(b"\x80\0", radiotap=False))
    assert table.rows() == ()
    assert (table.n_frames, table.n_faulty) == (2, 1)


def test_a_flood_of_networks_fills_the_table_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bss, "MAX_BSS", 50)
    table = BssTable()
    for n in range(200):
        table.add(heard(ap=bytes([2, 0, 0, 0, 0, n])))
    assert (len(table.rows()), table.n_beyond) == (50, 150)


def test_a_flood_of_names_does_not_rename_a_network() -> None:
    flood = (heard(bytes([97 + n % 26, 97 + n // 26]), channel=n % 200 + 1) for n in range(600))
    row = row_of(*itertools.chain([heard(), heard()], flood))
    assert (row.ssid, row.frames) == ("class1", 602)
    assert len(row.ssids) <= 32
    assert len(row.channels) <= 32


def test_rows_stand_by_band_channel_and_strength() -> None:
    table = BssTable()
    places = [(3, 36, -50), (2, 6, -70), (1, 6, -40), (4, 1, -90)]
    table.add_all(heard(ap=bytes([2, 0, 0, 0, 0, n]), channel=c, signals=(s,)) for n, c, s in places)
    assert [row.bssid[-2:] for row in table.rows()] == ["04", "01", "02", "03"]
