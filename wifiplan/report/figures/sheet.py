"""Where things go on a printed plan: scale, paper position, and labels that keep out of each other's way."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wifiplan.site.building import Floor, Point, Site

SCALES = (100, 125, 150, 175, 200, 225, 250, 275, 300, 350, 400, 450, 500, 600, 700, 800, 1000, 1250, 1500, 2000, 5000)
"""Denominators of drawing scales; the first that fits the paper is taken."""

LANDSCAPE_MM = (269.0, 138.0)
"""Room for the drawing on an A4 page on its side, inside margins, heading and legend (ISO 216)."""

PORTRAIT_MM = (182.0, 205.0)
"""The same on an upright A4 page."""

MM_PER_PT = 25.4 / 72
"""Millimetres in a typographic point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An upright rectangle on the paper [mm]."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        """Return whether two boxes share any area."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.top <= other.bottom or other.top <= self.bottom)

    def overlap_mm2(self, other: "Box") -> float:
        """Return the area that two boxes share [mm^2]."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(width, 0.0) * max(height, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A drawing on paper, the same for every floor of a site, so that floors lie exactly above each other.

    `scale` is the denominator; (`west_m`, `south_m`) is the plan's corner; (`left_mm`, `bottom_mm`) where it lands.
    """

    scale: int
    landscape: bool
    width_mm: float
    height_mm: float
    legend_mm: float
    west_m: float
    south_m: float
    left_mm: float
    bottom_mm: float

    def mm(self, point: Point) -> Point:
        """Return where a point of the plan [m] lies on the paper [mm]."""
        per_m = 1000 / self.scale
        return (
            self.left_mm + (point[0] - self.west_m) * per_m,
            self.bottom_mm + (point[1] - self.south_m) * per_m,
        )


def sheet(site: Site) -> Sheet:
    """Return the paper for a site: the orientation with the larger scale, on its side where both are equal."""
    corners = [point for floor in site.floors for point in _corners(floor)] or [(0.0, 0.0), (1.0, 1.0)]
    west, south = min(p[0] for p in corners), min(p[1] for p in corners)
    size_m = (max(p[0] for p in corners) - west, max(p[1] for p in corners) - south)
    sideways, upright = _scale(size_m, LANDSCAPE_MM), _scale(size_m, PORTRAIT_MM)
    landscape = sideways <= upright
    scale = min(sideways, upright)
    width_mm = (LANDSCAPE_MM if landscape else PORTRAIT_MM)[0]
    legend_mm = 17.0 if landscape else 27.0
    drawn_mm = (size_m[0] * 1000 / scale, size_m[1] * 1000 / scale)
    return Sheet(
        scale=scale,
        landscape=landscape,
        width_mm=width_mm,
        height_mm=drawn_mm[1] + legend_mm + 5.0,
        legend_mm=legend_mm,
        west_m=west,
        south_m=south,
        left_mm=(width_mm - drawn_mm[0]) / 2,
        bottom_mm=legend_mm + 2.5,
    )


def _corners(floor: Floor) -> Iterable[Point]:
    yield from floor.outline or ()
    for room in floor.rooms:
        yield from room.polygon
    for wall in floor.walls:
        yield from wall.line


def _scale(size_m: Point, room_mm: Point) -> int:
    needed = max(size_m[0] * 1000 / (room_mm[0] - 2), size_m[1] * 1000 / room_mm[1])
    return next((s for s in SCALES if s >= needed), SCALES[-1])


def width_em(text: str) -> float:
    """Return about how wide a line of text is, in units of its size: Chinese characters count one.

    Examples
    --------
    >>> round(width_em("音樂"), 2), round(width_em("ab"), 2)
    (2.0, 1.16)
    """
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.58 for c in text)


def wrapped(text: str, room_em: float, max_lines: int) -> tuple[str, ...] | None:
    """Return text broken into lines of at most `room_em`, at blanks where it can; None if it does not fit.

    Examples
    --------
    >>> wrapped("自然科學教室", 4.0, 2)
    ('自然科學', '教室')
    >>> wrapped("Computer room", 6.0, 2)
    ('Computer', 'room')
    """
    lines = [""]
    for word in _words(text):
        if width_em((lines[-1] + word).rstrip()) > room_em and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += word
    fits = len(lines) <= max_lines and all(width_em(line.rstrip()) <= room_em for line in lines)
    return tuple(line.rstrip() for line in lines) if fits else None


def shortened(text: str, room_em: float) -> str:
    """Return text, cut with an ellipsis where it is wider than `room_em`.

    Examples
    --------
    >>> shortened("自然科學教室", 4.0), shortened("音樂教室", 4.0)
    ('自然科…', '音樂教室')
    """
    if width_em(text) <= room_em:
        return text
    kept = ""
    for c in text:
        if width_em(kept + c) > room_em - 1:
            break
        kept += c
    return kept + "…"


def _words(text: str) -> Iterable[str]:
    """Yield what may not be broken: a wide character, or a run of narrow ones with the blanks behind it."""
    run = ""
    for c in text:
        wide = unicodedata.east_asian_width(c) in "WF"
        if run and (wide or (run.endswith(" ") and c != " ")):
            yield run
            run = ""
        if wide:
            yield c
        else:
            run += c
    if run:
        yield run


def around(middle: Point, size_mm: Point) -> Box:
    """Return the box of a size around a middle."""
    return Box(
        left=middle[0] - size_mm[0] / 2,
        bottom=middle[1] - size_mm[1] / 2,
        right=middle[0] + size_mm[0] / 2,
        top=middle[1] + size_mm[1] / 2,
    )


def freest(middles: Sequence[Point], size_mm: Point, taken: Sequence[Box]) -> tuple[Point, float]:
    """Return the first of the middles whose box overlaps least with what is taken, and that overlap [mm^2].

    Examples
    --------
    >>> freest([(0.0, 0.0), (5.0, 0.0)], (2.0, 2.0), [Box(left=0.5, bottom=-1.0, right=2.0, top=1.0)])
    ((5.0, 0.0), 0.0)
    """
    reach = _reach(middles, size_mm)
    near = [box for box in taken if box.meets(reach)]
    best, least = middles[0], float("inf")
    for middle in middles:
        box = around(middle, size_mm)
        cost = sum(box.overlap_mm2(other) for other in near)
        if cost < least:
            best, least = middle, cost
        if least == 0:
            break
    return best, least


def _reach(middles: Sequence[Point], size_mm: Point) -> Box:
    return Box(
        left=min(m[0] for m in middles) - size_mm[0] / 2,
        bottom=min(m[1] for m in middles) - size_mm[1] / 2,
        right=max(m[0] for m in middles) + size_mm[0] / 2,
        top=max(m[1] for m in middles) + size_mm[1] / 2,
    )


def flow(widths_mm: Sequence[float], room_mm: float, gap_mm: float = 3.5) -> tuple[tuple[float, int], ...]:
    """Return (left edge, row) of items set one after another in rows.

    Examples
    --------
    >>> flow([10.0, 10.0, 10.0], 25.0)
    ((0.0, 0), (13.5, 0), (0.0, 1))
    """
    placed: list[tuple[float, int]] = []
    left, row = 0.0, 0
    for width in widths_mm:
        if left > 0 and left + width > room_mm:
            left, row = 0.0, row + 1
        placed.append((left, row))
        left += width + gap_mm
    return tuple(placed)
