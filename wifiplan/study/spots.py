"""What the spots of a site did to a plan: rooms that only forbidden places could serve, locked ones left empty."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wifiplan.predict.capacity import service
from wifiplan.predict.coverage import antenna_xyz_m
from wifiplan.predict.losses import aerials, loss_db, path
from wifiplan.study.joining import used_share_ir
from wifiplan.study.planned_law import planned_law
from wifiplan.study.records import PlannedRoom
from wifiplan.study.scene import Scene
from wifiplan.study.sureness import chance
from wifiplan.study.verdicts import Finished
from wifiplan.units import Array


def spot_assumptions(design: Finished, rooms: Sequence[PlannedRoom]) -> list[str]:
    """Return codes, with a room's name or a count after the colon, of what spots did; `report` words them.

    Parameters
    ----------
    design : Finished
        The finished design.
    rooms : sequence of PlannedRoom
        Its rooms with their verdicts.
    """
    scene = design.scene
    bought = scene.settings.n_aps
    n_empty = 0 if bought is None else max(0, len(scene.locked_i) - bought)
    empty = [f"locked_spots_empty:{n_empty}"] if n_empty else []
    names = {room.room_id: room.name or room.room_id for room in rooms if room.verdict == "fail"}
    return [*empty, *(f"forbidden_spots:{names[room_id]}" for room_id in _kept_out(design, names))]


def _kept_out(design: Finished, failing: dict[str, str]) -> list[str]:
    """Return the failing rooms that no candidate carries alone and that one at a forbidden place would carry."""
    scene = design.scene
    if not scene.forbidden or not failing:
        return []
    carried_r = used_share_ir(scene, design.best).min(axis=0, initial=np.inf) <= 1.0
    asked = [r for r, need in enumerate(scene.demand.needs) if need.room_id in failing and not carried_r[r]]
    if not asked:
        return []
    could_r = _at_forbidden(scene, asked).min(axis=0) <= 1.0
    return [scene.demand.needs[r].room_id for r, could in zip(asked, could_r, strict=True) if could]


def _at_forbidden(scene: Scene, asked: Sequence[int]) -> Array:
    """Return the least that some rooms would take of access points at the forbidden places, against their caps (i, r).

    Each on the channel width that suits it best.
    """
    seats = np.isin(scene.room_j, asked)
    room_j = np.searchsorted(np.asarray(asked), scene.room_j[seats])
    n, model = len(scene.forbidden), scene.kit.model
    shadow = replace(
        scene,
        demand=replace(scene.demand, needs=tuple(scene.demand.needs[r] for r in asked)),
        candidates=scene.forbidden,
        models=(model,) * n,
    )
    way, band = (scene.obstacles, antenna_xyz_m(scene.site, scene.forbidden), scene.seats_xyz_m[seats]), scene.kit.band
    lines = path(*way, band=band)
    send = aerials(scene.site, scene.forbidden)
    lost_db_ij = loss_db(*way, planned_law(scene.settings), band=band, antennas=send, ways=lines)
    received_dbm_ij = shadow.power_dbm_i(scene.kit.eirp_levels_dbm[-1])[:, None] - lost_db_ij
    strays = chance(scene.settings.shadowing, lines)
    found = []
    for width_mhz in scene.kit.widths_of(model):
        links = [scene.kit.link(model, width_mhz)] * n
        does = service(received_dbm_ij, room_j, shadow.demand.needs, links, chance=strays)
        found.append(used_share_ir(shadow, does))
    return np.asarray(np.minimum.reduce(found))
