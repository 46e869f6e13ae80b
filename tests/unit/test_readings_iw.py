"""What `iw scan` prints, with what stands around it."""

import pytest

from wifiplan.errors import SurveyError
from wifiplan.files.readings import read_iw, readings_of

FIRST = """BSS 02:00:5e:00:53:01(on wlan0) -- associated
\tTSF: 1 usec (0d, 00:00:00)
\tfreq: 5180.0
\tbeacon interval: 100 TUs
\tcapability: ESS Privacy (0x0011)
\tsignal: -52.00 dBm
\tlast seen: 20 ms ago
\tInformation elements from Probe Response frame:
\tSSID: \\xe6\\x95\\x99\\xe5\\xae\\xa4 1
\tSupported rates: 6.0* 9.0
\tBSS Load:
\t\t * station count: 12
\t\t * channel utilisation: 51/255
\tHT operation:
\t\t * primary channel: 36
\t\t * secondary channel offset: above
\t\t * STA channel width: any
\tVHT operation:
\t\t * channel width: 1 (80 MHz)
\t\t * center freq segment 1: 42
\t\t * center freq segment 2: 50
"""
SECOND = """BSS 02:00:5e:00:53:02(on wlan0)
\tfreq: 2412
\tsignal: -71.00 dBm
\tlast seen: 12000 ms ago
\tSSID: \\x00\\x00\\x00\\x00
\tSupported rates: 6.0* 9.0
\tHT operation:
\t\t * secondary channel offset: no secondary
\t\t * STA channel width: 20 MHz
\tVHT operation:
\t\t * channel width: 0 (20 or 40 MHz)
"""
THIRD = """BSS 02:00:5e:00:53:03(on wlan0)
\tfreq: 6135
\tsignal: -60.00 dBm
\tlast seen: 8 ms ago
\tSSID: six
\tSupported rates: 6.0* 9.0
\tHE Operation:
\t\tHE Operation Parameters: (0x023ff0)
\t\t\t6 GHz Operation Information Present
\t\tBSS Color: 5
\t\t6 GHz Operation Information: 0x2503274f06
\t\t\tPrimary Channel: 37
\t\t\tChannel Width: 80+80 or 160 MHz
\tEHT Operation:
\t\tEHT Operation Info: 0x040000
\t\t\tChannel Width: 320 MHz
"""
SCAN = FIRST + SECOND + THIRD


def test_each_bss_says_where_it_is_how_strong_and_how_busy() -> None:
    read = read_iw("pi@pi:~ $ sudo iw wlan0 scan\n" + SCAN + "pi@pi:~ $ \n")
    first, second, third = read.readings
    assert (first.ssid, first.band, first.channel, first.width_mhz, first.in_use) == ("教室 1", "5", 36, 160, True)
    assert (first.rssi_dbm, first.age_s, first.station_count, first.utilisation_share) == (-52.0, 0.02, 12, 0.2)
    assert (second.ssid, second.band, second.width_mhz, second.is_cached) == ("", "2.4", 20, True)
    assert (third.band, third.channel, third.width_mhz) == ("6", 37, 320)
    assert any("1 BSS from the cache" in remark for remark in read.remarks)


def test_a_scan_that_was_pasted_with_blanks_for_tabs_reads_the_same() -> None:
    wanted = read_iw(SCAN).readings
    spaced = SCAN.expandtabs(8)
    assert read_iw(spaced).readings == wanted
    assert read_iw("\n".join(f"    {line}" for line in spaced.split("\n"))).readings == wanted


def test_age_is_told_from_the_system_s_clock_where_there_is_no_other() -> None:
    text = SCAN.replace("last seen: 20 ms ago", "last seen: 710.4s [boottime]").replace("12000 ms ago", "")
    text = text.replace("last seen: 8 ms ago", "last seen: 700.4s [boottime]")
    first, _, third = read_iw(text).readings
    assert (first.age_s, third.age_s) == (0.0, pytest.approx(10.0))


@pytest.mark.parametrize("between", ["", "pi@pi:~ $ sudo iw dev wlan0 scan\n"])
def test_a_second_scan_begins_where_a_bss_comes_again(between: str) -> None:
    read = read_iw(SCAN + between + SCAN)
    assert read.n_scans == 2
    assert [one.scan for one in read.readings] == [0, 0, 0, 1, 1, 1]


def test_one_address_on_two_channels_is_no_second_scan() -> None:
    twin = SECOND.replace("2412", "5240")
    read = read_iw(SCAN + twin)
    assert (read.n_scans, len(read.readings)) == (1, 4)


def test_an_entry_that_was_heard_later_wins() -> None:
    twin = SECOND.replace("\\x00\\x00\\x00\\x00", "named").replace("12000", "10").replace("-71", "-75")
    read = read_iw(SCAN + twin)
    assert [one.rssi_dbm for one in read.readings] == [-52.0, -75.0, -60.0]
    assert any("left out" in remark for remark in read.remarks)


def test_a_driver_without_dbm_gives_a_bss_without_level() -> None:
    read = read_iw(SCAN.replace("signal: -52.00 dBm", "signal: 60/100"))
    assert read.readings[0].rssi_dbm is None
    assert "1 BSS without a level in dBm" in read.remarks


def test_a_name_can_not_steer_a_terminal() -> None:
    name = read_iw(SCAN.replace("SSID: six", "SSID: \\x1b[31m")).readings[2].ssid
    assert "\x1b" not in name


@pytest.mark.parametrize(
    "cut", ["\tsignal: -60.0", "\tSSID: si", "Channel Width: 80+80", "\tSupported ra", "\t\t\tPrimary"]
)
def test_a_file_that_ends_inside_a_bss_is_refused_with_the_place(cut: str) -> None:
    text = SCAN[: SCAN.rindex(cut) + len(cut)]
    with pytest.raises(SurveyError, match=r"BSS 02:00:5e:00:53:03 \(line 33\)") as caught:
        read_iw(text if "Channel" not in cut else text.replace("Channel Width: 80+80", "Channel Wid"), where="a.txt")
    assert "檔案" in caught.value.text("zh-TW")
    assert [one.bssid[-1] for one in read_iw(text, partial=True).readings][:2] == ["1", "2"]


def test_all_faults_are_told_at_once() -> None:
    text = SCAN.replace("freq: 5180.0", "freq: 99").replace("signal: -71.00 dBm", "signal: loud")
    with pytest.raises(SurveyError) as caught:
        read_iw(text)
    assert [one.where.split(" (")[0][-2:] for one in caught.value.faults] == ["01", "02"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("command failed: Device or resource busy (-16)\n", "could not scan"),
        ("Connected to 02:00:5e:00:53:01 (on wlan0)\n\tSSID: a\n", "no line 'freq"),
        ("Station 02:00:5e:00:53:01 (on wlan0)\n", "no line begins"),
    ],
)
def test_what_is_no_scan_is_told(text: str, said: str) -> None:
    with pytest.raises(SurveyError, match=said):
        read_iw(text)


def test_the_link_gives_the_access_point_in_use() -> None:
    text = "Connected to 02:00:5e:00:53:01 (on wlan0)\n    SSID: a\n    freq: 2412.0\n    signal: -51 dBm\n"
    read = read_iw("# sudo iw dev wlan0 link\n" + text)
    assert [(one.bssid[-1], one.ssid, one.channel, one.rssi_dbm, one.in_use) for one in read.readings] == [
        ("1", "a", 1, -51.0, True)
    ]
    assert any("only the access point in use" in remark for remark in read.remarks)


def test_nothing_heard_is_an_answer_but_an_empty_file_is_not() -> None:
    assert read_iw("").readings == ()
    with pytest.raises(SurveyError, match="empty"):
        readings_of(b"\n", where="a.txt")
