"""What already hangs in a county's schools: stock taken or not, and what classrooms take to pass."""

from collections.abc import Callable, Sequence

from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.report.workbook.ranking import EVIDENCE_WORDS, unserved
from wifiplan.scheme.options import Lang
from wifiplan.study.outcomes import CountyPlan, SchoolOutcome


def stock_page(plan: CountyPlan, lang: Lang) -> Page:
    """Return a row a school: whether stock was taken, and by what its classrooms pass; unknown stays unknown."""
    planned = [o for o in plan.outcomes if o.failure is None]
    funded = [o for o in planned if o.funded]
    known = [o for o in funded if o.inventory_known]
    unknown = [o for o in funded if not o.inventory_known]
    return Page(
        name=say(lang, "既有AP", "Existing APs"),
        title=say(lang, f"{plan.county} 既有 AP 與班級教室", f"{plan.county}: existing access points and classrooms"),
        lead=(
            say(
                lang,
                f"納入補助 {len(funded)} 校中，{len(known)} 校已盤點、{len(unknown)} 校未盤點。未盤點不是零："
                "這些學校的需新設數當作沒有可用的 AP 試算，盤點後可能減少。",
                f"Of {len(funded)} funded schools {len(known)} took stock and {len(unknown)} did not. Unknown is not "
                "zero: their new APs are reckoned as if nothing there could be used, and may become fewer.",
            ),
        ),
        header=(
            say(lang, "學制", "Stage"), say(lang, "學校代碼", "Code"), say(lang, "學校", "School"),
            say(lang, "納入補助", "Funded"), say(lang, "盤點", "Stock"), say(lang, "班級教室", "Classrooms"),
            say(lang, "現況即達標", "Pass as they are"), say(lang, "調校後達標", "Pass retuned"),
            say(lang, "換機後達標", "Pass with APs replaced"), say(lang, "新設後達標", "Pass with new APs"),
            say(lang, "未達標", "Fail"), say(lang, "建物依據", "Building"),
        ),
        rows=(
            *(_row(outcome, lang) for outcome in planned),
            *_sums(known, say(lang, "小計：已盤點", "Sum: stock taken"), lang),
            *_sums(unknown, say(lang, "小計：未盤點", "Sum: stock unknown"), lang),
        ),
        widths=(7 if lang == "zh-TW" else 12, 10, 30, 10, 10, 10, 12, 12, 12, 12, 10, 14),
        remarks=(
            say(
                lang,
                "每間班級教室只列在達標所需的最大一項。小計為納入補助者；教室達標與否是規劃之預測，不是實測。",
                "A classroom is listed once, by the most that it takes. Sums are of funded schools. Whether one "
                "passes is the plan's prediction, not a test.",
            ),
        ),
    )  # fmt: skip


def _row(outcome: SchoolOutcome, lang: Lang) -> Row:
    school = outcome.school
    return Row(
        cells=(
            say(lang, *(("國小", "elementary") if school.stage == "elementary" else ("國中", "junior"))),
            school.code,
            school.name,
            say(lang, "是", "yes") if outcome.funded else say(lang, "否(國立)", "no (national)"),
            say(lang, "已盤點", "taken") if outcome.inventory_known else say(lang, "未盤點", "unknown"),
            outcome.n_classrooms,
            *(_known(outcome, value, lang) for value in (outcome.n_as_is, outcome.n_retune, outcome.n_replace)),
            outcome.n_new,
            unserved(outcome),
            "" if outcome.evidence is None else say(lang, *EVIDENCE_WORDS[outcome.evidence]),
        )
    )


def _known(outcome: SchoolOutcome, value: int | None, lang: Lang) -> Value:
    """Return how many classrooms pass with what is there, or that nobody knows what is there."""
    return say(lang, "不明", "unknown") if not outcome.inventory_known and not value else value


def _sums(outcomes: Sequence[SchoolOutcome], name: str, lang: Lang) -> list[Row]:
    if not outcomes:
        return []

    def total(value: Callable[[SchoolOutcome], int | None]) -> int:
        return sum(value(outcome) or 0 for outcome in outcomes)

    there = [total(lambda o: o.n_as_is), total(lambda o: o.n_retune), total(lambda o: o.n_replace)]
    cells: tuple[Value, ...] = (
        None,
        None,
        say(lang, f"{name}（{len(outcomes)} 校）", f"{name} ({len(outcomes)} schools)"),
        None,
        None,
        total(lambda o: o.n_classrooms),
        *(_known(outcomes[0], value, lang) for value in there),
        total(lambda o: o.n_new),
        total(unserved),
        None,
    )
    return [Row(cells=cells, kind="total")]
