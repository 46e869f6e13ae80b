"""How far a plan has come: steps as codes and shares, told to whoever waits; `report` words them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Stage: TypeAlias = Literal["prepare", "place", "round", "tune", "bands", "audit", "explain", "purchase", "done"]
"""What a plan is at: losses and what holds today; places; one round of placement, powers and channels; the final
powers and channels; the other bands; the recomputation; remedies and robustness; the bill; nothing more."""

STAGES: tuple[Stage, ...] = get_args(Stage)

STARTS: dict[Stage, float] = {
    "prepare": 0.0,
    "place": 0.36,
    "round": 0.40,
    "tune": 0.64,
    "bands": 0.84,
    "audit": 0.90,
    "explain": 0.93,
    "purchase": 0.98,
    "done": 1.0,
}
"""Where every stage begins, as measured on schools of 24 and 40 classes: a guess of the way, no promise of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stage that begins, and the share of the way behind it; `n` counts rounds from 1.

    Shares of one plan never fall. The last step is "done", at 1.
    """

    stage: Stage
    share: float
    n: int | None = None


Told: TypeAlias = Callable[[Step], None]
"""Who is told every step; what it raises ends the planning, which is how a person calls it off."""


def silent(step: Step) -> None:
    """Tell nobody."""


def begins(told: Told, stage: Stage) -> None:
    """Tell that a stage begins."""
    told(Step(stage=stage, share=STARTS[stage]))


def round_begins(told: Told, n: int, most: int) -> None:
    """Tell that round n (from 1) of at most `most` begins."""
    start, end = STARTS["round"], STARTS["tune"]
    told(Step(stage="round", share=start + (end - start) * min(n - 1, most) / most, n=n))
