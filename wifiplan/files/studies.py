"""What a study found, as data: study.json, cases.csv, schools.csv."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from wifiplan.files.json_input import Json
from wifiplan.files.output import write_csv, write_text
from wifiplan.study.archetype_check import FIGURES, ArchetypeCheck, spread
from wifiplan.study.assumptions import Sensitivity
from wifiplan.study.case_totals import CaseTotals, case_totals
from wifiplan.study.cases import CaseStudy
from wifiplan.study.sampling import Estimate

ESTIMATES = (
    "n_aps_needed",
    "n_aps_needed_classrooms",
    "n_aps_funded",
    "n_aps_placed",
    "n_classrooms",
    "n_classrooms_served",
    "kpi7_share",
    "n_all_served",
    "cost_ntd",
    "more_aps",
    "more_aps_classrooms",
    "more_aps_share",
    "more_served",
    "more_kpi7_share",
    "more_cost_ntd",
)
"""Figures of a case, each with its standard error beside it (`_se`): 0 where all was planned, empty where unknown."""

CASE_COLUMNS = ("case", "label", *(c for name in ESTIMATES for c in (name, f"{name}_se")), "n_failed")

SCHOOL_COLUMNS = (
    "stage",
    "code",
    "county",
    "name",
    "remote",
    "n_classes",
    "also",
    "evidence",
    "stratum",
    "weight",
    "case",
    "n_aps_funded",
    "n_aps_needed",
    "n_aps_needed_classrooms",
    "n_aps_placed",
    "n_classrooms",
    "n_classrooms_served",
    "n_specialist",
    "n_specialist_served",
    "failure",
    "cause",
)


def write_case_study(folder: Path, study: CaseStudy) -> None:
    """Write study.json, cases.csv (one row a case) and schools.csv (one row a building and case).

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    write_tables(folder, study)
    write_text(folder / "study.json", json_of(study_summary(study)))


def write_tables(folder: Path, study: CaseStudy) -> None:
    """Write cases.csv and schools.csv."""
    write_csv(folder / "cases.csv", [_case_row(found) for found in case_totals(study)], CASE_COLUMNS)
    write_csv(folder / "schools.csv", _school_rows(study), SCHOOL_COLUMNS)


def json_of(data: Json) -> str:
    """Return plain data as the text of a JSON file."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def study_summary(study: CaseStudy) -> dict[str, Json]:
    """Return a comparison as plain data: cases with their figures, the sample, and what failed."""
    return {
        "county": study.county,
        "version": study.version,
        "cases": [{**_case_row(found), "changes": dict(found.case.changes)} for found in case_totals(study)],
        "sample": {
            "n_buildings": study.sample.n_buildings,
            "n_sampled": len(study.sample.chosen),
            "seed": study.sample.seed,
            "strata": [
                {
                    "stage": stratum.stage,
                    "remote": stratum.remote,
                    "least_classes": stratum.least_classes,
                    "most_classes": stratum.most_classes,
                    "n_buildings": stratum.n_buildings,
                    "n_classes": stratum.n_classes,
                    "n_sampled": stratum.n_sampled,
                }
                for stratum in study.sample.strata
            ],
        },
        "n_left_out": study.n_failed,
    }


def sensitivity_summary(found: Sensitivity) -> dict[str, Json]:
    """Return a study of assumptions as plain data: the base, and every assumption at both ends."""
    plain = study_summary(found.study)
    return {
        **{key: plain[key] for key in ("county", "version", "sample", "n_left_out")},
        "base": _case_row(found.base),
        "assumptions": [
            {
                "name": moved.assumption.name,
                "label": moved.assumption.label,
                "base": moved.assumption.base_text,
                "source": moved.assumption.source,
                "invented": moved.assumption.invented,
                "low": _case_row(moved.low),
                "high": _case_row(moved.high),
            }
            for moved in found.moved()
        ],
        "pairs": [
            {
                "names": [pair.one.name, pair.other.name],
                "together": _case_row(pair.totals),
                "more_aps_sum": round(pair.sum_aps, 3),
            }
            for pair in found.together()
        ],
    }


def _case_row(found: CaseTotals) -> dict[str, Json]:
    values = (
        found.n_aps_needed,
        found.n_aps_needed_classrooms,
        found.n_aps_funded,
        found.n_aps_placed,
        found.n_classrooms,
        found.n_classrooms_served,
        found.kpi7,
        found.n_all_served,
        found.cost_ntd,
        found.more_aps,
        found.more_aps_classrooms,
        found.more_aps_share,
        found.more_served,
        found.more_kpi7,
        found.more_cost_ntd,
    )
    row: dict[str, Json] = {"case": found.case.name, "label": found.case.label}
    for name, estimate in zip(ESTIMATES, values, strict=True):
        row[name], row[f"{name}_se"] = _figures(estimate)
    return {**row, "n_failed": found.n_failed}


def _figures(estimate: Estimate | None) -> tuple[float | None, float | None]:
    if estimate is None:
        return None, None
    return _rounded(estimate.value), None if estimate.se is None else _rounded(estimate.se)


def _rounded(value: float) -> float:
    """Return a figure as a file holds it; a whole number stays one."""
    found = round(float(value), 4)
    return int(found) if found.is_integer() else found


def _school_rows(study: CaseStudy) -> Iterable[dict[str, object]]:
    sample = study.sample
    for building, stratum, weight in zip(study.buildings, sample.stratum_s, sample.weights, strict=True):
        school = building.school
        also = " ".join(f"{other.stage}-{other.code}" for other in building.schools[1:])
        for case, outcome in zip(study.cases, building.outcomes, strict=True):
            yield {
                "stage": school.stage,
                "code": school.code,
                "county": school.county,
                "name": school.name,
                "remote": school.remote,
                "n_classes": building.n_classes,
                "also": also,
                "evidence": building.evidence,
                "stratum": stratum + 1,
                "weight": weight,
                "case": case.name,
                "n_aps_funded": outcome.n_aps_funded,
                "n_aps_needed": outcome.n_aps_needed,
                "n_aps_needed_classrooms": outcome.n_aps_needed_classrooms,
                "n_aps_placed": outcome.n_aps_placed,
                "n_classrooms": outcome.n_classrooms,
                "n_classrooms_served": outcome.n_classrooms_served,
                "n_specialist": outcome.n_specialist,
                "n_specialist_served": outcome.n_specialist_served,
                "failure": outcome.failure,
                "cause": outcome.cause,
            }


def archetype_summary(checks: Sequence[ArchetypeCheck]) -> dict[str, Json]:
    """Return assumed buildings beside drawn ones as plain data: every plan, and the errors over all of them."""
    spreads = {figure: spread(checks, figure) for figure in FIGURES}
    return {
        "n_plans": sum(check.failure is None for check in checks),
        "plans": [
            {
                "name": check.name,
                "row_from_site": check.row_from_site,
                "n_classes": None if check.row is None else check.row.n_classes,
                "n_aps": check.n_aps,
                "drawn": {name: _rounded(value) for name, value in check.drawn.items()},
                "assumed": {name: _rounded(value) for name, value in check.assumed.items()},
                "error_share": {name: _share(check.error(name)) for name in check.drawn},
                "failure": check.failure,
            }
            for check in checks
        ],
        "errors": {
            figure: None
            if found is None
            else {
                "n": found.n,
                "mean_share": _share(found.mean),
                "sd_share": _share(found.sd),
                "least_share": _share(found.least),
                "most_share": _share(found.most),
            }
            for figure, found in spreads.items()
        },
    }


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
