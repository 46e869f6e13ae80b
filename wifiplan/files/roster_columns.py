"""Which column of a roster is what: headers of the Annex, of the ministry's open data, and in English."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from wifiplan.files.roster_cells import school_year
from wifiplan.files.roster_names import KNOWN, TITLES, grade, normal, shown
from wifiplan.scheme.school import Stage

_DEEPEST = 3
"""Most rows that a header takes up: merged cells above, their parts below."""
_SEARCHED_ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header of a table: its (last) row, and the place of each column; all counted from 0.

    `classes_by_grade` and `students_by_grade` list (grade, columns that add up). `repeated` names headers
    that came twice and are not read: the first counts, or that of the newest year.
    """

    row: int
    names: tuple[str, ...]
    columns: dict[str, int]
    classes_by_grade: tuple[tuple[int, tuple[int, ...]], ...] = ()
    students_by_grade: tuple[tuple[int, tuple[int, ...]], ...] = ()
    school_year: int | None = None
    stage: Stage | None = None
    repeated: tuple[str, ...] = ()

    def has(self, column: str) -> bool:
        """Return whether the table has this column."""
        return column in self.columns

    def name(self, column: str) -> str:
        """Return the header that people see, for messages."""
        return self.names[self.columns[column]] if column in self.columns else TITLES.get(column, column)


def find_header(rows: Sequence[Sequence[str]], wanted: Sequence[str], minimum: int = 3) -> Header | None:
    """Return the header of a table, None if no row looks like one.

    A header may take up two or three rows (110年 over 班級數, 學生數; 學生數 over 男, 女): it does where that
    tells more columns than one row alone.

    Parameters
    ----------
    rows : sequence of rows of cells
        The table; the first 30 rows are searched.
    wanted : sequence of str
        Columns one of which must be there.
    minimum : int
        Least number of known columns.
    """
    best: tuple[int, int, list[str]] = (minimum - 1, -1, [])
    for depth in range(1, _DEEPEST + 1):
        for place in range(min(_SEARCHED_ROWS, len(rows) - depth + 1)):
            cells = _joined(rows[place : place + depth])
            names = [normal(cell)[0] for cell in cells]
            known = {KNOWN[name] for name in names if name in KNOWN}
            n_known = len(known) + sum(grade(name) is not None for name in names)
            if known.intersection(wanted) and n_known > best[0]:
                best = (n_known, place + depth - 1, cells)
    return None if best[1] < 0 else _header(rows, best[1], best[2])


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return one header cell a column of a header of several rows, none if a row below the first holds data."""
    if len(rows) == 1:
        return list(rows[0])
    if any(_is_data(row) for row in rows[1:]):
        return []
    above = [""] * len(rows)
    joined: list[str] = []
    for column in range(max(map(len, rows))):
        parts = [row[column].strip() if column < len(row) else "" for row in rows]
        # A merged cell stands in its first column only: it goes for the columns right of it, up to the next one.
        for level, part in enumerate(parts):
            if part:
                above[level:] = [part] + [""] * (len(rows) - level - 1)
        joined.append(_best_name(parts, list(above)))
    return joined


def _is_data(row: Sequence[str]) -> bool:
    cells = [unicodedata.normalize("NFKC", cell).strip() for cell in row]
    return not any(cells) or any(cell.replace(",", "").replace(".", "").isdigit() for cell in cells)


def _best_name(own: list[str], above: list[str]) -> str:
    """Return the words above each other that make a known header; words of a merged cell alone make none."""
    filled = [part for part in above if part]
    for n_parts in range(len(filled), 0, -1):
        for order in permutations(filled, n_parts):
            name = normal("".join(order))[0]
            if any(part in own for part in order) and (name in KNOWN or grade(name) is not None):
                return "".join(order)
    return "".join(part for part in own if part)


def _header(rows: Sequence[Sequence[str]], place: int, cells: Sequence[str]) -> Header:
    names = tuple(shown(cell) for cell in cells)
    columns: dict[str, int] = {}
    year_of: dict[str, int | None] = {}
    grades: dict[str, dict[int, list[int]]] = {"classes": {}, "students": {}, "sex": {}}
    repeated: list[str] = []
    for column, cell in enumerate(cells):
        name, year = normal(cell)
        known = KNOWN.get(name)
        if known is not None:
            if known in columns:
                before = year_of[known]
                newer = before is not None and year is not None and year > before
                repeated.append(names[columns[known] if newer else column])
                if not newer:
                    continue
            columns[known], year_of[known] = column, year
        elif of_grade := grade(name):
            grades[of_grade[1]].setdefault(of_grade[0], []).append(column)
    title = "".join(cell for row in rows[:place] for cell in row)
    years = [year_of.get("n_classes"), *year_of.values()]
    students = {**grades["sex"], **grades["students"]}  # a grade's total stands before its boys and girls
    return Header(
        row=place,
        names=names,
        columns=columns,
        classes_by_grade=_by_grade(grades["classes"]),
        students_by_grade=_by_grade(students),
        school_year=next((year for year in years if year is not None), None) or _title_year(title),
        stage=_stage({*grades["classes"], *students}, title),
        repeated=tuple(repeated),
    )


def _by_grade(columns: dict[int, list[int]]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple((number, tuple(columns[number])) for number in sorted(columns))


def _title_year(title: str) -> int | None:
    found = re.search(r"([0-9]{2,3})\s*學年度", unicodedata.normalize("NFKC", title))
    return school_year(found[1]) if found else None


def _stage(grades: set[int], title: str) -> Stage | None:
    if grades:
        if grades <= {7, 8, 9}:
            return "junior"
        if max(grades) <= 6 and len(grades) > 3:
            return "elementary"
    if "國民中學" in title and "國民小學" not in title:
        return "junior"
    if "國民小學" in title and "國民中學" not in title:
        return "elementary"
    return None
