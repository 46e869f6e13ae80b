"""What one antenna, or its image in a mirror, sees of a building: the one thing that every kernel reads."""

from dataclasses import dataclass

import numpy as np

from wifiplan.predict.obstacles import Obstacles
from wifiplan.units import Array, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """Everything between one source and any point, with straight lines even behind mirrors.

    A wave that mirrors reaches a point as if it came straight from the image of its antenna, through an unfolded
    building: what stands before the mirror as it is, what it met on its way to the mirror mirrored. `source_xyz_m` is
    the antenna or its image. `wall_w` (x0, y0, x1, y1, bottom, top a row [m]) are the walls, `slab_s` the elevations of
    slabs, `outline_e` the edges (x0, y0, x1, y1) of their outlines and holes, even-odd, slab s between
    `outline_start_s[s]` and `outline_start_s[s + 1]` (no edges: no end). The mirrors are gates of the same two shapes,
    `gate_wall_g` and `gate_slab_h` with outlines: a line counts only if it goes through `n_gates` of them, and loses
    what they keep back. Kinds point into the tables of `Obstacles`: `passed_db_kba` for walls and slabs,
    `reflected_db_kba` for gates.
    """

    source_xyz_m: Array
    wall_w: Array
    wall_kind_w: IntArray
    slab_s: Array
    slab_kind_s: IntArray
    outline_e: Array
    outline_start_s: IntArray
    gate_wall_g: Array
    gate_wall_kind_g: IntArray
    gate_slab_h: Array
    gate_slab_kind_h: IntArray
    gate_outline_e: Array
    gate_outline_start_h: IntArray
    n_gates: int


def direct_view(things: Obstacles, source_xyz_m: Array) -> View:
    """Return what an antenna (3,) sees without mirrors."""
    none = np.empty(0, dtype=np.int64)
    return View(
        source_xyz_m=np.asarray(source_xyz_m, dtype=np.float64),
        wall_w=things.wall_w,
        wall_kind_w=things.wall_kind_w,
        slab_s=things.slab_s,
        slab_kind_s=things.slab_kind_s,
        outline_e=things.outline_e,
        outline_start_s=things.outline_start_s,
        gate_wall_g=np.empty((0, 6)),
        gate_wall_kind_g=none,
        gate_slab_h=np.empty(0),
        gate_slab_kind_h=none,
        gate_outline_e=np.empty((0, 4)),
        gate_outline_start_h=np.zeros(1, dtype=np.int64),
        n_gates=0,
    )
