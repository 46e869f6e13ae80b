"""What a plan does with every access point, told apart as people must act: used, to be decided, forbidden."""

from typing import Literal, TypeAlias

from wifiplan.study.records import ApAction, Plan, PlannedAccessPoint

Mark: TypeAlias = ApAction | Literal["undecided", "prohibited"]
"""An action, or why an existing access point that the plan does not count on still hangs there."""

MARKS: tuple[Mark, ...] = ("new", "kept", "retuned", "moved", "replaced", "removed", "undecided", "prohibited")


def mark_of(planned: PlannedAccessPoint) -> Mark:
    """Return what is done with an access point; "kept" is said of those only that the plan uses.

    One of unknown model hangs on until a person decides; one of a forbidden brand must go even where nothing new
    takes its place.
    """
    if planned.action != "kept":
        return planned.action
    if planned.reason.code == "prohibited_brand":
        return "prohibited"
    return "undecided" if planned.reason.code == "undecided" else "kept"


def in_use(planned: PlannedAccessPoint) -> bool:
    """Return whether an access point is on the air in the finished plan and was counted on."""
    return mark_of(planned) in ("new", "kept", "retuned", "moved", "replaced")


def n_marked(plan: Plan, *marks: Mark) -> int:
    """Return how many access points of a plan carry one of the marks."""
    return sum(mark_of(planned) in marks for planned in plan.access_points)


def forbidden(plan: Plan) -> tuple[str, ...]:
    """Return the models of a forbidden brand that hang at the school, each once, in the order of the plan."""
    models = (p.access_point.model for p in plan.access_points if p.reason.code == "prohibited_brand")
    return tuple(dict.fromkeys(model for model in models if model))
