"""Access points of a floor as numbered markers with their channels."""

import math

import numpy as np
from matplotlib.path import Path

from wifiplan.report.figures.canvas import Canvas, Lettering, Style
from wifiplan.report.figures.drawing import INK, PAPER, SOFT, Drawing, corners_mm, write
from wifiplan.report.figures.glyphs import printable
from wifiplan.report.figures.sheet import MM_PER_PT, around, freest, width_em
from wifiplan.report.numbering import ap_numbers, planned_radio
from wifiplan.report.standing import Mark, in_use, mark_of
from wifiplan.site.building import Point
from wifiplan.study.records import PlannedAccessPoint

LONG_NUMBER = 3
"""Characters from which on a number is set smaller in its marker."""

AP_MM, SMALL_AP_MM, SMALL_SCALE = 2.0, 1.5, 700
"""Radius of an access point's marker on paper [mm]; the smaller one from that denominator of the scale on."""


def draw_access_points(drawing: Drawing) -> None:
    """Draw the markers of a floor first, then the channels beside them, each on its freest side."""
    numbers = ap_numbers(drawing.plan)
    radius = SMALL_AP_MM if drawing.sheet.scale >= SMALL_SCALE else AP_MM
    spots: list[tuple[PlannedAccessPoint, Point]] = []
    for planned in drawing.plan.access_points:
        point = planned.access_point
        if point.floor != drawing.floor.level or point.x_m is None or point.y_m is None:
            continue
        spot = _beside(drawing.sheet.mm((point.x_m, point.y_m)), [s for _, s in spots], radius)
        spots.append((planned, spot))
        mark = mark_of(planned)
        reach = _reach(mark, radius)
        drawing.taken.append(around(spot, (2 * reach + 0.3, 2 * reach + 0.3)))
        mark_access_point(drawing.canvas, spot, mark, numbers[point.id], radius=radius)
    for planned, spot in spots:
        radio = planned_radio(planned, drawing.plan)
        if radio is None or radio.channel is None or not in_use(planned):
            continue
        text = drawing.words["fig.channel"].format(channel=radio.channel)
        _label(drawing, spot, _reach(mark_of(planned), radius), text)


def _reach(mark: Mark, radius: float) -> float:
    """Return how far a marker reaches from its middle [mm]: the tips of a diamond or triangle stick out."""
    return {"retuned": 1.4, "moved": 1.5}.get(mark, 1.0) * radius


def _beside(spot: Point, others: list[Point], radius: float) -> Point:
    """Move a marker east until it hides no other: an old access point may be drawn where a new one hangs."""
    x, y = spot
    while any(np.hypot(x - other[0], y - other[1]) < 2 * radius for other in others):
        x += 2.2 * radius
    return x, y


def _label(drawing: Drawing, spot: Point, reach: float, text: str) -> None:
    """Write a channel beside its marker, on the side that is freest."""
    size_pt = 5.5 if reach >= AP_MM else 4.4
    size = (width_em(text) * size_pt * MM_PER_PT, size_pt * 1.3 * MM_PER_PT)
    up, side = reach + size[1] / 2 + 0.25, reach + size[0] / 2 + 0.5
    x, y = spot
    corner = (0.7 * reach + size[0] / 2 + 0.3, 0.7 * reach + size[1] / 2 + 0.2)
    spots = [(x, y - up), (x, y + up), (x + side, y), (x - side, y)]
    spots += [(x + dx * corner[0], y + dy * corner[1]) for dx, dy in ((1, -1), (-1, -1), (1, 1), (-1, 1))]
    middle, _ = freest(_same_room(drawing, spot, spots, size) or spots, size, drawing.taken)
    box = around(middle, size)
    drawing.taken.append(box)
    drawing.backs.append(box)
    write(drawing, middle, text, size_pt)


def _same_room(drawing: Drawing, spot: Point, middles: list[Point], size: Point) -> list[Point]:
    """Return the middles at which a label stays clear of the walls of the room that holds a marker."""
    for room in drawing.floor.rooms:
        outline = Path(corners_mm(drawing, room))
        if outline.contains_point(spot):
            boxes = [around(middle, size) for middle in middles]
            corners = [((b.left, b.bottom), (b.right, b.bottom), (b.right, b.top), (b.left, b.top)) for b in boxes]
            return [m for m, c in zip(middles, corners, strict=True) if outline.contains_points(c).all()]
    return []


def mark_access_point(canvas: Canvas, spot: Point, mark: Mark, number: str, *, radius: float = AP_MM) -> None:
    """Draw an access point: filled where something must be hung, round or square or edged by what is done with it."""
    filled, gone = mark in ("new", "moved", "replaced"), mark in ("removed", "prohibited")
    style = Style(
        fill=INK if filled else PAPER,
        stroke=SOFT if gone else INK,
        width_pt=0.9,
        dashes=(1.5, 1.0) if gone or mark == "undecided" else None,
    )
    n_corners = {"retuned": 4, "moved": 3}.get(mark)
    if mark == "replaced":
        canvas.rectangle((spot[0] - radius, spot[1] - radius), 2 * radius, 2 * radius, style, z=8)
    elif n_corners is None:
        canvas.circle(spot, radius, style, z=8)
    else:
        canvas.polygon(_regular(spot, n_corners, _reach(mark, radius)), style, z=8)
    size_pt = (3.0 if len(number) < LONG_NUMBER else 2.5) * radius
    lettering = Lettering(size_pt=size_pt, colour=PAPER if filled else INK, rise="figures")
    canvas.text(spot, "×" if gone else printable(number), lettering, z=9)


def _regular(middle: Point, n_corners: int, radius: float) -> list[Point]:
    """Return the corners of a regular polygon that stands on its side or its lowest corner."""
    turns = [math.pi / 2 + 2 * math.pi * k / n_corners for k in range(n_corners)]
    return [(middle[0] + radius * math.cos(turn), middle[1] + radius * math.sin(turn)) for turn in turns]
