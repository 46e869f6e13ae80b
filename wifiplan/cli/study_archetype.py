"""`wifiplan study archetype`: assumed buildings beside drawn ones."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from wifiplan import files
from wifiplan.cli.common import load_settings
from wifiplan.cli.options import FILE, lang_option, law_option, say_in, settings_option, tell_answers
from wifiplan.cli.study_common import aps_option, json_option, out_option
from wifiplan.county.school import failure_of
from wifiplan.errors import SettingsError, SiteError
from wifiplan.files.output import write_text
from wifiplan.files.studies import archetype_summary, json_of
from wifiplan.report.studies.archetype import archetype_lines, archetype_report
from wifiplan.report.studies.page import write_report
from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import School, Stage
from wifiplan.site.archetype import ArchetypeOptions
from wifiplan.site.building import Site
from wifiplan.study.archetype_check import ArchetypeCheck, check_archetype, row_of
from wifiplan.study.cases import Case

ANSWERS = ("study.html", "study.xlsx", "study.json")
"""What is written."""


@click.command("archetype")
@click.argument("site_paths", metavar="SITE...", nargs=-1, required=True, type=FILE)
@click.option(
    "--roster",
    "roster_paths",
    type=FILE,
    multiple=True,
    help="Roster with the rows of these schools; without it a plan's own classes stand for its row.",
)
@aps_option
@out_option
@json_option
@settings_option
@law_option
@lang_option
def archetype_command(  # noqa: PLR0913 (as the other studies)
    site_paths: tuple[Path, ...],
    roster_paths: tuple[Path, ...],
    n_aps: int | None,
    folder: Path,
    settings_path: Path | None,
    law_path: Path | None,
    lang: Lang,
    *,
    as_json: bool,
) -> None:
    """Measure how far assumed buildings are off, against drawn plans (SITE.json).

    Every drawn plan and the archetype of its roster row are planned with the same settings and the same number of new
    access points (--aps for each school; without it what the drawn plan needs). Compared are floor area, rooms, length
    of walls, access points needed and classrooms served, with mean and spread over several plans. Plans without
    classrooms are named and left out. Writes study.html, study.xlsx and study.json. Exits 1 if a plan was left out.
    """
    loaded = load_settings(settings_path, law_path)
    rows = {school.key: school for school in files.read_rosters(roster_paths).schools} if roster_paths else {}
    sites = [(path, files.read_site(path)) for path in site_paths]
    files.check_apart((*site_paths, *roster_paths), (folder / name for name in ANSWERS))
    files.check_writable(folder, ANSWERS)
    case = Case(name="base", label="base", settings=loaded.study, archetype=ArchetypeOptions(), n_aps=n_aps)
    say_in(lang, f"比較 {len(sites)} 份平面圖 ……", f"comparing {len(sites)} plans ...")
    checks = [_check(site, _row(site, path, rows), case) for path, site in sites]
    if all(check.failure is not None for check in checks):
        raise SettingsError(
            "no plan could be compared: " + "; ".join(f"{c.name}: {c.failure}" for c in checks),
            remedy="give drawn plans of schools, with rooms of use classroom",
        )
    write_text(folder / "study.json", json_of(archetype_summary(checks)))
    write_report(archetype_report(checks, lang), folder, ("study.html", "study.xlsx"))
    tell_answers(lang, folder)
    lines: Sequence[str] = archetype_lines(checks, lang)
    click.echo(json_of(archetype_summary(checks)) if as_json else "\n".join(lines), nl=not as_json)
    sys.exit(1 if any(check.failure is not None for check in checks) else 0)


def _row(site: Site, path: Path, rows: Mapping[tuple[Stage, str], School]) -> School | None:
    """Return the roster row of a plan, None where there is no roster.

    Raises
    ------
    SiteError
        There is a roster, and the plan's school is not in it.
    """
    if not rows:
        return None
    ref = site.school
    row = None if ref is None else rows.get((ref.stage, ref.code))
    if row is None:
        name = "no school" if ref is None else f"the school {ref.stage} {ref.code}"
        raise SiteError(
            f"the plan names {name}, which the roster does not hold",
            remedy="correct `school` in the plan, or leave --roster out: the plan's own classes then stand for its row",
            where=str(path),
        )
    return row


def _check(site: Site, row: School | None, case: Case) -> ArchetypeCheck:
    known = row_of(site) if row is None else row
    return check_archetype(site, row, case, case.archetype, lambda error: failure_of(error, known))
