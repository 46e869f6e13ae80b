"""`wifiplan county`: all schools of a county, from the roster to the application and one report a school."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from wifiplan import __version__, files
from wifiplan.cli.common import Stopwatch, load_settings, write_school
from wifiplan.cli.county_engine import (
    SchoolShelf,
    engine_of,
    memory_option,
    resume_option,
    run_record,
    scheduler_option,
    tell_failures,
    workers_option,
)
from wifiplan.cli.county_inputs import (
    Entries,
    ap_figures,
    application,
    gather,
    inputs_option,
    keep_old,
    tell_overruled,
    tell_todos,
)
from wifiplan.cli.county_known import collected_beside, with_collected
from wifiplan.cli.county_shares import (
    allocation_option,
    compare_option,
    floor_option,
    planned,
    proportional,
    shares_of,
)
from wifiplan.cli.county_surveys import surveys_option, with_surveys
from wifiplan.cli.county_tasks import in_roster_order, school_tasks
from wifiplan.cli.county_text import county_text
from wifiplan.cli.options import (
    FOLDER,
    OUT_FOLDER,
    county_option,
    join_option,
    lang_option,
    law_option,
    note_some,
    one_county,
    roster_argument,
    say,
    settings_option,
    tell_answers,
    tell_notes,
)
from wifiplan.county import Desk, SchoolTask
from wifiplan.county.desk import sweep
from wifiplan.files.county_tables import TABLE_FILES
from wifiplan.files.notes import Note
from wifiplan.report.basis import county_threshold
from wifiplan.report.page.county_page import write_county_html
from wifiplan.report.workbook.county import write_county
from wifiplan.scheme.apportionment import METHODS, Method
from wifiplan.scheme.entitlement import Entitlement, entitle_all
from wifiplan.scheme.indicators import GoodClassrooms
from wifiplan.scheme.inputs import CountyInputs, LineCode, priced, with_requested
from wifiplan.scheme.options import Lang
from wifiplan.scheme.roster import Roster
from wifiplan.study.outcomes import AllocationRule, CountyPlan

ANSWERS = ("county.xlsx", "county.html", *TABLE_FILES, "summary.json", "run.json")
"""The county's own files in the folder of the answers."""

MOST_NOTES = 10
"""So many files that are nobody's plan are named one by one."""

AP_LINE: LineCode = 5
"""校園無線網路AP費用 in the budget table."""


@click.command()
@roster_argument
@county_option
@join_option
@click.option("--aps", "n_aps", type=click.IntRange(min=0), help="Number of access points to share out by class count.")
@click.option("--ap-budget", type=click.IntRange(min=0), help="Money for access points [NTD]; needs --ap-price.")
@click.option("--ap-price", type=click.IntRange(min=1), help="Price of one access point, installed [NTD].")
@inputs_option
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="largest_remainder",
    show_default=True,
    help="How whole access points are shared out by class count.",
)
@allocation_option
@compare_option
@floor_option
@click.option(
    "--sites",
    type=FOLDER,
    multiple=True,
    help="Folder of plans (*.json), found by the schools that each names: drawn ones, or those of `collect`. Given "
    "several times, the first that has a school counts; other schools get an archetype.",
)
@surveys_option
@click.option("--out", "folder", required=True, type=OUT_FOLDER, help="Folder of the answers.")
@workers_option
@scheduler_option
@memory_option
@resume_option
@click.option(
    "--scenarios",
    "with_scenarios",
    is_flag=True,
    help="Also count access points and classrooms for other numbers of devices and rates, side by side.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the totals of summary.json instead of the table.")
@settings_option
@law_option
@lang_option
def county(  # noqa: PLR0913, PLR0917 (the options that the contract promises)
    roster_paths: tuple[Path, ...],
    county_name: str | None,
    join_path: Path | None,
    n_aps: int | None,
    ap_budget: int | None,
    ap_price: int | None,
    inputs_path: Path | None,
    method: Method,
    rule: AllocationRule,
    floor_share: float,
    sites: tuple[Path, ...],
    survey_folders: tuple[Path, ...],
    folder: Path,
    workers: int | None,
    scheduler: str | None,
    memory_gb: float | None,
    settings_path: Path | None,
    law_path: Path | None,
    lang: Lang,
    *,
    resume: bool,
    compare: bool,
    with_scenarios: bool,
    as_json: bool,
) -> None:
    """Plan all schools of a county in ROSTER and fill in its application.

    ROSTER is the Annex's school list or the ministry's open school data (CSV, xlsx, xls, ods); several files are read
    as one. Writes into the folder: county.xlsx (budget table, school list, access points by school), county.html (all
    schools on one page, with links to theirs), schools.csv, rooms.csv and aps.csv (as Parquet too where pyarrow is
    installed), summary.json, and schools/STAGE-CODE/ with the plan, report and page (report.html) of every school.

    Without --aps or --ap-budget it first answers how many access points each school needs at least: a draft of
    申請補助數. With --compare, or --allocation most_classes, it also answers how many more classrooms the same number
    of access points serves where they are not shared out by class count. What people filled in (--inputs, or an
    earlier run's county.xlsx in the folder) stays in the sheets 縣市填報 and 各校填報; the sheet 待辦 lists what is
    still open. A school that fails is listed with its cause and
    does not stop the others. Schools are written as they come; a run that was stopped goes on with --resume, and after
    a change --resume plans anew only what the change touches. Exits 1 if a school failed.
    """
    watch = Stopwatch()
    engine = engine_of(workers, scheduler, memory_gb)
    loaded = load_settings(settings_path, law_path)
    roster = one_county(files.read_rosters(roster_paths, join=join_path), county_name)
    tell_notes(roster, lang)
    entries = gather(inputs_path, folder, roster, loaded.scheme, lang)
    tell_overruled(entries.inputs, n_aps, ap_budget, ap_price, lang)
    n_aps, ap_budget, ap_price = ap_figures(entries.inputs, n_aps, ap_budget, ap_price)
    loaded = _priced(loaded, entries.inputs, ap_price)
    shares = shares_of(n_aps, rule, floor_share, compare=compare)
    entitlements = entitle_all(roster.schools, loaded.scheme)
    allotted = proportional(roster.schools, entitlements, n_aps, method)
    drawn = files.read_site_folders(sites, [school.key for school in roster.schools])
    known = with_collected(entries.inputs, collected_beside(sites, roster.schools, lang))
    files.check_apart(roster_paths, (folder / name for name in ANSWERS))
    files.check_writable(folder, ANSWERS)
    common = _common(loaded, roster, folder, lang, with_scenarios=with_scenarios)
    tasks = school_tasks(
        roster.schools, entitlements, allotted, common=common, paths=drawn.paths, known=known.by_school()
    )
    tasks = with_surveys(tasks, survey_folders, drawn.paths, [school.key for school in roster.schools], lang)
    sweep(folder)
    desk = Desk(write=partial(write_school, network=loaded.network), resume=resume, shelf=SchoolShelf(lang=lang))
    outcomes, comparison, state = planned(tasks, desk, shares, engine, lang)
    watch.lap("schools")
    plan = CountyPlan(
        version=__version__,
        county=roster.schools[0].county,
        outcomes=in_roster_order(outcomes, roster.schools),
        n_aps=n_aps,
        method=method,
        ap_budget_ntd=ap_budget,
        ap_price_ntd=ap_price,
        allocation=rule,
        comparison=comparison,
    )
    _write(plan, roster, entries, known, entitlements, loaded, folder, lang)
    watch.lap("workbook")
    watch.write(folder / "run.json", run_record(state, engine))
    _tell(plan, folder, drawn.notes, lang)
    totals = files.county_summary(plan)
    click.echo(json.dumps(totals, ensure_ascii=False, indent=2) if as_json else county_text(plan, lang))
    sys.exit(1 if plan.n_failed else 0)


def _priced(loaded: files.SettingsFile, inputs: CountyInputs, ap_price: int | None) -> files.SettingsFile:
    """Return the settings with the prices that the county entered, and that of an access point [NTD] where known."""
    scheme = priced(loaded.scheme, inputs)
    if ap_price is None:
        return replace(loaded, scheme=scheme)
    design = replace(loaded.study.design, ap_price_ntd=ap_price)
    return replace(loaded, study=replace(loaded.study, design=design), scheme=replace(scheme, ap_price_ntd=ap_price))


def _common(
    loaded: files.SettingsFile, roster: Roster, folder: Path, lang: Lang, *, with_scenarios: bool
) -> SchoolTask:
    """Return what the tasks of all schools share."""
    return SchoolTask(
        school=roster.schools[0],
        n_class_sets=0,
        n_devices=0,
        settings=loaded.study,
        folder=folder / "schools",
        lang=lang,
        with_scenarios=with_scenarios,
    )


def _write(  # noqa: PLR0913, PLR0917 (all that the application rests on)
    plan: CountyPlan,
    roster: Roster,
    entries: Entries,
    known: CountyInputs,
    entitlements: Sequence[Entitlement],
    loaded: files.SettingsFile,
    folder: Path,
    lang: Lang,
) -> None:
    inputs = replace(known, n_aps=plan.n_aps, ap_budget_ntd=plan.ap_budget_ntd)
    if plan.n_aps is None and plan.n_failed < len(plan.outcomes) and inputs.line(AP_LINE).requested is None:
        # nothing allotted yet: what the schools need at least is the draft of 申請補助數
        needed = sum(o.n_aps_needed or 0 for o in plan.outcomes if o.funded)
        inputs = with_requested(inputs, AP_LINE, needed)
    answer = application(roster, entitlements, inputs, loaded.scheme, _good_classrooms(plan))
    for note in files.write_county_tables(folder, plan, lang):
        say(note)
    files.write_summary(folder / "summary.json", plan)
    keep_old(folder, entries, lang)
    write_county(
        folder / "county.xlsx",
        plan,
        entitlements=entitlements,
        lines=answer.lines,
        kpis=answer.kpis,
        options=loaded.scheme,
        notes=(*county_threshold(loaded.study.demand, lang), *roster.said(lang)),
        requests=answer.requests,
        inputs=entries.inputs,
        todos=answer.todos,
        lang=lang,
    )
    write_county_html(plan, folder / "county.html", lang)
    tell_todos(answer.todos, lang)


def _good_classrooms(plan: CountyPlan) -> tuple[GoodClassrooms, ...]:
    """Return the classrooms of KPI 7 for each kind of evidence: a drawn plan and an archetype are never summed."""
    planned = [o for o in plan.outcomes if o.funded and o.failure is None]
    return tuple(
        GoodClassrooms(
            basis=evidence,
            n_good=sum(o.n_classrooms_served or 0 for o in planned if o.evidence == evidence),
            n_classrooms=sum(o.n_classrooms or 0 for o in planned if o.evidence == evidence),
        )
        for evidence in sorted({o.evidence for o in planned if o.evidence is not None})
    )


def _tell(plan: CountyPlan, folder: Path, notes: Sequence[Note], lang: Lang) -> None:
    rest = "另有 {n} 個檔案不是這些學校的平面圖", "and {n} more files that are no plan of these schools"
    note_some(lang, notes, MOST_NOTES, rest)
    tell_failures(plan.outcomes, lang)
    tell_answers(lang, folder)
