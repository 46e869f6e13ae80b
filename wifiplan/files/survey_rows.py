"""Samples as columns and back, checked column by column: a survey may hold half a million readings."""

import gc
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from operator import attrgetter
from types import MappingProxyType
from typing import TypeAlias

from wifiplan.errors import Fault
from wifiplan.files.json_input import printable
from wifiplan.site.network import BANDS
from wifiplan.survey.records import Sample

Value: TypeAlias = str | int | float | None
MAX_ROWS = 1_000_000

COLUMNS = tuple(one.name for one in fields(Sample))
NEEDED = ("floor", "x_m", "y_m")
TEXTS = ("bssid", "ssid")
WHOLE = ("floor", "channel")

LIMITS: MappingProxyType[str, tuple[float, float]] = MappingProxyType(
    {
        "floor": (-20, 200),
        "x_m": (-5e3, 5e3),
        "y_m": (-5e3, 5e3),
        "channel": (1, 233),
        "frequency_hz": (2.4e9, 7.2e9),
        "rssi_dbm": (-150.0, 0.0),
        "time_s": (0.0, 1e8),
        "throughput_mbps": (0.0, 1e5),
        "delay_s": (0.0, 1e4),
        "loss_share": (0.0, 1.0),
    }
)
"""Least and most of each column: beyond them a value is a slip of the pen or of another unit."""

_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
_EMPTY: MappingProxyType[str, Value] = MappingProxyType({"bssid": "", "ssid": ""})


@dataclass(slots=True)
class Faults:
    """What is wrong with a table, told in the order of rows, and how much there is of it."""

    most: int
    first_row: int
    found: list[tuple[int, int, Fault]] = field(default_factory=list)
    n: int = 0

    def add(self, row: int, column: str, problem: str) -> None:
        """Note a fault; rows count from 0, columns by name."""
        self.n += 1
        if len(self.found) < 50 * self.most:
            order = COLUMNS.index(column) if column in COLUMNS else -1
            where = f"row {row + self.first_row}" + (f", {column}" if column else "")
            self.found.append((row, order, Fault(where=where, problem=problem)))

    def told(self) -> list[Fault]:
        """Return the first of them by row and column, and how many more there are."""
        first = [one for _, _, one in sorted(self.found, key=lambda found: found[:2])[: self.most]]
        more = self.n - len(first)
        return first + ([Fault(where="", problem=f"and {more:,} more")] if more > 0 else [])


def columns_of(samples: Sequence[Sample]) -> dict[str, list[Value]]:
    """Return the columns that any sample fills, and those that all need."""
    found: dict[str, list[Value]] = {}
    for name in COLUMNS:
        values = list(map(attrgetter(name), samples))
        empty = _EMPTY.get(name)
        if name in NEEDED or values.count(empty) != len(values):
            found[name] = values
    return found


def samples_of(columns: Mapping[str, Sequence[Value]], n: int) -> tuple[Sample, ...]:
    """Return samples of columns that are checked already; absent columns are empty.

    Filled column by column: half a million calls of a constructor with thirteen names take two seconds.
    """
    with _no_sweeping():
        made = [Sample.__new__(Sample) for _ in range(n)]
    for name in COLUMNS:
        fill: Callable[[Sample, Value], None] = vars(Sample)[name].__set__
        values: Iterable[Value] = columns.get(name) or (_EMPTY.get(name) for _ in range(n))
        deque(map(fill, made, values), maxlen=0)
    return tuple(made)


@contextmanager
def _no_sweeping() -> Iterator[None]:
    """Make many records at once: looking for rings of garbage among them takes longer than making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def text_column(name: str, cells: Sequence[str], faults: Faults) -> list[Value]:
    """Return a column's values from a table's cells; what is at fault is noted, and None.

    Parameters
    ----------
    name : str
        Of the column.
    cells : sequence of str
        As they stand, one a row.
    faults : Faults
        Takes what is wrong.
    """
    meaning: dict[str, Value] = {}
    bad: dict[str, str] = {}
    for cell in set(cells):
        value, problem = _text(cell) if name in TEXTS else _band(cell) if name == "band" else _number(name, cell)
        meaning[cell] = value
        if problem:
            bad[cell] = problem
    if bad:
        for row, cell in enumerate(cells):
            if cell in bad:
                faults.add(row, name, bad[cell])
    return [meaning[cell] for cell in cells]


def value_column(name: str, values: Sequence[Value], faults: Faults) -> list[Value]:
    """Return a column's values from typed ones, as `text_column`."""
    checked = {value: _typed(name, value) for value in set(values)}
    if any(problem for _, problem in checked.values()):
        for row, value in enumerate(values):
            if checked[value][1]:
                faults.add(row, name, checked[value][1])
    return [checked[value][0] for value in values]


def _text(cell: str) -> tuple[Value, str]:
    problem = "holds a control character" if printable(cell) != cell else ""
    return cell.removeprefix("'"), problem


def _band(cell: str) -> tuple[Value, str]:
    band = cell.strip().removesuffix(".0")  # pandas makes numbers of a column of bands
    known = not band or band in BANDS
    return band or None, "" if known else f"{printable(band)[:20]!r} is not one of {', '.join(BANDS)}"


def _number(name: str, cell: str) -> tuple[Value, str]:
    text = cell.strip()
    if not text:
        return None, "is blank" if name in NEEDED else ""
    value = float(text) if _NUMBER.fullmatch(text) else float("nan")
    return _within(name, value, text)


def _within(name: str, value: float, shown: str) -> tuple[Value, str]:
    least, most = LIMITS[name]
    whole = name in WHOLE
    if not least <= value <= most or (whole and value != int(value)):
        wanted = "a whole number" if whole else "a number"
        return None, f"{printable(shown)[:40]!r} is not {wanted} from {least:g} to {most:g}"
    return (int(value) if whole else value), ""


def _typed(name: str, value: Value) -> tuple[Value, str]:
    if name in TEXTS or name == "band":
        if value is None:
            return (None if name == "band" else ""), ""
        if not isinstance(value, str):
            return None, "is no text"
        return _band(value) if name == "band" else (value, _text(value)[1])
    if value is None or value != value:  # noqa: PLR0124 (not a number: how pandas writes what is missing)
        return None, "is blank" if name in NEEDED else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, "is no number"
    return _within(name, float(value), repr(value))


def lines_of(columns: Mapping[str, Sequence[Value]]) -> str:
    """Return the lines of a CSV table that give values back; strangers' names never become a spreadsheet's formula."""
    shown = []
    for values in columns.values():
        cell_of = {value: _cell(value) for value in set(values)}
        shown.append([cell_of[value] for value in values])
    return "".join(f"{line}\n" for line in map(",".join, [columns, *zip(*shown, strict=True)]))


def _cell(value: Value) -> str:
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = printable(value)
    text = f"'{text}" if text.startswith(("=", "+", "-", "@", "'")) else text
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"') else text
