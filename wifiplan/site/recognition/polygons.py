"""Walls drawn as areas: plans of walls become centre lines with thickness, and every area's fate is told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.polygon import orient

from wifiplan.site.building import Point, WallKind
from wifiplan.site.recognition import bodies
from wifiplan.site.recognition.bodies import Bars
from wifiplan.site.recognition.faces import cleaned
from wifiplan.site.recognition.junctions import closed
from wifiplan.site.recognition.lumps import is_lump, lump_bars
from wifiplan.site.recognition.merging import line_of, ordered
from wifiplan.site.recognition.pairing import Limits, doubles
from wifiplan.site.recognition.records import Merged, WallLine
from wifiplan.site.recognition.shapes import Shapes, near_pairs, parts_of, segments
from wifiplan.units import Array, BoolArray, IntArray

LIMITS = Limits(thick_m=1.5, bridge_m=1.6)
"""Where the body is known, walls may be as thick as piers and old masonry."""
GRID_M = 1e-4
LEAST_M2 = 1e-4
REST_M2 = 0.02
"""What walls leave of an area becomes a wall of its own from this on; less is the wedge of an oblique corner."""
WEDGE_M = 0.08
"""What is nowhere wider is a wedge between chords, or plaster."""
WALLED_SHARE = 0.5
"""An area so far covered by walls is walled; the others are hardly wider than a line."""
MEET_M = 0.02
"""Centre lines this near meet."""
ROUNDS = 3
"""What walls leave is told as walls again, and after so many rounds as lumps."""
FAR_M = 1e7
"""No coordinate of a place on Earth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A wall's plan: an outer ring and its holes [m]; what is known of the wall, and the drawing's word for its origin.

    `thickness_m` is what the drawing says, where that is not what it draws.
    """

    ring: Sequence[Point]
    holes: Sequence[Sequence[Point]] = ()
    kind: WallKind = "wall"
    material: str | None = None
    thickness_m: float | None = None
    source: str = ""


def merge_areas(areas: Sequence[Area]) -> Merged:
    """Return the walls that areas stand for, areas of one kind and material that touch taken as one.

    Parameters
    ----------
    areas : sequence of Area
        Plans of walls [m]: a bar, an L, a whole storey's walls with the rooms as holes. Rings that cross themselves are
        mended.

    Returns
    -------
    Merged
        Centre lines with thickness, each with the source of the area that most of it is in. The fates, one an area, are
        "walled", "broken" where it encloses nothing, "slight" where it is too small for a wall. The counts are those of
        the fates and "areas" in all, "lumps" (columns, rests of walls: as wide as long), "joined" ends, and "wedges"
        that no wall covers: of oblique corners, of chords; `left_m2` in all.

    Examples
    --------
    >>> corner = Area(ring=[(0, 0), (5, 0), (5, 3), (4.8, 3), (4.8, 0.2), (0, 0.2)])
    >>> [(wall.a, wall.b, wall.thickness_m) for wall in merge_areas([corner]).walls]
    [((0.0, 0.1), (4.9, 0.1), 0.2), ((4.9, 0.1), (4.9, 3.0), 0.2)]
    """
    counts: Counter[str] = Counter(areas=len(areas))
    shapes = np.array([_shape(area) for area in areas], dtype=object)
    fates = ["broken"] * len(areas)
    walls: list[WallLine] = []
    left_m2 = 0.0
    groups: dict[tuple[WallKind, str | None, float | None], list[int]] = {}
    for n in np.flatnonzero(~shapely.is_empty(shapes)).tolist() if len(areas) else []:
        groups.setdefault((areas[n].kind, areas[n].material, areas[n].thickness_m), []).append(n)
    for (kind, _, thickness_m), members in groups.items():
        bars, rest_m2 = _group(shapes[members], counts, whole=kind in {"door", "window"})
        left_m2 += rest_m2
        source, share = _sources(bars, shapes[members])
        for n, covered in zip(members, share.tolist(), strict=True):
            fates[n] = "walled" if covered >= WALLED_SHARE else "slight"
        if thickness_m is not None:
            bars = bars._replace(thick_m=np.full(len(bars.a), thickness_m))
        of = [areas[members[k]] for k in source.tolist()]
        walls.extend(line_of(of[n], kind, bars, n) for n in ordered(bars))
    counts.update(fates)
    return Merged(walls=tuple(walls), counts=dict(+counts), fates=tuple(fates), left_m2=left_m2)


def _shape(area: Area) -> shapely.Geometry:
    rings = [np.asarray(ring, dtype=np.float64).reshape(-1, 2) for ring in (area.ring, *area.holes)]
    rings = [ring for ring in rings if len(ring) >= 3 and np.isfinite(ring).all() and np.abs(ring).max() < FAR_M]
    if not rings or len(area.ring) < 3 or len(rings[0]) != len(area.ring):
        return shapely.Polygon()
    shape = shapely.Polygon(rings[0], rings[1:])
    mended = shape if shape.is_valid else shapely.make_valid(shape)
    return shapely.union_all([part for part in shapely.get_parts(mended) if part.geom_type.endswith("Polygon")])


def _group(shapes: Shapes, counts: Counter[str], *, whole: bool) -> tuple[Bars, float]:
    """Return the walls of areas that belong together, and what they leave uncovered [m2]."""
    # edges that two areas share are no faces
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=GRID_M)
    near = np.zeros(len(shapes), dtype=np.bool_)
    near[one[one != other]] = True
    # a union of what lies apart takes long
    together = [shapely.union_all(shapes[near], grid_size=GRID_M)]
    alone = shapely.set_precision(shapes[~near], GRID_M)
    parts = np.asarray(shapely.get_parts([*together, *alone.tolist()]), dtype=object)
    parts = parts[(shapely.area(parts) > LEAST_M2) & (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON)]
    found: list[Bars] = []
    left_m2 = 0.0
    for n in range(ROUNDS):
        # what faces have not told by now is told as a lump
        lump = is_lump(parts, whole=whole) | (n == ROUNDS - 1)
        bars, told = _bars(parts, counts, lump)
        # rests are not led to the other walls' middle: they lie beside them
        found.append(bars)
        parts, wedges = _rests(_uncovered(told, bars))
        counts["wedges"] += len(wedges)
        left_m2 += float(shapely.area(wedges).sum())
        if len(parts) == 0:
            break
    return bodies.stacked(found), left_m2


def _rests(rest: shapely.Geometry) -> tuple[Shapes, Shapes]:
    """Return what of a rest is as wide as a wall, without the slivers that hang on it, and these."""
    cores = parts_of(shapely.buffer(rest, -WEDGE_M / 2, join_style="mitre"))
    lumps = parts_of(shapely.union_all(shapely.buffer(cores, WEDGE_M / 2, join_style="mitre")))
    lumps = lumps[shapely.area(lumps) >= REST_M2]
    wedges = parts_of(shapely.difference(rest, shapely.union_all(lumps), grid_size=GRID_M))
    return lumps, wedges[shapely.area(wedges) > LEAST_M2]


def _uncovered(whole: shapely.Geometry, bars: Bars) -> shapely.Geometry:
    """Return what of an area lies in no wall's body, nor where the bodies of two that meet cross."""
    if shapely.is_empty(whole):
        return whole
    lines = segments(bars.a, bars.b)
    one, other = near_pairs(shapely.STRtree(lines), lines, distance_m=MEET_M)
    one, other = one[one < other], other[one < other]
    strips = [bodies.rectangles(bars.take(n), longer_m=bars.thick_m[k] / 2) for n, k in ((one, other), (other, one))]
    corners = shapely.intersection(strips[0], strips[1])
    covered = shapely.union_all(np.concatenate([bodies.rectangles(bars), corners]), grid_size=GRID_M)
    return shapely.difference(whole, covered, grid_size=GRID_M)


def _bars(parts: Shapes, counts: Counter[str], lump: BoolArray) -> tuple[Bars, shapely.Geometry]:
    """Return the walls of polygons, their ends led to one another, and the polygons that faces told the walls of."""
    long = np.flatnonzero(~lump)
    bars, alone = _between(parts[long])
    lump[long[alone]] = True
    counts["lumps"] += int(lump.sum())
    bars, n_joined = closed(bodies.stacked([bars, lump_bars(parts[lump])]))
    counts["joined"] += n_joined
    # a lump's wall has its area, if not its shape
    return bars, shapely.union_all(parts[~lump])


def _between(parts: Shapes) -> tuple[Bars, IntArray]:
    """Return the walls between facing edges of polygons, and which polygons have none."""
    if len(parts) == 0:
        return bodies.none(), np.empty(0, dtype=np.int64)
    edges, owner = _edges(parts)
    # the body is left of every edge: outer rings run against the clock, holes with it
    lines, _ = cleaned(edges[:, 0], edges[:, 1], np.ones(len(edges), dtype=np.int64))
    bars, _ = doubles(lines, Counter(), LIMITS)
    return bars, np.setdiff1d(np.arange(len(parts)), owner[bars.owner_n])


def _edges(parts: Shapes) -> tuple[Array, IntArray]:
    """Return all edges (n, 2, 2) with the body at their left, and the part that each is of."""
    edges: list[Array] = []
    owner: list[IntArray] = []
    for n, part in enumerate(parts.tolist()):
        turned = orient(part, sign=1.0)
        for line in (turned.exterior, *turned.interiors):
            corners = shapely.get_coordinates(shapely.simplify(line, 1e-3))
            edges.append(np.stack([corners[:-1], corners[1:]], axis=1))
            owner.append(np.full(len(corners) - 1, n, dtype=np.int64))
    return np.concatenate(edges), np.concatenate(owner)


def _sources(bars: Bars, shapes: Shapes) -> tuple[IntArray, Array]:
    """Return the area that most of each wall is in, and which share of each area walls cover."""
    drawn = bodies.rectangles(bars, longer_m=bars.thick_m / 2)
    area, wall = shapely.STRtree(drawn).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[area], drawn[wall]))
    order = np.lexsort((shared, wall))
    best = np.zeros(len(bars.a), dtype=np.int64)
    best[wall[order]] = area[order]
    covered = np.bincount(area, weights=shared, minlength=len(shapes))
    return best, covered / np.maximum(shapely.area(shapes), 1e-12)
