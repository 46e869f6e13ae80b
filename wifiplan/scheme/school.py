"""One row of the roster as a frozen record."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["elementary", "junior"]
"""學制: 國小 elementary, 國中 junior."""

Ownership: TypeAlias = Literal["public", "private", "national"]
"""設立別: county or city (公立, 市立, 縣立), private (私立), national (國立)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A roster row. The key is (`stage`, `code`); `code` is text of six characters with its leading zeros.

    Numbers that a file does not give are None. `max_class_size_estimated` says that the largest class is a lower
    bound from grade means; `n_teachers_estimated` that full-time teachers stand in for authorised posts (編制教師數).
    `area` is 地區屬性 as written; `remote` is its reading.
    """

    stage: Stage
    code: str
    name: str
    county: str
    n_classes: int
    n_students: int
    n_teachers: int | None = None
    max_class_size: int | None = None
    ownership: Ownership = "public"
    remote: bool = False
    area: str = ""
    town: str = ""
    attachment: str = ""
    school_year: int | None = None
    classes_by_grade: tuple[int, ...] = ()
    students_by_grade: tuple[int, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    max_class_size_estimated: bool = False
    n_teachers_estimated: bool = False
    row: int | None = None
