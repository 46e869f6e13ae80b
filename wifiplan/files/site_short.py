"""Short forms of a site file: access points under their floor, and the one radio that is known written beside them."""

from collections.abc import Mapping

from wifiplan.files.json_input import Doubled, Json, Loc

RADIO_KEYS = ("band", "channel", "width_mhz", "eirp_dbm")
"""Keys of a radio; where they stand on an access point itself, they describe its only known radio."""

_LAST_CHANNEL_2G4 = 14
_FIRST_CHANNEL_5G = 32


def spelled_out(data: Json) -> tuple[Json, Mapping[Loc, Loc]]:
    """Return a site's JSON in the long form of the records.

    Access points listed under a floor join those of the site, with that floor's level. Radio keys on an access point
    become its one radio; a channel tells its band where none is given (6 GHz must be named).

    Parameters
    ----------
    data : JSON value
        What the file holds, of any shape: what is no short form is left as it is.

    Returns
    -------
    data : JSON value
        The long form; the parameter is not changed.
    moved : mapping
        For every access point that came from a floor: its place now, and its place in the file.

    Examples
    --------
    >>> short = {"floors": [{"level": 1, "access_points": [{"id": "a", "channel": 36}]}]}
    >>> long, moved = spelled_out(short)
    >>> long["access_points"]
    [{'id': 'a', 'floor': 1, 'radios': [{'channel': 36, 'band': '5'}]}]
    >>> moved
    {('access_points', 0): ('floors', 0, 'access_points', 0)}
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("access_points", []), list):
        return data, {}
    points: list[Json] = list(data.get("access_points", []))
    moved: dict[Loc, Loc] = {}
    changed: dict[str, Json] = {}
    if isinstance(data.get("floors"), list):
        changed["floors"] = [_without_points(n, floor, points, moved) for n, floor in enumerate(data["floors"])]
    if points:
        changed["access_points"] = [_with_radio(point) for point in points]
    return _changed(data, changed), moved


def add_short_forms(definitions: dict[str, Json]) -> None:
    """Add to the parts of a JSON Schema what `spelled_out` and `with_antenna_files` understand beyond the records."""
    properties = definitions["Floor"]["properties"]
    properties["access_points"] = {"items": {"$ref": "#/$defs/AccessPoint"}, "type": "array"}
    radio = definitions["Radio"]["properties"]
    definitions["AccessPoint"]["properties"].update({key: radio[key] for key in RADIO_KEYS})
    antennas, measured = definitions["Site"]["properties"]["antennas"], definitions["MeasuredAntenna"]["properties"]
    antennas["items"] = {"anyOf": [antennas["items"], {"$ref": "#/$defs/AntennaFile"}]}
    definitions["AntennaFile"] = {
        "additionalProperties": False,
        "properties": {"file": {"type": "string"}, "name": measured["name"], "facing": measured["facing"]},
        "required": ["file"],
        "type": "object",
    }


def _without_points(n: int, floor: Json, points: list[Json], moved: dict[Loc, Loc]) -> Json:
    """Return a floor without its access points, which join `points`."""
    if not isinstance(floor, Mapping) or not isinstance(floor.get("access_points"), list):
        return floor
    level = {"floor": floor["level"]} if "level" in floor else {}
    for k, point in enumerate(floor["access_points"]):
        moved["access_points", len(points)] = ("floors", n, "access_points", k)
        points.append(_changed(point, level | dict(point)) if isinstance(point, Mapping) else point)
    return _changed(floor, {}, leave_out=("access_points",))


def _with_radio(point: Json) -> Json:
    """Return an access point with its radio keys gathered in `radios`."""
    if not isinstance(point, Mapping) or "radios" in point or not any(key in point for key in RADIO_KEYS):
        return point
    radio = {key: point[key] for key in RADIO_KEYS if point.get(key) is not None}
    channel = radio.get("channel")
    if "band" not in radio and isinstance(channel, int):
        radio |= {"band": "2.4"} if channel <= _LAST_CHANNEL_2G4 else {}
        radio |= {"band": "5"} if channel >= _FIRST_CHANNEL_5G else {}
    return _changed(point, {"radios": [radio] if radio else []}, leave_out=RADIO_KEYS)


def _changed(value: Mapping[str, Json], changes: Mapping[str, Json], leave_out: tuple[str, ...] = ()) -> Json:
    """Return an object with some keys changed; that keys were given twice in it is not forgotten."""
    rest = {key: item for key, item in (dict(value) | dict(changes)).items() if key not in leave_out}
    if not isinstance(value, Doubled):
        return rest
    doubled = Doubled(rest)
    doubled.names = value.names
    return doubled
