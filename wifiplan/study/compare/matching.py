"""Which access point and which room of one state is which of another: numbers shift when a plan is made anew."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np
from scipy.optimize import linear_sum_assignment

from wifiplan.site.building import Room, Site
from wifiplan.site.network import AccessPoint
from wifiplan.study.compare.lists import Pair
from wifiplan.study.compare.records import Match

SAME_PLACE_M = 1.0
"""Two access points so near each other are the same one, whatever their numbers."""

MOVED_M = 5.0
"""Half a classroom and the corridor: beyond, an access point of another number counts as another one."""

_NO = 1e6
_SAME_ID_M = 0.001
"""Breaks ties between places in favour of the same number."""

T = TypeVar("T")


def match_access_points(
    before: Sequence[AccessPoint], after: Sequence[AccessPoint], standing: Iterable[str]
) -> list[Pair]:
    """Match access points: device by device where known, else by place.

    Parameters
    ----------
    before, after : sequence of AccessPoint
        The access points of two states.
    standing : iterable of str
        Ids that name the same device in both.

    Returns
    -------
    list of (index before, index after, how)
        In turn: the same serial number; the same MAC; the same id where it is a device's own; the same floor within
        `SAME_PLACE_M`; the same floor and the same room or id, or within `MOVED_M`; the same id anywhere. Where several
        are near, the assignment of the least total distance. "id" where the ids agree, whatever found them.
    """
    own = frozenset(standing)
    matching = _Matching(before, after)
    matching.by_key(lambda ap: ap.serial and ap.serial.strip().upper(), "serial")
    matching.by_key(lambda ap: ap.mac and ap.mac.strip().lower(), "mac")
    matching.by_key(lambda ap: ap.id if ap.id in own else None, "id")
    matching.by_place(_same_place_m)
    matching.by_place(_moved_m)
    matching.by_key(lambda ap: ap.id, "id")
    return sorted(matching.pairs)


class _Matching:
    """Pairs found so far and what is left of both lists."""

    def __init__(self, before: Sequence[AccessPoint], after: Sequence[AccessPoint]) -> None:
        self._before, self._after = before, after
        self._left, self._right = list(range(len(before))), list(range(len(after)))
        self.pairs: list[Pair] = []

    def by_key(self, key: Callable[[AccessPoint], str | None], match: Match) -> None:
        """Pair what has a key that is given, and given once on either side."""
        mine = _unique((key(self._before[i]), i) for i in self._left)
        theirs = _unique((key(self._after[j]), j) for j in self._right)
        self._add([(i, theirs[value], match) for value, i in mine.items() if value in theirs])

    def by_place(self, distance_m: Callable[[AccessPoint, AccessPoint], float]) -> None:
        """Pair what is left at the least total distance."""
        if not self._left or not self._right:
            return
        cost = np.array([[distance_m(self._before[i], self._after[j]) for j in self._right] for i in self._left])
        rows, columns = linear_sum_assignment(cost)
        self._add(
            [
                (self._left[r], self._right[c], self._how(self._left[r], self._right[c]))
                for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
                if cost[r, c] < _NO
            ]
        )

    def _how(self, i: int, j: int) -> Match:
        mine, theirs = self._before[i], self._after[j]
        if mine.id == theirs.id:
            return "id"
        near = _apart_m(mine, theirs) <= MOVED_M
        return "place" if near else "room"

    def _add(self, pairs: list[Pair]) -> None:
        self.pairs += pairs
        gone_i, gone_j = {i for i, _, _ in pairs}, {j for _, j, _ in pairs}
        self._left = [i for i in self._left if i not in gone_i]
        self._right = [j for j in self._right if j not in gone_j]


def _unique(keyed: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    for key, index in keyed:
        if key:
            found.setdefault(key, []).append(index)
    return {key: indices[0] for key, indices in found.items() if len(indices) == 1}


def _same_place_m(mine: AccessPoint, theirs: AccessPoint) -> float:
    apart_m = _apart_m(mine, theirs)
    tie_m = 0.0 if mine.id == theirs.id else _SAME_ID_M
    return apart_m + tie_m if mine.floor == theirs.floor and apart_m <= SAME_PLACE_M else _NO


def _moved_m(mine: AccessPoint, theirs: AccessPoint) -> float:
    """Return the distance of what may have been moved; a place known by its room only counts as near in that room."""
    apart_m = _apart_m(mine, theirs)
    same_room = mine.room_id is not None and mine.room_id == theirs.room_id
    alike = same_room or mine.id == theirs.id or apart_m <= MOVED_M
    if mine.floor != theirs.floor or not alike:
        return _NO
    tie_m = 0.0 if mine.id == theirs.id else _SAME_ID_M
    return (apart_m if math.isfinite(apart_m) else MOVED_M) + tie_m


def _apart_m(mine: AccessPoint, theirs: AccessPoint) -> float:
    if mine.x_m is None or mine.y_m is None or theirs.x_m is None or theirs.y_m is None:
        return math.inf
    return math.hypot(mine.x_m - theirs.x_m, mine.y_m - theirs.y_m)


def match_rooms(before: Site, after: Site) -> dict[str, tuple[str, Match]]:
    """Match the rooms of two sites.

    Returns
    -------
    dict
        Id before: (id after, how). In turn: the same id with the same name or outline; the same 教室空間編號; the same
        outline on the same floor; the same name on the same floor; the same id.
    """
    mine = [(floor.level, room) for floor in before.floors for room in floor.rooms]
    theirs = [(floor.level, room) for floor in after.floors for room in floor.rooms]
    found: dict[str, tuple[str, Match]] = {}
    taken: set[str] = set()
    for key, match in _ROOM_KEYS:
        left = [pair for pair in mine if pair[1].id not in found]
        right = [pair for pair in theirs if pair[1].id not in taken]
        for one, other in _only_pairs(left, right, key):
            found[one] = (other, match)
            taken.add(other)
    return found


def _only_pairs(
    left: Sequence[tuple[int, Room]],
    right: Sequence[tuple[int, Room]],
    key: Callable[[int, Room], Hashable],
) -> list[tuple[str, str]]:
    """Return the ids of rooms whose key stands once on either side."""
    mine, theirs = _once(left, key), _once(right, key)
    return [(room, theirs[value]) for value, room in mine.items() if value in theirs]


def _once(rooms: Sequence[tuple[int, Room]], key: Callable[[int, Room], Hashable]) -> dict[Hashable, str]:
    found: dict[Hashable, list[str]] = {}
    for level, room in rooms:
        value = key(level, room)
        if value is not None:
            found.setdefault(value, []).append(room.id)
    return {value: ids[0] for value, ids in found.items() if len(ids) == 1}


_ROOM_KEYS: tuple[tuple[Callable[[int, Room], Hashable], Match], ...] = (
    (lambda _, room: (room.id, room.name), "id"),
    (lambda _, room: (room.id, room.polygon), "id"),
    (lambda _, room: room.inventory_id, "inventory_id"),
    (lambda level, room: (level, room.polygon), "place"),
    (lambda level, room: (level, room.name), "name"),
    (lambda _, room: room.id, "id"),
)
