"""A school's curve as a chart: rooms served over new access points, told apart in grey by line and marker."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from wifiplan.report.figures.drawing import INK, SOFT, font
from wifiplan.report.texts import texts
from wifiplan.study.outcomes import Curve

WIDTH_MM, HEIGHT_MM = 182.0, 62.0
"""Size of the chart: the width of the text of an A4 page [mm]."""


def draw_curve(curve: Curve, *, n_placed: int, lang: str) -> Figure:
    """Return the chart of a curve; `n_placed` new access points of the plan are marked."""
    words = texts(lang)
    figure = Figure(figsize=(WIDTH_MM / 25.4, HEIGHT_MM / 25.4))
    axes = figure.add_axes((0.075, 0.2, 0.76, 0.74))
    n_aps = [point.n_aps for point in curve.points]
    lines = (
        ("curve.classrooms", [point.n_classrooms for point in curve.points], INK, "-", "o"),
        ("curve.specialist", [point.n_specialist for point in curve.points], SOFT, "--", "s"),
    )
    for name, served, colour, style, marker in lines:
        axes.plot(n_aps, served, color=colour, linestyle=style, marker=marker, markersize=2.4, linewidth=1.1)
        axes.annotate(
            f"{words[name]} {served[-1]}",
            (n_aps[-1], served[-1]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontproperties=font(8.0),
            color=INK,
        )
    axes.axvline(n_placed, color=INK, linewidth=0.8, linestyle=":")
    axes.annotate(
        f"{words['curve.this_plan']} {n_placed}",
        (n_placed, 0.5),
        xycoords=("data", "axes fraction"),
        # on the side with room, clear of the ends of the lines
        xytext=(-3, 0) if 2 * n_placed > n_aps[-1] else (3, 0),
        textcoords="offset points",
        ha="right" if 2 * n_placed > n_aps[-1] else "left",
        va="center",
        fontproperties=font(8.0),
    )
    axes.set_xlabel(words["curve.aps"], fontproperties=font(8.0))
    axes.set_ylabel(words["curve.rooms"], fontproperties=font(8.0))
    axes.set_xlim(0, max(1, n_aps[-1], n_placed))
    axes.set_ylim(bottom=0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font(7.5))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color="#d8d8d8", linewidth=0.4)
    return figure
