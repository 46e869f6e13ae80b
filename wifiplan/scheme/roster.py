"""The roster: schools of a county or of the country, and its form as a table."""

from collections.abc import Hashable, Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import pandas as pd

from wifiplan.errors import Fault, RosterError
from wifiplan.scheme.school import STAGE_WORDS, Request, School, Stage

__all__ = ["Roster", "School", "normal_county"]


def normal_county(name: str) -> str:
    """Return a county's name with 臺 for 台, without spaces and without a "[01]" before it.

    >>> normal_county("[21] 台南市")
    '臺南市'
    """
    text = name.strip()
    if text.startswith("[") and "]" in text:
        text = text[text.index("]") + 1 :]
    return text.replace("台", "臺").replace(" ", "").replace("\u3000", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Schools as read from one or several files.

    `notes` says what the reader repaired, skipped or assumed, `notes_zh` the same in Chinese; `source` names the
    files; `requests` holds what a school list already asks for. `school_year` is the ROC year (110 is 2021/22).
    """

    schools: tuple[School, ...]
    notes: tuple[str, ...] = ()
    notes_zh: tuple[str, ...] = ()
    source: str = ""
    school_year: int | None = None
    requests: tuple[Request, ...] = ()

    def county(self, name: str) -> "Roster":
        """Return the schools of one county, 台 or 臺 alike.

        Raises
        ------
        RosterError
            If the roster has no school there.
        """
        wanted = normal_county(name)
        kept = tuple(s for s in self.schools if normal_county(s.county) == wanted)
        if not kept:
            known = ", ".join(self.counties())
            raise RosterError(f"no school of {name!r} in the roster", remedy=f"use one of: {known}", where=self.source)
        keys = {s.key for s in kept}
        asked = tuple(r for r in self.requests if r.key in keys)
        others = {f"row {s.row} {s.name}: " for s in self.schools if s.key not in keys}
        here = [n for n, note in enumerate(self.notes) if not any(other in note for other in others)]
        return replace(
            self,
            schools=kept,
            requests=asked,
            notes=tuple(self.notes[n] for n in here),
            notes_zh=tuple(self.notes_zh[n] for n in here if n < len(self.notes_zh)),
        )

    def said(self, lang: str) -> tuple[str, ...]:
        """Return the notes in a language; in English where nobody said them in Chinese."""
        return self.notes_zh if lang == "zh-TW" and len(self.notes_zh) == len(self.notes) else self.notes

    def counties(self) -> tuple[str, ...]:
        """Return the counties, in order of their first school."""
        return tuple(dict.fromkeys(s.county for s in self.schools))

    def find(self, stage: Stage, code: str) -> School | None:
        """Return the school with this key, None if there is none."""
        return next((s for s in self.schools if s.key == (stage, code)), None)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a school, one column a field of `School`.

        Returns
        -------
        DataFrame
            Codes are text; numbers that are not known are missing; grades are tuples.
        """
        names = [f.name for f in fields(School)]
        return pd.DataFrame.from_records([asdict(s) for s in self.schools], columns=names).astype(
            dict.fromkeys(_WHOLE, "Int64")
        )

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, source: str = "") -> "Roster":
        """Return the roster of a table as `to_frame` makes it; columns with a default may be left out.

        Raises
        ------
        RosterError
            If a column without a default is missing, or a school occurs twice; all faults at once.
        """
        missing = [name for name in _REQUIRED if name not in frame.columns]
        faults = [Fault(where="header", problem=f"column {name} is missing") for name in missing]
        if faults:
            raise RosterError("the table is not a roster", remedy="add the columns", where=source, faults=faults)
        schools = tuple(_school(record) for record in frame.to_dict(orient="records"))
        faults = duplicates(schools)
        if faults:
            raise RosterError("schools occur twice", remedy="keep one row each", where=source, faults=faults)
        years = {s.school_year for s in schools}
        return cls(schools=schools, source=source, school_year=years.pop() if len(years) == 1 else None)


_REQUIRED = ("stage", "code", "name", "county", "n_classes", "n_students")
_WHOLE = ("n_classes", "n_students", "n_teachers", "max_class_size", "school_year", "row")


def duplicates(schools: Iterable[School], where: str = "") -> list[Fault]:
    """Return a fault for every row whose (stage, code) stands on an earlier row."""
    first: dict[tuple[str, str], School] = {}
    faults: list[Fault] = []
    for school in schools:
        seen = first.setdefault(school.key, school)
        if seen is not school:
            zh = STAGE_WORDS[school.stage][0]
            place = f"{where} row {school.row}" if school.row else where
            faults.append(
                Fault(
                    where=f"{place}, column 學校代碼".strip(),
                    problem=f"{zh} {school.code} {school.name} already stands on row {seen.row}",
                    remedy="keep one of the rows",
                )
            )
    return faults


def _school(record: dict[Hashable, object]) -> School:
    known = {f.name for f in fields(School)}
    given = {str(name): _plain(str(name), value) for name, value in record.items() if name in known}
    # A blank to replace in: the names are checked as a constructor does.
    blank = School(stage="elementary", code="", name="", county="", n_classes=0, n_students=0)
    return replace(blank, **given)


def _plain(column: str, value: object) -> Any:  # noqa: ANN401 - a cell of a table carries no type
    if isinstance(value, list | tuple):
        return tuple(int(part) for part in value)
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - nan differs from itself
        return None
    return int(str(value)) if column in _WHOLE else value
