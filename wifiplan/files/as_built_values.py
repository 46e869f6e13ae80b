"""Place and radio of one row of install.xlsx: cells that only make sense together, and against the plan."""

from collections.abc import Sequence

from wifiplan.catalog.spectrum import channels, widths_mhz
from wifiplan.files import as_built_cells as cells
from wifiplan.files.as_built_row import RowCells
from wifiplan.files.network_checks import MAX_SPAN_M
from wifiplan.site.building import Point, Room
from wifiplan.site.geometry import point_from_walls
from wifiplan.site.network import Band
from wifiplan.study.work_orders import WorkOrder

APART_M = 0.1
"""Two ways of giving one place may differ so much: an installer's tape."""


def place(row: RowCells, order: WorkOrder | None, room: Room | None, planned_room: Room | None) -> Point | None:
    """Return the reported place: x and y as they are, or counted from the walls; one blank of two is as planned.

    `room` is another room than planned, `planned_room` the planned one. None: not reported.
    """
    x_m, y_m = (
        row.value(key, lambda text: cells.metres(text, -MAX_SPAN_M, MAX_SPAN_M)) for key in ("built_x", "built_y")
    )
    walls = [
        row.value(key, lambda text: cells.metres(text, 0.0, MAX_SPAN_M)) for key in ("built_wall_a", "built_wall_b")
    ]
    here = order if room is None else None
    measured = _from_walls(row, here, room or planned_room, walls)
    if x_m is None and y_m is None:
        return measured
    if here is not None:
        x_m, y_m = (here.x_m if x_m is None else x_m), (here.y_m if y_m is None else y_m)
    if x_m is None or y_m is None:
        row.fault(
            "built_x" if x_m is None else "built_y",
            "one of x and y is blank, and the plan has no place for it",
            "give both",
        )
        return None
    if measured is not None and max(abs(measured[0] - x_m), abs(measured[1] - y_m)) > APART_M:
        row.fault("built_x", "x and y are another place than the distances from the walls", "leave one pair blank")
    return x_m, y_m


def _from_walls(
    row: RowCells, order: WorkOrder | None, room: Room | None, walls: Sequence[float | None]
) -> Point | None:
    if walls[0] is None and walls[1] is None:
        return None
    key = "built_wall_a" if walls[0] is not None else "built_wall_b"
    if room is None:
        row.fault(key, "it hangs in no room whose walls are known", "give x and y, or the room")
        return None
    planned = (None, None) if order is None else (order.wall_a_m, order.wall_b_m)
    west, south = (given if own is None else own for own, given in zip(walls, planned, strict=True))
    if west is None or south is None:
        row.fault(key, "the distance from the other wall is blank", "give both")
        return None
    expected = None if order is None or order.x_m is None or order.y_m is None else (order.x_m, order.y_m)
    found = point_from_walls(room.polygon, west, south, expected)
    if found is None:
        xs, ys = [x for x, _ in room.polygon], [y for _, y in room.polygon]
        size = f"{max(xs) - min(xs):.1f} m by {max(ys) - min(ys):.1f} m"
        problem = f"{west:g} m from the west and {south:g} m from the south wall lie outside {room.name} ({size})"
        row.fault(key, problem, "measure inside the room, in metres")
    return found


def width_mhz(row: RowCells, country: str, band: Band) -> int | None:
    """Return the width as set; a fault where the band has none such."""
    width = row.value("built_width", lambda text: cells.figure(text, "mhz", 1, 320))
    known = widths_mhz(country, band)
    if width is None or width in known:
        return None if width is None else int(width)
    row.fault("built_width", f"{width:g} MHz is no width of {band} GHz", f"one of {', '.join(map(str, known))}")
    return None


def channel(row: RowCells, country: str, band: Band, width: int | None) -> int | None:
    """Return the channel as set, in the plan's numbers; a fault where the band has none such.

    A plan names a wide channel by its middle, most controllers by its first 20 MHz: 44 at 40 MHz is 46.

    Parameters
    ----------
    row : RowCells
        The row.
    country, band : str
        Whose channels count.
    width : int or None
        Width as set or as planned [MHz]; None takes any.
    """
    number = row.value("built_channel", cells.channel)
    if number is None:
        return None
    widths = widths_mhz(country, band) if width is None else (width,)
    wide = [c for w in widths for c in channels(country, band, w, all_legal=True)]
    if any(c.number == number for c in wide):
        return number
    narrow = next((c for c in channels(country, band, 20, all_legal=True) if c.number == number), None)
    if narrow is not None:
        around = [c for c in wide if c.low_hz <= narrow.low_hz and narrow.high_hz <= c.high_hz]
        if around:
            return around[0].number
    at = "" if width is None else f" at {width} MHz"
    known = ", ".join(str(c.number) for c in wide)
    row.fault("built_channel", f"{number} is no channel of {band} GHz{at}", f"one of {known}")
    return None
