"""The legend, the scale bar and the north arrow under a floor's plan."""

from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from wifiplan.report.figures.access_points import mark_access_point
from wifiplan.report.figures.drawing import INK, PAPER, SOFT, Drawing, Ground, failed, font, write
from wifiplan.report.figures.heat import NEED_PT
from wifiplan.report.figures.legend import Entry, entries
from wifiplan.report.figures.rooms import cabinet_patch, strokes
from wifiplan.report.figures.sheet import MM_PER_PT, flow, width_em
from wifiplan.report.standing import MARKS


def draw_legend(drawing: Drawing, *, has_heat: bool) -> None:
    """Draw the legend in rows at the foot of the drawing, and the scale at its right end."""
    found = entries(drawing.plan, drawing.floor, drawing.words, has_heat=has_heat)
    size_pt = 6.5
    widths = [_swatch_mm(e) + width_em(e.label) * size_pt * MM_PER_PT for e in found]
    places = flow(widths, drawing.sheet.width_mm - 62.0)
    top_mm = drawing.sheet.legend_mm - 2.5
    for entry, (left, row) in zip(found, places, strict=True):
        y_mm = top_mm - row * 4.6
        _draw_swatch(drawing.axes, entry, left + 2.5, y_mm)
        drawing.axes.text(
            left + _swatch_mm(entry),
            y_mm,
            entry.label,
            fontproperties=font(size_pt),
            color=INK,
            ha="left",
            va="center",
        )
    draw_scale(drawing)


def _swatch_mm(entry: Entry) -> float:
    return 0.0 if entry.swatch == "text" else 6.2


def _draw_swatch(axes: Axes, entry: Entry, x_mm: float, y_mm: float) -> None:
    box = Rectangle((x_mm - 2.5, y_mm - 1.5), 5.0, 3.0, facecolor=PAPER, edgecolor=SOFT, linewidth=0.4)
    if entry.swatch == "class":
        box.set_facecolor(entry.detail)
        axes.add_artist(box)
    elif entry.swatch == "need":
        axes.plot([x_mm - 2.5, x_mm + 2.5], [y_mm, y_mm], color=INK, lw=NEED_PT)
    elif entry.swatch == "weak":
        box.set(hatch="..", edgecolor=INK)
        axes.add_artist(box)
    elif entry.swatch == "fail":
        axes.add_artist(failed(box))
    elif entry.swatch == "cabinet":
        axes.add_artist(cabinet_patch(x_mm, y_mm))
    elif entry.swatch == "ap":
        mark = next(m for m in MARKS if m == entry.detail)
        mark_access_point(axes, (x_mm, y_mm), mark, "1")
    elif entry.swatch == "wall":
        kind = next(k for k in ("wall", "window", "door", "parapet") if k == entry.detail)
        for colour, width_pt, dashes in strokes(kind):
            axes.plot([x_mm - 2.5, x_mm + 2.5], [y_mm, y_mm], color=colour, lw=width_pt, ls=dashes)


def draw_scale(drawing: Ground) -> None:
    """Draw the scale bar, the scale as a ratio, and the north arrow at the right end of the legend."""
    axes, paper = drawing.axes, drawing.sheet
    bar_m = next(m for m in (200, 100, 50, 20, 10, 5, 2, 1) if m * 1000 / paper.scale <= 42.0)
    bar_mm = bar_m * 1000 / paper.scale
    right, y_mm = paper.width_mm - 10.0, paper.legend_mm - 7.0
    for k, colour in enumerate((INK, PAPER, INK, PAPER)):
        axes.add_artist(
            Rectangle(
                (right - bar_mm + k * bar_mm / 4, y_mm),
                bar_mm / 4,
                1.2,
                facecolor=colour,
                edgecolor=INK,
                linewidth=0.5,
            )
        )
    for x_mm, text in ((right - bar_mm, "0"), (right, f"{bar_m} m")):
        write(drawing, (x_mm, y_mm + 2.9), text, 6.0)
    scale = drawing.words["fig.scale"].format(scale=f"{paper.scale:,}")
    axes.text(right, y_mm - 2.2, scale, fontproperties=font(6.0), color=INK, ha="right", va="center")
    x_mm = paper.width_mm - 4.0
    axes.add_artist(
        Polygon(
            [(x_mm, y_mm + 4), (x_mm - 1.6, y_mm - 2), (x_mm, y_mm - 0.6), (x_mm + 1.6, y_mm - 2)],
            facecolor=INK,
        )
    )
    write(drawing, (x_mm, y_mm + 5.4), drawing.words["fig.north"], 6.0)
