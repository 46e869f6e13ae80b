"""Records of a county run: one outcome a school, the same school under other assumptions, and the county's answer.

They load no laws: what reads a county's answers is as quick as the lists that it reads.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from wifiplan.scheme.school import School

AllocationRule: TypeAlias = Literal["proportional", "most_classes"]
"""Rules of sharing out: by class count (以班級數比例分配), or where access points serve most classrooms."""

ALLOCATION_RULES: tuple[AllocationRule, ...] = get_args(AllocationRule)

PlanEvidence: TypeAlias = Literal["calibrated", "drawn", "sheet", "archetype"]
"""What a plan rests on: a drawn plan with a law that was fitted to measurements in that building; or what its building
rests on, with a law that holds anywhere."""

PLAN_EVIDENCE: tuple[PlanEvidence, ...] = get_args(PlanEvidence)
"""The best first; classrooms that rest on one and on another are never summed."""

DeviceCase: TypeAlias = Literal["funded", "existing", "one_each"]
"""Which devices there are: the class sets that the scheme funds; with those that the school has or pupils bring; one
for every pupil."""

DEVICE_CASES: tuple[DeviceCase, ...] = get_args(DeviceCase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What one assumption comes to.

    `n_rooms_at_once` classes of `n_devices_at_once` devices in all are on line together; they take `peak_mbps` of the
    school's link. `n_aps_needed` new access points would serve every room, `n_aps_needed_classrooms` the classrooms
    alone; with those that are funded `n_classrooms_served` of `n_classrooms` pass (KPI 7). Where nobody said how many
    devices there are, all figures are None.
    """

    devices: DeviceCase
    mbps_per_device: float
    n_classrooms: int
    n_rooms_at_once: int | None = None
    n_devices_at_once: int | None = None
    peak_mbps: float | None = None
    n_aps_needed: int | None = None
    n_aps_needed_classrooms: int | None = None
    n_classrooms_served: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What the best placement of `n_aps` new access points serves.

    `n_classrooms_most` is the proven bound on the classrooms; `proven` says that no placement serves more classrooms,
    or as many and more specialist rooms.
    """

    n_aps: int
    n_classrooms: int
    n_specialist: int
    n_classrooms_most: int
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Rooms served over the number of new access points: a point for 0, 1, … up to the least that serves all.

    It is the placement's answer; a finished plan can fall short of it where channels are shared.
    """

    points: tuple[CurvePoint, ...]

    def at(self, n_aps: int) -> CurvePoint:
        """Return the point of `n_aps`; beyond the last one nothing is gained."""
        return self.points[min(n_aps, len(self.points) - 1)]

    @property
    def n_aps_enough(self) -> int:
        """The least number of new access points that serves all rooms that can be served."""
        return self.points[-1].n_aps


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """What a school has of its access points under one rule of sharing out.

    `n_classrooms_expected` is the curve's figure, None where there is no curve; the others are those of a finished
    plan.
    """

    n_aps: int
    n_aps_placed: int
    n_classrooms_served: int
    n_specialist_served: int
    n_classrooms_expected: int | None = None

    @property
    def n_below_curve(self) -> int:
        """Classrooms that the finished plan lacks of the curve, because channels are shared."""
        return max(0, (self.n_classrooms_expected or 0) - self.n_classrooms_served)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolOutcome:
    """One school of a county run. A failed school is a value: `failure` says why, the numbers are then None.

    `n_aps_needed` is the least number of new access points that serves every room that can be served,
    `n_aps_needed_classrooms` the least for the classrooms alone; `funded` is False for national schools (國立),
    which stand apart by default. Of the classrooms that pass, `n_as_is` need nothing, `n_retune` other settings of
    what hangs there, `n_replace` its replacement (None where nobody knows what hangs there), `n_new` a new access
    point; `inventory_known` says whether anybody took stock. `planned_with` names the row of the same buildings
    (國中小) whose plan this one shares: access points are told apart by class count. `scenarios` are the same school
    under other assumptions. Where the rules of sharing out are compared, `proportional` and `most_classes` are the
    school's figures under each; both None where it could not be planned or is not funded. `rival` are those of the
    other number of access points that was planned beside this one.
    """

    school: School
    n_class_sets: int
    n_devices: int
    funded: bool = True
    n_aps_allotted: int | None = None
    n_aps_needed: int | None = None
    n_aps_needed_classrooms: int | None = None
    n_aps_placed: int | None = None
    n_classrooms: int | None = None
    n_classrooms_served: int | None = None
    n_specialist: int | None = None
    n_specialist_served: int | None = None
    n_as_is: int | None = None
    n_retune: int | None = None
    n_replace: int | None = None
    n_new: int | None = None
    inventory_known: bool | None = None
    peak_mbps: float | None = None
    uplink_mbps: float | None = None
    scenarios: tuple[Scenario, ...] = ()
    planned_with: str | None = None
    rival: Allotment | None = None
    proportional: Allotment | None = None
    most_classes: Allotment | None = None
    evidence: PlanEvidence | None = None
    verdict: str = ""
    gap: float | None = None
    failure: str | None = None
    """One-line cause of a failure, as given by the error; None when planned."""
    cause: str | None = None
    """What is at fault in one word, for counting: site, roster, solver, output, memory, worker, internal."""

    @property
    def n_aps_surplus(self) -> int | None:
        """Access points allotted that the school does not need; None where nothing was allotted or planned."""
        if self.n_aps_allotted is None or self.n_aps_placed is None:
            return None
        return self.n_aps_allotted - self.n_aps_placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the two rules of sharing out were compared over a county.

    No school gets less than `floor_share` of its proportional share, rounded up, as long as that serves it more rooms.
    The curves expect `n_classrooms_expected` classrooms of the best allocation, and prove that none serves more than
    `n_classrooms_most`; `n_flipped` schools keep their proportional share because finished plans serve more with it.
    """

    floor_share: float
    n_classrooms_expected: int
    n_classrooms_most: int
    n_flipped: int

    @property
    def proven(self) -> bool:
        """Whether the allocation is best for the curves."""
        return self.n_classrooms_expected == self.n_classrooms_most


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyPlan:
    """A county's answer: the outcomes in roster order and what was shared out, by which rule.

    `comparison` is None where nobody asked for a comparison of the rules.
    """

    version: str
    county: str
    outcomes: tuple[SchoolOutcome, ...]
    n_aps: int | None
    method: str
    ap_budget_ntd: int | None = None
    ap_price_ntd: int | None = None
    allocation: AllocationRule = "proportional"
    comparison: Comparison | None = None

    @property
    def compared(self) -> tuple[tuple[SchoolOutcome, Allotment, Allotment], ...]:
        """Every school that both rules were planned for, with its proportional and its most classes."""
        return tuple(
            (o, o.proportional, o.most_classes)
            for o in self.outcomes
            if o.proportional is not None and o.most_classes is not None
        )

    @property
    def n_classrooms_gained(self) -> int:
        """How many more classrooms finished plans serve where access points go where they serve most."""
        return sum(most.n_classrooms_served - first.n_classrooms_served for _, first, most in self.compared)

    @property
    def n_failed(self) -> int:
        """How many schools could not be planned."""
        return sum(o.failure is not None for o in self.outcomes)

    @property
    def n_aps_allotted(self) -> int:
        """Sum of the access points allotted."""
        return sum(o.n_aps_allotted or 0 for o in self.outcomes)

    @property
    def n_aps_placed(self) -> int:
        """Sum of the access points placed at funded schools."""
        return sum(o.n_aps_placed or 0 for o in self.outcomes if o.funded)
