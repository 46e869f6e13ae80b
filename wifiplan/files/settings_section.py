"""One section of a settings file as its record: strict, every fault at once, defaults for what is not named."""

import dataclasses
import json
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter

from wifiplan.errors import Fault, SettingsError
from wifiplan.files.json_input import Json
from wifiplan.files.strict import STRICT, StrictReader

T = TypeVar("T")


def section(
    data: Mapping[str, Json], name: str, default: T, keys: Mapping[str, Collection[str]] | None = None
) -> tuple[T, tuple[Fault, ...]]:
    """Return one section as its record, or the record's defaults and what is wrong.

    Parameters
    ----------
    data : mapping
        The whole file.
    name : str
        Name of the section.
    default : record
        What holds without the section.
    keys : mapping, optional
        Known keys of objects inside the section, by the key under which they stand: for suggestions.
    """
    if name not in data:
        return default, ()
    given = data[name]
    if not isinstance(given, Mapping):
        return default, (Fault(where=name, problem=f"should be a section [{name}]"),)
    kind: Any = type(default)
    names = tuple(f.name for f in dataclasses.fields(kind))
    reader: StrictReader[T] = StrictReader(TypeAdapter(tuple[kind], config=STRICT), {"": names, **(keys or {})})
    plain = json.loads(json.dumps(given, default=str))
    try:
        checked = reader.check(plain)
        spoilt = {loc[0] for loc in (*checked.locs, *checked.unknown_keys) if loc}
        # what is sound of a faulty section is kept, so that its values are looked at in the same run
        sound = checked if checked.value is not None else reader.check({k: plain[k] for k in plain if k not in spoilt})
    except SettingsError as error:
        return default, (Fault(where=f"[{name}]", problem=error.problem, remedy=error.remedy), *error.faults)
    faults = tuple(dataclasses.replace(f, where=f"[{name}] {f.where}") for f in checked.faults)
    return (default if sound.value is None else sound.value), faults
