"""The text of a class test's file, made quickly: it is written anew after every step, while the next one waits."""

import dataclasses
import json
from collections.abc import Mapping
from functools import lru_cache

from wifiplan.files.json_input import Json


def plain_record(value: Json) -> Json:
    """Return a frozen record as plain values: what `dataclasses.asdict` gives, without copying what can't change.

    >>> from wifiplan.probe.records import Guard
    >>> plain_record((Guard(at_s=1.0, gateway_rtt_ms=None, dns_ms=2.0),))
    [{'at_s': 1.0, 'gateway_rtt_ms': None, 'dns_ms': 2.0}]
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple | list):
        return [plain_record(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain_record(item) for key, item in value.items()}
    return {name: plain_record(get(value)) for name, get in _getters(value.__class__)}


@lru_cache(maxsize=64)
def _getters(kind: type) -> tuple[tuple[str, Json], ...]:
    """Return the fields of a record with what reads them."""
    return tuple((field.name, vars(kind)[field.name].__get__) for field in dataclasses.fields(kind))


def tree_text(value: Json, depth: int = 0) -> str:
    """Return JSON text in which whatever holds a list of objects is broken into lines, and all else stands on one.

    >>> print(tree_text({"id": "a", "rooms": [{"n": 1}, {"n": 2}]}))
    {
     "id": "a",
     "rooms": [
      {"n": 1},
      {"n": 2}
     ]
    }
    """
    pad, end = " " * (depth + 1), " " * depth
    if isinstance(value, list) and _is_forest(value):
        return "[\n" + ",\n".join(pad + tree_text(item, depth + 1) for item in value) + f"\n{end}]"
    if isinstance(value, Mapping) and _is_tree(value):
        items = [f"{pad}{json.dumps(key)}: {tree_text(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{end}}}"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _is_tree(value: Mapping[str, Json]) -> bool:
    inner = [item for item in value.values() if isinstance(item, Mapping | list)]
    return any(_is_forest(item) if isinstance(item, list) else _is_tree(item) for item in inner)


def _is_forest(value: list[Json]) -> bool:
    return bool(value) and isinstance(value[0], Mapping)
