"""Records of a county run: one outcome a school, the same school under other assumptions, and the county's answer.

They load no laws: what reads a county's answers is as quick as the lists that it reads.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from wifiplan.scheme.school import School
from wifiplan.site.building import Evidence

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
class SchoolOutcome:
    """One school of a county run. A failed school is a value: `failure` says why, the numbers are then None.

    `n_aps_needed` is the least number of new access points that serves every room that can be served,
    `n_aps_needed_classrooms` the least for the classrooms alone; `funded` is False for national schools (國立),
    which stand apart by default. Of the classrooms that pass, `n_as_is` need nothing, `n_retune` other settings of
    what hangs there, `n_replace` its replacement (None where nobody knows what hangs there), `n_new` a new access
    point; `inventory_known` says whether anybody took stock. `planned_with` names the row of the same buildings
    (國中小) whose plan this one shares: access points are told apart by class count. `scenarios` are the same school
    under other assumptions.
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
    evidence: Evidence | None = None
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
class CountyPlan:
    """A county's answer: the outcomes in roster order and what was shared out."""

    version: str
    county: str
    outcomes: tuple[SchoolOutcome, ...]
    n_aps: int | None
    method: str
    ap_budget_ntd: int | None = None
    ap_price_ntd: int | None = None

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
