"""How far every school of a county has come: what was sent, returned, planned, installed and tested, and on what."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from wifiplan.scheme.indicators import Basis, GoodClassrooms
from wifiplan.scheme.school import School, Stage
from wifiplan.site.building import RoomUse
from wifiplan.study.outcomes import PlanEvidence

Step: TypeAlias = Literal["sent", "returned", "planned", "ordered", "installed", "tested"]
STEPS: tuple[Step, ...] = get_args(Step)
"""The steps of a school in their order."""

ReturnStatus: TypeAlias = Literal["missing", "faulty", "returned", "partial"]
TestVerdict: TypeAlias = Literal["pass", "fail", "inconclusive"]
TestKind: TypeAlias = Literal["survey", "class_test"]

BASES: tuple[Basis, ...] = ("archetype", "sheet", "drawn", "calibrated", "survey", "class_test")
"""Evidence, the weakest first; classrooms that rest on one and on another are never summed."""

Key: TypeAlias = tuple[Stage, str]
"""Stage and code of a school."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What `collect` says of a school's building sheet; what the sheet does not say is None."""

    status: ReturnStatus
    file: str | None = None
    n_faults: int = 0
    n_assumed: int = 0
    inventory_known: bool = False
    n_existing_aps: int | None = None
    n_existing_devices: int | None = None
    n_without_mdm: int | None = None
    n_byod: int | None = None
    uplink_mbps: float | None = None
    applies_106: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedRoom:
    """A room of a planned school: who it is, and whether the plan serves it."""

    room_id: str
    name: str
    use: RoomUse
    required: bool
    served: bool
    inventory_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a county run says of a school; a failed one has its cause in `failure` and no numbers.

    `n_existing` counts the access points that hang there, `n_prohibited` those of a prohibited brand, `n_brand_open`
    those whose brand a person must decide on, `n_undecided` those of unknown or unfit model. `demand_mbps` is what the
    rooms that can be on line at once need together [Mbit/s].
    """

    evidence: PlanEvidence | None = None
    failure: str | None = None
    n_aps_allotted: int | None = None
    n_aps_needed: int | None = None
    n_aps_placed: int | None = None
    n_classrooms: int | None = None
    n_classrooms_served: int | None = None
    inventory_known: bool | None = None
    n_existing: int = 0
    n_prohibited: int = 0
    n_brand_open: int = 0
    n_undecided: int = 0
    uplink_mbps: float | None = None
    demand_mbps: float | None = None
    rooms: tuple[TrackedRoom, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomTest:
    """The newest result of one room by one kind of measurement."""

    room_id: str
    use: RoomUse
    kind: TestKind
    day: dt.date
    verdict: TestVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the office wrote for a step: whether it says that the step is done, and when."""

    done: bool
    day: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """How many rows of an installer's list are done."""

    n_done: int
    n_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """All that is known of one school. `sent` is None where nobody gave the list of forms."""

    school: School
    funded: bool = True
    sent: bool | None = None
    returned: Returned | None = None
    planned: Planned | None = None
    installed: Installed | None = None
    tests: tuple[RoomTest, ...] = ()
    marks: tuple[tuple[Step, Mark], ...] = ()
    waiting_days: int | None = None

    def mark(self, step: Step) -> Mark | None:
        """Return what the office wrote for a step."""
        return dict(self.marks).get(step)

    def is_done(self, step: Step) -> bool:
        """Return whether a step is done: by what was read, or as the office wrote."""
        mark = self.mark(step)
        if mark is not None and mark.done:
            return True
        if step == "sent":
            return bool(self.sent) or self.has_answered
        if step == "returned":
            return self.has_answered
        if step == "planned":
            return self.planned is not None and self.planned.failure is None
        if step == "installed":
            return self.installed is not None and self.installed.n_done >= self.installed.n_rows > 0
        return step == "tested" and self.all_tested

    @property
    def furthest(self) -> Step | None:
        """The last step that is done, None before the first."""
        return next((step for step in reversed(STEPS) if self.is_done(step)), None)

    @property
    def has_answered(self) -> bool:
        """Whether a sheet came back, sound or not."""
        return self.returned is not None and self.returned.status != "missing"

    @property
    def inventory_known(self) -> bool | None:
        """Whether somebody took stock of what hangs there; None where nothing says so."""
        if self.planned is not None and self.planned.inventory_known is not None:
            return self.planned.inventory_known
        return self.returned.inventory_known if self.has_answered and self.returned is not None else None

    @property
    def uplink_mbps(self) -> float | None:
        """The school's link to the outside [Mbit/s]."""
        if self.planned is not None and self.planned.uplink_mbps is not None:
            return self.planned.uplink_mbps
        return self.returned.uplink_mbps if self.returned is not None else None

    @property
    def all_tested(self) -> bool:
        """Whether every classroom of the plan has a class test that came to a verdict."""
        return self._all_with(("pass", "fail"))

    @property
    def proven(self) -> bool:
        """Whether every classroom of the plan passed its class test."""
        return self._all_with(("pass",))

    def _all_with(self, verdicts: Sequence[TestVerdict]) -> bool:
        rooms = () if self.planned is None else self.planned.rooms
        wanted = {room.room_id for room in rooms if room.required and room.use == "classroom"}
        found = {test.room_id for test in self.tests if test.kind == "class_test" and test.verdict in verdicts}
        return bool(wanted) and wanted <= found


def good_classrooms(tracked: Tracked) -> tuple[GoodClassrooms, ...]:
    """Return the classrooms of KPI 7 by kind of evidence, the weakest first; kinds without any are left out.

    A classroom that was planned, surveyed and tested stands under each: the counts are never summed.
    """
    found: dict[Basis, tuple[int, int]] = {}
    plan = tracked.planned
    if plan is not None and plan.evidence is not None and plan.n_classrooms is not None:
        found[plan.evidence] = plan.n_classrooms_served or 0, plan.n_classrooms
    kinds: tuple[TestKind, ...] = get_args(TestKind)
    for kind in kinds:
        tests = [test for test in tracked.tests if test.kind == kind and test.use == "classroom"]
        if tests:
            found[kind] = sum(test.verdict == "pass" for test in tests), len(tests)
    return tuple(
        GoodClassrooms(basis=basis, n_good=found[basis][0], n_classrooms=found[basis][1])
        for basis in BASES
        if basis in found
    )
