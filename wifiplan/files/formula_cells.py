"""Cells of a workbook that hold a formula without a result, or an error: read as text alone, they would look blank."""

import warnings
import zipfile
from collections.abc import Collection
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

UNREAD = "\ufffc"
"""Stands before what such a cell says."""

_ENDINGS = (".xlsx", ".xlsm")
_ERRORS = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError)
"""What openpyxl raises on workbooks that the other reader takes: their formulas stay unseen then."""


def mark_unread(path: Path, sheets: dict[str, list[list[str]]], wanted: Collection[str]) -> None:
    """Put the formula or error into the cells that came out blank, with a mark before it.

    Programs that write formulas without computing them leave no result; Excel and LibreOffice store one on saving.

    Parameters
    ----------
    path : Path
        The workbook; other formats than .xlsx and .xlsm always carry results.
    sheets : dict of str to rows of text
        Its cells as they were read; changed in place.
    wanted : collection of str
        Names of the sheets to look at.
    """
    if path.suffix.lower() not in _ENDINGS:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts that are not read here
            book = load_workbook(path, read_only=True)
            for name in wanted:
                for row in book[name].iter_rows():
                    for cell in row:
                        if cell.data_type in ("f", "e") and cell.row is not None and cell.column is not None:
                            _mark(sheets[name], cell.row - 1, cell.column - 1, str(cell.value))
            book.close()
    except _ERRORS:
        return


def _mark(grid: list[list[str]], row: int, column: int, text: str) -> None:
    if row < len(grid) and column < len(grid[row]) and not grid[row][column].strip():
        grid[row][column] = UNREAD + text
