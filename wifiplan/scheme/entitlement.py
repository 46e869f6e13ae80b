"""Class sets, devices, charging carts and money of a school (111 年實施計畫 六(三)1-2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from wifiplan.scheme.apportionment import share
from wifiplan.scheme.options import REMOTE_AREAS, EntitlementOptions
from wifiplan.scheme.school import Request, School, Stage, base_school

__all__ = [
    "Entitlement",
    "EntitlementOptions",
    "Flag",
    "Sums",
    "Totals",
    "class_sets",
    "entitle",
    "entitle_all",
    "is_remote",
    "meets_principle",
    "totals",
]

Flag: TypeAlias = Literal[
    "one_to_one",
    "class_sets",
    "no_classes",
    "national_apart",
    "max_class_estimated",
    "max_class_unknown",
    "teachers_estimated",
    "teachers_unknown",
    "teachers_zero",
    "combined",
]
"""Why an entitlement is what it is, and what is uncertain about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What the rules give one school. `funded` is False where a national school (國立) stands apart.

    `n_class_sets` is 0 at a remote school: every person has a device there.
    """

    stage: Stage
    code: str
    remote: bool
    national: bool
    funded: bool
    n_class_sets: int
    n_student_devices: int
    n_teacher_devices: int
    n_carts: int
    cost_ntd: int
    flags: tuple[Flag, ...] = ()

    @property
    def n_devices(self) -> int:
        """Student and teacher devices together."""
        return self.n_student_devices + self.n_teacher_devices

    @property
    def key(self) -> tuple[Stage, str]:
        """(stage, code), as the school's."""
        return self.stage, self.code


def class_sets(n_classes: int, options: EntitlementOptions) -> int:
    """Return how many class sets a non-remote school gets: a sixth of its classes, rounded up.

    >>> [class_sets(c, EntitlementOptions()) for c in (0, 1, 6, 7, 12, 13, 20)]
    [0, 1, 1, 2, 2, 3, 4]
    """
    return -(-n_classes // options.classes_per_set)


def is_remote(school: School, options: EntitlementOptions) -> bool:
    """Return whether every pupil and teacher gets a device (偏遠地區師生 1 人 1 機)."""
    if options.non_mountain_remote and "非山非市" in school.area:
        return True
    # A reader knows only the usual values; a narrower or wider list decides where the area is written.
    if options.remote_areas != REMOTE_AREAS and school.area:
        return any(area in school.area for area in options.remote_areas)
    return school.remote


def entitle(school: School, options: EntitlementOptions) -> Entitlement:
    """Return what the rules give one school.

    Parameters
    ----------
    school : School
        A row of the roster.
    options : EntitlementOptions
        Prices, and our reading of what the text leaves open.

    Returns
    -------
    Entitlement
        Class sets, devices, carts, money [NTD], and flags that say what is estimated.

    Examples
    --------
    >>> school = School(stage="elementary", code="999999", name="", county="", n_classes=20, n_students=516,
    ...                 n_teachers=37, max_class_size=28)
    >>> e = entitle(school, EntitlementOptions())
    >>> e.n_carts, e.n_teacher_devices, e.n_student_devices, e.cost_ntd
    (4, 8, 112, 1760000)
    """
    sets = 0 if is_remote(school, options) else class_sets(_counted_classes(school, options), options)
    return _entitle(school, options, sets)


def entitle_all(schools: Sequence[School], options: EntitlementOptions) -> tuple[Entitlement, ...]:
    """Return the entitlement of every school, in order; combined schools as `options.combined_sets` says."""
    found = [entitle(school, options) for school in schools]
    if options.combined_sets == "combined":
        groups: dict[tuple[str, str], list[int]] = {}
        for s, school in enumerate(schools):
            if not is_remote(school, options):
                groups.setdefault(base_school(school), []).append(s)
        for group in groups.values():
            if len(group) > 1:
                classes = [_counted_classes(schools[s], options) for s in group]
                sets = share(class_sets(sum(classes), options), classes, method="largest_remainder")
                for s, n_sets in zip(group, sets, strict=True):
                    combined = _entitle(schools[s], options, n_sets)
                    found[s] = replace(combined, flags=(*combined.flags, "combined"))
    return tuple(found)


def _entitle(school: School, options: EntitlementOptions, n_sets: int) -> Entitlement:
    remote = is_remote(school, options)
    national = school.ownership == "national"
    funded = options.include_national or not national
    flags: list[Flag] = ["one_to_one" if remote else "class_sets"]
    if school.n_classes == 0:
        flags.append("no_classes")
    if not funded:
        flags.append("national_apart")
    largest = _largest_class(school, options, flags) if _needs_largest(remote, options) else 0
    if remote:
        n_students = school.n_students if options.remote_students == "enrolment" else school.n_classes * largest
        n_teachers = _remote_teachers(school, options, flags)
        n_carts = _remote_carts(school, n_students + n_teachers, options)
    else:
        n_students = n_sets * largest
        n_teachers = n_sets * _teachers_a_class(school, options)
        n_carts = n_sets
    cost = (n_students + n_teachers) * options.device_price_ntd + n_carts * options.cart_price_ntd
    return Entitlement(
        stage=school.stage,
        code=school.code,
        remote=remote,
        national=national,
        funded=funded,
        n_class_sets=n_sets,
        n_student_devices=n_students,
        n_teacher_devices=n_teachers,
        n_carts=n_carts,
        cost_ntd=cost,
        flags=tuple(flags),
    )


def _counted_classes(school: School, options: EntitlementOptions) -> int:
    if options.lowest_grade <= 1 or not school.classes_by_grade:
        return school.n_classes
    first = 7 if school.stage == "junior" else 1
    return sum(n for grade, n in enumerate(school.classes_by_grade, first) if grade >= options.lowest_grade)


def _teachers_a_class(school: School, options: EntitlementOptions) -> int:
    junior = school.stage == "junior"
    return options.teacher_devices_junior if junior else options.teacher_devices_elementary


def _needs_largest(remote: bool, options: EntitlementOptions) -> bool:  # noqa: FBT001 - private, one caller
    return not remote or options.remote_students == "class_places"


def _largest_class(school: School, options: EntitlementOptions, flags: list[Flag]) -> int:
    if school.max_class_size is not None:
        if school.max_class_size_estimated and school.n_classes:
            flags.append("max_class_estimated")
            return school.max_class_size + options.max_class_margin
        return school.max_class_size
    if not school.n_classes:
        return 0
    flags.append("max_class_estimated" if school.n_students else "max_class_unknown")
    return -(-school.n_students // school.n_classes) + options.max_class_margin


def _remote_teachers(school: School, options: EntitlementOptions, flags: list[Flag]) -> int:
    if options.remote_teachers == "per_class":
        return school.n_classes * _teachers_a_class(school, options)
    if school.n_teachers is None:
        flags.append("teachers_unknown")
        return 0
    if school.n_teachers_estimated:
        if options.teachers_estimated == "none":
            flags.append("teachers_unknown")
            return 0
        flags.append("teachers_estimated")
    if school.n_teachers == 0 and school.n_students:
        # A stage attached to a senior high school often books its teachers there: zero may be too few.
        flags.append("teachers_zero")
    return school.n_teachers


def _remote_carts(school: School, n_devices: int, options: EntitlementOptions) -> int:
    slots = options.cart_slots
    if options.remote_carts == "pooled":
        return -(-n_devices // slots)
    if options.remote_carts == "per_class_slots":
        # A class's cart charges its teacher's device too.
        if school.classes_by_grade and len(school.students_by_grade) == len(school.classes_by_grade):
            return sum(
                sum(-(-(size + 1) // slots) for size in _even(n_students, n_classes))
                for n_students, n_classes in zip(school.students_by_grade, school.classes_by_grade, strict=True)
            )
        return sum(-(-(size + 1) // slots) for size in _even(school.n_students, school.n_classes))
    return school.n_classes


def _even(n_students: int, n_classes: int) -> list[int]:
    """Spread pupils over classes as evenly as they go."""
    return [(n_students + place) // n_classes for place in range(n_classes)] if n_classes else []


def meets_principle(request: Request | None, given: Entitlement, options: EntitlementOptions) -> bool:
    """Return whether the numbers asked for follow the rule (附錄); what is not asked for follows it."""
    if request is None:
        return True
    pairs = (
        (request.n_student_devices, given.n_student_devices),
        (request.n_teacher_devices, given.n_teacher_devices),
    )
    return all(
        asked is None or asked == rule or (options.principle == "at_least" and asked > rule) for asked, rule in pairs
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Sums over schools."""

    n_schools: int
    n_class_sets: int
    n_student_devices: int
    n_teacher_devices: int
    n_carts: int
    cost_ntd: int

    @property
    def n_devices(self) -> int:
        """Student and teacher devices together."""
        return self.n_student_devices + self.n_teacher_devices


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over what is funded (all, remote, not remote), and over national schools, funded or not."""

    funded: Sums
    remote: Sums
    non_remote: Sums
    national: Sums


def totals(entitlements: Iterable[Entitlement]) -> Totals:
    """Return the sums that a county or the country applies for."""
    rows = tuple(entitlements)
    return Totals(
        funded=_sums([e for e in rows if e.funded]),
        remote=_sums([e for e in rows if e.funded and e.remote]),
        non_remote=_sums([e for e in rows if e.funded and not e.remote]),
        national=_sums([e for e in rows if e.national]),
    )


def _sums(rows: list[Entitlement]) -> Sums:
    return Sums(
        n_schools=len(rows),
        n_class_sets=sum(e.n_class_sets for e in rows),
        n_student_devices=sum(e.n_student_devices for e in rows),
        n_teacher_devices=sum(e.n_teacher_devices for e in rows),
        n_carts=sum(e.n_carts for e in rows),
        cost_ntd=sum(e.cost_ntd for e in rows),
    )
