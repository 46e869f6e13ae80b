r"""The integer programmes of the placement, from coarse to fine; `levels` solves them.

All say: x_c = 1 uses column c (a candidate and the rooms it serves), s_r = 1 serves room r.

.. math:: \sum_{c \ni r} p_c x_c \ge s_r, \qquad \sum_{c \in g} x_c \le m_g, \qquad
          \sum_{c\ \mathrm{new}} x_c \le N

They differ in what a group g is: a set model has no groups (any candidate that can serve the set may take it), a class
model groups candidates that can serve the same sets, a column model has one group a candidate and carries the cost.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from wifiplan.design.columns import Columns, rooms_of, widest_sets
from wifiplan.design.solver import entries, matrix_of
from wifiplan.units import Array, BoolArray, IntArray

ANY = -1
"""Candidate of a column that several candidates can take."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spots:
    """What is known of the candidates.

    Parameters
    ----------
    fixed_i, owned_i, preferred_i : ndarray of bool (i,)
        Candidates that stay; that may stay, move or go; that break ties.
    heard_i : ndarray (i,)
        Weight of a candidate's load in the expected interference.
    away_ir : ndarray (i, r)
        What is added to it where candidate i serves room r.
    """

    fixed_i: BoolArray
    owned_i: BoolArray
    preferred_i: BoolArray
    heard_i: Array
    away_ir: Array

    @property
    def standing_i(self) -> BoolArray:
        """Candidates where an access point hangs, so that it need not be bought."""
        return np.asarray(self.fixed_i | self.owned_i)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """Rows and columns that all levels share.

    Parameters
    ----------
    part_rx : sparse array (r, x)
        Share of room r that variable x serves.
    limit_gx : sparse array (g, x)
        Rows limit_gx · x <= limit_g.
    limit_g : ndarray (g,)
        Their right-hand sides.
    counted_x, owned_x, preferred_x : ndarray (x,)
        1 where the variable puts an access point at a spot where none hangs; uses an owned one; a preferred spot.
    load_x : ndarray (x,)
        Airtime of its candidate that the variable takes [share].
    cost_x : ndarray (x,)
        Expected interference of the variable.
    candidate_x : ndarray of int (x,)
        Its candidate, or `ANY`.
    rooms_x : tuple of int
        Its room set, 0 for a variable that serves no room by itself.
    partition : bool
        Serve each room exactly once (the cost counts every service), not at least once.
    known_x : ndarray of bool (x,)
        Variables of an answer that is known: a solve over some of the variables keeps them.
    """

    part_rx: sparse.csr_array
    limit_gx: sparse.csr_array
    limit_g: Array
    counted_x: Array
    owned_x: Array
    preferred_x: Array
    load_x: Array
    cost_x: Array
    candidate_x: IntArray
    rooms_x: tuple[int, ...]
    partition: bool
    known_x: BoolArray

    def with_rows(self, rows_gx: sparse.csr_array, most_g: Array) -> "Model":
        """Return the model with further rows rows_gx · x <= most_g."""
        return replace(
            self,
            limit_gx=matrix_of(sparse.vstack([self.limit_gx, rows_gx])),
            limit_g=np.concatenate([self.limit_g, most_g]),
        )

    def knowing(self, rooms_i: dict[int, int]) -> "Model":
        """Return the model that keeps the columns of an answer, given as the room set of each candidate."""
        known = [
            rooms_i.get(i, 0) & room_set == room_set if room_set.bit_count() == 1 else rooms_i.get(i, 0) == room_set
            for i, room_set in zip(self.candidate_x.tolist(), self.rooms_x, strict=True)
        ]
        return replace(self, known_x=np.array(known, dtype=np.bool_))


def set_model(columns: Columns, spots: Spots) -> Model:
    """Return the smallest relaxation: every widest room set at most once, candidates free.

    Candidates where an access point hangs, or that share a room, keep their own columns: they are not interchangeable.
    """
    own, free = _split(columns, spots.standing_i)
    sets = widest_sets([columns.rooms_c[c] for c in free])
    return _cover_model(columns, own, [(room_set, ANY) for room_set in sets], spots)


def class_model(columns: Columns, spots: Spots) -> Model:
    """Return the exact cover model: candidates that can serve the same sets form a class with its headcount."""
    own, free = _split(columns, spots.standing_i)
    own_candidates = {int(columns.candidate_c[c]) for c in own}
    family_i: dict[int, list[int]] = {}
    for c in free:
        family_i.setdefault(int(columns.candidate_c[c]), []).append(columns.rooms_c[c])
    n_by_family: dict[tuple[int, ...], int] = {}
    variables: list[tuple[int, int]] = []
    for i, family in family_i.items():
        if i in own_candidates:
            variables.extend((room_set, i) for room_set in family)
        else:
            key = tuple(sorted(family))
            n_by_family[key] = n_by_family.get(key, 0) + 1
    headcounts: list[int] = []
    classes: list[int] = [-1] * len(variables)
    for g, (family_key, headcount) in enumerate(n_by_family.items()):
        variables.extend((room_set, ANY) for room_set in family_key)
        classes.extend([g] * len(family_key))
        headcounts.append(headcount)
    model = _cover_model(columns, own, variables, spots)
    place = np.array([-1] * len(own) + classes, dtype=np.int64)
    in_class = np.flatnonzero(place >= 0)
    rows = sparse.csr_array((np.ones(in_class.size), (place[in_class], in_class)), shape=(len(headcounts), place.size))
    return model.with_rows(rows, np.array(headcounts, dtype=np.float64))


def column_model(columns: Columns, spots: Spots) -> Model:
    """Return the full model: every set of every candidate, at its load times how widely it is heard (Bosio & Yuan).

    What speaks against a candidate for a room of the set is added (`away_ir`).
    """
    candidate_x = columns.candidate_c
    n_x, n_candidates = candidate_x.size, spots.fixed_i.size
    part_rx = _parts(columns.rooms_c, columns.part_c, spots.away_ir.shape[1])
    cost_x = columns.load_c * spots.heard_i[candidate_x]
    of_r, of_x = part_rx.nonzero()
    np.add.at(cost_x, of_x, spots.away_ir[candidate_x[of_x], of_r])
    return Model(
        part_rx=part_rx,
        limit_gx=entries(np.ones(n_x), candidate_x, np.arange(n_x), (n_candidates, n_x)),
        limit_g=np.ones(n_candidates),
        counted_x=(~spots.standing_i[candidate_x]).astype(np.float64),
        owned_x=spots.owned_i[candidate_x].astype(np.float64),
        preferred_x=spots.preferred_i[candidate_x].astype(np.float64),
        load_x=columns.load_c,
        cost_x=cost_x,
        candidate_x=candidate_x,
        rooms_x=columns.rooms_c,
        partition=True,
        known_x=np.zeros(n_x, dtype=np.bool_),
    )


def _split(columns: Columns, standing_i: BoolArray) -> tuple[list[int], list[int]]:
    """Return the maximal columns that keep their candidate, and those that any candidate may take."""
    own = standing_i[columns.candidate_c] | (columns.part_c < 1.0)
    return (
        np.flatnonzero(columns.maximal_c & own).tolist(),
        np.flatnonzero(columns.maximal_c & ~own).tolist(),
    )


def _cover_model(columns: Columns, own: list[int], free: list[tuple[int, int]], spots: Spots) -> Model:
    """Return own columns first, then the free (room set, candidate) pairs; one row a named candidate."""
    rooms_x = tuple(columns.rooms_c[c] for c in own) + tuple(room_set for room_set, _ in free)
    part_x = np.concatenate([columns.part_c[own], np.ones(len(free))])
    candidate_x = np.array([int(columns.candidate_c[c]) for c in own] + [i for _, i in free], dtype=np.int64)
    named = np.flatnonzero(candidate_x != ANY)
    n_x = candidate_x.size
    return Model(
        part_rx=_parts(rooms_x, part_x, spots.away_ir.shape[1]),
        limit_gx=entries(np.ones(named.size), candidate_x[named], named, (spots.fixed_i.size, n_x)),
        limit_g=np.ones(spots.fixed_i.size),
        counted_x=np.where(candidate_x == ANY, 1.0, ~spots.standing_i[candidate_x]),
        owned_x=np.where(candidate_x == ANY, 0.0, spots.owned_i[candidate_x]),
        preferred_x=np.zeros(n_x),
        load_x=np.zeros(n_x),
        cost_x=np.zeros(n_x),
        candidate_x=candidate_x,
        rooms_x=rooms_x,
        partition=False,
        known_x=np.zeros(n_x, dtype=np.bool_),
    )


def _parts(rooms_x: tuple[int, ...], part_x: Array, n_rooms: int) -> sparse.csr_array:
    """Return the matrix (r, x) of the share of each room that each column serves."""
    rows: list[int] = []
    cols: list[int] = []
    for x, room_set in enumerate(rooms_x):
        members = rooms_of(room_set)
        rows.extend(members)
        cols.extend([x] * len(members))
    column = np.array(cols, dtype=np.int64)
    return entries(part_x[column], np.array(rows, dtype=np.int64), column, (n_rooms, len(rooms_x)))
