"""One card: what an installer must know, do, photograph and note, as plain data for the template."""

from dataclasses import dataclass

from wifiplan.report.orders.drawing import key_frame, key_overlay, key_svg, room_drawing
from wifiplan.report.orders.orders import DEVIATION_M, Orders
from wifiplan.report.tables import breakable, typeset
from wifiplan.report.texts import number_text
from wifiplan.site.network import AccessPoint, Radio
from wifiplan.study.radio_config import RadioConfig, members_20mhz
from wifiplan.study.records import ApAction
from wifiplan.study.work_orders import WorkOrder

_STEPS: dict[ApAction, tuple[str, ...]] = {
    "new": ("locate", "mount", "cable", "test", "power", "label", "configure", "photos"),
    "moved": ("locate", "fetch", "mount", "cable", "test", "power", "label", "configure", "photos"),
    "replaced": ("locate", "take_down", "mount", "cable", "test", "power", "label", "configure", "photos"),
    "retuned": ("find", "measure", "retune", "limit", "label", "photos"),
    "removed": ("find", "wait", "take_down", "close", "forget", "photos"),
    "kept": (),
}
_PHOTOS: dict[ApAction, tuple[str, ...]] = {
    "new": ("before", "after", "label", "port"),
    "moved": ("before", "after", "label", "port"),
    "replaced": ("before", "after", "label", "port"),
    "retuned": ("before", "after", "label", "port"),
    "removed": ("before", "after", "label"),
    "kept": (),
}
_LONGEST_NAME = 48
"""Characters of a name that a card shows; the index shows it whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Sizes on a card [mm], by the number of cards on a page."""

    card_mm: float
    room_mm: tuple[float, float]
    key_mm: tuple[float, float]
    photo_mm: float


LAYOUTS = {
    2: Layout(card_mm=134.0, room_mm=(84.0, 49.0), key_mm=(84.0, 25.0), photo_mm=17.5),
    1: Layout(card_mm=268.0, room_mm=(104.0, 84.0), key_mm=(104.0, 36.0), photo_mm=50.0),
}


def cards(orders: Orders) -> list[dict[str, object]]:
    """Return all cards in their order."""
    return [_card(orders, order) for order in orders.cards]


def floor_pictures(orders: Orders) -> dict[str, str]:
    """Return the small plan of every floor as SVG, by the name under which the template finds it."""
    width_mm, height_mm = LAYOUTS[orders.options.cards_per_page].key_mm
    found = {}
    for level, floor in orders.floors.items():
        frame = key_frame(floor, width_mm, height_mm)
        if frame is not None:
            found[f"floor-{level}"] = key_svg(floor, frame, width_mm, height_mm)
    return found


def _card(orders: Orders, order: WorkOrder) -> dict[str, object]:
    words, layout = orders.words, LAYOUTS[orders.options.cards_per_page]
    frame = key_frame(orders.floors[order.floor], *layout.key_mm)
    mark = orders.marks.get(order.ap_id, "")
    drawing = room_drawing(orders, order, *layout.room_mm)
    return {
        "number": words["order.card"].format(n=order.number, total=len(orders.cards)),
        "name": order.ap_name,
        "id": words["order.id"].format(id=order.ap_id, mark=mark),
        "action": words[f"action.{order.action}"],
        "gone": order.action == "removed",
        "facts": [[label, typeset(value)] for label, value in _facts(orders, order) if value],
        "warnings": _warnings(orders, order),
        "steps": [words[f"order.step.{step}"] for step in _steps(orders, order)],
        "photos": [words[f"order.photo.{photo}"] for photo in _PHOTOS[order.action]],
        "place": order.action != "removed",
        "room": drawing,
        "no_drawing": _no_drawing(orders, order) if drawing is None or not order.place_known else None,
        "floor": f"floor-{order.floor}" if frame else None,
        "key": key_overlay(order, orders.rooms, frame) if frame else None,
        "key_title": words["order.key_plan"].format(floor=_short(orders.floor_text(order))),
        "port": words["order.asbuilt_port"] if order.action != "removed" else "",
        "deviation": words["order.deviation"].format(limit=number_text(DEVIATION_M)),
    }


def _warnings(orders: Orders, order: WorkOrder) -> list[str]:
    """Return what must be read before anything is done; a card may be torn off and lie alone."""
    found = [orders.words["order.warn.archetype.title"]] if orders.plan.site.evidence == "archetype" else []
    return [*found, *([orders.words["order.prohibited"]] if order.prohibited else [])]


def _no_drawing(orders: Orders, order: WorkOrder) -> str:
    return orders.words["order.corridor" if order.place_known else "order.unmeasured"]


def _steps(orders: Orders, order: WorkOrder) -> tuple[str, ...]:
    """Return what is to be done; only what is replaced waits for something new."""
    replaced = {identity for other in orders.cards for identity in other.replaces}
    return tuple(step for step in _STEPS[order.action] if step != "wait" or order.ap_id in replaced)


def _short(text: str) -> str:
    return breakable(text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…")


def _facts(orders: Orders, order: WorkOrder) -> list[tuple[str, str]]:
    words = orders.words
    room = orders.rooms.get(order.room_id or "")
    inventory = f" ({room.inventory_id})" if room is not None and room.inventory_id else ""
    return [
        (words["order.floor_block"], _short(orders.floor_text(order))),
        (words["order.room"], _short(orders.place_text(order) + inventory)),
        *_place_facts(orders, order),
        *_mounting_facts(orders, order),
        (words["order.model"], _short(order.model or words["doc.unknown"])),
        *_radio_facts(orders, order),
        *_cable_facts(orders, order),
        (words["order.moved_from"], _short(order.moved_from or "")),
        (words["order.replaces"], _short(words["doc.separator"].join(order.replaces))),
        (words["order.known"], breakable(" ".join(filter(None, (order.mac, order.serial))))),
    ]


def _place_facts(orders: Orders, order: WorkOrder) -> list[tuple[str, str]]:
    words = orders.words
    height = "" if order.height_m is None else words["order.m"].format(m=f"{order.height_m:.2f}")
    if not order.place_known:
        return [(words["order.walls"], words["order.unmeasured"])]
    if order.wall_a_m is not None and order.wall_b_m is not None:
        walls = f"{order.wall_a_m:.2f} / {order.wall_b_m:.2f}"
        return [(words["order.walls"], words["order.m"].format(m=walls)), (words["order.height"], height)]
    xy = f"{order.x_m:.2f} / {order.y_m:.2f}"
    return [(words["order.plan_xy"], words["order.m"].format(m=xy)), (words["order.height"], height)]


def _mounting_facts(orders: Orders, order: WorkOrder) -> list[tuple[str, str]]:
    """Return how it hangs where that is not flat under the ceiling, and its antenna where it is not its model's."""
    words = orders.words
    facts = []
    if (order.mount, order.azimuth_deg, order.tilt_deg) != ("ceiling", 0.0, 0.0):
        text = words["order.mounting_value"].format(
            mount=words[f"ap.mount.{order.mount}"],
            azimuth=number_text(order.azimuth_deg),
            tilt=number_text(order.tilt_deg),
        )
        facts.append((words["order.mounting"], text))
    return [*facts, (words["order.antenna"], _short(order.pattern or ""))]


def _radio_facts(orders: Orders, order: WorkOrder) -> list[tuple[str, str]]:
    if order.action == "removed":
        return []
    words, plan = orders.words, orders.plan
    configs = orders.configs_of[order.ap_id]
    main = next((c for c in configs if c.band == plan.band and c.state == "on"), None)
    before = next((ap for ap in plan.site.access_points if ap.id == order.ap_id), None)
    facts = []
    if before is not None and order.action == "retuned":
        facts.append((words["order.before"], _before(orders, before)))
    if main is not None:
        facts += [(words["order.radio"], _channel(orders, main)), (words["order.power"], _power(orders, main))]
    others = [_other(orders, c) for c in configs if c is not main]
    return [*facts, (words["order.other_radios"], words["doc.clause"].join(filter(None, others)))]


def _channel(orders: Orders, config: RadioConfig) -> str:
    words = orders.words
    text = _radio_text(orders, Radio(band=config.band, channel=config.channel, width_mhz=config.width_mhz))
    if config.backup_channel is None:
        return text
    return text + words["doc.clause"] + words["order.radio_backup"].format(backup=config.backup_channel)


def _radio_text(orders: Orders, radio: Radio) -> str:
    words, unknown = orders.words, orders.words["doc.unknown"]
    members = members_20mhz(orders.plan.site.country, radio.band, radio.channel or 0, radio.width_mhz or 20)
    return words["order.radio_value"].format(
        band=radio.band,
        channel=radio.channel or unknown,
        members="+".join(map(str, members)) or unknown,
        width=radio.width_mhz or unknown,
    )


def _before(orders: Orders, standing: AccessPoint) -> str:
    """Return how the radio of the plan's band was set."""
    radio = next((r for r in standing.radios if r.band == orders.plan.band), None)
    if radio is None:
        return orders.words["doc.unknown"]
    power = "" if radio.eirp_dbm is None else orders.words["order.power_eirp"].format(eirp=number_text(radio.eirp_dbm))
    return orders.words["doc.clause"].join(filter(None, (_radio_text(orders, radio), power)))


def _power(orders: Orders, config: RadioConfig) -> str:
    words = orders.words
    if config.eirp_dbm is None:
        return ""
    if config.conducted_dbm is None or config.chain_dbm is None or config.antenna_gain_dbi is None:
        return words["order.power_eirp"].format(eirp=number_text(config.eirp_dbm))
    return words["order.power_value"].format(
        eirp=number_text(config.eirp_dbm),
        conducted=number_text(config.conducted_dbm),
        chain=number_text(config.chain_dbm),
        gain=number_text(config.antenna_gain_dbi),
    )


def _other(orders: Orders, config: RadioConfig) -> str:
    words = orders.words
    if config.state == "off":
        return words["order.off"].format(band=config.band)
    if config.state == "auto" and config.eirp_dbm is not None:
        listed = "/".join(map(str, config.auto_channels))
        return words["order.auto"].format(band=config.band, channels=listed, eirp=number_text(config.eirp_dbm))
    return words["order.as_found"].format(band=config.band)


def _cable_facts(orders: Orders, order: WorkOrder) -> list[tuple[str, str]]:
    words = orders.words
    if not order.hung:
        existing = words["order.cable_existing"] if order.action == "retuned" else ""
        return [(words["order.port"], _short(orders.port_text(order))), (words["order.cable"], existing)]
    length = "order.cable_open" if order.cable_m is None else "order.cable_value"
    metres = number_text(order.cable_m or 0.0, 0)
    poe = "" if order.poe_class is None else words["order.poe_value"].format(n=order.poe_class, w=order.power_w)
    return [
        (words["order.port"], _short(orders.port_text(order))),
        (words["order.poe"], poe),
        (words["order.cable"], words[length].format(id=order.cable_id, m=metres)),
    ]
