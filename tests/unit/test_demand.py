from dataclasses import replace

from wifiplan.predict.demand import CLASSROOM, SPECIALIST, DemandOptions, ProfileEdit, demand
from wifiplan.site.building import Floor, Room, SchoolRef, Site

SQUARE = ((0.0, 0.0), (9.0, 0.0), (9.0, 7.5), (0.0, 7.5))


def school(*rooms: Room, remote: bool = False, stage: str = "elementary", n_classes: int | None = None) -> Site:
    assert stage in ("elementary", "junior")
    ref = SchoolRef(
        stage="junior" if stage == "junior" else "elementary",
        code="999999",
        remote=remote,
        n_classes=n_classes,
    )
    return Site(name="s", school=ref, floors=(Floor(level=0, elevation_m=0, height_m=3.2, rooms=rooms),))


def classroom(n: int, size: int | None = 28) -> Room:
    return Room(id=f"c{n}", name=f"{n}", use="classroom", polygon=SQUARE, class_size=size)


def test_a_whole_class_and_its_teacher_devices_are_on_at_once() -> None:
    needs = demand(school(classroom(1)), DemandOptions()).needs
    assert [n.n_devices for n in needs] == [30]
    assert needs[0].priority == CLASSROOM
    assert needs[0].demand_mbps == 30 * 2.5


def test_a_junior_high_school_has_three_teacher_devices_and_a_remote_school_one() -> None:
    assert demand(school(classroom(1), stage="junior"), DemandOptions()).needs[0].n_devices == 31
    assert demand(school(classroom(1), remote=True), DemandOptions()).needs[0].n_devices == 29


def test_only_k_sets_exist_at_a_non_remote_school_but_any_room_may_hold_one() -> None:
    rooms = [classroom(n) for n in range(13)]
    got = demand(school(*rooms), DemandOptions())
    assert (got.n_class_sets, got.n_rooms_at_once, len(got.needs)) == (3, 3, 13)
    remote = demand(school(*rooms, remote=True), DemandOptions())
    assert (remote.n_class_sets, remote.n_rooms_at_once) == (None, 13)


def test_the_roster_s_class_count_comes_before_the_rooms_drawn() -> None:
    assert demand(school(classroom(1), n_classes=20), DemandOptions()).n_class_sets == 4


def test_a_specialist_room_takes_the_largest_class() -> None:
    lab = Room(id="lab", name="自然教室", use="specialist", polygon=SQUARE)
    needs = demand(school(classroom(1, 20), classroom(2, 27), lab), DemandOptions()).needs
    assert needs[2].priority == SPECIALIST
    assert needs[2].n_devices == 29


def test_the_drawn_number_of_devices_comes_first() -> None:
    room = Room(id="c", name="c", use="classroom", polygon=SQUARE, class_size=28, devices=16)
    assert demand(school(room), DemandOptions()).needs[0].n_devices == 16


def test_an_unknown_class_size_is_assumed_and_said() -> None:
    got = demand(school(classroom(1, None)), DemandOptions())
    assert got.needs[0].n_devices == 31
    assert got.assumptions == ("class_size_unknown:1",)


def test_offices_need_nothing() -> None:
    office = Room(id="o", name="教務處", use="office", polygon=SQUARE)
    assert demand(school(office), DemandOptions()).needs == ()


def test_profiles_and_thresholds_are_editable() -> None:
    options = DemandOptions(classroom_profile="conferencing", mbps_per_device=4.0, margin_db=0.0, min_second_dbm=-75.0)
    need = demand(school(classroom(1)), options).needs[0]
    assert (need.profile, need.mbps_per_device, need.min_second_dbm) == ("conferencing", 4.0, -75.0)
    assert need.max_airtime_share == 0.5
    assert need.min_received_dbm == -65.0


def test_a_profile_can_be_edited_for_one_use() -> None:
    lab = Room(id="lab", name="lab", use="specialist", polygon=SQUARE, class_size=20)
    edits = (
        ProfileEdit(name="video", mbps_down=4.0),
        ProfileEdit(name="tests at once", based_on="e_testing", max_airtime_share=0.5),
    )
    options = DemandOptions(specialist_profile="tests at once", profiles=edits)
    first, second = demand(school(classroom(1), lab), options).needs
    assert (first.profile, first.mbps_per_device, first.max_airtime_share) == ("video", 4.0, 0.6)
    assert (second.profile, second.mbps_per_device, second.max_airtime_share) == ("tests at once", 0.5, 0.5)


def test_a_site_of_both_stages_has_sets_row_by_row_and_teachers_by_stage() -> None:
    rooms = [replace(classroom(n), stage="elementary") for n in range(7)]
    rooms += [replace(classroom(7 + n), stage="junior") for n in range(2)]
    site = school(*rooms)
    site = replace(site, also_serves=(SchoolRef(stage="junior", code="999998"),))
    got = demand(site, DemandOptions())
    # two sets for seven classes and one for two, though nine classes together would have two
    assert (got.n_class_sets, got.n_rooms_at_once) == (3, 3)
    assert [need.n_devices for need in got.needs] == [30] * 7 + [31] * 2


def test_the_number_of_classes_at_once_can_be_given() -> None:
    got = demand(school(*(classroom(n) for n in range(13))), DemandOptions(rooms_at_once=9))
    assert (got.n_class_sets, got.n_rooms_at_once) == (3, 9)
