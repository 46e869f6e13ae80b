"""`wifiplan doctor`: what is installed, what is missing, what works here, and what to do."""

import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

import click

from wifiplan import __version__
from wifiplan.cli.doctor_machine import Finding, machine, packages, tools
from wifiplan.cli.options import FOLDER, lang_option, say
from wifiplan.report.texts import texts
from wifiplan.scheme.options import Lang

GROUPS = ("trial", "machine", "package", "extra", "tool")
"""In the order in which they are told: what works first, what it rests on after."""


@click.command()
@click.option("--folder", type=FOLDER, default=Path(), help="Where answers would be written.", show_default="here")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@lang_option
def doctor(folder: Path, as_json: bool, lang: Lang) -> None:  # noqa: FBT001 (click's way)
    """Look at this machine: what is installed, what is missing, what works, and what to do about it.

    It compiles a kernel, solves a programme, sets a page and plans a school of three classes, in about half a minute
    the first time and a few seconds after. Nothing is sent anywhere.

    \b
    Exit code 0: planning and reports work here, whatever else is missing.
    Exit code 1: something that they need does not work; what to do stands beside it.
    """  # noqa: D301 (click's mark for lines that are kept)
    say(texts(lang)["doctor.trying"])
    found = [*_trials(folder), *machine(folder), *packages(), *tools()]
    click.echo(_json(found) if as_json else _text(found, lang))
    if any(finding.needed and finding.state != "ok" for finding in found):
        raise click.exceptions.Exit(1)


def _trials(folder: Path) -> Iterator[Finding]:
    """Yield the trials, or why not one of them can be made: a package that all of them need is not there."""
    try:
        module = import_module("wifiplan.cli.doctor_trials")
    except (ImportError, OSError) as error:
        yield Finding(group="trial", name="import", key="import", state="fails", detail=str(error), needed=True)
        return
    yield from vars(module)["trials"](folder)


def _json(found: Sequence[Finding]) -> str:
    said = [{"group": f.group, "name": f.name, "state": f.state, "needed": f.needed, "detail": f.detail} for f in found]
    bad = [f.name for f in found if f.needed and f.state != "ok"]
    answer = {"version": __version__, "good": not bad, "needed_and_not_good": bad, "findings": said}
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _text(found: Sequence[Finding], lang: Lang) -> str:
    words = texts(lang)
    bad = [finding for finding in found if finding.needed and finding.state != "ok"]
    head = words["doctor.bad"].format(n=len(bad)) if bad else words["doctor.good"]
    lines = [f"wifiplan {__version__}", head]
    for group in GROUPS:
        lines += ["", words[f"doctor.group.{group}"]]
        lines += _summed([f for f in found if f.group == group], lang)
    return "\n".join(lines)


def _summed(found: Sequence[Finding], lang: Lang) -> Iterator[str]:
    """Yield the lines of one group; packages that are as they should be stand in one line."""
    words = texts(lang)
    good = [f for f in found if f.state == "ok" and f.group in {"package", "extra"}]
    if good:
        named = dict.fromkeys(f"{f.name} {f.detail}" for f in good)  # two extras may want one package
        yield f"  {words['doctor.state.ok']}  {words['doctor.comma'].join(named)}"
    for finding in found:
        if finding not in good:
            yield from _lines(finding, lang)


def _lines(finding: Finding, lang: Lang) -> Iterator[str]:
    """Yield what is said of one thing: its state, what it is for, and what to do where it is not well."""
    words = texts(lang)
    state = words[f"doctor.state.{finding.state}"]
    name = words.get(f"doctor.{finding.key}.name", finding.name)
    name = name if finding.group in {"trial", "machine"} else finding.name
    detail = words["doctor.detail"].format(detail=finding.detail) if finding.detail else ""
    why = words.get(f"doctor.{finding.key}.why", "")
    yield f"  {state}  {name}{detail}" + (words["doctor.why"].format(why=why) if why else "")
    if finding.state != "ok":
        yield "        " + words["doctor.do"].format(do=words[f"doctor.{finding.key}.do"].format(name=finding.name))
