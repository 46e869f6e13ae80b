"""Where every number comes from: `python -m docs.handbook.numbers` writes the two pages from numbers.toml."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docs.handbook.tables import cell, table

Lang = Literal["zh-TW", "en"]
HERE = Path(__file__).resolve().parent
PAGES: dict[Lang, Path] = {"zh-TW": HERE.parent / "numbers.zh-TW.md", "en": HERE.parent / "numbers.md"}
ROOT = HERE.parents[1]

HEADS: dict[Lang, tuple[str, ...]] = {
    "zh-TW": ("在哪裡看到", "算式", "怎麼算", "出處", "程式", "可改的選項", "目錄表", "欄位"),
    "en": ("where it stands", "formula", "how", "source", "code", "options", "catalogue", "columns"),
}
INTRODUCTION: dict[Lang, str] = {
    "zh-TW": """# 這個數字怎麼來的

報告書、county.xlsx 與各資料檔裡的每個數字：算式、出處（要點條文、標準章節或目錄表的一列）、算它的程式、可以改它的選項。
手上是報告書，看各節標題，或用上方搜尋框；手上是欄位名稱，查最後的表。
每個選項寫在設定檔裡，用 `--settings 檔名.toml` 帶入；報告書印出實際用的值。
""",
    "en": """# How each number is computed

Every number of the reports, county.xlsx and the data files: its formula, its source (the ministry's text, a clause of a
standard, a row of the catalogue), the code that computes it, and the options that change it.
With a printed report, go by the headings or search; with the name of a column, look into the last table.
Options stand in a settings file, `--settings FILE.toml`; the report prints the values that were used.
""",
}
INDEX: dict[Lang, tuple[str, tuple[str, str]]] = {
    "zh-TW": ("## 依欄位查", ("欄位", "數字")),
    "en": ("## By column", ("column", "number")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number as numbers.toml tells of it."""

    group: str
    key: str
    zh: str
    en: str
    seen_zh: str
    seen_en: str
    columns: tuple[str, ...]
    formula: str
    how_zh: str
    how_en: str
    source: str
    code: tuple[str, ...]
    options: tuple[str, ...]
    rows: tuple[str, ...]


def read() -> tuple[dict[str, tuple[str, str]], tuple[Number, ...]]:
    """Return the groups (key: Chinese and English title) and the numbers."""
    data = tomllib.loads((HERE / "numbers.toml").read_text(encoding="utf-8"))
    groups = {group["key"]: (group["zh"], group["en"]) for group in data["group"]}
    lists = ("columns", "code", "options", "rows")
    told = [{**raw, **{name: tuple(raw[name]) for name in lists}} for raw in data["number"]]
    return groups, tuple(Number(**one) for one in told)


def page(lang: Lang) -> str:
    """Return the page in one language."""
    groups, numbers = read()
    chinese = lang == "zh-TW"
    head, columns = INDEX[lang]
    rows = sorted((column, n.zh if chinese else n.en, n.key) for n in numbers for column in n.columns)
    parts = [INTRODUCTION[lang]]
    for key, (zh, en) in groups.items():
        parts.append(f"## {zh if chinese else en}")
        parts += [_section(number, lang) for number in numbers if number.group == key]
    parts += [head, table(columns, ((f"`{column}`", f"[{cell(name)}](#{key})") for column, name, key in rows))]
    return "\n\n".join(parts) + "\n"


def write() -> None:
    """Write both pages."""
    for lang, path in PAGES.items():
        path.write_text(page(lang), encoding="utf-8", newline="\n")


def _section(number: Number, lang: Lang) -> str:
    chinese = lang == "zh-TW"
    heads = HEADS[lang]
    values = (
        cell(number.seen_zh if chinese else number.seen_en),
        f"`{number.formula}`".replace("|", r"\|"),
        cell(number.how_zh if chinese else number.how_en),
        _linked(number.source),
        _list(number.code, code_place),
        _list(number.options, _option),
        _list(number.rows, _row),
        _list(number.columns, lambda column: f"`{column}`"),
    )
    title = number.zh if chinese else number.en
    rows = ((head, value) for head, value in zip(heads, values, strict=True) if value)
    return f'<a id="{number.key}"></a>\n\n### {title}\n\n{table((" ", " "), rows)}'


def code_place(name: str) -> str:
    """Return where a dotted name of the program stands.

    >>> code_place("scheme.entitlement.class_sets"), code_place("design.channels.assign")
    ('`wifiplan/scheme/entitlement.py`: `class_sets`', '`wifiplan/design/channels/__init__.py`: `assign`')
    """
    module, _, attribute = name.rpartition(".")
    path = ROOT / "wifiplan" / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return f"`{file.relative_to(ROOT).as_posix()}`: `{attribute}`"


def _list(values: tuple[str, ...], shown: Callable[[str], str]) -> str:
    return "<br>".join(map(shown, values))


def _option(option: str) -> str:
    """Return an option as a link to its place in the reference."""
    if option.startswith("["):
        section, _, name = option[1:].partition("] ")
        return f"[`{option}`](reference/settings.md#{section}.{name})"
    command, _, _ = option.partition(" --")
    return f"[`wifiplan {option}`](reference/commands.md#{command.replace(' ', '-')})"


def _row(row: str) -> str:
    file, _, name = row.partition(":")
    place = f"`catalog/data/{file}`" + (f" `{name}`" if name else "")
    return f"[{place}](reference/catalog.md#{file.removesuffix('.csv')})"


def _linked(source: str) -> str:
    """Return a source with the documents it names as links."""
    words = cell(source).replace("docs/", "\0")
    parts = list(_pieces(words))
    return "".join(parts)


def _pieces(words: str) -> Iterator[str]:
    first, *others = words.split("\0")
    yield first
    for other in others:
        name, dot, rest = other.partition(".md")
        yield f"[docs/{name}{dot}]({name}{dot})" + rest


if __name__ == "__main__":
    write()
