"""`wifiplan study compare`: settings compared over a county."""

import sys
from pathlib import Path

import click

from wifiplan.cli.county_engine import engine_of, memory_option, resume_option, scheduler_option, workers_option
from wifiplan.cli.options import (
    FILE,
    county_option,
    join_option,
    lang_option,
    law_option,
    roster_argument,
    settings_option,
    tell_answers,
)
from wifiplan.cli.study_common import (
    Asked,
    Run,
    aps_option,
    base_case,
    budget_option,
    county_options,
    gather,
    json_option,
    out_option,
    price_option,
    run_cases,
    seed_option,
    sites_option,
    tell_failures,
)
from wifiplan.files.cases import read_cases
from wifiplan.files.studies import json_of, study_summary, write_case_study
from wifiplan.report.studies.compare import compare_lines, compare_report
from wifiplan.report.studies.page import write_report
from wifiplan.scheme.options import Lang
from wifiplan.study.case_totals import case_totals

ANSWERS = ("study.html", "study.xlsx", "study.json", "cases.csv", "schools.csv", "cases.png")
"""What is written."""


@click.command("compare")
@roster_argument
@click.argument("cases_path", metavar="CASES.toml", type=FILE)
@county_option
@join_option
@sites_option
@aps_option
@budget_option
@price_option
@click.option(
    "--sample", type=click.IntRange(min=1), help="Look at so many buildings only, and estimate the county from them."
)
@seed_option
@out_option
@workers_option
@scheduler_option
@memory_option
@resume_option
@json_option
@settings_option
@law_option
@lang_option
def compare_command(  # noqa: PLR0913, PLR0917 (as the county's command)
    roster_paths: tuple[Path, ...],
    cases_path: Path,
    county_name: str | None,
    join_path: Path | None,
    sites: tuple[Path, ...],
    n_aps: int | None,
    ap_budget: int | None,
    ap_price: int | None,
    sample: int | None,
    seed: int,
    folder: Path,
    workers: int | None,
    scheduler: str | None,
    memory_gb: float | None,
    settings_path: Path | None,
    law_path: Path | None,
    lang: Lang,
    *,
    resume: bool,
    as_json: bool,
) -> None:
    """Compare settings over the schools of a county: access points needed, classrooms served (KPI 7), money.

    CASES.toml holds one [[case]] each (floorplans/study-cases.toml shows how): a name and what it changes in the
    settings, from bit rate and class of access point to the number of access points and how assumed buildings are
    built. The first case is the base. All cases plan the same schools; with --sample a stratified sample of them, from
    which the county is estimated with a standard error. Writes study.html, study.xlsx, cases.csv, schools.csv,
    study.json and cases.png; no reports of single schools. Exits 1 if a school failed.
    """
    run = Run(engine=engine_of(workers, scheduler, memory_gb), folder=folder, resume=resume)
    county = county_options(n_aps, ap_budget, ap_price)
    asked = Asked(
        roster_paths=roster_paths,
        county_name=county_name,
        join_path=join_path,
        sites=sites,
        county=county,
        settings_path=settings_path,
        law_path=law_path,
        sample=sample,
        seed=seed,
        lang=lang,
    )
    start, loaded = base_case(asked)
    cases = read_cases(cases_path, start, county, lang)
    ground = gather(asked, start, loaded, folder, ANSWERS)
    study = run_cases(ground, cases, run)
    write_case_study(folder, study)
    write_report(compare_report(study, lang), folder, ("study.html", "study.xlsx"))
    tell_failures(study, lang)
    tell_answers(lang, folder)
    if as_json:
        click.echo(json_of(study_summary(study)), nl=False)
    else:
        click.echo("\n".join(compare_lines(case_totals(study), lang)))
    sys.exit(1 if study.n_failed else 0)
