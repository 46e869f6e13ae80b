"""The change that would serve a room, as it was tried in the model, put into words."""

from collections.abc import Mapping

from wifiplan.report.reasons import remedy_text
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.study.reason_records import Place, Remedy
from wifiplan.study.records import Plan, PlannedRoom


def cure_text(room: PlannedRoom, plan: Plan, lang: str = "zh-TW") -> str:
    """Return the cheapest change with all that it takes: where, on which channel, at which power; empty if none failed.

    Parameters
    ----------
    room : PlannedRoom
        A room of the plan.
    plan : Plan
        The plan, for the names of rooms.
    lang : "zh-TW" or "en"
        Language.
    """
    if room.verdict != "fail":
        return ""
    remedy = room.remedy
    if remedy is None or (_lacking(room) and remedy.code == "none"):
        return remedy_text(room, plan.settings.design, lang)
    words = texts(lang)
    text = _change(room, remedy, plan, words, exact=True)
    if remedy.code in ("one_ap", "two_aps", "model"):
        numbers = words["doc.separator"].join(str(channel) for channel in remedy.channels)
        power = number_text(remedy.eirp_dbm or 0.0)
        text = words["cure.how"].format(text=text, channels=numbers, width=remedy.width_mhz, dbm=power)
    if remedy.channel_share is not None:
        text = words["cure.share"].format(text=text, share=share_text(remedy.channel_share))
    return text


def short_cure_text(room: PlannedRoom, plan: Plan, lang: str = "zh-TW") -> str:
    """Return the cheapest change in few words, alike for rooms in which the same helps.

    Where access points lack for several rooms and it is known how many, that number says more than a room's own.
    """
    design, remedy = plan.settings.design, room.remedy
    if remedy is None or (_lacking(room) and (remedy.spots or remedy.code == "none")):
        return remedy_text(room, design, lang)
    words = texts(lang)
    text = _change(room, remedy, plan, words, exact=False)
    if design.ap_price_ntd is not None and remedy.spots:
        text += words["cure.price"].format(cost=number_text(len(remedy.spots) * design.ap_price_ntd, 0))
    return text


def _lacking(room: PlannedRoom) -> bool:
    """Return whether it is known how many access points would serve this room and all others."""
    return room.reason.code == "no_budget" and room.reason.limit is not None


def _change(room: PlannedRoom, remedy: Remedy, plan: Plan, words: Mapping[str, str], *, exact: bool) -> str:
    need = room.need
    if remedy.code in ("one_ap", "two_aps"):
        places = dict.fromkeys(_place(spot, room, plan, words, exact=exact) for spot in remedy.spots)
        return words[f"cure.{remedy.code}"].format(rooms=words["doc.separator"].join(places))
    if remedy.code == "settings":
        channel, power = remedy.channels[0], number_text(remedy.eirp_dbm or 0.0)
        return words["cure.settings"].format(ap=remedy.ap_id, channel=channel, width=remedy.width_mhz, dbm=power)
    if remedy.code == "model":
        return words["cure.model"].format(ap=remedy.ap_id, model=remedy.model)
    if need is not None and remedy.code == "rate":
        now = number_text(need.mbps_per_device, 2)
        return words["cure.rate"].format(value=number_text(remedy.value or 0.0), now=now)
    if need is not None and remedy.code == "devices":
        return words["cure.devices"].format(value=number_text(remedy.value or 0.0, 0), now=need.n_devices)
    return words["cure.none"]


def _place(spot: Place, room: PlannedRoom, plan: Plan, words: Mapping[str, str], *, exact: bool) -> str:
    """Return where a new access point hangs: the room by name, and with `exact` the place on the plan."""
    names = {other.room_id: other.name for other in plan.rooms}
    place = (
        words["cure.here"] if spot.room_id == room.room_id else names.get(spot.room_id or "", words["cure.corridor"])
    )
    if not exact:
        return place
    return words["cure.at"].format(place=place, x=number_text(spot.x_m), y=number_text(spot.y_m))
