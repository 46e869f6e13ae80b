"""How far a plan has come, in words."""

from wifiplan.report.texts import texts
from wifiplan.study.progress import Step


def step_text(step: Step, lang: str = "zh-TW") -> str:
    """Return what a plan is at, as a short phrase.

    Examples
    --------
    >>> step_text(Step(stage="round", share=0.5, n=2), "en")
    'Places, powers and channels: round 2'
    """
    return texts(lang)[f"progress.{step.stage}"].format(n=step.n or 1)
