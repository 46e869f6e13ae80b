"""`survey map` and `survey compare` on a small school and a survey that another law made."""

import csv
import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

import in_process
from wifiplan import files
from wifiplan.files.calibrations import write_calibration
from wifiplan.files.surveys import write_survey
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import Law
from wifiplan.site.building import Floor, Room, Site, Wall
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.survey.calibration import fit
from wifiplan.survey.records import Sample, Survey

WIDTH_M, DEPTH_M = 8.0, 7.0
TRUTH = Law(exponent=2.3, max_wall_db=20.0, offset_db=14.0)


def wing(n_rooms: int = 4) -> Site:
    """Four classrooms in a row, an access point in every other one; the last has no known power."""
    boxes = [((k * WIDTH_M, 0.0), ((k + 1) * WIDTH_M, DEPTH_M)) for k in range(n_rooms)]
    rooms = tuple(
        Room(
            id=f"r{k}",
            name=f"{k + 1}年甲班",
            use="classroom",
            polygon=((a[0], a[1]), (b[0], a[1]), (b[0], b[1]), (a[0], b[1])),
            class_size=25,
        )
        for k, (a, b) in enumerate(boxes)
    )
    walls = tuple(
        Wall(line=((k * WIDTH_M, 0.0), (k * WIDTH_M, DEPTH_M)), material="brick", top_m=3.3) for k in range(n_rooms + 1)
    )
    points = tuple(
        AccessPoint(
            id=f"AP{k}",
            x_m=(k + 0.5) * WIDTH_M,
            y_m=3.5,
            z_m=3.0,
            room_id=f"r{k}",
            model="ax-2x2",
            radios=(Radio(band="5", channel=36 + 4 * k, width_mhz=20, eirp_dbm=20.0 if k == 0 else None),),
        )
        for k in range(0, n_rooms, 2)
    )
    floor = Floor(level=0, elevation_m=0.0, height_m=3.5, rooms=rooms, walls=walls)
    return Site(name="小翼國小", floors=(floor,), access_points=points)


def walked(site: Site, n: int = 24, seed: int = 5) -> Survey:
    rng = np.random.default_rng(seed)
    hung = [
        replace(ap, radios=tuple(replace(r, eirp_dbm=r.eirp_dbm or 20.0) for r in ap.radios))
        for ap in site.access_points
    ]
    xyz = np.column_stack([rng.uniform(0.5, 31.5, n), rng.uniform(0.5, 6.5, n), np.ones(n)]).round(2)
    heard = received_dbm(site, hung, xyz, [0] * n, band="5", law=TRUTH) + rng.normal(0, 2.0, (len(hung), n))
    samples = tuple(
        Sample(floor=0, x_m=float(x), y_m=float(y), band="5", bssid=ap.id, rssi_dbm=round(float(heard[i, j])))
        for j, (x, y, _) in enumerate(xyz)
        for i, ap in enumerate(hung)
    )
    return Survey(name="走測", device="Pixel 6a", samples=samples)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("survey")
    site = wing()
    files.write_site(made / "site.json", site)
    files.write_site(made / "bare.json", replace(site, access_points=()))
    write_survey(made / "walk.csv", walked(site))
    strange = replace(walked(site), samples=(Sample(floor=0, x_m=1, y_m=1, band="5", bssid="nobody", rssi_dbm=-50),))
    write_survey(made / "strange.csv", strange)
    (made / "points.csv").write_text("x_m,y_m,z_m,floor\n4,3,1.0,0\n28,3,1.0,0\n", encoding="utf-8")
    return made


def run(folder: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    given = [str(folder / a) if (folder / a).is_file() else a for a in arguments]
    return in_process.run("survey", command, *given)


def numbers(rows: Sequence[Sequence[float]]) -> np.ndarray:
    return np.array(rows, dtype=float)


def test_points_are_told_with_their_spread_and_interval(folder: Path) -> None:
    result = run(folder, "map", "site.json", "walk.csv", "--points", "points.csv", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["band"] == "5"
    assert [ap["id"] for ap in told["access_points"]] == ["AP0", "AP2"]
    mean, sd, low, high = (numbers(told[key]) for key in ("received_dbm", "sd_db", "low_dbm", "high_dbm"))
    assert mean.shape == sd.shape == (2, 2)
    assert np.allclose(high - mean, 1.645 * sd, atol=0.02)
    assert np.allclose(mean - low, 1.645 * sd, atol=0.02)
    xyz = [(4.0, 3.0, 1.0), (28.0, 3.0, 1.0)]
    hung = [replace(ap, radios=(replace(ap.radios[0], eirp_dbm=20.0),)) for ap in wing().access_points]
    truth = received_dbm(wing(), hung, xyz, [0, 0], band="5", law=TRUTH)
    assert np.abs(mean - truth).max() < 6.0


def test_a_law_that_was_fitted_is_taken_as_it_is(folder: Path, tmp_path: Path) -> None:
    site, law = wing(), tmp_path / "law.json"
    write_calibration(law, fit(Law(), walked(site), site))
    given = ("map", "site.json", "walk.csv", "--points", "points.csv", "--json")
    answers = [run(folder, *given, *more) for more in ((), ("--law", str(law)))]
    assert [answer.returncode for answer in answers] == [0, 0]
    fitted, as_read = (numbers(json.loads(answer.stdout)["received_dbm"]) for answer in answers)
    assert np.allclose(fitted, as_read, atol=1.0)


def test_a_table_is_told_without_json(folder: Path) -> None:
    result = run(folder, "map", "site.json", "walk.csv", "--points", "points.csv")
    assert result.stdout.splitlines()[0].split("\t") == ["x_m", "y_m", "z_m", "floor", "AP0", "AP0 sd", "AP2", "AP2 sd"]
    assert len(result.stdout.splitlines()) == 3


def test_a_picture_and_a_table_are_written_a_floor_and_band(folder: Path, tmp_path: Path) -> None:
    result = run(folder, "map", "site.json", "walk.csv", "--out", str(tmp_path / "maps"), "--each", "--cell", "1")
    assert result.returncode == 0, result.stderr
    names = sorted(path.name for path in (tmp_path / "maps").iterdir())
    assert names == ["floor0-5GHz-ap01.png", "floor0-5GHz-ap02.png", "floor0-5GHz.csv", "floor0-5GHz.png"]
    assert (tmp_path / "maps" / "floor0-5GHz.png").read_bytes().startswith(b"\x89PNG")
    with (tmp_path / "maps" / "floor0-5GHz.csv").open(encoding="utf-8-sig") as table:
        rows = list(csv.DictReader(table))
    assert {row["ap_id"] for row in rows} == {"AP0", "AP2"}
    assert all(float(r["low_dbm"]) < float(r["level_dbm"]) < float(r["high_dbm"]) for r in rows)
    assert "24" in result.stdout


def test_what_is_less_sure_than_asked_is_not_known(folder: Path) -> None:

    result = run(folder, "map", "site.json", "walk.csv", "--most-sd", "1", "--cell", "1", "--lang", "en")
    assert "known over 0 %" in result.stdout
    assert result.returncode == 0


def test_compared_as_json_by_band_access_point_room_and_place(folder: Path) -> None:
    result = run(folder, "compare", "site.json", "walk.csv", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    (band,) = told["by_band"]
    assert band["n"] == 48
    assert band["rmse_planned_db"] > 8.0
    assert band["rmse_fitted_db"] < 5.0
    assert {row["key"] for row in told["by_ap"]} == {"AP0", "AP2"}
    assert {row["key"] for row in told["by_room"]} <= {"r0", "r1", "r2", "r3"}
    assert len(told["places"]) == 24
    assert told["parameters"]


def test_a_report_is_written(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "survey.pdf"
    result = run(folder, "compare", "site.json", "walk.csv", "--out", str(out))
    assert result.returncode == 0, result.stderr
    document = pypdfium2.PdfDocument(out)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert "小翼國小" in text
    assert "AP2" in result.stdout
    assert len(document) >= 4


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("map", ("site.json", "strange.csv")),
        ("compare", ("site.json", "strange.csv")),
        ("map", ("bare.json", "walk.csv")),
        ("compare", ("bare.json", "walk.csv")),
        ("map", ("site.json", "points.csv")),
        ("compare", ("walk.csv", "walk.csv")),
        ("map", ("site.json", "walk.csv", "--band", "6")),
    ],
)
def test_what_cannot_be_answered_is_one_message(folder: Path, command: str, arguments: tuple[str, ...]) -> None:
    result = run(folder, command, *arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("wifiplan: ")


def test_no_picture_or_table_takes_the_place_of_a_survey(folder: Path, tmp_path: Path) -> None:
    walk = tmp_path / "floor0-5GHz.csv"
    walk.write_bytes((folder / "walk.csv").read_bytes())
    result = in_process.run("survey", "map", folder / "site.json", walk, "--out", tmp_path)
    assert result.returncode == 2
    assert list(tmp_path.iterdir()) == [walk]


def test_no_answer_takes_the_place_of_an_input(folder: Path) -> None:
    before = (folder / "walk.csv").read_bytes()
    result = run(folder, "compare", "site.json", "walk.csv", "--out", "walk.csv")
    assert result.returncode == 2
    assert (folder / "walk.csv").read_bytes() == before
