"""The questions: one school planned, predicted, compared.

The names below load their module when they are first used: a list of schools needs its records, and none of the laws
and kernels that a plan rests on.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wifiplan.study.class_tests import beside_plan
    from wifiplan.study.plan import answer, assess_site, least_aps, plan_site, predict_site
    from wifiplan.study.prepared import prepare
    from wifiplan.study.records import Plan
    from wifiplan.study.retests import compare_tests
    from wifiplan.study.settings import DesignOptions, Settings

__all__ = [
    "DesignOptions",
    "Plan",
    "Settings",
    "answer",
    "assess_site",
    "beside_plan",
    "compare_tests",
    "least_aps",
    "plan_site",
    "predict_site",
    "prepare",
]

_HOMES = {
    "DesignOptions": "settings",
    "Plan": "records",
    "Settings": "settings",
    "answer": "plan",
    "assess_site": "plan",
    "beside_plan": "class_tests",
    "compare_tests": "retests",
    "least_aps": "plan",
    "plan_site": "plan",
    "predict_site": "plan",
    "prepare": "prepared",
}


def __getattr__(name: str) -> object:
    """Return one of the names above from its module (PEP 562)."""
    if name in _HOMES:
        return vars(import_module(f"wifiplan.study.{_HOMES[name]}"))[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
