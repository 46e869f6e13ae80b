"""What an installer hangs once a hand has moved access points: rooms served, reasons, cables, distances from walls."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from wifiplan.design.cabling import CableNet
from wifiplan.site.building import Room, Site
from wifiplan.site.geometry import distance_from_walls
from wifiplan.study.cables import Run, runs
from wifiplan.study.explaining import forced_rooms
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import ApAction, Plan, PlannedAccessPoint, PlannedRoom, RoomChange
from wifiplan.study.settling import serves
from wifiplan.study.today import greatest
from wifiplan.study.verdicts import Finished


def hung_as(
    moved: Sequence[PlannedAccessPoint], ends: Mapping[str, Run], design: Finished
) -> tuple[PlannedAccessPoint, ...]:
    """Return a plan's access points as they hang, in the plan's order.

    Parameters
    ----------
    moved : sequence of PlannedAccessPoint
        The plan's access points at their places; those that it removes stay as they are.
    ends : mapping of str to Run
        New cables by access point; the others keep theirs.
    design : Finished
        The design judged.
    """
    tuning, needs = design.tuning, design.scene.demand.needs
    row = {point.id: a for a, point in enumerate(design.points)}
    served_ar, forced = serves(tuning.powered.part_ar), forced_rooms(design)
    rooms = {room.id: room for floor in design.scene.site.floors for room in floor.rooms}
    out = []
    for planned in moved:
        a, ap = row.get(planned.access_point.id), planned.access_point
        found = _cabled(planned, ends.get(ap.id), rooms.get(ap.room_id or ""))
        if a is not None and planned.action != "removed":
            found = replace(
                found,
                serves=tuple(needs[r].room_id for r in np.flatnonzero(served_ar[a])),
                load_share=float(tuning.loads.own_share_i[a]),
                channel_share=float(tuning.loads.channel_share_i[a]),
            )
            found = replace(found, reason=_reason(found, forced.get(ap.id, ())))
        out.append(found)
    return tuple(out)


def _reason(planned: PlannedAccessPoint, forced: tuple[str, ...]) -> Reason:
    if planned.reason.code == "locked":
        return Reason(code="locked", rooms=planned.serves)
    if forced:
        return Reason(code="forced_by_rooms", rooms=forced)
    if planned.serves:
        return Reason(code="relieves_rooms", rooms=planned.serves)
    standing = planned.action in ("kept", "retuned")
    return Reason(code="kept" if standing else "serves_nothing")


def _cabled(planned: PlannedAccessPoint, run: Run | None, room: Room | None) -> PlannedAccessPoint:
    if run is None:
        return planned
    ap = replace(planned.access_point, cabinet=run.cabinet or None)
    sides = (None, None) if room is None or ap.x_m is None or ap.y_m is None else _sides(room, (ap.x_m, ap.y_m))
    return replace(
        planned,
        access_point=ap,
        cabinet=run.cabinet or None,
        cable_m=run.length_m if run.cabinet else None,
        wall_a_m=sides[0],
        wall_b_m=sides[1],
    )


def _sides(room: Room, place: tuple[float, float]) -> tuple[float, float]:
    return distance_from_walls(room.polygon, *place)


def new_runs(plan: Plan, site: Site, moved: Sequence[PlannedAccessPoint], net: CableNet | None) -> dict[str, Run]:
    """Return the cables of those access points that hang elsewhere than the plan says, a blank one without cabinets."""
    before = {p.access_point.id: p for p in plan.access_points}
    elsewhere = [p.access_point for p in moved if p is not before[p.access_point.id]]
    found = runs(site, elsewhere, plan.settings, net=net) if elsewhere else ()
    blank = Run(cabinet="", length_m=0.0, direct=False)
    return {ap.id: found[n] if found else blank for n, ap in enumerate(elsewhere)}


def changed(
    plan: Plan,
    rooms: Sequence[PlannedRoom],
    points: Sequence[PlannedAccessPoint],
    today: Mapping[str, bool | None] | None = None,
) -> tuple[PlannedRoom, ...]:
    """Return the rooms with what it takes for each to pass, as the plan counts it.

    What a room passes with is what is done with the access points that serve it; where those stay as they are, what
    the plan itself said of the room. A room that a new access point could serve is told as left out where the plan left
    it out, or else as not reached. `today` says which rooms pass as they stand; None: as the plan says.
    """
    before = {room.room_id: room for room in plan.rooms}
    if today is not None:
        before = {name: replace(room, passes_today=today.get(name)) for name, room in before.items()}
    actions = {p.access_point.id: p.action for p in points}
    return tuple(_changed(room, before[room.room_id], actions) if room.need is not None else room for room in rooms)


def _changed(room: PlannedRoom, before: PlannedRoom, actions: Mapping[str, ApAction]) -> PlannedRoom:
    reason = room.reason
    if reason.code == "no_budget":
        reason = before.reason if before.reason.code == "no_budget" else Reason(code="not_reached")
    change = _change(room, before, actions)
    return replace(room, reason=reason, passes_today=before.passes_today, change=change)


def _change(room: PlannedRoom, before: PlannedRoom, actions: Mapping[str, ApAction]) -> RoomChange | None:
    if room.verdict != "pass":
        return None
    if before.passes_today:
        return "as_is"
    joined = [i for i in (room.serving_ap, *room.sharing_aps) if i is not None]
    own = greatest(actions[i] for i in joined)
    if own is not None or before.passes_today is None:
        return own or "as_is"
    return before.change or ("retune" if "retuned" in actions.values() else greatest(actions.values()) or "as_is")
