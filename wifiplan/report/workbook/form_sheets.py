"""The sheets of a building sheet that a school fills in: the school, its blocks, its rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.files.form_words import (
    BLOCK_COLUMNS,
    COMPASS,
    CORRIDORS,
    GENERATIONS,
    MATERIALS,
    ROOM_COLUMNS,
    SCHOOL_HEADER,
    SCHOOL_LINES,
    SHEETS,
    STAGES,
    USES,
    YES_NO,
    Choice,
    Column,
)
from wifiplan.report.workbook import form_style as look
from wifiplan.report.workbook.form_check import check_formula
from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import School
from wifiplan.site.programme import classrooms, further_rooms

HEADER_ROW = 4
N_BLOCK_ROWS = 15
ROW_POINTS = 19.0
"""Height of a line: room for a pen, as some schools print the sheet first."""

MARK = " ＊"
"""Behind the name of what a school is asked to fill in."""

_WIDTHS = {
    "block": 9.0, "floor": 6.5, "order": 6.0, "side": 8.0, "inventory_id": 13.0, "name": 15.0, "use": 10.0,
    "stage": 6.5, "class_size": 7.0, "length": 8.0, "depth": 8.0, "partition": 12.0, "ap_count": 7.5,
    "ap_model": 13.0, "ap_generation": 9.0, "ap_channel": 9.0, "ap_width": 8.5, "ap_power": 8.5, "cabinet": 7.0,
    "note": 14.0, "check": 24.0,
}  # fmt: skip
_WIDER_IN_ENGLISH = {"stage": 11.0, "ap_generation": 11.0, "use": 13.0, "check": 40.0}
_BLOCK_WIDTHS = (16.0, 9.0, 26.0, 11.0, 11.0, 26.0, 26.0, 15.0, 24.0)
_TEXT_KEYS = frozenset({"block", "floor", "inventory_id", "name", "ap_model", "ap_channel", "note"})
"""Columns that stay text, so that 6-1, 013 and 6/36 are left as they are typed."""

_LISTS: dict[str, tuple[Choice, ...]] = {
    "side": COMPASS,
    "use": USES,
    "stage": STAGES,
    "partition": MATERIALS,
    "ap_generation": GENERATIONS,
    "cabinet": YES_NO,
    "corridor": CORRIDORS,
    "corridor_side": COMPASS,
    "outer_wall": MATERIALS,
}
_ASKED = ("inventory", "confirmed", "applies_106")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormText:
    """What the sheets of one school say: its roster rows, the language, the words."""

    schools: tuple[School, ...]
    lang: Lang
    words: Mapping[str, str]

    @property
    def name(self) -> str:
        """The school's name with its county."""
        first = self.schools[0]
        return first.name if first.name.startswith(first.county) else f"{first.county} {first.name}"

    def sheet_name(self, part: str) -> str:
        """Return a sheet's name."""
        zh, en = next(names for key, names in SHEETS.items() if key == part)
        return zh if self.lang == "zh-TW" else en

    def head(self, column: Column) -> str:
        """Return a column's header, marked where it is asked for."""
        return column.word(self.lang) + (MARK if column.required else "")

    def help(self, part: str, key: str) -> str:
        """Return how a column is filled in."""
        return self.words[f"form.help.{part}.{key}"]

    def room_columns(self) -> tuple[Column, ...]:
        """Return the columns of rooms; the stage is asked for where a school has two."""
        return tuple(column for column in ROOM_COLUMNS if column.key != "stage" or len(self.schools) > 1)


def write_school(sheet: Worksheet, text: FormText) -> None:
    """Write the sheet of the school: what is known of it, and seven questions."""
    widths = (30.0, 30.0, 90.0)
    _opening(sheet, text, "school", widths)
    for column, words in enumerate(SCHOOL_HEADER, 1):
        _put(sheet, HEADER_ROW, column, words[text.lang != "zh-TW"], look.HEAD)
    row = HEADER_ROW
    known = _known(text)
    yes_rows: list[int] = []
    for line in SCHOOL_LINES:
        given = known.get(line.key)
        if given is None and line.key.startswith(("elementary", "junior")):
            continue
        row += 1
        _put(sheet, row, 1, text.head(line), look.LABEL)
        _put(sheet, row, 2, given, look.FIXED if given is not None else look.CELL)
        said = text.help("school", line.key)
        if line.key.endswith("_name"):
            school = next(s for s in text.schools if line.key.startswith(s.stage))
            said += text.words["form.roster"].format(classes=school.n_classes, students=school.n_students)
        _put(sheet, row, 3, said, look.LABEL)
        sheet.row_dimensions[row].height = max(look.height(said, widths[2]), 21.0)
        if line.key in _ASKED:
            yes_rows.append(row)
    look.choose(sheet, " ".join(f"B{n}" for n in yes_rows), _words(YES_NO, text.lang))
    look.print_on_a4(sheet, None, row, len(widths))


def write_blocks(sheet: Worksheet, text: FormText) -> None:
    """Write the sheet of blocks: blank lines with choice lists."""
    _opening(sheet, text, "blocks", _BLOCK_WIDTHS)
    first, last = HEADER_ROW + 1, HEADER_ROW + N_BLOCK_ROWS
    for place, column in enumerate(BLOCK_COLUMNS, 1):
        _put(sheet, HEADER_ROW, place, text.head(column), look.HEAD)
        style = look.TEXT if column.key in {"name", "note"} else look.CELL
        for row in range(first, last + 1):
            sheet.row_dimensions[row].height = ROW_POINTS
            sheet.cell(row=row, column=place).style = style
        if column.key in _LISTS:
            letter = get_column_letter(place)
            look.choose(sheet, f"{letter}{first}:{letter}{last}", _words(_LISTS[column.key], text.lang))
    sheet.row_dimensions[HEADER_ROW].height = 34.0
    look.print_on_a4(sheet, f"{HEADER_ROW}:{HEADER_ROW}", last, len(BLOCK_COLUMNS))


def write_rooms(sheet: Worksheet, text: FormText) -> None:
    """Write the sheet of rooms: the classes of the roster, then blank lines, each with its check."""
    columns = text.room_columns()
    usual = _WIDTHS if text.lang == "zh-TW" else _WIDTHS | _WIDER_IN_ENGLISH
    widths = [usual[column.key] for column in columns]
    _opening(sheet, text, "rooms", widths)
    rows = _class_rows(text)
    first, last = HEADER_ROW + 1, HEADER_ROW + _n_room_rows(text.schools)
    letters = {column.key: get_column_letter(place) for place, column in enumerate(columns, 1)}
    for place, column in enumerate(columns, 1):
        _put(sheet, HEADER_ROW, place, text.head(column), look.HEAD)
    blocks = f"'{text.sheet_name('blocks')}'!$A${HEADER_ROW + 1}:$A${HEADER_ROW + N_BLOCK_ROWS}"
    formula = check_formula(letters, (first, last), blocks, text.lang, text.words)
    for row in range(first, last + 1):
        sheet.row_dimensions[row].height = ROW_POINTS
        given = rows[row - first] if row - first < len(rows) else {}
        for place, column in enumerate(columns, 1):
            cell = sheet.cell(row=row, column=place)
            if column.key == "check":
                cell.style = look.CHECK
                cell.value = formula.replace("{r}", str(row))
                continue
            value = given.get(column.key)
            if value is not None:
                cell.value = value
            text_like = look.TEXT if column.key in _TEXT_KEYS else look.CELL
            cell.style = look.ESTIMATE if column.key == "class_size" and value is not None else text_like
    _room_lists(sheet, letters, (first, last), blocks, text.lang)
    sheet.row_dimensions[HEADER_ROW].height = 34.0
    look.print_on_a4(sheet, f"{HEADER_ROW}:{HEADER_ROW}", last, len(columns))


def _opening(sheet: Worksheet, text: FormText, part: str, widths: Sequence[float]) -> None:
    look.put_line(
        sheet, 1, text.words[f"form.title.{part}"].format(name=text.name), look.TITLE, len(widths), sum(widths)
    )
    look.put_line(sheet, 2, text.words[f"form.lead.{part}"], look.LEAD, len(widths), sum(widths))
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"


def _known(text: FormText) -> dict[str, str]:
    """Return what is filled in beforehand on the sheet of the school."""
    known = {"county": text.schools[0].county}
    for school in text.schools:
        known[f"{school.stage}_code"] = school.code
        known[f"{school.stage}_name"] = school.name
    return known


def _class_rows(text: FormText) -> list[dict[str, str | int]]:
    """Return the lines of the classes that the roster knows, with their estimated sizes."""
    rows: list[dict[str, str | int]] = []
    use = next(choice.word(text.lang) for choice in USES if choice.value == "classroom")
    for school in text.schools:
        stage = next(choice.word(text.lang) for choice in STAGES if choice.value == school.stage)
        for space in classrooms(school) if school.n_classes > 0 else ():
            line: dict[str, str | int] = {"name": space.name, "use": use, "stage": stage}
            if space.class_size is not None:
                line["class_size"] = space.class_size
            rows.append(line)
    return rows


def _n_room_rows(schools: Sequence[School]) -> int:
    """Return how many lines a sheet of rooms has: classes, the rooms that go with them, and a third more."""
    n = 0
    for school in schools:
        if school.n_classes > 0:
            offices, specialist = further_rooms(school)
            n += school.n_classes + len(offices) + len(specialist)
    return max(30, n + n // 3 + 12)


def _room_lists(sheet: Worksheet, letters: Mapping[str, str], rows: tuple[int, int], blocks: str, lang: Lang) -> None:
    for key, letter in letters.items():
        area = f"{letter}{rows[0]}:{letter}{rows[1]}"
        if key == "block":
            look.choose(sheet, area, f"={blocks}")
        elif key == "floor":
            look.choose(sheet, area, ("1F", "2F", "3F", "4F", "5F", "B1"))
        elif key in _LISTS:
            look.choose(sheet, area, _words(_LISTS[key], lang))


def _words(choices: Sequence[Choice], lang: Lang) -> tuple[str, ...]:
    return tuple(choice.word(lang) for choice in choices)


def _put(sheet: Worksheet, row: int, column: int, value: str | None, style: str) -> None:
    """Write text, never as a formula, whatever a school is called."""
    cell = sheet.cell(row=row, column=column)
    cell.style = style
    if value is not None:
        cell.value = value
        if value.startswith(("=", "+", "-", "@")):
            cell.data_type = "s"
