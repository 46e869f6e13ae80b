"""What is to be placed, checked before any solver sees it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wifiplan.design.columns import SLACK_SHARE, shared_rooms
from wifiplan.design.models import Spots
from wifiplan.errors import Fault, SolverError
from wifiplan.units import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Together these candidates may carry no more airtime than `most_share`."""

    candidates_i: tuple[int, ...]
    most_share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """What is to be placed; the parameters are those of `placement.place`, and these.

    Parameters
    ----------
    n_at_once : int or None
        How many rooms can be active at the same moment (k class sets at a school of n rooms): an access point must
        carry that many of the heaviest rooms that it serves. None: all of them.
    away_ir : ndarray (i, r), optional
        Added to the expected interference where candidate i serves room r: what speaks against it, as devices that
        hear another better.
    strength_ir : ndarray (i, r), optional
        Level at which room r hears candidate i [dBm], -inf where it does not. Devices join the strongest: i serves r
        only if no other candidate that is on the air is heard stronger by more than `margin_db`; access points that
        share a room do not compete with each other. None: any candidate may serve.
    margin_db : float
        How much stronger another may be without drawing a room's devices away [dB].
    owned_i : tuple of int
        Candidates where an access point hangs that may stay or be taken away: in use it counts nothing of `n_aps`.
    n_movable : int
        How many of those not in use may be hung at other candidates, which then count nothing either.
    limits : tuple of Limit
        Airtime that groups of candidates may carry together.
    preferred_i : tuple of int
        Candidates of which most are used, at the same rooms and number of access points.
    """

    load_share_ir: npt.ArrayLike
    priority_r: npt.ArrayLike
    n_aps: int | None
    max_share: npt.ArrayLike
    heard_ij: npt.ArrayLike | None = None
    fixed_i: tuple[int, ...] = ()
    exactly: bool = False
    n_at_once: int | None = None
    away_ir: npt.ArrayLike | None = None
    strength_ir: npt.ArrayLike | None = None
    margin_db: float = 0.0
    owned_i: tuple[int, ...] = ()
    n_movable: int = 0
    limits: tuple[Limit, ...] = ()
    preferred_i: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checked:
    """A problem whose arrays have the right shapes and no impossible figure.

    Parameters
    ----------
    load_share_ir, cap_ir : ndarray (i, r)
        Load of each room on each candidate; most airtime a candidate carries when it serves the room [share].
    tier_r : ndarray of int (r,)
        Tier of each room.
    heard_i : ndarray (i,)
        1 + how strongly the candidate disturbs all others.
    away_ir : ndarray (i, r)
        What is added to the expected interference where candidate i serves room r.
    strength_ir : ndarray (i, r) or None
        How strongly each room hears each candidate [dBm]; None where that does not matter.
    margin_db : float
        How much stronger another candidate may be [dB].
    fixed_i, owned_i, preferred_i : ndarray of bool (i,)
        Candidates that are there already and stay; that may stay, move or go; that break ties.
    n_movable : int
        Owned access points that may be hung elsewhere.
    limits : tuple of Limit
        Airtime that groups of candidates may carry together.
    n_new : int
        Most access points besides the fixed ones.
    n_missing : int
        How many access points were to be installed for which there is no candidate.
    servable_r, shared_r : ndarray of bool (r,)
        Rooms that some candidates can serve; those among them that no single one can.
    """

    load_share_ir: Array
    cap_ir: Array
    tier_r: IntArray
    heard_i: Array
    away_ir: Array
    strength_ir: Array | None
    margin_db: float
    fixed_i: BoolArray
    owned_i: BoolArray
    preferred_i: BoolArray
    n_movable: int
    limits: tuple[Limit, ...]
    n_new: int
    n_missing: int
    servable_r: BoolArray
    shared_r: BoolArray

    @property
    def spots(self) -> Spots:
        """What the models know of the candidates."""
        return Spots(
            fixed_i=self.fixed_i,
            owned_i=self.owned_i,
            preferred_i=self.preferred_i,
            heard_i=self.heard_i,
            away_ir=self.away_ir,
        )


def check(problem: Problem) -> Checked:
    """Return the problem as arrays.

    Raises
    ------
    SolverError
        With every fault found: wrong shapes, NaN, negative or infinite figures where there must be none.
    """
    faults: list[Fault] = []
    load = np.asarray(problem.load_share_ir, dtype=np.float64)
    if load.ndim != 2:
        raise _error([Fault(where="load_share_ir", problem=f"has {load.ndim} axes instead of 2 (candidate, room)")])
    n_candidates, n_rooms = load.shape
    if np.isnan(load).any() or (load < 0.0).any():
        faults.append(Fault(where="load_share_ir", problem="holds NaN or negative loads"))
    tier = _tiers(problem.priority_r, n_rooms, faults)
    cap = _caps(problem.max_share, load.shape, faults)
    heard = _heard(problem.heard_ij, n_candidates, faults)
    away = _away(problem.away_ir, load.shape, faults)
    fixed, owned, preferred = (
        _members(name, chosen, n_candidates, faults)
        for name, chosen in (
            ("fixed_i", problem.fixed_i),
            ("owned_i", problem.owned_i),
            ("preferred_i", problem.preferred_i),
        )
    )
    strength = _strength(problem, load.shape, faults)
    _check_figures(problem, n_candidates, faults)
    if faults:
        raise _error(faults)
    owned &= ~fixed
    load = _without_drawn_away(load, cap, strength, fixed, problem.margin_db)
    n_free = int((~fixed & ~owned).sum())
    n_wanted = n_free if problem.n_aps is None else max(0, problem.n_aps - int(fixed.sum()))
    shared = shared_rooms(load, cap)
    # a shared room needs candidates whose parts make up a whole
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(np.isfinite(load) & (cap > 0.0), cap / load, 0.0)
    enough = part.sum(axis=0, where=np.isfinite(part)) >= 1.0 - SLACK_SHARE
    alone = (load <= cap + SLACK_SHARE).any(axis=0)
    return Checked(
        load_share_ir=load,
        cap_ir=cap,
        tier_r=tier,
        heard_i=heard,
        away_ir=away,
        strength_ir=strength,
        margin_db=problem.margin_db,
        fixed_i=fixed,
        owned_i=owned,
        preferred_i=preferred,
        n_movable=min(problem.n_movable, int(owned.sum())),
        limits=problem.limits,
        n_new=min(n_wanted, n_free),
        n_missing=max(0, n_wanted - n_free) if problem.exactly else 0,
        servable_r=alone | (shared & enough),
        shared_r=shared,
    )


def _members(name: str, chosen: tuple[int, ...], n_candidates: int, faults: list[Fault]) -> BoolArray:
    member: BoolArray = np.zeros(n_candidates, dtype=np.bool_)
    strangers = [i for i in chosen if not 0 <= i < n_candidates]
    faults.extend(Fault(where=name, problem=f"candidate {i} does not exist") for i in strangers)
    member[[i for i in chosen if i not in strangers]] = True
    return member


def _check_figures(problem: Problem, n_candidates: int, faults: list[Fault]) -> None:
    if problem.n_aps is not None and problem.n_aps < 0:
        faults.append(Fault(where="n_aps", problem=f"is negative ({problem.n_aps})"))
    if problem.n_movable < 0:
        faults.append(Fault(where="n_movable", problem=f"is negative ({problem.n_movable})"))
    if problem.n_at_once is not None and problem.n_at_once < 1:
        faults.append(Fault(where="n_at_once", problem=f"is not positive ({problem.n_at_once})"))
    if problem.exactly and problem.n_aps is None:
        faults.append(Fault(where="exactly", problem="needs a number of access points (n_aps)"))
    if not (np.isfinite(problem.margin_db) and problem.margin_db >= 0.0):
        faults.append(Fault(where="margin_db", problem=f"is not a number from 0 ({problem.margin_db})"))
    for n, limit in enumerate(problem.limits):
        _members(f"limits[{n}]", limit.candidates_i, n_candidates, faults)
        if not limit.most_share >= 0.0:
            faults.append(Fault(where=f"limits[{n}]", problem=f"most_share is not a share from 0 ({limit.most_share})"))


def _strength(problem: Problem, shape: tuple[int, ...], faults: list[Fault]) -> Array | None:
    if problem.strength_ir is None:
        return None
    raw = np.asarray(problem.strength_ir, dtype=np.float64)
    if raw.shape != shape:
        faults.append(Fault(where="strength_ir", problem=f"has shape {raw.shape} instead of {shape}"))
    elif np.isnan(raw).any() or (raw == np.inf).any():
        faults.append(Fault(where="strength_ir", problem="holds NaN or infinite levels"))
    return raw


def _without_drawn_away(
    load_ir: Array, cap_ir: Array, strength_ir: Array | None, fixed_i: BoolArray, margin_db: float
) -> Array:
    """Return the loads with inf where an access point that stays draws the room's devices away.

    Rooms that several access points share are left as they are: those that stay may be among the sharers.
    """
    if strength_ir is None or not fixed_i.any():
        return load_ir
    strongest_r = strength_ir[fixed_i].max(axis=0)
    alone_r: BoolArray = np.asarray((load_ir <= cap_ir + SLACK_SHARE).any(axis=0))
    left_ir = np.where(alone_r[None, :] & (strength_ir < strongest_r[None, :] - margin_db), np.inf, load_ir)
    carried_r: BoolArray = np.asarray((left_ir <= cap_ir + SLACK_SHARE).any(axis=0))
    # what no single one carries any more is unserved, not shared
    return np.asarray(np.where((alone_r & ~carried_r)[None, :], np.inf, left_ir))


def _tiers(priority_r: npt.ArrayLike, n_rooms: int, faults: list[Fault]) -> IntArray:
    raw = np.asarray(priority_r, dtype=np.float64)
    if raw.shape != (n_rooms,):
        faults.append(Fault(where="priority_r", problem=f"has shape {raw.shape} instead of ({n_rooms},)"))
        return np.zeros(n_rooms, dtype=np.int64)
    if not np.all(np.isfinite(raw)) or (raw < 0).any() or (raw != np.floor(raw)).any():
        faults.append(Fault(where="priority_r", problem="must hold whole numbers from 0"))
        return np.zeros(n_rooms, dtype=np.int64)
    return raw.astype(np.int64)


def _caps(max_share: npt.ArrayLike, shape: tuple[int, ...], faults: list[Fault]) -> Array:
    raw = np.asarray(max_share, dtype=np.float64)
    try:
        cap = np.broadcast_to(raw, shape)
    except ValueError:
        faults.append(Fault(where="max_share", problem=f"has shape {raw.shape}, which does not fit {shape}"))
        return np.zeros(shape)
    if not np.all(np.isfinite(cap)) or (cap < 0.0).any():
        faults.append(Fault(where="max_share", problem="holds NaN, infinite or negative shares"))
        return np.zeros(shape)
    return np.array(cap)


def _heard(heard_ij: npt.ArrayLike | None, n_candidates: int, faults: list[Fault]) -> Array:
    if heard_ij is None:
        return np.ones(n_candidates)
    raw = np.asarray(heard_ij, dtype=np.float64)
    if raw.shape != (n_candidates, n_candidates):
        wanted = f"({n_candidates}, {n_candidates})"
        faults.append(Fault(where="heard_ij", problem=f"has shape {raw.shape} instead of {wanted}"))
        return np.ones(n_candidates)
    if not np.all(np.isfinite(raw)) or (raw < 0.0).any():
        faults.append(Fault(where="heard_ij", problem="holds NaN, infinite or negative weights"))
        return np.ones(n_candidates)
    return np.asarray(1.0 + raw.sum(axis=1) - raw.diagonal())


def _away(away_ir: npt.ArrayLike | None, shape: tuple[int, ...], faults: list[Fault]) -> Array:
    raw = np.zeros(shape) if away_ir is None else np.asarray(away_ir, dtype=np.float64)
    if raw.shape != shape:
        faults.append(Fault(where="away_ir", problem=f"has shape {raw.shape} instead of {shape}"))
    elif not np.all(np.isfinite(raw)) or (raw < 0.0).any():
        faults.append(Fault(where="away_ir", problem="holds NaN, infinite or negative costs"))
    return raw


def _error(faults: list[Fault]) -> SolverError:
    return SolverError(
        "the placement problem is not well posed",
        remedy="give one load per candidate and room (inf where it can't serve), one tier per room, caps from 0",
        where="placement",
        faults=faults,
    )
