"""Strict reading of JSON into our frozen records: every fault of a text at once, each with its place."""

import difflib
import json
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from wifiplan.errors import Fault, WifiplanError

Loc: TypeAlias = tuple[str | int, ...]
Json: TypeAlias = Any
"""What `json.loads` gives: its type is known only after validation."""

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """A validated value, or the faults that stand against it: `unknown_keys` and the places of all others."""

    value: T | None
    faults: tuple[Fault, ...] = ()
    unknown_keys: frozenset[Loc] = frozenset()
    locs: tuple[Loc, ...] = ()


class Refused(Exception):  # noqa: N818 - not an error that leaves this package: it carries a fault to the reader
    """A text that is no JSON at all; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(slots=True)
class StrictReader(Generic[T]):
    """Validates JSON against one frozen record; `keys` are all known keys, for suggestions."""

    adapter: TypeAdapter[tuple[T]]
    keys: Collection[str] = field(default_factory=tuple)

    def check(self, data: Json) -> Checked[T]:
        """Return the record that `data` describes, or every fault with its JSON path."""
        try:
            return Checked(self.adapter.validate_json(json.dumps([data]))[0])
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=True)
            locs = tuple(tuple(d["loc"][1:]) for d in details)
            faults = tuple(_fault(d, loc, data, self.keys) for d, loc in zip(details, locs, strict=True))
            odd = frozenset(
                loc for d, loc in zip(details, locs, strict=True) if d["type"] == "unexpected_keyword_argument"
            )
            return Checked(None, faults, odd, tuple(loc for loc in locs if loc not in odd))


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand in the file.

    `kept` maps a list to the original indices of what was left in it; `left_out` holds the ids of the rest.
    """

    kept: Mapping[Loc, tuple[int, ...]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def at(self, *loc: str | int, name: str = "") -> str:
        """Return the JSON path of a thing in the file as the user sees it."""
        original: Loc = ()
        for step in loc:
            indices = self.kept.get(original)
            original = (*original, indices[step] if indices and isinstance(step, int) else step)
        return f'{json_path(original)} "{printable(name)}"' if name else json_path(original)


def read_text(path: Path, *, max_bytes: int, error: Callable[..., WifiplanError]) -> str:
    """Return a UTF-8 text file.

    Raises
    ------
    WifiplanError
        As made by `error`: no such file, a folder, larger than `max_bytes`, not UTF-8.
    """
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise error(
                f"the file is {size / 1e6:.0f} MB; at most {max_bytes / 1e6:.0f} MB are read",
                remedy="check that this is the right file; pictures belong beside it, not inside",
                where=str(path),
            )
        return path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise error(
            f"the file cannot be read ({fault.strerror or fault})",
            remedy="check the name and that it is a file which you may read",
            where=str(path),
        ) from fault
    except UnicodeDecodeError as fault:
        raise error(
            f"the file is not UTF-8 text (first bad byte at position {fault.start})",
            remedy="save it again with the encoding UTF-8",
            where=str(path),
        ) from fault


def load_json(text: str) -> Json:
    """Return what a JSON text holds.

    Raises
    ------
    Refused
        Not JSON (with line and column), a key given twice, a number such as NaN, nesting without end.
    """
    try:
        return json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Refused(Fault(where=place, problem=f"not valid JSON: {error.msg}")) from error
    except RecursionError as error:
        raise Refused(Fault(where="", problem="brackets are nested too deeply")) from error
    except ValueError as error:
        raise Refused(Fault(where="", problem=f"a number cannot be read ({error})")) from error


def suggestion(word: str, known: Collection[str]) -> str:
    """Return "did you mean …" for a misspelt word, or the list of known words.

    >>> suggestion("concret", ["brick", "concrete"])
    'did you mean "concrete"?'
    """
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(sorted(known))}"


def json_path(loc: Sequence[str | int], data: Json = None) -> str:
    """Return a place in a document as people write it, with the name of the thing where it has one.

    >>> json_path(("floors", 0, "rooms", 3, "use"), {"floors": [{"rooms": [0, 0, 0, {"name": "101"}]}]})
    'floors[0].rooms[3].use "101"'
    """
    text = ""
    name = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else printable(f".{step}" if text else step)
        data = _step(data, step)
        if isinstance(data, Mapping):
            label = data.get("name") or data.get("id")
            name = label if isinstance(label, str) and isinstance(step, int) else ""
    return f'{text} "{printable(name)}"' if name else text


def printable(text: str) -> str:
    r"""Return text that any console can show: control characters and broken surrogates become question marks.

    >>> printable("甲\x1b[31m")
    '甲?[31m'
    """
    return "".join("?" if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text)


def _step(data: Json, step: str | int) -> Json:
    if isinstance(data, Mapping) and isinstance(step, str):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _fault(detail: ErrorDetails, loc: Loc, data: Json, keys: Collection[str]) -> Fault:
    where = json_path(loc, data) or "the file as a whole"
    last = str(loc[-1]) if loc else ""
    if detail["type"] == "unexpected_keyword_argument":
        return Fault(where=where, problem=f"unknown key {_shown(last)}", remedy=suggestion(last, set(keys) - {last}))
    if detail["type"] == "missing":
        return Fault(where=where, problem=f'"{last}" is missing')
    if detail["type"] == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", "")).replace(" or ", ", ").split(", ")
        choices = [choice.strip("'") for choice in expected]
        return Fault(
            where=where,
            problem=f"{_shown(detail['input'])} is not one of {', '.join(choices)}",
            remedy=suggestion(str(detail["input"]), choices),
        )
    message = detail["msg"].replace("Input should be", "should be").replace("tuple", "list")
    return Fault(where=where, problem=f"{message}, not {_shown(detail['input'])}")


def _shown(value: Json) -> str:
    text = printable(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= 40 else f"{text[:37]}..."


def _without_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        doubles = sorted({key for key in names if names.count(key) > 1})
        raise Refused(Fault(where="", problem=f"a key is given twice in one object: {', '.join(doubles)}"))
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise Refused(Fault(where="", problem=f"{name} is not a number", remedy="give a finite number"))
