"""Papers for installers: install.pdf with a card an access point, and sheets of labels."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files

from wifiplan.report.orders.cards import LAYOUTS, cards, floor_pictures
from wifiplan.report.orders.labels import label_content
from wifiplan.report.orders.notes import notes, too_many
from wifiplan.report.orders.orders import Orders
from wifiplan.report.orders.tables import cabinets, cables, index, long_note, totals
from wifiplan.report.payload import printable_data
from wifiplan.report.typesetting import compiled
from wifiplan.study.records import Plan

__all__ = ["Orders", "install_pdf", "labels_pdf"]

_WORDS = {
    "page": "doc.page",
    "by_floor": "order.by_floor",
    "totals": "order.totals",
    "cabinets": "order.cabinets",
    "cables": "order.cables",
    "no_cables": "order.no_cables",
    "notes": "order.notes",
    "none": "order.none",
    "warning_title": "order.warn.archetype.title",
    "warning_text": "order.warn.archetype.text",
    "sheet": "order.warn.sheet",
    "room_plan": "order.room_plan",
    "above": "order.ceiling",
    "north": "order.north",
    "door": "fig.door",
    "steps": "order.steps",
    "asbuilt": "order.asbuilt",
    "mac": "order.mac",
    "serial": "order.serial",
    "walls": "order.asbuilt_walls",
    "date": "order.date",
    "installer": "order.installer",
    "school": "order.school",
    "no_cabinet": "order.no_cabinet_note",
}


def install_pdf(orders: Orders) -> bytes:
    """Return install.pdf: index, cabinets, cables, notes, then the cards; the same orders give the same bytes.

    Raises
    ------
    OutputError
        If the fonts are not there.
    """
    inputs = {"data": _json(_content(orders)), **floor_pictures(orders)}
    return compiled(_template("install"), inputs, where="install.pdf")


def labels_pdf(orders: Orders, *, first: int = 1) -> bytes:
    """Return labels.pdf, to be printed at 100 % on the sheet that the options name.

    Parameters
    ----------
    orders : Orders
        The orders.
    first : int
        Position of the first free label of the first sheet, from 1.

    Raises
    ------
    SettingsError
        The sheet has no such position.
    """
    content = _frame(orders, "order.labels_title") | label_content(orders, first)
    return compiled(_template("labels"), {"data": _json(content)}, where="labels.pdf")


def _template(name: str) -> bytes:
    """Return a template behind the styles that all papers for installers share."""
    static = files("wifiplan.report") / "static"
    return (static / "orders.typ").read_bytes() + (static / f"{name}.typ").read_bytes()


def _json(data: object) -> str:
    return json.dumps(printable_data(data), ensure_ascii=False)


def _frame(orders: Orders, title: str) -> dict[str, object]:
    """Return what every paper says of itself."""
    plan: Plan = orders.plan
    language, _, region = orders.lang.partition("-")
    return {
        "lang": language,
        "region": region or None,
        "title": orders.words[title],
        "school": plan.site.name,
        "subtitle": _subtitle(plan, orders.words),
        "footer": orders.words["doc.version"].format(version=plan.version),
    }


def _subtitle(plan: Plan, words: Mapping[str, str]) -> str:
    known = [f"{words[f'stage.{school.stage}']} {school.code}" for school in plan.site.schools]
    return " · ".join(known) or words["doc.unnamed_school"]


def _content(orders: Orders) -> dict[str, object]:
    layout = LAYOUTS[orders.options.cards_per_page]
    return _frame(orders, "order.title") | {
        "words": {key: orders.words[name] for key, name in _WORDS.items()},
        "evidence": orders.plan.site.evidence,
        "alarm": too_many(orders),
        "index": index(orders),
        "totals": totals(orders),
        "cabinets": cabinets(orders),
        "cables": cables(orders),
        "open_cabinet": any(order.cabinet is None for order in orders.hung),
        "long": long_note(orders),
        "notes": [asdict(section) for section in notes(orders)],
        "cards": cards(orders),
        "per_page": orders.options.cards_per_page,
        "card_mm": layout.card_mm,
        "room_mm": layout.room_mm,
        "key_mm": layout.key_mm,
        "photo_mm": layout.photo_mm,
    }
