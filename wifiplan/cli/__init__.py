"""The command line: read, ask one question, show the answer. One module a command group, loaded when it is called."""

import sys
from importlib import import_module

import click

from wifiplan import __version__
from wifiplan.errors import WifiplanError

COMMANDS = {
    "airtime": ("wifiplan.cli.airtime", "airtime", "What one radio cell carries."),
    "county": ("wifiplan.cli.county", "county", "Plan all schools of a county and fill in its application."),
    "plan": ("wifiplan.cli.plan", "plan", "Plan the access points of one school and print the report."),
    "predict": ("wifiplan.cli.predict", "predict", "Predict the power that points receive."),
    "scheme": ("wifiplan.cli.scheme", "scheme", "What the ministry's scheme gives every school of a roster."),
}
"""Command: module, object, one line of help; modules load only when called, so that `--help` is quick."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = vars(import_module(module))[name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in sorted(COMMANDS)])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="wifiplan")
def cli() -> None:
    """Plan school Wi-Fi for a county: roster, entitlement, coverage, placement, reports."""


def main() -> None:
    """Run the command line; an error raised on purpose becomes one message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        # a cp950 console has no glyph for some names: show an escape instead of failing
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli(prog_name="wifiplan")
    except WifiplanError as error:
        click.echo(f"wifiplan: {error}", err=True)
        sys.exit(2)
