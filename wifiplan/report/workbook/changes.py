"""The sheets of a change log: changes.xlsx, and the pages that other workbooks take in."""

import re
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment

from wifiplan.files.output import write_bytes
from wifiplan.report.change_log import ChangeLog, Section
from wifiplan.report.texts import texts
from wifiplan.report.workbook.pages import Page, Row, Value
from wifiplan.report.workbook.writer import to_bytes

_WIDTHS: dict[str, tuple[float, ...]] = {
    "counts": (36, 16, 16, 12),
    "why": (46, 46, 46),
    "points": (24, 24, 34, 70, 12),
    "rooms": (10, 22, 24, 50, 50),
    "bill": (50, 24, 24, 14),
    "fields": (20, 26, 38, 44, 44),
    "schools": (11, 11, 34, 11, 11, 11, 9, 16, 16, 60),
    "deviations": (18, 16, 30, 80),
}
_FIGURES = {"counts": 1, "schools": 4}
"""Sections whose cells are numbers where they look like numbers, from this column on."""

_NUMBER = re.compile(r"[+−-]?\d{1,3}(,?\d{3})*(\.\d+)?")


def write_changes_xlsx(path: Path, log: ChangeLog, fields: Section, lang: str) -> None:
    """Write changes.xlsx: what changed in short, why, and sheet by sheet; the same changes give the same bytes.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_bytes(path, to_bytes(changes_pages(log, fields, lang), _left))


def changes_pages(log: ChangeLog, fields: Section, lang: str) -> tuple[Page, ...]:
    """Return the sheets of a change log; the first holds the headline, and all there is where nothing changed."""
    first, *others = log.sections or (_empty(fields, lang),)
    pages = [_page(first, log, lang, lead=(log.versions, *log.headline, *first.lead))]
    pages += [_page(section, log, lang, lead=section.lead) for section in others]
    if fields.table.rows:
        pages.append(_page(fields, log, lang, lead=()))
    return tuple(pages)


def _empty(fields: Section, lang: str) -> Section:
    """Return a section without rows, for a log that has none."""
    heads = tuple(texts(lang)[key] for key in ("change.item", "change.before", "change.after", "change.difference"))
    return Section(key="counts", title="", table=type(fields.table)(heads=heads, rows=()))


def _page(section: Section, log: ChangeLog, lang: str, *, lead: Sequence[str]) -> Page:
    widths = _WIDTHS[section.key]
    extra = len(section.table.heads) - len(widths)
    return Page(
        name=texts(lang)[f"change.sheet.{section.key}"],
        title=log.title if section.key == "counts" else _title(log, section, lang),
        header=section.table.heads,
        rows=tuple(Row(cells=_cells(row, section.key)) for row in section.table.rows),
        # schools' names come before the columns of a section in the workbook of a county
        widths=(30.0,) * extra + widths,
        lead=tuple(lead),
        remarks=section.notes,
    )


def _title(log: ChangeLog, section: Section, lang: str) -> str:
    return texts(lang)["change.colon"].format(name=log.title, value=section.title)


def _left(book: Workbook) -> None:
    """Stand the first column flush left: the writer centres short texts there, as it does with serial numbers."""
    for sheet in book.worksheets:
        for (cell,) in sheet.iter_rows(min_row=2, max_col=1):
            if cell.alignment.horizontal == "center" and not cell.font.bold:
                cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)


def _cells(row: Sequence[str], key: str) -> tuple[Value, ...]:
    first = _FIGURES.get(key, len(row))
    return tuple(_number(text) if column >= first else text for column, text in enumerate(row))


def _number(text: str) -> Value:
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text.replace("−", "-").replace(",", ""))
    return int(value) if value.is_integer() else value
