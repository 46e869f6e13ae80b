"""The content key of a school's answer: a digest of everything that makes its bytes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from pathlib import Path
from types import FunctionType

import numpy as np

from wifiplan.county.code import code_here
from wifiplan.county.task import SchoolTask

LEFT_OUT = frozenset({"folder", "site_path", "survey_paths", "store"})
"""Fields of a task that say where something lies, and not what it is."""

_ELSEWHERE = frozenset({"row"})
"""Where a school stands in its roster: a row added above it changes no plan."""


def content_key(task: SchoolTask, *made_by: object) -> str:
    """Return the key of a task that carries its files, and of whatever makes its answer: equal keys, equal bytes.

    Parameters
    ----------
    task : SchoolTask
        As `packed` returns it.
    made_by
        For instance the writer with its arguments: functions, partials, records, plain values.

    Raises
    ------
    TypeError
        Something has no digest.
    """
    total = hashlib.sha256()
    for part in (code_here(), task, *made_by):
        _feed(total, part)
    return total.hexdigest()


def _feed(total: "hashlib._Hash", value: object) -> None:
    """Add a value with its type and length, so that no two differing ones read alike."""
    if isinstance(value, bytes):
        _mark(total, f"{len(value)}:{hashlib.sha256(value).hexdigest()}")
    elif value is None or isinstance(value, str | bool | int | float | Path | np.generic):
        _mark(total, f"{type(value).__name__}:{value!r}")
    elif isinstance(value, FunctionType):
        _mark(total, f"{value.__module__}.{value.__qualname__}")
    elif isinstance(value, np.ndarray):
        _mark(total, f"{value.dtype.str}{value.shape}")
        total.update(np.ascontiguousarray(value).tobytes())
    else:
        parts = _parts(value)
        _mark(total, f"{type(value).__qualname__}[{len(parts)}")
        for part in parts:
            _feed(total, part)


def _parts(value: object) -> Sequence[object]:
    """Return what a value is made of, in an order that does not depend on the run."""
    if is_dataclass(value) and not isinstance(value, type):
        left_out = LEFT_OUT if isinstance(value, SchoolTask) else _ELSEWHERE
        names = [field.name for field in fields(value) if field.name not in left_out]
        # a dataclass tells its own fields' names
        return [(name, object.__getattribute__(value, name)) for name in names]
    if isinstance(value, tuple | list):
        return value
    if isinstance(value, Mapping):
        return sorted(value.items(), key=lambda pair: repr(pair[0]))
    if isinstance(value, frozenset | set):
        return sorted(value, key=repr)
    if isinstance(value, partial):
        return value.func, value.args, value.keywords
    raise TypeError(f"a {type(value).__qualname__} has no digest")


def _mark(total: "hashlib._Hash", text: str) -> None:
    total.update(text.encode("utf-8", "surrogatepass") + b"\0")
