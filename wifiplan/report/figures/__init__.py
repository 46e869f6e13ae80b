"""Plan -> matplotlib Figure: the plan of a floor to scale, legible in grey. The one door to matplotlib."""

import io
from contextlib import AbstractContextManager

import matplotlib as mpl
from matplotlib.figure import Figure

from wifiplan.report.figures.access_points import draw_access_points
from wifiplan.report.figures.curve import draw_curve
from wifiplan.report.figures.drawing import Drawing, draw_backs
from wifiplan.report.figures.heat import FloorHeat, draw_heat, label_contours
from wifiplan.report.figures.key import draw_legend
from wifiplan.report.figures.rooms import draw_room_names, draw_rooms, draw_walls
from wifiplan.report.figures.sheet import sheet
from wifiplan.report.texts import texts
from wifiplan.study.outcomes import Curve
from wifiplan.study.records import Plan

__all__ = ["FloorHeat", "curve_figure", "floor_figure", "svg_bytes"]


def _style() -> AbstractContextManager[None]:
    """Set live text, the same ids at every run and thin hatching, only while a figure is made."""
    return mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "wifiplan", "hatch.linewidth": 0.5})


def floor_figure(plan: Plan, level: int, heat: FloorHeat | None = None, lang: str = "zh-TW") -> Figure:
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
    matplotlib.figure.Figure
        As wide as the text of an A4 page: on its side where that gives the larger scale.
    """
    floor = next(f for f in plan.site.floors if f.level == level)
    paper = sheet(plan.site)
    with _style():
        figure = Figure(figsize=(paper.width_mm / 25.4, paper.height_mm / 25.4))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set(xlim=(0, paper.width_mm), ylim=(0, paper.height_mm))
        axes.set_axis_off()
        drawing = Drawing(axes=axes, sheet=paper, plan=plan, floor=floor, words=texts(lang))
        contours = None if heat is None else draw_heat(drawing, heat)
        draw_rooms(drawing)
        draw_walls(drawing)
        draw_access_points(drawing)
        draw_room_names(drawing)
        if contours is not None:
            label_contours(drawing, contours)
        draw_backs(drawing)
        draw_legend(drawing, has_heat=heat is not None)
    return figure


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


def svg_bytes(figure: Figure) -> bytes:
    """Return a figure as SVG with live text; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    with _style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "wifiplan"})
    return buffer.getvalue()
