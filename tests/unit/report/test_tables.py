from collections.abc import Callable
from dataclasses import replace

import pytest

from wifiplan.report.bill import bill_table
from wifiplan.report.numbering import ap_numbers, floor_name
from wifiplan.report.tables import (
    access_points_table,
    breakable,
    floor_aps_table,
    models_used,
    n_too_long,
    rooms_table,
    typeset,
)
from wifiplan.report.texts import LANGS
from wifiplan.site.network import AccessPoint
from wifiplan.study.reason_records import Reason, ReasonCode
from wifiplan.study.records import BillLine, Plan, PlannedAccessPoint


@pytest.mark.parametrize("lang", LANGS)
def test_tables_are_rectangular(plan: Plan, lang: str) -> None:
    for table in (rooms_table(plan, lang), access_points_table(plan, lang), bill_table(plan, lang)):
        assert all(len(row) == len(table.heads) for row in table.rows)
        assert len(table.failing) in (0, len(table.rows))


def test_the_table_of_rooms_holds_every_room_that_is_judged(plan: Plan) -> None:
    table = rooms_table(plan, "zh-TW")
    assert len(table.rows) == sum(room.need is not None for room in plan.rooms)
    assert sum(table.failing) == 2
    last = table.rows[-1]
    assert last[-2] == "× 未達標"
    assert last[-1]


def test_a_served_room_shows_its_access_point_signal_and_airtime(plan: Plan) -> None:
    row = rooms_table(plan, "zh-TW").rows[0]
    assert row == (
        "1 樓",
        "一年甲班",
        "班級教室",
        "29",
        "31",
        "77.5",
        "100",
        "−48",
        "38",
        "100 %",
        "31 % (44 %)",
        "✓ 達標",
        "",
    )


def test_rooms_that_share_access_points_name_them_all(plan: Plan) -> None:
    ids = [p.access_point.id for p in plan.access_points[:2]]
    hall = replace(plan.rooms[0], serving_ap=ids[0], sharing_aps=(ids[1],))
    assert rooms_table(replace(plan, rooms=(hall,)), "en").rows[0][6] == "100+102"


def test_an_installer_finds_place_channel_backup_and_reason(plan: Plan) -> None:
    row = access_points_table(plan, "zh-TW").rows[1]
    assert row[3] == "4.5 / 3.8 / 3.3"
    assert row[5] == "52 (DFS，備 36)"
    assert row[-1] == "為一年丙班而設"


def test_an_access_point_of_which_little_is_known_still_has_a_row(plan: Plan) -> None:
    old = PlannedAccessPoint(access_point=AccessPoint(id="old"), action="removed", reason=Reason(code="undecided"))
    row = access_points_table(replace(plan, access_points=(old,)), "en").rows[0]
    assert row[3] == "unknown"
    assert row[4] == "unknown"


def test_outside_rooms_plan_coordinates_stand_in_for_walls(plan: Plan) -> None:
    first = plan.access_points[0]
    outside = replace(first, wall_a_m=None, wall_b_m=None, room_id=None, room_name=None)
    row = access_points_table(replace(plan, access_points=(outside,)), "en").rows[0]
    assert row[3] == f"{first.access_point.x_m:.1f} / {first.access_point.y_m:.1f} / 3.3"
    assert "corridor" in row[2]


def test_a_floor_has_its_own_access_points(plan: Plan) -> None:
    n = sum(len(floor_aps_table(plan, level, "en").rows) for level in (0, 1))
    assert n == len(plan.access_points)


def test_short_ids_stand_in_markers_and_long_ones_are_counted(plan: Plan) -> None:
    assert ap_numbers(plan)["AP-100"] == "100"
    odd = replace(plan.access_points[0].access_point, id="a-very-long-name")
    first, *others = plan.access_points
    existing = replace(plan, access_points=(replace(first, access_point=odd, action="kept"), *others))
    assert ap_numbers(existing)["a-very-long-name"] == "E1"
    all_long = [replace(p, access_point=replace(p.access_point, id=f"long-name-{p.access_point.id}")) for p in others]
    counted = ap_numbers(replace(plan, access_points=tuple(all_long)))
    assert list(counted.values()) == [str(k + 1) for k in range(len(all_long))]


def test_numbers_never_name_two_access_points_alike(plan: Plan) -> None:
    first, second, *_ = plan.access_points
    twins = tuple(replace(p, access_point=replace(p.access_point, id=i)) for p, i in ((first, "AP7"), (second, "ap-7")))
    assert sorted(ap_numbers(replace(plan, access_points=twins)).values()) == ["1", "2"]


def test_an_access_point_known_by_its_room_only_gets_no_invented_place(plan: Plan) -> None:
    first = replace(plan.access_points[0], wall_a_m=None, wall_b_m=None, action="kept")
    assert access_points_table(replace(plan, access_points=(first,)), "en").rows[0][3] == "unknown"


def test_what_is_retuned_is_not_said_to_be_kept_as_it_is(plan: Plan) -> None:
    retuned = replace(plan.access_points[0], action="retuned", reason=Reason(code="kept"))
    row = access_points_table(replace(plan, access_points=(retuned,)), "en").rows[0]
    assert row[-1] == "existing, kept with a new channel or power"


def test_floors_are_counted_from_the_ground_or_called_by_name(plan: Plan) -> None:
    assert floor_name(plan, 0, "zh-TW") == "1 樓"
    assert floor_name(plan, -1, "en") == "basement 1"
    named = replace(plan.site.floors[0], name="地面層")
    assert floor_name(replace(plan, site=replace(plan.site, floors=(named,))), 0, "en") == "地面層"


def test_prices_are_printed_only_where_given(plan: Plan) -> None:
    assert [row[3] for row in bill_table(plan, "zh-TW").rows] == ["未填", "未填"]
    priced = BillLine(code="ap", name_zh="基", name_en="AP", quantity=2, unit="臺", price_ntd=5000)
    table = bill_table(replace(plan, bill=(priced,)), "en")
    assert table.rows == (
        ("AP", "2", "pcs", "5,000", "10,000"),
        ("Total price", "", "", "", "10,000"),
    )
    part = bill_table(replace(plan, bill=(priced, plan.bill[1])), "en")
    assert part.rows[-1] == ("Total of the items with a price", "", "", "", "10,000")


def test_models_are_explained_once(plan: Plan) -> None:
    assert len(models_used(plan, "en")) == 1
    assert models_used(plan, "en")[0].startswith("ax-2x2: ")


def test_only_numbers_get_a_minus_sign() -> None:
    assert typeset("AP-1, 5150-5250, -3 dB") == "AP-1, 5150-5250, −3 dB"


def test_long_runs_may_break_and_chinese_stays() -> None:
    assert "\u200b" in breakable("x" * 20)
    assert breakable("自然科學教室第一間第二間第三間") == "自然科學教室第一間第二間第三間"


def test_rows_follow_the_plan_in_a_big_school(plan_maker: Callable[..., Plan]) -> None:
    plan = plan_maker(4, 26, 0)
    assert [row[1] for row in rooms_table(plan, "en").rows] == [r.name for r in plan.rooms if r.need]


def test_a_cable_that_is_too_long_is_starred(plan: Plan) -> None:
    long = tuple(replace(p, cable_m=90.0 + k) for k, p in enumerate(plan.access_points[:2]))
    stretched = replace(plan, access_points=long)
    assert [row[9] for row in access_points_table(stretched, "en").rows] == ["90", "91*"]
    assert n_too_long(stretched) == 1
    assert n_too_long(plan) == 0


def _existing(plan: Plan, code: ReasonCode, *, x_m: float | None = 4.5) -> tuple[Plan, PlannedAccessPoint]:
    """Return a plan with one more access point, that hung in the first room before anyone planned."""
    old = AccessPoint(id="old", x_m=x_m, y_m=x_m and 6.25, z_m=2.8, room_id=plan.rooms[0].room_id, model="TP-Link X")
    planned = PlannedAccessPoint(access_point=old, action="kept", reason=Reason(code=code), room_id=old.room_id)
    site = replace(plan.site, access_points=(old,))
    return replace(plan, site=site, access_points=(*plan.access_points, planned)), planned


@pytest.mark.parametrize(("code", "word"), [("undecided", "待確認"), ("prohibited_brand", "須拆除"), ("kept", "沿用")])
def test_what_the_plan_does_not_count_on_is_not_called_kept(plan: Plan, code: ReasonCode, word: str) -> None:
    assert access_points_table(_existing(plan, code)[0], "zh-TW").rows[-1][1] == word


def test_the_place_of_an_existing_access_point_is_measured_from_its_walls(plan: Plan) -> None:
    known, _ = _existing(plan, "undecided")
    assert access_points_table(known, "en").rows[-1][3] == "4.5 / 3.8 / 2.8"
    by_room, _ = _existing(plan, "undecided", x_m=None)
    assert access_points_table(by_room, "zh-TW").rows[-1][3] == "位置待查"


def test_a_forbidden_brand_quotes_the_rule(plan: Plan) -> None:
    assert "均不得採用大陸廠牌" in access_points_table(_existing(plan, "prohibited_brand")[0], "zh-TW").rows[-1][-1]


def test_a_channel_of_another_band_says_so(plan: Plan) -> None:
    first = plan.access_points[2]
    radio = replace(first.access_point.radios[0], band="2.4", channel=6)
    other = replace(first, access_point=replace(first.access_point, radios=(radio,)))
    assert access_points_table(replace(plan, access_points=(other,)), "en").rows[0][5] == "6 (2.4 GHz)"


def test_only_cables_that_must_be_pulled_can_be_too_long(plan: Plan) -> None:
    far = replace(plan.access_points[0], cable_m=95.0)
    assert n_too_long(replace(plan, access_points=(far,))) == 1
    assert n_too_long(replace(plan, access_points=(replace(far, action="kept"),))) == 0
