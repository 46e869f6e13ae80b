"""The lists that `wifiplan form` and `wifiplan collect` leave: forms.json and collected.json."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar

from pydantic import ConfigDict, TypeAdapter

from wifiplan.errors import Fault, SettingsError
from wifiplan.files import forms_index
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.notes import Note, not_in_roster
from wifiplan.files.strict import StrictReader
from wifiplan.scheme.school import Stage
from wifiplan.study.tracking import Key, Returned

COLLECTED = "collected.json"

_MAX_BYTES = 20_000_000
_STRICT = ConfigDict(strict=True, allow_inf_nan=False)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    stage: Stage
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    format: Literal[1]
    schools: tuple[_Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """The same list, each entry read as what came back."""

    schools: tuple[Returned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[T]):
    """What a list says of every school, and notes on schools that nobody asked for."""

    schools: dict[Key, T]
    notes: tuple[Note, ...] = ()


def read_forms(folder: Path, wanted: Collection[Key]) -> Listed[str]:
    """Return the name of the building sheet of every school to which one was written (`forms.json`).

    Parameters
    ----------
    folder : Path
        Folder that `wifiplan form` wrote.
    wanted : collection of (stage, code)
        Schools of the roster; others get a note.

    Raises
    ------
    RosterError
        There is no such list, or it is damaged; all faults at once.
    """
    path = folder / forms_index.NAME
    index = forms_index.read_forms_index(path)
    found: dict[Key, str] = {school.key: form.file for form in index.forms for school in form.schools}
    return Listed(schools={k: found[k] for k in found if k in wanted}, notes=_strangers(path, found, wanted))


def read_collected(folder: Path, wanted: Collection[Key]) -> Listed[Returned]:
    """Return what came back from every school (`collected.json`); parameters as for `read_forms`.

    Raises
    ------
    SettingsError
        There is no such list, or it is damaged; all faults at once.
    """
    path = folder / COLLECTED
    keys, answers = _checked(path)
    _once(path, keys)
    found = dict(zip(keys, answers, strict=True))
    return Listed(schools={k: found[k] for k in found if k in wanted}, notes=_strangers(path, found, wanted))


def _checked(path: Path) -> tuple[list[Key], tuple[Returned, ...]]:
    text = read_text(path, max_bytes=_MAX_BYTES, error=SettingsError)
    remedy = "make it again with `wifiplan collect`"
    try:
        data: Json = load_json(text)
    except Refused as refused:
        raise SettingsError("the list is damaged", remedy=remedy, where=str(path), faults=(refused.fault,)) from refused
    # what `collect` notes beyond these fields (texts of faults and assumptions) is not needed here
    rows = StrictReader(TypeAdapter(tuple[_Rows], config=_STRICT)).check(data)
    answers = StrictReader(TypeAdapter(tuple[_Answers], config=_STRICT)).check(data)
    if rows.value is None or answers.value is None:
        faults = (*rows.faults, *answers.faults)
        raise SettingsError("the list is damaged", remedy=remedy, where=str(path), faults=tuple(dict.fromkeys(faults)))
    return [(row.stage, row.code) for row in rows.value.schools], answers.value.schools


def _once(path: Path, keys: list[Key]) -> None:
    doubled = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
    if doubled:
        faults = [Fault(where=f"{stage} {code}", problem="stands in the list twice") for stage, code in doubled]
        raise SettingsError("the list is damaged", remedy="keep one entry a school", where=str(path), faults=faults)


def _strangers(path: Path, found: Collection[Key], wanted: Collection[Key]) -> tuple[Note, ...]:
    strange = [key for key in found if key not in wanted]
    return tuple(not_in_roster(path.name, key) for key in strange)
