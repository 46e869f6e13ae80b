"""The sheets beside the Annex: the ranked AP list, options and assumptions, failures."""

from collections import Counter
from collections.abc import Sequence

from wifiplan.report.workbook.pages import Page, Row, Value, open_value, say
from wifiplan.scheme.options import EntitlementOptions, Lang, describe
from wifiplan.study.outcomes import CountyPlan, SchoolOutcome


def ranked(outcomes: Sequence[SchoolOutcome]) -> tuple[SchoolOutcome, ...]:
    """Return schools by need: funded first; then more classrooms unserved; then more APs short; then the roster.

    A school that could not be planned stands behind the planned ones: its need is not known.
    """

    def key(pair: tuple[int, SchoolOutcome]) -> tuple[bool, bool, int, int, int]:
        place, outcome = pair
        return (
            not outcome.funded,
            outcome.failure is not None,
            -(unserved(outcome) or 0),
            -(short(outcome) or 0),
            place,
        )

    return tuple(outcome for _, outcome in sorted(enumerate(outcomes), key=key))


def unserved(outcome: SchoolOutcome) -> int | None:
    """Return how many classrooms the plan leaves unserved."""
    if outcome.n_classrooms is None or outcome.n_classrooms_served is None:
        return None
    return outcome.n_classrooms - outcome.n_classrooms_served


def short(outcome: SchoolOutcome) -> int | None:
    """Return how many access points are needed beyond those allotted."""
    if outcome.n_aps_needed is None:
        return None
    return max(0, outcome.n_aps_needed - (outcome.n_aps_allotted or 0))


def ranking_page(plan: CountyPlan, lang: Lang) -> Page:
    """Return the ranked list of access points: needed, allotted, placed, left over."""
    order = ranked(plan.outcomes)
    header = (
        say(lang, "順位", "Rank"), say(lang, "學制", "Stage"), say(lang, "學校代碼", "Code"),
        say(lang, "學校", "School"), say(lang, "納入補助", "Funded"), say(lang, "班級數", "Classes"),
        say(lang, "班級教室", "Classrooms"), say(lang, "可服務教室", "Served"), say(lang, "未服務教室", "Unserved"),
        say(lang, "教室至少需AP", "APs needed, classrooms"), say(lang, "全部至少需AP", "APs needed, all"),
        say(lang, "分配AP", "Allotted"), say(lang, "規劃AP", "Placed"), say(lang, "剩餘", "Left over"),
        say(lang, "不足", "Short"), say(lang, "建物依據", "Building"), say(lang, "結果", "Result"),
    )  # fmt: skip
    rows = [_ranking_row(number, outcome, lang) for number, outcome in enumerate(order, 1)]
    funded = [o for o in plan.outcomes if o.funded]
    return Page(
        name=say(lang, "AP排序", "AP ranking"),
        title=say(lang, f"{plan.county} 校園無線網路 AP 需求排序", f"{plan.county}: access points by need"),
        lead=_ranking_lead(plan, lang),
        header=header,
        rows=(*rows, _ranking_sum(funded, lang)),
        widths=(6, 7 if lang == "zh-TW" else 12, 9, 28, 8, 8, 8, 8, 8, 9, 9, 8, 8, 8, 8, 12, 32),
        remarks=(
            say(
                lang,
                "順位：納入補助者先；未服務班級教室多者先；不足 AP 多者先；再依名單順序。國立學校另列，不計入合計。",
                "Rank: funded first; more unserved classrooms; more APs short; then the roster. National apart.",
            ),
        ),
    )


def _ranking_lead(plan: CountyPlan, lang: Lang) -> tuple[str, ...]:
    method = {"largest_remainder": ("最大餘數法", "largest remainder"), "webster": ("韋伯斯特法", "Webster")}
    zh, en = method.get(plan.method, (plan.method, plan.method))
    if plan.n_aps is None:
        return (
            say(
                lang,
                "尚未給定 AP 總數：「全部至少需AP」為各校申請補助數之草案。",
                "No number of APs given: 'APs needed, all' is a draft of the numbers to request.",
            ),
        )
    lines = [
        say(
            lang,
            f"AP 總數 {plan.n_aps:,} 臺，以班級數比例分配（{zh}），分配合計 {plan.n_aps_allotted:,} 臺。",
            f"{plan.n_aps:,} APs shared out by class count ({en}); allotted {plan.n_aps_allotted:,}.",
        )
    ]
    if plan.ap_budget_ntd is not None and plan.ap_price_ntd is not None:
        lines.append(
            say(
                lang,
                f"經費 {plan.ap_budget_ntd:,} 元，單價 {plan.ap_price_ntd:,} 元（使用者輸入）。",
                f"NTD {plan.ap_budget_ntd:,} at NTD {plan.ap_price_ntd:,} each, as entered.",
            )
        )
    return tuple(lines)


def _ranking_row(number: int, outcome: SchoolOutcome, lang: Lang) -> Row:
    school = outcome.school
    evidence = {"drawn": ("手繪平面圖", "drawn"), "archetype": ("推定建物", "assumed"), None: ("", "")}
    if outcome.failure is not None:
        result = say(lang, f"失敗：{outcome.failure}", f"failed: {outcome.failure}")
    elif unserved(outcome):
        result = say(lang, f"{unserved(outcome)} 間教室未服務", f"{unserved(outcome)} classrooms unserved")
    else:
        result = say(lang, "班級教室全部可服務", "all classrooms served")
    allotted: Value = outcome.n_aps_allotted
    return Row(
        cells=(
            number,
            say(lang, *(("國小", "elementary") if school.stage == "elementary" else ("國中", "junior"))),
            school.code,
            school.name,
            say(lang, "是", "yes") if outcome.funded else say(lang, "否(國立)", "no (national)"),
            school.n_classes,
            outcome.n_classrooms,
            outcome.n_classrooms_served,
            unserved(outcome),
            outcome.n_aps_needed_classrooms,
            outcome.n_aps_needed,
            allotted,
            outcome.n_aps_placed,
            outcome.n_aps_surplus,
            short(outcome) if outcome.funded else None,
            say(lang, *evidence[outcome.evidence]),
            result,
        )
    )


def _ranking_sum(outcomes: Sequence[SchoolOutcome], lang: Lang) -> Row:
    columns = (
        [o.school.n_classes for o in outcomes],
        [o.n_classrooms for o in outcomes],
        [o.n_classrooms_served for o in outcomes],
        [unserved(o) for o in outcomes],
        [o.n_aps_needed_classrooms for o in outcomes],
        [o.n_aps_needed for o in outcomes],
        [o.n_aps_allotted for o in outcomes],
        [o.n_aps_placed for o in outcomes],
        [o.n_aps_surplus for o in outcomes],
        [short(o) for o in outcomes],
    )
    sums = [sum(v or 0 for v in column) for column in columns]
    name = say(lang, "合計（納入補助者）", "Sum (funded)")
    return Row(cells=(None, None, None, name, None, *sums, None, None), kind="total")


def options_page(plan: CountyPlan, options: EntitlementOptions, notes: Sequence[str], lang: Lang) -> Page:
    """Return every option with its value, default and the words that it reads; then what was assumed."""
    rows = _option_rows(options, lang)
    facts = [*_assumed(plan, lang), *notes]
    blank: tuple[Value, ...] = (None,) * 7
    rows.append(Row(cells=(say(lang, "依據與註記", "Evidence and notes"), *blank), kind="section"))
    rows += [Row(cells=(fact, *blank), kind="section") for fact in facts]
    return Page(
        name=say(lang, "選項與假設", "Options"),
        title=say(lang, f"{plan.county} 選項與假設", f"{plan.county}: options and assumptions"),
        lead=(
            say(
                lang,
                "A：計畫文字未明定之處及本程式之解讀；B：計畫所列單價與級距。皆可於設定檔 [scheme] 修改。",
                "A: what the text leaves open, and our reading; B: its prices and tiers. Change them in [scheme].",
            ),
        ),
        header=(
            say(lang, "編號", "No."),
            say(lang, "選項", "Option"),
            say(lang, "值", "Value"),
            say(lang, "預設", "Default"),
            say(lang, "是否修改", "Changed"),
            say(lang, "意義", "Meaning"),
            say(lang, "所解讀之文字", "Text that it reads"),
            say(lang, "出處", "Source"),
        ),
        rows=tuple(rows),
        widths=(7, 28, 16, 16, 9, 46, 46, 28),
    )


def _option_rows(options: EntitlementOptions, lang: Lang) -> list[Row]:
    return [
        Row(
            cells=(
                row.point,
                row.name,
                _plain(row.value, lang),
                _plain(row.default, lang),
                say(lang, "已改", "changed") if row.changed else "",
                row.meaning,
                row.text,
                row.source,
            ),
            kind="body",
        )
        for row in describe(options, lang)
    ]


def _plain(text: str, lang: Lang) -> Value:
    if not text:
        return say(lang, "待填", "open")
    if text in ("true", "false"):
        return say(lang, "是" if text == "true" else "否", "yes" if text == "true" else "no")
    return int(text) if text.isdigit() else text


def _assumed(plan: CountyPlan, lang: Lang) -> list[str]:
    counts = Counter(o.evidence for o in plan.outcomes if o.failure is None)
    drawn, assumed = counts["drawn"], counts["archetype"]
    return [
        say(
            lang,
            f"建物依據：{drawn} 校為手繪平面圖；{assumed} 校無平面圖，以班級數推定建物（僅供縣市估算）。",
            f"Buildings: {drawn} drawn; {assumed} assumed from class counts, for a county's estimate only.",
        ),
        say(lang, f"wifiplan {plan.version}", f"wifiplan {plan.version}"),
    ]


def failures_page(plan: CountyPlan, lang: Lang) -> Page:
    """Return the schools that could not be planned, by cause."""
    failed = [o for o in plan.outcomes if o.failure is not None]
    counts = Counter(o.failure for o in failed)
    order = sorted(failed, key=lambda o: (-counts[o.failure], o.failure or ""))
    rows = [
        Row(
            cells=(
                o.failure,
                open_value(counts[o.failure], lang),
                say(lang, *(("國小", "elementary") if o.school.stage == "elementary" else ("國中", "junior"))),
                o.school.code,
                o.school.name,
                o.school.n_classes,
            )
        )
        for o in order
    ]
    none = say(lang, "無：所有學校皆完成規劃。", "None: every school was planned.")
    return Page(
        name=say(lang, "失敗", "Failures"),
        title=say(lang, f"{plan.county} 未完成規劃之學校", f"{plan.county}: schools that were not planned"),
        lead=() if failed else (none,),
        header=(
            say(lang, "原因", "Cause"),
            say(lang, "同因校數", "Schools with it"),
            say(lang, "學制", "Stage"),
            say(lang, "學校代碼", "Code"),
            say(lang, "學校", "School"),
            say(lang, "班級數", "Classes"),
        ),
        rows=tuple(rows),
        widths=(70, 10, 8 if lang == "zh-TW" else 12, 10, 32, 9),
    )
