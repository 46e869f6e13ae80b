"""What a school is and what its plan rests on, in the words of every table: stage, ownership, evidence."""

from collections.abc import Mapping

from wifiplan.scheme.options import Lang
from wifiplan.scheme.school import STAGE_WORDS, Ownership, Stage
from wifiplan.study.outcomes import PlanEvidence

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
