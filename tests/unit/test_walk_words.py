"""The words of the survey page: the same keys in both languages, every key that a script or a remark asks for."""

import re
import tomllib
from importlib.resources import files

STATIC = files("wifiplan.web") / "static" / "walk"
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in STATIC.iterdir() if path.name.endswith(".js")}
REMARKS = ("dump", "dump rescan", "percent", "windows cache", "replay")


def words(lang: str) -> dict[str, str]:
    return tomllib.loads((STATIC / f"walk.{lang}.toml").read_text(encoding="utf-8"))


def fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_say_the_same_things() -> None:
    chinese, english = words("zh-TW"), words("en")
    assert chinese.keys() == english.keys()
    assert {key for key in chinese if fields(chinese[key]) != fields(english[key])} == set()


def test_every_word_is_there_and_used() -> None:
    code = "\n".join(SCRIPTS.values())
    asked = set(re.findall(r"""["'`](walk\.[a-z_.]+)["'`]""", code))
    asked |= {f"walk.{kind}.{mode}" for kind in ("mode", "todo") for mode in ("point", "walk")}
    asked |= {f"walk.remark.{remark}" for remark in REMARKS} | {"walk.title"}
    assert asked == words("en").keys()


def test_texts_never_become_markup() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert {name for name, text in SCRIPTS.items() if forbidden.search(text)} == set()
