"""`wifiplan form`: what schools and the county fill in, written from the roster."""

import json
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import click

from wifiplan import __version__
from wifiplan.cli.completing import counties
from wifiplan.cli.options import FILE, OUT_FOLDER, join_option, lang_option, note_in, one_county, say_in, tell_notes
from wifiplan.errors import RosterError
from wifiplan.files.forms_index import NAME, Form, FormsIndex, forms_of, read_forms_index, write_forms_index
from wifiplan.files.output import check_writable, keep_copy, write_bytes
from wifiplan.files.roster import read_rosters
from wifiplan.report.workbook.forms import write_form
from wifiplan.report.workbook.inputs import county_form_bytes
from wifiplan.report.workbook.writer import is_untouched
from wifiplan.scheme.entitlement import entitle_all
from wifiplan.scheme.options import EntitlementOptions, Lang
from wifiplan.scheme.roster import Roster, normal_county

COUNTY_FORM = "county.xlsx"
FEW_FORMS = 40
"""So many forms are written by one process: more would not pay for starting others."""


MOST_SHOWN = 5
"""So many forms that were left as they are, are named."""


@click.command()
@click.argument("roster_paths", metavar="[ROSTER]...", nargs=-1, type=FILE)
@click.option("--out", "folder", required=True, type=OUT_FOLDER, help="Folder of the forms.")
@click.option(
    "--county",
    "county_name",
    is_flag=False,
    flag_value="",
    metavar="[縣市]",
    shell_complete=counties,
    help="Only this county (縣市), with 台 or 臺. Without a name: write the county's own form, as --inputs does.",
)
@click.option("--inputs", is_flag=True, help="Write the county's own form (county.xlsx) instead of the schools'.")
@join_option
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@lang_option
def form(
    roster_paths: tuple[Path, ...],
    folder: Path,
    county_name: str | None,
    join_path: Path | None,
    lang: Lang,
    *,
    inputs: bool,
    as_json: bool,
) -> None:
    """Write a building sheet (xlsx) for every school of a county in ROSTER, for schools to fill in.

    The sheets are filled in as far as the roster knows; forms.json beside them says which sheet went to whom, and
    `wifiplan collect` merges what comes back. The rows of a combined school (國中小) share one sheet. A sheet that
    somebody has saved since is left as it is.

    With --inputs, or --county without a name, it writes county.xlsx instead: the county's own figures, for
    `wifiplan county --inputs`; without a ROSTER a blank one.
    """
    if county_name and not roster_paths and Path(county_name).is_file():
        roster_paths, county_name = (Path(county_name),), ""  # "form --county ROSTER": the name is a file
    inputs = inputs or county_name == ""
    if not roster_paths and not inputs:
        raise click.UsageError("give the ROSTER of the schools (only --inputs works without one)")
    roster = read_rosters(roster_paths, join=join_path) if roster_paths else None
    if roster is not None:
        roster = one_county(roster, county_name or None)
        tell_notes(roster, lang)
    if inputs:
        _write_county_form(folder, roster, lang)
        path = str(folder / COUNTY_FORM)
        click.echo(json.dumps({"file": path}, ensure_ascii=False) if as_json else path)
    elif roster is not None:
        index = _write_forms(folder, roster, lang)
        click.echo(_answer_json(index) if as_json else _answer(index, folder, lang))


def _write_forms(folder: Path, roster: Roster, lang: Lang) -> FormsIndex:
    forms = forms_of(roster.schools)
    index = FormsIndex(county=roster.schools[0].county, forms=forms, version=__version__)
    _check_county(folder / NAME, index.county)
    check_writable(folder, (NAME, *(one.file for one in forms)))
    say_in(lang, f"寫出 {len(forms)} 份調查表 ……", f"writing {len(forms)} forms ...")
    write = partial(_write_one, folder, lang)
    workers = min(os.cpu_count() or 1, 4)
    if len(forms) <= FEW_FORMS or workers == 1:
        written = _run(map(write, forms), len(forms), lang)
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            # Ctrl-C ends this process with one message; children that hear it while they start print a traceback each
            heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                results = pool.map(write, forms, chunksize=8)
            finally:
                signal.signal(signal.SIGINT, heard)
            written = _run(results, len(forms), lang)
    write_forms_index(folder / NAME, index)
    _tell_kept([one.file for one, done in zip(forms, written, strict=True) if not done], lang)
    return index


def _check_county(path: Path, county: str) -> None:
    """Refuse the folder of another county's forms: its list of what was sent would be lost.

    Raises
    ------
    RosterError
        The folder holds the list of another county.
    """
    try:
        before = read_forms_index(path).county if path.is_file() else county
    except RosterError:
        return  # a damaged list tells nothing that could be lost
    if normal_county(before) != normal_county(county):
        raise RosterError(
            f"it lists the forms of {before}, the roster's schools are in {county}: nothing was written",
            remedy="choose another folder with --out",
            where=str(path),
        )


def _write_one(folder: Path, lang: Lang, one: Form) -> bool:
    """Write a form, unless somebody has saved one of its name: forms come back into the folder they were sent from."""
    path = folder / one.file
    if path.is_file() and not is_untouched(path.read_bytes()):
        return False
    write_form(path, one, lang=lang)
    return True


def _tell_kept(names: Sequence[str], lang: Lang) -> None:
    if not names:
        return
    shown, n_more = names[:MOST_SHOWN], len(names) - MOST_SHOWN
    zh, en = (f" 等，另 {n_more} 份", f" and {n_more} more") if n_more > 0 else ("", "")
    note_in(
        lang,
        f"{len(names)} 份調查表寫出後有人存過檔，保持原樣不覆寫：{'、'.join(shown)}{zh}",
        f"{len(names)} forms have been saved since they were written; they are left as they are: "
        f"{', '.join(shown)}{en}",
    )


def _run(results: Iterable[bool], n: int, lang: Lang) -> list[bool]:
    """Wait for all forms, with a bar on a terminal; return which were written."""
    if not sys.stderr.isatty():
        return list(results)
    label = "調查表" if lang == "zh-TW" else "forms"
    with click.progressbar(results, length=n, label=label, file=sys.stderr, show_pos=True) as bar:
        return list(bar)


def _write_county_form(folder: Path, roster: Roster | None, lang: Lang) -> None:
    schools = roster.schools if roster is not None else ()
    options = EntitlementOptions()
    check_writable(folder, (COUNTY_FORM,))
    content = county_form_bytes(schools, entitle_all(schools, options), options, lang=lang)
    path = folder / COUNTY_FORM
    if path.is_file() and path.read_bytes() != content:
        # entries, or the answer of `wifiplan county`, which has the same name
        copy = keep_copy(path).name
        note_in(
            lang,
            f"原有的 {COUNTY_FORM} 已另存為 {copy}",
            f"there was another {COUNTY_FORM}; it is kept as {copy}",
        )
    write_bytes(path, content)


def _answer(index: FormsIndex, folder: Path, lang: str) -> str:
    shared = [one for one in index.forms if len(one.schools) > 1]
    n_rows = sum(len(one.schools) for one in index.forms)
    if lang == "zh-TW":
        lines = [f"{index.county}：名冊 {n_rows} 列，校舍調查表 {len(index.forms)} 份，在 {folder}"]
        lines += [f"其中 {len(shared)} 份供國中小合用（名冊兩列）"] if shared else []
        return "\n".join([*lines, f"回收後執行：wifiplan collect {folder} --out 資料夾"])
    lines = [f"{index.county}: {len(index.forms)} building sheets for {n_rows} roster rows in {folder}"]
    if shared:
        lines.append(f"{len(shared)} of them serve two rows (國中小)")
    lines.append(f"When they are back: wifiplan collect {folder} --out DIR")
    return "\n".join(lines)


def _answer_json(index: FormsIndex) -> str:
    rows: Sequence[dict[str, str]] = [
        {"stage": school.stage, "code": school.code, "name": school.name, "file": one.file}
        for one in index.forms
        for school in one.schools
    ]
    return json.dumps({"county": index.county, "schools": rows}, ensure_ascii=False, indent=1)
