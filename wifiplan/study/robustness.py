"""How a finished plan bears what goes otherwise than planned: one access point less, more classes, other walls."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wifiplan.predict.demand import CLASSROOM
from wifiplan.radio.loss import Law
from wifiplan.study.reason_records import WEAK_CODES, Reason
from wifiplan.study.robust_network import Standing, network, without
from wifiplan.study.robust_records import AtOnce, LostRoom, Outage, Robustness, Sureness, WallSpread
from wifiplan.study.robust_walls import with_walls
from wifiplan.study.verdicts import Finished
from wifiplan.units import BoolArray, IntArray

WALL_SHIFTS_DB = (3.0, -3.0)
"""How far all walls together may be off [dB]: the question of the assignment, on both sides."""


def robustness(design: Finished) -> Robustness:
    """Return how a finished design bears the loss of any access point, more classes at once, and other walls.

    Parameters
    ----------
    design : Finished
        Access points with their powers and channels, which stay as they are.

    Returns
    -------
    Robustness
        All of it computed anew with the plan's own law: devices join the strongest signal that is left, and every
        limit of a room is checked as for the plan.
    """
    whole = network(design).standing()
    holds_r = whole.holds_r()
    classrooms_r = np.array([need.priority == CLASSROOM for need in whole.network.needs], dtype=np.bool_)
    return Robustness(
        n_classrooms=int(classrooms_r.sum()),
        at_once=_at_once(whole, holds_r),
        outages=_outages(whole, holds_r, classrooms_r),
        seats=_sureness(whole),
        walls=_walls(design, whole, holds_r, classrooms_r),
    )


def _at_once(whole: Standing, holds_r: BoolArray) -> AtOnce:
    net = whole.network
    alone_r = whole.holds_r(1)
    n_rooms = int(alone_r.sum())

    def broken(n: int) -> BoolArray:
        return np.asarray(alone_r & ~whole.holds_r(n))

    low, high = min(1, n_rooms), n_rooms
    while low < high:
        n = (low + high + 1) // 2
        low, high = (low, n - 1) if broken(n).any() else (n, high)
    next_n = max(low + 1, net.n_at_once)
    cap_r = np.array([need.max_airtime_share for need in net.needs], dtype=np.float64)
    share_r = whole.channel_share_r(net.n_at_once)
    fullest = int(np.where(holds_r, share_r / cap_r, -np.inf).argmax()) if holds_r.any() else None
    return AtOnce(
        n_at_once=net.n_at_once,
        n_rooms=n_rooms,
        holds=low >= min(net.n_at_once, n_rooms),
        largest_n=low,
        broken_by=_lost(whole, broken(next_n), whole.reasons(next_n)) if low < n_rooms else (),
        ap_id=None if fullest is None else net.points[int(whole.who.main_r[fullest])].id,
        channel_share=0.0 if fullest is None else float(share_r[fullest]),
        cap_share=0.0 if fullest is None else float(cap_r[fullest]),
    )


def _outages(whole: Standing, holds_r: BoolArray, classrooms_r: BoolArray) -> tuple[Outage, ...]:
    net = whole.network
    found = []
    for a in np.flatnonzero(whole.who.part_ar.any(axis=1)):
        left = without(whole, int(a))
        reasons = left.reasons()
        after_r = _served(reasons)
        lost = _lost(left, np.asarray(holds_r & ~after_r), reasons)
        outage = Outage(
            ap_id=net.points[a].id,
            lost=lost,
            n_classrooms_held=int((after_r & classrooms_r).sum()),
            n_lost_waiting=int((holds_r & ~_waiting(left, reasons)).sum()) if lost else 0,
        )
        found.append((outage.n_classrooms_held, -len(lost), sum(room.seats_share for room in lost), int(a), outage))
    return tuple(x[-1] for x in sorted(found, key=lambda x: x[:-1]))


def _waiting(left: Standing, reasons: Sequence[Reason | None]) -> BoolArray:
    """Return which rooms hold if classes that hear too little stay off line."""
    weak_r = np.array([x is not None and x.code in WEAK_CODES for x in reasons], dtype=np.bool_)
    rest = replace(left.network, on_line_r=left.network.on_line_r & ~weak_r)
    return rest.standing(left.able).holds_r()


def _sureness(whole: Standing) -> Sureness:
    net = whole.network
    n_seats_r = np.bincount(net.room_j, minlength=len(net.needs)) * net.on_line_r
    share_r = whole.who.seats_r
    rooms = np.flatnonzero(n_seats_r)
    worst = int(rooms[share_r[rooms].argmin()]) if rooms.size else None
    return Sureness(
        probability=max((net.needs[r].seat_probability for r in rooms), default=0.0),
        seats_share=float((share_r * n_seats_r).sum() / n_seats_r.sum()) if rooms.size else 0.0,
        worst_room=None if worst is None else net.needs[worst].room_id,
        worst_share=0.0 if worst is None else float(share_r[worst]),
    )


def _walls(design: Finished, whole: Standing, holds_r: BoolArray, classrooms_r: BoolArray) -> tuple[WallSpread, ...]:
    law = design.scene.settings.law
    if not isinstance(law, Law) or law.walls != "p2040":
        return ()
    found = []
    for shift_db in WALL_SHIFTS_DB:
        other = with_walls(design, whole.network, shift_db).standing()
        reasons = other.reasons()
        after_r = _served(reasons)
        gained = np.flatnonzero(after_r & ~holds_r)
        found.append(
            WallSpread(
                shift_db=shift_db,
                lost=_lost(other, np.asarray(holds_r & ~after_r), reasons),
                gained=tuple(whole.network.needs[r].room_id for r in gained),
                n_classrooms_held=int((after_r & classrooms_r).sum()),
            )
        )
    return tuple(found)


def _served(reasons: Sequence[Reason | None]) -> BoolArray:
    return np.array([x is not None and x.code == "served" for x in reasons], dtype=np.bool_)


def _lost(left: Standing, lost_r: BoolArray, reasons: Sequence[Reason | None]) -> tuple[LostRoom, ...]:
    """Return the rooms lost, those with the fewest seats left first."""
    seats_r = left.who.seats_r
    rooms: IntArray = np.flatnonzero(lost_r)
    rooms = rooms[np.argsort(seats_r[rooms], kind="stable")]
    return tuple(
        LostRoom(room_id=left.network.needs[r].room_id, reason=reason, seats_share=float(seats_r[r]))
        for r in rooms
        if (reason := reasons[r]) is not None
    )
