"""What a school is and what its plan rests on, in the words of every table: stage, ownership, evidence."""

from collections.abc import Mapping

from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import STAGE_WORDS, Ownership, Stage
from wifiplan.study.outcomes import PlanEvidence, SchoolOutcome

_OWNERSHIP: Mapping[Ownership, tuple[str, str]] = {
    "public": ("公立", "public"),
    "private": ("私立", "private"),
    "national": ("國立", "national"),
}
_EVIDENCE: Mapping[PlanEvidence, tuple[str, str]] = {
    "calibrated": ("平面圖＋量測校準", "drawn and calibrated"),
    "drawn": ("平面圖", "drawn plan"),
    "sheet": ("校舍調查表", "building sheet"),
    "archetype": ("推定校舍", "assumed building"),
}
_CAUSES: Mapping[str, tuple[str, str]] = {
    "roster": ("名冊資料", "the roster"),
    "site": ("圖面或教室清單", "plans and sheets"),
    "settings": ("設定", "the settings"),
    "survey": ("現場量測檔", "surveys"),
    "solver": ("求解", "the solver"),
    "output": ("寫入檔案", "files that could not be written"),
    "memory": ("記憶體不足", "memory"),
    "worker": ("工作行程中止", "worker processes that died"),
    "internal": ("程式錯誤", "errors of this program"),
}
"""What is at fault where a school could not be planned, by the code of the cause."""


def cause_text(cause: str | None, lang: Lang) -> str:
    """Return what is at fault where a school could not be planned.

    >>> cause_text("memory", "zh-TW"), cause_text("site", "en"), cause_text(None, "en")
    ('記憶體不足', 'plans and sheets', 'unknown')
    """
    code = cause or "unknown"
    return _said(_CAUSES.get(code, (code, code)), lang)


def failure_text(outcome: SchoolOutcome, lang: Lang) -> str:
    """Return why a school could not be planned, for Chinese readers with what is at fault before it.

    The sentence itself is that of the error, which is English where nobody has said it in Chinese.
    """
    failure = outcome.failure or ""
    return f"{cause_text(outcome.cause, lang)}：{failure}" if lang == "zh-TW" and outcome.cause else failure


def stage_text(stage: Stage | None, lang: Lang) -> str:
    """Return 學制, empty where it is unknown.

    >>> stage_text("elementary", "zh-TW"), stage_text("junior", "en"), stage_text(None, "en")
    ('國小', 'junior', '')
    """
    return "" if stage is None else _said(STAGE_WORDS[stage], lang)


def ownership_text(ownership: Ownership, lang: Lang) -> str:
    """Return 設立別.

    >>> ownership_text("private", "zh-TW")
    '私立'
    """
    return _said(_OWNERSHIP[ownership], lang)


def evidence_text(evidence: PlanEvidence | None, lang: Lang) -> str:
    """Return 依據: what a plan's building rests on; empty where there is no plan.

    >>> evidence_text("sheet", "zh-TW"), evidence_text(None, "zh-TW")
    ('校舍調查表', '')
    """
    return "" if evidence is None else _said(_EVIDENCE[evidence], lang)


def _said(words: tuple[str, str], lang: Lang) -> str:
    return words[0] if lang == "zh-TW" else words[1]
