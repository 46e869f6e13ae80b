"""What lies behind mirrors: straight lines through an unfolded building instead of bent ones."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from wifiplan.predict.obstacles import Obstacles
from wifiplan.predict.planes import SAME_M, Plane, Sheet, sheets
from wifiplan.predict.shadows.rays import Slabs
from wifiplan.units import Array, IntArray


@lru_cache(maxsize=4096)
def _flattened(sheets: tuple[Sheet, ...]) -> Slabs:
    return Slabs(
        z_s=np.array([s.z_m for s in sheets], dtype=np.float64),
        kind_s=np.array([s.kind for s in sheets], dtype=np.int64),
        edge_e=np.concatenate([np.empty((0, 4)), *(s.edge_e for s in sheets)]),
        start_s=np.cumsum([0, *(len(s.edge_e) for s in sheets)]).astype(np.int64),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """What a source, or its image behind one or more mirrors, has before it in straight lines.

    `gate_w` and `gate_sheets` are the mirrors' own surfaces, `n_gates` of which a line must go through to be a way.
    `wall_w` and `sheets` are what stands in the way. `turn` and `shift_m` take the antenna to the image.
    """

    wall_w: Array
    kind_w: IntArray
    sheets: tuple[Sheet, ...]
    gate_w: Array
    gate_kind_w: IntArray
    gate_sheets: tuple[Sheet, ...]
    n_gates: int
    turn: Array
    shift_m: Array

    @property
    def slabs(self) -> Slabs:
        """Its slabs as arrays."""
        return _flattened(self.sheets)

    @property
    def gate_slabs(self) -> Slabs:
        """Its flat mirrors as arrays."""
        return _flattened(self.gate_sheets)

    def image_m(self, source_xyz_m: Array) -> Array:
        """Return where a source (…, 3) seems to be [m]."""
        return np.asarray(source_xyz_m @ self.turn.T + self.shift_m)


def open_world(things: Obstacles) -> World:
    """Return what every source sees without mirrors."""
    return World(
        wall_w=things.wall_w,
        kind_w=things.wall_kind_w,
        sheets=sheets(things),
        gate_w=np.empty((0, 6)),
        gate_kind_w=np.empty(0, dtype=np.int64),
        gate_sheets=(),
        n_gates=0,
        turn=np.eye(3),
        shift_m=np.zeros(3),
    )


def behind(world: World, before: World, plane: Plane, *, side: float) -> World:
    """Return what is seen in one more mirror.

    Parameters
    ----------
    world : World
        What the source sees without mirrors: it stands before the last mirror.
    before : World
        What it sees on its way to this mirror: the same, or what stands behind earlier mirrors.
    plane : Plane
        The mirror.
    side : 1 or -1
        On which side of the plane the source (or its image so far) is.

    Notes
    -----
    What lies on the source's side is mirrored with the source, what lies there on the way out stays as it is; beyond
    the mirror there is nothing.
    """
    walls, kinds = _cut_walls(before.wall_w, before.kind_w, plane, side)
    gates, gate_kinds = _cut_walls(before.gate_w, before.gate_kind_w, plane, side)
    out_walls, out_kinds = _cut_walls(world.wall_w, world.kind_w, plane, side)
    all_walls, all_kinds = _joined(plane, (_mirrored(walls, plane), kinds), (out_walls, out_kinds))
    back = tuple(_mirrored_sheet(s, plane) for s in _cut_sheets(before.sheets, plane, side))
    own = (plane.sheet,) if plane.sheet is not None else ()
    return World(
        wall_w=all_walls,
        kind_w=all_kinds,
        sheets=(*back, *_cut_sheets(world.sheets, plane, side)),
        gate_w=np.concatenate([_mirrored(gates, plane), plane.wall_w]),
        gate_kind_w=np.concatenate([gate_kinds, plane.kind_w]),
        gate_sheets=(*(_mirrored_sheet(s, plane) for s in _cut_sheets(before.gate_sheets, plane, side)), *own),
        n_gates=before.n_gates + 1,
        turn=plane.turn @ before.turn,
        shift_m=plane.image_m(before.shift_m),
    )


def _joined(plane: Plane, back: tuple[Array, IntArray], out: tuple[Array, IntArray]) -> tuple[Array, IntArray]:
    """Return both sets of walls; in a flat mirror a wall that stands on it and its image are one higher wall."""
    if plane.sheet is not None and back[0].shape == out[0].shape:
        z = plane.offset_m
        touch = np.minimum(np.abs(out[0][:, 4] - z), np.abs(out[0][:, 5] - z)) < SAME_M
        if np.array_equal(back[0][:, :4], out[0][:, :4]) and np.array_equal(back[1], out[1]):
            one = out[0][touch].copy()
            one[:, 4] = np.minimum(one[:, 4], back[0][touch, 4])
            one[:, 5] = np.maximum(one[:, 5], back[0][touch, 5])
            apart = ~touch
            walls = np.concatenate([one, out[0][apart], back[0][apart]])
            return walls, np.concatenate([out[1][touch], out[1][apart], back[1][apart]])
    return np.concatenate([back[0], out[0]]), np.concatenate([back[1], out[1]])


def _cut_walls(wall_w: Array, kind_w: IntArray, plane: Plane, side: float) -> tuple[Array, IntArray]:
    """Return the parts of walls before a plane, without those in it."""
    if plane.sheet is not None:
        z = plane.offset_m
        kept = wall_w.copy()
        column, clip = (4, np.maximum) if side > 0 else (5, np.minimum)
        kept[:, column] = clip(kept[:, column], z)
        some = kept[:, 5] - kept[:, 4] > SAME_M
        return kept[some], kind_w[some]
    normal, offset = plane.normal_xyz[:2], plane.offset_m
    from_m = side * (wall_w[:, :2] @ normal - offset)
    to_m = side * (wall_w[:, 2:4] @ normal - offset)
    some = np.maximum(from_m, to_m) > SAME_M
    kept, kinds, from_m, to_m = wall_w[some].copy(), kind_w[some], from_m[some], to_m[some]
    cut = np.flatnonzero(np.minimum(from_m, to_m) < 0.0)
    share = (from_m[cut] / (from_m[cut] - to_m[cut]))[:, None]
    at = kept[cut, :2] + share * (kept[cut, 2:4] - kept[cut, :2])
    first = (from_m[cut] < 0.0)[:, None]
    kept[cut, :2] = np.where(first, at, kept[cut, :2])
    kept[cut, 2:4] = np.where(first, kept[cut, 2:4], at)
    return kept, kinds


def _mirrored(wall_w: Array, plane: Plane) -> Array:
    out = wall_w.copy()
    if plane.sheet is not None:
        out[:, 4], out[:, 5] = 2.0 * plane.offset_m - wall_w[:, 5], 2.0 * plane.offset_m - wall_w[:, 4]
        return out
    normal = plane.normal_xyz[:2]
    for ends in (slice(0, 2), slice(2, 4)):
        out[:, ends] -= 2.0 * (wall_w[:, ends] @ normal - plane.offset_m)[:, None] * normal
    return out


def _cut_sheets(sheets: tuple[Sheet, ...], plane: Plane, side: float) -> tuple[Sheet, ...]:
    if plane.sheet is not None:
        return tuple(s for s in sheets if side * (s.z_m - plane.offset_m) > SAME_M)
    found = []
    for sheet in sheets:
        ring = sheet.edge_e if len(sheet.edge_e) else _ENDLESS
        edge_e = _cut_edges(ring, plane, side)
        if len(edge_e):
            found.append(Sheet(z_m=sheet.z_m, kind=sheet.kind, edge_e=edge_e))
    return tuple(found)


FAR_M = 1e5
"""A slab without outline reaches this far once it is cut at a mirror [m]."""

_ENDLESS = np.array(
    [
        (-FAR_M, -FAR_M, FAR_M, -FAR_M),
        (FAR_M, -FAR_M, FAR_M, FAR_M),
        (FAR_M, FAR_M, -FAR_M, FAR_M),
        (-FAR_M, FAR_M, -FAR_M, -FAR_M),
    ]
)


def _cut_edges(edge_e: Array, plane: Plane, side: float) -> Array:
    """Return a polygon's edges before an upright plane, closed along it; even-odd, so that holes stay holes."""
    normal = plane.normal_xyz[:2]
    from_m = side * (edge_e[:, :2] @ normal - plane.offset_m)
    to_m = side * (edge_e[:, 2:4] @ normal - plane.offset_m)
    whole = (from_m >= 0.0) & (to_m >= 0.0)
    kept = [edge_e[whole]]
    cut = np.flatnonzero((from_m >= 0.0) != (to_m >= 0.0))
    if len(cut):
        share = (from_m[cut] / (from_m[cut] - to_m[cut]))[:, None]
        at = edge_e[cut, :2] + share * (edge_e[cut, 2:4] - edge_e[cut, :2])
        inner = np.where((from_m[cut] >= 0.0)[:, None], edge_e[cut, :2], edge_e[cut, 2:4])
        kept.append(np.concatenate([inner, at], axis=1))
        order = np.argsort(at @ np.array([-normal[1], normal[0]]))
        kept.append(np.concatenate([at[order[::2]], at[order[1::2]]], axis=1))
    return np.concatenate(kept)


def _mirrored_sheet(sheet: Sheet, plane: Plane) -> Sheet:
    if plane.sheet is not None:
        return Sheet(z_m=2.0 * plane.offset_m - sheet.z_m, kind=sheet.kind, edge_e=sheet.edge_e)
    box = np.column_stack([sheet.edge_e, np.zeros((len(sheet.edge_e), 2))])
    return Sheet(z_m=sheet.z_m, kind=sheet.kind, edge_e=_mirrored(box, plane)[:, :4])
