"""The tutorials, done by a reader: every command, every excerpt; the same in both languages."""

import os
import re
import socket
from pathlib import Path

import pytest

from simulated_scans import FOLDER as SCANS
from simulated_scans import scans
from tutorial_reader import Reader
from tutorial_steps import Command, Goes, Saved, Shown, Step, Typed, steps
from wifiplan.files import read_site

FOLDER = Path(__file__).parents[2] / "docs" / "tutorial"
NAMES = ("planner", "reader", "technician")
LANGUAGES = ("zh-TW", "en")
ALL = os.environ.get("WIFIPLAN_TUTORIALS") == "all"
"""Only then the English ones are done, too: the commands are the same, and every figure must stand in both."""


PORT = re.compile(r"http://127\.0\.0\.1:(\d+)")


def done(language: str, name: str, folder: Path) -> None:
    free(steps(FOLDER / language / f"{name}.md"))
    with Reader(folder) as reader:
        for step in steps(FOLDER / language / f"{name}.md"):
            reader.does(step)


def free(asked: list[Step]) -> None:
    """Skip where another program holds a port that the tutorial prints, or the one after it, which streams take."""
    printed = {int(port) for step in asked if isinstance(step, Command) for port in PORT.findall(step.said)}
    for port in sorted(printed | {port + 1 for port in printed}):
        with socket.socket() as trial:
            # what the commands set, too: a port that was just left counts as free
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError as error:
                pytest.skip(f"port {port}, which the tutorial needs, is taken on this machine: {error}")


@pytest.mark.parametrize("name", ["planner", "reader"])
def test_every_command_does_what_the_tutorial_says(name: str, tmp_path: Path) -> None:
    done("zh-TW", name, tmp_path)


@pytest.mark.alone
def test_the_technicians_tutorial_with_its_class_test(tmp_path: Path) -> None:
    done("zh-TW", "technician", tmp_path)
    # the shipped scans are those of the school that the tutorial builds
    shipped = {path.stem: path.read_text(encoding="utf-8") for path in (SCANS / "scans").glob("*.txt")}
    assert dict(scans(read_site(tmp_path / "built.json"))) == shipped


@pytest.mark.alone
@pytest.mark.parametrize("name", NAMES)
def test_every_command_in_english(name: str, tmp_path: Path) -> None:
    if not ALL:
        pytest.skip("the English tutorials take two minutes: set WIFIPLAN_TUTORIALS=all")
    done("en", name, tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_ask_for_the_same_and_show_the_same_figures(name: str) -> None:
    chinese, english = ([same(step) for step in steps(FOLDER / language / f"{name}.md")] for language in LANGUAGES)
    assert chinese == english
    assert len(chinese) > 3


def figures(said: str) -> list[str]:
    """Return the numbers of an excerpt, in any order."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", said))


def same(step: Step) -> tuple[object, ...]:
    """Return what both languages must have in common of a step."""
    match step:
        case Command():
            text = step.text.replace(" --lang en", "")
            return "runs", text, step.exit_code, step.keeps_running, figures(step.said)
        case Goes():
            return "goes on", step.interrupted, step.exit_code, figures(step.said)
        case Saved():
            return "saves", step.path, step.text
        case Typed():
            return "types", step.path, step.cells
        case Shown():
            return "shows", step.text.replace(" --lang en", "")
