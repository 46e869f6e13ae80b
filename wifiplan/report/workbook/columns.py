"""Sheets whose rows are records: a column is a head in two languages, a width and the value of a record."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.scheme.options import Lang

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[T]):
    """One column of a sheet: `value` takes a record; `width` is in characters."""

    zh: str
    en: str
    width: float
    value: Callable[[T], Value]


def record_page(  # noqa: PLR0913 - what stands on a sheet, top to bottom
    name: str,
    title: str,
    columns: Sequence[Column[T]],
    records: Iterable[T],
    lang: Lang,
    *,
    lead: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    total: Row | None = None,
) -> Page:
    """Return a sheet with a row a record.

    Parameters
    ----------
    name, title : str
        Name of the sheet and its heading.
    columns : sequence of Column
        In order.
    records : iterable
        One a row.
    lang : "zh-TW" or "en"
        Language of the heads.
    lead, remarks : tuple of str
        Lines above and below the table.
    total : Row, optional
        The last row.
    """
    rows = [Row(cells=tuple(column.value(record) for column in columns)) for record in records]
    return Page(
        name=name,
        title=title,
        lead=lead,
        header=tuple(say(lang, column.zh, column.en) for column in columns),
        rows=(*rows, total) if total is not None else tuple(rows),
        widths=tuple(column.width for column in columns),
        remarks=remarks,
    )


def figure(value: float | None, digits: int = 1) -> Value:
    """Return a number as a cell holds it: whole numbers without decimals, None empty.

    >>> figure(2.0), figure(2.345, 2), figure(None)
    (2, 2.35, None)
    """
    if value is None:
        return None
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded
