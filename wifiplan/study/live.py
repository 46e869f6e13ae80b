"""What if: a plan whose access points are hung elsewhere by hand, judged and drawn anew at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.fields import OVERLAP_DBM, Fields, fields
from wifiplan.study.hearing import hearing
from wifiplan.study.live_places import Place, hung_points, moved_points
from wifiplan.study.plan import assess_site
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A plan with access points where a hand hung them: every room's verdict, and every access point."""

    rooms: tuple[PlannedRoom, ...]
    access_points: tuple[PlannedAccessPoint, ...]
    base: Plan

    @property
    def plan(self) -> Plan:
        """The whole plan, marked as edited by hand."""
        return replace(self.base, rooms=self.rooms, access_points=self.access_points)


class Live:
    """A plan held ready for what-if questions; its radios keep channel, width and power."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._lock = Lock()
        self._places: dict[str, Place] = {}

    def judged(self, places: Mapping[str, Place]) -> Judged:
        """Judge the plan with some access points hung elsewhere."""
        with self._lock:
            self._places = dict(places)
            plan = self._plan
            points = hung_points(plan, places)
            design = replace(plan.settings.design, what_if=False)
            found = assess_site(
                replace(plan.site, access_points=points, access_points_known=True),
                replace(plan.settings, design=design),
            )
            new = {p.access_point.id: p for p in found.access_points}
            return Judged(
                rooms=found.rooms,
                access_points=tuple(_with(p, new) for p in moved_points(plan, places)),
                base=plan,
            )

    def fields(self, level: int, cell_m: float | None = None, bands: Sequence[Band] | None = None) -> Fields:
        """Return the maps of a floor with the access points where they were last judged."""
        with self._lock:
            points: tuple[AccessPoint, ...] = tuple(p.access_point for p in moved_points(self._plan, self._places))
            return fields(
                self._plan.site,
                points,
                level,
                cell_m=cell_m,
                law=self._plan.settings.law,
                bands=(self._plan.band,) if bands is None else tuple(bands),
                overlap_dbm=OVERLAP_DBM,
                device=hearing(self._plan.settings),
            )


def _with(planned: PlannedAccessPoint, found: Mapping[str, PlannedAccessPoint]) -> PlannedAccessPoint:
    new = found.get(planned.access_point.id)
    if new is None or planned.action == "removed":
        return planned
    return replace(new, action=planned.action, moved_from=planned.moved_from, backup_channel=planned.backup_channel)
