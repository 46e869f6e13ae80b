"""Dates as people of an office write them: 2026-09-01, 115/9/1, 115年9月1日, 1150901."""

import datetime as dt
import re

from wifiplan.files.cell_text import shown, usual

_PARTED = re.compile(
    r"(?:民國)?\s*([0-9]{2,4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?"
    r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"  # a spreadsheet's days carry an hour
)
_RUN = re.compile(r"([0-9]{3,4})([0-9]{2})([0-9]{2})")
_FIRST_ROC_YEAR = 1911


def day(text: str) -> dt.date:
    """Return a date; a year below 1911 counts from the founding of the republic (115 is 2026).

    Raises
    ------
    ValueError
        One sentence: it is no date, or there is no such day.

    Examples
    --------
    >>> day("115/9/1"), day("2026-09-01 00:00:00"), day("1150901")
    (datetime.date(2026, 9, 1), datetime.date(2026, 9, 1), datetime.date(2026, 9, 1))
    """
    value = usual(text)
    found = _PARTED.fullmatch(value) or _RUN.fullmatch(value)
    if found is None:
        raise ValueError(f"'{shown(value)}' is not a date with its year (2026-09-01 or 115/9/1)")
    year, month, number = (int(part) for part in found.groups())
    try:
        return dt.date(year if year >= _FIRST_ROC_YEAR else year + _FIRST_ROC_YEAR, month, number)
    except ValueError:
        raise ValueError(f"there is no day '{shown(value)}'") from None
