from pathlib import Path

import pytest

from wifiplan.errors import SettingsError
from wifiplan.files.site_folder import read_site_folder

SCHOOLS = (("elementary", "013601"), ("junior", "013502"), ("elementary", "999001"), ("junior", "999001"))
SOUND = '{"name": "x", "school": {"stage": "elementary", "code": "013601"}}'


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("x.json", SOUND, ("elementary", "013601")),
        ("x.json", SOUND[:-2], ("elementary", "013601")),
        ("x.json", '{"school": {"code": "013502", "stage" : "junior", ', ("junior", "013502")),
        ("junior-013502.json", "{", ("junior", "013502")),
        ("013601 國小.json", "[1", ("elementary", "013601")),
        ("國中013502.json", "[1", ("junior", "013502")),
        ("x0135021.json", "[1", None),
        ("x.json", "[" * 100_000, None),
        ("999001.json", "", None),
    ],
)
def test_a_plan_is_found_by_its_school(tmp_path: Path, name: str, text: str, key: tuple[str, str] | None) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_site_folder(tmp_path, SCHOOLS)
    assert dict(found.paths) == ({} if key is None else {key: tmp_path / name})
    assert len(found.notes) == (key is None)


def test_files_that_are_nobodys_are_noted(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}", encoding="utf-8")
    (tmp_path / "elementary-000001.json").write_text("{", encoding="utf-8")
    (tmp_path / ".elementary-013601.part.json").write_text("{", encoding="utf-8")
    found = read_site_folder(tmp_path, SCHOOLS)
    assert [note.text("en") for note in found.notes] == [
        "elementary-000001.json is the plan of elementary 000001, which is not asked for",
        "notes.json names no school and was left aside",
    ]
    assert [note.text("zh-TW") for note in found.notes] == [
        "elementary-000001.json 是國小 000001 的平面圖，不在這次規劃之列",
        "notes.json 未寫明學校，略過",
    ]
    assert not found.paths


def test_two_plans_of_one_school_are_refused(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(SOUND, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"b\.json: a\.json is a plan of the same school"):
        read_site_folder(tmp_path, SCHOOLS)


def test_no_folder_has_no_plans() -> None:
    assert not read_site_folder(None, SCHOOLS).paths


def test_the_lists_of_collect_are_no_plans_and_its_sites_are_pointed_at(tmp_path: Path) -> None:
    listed = '{"format": 1, "schools": [{"stage": "elementary", "code": "011601"}]}'
    (tmp_path / "collected.json").write_text(listed, encoding="utf-8")
    (tmp_path / "sites").mkdir()
    (tmp_path / "folder.json").mkdir()
    found = read_site_folder(tmp_path, [("elementary", "011601")])
    assert not found.paths
    assert f"--sites {tmp_path.name}/sites" in found.notes[0].en
    assert "collected.json names no school" in found.notes[1].en
