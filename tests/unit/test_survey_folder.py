"""Which survey is of which school: by its name, its folder, the plan's file, the site's name; and what fits none."""

import json
from pathlib import Path

import pytest

from wifiplan.files.laws import write_law
from wifiplan.files.survey_folder import SurveyFolders, read_survey_folders
from wifiplan.radio.loss import Law
from wifiplan.radio.measured import Measured

A, B, C, D = ("elementary", "000001"), ("junior", "000001"), ("elementary", "000002"), ("elementary", "000009")
SCHOOLS = (A, B, C, D)


@pytest.fixture
def plans(tmp_path: Path) -> dict[tuple[str, str], Path]:
    """Return plans of three of four schools: one that two rows share, one drawn, one from a sheet."""
    sites = tmp_path / "sites"
    sites.mkdir()
    both = {"name": "甲國中小", "school": {}, "floors": []}
    (sites / "hill.json").write_text(json.dumps(both), encoding="utf-8")
    (sites / "hill-2.json").write_text(json.dumps(both | {"name": "乙國小"}), encoding="utf-8")
    (sites / "sheet.json").write_text(json.dumps({"name": "丁國小", "evidence": "sheet"}), encoding="utf-8")
    (tmp_path / "surveys").mkdir()
    paths = {A: sites / "hill.json", B: sites / "hill.json", C: sites / "hill-2.json", D: sites / "sheet.json"}
    return dict(paths)


def read(plans: dict[tuple[str, str], Path], name: str, head: str = '{"format": 1, "name": "x"}') -> SurveyFolders:
    folder = plans[A].parent.parent / "surveys"
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{head}\nfloor,x_m,y_m\n", encoding="utf-8")
    return read_survey_folders([folder], plans, SCHOOLS)


@pytest.mark.parametrize(
    ("name", "head", "plan"),
    [
        ("elementary-000001-walk.csv", "{}", "hill.json"),
        ("junior-000001/今天.csv", "{}", "hill.json"),
        ("三樓 000002 東側.csv", "{}", "hill-2.json"),
        ("hill-walk.csv", "{}", "hill.json"),
        ("hill-2-walk-3.csv", "{}", "hill-2.json"),
        ("今天.csv", '{"format": 1, "name": "乙國小"}', "hill-2.json"),
        ("hill.CSV", "", "hill.json"),
    ],
)
def test_a_survey_is_found_by_what_it_is_called(
    plans: dict[tuple[str, str], Path], name: str, head: str, plan: str
) -> None:
    found = read(plans, name, head or '"{""format"": 1}"')
    assert {path.name: [one.name for one in some] for path, some in found.paths.items()} == {plan: [Path(name).name]}
    assert found.notes == ()


@pytest.mark.parametrize(
    ("name", "head", "note"),
    [
        ("000001.csv", "{}", "fits no school"),  # two schools have this code
        ("hilltop.csv", "{}", "fits no school"),
        ("elementary-000009.csv", "{}", "which nobody has drawn"),
        ("junior-777777.csv", "{}", "is not asked for"),
        ("rooms.csv", "教室,等級", "is no survey file"),
        ("x.json", "{}", "is no law"),
    ],
)
def test_what_is_of_no_drawn_school_is_left_aside_with_its_reason(
    plans: dict[tuple[str, str], Path], name: str, head: str, note: str
) -> None:
    found = read(plans, name, head)
    assert found.paths == {}
    assert len(found.notes) == 1
    assert name in found.notes[0].en
    assert note in found.notes[0].en
    assert name in found.notes[0].zh
    assert "略過" in found.notes[0].zh


def test_a_law_counts_before_surveys_and_only_at_the_site_where_it_was_measured(
    plans: dict[tuple[str, str], Path],
) -> None:
    folder = plans[A].parent.parent / "surveys"
    write_law(folder / "a.json", Law(measured=Measured(site="甲國中小")))
    write_law(folder / "elementary-000002.json", Law(measured=Measured(site="甲國中小")))
    write_law(folder / "pooled.json", Law(measured=Measured(device="phone")))
    (folder / "class-test-elementary-000001-20260301-0900-ab.json").write_text("{}", encoding="utf-8")
    found = read(plans, "hill-walk.csv")
    assert {path.name: [one.name for one in some] for path, some in found.paths.items()} == {"hill.json": ["a.json"]}
    assert [note.en.split(" ")[0] for note in found.notes] == ["elementary-000002.json", "pooled.json"]
    assert "was measured at 甲國中小" in found.notes[0].en
    assert "--law" in found.notes[1].en
