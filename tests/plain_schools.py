"""Schools that are nothing but a number of classes."""

from wifiplan.scheme.school import School
from wifiplan.site.archetype import archetype
from wifiplan.site.building import Site


def school(n_classes: int) -> Site:
    """An elementary school of 27 pupils a class, its classes spread over six grades."""
    grades = tuple(n_classes // 6 + (k < n_classes % 6) for k in range(6))
    return archetype(
        School(
            stage="elementary",
            code="000001",
            name="審查國小",
            county="某市",
            n_classes=n_classes,
            n_students=27 * n_classes,
            classes_by_grade=grades,
            students_by_grade=tuple(27 * n for n in grades),
        )
    )
