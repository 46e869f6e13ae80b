"""What must hold for every site: it survives the disk, spoilt files get faults, points of a room lie in it."""

import copy
import json
import random
from typing import Any

import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from wifiplan.files.site import dump_site, parse_site
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions, archetype
from wifiplan.site.geometry import ceiling_points, centroid, distance_from_walls, seat_points

sides = st.floats(1.0, 40.0)
WHOLE_SITES = (Phase.explicit, Phase.reuse, Phase.generate)
"""Whole sites take too long to shrink; the failing example itself says enough."""


@given(st.integers(1, 90), st.integers(0, 3000), st.sampled_from(["elementary", "junior"]), st.integers(1, 6))
@settings(max_examples=15, deadline=None, phases=WHOLE_SITES)
def test_every_archetype_survives_the_disk(n_classes: int, n_students: int, stage: str, storeys: int) -> None:
    row = School(
        stage="junior" if stage == "junior" else "elementary",
        code="000001",
        name="某國小",
        county="某縣",
        n_classes=n_classes,
        n_students=min(n_students, 50 * n_classes),
    )
    site = archetype(row, ArchetypeOptions(storeys=storeys))
    assert parse_site(dump_site(site)) == (site, ())


SPOILERS: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e308,
    10**400,
    "",
    "\ud800",
    "\x1b[31m",
    [],
    {},
    [[]],
    [[0, 0], [0, 0]],
    {"a": 1},
    2**63,
)


@given(st.integers(0, 10**9), st.integers(1, 4))
@settings(max_examples=60, deadline=None, phases=WHOLE_SITES)
def test_a_spoilt_file_gets_faults_and_never_a_traceback(seed: int, n_changes: int) -> None:
    row = School(stage="junior", code="000001", name="某國中", county="某縣", n_classes=1, n_students=9)
    data = json.loads(dump_site(archetype(row)))
    luck = random.Random(seed)  # noqa: S311 - a test's choice, not a secret
    for _ in range(n_changes):
        target = data
        while True:
            keys = list(target) if isinstance(target, dict) else list(range(len(target)))
            key = luck.choice(keys)
            if isinstance(target[key], dict | list) and target[key] and luck.random() < 0.8:
                target = target[key]
                continue
            target[key] = copy.deepcopy(luck.choice(SPOILERS))
            break
    site, faults = parse_site(json.dumps(data))
    assert site is not None or faults
    assert all(str(fault).isascii() or str(fault).encode("utf-8") for fault in faults)


@given(sides, sides, st.floats(0.2, 0.8), st.floats(0.2, 0.8), st.floats(0.5, 6.0), st.sampled_from([1, -1]))
@settings(max_examples=60, deadline=None)
def test_points_of_an_l_shaped_room_lie_in_it(
    width: float, depth: float, cut_x: float, cut_y: float, spacing: float, order: int
) -> None:
    corners = (
        (0.0, 0.0),
        (width, 0.0),
        (width, depth * cut_y),
        (width * cut_x, depth * cut_y),
        (width * cut_x, depth),
        (0.0, depth),
    )
    polygon = corners[::order]
    shape = shapely.Polygon(polygon).buffer(0.002)
    for points in (seat_points(polygon, spacing), ceiling_points(polygon, spacing)):
        assert len(points) >= 1
        assert shapely.intersects_xy(shape, points[:, 0], points[:, 1]).all()
    x, y = centroid(polygon)
    west, south = distance_from_walls(polygon, x, y)
    assert 0.0 <= west <= width
    assert 0.0 <= south <= depth
