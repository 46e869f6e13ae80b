"""Areas of a project as rooms, with the devices that it counts in them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

import shapely

from wifiplan.files.drawings.esx.frames import DIGITS
from wifiplan.files.drawings.esx.names import Names
from wifiplan.files.drawings.esx.project import Project, Thing
from wifiplan.files.drawings.esx.remarks import remark_of, text_in, whole_in
from wifiplan.files.drawings.esx.storeys import Storey
from wifiplan.files.json_input import Json
from wifiplan.files.site_checks import MAX_CLASS_ROOM_M2, MAX_CLASS_SIZE, MAX_ROOM_M2
from wifiplan.files.site_shapes import MIN_ROOM_M2
from wifiplan.scheme.school import Stage
from wifiplan.site.building import Point, Room, RoomUse
from wifiplan.site.inventory.room_names import is_corridor
from wifiplan.site.sheet_places import guessed_use

MAX_CORNERS = 5_000
"""Corners of one area; a freehand outline has hundreds."""
MAX_REPAIRED = 20_000
"""Corners of all outlines that are mended; the work grows with their crossings, the square of their number."""
_PER_CORNER = 100
MAX_LOOKS = 200_000
"""Pairs of rooms whose overlap is worked out."""
MAX_DEVICES = 10 * MAX_CLASS_SIZE
_CLASS_USES: tuple[RoomUse, ...] = ("classroom", "specialist")
_STAGES: tuple[Stage, ...] = get_args(Stage)
_USES: tuple[RoomUse, ...] = get_args(RoomUse)


def rooms(project: Project, found: Mapping[str, Storey]) -> dict[str, tuple[Room, ...]]:
    """Return the areas on every plan as rooms.

    Parameters
    ----------
    project : Project
        What is read from.
    found : mapping of str to Storey
        Storeys by the id of their plan.

    Returns
    -------
    dict of str to tuple of Room
        By the id of the plan, in metres of the site. The use is guessed from the name, unless a note of ours tells.
    """
    made: dict[str, list[Room]] = defaultdict(list)
    names = Names()
    for one in project.rows("areas"):
        storey = found.get(one.ref("floorPlanId"))
        if storey is None:
            project.tally.leave("areas", "its plan is not there", "所屬平面圖不存在")
            continue
        shape = _shape(project, one, storey)
        if shape is not None:
            project.tally.take("areas", "rooms", "空間")
            made[storey.id].append(_room(project, one, shape, names, storey))
    return {key: _apart(project, part) for key, part in made.items()}


def _room(project: Project, one: Thing, shape: shapely.Polygon, names: Names, storey: Storey) -> Room:
    said = remark_of(project, one)
    name = one.text("name")
    if name in {text_in(said, "name"), text_in(said, "id")} and said:
        name = text_in(said, "name") or ""
    use = _use(project, name, said)
    most = MAX_CLASS_ROOM_M2 if use in _CLASS_USES else MAX_ROOM_M2
    if use in _CLASS_USES and shape.area > most:
        project.tally.guess("areas", f"{shape.area:,.0f} m2 is no room of a class: other", "面積過大，不視為教室")
        use = "other"
    stage = said.get("stage")
    return Room(
        id=names.take(text_in(said, "id") or f"E{len(names.taken) + 1:03d}"),
        name=name,
        use=use,
        polygon=_ring(shape),
        block=text_in(said, "block") or (storey.building or None if not said else None),
        inventory_id=text_in(said, "inventory_id"),
        class_size=whole_in(said, "class_size", MAX_CLASS_SIZE) or None,
        devices=_devices(project, one, said),
        profile=text_in(said, "profile"),
        stage=stage if stage in _STAGES else None,
    )


def _use(project: Project, name: str, said: Mapping[str, Json]) -> RoomUse:
    told = said.get("use")
    if told in _USES:
        return next(use for use in _USES if use == told)
    guessed = guessed_use(name)
    same = [use for use in _USES if use == guessed]
    use: RoomUse = same[0] if same else "other"
    if use == "other" and is_corridor(name):
        use = "corridor"
    project.tally.guess("areas", f"use by its name: {use}", f"用途由名稱推得：{_USE_ZH[use]}")
    return use


_USE_ZH: dict[RoomUse, str] = {
    "classroom": "班級教室",
    "specialist": "專科教室",
    "office": "辦公室",
    "corridor": "走廊",
    "other": "其他",
}


def _devices(project: Project, one: Thing, said: Mapping[str, Json]) -> int | None:
    """Return the devices of all capacity items; what a note of ours says holds while the file's number is its own."""
    counts = [item.whole_at("deviceCount") for item in one.parts("capacityItems")]
    known = [n for n in counts if n is not None and n > 0]
    total = sum(known)
    if total == whole_in(said, "counted", MAX_DEVICES):
        return whole_in(said, "devices", MAX_DEVICES)
    if total > MAX_DEVICES:
        project.tally.guess("areas", f"{total:,} devices in a room cut to {MAX_DEVICES:,}", "裝置數過多，已裁切")
    return min(total, MAX_DEVICES) if known else None


def _shape(project: Project, one: Thing, storey: Storey) -> shapely.Polygon | None:
    corners = [corner.point() for corner in one.parts("area")]
    points = [storey.frame.site_m(corner) for corner in corners if corner is not None]
    if len(set(points)) < 3 or len(points) > MAX_CORNERS:
        project.tally.leave("areas", f"fewer than 3 corners, or more than {MAX_CORNERS:,}", "頂點數不正確")
        return None
    shape = shapely.Polygon(points)
    if not shape.is_valid:
        project.repaired += len(points) + len(points) ** 2 // _PER_CORNER
        if project.repaired > MAX_REPAIRED:
            project.tally.leave("areas", "its outline crosses itself, as those of many others", "外框自交")
            return None
        whole = shapely.make_valid(shape)
        parts = [part for part in shapely.get_parts(whole) if isinstance(part, shapely.Polygon)]
        shape = max(parts, key=lambda part: part.area, default=shapely.Polygon())
        shape = shapely.Polygon(shape.exterior)
        project.tally.guess("areas", "its outline crosses itself: the largest part is kept", "外框自交，保留最大部分")
    if not MIN_ROOM_M2 <= shape.area <= MAX_ROOM_M2:
        project.tally.leave("areas", "its area is no room's", "面積不像空間")
        return None
    return shape


def _ring(shape: shapely.Polygon) -> tuple[Point, ...]:
    return tuple((round(x, DIGITS), round(y, DIGITS)) for x, y in shape.exterior.coords[:-1])


def _apart(project: Project, found: list[Room]) -> tuple[Room, ...]:
    """Return rooms of which no two that hold a class lie over one another: the larger becomes "other"."""
    keys = [n for n, room in enumerate(found) if room.use in _CLASS_USES]
    if len(keys) < 2:
        return tuple(found)
    shapes = [shapely.Polygon(found[n].polygon) for n in keys]
    tree, looks = shapely.STRtree(shapes), 0
    kept = set(range(len(keys)))
    for k in sorted(kept, key=lambda k: -shapes[k].area):
        for other in tree.query(shapes[k]).tolist():
            if other == k or other not in kept:
                continue
            looks += 1
            # shapes without number over one another are no rooms: none of the rest is looked at
            if looks > MAX_LOOKS or _overlap(shapes[k], shapes[other]):
                kept.discard(k)
                found[keys[k]] = replace(found[keys[k]], use="other", class_size=None)
                detail = "it lies over another room of a class: the larger is no classroom"
                project.tally.guess("areas", detail, "與另一教室重疊，較大者不視為教室")
                break
    return tuple(found)


def _overlap(one: shapely.Polygon, other: shapely.Polygon) -> bool:
    """Return whether more than half of the smaller of two rooms lies in the other."""
    return float(shapely.intersection(one, other).area) > 0.5 * min(one.area, other.area)
