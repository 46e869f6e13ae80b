"""A site from a building sheet: rooms along their corridors, and what was assumed where the sheet is blank."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from wifiplan.catalog.brands import brand_verdict
from wifiplan.catalog.recognition import known_model
from wifiplan.errors import SiteError
from wifiplan.scheme.school import Stage
from wifiplan.site.building import Cabinet, Floor, Room, Site, Slab
from wifiplan.site.geometry import centroid
from wifiplan.site.layout import ArchetypeOptions
from wifiplan.site.network import AccessPoint
from wifiplan.site.sheet import ApSheet, BuildingSheet
from wifiplan.site.sheet_layout import Stand, stands, storey
from wifiplan.site.sheet_places import BlockForm, Places, places
from wifiplan.site.sheet_rows import NamedRoom, named_rooms, sheet_blocks, storey_mark

REQUIRED = frozenset(
    {
        "sheet_floor",
        "sheet_block",
        "sheet_order",
        "sheet_side",
        "sheet_use",
        "sheet_size",
        "sheet_class",
        "sheet_class_blank",
        "sheet_stage",
        "sheet_corridor",
        "sheet_corridor_side",
        "sheet_inventory",
        "sheet_no_rooms",
    }
)
"""Assumptions that stand for a blank which a school is asked to fill; others are usual values (選填)."""

_FLOOR_NAMES = "一二三四五六七八九"


def sheet_site(sheet: BuildingSheet, options: ArchetypeOptions | None = None) -> Site:
    """Return the site that a building sheet describes.

    Parameters
    ----------
    sheet : BuildingSheet
        What the school filled in; at least one room says where it is.
    options : ArchetypeOptions or None
        Usual sizes for what is blank; None takes the defaults.

    Returns
    -------
    Site
        `evidence` is "sheet"; `assumptions` are codes with a count, "sheet_size:12". The same sheet gives the same
        site; a room keeps its id (教室空間編號, else block, storey and order) when others are added.

    Raises
    ------
    SiteError
        The sheet has no room.
    """
    options = options or ArchetypeOptions()
    if not sheet.rooms:
        raise SiteError("the building sheet has no room", remedy="fill in the sheet of rooms", where=sheet.name)
    where = places(sheet, options)
    named = named_rooms(where)
    assumed = where.assumed + _assumed(sheet, where)
    height_m = _height_m(where.blocks, options)
    blocks = sheet_blocks(where, named, height_m, options)
    standing = stands(blocks, _gaps_m(where, options), options.link_m)
    floors = _floors(standing, height_m, options)
    floors = _with_facts(floors, named, sheet)
    floors, n_cabinets = _with_cabinets(floors, named, standing)
    assumed["sheet_cabinet"] = n_cabinets
    return Site(
        name=sheet.name,
        school=sheet.schools[0] if sheet.schools else None,
        also_serves=sheet.schools[1:],
        evidence="sheet",
        floors=floors,
        access_points=tuple(ap for room in named for ap in _access_points(room)),
        access_points_known=bool(sheet.access_points_known),
        uplink_mbps=sheet.uplink_mbps,
        existing_devices=sheet.existing_devices,
        byod_devices=sheet.byod_devices,
        assumptions=tuple(f"{code}:{n}" for code, n in assumed.items() if n > 0),
    )


def n_required(assumptions: Sequence[str]) -> int:
    """Return how many blanks, that a school is asked to fill, assumptions stand for.

    >>> n_required(("sheet_size:12", "sheet_height:2", "sheet_order:1"))
    13
    """
    parts = (code.partition(":") for code in assumptions)
    return sum(int(n) for key, _, n in parts if key in REQUIRED)


def _storey_name(level: int) -> str:
    number = level + 1 if level >= 0 else -level
    digits = _FLOOR_NAMES[number - 1] if number <= len(_FLOOR_NAMES) else str(number)
    return f"{digits}樓" if level >= 0 else f"地下{digits}樓"


def _assumed(sheet: BuildingSheet, where: Places) -> Counter[str]:
    """Count what is blank beside the places, by code."""
    found: Counter[str] = Counter()
    for room in where.rooms:
        given = room.sheet
        if given.length_m is None or given.depth_m is None:
            plain = room.use in {"toilet", "stairs", "storage"}
            found["sheet_size_other" if plain else "sheet_size"] += 1
        if room.use == "classroom":
            found["sheet_class"] += given.class_size is not None and given.class_size_estimated
            found["sheet_class_blank"] += given.class_size is None
            found["sheet_stage"] += given.stage is None and len(sheet.schools) > 1
    blocks = [form.sheet for form in where.blocks]
    n_classrooms = sum(room.use == "classroom" for room in where.rooms)
    found["sheet_fewer_classes"] = max(sum(school.n_classes or 0 for school in sheet.schools) - n_classrooms, 0)
    found["sheet_inventory"] = int(sheet.access_points_known is None)
    found["sheet_height"] = sum(block.height_m is None for block in blocks)
    found["sheet_height_mixed"] = max(len({block.height_m for block in blocks} - {None}) - 1, 0)
    found["sheet_wall"] = sum(block.outer_wall is None or block.partition is None for block in blocks)
    found["sheet_gap"] = sum(block.gap_m is None for block in blocks[1:])
    found["sheet_layout"] = len(blocks) if len(blocks) > 1 else 0
    return found


def _height_m(blocks: Sequence[BlockForm], options: ArchetypeOptions) -> float:
    """Return the storey height that most blocks give: a floor of the site has one height."""
    given = [form.sheet.height_m for form in blocks if form.sheet.height_m is not None]
    return Counter(given).most_common(1)[0][0] if given else options.height_m


def _gaps_m(where: Places, options: ArchetypeOptions) -> list[float]:
    used = {room.block for room in where.rooms}
    gaps = (form.sheet.gap_m for number, form in enumerate(where.blocks) if number in used)
    return [options.courtyard_m if gap is None else gap for gap in gaps]


def _floors(standing: Sequence[Stand], height_m: float, options: ArchetypeOptions) -> tuple[Floor, ...]:
    levels = {level for stand in standing for level in stand.block.rows}
    found = []
    for level in range(min(levels), max(levels) + 1):
        rooms, walls = storey(standing, level, options.link_m, storey_mark(level))
        found.append(
            Floor(
                level=level,
                elevation_m=round(level * height_m, 3),
                height_m=height_m,
                name=_storey_name(level),
                slab=Slab(thickness_m=options.slab_m),
                rooms=rooms,
                walls=walls,
            )
        )
    return tuple(found)


def _with_facts(floors: Sequence[Floor], named: Sequence[NamedRoom], sheet: BuildingSheet) -> tuple[Floor, ...]:
    """Return the floors with what a row of cells does not carry: stage, inventory id, the usual class size."""
    by_id = {room.id: room.placed for room in named}
    first: Stage | None = sheet.schools[0].stage if sheet.schools else None

    def known(room: Room) -> Room:
        placed = by_id.get(room.id)
        if placed is None:
            return room
        size = placed.sheet.class_size
        if size is None and placed.use == "classroom":
            size = sheet.usual_class_size
        given: Literal["elementary", "junior"] | None = placed.sheet.stage
        stage = None if given == first or len(sheet.schools) < 2 else given
        inventory = placed.sheet.inventory_id if placed.sheet.inventory_id == room.id else None
        return replace(room, class_size=size, stage=stage, inventory_id=inventory)

    return tuple(replace(floor, rooms=tuple(known(room) for room in floor.rooms)) for floor in floors)


def _with_cabinets(
    floors: Sequence[Floor], named: Sequence[NamedRoom], standing: Sequence[Stand]
) -> tuple[tuple[Floor, ...], int]:
    """Return the floors with the cabinets that the sheet marks, and how many were assumed where it marks none."""
    marked = {room.id for room in named if room.placed.sheet.cabinet}
    if marked:
        return tuple(replace(floor, cabinets=_marked(floor, marked)) for floor in floors), 0
    names = {stand.block.name: stand for stand in standing}
    found = []
    for floor in floors:
        cabinets = tuple(_usual_cabinet(floor, stand) for stand in names.values() if floor.level in stand.block.rows)
        found.append(replace(floor, cabinets=cabinets))
    return tuple(found), sum(len(floor.cabinets) for floor in found)


def _marked(floor: Floor, ids: set[str]) -> tuple[Cabinet, ...]:
    rooms = ((room, centroid(room.polygon)) for room in floor.rooms if room.id in ids)
    return tuple(Cabinet(id=f"CAB-{room.id}", name=f"{room.name}機櫃", x_m=x_m, y_m=y_m) for room, (x_m, y_m) in rooms)


def _usual_cabinet(floor: Floor, stand: Stand) -> Cabinet:
    """Return the cabinet of a block's storey: at the stairs nearest its middle, else in the middle of the corridor."""
    name, (x_m, y_m), size = stand.block.name, stand.corner, stand.block.size_m
    middle = (x_m + size[0] / 2, y_m + size[1] / 2)
    rooms = [room for room in floor.rooms if room.block == name]
    stairs = [centroid(room.polygon) for room in rooms if "樓梯" in room.name]
    corridor = [centroid(room.polygon) for room in rooms if room.use == "corridor"]
    x, y = min(stairs or corridor, key=lambda place: math.dist(place, middle))
    mark = storey_mark(floor.level)
    return Cabinet(id=f"{name}-{mark}", name=f"{name}{floor.name}機櫃", x_m=x, y_m=y)


def _access_points(room: NamedRoom) -> tuple[AccessPoint, ...]:
    given = room.placed.sheet.aps
    if given is None:
        return ()
    model = _model(given)
    return tuple(
        AccessPoint(
            id=f"{room.id}-AP{n}",
            name=f"{room.id}-AP{n}（{given.name}）" if given.name and given.name != model else "",
            floor=room.placed.level,
            room_id=room.id,
            model=model,
            radios=given.radios,
        )
        for n in range(1, given.n + 1)
    )


def _model(given: ApSheet) -> str | None:
    """Return the catalogue's class of what hangs there; a brand that must go stays named by its own name."""
    if known_model(given.name) is not None or brand_verdict(given.name).status != "not_listed":
        return given.name
    return given.generic or given.name or None
