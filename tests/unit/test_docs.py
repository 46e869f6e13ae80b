"""What the documents say of the program is there."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from docs.handbook.languages import joined
from docs.handbook.made import MADE
from wifiplan.cli import cli
from wifiplan.cli.probe import probe

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
CONTRACT = (
    "radio.loss.LAWS",
    "radio.cell_load.cell",
    "predict.coverage.received_dbm",
    "predict.coverage.grid",
    "design.placement.place",
    "design.covering.cover",
    "design.channels.assign",
    "scheme.apportionment.share",
    "survey.calibration.fit",
    "probe.frames.decode",
)
"""What scripts may rely on: each has its place in the reference."""


def terms() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return rows[1:]


def test_the_glossary_is_in_order_and_says_each_term_once() -> None:
    names = [row[0] for row in terms()]
    assert all(len(row) == 3 and all(row) for row in terms())
    assert names == sorted(names, key=str.casefold)
    assert len(names) == len({name.casefold() for name in names})


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if "tutorial" not in p.parts], ids=lambda path: path.name)
def test_files_of_the_program_that_a_document_names_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?:wifiplan/|tests/|benchmarks/|catalog/|probe/|docs/|floorplans/)[\w./-]+\.\w+", text)
    homes = (ROOT, ROOT / "wifiplan")
    assert not [name for name in named if not any((home / name).is_file() for home in homes)]


def test_every_document_has_its_place_in_the_handbook() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    nav = re.findall(r"^ +- (?:[^:\n]+: )?(\S+\.md)$", text[text.index("\nnav:") :], re.MULTILINE)
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")} - {"index.en.md"}
    assert sorted(nav) == sorted(pages | set(MADE))


def test_everything_that_scripts_rely_on_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/api.md").read_text(encoding="utf-8")
    named = re.findall(r"^::: wifiplan\.(\S+)$", text, re.MULTILINE)
    assert not [name for name in CONTRACT if name not in named]
    assert not [name for name in named if not there(f"wifiplan.{name}")]


def there(name: str) -> bool:
    """Return whether a dotted name of the program leads to something."""
    module, _, attribute = name.rpartition(".")
    return attribute in vars(importlib.import_module(module))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"https?:|mailto:|#", link)]
    made = {(ROOT / "docs" / page).resolve() for page in MADE}
    targets = {link: (path.parent / link.partition("#")[0]).resolve() for link in links}
    assert not [link for link, target in targets.items() if not target.exists() and target not in made]


def test_code_names_of_the_glossary_exist() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "wifiplan").rglob("*.py"))
    words = set(re.findall(r"\w+", sources))
    named = {name for row in terms() for name in re.findall(r"`([^`]+)`", row[2])}
    assert len(named) > 10
    # dotted names lead to something; others are words of the code, files or commands
    for name in named:
        if re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)+\.\w+", name) and not name.endswith((".py", ".csv", ".json", ".xlsx")):
            assert there(f"wifiplan.{name}"), name
        elif re.fullmatch(r"\w+", name):
            assert name in words, name


def commands(group: click.Group, prefix: str) -> Iterator[str]:
    with click.Context(group) as context:
        for name in group.list_commands(context):
            yield f"{prefix} {name}"


def test_every_command_stands_in_the_readmes_table() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    wanted = [*commands(cli, "wifiplan"), *commands(probe, "wifiplan probe")]
    assert len(wanted) > 15
    assert not [name for name in wanted if name != "wifiplan probe" and f"| `{name}" not in text]


def test_lines_of_a_chinese_paragraph_are_joined_without_a_gap() -> None:
    assert joined("<p>全校、\n教室 A\n棟</p>\n<pre>甲\n乙</pre>") == "<p>全校、教室 A\n棟</p>\n<pre>甲\n乙</pre>"
