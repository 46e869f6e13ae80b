"""The legend, the scale bar and the north arrow under a floor's plan."""

from wifiplan.report.figures.access_points import mark_access_point
from wifiplan.report.figures.canvas import Canvas, Lettering, Style
from wifiplan.report.figures.drawing import FAILED, INK, PAPER, SOFT, Drawing, Ground, write
from wifiplan.report.figures.heat import NEED_PT
from wifiplan.report.figures.legend import Entry, entries
from wifiplan.report.figures.rooms import draw_cabinet, strokes
from wifiplan.report.figures.sheet import MM_PER_PT, flow, width_em
from wifiplan.report.standing import MARKS
from wifiplan.site.building import Point


def draw_legend(drawing: Drawing, *, has_heat: bool) -> None:
    """Draw the legend in rows at the foot of the drawing, and the scale at its right end."""
    found = entries(drawing.plan, drawing.floor, drawing.words, has_heat=has_heat)
    size_pt = 6.5
    widths = [_swatch_mm(e) + width_em(e.label) * size_pt * MM_PER_PT for e in found]
    places = flow(widths, drawing.sheet.width_mm - 62.0)
    top_mm = drawing.sheet.legend_mm - 2.5
    for entry, (left, row) in zip(found, places, strict=True):
        y_mm = top_mm - row * 4.6
        _draw_swatch(drawing.canvas, entry, left + 2.5, y_mm)
        write_key(drawing.canvas, (left + _swatch_mm(entry), y_mm), entry.label, size_pt)
    draw_scale(drawing)


def _swatch_mm(entry: Entry) -> float:
    return 0.0 if entry.swatch == "text" else 6.2


def write_key(canvas: Canvas, left: Point, text: str, size_pt: float) -> None:
    """Write the words of a key from their left end [mm]."""
    canvas.text(left, text, Lettering(size_pt=size_pt, colour=INK, anchor="start"))


def _draw_swatch(canvas: Canvas, entry: Entry, x_mm: float, y_mm: float) -> None:
    ends = [(x_mm - 2.5, y_mm), (x_mm + 2.5, y_mm)]
    box = {
        "class": Style(fill=entry.detail, stroke=SOFT, width_pt=0.4),
        "weak": Style(fill=PAPER, stroke=INK, width_pt=0.4, hatch="dots"),
        "fail": FAILED,
    }.get(entry.swatch)
    if box is not None:
        canvas.rectangle((x_mm - 2.5, y_mm - 1.5), 5.0, 3.0, box, z=1)
    elif entry.swatch == "need":
        canvas.lines([ends], Style(stroke=INK, width_pt=NEED_PT), z=2)
    elif entry.swatch == "cabinet":
        draw_cabinet(canvas, (x_mm, y_mm), z=1)
    elif entry.swatch == "ap":
        mark = next(m for m in MARKS if m == entry.detail)
        mark_access_point(canvas, (x_mm, y_mm), mark, "1")
    elif entry.swatch == "wall":
        kind = next(k for k in ("wall", "window", "door", "parapet") if k == entry.detail)
        for stroke in strokes(kind):
            canvas.lines([ends], stroke, z=2)


def draw_scale(drawing: Ground) -> None:
    """Draw the scale bar, the scale as a ratio, and the north arrow at the right end of the legend."""
    canvas, paper = drawing.canvas, drawing.sheet
    bar_m = next(m for m in (200, 100, 50, 20, 10, 5, 2, 1) if m * 1000 / paper.scale <= 42.0)
    bar_mm = bar_m * 1000 / paper.scale
    right, y_mm = paper.width_mm - 10.0, paper.legend_mm - 7.0
    for k, colour in enumerate((INK, PAPER, INK, PAPER)):
        corner = (right - bar_mm + k * bar_mm / 4, y_mm)
        canvas.rectangle(corner, bar_mm / 4, 1.2, Style(fill=colour, stroke=INK, width_pt=0.5), z=1)
    for x_mm, text in ((right - bar_mm, "0"), (right, f"{bar_m} m")):
        write(drawing, (x_mm, y_mm + 2.9), text, 6.0)
    scale = drawing.words["fig.scale"].format(scale=f"{paper.scale:,}")
    canvas.text((right, y_mm - 2.2), scale, Lettering(size_pt=6.0, colour=INK, anchor="end"))
    x_mm = paper.width_mm - 4.0
    arrow = [(x_mm, y_mm + 4), (x_mm - 1.6, y_mm - 2), (x_mm, y_mm - 0.6), (x_mm + 1.6, y_mm - 2)]
    canvas.polygon(arrow, Style(fill=INK), z=1)
    write(drawing, (x_mm, y_mm + 5.4), drawing.words["fig.north"], 6.0)
