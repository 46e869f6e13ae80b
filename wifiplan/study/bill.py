"""The bill of materials: every line with quantity, unit and the price that the user entered, or none."""

from collections.abc import Iterable

from wifiplan.catalog.cabling import switch_classes
from wifiplan.catalog.radios import ap_model
from wifiplan.study.purchase_records import Purchase
from wifiplan.study.records import BillLine, Plan


def bill(plan: Plan, purchase: Purchase) -> tuple[BillLine, ...]:
    """Return the bill of materials; a price that nobody gave stays empty, for no source names one.

    Parameters
    ----------
    plan : Plan
        A plan; its own bill is not looked at.
    purchase : Purchase
        What it needs.

    Returns
    -------
    tuple of BillLine
        Nothing where nothing is bought. What can't be estimated without a cabinet is a line that lacks its price. Ports
        and power are figures without a price of their own: switches hold them.
    """
    if not purchase.n_bought and not purchase.n_drops and not purchase.n_without_cabinet:
        return ()
    points = (_access_points(plan, purchase),) if purchase.n_bought else ()
    return (*points, *_cabling(plan, purchase), *_switches(plan, purchase), *_figures(purchase))


def _access_points(plan: Plan, purchase: Purchase) -> BillLine:
    model, named = ap_model(plan.settings.design.ap_model), purchase.product
    product = "" if named is None else named.text
    return BillLine(
        code=f"ap:{model.name}",
        name_zh=f"無線網路基地臺（{model.name_zh}{f'，{product}' if product else ''}）",
        name_en=f"Access point ({model.name_en}{f'; {product}' if product else ''})",
        quantity=purchase.n_bought,
        unit="臺",
        price_ntd=plan.settings.design.ap_price_ntd,
        price_option="ap",
    )


def _cabling(plan: Plan, purchase: Purchase) -> Iterable[BillLine]:
    if purchase.n_without_cabinet:
        yield BillLine(
            code="cabling_open",
            name_zh="佈線與交換器（平面圖未標機櫃，未估）",
            name_en="Cables and switches (no cabinet is drawn: not estimated)",
            quantity=purchase.n_without_cabinet,
            unit="點",
        )
    if not purchase.n_drops:
        return
    prices = plan.settings.prices
    yield BillLine(
        code="cable_m",
        name_zh="Cat 6A 網路線（估計，含餘量）",
        name_en="Cat 6A cable (estimate with slack)",
        quantity=round(purchase.cable_m),
        unit="m",
        price_ntd=prices.cable_m,
        price_option="cable_m",
    )
    yield BillLine(
        code="drop",
        name_zh="線路點（佈線施工、兩端打線、測試）",
        name_en="Cable drop (pulled, both ends fitted, tested)",
        quantity=purchase.n_drops,
        unit="點",
        price_ntd=prices.drop,
        price_option="drop",
    )


def _switches(plan: Plan, purchase: Purchase) -> Iterable[BillLine]:
    counts: dict[str, int] = {}
    for cabinet in purchase.cabinets:
        for switch in cabinet.switches:
            counts[switch.name] = counts.get(switch.name, 0) + switch.n
    for kind in switch_classes():
        if kind.name in counts:
            rate = f"{kind.port_mbps / 1000:g}"
            yield BillLine(
                code=kind.name,
                name_zh=f"供電交換器 {kind.n_ports} 埠（{rate} GbE，供電 {kind.power_w:g} W）",
                name_en=f"Switch with power, {kind.n_ports} ports ({rate} GbE, {kind.power_w:g} W of PoE)",
                quantity=counts[kind.name],
                unit="臺",
                price_ntd=plan.settings.prices.of(kind.name),
                price_option=kind.name,
            )


def _figures(purchase: Purchase) -> Iterable[BillLine]:
    yield BillLine(
        code="poe_port",
        name_zh=f"供電交換器埠（PoE 類別 {purchase.poe_class}）",
        name_en=f"Switch port with power (PoE class {purchase.poe_class})",
        quantity=purchase.n_bought,
        unit="埠",
        informative=True,
    )
    yield BillLine(
        code="poe_power_w",
        name_zh="供電功率合計（交換器端）",
        name_en="Power for all of them, at the switch",
        quantity=round(purchase.n_bought * purchase.poe_w, 1),
        unit="W",
        informative=True,
    )
