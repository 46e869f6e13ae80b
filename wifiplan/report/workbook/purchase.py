"""plan.xlsx: the bill of materials, and what every cabinet gets."""

from collections.abc import Mapping, Sequence

from wifiplan.report.bill import unit_text
from wifiplan.report.numbering import floor_name
from wifiplan.report.purchase import link_text, long_text, notes, product_text, switches_text, total_text
from wifiplan.report.texts import texts
from wifiplan.report.workbook.columns import Column, figure, record_page
from wifiplan.report.workbook.pages import Page, Row, say
from wifiplan.scheme.options import Lang
from wifiplan.study.purchase import purchase
from wifiplan.study.purchase_records import CabinetNeed
from wifiplan.study.records import BillLine, Plan


def bill_page(plan: Plan, lang: Lang) -> Page:
    """Return the bill of materials; a price that nobody gave is marked as open: the columns of bom.csv."""
    words = texts(lang)
    costs = [line.cost_ntd for line in plan.bill if line.cost_ntd is not None]
    named = say(lang, "已填單價合計", "Total of priced lines")
    head = named if any(line.lacks_price for line in plan.bill) else words["buy.row.all"]
    total = Row(cells=(None, head, *(None,) * 3, sum(costs), None), kind="total")
    remarks = (total_text(plan.bill, lang), *product_text(plan, purchase(plan), words)) if plan.bill else ()
    return record_page(
        say(lang, "材料", "Bill"),
        say(lang, f"{plan.site.name} 材料表", f"{plan.site.name}: bill of materials"),
        _bill_columns(lang),
        plan.bill,
        lang,
        total=total if costs else None,
        remarks=remarks,
    )


def _bill_columns(lang: Lang) -> Sequence[Column[BillLine]]:
    words = texts(lang)
    return (
        Column(zh="代碼", en="Code", width=16, value=lambda b: b.code),
        Column(zh="項目", en="Item", width=60, value=lambda b: b.name_zh if lang == "zh-TW" else b.name_en),
        Column(zh="數量", en="Quantity", width=12, value=lambda b: figure(b.quantity)),
        Column(zh="單位", en="Unit", width=10, value=lambda b: unit_text(b, words)),
        Column(zh="單價 NT$", en="Price NT$", width=14, value=lambda b: _price(b, words, lang)),
        Column(zh="小計 NT$", en="Cost NT$", width=14, value=lambda b: b.cost_ntd),
        Column(zh="設定項 [prices]", en="Setting [prices]", width=16, value=lambda b: b.price_option),
    )


def _price(line: BillLine, words: Mapping[str, str], lang: Lang) -> str | int | None:
    """Return a price; a figure for the electrician has none."""
    if line.lacks_price:
        return say(lang, "待填", "open")
    return words["doc.dash"] if line.informative else line.price_ntd


def cabinets_page(plan: Plan, lang: Lang) -> Page:
    """Return what every cabinet gets, with the notes of the printed page."""
    needs, words = purchase(plan), texts(lang)
    place: Sequence[Column[CabinetNeed]] = (
        Column(zh="機櫃", en="Cabinet", width=24, value=lambda c: c.name),
        Column(zh="樓層", en="Floor", width=10, value=lambda c: floor_name(plan, c.floor, lang)),
    )
    cables = [c.cable_m for c in needs.cabinets]
    sums = (needs.n_drops, sum(c.n_kept for c in needs.cabinets), figure(sum(cables), 0), None)
    watts = (figure(sum(c.power_w for c in needs.cabinets)), figure(sum(c.switch_power_w for c in needs.cabinets)))
    cells = (words["buy.sum"], None, *sums, sum(c.n_ports for c in needs.cabinets), None, *watts, *(None,) * 3)
    remarks = (*long_text(plan, needs, lang), *notes(plan, needs, lang)) if plan.bill else ()
    return record_page(
        say(lang, "機櫃", "Cabinets"),
        f"{plan.site.name} {words['buy.cabinets']}",
        (*place, *_cabinet_columns(words)),
        needs.cabinets,
        lang,
        total=Row(cells=cells, kind="total") if needs.cabinets else None,
        remarks=remarks,
    )


def _cabinet_columns(words: Mapping[str, str]) -> Sequence[Column[CabinetNeed]]:
    return (
        Column(zh="新線路點", en="New drops", width=9, value=lambda c: c.n_drops),
        Column(zh="沿用埠", en="Ports kept", width=9, value=lambda c: c.n_kept),
        Column(zh="線長合計 m", en="Cable m", width=10, value=lambda c: figure(c.cable_m, 0)),
        Column(zh="最長 m", en="Longest m", width=9, value=lambda c: figure(c.longest_m, 0) if c.n_drops else None),
        Column(zh="新埠（含備用）", en="New ports with spare", width=11, value=lambda c: c.n_ports),
        Column(zh="新購交換器", en="Switches to buy", width=20, value=lambda c: switches_text(c, words)),
        Column(zh="供電需求 W", en="PoE need W", width=10, value=lambda c: figure(c.power_w)),
        Column(zh="供電上限 W", en="PoE supply W", width=10, value=lambda c: figure(c.switch_power_w)),
        Column(zh="尖峰 Mbit/s", en="Peak Mbit/s", width=10, value=lambda c: figure(c.peak_mbps)),
        Column(zh="上行至少", en="Uplink at least", width=12, value=lambda c: link_text(c, words)),
        Column(zh="現有上行 Mbit/s", en="Uplink there Mbit/s", width=11, value=lambda c: figure(c.known_uplink_mbps)),
    )
