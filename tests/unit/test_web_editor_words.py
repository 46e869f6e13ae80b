"""The words of the editor: the same keys in both languages, and every key that a script asks for."""

import re
import tomllib
from importlib.resources import files

STATIC = files("wifiplan.web") / "static"
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in STATIC.iterdir() if path.name.endswith(".js")}
ASKED = re.compile(r"""(?:\bt|refuse|refusal:)\s*\(?\s*["'](edit\.[a-z0-9_.]+)["']""")
STEPS = re.compile(r"""(?:\.do|doFloor|\.put|replace)\(\s*"([a-z_]+)",""")


def words(lang: str) -> dict[str, str]:
    return tomllib.loads((STATIC / f"edit.{lang}.toml").read_text(encoding="utf-8"))


def fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_say_the_same_things() -> None:
    chinese, english = words("zh-TW"), words("en")
    assert chinese.keys() == english.keys()
    assert {key for key in chinese if fields(chinese[key]) != fields(english[key])} == set()


def test_every_word_that_a_script_asks_for_is_there() -> None:
    asked = {key for text in SCRIPTS.values() for key in ASKED.findall(text)}
    assert len(asked) > 100
    assert asked - words("zh-TW").keys() == set()


def test_every_step_can_be_named_when_it_is_undone() -> None:
    steps = {name for text in SCRIPTS.values() for name in STEPS.findall(text)}
    assert {"wall", "room_fields", "underlay_move", "import"} <= steps
    assert {f"edit.step.{name}" for name in steps} - words("en").keys() == set()


def test_texts_never_become_markup() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert {name for name, text in SCRIPTS.items() if forbidden.search(text)} == set()
