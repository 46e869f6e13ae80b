"""Whether a school may apply with what it has: never by guesswork, never by counting the unknown as zero."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from wifiplan.errors import SettingsError
from wifiplan.report.assessment import assessment_json, content
from wifiplan.report.assessment_tables import rooms_table
from wifiplan.report.texts import LANGS, texts
from wifiplan.scheme.mobile_learning import grant_range_ntd, may_take_part
from wifiplan.site.building import Floor, Room, SchoolRef, Site, Wall
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.assessment import Application, Assessment, assess
from wifiplan.study.settings import Settings

NAMES = ("二年甲班", "三年甲班", "四年甲班", "忠班")
TWENTY = Application(n_devices=20)


def room(k: int, name: str) -> Room:
    x_m = 9.0 * k
    box = ((x_m, 0.0), (x_m + 9, 0.0), (x_m + 9, 7.0), (x_m, 7.0))
    return Room(id=f"r{k}", name=name, use="classroom", polygon=box, class_size=20)


def hung(k: int, model: str = "ax-2x2") -> AccessPoint:
    radio = Radio(band="5", channel=(36, 52, 100, 149)[k], width_mhz=40, eirp_dbm=20.0)
    return AccessPoint(id=f"ap{k}", x_m=9.0 * k + 4.5, y_m=3.5, z_m=3.2, room_id=f"r{k}", model=model, radios=(radio,))


def site(*points: AccessPoint, names: tuple[str, ...] = NAMES) -> Site:
    walls = tuple(
        Wall(line=((9.0 * k, 0.0), (9.0 * k, 7.0)), material="concrete", thickness_m=0.4, top_m=3.5)
        for k in range(len(names) + 1)
    )
    rooms = tuple(room(k, name) for k, name in enumerate(names))
    floor = Floor(level=0, elevation_m=0.0, height_m=3.5, rooms=rooms, walls=walls)
    return Site(
        name="甲國小",
        floors=(floor,),
        school=SchoolRef(stage="elementary", code="000001", n_classes=4),
        access_points=points,
    )


@pytest.fixture(scope="module")
def judged() -> Callable[..., Assessment]:
    def judge(some: Site, application: Application = TWENTY) -> Assessment:
        return assess(some, Settings(), application)

    return judge


def test_a_school_with_good_access_points_has_what_it_needs(judged: Callable[..., Assessment]) -> None:
    answer = judged(site(hung(1), hung(2)), Application(n_classes=2, n_devices=20))
    assert (answer.devices, answer.wireless, answer.verdict) == ("met", "met", "met")
    assert answer.n_passing == 2
    assert answer.grant_ntd == (150_000, 210_000)
    states = {found.room.name: (found.grade, found.eligible) for found in answer.rooms}
    assert states == {"二年甲班": (2, False), "三年甲班": (3, True), "四年甲班": (4, True), "忠班": (None, None)}


def test_a_grade_that_may_not_take_part_proves_nothing(judged: Callable[..., Assessment]) -> None:
    answer = judged(site(hung(0), names=("一年甲班", "三年甲班")))
    assert answer.wireless == "not_met"
    assert answer.rooms[1].remedy == "new"


def test_a_grade_that_nobody_can_read_leaves_it_open(judged: Callable[..., Assessment]) -> None:
    assert judged(site(hung(1), names=("二年甲班", "忠班"))).wireless == "open"


def test_no_access_point_is_a_finding_and_no_inventory_is_none(judged: Callable[..., Assessment]) -> None:
    bare = site()
    assert judged(bare).verdict == "not_met"
    unknown = judged(replace(bare, access_points_known=False))
    assert unknown.verdict == "open"
    assert all(found.passes is None for found in unknown.rooms)
    assert "未盤點" in str(content(unknown, "zh-TW")["existing"])


def test_an_unknown_model_leaves_its_room_open(judged: Callable[..., Assessment]) -> None:
    answer = judged(site(hung(1, model="??"), names=("二年甲班", "三年甲班")))
    assert [found.passes for found in answer.rooms] == [False, None]
    assert answer.verdict == "open"


def test_settings_that_nobody_noted_leave_the_room_open(judged: Callable[..., Assessment]) -> None:
    bare = replace(hung(1), radios=(Radio(band="5"),))
    answer = judged(site(bare, names=("二年甲班", "三年甲班")))
    assert answer.rooms[1].passes is None
    assert answer.verdict == "open"
    assert "頻道" in str(content(answer, "zh-TW")["todo"])


def test_an_assumed_building_never_passes(judged: Callable[..., Assessment]) -> None:
    good = replace(site(hung(1), hung(2)), evidence="archetype")
    answer = judged(good)
    assert answer.verdict == "open"
    assert answer.n_passing == 0
    assert judged(good, Application(n_devices=0)).verdict == "not_met"


@pytest.mark.parametrize(("n_devices", "finding"), [(None, "open"), (19, "not_met"), (20, "met")])
def test_devices_serve_one_whole_class(judged: Callable[..., Assessment], n_devices: int | None, finding: str) -> None:
    assert judged(site(hung(1)), Application(n_devices=n_devices)).devices == finding


def test_more_classes_than_the_plan_funds_are_refused(judged: Callable[..., Assessment]) -> None:
    some = site(hung(1))
    with pytest.raises(SettingsError, match="at most 4 classes"):
        judged(some, Application(n_classes=5))
    with pytest.raises(SettingsError, match="at most 2 classes"):
        judged(some, Application(n_classes=3, first_time=True))
    remote = replace(some, school=SchoolRef(stage="elementary", code="000001", remote=True))
    assert judged(remote).cap == 1


def test_a_site_of_two_stages_is_assessed_for_each() -> None:
    both = site(hung(1), names=("三年甲班", "701"))
    rooms = tuple(replace(r, stage="junior" if r.name == "701" else None) for r in both.floors[0].rooms)
    floors = (replace(both.floors[0], rooms=rooms),)
    both = replace(both, floors=floors, also_serves=(SchoolRef(stage="junior", code="000002"),))
    younger = assess(both, Settings(), TWENTY)
    older = assess(both, Settings(), TWENTY, stage="junior")
    assert [found.room.name for found in younger.rooms] == ["三年甲班"]
    assert [found.room.name for found in older.rooms] == ["701"]
    assert (younger.wireless, older.wireless, older.cap) == ("not_met", "met", 5)
    with pytest.raises(SettingsError, match="serves no junior"):
        assess(site(), Settings(), TWENTY, stage="junior")


def test_the_sheet_has_every_word_in_both_languages(judged: Callable[..., Assessment]) -> None:
    answer = judged(site(hung(1), hung(2, model="TP-Link EAP660")))
    for lang in LANGS:
        page = content(answer, lang)
        printed = [value for key, value in page.items() if key in ("subtitle", "headline", "sentences", "todo")]
        assert "{" not in str(printed)
        assert sum(int(row[1]) for row in rooms_table(answer, lang).rows) == len(NAMES)
    keys = [{key for key in texts(lang) if key.startswith(("assess.", "track."))} for lang in LANGS]
    assert keys[0] == keys[1]
    said = assessment_json(answer)
    assert said["verdict"] == "met"
    assert said["n_passing"] == 1


def test_grants_and_grades() -> None:
    assert [grant_range_ntd(n) for n in (0, 1, 2, 5)] == [
        (0, 0),
        (100_000, 140_000),
        (150_000, 210_000),
        (300_000, 420_000),
    ]
    assert may_take_part("elementary", 3)
    assert may_take_part("junior", 1)
