import pytest

from wifiplan.scheme.school import School, Stage
from wifiplan.site.programme import classrooms, further_rooms, standards


def school(n_classes: int, stage: Stage = "elementary") -> School:
    return School(stage=stage, code="1", name="n", county="c", n_classes=n_classes, n_students=20 * n_classes)


def test_remote_six_class_school_has_few_specialist_rooms() -> None:
    offices, specialist = further_rooms(school(6))
    assert [room.name for room in specialist] == ["圖書室", "電腦教室", "自然教室"]
    assert [room.name for room in offices] == ["校長室", "教導處", "健康中心"]


@pytest.mark.parametrize("stage", ["elementary", "junior"])
def test_more_classes_never_mean_fewer_specialist_rooms(stage: Stage) -> None:
    counts = [len(further_rooms(school(n, stage))[1]) for n in range(1, 150)]
    assert counts == sorted(counts)
    assert counts[0] >= 1


def test_ids_are_unique_and_names_tell_rooms_apart() -> None:
    offices, specialist = further_rooms(school(77))
    spaces = [*offices, *classrooms(school(77)), *specialist]
    assert len({space.id for space in spaces}) == len(spaces)
    assert len({space.name for space in spaces}) == len(spaces)


def test_every_standard_has_an_english_name_and_a_possible_size() -> None:
    assert all(standard.name_en and 0.5 <= standard.modules <= 2.0 for standard in standards())
