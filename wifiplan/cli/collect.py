"""`wifiplan collect`: the building sheets that came back, merged into sites, with every fault and who is missing."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from wifiplan import __version__
from wifiplan.cli.options import FILE, FOLDER, OUT_FOLDER, lang_option, note_in, one_county, tell_answers
from wifiplan.errors import RosterError
from wifiplan.files.collected import collected_json, write_collected
from wifiplan.files.collection import Collection, collect
from wifiplan.files.forms_index import NAME, FormsIndex, forms_of, read_forms_index
from wifiplan.files.output import check_writable
from wifiplan.files.returned import returned_files
from wifiplan.files.returns import COLLECTED
from wifiplan.files.roster import read_rosters
from wifiplan.report.texts import texts
from wifiplan.report.workbook.collected import fault_texts, status_text, write_faults

ANSWERS = (COLLECTED, "faults.xlsx")
MOST_SHOWN = 30
"""So many faults are shown one by one; faults.xlsx has all."""


@click.command("collect")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", "out", required=True, type=OUT_FOLDER, help="Folder of the answers.")
@click.option("--roster", "roster_path", type=FILE, help="Roster of the schools, where DIR has no forms.json.")
@click.option("--county", "county_name", help="Name of the county (縣市), where that roster holds several.")
@click.option("--join", "join_path", type=FILE, help="Table with 學校代碼 and 地區屬性, for that roster.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@lang_option
def collect_command(
    folder: Path,
    out: Path,
    roster_path: Path | None,
    county_name: str | None,
    join_path: Path | None,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Merge the building sheets that schools returned in DIR (xlsx, xls, ods, also in folders and zip archives).

    DIR holds forms.json, as `wifiplan form` wrote it. Writes into the folder of the answers: sites/STAGE-CODE.json for
    `wifiplan plan` and `wifiplan county --sites`, faults.xlsx (what to correct, by school and cell; who has not
    answered; what was assumed) and collected.json. A faulty cell counts as blank, and so does what a school left out.
    A site that somebody has changed since is left as it is.

    Exits 1 if a school has not answered or a cell is faulty.
    """
    index = _index(folder, roster_path, county_name, join_path)
    check_writable(out, ANSWERS)
    found = collect(index, returned_files(folder, out))
    found = write_collected(out, found)
    write_faults(out / "faults.xlsx", found, lang=lang)
    for name, code in found.notes:
        note = texts(lang)[f"form.note.{code}"]
        note_in(lang, f"{name}：{note}", f"{name}: {note}")
    tell_answers(lang, out)
    click.echo(_answer_json(found, lang) if as_json else _answer(found, lang))
    sys.exit(0 if found.complete else 1)


def _index(folder: Path, roster_path: Path | None, county_name: str | None, join_path: Path | None) -> FormsIndex:
    if roster_path is not None:
        roster = one_county(read_rosters((roster_path,), join=join_path), county_name)
        return FormsIndex(county=roster.schools[0].county, forms=forms_of(roster.schools), version=__version__)
    path = folder / NAME
    if not path.is_file():
        raise RosterError(
            f"there is no {NAME} here, so nobody knows which schools were asked",
            remedy=f"copy the {NAME} that `wifiplan form` wrote into this folder, or give the roster with --roster",
            where=str(folder),
        )
    return read_forms_index(path)


def _answer(found: Collection, lang: str) -> str:
    words = texts(lang)
    counts = {status: sum(one.status == status for one in found.forms) for status in _STATUSES}
    n_rows = sum(len(one.form.schools) for one in found.forms)
    lines = [
        words["form.status.title"].format(county=found.county),
        words["form.status.lead"].format(n=len(found.forms), rows=n_rows, **counts),
        "",
    ]
    for one in found.forms:
        code = "+".join(dict.fromkeys(school.code for school in one.form.schools))
        parts = [code, one.form.name, status_text(one, words)]
        parts += [f"{words[f'form.status.{key}']} {n}" for key, n in _numbers(len(one.faults), one.n_assumed) if n]
        lines.append("  ".join(parts))
    faults = [(one.form.name, fault) for one in found.forms for fault in one.faults]
    faults += [(words["form.nobody"], fault) for fault in found.strays]
    if faults:
        lines += ["", words["form.faults.title"].format(county=found.county)]
    for name, fault in faults[:MOST_SHOWN]:
        problem, remedy = fault_texts(fault.fault, lang)
        place = fault.fault.place or words["form.whole_file"]
        value = f" [{fault.fault.value}]" if fault.fault.value else ""
        lines.append(f"  {name}  {fault.file}  {place}{value}: {problem} -> {remedy}")
    if len(faults) > MOST_SHOWN:
        n_more = len(faults) - MOST_SHOWN
        lines.append(
            f"  ……另有 {n_more} 處，見 faults.xlsx" if lang == "zh-TW" else f"  ... {n_more} more in faults.xlsx"
        )
    return "\n".join(lines)


_STATUSES = ("missing", "faulty", "partial", "returned")


def _numbers(n_faults: int, n_assumed: int) -> tuple[tuple[str, int], ...]:
    return ("n_faults", n_faults), ("n_assumed", n_assumed)


def _answer_json(found: Collection, lang: str) -> str:
    """Return collected.json with every fault in words."""
    plain = collected_json(found)
    said: list[Mapping[str, str]] = []
    for one in found.forms:
        for fault in one.faults:
            problem, remedy = fault_texts(fault.fault, lang)
            said.append(
                {
                    "stage": one.form.schools[0].stage,
                    "code": one.form.schools[0].code,
                    "school": one.form.name,
                    "file": fault.file,
                    "sheet": fault.fault.sheet,
                    "cell": fault.fault.cell,
                    "value": fault.fault.value,
                    "problem": problem,
                    "remedy": remedy,
                }
            )
    return json.dumps(plain | {"faults": said}, ensure_ascii=False, indent=1)
