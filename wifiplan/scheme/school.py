"""One row of the roster as a frozen record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["elementary", "junior"]
"""學制: 國小 elementary, 國中 junior."""

STAGE_WORDS: Mapping[Stage, tuple[str, str]] = {"elementary": ("國小", "elementary"), "junior": ("國中", "junior")}
"""學制 in Chinese and English."""

Ownership: TypeAlias = Literal["public", "private", "national"]
"""設立別: county or city (公立, 市立, 縣立), private (私立), national (國立)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A roster row. The key is (`stage`, `code`); `code` is text of six characters with its leading zeros.

    Numbers that a file does not give are None. `max_class_size_estimated` says that the largest class is
    a lower bound from grade means; `n_teachers_estimated` that full-time teachers stand in for authorised
    posts (編制教師數). `area` is 地區屬性 as written; `remote` is its reading.
    `ownership_name` is 設立別 as written.
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
    ownership_name: str = ""
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

    @property
    def key(self) -> tuple[Stage, str]:
        """(stage, code): 36 codes of school year 110 occur in both stages."""
        return self.stage, self.code

    @property
    def full_name(self) -> str:
        """County and name without saying 市 or 縣 twice: 嘉義市 and 市立崇文國小 are 嘉義市立崇文國小."""
        if self.name.startswith(self.county):
            return self.name
        own = self.county[-1:] + "立"
        return self.county + self.name[self.name.startswith(own) :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a school list asks for a school (申請補助數), and its reason where the principle is not met."""

    stage: Stage
    code: str
    n_carts: int | None = None
    n_teacher_devices: int | None = None
    n_student_devices: int | None = None
    reason: str = ""

    @property
    def key(self) -> tuple[Stage, str]:
        """(stage, code), as the school's."""
        return self.stage, self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCount:
    """Computers with internet access that a school has, from the national count; it gives no school code."""

    county: str
    town: str
    name: str
    n_devices: int
    row: int | None = None


_COMBINED = re.compile(r"國\(中\)小|國中\(小\)|國民?中小學?")


def base_school(school: School) -> tuple[str, str]:
    """Return what two rows of one school have in common: (county, code or name without its stage).

    A combined school (國中小) has a row and a code for each stage, told by its name or by 附屬=國中小. The
    stages attached to a senior high school share one code.

    >>> a = School(stage="elementary", code="724608", name="縣立東引國(中)小", county="連江縣",
    ...            n_classes=6, n_students=53)
    >>> b = School(stage="junior", code="724505", name="縣立東引國中(小)", county="連江縣",
    ...            n_classes=3, n_students=25)
    >>> base_school(a) == base_school(b)
    True
    """
    if _COMBINED.search(school.name):
        return school.county, _COMBINED.sub("", school.name)
    if "國中小" in school.attachment:
        return school.county, re.sub(r"國民?[中小]學?", "", school.name)
    return school.county, school.code
