"""Labels for access points and for both ends of their cables, on the sheets that makers sell."""

from dataclasses import asdict

from wifiplan.catalog.label_sheets import LabelSheet, label_sheet
from wifiplan.errors import SettingsError
from wifiplan.report.orders.orders import Orders
from wifiplan.study.work_orders import WorkOrder

UNPRINTABLE_MM = 4.5
"""Edge of a page that office printers leave blank [mm]: labels that reach it keep their text inside."""

LEAST_INSET_MM = 1.8
"""Text stays this far from a label's edge: sheets shift by a millimetre in the printer [mm]."""


def label_content(orders: Orders, first: int) -> dict[str, object]:
    """Return the labels in the order of the cards: access point, cabinet end, access point end.

    On a sheet of three columns every row then belongs to one access point. What is only retuned comes last.

    Parameters
    ----------
    orders : Orders
        The orders; `options.label_sheet` names the sheet.
    first : int
        Position of the first free label of the first sheet, counted from 1 along the rows.

    Raises
    ------
    SettingsError
        The sheet has no such position.
    CatalogError
        There is no such sheet.
    """
    sheet = label_sheet(orders.options.label_sheet)
    if not 1 <= first <= sheet.n_labels:
        raise SettingsError(
            f"there is no label {first} on a sheet of {sheet.n_labels}",
            remedy=f"give a position from 1 to {sheet.n_labels}, counted along the rows from the upper left",
            where="--start-label",
        )
    found = [label for order in orders.hung for label in (_ap(orders, order), *_cable(orders, order))]
    found += [_ap(orders, order) for order in orders.cards if order.action == "retuned"]
    return {"sheet": _geometry(sheet), "labels": found, "first": first - 1}


def _geometry(sheet: LabelSheet) -> dict[str, object]:
    return asdict(sheet) | {
        "inset_x_mm": max(LEAST_INSET_MM, UNPRINTABLE_MM - sheet.left_mm),
        "inset_y_mm": max(LEAST_INSET_MM, UNPRINTABLE_MM - sheet.top_mm),
        "n_lines": 2 if sheet.height_mm >= 24 else 1,
    }


def _ap(orders: Orders, order: WorkOrder) -> dict[str, object]:
    return {
        "head": orders.plan.site.name,
        "corner": orders.words["label.card"].format(n=order.number),
        "title": order.ap_name,
        "lines": [f"{orders.floor_text(order)} {orders.place_text(order)}", _tail(orders, order)],
    }


def _tail(orders: Orders, order: WorkOrder) -> str:
    """Return where the access point's cable comes from, after its number on the plan."""
    mark = orders.words["order.id"].format(id=order.ap_id, mark=orders.marks.get(order.ap_id, ""))
    return "  ".join(filter(None, (mark, order.cable_id)))


def _cable(orders: Orders, order: WorkOrder) -> tuple[dict[str, object], dict[str, object]]:
    """Return the same label twice, each saying at which end it sticks."""
    far = f"{order.ap_name}  {orders.place_text(order)}"
    both = {"title": order.cable_id, "lines": [orders.port_text(order), f"→ {far}"]}
    corner = orders.words["label.card"].format(n=order.number)
    cabinet, ap = orders.words["label.cabinet_end"], orders.words["label.ap_end"]
    return (
        {**both, "head": cabinet, "corner": corner},
        {**both, "head": ap, "corner": corner},
    )
