"""The columns of the tracking workbook: header in both languages, width, and what stands in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.files.tracking_book import Layout, plain_header
from wifiplan.report.school_words import ownership_text, stage_text
from wifiplan.report.texts import texts
from wifiplan.report.workbook.pages import Value, say
from wifiplan.scheme.indicators import Basis
from wifiplan.scheme.options import Lang
from wifiplan.study.tracking import BASES, Tracked, good_classrooms
from wifiplan.study.visits import Visit

Group: TypeAlias = Literal["school", "progress", "office", "good", "visit"]

GROUPS: dict[Group, tuple[str, str]] = {
    "school": ("學校", "School"),
    "progress": ("進度（自動更新）", "Progress (updated by each run)"),
    "office": ("縣市填寫（重跑時保留）", "Filled in by the office (kept)"),
    "good": ("指標 7 達標班級教室數：依據不同，不相加", "Classrooms of KPI 7, by evidence: never summed"),
    "visit": ("訪視", "Visit"),
}

OWNER_ZH = "財產權仍為縣市政府所有"
"""What private schools are lent, as the plan words it: 111 年實施計畫 五(三)."""

SHEETS: dict[str, tuple[str, str]] = {
    "summary": ("總覽", "Summary"),
    "status": ("進度", "Status"),
    "visits": ("訪視順序", "Visits"),
    "evidence": ("依據", "Evidence"),
    "national": ("國立學校", "National"),
    "left": ("離開名冊", "Left the roster"),
    "weights": ("計分與說明", "Points and notes"),
}
"""Names of the sheets; hand-written entries are read from status, national and left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `value` is None where the office fills it in."""

    code: str
    group: Group
    zh: str
    en: str
    width: float
    width_en: float | None = None
    value: Callable[[Visit, Lang], Value] | None = None


def _office(code: str, zh: str, en: str, width: float = 12.0) -> Column:
    return Column(code=code, group="office", zh=zh, en=en, width=width)


def _good(basis: Basis) -> Column:
    return Column(
        code=f"good_{basis}",
        group="good",
        zh=texts("zh-TW")[f"track.basis.{basis}"],
        en=texts("en")[f"track.basis.{basis}"],
        width=8.5,
        value=lambda visit, _: good(visit.tracked, basis)[0],
    )


def good(tracked: Tracked, basis: Basis) -> tuple[int | None, int | None]:
    """Return the classrooms that pass and those looked at with one kind of evidence, None without any."""
    found = {part.basis: part for part in good_classrooms(tracked)}
    return (found[basis].n_good, found[basis].n_classrooms) if basis in found else (None, None)


def why(visit: Visit, lang: Lang) -> str:
    """Return in words why a school is visited, each reason with its points, the heaviest first."""
    words = texts(lang)
    parts = [
        words["track.why.points"].format(
            text=words[f"track.why.{finding.risk.code}"].format(n=finding.count), points=finding.points
        )
        for finding in visit.findings
    ]
    return words["track.why.join"].join(parts) or words["track.why.none"]


def _step(visit: Visit, lang: Lang) -> Value:
    return texts(lang)[f"track.step.{visit.tracked.furthest or 'none'}"]


def _sent(visit: Visit, lang: Lang) -> Value:
    tracked = visit.tracked
    if tracked.is_done("sent"):
        return texts(lang)["track.sent.yes"]
    return None if tracked.sent is None else texts(lang)["track.sent.no"]


def _returned(visit: Visit, lang: Lang) -> Value:
    answer = visit.tracked.returned
    if answer is None or (answer.status == "missing" and not visit.tracked.is_done("sent")):
        return None
    return texts(lang)[f"track.return.{answer.status}"]


def _plan(visit: Visit, lang: Lang) -> Value:
    plan, words = visit.tracked.planned, texts(lang)
    if plan is None:
        return None
    if plan.failure is not None:
        return words["track.plan.failed"]
    n = (plan.n_classrooms or 0) - (plan.n_classrooms_served or 0)
    return words["track.plan.some"].format(n=n) if n else words["track.plan.all"]


def _inventory(visit: Visit, lang: Lang) -> Value:
    known = visit.tracked.inventory_known
    if known is None:
        return None
    if not known:
        return texts(lang)["track.inventory.unknown"]
    answer, plan = visit.tracked.returned, visit.tracked.planned
    if answer is not None and answer.n_existing_aps is not None:
        return answer.n_existing_aps
    return None if plan is None else plan.n_existing


def _installed(visit: Visit, _: Lang) -> Value:
    found = visit.tracked.installed
    return None if found is None else f"{found.n_done} / {found.n_rows}"


def _tests(visit: Visit, *verdicts: str) -> int | None:
    tests = [test for test in visit.tracked.tests if test.kind == "class_test"]
    return sum(test.verdict in verdicts for test in tests) if tests else None


def _last_test(visit: Visit, _: Lang) -> Value:
    return max((test.day.isoformat() for test in visit.tracked.tests), default=None)


def _applies(visit: Visit, lang: Lang) -> Value:
    answer = visit.tracked.returned
    if answer is None or answer.applies_106 is None:
        return None
    return texts(lang)["track.yes" if answer.applies_106 else "track.no"]


def _asset(visit: Visit, lang: Lang) -> Value:
    owner = visit.tracked.school.ownership
    return texts(lang)[f"track.{owner}"].format(rule=OWNER_ZH) if owner != "public" else None


def stage_name(visit: Visit, lang: Lang) -> str:
    """Return 學制 as people write it."""
    return stage_text(visit.tracked.school.stage, lang)


COLUMNS: tuple[Column, ...] = (
    Column(code="stage", group="school", zh="學制", en="stage", width=6, width_en=11, value=stage_name),
    Column(code="code", group="school", zh="學校代碼", en="code", width=9, value=lambda v, _: v.tracked.school.code),
    Column(code="name", group="school", zh="學校", en="school", width=25, value=lambda v, _: v.tracked.school.name),
    Column(
        code="ownership", group="school", zh="設立別", en="ownership", width=7, width_en=10,
        value=lambda v, lang: ownership_text(v.tracked.school.ownership, lang),
    ),
    Column(
        code="remote", group="school", zh="偏遠", en="remote", width=6,
        value=lambda v, lang: texts(lang)["track.yes"] if v.tracked.school.remote else None,
    ),
    Column(
        code="n_classes", group="school", zh="班級數", en="classes", width=6,
        value=lambda v, _: v.tracked.school.n_classes,
    ),
    Column(code="step", group="progress", zh="目前進度", en="step", width=9, value=_step),
    Column(code="sent", group="progress", zh="表單", en="form", width=7, value=_sent),
    Column(code="returned", group="progress", zh="回收", en="answer", width=10, value=_returned),
    Column(
        code="n_faults", group="progress", zh="待更正格", en="faulty cells", width=7,
        value=lambda v, _: v.tracked.returned.n_faults if v.tracked.has_answered and v.tracked.returned else None,
    ),
    Column(
        code="n_assumed", group="progress", zh="假設項", en="assumed", width=7,
        value=lambda v, _: v.tracked.returned.n_assumed if v.tracked.has_answered and v.tracked.returned else None,
    ),
    Column(code="inventory", group="progress", zh="既有AP", en="existing APs", width=8, value=_inventory),
    Column(code="plan", group="progress", zh="規劃結果", en="plan", width=15, value=_plan),
    Column(
        code="n_aps", group="progress", zh="規劃AP", en="APs planned", width=7,
        value=lambda v, _: v.tracked.planned.n_aps_placed if v.tracked.planned else None,
    ),
    Column(
        code="n_classrooms", group="progress", zh="班級教室", en="classrooms", width=7, width_en=10,
        value=lambda v, _: v.tracked.planned.n_classrooms if v.tracked.planned else None,
    ),
    Column(code="installed", group="progress", zh="已完工/施工單", en="done/work orders", width=8, value=_installed),
    Column(
        code="test_pass", group="progress", zh="全班實測通過", en="class tests passed", width=8,
        value=lambda v, _: _tests(v, "pass"),
    ),
    Column(
        code="test_open", group="progress", zh="未過或無法判定", en="failed or inconclusive", width=8, width_en=11,
        value=lambda v, _: _tests(v, "fail", "inconclusive"),
    ),
    Column(code="last_test", group="progress", zh="最近測試", en="last test", width=11, value=_last_test),
    Column(code="applies_106", group="progress", zh="申請106計畫", en="applies for 106 plan", width=8, value=_applies),
    _office("sent_on", "寄出日", "sent on"),
    _office("returned_on", "回收日", "returned on"),
    _office("planned_on", "規劃日", "planned on"),
    _office("ordered_on", "訂購日", "ordered on"),
    _office("installed_on", "安裝日", "installed on"),
    _office("tested_on", "測試日", "tested on"),
    _office("contact", "承辦人", "contact", 10),
    _office("remark", "備註", "remarks", 22),
    *(_good(basis) for basis in BASES),
    Column(code="score", group="visit", zh="風險分數", en="risk points", width=7, value=lambda v, _: v.score),
    Column(code="rank", group="visit", zh="訪視順位", en="visit rank", width=7, value=lambda v, _: v.rank),
    Column(code="why", group="visit", zh="為何先訪", en="why visit", width=46, value=why),
    Column(code="asset", group="visit", zh="財產註記", en="ownership of assets", width=20, value=_asset),
)  # fmt: skip

OFFICE = tuple(column.code for column in COLUMNS if column.value is None)


def width(column: Column, lang: Lang) -> float:
    """Return a column's width in characters: English words are longer."""
    if lang == "zh-TW":
        return column.width
    return 1.25 * column.width if column.width_en is None else column.width_en


def header(column: Column, lang: Lang) -> str:
    """Return a column's header."""
    return say(lang, column.zh, column.en)


def layout() -> Layout:
    """Return how a tracking workbook of either language is told."""
    columns: Mapping[str, str] = {plain_header(text): c.code for c in COLUMNS for text in (c.zh, c.en)}
    kinds = {"status", "national", "left"}
    sheets = {name: (kind if kind in kinds else "other") for kind, names in SHEETS.items() for name in names}
    return Layout(columns=columns, office=OFFICE, sheets=sheets)
