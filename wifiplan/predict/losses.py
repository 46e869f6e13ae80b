"""What is lost between antennas and points: a law applied to every way, straight or over mirrors."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from wifiplan.predict.antennas import departing_db, mounted_axes_xyz, patterns
from wifiplan.predict.images import MOST_MORE, Chosen, Mirrors, storeys
from wifiplan.predict.mirrors import World
from wifiplan.predict.obstacles import Obstacles
from wifiplan.predict.shadows.rays import Crossings, Met, crossings, cut, through
from wifiplan.radio.antenna import Pattern
from wifiplan.radio.loss import Path, PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.units import Array, BoolArray, IntArray, db_from_ratio, ratio_from_db

SAME_ROOM_M = 8.0
"""Antennas that see each other, no further apart than this, take the same ways over mirrors [m]."""

LEAST_SHARE = 1e-3
"""A way that even without walls brings less than this share of a point's power is left out: 0.004 dB."""


class Aerials(NamedTuple):
    """How antennas send into every direction: a table each, and how it lies in the building (i, 3, 3)."""

    pattern_i: tuple[Pattern, ...]
    axes_ixyz: Array

    def rows(self, wanted: Sequence[int]) -> "Aerials":
        """Return some of the antennas alone."""
        return Aerials(tuple(self.pattern_i[i] for i in wanted), self.axes_ixyz[list(wanted)])


def aerials(site: Site, access_points: Sequence[AccessPoint]) -> Aerials | None:
    """Return the antennas of access points, None where all are the same in every direction.

    Raises
    ------
    SiteError
        If an access point names an antenna that neither the site nor the catalogue holds.
    """
    found = patterns(site, access_points)
    if all(pattern.is_isotropic for pattern in found):
        return None
    return Aerials(found, mounted_axes_xyz(access_points, found))


class _Reckoning(NamedTuple):
    """With what losses are reckoned: the building, the law, the band, and the antennas (i)."""

    things: Obstacles
    law: PathLoss
    band: Band
    antennas: Aerials | None

    def loss_db(self, ways: Path) -> Array:
        """Return what the law says of some ways [dB]."""
        return self.law(ways, frequency_hz=self.things.carrier_hz(self.band))


def path(
    things: Obstacles,
    source_xyz_m: Array,
    points_xyz_m: Array,
    *,
    band: Band,
    wanted_ij: BoolArray | None = None,
) -> Path:
    """Return what lies between antennas (i, 3) and points (j, 3) in the building's frame; arrays of shape (i, j).

    Where `wanted_ij` is False, walls are left out: the best that the ray can be.
    """
    met = crossings(things, source_xyz_m, points_xyz_m, band=band, wanted_ij=wanted_ij)
    return _path(met, _distances_m(source_xyz_m, points_xyz_m))


def _distances_m(source_xyz_m: Array, points_xyz_m: Array) -> Array:
    difference = np.asarray(source_xyz_m)[:, None, :] - np.asarray(points_xyz_m)[None, :, :]
    return np.asarray(np.sqrt(np.einsum("ijk,ijk->ij", difference, difference)))


def _path(met: Crossings, distance_m: Array) -> Path:
    return Path(
        distance_m=distance_m,
        wall_db=met.wall_db_ij,
        slab_db=met.slab_db_ij,
        n_light_walls=met.n_light_ij,
        n_heavy_walls=met.n_heavy_ij,
        n_floors=met.n_floors_ij,
        spread_db=met.spread_db_ij,
    )


def loss_db(  # noqa: PLR0913 (what lies between may be known already)
    things: Obstacles,
    source_xyz_m: Array,
    points_xyz_m: Array,
    law: PathLoss,
    *,
    band: Band,
    wanted_ij: BoolArray | None = None,
    antennas: Aerials | None = None,
    ways: Path | None = None,
) -> Array:
    """Return the path loss between antennas and points, all ways added in power.

    Parameters
    ----------
    things : Obstacles
        The building, with the losses of the band.
    source_xyz_m, points_xyz_m : ndarray (i, 3), (j, 3)
        Antennas and points in the building's frame [m].
    law : PathLoss
        What every way loses.
    band : "2.4", "5" or "6"
        The band.
    wanted_ij : ndarray of bool (i, j), optional
        Where False, the answer is the least that the loss can be: without walls, and with every mirror at its best.
    antennas : Aerials, optional
        How the antennas send into every direction; None: the same into all.
    ways : Path, optional
        What lies on the straight lines, where `path` has told it already.

    Returns
    -------
    ndarray (i, j)
        Loss, what the antenna sends less into that direction included [dB].

    Notes
    -----
    A law with `n_images` adds the powers of the straight line and of that many ways over mirrors, those that bring most
    to the points of each height, and raises the sum by what further ways bring (`predict.images`). None of these ways
    is shorter than the straight line, and mirrors don't amplify: n images bring n + 1 times the power that the straight
    line would bring through nothing, at most, and the further ways raise that to `MOST_MORE` times as much, at most.
    """
    reckoning = _Reckoning(things, law, band, antennas)
    ways = ways or path(things, source_xyz_m, points_xyz_m, band=band, wanted_ij=wanted_ij)
    straight_db = reckoning.loss_db(ways) - _sent_db(antennas, source_xyz_m, points_xyz_m)
    if not law.n_images or not straight_db.size:
        return np.asarray(straight_db)
    wanted = np.ones(straight_db.shape, dtype=np.bool_) if wanted_ij is None else wanted_ij
    power_ij = ratio_from_db(-straight_db)
    _add_images(reckoning, source_xyz_m, points_xyz_m, wanted, power_ij)
    bare_db = reckoning.loss_db(_bare_path(ways.distance_m))
    return np.where(wanted, -db_from_ratio(power_ij), bare_db - float(db_from_ratio((law.n_images + 1.0) * MOST_MORE)))


def loss_within_db(
    things: Obstacles,
    source_xyz_m: Array,
    points_xyz_m: Array,
    law: PathLoss,
    *,
    band: Band,
    limit_db_ij: Array,
    antennas: Aerials | None = None,
) -> tuple[Array, Path]:
    """Return the path loss (i, j), inf where it is beyond a limit even without walls [dB], and what lies between.

    A wall never helps the straight line, and what images can add is bounded, so that most rays of a large school need
    no wall test at all.
    """
    none = np.zeros((len(source_xyz_m), len(points_xyz_m)), dtype=np.bool_)
    way = things, source_xyz_m, points_xyz_m, law
    met = cut(things, source_xyz_m, points_xyz_m, band=band, wanted_ij=none)
    bare = _path(Crossings(*met), _distances_m(source_xyz_m, points_xyz_m))
    wanted_ij = loss_db(*way, band=band, antennas=antennas, wanted_ij=none, ways=bare) <= limit_db_ij
    # the bare ways end here: what lies between is written on in place
    met = cut(things, source_xyz_m, points_xyz_m, band=band, wanted_ij=wanted_ij, begun=met)
    ways = _path(Crossings(*met), np.asarray(bare.distance_m))
    loss = loss_db(*way, band=band, antennas=antennas, wanted_ij=wanted_ij, ways=ways)
    return np.where(wanted_ij, loss, np.inf), ways


def _sent_db(antennas: Aerials | None, source_xyz_m: Array, points_xyz_m: Array) -> Array:
    """Return what antennas send straight towards points, below their strongest direction (i, j) [dB]."""
    sent = np.zeros((len(source_xyz_m), len(points_xyz_m)))
    if antennas is not None:
        for i, (pattern, axes) in enumerate(zip(*antennas, strict=True)):
            sent[i] = departing_db(pattern, axes, np.asarray(source_xyz_m)[i], points_xyz_m)
    return sent


def _add_images(
    reckoning: _Reckoning, source_xyz_m: Array, points_xyz_m: Array, wanted_ij: BoolArray, power_ij: Array
) -> None:
    mirrors = Mirrors(reckoning.things)
    first_i = _first_of_room(reckoning.things, source_xyz_m, reckoning.band)
    for at_height in storeys(points_xyz_m):
        chosen: dict[int, Chosen] = {}
        for i, source in enumerate(source_xyz_m):
            here = at_height[wanted_ij[i, at_height]]
            if not here.size:
                continue
            first = int(first_i[i])
            if first not in chosen:
                near = points_xyz_m[at_height]
                chosen[first] = mirrors.best(source_xyz_m[first], near, reckoning.law.n_images)
            for way in chosen[first].ways:
                world = mirrors.world(way, source)
                if world is not None:
                    antenna = None if reckoning.antennas is None else _aerial(reckoning.antennas, i)
                    _add_way(reckoning, world, (source, antenna), (points_xyz_m, here), power_ij[i])
            b = reckoning.things.band(reckoning.band)
            power_ij[i, here] *= chosen[first].more(points_xyz_m[here])[b]


def _aerial(antennas: Aerials, i: int) -> tuple[Pattern, Array]:
    return antennas.pattern_i[i], antennas.axes_ixyz[i]


def _add_way(
    reckoning: _Reckoning,
    world: World,
    sender: tuple[Array, tuple[Pattern, Array] | None],
    places: tuple[Array, IntArray],
    power_j: Array,
) -> None:
    """Add the power of one way to those of some points that it reaches, unless it can't matter there."""
    points_xyz_m, here = places
    image = world.image_m(sender[0])
    distance_m = np.sqrt(((points_xyz_m[here] - image) ** 2).sum(axis=1))
    bare = _bare_path(distance_m)
    matters = ratio_from_db(-reckoning.loss_db(bare)) > LEAST_SHARE * power_j[here]
    here, distance_m = here[matters], distance_m[matters]
    if not here.size:
        return
    met = _met(reckoning, world, image, points_xyz_m[here])
    through_j = np.isfinite(met[6])
    here, met = here[through_j], met[:, through_j]
    ways = Path(
        distance_m=distance_m[through_j],
        wall_db=met[0],
        slab_db=met[1],
        n_light_walls=met[2],
        n_heavy_walls=met[3],
        n_floors=met[4],
        reflection_db=met[6],
    )
    gain_db = -reckoning.loss_db(ways)
    if sender[1] is not None:
        pattern, axes = sender[1]
        gain_db = gain_db + departing_db(pattern, axes @ world.turn, image, points_xyz_m[here])
    power_j[here] += ratio_from_db(gain_db)


def _met(reckoning: _Reckoning, world: World, image_xyz_m: Array, points_xyz_m: Array) -> Array:
    things, b = reckoning.things, reckoning.things.band(reckoning.band)
    passed, reflected = (np.ascontiguousarray(t[:, b]) for t in (things.passed_db_kba, things.reflected_db_kba))
    gates = Met(world.gate_w, world.gate_kind_w, world.gate_slabs, reflected)
    walls = Met(world.wall_w, world.kind_w, world.slabs, passed)
    counts = np.ascontiguousarray(things.heavy_kb[:, b]), things.spread_db_k
    return through(image_xyz_m, points_xyz_m, gates, walls, counts, world.n_gates)


def _bare_path(distance_m: Array) -> Path:
    nothing = np.zeros(distance_m.shape)
    return Path(
        distance_m=distance_m,
        wall_db=nothing,
        slab_db=nothing,
        n_light_walls=nothing,
        n_heavy_walls=nothing,
        n_floors=nothing,
    )


def _first_of_room(things: Obstacles, source_xyz_m: Array, band: Band) -> IntArray:
    """Return for every antenna the first one that it sees near it at its own height: they share a room."""
    xyz = np.asarray(source_xyz_m, dtype=np.float64)
    near = np.sqrt(((xyz[:, None] - xyz[None]) ** 2).sum(axis=2)) <= SAME_ROOM_M
    near &= np.abs(xyz[:, None, 2] - xyz[None, :, 2]) < 0.5
    met = crossings(things, xyz, xyz, band=band, wanted_ij=near)
    sees = near & (met.n_light_ij + met.n_heavy_ij + met.n_floors_ij == 0)
    first = np.arange(len(xyz))
    for i in range(len(xyz)):
        heads = np.flatnonzero(sees[i, :i] & (first[:i] == np.arange(i)))
        if heads.size:
            first[i] = heads[0]
    return first
