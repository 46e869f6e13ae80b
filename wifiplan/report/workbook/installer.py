"""ap_config.xlsx and plan.xlsx: settings of every radio, devices to fill in, cables, and what the columns mean."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from wifiplan.report.numbering import floor_name
from wifiplan.report.orders.notes import notes
from wifiplan.report.orders.orders import Orders
from wifiplan.report.orders.tables import long_note
from wifiplan.report.workbook.columns import Column, figure, record_page
from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.report.workbook.purchase import bill_page, cabinets_page
from wifiplan.report.workbook.school import access_points_page, rooms_page
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.scheme.options import Lang
from wifiplan.study.radio_config import RadioConfig
from wifiplan.study.records import Plan
from wifiplan.study.work_orders import WorkOrder

_STATES: Mapping[str, tuple[str, str]] = {
    "on": ("開啟", "on"),
    "off": ("關閉", "off"),
    "auto": ("自動", "automatic"),
    "as_found": ("維持原狀", "as it is"),
}


def plan_xlsx(orders: Orders) -> bytes:
    """Return plan.xlsx: rooms, access points, bill, cabinets, settings, cables; same plan, same bytes."""
    lang = _lang(orders)
    return to_bytes((*_plan_pages(orders.plan, lang), radios_page(orders, lang), cables_page(orders, lang)))


def tables_xlsx(plan: Plan, lang: str) -> bytes:
    """Return plan.xlsx of a building that nobody has seen: rooms, access points, bill, cabinets; no installing."""
    return to_bytes(_plan_pages(plan, "en" if lang == "en" else "zh-TW"))


def _plan_pages(plan: Plan, lang: Lang) -> tuple[Page, ...]:
    pages = (rooms_page(plan, lang), access_points_page(plan, lang), bill_page(plan, lang))
    return (*pages, cabinets_page(plan, lang)) if plan.bill else pages


def ap_config_xlsx(orders: Orders) -> bytes:
    """Return ap_config.xlsx: the twin of ap_config.csv in three sheets, radios, devices and what the columns mean."""
    lang = _lang(orders)
    return to_bytes((radios_page(orders, lang), devices_page(orders, lang), notes_page(orders, lang)))


def _lang(orders: Orders) -> Lang:
    return "en" if orders.lang == "en" else "zh-TW"


def radios_page(orders: Orders, lang: Lang) -> Page:
    """Return one row a radio with what is set at the controller."""
    return record_page(
        say(lang, "設定", "Settings"),
        say(lang, f"{orders.plan.site.name} 無線電設定", f"{orders.plan.site.name}: settings of the radios"),
        (*_radio_columns(orders, lang), *_power_columns(), *_network_columns()),
        orders.configs,
        lang,
        lead=(orders.words["order.note.channel_number"],),
        remarks=(orders.words["order.note.eirp"].format(country=orders.plan.site.country),),
    )


def _radio_columns(orders: Orders, lang: Lang) -> Sequence[Column[RadioConfig]]:
    return (
        Column(zh="基地臺名稱", en="Access point", width=22, value=lambda c: c.ap_name),
        Column(zh="代號", en="Id", width=7, value=lambda c: c.ap_id),
        Column(zh="動作", en="Action", width=7, value=lambda c: orders.words[f"action.{_mark(orders, c)}"]),
        Column(zh="位置", en="Place", width=16, value=lambda c: _place(orders, c)),
        Column(zh="頻段 GHz", en="Band GHz", width=6, value=lambda c: c.band),
        Column(zh="狀態", en="State", width=8, value=lambda c: say(lang, *_STATES[c.state])),
        Column(zh="頻道（中心）", en="Channel (middle)", width=7, value=lambda c: c.channel),
        Column(zh="所含 20 MHz 頻道", en="20 MHz channels", width=9, value=lambda c: _numbers(c.channels_20mhz)),
        Column(zh="頻寬 MHz", en="Width MHz", width=6, value=lambda c: c.width_mhz),
        Column(zh="備用頻道（雷達後）", en="Backup after radar", width=8, value=lambda c: c.backup_channel),
        Column(zh="自動可選頻道", en="Automatic channels", width=11, value=lambda c: _numbers(c.auto_channels)),
        Column(
            zh="自動可選（20 MHz）",
            en="Automatic (20 MHz)",
            width=14,
            value=lambda c: _numbers(c.auto_channels_20mhz),
        ),
    )


def _power_columns() -> Sequence[Column[RadioConfig]]:
    return (
        Column(zh="EIRP dBm", en="EIRP dBm", width=6, value=lambda c: figure(c.eirp_dbm)),
        Column(zh="天線增益 dBi", en="Gain dBi", width=6, value=lambda c: figure(c.antenna_gain_dbi)),
        Column(zh="鏈數", en="Chains", width=6, value=lambda c: c.n_chains),
        Column(zh="傳導合計 dBm", en="Conducted dBm", width=7, value=lambda c: figure(c.conducted_dbm)),
        Column(zh="每鏈 dBm", en="A chain dBm", width=6, value=lambda c: figure(c.chain_dbm)),
        Column(zh="自動下限 EIRP", en="Automatic from EIRP", width=7, value=lambda c: figure(c.auto_min_eirp_dbm)),
        Column(zh="自動上限 EIRP", en="Automatic to EIRP", width=7, value=lambda c: figure(c.auto_max_eirp_dbm)),
        Column(zh="下限（傳導）", en="From (conducted)", width=7, value=lambda c: figure(c.auto_min_conducted_dbm)),
        Column(zh="上限（傳導）", en="To (conducted)", width=7, value=lambda c: figure(c.auto_max_conducted_dbm)),
        Column(zh="同頻鄰機", en="Sharing", width=6, value=lambda c: c.n_sharing),
    )


def _network_columns() -> Sequence[Column[RadioConfig]]:
    return (
        Column(zh="SSID", en="SSID", width=13, value=lambda c: "\n".join(c.ssids) or None),
        Column(
            zh="VLAN",
            en="VLAN",
            width=6,
            value=lambda c: "\n".join("-" if v is None else str(v) for v in c.vlans) or None,
        ),
    )


def devices_page(orders: Orders, lang: Lang) -> Page:
    """Return one row an access point that stays or comes, with fields for MAC and serial number."""
    words = orders.words
    staying = [order for order in orders.every if order.action != "removed"]
    columns: tuple[Column[WorkOrder], ...] = (
        Column(zh="單號", en="No.", width=6, value=lambda o: o.number or None),
        Column(zh="基地臺名稱", en="Access point", width=26, value=lambda o: o.ap_name),
        Column(zh="代號", en="Id", width=9, value=lambda o: o.ap_id),
        Column(zh="動作", en="Action", width=9, value=lambda o: words[f"action.{_action(o)}"]),
        Column(zh="棟別", en="Block", width=9, value=lambda o: o.block),
        Column(zh="樓層", en="Floor", width=9, value=lambda o: floor_name(orders.plan, o.floor, orders.lang)),
        Column(zh="教室代號", en="Room id", width=9, value=lambda o: o.room_id),
        Column(zh="位置", en="Place", width=22, value=orders.place_text),
        Column(zh="機型等級", en="Model class", width=11, value=lambda o: o.model),
        Column(zh="機櫃", en="Cabinet", width=18, value=lambda o: o.cabinet),
        Column(zh="埠", en="Port", width=6, value=lambda o: o.port),
        Column(zh="線號", en="Cable", width=12, value=lambda o: o.cable_id),
        Column(zh="管理 VLAN", en="Management VLAN", width=9, value=lambda _: orders.options.management_vlan),
        Column(zh="MAC", en="MAC", width=20, value=lambda o: o.mac),
        Column(zh="序號", en="Serial", width=20, value=lambda o: o.serial),
    )
    title = say(lang, f"{orders.plan.site.name} 設備清冊", f"{orders.plan.site.name}: devices")
    return record_page(say(lang, "設備", "Devices"), title, columns, staying, lang)


def cables_page(orders: Orders, lang: Lang) -> Page:
    """Return every cable that is pulled, by cabinet, with its length and room for the test."""
    columns: tuple[Column[WorkOrder], ...] = (
        Column(zh="線號", en="Cable", width=13, value=lambda o: o.cable_id),
        Column(zh="機櫃", en="Cabinet", width=24, value=lambda o: o.cabinet or orders.words["order.cabinet_open"]),
        Column(zh="埠", en="Port", width=7, value=lambda o: o.port),
        Column(zh="基地臺名稱", en="Access point", width=26, value=lambda o: o.ap_name),
        Column(zh="位置", en="Place", width=32, value=lambda o: f"{orders.floor_text(o)} {orders.place_text(o)}"),
        Column(zh="線長 m（估計）", en="Length m (estimate)", width=10, value=lambda o: figure(o.cable_m, 0)),
        Column(zh="PoE 類別", en="PoE class", width=8, value=lambda o: o.poe_class),
        Column(zh="供電 W", en="Power W", width=8, value=lambda o: figure(o.power_w, 2)),
        Column(zh="實際線長 m", en="Length built m", width=10, value=lambda _: None),
        Column(zh="測試結果", en="Test", width=12, value=lambda _: None),
    )
    length = figure(sum(order.cable_m or 0.0 for order in orders.hung), 0)
    power = figure(sum(order.power_w or 0.0 for order in orders.hung), 1)
    sums: tuple[Value, ...] = (None, None, len(orders.hung), None, None, length, None, power, None, None)
    total = Row(cells=(say(lang, "合計", "Total"), *sums[1:]), kind="total")
    title = say(lang, f"{orders.plan.site.name} 佈線清單", f"{orders.plan.site.name}: cables")
    notes_below = (orders.words["order.ports_note"].format(first=orders.options.first_port), long_note(orders))
    remarks = tuple(filter(None, notes_below))
    by_cabinet = groupby(sorted(orders.hung, key=lambda o: o.cabinet or ""), key=lambda o: o.cabinet)
    ordered = [order for _, held in by_cabinet for order in held]
    name = say(lang, "佈線", "Cabling")
    return record_page(name, title, columns, ordered, lang, remarks=remarks, total=total if ordered else None)


def notes_page(orders: Orders, lang: Lang) -> Page:
    """Return the notes of install.pdf as a sheet."""
    rows = []
    for section in notes(orders):
        rows.append(Row(cells=(section.title, None), kind="total"))
        rows += [Row(cells=(k, text)) for k, text in enumerate(section.items, start=1)]
        if section.beacons is not None:
            rows += [Row(cells=(None, text)) for text in section.beacons.lines]
    return Page(
        name=say(lang, "說明", "Notes"),
        title=orders.words["order.notes"],
        header=(say(lang, "項次", "No."), say(lang, "說明", "Note")),
        rows=tuple(rows),
        widths=(24, 110),
    )


def _place(orders: Orders, config: RadioConfig) -> str:
    room = config.room_name or orders.words["order.corridor"]
    return " ".join((floor_name(orders.plan, config.floor, orders.lang), room))


def _action(order: WorkOrder) -> str:
    return "undecided" if order.undecided else order.action


def _mark(orders: Orders, config: RadioConfig) -> str:
    return next(_action(order) for order in orders.every if order.ap_id == config.ap_id)


def _numbers(numbers: Sequence[int]) -> str | None:
    return " ".join(map(str, numbers)) or None
