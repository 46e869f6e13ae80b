"""Synthetic schools for the benchmarks of the optimiser: a shape, walls, loads by distance, all from a seed.

Walls and rates are assumed figures, typical of brick classrooms and concrete slabs; only ratios of times compare.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from wifiplan.units import Array, IntArray

Shape: TypeAlias = Literal["corridor", "corner", "blocks"]
"""One block of four storeys along a corridor; an L of two wings; two parallel blocks across a yard."""

SHAPES: tuple[Shape, ...] = get_args(Shape)

_ROOM_M = (9.0, 7.5, 3.6)
"""Width along the corridor, depth and storey height [m]."""
_YARD_M = 20.0
_STOREYS = 4
_FACADE_DB = 10.0
_SLAB_BY_WALL = 2.0
"""A slab loses this many times the decibels of a wall."""
_STRENGTH_AT_1_M_DBM = -27.0
_NOISE_DBM = -90.0
_LEAST_SNR_DB, _FULL_SNR_DB = 24.0, 38.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What school to make.

    Parameters
    ----------
    shape : str
        One of `SHAPES`.
    n_rooms, per_room : int
        Rooms; candidates on the ceiling of each.
    rooms_per_ap : float
        Rooms that one access point carries where all hear it well.
    n_halls : int
        Rooms with the load of four and a half, of the second tier.
    n_tiers : int
        Tiers; every fifth room is not of the first.
    cap_spread : float
        How far the caps of rooms lie apart: 0.8 of airtime down to 0.8 less this.
    wall_db : float
        Loss of a wall between rooms [dB]: 8 lets an access point reach 3 to 5 rooms, 4 lets it reach a dozen.
    shadowing_db : float
        Standard deviation of what walls do not explain [dB].
    seed : int
        Of the generator.
    """

    shape: Shape = "corridor"
    n_rooms: int = 56
    per_room: int = 12
    rooms_per_ap: float = 3.0
    n_halls: int = 0
    n_tiers: int = 2
    cap_spread: float = 0.0
    wall_db: float = 8.0
    shadowing_db: float = 2.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class School:
    """A placement problem: loads and strengths (i, r), tiers and caps (r,), how candidates hear each other (i, i)."""

    load_share_ir: Array
    strength_dbm_ir: Array
    tier_r: IntArray
    cap_r: Array
    heard_ij: Array


def school(wish: Wish) -> School:
    """Return the school that a wish describes; same wish, same school."""
    generator = np.random.default_rng(wish.seed)
    centre, wing_r = _rooms(wish.shape, wish.n_rooms)
    half = (_ROOM_M[0] / 2, _ROOM_M[1] / 2, 0.0)
    shift = generator.uniform(
        [-half[0], -half[1], 0.0], [half[0], half[1] + 2.5, 1e-9], (wish.n_rooms * wish.per_room, 3)
    )
    place = np.repeat(centre, wish.per_room, axis=0) + shift
    wing_i = np.repeat(wing_r, wish.per_room)
    strength = _STRENGTH_AT_1_M_DBM - _loss_db(place, wing_i, centre, wing_r, wall_db=wish.wall_db)
    strength += generator.normal(0.0, wish.shadowing_db, strength.shape)
    snr = strength - _NOISE_DBM
    weight = generator.uniform(0.8, 1.2, wish.n_rooms)
    halls = generator.choice(wish.n_rooms, wish.n_halls, replace=False)
    weight[halls] = 4.5 * wish.rooms_per_ap / 1.5
    load = 0.8 / wish.rooms_per_ap * weight * np.maximum(1.0, 1.0 + (_FULL_SNR_DB - snr) / 20.0)
    load[snr < _LEAST_SNR_DB] = np.inf
    tier = np.where(np.arange(wish.n_rooms) % 5 == 4, generator.integers(1, max(2, wish.n_tiers), wish.n_rooms), 0)
    tier[halls] = 1
    between = _STRENGTH_AT_1_M_DBM - _loss_db(place, wing_i, place, wing_i, wall_db=wish.wall_db)
    return School(
        load_share_ir=load,
        strength_dbm_ir=strength,
        tier_r=(tier * (wish.n_tiers > 1)).astype(np.int64),
        cap_r=0.8 - wish.cap_spread * generator.random(wish.n_rooms),
        heard_ij=np.clip((between + 90.0) / 30.0, 0.0, 1.0),
    )


def _rooms(shape: Shape, n_rooms: int) -> tuple[Array, IntArray]:
    """Return the centre of each room [m] and its wing."""
    per_floor = -(-n_rooms // _STOREYS)
    room = np.arange(n_rooms)
    along, storey = room % per_floor, room // per_floor
    first = per_floor if shape == "corridor" else -(-per_floor // 2)
    wing = (along >= first).astype(np.int64)
    back = np.where(wing == 1, along - first, 0)
    x = np.where(wing == 0, along, back if shape == "blocks" else 0) * _ROOM_M[0]
    y = np.where(wing == 0, 0.0, _YARD_M if shape == "blocks" else (back + 1.5) * _ROOM_M[0])
    return np.column_stack([x, y, storey * _ROOM_M[2]]), wing


def _loss_db(place: Array, wing_i: IntArray, to: Array, wing_j: IntArray, *, wall_db: float) -> Array:
    """Return the loss between points (i, j): spreading, walls every room along a wing, slabs, facades between wings."""
    apart = np.abs(place[:, None, :] - to[None, :, :])
    spread_db = 30.0 * np.log10(np.maximum(1.0, np.linalg.norm(apart, axis=2)))
    along = np.maximum(apart[..., 0], apart[..., 1])
    walls_db = wall_db * (np.round(along / _ROOM_M[0]) + _SLAB_BY_WALL * np.round(apart[..., 2] / _ROOM_M[2]))
    other_db = 2 * _FACADE_DB * (wing_i[:, None] != wing_j[None, :])
    return np.asarray(spread_db + np.minimum(walls_db, 60.0) + other_db)
