"""What the office's days say of every step, and days that a run fills in where it learns that a step is done."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from wifiplan.files.notes import Note, school_zh
from wifiplan.files.office_cells import OfficeCell, mark_of_cell
from wifiplan.files.tracking_book import OfficeBook, OfficeRow
from wifiplan.study.tracking import Key, Mark, Step

STEP_OF: dict[str, Step] = {
    "sent_on": "sent",
    "returned_on": "returned",
    "planned_on": "planned",
    "ordered_on": "ordered",
    "installed_on": "installed",
    "tested_on": "tested",
}
"""The step whose day the office writes into a column, by the column's code."""

_ZH = {
    "sent_on": "寄出日",
    "returned_on": "回收日",
    "planned_on": "規劃日",
    "ordered_on": "訂購日",
    "installed_on": "安裝日",
    "tested_on": "測試日",
}
"""What these columns are headed with."""

DAY_FORMAT = "yyyy-mm-dd"


def marks_of(
    row: OfficeRow | None, *, school: Key, today: dt.date | None
) -> tuple[tuple[tuple[Step, Mark], ...], tuple[Note, ...]]:
    """Return what a school's row says of the steps, and notes on what could not be used.

    A day after `today` is one that is planned: the step is not done yet.

    Parameters
    ----------
    row : OfficeRow or None
        The school's row, None where the office has none yet.
    school : (stage, code)
        The school, for the notes.
    today : date or None
        Day of the status.
    """
    marks: list[tuple[Step, Mark]] = []
    notes: list[Note] = []
    for code, step in STEP_OF.items():
        cell = None if row is None else row.cells.get(code)
        if cell is None:
            continue
        try:
            mark = mark_of_cell(cell)
        except ValueError as error:
            notes.append(_left(school, code, str(error), f"看不懂這一格（{error}）"))
            continue
        if mark is not None and mark.day is not None and today is not None and mark.day > today:
            notes.append(_left(school, code, f"{mark.day} is still to come", f"{mark.day} 還沒到"))
            mark = Mark(done=False, day=mark.day)
        if mark is not None:
            marks.append((step, mark))
    return tuple(marks), tuple(notes)


def _left(school: Key, code: str, en: str, zh: str) -> Note:
    where = f"{school[0]} {school[1]}"
    return Note(f"{where}, {code}: {en}; kept, not counted", f"{school_zh(school)}「{_ZH[code]}」：{zh}；保留，不計入")


def stamped(book: OfficeBook, learnt: Mapping[Key, tuple[Step, ...]], today: dt.date) -> OfficeBook:
    """Return the book with `today` in every empty cell of a step that the run found done; nothing is overwritten."""
    column_of = {step: code for code, step in STEP_OF.items()}
    rows = dict(book.rows)
    for key, steps in learnt.items():
        row = rows.get(key, OfficeRow(cells={}, own=()))
        cells = dict(row.cells)
        for step in steps:
            before = cells.get(column_of[step], OfficeCell())
            if before.value in (None, ""):
                cells[column_of[step]] = replace(before, value=today, number_format=DAY_FORMAT)
        rows[key] = replace(row, cells=cells)
    return replace(book, rows=rows)
