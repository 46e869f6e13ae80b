"""Surveys of Ekahau projects as samples at places of the site, and the table that keeps them."""

from pathlib import Path

import pytest

import esx_samples as samples
from wifiplan.errors import SurveyError
from wifiplan.files.drawings.esx import read_esx, read_esx_surveys
from wifiplan.files.surveys import dump_survey, read_survey, write_survey
from wifiplan.survey.records import Sample, Survey

SCANS = [
    [(0, 0, -50, 5180), (2500, 1, -61, 2437)],
    [(10000, 0, -70, 5955), (22000, 1, -80, 5500)],
    [(60000, 0, -66, 5180), (5000, 7, -66, 5180), (5000, 0, 3, 5180)],
]


def _read(tmp_path: Path, track: bytes) -> tuple[Survey, ...]:
    members = samples.project()
    samples.add_survey(members, track)
    return read_esx_surveys(samples.pack(tmp_path / "in.esx", members))


def test_samples_lie_on_the_route_at_their_time(tmp_path: Path) -> None:
    (survey,) = _read(tmp_path, samples.track(SCANS))
    assert (survey.name, survey.device, survey.started_at) == ("walk", "Sidekick", "2026-03-04T05:06:07.000Z")
    # from (5, 15) to (25, 15) m in 10 s, then at (10, 20)
    assert [(s.floor, s.x_m, s.y_m, s.time_s) for s in survey.samples] == [
        (1, 5.0, 15.0, 0.0),
        (1, 10.0, 15.0, 2.5),
        (1, 25.0, 15.0, 10.0),
        (1, 10.0, 20.0, 22.0),
    ]
    assert [(s.band, s.channel, s.bssid[-1], s.ssid, s.rssi_dbm) for s in survey.samples] == [
        ("5", 36, "0", "school 0", -50.0),
        ("2.4", 6, "1", "school 1", -61.0),
        ("6", 1, "0", "school 0", -70.0),
        ("5", 100, "1", "school 1", -80.0),
    ]
    assert survey.remarks == (
        "reading away from the route in time",
        "reading of a BSSID that the project does not name",
        "reading without a strength",
    )
    # the address of the device that measured is nobody's business
    assert "aa:bb" not in repr(survey)


def test_a_design_counts_its_surveys(tmp_path: Path) -> None:
    members = samples.project()
    samples.add_survey(members, samples.track(SCANS))
    left = {note.what: note.count for note in read_esx(samples.pack(tmp_path / "in.esx", members)).account.left}
    assert (left["survey-*"], left["track-*"], left["accessPointMeasurements"]) == (1, 1, 2)


@pytest.mark.parametrize("tail", [b"\x77\x01\x02", b"\x01\x02\x00"])
def test_what_comes_before_unknown_bytes_is_kept(tail: bytes, tmp_path: Path) -> None:
    (survey,) = _read(tmp_path, samples.track(SCANS[:2]) + tail)
    assert len(survey.samples) == 4
    assert "what comes before it is read" in survey.remarks[0]


def test_a_project_without_surveys_has_none(tmp_path: Path) -> None:
    assert read_esx_surveys(samples.pack(tmp_path / "in.esx", samples.project())) == ()


def test_a_survey_comes_back_from_its_table(tmp_path: Path) -> None:
    (survey,) = _read(tmp_path, samples.track(SCANS))
    odd = Sample(floor=-1, x_m=0.1, y_m=1 / 3, ssid='=cmd,"x"', throughput_mbps=12.5, delay_s=0.02, loss_share=0.0)
    for one in (survey, Survey(name="空"), Survey(name="n", samples=(odd,), remarks=("a", "b"), surveyor="王")):
        path = tmp_path / "s.csv"
        write_survey(path, one)
        assert read_survey(path) == one
    assert "'=cmd" in path.read_text(encoding="utf-8")


def test_a_table_that_a_spreadsheet_saved_is_read(tmp_path: Path) -> None:
    text = '\ufeff"{""format"": 1"," ""name"": ""三樓"" }",,\r\nx_m,floor,y_m,rssi_dbm\r\n1.5,2,2,-61\r\n,,,\r\n'
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    assert read_survey(path) == Survey(name="三樓", samples=(Sample(floor=2, x_m=1.5, y_m=2.0, rssi_dbm=-61.0),))


def test_all_faults_of_a_table_come_at_once(tmp_path: Path) -> None:
    text = dump_survey(Survey(name="n", samples=(Sample(floor=0, x_m=1.0, y_m=2.0, band="5", rssi_dbm=-60.0),)))
    path = tmp_path / "s.csv"
    path.write_text(text + "1.5,1,1,5,-60\n0,nan,1,7,-60\n0,,1,5,60\n0,1\n", encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        read_survey(path)
    assert [fault.where for fault in caught.value.faults] == [
        "row 4, floor",
        "row 5, x_m",
        "row 5, band",
        "row 6, x_m",
        "row 6, rssi_dbm",
        "row 7",
        "row 7, y_m",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "JSON"),
        ("a,b\n1,2\n", "JSON"),
        ('{"format": 2}\nfloor,x_m,y_m\n', "format"),
        ('{"format": 1, "who": "x"}\nfloor,x_m,y_m\n', "unknown key"),
        ('{"format": 1}\nfloor,x_m\n', "y_m is missing"),
        ('{"format": 1}\nfloor,x_m,y_m,mac\n', "unknown column"),
        ('{"format": 1}\nfloor,x_m,y_m\n"1,2,3\n', "not a CSV table"),
    ],
)
def test_a_file_that_is_no_survey_says_why(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SurveyError, match=reason):
        read_survey(path)
