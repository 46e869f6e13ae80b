"""The questions: one school planned, predicted, compared."""

from wifiplan.study.plan import answer, assess_site, least_aps, plan_site, predict_site
from wifiplan.study.prepared import prepare
from wifiplan.study.records import Plan
from wifiplan.study.settings import DesignOptions, Settings

__all__ = [
    "DesignOptions",
    "Plan",
    "Settings",
    "answer",
    "assess_site",
    "least_aps",
    "plan_site",
    "predict_site",
    "prepare",
]
