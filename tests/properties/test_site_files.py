"""What must hold for every site: it survives the disk, and points of a room lie in it."""

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.files.site import dump_site, parse_site
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions, archetype
from wifiplan.site.geometry import ceiling_points, centroid, distance_from_walls, seat_points

sides = st.floats(1.0, 40.0)


@given(st.integers(1, 90), st.integers(0, 3000), st.sampled_from(["elementary", "junior"]), st.integers(1, 6))
@settings(max_examples=15, deadline=None)
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
