"""What an installer hangs: every access point with its place, radio, cable and reason."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wifiplan.catalog.brands import brand_verdict
from wifiplan.site.building import Room
from wifiplan.site.geometry import distance_from_walls
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.study.cables import cables
from wifiplan.study.moves import moved_from
from wifiplan.study.other_bands import OtherBands
from wifiplan.study.reason_records import Reason, ReasonCode
from wifiplan.study.records import ApAction, PlannedAccessPoint
from wifiplan.study.scene import Scene
from wifiplan.study.settling import serves
from wifiplan.study.tuning import Tuning
from wifiplan.study.verdicts import Finished


def final_access_points(scene: Scene, tuning: Tuning) -> tuple[AccessPoint, ...]:
    """Return the chosen access points with their radio settings, new ones numbered by floor, in the order of `chosen`.

    A number is the floor as people count it (1 = ground floor) and a running number from west to east.
    """
    known = {ap.id for ap in scene.site.access_points}
    names = _numbers([scene.candidates[i] for i in tuning.powered.chosen if i >= scene.n_fixed], known)
    out = []
    for a, i in enumerate(tuning.powered.chosen):
        ap, radio = scene.candidates[i], _radio(tuning, a, scene.kit.band)
        kept = tuple(r for r in ap.radios if r.band != scene.kit.band)
        identity = names.get(ap.id, ap.id)
        out.append(replace(ap, id=identity, name=ap.name or identity, radios=(*kept, radio)))
    return tuple(out)


def _radio(tuning: Tuning, a: int, band: Band) -> Radio:
    channel = tuning.spectrum.channel_a[a]
    return Radio(
        band=band,
        channel=channel.number,
        width_mhz=channel.width_mhz,
        eirp_dbm=float(tuning.powered.eirp_dbm_a[a]),
    )


def _numbers(new: Sequence[AccessPoint], taken: set[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    used = set(taken)
    count: dict[int, int] = {}
    for ap in sorted(new, key=lambda p: (p.floor, p.x_m, p.y_m)):
        storey = ap.floor + 1 if ap.floor >= 0 else ap.floor
        while True:
            count[ap.floor] = count.get(ap.floor, 0) + 1
            name = f"AP{storey}{count[ap.floor]:02d}" if storey > 0 else f"APB{-storey}{count[ap.floor]:02d}"
            if name not in used:
                break
        used.add(name)
        names[ap.id] = name
    return names


def installation(design: Finished, others: OtherBands) -> tuple[PlannedAccessPoint, ...]:
    """Return what to install, keep, retune and remove, by floor and number; the planned band's radio comes last."""
    scene, tuning, points = design.scene, design.tuning, design.points
    rooms = {room.id: room for floor in scene.site.floors for room in floor.rooms}
    runs = cables(scene.site, points, scene.settings)
    moves = moved_from(design)
    gone = [scene.candidates[i] for i in design.dropped if i not in moves.values()]
    unfit_rooms = {ap.room_id for ap in (*scene.unusable, *gone) if ap.room_id}
    needs = scene.demand.needs
    served_ar = serves(tuning.powered.part_ar)
    out = []
    for a, ap in enumerate(points):
        rooms_served = tuple(needs[r].room_id for r in np.flatnonzero(served_ar[a]))
        standing = tuning.powered.chosen[a] < scene.n_fixed
        action: ApAction = "new"
        if standing:
            held = tuning.powered.held_a[a] is not None
            before = scene.candidates[tuning.powered.chosen[a]]
            action = "kept" if held else _action(before, _radios(ap, others.radios_a[a]), others.off_a[a])
        if a in moves:
            action = "moved"
        elif action == "new" and ap.room_id in unfit_rooms:
            action = "replaced"
        room = rooms.get(ap.room_id or "")
        sides = _sides(room, ap)
        backup = tuning.spectrum.backup_a[a]
        out.append(
            PlannedAccessPoint(
                access_point=replace(ap, cabinet=runs[a][0], radios=_radios(ap, others.radios_a[a])),
                action=action,
                reason=Reason(code=_why(scene, tuning.powered.chosen[a], rooms_served), rooms=rooms_served),
                room_id=ap.room_id,
                room_name=room.name if room else None,
                serves=rooms_served,
                backup_channel=backup.number if backup else None,
                dfs=tuning.spectrum.channel_a[a].dfs,
                load_share=float(tuning.loads.own_share_i[a]),
                channel_share=float(tuning.loads.channel_share_i[a]),
                cabinet=runs[a][0],
                cable_m=runs[a][1],
                wall_a_m=sides[0],
                wall_b_m=sides[1],
                off_bands=others.off_a[a],
                moved_from=scene.candidates[moves[a]].id if a in moves else None,
            )
        )
    renewed = {p.room_id for p in out if p.action == "replaced"} - {None}
    measured = {ap.id for ap in scene.site.access_points if ap.x_m is not None}
    leaving = {ap.id for ap in (*scene.unusable, *gone) if ap.room_id in renewed or ap in gone}
    out += [
        _not_counted(ap, rooms, leaves=ap.id in leaving, measured=ap.id in measured) for ap in (*scene.unusable, *gone)
    ]
    return tuple(sorted(out, key=lambda p: (p.access_point.floor, p.access_point.id)))


def _why(scene: Scene, i: int, rooms_served: tuple[str, ...]) -> ReasonCode:
    if i in scene.locked_i:
        return "locked"
    return "forced_by_rooms" if rooms_served else "kept"


def _radios(ap: AccessPoint, others: tuple[Radio, ...] | None) -> tuple[Radio, ...]:
    """Return an access point's radios with those beside the planned band set anew, None: as they are."""
    return ap.radios if others is None else (*others, ap.radios[-1])


def _action(before: AccessPoint, after: tuple[Radio, ...], off: tuple[Band, ...]) -> ApAction:
    """Return "kept" where every radio keeps channel, width and power and none is switched off, else "retuned"."""
    return "kept" if set(after) <= set(before.radios) and not off else "retuned"


def _sides(room: Room | None, ap: AccessPoint) -> tuple[float | None, float | None]:
    if room is None or ap.x_m is None or ap.y_m is None:
        return None, None
    return distance_from_walls(room.polygon, ap.x_m, ap.y_m)


def _not_counted(ap: AccessPoint, rooms: dict[str, Room], *, leaves: bool, measured: bool) -> PlannedAccessPoint:
    """Return an access point that the plan does not count on: removed where another takes its place, else undecided."""
    code: ReasonCode = "replaced" if leaves else "undecided"
    if brand_verdict(ap.model or "").status == "prohibited":
        code = "prohibited_brand"
    room = rooms.get(ap.room_id or "")
    sides = _sides(room, ap) if measured else (None, None)
    return PlannedAccessPoint(
        access_point=ap,
        action="removed" if leaves else "kept",
        reason=Reason(code=code),
        room_id=ap.room_id,
        room_name=room.name if room else None,
        wall_a_m=sides[0],
        wall_b_m=sides[1],
    )
