"""Steps that studies of a county share: the roster, who is looked at, what each has, and the buildings planned."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from wifiplan import __version__, files
from wifiplan.cli.common import load_settings
from wifiplan.cli.county_engine import stoppable
from wifiplan.cli.county_shares import proportional
from wifiplan.cli.county_tasks import school_tasks
from wifiplan.cli.options import FOLDER, OUT_FOLDER, note_in, one_county, say_in, tell_notes
from wifiplan.county import Engine, SchoolTask, hired
from wifiplan.county.cases import CaseDesk, CaseTask, study_buildings
from wifiplan.errors import RosterError, SettingsError
from wifiplan.files.cases import CountyOptions
from wifiplan.report.school_words import cause_text
from wifiplan.scheme.entitlement import Entitlement, entitle_all
from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions
from wifiplan.study.cases import Case, CaseStudy, Studied
from wifiplan.study.sampling import Sample, Unit, everything, stratified

aps_option = click.option(
    "--aps",
    "n_aps",
    type=click.IntRange(min=0),
    help="Number of access points to share out by class count; without it every school has as many as it needs in "
    "the base case.",
)
budget_option = click.option(
    "--ap-budget", type=click.IntRange(min=0), help="Money for access points [NTD]; needs --ap-price."
)
price_option = click.option(
    "--ap-price", type=click.IntRange(min=1), help="Price of one access point, installed [NTD]: costs are told too."
)
sites_option = click.option(
    "--sites", type=FOLDER, multiple=True, help="Folder of drawn plans (*.json); other schools get an archetype."
)
seed_option = click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the sample.")
out_option = click.option("--out", "folder", required=True, type=OUT_FOLDER, help="Folder of the answers.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print study.json instead of the table.")


KEPT = ".study"
"""Folder, beside the answers, of what single buildings came to: what --resume takes up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asks about a county."""

    roster_paths: tuple[Path, ...]
    county_name: str | None
    join_path: Path | None
    sites: tuple[Path, ...]
    county: CountyOptions
    settings_path: Path | None
    law_path: Path | None
    sample: int | None
    seed: int
    lang: Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A county made ready for a study: the base's settings, funded rows, buildings, and which are looked at."""

    base: Case
    county: str
    schools: tuple[School, ...]
    entitlements: tuple[Entitlement, ...]
    buildings: tuple[SchoolTask, ...]
    sample: Sample
    lang: Lang


def county_options(n_aps: int | None, ap_budget: int | None, ap_price: int | None) -> CountyOptions:
    """Return what is shared out, as the command line gives it.

    Raises
    ------
    SettingsError
        The number is given twice, or money without a price.
    """
    if (n_aps is not None and ap_budget is not None) or (ap_budget is not None and ap_price is None):
        raise SettingsError(
            "the number of access points is given twice or by half",
            remedy="give either --aps, or both --ap-budget and --ap-price",
        )
    return CountyOptions(aps=n_aps, ap_budget_ntd=ap_budget, ap_price_ntd=ap_price)


def base_case(asked: Asked) -> tuple[Case, files.SettingsFile]:
    """Return the settings that a study starts from as a case, and the whole settings file."""
    loaded = load_settings(asked.settings_path, asked.law_path)
    price = asked.county.ap_price_ntd or loaded.study.design.ap_price_ntd
    label = "現行設定" if asked.lang == "zh-TW" else "present settings"
    county = asked.county
    base = Case(
        name="base",
        label=label,
        settings=loaded.study,
        archetype=ArchetypeOptions(),
        n_aps=county.n_aps,
        ap_price_ntd=price,
        method=county.method,
    )
    return base, loaded


def gather(asked: Asked, base: Case, loaded: files.SettingsFile, folder: Path, names: Sequence[str]) -> Ground:
    """Read the roster and say which buildings are looked at; see that the answers can be written.

    Rows that the scheme does not fund (國立), and rows without classes and without a plan, are left out and told.

    Raises
    ------
    RosterError, SettingsError, OutputError
        As the readers say; or no school is left.
    """
    roster = one_county(files.read_rosters(asked.roster_paths, join=asked.join_path), asked.county_name)
    tell_notes(roster, asked.lang)
    drawn = files.read_site_folders(asked.sites, [school.key for school in roster.schools])
    given = entitle_all(roster.schools, loaded.scheme)
    kept = [
        (school, entitled)
        for school, entitled in zip(roster.schools, given, strict=True)
        if entitled.funded and (school.n_classes > 0 or school.key in drawn.paths)
    ]
    left_out = len(roster.schools) - len(kept)
    if left_out:
        en = f"{left_out} rows are left out: they are not funded, or have neither classes nor a plan"
        zh = f"{left_out} 列不列入：非補助對象，或沒有班級也沒有平面圖"
        note_in(asked.lang, zh, en)
    if not kept:
        raise RosterError("no school is left to be looked at", remedy="check the roster's 班級數 and 設立別")
    files.check_apart(asked.roster_paths, (folder / name for name in names))
    files.check_writable(folder, names)
    schools, entitlements = tuple(s for s, _ in kept), tuple(e for _, e in kept)
    buildings = _buildings(schools, entitlements, base, drawn.paths, folder, asked.lang)
    units = [_unit(building) for building in buildings]
    sample = everything(units) if asked.sample is None else stratified(units, asked.sample, asked.seed)
    return Ground(
        base=base,
        county=schools[0].county,
        schools=schools,
        entitlements=entitlements,
        buildings=buildings,
        sample=sample,
        lang=asked.lang,
    )


def _buildings(
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    base: Case,
    paths: Mapping[tuple[str, str], Path],
    folder: Path,
    lang: Lang,
) -> tuple[SchoolTask, ...]:
    common = SchoolTask(
        school=schools[0], n_class_sets=0, n_devices=0, settings=base.settings, folder=folder / "schools", lang=lang
    )
    nothing = [None] * len(schools)
    return tuple(school_tasks(schools, entitlements, nothing, common=common, paths=paths, known={}))


def _unit(building: SchoolTask) -> Unit:
    rows = [row.school for row in building.rows]
    return Unit(
        key=rows[0].key,
        stage=rows[0].stage,
        remote=rows[0].remote,
        n_classes=sum(school.n_classes for school in rows),
    )


def case_tasks(ground: Ground, cases: Sequence[Case]) -> list[CaseTask]:
    """Return a task for every building that is looked at: all rows share out, whoever is sampled."""
    allotted = [proportional(ground.schools, ground.entitlements, case.n_aps, case.method) for case in cases]
    place = {school.key: n for n, school in enumerate(ground.schools)}

    def given(building: SchoolTask, c: int) -> int | None:
        shares = [allotted[c][place[row.school.key]] for row in building.rows]
        known = [n for n in shares if n is not None]
        return sum(known) if known else None

    return [
        CaseTask(
            school=ground.buildings[k],
            cases=tuple(cases),
            n_aps_c=tuple(given(ground.buildings[k], c) for c in range(len(cases))),
        )
        for k in ground.sample.chosen
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a study is worked: where, in which folder, and whether buildings of an earlier run are taken up."""

    engine: Engine
    folder: Path
    resume: bool


def run_cases(ground: Ground, cases: Sequence[Case], run: Run, *, kind: str = "cases") -> CaseStudy:
    """Plan every building that is looked at under all cases, with a progress bar on a terminal.

    Every building is kept in the folder `.study/KIND` as soon as it is there.
    """
    tasks = case_tasks(ground, cases)
    en = f"planning {len(tasks)} of {len(ground.buildings)} buildings under {len(cases)} settings ..."
    zh = f"規劃 {len(ground.buildings)} 處校舍中的 {len(tasks)} 處，{len(cases)} 種設定 ……"
    say_in(ground.lang, zh, en)
    size = sum(school.n_classes for task in tasks for school in (row.school for row in task.school.rows))
    with stoppable(), hired(run.engine) as crew, _progress(size, ground.lang) as note:
        desk = CaseDesk(folder=run.folder / KEPT / kind, resume=run.resume, note=note)
        found = study_buildings(tasks, desk, crew)
    return CaseStudy(
        version=__version__, county=ground.county, cases=tuple(cases), sample=ground.sample, buildings=found
    )


@contextmanager
def _progress(size: int, lang: Lang) -> Iterator[Callable[[Studied], None]]:
    """Yield what notes a building: a bar by class count on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    label = "班級" if lang == "zh-TW" else "classes"
    with click.progressbar(length=size, label=label, file=sys.stderr, show_pos=True) as bar:
        yield lambda building: bar.update(building.n_classes)


def tell_failures(study: CaseStudy, lang: Lang) -> None:
    """Tell what could not be planned, grouped by what went wrong."""
    causes: Counter[tuple[str, str | None, str]] = Counter()
    for building in study.buildings:
        for outcome in building.outcomes:
            if outcome.failure is not None:
                causes[building.school.full_name, outcome.cause, outcome.failure] += 1
    for (name, cause, failure), n in causes.items():
        zh = f"未能規劃：{name}（{n} 種設定）：{cause_text(cause, lang)}：{failure}"
        say_in(lang, zh, f"failed: {name} ({n} settings): {failure}")
