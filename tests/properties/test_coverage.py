"""What must hold for every law over a whole building, whatever its walls."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import LAWS
from wifiplan.site.building import Floor, Point, Site, Slab, Wall
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.units import Array

SIZE_M = 24.0
coordinate = st.floats(0.0, SIZE_M, allow_nan=False).map(lambda v: round(v, 3))
point = st.tuples(coordinate, coordinate)
material = st.sampled_from(["brick", "concrete", "glass", "wood", "plasterboard", "metal"])


@st.composite
def walls(draw: st.DrawFn) -> Wall:
    a = draw(point)
    b = draw(point.filter(lambda p: math.dist(p, a) > 0.5))
    bottom = draw(st.sampled_from([0.0, 1.0]))
    return Wall(line=(a, b), material=draw(material), bottom_m=bottom, top_m=draw(st.sampled_from([1.1, 2.2, 3.2])))


def building(ground: list[Wall], first: list[Wall]) -> Site:
    outline = ((0.0, 0.0), (SIZE_M, 0.0), (SIZE_M, SIZE_M), (0.0, SIZE_M))
    floors = tuple(
        Floor(
            level=level,
            elevation_m=3.4 * level,
            height_m=3.4,
            slab=Slab(material="concrete", thickness_m=0.15),
            outline=outline,
            walls=tuple(pieces),
        )
        for level, pieces in enumerate((ground, first))
    )
    return Site(name="any", floors=floors)


def access_point(xy: Point, floor: int) -> AccessPoint:
    radios = tuple(Radio(band=band, eirp_dbm=20.0) for band in ("2.4", "5", "6"))
    return AccessPoint(id="ap", floor=floor, x_m=xy[0], y_m=xy[1], z_m=2.9, radios=radios)


def turned(xy: Point, angle: float) -> Point:
    return (
        100.0 + xy[0] * math.cos(angle) - xy[1] * math.sin(angle),
        100.0 + xy[0] * math.sin(angle) + xy[1] * math.cos(angle),
    )


def turned_site(site: Site, angle: float) -> Site:
    return replace(
        site,
        floors=tuple(
            replace(
                floor,
                outline=tuple(turned(p, angle) for p in floor.outline or ()),
                walls=tuple(replace(w, line=(turned(w.line[0], angle), turned(w.line[1], angle))) for w in floor.walls),
            )
            for floor in site.floors
        ),
    )


def power(name: str, site: Site, ap: AccessPoint, points: list[tuple[Point, int]], band: Band = "5") -> Array:
    xyz = np.array([(x, y, 0.8) for (x, y), _ in points])
    return received_dbm(site, [ap], xyz, [level for _, level in points], band=band, law=LAWS[name])[0]


# points and antennas off every round coordinate: a ray through the very end of a wall may count it or not
places = st.lists(st.tuples(point.map(lambda p: (p[0] + 1e-4, p[1] + 2e-4)), st.integers(0, 1)), min_size=1, max_size=4)


@pytest.mark.parametrize("name", sorted(LAWS))
@given(
    ground=st.lists(walls(), max_size=4),
    first=st.lists(walls(), max_size=3),
    xy=point,
    level=st.integers(0, 1),
    seats=places,
)
@settings(max_examples=12, deadline=None)
def test_one_more_wall_never_helps(
    name: str, ground: list[Wall], first: list[Wall], xy: Point, level: int, seats: list[tuple[Point, int]]
) -> None:
    ap = access_point((xy[0] + 3e-4, xy[1] + 5e-4), level)
    for n in range(len(ground)):
        fewer = power(name, building(ground[:n], first), ap, seats)
        more = power(name, building(ground[: n + 1], first), ap, seats)
        assert (more <= fewer + 1e-9).all()


@pytest.mark.parametrize("name", sorted(LAWS))
@given(
    xy=point,
    direction=st.floats(0, 2 * math.pi),
    near=st.floats(0.2, 30.0),
    step=st.floats(0.01, 40.0),
    band=st.sampled_from(["2.4", "5", "6"]),
)
@settings(max_examples=20, deadline=None)
def test_distance_never_helps(name: str, xy: Point, direction: float, near: float, step: float, band: Band) -> None:
    open_air = Site(name="open", floors=(Floor(level=0, elevation_m=0.0, height_m=3.4),))
    way = (math.cos(direction), math.sin(direction))
    seats = [((xy[0] + d * way[0], xy[1] + d * way[1]), 0) for d in (near, near + step)]
    got = power(name, open_air, access_point(xy, 0), seats, band)
    assert got[1] <= got[0] + 1e-9


@pytest.mark.parametrize("name", sorted(LAWS))
@given(
    ground=st.lists(walls(), max_size=4),
    first=st.lists(walls(), max_size=3),
    xy=point,
    level=st.integers(0, 1),
    seats=places,
    angle=st.floats(0.01, 2 * math.pi),
)
@settings(max_examples=12, deadline=None)
def test_turning_the_building_changes_nothing(
    name: str,
    ground: list[Wall],
    first: list[Wall],
    xy: Point,
    level: int,
    seats: list[tuple[Point, int]],
    angle: float,
) -> None:
    site = building(ground, first)
    here = (xy[0] + 3e-4, xy[1] + 5e-4)
    before = power(name, site, access_point(here, level), seats)
    after = power(
        name,
        turned_site(site, angle),
        access_point(turned(here, angle), level),
        [(turned(p, angle), n) for p, n in seats],
    )
    np.testing.assert_allclose(after, before, atol=1e-6)


@pytest.mark.parametrize("name", sorted(LAWS))
def test_the_floor_above_is_never_louder_than_the_same_place_below(name: str) -> None:
    site = building([], [])
    ap = access_point((5.0, 5.0), 0)
    got = power(name, site, ap, [((12.0, 9.0), 0), ((12.0, 9.0), 1)])
    assert got[1] <= got[0]
