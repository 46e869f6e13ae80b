"""Walls and slabs of a site in one frame, with their losses by angle: what the ray kernels read."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from wifiplan.catalog.materials import materials
from wifiplan.catalog.spectrum import band_hz
from wifiplan.errors import SiteError
from wifiplan.radio.slab import Polarisation, material_loss_db
from wifiplan.site.building import Floor, Site, Wall
from wifiplan.site.network import Band
from wifiplan.units import Array, IntArray

MAX_ANGLE_DEG = 89
"""Steepest angle of incidence in the loss tables [degrees]; a row a degree. With all of them the summed losses match
a ray tracer's transmission-only map to 0.54 dB (tests/unit/test_coverage.py)."""

HEAVY_DB = 5.0
"""Walls that lose at least this at normal incidence are heavy in the laws that tell light from heavy (COST-231)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Obstacles:
    """All walls and slabs of a site in one frame, for one band.

    `wall_w` holds x0, y0, x1, y1, bottom, top [m] a row, floor by floor: those of floor f stand in rows
    `wall_start_f[f]` to `wall_start_f[f + 1]` and between the heights `reach_f`. `wall_db_wa` is the loss by whole
    degree of incidence [dB], `heavy_w` 1 for a heavy wall. `slab_s` are the elevations [m], `slab_db_sa` their losses;
    `outline_e` the edges of the slabs' outlines (x0, y0, x1, y1) and `outline_start_s` where each slab's edges begin
    (no edges: the slab has no end).
    """

    wall_w: Array
    wall_db_wa: Array
    heavy_w: Array
    wall_start_f: IntArray
    reach_f: Array
    slab_s: Array
    slab_db_sa: Array
    outline_e: Array
    outline_start_s: IntArray


def obstacles(site: Site, *, band: Band) -> Obstacles:
    """Return the walls and slabs of a site with their losses by angle.

    Parameters
    ----------
    site : Site
        The building.
    band : "2.4", "5" or "6"
        The band whose mean loss is taken.

    Raises
    ------
    SiteError
        If a wall or slab names a material that the catalogue does not hold.

    Notes
    -----
    A vertical antenna meets a wall in TE and a slab in TM polarisation. Source of the losses: ITU-R P.2040
    (`radio.slab`), or the wall's own `loss_*_db`, which is taken at every angle.
    """
    walls = [(floor, wall) for floor in site.floors for wall in floor.walls]
    wall_db = [_wall_db(wall, country=site.country, band=band) for _, wall in walls]
    outlines = [_edges(floor) for floor in site.floors]
    starts = np.cumsum([0, *(len(edges) for edges in outlines)])
    wall_starts = np.cumsum([0, *(len(floor.walls) for floor in site.floors)])
    return Obstacles(
        wall_w=np.array(
            [(*w.line[0], *w.line[1], f.elevation_m + w.bottom_m, f.elevation_m + w.top_m) for f, w in walls],
            dtype=np.float64,
        ).reshape(-1, 6),
        wall_db_wa=np.array(wall_db, dtype=np.float64).reshape(-1, MAX_ANGLE_DEG + 1),
        heavy_w=np.array([db[0] >= HEAVY_DB for db in wall_db], dtype=np.float64),
        wall_start_f=wall_starts.astype(np.int64),
        reach_f=np.array(
            [
                (
                    f.elevation_m + min((w.bottom_m for w in f.walls), default=0.0),
                    f.elevation_m + max((w.top_m for w in f.walls), default=0.0),
                )
                for f in site.floors
            ],
            dtype=np.float64,
        ).reshape(-1, 2),
        slab_s=np.array([f.elevation_m for f in site.floors], dtype=np.float64),
        slab_db_sa=np.array(
            [_material_db(f.slab.material, f.slab.thickness_m, band_hz(site.country, band), "tm") for f in site.floors],
            dtype=np.float64,
        ).reshape(-1, MAX_ANGLE_DEG + 1),
        outline_e=np.array([e for edges in outlines for e in edges], dtype=np.float64).reshape(-1, 4),
        outline_start_s=starts.astype(np.int64),
    )


def _wall_db(wall: Wall, *, country: str, band: Band) -> Array:
    own_db = {"2.4": wall.loss_2g4_db, "5": wall.loss_5g_db, "6": wall.loss_6g_db}[band]
    if own_db is not None:
        return np.full(MAX_ANGLE_DEG + 1, own_db)
    return _material_db(wall.material, wall.thickness_m, band_hz(country, band), "te")


@lru_cache(maxsize=1024)
def _material_db(name: str, thickness_m: float | None, band: tuple[float, float], polarisation: Polarisation) -> Array:
    """Return the loss by whole degree; the same few materials return in every school of a county."""
    known = materials()
    if name not in known:
        raise SiteError(
            f"the material {name!r} is not in the catalogue", remedy=f"use one of: {', '.join(sorted(known))}"
        )
    loss_db = material_loss_db(
        known[name],
        thickness_m=known[name].default_thickness_m if thickness_m is None else thickness_m,
        band_hz=band,
        angle_deg=np.arange(MAX_ANGLE_DEG + 1, dtype=np.float64),
        polarisation=polarisation,
    )
    loss_db.flags.writeable = False
    return loss_db


def _edges(floor: Floor) -> list[tuple[float, float, float, float]]:
    if not floor.outline:
        return []
    ring = floor.outline
    return [(*a, *b) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True) if a != b]
