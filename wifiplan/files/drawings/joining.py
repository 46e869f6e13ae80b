"""Floors of a drawing put into a site that is there already."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from wifiplan.errors import DrawingError
from wifiplan.files.drawings.records import Imported, Picture
from wifiplan.site.building import Floor, Room, Site


def with_floors_of(site: Site, found: Imported) -> Imported:
    """Return an import whose floors, access points and spots stand beside those of a site.

    Elevations follow from the floors below where both sites have floors; rooms keep their names and get free ids.

    Raises
    ------
    DrawingError
        Both have a floor of the same level.
    """
    known = {floor.level for floor in site.floors}
    doubled = sorted(known & {floor.level for floor in found.site.floors})
    if doubled:
        raise DrawingError(
            f"the site has a floor of level {doubled[0]} already",
            remedy="give another with --level",
            where=site.name,
            zh=(f"案場檔已有第 {doubled[0]} 層（level）", "請用 --level 指定其他樓層"),
        )
    taken = {room.id for floor in site.floors for room in floor.rooms}
    names = {room.id: _free(room.id, taken) for floor in found.site.floors for room in floor.rooms}
    new = tuple(_renamed(floor, names) for floor in found.site.floors)
    floors = _stacked(sorted((*site.floors, *new), key=lambda floor: floor.level), {floor.level for floor in new})
    points = {ap.id for ap in site.access_points}
    access_points = tuple(
        replace(ap, id=_free(ap.id, points), room_id=names.get(ap.room_id or "", ap.room_id))
        for ap in found.site.access_points
    )
    joined = replace(
        site,
        floors=floors,
        access_points=(*site.access_points, *access_points),
        spots=(
            *site.spots,
            *(replace(spot, room_id=names.get(spot.room_id or "", spot.room_id)) for spot in found.site.spots),
        ),
        antennas=(*site.antennas, *(a for a in found.site.antennas if a not in site.antennas)),
    )
    return replace(found, site=joined)


def apart_from(found: Imported, taken: Callable[[Picture], bool]) -> Imported:
    """Return an import whose pictures bear names that no other file has; its floors name them so.

    Parameters
    ----------
    found : Imported
        The import.
    taken : callable
        Whether another file has a picture's name.
    """
    names: dict[str, str] = {}
    pictures = []
    for picture in found.pictures:
        path = PurePath(picture.name)
        tries = (picture.name if n == 1 else f"{path.stem}-{n}{path.suffix}" for n in itertools.count(1))
        names[picture.name] = next(name for name in tries if not taken(replace(picture, name=name)))
        pictures.append(replace(picture, name=names[picture.name]))
    floors = tuple(
        replace(
            floor, underlay=replace(floor.underlay, picture=names.get(floor.underlay.picture, floor.underlay.picture))
        )
        if floor.underlay is not None
        else floor
        for floor in found.site.floors
    )
    return replace(found, site=replace(found.site, floors=floors), pictures=tuple(pictures))


def _free(wanted: str, taken: set[str]) -> str:
    """Return an id that nobody has, and take it."""
    names = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    found = next(name for name in names if name not in taken)
    taken.add(found)
    return found


def _renamed(floor: Floor, names: dict[str, str]) -> Floor:
    rooms: tuple[Room, ...] = tuple(replace(room, id=names[room.id]) for room in floor.rooms)
    return replace(floor, rooms=rooms)


def _stacked(floors: list[Floor], new: set[int]) -> tuple[Floor, ...]:
    """Return floors, lowest first, where new ones stand on those below them, or under those above."""
    found: list[Floor] = []
    for n, floor in enumerate(floors):
        below = found[-1] if found else None
        above = next((f for f in floors[n + 1 :] if f.level not in new), None)
        if floor.level not in new or (below is None and above is None):
            found.append(floor)
        elif below is not None:
            found.append(replace(floor, elevation_m=round(below.elevation_m + below.height_m, 3)))
        elif above is not None:
            between = floors[n : floors.index(above)]
            found.append(replace(floor, elevation_m=round(above.elevation_m - sum(f.height_m for f in between), 3)))
    return tuple(found)
