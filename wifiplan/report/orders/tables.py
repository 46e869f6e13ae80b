"""The tables before the cards: index by floor, quantities, cabinets, cables."""

from collections.abc import Sequence
from dataclasses import asdict

from wifiplan.report.numbering import floor_name
from wifiplan.report.orders.orders import Orders
from wifiplan.report.tables import LONGEST_CABLE_M, Table, breakable, typeset
from wifiplan.report.texts import number_text
from wifiplan.study.records import ApAction
from wifiplan.study.work_orders import WorkOrder

ACTIONS: tuple[ApAction, ...] = ("new", "moved", "replaced", "retuned", "removed")

_INDEX = ("number", "ap", "action", "place", "model", "radio", "port", "cable", "metres", "done")
_CABLES = ("cable", "from", "to", "metres", "poe", "tested", "labelled")
_CABINETS = ("cabinet", "ports", "n_ports", "poe", "watts", "metres")


def index(orders: Orders) -> dict[str, object]:
    """Return the heads of the index and its rows by floor."""
    levels = dict.fromkeys(order.floor for order in orders.cards)
    return {
        "heads": [orders.words[f"order.head.{head}"] for head in _INDEX],
        "floors": [
            {
                "name": floor_name(orders.plan, level, orders.lang),
                "rows": [_index_row(orders, order) for order in orders.cards if order.floor == level],
            }
            for level in levels
        ],
    }


def _index_row(orders: Orders, order: WorkOrder) -> list[str]:
    place = " ".join(filter(None, (order.block, orders.place_text(order))))
    return [
        str(order.number),
        breakable(f"{order.ap_name}\n({order.ap_id})"),
        orders.words[f"action.{order.action}"],
        breakable(place),
        breakable(order.model or orders.words["doc.unknown"]),
        _radio(orders, order),
        breakable(orders.port_text(order)),
        order.cable_id or "",
        metres_text(order),
    ]


def _radio(orders: Orders, order: WorkOrder) -> str:
    """Return channel, width and EIRP in short; nothing for what is removed."""
    config = next((c for c in orders.configs_of[order.ap_id] if c.band == orders.plan.band and c.state == "on"), None)
    if config is None or order.action == "removed":
        return ""
    power = "" if config.eirp_dbm is None else number_text(config.eirp_dbm)
    return f"{config.channel} / {config.width_mhz} / {power}"


def metres_text(order: WorkOrder) -> str:
    """Return a cable's length [m], starred where a link so long must not be built."""
    if order.cable_m is None:
        return ""
    return number_text(order.cable_m, 0) + ("*" if order.cable_m > LONGEST_CABLE_M else "")


def long_note(orders: Orders) -> str:
    """Return the warning about cables that are too long; empty without any."""
    n = sum(order.cable_m is not None and order.cable_m > LONGEST_CABLE_M for order in orders.hung)
    limit = number_text(LONGEST_CABLE_M, 0)
    return orders.words["order.too_long"].format(n=n, limit=limit) if n else ""


def totals(orders: Orders) -> dict[str, object]:
    """Return how many cards of every kind each floor has."""
    words = orders.words
    levels = dict.fromkeys(order.floor for order in orders.cards)
    shown = _actions(orders.cards)
    rows = [
        _counts(floor_name(orders.plan, level, orders.lang), [o for o in orders.cards if o.floor == level], shown)
        for level in levels
    ]
    if len(rows) != 1:
        rows.append(_counts(words["order.head.total"], orders.cards, shown))
    heads = (words["order.head.floor"], *(words[f"action.{a}"] for a in shown), words["order.head.total"])
    return asdict(Table(heads=heads, rows=tuple(rows)))


def _actions(cards: Sequence[WorkOrder]) -> tuple[ApAction, ...]:
    """Return the columns: few schools move anything, so that column stands only where one does."""
    return tuple(a for a in ACTIONS if a != "moved" or any(order.action == a for order in cards))


def _counts(name: str, cards: Sequence[WorkOrder], shown: Sequence[ApAction]) -> tuple[str, ...]:
    by_action = (sum(order.action == action for order in cards) for action in shown)
    return (name, *map(str, by_action), str(len(cards)))


def cabinets(orders: Orders) -> dict[str, object]:
    """Return the ports, power and cable that every cabinet needs."""
    words = orders.words
    names = dict.fromkeys(order.cabinet for order in orders.hung)
    rows = tuple(_cabinet(orders, name, [o for o in orders.hung if o.cabinet == name]) for name in names)
    if len(rows) > 1:
        rows = (*rows, _cabinet(orders, words["order.head.total"], list(orders.hung), whole=True))
    return asdict(Table(heads=tuple(words[f"order.head.{head}"] for head in _CABINETS), rows=rows))


def _cabinet(orders: Orders, name: str | None, held: Sequence[WorkOrder], *, whole: bool = False) -> tuple[str, ...]:
    words = orders.words
    ports = [order.port for order in held if order.port is not None]
    span = "" if whole or not ports else words["doc.span"].format(low=min(ports), high=max(ports))
    classes = sorted({order.poe_class for order in held if order.poe_class is not None})
    lengths = [order.cable_m for order in held if order.cable_m is not None]
    return (
        breakable(name or words["order.cabinet_open"]),
        span,
        str(len(held)),
        ", ".join(map(str, classes)),
        number_text(sum(order.power_w or 0.0 for order in held)),
        number_text(sum(lengths), 0) if lengths else "",
    )


def cables(orders: Orders) -> dict[str, object]:
    """Return every cable that is pulled, with both ends."""
    words = orders.words
    rows = tuple(
        (
            order.cable_id or "",
            breakable(orders.port_text(order)),
            breakable(f"{order.ap_name}\n{' '.join((orders.floor_text(order), orders.place_text(order)))}"),
            metres_text(order),
            "" if order.poe_class is None else str(order.poe_class),
        )
        for order in orders.hung
    )
    return asdict(Table(heads=tuple(words[f"order.head.{head}"] for head in _CABLES), rows=rows))


def undecided(orders: Orders) -> str:
    """Return what hangs there and must be decided about first, as one line."""
    waiting = [order for order in orders.every if order.undecided]
    names = [f"{order.ap_id} ({orders.floor_text(order)} {orders.place_text(order)})" for order in waiting]
    if not names:
        return ""
    return typeset(orders.words["order.note.undecided"].format(names=orders.words["doc.separator"].join(names)))
