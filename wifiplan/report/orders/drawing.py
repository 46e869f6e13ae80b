"""Little drawings on a card, in millimetres of paper: the room with its access point, and where the room lies."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import shapely

from wifiplan.report.orders.orders import Orders
from wifiplan.site.building import Floor, Point, Room
from wifiplan.study.work_orders import WorkOrder

MARGIN_MM = 8.0
"""Left free around a room for the names of its neighbours and for the dimensions."""

_SIDES = (("west", -1, 0), ("east", 1, 0), ("south", 0, -1), ("north", 0, 1))
_BESIDE_M = 0.7
"""How far outside a room its neighbour is looked for: beyond the thickest wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Turns metres of a plan (y north) into millimetres of a drawing (y down)."""

    west_m: float
    north_m: float
    mm_per_m: float
    left_mm: float
    top_mm: float

    @classmethod
    def around(cls, points: Sequence[Point], width_mm: float, height_mm: float, margin_mm: float) -> "Frame":
        """Return the largest frame that holds all points within a box, centred."""
        west, south, east, north = _bounds(points)
        free_x, free_y = width_mm - 2 * margin_mm, height_mm - 2 * margin_mm
        scale = min(free_x / max(east - west, 0.1), free_y / max(north - south, 0.1))
        return cls(
            west_m=west,
            north_m=north,
            mm_per_m=scale,
            left_mm=(width_mm - scale * (east - west)) / 2,
            top_mm=(height_mm - scale * (north - south)) / 2,
        )

    def at(self, point: Point) -> list[float]:
        """Return where a point of the plan lies in the drawing [mm]."""
        x = self.left_mm + (point[0] - self.west_m) * self.mm_per_m
        y = self.top_mm + (self.north_m - point[1]) * self.mm_per_m
        return [round(x, 2), round(y, 2)]


def _bounds(points: Sequence[Point]) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def room_drawing(orders: Orders, order: WorkOrder, width_mm: float, height_mm: float) -> dict[str, object] | None:
    """Return the room of an order as lines and texts: None where it hangs in no room that is drawn."""
    room = orders.rooms.get(order.room_id or "")
    if room is None:
        return None
    floor = orders.floors[order.floor]
    frame = Frame.around(room.polygon, width_mm, height_mm, MARGIN_MM)
    return {
        "outline": [frame.at(p) for p in room.polygon],
        "openings": _openings(floor, room, frame),
        "neighbours": _neighbours(orders, floor, room, frame),
        "ap": frame.at((order.x_m, order.y_m)) if order.x_m is not None and order.y_m is not None else None,
        "others": _others(orders, order, frame),
        "dims": _dimensions(order, frame),
    }


def _dimensions(order: WorkOrder, frame: Frame) -> list[dict[str, object]]:
    """Return the two distances to be measured, from the west and from the south wall."""
    if order.x_m is None or order.y_m is None or order.wall_a_m is None or order.wall_b_m is None:
        return []
    here = (order.x_m, order.y_m)
    return [
        {"from": frame.at((order.x_m - order.wall_a_m, order.y_m)), "to": frame.at(here), "text": _m(order.wall_a_m)},
        {"from": frame.at((order.x_m, order.y_m - order.wall_b_m)), "to": frame.at(here), "text": _m(order.wall_b_m)},
    ]


def _m(value: float) -> str:
    return f"{value:.2f}"


def _others(orders: Orders, order: WorkOrder, frame: Frame) -> list[dict[str, object]]:
    """Return the other access points of the room, so that nobody takes one for another."""
    return [
        {"at": frame.at((other.x_m, other.y_m)), "text": orders.marks.get(other.ap_id, "")}
        for other in orders.every
        if other.room_id == order.room_id and other.ap_id != order.ap_id
        if other.x_m is not None and other.y_m is not None
    ]


def _openings(floor: Floor, room: Room, frame: Frame) -> list[dict[str, object]]:
    """Return doors and windows in the room's walls: an installer finds his bearings by them."""
    ring = shapely.Polygon(room.polygon).exterior
    west, south, east, north = _bounds(room.polygon)
    found: list[dict[str, object]] = []
    for wall in floor.walls:
        (x1, y1), (x2, y2) = wall.line
        outside = max(x1, x2) < west - 0.3 or min(x1, x2) > east + 0.3
        outside = outside or max(y1, y2) < south - 0.3 or min(y1, y2) > north + 0.3
        if wall.kind not in ("door", "window") or outside:
            continue
        piece = shapely.LineString(wall.line).intersection(ring.buffer(0.3, cap_style="flat"))
        if piece.geom_type == "LineString" and piece.length > 0.3:
            ends = [frame.at((float(x), float(y))) for x, y in (piece.coords[0], piece.coords[-1])]
            found.append({"kind": wall.kind, "from": ends[0], "to": ends[1]})
    # a window above a door must not hide it
    return sorted(found, key=lambda piece: piece["kind"] == "door")


def _neighbours(orders: Orders, floor: Floor, room: Room, frame: Frame) -> list[dict[str, object]]:
    """Return what lies beyond each side of a room, to be written there."""
    west, south, east, north = _bounds(room.polygon)
    middle, half = ((west + east) / 2, (south + north) / 2), ((east - west) / 2, (north - south) / 2)
    found: list[dict[str, object]] = []
    for side, dx, dy in _SIDES:
        edge = (middle[0] + dx * half[0], middle[1] + dy * half[1])
        beyond = orders.room_at(floor.level, edge[0] + dx * _BESIDE_M, edge[1] + dy * _BESIDE_M)
        if beyond is not None and beyond.id != room.id:
            found.append({"side": side, "at": frame.at(edge), "text": beyond.name})
    return found


def key_frame(floor: Floor, width_mm: float, height_mm: float) -> Frame | None:
    """Return the frame of a floor's small plan; None for a floor on which nothing is drawn."""
    points = [p for room in floor.rooms for p in room.polygon] or list(floor.outline or ())
    return Frame.around(points, width_mm, height_mm, 1.5) if points else None


def key_svg(floor: Floor, frame: Frame, width_mm: float, height_mm: float) -> str:
    """Return a floor's rooms and cabinets as SVG: one picture that all cards of the floor share."""
    shapes = [
        f'<polygon points="{_path(frame, room.polygon)}" fill="{_fill(room)}" stroke="#555" stroke-width="0.18"/>'
        for room in sorted(floor.rooms, key=lambda r: r.use != "corridor")
    ]
    for cabinet in floor.cabinets:
        x, y = frame.at((cabinet.x_m, cabinet.y_m))
        shapes.append(f'<rect x="{x - 0.7:.2f}" y="{y - 0.7:.2f}" width="1.4" height="1.4" fill="#000"/>')
    size = f'width="{width_mm}mm" height="{height_mm}mm" viewBox="0 0 {width_mm} {height_mm}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {escape(size, quote=False)}>{"".join(shapes)}</svg>'


def _fill(room: Room) -> str:
    return "#e4e4e4" if room.use == "corridor" else "#ffffff"


def _path(frame: Frame, polygon: Sequence[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in map(frame.at, polygon))


def key_overlay(order: WorkOrder, rooms: Mapping[str, Room], frame: Frame) -> dict[str, object]:
    """Return what stands out on the small plan: the room and the access point."""
    room = rooms.get(order.room_id or "")
    placed = order.x_m is not None and order.y_m is not None and math.isfinite(order.x_m)
    return {
        "room": [frame.at(p) for p in room.polygon] if room else [],
        "ap": frame.at((order.x_m or 0.0, order.y_m or 0.0)) if placed else None,
    }
