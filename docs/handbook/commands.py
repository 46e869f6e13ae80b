"""The reference of the commands, made from the commands themselves."""

from collections.abc import Iterator

import click

from docs.handbook.tables import cell, table
from wifiplan.cli import cli

INTRODUCTION = """# Commands

Made from the program: what stands here is what `wifiplan COMMAND --help` says.
Exit codes of every command: 0 done and good; 1 done, and the answer is negative (rooms unserved, a school failed, a
class test FAIL or INCONCLUSIVE); 2 the input, the data or the machine is at fault, with one message.
Answers go to standard output and to files, messages to standard error.
"""


def page() -> str:
    """Return the page as Markdown."""
    found = list(walk(cli, "wifiplan", None))
    overview = table(("command", "what it does"), ((_link(name), cell(first_line(c))) for name, c, _ in found[1:]))
    parts = [INTRODUCTION, overview]
    parts += [section(name, command, context) for name, command, context in found[1:]]
    return "\n\n".join(parts) + "\n"


def walk(
    command: click.Command, name: str, parent: click.Context | None
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield a command and all below it, with their full names and contexts."""
    context = click.Context(command, info_name=name.rsplit(" ", 1)[-1], parent=parent)
    yield name, command, context
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None and not found.hidden:
                yield from walk(found, f"{name} {below}", context)


def section(name: str, command: click.Command, context: click.Context) -> str:
    """Return what is said of one command: usage, help, options, examples."""
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [f"## {name} {{ #{_anchor(name)} }}", f"```text\n{name} {usage}\n```"]
    lines += list(_prose(command.help or ""))
    rows = [
        _row(option, context) for option in command.params if isinstance(option, click.Option) and not option.hidden
    ]
    if rows:
        lines.append(table(("option", "value", "default", "what it does"), rows))
    lines += list(_prose(command.epilog or ""))
    if isinstance(command, click.Group):
        lines.append(", ".join(_link(f"{name} {below}") for below in command.list_commands(context)) + ".")
    return "\n\n".join(lines)


def first_line(command: click.Command) -> str:
    """Return the first sentence of a command's help."""
    return command.get_short_help_str(limit=200)


def _prose(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text; those that click keeps as they are (examples) stay so."""
    for paragraph in text.replace("\r", "").split("\n\n"):
        if paragraph.strip("\n").startswith("\b"):
            yield "```text\n" + paragraph.strip("\n").removeprefix("\b").strip("\n") + "\n```"
        elif paragraph.strip():
            yield cell(" ".join(paragraph.split()))


def _row(option: click.Option, context: click.Context) -> tuple[str, str, str, str]:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag or option.count else f"`{option.make_metavar(context)}`".replace("|", r"\|")
    told = option.get_help_extra(context)
    default = "required" if option.required else f"`{told['default']}`" if told.get("default") else ""
    more = ["Repeatable." for _ in [0] if option.multiple]
    more += [f"Range {told['range']}." for _ in [0] if told.get("range")]
    more += [f"Environment: `{name}`." for name in told.get("envvars", ())]
    return names, value, default, cell(" ".join([option.help or "", *more]))


def _anchor(name: str) -> str:
    return name.removeprefix("wifiplan ").replace(" ", "-")


def _link(name: str) -> str:
    return f"[`{name}`](#{_anchor(name)})"
