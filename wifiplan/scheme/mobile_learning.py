"""What the 2017 mobile learning plan grants a school for so many classes, and who may take part."""

from wifiplan.catalog.mobile_learning import figure
from wifiplan.scheme.school import Stage


def grant_range_ntd(n_classes: int) -> tuple[int, int]:
    """Return the least and the most that a school gets for so many classes [NTD] (柒二).

    >>> grant_range_ntd(1), grant_range_ntd(4)
    ((100000, 140000), (250000, 350000))
    """
    if n_classes < 1:
        return 0, 0
    more = n_classes - 1
    low = figure("first_class_low") + more * figure("more_class_low")
    return low, figure("first_class_high") + more * figure("more_class_high")


def may_take_part(stage: Stage, grade: int | None) -> bool | None:
    """Return whether classes of a grade may take part (伍一); None where the grade of an elementary class is unknown.

    >>> may_take_part("elementary", 2), may_take_part("elementary", None), may_take_part("junior", None)
    (False, None, True)
    """
    if stage == "junior":
        return True
    return None if grade is None else grade >= figure("lowest_grade")
