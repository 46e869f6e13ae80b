"""What should be on the air according to a plan or a site, and what of it should be heard where we stand."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from wifiplan.errors import SettingsError
from wifiplan.predict.coverage import received_dbm
from wifiplan.site.building import Floor, Room, Site
from wifiplan.site.geometry import centroid
from wifiplan.site.network import AccessPoint
from wifiplan.study.heard_records import Wanted, Wish
from wifiplan.study.network_options import NetworkOptions
from wifiplan.study.records import Plan
from wifiplan.study.work_orders import HUNG, all_orders

_EAR_M = 1.0
"""Height of a laptop on a desk."""


def wish_of(
    known: Plan | Site, network: NetworkOptions | None = None, *, macs: Mapping[str, str] | None = None
) -> Wish:
    """Return what should be on the air.

    Parameters
    ----------
    known : Plan or Site
        A plan, or what hangs there: the access points of a site as far as their settings are known.
    network : NetworkOptions, optional
        Our network names, and whether 2.4 GHz is off.
    macs : mapping, optional
        Labels' addresses by id of the access point, as installers noted them; they go before those of the site.

    Raises
    ------
    SettingsError
        The template of names gives equal or too long names.
    """
    options = network or NetworkOptions()
    site = known.site if isinstance(known, Plan) else known
    names = {o.ap_id: o.ap_name for o in all_orders(known, options)} if isinstance(known, Plan) else {}
    noted = {ap.id: ap.mac for ap in site.access_points if ap.mac} | dict(macs or {})
    # the installers' papers then say something else of 2.4 GHz than the plan
    forgotten = set() if options.radio_2g4 == "plan" else {("2.4", True)}
    return Wish(
        country=site.country,
        wanted=tuple(
            Wanted(
                ap_id=ap.id,
                name=names.get(ap.id) or ap.name or ap.id,
                mac=noted.get(ap.id) or ap.mac,
                radios=tuple(r for r in ap.radios if r.channel is not None and (r.band, hung) not in forgotten),
                backup_channel=backup,
                bands_known=isinstance(known, Plan),
                auto_2g4=options.radio_2g4 == "auto",
            )
            for ap, backup, hung in _points(known)
        ),
        ssids=tuple(ssid.name for ssid in options.ssids),
    )


def wish_in_room(wish: Wish, plan: Plan, room_id: str) -> Wish:
    """Return the wish of somebody who stands in the middle of a room.

    Parameters
    ----------
    wish : Wish
        Of the same plan.
    plan : Plan
        Predicts the levels by its own law.
    room_id : str
        Id or name of the room.

    Raises
    ------
    SettingsError
        The plan has no such room, or several of that name.
    """
    floor, room = _room(plan.site, room_id)
    x_m, y_m = centroid(room.polygon)
    points = [ap for ap, *_ in _points(plan) if ap.x_m is not None and any(r.band == plan.band for r in ap.radios)]
    predicted: tuple[tuple[str, float], ...] = ()
    if points:
        levels = received_dbm(
            plan.site,
            points,
            np.array([[x_m, y_m, _EAR_M]]),
            [floor.level],
            band=plan.band,
            law=plan.settings.law,
        )
        predicted = tuple((ap.id, round(float(level), 1)) for ap, level in zip(points, levels[:, 0], strict=True))
    serving = next((r.serving_ap for r in plan.rooms if r.room_id == room.id), None)
    return replace(wish, predicted_dbm=predicted, serving_ap=serving)


def _points(known: Plan | Site) -> Iterator[tuple[AccessPoint, int | None, bool]]:
    """Yield every access point with its backup channel and whether it is hung anew."""
    if isinstance(known, Plan):
        for planned in known.access_points:
            if planned.action != "removed":
                yield planned.access_point, planned.backup_channel, planned.action in HUNG
    else:
        for ap in known.access_points:
            yield ap, None, False


def _room(site: Site, name: str) -> tuple[Floor, Room]:
    rooms = [(floor, room) for floor in site.floors for room in floor.rooms]
    found = [pair for pair in rooms if pair[1].id == name] or [pair for pair in rooms if pair[1].name == name]
    if len(found) != 1:
        listed = ", ".join(room.id for _, room in rooms[:12]) + ("…" if len(rooms) > 12 else "")
        raise SettingsError(
            f"the plan has {len(found) or 'no'} room{'s' if found else ''} '{name}'",
            remedy=f"give the id of one: {listed}",
            where="--room",
            zh=(f"計畫中有 {len(found)} 間「{name}」", f"請給教室代號：{listed}"),
        )
    return found[0]
