"""The shapes of a site file that may be unsound: rooms, holes, and the area of a floor."""

import shapely

from wifiplan.files.network_checks import near
from wifiplan.site.building import Floor, Point

MIN_ROOM_M2 = 0.5
TOLERANCE_M = 0.5
"""Walls are drawn by their middle line, rooms by their faces: half a metre apart is no fault."""


def shape_of(polygon: tuple[Point, ...]) -> tuple[shapely.Polygon | None, str]:
    """Return a polygon as a shape, or None and what is wrong with it."""
    if len(set(polygon)) < 3:
        return None, "has fewer than three corners"
    if not all(near(x, y) for x, y in polygon):
        return None, "is kilometres away"
    shape = shapely.Polygon(polygon)
    if not shape.is_valid:
        # "Self-intersection[4.5 3.75]" says where; "Too few points" and the like say why
        return None, f"crosses or touches itself ({shapely.is_valid_reason(shape)})"
    if shape.area < MIN_ROOM_M2:
        return None, f"has an area of only {shape.area:.2f} m2"
    return shape, ""


def extent_of(floor: Floor) -> tuple[shapely.Polygon | None, str]:
    """Return the area within which rooms must lie, or what is wrong with the outline.

    It is the outline, or the box around the walls, with some tolerance; None where there is neither.
    """
    if floor.outline is not None:
        shape, problem = shape_of(floor.outline)
    else:
        points = [point for wall in floor.walls for point in wall.line]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        shape, problem = (shapely.box(min(xs), min(ys), max(xs), max(ys)) if len(points) >= 6 else None), ""
    if shape is None:
        return None, problem
    wide = shape.buffer(TOLERANCE_M, join_style="mitre")
    shapely.prepare(wide)
    return wide, ""
