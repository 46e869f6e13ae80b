"""Walls, doors and windows of a plan as a site's pieces of wall: what is below, in and above each opening."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wifiplan.site.building import Wall
from wifiplan.site.recognition.records import WallLine
from wifiplan.site.wing import Facade

LEAST_BAND_M = 0.02
"""A band above an opening lower than this is the joint below the slab."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heights:
    """How high things stand, and what they are made of, where a drawing does not say.

    Parameters
    ----------
    top_m : float
        Underside of the slab above [m].
    door_m, sill_m, lintel_m : float
        Heights of doors, window sills and the upper edge of windows [m].
    parapet_m : float
        Height of a parapet [m].
    material, door, window : str
        Materials of walls, doors and windows.
    """

    top_m: float = 3.15
    door_m: float = Facade().door_top_m
    sill_m: float = Facade().sill_m
    lintel_m: float = Facade().lintel_m
    parapet_m: float = Facade().parapet_m
    material: str = "brick"
    door: str = "wood"
    window: str = "glass"


def site_walls(walls: Sequence[WallLine], heights: Heights | None = None) -> tuple[Wall, ...]:
    """Return pieces of wall for a site's floor.

    A door is its leaf with wall above it; a window is glass with wall below and above it.

    Parameters
    ----------
    walls : sequence of WallLine
        Walls and openings as `place_openings` returns them.
    heights : Heights or None
        What the drawing does not say.

    Examples
    --------
    >>> door = WallLine(a=(2, 0), b=(3, 0), kind="door", thickness_m=0.2, around="concrete")
    >>> [(w.kind, w.material, w.bottom_m, w.top_m, w.thickness_m) for w in site_walls([door])]
    [('door', 'wood', 0.0, 2.1, None), ('wall', 'concrete', 2.1, 3.15, 0.2)]
    """
    known = heights or Heights()
    return tuple(piece for wall in walls for piece in _pieces(wall, known))


def _pieces(wall: WallLine, heights: Heights) -> Iterator[Wall]:
    top, line = heights.top_m, (wall.a, wall.b)
    if wall.kind in {"wall", "parapet"}:
        end = min(heights.parapet_m, top) if wall.kind == "parapet" else top
        material = wall.material or heights.material
        yield Wall(line=line, material=material, top_m=end, kind=wall.kind, thickness_m=wall.thickness_m)
        return
    is_door = wall.kind == "door"
    low, high = (0.0, heights.door_m) if is_door else (heights.sill_m, heights.lintel_m)
    high = min(high, top)
    around = wall.around or heights.material
    if low > LEAST_BAND_M:
        yield Wall(line=line, material=around, top_m=low, kind="parapet", thickness_m=wall.thickness_m)
    material = wall.material or (heights.door if is_door else heights.window)
    yield Wall(line=line, material=material, bottom_m=low, top_m=high, kind=wall.kind)
    if top - high > LEAST_BAND_M:
        yield Wall(line=line, material=around, bottom_m=high, top_m=top, thickness_m=wall.thickness_m)
