"""A hidden sheet that repeats every cell that a run wrote, so that the next run sees what people changed since."""

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from wifiplan.files.county_names import MIRROR, MIRROR_FORMAT


def add_mirror(book: Workbook, county: str) -> None:
    """Add the hidden sheet; its rows are the sheet's name, the row's number, and the cells of that row as text."""
    rows: list[tuple[str, ...]] = [(MIRROR_FORMAT, county)]
    for sheet in book.worksheets:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if any(cell is not None for cell in cells):
                rows.append((sheet.title, str(number), *("" if cell is None else str(cell) for cell in cells)))
    hidden = book.create_sheet(MIRROR)
    hidden.sheet_state = "hidden"
    for place, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            if text:
                cell = hidden.cell(row=place, column=column)
                if isinstance(cell, Cell):
                    cell.value = text
                    # a name that begins like a formula is text here, too
                    cell.data_type = "s"
