"""`wifiplan completion`: the script by which a shell completes commands, options, files and names of counties."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "fish": FishComplete, "zsh": ZshComplete}
"""Shells that can be served."""


@click.command()
@click.argument("shell", type=click.Choice(sorted(SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options, files and, after ROSTER.csv, names of counties.

    \b
    For bash, in this window:    eval "$(wifiplan completion bash)"
    for good:                    wifiplan completion bash >> ~/.bashrc
    For zsh:                     wifiplan completion zsh >> ~/.zshrc
    For fish:                    wifiplan completion fish > ~/.config/fish/completions/wifiplan.fish
    """  # noqa: D301 (click's mark for lines that are kept)
    script = SHELLS[shell](ctx.find_root().command, {}, "wifiplan", "_WIFIPLAN_COMPLETE")
    click.echo(script.source_template % script.source_vars())
