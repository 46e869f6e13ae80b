"""A school's curve in words: what each further access point adds."""

from dataclasses import dataclass
from itertools import pairwise

from wifiplan.report.tables import Table
from wifiplan.report.texts import texts
from wifiplan.study.outcomes import Curve
from wifiplan.study.records import Plan

MOST_ROWS = 12
"""So many points a printed table shows; curve.csv has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveSection:
    """What the report says of a curve: title, sentences, a table of some points, and what its chart shows."""

    title: str
    lines: tuple[str, ...]
    table: Table
    alt: str


def curve_section(curve: Curve, plan: Plan, lang: str) -> CurveSection:
    """Return the words on a school's curve, with the plan's own point among them."""
    words = texts(lang)
    return CurveSection(
        title=words["curve.title"],
        lines=(words["curve.lead"], *curve_lines(curve, plan, lang)),
        table=_table(curve, plan.n_new_aps, lang),
        alt=words["curve.alt"],
    )


def curve_lines(curve: Curve, plan: Plan, lang: str) -> tuple[str, ...]:
    """Return what a curve comes to: how many access points are enough, where each adds less, where the plan stands."""
    words = texts(lang)
    points = curve.points
    most = points[-1].n_classrooms
    for_classrooms = next(p.n_aps for p in points if p.n_classrooms == most)
    lines = [words["curve.enough"].format(classrooms=for_classrooms, n_classrooms=most, all=curve.n_aps_enough)]
    gains = [after.n_classrooms - before.n_classrooms for before, after in pairwise(points)]
    same = next((n for n, gain in enumerate(gains) if gain < gains[0]), len(gains))
    if gains and gains[0] > 1 and same < len(gains):
        lines.append(words["curve.knee"].format(n=same, first=gains[0]))
    expected = curve.at(plan.n_new_aps).n_classrooms
    lines.append(words["curve.plan"].format(n=plan.n_new_aps, expected=expected, served=plan.n_served(0)))
    return tuple(lines)


def _table(curve: Curve, n_placed: int, lang: str) -> Table:
    words = texts(lang)
    step = -(-len(curve.points) // MOST_ROWS)
    last = len(curve.points) - 1
    shown = sorted({*range(0, len(curve.points), step), min(n_placed, last), last})
    rows = tuple(
        (
            f"{point.n_aps}",
            f"{point.n_classrooms}",
            f"{point.n_specialist}",
            words["curve.proven"] if point.proven else words["curve.bound"].format(n=point.n_classrooms_most),
        )
        for point in (curve.points[n] for n in shown)
    )
    heads = ("curve.aps", "curve.classrooms", "curve.specialist", "curve.proof")
    return Table(heads=tuple(words[h] for h in heads), rows=rows)
