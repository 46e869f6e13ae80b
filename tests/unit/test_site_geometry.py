import numpy as np
import pytest
import shapely

from wifiplan.site.building import Floor, Point, Room
from wifiplan.site.geometry import (
    area_m2,
    ceiling_points,
    centroid,
    corridor_graph,
    distance_from_walls,
    room_at,
    seat_points,
)

CLASSROOM: tuple[Point, ...] = ((0, 0), (9, 0), (9, 7.5), (0, 7.5))
L_SHAPE: tuple[Point, ...] = ((0, 0), (20, 0), (20, 3), (3, 3), (3, 20), (0, 20))
SLIVER: tuple[Point, ...] = ((0, 0), (0.7, 0), (0.7, 0.8), (0, 0.8))


def test_centroid_lies_inside_an_l() -> None:
    assert shapely.Polygon(L_SHAPE).contains(shapely.Point(centroid(L_SHAPE)))
    assert area_m2(L_SHAPE) == 60 + 51


@pytest.mark.parametrize("polygon", [CLASSROOM, L_SHAPE, SLIVER])
def test_seats_and_ceiling_points_lie_inside_and_are_never_none(polygon: tuple[Point, ...]) -> None:
    for points in (seat_points(polygon, 1.5), ceiling_points(polygon, 4.0)):
        assert points.ndim == 2
        assert len(points) >= 1
        assert shapely.intersects_xy(shapely.Polygon(polygon), points[:, 0], points[:, 1]).all()


def test_seats_keep_from_the_walls_and_fill_the_room() -> None:
    seats = seat_points(CLASSROOM, 1.5)
    assert len(seats) == 6 * 5
    assert seats.min(axis=0) == pytest.approx([0.75, 0.75])


def test_either_way_round_and_reversed_corners_give_the_same_seats() -> None:
    assert np.array_equal(seat_points(CLASSROOM, 1.5), seat_points(CLASSROOM[::-1], 1.5))


def test_ceiling_points_start_with_the_middle_and_grow_with_the_room() -> None:
    small = ceiling_points(CLASSROOM, 4.0)
    hall = ceiling_points(((0, 0), (30, 0), (30, 20), (0, 20)), 4.0)
    assert tuple(small[0]) == (4.5, 3.75)
    assert 1 < len(small) < len(hall)
    assert len(np.unique(hall, axis=0)) == len(hall)
    assert len(ceiling_points(((0, 0), (3, 0), (3, 3), (0, 3)), 4.0)) == 1


def test_distance_is_measured_from_the_near_walls_of_an_l() -> None:
    assert distance_from_walls(L_SHAPE, 1.0, 10.0) == (1.0, 10.0)
    assert distance_from_walls(L_SHAPE, 10.0, 1.0) == (10.0, 1.0)
    u_shape = ((0, 0), (20, 0), (20, 10), (15, 10), (15, 3), (5, 3), (5, 10), (0, 10))
    assert distance_from_walls(u_shape, 17.0, 8.0) == (2.0, 8.0)


def test_distance_does_not_depend_on_the_order_of_corners() -> None:
    assert distance_from_walls(CLASSROOM[::-1], 2.0, 3.0) == (2.0, 3.0)


def test_room_at_finds_the_smallest() -> None:
    store = Room(id="s", name="儲藏室", use="other", polygon=((0, 0), (2, 0), (2, 2), (0, 2)))
    room = Room(id="r", name="一年甲班", use="classroom", polygon=CLASSROOM)
    floor = Floor(level=0, elevation_m=0, height_m=3.6, rooms=(room, store))
    assert room_at(floor, 1, 1) is store
    assert room_at(floor, 5, 5) is room
    assert room_at(floor, 50, 5) is None


def _reached(nodes: np.ndarray, edges: np.ndarray) -> int:
    seen = {0}
    grown = True
    while grown:
        new = {int(b) for a, b in [*edges, *edges[:, ::-1]] if int(a) in seen} - seen
        seen |= new
        grown = bool(new)
    assert edges.max() < len(nodes)
    return len(seen)


def test_corridor_graph_joins_corridors_and_rooms() -> None:
    one = Room(id="c1", name="走廊", use="corridor", polygon=((0, 7.5), (36, 7.5), (36, 10), (0, 10)))
    two = Room(id="c2", name="連接走廊", use="corridor", polygon=((33, 10), (36, 10), (36, 30), (33, 30)))
    three = Room(
        id="c3",
        name="轉角走廊",
        use="corridor",
        polygon=((33, 30), (60, 30), (60, 33), (36, 33), (36, 50), (33, 50)),
    )
    rooms = tuple(
        Room(
            id=f"r{k}",
            name=f"{k}",
            use="classroom",
            polygon=((9 * k, 0), (9 * k + 9, 0), (9 * k + 9, 7.5), (9 * k, 7.5)),
        )
        for k in range(4)
    )
    nodes, edges = corridor_graph(Floor(level=0, elevation_m=0, height_m=3.6, rooms=(one, *rooms, two, three)))
    assert _reached(nodes, edges) == len(nodes)
    assert nodes[-4:].tolist() == [[4.5, 3.75], [13.5, 3.75], [22.5, 3.75], [31.5, 3.75]]


def test_no_corridor_no_edges() -> None:
    room = Room(id="r", name="一年甲班", use="classroom", polygon=CLASSROOM)
    nodes, edges = corridor_graph(Floor(level=0, elevation_m=0, height_m=3.6, rooms=(room,)))
    assert nodes.shape == (1, 2)
    assert edges.shape == (0, 2)
    nodes, edges = corridor_graph(Floor(level=0, elevation_m=0, height_m=3.6))
    assert nodes.shape == (0, 2)
