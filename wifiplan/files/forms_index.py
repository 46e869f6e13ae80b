"""forms.json: which building sheets were sent to which schools, with the roster rows that they were made from."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from wifiplan.errors import Fault, RosterError
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.files.roster_cells import is_code
from wifiplan.files.strict import STRICT, StrictReader
from wifiplan.scheme.school import School, base_school

NAME = "forms.json"
_MAX_BYTES = 32_000_000
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_LONGEST_NAME = 60
_LONGEST_BYTES = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One building sheet: the file's name and the roster rows that it serves, elementary before junior."""

    file: str
    schools: tuple[School, ...]

    @property
    def name(self) -> str:
        """The school's name, that of its first row."""
        return self.schools[0].name

    @property
    def key(self) -> tuple[str, str]:
        """Stage and code of its first row."""
        return self.schools[0].key


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsIndex:
    """The building sheets of a county, in the order of the roster."""

    county: str
    forms: tuple[Form, ...]
    version: str = ""
    notes: tuple[str, ...] = field(default=())


def forms_of(schools: Sequence[School]) -> tuple[Form, ...]:
    """Return one form a school: rows of one school (國中小) share theirs.

    Parameters
    ----------
    schools : sequence of School
        Roster rows of one county.

    Returns
    -------
    tuple of Form
        In the order of their first rows.
    """
    groups: dict[tuple[str, str], list[School]] = {}
    for school in schools:
        groups.setdefault(base_school(school), []).append(school)
    forms: list[Form] = []
    for rows in groups.values():
        rows.sort(key=lambda school: school.stage != "elementary")
        stages = [school.stage for school in rows]
        if len(set(stages)) == len(stages):
            forms.append(_form(rows))
        else:  # two rows of one stage are two schools, whatever their names have in common
            forms.extend(_form([school]) for school in rows)
    return _apart(forms)


def _apart(forms: Sequence[Form]) -> tuple[Form, ...]:
    """Return forms of which no two have one file: two schools may have one code and one name in two stages."""
    files = [form.file.casefold() for form in forms]
    return tuple(
        form if files.count(name) == 1 else replace(form, file=f"{form.key[0]}-{form.file}")
        for form, name in zip(forms, files, strict=True)
    )


def write_forms_index(path: Path, index: FormsIndex) -> None:
    """Write forms.json: a line a roster row, with the name of its file.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    rows = [
        {"stage": school.stage, "code": school.code, "name": school.name, "file": form.file, **asdict(school)}
        for form in index.forms
        for school in form.schools
    ]
    plain = {"format": 1, "county": index.county, "version": index.version, "schools": rows}
    write_text(path, json_text(plain))


def read_forms_index(path: Path) -> FormsIndex:
    """Read forms.json.

    Raises
    ------
    RosterError
        The file cannot be read or is not as `write_forms_index` writes it; all faults at once.
    """
    text = read_text(path, max_bytes=_MAX_BYTES, error=RosterError)
    try:
        data = load_json(text)
    except Refused as refused:
        raise _faulty(path, [refused.fault]) from refused
    if not isinstance(data, Mapping) or not isinstance(data.get("schools"), list):
        raise _faulty(path, [Fault(where="schools", problem='the list "schools" is missing')])
    faults: list[Fault] = []
    files: dict[str, list[School]] = {}
    for n, row in enumerate(data["schools"]):
        school, file = _row(row, n, faults)
        if school is not None:
            files.setdefault(file, []).append(school)
    keys = Counter(school.key for rows in files.values() for school in rows)
    twice = [f"{stage} {code}" for (stage, code), n in keys.items() if n > 1]
    faults += [Fault(where=f"schools: {name}", problem="stands in the list twice") for name in twice]
    if not files and not faults:
        faults.append(Fault(where="schools", problem="there is no school in it"))
    if faults:
        raise _faulty(path, faults)
    forms = tuple(Form(file=file, schools=tuple(rows)) for file, rows in files.items())
    return FormsIndex(
        county=str(data.get("county") or forms[0].schools[0].county),
        forms=forms,
        version=str(data.get("version") or ""),
    )


def safe_name(text: str) -> str:
    """Return text that every system takes as a file's name.

    >>> safe_name('私立a/b:國小 "x"')
    '私立a_b_國小 _x_'
    """
    # what is not seen (a mark that turns the direction of writing) has no place in a name
    seen = "".join(c for c in _UNSAFE.sub("_", text) if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    short = seen[:_LONGEST_NAME].encode()[:_LONGEST_BYTES].decode(errors="ignore")
    return short.strip(" .") or "school"


def _form(rows: Sequence[School]) -> Form:
    codes = "+".join(dict.fromkeys(school.code for school in rows))
    return Form(file=f"{codes}-{safe_name(rows[0].name)}.xlsx", schools=tuple(rows))


def _row(row: Json, n: int, faults: list[Fault]) -> tuple[School | None, str]:
    if not isinstance(row, Mapping):
        faults.append(Fault(where=f"schools[{n}]", problem="should be an object"))
        return None, ""
    rest = {key: value for key, value in row.items() if key != "file"}
    checked = _reader().check(rest)
    faults += [Fault(where=f"schools[{n}].{f.where}", problem=f.problem, remedy=f.remedy) for f in checked.faults]
    if checked.value is not None and not is_code(checked.value.code):
        # files are named after it
        faults.append(Fault(where=f"schools[{n}].code", problem="is not a school code of six characters"))
    file = row.get("file")
    if not isinstance(file, str) or not file:
        faults.append(Fault(where=f"schools[{n}].file", problem="the name of the file is missing"))
        return None, ""
    return checked.value, file


@lru_cache(maxsize=1)
def _reader() -> StrictReader[School]:
    return StrictReader(TypeAdapter(tuple[School], config=STRICT))


def _faulty(path: Path, faults: Sequence[Fault]) -> RosterError:
    return RosterError(
        f"the list of forms has {len(faults)} fault{'s' if len(faults) > 1 else ''}",
        remedy="write it again with `wifiplan form`; `wifiplan collect` also takes the roster with --roster",
        where=str(path),
        faults=faults[:50],
    )
