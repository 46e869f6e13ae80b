import csv
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan.errors import SiteError
from wifiplan.files.site_checks import faults_of
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions, archetype, assumption_texts
from wifiplan.site.building import Room, Site

SCHOOL = School(
    stage="elementary",
    code="999001",
    name="青埕國小",
    county="晴川市",
    n_classes=24,
    n_students=610,
    classes_by_grade=(4, 4, 4, 4, 4, 4),
    students_by_grade=(101, 100, 99, 104, 103, 103),
)


def rooms(site: Site, use: str) -> list[Room]:
    return [room for floor in site.floors for room in floor.rooms if room.use == use]


def test_urban_elementary_school() -> None:
    site = archetype(SCHOOL)
    names = [room.name for room in rooms(site, "classroom")]
    assert names[:5] == ["一年甲班", "一年乙班", "一年丙班", "一年丁班", "二年甲班"]
    assert [room.class_size for room in rooms(site, "classroom")][::4] == [26, 25, 25, 26, 26, 26]
    assert {"電腦教室", "圖書室", "視聽教室", "音樂教室"} <= {room.name for room in rooms(site, "specialist")}
    assert len(site.floors) == 3
    assert site.evidence == "archetype"
    assert not site.access_points_known
    assert site.floors[0].cabinets[0].id == "MDF"
    assert faults_of(site) == ()


def test_junior_high_school_names_its_classes_by_number() -> None:
    site = archetype(
        replace(SCHOOL, stage="junior", n_classes=7, classes_by_grade=(2, 2, 3), students_by_grade=(50, 50, 60))
    )
    assert [room.name for room in rooms(site, "classroom")] == ["701", "702", "801", "802", "901", "902", "903"]
    assert any("理化" in room.name for room in rooms(site, "specialist"))


def test_more_than_six_classes_a_grade_are_numbered() -> None:
    site = archetype(replace(SCHOOL, n_classes=60, classes_by_grade=(10,) * 6, students_by_grade=(250,) * 6))
    assert rooms(site, "classroom")[9].name == "一年10班"


@pytest.mark.parametrize("n_classes", [1, 2, 3, 6, 7, 12, 13, 24, 31, 48, 77, 128, 200])
@pytest.mark.parametrize("stage", ["elementary", "junior"])
def test_all_sizes_give_sound_sites(n_classes: int, stage: str) -> None:
    school = School(
        stage="junior" if stage == "junior" else "elementary",
        code="1",
        name="n",
        county="c",
        n_classes=n_classes,
        n_students=0,
    )
    site = archetype(school)
    assert len(rooms(site, "classroom")) == n_classes
    assert faults_of(site) == ()
    assert all(floor.cabinets for floor in site.floors)


def test_class_size_falls_back_to_the_largest_class_then_the_mean() -> None:
    bare = replace(SCHOOL, classes_by_grade=(), students_by_grade=())
    assert {room.class_size for room in rooms(archetype(bare), "classroom")} == {26}
    assert {r.class_size for r in rooms(archetype(replace(bare, max_class_size=29)), "classroom")} == {29}
    assert {r.class_size for r in rooms(archetype(replace(bare, n_students=0)), "classroom")} == {None}


def test_grades_that_contradict_the_total_are_not_used() -> None:
    site = archetype(replace(SCHOOL, n_classes=7, classes_by_grade=(1, 1, 1, 1, 1, 1)))
    assert [room.name for room in rooms(site, "classroom")][:3] == ["一年甲班", "一年乙班", "二年甲班"]


def test_same_row_same_site_and_room_ids_do_not_depend_on_the_storeys() -> None:
    assert archetype(SCHOOL) == archetype(SCHOOL)
    flat = archetype(SCHOOL, ArchetypeOptions(storeys=2))
    assert len(flat.floors) == 2
    assert {r.id for r in rooms(flat, "classroom")} == {r.id for r in rooms(archetype(SCHOOL), "classroom")}


def test_no_classes_is_an_error_that_names_the_school() -> None:
    with pytest.raises(SiteError, match="999001") as caught:
        archetype(replace(SCHOOL, n_classes=0))
    assert "no classes" in caught.value.problem


def test_assumptions_are_sentences_in_both_languages() -> None:
    site = archetype(SCHOOL)
    english = assumption_texts(site, lang="en")
    assert site.assumptions == assumption_texts(site)
    assert len(english) == len(site.assumptions)
    assert all(text.endswith(".") for text in english)
    assert all(text.endswith("。") for text in site.assumptions)
    assert "3 storeys" in english[1]
    assert not any("{" in text for text in (*english, *site.assumptions))


@pytest.mark.data
def test_every_row_of_the_national_roster_gives_a_sound_site(shared_data: Path) -> None:
    def numbers(cell: str) -> tuple[int, ...]:
        return tuple(int(part) for part in cell.split("|"))

    with (shared_data / "roster" / "roster_sy110.csv").open(encoding="utf-8-sig") as handle:
        table = list(csv.DictReader(handle))
    assert len(table) == 3633
    n_sites = 0
    for n, row in enumerate(table):
        school = School(
            stage="junior" if row["學制"] == "國中" else "elementary",
            code=row["學校代碼"],
            name=row["學校名稱"],
            county=row["縣市"],
            n_classes=int(row["班級數"]),
            n_students=int(row["學生數"]),
            classes_by_grade=numbers(row["各年級班級數"]),
            students_by_grade=numbers(row["各年級學生數"]),
        )
        if school.n_classes == 0:
            with pytest.raises(SiteError):
                archetype(school)
            continue
        site = archetype(school)
        n_sites += 1
        assert len(rooms(site, "classroom")) == school.n_classes
        if n % 25 == 0:
            assert faults_of(site) == (), school.name
    assert n_sites == 3624
