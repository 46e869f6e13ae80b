"""Site files (format 1): a school's floors, rooms, walls and the access points that hang there."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from wifiplan.catalog.antennas import MeasuredAntenna
from wifiplan.errors import Fault, SiteError
from wifiplan.files.json_input import Json, Loc, Refused, load_json, read_text, whole
from wifiplan.files.output import write_text
from wifiplan.files.plain import json_text
from wifiplan.files.site_antennas import with_antenna_files
from wifiplan.files.site_checks import faults_of
from wifiplan.files.site_short import RADIO_KEYS, add_short_forms, spelled_out
from wifiplan.files.strict import STRICT, Checked, Places, StrictReader
from wifiplan.site.building import Cabinet, Floor, Room, SchoolRef, Site, Slab, Spot, Underlay, Wall
from wifiplan.site.network import AccessPoint, Radio

MAX_SITE_BYTES = 32_000_000
"""A hundred-class school is 0.3 MB; more than a hundred times that is not a site file."""

_RECORDS = {
    "": Site,
    "floors": Floor,
    "rooms": Room,
    "walls": Wall,
    "cabinets": Cabinet,
    "underlay": Underlay,
    "slab": Slab,
    "school": SchoolRef,
    "access_points": AccessPoint,
    "radios": Radio,
    "antennas": MeasuredAntenna,
    "spots": Spot,
}
_LISTS = frozenset({"floors", "rooms", "walls", "cabinets", "access_points", "antennas", "spots"})


def read_site(path: Path | str) -> Site:
    """Read a site file.

    Parameters
    ----------
    path : Path or str
        A JSON file as `docs/site.schema.json` describes it.

    Returns
    -------
    Site
        The site, checked: see `wifiplan.files.site_checks`.

    Raises
    ------
    SiteError
        The file cannot be read, or it has faults; all of them are in `faults`, each with its place.
    """
    path = Path(path)
    text = read_text(path, max_bytes=MAX_SITE_BYTES, error=SiteError)
    site, faults = parse_site(text, folder=path.parent)
    if site is None or faults:
        raise SiteError(
            f"the site file has {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            remedy="correct the places listed; docs/site.schema.json describes every key",
            where=str(path),
            faults=faults,
        )
    return site


def parse_site(text: str, *, folder: Path | None = None) -> tuple[Site | None, tuple[Fault, ...]]:
    """Return the site that a JSON text describes and every fault in it.

    Faults of structure (unknown keys, wrong types) and of meaning (a wall of zero length, a room outside its
    floor) come together: what is structurally unsound is left out of the second look.

    Parameters
    ----------
    text : str
        JSON.
    folder : Path or None
        Where the files of its antennas lie; None: it must hold their cuts.

    Returns
    -------
    site : Site or None
        The site, None if its structure is unsound.
    faults : tuple of Fault
        Empty for a sound file.

    Examples
    --------
    >>> site, faults = parse_site('{"name": "x", "floor": []}')
    >>> [str(fault) for fault in faults]
    ['floors: "floors" is missing', 'floor: unknown key "floor" -> did you mean "floors"?']
    """
    try:
        data = load_json(text)
    except Refused as refused:
        return None, (refused.fault,)
    if folder is None:
        return check_site(data)
    data, of_files = with_antenna_files(data, folder)
    site, faults = check_site(data)
    return site, (*faults, *of_files)


def check_site(data: Json) -> tuple[Site | None, tuple[Fault, ...]]:
    """Return the site that parsed JSON describes and every fault in it, as `parse_site` does."""
    data, moved = spelled_out(data)
    checked = _reader().check(data, moved)
    if checked.value is not None:
        site = _with_floors_of_rooms(checked.value)
        return site, faults_of(site, Places(moved=moved))
    faults = tuple(_explained(fault) for fault in checked.faults)
    return None, (*faults, *_further_faults(whole(data), checked, moved))


def write_site(path: Path | str, site: Site) -> None:
    """Write a site file that reads well: one room, wall or access point a line, defaults left out.

    Raises
    ------
    SiteError
        The site has faults that `read_site` would refuse.
    OutputError
        The file cannot be written.
    """
    faults = faults_of(site)
    if faults:
        raise SiteError(
            f"the site has {len(faults)} faults and was not written",
            remedy="correct the places listed",
            where=str(path),
            faults=faults,
        )
    write_text(Path(path), dump_site(site))


def dump_site(site: Site) -> str:
    """Return the text of a site file."""
    return json_text(site_to_plain(site))


def site_to_plain(site: Site) -> dict[str, Json]:
    """Return a site as plain JSON values without its defaults, the head before the long lists."""
    plain: dict[str, Json] = _reader().adapter.dump_python((site,), mode="json", exclude_defaults=True)[0]
    head = {"format": site.format, "name": site.name}
    lists = {key: plain.pop(key) for key in ("floors", "access_points", "antennas", "spots") if key in plain}
    return head | plain | lists


def site_schema() -> dict[str, Json]:
    """Return the JSON Schema of a site file, made from the records themselves."""
    schema = _reader().adapter.json_schema()
    definitions = {name: _tidy(part) for name, part in schema["$defs"].items()}
    add_short_forms(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wifiplan site, format 1",
        **definitions.pop("Site"),
        "$defs": definitions,
    }


def _with_floors_of_rooms(site: Site) -> Site:
    """Return the site with the floor of every access point and spot that is known by its room only."""
    levels = {room.id: floor.level for floor in site.floors for room in floor.rooms}
    points = tuple(
        replace(point, floor=levels.get(point.room_id, point.floor))
        if point.room_id is not None and point.x_m is None and point.floor == 0
        else point
        for point in site.access_points
    )
    spots = tuple(
        replace(spot, floor=levels.get(spot.room_id, spot.floor)) if spot.room_id and spot.floor == 0 else spot
        for spot in site.spots
    )
    return replace(site, access_points=points, spots=spots)


def _explained(fault: Fault) -> Fault:
    """Return a fault of structure with what to do, where the format is easily misunderstood."""
    if fault.where.endswith(".line"):
        return replace(fault, remedy="one straight piece: [[x1, y1], [x2, y2]]; every bend begins a wall of its own")
    if fault.where == "school.code":
        return replace(fault, remedy='the code in quotes, with its zeros, like "013601"')
    return fault


@lru_cache(maxsize=1)
def _reader() -> StrictReader[Site]:
    keys = {name: tuple(f.name for f in fields(record)) for name, record in _RECORDS.items()}
    keys["access_points"] += RADIO_KEYS
    return StrictReader(TypeAdapter(tuple[Site], config=STRICT), keys)


def _further_faults(data: Json, checked: Checked[Site], moved: Mapping[Loc, Loc]) -> tuple[Fault, ...]:
    """Return the faults of meaning in what is left of a file without the things that are unsound."""
    spoilt = {_smallest(loc) for loc in checked.locs}
    kept: dict[Loc, tuple[int, ...]] = {}
    left_out: set[str] = set()
    rest = _reader().check(_without(data, spoilt | checked.unknown_keys, (), kept, left_out)).value
    if rest is None:
        return ()
    faults = faults_of(_with_floors_of_rooms(rest), Places(kept, frozenset(left_out), moved))
    if all(len(loc) != 2 or loc[0] == "spots" for loc in spoilt):
        return faults
    # a whole floor is missing from the second look, so only what is said inside the other floors holds
    return tuple(fault for fault in faults if fault.where.startswith("floors["))


def _smallest(loc: Loc) -> Loc:
    """Return the list item (room, wall, floor, ...) that a fault spoils, or the top-level key."""
    ends = [n + 1 for n, step in enumerate(loc) if isinstance(step, int) and loc[n - 1] in _LISTS]
    return loc[: ends[-1]] if ends else loc[:1]


def _without(data: Json, bad: AbstractSet[Loc], loc: Loc, kept: dict[Loc, tuple[int, ...]], left_out: set[str]) -> Json:
    """Return `data` without the places in `bad`; note what remains of each list, and the ids that went."""
    if isinstance(data, Mapping):
        rest = {
            key: _without(value, bad, (*loc, key), kept, left_out)
            for key, value in data.items()
            if (*loc, key) not in bad
        }
        return {"name": "?"} | rest if not loc and ("name",) in bad else rest
    if isinstance(data, list) and loc and loc[-1] in _LISTS:
        good = tuple(n for n in range(len(data)) if (*loc, n) not in bad)
        gone = (data[n] for n in range(len(data)) if n not in good)
        names = (item.get("id", item.get("name")) for item in gone if isinstance(item, Mapping))
        left_out.update(name for name in names if isinstance(name, str))
        kept[loc] = good
        return [_without(data[n], bad, (*loc, n), kept, left_out) for n in good]
    return data


def _tidy(part: Json) -> Json:
    """Return a schema without pydantic's made-up titles, which only repeat the keys."""
    if isinstance(part, Mapping):
        return {key: _tidy(value) for key, value in part.items() if not (key == "title" and isinstance(value, str))}
    return [_tidy(item) for item in part] if isinstance(part, list) else part
