"""Texts and JSON as they come from strangers: read with care, with a place for everything that is wrong."""

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from wifiplan.errors import Fault, WifiplanError

Loc: TypeAlias = tuple[str | int, ...]
Json: TypeAlias = Any
"""What `json.loads` gives: its type is known only after validation."""

MAX_DEPTH = 60
"""A site file is nested ten deep."""


class Doubled(dict[str, Json]):
    """A JSON object in which keys are given twice; the last ones hold."""

    names: tuple[str, ...] = ()


class Refused(Exception):  # noqa: N818 - not an error that leaves this package: it carries a fault to the reader
    """A text that is no JSON at all; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def read_text(
    path: Path,
    *,
    max_bytes: int,
    error: Callable[..., WifiplanError],
    odd_bytes: Literal["strict", "replace"] = "strict",
) -> str:
    """Return a UTF-8 text file; `odd_bytes` "replace" takes others with question marks in their place.

    Raises
    ------
    WifiplanError
        As made by `error`: no such file, a folder, larger than `max_bytes`, not UTF-8.
    """
    try:
        with path.open("rb") as file:
            # one byte more than allowed tells a file that is too large, also where the system gives no size
            content = file.read(max_bytes + 1)
        if len(content) > max_bytes:
            raise error(
                f"the file is larger than {max_bytes / 1e6:.0f} MB",
                remedy="check that this is the right file; pictures belong beside it, not inside",
                where=str(path),
            )
        return content.decode("utf-8-sig", errors=odd_bytes)
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
    """Return what a JSON text holds; `StrictReader.check` names keys given twice and numbers such as NaN.

    Raises
    ------
    Refused
        Not JSON (with line and column), or nested without end.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=float)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Refused(Fault(where=place, problem=f"not valid JSON: {error.msg}")) from error
    except RecursionError as error:
        raise Refused(Fault(where="", problem="brackets are nested too deeply")) from error
    except ValueError as error:
        raise Refused(Fault(where="", problem="a number has thousands of digits")) from error


def whole(value: Json, depth: int = 0) -> Json:
    """Return a JSON value without what no JSON reader takes: half characters, endless nesting, doubled keys."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {whole(k): whole(v, depth + 1) for k, v in value.items()} if depth <= MAX_DEPTH else {}
    if isinstance(value, list):
        return [whole(item, depth + 1) for item in value] if depth <= MAX_DEPTH else []
    return value


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


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    times = Counter(key for key, _ in pairs)
    doubled = Doubled(found)
    doubled.names = tuple(sorted(key for key, n in times.items() if n > 1))
    return doubled


def unsound(value: Json, loc: Loc, data: Json) -> Iterator[Fault]:
    """Yield what JSON itself does not allow: keys given twice, half characters, endless nesting."""
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            yield Fault(
                where=json_path(loc, data), problem="half a character (a lone surrogate)", remedy="type it again"
            )
    elif isinstance(value, Mapping | list):
        if len(loc) > MAX_DEPTH:
            yield Fault(where=json_path(loc[:3], data), problem="brackets are nested too deeply")
            return
        if isinstance(value, Doubled):
            names = ", ".join(value.names)
            yield Fault(where=json_path(loc, data), problem=f"a key is given twice in one object: {printable(names)}")
        for step, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            if isinstance(step, str):
                yield from unsound(step, (*loc, step), data)
            yield from unsound(item, (*loc, step), data)
