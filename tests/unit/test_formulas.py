import numpy as np
import pytest

from wifiplan.errors import OutOfRangeError
from wifiplan.radio import formulas

TEN_M = np.array([10.0])


def test_each_formula_refuses_what_its_source_does_not_cover() -> None:
    far = np.array([10.0, 2000.0])
    for call in (
        lambda: formulas.free_space_db(np.array([0.0]), frequency_hz=5e9),
        lambda: formulas.free_space_db(TEN_M, frequency_hz=0.0),
        lambda: formulas.site_general_db(far, frequency_hz=5e9, row=formulas.OFFICE_NLOS),
        lambda: formulas.site_general_db(TEN_M, frequency_hz=0.5e9, row=formulas.CORRIDOR_NLOS),
        lambda: formulas.p1238_legacy_db(TEN_M, frequency_hz=6.2e9, exponent_db=31),
        lambda: formulas.tgax_db(far, frequency_hz=5e9, breakpoint_m=5),
        lambda: formulas.inh_db(far, frequency_hz=5e9, line_of_sight=True),
        lambda: formulas.inh_db(np.array([np.nan]), frequency_hz=5e9, line_of_sight=True),
    ):
        with pytest.raises(OutOfRangeError):
            call()


def test_ranges_include_both_ends() -> None:
    ends = np.array([4.0, 30.0])
    assert np.all(formulas.site_general_db(ends, frequency_hz=0.3e9, row=formulas.OFFICE_NLOS) > 0)
    assert np.all(formulas.inh_db(np.array([1.0, 150.0]), frequency_hz=5e9, line_of_sight=False) > 0)


def test_floors_grow_more_slowly_than_their_number() -> None:
    loss = formulas.floors_db(np.arange(6.0))
    assert loss[0] == 0
    assert loss[1] == pytest.approx(18.3)
    assert np.all(np.diff(loss) > 0)
    assert np.all(np.diff(loss, n=2) < 0)


def test_extending_uses_the_same_formula() -> None:
    inside = formulas.site_general_db(TEN_M, frequency_hz=5e9, row=formulas.OFFICE_LOS)
    assert formulas.site_general_db(TEN_M, frequency_hz=5e9, row=formulas.OFFICE_LOS, extend=True) == inside
