"""What a technician says of where readings were taken, beside the drawn site: one record for all readers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely

from wifiplan.files.drawings.underlay_sheets import MAX_BYTES, picture_bytes
from wifiplan.files.readings.positions import read_positions
from wifiplan.files.readings.refusals import unreadable, wrong
from wifiplan.files.readings.walk_values import floor_of
from wifiplan.site.building import Floor, Site
from wifiplan.survey.places import Origin, Pixels, Place, Whereabouts

_PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")
_EXTENT_M = 5_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Options as a person typed them; None: not said.

    Parameters
    ----------
    site, site_path : Site and Path or None
        The drawn site, and its file, beside which its pictures lie.
    floor : str or None
        A level (0 is the ground floor), a floor's own name, or 1F, B1 as people count.
    x_m, y_m : float or None
        Where all was taken [m].
    start, end : str or None
        "x,y" in metres: both ends of a straight walk.
    positions_path, picture_path : Path or None
        A table of positions, and the picture in whose pixels positions are.
    scale_m : float or None
        Metres a pixel.
    height_px : float or None
        Height of the picture in those pixels; None: its own.
    origin : str
        Where pixels count from.
    clock_s : float
        Added to the readings' times before they are looked up [s].
    """

    site: Site | None = None
    site_path: Path | None = None
    floor: str | None = None
    x_m: float | None = None
    y_m: float | None = None
    start: str | None = None
    end: str | None = None
    positions_path: Path | None = None
    picture_path: Path | None = None
    scale_m: float | None = None
    height_px: float | None = None
    origin: Origin = "top-left"
    clock_s: float = 0.0


def whereabouts(told: Told) -> Whereabouts:
    """Return what is known of the places.

    Raises
    ------
    SurveyError
        A floor that the site does not have, a place that is none, one end of a walk only.
    DrawingError
        The picture cannot be read.
    """
    floors = () if told.site is None else told.site.floors
    names = _names(floors)
    level = _level(told.floor, names, floors)
    if (told.x_m is None) != (told.y_m is None):
        raise wrong(
            "--x, --y",
            ("a place needs both", "位置需要 x 與 y"),
            ("give --x and --y in metres", "請同時提供 --x 與 --y（公尺）"),
        )
    if (told.start is None) != (told.end is None):
        raise wrong(
            "--from, --to",
            ("a walk needs both ends", "路線需有起點與終點"),
            ("give --from x,y and --to x,y in metres", "請提供 --from x,y 與 --to x,y（公尺）"),
        )
    spot, ends = None, None
    if told.x_m is not None and told.y_m is not None:
        spot = Place(floor=level or 0, x_m=told.x_m, y_m=told.y_m)
    if told.start is not None and told.end is not None:
        ends = (_place(told.start, level or 0, "--from"), _place(told.end, level or 0, "--to"))
    around = Whereabouts(
        spot=spot,
        ends=ends,
        pixels=_pixels(told, next((floor for floor in floors if floor.level == level), None)),
        shift_s=told.clock_s,
        floor=level,
        floors=names,
        extent_m=_extent(floors),
    )
    if told.positions_path is None:
        return around
    return read_positions(_read(told.positions_path, 50_000_000), told.positions_path.name, around)


def _names(floors: Sequence[Floor]) -> dict[str, int]:
    """Return the levels of a site by name: the floor's own, and the level itself."""
    own = {floor.name.strip(): floor.level for floor in floors if floor.name.strip()}
    return {str(floor.level): floor.level for floor in floors} | own


def _level(text: str | None, names: dict[str, int], floors: Sequence[Floor]) -> int | None:
    if text is None:
        return floors[0].level if len(floors) == 1 else None
    found = floor_of(text, names)
    if found is None or (names and found not in names.values()):
        known = ", ".join(f"{floor.level} ({floor.name})" if floor.name else f"{floor.level}" for floor in floors)
        raise wrong(
            "--floor",
            (f"{text[:40]!r} is no floor" + (f" of the site: {known}" if known else ""), f"沒有樓層 {text[:40]}"),
            ("give the level (0 is the ground floor) or the floor's name", "請提供樓層編號（0 為一樓）或樓層名稱"),
        )
    return found


def _place(text: str, level: int, where: str) -> Place:
    found = _PAIR.fullmatch(text)
    x_m, y_m = (float(found[1]), float(found[2])) if found else (_EXTENT_M, _EXTENT_M)
    if max(abs(x_m), abs(y_m)) >= _EXTENT_M:
        raise wrong(
            where,
            (f"{text[:40]!r} is no place", f"{text[:40]} 不是位置"),
            ("give metres from the plan's south-west corner, as 12.5,3", "請提供距平面圖西南角的公尺數，例如 12.5,3"),
        )
    return Place(floor=level, x_m=x_m, y_m=y_m)


def _pixels(told: Told, floor: Floor | None) -> Pixels | None:
    """Return the scale that was given, else that of the floor's own picture."""
    under = None if floor is None else floor.underlay
    if told.scale_m is None and under is None:
        return None
    path = told.picture_path
    if path is None and told.scale_m is None and under is not None and told.site_path is not None:
        path = told.site_path.parent / Path(under.picture).name
        path = path if path.is_file() else None
    height_px = told.height_px
    if height_px is None and path is not None:
        height_px = picture_bytes(_read(path, MAX_BYTES), path.name).height_px
    if told.scale_m is not None:
        return Pixels(scale_m=told.scale_m, origin=told.origin, height_px=height_px)
    if under is None or height_px is None:
        return None
    return Pixels(scale_m=under.scale_m_per_px, origin=told.origin, height_px=height_px, x_m=under.x_m, y_m=under.y_m)


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise unreadable(path, error) from error


def _extent(floors: Sequence[Floor]) -> tuple[float, float, float, float] | None:
    points = [
        point
        for floor in floors
        for line in (floor.outline or (), *(room.polygon for room in floor.rooms), *(wall.line for wall in floor.walls))
        for point in line
    ]
    if len(points) < 3:
        return None
    west, south, east, north = shapely.MultiPoint(points).bounds
    return west, south, east, north
