"""Existing access points into rooms: numbers, names, classes, corridors, and what stays out."""

from dataclasses import replace

import pytest

from wifiplan.scheme.school import Stage
from wifiplan.site.building import Floor, Room, RoomUse, SchoolRef, Site
from wifiplan.site.inventory import Entry, Found, Inventory, MatchReport, by_site, with_inventory
from wifiplan.site.inventory.room_names import class_name, floor_level, name_key
from wifiplan.site.inventory.schools import school_key
from wifiplan.site.network import AccessPoint, Radio


def room(
    identity: str, name: str, use: RoomUse = "classroom", block: str | None = "A棟", number: str | None = None
) -> Room:
    x = 10.0 * (int(identity[-2:]) if identity[-2:].isdigit() else 0)
    corners = ((x, 0.0), (x + 9.0, 0.0), (x + 9.0, 7.0), (x, 7.0))
    return Room(id=identity, name=name, use=use, polygon=corners, block=block, inventory_id=number)


def school(stage: Stage = "elementary", name: str = "晴川市立甲國民小學", code: str = "013601") -> Site:
    ground = (
        room("A101", "一年甲班", number="00101"),
        room("A102", "一年乙班"),
        room("A103", "電腦教室（一）", "specialist"),
        room("B104", "電腦教室（二）", "specialist", "B棟"),
        room("A1C", "A棟走廊", "corridor"),
        room("B1C", "B棟走廊", "corridor", "B棟"),
    )
    first = (
        room("A201", "三年甲班"),
        room("A202", "三年乙班"),
        room("B203", "圖書室", "specialist", "B棟"),
        room("A2C", "A棟走廊", "corridor"),
    )
    return Site(
        name=name,
        school=SchoolRef(stage=stage, code=code),
        floors=(
            Floor(level=0, elevation_m=0.0, height_m=3.6, name="一樓", rooms=ground),
            Floor(level=1, elevation_m=3.6, height_m=3.6, name="二樓", rooms=first),
        ),
        access_points_known=False,
    )


def entry(place: str = "", row: int = 2, **_: object) -> Entry:
    return Entry(file="a.csv", row=row, places=(place,) if place else (), name=f"N{row}", model="R510")


def matched(site: Site, *entries: Entry) -> MatchReport:
    return with_inventory(site, Inventory(entries=entries)).report


def only(site: Site, one: Entry) -> Found:
    return matched(site, one).found[0]


@pytest.mark.parametrize(
    ("place", "identity"),
    [
        ("三年甲班", "A201"),
        ("三年一班", "A201"),
        ("３年１班", "A201"),
        ("3年1班教室", "A201"),
        ("三年1班", "A201"),
        ("301班", "A201"),
        ("三1", "A201"),
        ("3-1", "A201"),
        ("三甲", "A201"),
        ("三忠", "A201"),
        ("A棟2樓三年甲班", "A201"),
        ("二樓 三年一班 講桌上方", "A201"),
        ("a 201", "A201"),
        ("電腦教室1", "A103"),
        ("第一電腦教室", "A103"),
        ("資訊教室(二)", "B104"),
        ("B棟電腦教室", "B104"),
        ("圖書館", "B203"),
        ("A棟2F走廊", "A2C"),
        ("三年甲班前走廊", "A2C"),
        ("1樓 B棟 走廊", "B1C"),
        ("00101", "A101"),
        ("Campus >> A201 >> ceiling", "A201"),
    ],
)
def test_a_place_finds_its_room(place: str, identity: str) -> None:
    found = only(school(), entry(place))
    assert (found.outcome, found.room_id) == ("matched", identity)


@pytest.mark.parametrize(
    ("place", "reason", "candidates"),
    [
        ("電腦教室", "ambiguous", 2),
        ("一樓走廊", "ambiguous", 2),
        ("走廊", "corridor_which", 3),
        ("三年甲班旁", "near", 1),
        ("3樓走廊", "no_corridor", 0),
        ("六年九班", "not_found", 0),
        ("三年已班", "not_found", 3),
        ("", "not_found", 0),
    ],
)
def test_what_is_unclear_stays_out_and_says_why(place: str, reason: str, candidates: int) -> None:
    found = only(school(), entry(place))
    assert found.outcome == "unmatched"
    assert found.reason is not None
    assert found.reason.code == reason
    assert len(found.candidates) >= min(candidates, 1)


def test_a_bare_number_that_is_a_class_and_a_room_is_not_guessed() -> None:
    site = school()
    top = Floor(level=2, elevation_m=7.2, height_m=3.6, rooms=(room("A301", "五年甲班"),))
    site = replace(site, floors=(*site.floors, top))
    assert only(site, entry("301")).outcome == "unmatched"
    assert only(site, replace(entry("301"), floor="3F")).room_id == "A301"
    assert only(site, replace(entry("301"), floor="2")).room_id == "A201"
    assert only(site, entry("301班")).room_id == "A201"


def test_the_number_comes_first_and_a_differing_name_is_told() -> None:
    found = only(school(), replace(entry("三年甲班"), room_number="001-01"))
    assert (found.room_id, found.how) == ("A101", "number")
    assert [remark.code for remark in found.entry.remarks] == ["name_differs"]
    unknown = only(school(), replace(entry("三年甲班"), room_number="99999"))
    assert (unknown.room_id, unknown.how) == ("A201", "name")
    assert [remark.code for remark in unknown.entry.remarks] == ["number_unknown"]


def test_a_floor_that_differs_is_told() -> None:
    found = only(school(), replace(entry("三年甲班"), floor="3F"))
    assert found.room_id == "A201"
    assert [remark.code for remark in found.entry.remarks] == ["floor_differs"]


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("ES-A201-AP1", "A201"),
        ("甲國小_三年甲班_01", "A201"),
        ("圖書館AP2", "B203"),
        ("AP201", None),
        ("AP-2F-01", None),
    ],
)
def test_an_access_points_own_name_comes_last(name: str, identity: str | None) -> None:
    found = only(school(), replace(entry(), name=name))
    assert found.room_id == identity
    assert identity is None or found.how == "ap_name"


def test_a_position_finds_its_room() -> None:
    one = replace(entry(), name="", x_m=14.0, y_m=3.0, floor="Floor 2")
    result = with_inventory(school(), Inventory(entries=(one,)))
    point = result.site.access_points[0]
    assert (result.report.found[0].how, point.room_id, point.x_m, point.floor) == ("position", "A201", 14.0, 1)


def test_a_junior_high_calls_its_first_grade_seven_or_one() -> None:
    base = school("junior", "乙國民中學")
    rooms = (room("J101", "701"), room("J102", "七年二班"))
    site = replace(base, floors=(replace(base.floors[0], rooms=rooms),))
    places = ("701", "七年一班", "一年一班", "國一1班", "一年2班", "702班")
    assert [only(site, entry(place)).room_id for place in places] == ["J101", "J101", "J101", "J101", "J102", "J102"]


def test_retired_ones_are_listed_and_not_counted() -> None:
    off = replace(entry("三年甲班"), status="報廢", in_service=False)
    result = with_inventory(school(), Inventory(entries=(off,)))
    assert result.site.access_points == ()
    assert result.site.access_points_known
    assert (result.report.found[0].outcome, result.report.found[0].room_id) == ("not_counted", "A201")


def test_nothing_placed_leaves_the_stock_unknown() -> None:
    result = with_inventory(school(), Inventory(entries=(entry("某處"),)))
    assert not result.site.access_points_known
    assert result.site.assumptions == ("unmatched_aps:1",)
    assert not result.report.taken_stock


def test_no_rows_change_nothing() -> None:
    assert with_inventory(school(), Inventory(entries=())).site == school()


def test_ids_are_unique_and_several_may_hang_in_a_room() -> None:
    twins = [replace(entry("三年甲班", row), name="AP") for row in (2, 3)]
    several = replace(entry("圖書室", 4), name="", n_aps=2)
    points = with_inventory(school(), Inventory(entries=(*twins, several))).site.access_points
    assert [(point.id, point.room_id) for point in points] == [
        ("AP", "A201"),
        ("AP (2)", "A201"),
        ("AP-B203-1", "B203"),
        ("AP-B203-2", "B203"),
    ]


def test_what_the_site_knew_is_kept_completed_or_replaced() -> None:
    old = (
        AccessPoint(id="old-1", room_id="A101", model="n-2x2"),
        AccessPoint(
            id="N2",
            name="N2",
            floor=1,
            room_id="A201",
            x_m=12.0,
            y_m=3.0,
            z_m=3.2,
            cabinet="MDF",
            mount="wall",
            azimuth_deg=45.0,
            tilt_deg=5.0,
            pattern="sector-65",
        ),
        AccessPoint(id="old-3", floor=1, room_id="A202", serial="S3"),
        AccessPoint(id="old-4", floor=1, room_id="B203"),
    )
    site = replace(school(), access_points=old)
    rows = (entry("三年甲班", 2), entry("一年甲班", 3), replace(entry("A202", 4), serial="S3"))
    result = with_inventory(site, Inventory(entries=rows))
    points = {point.id: point for point in result.site.access_points}
    assert set(points) == {"old-4", "N2", "N3", "N4"}
    assert (points["N2"].z_m, points["N2"].cabinet, points["N2"].x_m) == (3.2, "MDF", 12.0)
    hung = (points["N2"].mount, points["N2"].azimuth_deg, points["N2"].tilt_deg, points["N2"].pattern)
    assert hung == ("wall", 45.0, 5.0, "sector-65")
    assert (result.report.kept, result.report.replaced) == (("old-4",), ("old-1",))
    again = with_inventory(result.site, Inventory(entries=rows))
    assert again.site == result.site, "the same inventory twice changes nothing"


def test_wide_channels_get_the_number_of_the_whole_channel() -> None:
    one = replace(entry("三年甲班"), radios=(Radio(band="5", channel=36, width_mhz=80), Radio(band="2.4", channel=6)))
    radios = with_inventory(school(), Inventory(entries=(one,))).site.access_points[0].radios
    assert [(radio.channel, radio.width_mhz) for radio in radios] == [(42, 80), (6, None)]


def test_rooms_without_one_are_listed() -> None:
    report = matched(school(), entry("三年甲班"))
    assert [r.room_id for r in report.rooms_without] == ["A101", "A102", "A103", "B104", "A202", "B203"]


def test_a_county_is_shared_out_by_code_name_and_group() -> None:
    one = school()
    two = replace(school(), name="晴川市東區乙國民小學", school=SchoolRef(stage="elementary", code="014601"))
    three = replace(school(), name="丙國中小", school=SchoolRef(stage="elementary", code="014602"))
    three = replace(three, also_serves=(SchoolRef(stage="junior", code="014602"),))
    rows = (
        replace(entry("A101", 2), code="014601"),
        replace(entry("A101", 3), school="乙國小"),
        replace(entry("A101", 4), group="Zone / 晴川市立甲國小"),
        replace(entry("A101", 5), code="014602", stage="junior"),
        replace(entry("A101", 6), code="999999"),
        replace(entry("A101", 7), school="丁國小"),
        entry("A101", 8),
        replace(entry("A101", 9), group="013601-AP"),
    )
    shared = by_site(Inventory(entries=rows), (one, two, three))
    assert [[e.row for e in part.entries] for part in shared.inventories] == [[4, 9], [2, 3], [5]]
    told = [(f.entry.row, f.reason.code) for f in shared.strangers if f.reason]
    assert told == [(6, "no_site"), (7, "school_unknown"), (8, "no_school")]


def test_a_controller_without_a_column_of_schools_names_them_in_places_and_names() -> None:
    one = replace(school(), name="晴川市市立甲寅國小")
    two = replace(school(), name="晴川市立乙卯國小", school=SchoolRef(stage="elementary", code="014601"))
    rows = (
        entry("甲寅國小 一年甲班", 2),
        replace(entry("", 3), name="乙卯國小-2F-三年甲班"),
        replace(entry("", 4), name="014601-1F-一年乙班", group="default"),
        replace(entry("乙卯國小 一年甲班", 5), school="丁巳國小"),
        entry("丁巳國小 一年甲班", 6),
    )
    shared = by_site(Inventory(entries=rows), (one, two))
    assert [[e.row for e in part.entries] for part in shared.inventories] == [[2], [3, 4]]
    assert [(f.entry.row, f.reason.code) for f in shared.strangers if f.reason] == [
        (5, "school_unknown"),
        (6, "no_school"),
    ]
    found = matched(two, *shared.inventories[1].entries).found
    assert [one.room_id for one in found] == ["A201", "A102"]


def test_one_code_in_two_stages_needs_the_stage() -> None:
    one = school()
    two = replace(school("junior", "晴川市立甲國民中學"), school=SchoolRef(stage="junior", code="013601"))
    rows = (
        replace(entry("A101", 2), code="013601"),
        replace(entry("A101", 3), code="013601", stage="junior"),
        replace(entry("A101", 4), code="013601", school="甲國中"),
    )
    shared = by_site(Inventory(entries=rows), (one, two))
    assert [[e.row for e in part.entries] for part in shared.inventories] == [[], [3, 4]]
    assert [f.reason.code for f in shared.strangers if f.reason] == ["stage_needed"]


def test_groups_of_one_school_may_be_anything() -> None:
    rows = (replace(entry("A101", 2), group="Indoor"), replace(entry("A102", 3), group="Outdoor"))
    assert len(by_site(Inventory(entries=rows), (school(),)).inventories[0].entries) == 2


def test_a_county_export_gives_one_school_its_own_rows_only() -> None:
    rows = (replace(entry("A101", 2), group="甲國小"), replace(entry("A102", 3), group="乙國小"))
    assert [e.row for e in by_site(Inventory(entries=rows), (school(),)).inventories[0].entries] == [2]


def test_names_in_small() -> None:
    assert class_name("三年12班") is not None
    assert [class_name(t) for t in ("301前", "電腦", "3", "")] == [None] * 4
    assert [floor_level(t) for t in ("B1", "地下室", "3F", "五樓", "Floor 2", "A301", "flat")] == [
        -1,
        -1,
        2,
        4,
        1,
        None,
        None,
    ]
    assert name_key("台灣教室") == name_key("臺灣 教室")
    assert school_key("嘉義縣民雄鄉民雄國民小學") == school_key("民雄國小")
