"""What a county must still fill in or explain, in words."""

from wifiplan.files.county_names import LINE_COLUMNS, VALUES
from wifiplan.report.texts import texts
from wifiplan.scheme.budget import NAMES
from wifiplan.scheme.options import Lang
from wifiplan.scheme.todo import Todo


def todo_item(todo: Todo, lang: Lang) -> str:
    """Return what a thing to be done is about: a line, a school, an indicator or the roster."""
    words = texts(lang)
    if todo.school is not None:
        stage = words[f"stage.{todo.school.stage}"]
        return words["todo.item.school"].format(stage=stage, code=todo.school.code, name=todo.school.name)
    if todo.line is not None:
        zh, en, *_ = NAMES[todo.line]
        return words["todo.item.line"].format(code=todo.line, name=zh if lang == "zh-TW" else en)
    if todo.indicator is not None:
        return words["todo.item.indicator"].format(code=todo.indicator)
    return words["todo.item.roster"]


def todo_sentence(todo: Todo, lang: Lang) -> str:
    """Return what is to be done, in a sentence."""
    words = texts(lang)
    what = next((name.title(lang) for name in VALUES if name.field == todo.entry), "")
    if todo.kind == "amount" and todo.entry == "amount_ntd":
        what = next(name.title(lang) for name in LINE_COLUMNS if name.field == "amount_ntd")
    codes = words["doc.separator"].join(str(code) for code in todo.numbers)
    return words[f"todo.{todo.kind}"].format(*todo.numbers, what=what, codes=codes)
