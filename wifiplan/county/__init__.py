"""Many schools at once, one a task, on this machine or a cluster; a failed school is a value, not a crash."""

from wifiplan.county.crew import Crew, hired
from wifiplan.county.desk import Desk, Step
from wifiplan.county.engine import Engine, Worked
from wifiplan.county.school import Writer, allotment, plan_school, school_curve, school_site
from wifiplan.county.schools import plan_schools, school_curves
from wifiplan.county.task import SchoolTask, packed

__all__ = [
    "Crew",
    "Desk",
    "Engine",
    "SchoolTask",
    "Step",
    "Worked",
    "Writer",
    "allotment",
    "hired",
    "packed",
    "plan_school",
    "plan_schools",
    "school_curve",
    "school_curves",
    "school_site",
]
