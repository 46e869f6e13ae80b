"""install.xlsx, the twin of the installer's cards: what is planned for every access point, and what was built."""

from openpyxl import Workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.files.as_built_columns import ANSWERS, BUILT, COLUMNS, PLANNED
from wifiplan.files.compared import mark_of
from wifiplan.report.texts import texts
from wifiplan.report.workbook.pages import Page, Row, Value, first_row
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.site.network import Band, Radio
from wifiplan.study.network_options import NetworkOptions
from wifiplan.study.records import Plan
from wifiplan.study.work_orders import WorkOrder, all_orders

INSTALL_NAME = "install.xlsx"

_GIVEN = PatternFill(fill_type="solid", start_color="FFEDEDED", end_color="FFEDEDED")
_N_SPARE = 10
"""Empty rows below the plan's, for access points beyond it."""

_TEXTS = frozenset({"mac", "serial", "port", "built_room", "built_model", "date"})
"""Columns that stay text as typed: a serial number keeps its zeros."""


def install_bytes(plan: Plan, *, lang: str = "zh-TW", options: NetworkOptions | None = None) -> bytes:
    """Return install.xlsx; the same plan gives the same bytes.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    lang : "zh-TW" or "en"
        Language of headers and notes; what comes back is read in either.
    options : NetworkOptions, optional
        Names and ports, as for the cards.

    Raises
    ------
    SettingsError
        The template of names gives equal or too long names.
    """
    page = install_page(plan, lang, options)

    def finish(book: Workbook) -> None:
        _open(book[page.name], page, lang)

    return to_bytes([page], finish)


def install_page(plan: Plan, lang: str, options: NetworkOptions | None = None) -> Page:
    """Return the sheet: one row an access point of the plan, then empty ones."""
    words = texts(lang)
    orders = sorted(all_orders(plan, options), key=lambda order: (order.number == 0, order.number))
    n_work = sum(order.number > 0 for order in orders)
    blank: tuple[Value, ...] = (None,) * len(COLUMNS)
    rows = [Row(cells=(*_planned(order, plan, lang), *blank[len(PLANNED) :])) for order in orders]
    return Page(
        name=words["install.sheet"],
        title=words["install.title"].format(school=_school(plan)),
        lead=(
            words["install.plan"].format(mark=mark_of(plan), version=plan.version, n=n_work, kept=len(orders) - n_work),
            words["install.how"],
            words["install.measure"],
            words["install.return"],
        ),
        groups=((words["install.planned"], len(PLANNED)), (words["install.built"], len(BUILT))),
        header=tuple(column.header(lang) for column in COLUMNS),
        rows=(*rows, *(Row(cells=blank) for _ in range(_N_SPARE))),
        widths=tuple(column.width for column in COLUMNS),
    )


def _school(plan: Plan) -> str:
    codes = " ".join(school.code for school in plan.site.schools)
    return f"{plan.site.name} {codes}".strip()


def _planned(order: WorkOrder, plan: Plan, lang: str) -> tuple[Value, ...]:
    words = texts(lang)
    radio = next((r for r in order.radios if r.band == plan.band), Radio(band=plan.band))
    hung = order.action != "removed"
    port = " / ".join(str(part) for part in (order.cabinet, order.port) if part is not None)
    cable = " / ".join(str(part) for part in (order.cable_id, order.cable_m) if part is not None)
    return (
        order.number or None,
        order.ap_id,
        order.ap_name,
        words[f"action.{_mark(order)}"],
        _place(order, plan, lang),
        order.wall_a_m,
        order.wall_b_m,
        order.height_m,
        order.model,
        _channel(order, radio, plan.band, lang) if hung else None,
        radio.width_mhz if hung else None,
        radio.eirp_dbm if hung else None,
        port,
        cable,
    )


def _mark(order: WorkOrder) -> str:
    """Return what is done, as people must act: one of a forbidden brand goes, one of unknown model waits."""
    if order.prohibited:
        return "prohibited"
    return "undecided" if order.undecided else order.action


def _place(order: WorkOrder, plan: Plan, lang: str) -> str:
    """Return floor and room; outside rooms, the place on the plan."""
    words = texts(lang)
    named = {floor.level: floor.name for floor in plan.site.floors}
    level = order.floor
    key, n = ("floor.name", level + 1) if level >= 0 else ("floor.basement", -level)
    floor = named.get(level) or words[key].format(n=n)
    if order.room_name or order.room_id:
        return f"{floor} {order.room_name or order.room_id}"
    if order.x_m is None or order.y_m is None:
        return f"{floor} {words['ap.somewhere']}"
    return f"{floor} {words['install.corridor']} x {order.x_m:.1f}, y {order.y_m:.1f}"


def _channel(order: WorkOrder, radio: Radio, band: Band, lang: str) -> Value:
    if radio.channel is None or not order.dfs or order.backup_channel is None or radio.band != band:
        return radio.channel
    return texts(lang)["install.dfs"].format(channel=radio.channel, backup=order.backup_channel)


def _open(sheet: Worksheet, page: Page, lang: str) -> None:
    """Make the sheet ready to be filled in and printed: the plan in grey, drop-downs, A3."""
    first, last = first_row(page), first_row(page) + len(page.rows) - 1
    for row in range(first, last - _N_SPARE + 1):
        for column in range(1, len(PLANNED) + 1):
            sheet.cell(row=row, column=column).fill = _GIVEN
    for column, known in enumerate(COLUMNS, start=1):
        letter = get_column_letter(column)
        if known.key in _TEXTS:
            for row in range(first, last + 1):
                sheet.cell(row=row, column=column).number_format = "@"
        if known.answer is not None:
            words = ",".join(ANSWERS[known.answer][lang])
            # a hint, not a fence: installers also write ticks and crosses, which are read
            check = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=False)
            check.add(f"{letter}{first}:{letter}{last}")
            sheet.add_data_validation(check)
    sheet.freeze_panes = f"C{first}"
    # plan and report side by side need the larger sheet; on A4 there are the cards
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
