"""Sheets of a workbook as plain records, before any spreadsheet library sees them."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.scheme.options import Lang

Value: TypeAlias = "str | int | float | None"
RowKind: TypeAlias = Literal["body", "total", "example", "section"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row; `soft` lists the columns (from 0) whose values are estimates and stand in italics."""

    cells: tuple[Value, ...]
    kind: RowKind = "body"
    soft: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet: title, lines below it, header, rows, remarks.

    `widths` are in characters; `groups` is a row above the header: (text, columns that it spans).
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    widths: tuple[float, ...]
    lead: tuple[str, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    remarks: tuple[str, ...] = ()


def first_row(page: Page) -> int:
    """Return the row of the sheet, counted from 1, on which the page's first row stands."""
    return 1 + len(page.lead) + (1 if page.groups else 0) + 2


def say(lang: Lang, zh: str, en: str) -> str:
    """Return the text of the language."""
    return zh if lang == "zh-TW" else en


def open_value(value: int | None, lang: Lang) -> Value:
    """Return a number, or the mark of a number that nobody filled in yet."""
    return say(lang, "待填", "open") if value is None else value
