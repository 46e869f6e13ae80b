"""Entities of a DXF as polylines: curves become chords, object coordinates world coordinates."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from ezdxf import path as ezpath
from ezdxf.entities.boundary_paths import PolylinePath
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.lldxf.const import DXFError
from ezdxf.math import OCS, Vec3

from wifiplan.units import Array

CHORD_RAD = math.radians(15)
"""Bows become chords of no more than this: 1 cm beside the bow of a door leaf."""
MAX_CHORDS = 400
MAX_CONTROL_POINTS = 5_000
"""A spline with more is a contour of a terrain, no wall; its chords would take minutes."""
MAX_PIECES = 2_000
"""Most pieces that one multiline or hatch boundary is taken apart into."""

BROKEN = (DXFError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, AssertionError)
"""What ezdxf raises on entities whose values make no sense."""


class Traced(NamedTuple):
    """A polyline (n, 3), and whether it is a bow of a circle."""

    points: Array
    is_bow: bool = False


def traced(entity: DXFEntity) -> list[Traced] | None:
    """Return an entity's polylines in the coordinates of its layout; None: a kind that is no line of a plan.

    Raises
    ------
    any of `BROKEN`
        The entity's values make no sense.
    """
    how = _HOW.get(entity.dxftype())
    return None if how is None else list(how(entity))


def kinds() -> frozenset[str]:
    """Return the kinds of entities that are traced."""
    return frozenset(_HOW)


def _line(entity: DXFEntity) -> Iterator[Traced]:
    start, end = entity.dxf.start, entity.dxf.end
    yield Traced(np.array([start.xyz, end.xyz]))


def _bow(centre: Vec3, radius: float, start_rad: float, span_rad: float) -> Array:
    n = min(MAX_CHORDS, max(2, math.ceil(abs(span_rad) / CHORD_RAD)))
    angle = start_rad + span_rad * np.linspace(0.0, 1.0, n + 1)
    return np.stack(
        [centre.x + radius * np.cos(angle), centre.y + radius * np.sin(angle), np.full(n + 1, centre.z)], axis=1
    )


def _arc(entity: DXFEntity) -> Iterator[Traced]:
    start = math.radians(entity.dxf.start_angle)
    span = (math.radians(entity.dxf.end_angle) - start) % math.tau or math.tau
    points = _bow(entity.dxf.center, entity.dxf.radius, start, span)
    yield Traced(_world(points, entity), is_bow=True)


def _circle(entity: DXFEntity) -> Iterator[Traced]:
    yield Traced(_world(_bow(entity.dxf.center, entity.dxf.radius, 0.0, math.tau), entity))


def _world(points: Array, entity: DXFEntity) -> Array:
    """Return points of an entity's own plane in world coordinates; mirrored ones have their extrusion down."""
    extrusion = entity.dxf.get("extrusion")
    if extrusion is None or (extrusion.x == 0 and extrusion.y == 0 and extrusion.z > 0):
        return points
    if not extrusion.magnitude > 0:
        return points
    ocs = OCS(extrusion)
    axes = np.array([ocs.ux.xyz, ocs.uy.xyz, ocs.uz.xyz])
    return np.asarray(points @ axes)


def _lwpolyline(entity: DXFEntity) -> Iterator[Traced]:
    corners = np.array(entity.get_points("xyb"), dtype=np.float64).reshape(-1, 3)  # type: ignore[attr-defined]
    closed = bool(entity.dxf.flags & 1)
    yield from _bulged(entity, corners[:, :2], corners[:, 2], float(entity.dxf.get("elevation", 0.0)), closed)


def _polyline(entity: DXFEntity) -> Iterator[Traced]:
    if entity.dxf.flags & (16 | 64):  # a mesh: a solid's skin, no line of a plan
        return
    vertices = [v.dxf for v in entity.vertices if not v.dxf.flags & 16]  # type: ignore[attr-defined]
    if not vertices:
        return
    xyz = np.array([v.location.xyz for v in vertices])
    closed = bool(entity.dxf.flags & 1)
    if entity.dxf.flags & 8:
        yield Traced(np.vstack([xyz, xyz[:1]]) if closed else xyz)
        return
    bulges = np.array([float(v.get("bulge", 0.0)) for v in vertices])
    yield from _bulged(entity, xyz[:, :2], bulges, float(xyz[0, 2]), closed)


def _bulged(entity: DXFEntity, xy: Array, bulges: Array, z: float, closed: bool) -> Iterator[Traced]:  # noqa: FBT001 - a flag of the format
    """Yield the straight runs of a polyline, and every bow on its own."""
    if closed and len(xy):
        xy = np.vstack([xy, xy[:1]])
    if len(xy) < 2:
        return
    bulges = bulges[: len(xy) - 1]
    xyz = np.column_stack([xy, np.full(len(xy), z)])
    curved = np.flatnonzero(np.isfinite(bulges) & (np.abs(bulges) > 1e-6))
    start = 0
    for n in curved.tolist():
        if n > start:
            yield Traced(_world(xyz[start : n + 1], entity))
        yield Traced(_world(_bulge_points(xyz[n], xyz[n + 1], float(bulges[n])), entity), is_bow=True)
        start = n + 1
    if start < len(xyz) - 1:
        yield Traced(_world(xyz[start:], entity))


def _bulge_points(a: Array, b: Array, bulge: float) -> Array:
    """Return the chords of a bow from a to b; `bulge` is the tangent of a quarter of its angle."""
    span = 4 * math.atan(bulge)
    chord = b - a
    middle = (a + b) / 2
    # the centre lies beside the chord's middle, to the left for a bow against the clock of less than half a turn
    offset = (1 / bulge - bulge) / 4
    centre = middle + offset * np.array([-chord[1], chord[0], 0.0])
    radius = float(np.hypot(*(a - centre)[:2]))
    start = math.atan2(a[1] - centre[1], a[0] - centre[0])
    points = _bow(Vec3(*centre), radius, start, span)
    points[0], points[-1] = a, b
    return points


def _curve(entity: DXFEntity) -> Iterator[Traced]:
    if entity.dxftype() == "SPLINE":
        n = max(len(entity.control_points), len(entity.fit_points))  # type: ignore[attr-defined]
        if n > MAX_CONTROL_POINTS or entity.dxf.degree > 11:
            return
    curve = ezpath.make_path(entity)
    yield Traced(_chords(curve))


def _chords(curve: ezpath.Path) -> Array:
    box = curve.control_vertices()
    size = max((abs(v.x - box[0].x) + abs(v.y - box[0].y) for v in box), default=0.0)
    if not math.isfinite(size) or size <= 0:
        return np.empty((0, 3))
    return np.array([v.xyz for v in curve.flattening(size / 100, segments=4)])


def _corners(entity: DXFEntity) -> Iterator[Traced]:
    found = [v.xyz for v in entity.wcs_vertices()]  # type: ignore[attr-defined]
    if len(found) > 2:
        yield Traced(np.array([*found, found[0]]))


def _hatch(entity: DXFEntity) -> Iterator[Traced]:
    paths = entity.paths  # type: ignore[attr-defined]
    if sum(len(one.vertices) if isinstance(one, PolylinePath) else len(one.edges) for one in paths) > MAX_PIECES:
        return
    for curve in ezpath.from_hatch(entity):  # type: ignore[arg-type]
        points = _chords(curve)
        if len(points) > 2:
            yield Traced(np.vstack([points, points[:1]]))


def _pieces(entity: DXFEntity) -> Iterator[Traced]:
    """Yield the parts of an entity that is a bundle of others: a multiline, what an add-on left as a picture."""
    for n, part in enumerate(entity.virtual_entities()):  # type: ignore[attr-defined]
        if n >= MAX_PIECES:
            return
        how = _HOW.get(part.dxftype())
        if how is not None and how is not _pieces:
            yield from how(part)


_HOW: dict[str, Callable[[DXFEntity], Iterator[Traced]]] = {
    "LINE": _line,
    "ARC": _arc,
    "CIRCLE": _circle,
    "LWPOLYLINE": _lwpolyline,
    "POLYLINE": _polyline,
    "ELLIPSE": _curve,
    "SPLINE": _curve,
    "SOLID": _corners,
    "TRACE": _corners,
    "3DFACE": _corners,
    "HATCH": _hatch,
    "MPOLYGON": _hatch,
    "MLINE": _pieces,
    "ACAD_PROXY_ENTITY": _pieces,
}
