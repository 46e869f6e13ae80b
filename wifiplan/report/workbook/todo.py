"""The list of what a county must still fill in or explain, each with the cell where that is done."""

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.hyperlink import Hyperlink

from wifiplan.report.texts import texts
from wifiplan.report.todo import todo_item, todo_sentence
from wifiplan.report.workbook.entries import EntryPage
from wifiplan.report.workbook.pages import Page, Row, first_row
from wifiplan.report.workbook.writer import FONT
from wifiplan.scheme.options import Lang
from wifiplan.scheme.todo import Todo, TodoKind

_KINDS: dict[TodoKind, str] = {
    "reason": "explain",
    "school_reason": "explain",
    "sum": "check",
    "mdm_sum": "check",
    "transfer": "check",
    "max_class": "roster",
    "teachers": "roster",
}
"""What is to be done, in one word; all others are to be filled in."""

_CELL = 5
"""Column of the cell."""


def todo_cell(todo: Todo, pages: Sequence[EntryPage], lang: Lang) -> tuple[str, bool]:
    """Return where that is done, and whether it is a cell of the workbook."""
    words = texts(lang)
    if todo.school is not None:
        key: tuple[str, ...] = ("school", todo.school.stage, todo.school.code, todo.entry)
    elif todo.single or todo.line is None:
        key = ("value", todo.entry)
    else:
        key = ("line", str(todo.line), todo.entry)
    found = next((cell for page in pages if (cell := page.cell(key)) is not None), None)
    if found is not None:
        return found, True
    return words["todo.place.plan" if todo.kind == "wireless" else "todo.place.roster"], False


def todo_page(county: str, todos: Sequence[Todo], pages: Sequence[EntryPage], lang: Lang) -> Page:
    """Return the list, what lacks a reason or contradicts itself first."""
    words = texts(lang)
    kinds = [_KINDS.get(todo.kind, "fill") for todo in todos]
    explain = sum(kind in ("explain", "check") for kind in kinds)
    lead = words["todo.lead"].format(n=len(todos), explain=explain, fill=len(todos) - explain)
    return Page(
        name=words["todo.sheet"],
        title=words["todo.title"].format(county=county),
        lead=(lead if todos else words["todo.none"],),
        header=tuple(words[f"todo.column.{key}"] for key in ("number", "kind", "item", "what", "cell")),
        rows=tuple(
            Row(
                cells=(
                    number,
                    words[f"todo.kind.{kind}"],
                    todo_item(todo, lang),
                    todo_sentence(todo, lang),
                    todo_cell(todo, pages, lang)[0],
                )
            )
            for number, (todo, kind) in enumerate(zip(todos, kinds, strict=True), 1)
        ),
        widths=(6, 10, 44, 84, 22),
    )


def link_todos(book: Workbook, page: Page, todos: Sequence[Todo], pages: Sequence[EntryPage], lang: Lang) -> None:
    """Make the cells of the list lead to the cells where things are filled in."""
    sheet = book[page.name]
    for row, todo in enumerate(todos, first_row(page)):
        text, is_cell = todo_cell(todo, pages, lang)
        if is_cell:
            name, _, place = text.partition("!")
            cell = sheet.cell(row=row, column=_CELL)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{place}")
            cell.font = Font(name=FONT, size=10, underline="single")
