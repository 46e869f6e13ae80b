"""`wifiplan survey rooms` and `survey next` as they are typed, and the table that `track --tests` reads."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from wifiplan import files
from wifiplan.cli.survey_next import next_command
from wifiplan.cli.survey_rooms import rooms_command
from wifiplan.errors import SurveyError
from wifiplan.files.surveys import read_survey, write_survey
from wifiplan.files.test_results import read_tests
from wifiplan.predict.coverage import received_dbm
from wifiplan.report.measured import air_texts, rooms_todo
from wifiplan.report.texts import LANGS, texts
from wifiplan.site.geometry import seat_points
from wifiplan.site.network import AccessPoint, Need, Radio
from wifiplan.study import Settings
from wifiplan.study.measured_air import AirCode, AirFinding
from wifiplan.study.measured_rooms import MeasuredReason, MeasuredRoom, MeasuredRooms, VerdictOptions
from wifiplan.study.survey_site import hung_site
from wifiplan.survey.records import Sample, Survey

SITE = Path(__file__).parents[2] / "floorplans" / "demo-remote.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with an access point in every other classroom, and a walk through all rooms."""
    root = tmp_path_factory.mktemp("measured")
    bare = files.read_site(SITE)
    rooms = [(floor, room) for floor in bare.floors for room in floor.rooms if room.use == "classroom"]
    site = replace(
        bare,
        access_points=tuple(
            AccessPoint(
                id=f"AP{n}",
                room_id=room.id,
                floor=floor.level,
                model="ax-2x2",
                radios=(Radio(band="5", channel=(36, 44, 149, 157, 161)[n], width_mhz=20, eirp_dbm=20.0),),
            )
            for n, (floor, room) in enumerate(rooms[::2])
        ),
    )
    files.write_site(root / "site.json", site)
    hung = hung_site(site)
    places = [
        (floor.level, float(x), float(y))
        for floor in site.floors
        for room in floor.rooms
        for x, y in seat_points(room.polygon, spacing_m=3.5)
    ]
    xyz = np.array([(x, y, 1.0) for _, x, y in places])
    level = received_dbm(hung, hung.access_points, xyz, [f for f, *_ in places], band="5", law=Settings().law) - 2.0
    level += np.random.default_rng(0).normal(0, 1.5, level.shape)
    walk = Survey(
        name="walk",
        device=Settings().radio.device,
        started_at="2026-11-20T09:00:00+08:00",
        samples=tuple(
            Sample(
                floor=f,
                x_m=x,
                y_m=y,
                band="5",
                channel=ap.radios[0].channel,
                bssid=ap.id,
                ssid="school",
                rssi_dbm=float(level[i, j]),
            )
            for j, (f, x, y) in enumerate(places)
            for i, ap in enumerate(hung.access_points)
            if level[i, j] > -90.0
        ),
    )
    write_survey(root / "walk.csv", walk)
    return root


@pytest.mark.parametrize("lang", LANGS)
def test_rooms_are_told(folder: Path, lang: str) -> None:
    table = folder / "results.csv"
    typed = [str(folder / "site.json"), str(folder / "walk.csv"), "--lang", lang, "--table", str(table)]
    result = CliRunner().invoke(rooms_command, typed)
    assert result.exit_code == 0, result.output
    words = texts(lang)
    assert words["measured.verdict.pass"] in result.output
    assert words["measured.says"] in result.output
    assert words["measured.device.same"] in result.output
    site = files.read_site(folder / "site.json")
    assert site.school is not None
    key = (site.school.stage, site.school.code)
    read = read_tests(folder_of_tables(folder, table), {key: None})[key]
    assert {test.kind for test in read} == {"survey"}
    assert {test.day.isoformat() for test in read} == {"2026-11-20"}
    assert "pass" in {test.verdict for test in read}


def test_a_room_that_does_not_pass_is_exit_1(folder: Path) -> None:
    typed = [str(folder / "site.json"), str(folder / "walk.csv"), "--device-db", "25"]
    louder = CliRunner().invoke(rooms_command, typed)
    assert louder.exit_code == 1
    assert texts("zh-TW")["measured.todo.title"] in louder.output


def test_rooms_of_another_site_are_refused_by_their_floors(folder: Path, tmp_path: Path) -> None:
    walk = read_survey(folder / "walk.csv")
    far = replace(walk, samples=tuple(replace(s, floor=7) for s in walk.samples[:3]))
    write_survey(tmp_path / "far.csv", far)
    result = CliRunner().invoke(rooms_command, [str(folder / "site.json"), str(tmp_path / "far.csv")])
    assert isinstance(result.exception, SurveyError)
    assert "on 7, the site has 0" in str(result.exception)


def folder_of_tables(folder: Path, table: Path) -> Path:
    place = folder / "tests"
    place.mkdir(exist_ok=True)
    (place / table.name).write_bytes(table.read_bytes())
    return place


def test_rooms_as_json(folder: Path) -> None:
    result = CliRunner().invoke(rooms_command, [str(folder / "site.json"), str(folder / "walk.csv"), "--json"])
    said = json.loads(result.stdout)
    assert said["evidence"] == "survey"
    assert said["n_classrooms"] == said["n_classrooms_passed"] + said["n_classrooms_failed"] + said["n_classrooms_open"]
    assert said["n_classrooms_passed"] > 0
    assert {room["verdict"] for room in said["rooms"]} <= {"pass", "fail", "inconclusive"}
    assert said["options"]["device_db"] == 0.0


@pytest.mark.parametrize("lang", LANGS)
def test_next_places_before_and_after_a_walk(folder: Path, lang: str) -> None:
    site, walk = str(folder / "site.json"), str(folder / "walk.csv")
    before = CliRunner().invoke(next_command, [site, "-n", "3", "--lang", lang])
    assert before.exit_code == 0, before.output
    assert texts(lang)["next.head.prior"] in before.output
    after = CliRunner().invoke(next_command, [site, walk, "-n", "3", "--lang", lang, "--json"])
    assert after.exit_code == 0, after.output
    first = CliRunner().invoke(next_command, [site, "-n", "3", "--json"])
    assert json.loads(after.stdout)["wrong_before"] < json.loads(first.stdout)["wrong_before"]
    assert len(json.loads(first.stdout)["places"]) == 3


def test_a_band_that_nobody_read_is_said(folder: Path) -> None:
    typed = [str(folder / "site.json"), str(folder / "walk.csv"), "--band", "2.4"]
    result = CliRunner().invoke(rooms_command, typed)
    assert isinstance(result.exception, SurveyError)


def test_every_reason_and_finding_has_words() -> None:
    need = Need(
        room_id="1",
        priority=0,
        profile="video",
        n_devices=30,
        mbps_per_device=2.5,
        min_received_dbm=-67.0,
        min_snr_db=25.0,
        max_airtime_share=0.6,
    )
    room = MeasuredRoom(
        room_id="1", name="一", use="classroom", floor=0, need=need, verdict="inconclusive", reason="unsure"
    )
    site = files.read_site(SITE)
    for lang in LANGS:
        words = texts(lang)
        for reason in MeasuredReason.__args__:
            assert words[f"measured.reason.{reason}"]
            found = MeasuredRooms(
                site="x",
                band="5",
                rooms=(replace(room, reason=reason, measure_at=(1.0, 2.0), probability=0.4),),
                options=VerdictOptions(),
                devices=("",),
                device="tablet",
            )
            assert all("{" not in line for line in rooms_todo(found, lang))
        codes = [code for part in AirCode.__args__ for code in part.__args__]
        for code in codes:
            finding = AirFinding(
                code=code,
                weight="note",
                ap_id="AP1",
                other_id="AP2",
                bssid="02:00:00:00:00:01",
                band="5",
                channel=36,
                value=1.0,
                limit=2.0,
                rooms=("101",),
                place=(0, 1.0, 2.0),
                spread_m=3.0,
            )
            (line,) = air_texts([finding], "note", site, lang)
            assert "{" not in line
