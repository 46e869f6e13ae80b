"""A school's curve on a terminal: one row for every number of new access points."""

from wifiplan.cli.scheme_text import table
from wifiplan.report.curve import curve_lines
from wifiplan.report.texts import texts
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import Curve, CurvePoint
from wifiplan.study.records import Plan

_HEADS = ("curve.aps", "curve.classrooms", "curve.specialist", "curve.proof")


def curve_text(curve: Curve, plan: Plan, lang: Lang) -> str:
    """Return the table and what it comes to."""
    words = texts(lang)

    def row(point: CurvePoint) -> list[str]:
        proof = words["curve.proven"] if point.proven else words["curve.bound"].format(n=point.n_classrooms_most)
        return [f"{point.n_aps}", f"{point.n_classrooms}", f"{point.n_specialist}", proof]

    rows = table([words[head] for head in _HEADS], [row(point) for point in curve.points], left=(3,))
    return "\n".join([rows, "", *curve_lines(curve, plan, lang)])
