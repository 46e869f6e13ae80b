"""The placement of one school's access points: what rooms take of candidates, given to the solver."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.design.placement import Placement, solve
from wifiplan.design.problems import Problem
from wifiplan.design.solver import Limits
from wifiplan.predict.capacity import Service, contention_weight
from wifiplan.study.joining import used_share_ir
from wifiplan.study.scene import Scene
from wifiplan.units import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offer:
    """What every candidate could do on channels `width_mhz` wide, its widest where that is narrower."""

    width_mhz: int
    does: Service


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cuts:
    """What plans that did not hold have taught: `crowded_i` is a factor on what rooms take of every candidate.

    With `strongest`, rooms are served by the candidate that they hear loudest alone.
    """

    crowded_i: Array
    strongest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """A placement, and the widest channel that each candidate needs for it [MHz].

    `problem` and `found` are what the solver was asked and what it said, over options x: candidates `of_x` at widths
    `width_mhz_x`.
    """

    placement: Placement
    width_mhz_i: IntArray
    problem: Problem
    found: Placement
    of_x: IntArray
    width_mhz_x: IntArray


def chosen_places(
    setting: Scene,
    best: Service,
    offers: Sequence[Offer] = (),
    *,
    cuts: Cuts | None = None,
    classrooms_only: bool = False,
) -> Places:
    """Solve the placement: what rooms take is divided by their own caps, so that the common cap is 1.

    Parameters
    ----------
    setting : Scene
        Candidates, and the widest channel of each.
    best : Service
        What every candidate could do at that width.
    offers : sequence of Offer
        What they could do at narrower ones. Those that can do more so (a narrow channel has less noise) are offered at
        both widths.
    cuts : Cuts, optional
        What earlier rounds have taught.
    classrooms_only : bool
        Serve classrooms alone.
    """
    needs = setting.demand.needs
    base_ir = _load_ir(setting, best, classrooms_only=classrooms_only)
    source, loads, widths = [np.arange(len(base_ir))], [base_ir], [setting.width_mhz_i]
    for offer in offers:
        more_ir = _load_ir(setting, offer.does, classrooms_only=classrooms_only)
        able_i = (more_ir < np.minimum(base_ir, 1.0 + 1e-9)).any(axis=1) & (setting.width_mhz_i > offer.width_mhz)
        able_i[: setting.n_fixed] = False
        source.append(np.flatnonzero(able_i))
        loads.append(more_ir[able_i])
        widths.append(np.full(int(able_i.sum()), offer.width_mhz))
    of_x, load_xr, width_x = np.concatenate(source), np.concatenate(loads), np.concatenate(widths)
    if cuts is not None:
        load_xr = load_xr * cuts.crowded_i[of_x, None]
    heard_ij = _heard(setting)
    stays_i = staying(setting)
    n_aps = setting.settings.n_aps
    problem = Problem(
        load_share_ir=load_xr,
        priority_r=np.array([need.priority for need in needs], dtype=np.int64),
        n_aps=None if n_aps is None else n_aps + int(stays_i.sum()),
        max_share=1.0,
        heard_ij=heard_ij[np.ix_(of_x, of_x)],
        fixed_i=tuple(np.flatnonzero(stays_i).tolist()),
        owned_i=tuple(np.flatnonzero(~stays_i).tolist()),
        n_movable=int((~stays_i).sum()) if setting.settings.design.existing == "move" else 0,
        exactly=setting.settings.design.exactly,
        n_at_once=setting.demand.n_rooms_at_once,
        away_ir=np.where(_at_home(setting), 0.0, 1.0 + heard_ij.sum(axis=1).max(initial=0.0))[of_x],
        strength_ir=best.heard_dbm_ir[of_x] if cuts is not None and cuts.strongest else None,
    )
    return placed(setting, problem, solve(problem, Limits()), of_x, width_x)


def placed(setting: Scene, problem: Problem, found: Placement, of_x: IntArray, width_x: IntArray) -> Places:
    """Return a placement over options x as one over candidates.

    Two access points at one place are one of them a little aside.
    """
    width_mhz_i = setting.width_mhz_i.copy()
    taken: dict[int, int] = {}
    for x in found.chosen_i:
        i = int(of_x[x])
        if i in taken.values():
            i = _beside(setting, i, set(taken.values()))
        taken[x] = i
        width_mhz_i[i] = width_x[x]
    placement = replace(
        found,
        chosen_i=tuple(sorted(taken.values())),
        serving_r=tuple(-1 if x < 0 else taken[x] for x in found.serving_r),
        extra_ir=tuple((taken[x], r) for x, r in found.extra_ir),
        part_ir=tuple((taken[x], r, share) for x, r, share in found.part_ir),
    )
    return Places(
        placement=placement, width_mhz_i=width_mhz_i, problem=problem, found=found, of_x=of_x, width_mhz_x=width_x
    )


def _beside(setting: Scene, i: int, taken: set[int]) -> int:
    """Return the candidate nearest to i that is free: of the same ceiling, as the spacing is."""
    apart_m = np.linalg.norm(setting.antennas_xyz_m - setting.antennas_xyz_m[i], axis=1)
    return next(int(k) for k in np.argsort(apart_m, kind="stable") if int(k) not in taken and k >= setting.n_fixed)


def _load_ir(setting: Scene, does: Service, *, classrooms_only: bool) -> Array:
    load_ir = used_share_ir(setting, does)
    load_ir[_drawn_away(setting, load_ir)] = np.inf
    if classrooms_only:
        load_ir[:, [need.priority > 0 for need in setting.demand.needs]] = np.inf
    return load_ir


def _heard(setting: Scene) -> Array:
    power_dbm_i = setting.power_dbm_i(setting.kit.eirp_levels_dbm[-1])
    heard_ij = contention_weight(power_dbm_i[:, None] - setting.hearing_db_ii)
    np.fill_diagonal(heard_ij, 0.0)
    return heard_ij


def _at_home(setting: Scene) -> BoolArray:
    """Return which candidate hangs in which room (i, r).

    Devices join the strongest signal, mostly that of their own room: one room more that another serves weighs more
    than all interference.
    """
    rooms = [need.room_id for need in setting.demand.needs]
    own = [[ap.room_id == room for room in rooms] for ap in setting.candidates]
    return np.array(own, dtype=np.bool_).reshape(len(setting.candidates), len(rooms))


def staying(setting: Scene) -> BoolArray:
    """Return which existing access points must hang where they are; those may move that are like new ones."""
    n, design = setting.n_fixed, setting.settings.design
    if design.existing == "keep":
        return np.ones(n, dtype=np.bool_)
    if design.existing == "remove":
        return np.zeros(n, dtype=np.bool_)
    return np.array([model != setting.kit.model for model in setting.models[:n]], dtype=np.bool_)


def _drawn_away(setting: Scene, used_ir: Array) -> BoolArray:
    """Return who can't serve whom (i, r) because an existing access point hangs in the room and carries it.

    Devices join that one, by far the strongest, so no other serves the room; and nobody hangs a second one beside it.
    """
    n, own_ir = setting.n_fixed, _at_home(setting)
    stays_i = staying(setting)
    carried_r: BoolArray = np.asarray((own_ir[:n] & (used_ir[:n] <= 1.0))[stays_i].any(axis=0))
    beside_i: BoolArray = np.asarray((own_ir & carried_r[None, :]).any(axis=1))
    away_ir: BoolArray = np.asarray(~own_ir & carried_r[None, :])
    away_ir[n:] |= beside_i[n:, None]
    return away_ir
