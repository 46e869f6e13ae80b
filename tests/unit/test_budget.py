import pytest

from wifiplan.errors import RosterError
from wifiplan.scheme.budget import CountyInputs, LineInput, county_lines, total_line, with_requested
from wifiplan.scheme.entitlement import EntitlementOptions, entitle_all
from wifiplan.scheme.school import School

OPTIONS = EntitlementOptions()
SCHOOLS = [
    School(
        stage="elementary",
        code="999999",
        name="a",
        county="b",
        n_classes=20,
        n_students=516,
        n_teachers=37,
        max_class_size=28,
    )
]
GIVEN = entitle_all(SCHOOLS, OPTIONS)


def lines(inputs: CountyInputs, options: EntitlementOptions = OPTIONS):  # noqa: ANN201 - a test's shorthand
    return county_lines(SCHOOLS, GIVEN, inputs, options)


def test_eleven_lines_in_thousands_with_the_rest_left_open() -> None:
    found = lines(CountyInputs())
    assert [line.code for line in found] == list(range(1, 12))
    assert [line.computed for line in found] == [8, 112, 4, None, None, None, 3, 1_000_000, None, None, None]
    assert [line.total_kntd for line in found[:3]] == [104, 1456, 200]
    assert found[6].current_kntd == 2150
    assert found[6].capital_kntd == 0
    assert found[4].total_ntd is None
    assert total_line(found) == (3150, 1760, 4910)


def test_past_grants_are_deducted_and_never_below_zero() -> None:
    inputs = CountyInputs(lines=((1, LineInput(already=3)), (2, LineInput(already=200))), pool_devices=10)
    found = lines(inputs)
    assert (found[0].estimated, found[1].estimated) == (5, 10)
    below = lines(inputs, EntitlementOptions(deduction_below_zero=True))
    assert below[1].estimated == -88 + 10


def test_a_difference_needs_a_reason() -> None:
    found = lines(CountyInputs(lines=((3, LineInput(requested=6)),)))[2]
    assert (found.difference, found.reason_missing, found.capital_ntd) == (2, True, 300_000)
    told = lines(CountyInputs(lines=((3, LineInput(requested=6, reason="分散兩棟")),)))[2]
    assert not told.reason_missing


def test_access_points_get_no_invented_price() -> None:
    assert lines(CountyInputs(n_aps=60))[4].total_ntd is None
    assert lines(CountyInputs(n_aps=60), EntitlementOptions(ap_price_ntd=12_000))[4].capital_ntd == 720_000
    assert lines(CountyInputs(n_aps=60, ap_budget_ntd=500_000))[4].capital_ntd == 500_000


def test_the_other_lines_follow_their_inputs() -> None:
    inputs = CountyInputs(
        n_without_mdm=10,
        software_ntd=123_456,
        n_workshops=2,
        substitute_elementary_periods=10,
        substitute_junior_periods=5,
        other_ntd=1_499,
        lines=((6, LineInput(current_ntd=23_456, amount_ntd=123_456)),),
    )
    found = lines(inputs)
    assert found[3].capital_ntd == 9_000
    assert (found[5].current_kntd, found[5].capital_kntd, found[5].total_kntd) == (23, 100, 123)
    assert found[8].current_ntd == 50_000
    assert found[9].current_ntd == 10 * 320 + 5 * 360
    assert (found[10].current_ntd, found[10].current_kntd) == (1_499, 1)
    assert lines(with_requested(inputs, 10, 99))[9].total_ntd is None
    assert lines(with_requested(inputs, 7, 6))[6].current_ntd == 4_300_000


@pytest.mark.parametrize(
    "given", [LineInput(already=-1), LineInput(amount_ntd=5, current_ntd=6), LineInput(requested=-2)]
)
def test_impossible_inputs_are_refused(given: LineInput) -> None:
    with pytest.raises(RosterError, match="negative"):
        lines(CountyInputs(lines=((1, given),)))
