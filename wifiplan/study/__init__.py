"""The questions: one school planned, predicted, compared."""

from wifiplan.study.plan import answer, least_aps, plan_site, predict_site, prepare
from wifiplan.study.records import Plan
from wifiplan.study.settings import DesignOptions, Settings

__all__ = [
    "DesignOptions",
    "Plan",
    "Settings",
    "answer",
    "least_aps",
    "plan_site",
    "predict_site",
    "prepare",
]
