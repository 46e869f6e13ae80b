"""The school as it stands: who joins whom today, and what every room gets if nobody touches anything."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from wifiplan.design.placement import Placement
from wifiplan.predict.capacity import Service, service
from wifiplan.study.records import ApAction, PlannedRoom, RoomChange
from wifiplan.study.scene import Scene
from wifiplan.units import Array


def present_service(scene: Scene) -> Service:
    """Return what every candidate can do for every room: existing radios as they are set, the others at full power."""
    held = [*scene.present, *(None for _ in scene.candidates[scene.n_fixed :])]
    power_dbm_i = scene.power_dbm_i(scene.kit.eirp_levels_dbm[-1])
    for i, radio in enumerate(held):
        power_dbm_i[i] = power_dbm_i[i] if radio is None else radio.eirp_dbm
    links = [scene.link(i, radio) for i, radio in enumerate(held)]
    return service(power_dbm_i[:, None] - scene.loss_db_ij, scene.room_j, scene.demand.needs, links)


def as_joined(scene: Scene, placement: Placement, present: Service) -> Placement:
    """Return a placement with the existing access points alone, every room's devices where they would join today.

    Devices join the strongest access point that they hear. Where several hang in the room itself, they share it; an
    access point that does not hold the room is no part of that.
    """
    n, needs = scene.n_fixed, scene.demand.needs
    own_i = [ap.room_id for ap in scene.candidates[:n]]
    serving, extra, parts = [], [], []
    for r, need in enumerate(needs):
        heard_i, holds_i = present.heard_dbm_ir[:n, r], np.isfinite(present.load_ir[:n, r])
        inside = [i for i in range(n) if own_i[i] == need.room_id and holds_i[i]]
        if len(inside) > 1:
            inside.sort(key=lambda i: -float(heard_i[i]))
            share_i = _fair(present.load_ir[inside, r])
            serving.append(inside[0])
            extra += [(i, r) for i in inside[1:]]
            parts += [(i, r, float(share)) for i, share in zip(inside, share_i, strict=True)]
        else:
            strongest = int(heard_i.argmax()) if n and np.isfinite(heard_i).any() else -1
            serving.append(strongest)
    return replace(
        placement,
        chosen_i=tuple(range(n)),
        serving_r=tuple(serving),
        extra_ir=tuple(extra),
        part_ir=tuple(parts),
    )


def _fair(load_i: Array) -> Array:
    """Return the parts by which access points share a room so that each is as busy as the others."""
    with np.errstate(divide="ignore"):
        able_i = np.where(load_i > 0.0, 1.0 / load_i, 1.0)
    return np.asarray(able_i / able_i.sum())


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
