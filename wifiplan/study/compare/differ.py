"""`diff`: what makes one state of a school's network another; `apply`: the same, carried out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from wifiplan.site.building import Floor, Room, Site
from wifiplan.study.compare.lists import Pair, applied, list_changes, pairs_by, replaced_by
from wifiplan.study.compare.matching import match_access_points, match_rooms
from wifiplan.study.compare.records import Change, Changes, FloorChanges, Match, SiteChanges, State, T
from wifiplan.study.compare.state import as_hung, known_parts, on_common_ground, only, state_of
from wifiplan.study.records import Plan


def diff(before: Plan | State, after: Plan | State) -> Changes:
    """Return all that differs between two states of a school's network.

    Parameters
    ----------
    before, after : Plan or State
        Two plans are compared in full; with a building on either side, what hangs there is compared.

    Returns
    -------
    Changes
        False in a condition where nothing differs. `apply(changes, before)` is `after`, exactly.
    """
    mine, theirs = on_common_ground(_state(before), _state(after))
    rooms = match_rooms(mine.site, theirs.site)
    points = match_access_points(
        [p.access_point for p in mine.access_points],
        [p.access_point for p in theirs.access_points],
        mine.standing & theirs.standing,
    )
    return Changes(
        hung=mine.hung,
        compared=known_parts(mine),
        access_points=list_changes(mine.access_points, theirs.access_points, points),
        rooms=_by_rooms(mine.rooms or (), theirs.rooms or (), rooms, lambda room: room.room_id),
        bill=list_changes(
            mine.bill or (), theirs.bill or (), pairs_by(mine.bill or (), theirs.bill or (), lambda b: b.code, "id")
        ),
        settings=_one(mine.settings, theirs.settings),
        result=_one(mine.result, theirs.result),
        site=_site_changes(mine.site, theirs.site, rooms),
    )


def apply(changes: Changes, before: Plan | State) -> State:
    """Return the state that the changes make of another: the second of the two that were compared.

    Parameters
    ----------
    changes : Changes
        What `diff` returned.
    before : Plan or State
        The first of the two.

    Raises
    ------
    SiteError
        The changes were made from another state.
    """
    state = _state(before)
    if changes.hung:
        state = as_hung(state)
    state = only(state, changes.compared)
    return replace(
        state,
        site=_site_applied(changes.site, state.site),
        access_points=applied(changes.access_points, state.access_points),
        rooms=None if state.rooms is None else applied(changes.rooms, state.rooms),
        bill=None if state.bill is None else applied(changes.bill, state.bill),
        settings=None if state.settings is None else replaced_by(changes.settings, state.settings),
        result=None if state.result is None else replaced_by(changes.result, state.result),
    )


def _state(given: Plan | State) -> State:
    return state_of(given) if isinstance(given, Plan) else given


def _one(before: T | None, after: T | None) -> Change[T] | None:
    return None if before == after else Change(before=before, after=after)


def _by_rooms(
    before: Sequence[T], after: Sequence[T], rooms: Mapping[str, tuple[str, Match]], identity: Callable[[T], str]
) -> tuple[Change[T], ...]:
    """Return what differs between two lists of rooms that were matched by their ids."""
    places = {identity(room): j for j, room in enumerate(after)}
    pairs: list[Pair] = []
    for i, room in enumerate(before):
        other, match = rooms.get(identity(room), (identity(room), "id"))
        j = places.pop(other, None)
        if j is not None:
            pairs.append((i, j, match))
    return list_changes(before, after, pairs)


def _site_changes(before: Site, after: Site, rooms: Mapping[str, tuple[str, Match]]) -> SiteChanges:
    mine = {floor.level: floor for floor in before.floors}
    heads = [tuple(map(_floor_head, site.floors)) for site in (before, after)]
    contents = tuple(
        found
        for floor in after.floors
        if (found := _floor_changes(mine.get(floor.level, _floor_head(floor)), floor, rooms)) is not None
    )
    standing = {ap.id for ap in before.access_points} & {ap.id for ap in after.access_points}
    points = match_access_points(before.access_points, after.access_points, standing)
    return SiteChanges(
        head=_one(_site_head(before), _site_head(after)),
        floors=list_changes(heads[0], heads[1], pairs_by(heads[0], heads[1], lambda floor: floor.level, "id")),
        contents=contents,
        access_points=list_changes(before.access_points, after.access_points, points),
    )


def _site_head(site: Site) -> Site:
    return replace(site, floors=(), access_points=())


def _floor_head(floor: Floor) -> Floor:
    return replace(floor, rooms=(), walls=(), cabinets=())


def _floor_changes(before: Floor, after: Floor, rooms: Mapping[str, tuple[str, Match]]) -> FloorChanges | None:
    walls = pairs_by(before.walls, after.walls, lambda wall: wall, "content")
    cabinets = pairs_by(before.cabinets, after.cabinets, lambda cabinet: cabinet.id, "id")
    found = FloorChanges(
        level=after.level,
        rooms=_by_rooms(before.rooms, after.rooms, rooms, _room_id),
        walls=list_changes(before.walls, after.walls, walls),
        cabinets=list_changes(before.cabinets, after.cabinets, cabinets),
    )
    return found if found.rooms or found.walls or found.cabinets else None


def _room_id(room: Room) -> str:
    return room.id


def _site_applied(changes: SiteChanges, before: Site) -> Site:
    mine = {floor.level: floor for floor in before.floors}
    inside = {found.level: found for found in changes.contents}
    heads = applied(changes.floors, tuple(map(_floor_head, before.floors)))
    floors = tuple(_floor_applied(inside.get(head.level), mine.get(head.level, head), head) for head in heads)
    return replace(
        replaced_by(changes.head, _site_head(before)),
        floors=floors,
        access_points=applied(changes.access_points, before.access_points),
    )


def _floor_applied(changes: FloorChanges | None, before: Floor, head: Floor) -> Floor:
    found = changes or FloorChanges(level=head.level)
    return replace(
        head,
        rooms=applied(found.rooms, before.rooms),
        walls=applied(found.walls, before.walls),
        cabinets=applied(found.cabinets, before.cabinets),
    )
