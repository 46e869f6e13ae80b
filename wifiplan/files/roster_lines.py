"""One row of a roster's table while it is read: its cells by column, and the faults that are found."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from wifiplan.errors import Fault
from wifiplan.files import roster_cells as cells
from wifiplan.files.roster_columns import Header
from wifiplan.scheme.school import Request, School, Stage

T = TypeVar("T")

Said: TypeAlias = tuple[str, str]
"""A note in English and in Chinese."""


@dataclass(slots=True)
class Reading:
    """What is gathered while a table is read."""

    header: Header
    stage: Stage | None
    schools: list[School] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    repaired: list[str] = field(default_factory=list)
    odd: list[Said] = field(default_factory=list)
    sums: list[tuple[int, dict[str, int]]] = field(default_factory=list)


class Line:
    """One row of the table: its cells by column; a cell that cannot be read is a fault of the reading."""

    __slots__ = ("cells", "reading", "row")

    def __init__(self, reading: Reading, row: int, cells_of_row: Sequence[str]) -> None:
        self.reading = reading
        self.row = row
        self.cells = cells_of_row

    def raw(self, column: str) -> str:
        """Return the cell as it stands, empty where the table has no such column."""
        place = self.reading.header.columns.get(column)
        return "" if place is None else self.cells[place]

    def read(self, column: str, parse: Callable[[str], T], default: T) -> T:
        """Return the cell's value, `default` with a fault where it cannot be read."""
        try:
            return parse(self.raw(column))
        except ValueError as error:
            if "\ufffd" not in self.raw(column):
                self.fault(self.reading.header.name(column), str(error))
            return default

    def whole(self, column: str) -> int | None:
        """Return the cell as a whole number."""
        return self.read(column, cells.whole, None)

    def grades(self, columns: tuple[tuple[int, tuple[int, ...]], ...]) -> tuple[int, ...]:
        """Return the number of each grade; boys and girls are added up."""
        values: list[int] = []
        for _, places in columns:
            total = 0
            for place in places:
                try:
                    total += cells.whole(self.cells[place]) or 0
                except ValueError as error:
                    self.fault(self.reading.header.names[place], str(error))
            values.append(total)
        return tuple(values)

    def fault(self, column: str, problem: str, remedy: str = "") -> None:
        """Note a fault; a cell that could not be decoded is noted once, by the table."""
        if "\ufffd" not in problem:
            place = f"row {self.row}, column {column}" if column else f"row {self.row}"
            self.reading.faults.append(Fault(where=place, problem=problem, remedy=remedy))
