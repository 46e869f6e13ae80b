"""What every part of a floor's drawing shares: paper, ink, text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Polygon, Rectangle
from matplotlib.path import Path
from pylopdf_fonts_zh_tw import sans_path

from wifiplan.report.figures.sheet import Box, Sheet
from wifiplan.site.building import Floor, Point, Room
from wifiplan.study.records import Plan

INK, SOFT, PAPER = "#111111", "#666666", "#ffffff"

FONT = "Noto Sans TC"
"""Family of the font that comes with `pylopdf-fonts-zh-tw`; SVG names it, so the PDF embeds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A floor on its way to paper: axes in millimetres, the boxes that labels have taken, and those to whiten."""

    axes: Axes
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
    drawing.axes.text(
        *middle, text, fontproperties=font(size_pt), color=colour, ha="center", va="center", zorder=9, parse_math=False
    )


def draw_backs(drawing: Ground) -> None:
    """Put white under every label in one go, so that it reads on any colour and hatching."""
    corners = [[(b.left, b.bottom), (b.right, b.bottom), (b.right, b.top), (b.left, b.top)] for b in drawing.backs]
    backs = PolyCollection(corners, facecolors=PAPER, alpha=0.8, linewidths=0, zorder=7)
    drawing.axes.add_collection(backs, autolim=False)


def rooms_path(drawing: Ground, rooms: list[Room]) -> Path:
    """Return the outlines of rooms as one path [mm]; needs at least one room."""
    paths = [Path([drawing.sheet.mm(p) for p in (*r.polygon, r.polygon[0])], closed=True) for r in rooms]
    return Path.make_compound_path(*paths)


def failed(patch: Polygon | Rectangle) -> Polygon | Rectangle:
    """Style an outline as that of a room that fails: bold, dashed and hatched, so that it shows in grey."""
    patch.set(facecolor="none", edgecolor=INK, hatch="////", linewidth=2.2, linestyle=(0, (4, 1.2)), zorder=5)
    patch.set_hatchcolor("#8a8a8a")
    return patch
