"""The command line: read, ask one question, show the answer. One module a command group, loaded when it is called."""

import codecs
import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn

import click

from wifiplan import __version__
from wifiplan.cli.lazy import Commands, lazy_group
from wifiplan.errors import WifiplanError

COMMANDS: Commands = {
    "airtime": ("wifiplan.cli.airtime", "airtime", "What one radio cell carries."),
    "assess": ("wifiplan.cli.assess", "assess", "Has a school the wireless that it must have to apply (2017 plan)?"),
    "collect": ("wifiplan.cli.collect", "collect_command", "Merge the building sheets that schools returned."),
    "completion": ("wifiplan.cli.completion", "completion", "Complete commands, options and files with the Tab key."),
    "convert": ("wifiplan.cli.convert", "convert", "Plans in and out of other tools: esx, dxf, ifc, GeoJSON, ..."),
    "county": ("wifiplan.cli.county", "county", "Plan all schools of a county and fill in its application."),
    "diff": ("wifiplan.cli.diff", "diff", "What changed between two plans, or a plan and what was built."),
    "doctor": ("wifiplan.cli.doctor", "doctor", "What is installed, what is missing, what works on this machine."),
    "form": ("wifiplan.cli.form", "form", "Write the building sheets that schools fill in."),
    "install": ("wifiplan.cli.install", "install", "Work orders, labels and controller settings of a finished plan."),
    "inventory": ("wifiplan.cli.inventory", "inventory", "Put existing access points from inventories into sites."),
    "plan": ("wifiplan.cli.plan", "plan", "Plan the access points of one school and print the report."),
    "predict": ("wifiplan.cli.predict", "predict", "Predict the power that points receive."),
    "probe": ("wifiplan.cli.probe", "probe", "On site: hear the air, test a whole class, give a verdict."),
    "scheme": ("wifiplan.cli.scheme", "scheme", "What the ministry's scheme gives every school of a roster."),
    "study": ("wifiplan.cli.study", "study", "What if: settings compared, assumptions weighed, archetypes checked."),
    "survey": ("wifiplan.cli.survey", "survey", "Measured on site: read, fit, map, compare, and where next."),
    "track": ("wifiplan.cli.track", "track", "How far every school has come, and whom to visit first."),
    "web": ("wifiplan.cli.web", "web", "The planner in a browser, on this machine."),
}
"""All commands."""

EPILOG = """\b
Begin with:
  wifiplan scheme ROSTER.csv
  wifiplan form ROSTER.csv --county NAME --out DIR   (then: collect DIR)
  wifiplan plan SITE.json --out DIR
  wifiplan county ROSTER.csv --county NAME --aps 600 --sites DIR --out DIR
`wifiplan COMMAND --help` lists the options of a command.

\b
Exit codes: 0 done and good; 1 done, and the answer is negative (rooms
unserved, a school failed); 2 the input, the data or the machine is at fault.
Answers go to standard output and to files, messages to standard error.
"""


@click.group(cls=lazy_group(COMMANDS), context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, prog_name="wifiplan")
def cli() -> None:
    """Plan school Wi-Fi for a county: roster, entitlement, coverage, placement, reports."""


def main() -> NoReturn:
    """Run the command line; an error raised on purpose becomes one message and exit code 2."""
    codecs.register_error("json-escape", _escaped)
    for stream in (sys.stdout, sys.stderr):
        # a cp950 or ASCII console has no glyph for some names: show an escape, which JSON readers take, and never fail
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="json-escape")
    try:
        sys.exit(cli.main(prog_name="wifiplan", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        _fail("stopped; files that were finished are complete")
    except MemoryError:
        _fail("the memory of this machine does not suffice\nWhat to do: plan fewer schools at once (--workers 1)")
    except WifiplanError as error:
        _fail(error.text(_lang(sys.argv)))


def _lang(arguments: Sequence[str]) -> str:
    """Return the language that a command line asks for: a message that ends it comes when its options are gone."""
    given = [after for before, after in pairwise(arguments) if before == "--lang"]
    given += [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    return given[-1] if given else "zh-TW"


def _fail(message: str) -> NoReturn:
    click.echo(f"wifiplan: {message}", err=True)
    sys.exit(2)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Return characters that a console lacks as JSON writes them: \u4e2d."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
