"""Strict reading of JSON into our frozen records: every fault of a text at once, each with its place."""

import difflib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from wifiplan.errors import Fault
from wifiplan.files.json_input import Json, Loc, json_path, printable, unsound, whole

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """A validated value, or the faults that stand against it: `unknown_keys` and the places of all others."""

    value: T | None
    faults: tuple[Fault, ...] = ()
    unknown_keys: frozenset[Loc] = frozenset()
    locs: tuple[Loc, ...] = ()


@dataclass(slots=True)
class StrictReader(Generic[T]):
    """Validates JSON against one frozen record.

    `keys` are the known keys of each kind of object, by the key under which such objects stand ("" for the outermost):
    they are what a misspelt key is compared with.
    """

    adapter: TypeAdapter[tuple[T]]
    keys: Mapping[str, Collection[str]] = field(default_factory=dict)

    def check(self, data: Json, moved: Mapping[Loc, Loc] | None = None) -> Checked[T]:
        """Return the record that `data` describes, or every fault with its JSON path (see `Places` for `moved`)."""
        where = moved or {}
        odd_json = tuple(unsound(data, (), data))
        if odd_json:
            # what no JSON reader takes is left out of the second look, so that it hides nothing else
            data = whole(data)
        try:
            value = self.adapter.validate_json(json.dumps([data]))[0]
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=True)
            locs = tuple(tuple(d["loc"][1:]) for d in details)
            faults = tuple(
                replace(_fault(d, loc, self.keys), where=_place(loc, data, where))
                for d, loc in zip(details, locs, strict=True)
            )
            odd = frozenset(
                loc for d, loc in zip(details, locs, strict=True) if d["type"] == "unexpected_keyword_argument"
            )
            return Checked(None, (*odd_json, *faults), odd, tuple(loc for loc in locs if loc not in odd))
        return Checked(None, odd_json) if odd_json else Checked(value)


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand in the file.

    `kept` maps a list to the original indices of what was left in it; `left_out` holds the ids of the rest. `moved`
    says where something stands in the file that was read from another place.
    """

    kept: Mapping[Loc, tuple[int, ...]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    moved: Mapping[Loc, Loc] = field(default_factory=dict)

    def at(self, *loc: str | int, name: str = "") -> str:
        """Return the JSON path of a thing in the file as the user sees it."""
        original: Loc = ()
        for step in loc:
            indices = self.kept.get(original)
            original = (*original, indices[step] if indices and isinstance(step, int) else step)
        original = as_written(original, self.moved)
        return f'{json_path(original)} "{printable(name)}"' if name else json_path(original)


def as_written(loc: Loc, moved: Mapping[Loc, Loc]) -> Loc:
    """Return where the thing at `loc` stands in the file, given the places from which things were moved.

    >>> as_written(("access_points", 2, "x_m"), {("access_points", 2): ("floors", 0, "access_points", 1)})
    ('floors', 0, 'access_points', 1, 'x_m')
    """
    return (*moved[loc[:2]], *loc[2:]) if loc[:2] in moved else loc


def suggestion(word: str, known: Collection[str]) -> str:
    """Return "did you mean …" for a misspelt word, or the list of known words.

    >>> suggestion("concret", ["brick", "concrete"]), suggestion("scale", ["stage", "scale_m_per_px"])
    ('did you mean "concrete"?', 'did you mean "scale_m_per_px"?')
    """
    longer = [name for name in sorted(known) if word and name.startswith(f"{word}_")]
    near = longer or difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(sorted(known))}" if known else ""


def _place(loc: Loc, data: Json, moved: Mapping[Loc, Loc]) -> str:
    here = json_path(loc, data)
    there = json_path(as_written(loc, moved))
    # the path is the file's, the name at its end is that of the thing
    return there + here[len(json_path(loc)) :] if here else "the file as a whole"


def _fault(detail: ErrorDetails, loc: Loc, keys: Mapping[str, Collection[str]]) -> Fault:
    where = ""
    last = str(loc[-1]) if loc else ""
    if detail["type"] == "unexpected_keyword_argument":
        parents = [step for step in loc[:-1] if isinstance(step, str)]
        known = set(keys.get(parents[-1] if parents else "", ())) - {last}
        return Fault(where=where, problem=f"unknown key {_shown(last)}", remedy=suggestion(last, known))
    if detail["type"] == "missing":
        problem = f'"{last}" is missing' if loc and isinstance(loc[-1], str) else "the list is too short"
        return Fault(where=where, problem=problem)
    if detail["type"] == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", "")).replace(" or ", ", ").split(", ")
        choices = [choice.strip("'") for choice in expected]
        remedy = suggestion(str(detail["input"]), choices)
        return Fault(
            where=where,
            problem=f"{_shown(detail['input'])} is not one of {', '.join(choices)}",
            remedy="" if remedy.startswith("known:") else remedy,
        )
    return Fault(where=where, problem=f"should be {_wanted(detail)}, not {_shown(detail['input'])}")


_WANTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dataclass_type": "an object",
    "dataclass_exact_type": "an object",
}
"""What people understand, by pydantic's names of errors."""


def _wanted(detail: ErrorDetails) -> str:
    if detail["type"] == "too_long":
        return f"a list of {detail['ctx']['max_length']}"
    message = detail["msg"].removeprefix("Input should be ").replace("tuple", "list")
    return _WANTED.get(detail["type"], message)


def _shown(value: Json) -> str:
    text = printable(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= 40 else f"{text[:37]}..."
