"""The sheet 縣市填報: the eleven lines and the single values that a county fills in."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from wifiplan.catalog.grants import grant
from wifiplan.files import county_names as names
from wifiplan.report.texts import texts
from wifiplan.report.workbook.application import UNITS
from wifiplan.report.workbook.entries import Block, EntryPage
from wifiplan.report.workbook.pages import Page, Row, Value, first_row, say
from wifiplan.scheme.budget import BudgetLine
from wifiplan.scheme.inputs import PRICES, CountyInputs
from wifiplan.scheme.options import EntitlementOptions, Lang

_COLUMNS = {
    "computed": 5,
    "already": 6,
    "requested": 8,
    "reason": 9,
    "amount_ntd": 10,
    "current_ntd": 11,
    "tender": 12,
    "note": 13,
    "approved": 14,
}
"""Where a line's entries stand; columns count from 1."""

_KNOWN, _ESTIMATED, _DEFAULT, _ENTERED, _MEANING = 4, 7, 4, 5, 7
_WIDTHS = (6, 30, 8, 12, 15, 12, 12, 12, 26, 14, 14, 24, 18, 12)
_EXAMPLES = {"improved_percent": 30, "trained_percent": 25}
"""What the text names: 30 % as an example, 25 % as what is asked for (附件1 五(一))."""


def county_page(
    county: str,
    year: int | None,
    *,
    inputs: CountyInputs,
    lines: Sequence[BudgetLine],
    known: Sequence[BudgetLine],
    lang: Lang,
) -> EntryPage:
    """Return the sheet with what is entered.

    Parameters
    ----------
    county : str
        Name of the county, empty for a sheet of nobody.
    year : int, optional
        ROC school year of the roster.
    inputs : CountyInputs
        The entries that it shows.
    lines, known : sequence of BudgetLine
        The budget table with the entries, and the one that is computed without those of its lines.
    lang : "zh-TW" or "en"
        Language of headers and texts.
    """
    words = texts(lang)
    values = _value_rows(county, inputs, known, lang)
    section = Row(cells=(words["inputs.section.values"], *(None,) * 13), kind="section")
    page = Page(
        name=say(lang, *names.SHEETS["county"]),
        title=words["inputs.title"].format(county=say(lang, "「推動中小學數位學習精進方案」", "") + county).strip(": "),
        lead=tuple("※ " + words[f"inputs.lead.{key}"] for key in ("how", "lines", "columns", "keep")),
        groups=(
            (words["inputs.group.item"], 3),
            (words["inputs.group.ministry"], 4),
            (words["inputs.group.county"], 6),
            (words["inputs.group.approved"], 1),
        ),
        header=_header(year, lang),
        rows=(
            *(_line_row(line, computed, inputs, lang) for line, computed in zip(lines, known, strict=True)),
            section,
            Row(cells=_value_header(lang)),
            *values,
        ),
        widths=_WIDTHS,
    )
    return _opened(page, lines, lang)


def _header(year: int | None, lang: Lang) -> tuple[str, ...]:
    words = texts(lang)
    years = "110、111年" if year is None else f"{year}、{year + 1}年"
    titles = {name.field: name.title(lang) for name in (*names.LINE_KEYS, *names.LINE_COLUMNS)}
    if lang == "zh-TW":
        titles["already"] = years + titles["already"]
    computed = {
        3: words["inputs.column.unit"],
        _KNOWN: words["inputs.column.known"],
        _ESTIMATED: words["inputs.column.estimated"],
    }
    entered = {column: titles[field] for field, column in _COLUMNS.items()}
    cells = {1: titles["code"], 2: titles["name"], **computed, **entered}
    return tuple(cells[column] for column in range(1, len(_WIDTHS) + 1))


def _line_row(line: BudgetLine, known: BudgetLine, inputs: CountyInputs, lang: Lang) -> Row:
    given = asdict(inputs.line(line.code))
    cells: list[Value] = [None] * len(_WIDTHS)
    cells[:3] = [line.code, say(lang, line.name_zh, line.name_en), say(lang, *UNITS[line.unit])]
    cells[_KNOWN - 1] = known.computed
    cells[_ESTIMATED - 1] = line.estimated
    for field, column in _COLUMNS.items():
        cells[column - 1] = given[field] or (given[field] if given[field] == 0 else None)
    return Row(cells=tuple(cells))


def _value_header(lang: Lang) -> tuple[Value, ...]:
    words = texts(lang)
    code, item = (name.title(lang) for name in names.VALUE_KEYS)
    heads = ("unit", "default", None, "sample", "meaning")
    shown = [names.VALUE_COLUMN.title(lang) if head is None else words[f"inputs.column.{head}"] for head in heads]
    return (code, item, *shown, *(None,) * (len(_WIDTHS) - _MEANING))


def _value_rows(county: str, inputs: CountyInputs, known: Sequence[BudgetLine], lang: Lang) -> list[Row]:
    given: dict[str, Value] = asdict(replace(inputs, lines=(), schools=())) | {"county": county or None}
    defaults: Mapping[str, Value] = {
        **{field: value for field, value in asdict(EntitlementOptions()).items() if field in PRICES},
        **_EXAMPLES,
        "n_without_mdm": known[3].computed if inputs.n_without_mdm is None else None,
    }
    return [
        Row(
            cells=(
                name.code,
                name.title(lang),
                say(lang, *name.unit) or None,
                defaults.get(name.field),
                _plain(given[name.field]),
                int(name.sample) if name.sample.isdigit() else name.sample or None,
                _meaning(name, lang),
                *(None,) * (len(_WIDTHS) - _MEANING),
            )
        )
        for name in (names.COUNTY_VALUE, *names.VALUES)
    ]


def _plain(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _meaning(name: names.Name, lang: Lang) -> str:
    words = texts(lang)
    if name.field in PRICES and name.field != "ap_price_ntd":
        known = grant(name.field)
        text = known.text if lang == "zh-TW" else known.meaning_en + "."
        return words["inputs.value.price"].format(text=text, source=known.source)
    return words[f"inputs.value.{name.field}"]


def _opened(page: Page, lines: Sequence[BudgetLine], lang: Lang) -> EntryPage:
    """Return the page with its cells for entries."""
    words, n_lines = texts(lang), len(lines)
    first = first_row(page)
    last = first + n_lines - 1
    head = last + 2
    kinds = {name.field: name.kind for name in names.LINE_COLUMNS}
    refusals = {kind: words[f"inputs.check.{kind}"] for kind in ("money", "percent", "mbps")}
    refusals |= {"count": words["inputs.check.whole"], "text": ""}
    blocks = [
        Block(
            column=column, first=first, last=last, kind=kinds[field], prompt=words[f"inputs.prompt.{field}"],
            refusal=refusals["count" if kinds[field] == "money" and field not in _MONEY else kinds[field]],
        )
        for field, column in _COLUMNS.items()
    ]  # fmt: skip
    entries = (names.COUNTY_VALUE, *names.VALUES)
    blocks += [
        Block(column=_ENTERED, first=row, last=row, kind=name.kind, refusal=refusals[name.kind])
        for row, name in enumerate(entries, head + 1)
    ]
    end = head + len(entries)
    grey = [Block(column=column, first=first, last=last, kind="text") for column in (1, 2, 3, _KNOWN, _ESTIMATED)]
    grey += [Block(column=column, first=head + 1, last=end, kind="text") for column in (1, 2, 3, _DEFAULT, 6, _MEANING)]
    places: dict[tuple[str, ...], tuple[int, int]] = {
        ("line", str(code), field): (first + code - 1, column)
        for code in range(1, n_lines + 1)
        for field, column in _COLUMNS.items()
    }
    places |= {("value", name.field): (row, _ENTERED) for row, name in enumerate(entries, head + 1)}
    return EntryPage(
        page=page,
        blocks=tuple(blocks),
        places=places,
        greys=tuple(grey),
        heads=(head,),
        spans=((head, _MEANING), *((row, _MEANING) for row in range(head + 1, end + 1))),
        one_sheet=True,
        demands=tuple(_demand(line, row) for row, line in enumerate(lines, first)),
    )


def _demand(line: BudgetLine, row: int) -> tuple[Block, str]:
    """Return the cell of a line's reason, and when it asks for one.

    That is where the number requested differs from the estimate, or schools together ask for another number.
    """
    differs = "TRUE" if line.reason_missing else f"AND(ISNUMBER($H{row}),$H{row}<>$G{row})"
    reason = Block(column=_COLUMNS["reason"], first=row, last=row, kind="text")
    return reason, f'AND({differs},TRIM($I{row})="")'


_MONEY = ("amount_ntd", "current_ntd")
