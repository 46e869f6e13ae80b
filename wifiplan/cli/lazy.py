"""Groups of commands whose modules load only when a command is called, so that `--help` is quick."""

from collections.abc import Mapping
from importlib import import_module
from typing import TypeAlias

import click
from click.shell_completion import CompletionItem

Commands: TypeAlias = Mapping[str, tuple[str, str, str]]
"""Command: module, object in it, one line of help."""


def lazy_group(commands: Commands) -> type[click.Group]:
    """Return the class of a group that holds these commands."""

    class LazyGroup(click.Group):
        def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
            return sorted(commands)

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (the same)
            if cmd_name not in commands:
                return None
            module, name, _ = commands[cmd_name]
            command: click.Command = vars(import_module(module))[name]
            return command

        def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
            """Offer the commands with their lines of help; none is loaded for it."""
            names = [name for name in sorted(commands) if name.startswith(incomplete)]
            options = click.Command.shell_complete(self, ctx, incomplete)
            return [*(CompletionItem(name, help=commands[name][2]) for name in names), *options]

        def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
            with formatter.section("Commands"):
                formatter.write_dl([(name, commands[name][2]) for name in sorted(commands)])

    return LazyGroup
