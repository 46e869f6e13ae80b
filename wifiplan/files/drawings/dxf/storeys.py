"""Storeys drawn side by side in one model space: told apart by their captions, laid on one another by their walls."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely

from wifiplan.files.drawings.dxf.clusters import Parts
from wifiplan.files.drawings.dxf.doors import symbol_spans
from wifiplan.files.drawings.dxf.paths import Text
from wifiplan.files.drawings.dxf.sheet import Sheet
from wifiplan.files.drawings.records import ImportOptions, Note
from wifiplan.site.building import Floor, Point, Room, Wall
from wifiplan.site.inventory.room_names import floor_level
from wifiplan.site.recognition.names import use_of
from wifiplan.site.recognition.plan import Recognised
from wifiplan.units import Array

CAPTION_M = 15.0
"""A caption stands this near to its plan, beyond dimensions and axes [m]."""
LIKE_SHARE = 0.1
"""Storeys of one building are as large as one another, but for so much."""
ABOVE = 1.5
"""Captions stand below their plans rather than above."""
MOST_CAPTION = 40
"""Letters of a caption; a longer text is a note."""
MOST_STOREYS = 30
SAME_M = 0.15
"""Walls of two storeys this near to one another stand on one another."""

BETTER_M = 0.5
"""Another place is better if so much more wall stands on wall."""

_PLAN = re.compile(r"平面|\bplan\b|\blayout\b", re.IGNORECASE)
_BARE = re.compile(r"^(第?[一二三四五六七八九1-9][樓層]|地下[一二三1-3]?[樓層室]|b?[1-9]f|b[1-3])$", re.IGNORECASE)
_GROUND = re.compile(r"ground floor|地面層", re.IGNORECASE)
_SEVERAL = re.compile(
    r"[一二三四五六七八九1-9][樓層f]?(?:[、,，~～\-至到及&]+[一二三四五六七八九1-9][樓層f]?)+(?=[樓層f平])",
    re.IGNORECASE,
)
_SPAN = re.compile(r"[~～\-至到]")
_DIGITS = {letter: n for n, letter in enumerate("一二三四五六七八九", start=1)} | {str(n): n for n in range(1, 10)}


def levels_of(caption: str) -> tuple[int, ...]:
    """Return the levels that a caption of a plan names; none where it names no storey.

    Examples
    --------
    >>> [levels_of(text) for text in ("一樓平面圖 S:1/100", "二、三樓平面圖", "2~4F平面圖", "B1F平面圖", "三樓")]
    [(0,), (1, 2), (1, 2, 3), (-1,), (2,)]
    >>> levels_of("一樓門廳"), levels_of("正向立面圖"), levels_of("Ground floor plan")
    ((), (), (0,))
    """
    text = "".join(caption.split())
    if len(text) > MOST_CAPTION or not (_PLAN.search(caption) or _BARE.match(text)):
        return ()
    several = _SEVERAL.search(text)
    if several is not None:
        numbers = [_DIGITS[letter] for letter in several[0] if letter in _DIGITS]
        if _SPAN.search(several[0]) and len(numbers) == 2 and numbers[0] < numbers[1]:
            numbers = list(range(numbers[0], numbers[1] + 1))
        return tuple(n - 1 for n in dict.fromkeys(numbers))
    if _GROUND.search(caption):
        return (0,)
    level = floor_level(caption)
    level = floor_level(text) if level is None else level
    return () if level is None else (level,)


def captioned(parts: Parts, texts: Sequence[Text], unit_m: float) -> Mapping[int, tuple[int, ...]]:
    """Return by part of a model space the levels that its caption names.

    Empty unless several storeys are there, or the only plan is not the part with the most walls, as beside elevations.

    Parameters
    ----------
    parts : Parts
        The plan (part 0) and further plans.
    texts : sequence of Text
        All texts of the drawing, in its units.
    unit_m : float
        Metres a unit.

    Returns
    -------
    mapping of int to tuple of int
        No level is named twice: further plans of a storey are left.
    """
    plans = [0, *parts.another][:MOST_STOREYS]
    said = [(levels, text) for text in texts if (levels := levels_of(text.text))]
    if len(plans) < 2 or not said:
        return {}
    at = np.array([text.at[:2] for _, text in said]) * unit_m
    boxes = parts.boxes[plans]
    apart = np.maximum(np.maximum(boxes[:, None, :2] - at[None], at[None] - boxes[:, None, 2:]), 0.0)
    away = np.hypot(apart[..., 0], apart[..., 1])
    away[at[None, :, 1] > boxes[:, None, 3]] *= ABOVE
    nearest = np.argmin(away, axis=0)
    found: dict[int, tuple[int, ...]] = {}
    taken: set[int] = set()
    # the largest letters are the caption, then what is nearest to its plan
    order = sorted(range(len(said)), key=lambda k: (-round(said[k][1].height, 3), float(away[nearest[k], k])))
    for k in order:
        part = plans[int(nearest[k])]
        levels = tuple(level for level in said[k][0] if level not in taken)
        if part in found or away[nearest[k], k] > CAPTION_M or not levels:
            continue
        found[part] = levels
        taken.update(levels)
    return found if len(found) > 1 or 0 not in found else {}


def wings(sheet: Sheet, parts: Parts, plan: int, unit_m: float) -> tuple[int, ...]:
    """Return parts that are further buildings of the plan's own storey.

    They have doors and names of rooms in them, as no section or elevation has, and are not as large as the plan, as
    another storey without a caption would be.

    Parameters
    ----------
    sheet : Sheet
        The drawing.
    parts : Parts
        The plan and further plans.
    plan : int
        The part that is the plan.
    unit_m : float
        Metres a unit.
    """
    if not parts.another:
        return ()
    names = [text.at[:2] for text in sheet.drawn.texts if use_of(text.text) != "other"]
    doors = [arc.centre for arc, _ in sheet.arcs]
    doors += [end for span in symbol_spans(sheet.drawn.symbols) if span.means == "door" for end in span.ends]
    places = [np.array(points, dtype=np.float64).reshape(-1, 2) * unit_m for points in (names, doors)]
    size = parts.boxes[:, 2:] - parts.boxes[:, :2]
    found: list[int] = []
    for part in (0, *parts.another):
        like = np.abs(size[part] - size[plan]) <= LIKE_SHARE * size[plan]
        if part != plan and not like.all() and all(_inside(points, parts.boxes[part]) for points in places):
            found.append(part)
    return tuple(found)


def _inside(points: Array, box: Array) -> bool:
    return bool(((points >= box[:2]) & (points <= box[2:])).all(axis=-1).any()) if len(points) else False


def without(parts: Parts, used: Sequence[int]) -> Parts:
    """Return parts of which the used ones are part 0, and one that was part 0 without being a plan is beside it."""
    of_n, boxes, another = parts.of_n.copy(), parts.boxes.copy(), [k for k in parts.another if k not in used]
    first = min(used)
    if first > 0:
        of_n[parts.of_n == 0], of_n[parts.of_n == first] = first, 0
        boxes[[0, first]] = boxes[[first, 0]]
        another = [first, *another]
    of_n[np.isin(parts.of_n, list(used))] = 0
    return replace(parts, of_n=of_n, boxes=boxes, another=tuple(another))


def floor_of(floor: Recognised, level: int, options: ImportOptions, *, several: bool) -> Floor:
    """Return what was recognised as a floor; it has a name where there are several."""
    named = f"{level + 1}F" if level >= 0 else f"B{-level}"
    return Floor(
        level=level,
        elevation_m=round(level * options.height_m, 3),
        height_m=options.height_m,
        name=named if several else "",
        outline=floor.outline,
        rooms=floor.rooms,
        walls=floor.walls,
    )


def stacked(floors: Sequence[Floor]) -> tuple[tuple[Floor, ...], Point]:
    """Return storeys laid on one another, the lowest first, and by how much the first of them moved [m].

    Parameters
    ----------
    floors : sequence of Floor
        Each with its south-west corner at the origin; the first is that of the drawing's origin.
    """
    laid = [floors[0]]
    laid.extend(laid_on(floor, floors[0]) for floor in floors[1:])
    low = np.min([_ends(floor).reshape(-1, 2).min(axis=0, initial=0.0) for floor in laid], axis=0)
    step = (round(-float(low[0]), 3), round(-float(low[1]), 3))
    moved = sorted((_moved(floor, step) for floor in laid), key=lambda floor: floor.level)
    return with_own_ids(moved), step


def laid_on(floor: Floor, below: Floor) -> Floor:
    """Return a storey moved so that most of its walls stand on those of another.

    Plans that are drawn side by side have no common origin: the corners of their rectangles are tried.
    """
    mine, its = _ends(floor), _ends(below)
    if len(mine) == 0 or len(its) == 0:
        return floor
    ground = shapely.union_all(shapely.linestrings(its)).buffer(SAME_M)
    shapely.prepare(ground)
    own = _corners(mine)
    best, most = (0.0, 0.0), -1.0
    for x, y in ((0.0, 0.0), *(_corners(its) - own).tolist()):
        lines = shapely.linestrings(mine + np.array([x, y]))
        shared = float(shapely.length(shapely.intersection(lines, ground)).sum())
        if shared > most + BETTER_M:
            best, most = (round(x, 3), round(y, 3)), shared
    return _moved(floor, best)


def with_own_ids(floors: Sequence[Floor]) -> tuple[Floor, ...]:
    """Return storeys whose rooms have ids that no other storey uses."""
    counts = Counter(room.id for floor in floors for room in floor.rooms)
    found: list[Floor] = []
    for floor in floors:
        rooms = [room if counts[room.id] == 1 else _with_floor(room, floor) for room in floor.rooms]
        found.append(replace(floor, rooms=tuple(rooms)))
    return tuple(found)


def told(floors: Sequence[Floor]) -> list[Note]:
    """Return notes of storeys that were found side by side; none of a single one."""
    levels = ", ".join(floor.name for floor in floors)
    note = Note(
        what="storeys",
        count=len(floors),
        detail=f"drawn side by side: told apart by their captions ({levels}), laid on one another by their walls",
        zh=f"並排繪製，依圖名分層（{levels}），依牆位置上下對齊",
    )
    return [note] if len(floors) > 1 else []


def _with_floor(room: Room, floor: Floor) -> Room:
    ident = f"{floor.name}-{room.id}"
    return replace(room, id=ident, name=ident if room.name == room.id else room.name)


def _ends(floor: Floor) -> Array:
    return np.array([wall.line for wall in floor.walls if wall.kind == "wall"], dtype=np.float64).reshape(-1, 2, 2)


def _corners(ends: Array) -> Array:
    """Return the four corners (4, 2) of the rectangle round lines."""
    at = ends.reshape(-1, 2)
    low, high = at.min(axis=0), at.max(axis=0)
    return np.array([low, [high[0], low[1]], [low[0], high[1]], high])


def _moved(floor: Floor, step: Point) -> Floor:
    if step == (0.0, 0.0):
        return floor
    return replace(
        floor,
        outline=None if floor.outline is None else _shifted(floor.outline, step),
        rooms=tuple(replace(room, polygon=_shifted(room.polygon, step)) for room in floor.rooms),
        walls=tuple(_moved_wall(wall, step) for wall in floor.walls),
    )


def _moved_wall(wall: Wall, step: Point) -> Wall:
    a, b = _shifted(wall.line, step)
    return replace(wall, line=(a, b))


def _shifted(points: Sequence[Point], step: Point) -> tuple[Point, ...]:
    return tuple((round(x + step[0], 4), round(y + step[1], 4)) for x, y in points)
