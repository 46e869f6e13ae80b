"""What `wifiplan track` says on a terminal and as JSON: counts by step and evidence, and whom to visit first."""

from wifiplan.cli.scheme_text import table
from wifiplan.files.json_input import Json
from wifiplan.report.texts import texts
from wifiplan.report.tracking import Tracking, by_evidence, n_by_return, n_by_step, ranked
from wifiplan.report.workbook.tracking_columns import stage_name, why
from wifiplan.scheme.options import Lang
from wifiplan.study.tracking import STEPS, good_classrooms
from wifiplan.study.visits import Visit

N_SHOWN = 5
"""Schools to visit that the terminal names."""


def track_text(tracking: Tracking, lang: Lang) -> str:
    """Return the counts and the schools to visit first."""
    words, own = texts(lang), tracking.funded
    head = words["track.text.schools"].format(county=tracking.county, n=len(own))
    if tracking.apart:
        head += words["track.text.apart"].format(n=len(tracking.apart))
    steps = [[words[f"track.count.{step}"], str(n)] for step, n in n_by_step(own).items()]
    evidence = [
        [words[f"track.basis.{part.basis}"], str(part.n_good), str(part.n_classrooms)]
        for part in by_evidence(own)
        if part.n_classrooms
    ]
    first = [
        [str(v.rank), stage_name(v, lang), v.tracked.school.code, v.tracked.school.name, str(v.score), why(v, lang)]
        for v in ranked(tracking.visits)[:N_SHOWN]
        if v.score
    ]
    parts = [head, table([words["track.text.steps"], words["track.text.done"]], steps)]
    if evidence:
        heads = [words["track.text.evidence"], words["track.text.good"], words["track.text.looked"]]
        parts.append(table(heads, evidence))
    if first:
        heads = [words["track.text.rank"], "", "", *(words[f"track.text.{k}"] for k in ("school", "points", "why"))]
        parts.append(table(heads, first, left=(1, 2, 3, 5)))
    return "\n\n".join(parts)


def track_json(tracking: Tracking) -> Json:
    """Return the status as plain data: counts of the county's own schools, then every school."""
    own = tracking.funded
    return {
        "format": 1,
        "county": tracking.county,
        "date": None if tracking.day is None else tracking.day.isoformat(),
        "n_schools": len(own),
        "n_national": len(tracking.apart),
        "n_proven": sum(visit.tracked.proven for visit in own),
        "steps": n_by_step(own),
        "answers": n_by_return(own),
        "kpi7_by_evidence": {
            part.basis: {"n_good": part.n_good, "n_classrooms": part.n_classrooms} for part in by_evidence(own)
        },
        "risks": [
            {"code": risk.code, "points": risk.points, "most": risk.most, "limit": risk.limit}
            for risk in tracking.risks
        ],
        "schools": [_school(visit) for visit in tracking.visits],
    }


def _school(visit: Visit) -> Json:
    tracked = visit.tracked
    answer = tracked.returned
    return {
        "stage": tracked.school.stage,
        "code": tracked.school.code,
        "name": tracked.school.name,
        "ownership": tracked.school.ownership,
        "funded": tracked.funded,
        "step": tracked.furthest,
        "steps": {step: _step(visit, step) for step in STEPS},
        "answer": None if answer is None else answer.status,
        "applies_106": None if answer is None else answer.applies_106,
        "inventory_known": tracked.inventory_known,
        "kpi7_by_evidence": {
            part.basis: {"n_good": part.n_good, "n_classrooms": part.n_classrooms} for part in good_classrooms(tracked)
        },
        "proven": tracked.proven,
        "score": visit.score,
        "rank": visit.rank,
        "why": [{"code": f.risk.code, "count": f.count, "points": f.points} for f in visit.findings],
    }


def _step(visit: Visit, step: str) -> Json:
    known = next(one for one in STEPS if one == step)
    mark = visit.tracked.mark(known)
    day = None if mark is None or mark.day is None else mark.day.isoformat()
    return {"done": visit.tracked.is_done(known), "date": day}
