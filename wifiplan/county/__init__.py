"""Many schools at once, one a task, on the cores of this machine; a failed school is a value, not a crash."""

from wifiplan.county.school import Writer, allotment, plan_school, school_curve, school_site
from wifiplan.county.schools import plan_schools, school_curves
from wifiplan.county.task import SchoolTask

__all__ = [
    "SchoolTask",
    "Writer",
    "allotment",
    "plan_school",
    "plan_schools",
    "school_curve",
    "school_curves",
    "school_site",
]
