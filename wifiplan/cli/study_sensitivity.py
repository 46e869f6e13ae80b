"""`wifiplan study sensitivity`: which assumptions move a county's answer, one at a time."""

import sys
from dataclasses import replace
from itertools import combinations
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
    Ground,
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
from wifiplan.files.assumptions import paired, read_assumptions
from wifiplan.files.cases import CountyOptions
from wifiplan.files.output import write_text
from wifiplan.files.studies import json_of, sensitivity_summary, write_tables
from wifiplan.report.studies.page import write_report
from wifiplan.report.studies.sensitivity import sensitivity_lines, sensitivity_report
from wifiplan.scheme.options import Lang
from wifiplan.study.assumptions import Assumption, Sensitivity

ANSWERS = ("study.html", "study.xlsx", "study.json", "cases.csv", "schools.csv", "tornado-aps.png", "tornado-kpi7.png")
"""What is written."""


@click.command("sensitivity")
@roster_argument
@county_option
@join_option
@sites_option
@aps_option
@budget_option
@price_option
@click.option(
    "--ranges", "ranges_path", type=FILE, help="TOML of assumptions with low and high values; the shipped ones without."
)
@click.option("--only", multiple=True, help="Name of an assumption that is looked at; may be given several times.")
@click.option(
    "--pairs", "n_pairs", type=click.IntRange(min=0, max=6), default=0, help="Also pair so many of the strongest."
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    default=12,
    show_default=True,
    help="Look at so many buildings, and estimate the county from them.",
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
def sensitivity_command(  # noqa: PLR0913, PLR0917 (as the county's command)
    roster_paths: tuple[Path, ...],
    county_name: str | None,
    join_path: Path | None,
    sites: tuple[Path, ...],
    n_aps: int | None,
    ap_budget: int | None,
    ap_price: int | None,
    ranges_path: Path | None,
    only: tuple[str, ...],
    n_pairs: int,
    sample: int,
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
    """Find out which assumptions move the number of access points and KPI 7 of a county most.

    What a plan assumes rather than knows (rates, devices, walls, rooms, channels ...) is set to a low and a high value,
    one at a time, over a stratified sample of the schools. KPI 7 is with the access points that are funded (--aps), or
    that the present settings need, placed anew. Values and their sources stand in catalog/data/assumptions.toml of the
    program; --ranges takes a file of your own. Writes study.html, study.xlsx, study.json, cases.csv, schools.csv and
    two charts. Exits 1 if a school failed.
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
    assumptions = read_assumptions(ranges_path, start, county, only=only, lang=lang)
    ground = gather(asked, start, loaded, folder, ANSWERS)
    cases = [start, *(end for a in assumptions for end in (a.low, a.high))]
    found = Sensitivity(study=run_cases(ground, cases, run), assumptions=assumptions)
    if n_pairs:
        found = _with_pairs(found, ground, county, n_pairs, run)
    write_tables(folder, found.study)
    write_text(folder / "study.json", json_of(sensitivity_summary(found)))
    write_report(sensitivity_report(found, lang), folder, ("study.html", "study.xlsx"))
    tell_failures(found.study, lang)
    tell_answers(lang, folder)
    if as_json:
        click.echo(json_of(sensitivity_summary(found)), nl=False)
    else:
        click.echo("\n".join(sensitivity_lines(found, lang)))
    sys.exit(1 if found.study.n_failed else 0)


def _with_pairs(found: Sensitivity, ground: Ground, county: CountyOptions, n: int, run: Run) -> Sensitivity:
    """Return the study with its `n` strongest assumptions in pairs, each at the end that takes more access points."""
    moved = found.moved()[:n]
    ends = {m.assumption.name: m.dearest.case for m in moved}
    pairs: list[tuple[Assumption, Assumption]] = list(combinations([m.assumption for m in moved], 2))
    if not pairs:
        return found
    cases = [paired(ends[one.name], ends[other.name], ground.base, county) for one, other in pairs]
    study = run_cases(ground, [ground.base, *cases], run, kind="pairs")
    return replace(found, pair_study=study, pairs=tuple((one.name, other.name) for one, other in pairs))
