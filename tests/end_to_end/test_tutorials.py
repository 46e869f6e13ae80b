"""The tutorials, done by a reader: every command, every excerpt, in both languages."""

from pathlib import Path

import pytest

from tutorial_reader import Reader
from tutorial_steps import Command, Goes, Saved, Shown, Step, Typed, steps

pytestmark = pytest.mark.waits
FOLDER = Path(__file__).parents[2] / "docs" / "tutorial"
NAMES = ("planner", "reader")
ALL = (*NAMES, "technician")
LANGUAGES = ("zh-TW", "en")


def done(language: str, name: str, folder: Path) -> None:
    with Reader(folder) as reader:
        for step in steps(FOLDER / language / f"{name}.md"):
            reader.does(step)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_command_does_what_the_tutorial_says(language: str, name: str, tmp_path: Path) -> None:
    done(language, name, tmp_path)


@pytest.mark.alone
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_technicians_tutorial_with_its_class_test(language: str, tmp_path: Path) -> None:
    done(language, "technician", tmp_path)


@pytest.mark.parametrize("name", ALL)
def test_both_languages_ask_for_the_same(name: str) -> None:
    chinese, english = ([same(step) for step in steps(FOLDER / language / f"{name}.md")] for language in LANGUAGES)
    assert chinese == english
    assert len(chinese) > 3


def same(step: Step) -> tuple[object, ...]:
    """Return what both languages must have in common of a step."""
    match step:
        case Command():
            return "runs", step.text.replace(" --lang en", ""), step.exit_code, step.keeps_running
        case Goes():
            return "goes on", step.interrupted, step.exit_code
        case Saved():
            return "saves", step.path, step.text
        case Typed():
            return "types", step.path, step.cells
        case Shown():
            return "shows", step.text.replace(" --lang en", "")
