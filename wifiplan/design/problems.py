"""What is to be placed, checked before any solver sees it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wifiplan.design.columns import SLACK_SHARE, shared_rooms
from wifiplan.errors import Fault, SolverError
from wifiplan.units import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """What is to be placed; the parameters are those of `placement.place`.

    `n_at_once` is how many rooms can be active at the same moment (k class sets at a school of n rooms): an access
    point must carry that many of the heaviest rooms that it serves. None: all of them. `away_ir` is added to the
    expected interference where candidate i serves room r: what speaks against it, as devices that hear another better.
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
    fixed_i : ndarray of bool (i,)
        Candidates that are there already.
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
    fixed_i: BoolArray
    n_new: int
    n_missing: int
    servable_r: BoolArray
    shared_r: BoolArray


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
    fixed = np.zeros(n_candidates, dtype=np.bool_)
    strangers = [i for i in problem.fixed_i if not 0 <= i < n_candidates]
    faults.extend(Fault(where="fixed_i", problem=f"candidate {i} does not exist") for i in strangers)
    fixed[[i for i in problem.fixed_i if i not in strangers]] = True
    if problem.n_aps is not None and problem.n_aps < 0:
        faults.append(Fault(where="n_aps", problem=f"is negative ({problem.n_aps})"))
    if problem.n_at_once is not None and problem.n_at_once < 1:
        faults.append(Fault(where="n_at_once", problem=f"is not positive ({problem.n_at_once})"))
    if problem.exactly and problem.n_aps is None:
        faults.append(Fault(where="exactly", problem="needs a number of access points (n_aps)"))
    if faults:
        raise _error(faults)
    n_free = n_candidates - int(fixed.sum())
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
        fixed_i=fixed,
        n_new=min(n_wanted, n_free),
        n_missing=max(0, n_wanted - n_free) if problem.exactly else 0,
        servable_r=alone | (shared & enough),
        shared_r=shared,
    )


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
