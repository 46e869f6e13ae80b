"""CountyPlan -> county.html: all schools in one table and on a chart, with links to the page of each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from wifiplan.files.output import write_text
from wifiplan.report.page.assemble import BASE_STYLES, assemble, static_text
from wifiplan.report.page.fonts import faces
from wifiplan.report.page.words import page_words
from wifiplan.report.school_words import evidence_text, stage_text
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.report.workbook.ranking import result_text
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import PLAN_EVIDENCE, CountyPlan, PlanEvidence, SchoolOutcome

SCRIPTS = ("base.js", "scales.js", "tables.js", "county.js")
STYLES = (*BASE_STYLES, "county.css")

Standing: TypeAlias = Literal["all", "some", "none", "failed"]
"""How a school's classrooms stand: all of them, some, or none served; or it could not be planned."""


def write_county_html(plan: CountyPlan, path: Path | str, lang: Lang = "zh-TW") -> None:
    """Write county.html beside the folder `schools`, to which it links.

    Raises
    ------
    OutputError
        The file cannot be written.
    SettingsError
        For a language without texts.
    """
    write_text(Path(path), county_html(plan, lang))


def county_html(plan: CountyPlan, lang: Lang = "zh-TW") -> str:
    """Return the page of a county as one HTML document; the same plan gives the same text.

    Parameters
    ----------
    plan : CountyPlan
        The county's answer.
    lang : "zh-TW" or "en"
        Language of the page; names of schools and towns stay as they are.

    Raises
    ------
    SettingsError
        For a language without texts.
    """
    data = {"kind": "county", "lang": lang, "words": page_words(lang), "county": county_view(plan, lang)}
    return assemble(
        title=texts(lang)["page.county.title"].format(county=plan.county),
        lang=lang,
        styles=[*faces(data, lang), *map(static_text, STYLES)],
        scripts=[*map(static_text, SCRIPTS)],
        data=data,
    )


def county_view(plan: CountyPlan, lang: Lang) -> dict[str, object]:
    """Return what the county's page shows, as plain data.

    Classrooms of drawn plans, building sheets and assumed buildings are counted apart and never added up. A place on
    the map is the roster's own latitude and longitude [deg]; schools without one stand in a list by town.
    """
    words = texts(lang)
    return {
        "title": words["page.county.title"].format(county=plan.county),
        "subtitle": words["page.county.subtitle"].format(
            n=len(plan.outcomes), aps=words["page.county.draft"] if plan.n_aps is None else number_text(plan.n_aps, 0)
        ),
        "footer": words["doc.version"].format(version=plan.version),
        "tiles": _tiles(plan, lang),
        "schools": [_school(outcome, lang) for outcome in plan.outcomes],
    }


def standing_of(outcome: SchoolOutcome) -> Standing:
    """Return how a school's classrooms stand; one without classrooms has nothing left to serve."""
    if outcome.failure is not None:
        return "failed"
    n, served = outcome.n_classrooms or 0, outcome.n_classrooms_served or 0
    if served >= n:
        return "all"
    return "some" if served else "none"


def report_of(outcome: SchoolOutcome) -> str | None:
    """Return where a school's report lies, seen from the county's page; None where it could not be planned."""
    school = outcome.school
    if outcome.failure is not None:
        return None
    return f"schools/{school.stage}-{school.code}/report.html"


def _school(outcome: SchoolOutcome, lang: Lang) -> dict[str, object]:
    school = outcome.school
    return {
        "stage": school.stage,
        "stage_text": stage_text(school.stage, lang),
        "code": school.code,
        "name": school.name,
        "town": school.town,
        "remote": school.remote,
        "n_classes": school.n_classes,
        "n_students": school.n_students,
        "latitude": school.latitude,
        "longitude": school.longitude,
        "funded": outcome.funded,
        "n_aps_allotted": outcome.n_aps_allotted,
        "n_aps_placed": outcome.n_aps_placed,
        "n_aps_needed": outcome.n_aps_needed,
        "n_classrooms": outcome.n_classrooms,
        "n_classrooms_served": outcome.n_classrooms_served,
        "n_specialist": outcome.n_specialist,
        "n_specialist_served": outcome.n_specialist_served,
        "evidence": outcome.evidence,
        "evidence_text": evidence_text(outcome.evidence, lang),
        "standing": standing_of(outcome),
        "result": result_text(outcome, lang),
        "report": report_of(outcome),
    }


def _tiles(plan: CountyPlan, lang: Lang) -> list[dict[str, object]]:
    words = texts(lang)
    planned = [o for o in plan.outcomes if o.failure is None]
    schools: dict[str, object] = {
        "name": words["page.county.schools"],
        "value": words["tile.of"].format(served=len(planned), n=len(plan.outcomes)),
        "share": len(planned) / len(plan.outcomes) if plan.outcomes else None,
        "note": words["page.county.schools_note"].format(n=plan.n_failed),
    }
    rooms = [_rooms_tile(evidence, planned, words, lang) for evidence in PLAN_EVIDENCE]
    return [schools, *(tile for tile in rooms if tile is not None), _aps_tile(plan, words)]


def _rooms_tile(
    evidence: PlanEvidence, planned: list[SchoolOutcome], words: Mapping[str, str], lang: Lang
) -> dict[str, object] | None:
    some = [o for o in planned if o.evidence == evidence]
    n, served = (
        sum(v or 0 for v in c) for c in ([o.n_classrooms for o in some], [o.n_classrooms_served for o in some])
    )
    if not some:
        return None
    share = served / n if n else None
    note = words["tile.none_note"] if share is None else words["tile.rooms_note"].format(share=share_text(share))
    name = words["page.county.classrooms"].format(evidence=evidence_text(evidence, lang), n=len(some))
    value = words["tile.of"].format(served=number_text(served, 0), n=number_text(n, 0))
    return {"name": name, "value": value, "share": share, "note": note}


def _aps_tile(plan: CountyPlan, words: Mapping[str, str]) -> dict[str, object]:
    needed = sum(o.n_aps_needed or 0 for o in plan.outcomes if o.funded and o.failure is None)
    note = words["page.county.aps_needed"].format(n=number_text(needed, 0))
    placed = words["unit.aps"].format(n=number_text(plan.n_aps_placed, 0))
    if plan.n_aps is not None:
        placed = words["tile.of"].format(served=number_text(plan.n_aps_placed, 0), n=number_text(plan.n_aps, 0))
    name = words["page.county.aps" if plan.n_aps is not None else "page.county.aps_draft"]
    return {"name": name, "value": placed, "share": None, "note": note}
