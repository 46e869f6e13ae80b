"""JSON text that people can read and compare line by line."""

import json
import math
from collections.abc import Mapping

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
    if isinstance(value, Mapping):
        return {key: rounded(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item, digits) for item in value]
    return round(value, digits) if isinstance(value, float) else value


def _block(value: Json, depth: int) -> str:
    if not isinstance(value, Mapping | list | tuple):
        return _scalar(value)
    flat = _line(value, LINE_WIDTH - depth)
    if flat is not None:
        return flat
    pad, end = " " * (depth + 1), " " * depth
    if isinstance(value, Mapping):
        items = [f"{pad}{_scalar(str(key))}: {_block(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{end}}}"
    return "[\n" + ",\n".join(pad + _block(item, depth + 1) for item in value) + f"\n{end}]"


def _line(value: Json, width: int) -> str | None:
    """Return a value on one line, or None as soon as that is known to take more than `width` characters."""
    if not isinstance(value, Mapping | list | tuple):
        return _scalar(value)
    keys = [f"{_scalar(str(key))}: " for key in value] if isinstance(value, Mapping) else [""] * len(value)
    parts: list[str] = []
    left = width - 2
    for key, item in zip(keys, value.values() if isinstance(value, Mapping) else value, strict=True):
        text = _line(item, left - len(key))
        if text is None or left < len(key) + len(text):
            return None
        parts.append(key + text)
        left -= len(key) + len(text) + 2
    inside = ", ".join(parts)
    return f"{{{inside}}}" if isinstance(value, Mapping) else f"[{inside}]"


def _scalar(value: Json) -> str:
    return _number(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    if math.isnan(value):
        raise ValueError("a result that is not a number cannot be written")
    if math.isinf(value):
        return "1e999" if value > 0 else "-1e999"
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
