"""An inventory's access points into the rooms of a site: a number first, then a name; what is unclear stays out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from wifiplan.catalog.radios import model_class
from wifiplan.site.building import Room, Site
from wifiplan.site.inventory import room_names as names
from wifiplan.site.inventory.records import EmptyRoom, Entry, Found, Inventory, Matched, MatchReport
from wifiplan.site.inventory.rooms import MOST_CANDIDATES, Answer, Hints, Place, Rooms, differs
from wifiplan.site.inventory.tuning import as_planned
from wifiplan.site.network import AccessPoint
from wifiplan.site.remark import Remark

UNMATCHED_ASSUMPTION = "unmatched_aps"
"""Code in `Site.assumptions` of access points in service whose room nobody could tell: "unmatched_aps:COUNT"."""


def with_inventory(site: Site, inventory: Inventory) -> Matched:
    """Return a site with the access points of an inventory in their rooms.

    Rows that name another school are left to others (`schools.by_site` shares out a county's inventory first). An
    access point that the site knew already stays where the inventory lists none for its room; where it lists some,
    they take its place, and keep the position, height and cabinet of one with the same MAC, serial number or name.

    Parameters
    ----------
    site : Site
        The school.
    inventory : Inventory
        What `files.read_inventory` read.

    Returns
    -------
    Matched
        `site.access_points_known` is True unless nothing could be placed though something hangs there. Every entry is
        in the report once, matched to one room, unmatched with its reason, or not counted.
    """
    rooms, taken = Rooms(site=site), set[str]()
    found: list[Found] = []
    points: list[AccessPoint] = []
    for entry in inventory.entries:
        one, place = _found(rooms, entry)
        if place is not None:
            made = _access_points(site, entry, place, taken)
            one = replace(one, ap_ids=tuple(point.id for point in made))
            points += made
        found.append(one)
    kept, replaced, points = _with_old(site, points)
    report = MatchReport(
        site=site.name,
        schools=site.schools,
        found=tuple(found),
        rooms_without=_rooms_without(site, (*points, *kept)),
        kept=tuple(point.id for point in kept),
        replaced=replaced,
    )
    known = bool(inventory.entries) and report.taken_stock
    others = tuple(code for code in site.assumptions if not code.startswith(f"{UNMATCHED_ASSUMPTION}:"))
    n_unmatched = report.n_aps("unmatched")
    return Matched(
        site=replace(
            site,
            access_points=(*kept, *points),
            access_points_known=known or site.access_points_known,
            assumptions=(*others, f"{UNMATCHED_ASSUMPTION}:{n_unmatched}") if n_unmatched else others,
        ),
        report=report,
    )


def _found(rooms: Rooms, entry: Entry) -> tuple[Found, Place | None]:
    """Return what becomes of an entry, and its room."""
    known = model_class(entry.model) if entry.model else None
    one = Found(entry=entry, outcome="not_counted", model_class=None if known is None else known.name)
    answer, remarks = _answer(rooms, entry)
    place = answer.places[0] if len(answer.places) == 1 and answer.reason is None else None
    if place is not None:
        floor, room = place
        one = replace(one, how=answer.how, room_id=room.id, room_name=room.name, floor=floor.level)
        one = replace(one, entry=replace(entry, remarks=(*entry.remarks, *remarks)))
    if not entry.in_service:
        return replace(one, reason=Remark(code="out_of_service", values=(entry.status,))), None
    if entry.n_aps == 0:
        return replace(one, reason=Remark(code="none_here")), None
    if place is not None:
        return replace(one, outcome="matched"), place
    near = answer.places or rooms.likely((entry.room_number, *entry.places) if entry.place else (entry.name,))
    reason = answer.reason or Remark(code="not_found" if entry.place or entry.name else "no_place")
    shown = tuple(dict.fromkeys(label(p) for p in near))[:MOST_CANDIDATES]
    return replace(one, outcome="unmatched", reason=reason, candidates=shown), None


def label(place: Place) -> str:
    """Return how a list of candidates calls a room: its name, its block and its id."""
    _, room = place
    return f"{room.block or ''}{room.name} [{room.id}]"


def _answer(rooms: Rooms, entry: Entry) -> tuple[Answer, tuple[Remark, ...]]:
    """Return the room of an entry by the best of what it says: number, place, its own name, position."""
    hints = Hints(level=_level(rooms.site, entry.floor), block=entry.block)
    numbered = rooms.numbered(entry.room_number)
    first = _first_of(rooms.named(text, hints) for text in entry.places)
    if numbered is not None:
        other = first.places[0] if len(first.places) == 1 and first.reason is None else None
        remarks = () if other is None or other == numbered else (Remark(code="name_differs", values=entry.places[:1]),)
        return Answer(places=(numbered,), how="number"), remarks
    answer, unknown = first, (Remark(code="number_unknown", values=(entry.room_number,)),) if entry.room_number else ()
    if entry.room_number and not answer.places:
        answer = _first_of((rooms.named(entry.room_number, hints), answer))
    if not answer.places and not answer.reason and entry.x_m is not None and entry.y_m is not None:
        place = rooms.at(hints.level, entry.x_m, entry.y_m)
        answer = Answer(places=(place,), how="position") if place else answer
    if not answer.places and entry.name:
        answer = _first_of((_by_own_name(rooms, entry.name, hints), answer))
    if not answer.places and not answer.reason and not entry.places and (hints.level is not None or hints.block):
        answer = Answer(reason=Remark(code="floor_only"))
    place = answer.places[0] if len(answer.places) == 1 and answer.reason is None else None
    differing = differs(place, hints) if place is not None and answer.how != "position" else None
    return answer, (*unknown, *((differing,) if differing else ()))


def _by_own_name(rooms: Rooms, name: str, hints: Hints) -> Answer:
    """Return the room that an access point's name speaks of: as a whole, else inside it; a corridor counts too."""
    if names.is_corridor(name):
        answer = rooms.named(name, hints)
        return replace(answer, how="ap_name") if answer.how else answer
    return rooms.inside(
        name, Hints(level=names.floor_level(name) if hints.level is None else hints.level, block=hints.block)
    )


def _first_of(answers: Iterable[Answer]) -> Answer:
    """Return the first answer with one room, else the first that says anything."""
    best = Answer()
    for answer in answers:
        if len(answer.places) == 1 and answer.reason is None:
            return answer
        if not best.places and (answer.places or answer.reason):
            best = answer
    return best


def _level(site: Site, text: str) -> int | None:
    """Return the level of a floor's cell: by the site's own name of that floor, else by its number."""
    if not text:
        return None
    own = next(
        (floor.level for floor in site.floors if floor.name and names.folded(floor.name) == names.folded(text)), None
    )
    return names.floor_level(text, alone=True) if own is None else own


def _access_points(site: Site, entry: Entry, place: Place, taken: set[str]) -> list[AccessPoint]:
    floor, room = place
    measured = entry.x_m is not None and entry.y_m is not None and _within(room, entry.x_m, entry.y_m)
    # a MAC address is no name that anybody reads off a plan; it stays with the device
    base = entry.name or entry.serial or f"AP-{room.id}"
    made = []
    for n in range(1, entry.n_aps + 1):
        identity = _unused(base if entry.n_aps == 1 else f"{base}-{n}", taken)
        made.append(
            AccessPoint(
                id=identity,
                name=entry.name,
                floor=floor.level,
                x_m=entry.x_m if measured else None,
                y_m=entry.y_m if measured else None,
                room_id=room.id,
                model=entry.model or None,
                radios=tuple(as_planned(radio, site.country) for radio in entry.radios),
                mac=entry.mac or None,
                serial=entry.serial or None,
            )
        )
    return made


def _within(room: Room, x_m: float, y_m: float) -> bool:
    xs, ys = zip(*room.polygon, strict=True)
    return bool(min(xs) <= x_m <= max(xs) and min(ys) <= y_m <= max(ys))


def _unused(base: str, taken: set[str]) -> str:
    identity, n = base, 1
    while identity in taken:
        n += 1
        identity = f"{base} ({n})"
    taken.add(identity)
    return identity


def _with_old(
    site: Site, points: Sequence[AccessPoint]
) -> tuple[tuple[AccessPoint, ...], tuple[str, ...], list[AccessPoint]]:
    """Return the access points that only the site knew and that stay, those that go, and the new ones completed."""
    listed = {point.room_id for point in points}
    by_identity = {key: n for n, point in enumerate(points) for key in _identities(point)}
    finished, kept, replaced = list(points), [], []
    used = {point.id for point in points}
    for old in site.access_points:
        n = next((by_identity[key] for key in _identities(old) if key in by_identity), None)
        if n is not None:
            finished[n] = _completed(finished[n], old)
        elif old.room_id is not None and old.room_id in listed:
            replaced.append(old.id)
        else:
            kept.append(replace(old, id=_unused(old.id, used)))
    return tuple(kept), tuple(replaced), finished


def _identities(point: AccessPoint) -> tuple[tuple[str, str], ...]:
    keys = (("mac", point.mac or ""), ("serial", point.serial or ""), ("name", point.name), ("id", point.id))
    return tuple((kind, key.casefold()) for kind, key in keys if key)


def _completed(point: AccessPoint, old: AccessPoint) -> AccessPoint:
    """Return an inventory's access point with what the site knew of it and the inventory does not say."""
    same_room = point.room_id == old.room_id
    return replace(
        point,
        x_m=old.x_m if point.x_m is None and same_room else point.x_m,
        y_m=old.y_m if point.y_m is None and same_room else point.y_m,
        z_m=old.z_m if same_room else None,
        mount=old.mount if same_room else point.mount,
        azimuth_deg=old.azimuth_deg if same_room else point.azimuth_deg,
        tilt_deg=old.tilt_deg if same_room else point.tilt_deg,
        pattern=point.pattern or old.pattern,
        model=point.model or old.model,
        radios=point.radios or old.radios,
        cabinet=old.cabinet,
        mac=point.mac or old.mac,
        serial=point.serial or old.serial,
    )


def _rooms_without(site: Site, points: Sequence[AccessPoint]) -> tuple[EmptyRoom, ...]:
    listed = {point.room_id for point in points}
    return tuple(
        EmptyRoom(room_id=room.id, name=room.name, use=room.use, floor=floor.level, block=room.block or "")
        for floor in site.floors
        for room in floor.rooms
        if room.use in {"classroom", "specialist"} and room.id not in listed
    )
