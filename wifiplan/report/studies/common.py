"""What all studies say in the same words: figures with their standard error, the sample, and what failed."""

from collections import Counter
from collections.abc import Sequence

from wifiplan.report.school_words import cause_text, evidence_text, stage_text
from wifiplan.report.texts import number_text
from wifiplan.report.workbook.pages import Page, Row, Value, say
from wifiplan.scheme.options import Lang
from wifiplan.study.cases import CaseStudy
from wifiplan.study.sampling import Estimate, Stratum


def count_text(estimate: Estimate) -> str:
    """Return a count, with its standard error where it is an estimate.

    >>> count_text(Estimate(value=1234.4, se=20.3)), count_text(Estimate(value=7.0, se=0.0))
    ('1,234 ± 20', '7')
    """
    return number_text(estimate.value, 0) + _error(estimate, 1.0, 0)


def more_text(estimate: Estimate) -> str:
    """Return a difference of counts with its sign.

    >>> more_text(Estimate(value=-31.0, se=0.0)), more_text(Estimate(value=0.0, se=0.0))
    ('-31', '0')
    """
    return _signed(estimate.value, 0) + _error(estimate, 1.0, 0)


def share_more_text(estimate: Estimate | None) -> str:
    """Return a difference in percent with its sign, "-" where there is none.

    >>> share_more_text(Estimate(value=-0.312, se=0.01))
    '-31.2 ± 1 %'
    """
    if estimate is None:
        return "-"
    return f"{_signed(100 * estimate.value, 1)}{_error(estimate, 100.0, 1)} %"


def _signed(value: float, digits: int) -> str:
    text = number_text(value, digits)
    return f"+{text}" if value > 0 and text != "0" else text


def _error(estimate: Estimate, scale: float, digits: int) -> str:
    return "" if not estimate.se else f" ± {number_text(scale * estimate.se, digits)}"


def value_cell(estimate: Estimate | None, *, scale: float = 1.0) -> Value:
    """Return an estimate as a number for a cell: whole where nothing is estimated and it is a count."""
    if estimate is None:
        return None
    value = scale * estimate.value
    return round(value) if scale == 1.0 else round(value, 2)


def error_cell(estimate: Estimate | None, *, scale: float = 1.0) -> Value:
    """Return a standard error as a number for a cell."""
    return None if estimate is None or estimate.se is None else round(scale * estimate.se, 2)


def sample_lines(study: CaseStudy, lang: Lang) -> tuple[str, ...]:
    """Return who was looked at, what that says of the rest, and what the buildings rest on, in sentences."""
    sample, n = study.sample, len(study.buildings)
    if sample.whole:
        who = say(lang, f"全部 {n} 處校舍都規劃，沒有抽樣誤差。", f"All {n} buildings were planned: no sampling error.")
    else:
        who = say(
            lang,
            f"由 {sample.n_buildings} 處校舍分層抽樣 {n} 處（學制 × 偏遠 × 班級數，亂數種子 {sample.seed}），依班級數"
            "推估全縣市；「±」為一個標準誤，真值約有三分之二的機會落在其內。各設定用同一批學校，差異的誤差較小。",
            f"{n} of {sample.n_buildings} buildings were sampled (stage x remote x class count, seed {sample.seed}) "
            "and stand for the county by class count; '±' is one standard error: two chances in three that the true "
            "figure lies within. All settings were planned for the same schools, so differences are surer than totals.",
        )
    kinds = Counter(building.evidence for building in study.buildings if building.evidence is not None)
    rests = "、" if lang == "zh-TW" else ", "
    told = rests.join(f"{evidence_text(kind, lang)} {count}" for kind, count in sorted(kinds.items()))
    basis = say(
        lang,
        f"校舍依據：{told}。這裡的達標間數只用來比較設定，不可填入 KPI 7（平面圖與推定校舍不得合計）。",
        f"Buildings rest on: {told}. Classrooms served compare settings only and are no KPI 7 to be handed in (drawn "
        "plans and assumed buildings make no sum).",
    )
    lines = [who, basis]
    if study.n_failed:
        lines.append(
            say(
                lang,
                f"{study.n_failed} 處校舍在某些設定下未能規劃，所有設定都不列入（見「未能規劃」）。",
                f"{study.n_failed} buildings could not be planned under some setting; they are left out of all of them "
                "(see 'Failed').",
            )
        )
    return tuple(lines)


def sample_page(study: CaseStudy, lang: Lang) -> tuple[Page, ...]:
    """Return the strata: how many buildings there are, and how many were looked at; none where all were."""
    if study.sample.whole:
        return ()
    body = [
        Row(
            cells=(
                _stage(stratum, lang),
                _remote(stratum, lang),
                _classes(stratum, lang),
                stratum.n_buildings,
                stratum.n_classes,
                stratum.n_sampled,
                round(stratum.n_buildings / stratum.n_sampled, 2) if stratum.n_sampled else None,
            )
        )
        for stratum in study.sample.strata
    ]
    strata = study.sample.strata
    sums = (sum(s.n_buildings for s in strata), sum(s.n_classes for s in strata), sum(s.n_sampled for s in strata))
    total = Row(cells=(say(lang, "合計", "Total"), "", "", *sums, None), kind="total")
    page = Page(
        name=say(lang, "抽樣", "Sample"),
        title=say(
            lang, "分層抽樣：各層校舍與抽出數", "The sample: buildings of every stratum and how many are looked at"
        ),
        header=(
            say(lang, "學制", "Stage"),
            say(lang, "偏遠", "Remote"),
            say(lang, "班級數", "Classes"),
            say(lang, "校舍", "Buildings"),
            say(lang, "班級合計", "Classes in all"),
            say(lang, "抽出", "Sampled"),
            say(lang, "權重", "Weight"),
        ),
        rows=(*body, total),
        widths=(12, 10, 12, 10, 12, 10, 10),
    )
    return (page,)


def _stage(stratum: Stratum, lang: Lang) -> str:
    return say(lang, "全部", "all") if stratum.stage is None else stage_text(stratum.stage, lang)


def _remote(stratum: Stratum, lang: Lang) -> str:
    if stratum.remote is None:
        return say(lang, "全部", "all")
    return say(lang, "是", "yes") if stratum.remote else say(lang, "否", "no")


def _classes(stratum: Stratum, lang: Lang) -> str:
    least, most = stratum.least_classes, stratum.most_classes
    if least is None and most is None:
        return say(lang, "全部", "all")
    if most is None:
        return say(lang, f"{least} 以上", f"{least} and more")
    return f"{least or 1}–{most}"


def failures_page(study: CaseStudy, lang: Lang) -> tuple[Page, ...]:
    """Return what could not be planned, none where everything could."""
    rows = [
        Row(
            cells=(
                building.school.full_name,
                building.school.code,
                label,
                cause_text(outcome.cause, lang),
                outcome.failure,
            )
        )
        for building in study.buildings
        for outcome, label in zip(building.outcomes, _labels(study), strict=True)
        if outcome.failure is not None
    ]
    if not rows:
        return ()
    page = Page(
        name=say(lang, "未能規劃", "Failed"),
        title=say(lang, "未能規劃的校舍與原因", "Buildings that could not be planned, and why"),
        header=(
            say(lang, "學校", "School"),
            say(lang, "學校代碼", "Code"),
            say(lang, "設定", "Setting"),
            say(lang, "類別", "Kind"),
            say(lang, "原因", "Cause"),
        ),
        rows=tuple(rows),
        widths=(28, 10, 24, 10, 60),
    )
    return (page,)


def _labels(study: CaseStudy) -> Sequence[str]:
    return [case.label for case in study.cases]
