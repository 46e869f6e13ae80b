"""A plan, or a building with what hangs in it, as the state that is compared: results at plan.json's own rounding."""

from dataclasses import fields, is_dataclass, replace
from operator import attrgetter
from typing import TypeVar, cast

from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint
from wifiplan.study.compare.records import PARTS, Part, Result, State
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint

DIGITS = 4
"""Decimals of results in plan.json: 0.1 mm, 0.01 % of airtime. Site and settings are kept exactly."""

T = TypeVar("T")


def state_of(plan: Plan) -> State:
    """Return all that a plan states, results rounded as in plan.json."""
    result = Result(
        version=plan.version,
        band=plan.band,
        proof=plan.proof,
        n_aps_allowed=plan.n_aps_allowed,
        n_class_sets=plan.n_class_sets,
        n_rooms_at_once=plan.n_rooms_at_once,
        assumptions=plan.assumptions,
        other_bands=plan.other_bands,
        robustness=plan.robustness,
    )
    return State(
        site=plan.site,
        access_points=_rounded(plan.access_points),
        rooms=_rounded(plan.rooms),
        bill=_rounded(plan.bill),
        settings=plan.settings,
        result=_rounded(result),
        standing=frozenset(ap.id for ap in plan.site.access_points),
    )


def plan_of(state: State) -> Plan:
    """Return the plan that a full state is of.

    Raises
    ------
    ValueError
        The state is that of a building.
    """
    if state.rooms is None or state.bill is None or state.settings is None or state.result is None:
        raise ValueError("a state without rooms, bill, settings or result is no plan")
    return Plan(
        version=state.result.version,
        site=state.site,
        settings=state.settings,
        band=state.result.band,
        rooms=state.rooms,
        access_points=state.access_points,
        bill=state.bill,
        proof=state.result.proof,
        n_aps_allowed=state.result.n_aps_allowed,
        n_class_sets=state.result.n_class_sets,
        n_rooms_at_once=state.result.n_rooms_at_once,
        assumptions=state.result.assumptions,
        other_bands=state.result.other_bands,
        robustness=state.result.robustness,
    )


def site_state(site: Site) -> State:
    """Return a building and what hangs in it, as far as known, as a state."""
    bare = replace(site, access_points=())
    return State(
        site=bare,
        access_points=_rounded(tuple(_hung(ap, bare) for ap in site.access_points)),
        hung=True,
        standing=frozenset(ap.id for ap in site.access_points),
    )


def as_hung(state: State) -> State:
    """Return what hangs in the building once a plan is carried out; a building's state as it is."""
    if state.hung:
        return state
    # a plan names the cabinet of a new cable; one that hangs there keeps its own
    cabinets = {ap.id: ap.cabinet for ap in state.site.access_points}
    planned = (p.access_point for p in state.access_points if p.action != "removed")
    points = tuple(replace(ap, cabinet=cabinets[ap.id]) if ap.id in cabinets else ap for ap in planned)
    bare = replace(state.site, access_points=())
    return replace(
        state,
        site=bare,
        access_points=tuple(_hung(ap, bare) for ap in points),
        hung=True,
        bill=None,
        settings=None,
        result=None,
    )


def all_standing(state: State) -> State:
    """Return a state whose ids are all written on devices: what was built from a plan bears the plan's numbers."""
    return replace(state, standing=frozenset(p.access_point.id for p in state.access_points))


def only(state: State, parts: tuple[Part, ...]) -> State:
    """Return a state without the parts that are not named."""
    return replace(
        state,
        rooms=state.rooms if "rooms" in parts else None,
        bill=state.bill if "bill" in parts else None,
        settings=state.settings if "settings" in parts else None,
        result=state.result if "result" in parts else None,
    )


def known_parts(state: State) -> tuple[Part, ...]:
    """Return the parts that a state has."""
    values = (state.rooms, state.bill, state.settings, state.result)
    return tuple(part for part, value in zip(PARTS, values, strict=True) if value is not None)


def on_common_ground(before: State, after: State) -> tuple[State, State]:
    """Return two states reduced to what both know."""
    if before.hung or after.hung:
        before, after = as_hung(before), as_hung(after)
    theirs = known_parts(after)
    parts = tuple(part for part in known_parts(before) if part in theirs)
    return only(before, parts), only(after, parts)


def _hung(ap: AccessPoint, site: Site) -> PlannedAccessPoint:
    """Return an access point that hangs there as one that stays, without anything that only a plan says."""
    names = {room.id: room.name for floor in site.floors for room in floor.rooms}
    return PlannedAccessPoint(
        access_point=ap,
        action="kept",
        reason=Reason(code="kept"),
        room_id=ap.room_id,
        room_name=names.get(ap.room_id or ""),
    )


def _rounded(value: T) -> T:
    """Return plain records with every float rounded, as plan.json holds them."""
    found: object = value
    if isinstance(value, float):
        found = round(value, DIGITS)
    elif isinstance(value, tuple):
        found = tuple(_rounded(item) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        # every field in turn, as dataclasses.asdict does it
        found = replace(value, **{f.name: _rounded(attrgetter(f.name)(value)) for f in fields(value)})
    return cast("T", found)
