"""Walls and slabs of a site in one frame, with their losses by angle: what the ray kernels read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from wifiplan.catalog.materials import materials
from wifiplan.catalog.spectrum import band_hz, center_hz
from wifiplan.errors import SiteError
from wifiplan.radio.loss import Law, PathLoss
from wifiplan.radio.slab import Polarisation, material_loss_db, material_reflection_db
from wifiplan.site.building import Floor, Site, Wall
from wifiplan.site.network import BANDS, Band
from wifiplan.units import Array, IntArray

MAX_ANGLE_DEG = 89
"""Steepest angle of incidence in the loss tables [degrees]; a row a degree. With all of them the summed losses match
a ray tracer's transmission-only map to 0.54 dB (tests/unit/test_coverage.py)."""

HEAVY_DB = 5.0
"""Walls that lose at least this at normal incidence are heavy in the laws that tell light from heavy (COST-231)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Obstacles:
    """All walls and slabs of a site in one frame, for one or several bands.

    `wall_w` holds x0, y0, x1, y1, bottom, top [m] a row, floor by floor: those of floor f stand in rows
    `wall_start_f[f]` to `wall_start_f[f + 1]` and between the heights `reach_f`. `slab_s` are the elevations [m];
    `outline_e` the edges of the slabs' outlines and holes (x0, y0, x1, y1), `outline_start_s` where each slab's begin
    (no edges: the slab has no end). `wall_kind_w` and `slab_kind_s` point into the tables: `passed_db_kba` is what kind
    k loses when crossed and `reflected_db_kba` when it mirrors, in band b, by whole degree a of incidence [dB];
    `heavy_kb` is 1 for a heavy wall, `spread_db_k` how far the kind's loss may be off [dB]. `frequency_hz` is the one
    frequency that the tables hold for, None where they are means over the bands.
    """

    bands: tuple[Band, ...]
    wall_w: Array
    wall_kind_w: IntArray
    wall_start_f: IntArray
    reach_f: Array
    slab_s: Array
    slab_kind_s: IntArray
    outline_e: Array
    outline_start_s: IntArray
    passed_db_kba: Array
    reflected_db_kba: Array
    heavy_kb: Array
    spread_db_k: Array
    frequency_hz: float | None = None

    def carrier_hz(self, band: Band) -> float:
        """Return the frequency at which a law is asked: the middle of the band, or the one that stands for all [Hz]."""
        return center_hz(band) if self.frequency_hz is None else self.frequency_hz

    def band(self, band: Band) -> int:
        """Return the place of a band in the tables.

        Raises
        ------
        SiteError
            If the losses of this band were not asked for.
        """
        if band not in self.bands:
            raise SiteError(
                f"the losses of {band} GHz are not at hand", remedy=f"ask obstacles for it beside {self.bands}"
            )
        return self.bands.index(band)


def obstacles(
    site: Site, *, law: PathLoss | None, bands: Sequence[Band] = BANDS, frequency_hz: float | None = None
) -> Obstacles:
    """Return the walls and slabs of a site with their losses by angle.

    Parameters
    ----------
    site : Site
        The building.
    bands : sequence of "2.4", "5" or "6"
        The bands whose losses are wanted.
    frequency_hz : float or None
        One frequency that stands for every band, as when a ray tracer or one channel is compared [Hz]; None takes the
        mean over each band of the site's country.
    law : PathLoss or None
        The law that the losses are for: a calibrated one says what materials lose more in walls (never less than
        nothing); None: the tables as they are.

    Raises
    ------
    SiteError
        If a wall or slab names a material that the catalogue does not hold.

    Notes
    -----
    A vertical antenna meets a wall in TE and a slab in TM polarisation. Source of the losses: ITU-R P.2040
    (`radio.slab`), or the wall's own `loss_*_db`, which is taken at every angle.
    """
    spans = tuple(band_hz(site.country, b) if frequency_hz is None else (frequency_hz, frequency_hz) for b in bands)
    walls = [(floor, wall) for floor in site.floors for wall in floor.walls]
    kinds: dict[_Kind, int] = {}
    wall_kind = [kinds.setdefault(_wall_kind(wall), len(kinds)) for _, wall in walls]
    slab_kind = [
        kinds.setdefault(_Kind(material=f.slab.material, thickness_m=f.slab.thickness_m, polarisation="tm"), len(kinds))
        for f in site.floors
    ]
    tables = [_tables(kind, tuple(bands), spans) for kind in kinds]
    outlines = [_edges(floor) for floor in site.floors]
    shape = (-1, len(bands), MAX_ANGLE_DEG + 1)
    passed_db_kba = np.array([passed for passed, _ in tables], dtype=np.float64).reshape(shape)
    heavy_kb = (passed_db_kba[:, :, 0] >= HEAVY_DB).astype(np.float64)
    passed_db_kba = _as_measured(passed_db_kba, tuple(kinds), tuple(bands), law)
    return Obstacles(
        bands=tuple(bands),
        wall_w=np.array(
            [(*w.line[0], *w.line[1], f.elevation_m + w.bottom_m, f.elevation_m + w.top_m) for f, w in walls],
            dtype=np.float64,
        ).reshape(-1, 6),
        wall_kind_w=np.array(wall_kind, dtype=np.int64),
        wall_start_f=np.cumsum([0, *(len(floor.walls) for floor in site.floors)]).astype(np.int64),
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
        slab_kind_s=np.array(slab_kind, dtype=np.int64),
        outline_e=np.array([e for edges in outlines for e in edges], dtype=np.float64).reshape(-1, 4),
        outline_start_s=np.cumsum([0, *(len(edges) for edges in outlines)]).astype(np.int64),
        passed_db_kba=passed_db_kba,
        reflected_db_kba=np.array([back for _, back in tables], dtype=np.float64).reshape(shape),
        heavy_kb=heavy_kb,
        spread_db_k=np.array([materials()[kind.material].spread_db for kind in kinds], dtype=np.float64),
        frequency_hz=frequency_hz,
    )


_FAR_M = 10_000.0
_FAR_AROUND = ((-_FAR_M, -_FAR_M), (_FAR_M, -_FAR_M), (_FAR_M, _FAR_M), (-_FAR_M, _FAR_M))
"""The outline of a slab of which only the holes are known: farther out than any school."""


class _Kind(NamedTuple):
    """Walls or slabs that do the same to every ray; `own_db` are losses by band that the site file gives."""

    material: str
    thickness_m: float | None
    polarisation: Polarisation
    own_db: tuple[float | None, float | None, float | None] = (None, None, None)


def _wall_kind(wall: Wall) -> _Kind:
    own_db = (wall.loss_2g4_db, wall.loss_5g_db, wall.loss_6g_db)
    return _Kind(material=wall.material, thickness_m=wall.thickness_m, polarisation="te", own_db=own_db)


def _as_measured(passed_db_kba: Array, kinds: Sequence[_Kind], bands: tuple[Band, ...], law: PathLoss | None) -> Array:
    """Return the losses with what a calibrated law adds to walls."""
    if not isinstance(law, Law) or not law.in_band:
        return passed_db_kba
    more_db_kb = [
        [law.wall_db(band, kind.material) if kind.polarisation == "te" else 0.0 for band in bands] for kind in kinds
    ]
    return np.maximum(passed_db_kba + np.array(more_db_kb, dtype=np.float64).reshape(-1, len(bands), 1), 0.0)


@lru_cache(maxsize=4096)
def _tables(kind: _Kind, bands: tuple[Band, ...], spans: tuple[tuple[float, float], ...]) -> tuple[Array, Array]:
    """Return the losses of a crossing and of a reflection (b, a); the same few kinds return in a county's schools."""
    known = materials()
    if kind.material not in known:
        raise SiteError(
            f"the material {kind.material!r} is not in the catalogue", remedy=f"use one of: {', '.join(sorted(known))}"
        )
    one = known[kind.material]
    thickness_m = one.default_thickness_m if kind.thickness_m is None else kind.thickness_m
    angle_deg = np.arange(MAX_ANGLE_DEG + 1, dtype=np.float64)
    passed, reflected = (np.empty((len(bands), angle_deg.size)) for _ in range(2))
    for b, (band, span) in enumerate(zip(bands, spans, strict=True)):
        own_db = kind.own_db[BANDS.index(band)]
        for law, out in ((material_loss_db, passed), (material_reflection_db, reflected)):
            out[b] = law(
                one, thickness_m=thickness_m, band_hz=span, angle_deg=angle_deg, polarisation=kind.polarisation
            )
        if own_db is not None:
            passed[b] = own_db
    passed.flags.writeable = reflected.flags.writeable = False
    return passed, reflected


def _edges(floor: Floor) -> list[tuple[float, float, float, float]]:
    """Return the edges of a slab and of its holes: a point is on the slab where an odd number of rings is around it."""
    if not floor.outline and not floor.voids:
        return []
    rings = (floor.outline or _FAR_AROUND, *floor.voids)
    return [(*a, *b) for ring in rings for a, b in zip(ring, (*ring[1:], ring[0]), strict=True) if a != b]
