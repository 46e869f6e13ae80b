"""The workbook that a county fills in: its own figures (縣市填報) and those of its schools (各校填報)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from openpyxl import Workbook

from wifiplan.files.output import write_bytes
from wifiplan.report.workbook.county_entries import county_page
from wifiplan.report.workbook.entries import EntryPage, finish
from wifiplan.report.workbook.school_entries import school_page
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.scheme.budget import BudgetLine, county_lines
from wifiplan.scheme.entitlement import Entitlement
from wifiplan.scheme.inputs import CountyInputs, merged_requests, priced
from wifiplan.scheme.options import EntitlementOptions, Lang
from wifiplan.scheme.requests import with_requests
from wifiplan.scheme.school import School

__all__ = ["entry_pages", "write_county_form"]


def write_county_form(
    path: Path,
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    options: EntitlementOptions,
    *,
    lang: Lang = "zh-TW",
    inputs: CountyInputs | None = None,
) -> None:
    """Write the workbook that a county fills in and gives back with `--inputs`.

    Parameters
    ----------
    path : Path
        The .xlsx file to write.
    schools : sequence of School
        The county's roster, all of one county; none for a blank workbook.
    entitlements : sequence of Entitlement
        What the rules give, in the same order: the numbers printed beside the cells.
    options : EntitlementOptions
        Readings of the scheme.
    lang : "zh-TW" or "en"
        Language of headers and texts; either is read back.
    inputs : CountyInputs, optional
        Entries that are filled in already.

    Raises
    ------
    OutputError
        If the file cannot be written, for instance because Excel holds it open.
    """
    write_bytes(path, county_form_bytes(schools, entitlements, options, lang=lang, inputs=inputs))


def county_form_bytes(
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    options: EntitlementOptions,
    *,
    lang: Lang = "zh-TW",
    inputs: CountyInputs | None = None,
) -> bytes:
    """Return the workbook that `write_county_form` writes."""
    given = CountyInputs() if inputs is None else inputs
    effective = with_requests(given, entitlements, merged_requests(given, ()))
    lines = county_lines(schools, entitlements, effective, priced(options, given))
    pages = entry_pages(schools, entitlements, inputs=given, lines=lines, options=options, lang=lang)

    def finished(book: Workbook) -> None:
        for entry_page in pages:
            finish(book, entry_page, lang)

    return to_bytes([entry_page.page for entry_page in pages], finished)


def entry_pages(
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    *,
    inputs: CountyInputs,
    lines: Sequence[BudgetLine],
    options: EntitlementOptions,
    lang: Lang,
) -> tuple[EntryPage, EntryPage]:
    """Return the sheets 縣市填報 and 各校填報 with what is entered.

    Parameters
    ----------
    schools, entitlements : sequences
        The county's roster and what the rules give, in the same order.
    inputs : CountyInputs
        What was entered, and nothing else: the sheets show it unchanged.
    lines : sequence of BudgetLine
        The budget table with the entries.
    options : EntitlementOptions
        Prices and readings.
    lang : "zh-TW" or "en"
        Language of headers and texts.
    """
    county = schools[0].county if schools else ""
    year = schools[0].school_year if schools else None
    known = county_lines(schools, entitlements, replace(inputs, lines=()), priced(options, inputs))
    if not schools:
        # nothing is computed without a roster: empty cells, no zeros
        known = tuple(replace(line, computed=None) for line in known)
        lines = tuple(replace(line, estimated=None) for line in lines)
    return (
        county_page(county, year, inputs=inputs, lines=lines, known=known, lang=lang),
        school_page(county, schools, entitlements, inputs, lang),
    )
