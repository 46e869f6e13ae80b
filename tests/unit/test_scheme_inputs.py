from dataclasses import replace

import pytest

from wifiplan.errors import RosterError
from wifiplan.scheme.budget import county_lines, total_line, transfer
from wifiplan.scheme.entitlement import EntitlementOptions, entitle_all
from wifiplan.scheme.indicators import indicators
from wifiplan.scheme.inputs import (
    CountyInputs,
    LineInput,
    SchoolInput,
    mdm_count,
    merged_requests,
    n_dropped,
    n_without_mdm,
    priced,
)
from wifiplan.scheme.requests import line_sums, with_requests
from wifiplan.scheme.school import Request, School
from wifiplan.scheme.todo import Todo, todo

OPTIONS = EntitlementOptions()
SCHOOLS = tuple(
    School(
        stage="elementary",
        code=code,
        name=code,
        county="晴川市",
        n_classes=20,
        n_students=516,
        n_teachers=37,
        max_class_size=28,
        ownership="national" if code == "000009" else "public",
    )
    for code in ("000001", "000002", "000009")
)
GIVEN = entitle_all(SCHOOLS, OPTIONS)


def school(code: str, **values: object) -> SchoolInput:
    return replace(SchoolInput(stage="elementary", code=code), **values)  # type: ignore[arg-type]


def open_ones(inputs: CountyInputs) -> list[Todo]:
    options = priced(OPTIONS, inputs)
    requests = merged_requests(inputs, ())
    lines = county_lines(SCHOOLS, GIVEN, with_requests(inputs, GIVEN, requests), options)
    kpis = indicators(GIVEN, lines, requests, options, (), inputs)
    found = todo(SCHOOLS, GIVEN, inputs=inputs, requests=requests, lines=lines, kpis=kpis, options=options)
    return list(found)


def test_the_annex_example_keeps_its_numbers() -> None:
    lines = county_lines(SCHOOLS[:1], GIVEN[:1], CountyInputs(), OPTIONS)
    assert [line.computed for line in lines[:3]] == [8, 112, 4]
    assert total_line(lines[:3]) == (0, 1760, 1760)
    assert sum(line.total_ntd or 0 for line in lines[:3]) == 1_760_000


def test_the_county_s_prices_stand_in_the_place_of_the_text_s() -> None:
    options = priced(OPTIONS, CountyInputs(device_price_ntd=12_000, ap_price_ntd=9_000, admin_cost_ntd=700_000))
    assert (options.device_price_ntd, options.ap_price_ntd, options.admin_cost_ntd) == (12_000, 9_000, 700_000)
    assert options.cart_price_ntd == 50_000


def test_entered_requests_stand_over_the_roster_s_cell_by_cell() -> None:
    roster = (Request(stage="elementary", code="000001", n_carts=5, n_student_devices=100, reason="舊"),)
    found = merged_requests(CountyInputs(schools=(school("000001", n_student_devices=140),)), roster)
    assert found == (Request(stage="elementary", code="000001", n_carts=5, n_student_devices=140, reason="舊"),)
    assert merged_requests(CountyInputs(schools=(school("000002", n_byod=3),)), roster) == roster


def test_devices_without_mdm_are_a_sum_only_when_every_funded_school_answered() -> None:
    one = CountyInputs(schools=(school("000001", n_without_mdm=30),))
    assert n_without_mdm(one, GIVEN) is None
    assert (mdm_count(one, GIVEN).n_answered, mdm_count(one, GIVEN).n_schools) == (1, 2)
    both = CountyInputs(schools=(*one.schools, school("000002", n_without_mdm=0), school("000009", n_without_mdm=9)))
    assert n_without_mdm(both, GIVEN) == 30
    assert n_without_mdm(replace(one, n_without_mdm=500), GIVEN) == 500
    line = county_lines(SCHOOLS, GIVEN, both, OPTIONS)[3]
    assert (line.computed, line.capital_ntd) == (30, 27_000)


def test_periods_are_open_until_both_stages_are_known() -> None:
    half = CountyInputs(substitute_elementary_periods=10)
    assert county_lines(SCHOOLS, GIVEN, half, OPTIONS)[9].computed is None
    assert [t.entry for t in open_ones(half) if t.line == 10][:1] == ["substitute_junior_periods"]
    whole = replace(half, substitute_junior_periods=0)
    assert county_lines(SCHOOLS, GIVEN, whole, OPTIONS)[9].current_ntd == 3_200


def test_what_the_county_counts_is_asked_for_whatever_the_ministry_computed() -> None:
    inputs = CountyInputs(n_workshops=44, lines=((9, LineInput(computed=40)),))
    line = county_lines(SCHOOLS, GIVEN, inputs, OPTIONS)[8]
    assert (line.computed, line.estimated, line.requested, line.difference) == (40, 40, 44, 4)


def test_a_current_part_above_the_computed_amount_is_refused() -> None:
    with pytest.raises(RosterError, match="above the whole amount"):
        county_lines(SCHOOLS, GIVEN, CountyInputs(lines=((3, LineInput(current_ntd=500_000)),)), OPTIONS)


def test_money_moves_between_lines_8_and_9_only() -> None:
    inputs = CountyInputs(
        n_workshops=44, lines=((8, LineInput(requested=900_000, reason="流用")), (9, LineInput(computed=40)))
    )
    moved = transfer(county_lines(SCHOOLS, GIVEN, inputs, OPTIONS), OPTIONS)
    assert moved is not None
    assert (moved.moved_ntd, moved.excess_ntd) == (100_000, 0)
    assert transfer(county_lines(SCHOOLS, GIVEN, CountyInputs(n_workshops=4), OPTIONS), OPTIONS) is None
    more = replace(inputs, n_workshops=50)
    assert [t.numbers for t in open_ones(more) if t.kind == "transfer"] == [(100_000, 150_000)]


def test_a_blank_application_lists_what_is_open_and_asks_for_no_reason() -> None:
    kinds = [t.kind for t in open_ones(CountyInputs())]
    assert not {"reason", "school_reason", "sum"} & set(kinds)
    assert kinds.count("already") == 3
    assert kinds.count("indicator") == 3
    assert {"mdm", "line", "tender", "wireless"} <= set(kinds)


def test_reasons_are_demanded_of_lines_and_of_schools() -> None:
    inputs = CountyInputs(schools=(school("000001", n_student_devices=140),))
    found = open_ones(inputs)
    line = next(t for t in found if t.kind == "reason")
    assert (line.line, line.numbers) == (2, (224, 252, 28))
    asked = next(t for t in found if t.kind == "school_reason")
    assert (asked.key, asked.numbers) == (("elementary", "000001"), (8, 8, 112, 140))
    told = CountyInputs(
        schools=(school("000001", n_student_devices=140, reason="雙語班"),), lines=((2, LineInput(reason="雙語班")),)
    )
    assert not [t for t in open_ones(told) if t.kind in ("reason", "school_reason")]


def test_a_county_s_number_that_is_not_its_schools_sum_is_to_be_checked() -> None:
    inputs = CountyInputs(
        pool_devices=5,
        schools=(school("000001", n_student_devices=140, reason="a"),),
        lines=((2, LineInput(already=7, requested=300, reason="b")),),
    )
    assert line_sums(inputs, GIVEN, merged_requests(inputs, ()))[2] == 140 + 112 - 7 + 5
    assert [t.numbers for t in open_ones(inputs) if t.kind == "sum"] == [(250, 300)]
    mdm = CountyInputs(n_without_mdm=9, schools=(school("000001", n_without_mdm=3), school("000002", n_without_mdm=4)))
    assert [t.numbers for t in open_ones(mdm) if t.kind == "mdm_sum"] == [(7, 9)]


def test_a_complete_application_has_nothing_open() -> None:
    lines = tuple((code, LineInput(already=0, tender="無", note="x")) for code in range(1, 12))
    inputs = CountyInputs(
        lines=lines,  # type: ignore[arg-type]
        n_aps=10,
        ap_price_ntd=12_000,
        software_ntd=1,
        n_without_mdm=0,
        n_workshops=0,
        substitute_elementary_periods=0,
        substitute_junior_periods=0,
        other_ntd=0,
        improved_percent=30,
        trained_percent=25,
        remedial_percent=0,
    )
    assert [t.kind for t in open_ones(inputs)] == ["wireless"]


def test_dropped_entries_are_counted_and_changed_ones_are_not() -> None:
    before = CountyInputs(
        n_aps=3, lines=((1, LineInput(requested=4, tender="x")),), schools=(school("000001", n_byod=0, note="y"),)
    )
    assert n_dropped(before, before) == 0
    assert n_dropped(before, CountyInputs(n_aps=9)) == 4
