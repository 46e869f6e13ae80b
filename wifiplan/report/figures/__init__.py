"""Plan -> drawing: the plan of a floor to scale, legible in grey; charts too. The one door to matplotlib."""

import io
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import matplotlib as mpl
from matplotlib.figure import Figure

from wifiplan.report.figures.access_points import draw_access_points
from wifiplan.report.figures.bars import Amount, Ends, draw_amounts, draw_tornado
from wifiplan.report.figures.canvas import Canvas
from wifiplan.report.figures.curve import draw_curve
from wifiplan.report.figures.drawing import Drawing, Ground, draw_backs
from wifiplan.report.figures.heat import FloorHeat, draw_heat, label_contours
from wifiplan.report.figures.key import draw_legend
from wifiplan.report.figures.panels import arrangement
from wifiplan.report.figures.rooms import draw_room_names, draw_rooms, draw_walls
from wifiplan.report.figures.scatter import draw_scatter
from wifiplan.report.figures.sheet import sheet
from wifiplan.report.figures.survey import Mark, Panel, draw_key, draw_panel, key_mm, key_rows
from wifiplan.report.texts import texts
from wifiplan.report.typesetting import picture
from wifiplan.site.building import Site
from wifiplan.study.measured_errors import Pair
from wifiplan.study.outcomes import Curve
from wifiplan.study.records import Plan

__all__ = [
    "Amount",
    "Ends",
    "FloorHeat",
    "Mark",
    "Panel",
    "amounts_figure",
    "curve_figure",
    "floor_figure",
    "png_bytes",
    "scatter_figure",
    "survey_figure",
    "svg_bytes",
    "tornado_figure",
]

PNG_DPI = 200.0
"""Dots per inch of a picture: a map of A4 width has some 2,100 pixels."""


def _style() -> AbstractContextManager[None]:
    """Set live text and the same ids at every run, only while a chart is made."""
    return mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "wifiplan"})


def floor_figure(plan: Plan, level: int, heat: FloorHeat | None = None, lang: str = "zh-TW") -> Canvas:
    """Return the plan of a floor, drawn to scale for A4.

    Walls by kind, rooms with names and verdicts, access points with number and channel, the strongest signal in
    classes that keep their order in grey with labelled contours, hatching for what fails, legend and scale.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    level : int
        Level of the floor, one of the site's.
    heat : FloorHeat, optional
        The strongest signal over this floor; without it only the plan is drawn.
    lang : "zh-TW" or "en"
        Language of the labels.

    Returns
    -------
    Canvas
        As wide as the text of an A4 page: on its side where that gives the larger scale.
    """
    floor = next(f for f in plan.site.floors if f.level == level)
    paper = sheet(plan.site)
    canvas = Canvas(width_mm=paper.width_mm, height_mm=paper.height_mm)
    drawing = Drawing(canvas=canvas, sheet=paper, plan=plan, floor=floor, words=texts(lang))
    contours = None if heat is None else draw_heat(drawing, heat)
    draw_rooms(drawing)
    draw_walls(drawing)
    draw_access_points(drawing)
    draw_room_names(drawing)
    if contours is not None:
        label_contours(drawing, contours)
    draw_backs(drawing)
    draw_legend(drawing, has_heat=heat is not None)
    return canvas


def curve_figure(curve: Curve, *, n_placed: int, lang: str = "zh-TW") -> Figure:
    """Return the chart of rooms served over new access points, as wide as the text of an A4 page.

    Parameters
    ----------
    curve : Curve
        The school's curve.
    n_placed : int
        New access points of the plan, which are marked.
    lang : "zh-TW" or "en"
        Language of the labels.
    """
    with _style():
        return draw_curve(curve, n_placed=n_placed, lang=lang)


def survey_figure(
    site: Site, level: int, panels: Sequence[Panel], *, most_sd_db: float, numbers: Mapping[str, str], lang: str
) -> Canvas:
    """Return maps of one floor beside each other, drawn to one scale for A4.

    Parameters
    ----------
    site : Site
        The building, with the access points that are drawn.
    level : int
        Level of the floor.
    panels : sequence of Panel
        The maps, left to right and down.
    most_sd_db : float
        What is less sure than this is hatched [dB]: named in the key.
    numbers : mapping of id to text
        What stands in the marks of access points; those without are not drawn.
    lang : "zh-TW" or "en"
        Language of the key.
    """
    floor = next(f for f in site.floors if f.level == level)
    here = {
        numbers[ap.id]: (ap.x_m, ap.y_m)
        for ap in site.access_points
        if ap.floor == level and ap.id in numbers and ap.x_m is not None and ap.y_m is not None
    }
    rows = key_rows(panels, texts(lang), most_sd_db=most_sd_db, has_access_points=bool(here))
    paper = arrangement(site, len(panels), key_mm=key_mm(rows))
    canvas = Canvas(width_mm=paper.width_mm, height_mm=paper.height_mm)
    for part, panel in zip(paper.sheets, panels, strict=True):
        ground = Ground(canvas=canvas, sheet=part, floor=floor, words=texts(lang))
        draw_panel(ground, panel, here)
        draw_backs(ground)
    draw_key(Ground(canvas=canvas, sheet=paper.sheets[0], floor=floor, words=texts(lang)), rows)
    return canvas


def scatter_figure(pairs: Sequence[Pair], *, lang: str) -> Figure:
    """Return measured over predicted, as planned and after calibration, as wide as the text of an A4 page."""
    with _style():
        return draw_scatter(pairs, lang)


def tornado_figure(bars: Sequence[Ends], *, axis_text: str, low_text: str, high_text: str) -> Figure:
    """Return how far assumptions move an answer, as wide as the text of an A4 page."""
    with _style():
        return draw_tornado(bars, axis_text=axis_text, low_text=low_text, high_text=high_text)


def amounts_figure(bars: Sequence[Amount], *, axis_text: str) -> Figure:
    """Return what each case comes to, the base first, as wide as the text of an A4 page."""
    with _style():
        return draw_amounts(bars, axis_text=axis_text)


def png_bytes(figure: Canvas | Figure, *, dpi: float = PNG_DPI) -> bytes:
    """Return a drawing or a chart as PNG; the same figure gives the same bytes."""
    if isinstance(figure, Canvas):
        return picture(figure.svg(), dpi=dpi)
    buffer = io.BytesIO()
    with _style():
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def svg_bytes(figure: Canvas | Figure) -> bytes:
    """Return a drawing or a chart as SVG with live text; the same figure gives the same bytes."""
    if isinstance(figure, Canvas):
        return figure.svg().encode("utf-8")
    buffer = io.BytesIO()
    with _style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "wifiplan"})
    return buffer.getvalue()
