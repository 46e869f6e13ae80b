"""`wifiplan probe`: what happens on site; one module a question, loaded when it is asked."""

from importlib import import_module

import click

QUESTIONS: dict[str, tuple[str, str, str]] = {
    "agent": ("wifiplan.cli.probe_agent", "agent", "Take part in a class test with this laptop."),
    "class": ("wifiplan.cli.probe_class", "class_command", "Put a whole class on line at once: PASS, FAIL or open."),
    "serve": ("wifiplan.cli.probe_serve", "serve_command", "Serve schools that check their way out (county centre)."),
    "services": ("wifiplan.cli.probe_services", "services_command", "Ask DHCP, DNS, gateway and the way out."),
    "sheet": ("wifiplan.cli.probe_sheet", "sheet", "Print the sheet of a class test again."),
}
"""Subcommand: module, object, one line of help."""


class _Questions(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return sorted(QUESTIONS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        if cmd_name not in QUESTIONS:
            return None
        module, name, _ = QUESTIONS[cmd_name]
        command: click.Command = vars(import_module(module))[name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, QUESTIONS[name][2]) for name in sorted(QUESTIONS)])


@click.group(cls=_Questions)
def probe() -> None:
    """Hear the air, put a whole class on line, ask the school's services, and give a verdict."""
