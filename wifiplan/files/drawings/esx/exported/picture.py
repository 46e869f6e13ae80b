"""A floor as a picture: what a project shows under its walls."""

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

from wifiplan.site.building import Floor, Point, RoomUse, WallKind

_PAPER = 255
_ROOM_GREY: dict[RoomUse, int] = {"classroom": 225, "specialist": 215, "office": 240, "corridor": 248, "other": 244}
_WALL_GREY: dict[WallKind, int] = {"wall": 40, "door": 170, "window": 130, "parapet": 150}
_EDGE_GREY = 190
_THIN_M = 0.12
"""Walls without a thickness are drawn as wide as half a brick."""


def drawn_png(floor: Floor, units: Callable[[Point], Point], size: tuple[int, int], unit_m: float) -> bytes:
    """Return a floor as a grey PNG.

    Parameters
    ----------
    floor : Floor
        Its rooms are filled, its walls drawn as thick as they are.
    units : callable
        Gives the pixel of a point of the site.
    size : (int, int)
        Width and height [px].
    unit_m : float
        Metres a pixel [m].
    """
    picture = Image.new("L", size, _PAPER)
    draw = ImageDraw.Draw(picture)
    for room in floor.rooms:
        draw.polygon([units(point) for point in room.polygon], fill=_ROOM_GREY[room.use], outline=_EDGE_GREY)
    # doors and windows lie over the walls that they are cut into
    for wall in sorted(floor.walls, key=lambda one: one.kind != "wall"):
        width = max(2, round((wall.thickness_m or _THIN_M) / unit_m))
        draw.line([units(point) for point in wall.line], fill=_WALL_GREY[wall.kind], width=width)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()
