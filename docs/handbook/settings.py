"""The reference of the settings, made from floorplans/settings-example.toml, which the tests hold against the types."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from docs.handbook.tables import cell, table

EXAMPLE = Path(__file__).resolve().parents[2] / "floorplans" / "settings-example.toml"
INTRODUCTION = """# Settings

Every option of `--settings FILE.toml` with its default, from `floorplans/settings-example.toml`.
What a file does not name keeps its default; an unknown name or a wrong value is refused, all faults at once.
A dash in the column of defaults: without the option nothing is set, the meaning says what happens then.
"""
_SECTION = re.compile(r"^\[(?P<name>\w+)\] *(?:# *(?P<what>.*))?$")
_OPTION = re.compile(r"^(?P<off># )?(?P<name>[a-z]\w*) = (?P<value>.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option as the example file shows it."""

    section: str
    name: str
    default: str
    meaning: str


def page() -> str:
    """Return the page as Markdown."""
    text = EXAMPLE.read_text(encoding="utf-8")
    heads = dict(_sections(text))
    parts = [INTRODUCTION]
    found = list(options(text))
    for name, what in heads.items():
        rows = [o for o in found if o.section == name]
        title = f"## [{name}] {{ #{name} }}" if name else "## Before all sections { #top }"
        told = [title, cell(what)] if what else [title]
        told.append(
            table(
                ("option", "default", "meaning"),
                ((f'<span id="{_anchor(o)}"></span>`{o.name}`', _default(o), cell(o.meaning)) for o in rows),
            )
        )
        parts.append("\n\n".join(told))
    return "\n\n".join(parts) + "\n"


def options(text: str) -> tuple[Option, ...]:
    """Return the options of an example file, with what the comments beside, above or indented below them say."""
    found: list[Option] = []
    section, above = "", list[str]()
    for line in text.splitlines():
        head, option = _SECTION.match(line), _OPTION.match(line)
        if head:
            section, above = head["name"], []
        elif option and any((o.section, o.name) == (section, option["name"]) for o in found):
            continue  # an example of what an option may hold
        elif option:
            value, beside = _split(option["value"])
            default = "" if option["off"] else value
            said = beside or " ".join(above)
            found.append(Option(section=section, name=option["name"], default=default, meaning=said))
            above = []
        elif line.startswith("#  ") and found and not above:
            last = found.pop()
            found.append(replace(last, meaning=f"{last.meaning} {line.lstrip('# ')}".strip()))
        else:
            above = [*above, line.lstrip("# ")] if line.startswith("#") else []
    return tuple(found)


def _sections(text: str) -> Iterator[tuple[str, str]]:
    yield "", ""
    for line in text.splitlines():
        head = _SECTION.match(line)
        if head:
            yield head["name"], head["what"] or ""


def _split(value: str) -> tuple[str, str]:
    """Return a value and the comment beside it; a # within quotes belongs to the value."""
    quoted = False
    for i, letter in enumerate(value):
        quoted ^= letter == '"'
        if letter == "#" and not quoted:
            return value[:i].strip(), value[i + 1 :].strip()
    return value.strip(), ""


def _default(option: Option) -> str:
    return f"`{option.default}`".replace("|", r"\|") if option.default else "—"


def _anchor(option: Option) -> str:
    return f"{option.section}.{option.name}" if option.section else option.name
