"""What `nmcli device wifi list` prints, in all its forms."""

import unicodedata

import pytest

from wifiplan.errors import SurveyError
from wifiplan.files.readings import read_nmcli

TERSE = (
    "*:02\\:00\\:5E\\:00\\:53\\:01:a\\:b\\\\c:Infra:36:540 Mbit/s:64:▂▄▆_:WPA2\n"
    " :02\\:00\\:5E\\:00\\:53\\:02::Infra:1:130 Mbit/s:24:▂___:WPA1 WPA2\n"
    " :02\\:00\\:5E\\:00\\:53\\:03:WPA2:Infra:6:130 Mbit/s:100:▂▄▆█:\n"
)
WANTED = [
    ("01", "a:b\\c", "5", 36, -56.0, True),
    ("02", "", "2.4", 1, -85.6, False),
    ("03", "WPA2", "2.4", 6, -40.0, False),
]


def told(text: str) -> list[tuple[object, ...]]:
    return [(r.bssid[-2:], r.ssid, r.band, r.channel, r.rssi_dbm, r.in_use) for r in read_nmcli(text).readings]


def places(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def columns(rows: list[list[str]]) -> str:
    """Return rows of cells as `nmcli` aligns them: by places of the screen."""
    widths = [max(places(row[n]) for row in rows) + 2 for n in range(len(rows[0]))]
    padded = ("".join(c + " " * (w - places(c)) for c, w in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line}\n" for line in padded)


def test_the_usual_terse_list_reads_with_comments_around() -> None:
    assert told("// user:/$ nmcli -t dev wifi list\n\n" + TERSE) == WANTED


def test_the_level_of_the_network_in_use_goes_by_the_kernel_s_rule() -> None:
    read = read_nmcli(TERSE.replace(" :02", "*:02"))
    assert [one.rssi_dbm for one in read.readings] == [-56.0, -85.6, -20.0]
    assert all(one.is_converted for one in read.readings)
    assert any(remark.startswith("1 BSS at the upper end") for remark in read.remarks)


@pytest.mark.parametrize(
    "order", [(0, 1, 2, 3, 4, 5, 6, 7, 8), (6, 4, 2, 1, 0, 7), (2, 1, 4, 5, 6, 0, 7), (8, 7, 6, 5, 4, 3, 2, 1, 0)]
)
def test_terse_fields_are_known_in_any_order(order: tuple[int, ...]) -> None:
    rows = [line.replace("\\\\", "\0").replace("\\:", "\1").split(":") for line in TERSE.splitlines()]
    text = "".join(":".join(row[n] for n in order) + "\n" for row in rows).replace("\0", "\\\\").replace("\1", "\\:")
    assert told(text.replace("WPA2:", "plain:") if order[0] == 2 else text)[0][:5] == WANTED[0][:5]


HEAD = ["IN-USE", "BSSID", "SSID", "MODE", "CHAN", "RATE", "SIGNAL", "BARS", "SECURITY"]
ROWS = [
    ["*", "02:00:5E:00:53:01", "a:b\\c", "Infra", "36", "540 Mbit/s", "64", "***", "WPA2"],
    ["", "02:00:5E:00:53:02", "--", "Infra", "1", "130 Mbit/s", "24", "*", "WPA1 WPA2"],
    ["", "02:00:5E:00:53:03", "WPA2", "Infra", "6", "130 Mbit/s", "100", "****", "--"],
]


@pytest.mark.parametrize(
    "head", [HEAD, ["BENUTZT", "BSSID", "NETZ", "MODUS", "KANAL", "RATE", "STAERKE", "BALKEN", "SICHERHEIT"]]
)
def test_a_table_in_columns_reads_whatever_its_columns_are_called(head: list[str]) -> None:
    assert told(columns([head, *ROWS])) == WANTED


def test_a_mode_in_another_language_is_no_name() -> None:
    rows = [["SSID", "BETRIEB", "BSSID", "KANAL", "STÄRKE"]] + [
        [name, "インフラ", f"02:00:5E:00:53:0{n}", "1", str(90 - n)] for n, name in enumerate("abc")
    ]
    assert [one.ssid for one in read_nmcli(columns(rows)).readings] == ["a", "b", "c"]


def test_wide_characters_take_two_places_of_a_column() -> None:
    rows = [HEAD, [*ROWS[0][:2], "明德國小 教室", *ROWS[0][3:]], *ROWS[1:]]
    assert [row[1] for row in told(columns(rows))] == ["明德國小 教室", "", "WPA2"]


def test_one_field_a_line_reads_the_same() -> None:
    text = "".join(f"{name + ':':40}{cell}\n" for row in ROWS for name, cell in zip(HEAD, row, strict=True))
    assert told(text) == WANTED
    terse = "".join(
        "{}:{}\n".format(n, c.replace("\\", "\\\\").replace(":", "\\:"))
        for row in ROWS
        for n, c in zip(HEAD, row, strict=True)
    )
    assert told(terse) == WANTED


def test_frequency_and_width_are_taken_where_they_are_told() -> None:
    text = "02\\:00\\:5E\\:00\\:53\\:01:a:37:6135 MHz:160 MHz:64\n02\\:00\\:5E\\:00\\:53\\:02:b:1:2412 MHz:20 MHz:90\n"
    first = read_nmcli(text).readings[0]
    assert (first.band, first.channel, first.width_mhz, first.rssi_dbm) == ("6", 37, 160, -61.6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TERSE[: TERSE.rindex("130 M")], "line 3: a row that is cut"),
        (TERSE + " :02\\:00\\:5", "line 4: a row that is cut"),
        (TERSE.replace(":64:", ":640:").replace(":▂▄▆_", ":x"), "no column is SIGNAL"),
        ("a:02\\:00\\:5E\\:00\\:53\\:01:44:5220 MHz\n", "no column is SIGNAL"),
        ("*:a:Infra:6:130 Mbit/s:100:WPA2\n", "no BSSID"),
    ],
)
def test_what_is_cut_or_missing_is_told(text: str, said: str) -> None:
    with pytest.raises(SurveyError, match=said) as caught:
        read_nmcli(text, where="list.txt")
    assert "請" in caught.value.text("zh-TW")


def test_what_is_whole_of_a_cut_list_can_be_taken() -> None:
    assert len(read_nmcli(TERSE[: TERSE.rindex("130 M")], partial=True).readings) == 2
