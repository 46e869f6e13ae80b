"""Maps from surveys: levels, spreads and what was read where, side by side on paper, legible in grey."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

import numpy as np

from wifiplan.predict.coverage import bounds_m
from wifiplan.report.figures.access_points import mark_access_point
from wifiplan.report.figures.canvas import Canvas, Lettering, Style
from wifiplan.report.figures.contours import Contours, areas, contours
from wifiplan.report.figures.drawing import INK, OUTLINE, PAPER, SOFT, Ground, corners_mm, inside_of, write
from wifiplan.report.figures.glyphs import printable
from wifiplan.report.figures.heat import label_contours, on_paper
from wifiplan.report.figures.key import draw_scale, write_key
from wifiplan.report.figures.legend import CLASS_COLOURS, CONTOURS_DBM
from wifiplan.report.figures.rooms import draw_walls, write_in_room
from wifiplan.report.figures.sheet import MM_PER_PT, PORTRAIT_MM, around, flow, freest, width_em
from wifiplan.report.texts import number_text
from wifiplan.site.building import Point
from wifiplan.units import Array, BoolArray

SPREADS_DB = (4.0, 5.0, 6.0, 7.0)
"""Limits of the classes of spread [dB]: from what two visits to one place differ by to what a law alone leaves."""

SPREAD_COLOURS = ("#ffffff", "#f6e4c4", "#e5c38c", "#c99a55", "#a57531")
"""One colour a class of spread, surest first, each darker than the one before: the order holds in grey."""

SPOT_MM, AP_MM = 0.65, 1.7
"""Radius of a place's mark and of an access point's [mm]."""

SPOT_PT = 4.4
"""Size of the number beside a place [pt]."""

KEY_PT, KEY_STEP_MM = 6.5, 4.6
"""Size of the key's words, and distance of its rows [mm]."""

SCALE_MM = 52.0
"""Width that the scale takes at the right end of the key [mm]."""

UNKNOWN = Style(fill=PAPER, hatch="lines", hatch_colour=SOFT)
"""Of what is not known."""

LEAST_CELLS = 2
"""Rows and columns that a map needs."""

MarkKind: TypeAlias = Literal["open", "filled", "crossed"]
"""How a place is drawn: filled where it is weaker than predicted, crossed where nothing was heard."""

MARK_KINDS: tuple[MarkKind, ...] = get_args(MarkKind)

Item: TypeAlias = tuple[str | None, str]
"""An entry of the key: its swatch (a colour or a name; None: only words) and its words."""

Quantity: TypeAlias = Literal["level", "spread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place on a map: where, the number written beside it (blank: none), and how its mark is drawn."""

    x_m: float
    y_m: float
    text: str = ""
    kind: MarkKind = "open"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """One map: what it shows, its grid, and the places on it.

    `x_m` (n,) and `y_m` (m,) are cell centres [m]; `value_yx` (m, n) levels [dBm] or spreads [dB], nan where nothing
    is to be drawn; cells outside `known_yx` are hatched and their value is not drawn.
    """

    title: str
    quantity: Quantity
    x_m: Array
    y_m: Array
    value_yx: Array
    known_yx: BoolArray
    marks: tuple[Mark, ...] = ()


def classes_of(quantity: Quantity) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Return the limits between a quantity's classes and the colours of the classes."""
    return (CONTOURS_DBM, CLASS_COLOURS) if quantity == "level" else (SPREADS_DB, SPREAD_COLOURS)


def draw_panel(ground: Ground, panel: Panel, access_points: Mapping[str, Point]) -> None:
    """Draw one map on its part of the paper; `access_points` are those of the floor, by number."""
    inside = _inside(ground)
    _draw_title(ground, panel.title)
    lines = _draw_field(ground, panel, inside)
    for room in ground.floor.rooms:
        ground.canvas.polygon(corners_mm(ground, room), OUTLINE, z=3)
    draw_walls(ground)
    spots = {number: ground.sheet.mm(point) for number, point in access_points.items()}
    ground.taken.extend(around(spot, (2 * AP_MM + 0.3, 2 * AP_MM + 0.3)) for spot in spots.values())
    _draw_marks(ground, panel.marks)
    for number, spot in spots.items():
        mark_access_point(ground.canvas, spot, "new", number, radius=AP_MM)
    if lines is not None:
        label_contours(ground, lines, inside=inside_of(inside), least_mm=15.0 if panel.quantity == "level" else 40.0)
    for room in ground.floor.rooms:
        write_in_room(ground, printable(room.name), np.array(corners_mm(ground, room)))


def _inside(ground: Ground) -> list[list[Point]]:
    """Return what is clipped to: the floor's rooms, else its outline, else the box around all that is drawn [mm]."""
    floor = ground.floor
    if floor.rooms:
        return [corners_mm(ground, room) for room in floor.rooms]
    x_min, y_min, x_max, y_max = bounds_m(floor)
    corners = floor.outline or ((x_min, y_min), (x_max, y_min), (x_max, y_max), (x_min, y_max))
    return [[ground.sheet.mm(p) for p in corners]]


def _draw_title(ground: Ground, title: str) -> None:
    """Write a map's title above its building."""
    _, _, _, north_m = bounds_m(ground.floor)
    x_mm, y_mm = ground.sheet.mm((ground.sheet.west_m, max(north_m, ground.sheet.south_m)))
    lettering = Lettering(size_pt=8.5, colour=INK, anchor="start", rise="foot")
    ground.canvas.text((x_mm, y_mm + 1.4), printable(title), lettering, z=9)


def _draw_field(ground: Ground, panel: Panel, inside: list[list[Point]]) -> Contours | None:
    """Fill the classes, draw the contours, and hatch what is not known; all clipped to the building."""
    if not np.isfinite(panel.value_yx).any() or min(panel.value_yx.shape) < LEAST_CELLS:
        return None
    canvas = ground.canvas
    clip = canvas.clip(inside)
    x_mm, y_mm, value = on_paper(ground, panel.x_m, panel.y_m, panel.value_yx)
    limits, colours = classes_of(panel.quantity)
    for rings, colour in zip(areas(x_mm, y_mm, value, (-999, *limits, 999)), colours, strict=True):
        canvas.rings(rings, Style(fill=colour), z=1, clip=clip)
    known = np.where(np.pad(panel.known_yx, 1, mode="edge"), value, np.nan)
    lines = contours(x_mm, y_mm, known, limits)
    for segments in lines.lines:
        canvas.lines(segments, Style(stroke=SOFT, width_pt=0.45), z=1.5, clip=clip)
    if not panel.known_yx.all():
        unknown = np.pad(np.where(np.isfinite(panel.value_yx) & ~panel.known_yx, 1.0, 0.0), 1, mode="edge")
        (rings,) = areas(x_mm, y_mm, unknown, (0.5, 2.0))
        canvas.rings(rings, UNKNOWN, z=1.8, clip=clip)
    return lines


def _draw_marks(ground: Ground, marks: Sequence[Mark]) -> None:
    """Draw every place read, and its number where it finds room."""
    spots = [ground.sheet.mm((mark.x_m, mark.y_m)) for mark in marks]
    for mark, spot in zip(marks, spots, strict=True):
        _draw_mark(ground.canvas, spot, mark.kind)
        ground.taken.append(around(spot, (2 * SPOT_MM, 2 * SPOT_MM)))
    for mark, spot in zip(marks, spots, strict=True):
        if mark.text:
            _label(ground, spot, mark.text)


def _draw_mark(canvas: Canvas, spot: Point, kind: MarkKind) -> None:
    face = INK if kind == "filled" else PAPER
    canvas.circle(spot, SPOT_MM, Style(fill=face, stroke=INK, width_pt=0.5), z=8)
    if kind == "crossed":
        (x, y), reach = spot, 0.6 * SPOT_MM
        cross = [[(x - reach, y - side * reach), (x + reach, y + side * reach)] for side in (1.0, -1.0)]
        canvas.lines(cross, Style(stroke=INK, width_pt=0.5), z=8.5)


def _label(ground: Ground, spot: Point, text: str) -> None:
    """Write a number beside a place where nothing else stands; not at all where all sides are taken."""
    size = (width_em(text) * SPOT_PT * MM_PER_PT * 0.92, SPOT_PT * MM_PER_PT)
    side, up = SPOT_MM + size[0] / 2 + 0.15, SPOT_MM + size[1] / 2 + 0.1
    x, y = spot
    middles = [(x + side, y), (x - side, y), (x, y + up), (x, y - up)]
    middles += [(x + dx * side * 0.9, y + dy * up * 0.8) for dx, dy in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
    middle, overlap = freest(middles, size, ground.taken)
    if overlap > 0:
        return
    ground.taken.append(around(middle, size))
    ground.backs.append(around(middle, size))
    write(ground, middle, text.replace("-", "−"), SPOT_PT)


def key_rows(
    panels: Sequence[Panel], words: Mapping[str, str], *, most_sd_db: float, has_access_points: bool
) -> list[list[Item]]:
    """Return what colours and marks of the maps mean: a list of entries a quantity, and one of the marks."""
    found: list[list[Item]] = [
        [(None, words[f"survey.fig.{quantity}"]), *_classes(*classes_of(quantity), words)]
        for quantity in dict.fromkeys(panel.quantity for panel in panels if np.isfinite(panel.value_yx).any())
    ]
    kinds = {mark.kind for panel in panels for mark in panel.marks}
    others: list[Item] = [(kind, words[f"survey.fig.{kind}"]) for kind in MARK_KINDS if kind in kinds]
    if any((np.isfinite(p.value_yx) & ~p.known_yx).any() for p in panels):
        others.append(("unknown", words["survey.fig.unknown"].format(sd=number_text(most_sd_db))))
    if has_access_points:
        others.append(("ap", words["survey.fig.ap"]))
    return [*found, others]


def key_mm(rows: Sequence[Sequence[Item]]) -> float:
    """Return how high a key is on an upright page [mm]."""
    room_mm = PORTRAIT_MM[0] - SCALE_MM
    n_lines = sum(1 + flow(_widths(items), room_mm)[-1][1] for items in rows if items)
    return max(17.0, n_lines * KEY_STEP_MM + 3.0)


def draw_key(ground: Ground, rows: Sequence[Sequence[Item]]) -> None:
    """Draw the key under the maps, and the scale beside it."""
    y_mm = ground.sheet.legend_mm - 2.5
    for items in rows:
        y_mm = _row(ground, y_mm, items)
    draw_scale(ground)


def _widths(items: Sequence[Item]) -> list[float]:
    return [(0.0 if swatch is None else 6.2) + width_em(label) * KEY_PT * MM_PER_PT for swatch, label in items]


def _classes(limits: Sequence[float], colours: Sequence[str], words: Mapping[str, str]) -> list[Item]:
    names = [f"{limit:.0f}" for limit in limits]
    labels = [words["fig.below"].format(low=names[0])]
    labels += [words["fig.between"].format(low=low, high=high) for low, high in pairwise(names)]
    labels.append(words["fig.above"].format(high=names[-1]))
    return [*zip(colours, (label.replace("-", "−") for label in labels), strict=True)]


def _row(ground: Ground, y_mm: float, items: Sequence[Item]) -> float:
    """Draw entries of the key in rows from `y_mm` down; return where the next row begins."""
    last = 0
    places = flow(_widths(items), ground.sheet.width_mm - SCALE_MM)
    for (swatch, label), (left, row) in zip(items, places, strict=True):
        middle, last = y_mm - row * KEY_STEP_MM, row
        if swatch is not None:
            _swatch(ground.canvas, swatch, (left + 2.5, middle))
        write_key(ground.canvas, (left + (0.0 if swatch is None else 6.2), middle), label, KEY_PT)
    return y_mm - (last + 1) * KEY_STEP_MM


def _swatch(canvas: Canvas, swatch: str, middle: Point) -> None:
    if swatch in MARK_KINDS:
        _draw_mark(canvas, middle, next(kind for kind in MARK_KINDS if kind == swatch))
    elif swatch == "ap":
        mark_access_point(canvas, middle, "new", "1", radius=AP_MM)
    else:
        box = UNKNOWN if swatch == "unknown" else Style(fill=swatch)
        canvas.rectangle((middle[0] - 2.5, middle[1] - 1.5), 5.0, 3.0, replace(box, stroke=SOFT, width_pt=0.4), z=1)
