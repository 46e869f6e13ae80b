"""The school as it stands: what every room gets if nobody touches anything, and what it takes to pass."""

from collections.abc import Iterable, Mapping, Sequence

from wifiplan.predict.capacity import Service, service
from wifiplan.study.records import ApAction, PlannedRoom, RoomChange
from wifiplan.study.scene import Scene


def present_service(scene: Scene) -> Service:
    """Return what every candidate can do for every room: existing radios as they are set, the others at full power."""
    held = [*scene.present, *(None for _ in scene.candidates[scene.n_fixed :])]
    power_dbm_i = scene.power_dbm_i(scene.kit.eirp_levels_dbm[-1])
    for i, radio in enumerate(held):
        power_dbm_i[i] = power_dbm_i[i] if radio is None else radio.eirp_dbm
    links = [scene.link(i, radio) for i, radio in enumerate(held)]
    return service(
        power_dbm_i[:, None] - scene.loss_db_ij, scene.room_j, scene.demand.needs, links, chance=scene.chance
    )


def passes_today(scene: Scene, today: tuple[PlannedRoom, ...]) -> dict[str, bool | None]:
    """Return which rooms pass as they stand, by room id; None where what is not known could decide it."""
    unset = {ap.id for ap, radio in zip(scene.candidates, scene.present, strict=False) if radio is None}
    unable = {ap.room_id for ap in scene.unusable}
    found: dict[str, bool | None] = {}
    for room in today:
        if room.need is None:
            continue
        joined = {room.serving_ap, *room.sharing_aps} - {None}
        passes = room.verdict == "pass"
        open_ = bool(joined & unset) or (not passes and (room.room_id in unable or not scene.site.access_points_known))
        found[room.room_id] = None if open_ else passes
    return found


def changes(
    rooms: Sequence[PlannedRoom],
    standing: Mapping[str, PlannedRoom],
    passing: Mapping[str, bool | None],
    actions: Mapping[str, ApAction],
) -> dict[str, RoomChange]:
    """Return what it takes for every room of a plan that passes, by room id.

    A room that passes as it stands takes nothing. Another takes what is done with the access points that serve it;
    where those stay as they are, what is done with those that relieve them, and at last the retuning of its neighbours.

    Parameters
    ----------
    rooms : sequence of PlannedRoom
        The rooms of the plan.
    standing : mapping of str to PlannedRoom
        The rooms as they stand, by id.
    passing : mapping of str to bool or None
        Which rooms pass as they stand, None where nobody knows.
    actions : mapping of str to ApAction
        What the plan does with every access point.
    """
    found: dict[str, RoomChange] = {}
    for room in rooms:
        if room.verdict != "pass":
            continue
        passes, own = passing.get(room.room_id), greatest(_done(room, actions))
        if passes or own is not None or passes is None:
            found[room.room_id] = "as_is" if passes or own is None else own
            continue
        joined = _joined(standing[room.room_id])
        left = [q for q in rooms if joined & _joined(standing[q.room_id]) and not joined & _joined(q)]
        relief = greatest({action for q in left for action in _done(q, actions)})
        every = actions.values()
        found[room.room_id] = relief or ("retune" if "retuned" in every else greatest(every) or "as_is")
    return found


def _joined(room: PlannedRoom) -> set[str]:
    return {i for i in (room.serving_ap, *room.sharing_aps) if i is not None}


def _done(room: PlannedRoom, actions: Mapping[str, ApAction]) -> set[ApAction]:
    return {actions[i] for i in _joined(room)}


def greatest(actions: Iterable[ApAction]) -> RoomChange | None:
    """Return the greatest of some changes, None where nothing is changed."""
    done = set(actions)
    order: tuple[tuple[ApAction, RoomChange], ...] = (
        ("new", "new"),
        ("replaced", "replace"),
        ("moved", "move"),
        ("retuned", "retune"),
    )
    return next((change for action, change in order if action in done), None)
