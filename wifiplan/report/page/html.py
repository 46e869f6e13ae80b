"""Plan -> report.html: one file that needs no server, no network and nothing beside it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from wifiplan.files.output import write_text
from wifiplan.report.page.assemble import BASE_SCRIPTS, BASE_STYLES, assemble, static_text
from wifiplan.report.page.fonts import faces
from wifiplan.report.page.sections import sections_of
from wifiplan.report.page.view import view_of
from wifiplan.report.page.words import page_words
from wifiplan.report.summary import summarise
from wifiplan.study.records import Plan

SCRIPTS = (*BASE_SCRIPTS, "report.js")


def html_text(plan: Plan, lang: str = "zh-TW", *, fields: Mapping[int, object] | None = None) -> str:
    """Return the interactive report as one HTML document; the same plan and fields give the same text.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    lang : "zh-TW" or "en"
        Language of the report; names of schools and rooms stay as they are.
    fields : mapping of floor level to coded fields, optional
        The maps of each floor.

    Raises
    ------
    SettingsError
        For a language without texts.
    """
    view = view_of(_shareable(plan), lang, fields=fields)
    sections = sections_of(plan, summarise(plan, lang), lang)
    data = {"kind": "report", "lang": lang, "words": page_words(lang), "view": view, "sections": sections}
    return assemble(
        title=plan.site.name,
        lang=lang,
        styles=[*faces(data, lang), *map(static_text, BASE_STYLES)],
        scripts=[*map(static_text, SCRIPTS)],
        data=data,
    )


def _shareable(plan: Plan) -> Plan:
    """Return the plan without what only the school's own file should hold: hardware addresses and serial numbers.

    Measured antennas go too: they are large, and no script draws them.
    """
    site = plan.site
    points = tuple(replace(point, mac=None, serial=None) for point in site.access_points)
    return replace(plan, site=replace(site, access_points=points, antennas=()))


def write_html(
    plan: Plan, path: Path | str, lang: str = "zh-TW", *, fields: Mapping[int, object] | None = None
) -> None:
    """Write report.html, beside first and then renamed.

    Raises
    ------
    OutputError
        The file cannot be written.
    SettingsError
        For a language without texts.
    """
    write_text(Path(path), html_text(plan, lang, fields=fields))
