"""What is kept of a finished school beside its answers: outcome.json, and the curve, each with its content key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from wifiplan.files.json_input import Json
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.study.cases import Studied
from wifiplan.study.outcomes import Curve, SchoolOutcome

RECORD_NAME = "outcome.json"
"""The last file of a school that is written: a folder without it is not finished."""

_EXACT = ConfigDict(extra="forbid", strict=True)

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An answer of the same run that another took the place of: what the rules of sharing out were compared by."""

    key: str
    outcome: SchoolOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRecord:
    """A finished school: the content key, its outcome, and the SHA-256 of every file that was written."""

    key: str
    version: str
    outcome: SchoolOutcome
    files: Mapping[str, str] = field(default_factory=dict)
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRecord:
    """The curve of a school, with its content key."""

    key: str
    curve: Curve


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """One building of a study under all cases, with its content key."""

    key: str
    studied: Studied


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind(Generic[Record]):
    adapter: TypeAdapter[tuple[Record]]

    def read(self, path: Path) -> Record | None:
        try:
            return self.adapter.validate_json(b"[" + path.read_bytes() + b"]")[0]
        except (OSError, ValidationError):
            return None

    def text(self, record: Record) -> str:
        data: Json = self.adapter.dump_python((record,), mode="json")[0]
        return json_text(data)


@lru_cache(maxsize=1)
def _schools() -> _Kind[SchoolRecord]:
    return _Kind(adapter=TypeAdapter(tuple[SchoolRecord], config=_EXACT))


@lru_cache(maxsize=1)
def _curves() -> _Kind[CurveRecord]:
    return _Kind(adapter=TypeAdapter(tuple[CurveRecord], config=_EXACT))


@lru_cache(maxsize=1)
def _cases() -> _Kind[CaseRecord]:
    return _Kind(adapter=TypeAdapter(tuple[CaseRecord], config=_EXACT))


def read_record(folder: Path) -> SchoolRecord | None:
    """Return the record of a school's folder, None where there is none that can be read: the school is not finished."""
    return _schools().read(folder / RECORD_NAME)


def write_record(folder: Path, record: SchoolRecord) -> None:
    """Write the record of a school's folder, once all else is there.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(folder / RECORD_NAME, _schools().text(record))


def read_curve_record(path: Path) -> CurveRecord | None:
    """Return a curve that was kept, None where there is none that can be read."""
    return _curves().read(path)


def write_curve_record(path: Path, record: CurveRecord) -> None:
    """Write a curve.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(path, _curves().text(record))


def read_case_record(path: Path) -> CaseRecord | None:
    """Return a building of a study that was kept, None where there is none that can be read."""
    return _cases().read(path)


def write_case_record(path: Path, record: CaseRecord) -> None:
    """Write a building of a study.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_text(path, _cases().text(record))
