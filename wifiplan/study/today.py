"""The school as it stands: what every room gets if nobody touches anything, and what it takes to pass."""

from collections.abc import Mapping

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
    return service(power_dbm_i[:, None] - scene.loss_db_ij, scene.room_j, scene.demand.needs, links)


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


def change_of(room: PlannedRoom, actions: Mapping[str, ApAction]) -> RoomChange | None:
    """Return what it takes for a room to pass, from what is done with the access points that serve it."""
    if room.verdict != "pass":
        return None
    done = {actions[i] for i in (room.serving_ap, *room.sharing_aps) if i is not None}
    order: tuple[tuple[ApAction, RoomChange], ...] = (("new", "new"), ("replaced", "replace"), ("retuned", "retune"))
    return next((change for action, change in order if action in done), "as_is")
