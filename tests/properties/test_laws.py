"""What holds for every path-loss law, whatever lies between the antennas."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.radio.loss import LAWS, Law, Path
from wifiplan.radio.measured import InBand
from wifiplan.site.network import BANDS

FIELDS = ("distance_m", "wall_db", "slab_db", "n_light_walls", "n_heavy_walls", "n_floors")
FREQUENCIES_HZ = st.sampled_from([2.412e9, 2.484e9, 5.18e9, 5.85e9, 5.955e9, 6.425e9, 7.115e9])
ways = st.fixed_dictionaries(
    {
        "distance_m": st.floats(0.01, 500.0),
        "wall_db": st.floats(0.0, 150.0),
        "slab_db": st.floats(0.0, 150.0),
        "n_light_walls": st.integers(0, 12).map(float),
        "n_heavy_walls": st.integers(0, 12).map(float),
        "n_floors": st.integers(0, 6).map(float),
    }
)


def _path(values: dict[str, float]) -> Path:
    return Path(**{key: np.array([value]) for key, value in values.items()})


@st.composite
def in_bands(draw: st.DrawFn, *, slopes: bool) -> tuple[InBand, ...]:
    """Draw what a calibration may say of some of the bands."""
    return tuple(
        InBand(
            band=band,
            offset_db=draw(st.floats(-20.0, 40.0)),
            exponent=draw(st.none() | st.floats(0.0, 6.0)) if slopes else None,
            max_wall_db=draw(st.none() | st.floats(0.0, 80.0)),
        )
        for band in draw(st.sets(st.sampled_from(BANDS)))
    )


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(list(LAWS)),
    way=ways,
    frequency_hz=FREQUENCIES_HZ,
    field=st.sampled_from(FIELDS),
    more=st.floats(0.0, 50.0),
    data=st.data(),
)
def test_nothing_in_the_way_of_a_calibrated_law_ever_helps(
    name: str, way: dict[str, float], frequency_hz: float, field: str, more: float, data: st.DataObject
) -> None:
    plain = LAWS[name]
    assert isinstance(plain, Law)
    law = replace(plain, in_band=data.draw(in_bands(slopes=plain.distance == "free_space")))
    step = float(round(more)) if field.startswith("n_") else more
    before = law(_path(way), frequency_hz=frequency_hz)
    after = law(_path(way | {field: way[field] + step}), frequency_hz=frequency_hz)
    assert np.isfinite(before).all()
    assert float(after[0]) >= float(before[0]) - 1e-9


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=60, deadline=None)
@given(way=ways, frequency_hz=FREQUENCIES_HZ, field=st.sampled_from(FIELDS), more=st.floats(0.0, 50.0))
def test_nothing_in_the_way_ever_helps(
    name: str, way: dict[str, float], frequency_hz: float, field: str, more: float
) -> None:
    law = LAWS[name]
    step = float(round(more)) if field.startswith("n_") else more
    before = law(_path(way), frequency_hz=frequency_hz)
    after = law(_path(way | {field: way[field] + step}), frequency_hz=frequency_hz)
    assert np.isfinite(before).all()
    assert np.isfinite(after).all()
    assert float(after[0]) >= float(before[0]) - 1e-9


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=25, deadline=None)
@given(way=ways, frequency_hz=FREQUENCIES_HZ)
def test_a_law_sees_each_point_by_itself(name: str, way: dict[str, float], frequency_hz: float) -> None:
    single = LAWS[name](_path(way), frequency_hz=frequency_hz)
    grid = Path(**{key: np.full((3, 2), value) for key, value in way.items()})
    assert LAWS[name](grid, frequency_hz=frequency_hz) == pytest.approx(np.full((3, 2), single[0]))


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=25, deadline=None)
@given(way=ways)
def test_a_higher_frequency_never_helps(name: str, way: dict[str, float]) -> None:
    low, middle, high = (LAWS[name](_path(way), frequency_hz=f)[0] for f in (2.442e9, 5.5e9, 6.185e9))
    assert low <= middle + 1e-9
    assert middle <= high + 1e-9
