"""Rooms, slabs and holes in slabs of an IFC file, as a site has them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wifiplan.files.drawings.ifc.materials import Made, made_of
from wifiplan.files.drawings.ifc.scene import Item
from wifiplan.files.drawings.ifc.shapes import covered, polygons_of
from wifiplan.files.drawings.ifc.storeys import Level
from wifiplan.site.building import Point, Room, Slab
from wifiplan.site.recognition.names import plain, use_of
from wifiplan.site.recognition.outlines import opened, ring

MIN_ROOM_M2 = 0.6
"""A site file takes no smaller room; shafts are smaller."""

NEAR_M = 0.45
"""How far a slab's top may be from the storey's height: floor finishes, sunken bathrooms."""

MIN_VOID_M2 = 1.0
"""Smaller holes of a slab are ducts."""

SEAM_M = 0.35
"""Slabs that end at both faces of a wall are one slab."""

STRIP_M = 0.6
"""What is narrower lies under a wall."""

MIN_COVER_SHARE = 0.5

MIN_SLAB_M, MAX_SLAB_M = 0.04, 1.5
"""Thinner ones are finishes, thicker ones ramps and stairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spaces:
    """The rooms of a floor; `n_used` spaces made them, `n_holes` inner courts were cut out of them."""

    rooms: tuple[Room, ...]
    used: frozenset[int]
    n_holes: int = 0


def rooms_of(spaces: Sequence[Item], taken: set[str], n_twice: Counter[str]) -> Spaces:
    """Return the rooms that spaces are.

    Parameters
    ----------
    spaces : sequence of Item
        Spaces of one floor.
    taken : set of str
        Ids that are given away; those of these rooms are added.
    n_twice : Counter
        How often each number occurs in the file: one that occurs twice is no id.

    Returns
    -------
    Spaces
        Rooms with simple polygons; of a space in several parts each is a room.
    """
    rooms: list[Room] = []
    used: set[int] = set()
    counts: Counter[str] = Counter()
    for space in spaces:
        shape = covered(space.xyz_m[:, :2], space.triangles).buffer(0)
        parts = opened(polygons_of(shape, MIN_ROOM_M2), counts, MIN_ROOM_M2)
        for part in parts:
            polygon = ring(part)
            if len(polygon) < 3 or shapely.Polygon(polygon).area < MIN_ROOM_M2:
                continue
            number, name = plain(space.name), plain(space.long_name)
            base = number if number and n_twice[space.name] == 1 else f"S{space.id}"
            rooms.append(_room(_unused(base[:60], taken), (name or number)[:120], polygon))
            used.add(space.id)
    return Spaces(rooms=tuple(rooms), used=frozenset(used), n_holes=counts["holes"])


def _room(ident: str, name: str, polygon: tuple[Point, ...]) -> Room:
    return Room(id=ident, name=name or ident, use=use_of(name), polygon=polygon)


def _unused(base: str, taken: set[str]) -> str:
    name, n = base, 2
    while name in taken:
        name, n = f"{base}-{n}", n + 1
    taken.add(name)
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a floor stands on; `made` is None where no slab was found there, `covered` is the area of all its slabs."""

    slab: Slab
    made: Made | None = None
    used: frozenset[int] = frozenset()
    covered: BaseGeometry = field(default_factory=shapely.Polygon)


def ground_of(level: Level, slabs: Iterable[Item], openings: Iterable[Item], unit_m: float) -> Ground:
    """Return the slab that a floor stands on, the one of the largest area, and the holes in all of them together.

    Parameters
    ----------
    level : Level
        The floor.
    slabs : iterable of Item
        All slabs of the file.
    openings : iterable of Item
        All openings that are cut out of slabs; `host` says of which.
    unit_m : float
        Metres a unit of layers.
    """
    here: dict[int, tuple[Item, BaseGeometry]] = {}
    for slab in slabs:
        low, high = slab.z_m
        if abs(high - level.z_m) <= NEAR_M and MIN_SLAB_M <= high - low <= MAX_SLAB_M:
            here[slab.id] = (slab, covered(slab.xyz_m[:, :2], slab.triangles))
    if not here:
        return Ground(slab=Slab())
    largest, _ = max(here.values(), key=lambda pair: (float(pair[1].area), -pair[0].id))
    low, high = largest.z_m
    made = made_of(
        largest.layers, (*largest.words, largest.name), unit_m=unit_m, thickness_m=high - low, default="concrete"
    )
    cut = [covered(o.xyz_m[:, :2], o.triangles) for o in openings if o.host in here and len(o.xyz_m)]
    whole = shapely.union_all([s.buffer(SEAM_M, join_style="mitre") for _, s in here.values()])
    whole = shapely.difference(whole.buffer(-SEAM_M, join_style="mitre"), shapely.union_all(cut))
    return Ground(
        slab=Slab(material=made.material, thickness_m=round(float(np.clip(high - low, 0.05, 2.0)), 3)),
        made=made,
        used=frozenset(here),
        covered=whole,
    )


def voids_of(ground: Ground, outline: tuple[Point, ...] | None) -> list[tuple[Point, ...]]:
    """Return where a floor has no slab: stairwells and atria, not the strips that walls stand on.

    A slab that covers less than half of its floor is drawn in part only, and tells nothing of holes.
    """
    if outline is None or ground.made is None:
        return []
    whole = shapely.Polygon(outline)
    open_to = shapely.difference(whole.buffer(-0.01), ground.covered)
    if open_to.area > (1.0 - MIN_COVER_SHARE) * whole.area:
        return []
    wide = open_to.buffer(-STRIP_M / 2, join_style="mitre").buffer(STRIP_M / 2, join_style="mitre")
    parts = polygons_of(shapely.intersection(wide, whole.buffer(-0.01)), MIN_VOID_M2)
    return [ring(part) for part in parts if not part.interiors]
