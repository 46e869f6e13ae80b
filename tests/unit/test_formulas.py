import math
from collections.abc import Callable

import numpy as np
import pytest

from wifiplan.catalog.laws import distance_row, distance_rows, floor_row, floor_rows
from wifiplan.errors import CatalogError, OutOfRangeError
from wifiplan.radio import formulas

OFFICE, HIDDEN = distance_row("p1238_office_los"), distance_row("p1238_office_nlos")


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: formulas.free_space_db([0.0], frequency_hz=5e9), "not 0 m"),
        (lambda: formulas.free_space_db(10, frequency_hz=0.0), "not 0 GHz"),
        (lambda: formulas.free_space_db(10, frequency_hz=math.nan), "not nan GHz"),
        (lambda: formulas.free_space_db([1, math.inf], frequency_hz=5e9), "not inf m"),
        (lambda: formulas.site_general_db([5, 31], frequency_hz=5e9, row=HIDDEN), "from 4 to 30 m, not 31 m"),
        (lambda: formulas.site_general_db(5, frequency_hz=0.1e9, row=HIDDEN), "0.3 to 82 GHz, not 0.1 GHz"),
        (lambda: formulas.site_general_db(-1, frequency_hz=5e9, row=HIDDEN, extend=True), "not -1 m"),
        (lambda: formulas.site_general_db([math.nan], frequency_hz=5e9, row=OFFICE), "not nan m"),
        (
            lambda: formulas.site_general_db(9, frequency_hz=6.2e9, row=distance_row("p1238_legacy_office_5g2")),
            "5.15 to 5.875 GHz, not 6.2 GHz",
        ),
        (lambda: formulas.site_general_db(151, frequency_hz=5e9, row=distance_row("inh_los")), "1 to 150 m"),
        (lambda: formulas.breakpoint_db(2000, frequency_hz=5e9, breakpoint_m=5), "1 to 1000 m, not 2000 m"),
        (lambda: formulas.breakpoint_db(20, frequency_hz=5e9, breakpoint_m=0), "not 0 m"),
        (lambda: formulas.floors_db(2, row=floor_row("p1238_office_5g2")), "0 to 1 floors, not 2"),
        (lambda: formulas.floors_db([-1], row=floor_row("cost231"), extend=True), "not -1"),
        (lambda: formulas.not_negative([3, -2], "losses"), "losses must be 0 or more, not -2"),
    ],
)
def test_each_formula_names_the_range_that_it_refuses_to_leave(call: Callable[[], object], named: str) -> None:
    with pytest.raises(OutOfRangeError) as caught:
        call()
    assert named in str(caught.value)


@pytest.mark.parametrize("row", distance_rows().values(), ids=lambda row: row.name)
def test_ranges_include_both_ends(row: object) -> None:
    known = distance_row(row.name)  # type: ignore[attr-defined]
    ends = [known.min_m, known.max_m]
    for frequency_hz in (known.min_hz, known.max_hz):
        strict = formulas.site_general_db(ends, frequency_hz=frequency_hz, row=known)
        assert np.all(strict == formulas.site_general_db(ends, frequency_hz=frequency_hz, row=known, extend=True))


def test_integers_lists_scalars_and_nothing_are_taken() -> None:
    assert formulas.free_space_db([], frequency_hz=5e9).shape == (0,)
    assert formulas.site_general_db(10, frequency_hz=5e9, row=OFFICE).shape == ()
    assert formulas.breakpoint_db([[1, 2]], frequency_hz=5e9, breakpoint_m=5).shape == (1, 2)
    assert formulas.floors_db([], row=floor_row("cost231")).size == 0


@pytest.mark.parametrize("row", floor_rows(), ids=str)
def test_a_floor_more_never_helps(row: str) -> None:
    loss = formulas.floors_db(np.arange(6), row=floor_row(row), extend=True)
    assert loss[0] == 0
    assert loss[1] == pytest.approx(floor_row(row).first_db)
    assert np.all(np.diff(loss) > 0)


def test_an_unknown_row_is_told_the_known_ones() -> None:
    with pytest.raises(CatalogError, match="p1238_office_los"):
        distance_row("office")
    with pytest.raises(CatalogError, match="cost231"):
        floor_row("cost")
