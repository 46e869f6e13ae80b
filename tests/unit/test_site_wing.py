import math
from itertools import combinations
from pathlib import Path

import pytest

from wifiplan.files.site import read_site
from wifiplan.scheme.school import School
from wifiplan.site.archetype import archetype
from wifiplan.site.building import Floor, Site, Wall
from wifiplan.site.geometry import corridor_graph
from wifiplan.site.wing import Axis, Cell, Facade, row_rooms, row_walls

CELLS = (
    Cell(id="st", name="樓梯", width_m=4, kind="stairs"),
    Cell(id="101", name="一年甲班", width_m=9, use="classroom", class_size=25),
    Cell(id="wc", name="廁所", width_m=4.5, kind="toilet"),
)


def overlapping(walls: tuple[Wall, ...]) -> list[tuple[Wall, Wall]]:
    """Return pairs of pieces that fill the same stretch of the same plane."""
    return [(a, b) for a, b in combinations(walls, 2) if _in_one_plane(a, b)]


def _in_one_plane(a: Wall, b: Wall) -> bool:
    if min(a.top_m, b.top_m) - max(a.bottom_m, b.bottom_m) < 0.02:
        return False
    (x1, y1), (x2, y2) = a.line
    length = math.hypot(x2 - x1, y2 - y1)
    along = [((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length for x, y in b.line]
    away = [abs((y - y1) * (x2 - x1) - (x - x1) * (y2 - y1)) / length for x, y in b.line]
    return max(away) < 0.02 and min(length, max(along)) - max(0.0, min(along)) > 0.02


def unreached(floor: Floor) -> int:
    nodes, edges = corridor_graph(floor)
    seen, grown = {0}, True
    while grown:
        new = {int(b) for a, b in [*edges, *edges[:, ::-1]] if int(a) in seen} - seen
        seen |= new
        grown = bool(new)
    return len(nodes) - len(seen)


def test_pieces_do_not_overlap_and_a_classroom_has_two_doors() -> None:
    walls = row_walls(CELLS, Axis(), Facade())
    assert overlapping(walls) == []
    doors = [wall for wall in walls if wall.kind == "door"]
    assert len(doors) == 3
    assert all(wall.material == "wood" and wall.bottom_m == 0 for wall in doors)


def test_a_turned_row_is_the_same_row() -> None:
    plain = row_walls(CELLS, Axis(), Facade())
    turned = row_walls(CELLS, Axis(x_m=30, y_m=5, along=(0, 1), across=(-1, 0)), Facade())
    assert [math.dist(*w.line) for w in plain] == pytest.approx([math.dist(*w.line) for w in turned])
    room = row_rooms(CELLS, Axis(x_m=30, y_m=5, along=(0, 1), across=(-1, 0)), Facade(), block="A棟")[1]
    assert room.polygon == ((27.5, 9.0), (27.5, 18.0), (20.0, 18.0), (20.0, 9.0))


def sites(repo_root: Path) -> list[Site]:
    school = School(stage="junior", code="1", name="n", county="c", n_classes=40, n_students=1100)
    return [
        *(read_site(repo_root / "floorplans" / f"demo-{name}.json") for name in ("elementary", "remote")),
        archetype(school),
    ]


def test_no_wall_stands_in_a_door_and_every_room_can_be_reached(repo_root: Path) -> None:
    for site in sites(repo_root):
        for floor in site.floors:
            assert overlapping(floor.walls) == [], (site.name, floor.level)
            assert unreached(floor) == 0, (site.name, floor.level)


def test_every_classroom_has_a_door_on_its_edge(repo_root: Path) -> None:
    for site in sites(repo_root):
        for floor in site.floors:
            doors = [wall.line for wall in floor.walls if wall.kind == "door"]
            for room in floor.rooms:
                if room.use not in {"classroom", "specialist"}:
                    continue
                xs, ys = zip(*room.polygon, strict=True)
                at_edge = [
                    line
                    for line in doors
                    if all(min(xs) - 0.01 <= x <= max(xs) + 0.01 for x, _ in line)
                    and all(min(ys) - 0.01 <= y <= max(ys) + 0.01 for _, y in line)
                ]
                assert at_edge, room.name
