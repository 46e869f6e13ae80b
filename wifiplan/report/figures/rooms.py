"""Rooms, walls and cabinets of a floor, and the rooms' names."""

import numpy as np
from matplotlib.path import Path

from wifiplan.report.figures.canvas import Canvas, Style
from wifiplan.report.figures.drawing import FAILED, INK, OUTLINE, PAPER, SOFT, Drawing, Ground, corners_mm, write
from wifiplan.report.figures.glyphs import printable
from wifiplan.report.figures.sheet import MM_PER_PT, around, freest, shortened, width_em, wrapped
from wifiplan.site.building import Point, Room, WallKind
from wifiplan.study.records import PlannedRoom
from wifiplan.units import Array

NAME_SIZES_PT = (7.0, 6.0, 5.0, 4.2)
"""Sizes of a room's name, the largest that is free is taken [pt]."""

CABINET = Style(fill=PAPER, stroke=INK, width_pt=0.8)
"""The marker of a network cabinet."""


def draw_rooms(drawing: Drawing) -> None:
    """Draw the rooms' outlines, and mark those that fail."""
    verdicts = {r.room_id: r.verdict for r in drawing.plan.rooms}
    for room in drawing.floor.rooms:
        corners = corners_mm(drawing, room)
        drawing.canvas.polygon(corners, OUTLINE, z=3)
        if verdicts.get(room.id) == "fail":
            drawing.canvas.polygon(corners, FAILED, z=5)


def draw_walls(drawing: Ground) -> None:
    """Draw walls, windows, doors and parapets by kind, and the cabinets."""
    lines: dict[WallKind, list[tuple[Point, Point]]] = {}
    for wall in drawing.floor.walls:
        start, end = wall.line
        lines.setdefault(wall.kind, []).append((drawing.sheet.mm(start), drawing.sheet.mm(end)))
    for kind, segments in lines.items():
        for stroke in strokes(kind):
            drawing.canvas.lines(segments, stroke, z=4)
    for cabinet in drawing.floor.cabinets:
        x_mm, y_mm = drawing.sheet.mm((cabinet.x_m, cabinet.y_m))
        drawing.taken.append(around((x_mm, y_mm), (3.0, 3.0)))
        draw_cabinet(drawing.canvas, (x_mm, y_mm))


def strokes(kind: WallKind) -> tuple[Style, ...]:
    """Return the lines that are drawn over each other for a wall."""
    return {
        "wall": (Style(stroke=INK, width_pt=1.5),),
        "window": (Style(stroke=INK, width_pt=2.4), Style(stroke=PAPER)),
        "door": (Style(stroke=PAPER, width_pt=1.7), Style(stroke=INK, width_pt=0.7, dashes=(1.0, 1.2))),
        "parapet": (Style(stroke=SOFT, width_pt=0.8, dashes=(4.0, 2.0)),),
    }[kind]


def draw_cabinet(canvas: Canvas, middle: Point, *, z: float = 6) -> None:
    """Draw the marker of a network cabinet."""
    (x, y), reach = middle, 1.3
    canvas.rectangle((x - reach, y - reach), 2 * reach, 2 * reach, CABINET, z=z)
    cross = [[(x - reach, y - side * reach), (x + reach, y + side * reach)] for side in (1.0, -1.0)]
    canvas.lines(cross, Style(stroke=INK, width_pt=0.5), z=z)


def draw_room_names(drawing: Drawing) -> None:
    """Write the names of all rooms."""
    planned = {r.room_id: r for r in drawing.plan.rooms}
    for room in drawing.floor.rooms:
        if room.id in planned:
            _name_room(drawing, room, planned[room.id])


def _name_room(drawing: Drawing, room: Room, planned: PlannedRoom) -> None:
    """Write a room's name, and whether a whole class passes: as large as is free, at last on one line, cut short."""
    corners = np.array([drawing.sheet.mm(p) for p in room.polygon])
    low, high = corners.min(axis=0), corners.max(axis=0)
    mark = {"pass": "✓", "fail": "×"}.get(planned.verdict, "")
    tail = [drawing.words["fig.devices"].format(n=planned.need.n_devices, mark=mark)] if planned.need else []
    judged = planned.need is not None
    name = printable(room.name)
    for size_pt in NAME_SIZES_PT:
        room_em = (high[0] - low[0] - 1.5) / (size_pt * MM_PER_PT)
        whole, bare = wrapped(name, room_em, 3), wrapped(name + mark, room_em, 3)
        tries = [[*whole, *tail] if whole else None, list(bare) if bare and tail else None]
        if any(lines and _written(drawing, lines, size_pt, corners, heavy=judged, must=False) for lines in tries):
            return
    size_pt = NAME_SIZES_PT[-1]
    short = shortened(name, (high[0] - low[0] - 0.5) / (size_pt * MM_PER_PT) - 1)
    _written(drawing, [short + mark], size_pt, corners, heavy=judged, must=judged)


def write_in_room(drawing: Ground, name: str, corners: Array) -> None:
    """Write a name softly into a room of `corners` (n, 2) [mm], where nothing else stands; else not at all."""
    width_mm = float(np.ptp(corners[:, 0])) - 1.0
    for size_pt in NAME_SIZES_PT[1:]:
        lines = wrapped(name, width_mm / (size_pt * MM_PER_PT), 3)
        if lines and _written(drawing, list(lines), size_pt, corners, heavy=False, must=False):
            return


def _written(drawing: Ground, lines: list[str], size_pt: float, corners: Array, *, heavy: bool, must: bool) -> bool:
    """Write lines inside a room where nothing else stands; without `must` not at all if there is no such place."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    em_mm = size_pt * MM_PER_PT
    size = (max(width_em(line) for line in lines) * em_mm, len(lines) * 1.25 * em_mm)
    middle, overlap = freest(_spots(low, high, size, corners), size, drawing.taken)
    if not must and (overlap > 0 or size[1] > high[1] - low[1] - 0.6):
        return False
    box = around(middle, size)
    drawing.taken.append(box)
    drawing.backs.append(box)
    write(drawing, middle, "\n".join(lines), size_pt, colour=INK if heavy else SOFT)
    return True


def _spots(low: Array, high: Array, size: Point, corners: Array) -> list[Point]:
    """Return where a label may stand inside a room: middle first, then up, down and aside."""
    reach = (high - low - np.array(size)) / 2 - 0.5
    middle = (low + high) / 2
    steps = [
        (0, 0),
        (0, 0.6),
        (0, -0.6),
        (0, 1),
        (0, -1),
        (-1, 0),
        (1, 0),
        (-1, 1),
        (1, 1),
        (-1, -1),
        (1, -1),
    ]
    spots = [(float(middle[0] + dx * max(reach[0], 0)), float(middle[1] + dy * max(reach[1], 0))) for dx, dy in steps]
    room = Path(corners)
    inside = [spot for spot in spots if room.contains_point(spot)]
    return inside or spots
