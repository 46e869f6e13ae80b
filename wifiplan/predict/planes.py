"""The mirrors of a building: its slabs, and the planes in which its walls stand."""

from dataclasses import dataclass

import numpy as np

from wifiplan.predict.obstacles import Obstacles
from wifiplan.units import Array, IntArray

SAME_M = 1e-3
"""Walls whose lines differ by less lie in one plane [m]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """A slab: elevation [m], kind, and the edges (e, 4) of its outline and holes, even-odd; no edges: no end."""

    z_m: float
    kind: int
    edge_e: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plane:
    """A mirror: the points p with normal_xyz · p = offset_m.

    An upright one has the walls `wall_w` (x0, y0, x1, y1, bottom, top [m]) of kinds `kind_w` in it, none over another;
    a flat one a sheet.
    """

    normal_xyz: Array
    offset_m: float
    wall_w: Array
    kind_w: IntArray
    sheet: Sheet | None = None

    def subtends(self, xyz_m: Array) -> float:
        """Return how large the plane's walls look from a point (3,): the sum of area over 1 + squared distance."""
        middle_w = (self.wall_w[:, :2] + self.wall_w[:, 2:4]) / 2.0
        away_w = ((middle_w - xyz_m[:2]) ** 2).sum(axis=1)
        return float((_area_w(self.wall_w) / (1.0 + away_w)).sum())

    def image_m(self, xyz_m: Array) -> Array:
        """Return the mirror images of points (…, 3)."""
        away = xyz_m @ self.normal_xyz - self.offset_m
        return np.asarray(xyz_m - 2.0 * away[..., None] * self.normal_xyz)

    @property
    def turn(self) -> Array:
        """Matrix (3, 3) that mirrors directions."""
        return np.eye(3) - 2.0 * np.outer(self.normal_xyz, self.normal_xyz)


def sheets(things: Obstacles) -> tuple[Sheet, ...]:
    """Return the slabs of a building, each with its edges."""
    starts = things.outline_start_s
    return tuple(
        Sheet(z_m=float(z), kind=int(kind), edge_e=things.outline_e[starts[s] : starts[s + 1]])
        for s, (z, kind) in enumerate(zip(things.slab_s, things.slab_kind_s, strict=True))
    )


def planes(things: Obstacles) -> tuple[Plane, ...]:
    """Return the mirrors of a building: its slabs, then the planes of its walls, the largest first."""
    flat = [
        Plane(
            normal_xyz=np.array([0.0, 0.0, 1.0]),
            offset_m=sheet.z_m,
            wall_w=np.empty((0, 6)),
            kind_w=np.empty(0, dtype=np.int64),
            sheet=sheet,
        )
        for sheet in sheets(things)
    ]
    walls = things.wall_w
    along = walls[:, 2:4] - walls[:, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1) / np.maximum(length, SAME_M)[:, None]
    flip = (normal[:, 0] < -1e-6) | ((np.abs(normal[:, 0]) <= 1e-6) & (normal[:, 1] < 0.0))
    normal[flip] *= -1.0
    offset = (normal * walls[:, :2]).sum(axis=1)
    groups: dict[tuple[int, int, int], list[int]] = {}
    for w in np.flatnonzero(length > SAME_M):
        key = (round(float(normal[w, 0]) * 1e4), round(float(normal[w, 1]) * 1e4), round(float(offset[w]) / SAME_M))
        groups.setdefault(key, []).append(int(w))
    upright = []
    for rows in groups.values():
        first = rows[int(np.argmax(length[rows]))]
        wall_w, kind_w = _single(walls[rows], things.wall_kind_w[rows], along[first] / length[first])
        upright.append(
            Plane(
                normal_xyz=np.array([*normal[first], 0.0]),
                offset_m=float(offset[first]),
                wall_w=wall_w,
                kind_w=kind_w,
            )
        )
    return (*flat, *sorted(upright, key=lambda plane: -float(_area_w(plane.wall_w).sum())))


def _area_w(wall_w: Array) -> Array:
    length_w = np.hypot(wall_w[:, 2] - wall_w[:, 0], wall_w[:, 3] - wall_w[:, 1])
    return np.asarray(length_w * (wall_w[:, 5] - wall_w[:, 4]))


def _single(wall_w: Array, kind_w: IntArray, along: Array) -> tuple[Array, IntArray]:
    """Return the walls of a plane without what lies over another, so that a line goes through one of them at most."""
    span = np.sort(np.stack([wall_w[:, :2] @ along, wall_w[:, 2:4] @ along], axis=1), axis=1)
    box = np.column_stack([span, wall_w[:, 4:6]])
    low, high = box[:, None, ::2], box[:, None, 1::2]
    over = ((np.minimum(high, high.swapaxes(0, 1)) - np.maximum(low, low.swapaxes(0, 1))) > SAME_M).all(axis=2)
    if not np.triu(over, 1).any():
        return wall_w, kind_w
    kept: list[tuple[Array, int]] = []
    foot = wall_w[0, :2] - (wall_w[0, :2] @ along) * along
    for rectangle, kind in zip(box, kind_w, strict=True):
        pieces = [rectangle]
        for other, _ in kept:
            pieces = [part for piece in pieces for part in _without(piece, other)]
        kept += [(piece, int(kind)) for piece in pieces]
    rows = [(*(foot + box[0] * along), *(foot + box[1] * along), box[2], box[3]) for box, _ in kept]
    return np.array(rows, dtype=np.float64).reshape(-1, 6), np.array([kind for _, kind in kept], dtype=np.int64)


def _without(piece: Array, other: Array) -> list[Array]:
    """Return what is left of a rectangle (low, high along; bottom, top) beside another."""
    low, high = max(piece[0], other[0]), min(piece[1], other[1])
    bottom, top = max(piece[2], other[2]), min(piece[3], other[3])
    if high - low <= SAME_M or top - bottom <= SAME_M:
        return [piece]
    parts = [
        (piece[0], low, piece[2], piece[3]),
        (high, piece[1], piece[2], piece[3]),
        (low, high, piece[2], bottom),
        (low, high, top, piece[3]),
    ]
    return [np.array(part) for part in parts if part[1] - part[0] > SAME_M and part[3] - part[2] > SAME_M]
