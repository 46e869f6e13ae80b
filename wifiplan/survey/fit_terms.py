"""What every link loses as a function of a law's parameters: the part of a fit that knows radio."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np

from wifiplan.predict.coverage import antenna_xyz_m, building_xyz_m, eirp_dbm
from wifiplan.predict.losses import Aerials, aerials, loss_db, path
from wifiplan.predict.obstacles import Obstacles, obstacles
from wifiplan.predict.shadows.rays import crossings
from wifiplan.radio.loss import Law
from wifiplan.radio.measured import InBand
from wifiplan.site.building import Site
from wifiplan.site.network import Band
from wifiplan.survey.links import Links
from wifiplan.units import Array, BoolArray, IntArray

Shape: TypeAlias = tuple[float | None, float | None, float, tuple[float, ...]]
"""Exponent, cap on walls [dB], factor of slabs, and what a crossing of every material loses more [dB]."""


N_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slopes:
    """Loss of every link (n) and how it changes with exponent, cap, factor of slabs and each material (n, m) [dB]."""

    loss_db_n: Array
    exponent_n: Array
    cap_n: Array
    slab_n: Array
    wall_nm: Array


class Terms(Protocol):
    """What a fit asks of the links of one band."""

    @property
    def sent_dbm_n(self) -> Array:
        """Power that each link starts with, into its direction [dBm]."""
        ...

    def at(self, shape: Shape) -> Slopes:
        """Return the losses at a law's parameters, without its offset."""
        ...

    def only(self, rows: IntArray) -> "Terms":
        """Return the terms of some links."""
        ...

    def near(self, shape: Shape) -> "Terms":
        """Return the terms for parameters near these."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Straight:
    """Links of one straight way: everything but the cap is linear."""

    sent_dbm_n: Array
    fixed_db_n: Array
    decade_n: Array
    table_db_n: Array
    crossed_nm: Array
    floors_db_n: Array

    def at(self, shape: Shape) -> Slopes:
        """Return the losses at a law's parameters, without its offset."""
        exponent, cap_db, slab_scale, wall_db_m = shape
        wall_db_n = self.table_db_n + self.crossed_nm @ np.asarray(wall_db_m, dtype=np.float64)
        capped_n = np.zeros(len(wall_db_n), dtype=np.bool_) if cap_db is None else wall_db_n > cap_db
        lost_n = wall_db_n if cap_db is None else np.minimum(wall_db_n, cap_db)
        slope_db_n = np.zeros_like(lost_n) if exponent is None else 10.0 * (exponent - 2.0) * self.decade_n
        return Slopes(
            loss_db_n=self.fixed_db_n + slope_db_n + lost_n + slab_scale * self.floors_db_n,
            exponent_n=10.0 * self.decade_n,
            cap_n=capped_n.astype(np.float64),
            slab_n=self.floors_db_n,
            wall_nm=np.where(capped_n[:, None], 0.0, self.crossed_nm),
        )

    def only(self, rows: IntArray) -> "Straight":
        """Return the terms of some links."""
        return Straight(
            sent_dbm_n=self.sent_dbm_n[rows],
            fixed_db_n=self.fixed_db_n[rows],
            decade_n=self.decade_n[rows],
            table_db_n=self.table_db_n[rows],
            crossed_nm=self.crossed_nm[rows],
            floors_db_n=self.floors_db_n[rows],
        )

    def near(self, shape: Shape) -> "Straight":  # noqa: ARG002 (it holds everywhere)
        """Return itself."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mirrored:
    """Links over many ways, whose powers add: linear near one set of parameters."""

    scene: "Scene"
    law: Law
    materials: tuple[str, ...]
    sent_dbm_n: Array
    shape: Shape
    slopes: Slopes

    def at(self, shape: Shape) -> Slopes:
        """Return the losses at a law's parameters, without its offset."""
        exponent, cap_db, slab, wall_db_m = shape
        was_exponent, was_cap_db, was_slab, was_wall_db_m = self.shape
        moved = self.slopes.loss_db_n + self.slopes.slab_n * (slab - was_slab)
        moved = moved + self.slopes.wall_nm @ (np.asarray(wall_db_m) - np.asarray(was_wall_db_m))
        if exponent is not None and was_exponent is not None:
            moved = moved + self.slopes.exponent_n * (exponent - was_exponent)
        if cap_db is not None and was_cap_db is not None:
            moved = moved + self.slopes.cap_n * (cap_db - was_cap_db)
        return replace(self.slopes, loss_db_n=np.asarray(moved))

    def only(self, rows: IntArray) -> "Mirrored":
        """Return the terms of some links, near the parameters of last."""
        one = self.slopes
        few = Slopes(
            loss_db_n=one.loss_db_n[rows],
            exponent_n=one.exponent_n[rows],
            cap_n=one.cap_n[rows],
            slab_n=one.slab_n[rows],
            wall_nm=one.wall_nm[rows],
        )
        return replace(self, sent_dbm_n=self.sent_dbm_n[rows], slopes=few)

    def near(self, shape: Shape) -> "Mirrored":
        """Return the terms for parameters near these; slopes by differences, once: they change little."""
        exponent, cap_db, slab, wall_db_m = shape
        here = self._loss_db(shape)
        if len(self.shape[3]) == len(wall_db_m) and self.slopes.loss_db_n.any():
            return replace(self, shape=shape, slopes=replace(self.slopes, loss_db_n=here))
        nothing = np.zeros_like(here)
        walls = [
            self._loss_db((exponent, cap_db, slab, (*wall_db_m[:m], wall_db_m[m] + _STEP_DB, *wall_db_m[m + 1 :])))
            for m in range(len(wall_db_m))
        ]
        steeper = None if exponent is None else self._loss_db((exponent + _STEP, cap_db, slab, wall_db_m))
        higher = None if cap_db is None else self._loss_db((exponent, cap_db + _STEP_DB, slab, wall_db_m))
        slopes = Slopes(
            loss_db_n=here,
            exponent_n=nothing if steeper is None else (steeper - here) / _STEP,
            cap_n=nothing if higher is None else (higher - here) / _STEP_DB,
            slab_n=(self._loss_db((exponent, cap_db, slab + _STEP, wall_db_m)) - here) / _STEP,
            wall_nm=(np.array(walls).reshape(len(wall_db_m), len(here)) - here).T / _STEP_DB,
        )
        return replace(self, shape=shape, slopes=slopes)

    def _loss_db(self, shape: Shape) -> Array:
        exponent, cap_db, slab, wall_db_m = shape
        law = replace(self.law, exponent=exponent, max_wall_db=cap_db, slab_scale=slab)
        more_db = dict(zip(self.materials, wall_db_m, strict=True))
        return self.scene.loss_db_n(law, more_db) + self.sent_dbm_n - self.scene.eirp_dbm_n


_STEP_DB, _STEP = 1.0, 0.1
"""By how much a parameter is moved to see what it does: well above rounding, well below what is not linear."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """The links of one band in their building."""

    links: Links
    things: Obstacles
    material_k: tuple[str, ...]
    source_xyz_m: Array
    points_xyz_m: Array
    antennas: Aerials | None
    wanted_ij: BoolArray

    @property
    def eirp_dbm_n(self) -> Array:
        """Return the power of each link's access point into its strongest direction [dBm]."""
        return eirp_dbm(self.links.access_points, band=self.links.band)[self.links.ap_n]

    def of_links(self, value_ij: Array) -> Array:
        """Return what holds for access points and places (i, j) for every link (n)."""
        return np.asarray(value_ij[self.links.ap_n, self.links.place_n])

    def loss_db_n(self, law: Law, more_db: dict[str, float]) -> Array:
        """Return the losses where a crossing of a material loses so much more, antennas included [dB]."""
        more_k = np.array([more_db.get(material, 0.0) for material in self.material_k])[:, None, None]
        things = replace(self.things, passed_db_kba=np.maximum(self.things.passed_db_kba + more_k, 0.0))
        lost_ij = loss_db(
            things,
            self.source_xyz_m,
            self.points_xyz_m,
            law,
            band=self.links.band,
            antennas=self.antennas,
            wanted_ij=self.wanted_ij,
        )
        return self.of_links(lost_ij)

    def crossed_nm(self, materials: Sequence[str]) -> Array:
        """Return how many walls of each material every link crosses (n, m)."""

        def crossed_n(material: str) -> Array:
            of_it = np.array([one == material for one in self.material_k], dtype=np.float64)[:, None, None]
            ones = replace(self.things, passed_db_kba=np.broadcast_to(of_it, self.things.passed_db_kba.shape))
            way = ones, self.source_xyz_m, self.points_xyz_m
            return self.of_links(crossings(*way, band=self.links.band, wanted_ij=self.wanted_ij).wall_db_ij)

        with ThreadPoolExecutor(N_THREADS) as pool:  # the kernels hold no lock
            columns = list(pool.map(crossed_n, materials))
        return np.array(columns).reshape(len(materials), self.links.ap_n.size).T

    def least_db(self, material: str) -> float:
        """Return what a crossing of a material loses at least, by its tables [dB]."""
        of_it = [k for k, one in enumerate(self.material_k) if one == material]
        return float(self.things.passed_db_kba[of_it].min(initial=_MOST_DB))


_MOST_DB = 100.0
"""More than any material loses: where no wall is of it [dB]."""


def scene(found: Links, site: Site) -> Scene:
    """Return links in their building."""
    things = obstacles(site, law=None, bands=(found.band,))
    kinds: dict[int, str] = {}
    walls = (wall for floor in site.floors for wall in floor.walls)
    for kind, wall in zip(things.wall_kind_w, walls, strict=True):
        kinds[int(kind)] = wall.material
    wanted_ij = np.zeros((len(found.access_points), len(found.floor_j)), dtype=np.bool_)
    wanted_ij[found.ap_n, found.place_n] = True
    return Scene(
        links=found,
        things=things,
        material_k=tuple(kinds.get(k, "") for k in range(len(things.passed_db_kba))),
        source_xyz_m=antenna_xyz_m(site, found.access_points),
        points_xyz_m=building_xyz_m(site, found.place_xyz_m_j, found.floor_j),
        antennas=aerials(site, found.access_points),
        wanted_ij=wanted_ij,
    )


def terms(here: Scene, law: Law, materials: Sequence[str]) -> Terms:
    """Return what the links lose under a law whose own numbers are still open."""
    band, found = here.links.band, here.links
    ways = path(here.things, here.source_xyz_m, here.points_xyz_m, band=band, wanted_ij=here.wanted_ij)
    hertz = here.things.carrier_hz(band)
    plain = Law(distance=law.distance, walls=law.walls, floors=law.floors, wall_scale=law.wall_scale, extend=law.extend)
    bare = replace(plain, wall_scale=0.0, slab_scale=0.0)
    distance_db = bare(ways, frequency_hz=hertz)
    straight = plain(ways, frequency_hz=hertz)
    lost = loss_db(
        here.things,
        here.source_xyz_m,
        here.points_xyz_m,
        plain,
        band=band,
        antennas=here.antennas,
        wanted_ij=here.wanted_ij,
        ways=ways,
    )
    sent_dbm_n = here.eirp_dbm_n - here.of_links(lost - straight)
    if law.n_images:
        return Mirrored(
            scene=here,
            law=replace(plain, n_images=law.n_images),
            materials=tuple(materials),
            sent_dbm_n=sent_dbm_n,
            shape=(None, None, 1.0, ()),
            slopes=_nothing(len(found.ap_n)),
        )
    decade = np.zeros_like(distance_db)
    if law.distance == "free_space":
        decade = (replace(bare, exponent=3.0)(ways, frequency_hz=hertz) - distance_db) / 10.0
    return Straight(
        sent_dbm_n=sent_dbm_n,
        fixed_db_n=here.of_links(distance_db),
        decade_n=here.of_links(decade),
        table_db_n=here.of_links(replace(plain, slab_scale=0.0)(ways, frequency_hz=hertz) - distance_db),
        crossed_nm=law.wall_scale * here.crossed_nm(materials),
        floors_db_n=here.of_links(replace(plain, wall_scale=0.0)(ways, frequency_hz=hertz) - distance_db),
    )


def in_band(law: Law, band: Band) -> InBand:
    """Return what a law says of one band already, nothing where it says nothing."""
    return next((one for one in law.in_band if one.band == band), InBand(band=band))


def _nothing(n: int) -> Slopes:
    empty = np.zeros(n)
    return Slopes(loss_db_n=empty, exponent_n=empty, cap_n=empty, slab_n=empty, wall_nm=np.zeros((n, 0)))
