"""What the scheme command shows to people: aligned tables."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wifiplan.scheme.budget import BudgetLine, total_line
from wifiplan.scheme.entitlement import Entitlement, Sums, Totals
from wifiplan.scheme.indicators import Indicator
from wifiplan.scheme.office import Staff
from wifiplan.scheme.options import EntitlementOptions, Lang, describe
from wifiplan.scheme.school import STAGE_WORDS, School
from wifiplan.scheme.todo import Todo


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyAnswer:
    """One county's schools, entitlements, office and budget lines."""

    county: str
    schools: tuple[School, ...]
    entitlements: tuple[Entitlement, ...]
    totals: Totals
    office: Staff
    lines: tuple[BudgetLine, ...]
    indicators: tuple[Indicator, ...]
    todos: tuple[Todo, ...] = ()


_WORDS: Mapping[str, tuple[str, str]] = {
    "totals": ("補助總數", "Totals"),
    "funded": ("計入補助", "funded"),
    "remote": ("偏遠", "remote"),
    "non_remote": ("非偏遠", "not remote"),
    "national": ("國立(另列)", "national (apart)"),
    "national_in": ("其中國立", "of these national"),
    "scope": ("範圍", "scope"),
    "n_schools": ("校數", "schools"),
    "n_class_sets": ("補助班數", "class sets"),
    "n_student_devices": ("學生載具", "student devices"),
    "n_teacher_devices": ("教師載具", "teacher devices"),
    "n_devices": ("載具合計", "devices"),
    "n_carts": ("充電車", "carts"),
    "cost_ntd": ("經費(元)", "NTD"),
    "lines": ("經費需求(附件1 六)", "Budget table"),
    "line": ("規劃項目", "item"),
    "unit": ("單位", "unit"),
    "computed": ("計算補助數", "computed"),
    "already": ("已受補助數", "already"),
    "estimated": ("預估補助數", "estimated"),
    "requested": ("申請補助數", "requested"),
    "current": ("經常門(千元)", "current (k)"),
    "capital": ("資本門(千元)", "capital (k)"),
    "total": ("合計(千元)", "total (k)"),
    "sum": ("合計", "sum"),
    "open": ("待填", "open"),
    "counties": ("各縣市", "Counties"),
    "county": ("縣市", "county"),
    "office_schools": ("總校數(一校計一次)", "schools (each once)"),
    "advisers": ("輔導", "advisers"),
    "network": ("資訊網路", "network"),
    "admin": ("行政", "admin"),
    "staff_ntd": ("人事費(元)", "staff NTD"),
    "operations_ntd": ("運作費(元)", "operations NTD"),
    "schools": ("各校", "Schools"),
    "stage": ("學制", "stage"),
    "code": ("代碼", "code"),
    "name": ("學校", "school"),
    "area": ("地區", "area"),
    "n_classes": ("班級數", "classes"),
    "elementary": STAGE_WORDS["elementary"],
    "junior": STAGE_WORDS["junior"],
    "general": ("一般", "other"),
    "options": ("選項與假設(* 表示已改)", "Options (* changed)"),
    "option": ("選項", "option"),
    "value": ("值", "value"),
    "meaning": ("說明", "meaning"),
    "device": ("臺", "device"),
    "cart": ("臺", "cart"),
    "licence": ("授權", "licence"),
    "access_point": ("臺", "AP"),
    "ntd": ("元", "NTD"),
    "person": ("人", "person"),
    "session": ("場", "session"),
    "period": ("節", "period"),
}


def word(key: str, lang: Lang) -> str:
    """Return a word of the tables."""
    return _WORDS[key][0 if lang == "zh-TW" else 1]


def width(text: str) -> int:
    """Return the columns that a text takes on a terminal; a Chinese character takes two.

    >>> width("AP費用")
    6
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """Return rows as aligned text; columns in `left` are flush left, the others flush right."""
    widths = [max(width(row[c]) for row in (header, *rows)) for c in range(len(header))]

    def line(row: Sequence[str]) -> str:
        cells = [
            cell + " " * (widths[c] - width(cell)) if c in left else " " * (widths[c] - width(cell)) + cell
            for c, cell in enumerate(row)
        ]
        return "  ".join(cells).rstrip()

    return "\n".join([line(header), "  ".join("-" * w for w in widths), *map(line, rows)])


def totals_table(totals: Totals, options: EntitlementOptions, lang: Lang) -> str:
    """Return the sums over funded, remote, other and national schools."""
    scopes = (
        ("funded", totals.funded),
        ("remote", totals.remote),
        ("non_remote", totals.non_remote),
        ("national_in" if options.include_national else "national", totals.national),
    )
    names = ("scope", *_SUMS)
    rows = [[word(scope, lang), *(f"{value:,}" for value in sums_of(sums).values())] for scope, sums in scopes]
    return f"{word('totals', lang)}\n" + table([word(name, lang) for name in names], rows)


_SUMS = (
    "n_schools",
    "n_class_sets",
    "n_student_devices",
    "n_teacher_devices",
    "n_devices",
    "n_carts",
    "cost_ntd",
)


def sums_of(sums: Sums) -> dict[str, int]:
    """Return sums over schools by their names in the contract."""
    values = (
        sums.n_schools,
        sums.n_class_sets,
        sums.n_student_devices,
        sums.n_teacher_devices,
        sums.n_devices,
        sums.n_carts,
        sums.cost_ntd,
    )
    return dict(zip(_SUMS, values, strict=True))


def lines_table(answer: CountyAnswer, lang: Lang) -> str:
    """Return the eleven lines of one county and their sum."""
    names = ("line", "unit", "computed", "already", "estimated", "requested", "current", "capital", "total")
    rows = []
    for line in answer.lines:
        name = line.name_zh if lang == "zh-TW" else line.name_en
        numbers = (line.computed, line.already, line.estimated, line.requested)
        money = (line.current_kntd, line.capital_kntd, line.total_kntd)
        rows.append(
            [
                f"{line.code:2d} {name}",
                word(line.unit, lang),
                *(_number(value, lang) for value in (*numbers, *money)),
            ]
        )
    rows.append([word("sum", lang), "", "", "", "", "", *(f"{v:,}" for v in total_line(answer.lines))])
    title = f"{answer.county} {word('lines', lang)}"
    return f"{title}\n" + table([word(name, lang) for name in names], rows, left=(0, 1))


def counties_table(answers: Sequence[CountyAnswer], lang: Lang) -> str:
    """Return one row a county: schools, devices, office."""
    names = (
        "county", "n_schools", "n_devices", "n_carts", "cost_ntd",
        "office_schools", "advisers", "network", "admin", "staff_ntd", "operations_ntd",
    )  # fmt: skip
    rows = []
    for answer in answers:
        funded, office = answer.totals.funded, answer.office
        operations = answer.lines[7].computed or 0
        values = (
            funded.n_schools, funded.n_devices, funded.n_carts, funded.cost_ntd,
            office.n_schools, office.n_advisers, office.n_network, office.n_admin, office.cost_ntd, operations,
        )  # fmt: skip
        rows.append([answer.county, *(f"{value:,}" for value in values)])
    return f"{word('counties', lang)}\n" + table([word(name, lang) for name in names], rows)


def schools_table(answers: Sequence[CountyAnswer], lang: Lang) -> str:
    """Return one row a school."""
    names = (
        "stage", "code", "name", "area", "n_classes", "n_class_sets",
        "n_student_devices", "n_teacher_devices", "n_carts", "cost_ntd",
    )  # fmt: skip
    rows = []
    for answer in answers:
        for school, given in zip(answer.schools, answer.entitlements, strict=True):
            where = "remote" if given.remote else "general"
            area = word(where if given.funded else "national", lang)
            values = (
                school.n_classes, given.n_class_sets, given.n_student_devices,
                given.n_teacher_devices, given.n_carts, given.cost_ntd,
            )  # fmt: skip
            text = [word(school.stage, lang), school.code, school.name, area]
            rows.append([*text, *(f"{value:,}" for value in values)])
    return f"{word('schools', lang)}\n" + table([word(name, lang) for name in names], rows, left=(0, 1, 2, 3))


def options_table(options: EntitlementOptions, lang: Lang) -> str:
    """Return every option with its value and meaning; changed ones carry a star."""
    rows = [
        [f"{row.point:>3} {row.name}{'*' if row.changed else ''}", row.value or word("open", lang), row.meaning]
        for row in describe(options, lang)
    ]
    names = [word(name, lang) for name in ("option", "value", "meaning")]
    return f"{word('options', lang)}\n" + table(names, rows, left=(0, 1, 2))


def _number(value: int | None, lang: Lang) -> str:
    return word("open", lang) if value is None else f"{value:,}"
