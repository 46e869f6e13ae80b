"""Which rooms a school needs: its classes with their sizes, and the rooms that go with so many classes."""

import math
from dataclasses import dataclass
from functools import lru_cache

from wifiplan.catalog.table import Row, check, rows
from wifiplan.scheme.school import School, Stage
from wifiplan.site.building import RoomUse

_GRADES = "一二三四五六"
_STEMS = "甲乙丙丁戊己"
_FIRST_GRADE = {"elementary": 1, "junior": 7}
_N_GRADES = {"elementary": 6, "junior": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """One room that is wanted; `modules` is its length in classrooms."""

    id: str
    name: str
    use: RoomUse
    modules: float
    class_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """One row of `catalog/data/archetype_rooms.csv`: a kind of room and the schools that have it."""

    stage: Stage
    name: str
    name_en: str
    use: RoomUse
    modules: float
    min_classes: int
    max_classes: int | None
    classes_per_room: float | None

    def n_rooms(self, n_classes: int) -> int:
        """Return how many rooms of this kind a school of `n_classes` has."""
        if n_classes < self.min_classes or (self.max_classes is not None and n_classes > self.max_classes):
            return 0
        return 1 if self.classes_per_room is None else math.ceil(n_classes / self.classes_per_room)


@lru_cache(maxsize=1)
def standards() -> tuple[Standard, ...]:
    """Return the kinds of rooms beside classrooms that an archetype has, in the order in which they are placed.

    Raises
    ------
    CatalogError
        The table is faulty.
    """
    table = rows("archetype_rooms")
    found = tuple(_standard(row) for row in table)
    check(table)
    return found


def classrooms(school: School) -> tuple[Space, ...]:
    """Return the classrooms of a school, grade by grade.

    Classes are named as schools do: 一年甲班 where a grade has up to six classes, else 一年7班; 701 in junior
    high schools. A class has the mean size of its grade, rounded up; without figures by grade the school's
    largest class, else the school's mean.

    >>> from wifiplan.scheme.school import School
    >>> school = School(stage="junior", code="000000", name="", county="", n_classes=4, n_students=100)
    >>> [room.name for room in classrooms(school)], classrooms(school)[0].class_size
    (['701', '702', '801', '901'], 25)
    """
    return tuple(
        Space(
            id=f"C{grade + _FIRST_GRADE[school.stage]}{number:02d}",
            name=_class_name(school.stage, grade, number, n_classes),
            use="classroom",
            modules=1.0,
            class_size=_class_size(school, grade),
        )
        for grade, n_classes in enumerate(_classes_by_grade(school))
        for number in range(1, n_classes + 1)
    )


def further_rooms(school: School) -> tuple[tuple[Space, ...], tuple[Space, ...]]:
    """Return offices and the like, and specialist rooms (專科教室), that a school of this size has."""
    offices: list[Space] = []
    specialist: list[Space] = []
    for standard in standards():
        if standard.stage != school.stage:
            continue
        n = standard.n_rooms(school.n_classes)
        target, letter = (specialist, "S") if standard.use == "specialist" else (offices, "O")
        for number in range(1, n + 1):
            target.append(
                Space(
                    id=f"{letter}{len(target) + 1:02d}",
                    name=f"{standard.name}{number}" if n > 1 else standard.name,
                    use=standard.use,
                    modules=standard.modules,
                )
            )
    return tuple(offices), tuple(specialist)


def _classes_by_grade(school: School) -> tuple[int, ...]:
    given = school.classes_by_grade
    if given and sum(given) == school.n_classes:
        return given
    n = _N_GRADES[school.stage]
    least, rest = divmod(school.n_classes, n)
    return tuple(least + (grade < rest) for grade in range(n))


def _class_size(school: School, grade: int) -> int | None:
    given = school.classes_by_grade
    sound = sum(given) == school.n_classes and len(school.students_by_grade) == len(given)
    if sound and grade < len(given) and given[grade] > 0 and school.students_by_grade[grade] > 0:
        return math.ceil(school.students_by_grade[grade] / given[grade])
    if school.max_class_size:
        return school.max_class_size
    return math.ceil(school.n_students / school.n_classes) or None


def _class_name(stage: Stage, grade: int, number: int, n_classes: int) -> str:
    if stage == "junior":
        return f"{grade + 7}{number:02d}"
    label = _STEMS[number - 1] if n_classes <= len(_STEMS) else str(number)
    return f"{_GRADES[grade]}年{label}班" if grade < len(_GRADES) else f"{grade + 1}年{label}班"


def _standard(row: Row) -> Standard:
    most, per_room = row.optional("max_classes"), row.optional("classes_per_room")
    return Standard(
        stage="junior" if row.text("stage") == "junior" else "elementary",
        name=row.text("name"),
        name_en=row.text("name_en"),
        use=_use(row.text("use")),
        modules=row.number("modules"),
        min_classes=row.whole("min_classes"),
        max_classes=None if most is None else int(most),
        classes_per_room=per_room,
    )


def _use(text: str) -> RoomUse:
    uses: dict[str, RoomUse] = {"specialist": "specialist", "office": "office"}
    return uses.get(text, "other")
