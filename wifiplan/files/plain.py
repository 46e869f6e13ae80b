"""JSON text that people can read and compare line by line."""

import json
import math
from collections.abc import Mapping, Sequence

from wifiplan.files.json_input import Json

LINE_WIDTH = 220
"""An object or list that fits into so many characters stays on one line: a room, a wall, an access point."""


def json_text(value: Json) -> str:
    r"""Return JSON text: short things on one line, long things one item a line, the same bytes every time.

    An infinite number is written as 1e999, which every JSON reader takes for a number beyond all floats; the
    word Infinity is no JSON.

    >>> print(json_text({"name": "甲", "line": [[0, 0.0], [1.5, float("inf")]]}), end="")
    {"name": "甲", "line": [[0, 0], [1.5, 1e999]]}
    """
    return _block(value, 0) + "\n"


def rounded(value: Json, digits: int) -> Json:
    """Return plain JSON values with every float rounded to so many decimals.

    >>> rounded({"received_dbm": -61.23456, "snr_db": [1, 2.00001]}, 3)
    {'received_dbm': -61.235, 'snr_db': [1, 2.0]}
    """
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, list | tuple):
        return [rounded(item, digits) for item in value]
    if isinstance(value, dict | Mapping):
        return {key: rounded(item, digits) for key, item in value.items()}
    return value


def _block(value: Json, depth: int) -> str:
    """Return a value on one line where it fits, else an item a line.

    What does not fit on a line of its own further in fits on none that holds it: each value is set once.
    """
    # plain types first: a check for Mapping takes a hundred times as long
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list | tuple):
        return _set([_block(item, depth + 1) for item in value], depth, "[]")
    if isinstance(value, dict | Mapping):
        items = [f"{_encoded(str(key))}: {_block(item, depth + 1)}" for key, item in value.items()]
        return _set(items, depth, "{}")
    return _encoded(value)


def _set(items: Sequence[str], depth: int, braces: str) -> str:
    if not any("\n" in item for item in items):
        line = f"{braces[0]}{', '.join(items)}{braces[1]}"
        if len(line) <= LINE_WIDTH - depth or not items:
            return line
    pad = "\n" + " " * (depth + 1)
    return f"{braces[0]}{pad}{f',{pad}'.join(items)}\n{' ' * depth}{braces[1]}"


_encoded = json.JSONEncoder(ensure_ascii=False).encode


def _number(value: float) -> str:
    if math.isnan(value):
        raise ValueError("a result that is not a number cannot be written")
    if math.isinf(value):
        return "1e999" if value > 0 else "-1e999"
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
