"""A finished plan with its reasons: what forced each access point, what would serve a room, and what the plan bears."""

from dataclasses import replace

import numpy as np

from wifiplan.design.columns import SLACK_SHARE
from wifiplan.predict.capacity import heaviest
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import Plan, PlannedAccessPoint
from wifiplan.study.remedies import remedies
from wifiplan.study.robustness import robustness
from wifiplan.study.settling import serves
from wifiplan.study.verdicts import Finished
from wifiplan.units import BoolArray


def explained(plan: Plan, design: Finished) -> Plan:
    """Return the plan with a remedy for every room that fails, the rooms that forced its access points, and robustness.

    Remedies and robustness are left out where the settings say so (`DesignOptions.what_if`).
    """
    what_if = design.scene.settings.design.what_if
    cures = remedies(design) if what_if else {}
    forced = forced_rooms(design)
    return replace(
        plan,
        rooms=tuple(
            replace(room, remedy=cures.get(room.room_id)) if room.verdict == "fail" else room for room in plan.rooms
        ),
        access_points=tuple(_with_reason(planned, forced) for planned in plan.access_points),
        robustness=robustness(design) if what_if else None,
    )


def forced_rooms(design: Finished) -> dict[str, tuple[str, ...]]:
    """Return for every access point, by id, the rooms it serves that no other one could carry with what it has.

    Another one could carry a room if enough of its seats hold there, and the room fits under the airtime caps and the
    number of devices beside the heaviest of those that it serves already.
    """
    scene, powered = design.scene, design.tuning.powered
    needs, n = scene.demand.needs, scene.demand.n_rooms_at_once
    cap_r = np.array([need.max_airtime_share for need in needs], dtype=np.float64)
    devices_r = np.array([need.n_devices for need in needs], dtype=np.float64)
    max_clients_b = np.array([scene.models[i].max_clients for i in powered.chosen], dtype=np.float64)
    used_br = powered.given_ar / cap_r
    joined_br = np.where(serves(powered.part_ar), powered.part_ar, 0.0) * devices_r
    forced: dict[str, tuple[str, ...]] = {}
    carries_br = np.zeros(powered.part_ar.shape, dtype=np.bool_)
    for r in range(len(needs)):
        more_b = powered.service.load_ir[:, r] / cap_r[r]
        used, clients = used_br.copy(), joined_br.copy()
        used[:, r], clients[:, r] = more_b, devices_r[r]
        fits = np.isfinite(more_b)
        fits[fits] = heaviest(used[fits], n) <= 1.0 + SLACK_SHARE
        carries_br[:, r] = fits & (heaviest(clients, n) <= max_clients_b)
    serves_br: BoolArray = serves(powered.part_ar)
    for a, point in enumerate(design.points):
        others_r = np.delete(carries_br, a, axis=0).any(axis=0)
        forced[point.id] = tuple(needs[r].room_id for r in np.flatnonzero(serves_br[a] & ~others_r))
    return forced


def _with_reason(planned: PlannedAccessPoint, forced: dict[str, tuple[str, ...]]) -> PlannedAccessPoint:
    """Return an access point that serves rooms with those that forced it, or else with those that it relieves."""
    if planned.reason.code != "forced_by_rooms":
        return planned
    rooms = forced.get(planned.access_point.id, ())
    reason = (
        Reason(code="forced_by_rooms", rooms=rooms) if rooms else Reason(code="relieves_rooms", rooms=planned.serves)
    )
    return replace(planned, reason=reason)
