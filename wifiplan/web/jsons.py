"""JSON as every browser reads it, whatever strangers have written."""

import json
import math

from wifiplan.files.json_input import Json, whole


def sound(value: Json) -> Json:
    """Return JSON as every browser reads it: no half characters, no endless nesting, no NaN, no endless numbers.

    >>> sound({"x": float("nan"), "y": [1, 10**400, 2.5]})
    {'x': None, 'y': [1, None, 2.5]}
    """
    return _finite(whole(value))


def dumped(value: Json) -> bytes:
    """Return JSON as bytes; half characters, which no encoding knows, become question marks."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _finite(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    # no browser holds an integer of more digits
    return None if isinstance(value, int) and abs(value) >= 10**300 else value
