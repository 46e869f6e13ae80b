"""The strongest signal as classes, contours and dots where it is too weak."""

from dataclasses import dataclass

import numpy as np
from matplotlib.path import Path

from wifiplan.report.figures.canvas import Style
from wifiplan.report.figures.contours import Contours, areas, contours
from wifiplan.report.figures.drawing import INK, SOFT, Drawing, Ground, corners_mm, inside_of, write
from wifiplan.report.figures.legend import CLASS_COLOURS, CONTOURS_DBM
from wifiplan.report.figures.sheet import MM_PER_PT, around, freest
from wifiplan.site.building import Room
from wifiplan.units import Array

SPECK_DB = 6.0
"""A single cell this far from the median of its neighbours is a speck [dB]: half a contour class or more."""

NEED_PT = 1.3
"""Width of the line of a room's need [pt]: bolder than any contour."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FloorHeat:
    """The strongest signal over a floor.

    `x_m` (n,) and `y_m` (m,) are the grid's rising coordinates [m]; `strongest_dbm` (m, n) the power from the
    strongest access point there, nan where it is not known [dBm].
    """

    x_m: Array
    y_m: Array
    strongest_dbm: Array


def draw_heat(drawing: Drawing, heat: FloorHeat) -> Contours:
    """Fill the classes and draw the contours, clipped to the rooms; dot what is below a room's need."""
    x_mm, y_mm, power = on_paper(drawing, heat.x_m, heat.y_m, without_specks(heat.strongest_dbm))
    canvas = drawing.canvas
    inside = canvas.clip(corners_mm(drawing, room) for room in drawing.floor.rooms)
    filled = areas(x_mm, y_mm, power, (-999, *CONTOURS_DBM, 999))
    for rings, colour in zip(filled, CLASS_COLOURS, strict=True):
        canvas.rings(rings, Style(fill=colour), z=1, clip=inside)
    lines = contours(x_mm, y_mm, power, CONTOURS_DBM)
    for segments in lines.lines:
        canvas.lines(segments, Style(stroke=SOFT, width_pt=0.45), z=2, clip=inside)
    _draw_needs(drawing, heat)
    return lines


def on_paper(ground: Ground, x_m: Array, y_m: Array, value_yx: Array) -> tuple[Array, Array, Array]:
    """Return a map's columns and rows on the paper [mm] and its values, with one more cell on every side."""
    x_mm = np.array([ground.sheet.mm((x, 0.0))[0] for x in padded(x_m)])
    y_mm = np.array([ground.sheet.mm((0.0, y))[1] for y in padded(y_m)])
    return x_mm, y_mm, np.pad(value_yx, 1, mode="edge")


def _draw_needs(drawing: Drawing, heat: FloorHeat) -> None:
    """Draw the line of a room's need boldly and dot what is below it, from the cells inside the room only.

    A line drawn over the whole floor would enter a room along its walls, where the next cell lies behind them.
    """
    needs = {r.room_id: r.need.min_received_dbm for r in drawing.plan.rooms if r.need}
    for room in drawing.floor.rooms:
        corners = np.array(room.polygon)
        low, high = corners.min(axis=0), corners.max(axis=0)
        columns = (heat.x_m > low[0]) & (heat.x_m < high[0])
        rows = (heat.y_m > low[1]) & (heat.y_m < high[1])
        if room.id not in needs or not rows.any() or not columns.any():
            continue
        inside = without_specks(heat.strongest_dbm[np.ix_(rows, columns)])
        if np.nanmin(inside, initial=np.inf) < needs[room.id]:
            _draw_need(drawing, room, (heat.x_m[columns], heat.y_m[rows], inside), needs[room.id])


def _draw_need(drawing: Drawing, room: Room, cells: tuple[Array, Array, Array], limit: float) -> None:
    """Draw one room's need from its cells: x (n,), y (m,) [m] and power (m, n) [dBm]."""
    x_mm, y_mm, power = on_paper(drawing, *cells)
    canvas = drawing.canvas
    inside = canvas.clip([corners_mm(drawing, room)])
    (weak,) = areas(x_mm, y_mm, power, (-999, limit))
    canvas.rings(weak, Style(hatch="dots", hatch_colour=INK), z=2, clip=inside)
    for segments in contours(x_mm, y_mm, power, (limit,)).lines:
        canvas.lines(segments, Style(stroke=INK, width_pt=NEED_PT), z=3, clip=inside)


def padded(axis_m: Array) -> Array:
    """Return a grid's axis with one more cell at either end: the cells' middles stop short of the outer walls."""
    steps = np.diff(axis_m[[0, 1, -2, -1]]) if len(axis_m) > 1 else np.ones(3)
    return np.concatenate([[axis_m[0] - steps[0]], axis_m, [axis_m[-1] + steps[2]]])


def without_specks(power_dbm: Array) -> Array:
    """Return the map without single cells far off all around: shadows of columns thinner than the grid.

    Only the picture is cleaned; no verdict rests on it.
    """
    framed = np.pad(power_dbm, 1, mode="edge")
    rows, columns = power_dbm.shape
    around = [framed[dy : dy + rows, dx : dx + columns] for dy in range(3) for dx in range(3) if (dy, dx) != (1, 1)]
    usual = np.median(np.stack(around), axis=0)
    with np.errstate(invalid="ignore"):
        # where nothing at all is heard, both are -inf and stay so
        far_off = np.abs(power_dbm - usual) > SPECK_DB
    return np.where(far_off, usual, power_dbm)


def label_contours(drawing: Ground, found: Contours, *, inside: Path | None = None, least_mm: float = 25.0) -> None:
    """Write the level on every long contour once, inside the building and clear of other labels.

    `inside` is where labels may stand, the floor's rooms without it; `least_mm` how long a contour has to be.
    """
    ground = inside_of([corners_mm(drawing, room) for room in drawing.floor.rooms]) if inside is None else inside
    size = (2.6 * 4.6 * MM_PER_PT * 0.75, 4.6 * 1.1 * MM_PER_PT)
    for level, segments in zip(found.levels, found.lines, strict=True):
        for segment in segments:
            steps = np.hypot(*np.diff(segment, axis=0).T) if len(segment) > 1 else np.zeros(1)
            if steps.sum() < least_mm:
                continue
            spots = segment[:: max(1, len(segment) // 12)]
            spots = spots[ground.contains_points(spots)]
            free = [s for s in spots if freest([(s[0], s[1])], size, drawing.taken)[1] == 0.0]
            if not free:
                continue
            middle = (float(free[len(free) // 2][0]), float(free[len(free) // 2][1]))
            drawing.taken.append(around(middle, size))
            drawing.backs.append(around(middle, size))
            write(drawing, middle, f"{level:.0f}".replace("-", "−"), 4.6, colour=INK)
