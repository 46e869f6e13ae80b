"""The sheet 各校填報: what every school asks for and has."""

from collections.abc import Sequence
from dataclasses import asdict

from wifiplan.files import county_names as names
from wifiplan.report.school_words import stage_text
from wifiplan.report.texts import texts
from wifiplan.report.workbook.entries import Block, EntryPage
from wifiplan.report.workbook.pages import Page, Row, Value, first_row, say
from wifiplan.scheme.entitlement import Entitlement
from wifiplan.scheme.inputs import CountyInputs, SchoolInput
from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import STAGE_WORDS, School, Stage

_FIRST = 9
"""The first column that is filled in; columns count from 1."""

_BLANK_ROWS = 40
"""Rows of a sheet of nobody's schools."""

_WIDTHS = (6, 8, 10, 30, 8, 8, 9, 9, 11, 11, 11, 26, 11, 11, 11, 11, 22)
_EXAMPLE_HAS = {"n_existing_devices": 90, "n_without_mdm": 30, "n_byod": 0, "uplink_mbps": 500}


def school_page(
    county: str,
    schools: Sequence[School],
    entitlements: Sequence[Entitlement],
    inputs: CountyInputs,
    lang: Lang,
) -> EntryPage:
    """Return the sheet with what is entered, one row a school in roster order; blank rows where there is no roster.

    Rule numbers stand beside the cells of what is asked for: a cell left empty follows the rule, also when the
    roster changes later.
    """
    words = texts(lang)
    entered = inputs.by_school()
    rows = [
        _row(number, school, given, entered.get(school.key), lang)
        for number, (school, given) in enumerate(zip(schools, entitlements, strict=True), 1)
    ]
    blank: tuple[Value, ...] = (None,) * (len(_WIDTHS) - 1)
    rows = rows or [Row(cells=(number, *blank)) for number in range(1, _BLANK_ROWS + 1)]
    page = Page(
        name=say(lang, *names.SHEETS["schools"]),
        title=words["inputs.schools.title"]
        .format(county=say(lang, "「推動中小學數位學習精進方案」", "") + county)
        .strip(": "),
        lead=tuple("※ " + words[f"inputs.lead.{key}"] for key in ("how", "schools", "schools.who")),
        groups=(
            (words["inputs.group.school"], 5),
            (words["inputs.group.rule"], 3),
            (words["inputs.group.asked"], 4),
            (words["inputs.group.has"], 5),
        ),
        header=_header(lang),
        rows=(_example(lang), *rows),
        widths=_WIDTHS if lang == "zh-TW" else (8, 12, *_WIDTHS[2:]),
    )
    apart = [number for number, given in enumerate(entitlements) if not given.funded]
    return _opened(page, [school.key for school in schools], apart, lang)


def _header(lang: Lang) -> tuple[str, ...]:
    words = texts(lang)
    stage, code = (name.title(lang) for name in names.SCHOOL_KEYS)
    computed = ("name", "classes", "rule_carts", "rule_teacher", "rule_student")
    return (
        words["inputs.column.serial"],
        stage,
        code,
        *(words[f"inputs.column.{key}"] for key in computed),
        *(name.title(lang) for name in names.SCHOOL_COLUMNS),
    )


def _example(lang: Lang) -> Row:
    """Return the Annex's example school, with one set more than its rule gives."""
    words = texts(lang)
    school = (stage_text("elementary", lang), "999999", "○○市○○區○○國民小學", 20, 4, 8, 112)
    asked = (5, 10, 140, words["inputs.example.reason"])
    return Row(
        cells=(words["inputs.example"], *school, *asked, *_EXAMPLE_HAS.values(), words["inputs.example.note"]),
        kind="example",
    )


def _row(number: int, school: School, given: Entitlement, entered: SchoolInput | None, lang: Lang) -> Row:
    values = asdict(entered if entered is not None else SchoolInput(stage=school.stage, code=school.code))
    rule: tuple[Value, ...] = (given.n_carts, given.n_teacher_devices, given.n_student_devices)
    return Row(
        cells=(
            number,
            stage_text(school.stage, lang),
            school.code,
            school.name,
            school.n_classes,
            *(rule if given.funded else (None,) * 3),
            *(_shown(values[name.field]) for name in names.SCHOOL_COLUMNS),
        )
    )


def _shown(value: Value) -> Value:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


def _opened(page: Page, keys: Sequence[tuple[Stage, str]], apart: Sequence[int], lang: Lang) -> EntryPage:
    """Return the page with its cells for entries; the schools `apart` (by number from 0) ask for nothing."""
    words = texts(lang)
    first = first_row(page) + 1
    last = first_row(page) + len(page.rows) - 1
    refusals = {"count": words["inputs.check.whole"], "mbps": words["inputs.check.mbps"], "text": ""}
    blocks = [
        Block(
            column=column,
            first=first,
            last=last,
            kind=name.kind,
            prompt=words[f"inputs.prompt.{'school.' if name.kind == 'text' else ''}{name.field}"],
            refusal=refusals[name.kind],
        )
        for column, name in enumerate(names.SCHOOL_COLUMNS, _FIRST)
    ]
    if not keys:
        stages = tuple(stage_text(stage, lang) for stage in STAGE_WORDS)
        code = words["inputs.check.code"]
        blocks += [
            Block(column=2, first=first, last=last, kind="text", choices=stages, refusal=words["inputs.check.stage"]),
            Block(column=3, first=first, last=last, kind="text", prompt=code),
            Block(column=4, first=first, last=last, kind="text"),
        ]
    reason = next(block for block in blocks if block.column == _FIRST + 3)
    asks = ((f"$I{first}", f"$F{first}"), (f"$J{first}", f"$G{first}"), (f"$K{first}", f"$H{first}"))
    differs = ",".join(f"AND(ISNUMBER({ask}),ISNUMBER({rule}),{ask}<>{rule})" for ask, rule in asks[1:])
    return EntryPage(
        page=page,
        blocks=tuple(blocks),
        places={
            ("school", stage, code, name.field): (row, column)
            for row, (stage, code) in enumerate(keys, first)
            for column, name in enumerate(names.SCHOOL_COLUMNS, _FIRST)
        },
        greys=(
            *(Block(column=column, first=first, last=last, kind="text") for column in range(1, _FIRST) if keys),
            *(
                Block(column=column, first=first + number, last=first + number, kind="text")
                for number in apart
                for column in range(_FIRST, _FIRST + 4)
            ),
        ),
        demands=((reason, f'AND(OR({differs}),TRIM($L{first})="")'),),
    )
