"""Rooms that a drawing outlines itself, on a layer of areas: they overrule those that were found between walls."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from wifiplan.site.building import Room
from wifiplan.site.recognition.names import room_text
from wifiplan.site.recognition.outlines import ring
from wifiplan.site.recognition.records import Label
from wifiplan.units import Array

LEAST_M2 = 1.0
SAME_SHARE = 0.3
"""A room of which so much lies in an outline is the outlined one."""
WHOLE_SHARE = 0.7
"""An outline of so much of all outlines and rooms together is that of the storey."""

TAG_M2 = 6.0
TAG_SHARE = 0.15
"""An outline this small within a room between walls is the box round the room's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlined:
    """The rooms of a floor, and how many of them a drawing outlined itself."""

    rooms: tuple[Room, ...]
    n_outlined: int = 0


def with_outlines(rooms: Sequence[Room], rings: Sequence[Array], labels: Sequence[Label]) -> Outlined:
    """Return the rooms of a floor, those that the drawing outlines first.

    Parameters
    ----------
    rooms : sequence of Room
        Rooms found between walls.
    rings : sequence of ndarray, shape (n, 2)
        Closed outlines on layers of rooms [m].
    labels : sequence of Label
        Texts of the drawing.

    Returns
    -------
    Outlined
        Rooms that do not overlap; outlines that are no simple areas, or the storey's, are not among them.
    """
    shapes = [shapely.Polygon(one) for one in rings if len(one) > 3]
    found = [shapely.Polygon(room.polygon) for room in rooms]
    sound = [shape for shape in shapes if shape.is_valid and shape.area >= LEAST_M2 and not _is_tag(shape, found)]
    if not sound:
        return Outlined(rooms=tuple(rooms))
    whole = float(shapely.union_all([*sound, *found]).area)
    kept: list[shapely.Polygon] = []
    for shape in sorted(sound, key=lambda one: one.area):
        storey = len(sound) > 1 and shape.area >= WHOLE_SHARE * whole
        if not storey and all(shape.intersection(other).area <= SAME_SHARE * other.area for other in kept):
            kept.append(shape)
    # what overlaps a little is cut, so that no place is in two rooms
    parts = [_largest(shape.difference(shapely.union_all(kept[:n]))) for n, shape in enumerate(kept)]
    parts = [part for part in parts if part.area >= LEAST_M2]
    area = shapely.union_all(parts)
    rest = [
        room
        for room, shape in zip(rooms, found, strict=True)
        if shape.intersection(area).area <= 1e-6 * max(1.0, shape.area)
    ]
    return Outlined(rooms=(*_named(parts, labels, {room.id for room in rest}), *rest), n_outlined=len(parts))


def _is_tag(shape: shapely.Polygon, rooms: Sequence[shapely.Polygon]) -> bool:
    """Return whether an outline is the box round a room's name."""
    if shape.area > TAG_M2:
        return False
    return any(shape.area < TAG_SHARE * room.area and room.contains(shape) for room in rooms)


def _largest(shape: shapely.Geometry) -> shapely.Polygon:
    areas = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    largest = max(areas, key=lambda part: part.area, default=shapely.Polygon())
    return shapely.Polygon(largest.exterior) if not largest.is_empty else largest


def _named(shapes: Sequence[shapely.Polygon], labels: Sequence[Label], taken: set[str]) -> list[Room]:
    points = np.asarray(shapely.points([label.at for label in labels])) if labels else np.empty(0, dtype=object)
    found: list[Room] = []
    for n, shape in enumerate(sorted(shapes, key=lambda one: (round(one.bounds[1], 1), one.bounds[0])), start=1):
        inside = np.flatnonzero(shapely.intersects(shape, points)).tolist() if labels else []
        text = room_text([labels[k] for k in inside])
        ident = text.number if text.number and text.number not in taken else f"A{n}"
        while ident in taken:
            ident += "x"
        taken.add(ident)
        size = text.class_size if text.use in {"classroom", "specialist"} else None
        found.append(Room(id=ident, name=text.name or ident, use=text.use, polygon=ring(shape), class_size=size))
    return found
