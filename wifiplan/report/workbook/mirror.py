"""A hidden sheet that repeats every cell that a run wrote, so that the next run sees what people changed since."""

from openpyxl import Workbook

from wifiplan.files.county_names import MIRROR, MIRROR_FORMAT, MIRROR_MARK


def add_mirror(book: Workbook, county: str) -> None:
    """Add the hidden sheet; its rows are the sheet's name, the row's number, and the cells of that row as text.

    The mark before every cell keeps a name that begins like a formula text, and the sheet from being taken for a
    roster.
    """
    rows: list[tuple[str, ...]] = [(MIRROR_FORMAT, county)]
    for sheet in book.worksheets:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if any(cell is not None for cell in cells):
                texts = ("" if cell is None else f"{MIRROR_MARK}{cell}" for cell in cells)
                rows.append((sheet.title, str(number), *texts))
    hidden = book.create_sheet(MIRROR)
    hidden.sheet_state = "hidden"
    for row in rows:
        hidden.append([text or None for text in row])
