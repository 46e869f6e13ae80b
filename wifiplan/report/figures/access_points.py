"""Access points of a floor as numbered markers with their channels."""

from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle, RegularPolygon

from wifiplan.report.figures.drawing import INK, PAPER, SOFT, Drawing, backed, font, write
from wifiplan.report.figures.sheet import MM_PER_PT, around, freest, width_em
from wifiplan.report.numbering import ap_numbers, planned_radio
from wifiplan.site.building import Point
from wifiplan.study.records import ApAction, PlannedAccessPoint

AP_MM = 2.0
"""Radius of an access point's marker on paper [mm]."""


def draw_access_points(drawing: Drawing) -> None:
    """Draw the markers of a floor first, then the channels beside them, each on its freest side."""
    numbers = ap_numbers(drawing.plan)
    spots: list[tuple[PlannedAccessPoint, Point]] = []
    for planned in drawing.plan.access_points:
        point = planned.access_point
        if point.floor != drawing.floor.level or point.x_m is None or point.y_m is None:
            continue
        spot = drawing.sheet.mm((point.x_m, point.y_m))
        spots.append((planned, spot))
        drawing.taken.append(around(spot, (2.2 * AP_MM, 2.2 * AP_MM)))
        mark_access_point(drawing.axes, spot, planned.action, str(numbers[point.id]))
    for planned, spot in spots:
        radio = planned_radio(planned, drawing.plan)
        if radio is None or radio.channel is None or planned.action == "removed":
            continue
        _label(drawing, spot, drawing.words["fig.channel"].format(channel=radio.channel))


def _label(drawing: Drawing, spot: Point, text: str) -> None:
    """Write a channel beside its marker, on the side that is freest."""
    size = (width_em(text) * 5.5 * MM_PER_PT, 5.5 * 1.3 * MM_PER_PT)
    up, side = AP_MM + size[1] / 2 + 0.2, AP_MM + size[0] / 2 + 0.5
    x, y = spot
    middle, _ = freest([(x, y - up), (x, y + up), (x + side, y), (x - side, y)], size, drawing.taken)
    box = around(middle, size)
    drawing.taken.append(box)
    backed(drawing.axes, box)
    write(drawing, middle, text, 5.5)


def mark_access_point(axes: Axes, spot: Point, action: ApAction, number: str) -> None:
    """Draw an access point: filled where something must be hung, round or square or edged by action."""
    filled = action in ("new", "replaced")
    shapes: dict[ApAction, Circle | Rectangle | RegularPolygon] = {
        "new": Circle(spot, AP_MM),
        "kept": Circle(spot, AP_MM),
        "retuned": RegularPolygon(spot, 4, radius=1.5 * AP_MM),
        "replaced": Rectangle((spot[0] - AP_MM, spot[1] - AP_MM), 2 * AP_MM, 2 * AP_MM),
        "removed": Circle(spot, AP_MM),
    }
    shape = shapes[action]
    shape.set(facecolor=INK if filled else PAPER, edgecolor=INK, linewidth=0.9, zorder=8)
    if action == "removed":
        shape.set(linestyle=(0, (1.5, 1.0)), edgecolor=SOFT)
    axes.add_patch(shape)
    axes.text(
        *spot,
        "×" if action == "removed" else number,
        fontproperties=font(6.0 if len(number) < 3 else 4.8),
        color=PAPER if filled else INK,
        ha="center",
        va="center_baseline",
        zorder=9,
    )
