"""What the documents say of the program is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from wifiplan.cli import cli
from wifiplan.cli.probe import probe

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def terms() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return rows[1:]


def test_the_glossary_is_in_order_and_says_each_term_once() -> None:
    names = [row[0] for row in terms()]
    assert all(len(row) == 3 and all(row) for row in terms())
    assert names == sorted(names, key=str.casefold)
    assert len(names) == len({name.casefold() for name in names})


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_of_the_program_that_a_document_names_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?:wifiplan/|tests/|benchmarks/|catalog/|probe/|docs/|floorplans/)[\w./-]+\.\w+", text)
    homes = (ROOT, ROOT / "wifiplan")
    assert not [name for name in named if not any((home / name).is_file() for home in homes)]


def test_every_document_is_named_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [path.name for path in DOCUMENTS[1:] if f"docs/{path.name}" not in text]


def commands(group: click.Group, prefix: str) -> Iterator[str]:
    with click.Context(group) as context:
        for name in group.list_commands(context):
            yield f"{prefix} {name}"


def test_every_command_stands_in_the_readmes_table() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    wanted = [*commands(cli, "wifiplan"), *commands(probe, "wifiplan probe")]
    assert len(wanted) > 15
    assert not [name for name in wanted if name != "wifiplan probe" and f"| `{name}" not in text]
