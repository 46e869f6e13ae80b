"""The sheet of instructions of a building sheet: what goes where, and a filled example."""

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from wifiplan.files.form_words import BLOCK_COLUMNS, ROOM_COLUMNS, SCHOOL_LINES, Column
from wifiplan.report.workbook import form_style as look
from wifiplan.report.workbook.form_sheets import FormText

_STEPS = ("why", "1", "2", "3", "4", "5", "6", "privacy")
_WIDTHS = (9.0, 7.0, 7.0, 13.0, 17.0, 13.0, 8.0, 9.0, 9.0, 9.0, 20.0, 12.0, 10.0, 8.0)
_SHOWN = (
    "block", "floor", "order", "inventory_id", "name", "use", "class_size", "length", "depth", "ap_count", "ap_model",
    "ap_generation", "ap_channel", "cabinet",
)  # fmt: skip
_EXAMPLE = {
    "zh-TW": (
        ("甲棟", "2F", 1, "", "樓梯", "樓梯", None, 4, 7.5, 0, "", "", "", "是"),
        ("甲棟", "2F", 2, "A2-01", "三年甲班", "班級教室", 26, 9, 7.5, 1, "AP-505", "Wi-Fi 6", "6/36", ""),
        ("甲棟", "2F", 3, "A2-02", "三年乙班", "班級教室", 27, 9, 7.5, 0, "", "", "", ""),
        ("甲棟", "2F", 4, "A2-03", "自然教室", "專科教室", 30, 13.5, 7.5, 1, "AP-303", "Wi-Fi 5", "自動", ""),
        ("甲棟", "2F", 5, "", "廁所", "廁所", None, 4.5, 7.5, 0, "", "", "", ""),
    ),
    "en": (
        ("Block A", "2F", 1, "", "Stairs", "stairs", None, 4, 7.5, 0, "", "", "", "yes"),
        ("Block A", "2F", 2, "A2-01", "Class 3A", "classroom", 26, 9, 7.5, 1, "AP-505", "Wi-Fi 6", "6/36", ""),
        ("Block A", "2F", 3, "A2-02", "Class 3B", "classroom", 27, 9, 7.5, 0, "", "", "", ""),
        ("Block A", "2F", 4, "A2-03", "Science", "specialist room", 30, 13.5, 7.5, 1, "AP-303", "Wi-Fi 5", "auto", ""),
        ("Block A", "2F", 5, "", "Toilets", "toilet", None, 4.5, 7.5, 0, "", "", "", ""),
    ),
}


def write_guide(sheet: Worksheet, text: FormText) -> None:
    """Write the instructions; the first cell names the sheet, so that its example is never read as an answer."""
    n_columns, width = len(_WIDTHS), sum(_WIDTHS)
    for column, size in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = size
    look.put_line(sheet, 1, text.words["form.guide.title"], look.TITLE, n_columns, width)
    row = 1
    for step in _STEPS:
        row += 1
        look.put_line(sheet, row, text.words[f"form.guide.{step}"], look.LEAD, n_columns, width)
    row = _example(sheet, text, row + 2)
    row = _columns(sheet, text, row + 2)
    look.print_on_a4(sheet, None, row, n_columns)


def _example(sheet: Worksheet, text: FormText, row: int) -> int:
    look.put_line(sheet, row, text.words["form.guide.example"], look.LEAD, len(_WIDTHS), sum(_WIDTHS))
    columns = {column.key: column for column in ROOM_COLUMNS}
    for place, key in enumerate(_SHOWN, 1):
        cell = sheet.cell(row=row + 1, column=place, value=columns[key].word(text.lang))
        cell.style = look.HEAD
    sheet.row_dimensions[row + 1].height = 34.0
    row += 1
    for line in _EXAMPLE[text.lang]:
        row += 1
        for place, value in enumerate(line, 1):
            cell = sheet.cell(row=row, column=place, value=value)
            cell.style = look.CELL
    return row


def _columns(sheet: Worksheet, text: FormText, row: int) -> int:
    """Write a line for every column of the three sheets: where it is, how it is filled in."""
    look.put_line(sheet, row, text.words["form.guide.columns"], look.LEAD, len(_WIDTHS), sum(_WIDTHS))
    parts: tuple[tuple[str, tuple[Column, ...]], ...] = (
        ("school", tuple(line for line in SCHOOL_LINES if line.required or line.key == "contact")),
        ("blocks", BLOCK_COLUMNS),
        ("rooms", text.room_columns()),
    )
    row += 1
    _pair(sheet, row, (text.words["form.guide.column"], text.words["form.guide.how"]), look.HEAD)
    for part, columns in parts:
        for column in columns:
            row += 1
            where = f"{text.sheet_name(part)}：{text.head(column)}"
            _pair(sheet, row, (where, text.help(part, column.key)), look.LABEL)
    return row


def _pair(sheet: Worksheet, row: int, texts: tuple[str, str], style: str) -> None:
    """Write two texts side by side, each over several columns."""
    split, last = 5, len(_WIDTHS)
    for first, end, value in ((1, split, texts[0]), (split + 1, last, texts[1])):
        for column in range(first, end + 1):
            sheet.cell(row=row, column=column).style = style
        sheet.cell(row=row, column=first, value=value)
        look.merge(sheet, row, first, end)
    sheet.row_dimensions[row].height = look.height(texts[1], sum(_WIDTHS[split:]))
