"""A county's workbook: the Annex's budget table and school list, the ranked AP list, indicators, options."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from wifiplan.files.output import write_bytes
from wifiplan.report.workbook.allocation import allocation_page
from wifiplan.report.workbook.application import budget_page, schools_page
from wifiplan.report.workbook.entries import finish
from wifiplan.report.workbook.indicators import indicators_page
from wifiplan.report.workbook.inputs import entry_pages
from wifiplan.report.workbook.mirror import add_mirror
from wifiplan.report.workbook.networks import networks_page
from wifiplan.report.workbook.planning import failures_page, options_page
from wifiplan.report.workbook.ranking import ranking_page
from wifiplan.report.workbook.scenarios import county_scenarios_page
from wifiplan.report.workbook.todo import link_todos, todo_page
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.scheme.budget import BudgetLine, transfer
from wifiplan.scheme.entitlement import Entitlement
from wifiplan.scheme.indicators import Indicator
from wifiplan.scheme.inputs import CountyInputs
from wifiplan.scheme.options import EntitlementOptions, Lang
from wifiplan.scheme.school import Request
from wifiplan.scheme.todo import Todo
from wifiplan.study.outcomes import CountyPlan


def write_county(  # noqa: PLR0913 - one name a sheet
    path: Path,
    county_plan: CountyPlan,
    *,
    entitlements: Sequence[Entitlement],
    lines: Sequence[BudgetLine],
    kpis: Sequence[Indicator],
    options: EntitlementOptions,
    notes: Sequence[str] = (),
    requests: Sequence[Request] = (),
    inputs: CountyInputs | None = None,
    todos: Sequence[Todo] = (),
    lang: Lang = "zh-TW",
) -> None:
    """Write county.xlsx; the same answer gives the same bytes.

    Its sheets 縣市填報 and 各校填報 carry what was entered, so that the file itself can be filled in and given back;
    a hidden sheet repeats all cells, so that the next run sees what was typed over.

    Parameters
    ----------
    path : Path
        The file to write.
    county_plan : CountyPlan
        Outcomes in roster order.
    entitlements : sequence of Entitlement
        One an outcome, in the same order.
    lines : sequence of BudgetLine
        The eleven lines of the budget table.
    kpis : sequence of Indicator
        The eight indicators.
    options : EntitlementOptions
        What the entitlements were computed with.
    notes : sequence of str
        Notes of the roster's reader, printed with the options.
    requests : sequence of Request
        What single schools ask for; the others ask for what the rule gives.
    inputs : CountyInputs, optional
        What was entered, and nothing else.
    todos : sequence of Todo
        What is still to be filled in or explained.
    lang : "zh-TW" or "en"
        Language of headers and texts.

    Raises
    ------
    OutputError
        If the file cannot be written, for instance because Excel holds it open.
    """
    schools = [outcome.school for outcome in county_plan.outcomes]
    year = schools[0].school_year if schools else None
    entered = CountyInputs() if inputs is None else inputs
    entries = entry_pages(schools, entitlements, inputs=entered, lines=lines, options=options, lang=lang)
    to_do = todo_page(county_plan.county, todos, entries, lang)
    pages = (
        budget_page(county_plan.county, year, lines, lang, transfer(lines, options)),
        schools_page(schools, entitlements, requests, options, lang),
        ranking_page(county_plan, lang),
        *([allocation_page(county_plan, comparison, lang)] if (comparison := county_plan.comparison) else []),
        networks_page(county_plan, lang),
        indicators_page(county_plan.county, year, kpis, lang),
        to_do,
        *(entry_page.page for entry_page in entries),
        options_page(county_plan, options, notes, lang),
        failures_page(county_plan, lang),
        *([county_scenarios_page(county_plan, lang)] if any(o.scenarios for o in county_plan.outcomes) else []),
    )

    def finished(book: Workbook) -> None:
        for entry_page in entries:
            finish(book, entry_page, lang)
        link_todos(book, to_do, todos, entries, lang)
        add_mirror(book, county_plan.county)

    write_bytes(path, to_bytes(pages, finished))
