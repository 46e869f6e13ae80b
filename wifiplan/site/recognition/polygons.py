"""Walls drawn as areas: rings of a wall's plan become centre lines with thickness."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.polygon import orient

from wifiplan.site.building import Point
from wifiplan.site.recognition import bodies
from wifiplan.site.recognition.bodies import Bars
from wifiplan.site.recognition.faces import cleaned
from wifiplan.site.recognition.junctions import closed
from wifiplan.site.recognition.merging import line_of, ordered
from wifiplan.site.recognition.pairing import Limits, doubles
from wifiplan.site.recognition.records import Merged, WallLine
from wifiplan.units import Array, IntArray

LIMITS = Limits(thick_m=1.5, bridge_m=1.6)
"""Where the body is known, walls may be as thick as piers and old masonry."""
GRID_M = 1e-4
LEAST_M2 = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A wall's plan: an outer ring and its holes [m]; the material, and the drawing's word for where it comes from."""

    ring: Sequence[Point]
    holes: Sequence[Sequence[Point]] = ()
    material: str | None = None
    source: str = ""


def merge_areas(areas: Sequence[Area]) -> Merged:
    """Return the walls that areas stand for, areas that touch taken as one.

    Parameters
    ----------
    areas : sequence of Area
        Plans of walls [m]: a bar, an L, a whole storey's walls with the rooms as holes. Rings that cross themselves are
        mended.

    Returns
    -------
    Merged
        Centre lines with thickness. The counts are those of strokes (the edges), and "areas", "broken" ones that
        enclose nothing, and "blocks": areas as wide as long or too thick for a wall, which become one wall each.

    Examples
    --------
    >>> corner = Area(ring=[(0, 0), (5, 0), (5, 3), (4.8, 3), (4.8, 0.2), (0, 0.2)])
    >>> [(wall.a, wall.b, wall.thickness_m) for wall in merge_areas([corner]).walls]
    [((0.0, 0.1), (4.9, 0.1), 0.2), ((4.9, 0.1), (4.9, 3.0), 0.2)]
    """
    counts: Counter[str] = Counter(areas=len(areas))
    walls: list[WallLine] = []
    groups: dict[str | None, list[Area]] = {}
    for area in areas:
        groups.setdefault(area.material, []).append(area)
    for group in groups.values():
        shapes = [_shape(area) for area in group]
        counts["broken"] += int(shapely.is_empty(np.array(shapes, dtype=object)).sum())
        # edges that two areas share are no faces
        whole = shapely.union_all(shapes, grid_size=GRID_M)
        bars = _bars([part for part in shapely.get_parts(whole) if part.area > LEAST_M2], counts)
        first = next((area for area in group if area.source), group[0])
        bars, n_joined = closed(bars)
        counts["joined"] += n_joined
        walls.extend(line_of(first, "wall", bars, n) for n in ordered(bars))
    return Merged(walls=tuple(walls), counts=dict(+counts))


def _shape(area: Area) -> shapely.Geometry:
    rings = [np.asarray(ring, dtype=np.float64).reshape(-1, 2) for ring in (area.ring, *area.holes)]
    rings = [ring for ring in rings if len(ring) >= 3 and np.isfinite(ring).all() and np.abs(ring).max() < 1e7]
    if not rings or len(area.ring) < 3 or len(rings[0]) != len(area.ring):
        return shapely.Polygon()
    shape = shapely.Polygon(rings[0], rings[1:])
    mended = shape if shape.is_valid else shapely.make_valid(shape)
    parts = [part for part in shapely.get_parts(mended) if part.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts)


def _bars(parts: Sequence[shapely.Polygon], counts: Counter[str]) -> Bars:
    if not parts:
        return bodies.none()
    edges, owner = _edges(parts)
    counts["strokes"] += len(edges)
    # the body is left of every edge: outer rings run against the clock, holes with it
    lines, fates = cleaned(edges[:, 0], edges[:, 1], np.ones(len(edges), dtype=np.int64))
    counts.update(fates)
    bars, _ = doubles(lines, counts, LIMITS)
    bars = bars._replace(owner_n=owner[bars.owner_n])
    counts["double"] += len(bars.a)
    bare = np.setdiff1d(np.arange(len(parts)), bars.owner_n)
    blocks = [_block(parts[n]) for n in bare.tolist()]
    counts["blocks"] += len(blocks)
    if blocks:
        ends = np.array([(a, b) for a, b, _ in blocks])
        thick = np.array([one[2] for one in blocks])
        more = Bars(ends[:, 0], ends[:, 1], thick, bare, np.full(len(bare), 4, dtype=np.int64))
        bars = bodies.stacked([bars, more])
    return bars


def _edges(parts: Sequence[shapely.Polygon]) -> tuple[Array, IntArray]:
    """Return all edges (n, 2, 2) with the body at their left, and the part that each is of."""
    edges: list[Array] = []
    owner: list[IntArray] = []
    for n, part in enumerate(parts):
        turned = orient(part, sign=1.0)
        for line in (turned.exterior, *turned.interiors):
            corners = shapely.get_coordinates(shapely.simplify(line, 1e-3))
            edges.append(np.stack([corners[:-1], corners[1:]], axis=1))
            owner.append(np.full(len(corners) - 1, n, dtype=np.int64))
    return np.concatenate(edges), np.concatenate(owner)


def _block(part: shapely.Polygon) -> tuple[Point, Point, float]:
    """Return a compact area as one wall: the longer axis of the box around it, of the same area."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(part))
    sides = np.hypot(*np.diff(corners[:3], axis=0).T)
    k = 0 if sides[0] >= sides[1] else 1
    a, b = (corners[k] + corners[(k + 3) % 4]) / 2, (corners[k + 1] + corners[k + 2]) / 2
    thick = min(part.area / max(float(sides[k]), 1e-6), 3.0)
    return (float(a[0]), float(a[1])), (float(b[0]), float(b[1])), thick
