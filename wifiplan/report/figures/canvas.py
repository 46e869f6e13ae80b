"""A drawing in millimetres of paper, put together as SVG: shapes in layers, hatching, live text.

A floor's plan has some hundreds of shapes. A chart library lays out every one of them as if it could be turned, zoomed
and measured; written out at once they take a tenth of the time, and a county prints a thousand floors.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal, TypeAlias

import numpy as np

from wifiplan.site.building import Point
from wifiplan.units import Array

FONT = "Noto Sans TC"
"""Family of the font that comes with `pylopdf-fonts-zh-tw`; SVG names it, so the PDF embeds it."""

PT_PER_MM = 72 / 25.4
"""Typographic points in a millimetre: the unit of what is written out."""

ASCENT_EM, DESCENT_EM = 0.88, 0.12
"""Height of a line of the font above and below its baseline, by its size (OS/2 table of Noto Sans TC)."""

FIGURE_EM = 0.733
"""Height of figures and capitals of the font, by its size."""

HATCH_PT, HATCH_STEP_PT, DOT_PT = 0.5, 6.0, 0.6
"""Width of hatching, distance of its lines and dots along a row, and radius of its dots [pt]."""

TILE_PT = 36.0
"""Edge of the piece of hatching that repeats [pt]: a whole number of steps, and so large that few seams show."""

Hatch: TypeAlias = Literal["lines", "dots"]
Anchor: TypeAlias = Literal["start", "middle", "end"]
Rise: TypeAlias = Literal["centre", "figures", "foot"]
"""What of a text lies at its point: the middle of its lines, the middle of its figures, or its foot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a shape is filled and edged.

    `dashes` are lengths of strokes and gaps in widths of the line; `hatch` is drawn over `fill`; `opacity` is that of
    the fill.
    """

    fill: str | None = None
    stroke: str | None = None
    width_pt: float = 1.0
    dashes: tuple[float, ...] | None = None
    hatch: Hatch | None = None
    hatch_colour: str = "#111111"
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """How a text is set: size [pt], colour, and what of it lies at its point."""

    size_pt: float
    colour: str
    anchor: Anchor = "middle"
    rise: Rise = "centre"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """A drawing of `width_mm` x `height_mm`, from the south-west corner; what has a larger `z` lies above."""

    width_mm: float
    height_mm: float
    _shapes: list[tuple[float, str]] = field(default_factory=list)
    _clips: dict[str, str] = field(default_factory=dict)
    _hatches: dict[tuple[Hatch, str, str | None], str] = field(default_factory=dict)

    def polygon(self, corners: Sequence[Point] | Array, style: Style, *, z: float) -> None:
        """Draw a closed outline of corners [mm]."""
        self._add(z, f'<path d="{self._ring(np.asarray(corners))}"{self._look(style)}/>')

    def rings(self, rings: Iterable[Array], style: Style, *, z: float, clip: str | None = None) -> None:
        """Draw closed rings (n, 2) [mm] as one shape; those that run the other way are holes in it."""
        data = "".join(map(self._ring, rings))
        if data:
            self._add(z, f'<path d="{data}"{self._look(style)}{_clipped(clip)}/>')

    def lines(
        self, lines: Iterable[Sequence[Point] | Array], style: Style, *, z: float, clip: str | None = None
    ) -> None:
        """Draw open lines of points [mm] as one shape."""
        data = "".join(self._line(np.asarray(line)) for line in lines)
        if data:
            self._add(z, f'<path d="{data}"{self._look(style)}{_clipped(clip)}/>')

    def rectangle(self, corner: Point, width_mm: float, height_mm: float, style: Style, *, z: float) -> None:
        """Draw an upright rectangle from its south-west corner [mm]."""
        (x, y), right, top = corner, corner[0] + width_mm, corner[1] + height_mm
        self.polygon([(x, y), (right, y), (right, top), (x, top)], style, z=z)

    def circle(self, middle: Point, radius_mm: float, style: Style, *, z: float) -> None:
        """Draw a circle [mm]."""
        x, y = self._at(middle)
        self._add(z, f'<circle cx="{x}" cy="{y}" r="{_number(radius_mm * PT_PER_MM)}"{self._look(style)}/>')

    def text(self, point: Point, text: str, lettering: Lettering, *, z: float = 3.0) -> None:
        """Write a text at a point [mm], one under another where it has several lines; blank lines are left out."""
        x, y = self._at(point)
        size = lettering.size_pt
        lines = text.split("\n")
        below = {"foot": 1.0, "centre": len(lines) / 2, "figures": ASCENT_EM - FIGURE_EM / 2}[lettering.rise]
        first = float(y) + size * (ASCENT_EM - below)
        look = f'font-size="{_number(size)}" text-anchor="{lettering.anchor}" fill="{lettering.colour}"'
        for k, line in enumerate(lines):
            if line.strip():
                self._add(z, f'<text x="{x}" y="{_number(first + k * size)}" {look}>{escape(line)}</text>')

    def clip(self, rings: Iterable[Sequence[Point] | Array]) -> str | None:
        """Return the name of the area within rings of points [mm], to which others can be cut; None without any."""
        data = "".join(self._ring(np.asarray(ring)) for ring in rings)
        return self._clips.setdefault(data, f"clip{len(self._clips)}") if data else None

    def svg(self) -> str:
        """Return the drawing as SVG; the same drawing gives the same text."""
        width, height = _number(self.width_mm * PT_PER_MM), _number(self.height_mm * PT_PER_MM)
        size = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
        defined = [f'<clipPath id="{name}"><path d="{data}"/></clipPath>' for data, name in self._clips.items()]
        defined += [_pattern(name, *kind) for kind, name in self._hatches.items()]
        shapes = (shape for _, shape in sorted(self._shapes, key=lambda item: item[0]))
        return "\n".join(
            (
                '<?xml version="1.0" encoding="utf-8"?>',
                f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
                f"<defs>{''.join(defined)}</defs>",
                f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
                f'<g font-family="\'{FONT}\'" stroke-linejoin="round" fill="none">',
                *shapes,
                "</g>\n</svg>\n",
            )
        )

    def _add(self, z: float, shape: str) -> None:
        self._shapes.append((z, shape))

    def _at(self, point: Point) -> tuple[str, str]:
        return _number(point[0] * PT_PER_MM), _number((self.height_mm - point[1]) * PT_PER_MM)

    def _ring(self, points: Array) -> str:
        if len(points) > 1 and (points[0] == points[-1]).all():
            points = points[:-1]
        return f"{self._line(points)}z" if len(points) else ""

    def _line(self, points: Array) -> str:
        """Return points as path data; those on the way between their neighbours are left out."""
        if not len(points):
            return ""
        flat = np.round(np.column_stack([points[:, 0], self.height_mm - points[:, 1]]) * PT_PER_MM, 2)
        if len(flat) > 2:
            to, on = flat[1:-1] - flat[:-2], flat[2:] - flat[1:-1]
            straight = (np.abs(to[:, 0] * on[:, 1] - to[:, 1] * on[:, 0]) < _FLAT_PT2) & ((to * on).sum(axis=1) > 0)
            flat = flat[np.concatenate([[True], ~straight, [True]])]
        return f"M{' '.join(map(_short, flat.ravel().tolist()))}"

    def _look(self, style: Style) -> str:
        """Return a style as attributes."""
        found = []
        if style.hatch is not None:
            key = (style.hatch, style.hatch_colour, style.fill)
            found.append(f' fill="url(#{self._hatches.setdefault(key, f"hatch{len(self._hatches)}")})"')
        elif style.fill is not None:
            found.append(f' fill="{style.fill}"')
        if style.stroke is not None and style.width_pt:
            found.append(f' stroke="{style.stroke}" stroke-width="{_number(style.width_pt)}"')
            if style.dashes:
                lengths = ",".join(_number(length * style.width_pt) for length in style.dashes)
                found.append(f' stroke-dasharray="{lengths}"')
        if style.opacity != 1.0:
            found.append(f' fill-opacity="{_number(style.opacity)}"')
        return "".join(found)


_FLAT_PT2 = 0.01
"""A corner that spans less than this is none [pt^2]: the breadth of a hair over the length of a cell."""


def _clipped(clip: str | None) -> str:
    return "" if clip is None else f' clip-path="url(#{clip})"'


def _number(value: float) -> str:
    return _short(round(float(value), 2))


def _short(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _pattern(name: str, hatch: Hatch, colour: str, fill: str | None) -> str:
    """Return a piece of hatching that repeats in all directions."""
    ground = "" if fill is None else f'<rect width="{TILE_PT}" height="{TILE_PT}" fill="{fill}"/>'
    if hatch == "dots":
        drawn = f'<g fill="{colour}">{"".join(_dots())}</g>'
    else:
        drawn = f'<path d="{"".join(_strokes())}" stroke="{colour}" stroke-width="{HATCH_PT}"/>'
    size = f'width="{TILE_PT}" height="{TILE_PT}"'
    return f'<pattern id="{name}" patternUnits="userSpaceOnUse" {size}>{ground}{drawn}</pattern>'


def _dots() -> Iterable[str]:
    """Yield dots in rows that stand in each other's gaps, those at the edges whole on either side."""
    half, n = HATCH_STEP_PT / 2, int(2 * TILE_PT / HATCH_STEP_PT)
    for row in range(0, n + 1, 2):
        for column in range(row // 2 % 2, n + 1, 2):
            yield f'<circle cx="{column * half:g}" cy="{row * half:g}" r="{DOT_PT:g}"/>'


def _strokes() -> Iterable[str]:
    """Yield lines that rise to the right."""
    for k in range(-1, int(2 * TILE_PT / HATCH_STEP_PT) + 2):
        x = k * HATCH_STEP_PT
        yield f"M{x - TILE_PT:g} {TILE_PT:g}L{x:g} 0"
