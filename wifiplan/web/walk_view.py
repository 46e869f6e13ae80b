"""A survey in the making as the page draws it: networks once, readings as pairs, progress by room."""

from collections.abc import Iterable, Mapping

from wifiplan.files.json_input import Json
from wifiplan.site.building import Point, Site
from wifiplan.survey.bssids import owner_of
from wifiplan.survey.suggestions import progress
from wifiplan.survey.walk_record import Item
from wifiplan.web.answers import answer_of
from wifiplan.web.walk_session import Session
from wifiplan.web.walk_steps import Busy

PLACES_M = 4.0
"""Scans of a walk that lie closer count as one point of a room [m]."""


def view(session: Session, site: Site, lang: str) -> dict[str, Json]:
    """Return what the page shows.

    Parameters
    ----------
    session : Session
        The survey.
    site : Site
        Its building.
    lang : str
        Language of the messages.

    Returns
    -------
    dict
        `busy`, `failed`, `unwritten` (None, or what, where, why); `items` with `scans` whose `heard` are
        pairs of a network's number and its level; `networks` (bssid, ssid, band, channel, id of its access point where
        an address on its label tells it); `rooms` with what is needed, measured and where to stand; `can_undo`,
        `can_redo`; device, surveyor, file and scanner.
    """
    record = session.record
    numbers: dict[tuple[str, str, str | None, int | None], int] = {}
    items: list[Json] = [_item(item, numbers) for item in record.items]
    macs = {point.id: point.mac for point in site.access_points if point.mac}
    networks: list[Json] = [[*network, _owner(network[0], macs)] for network in numbers]
    failed = session.failed
    return {
        "busy": busy_plain(session),
        "failed": None if failed is None else answer_of(failed.error, lang) | {"wanted": _busy(failed.busy, 0.0)},
        "remark": session.remark,
        "unwritten": None if session.unwritten is None else answer_of(session.unwritten, lang),
        "items": items,
        "networks": networks,
        "rooms": _rooms(record.items, site),
        "can_undo": bool(record.past),
        "can_redo": bool(record.future),
        "device": session.head.device,
        "surveyor": session.head.surveyor,
        "started_at": session.head.started_at,
        "file": session.path.name,
        "scanner": session.ear.label,
    }


def _owner(bssid: str, macs: Mapping[str, str]) -> str | None:
    found = owner_of(bssid, macs) if macs else None
    return None if found is None else found.ap_id


def busy_plain(session: Session) -> dict[str, Json] | None:
    """Return what is under way as the page shows it, None where nothing is."""
    busy = session.busy
    return None if busy is None else _busy(busy, session.now_s())


def _busy(busy: Busy, now_s: float) -> dict[str, Json]:
    where = busy.where
    return {
        "doing": busy.doing,
        "floor": where.floor,
        "x_m": where.x_m,
        "y_m": where.y_m,
        "id": busy.item_id,
        "seconds": round(max(0.0, now_s - busy.since_s), 1),
    }


def _item(item: Item, numbers: dict[tuple[str, str, str | None, int | None], int]) -> dict[str, Json]:
    scans: list[Json] = []
    for scan in item.scans:
        heard: list[Json] = []
        for one in scan.samples:
            number = numbers.setdefault((one.bssid, one.ssid, one.band, one.channel), len(numbers))
            heard.append([number, one.rssi_dbm])
        x_m, y_m = item.place_m(scan.time_s)
        link: dict[str, Json] = {"delay_s": scan.delay_s, "loss_share": scan.loss_share}
        scans.append({"t": scan.time_s, "x_m": x_m, "y_m": y_m, "cached": scan.cached, "heard": heard} | link)
    return {
        "id": item.id,
        "kind": item.kind,
        "floor": item.floor,
        "x_m": item.x_m,
        "y_m": item.y_m,
        "to_x_m": item.to_x_m,
        "to_y_m": item.to_y_m,
        "open": item.is_open,
        "cached": bool(item.scans) and not item.is_open and not item.used(),
        "accepted": item.accepted,
        "note": item.note,
        "photos": [*item.photos],
        "start_s": item.start_s,
        "scans": scans,
    }


def _rooms(items: Iterable[Item], site: Site) -> list[Json]:
    places: dict[int, list[Point]] = {floor.level: [] for floor in site.floors}
    for item in items:
        on_floor = places.get(item.floor, [])
        for scan in item.used():
            x_m, y_m = item.place_m(scan.time_s)
            apart = all(abs(x_m - x) + abs(y_m - y) > PLACES_M for x, y in on_floor) if item.kind == "walk" else True
            if apart:
                on_floor.append((x_m, y_m))
    return [
        {
            "id": one.room_id,
            "floor": one.floor,
            "needed": one.n_needed,
            "measured": one.n_measured,
            "places": [[*place] for place in one.places_m],
        }
        for floor in site.floors
        for one in progress(floor, places[floor.level])
    ]
