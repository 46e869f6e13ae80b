"""Answers that people typed over, taken for entries: the program never overwrites what somebody wrote."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from wifiplan.errors import Fault
from wifiplan.files import entry_cells
from wifiplan.files.county_changes import Typed
from wifiplan.scheme.inputs import LINE_CODES, CountyInputs, LineCode, LineInput, SchoolInput, with_line

_NO = re.compile(r"^(否|no\b)[，,：:、\s]*", re.IGNORECASE)
_YES = re.compile(r"是|yes|y|v", re.IGNORECASE)
_THOUSANDS = ("current_kntd", "capital_kntd", "total_kntd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An answer that became an entry: its cell, what stood there, what stands there now."""

    cell: str
    was: str
    now: str


def take_over(
    now: CountyInputs, then: CountyInputs, typed: Sequence[Typed], faults: list[Fault]
) -> tuple[CountyInputs, tuple[Taken, ...]]:
    """Return the entries with the answers that were typed over.

    Parameters
    ----------
    now, then : CountyInputs
        The entries as they stand, and as they stood when the workbook was written.
    typed : sequence of Typed
        The answers that were typed over.
    faults : list of Fault
        Is added to: an answer that cannot be read, or one whose entry was changed too, to something else.
    """
    taken: list[Taken] = []
    groups: dict[tuple[str, str], list[Typed]] = {}
    for answer in typed:
        groups.setdefault((answer.target[0], answer.target[1]), []).append(answer)
    for (kind, key), answers in groups.items():
        values = _values(answers, faults)
        before, after = _record(then, kind, key), _record(now, kind, key)
        for field, (value, cell) in list(values.items()):
            if after[field] not in (before[field], value):
                problem = f"{value!r} stands here and {after[field]!r} in the sheet of entries; both were changed"
                zh = (f"這裡是「{value}」，填報表卻是「{after[field]}」；兩處都改過", "請只留一個")
                faults.append(Fault(where=cell, problem=problem, remedy="keep one of them", zh=zh))
                values.pop(field)
        now = _with(now, kind, key, {field: value for field, (value, _) in values.items()})
        taken += [Taken(cell=a.cell, was=a.was, now=" ".join(a.text.split())) for a in answers]
    return now, tuple(taken)


def _values(answers: Sequence[Typed], faults: list[Fault]) -> dict[str, tuple[Any, str]]:
    """Return what was typed by the field of the entry that holds it, with its cell."""
    found: dict[str, tuple[Any, str]] = {}
    money: dict[str, int] = {}
    cell = ""
    for answer in answers:
        field = answer.target[2]
        try:
            value = _read(answer)
        except entry_cells.EntryError as error:
            remedy = "correct it, or put the answer back"
            zh = (error.zh, "請更正，或改回程式算出的值")
            faults.append(Fault(where=answer.cell, problem=str(error), remedy=remedy, zh=zh))
            continue
        if field in _THOUSANDS:
            money[field] = int(value or 0)
            cell = answer.cell
        elif value is not None and value != "":
            found[field] = value, answer.cell
    if money:
        _amounts(money, answers[0].row, cell, found, faults)
    return found


def _read(answer: Typed) -> Any:  # noqa: ANN401 - a whole number, a percentage or a text, as the column says
    if answer.name.kind in ("count", "money"):
        return entry_cells.money(answer.text)
    if answer.name.kind == "percent":
        return entry_cells.percent(answer.text)
    words = entry_cells.words(answer.text)
    if answer.target[0] == "school":
        return "" if _YES.fullmatch(words) else _NO.sub("", words)
    return words


def _amounts(
    money: Mapping[str, int], row: Mapping[str, str], cell: str, found: dict[str, tuple[Any, str]], faults: list[Fault]
) -> None:
    """Add an amount and its current part [NTD] from the columns in thousands; those not typed over hold as printed."""
    parts = {field: money.get(field, _printed(row[field])) for field in _THOUSANDS}
    whole = parts["current_kntd"] + parts["capital_kntd"]
    if "current_kntd" in money or "capital_kntd" in money:
        if "total_kntd" in money and money["total_kntd"] != whole:
            problem = f"current and capital money are {whole:,} thousand together, not {money['total_kntd']:,}"
            zh = (f"經常門與資本門共 {whole:,} 千元，合計卻是 {money['total_kntd']:,} 千元", "三格請更正其中一格")
            faults.append(Fault(where=cell, problem=problem, remedy="correct one of the three cells", zh=zh))
            return
        found.setdefault("amount_ntd", (1_000 * whole, cell))
        found["current_ntd"] = 1_000 * parts["current_kntd"], cell
    else:
        found.setdefault("amount_ntd", (1_000 * money["total_kntd"], cell))


def _printed(text: str) -> int:
    try:
        return entry_cells.money(text) or 0
    except ValueError:
        return 0


def _record(inputs: CountyInputs, kind: str, key: str) -> dict[str, Any]:
    if kind == "line":
        return asdict(inputs.line(_line(key)))
    if kind == "school":
        return asdict(_school(inputs, key))
    return asdict(replace(inputs, lines=(), schools=()))


def _with(inputs: CountyInputs, kind: str, key: str, values: Mapping[str, Any]) -> CountyInputs:
    if kind == "line":
        code = _line(key)
        changed: LineInput = replace(inputs.line(code), **values)
        return with_line(inputs, code, changed)
    if kind == "school":
        school: SchoolInput = replace(_school(inputs, key), **values)
        kept = tuple(s for s in inputs.schools if s.key != school.key)
        return replace(inputs, schools=(*kept, school))
    return replace(inputs, **values)


def _line(key: str) -> LineCode:
    return next(code for code in LINE_CODES if str(code) == key)


def _school(inputs: CountyInputs, key: str) -> SchoolInput:
    stage, _, code = key.partition("-")
    blank = SchoolInput(stage="junior" if stage == "junior" else "elementary", code=code)
    return inputs.by_school().get(blank.key, blank)
