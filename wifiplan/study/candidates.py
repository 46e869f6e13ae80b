"""Where new access points may hang: points of the ceilings, without those that the site forbids."""

import math
from dataclasses import dataclass, replace

from wifiplan.site.building import Floor, Site, Spot
from wifiplan.site.geometry import ceiling_points
from wifiplan.site.network import AccessPoint
from wifiplan.site.spots import SAME_PLACE_M, forbids, place_of, room_of
from wifiplan.study.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCandidates:
    """Candidates for new access points; `locked` and `preferred` are positions in `points`, in the order of the file.

    `forbidden` are the points that spots took away.
    """

    points: tuple[AccessPoint, ...]
    locked: tuple[int, ...] = ()
    preferred: tuple[int, ...] = ()
    forbidden: tuple[AccessPoint, ...] = ()


def new_candidates(site: Site, settings: Settings) -> NewCandidates:
    """Return where new access points may hang.

    Points of the ceilings of rooms where a class sits (corridors by choice), without forbidden ones; then the places
    of preferred and locked spots, wherever they are.

    Parameters
    ----------
    site : Site
        Rooms and spots.
    settings : Settings
        Which rooms, how dense, which model.

    Returns
    -------
    NewCandidates
    """
    everywhere = [(ap, _forbidden(site, ap)) for ap in _grid(site, settings)]
    free = [ap for ap, forbidden in everywhere if not forbidden]
    named = [(spot, _at_spot(site, settings, spot)) for spot in site.spots if spot.kind != "forbidden"]
    locked: list[int] = []
    preferred: set[int] = set()
    for spot, there in named:
        if spot.kind == "preferred" and spot.room_id is not None:
            preferred |= {n for n, one in enumerate(free) if one.room_id == spot.room_id}
        elif there is not None:
            n = next((n for n, one in enumerate(free) if _same(one, there)), len(free))
            free += [there] if n == len(free) else []
            locked += [n] if spot.kind == "locked" else []
            preferred |= {n} if spot.kind == "preferred" else set()
    return NewCandidates(
        points=tuple(replace(ap, id=f"candidate-{n}") for n, ap in enumerate(free)),
        locked=tuple(dict.fromkeys(locked)),
        preferred=tuple(sorted(preferred)),
        forbidden=tuple(ap for ap, forbidden in everywhere if forbidden),
    )


def _grid(site: Site, settings: Settings) -> list[AccessPoint]:
    design = settings.design
    uses = {"classroom", "specialist"} | ({"corridor"} if design.in_corridors else set())
    return [
        _candidate(floor, settings, (float(x_m), float(y_m)), room.id)
        for floor in site.floors
        for room in floor.rooms
        if room.use in uses
        for x_m, y_m in ceiling_points(room.polygon, spacing_m=design.candidate_spacing_m)
    ]


def _candidate(floor: Floor, settings: Settings, place: tuple[float, float], room_id: str | None) -> AccessPoint:
    return AccessPoint(
        id="",
        floor=floor.level,
        x_m=place[0],
        y_m=place[1],
        z_m=floor.height_m - settings.design.mount_below_ceiling_m,
        room_id=room_id,
        model=settings.design.ap_model,
    )


def _at_spot(site: Site, settings: Settings, spot: Spot) -> AccessPoint | None:
    floors: dict[str | int, Floor] = {floor.level: floor for floor in site.floors}
    floors |= {room.id: floor for floor in site.floors for room in floor.rooms}
    floor, place = floors.get(spot.room_id or spot.floor), place_of(site, spot)
    if floor is None or place is None:
        return None
    return _candidate(floor, settings, place, room_of(site, spot))


def _forbidden(site: Site, ap: AccessPoint) -> bool:
    if ap.x_m is None or ap.y_m is None:
        return False
    point = (ap.x_m, ap.y_m)
    return any(forbids(spot, floor=ap.floor, point=point, room_id=ap.room_id) for spot in site.spots)


def _same(one: AccessPoint, other: AccessPoint) -> bool:
    if one.x_m is None or one.y_m is None or other.x_m is None or other.y_m is None:
        return False
    return one.floor == other.floor and math.dist((one.x_m, one.y_m), (other.x_m, other.y_m)) < SAME_PLACE_M
