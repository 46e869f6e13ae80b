"""What every part of a floor's drawing shares: paper, ink, text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from pylopdf_fonts_zh_tw import sans_path

from wifiplan.report.figures.canvas import FONT, Canvas, Lettering, Style
from wifiplan.report.figures.sheet import Box, Sheet
from wifiplan.site.building import Floor, Point, Room
from wifiplan.study.records import Plan

INK, SOFT, PAPER = "#111111", "#666666", "#ffffff"

OUTLINE = Style(stroke=SOFT, width_pt=0.3)
"""A room's outline."""

FAILED = Style(stroke=INK, width_pt=2.2, dashes=(4, 1.2), hatch="lines", hatch_colour="#8a8a8a")
"""A room that fails: bold, dashed and hatched, so that it shows in grey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A floor on its way to paper: a canvas in millimetres, the boxes that labels have taken, and those to whiten."""

    canvas: Canvas
    sheet: Sheet
    floor: Floor
    words: Mapping[str, str]
    taken: list[Box] = field(default_factory=list)
    backs: list[Box] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing(Ground):
    """The floor of a plan on its way to paper."""

    plan: Plan


@lru_cache(maxsize=64)
def font(size_pt: float) -> FontProperties:
    """Return the one font at a size [pt]."""
    return FontProperties(family=FONT, fname=str(sans_path()), size=size_pt)


def write(drawing: Ground, middle: Point, text: str, size_pt: float, *, colour: str = INK) -> None:
    """Write text around a middle [mm]."""
    drawing.canvas.text(middle, text, Lettering(size_pt=size_pt, colour=colour), z=9)


def draw_backs(drawing: Ground) -> None:
    """Put white under every label, so that it reads on any colour and hatching."""
    rings = [[(b.left, b.bottom), (b.right, b.bottom), (b.right, b.top), (b.left, b.top)] for b in drawing.backs]
    drawing.canvas.rings(map(np.array, rings), Style(fill=PAPER, opacity=0.8), z=7)


def corners_mm(drawing: Ground, room: Room) -> list[Point]:
    """Return the corners of a room on the paper [mm]."""
    return [drawing.sheet.mm(p) for p in room.polygon]


def inside_of(rings: Sequence[Sequence[Point]]) -> Path:
    """Return what tells which points lie within rings; needs at least one ring."""
    return Path.make_compound_path(*(Path([*ring, ring[0]], closed=True) for ring in rings))
