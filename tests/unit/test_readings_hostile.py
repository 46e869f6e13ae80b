"""Scans as people really hand them in: moved, cut at either end, of other bands, with columns of their own choice."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from wifiplan.cli.survey_import import import_command
from wifiplan.errors import SurveyError
from wifiplan.files.readings import readings_of
from wifiplan.files.readings.positions import read_positions
from wifiplan.files.readings.walk_csv import read_walk
from wifiplan.files.surveys import dump_survey
from wifiplan.survey.places import Place, Whereabouts

IW = (
    "BSS 02:00:5e:00:53:01(on wlan0)\n\tfreq: 5955\n\tsignal: -52.00 dBm\n\tlast seen: 20 ms ago\n\tSSID: a\n"
    "BSS 02:00:5e:00:53:02(on wlan0)\n\tfreq: 5180\n\tsignal: -60.00 dBm\n\tlast seen: 20 ms ago\n\tSSID: b\n"
)
FRENCH = (
    "EN-COURS-D'UTILISATION  BSSID              SSID    MODE   CANAL  DÉBIT       SIGNAL  BARRES  SÉCURITÉ \n"
    "                        02:00:5E:00:53:01  Ecole   Infra  11     130 Mbit/s  75      ▂▄▆_    WPA2     \n"
    "*                       02:00:5E:00:53:02  Ecole5  Infra  36     270 Mbit/s  40      ▂▄__    WPA2     \n"
)
CHOSEN = (
    "SSID    BSSID              CHAN  SIGNAL \n"
    "School  02:00:5E:00:53:01  36    72     \n"
    "b: c    02:00:5E:00:53:02  6     100    \n"
)


def test_a_scan_whose_steps_a_chat_program_ate_is_read() -> None:
    flat = "\n".join(line.strip() for line in IW.split("\n"))
    assert readings_of(flat.encode(), where="a").readings == readings_of(IW.encode(), where="a").readings


def test_a_scan_without_its_beginning_is_refused() -> None:
    with pytest.raises(SurveyError, match="line 1: the file begins inside a BSS, at 'signal"):
        readings_of(IW[IW.index("\tsignal") :].encode(), where="a")
    assert len(readings_of(IW[IW.index("\tsignal") :].encode(), where="a", partial=True).readings) == 1


@pytest.mark.parametrize("mhz", ["60480", "902.5"])
def test_wigig_and_halow_are_left_out(mhz: str) -> None:
    read = readings_of(IW.replace("5955", mhz).encode(), where="a")
    assert len(read.readings) == 1
    assert any("other bands" in remark for remark in read.remarks)


def test_a_long_block_takes_time_by_its_length() -> None:
    block = "BSS 02:00:5e:00:53:03(on wlan0)\n" + "\tfreq: 2412\n\tsignal: -70.00 dBm\n" * 20_000
    read = readings_of((block + IW).encode(), where="a")  # an hour, when every line looked at all lines
    assert len(read.readings) == 3


@pytest.mark.parametrize(
    ("text", "channels", "levels_dbm"), [(FRENCH, [11, 36], [-55.0, -80.0]), (CHOSEN, [36, 6], [-56.8, -40.0])]
)
def test_headings_in_french_and_columns_of_ones_own(text: str, channels: list[int], levels_dbm: list[float]) -> None:
    read = readings_of(text.encode(), where="a")
    assert [one.channel for one in read.readings] == channels
    assert [one.rssi_dbm for one in read.readings] == levels_dbm


def test_a_percentage_that_was_cut_is_not_taken() -> None:
    with pytest.raises(SurveyError, match="line 3: a row that is cut"):
        readings_of(CHOSEN[: CHOSEN.index("100") + 2].encode(), where="a")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Error: NetworkManager is not running.\n", "nmcli could not scan: Error: NetworkManager is not running."),
        ("*  SSID  MODE   CHAN  SIGNAL\n*  a     Infra  36    72\n", "a list without BSSIDs"),
        (CHOSEN.partition("\n")[0] + "\n", "the list is empty"),
    ],
)
def test_what_nmcli_said_instead_is_repeated(text: str, said: str) -> None:
    with pytest.raises(SurveyError) as error:
        readings_of(text.encode(), where="a", kind="nmcli")
    assert said in str(error.value)


WIGLE = """WigleWifi-1.6,appRelease=2.53,model=x,release=12,device=x,display=x,board=x,brand=x
MAC,SSID,AuthMode,FirstSeen,Channel,Frequency,RSSI,CurrentLatitude,CurrentLongitude,AltitudeMeters,AccuracyMeters,Type
02:00:5e:00:53:01,School,[WPA2],2024-01-01 10:00:00,36,5180,-55,25.03,121.5,10,5,WIFI
7a:00:5e:00:53:44,Mei's phone,Misc [BLE],2024-01-01 10:00:01,0,,-60,25.03,121.5,10,5,BLE
7a:00:5e:00:53:45,Mei's buds,Misc [BT],2024-01-01 10:00:01,0,,-61,25.03,121.5,10,5,BT
466_92_1_2,x,LTE;tw,2024-01-01 10:00:01,0,,-81,25.03,121.5,10,5,LTE
02:00:5e:00:53:02,School,[WPA2],2024-01-01 10:00:00,6,2437,-55,25.03,121.5,10,5,WIFI
"""


def test_phones_among_the_access_points_are_never_kept() -> None:
    survey = read_walk(WIGLE.encode(), "wigle.csv", Whereabouts(spot=Place(floor=0, x_m=1.0, y_m=2.0)))
    assert [one.bssid for one in survey.samples] == ["02:00:5e:00:53:01", "02:00:5e:00:53:02"]
    assert "3 rows of other things than access points: never kept" in survey.remarks
    assert "Mei" not in dump_survey(survey)


def test_floors_as_a_school_calls_them() -> None:
    table = "x_m,y_m,樓層,bssid,rssi\n1,2,二樓,02:00:5e:00:53:01,-55\n1,2,地下一樓,02:00:5e:00:53:01,-65\n"
    assert [one.floor for one in read_walk(table.encode(), "a.csv").samples] == [1, -1]


POSITIONS = "time,x_m,y_m,floor\n23:59:50,0,0,1F\n00:00:10,20,0,1F\n"


def test_a_walk_over_midnight() -> None:
    around = read_positions(POSITIONS.encode(), "p.csv")
    table = "time,bssid,rssi\n23:59:55,02:00:5e:00:53:01,-55\n00:00:05,02:00:5e:00:53:01,-56\n"
    samples = read_walk(table.encode(), "a.csv", around).samples
    assert [one.x_m for one in samples] == [5.0, 15.0]
    assert [one.time_s for one in samples] == [0.0, 10.0]


def test_readings_of_another_time_zone_are_told_with_the_shift_that_helps() -> None:
    around = read_positions(b"time,x_m,y_m,floor\n2024-01-01 23:59:50,0,0,1F\n2024-01-02 00:00:10,20,0,1F\n", "p.csv")
    table = b"time,bssid,rssi\n2024-01-01T15:59:55Z,02:00:5e:00:53:01,-55\n"
    with pytest.raises(SurveyError, match="--clock 28800 puts them on it"):
        read_walk(table, "a.csv", around)
    assert read_walk(table, "a.csv", replace(around, shift_s=28_800.0)).samples[0].x_m == 5.0


def test_a_device_s_address_is_no_model_and_nan_no_place(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(IW, encoding="utf-8")
    for option, value in (("--device", "7a:00:5e:00:53:44"), ("--x", "nan")):
        said = CliRunner().invoke(
            import_command, [str(tmp_path / "a.txt"), "--y", "1", option, value, "--out", str(tmp_path / "o.csv")]
        )
        assert said.exit_code != 0
        assert not (tmp_path / "o.csv").exists()
