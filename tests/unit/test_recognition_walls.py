"""What double and single lines, areas and arcs become."""

import csv
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import shapely

from wifiplan.site.recognition.merging import merge_strokes
from wifiplan.site.recognition.polygons import Area, merge_areas
from wifiplan.site.recognition.records import Merged, Stroke, WallLine

ROOMS = ((0.15, 0.15, 5.9, 4.9), (6.1, 0.15, 11.85, 4.9), (0.15, 5.1, 11.85, 7.85))
"""Inner faces of three rooms; walls between them are 0.2 m thick."""


def stroke(x1: float, y1: float, x2: float, y2: float, **more: object) -> Stroke:
    return Stroke(a=(x1, y1), b=(x2, y2), **more)


def box(x1: float, y1: float, x2: float, y2: float) -> list[Stroke]:
    corners = [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
    return [Stroke(a=a, b=b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]


def house() -> list[Stroke]:
    """Three rooms, outer walls 0.15 m, with a door of 0.9 m broken into the middle wall and closed by jambs."""
    strokes = [*(side for room in ROOMS for side in box(*room)), *box(0.0, 0.0, 12.0, 8.0)]
    broken = [s for s in strokes if not (s.a[1] == s.b[1] and s.a[1] in {4.9, 5.1} and min(s.a[0], s.b[0]) < 5)]
    for y in (4.9, 5.1):
        broken += [stroke(0.15, y, 2.0, y), stroke(2.9, y, 5.9 if y == 4.9 else 11.85, y)]
    return [*broken, stroke(2.0, 4.9, 2.0, 5.1), stroke(2.9, 4.9, 2.9, 5.1)]


def keys(walls: tuple[WallLine, ...], digits: int = 2) -> list[tuple[object, ...]]:
    """Return walls by geometry alone, ends in one order, on a grid on which no end of the house lies half-way."""
    found = []
    for wall in walls:
        ends = sorted((round(x + 1e-4, digits), round(y + 1e-4, digits)) for x, y in (wall.a, wall.b))
        found.append((*ends, round((wall.thickness_m or 0) + 1e-4, digits)))
    return sorted(found)


def turned(point: tuple[float, float], angle: float, by: tuple[float, float], *, mirrored: bool) -> tuple[float, float]:
    x, y = (-point[0] if mirrored else point[0]), point[1]
    c, s = math.cos(angle), math.sin(angle)
    return (c * x - s * y + by[0], s * x + c * y + by[1])


def back(point: tuple[float, float], angle: float, by: tuple[float, float], *, mirrored: bool) -> tuple[float, float]:
    x, y = point[0] - by[0], point[1] - by[1]
    c, s = math.cos(-angle), math.sin(-angle)
    x, y = c * x - s * y, s * x + c * y
    return (-x if mirrored else x), y


def bodies(merged: Merged) -> shapely.Geometry:
    return shapely.union_all(
        [shapely.LineString([w.a, w.b]).buffer((w.thickness_m or 0.02) / 2, cap_style="flat") for w in merged.walls]
    )


def test_the_walls_of_a_small_house() -> None:
    merged = merge_strokes(house())
    assert keys(merged.walls) == sorted(
        [
            ((0.08, 0.08), (0.08, 7.93), 0.15),
            ((0.08, 0.08), (11.93, 0.08), 0.15),
            ((0.08, 7.93), (11.93, 7.93), 0.15),
            ((11.93, 0.08), (11.93, 7.93), 0.15),
            ((6.0, 0.08), (6.0, 5.0), 0.2),
            ((0.08, 5.0), (2.0, 5.0), 0.2),
            ((2.9, 5.0), (11.93, 5.0), 0.2),
        ]
    )
    assert merged.counts["caps"] == 2


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(
    ("angle", "by"), [(0.0, (0.0, 0.0)), (0.6, (-250.0, 90.0)), (math.pi / 2, (3e5, 2.7e6)), (3.1, (1.0, 1.0))]
)
def test_turning_moving_mirroring_and_shuffling_change_nothing(
    angle: float,
    by: tuple[float, float],
    mirrored: bool,  # noqa: FBT001  # a case of the test
) -> None:
    draw = np.random.default_rng(int(100 * angle) + mirrored)
    strokes = [house()[n] for n in draw.permutation(len(house()))]
    moved = [
        Stroke(a=turned(a, angle, by, mirrored=mirrored), b=turned(b, angle, by, mirrored=mirrored))
        for s in strokes
        for a, b in [(s.a, s.b) if draw.random() < 0.5 else (s.b, s.a)]
    ]
    merged = merge_strokes(moved)
    home = tuple(
        WallLine(
            a=back(w.a, angle, by, mirrored=mirrored),
            b=back(w.b, angle, by, mirrored=mirrored),
            thickness_m=w.thickness_m,
        )
        for w in merged.walls
    )
    expected = merge_strokes(house())
    assert len(home) == len(expected.walls)
    one, other = bodies(Merged(walls=home)), bodies(expected)
    assert one.symmetric_difference(other).area < 0.02 * other.area


def test_a_corridor_of_70_cm_is_no_wall() -> None:
    merged = merge_strokes([stroke(0, 0, 9, 0), stroke(0, 0.7, 9, 0.7)])
    assert [w.thickness_m for w in merged.walls] == [None, None]


def test_two_walls_with_a_shaft_between_are_two() -> None:
    merged = merge_strokes([stroke(0, y, 9, y) for y in (0.0, 0.2, 0.5, 0.7)])
    assert [(round(w.a[1], 2), w.thickness_m) for w in merged.walls] == [(0.1, 0.2), (0.6, 0.2)]


def test_plaster_and_insulation_belong_to_the_wall() -> None:
    merged = merge_strokes([stroke(0, y, 9, y) for y in (0.0, 0.015, 0.215, 0.36)])
    assert [(w.a[1], w.thickness_m) for w in merged.walls] == [(0.18, 0.36)]


def test_stairs_and_hatching_are_no_walls() -> None:
    treads = [stroke(0, 0.28 * n, 1.5, 0.28 * n) for n in range(12)]
    merged = merge_strokes([*treads, *box(3, 0, 8, 4)])
    assert merged.counts["rows"] == 12
    assert len(merged.walls) == 4


def test_single_lines_stay_single_and_garbage_is_counted() -> None:
    merged = merge_strokes([
        stroke(0, 0, 4, 0), stroke(4, 0, 0, 0), stroke(1, 1, 1, 1), stroke(math.nan, 0, 1, 1), stroke(0, 0, 1e300, 0),
    ])  # fmt: skip
    assert keys(merged.walls) == [((0.0, 0.0), (4.0, 0.0), 0.0)]
    assert (merged.counts["repeated"], merged.counts["points"], merged.counts["invalid"]) == (1, 1, 2)
    assert merge_strokes([]).walls == ()


def test_a_known_thickness_is_kept_and_kinds_never_pair() -> None:
    merged = merge_strokes([
        stroke(0, 0, 4, 0, thickness_m=0.24, material="concrete"), stroke(0, 0.2, 4, 0.2), stroke(0, 2, 4, 2),
        stroke(0, 2.1, 4, 2.1, kind="window"),
    ])  # fmt: skip
    assert sorted((w.kind, w.thickness_m) for w in merged.walls if w.thickness_m) == [("wall", 0.24)]
    assert len(merged.walls) == 4


def test_a_round_wall_is_one_wall_of_chords() -> None:
    def arc(radius: float, n: int) -> list[Stroke]:
        points = [(radius * math.cos(t), radius * math.sin(t)) for t in np.linspace(0, math.pi, n)]
        return [Stroke(a=a, b=b) for a, b in itertools.pairwise(points)]

    merged = merge_strokes(arc(5.0, 31) + arc(5.3, 37))
    whole = bodies(merged)
    assert whole.area == pytest.approx(math.pi / 2 * (5.3**2 - 5.0**2), rel=0.04)
    assert all(abs(math.dist((0, 0), w.a) - 5.15) < 0.03 for w in merged.walls)


@pytest.mark.parametrize(
    ("ring", "holes", "n_walls"),
    [
        ([(0, 0), (6, 0), (6, 0.24), (0, 0.24)], [], 1),
        ([(0, 0), (6, 0), (6, 4), (5.8, 4), (5.8, 0.2), (0, 0.2)], [], 2),
        ([(0, 0), (6, 0), (6, 0.2), (3.1, 0.2), (3.1, 4), (2.9, 4), (2.9, 0.2), (0, 0.2)], [], 2),
        ([(0, 0), (6, 0), (6, 4), (5.8, 4), (5.8, 0.2), (0.3, 0.2), (0.3, 4), (0, 4)], [], 4),
        ([(0, 0), (6, 0), (6, 4), (0, 4)], [[(0.2, 0.2), (5.8, 0.2), (5.8, 3.8), (0.2, 3.8)]], 4),
        ([(0, 0), (4, 0), (4, 0.9), (0, 0.9)], [], 1),
    ],
)
def test_areas_keep_their_area(
    ring: list[tuple[float, float]], holes: list[list[tuple[float, float]]], n_walls: int
) -> None:
    merged = merge_areas([Area(ring=ring, holes=holes, material="brick", source="WALL")])
    assert len(merged.walls) == n_walls
    assert bodies(merged).area == pytest.approx(shapely.Polygon(ring, holes).area, rel=0.03)
    assert {(w.material, w.source) for w in merged.walls} == {("brick", "WALL")}


def test_areas_that_touch_are_one_wall_and_broken_ones_are_counted() -> None:
    parts = [Area(ring=[(x, 0), (x + 2, 0), (x + 2, 0.2), (x, 0.2)]) for x in (0, 2, 4)]
    bow = Area(ring=[(0, 0), (0, 0)])
    merged = merge_areas([*parts, bow, Area(ring=[(0, 0), (math.nan, 1), (1, 1)])])
    assert keys(merged.walls) == [((0.0, 0.1), (6.0, 0.1), 0.2)]
    assert merged.counts["broken"] == 2


@pytest.mark.data
def test_the_faces_of_a_measured_office(shared_data: Path) -> None:
    table = shared_data / "measured" / "syl" / "walls.csv"
    if not table.exists():
        pytest.skip("needs the measured walls beside the checkout")
    with table.open(encoding="utf-8") as text:
        rows = [row for row in csv.DictReader(text) if row["layer"] == "WALL"]
    ends = np.array([[float(row[key]) for key in ("E1", "N1", "E2", "N2")] for row in rows]).reshape(-1, 2, 2)
    merged = merge_strokes([Stroke(a=tuple(a), b=tuple(b)) for a, b in ends.tolist()])
    drawn = shapely.union_all(shapely.linestrings(ends))
    faces: list[shapely.LineString] = []
    for wall in merged.walls:
        line = shapely.LineString([wall.a, wall.b])
        faces += [line.offset_curve(side * (wall.thickness_m or 0) / 2) for side in (1, -1)]
    middles = shapely.line_interpolate_point(np.array(faces), 0.5, normalized=True)
    assert (shapely.distance(middles, drawn) <= 0.05).mean() > 0.98
    edges = shapely.union_all(
        [
            shapely.LineString([w.a, w.b]).buffer((w.thickness_m or 0.02) / 2, cap_style="flat").exterior
            for w in merged.walls
        ]
    )
    middles = shapely.line_interpolate_point(shapely.linestrings(ends), 0.5, normalized=True)
    assert (shapely.distance(middles, edges) <= 0.05).mean() > 0.98
    assert sum(wall.n_strokes >= 2 for wall in merged.walls) > 0.75 * len(merged.walls)


def test_a_long_wall_with_many_windows_of_four_lines_is_no_hatching() -> None:
    strokes = [Stroke(a=(0, y), b=(40, y)) for y in (-0.1, 0.1)]
    strokes += [Stroke(a=(5 * k + 1, y), b=(5 * k + 4, y)) for k in range(8) for y in (-0.033, 0.033)]
    walls = merge_strokes(strokes).walls
    assert [(wall.a, wall.b, wall.thickness_m) for wall in walls] == [((0.0, 0.0), (40.0, 0.0), 0.2)]
