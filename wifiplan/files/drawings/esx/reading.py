"""Reading an .esx project into a site."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import shapely

from wifiplan.catalog.antennas import antennas
from wifiplan.catalog.spectrum import countries
from wifiplan.errors import DrawingError
from wifiplan.files.drawings.archives import MAX_FAULTS, open_archive
from wifiplan.files.drawings.esx.extras import head_of, with_head, with_own_floors
from wifiplan.files.drawings.esx.losses import BAND_OF, slab_of, straight_db
from wifiplan.files.drawings.esx.network import Network, network
from wifiplan.files.drawings.esx.pictures import Pictures, underlay
from wifiplan.files.drawings.esx.project import Project
from wifiplan.files.drawings.esx.rest import tell_rest
from wifiplan.files.drawings.esx.rooms import rooms
from wifiplan.files.drawings.esx.stacking import elevations_m, from_corner
from wifiplan.files.drawings.esx.storeys import Storey, storeys
from wifiplan.files.drawings.esx.tally import Tally
from wifiplan.files.drawings.esx.walls import placed_points, walls
from wifiplan.files.drawings.esx.words import meaning_of
from wifiplan.files.drawings.records import Imported, ImportOptions
from wifiplan.files.json_input import Json
from wifiplan.files.site_checks import faults_of
from wifiplan.files.site_shapes import TOLERANCE_M
from wifiplan.site.building import Floor, Point, Room, Site, Slab, Wall
from wifiplan.site.network import AccessPoint

SLAB_MATERIAL = "concrete"
"""Of slabs whose type names none: schools stand on it."""
_HEIGHTS_M = (1.8, 40.0)
_MAX_SLAB_M = 2.0


def read_esx(path: Path | str, options: ImportOptions | None = None) -> Imported:
    """Read an Ekahau project into a site.

    Walls keep the loss of a crossing in every band, planned access points their radios; areas become rooms.

    Parameters
    ----------
    path : Path or str
        An .esx file.
    options : ImportOptions, optional
        `unit_m` overrules the scale of all plans [metres a plan unit].

    Returns
    -------
    Imported
        The site; the account names every member of the file with what became of its things.

    Raises
    ------
    ScaleError
        A plan on which something lies has no scale.
    DrawingError
        The archive is not safe, or the project has faults: all of them in one message.
    """
    path, options = Path(path), options or ImportOptions()
    with open_archive(path) as archive:
        project = Project(archive, Tally())
        design = read_design(project, options)
        tell_rest(project, design.pictures.used)
        project.check()
    faults = faults_of(design.site)
    if faults:
        raise DrawingError(
            "what the project holds makes no sound site",
            remedy="correct the places listed in the program that made it, or give the scale: unit_m",
            where=path.name,
            faults=faults[:MAX_FAULTS],
            zh=("專案內容無法成為合理的校舍", "請在原軟體修正所列之處，或以 unit_m 指定比例"),
        )
    account = project.tally.account()
    pictures = tuple(design.pictures.taken)
    return Imported(site=design.site, account=account, pictures=pictures, origin_m=design.origin_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a project plans: the site, its storeys by plan, its pictures, and where the site's origin lies."""

    site: Site
    storeys: Mapping[str, Storey]
    pictures: Pictures
    origin_m: Point


def read_design(
    project: Project, options: ImportOptions, further: Mapping[str, Sequence[Point]] = MappingProxyType({})
) -> Design:
    """Return what a project plans.

    Parameters
    ----------
    project : Project
        An open project.
    options : ImportOptions
        What the user says.
    further : mapping of str to sequence of Point
        Points [plan units] by plan that something else lies on, such as a survey.

    Raises
    ------
    DrawingError
        As for `read_esx`; faults of the site itself are not looked for.
    """
    head = head_of(project)
    country = _country(head)
    places = _places(project)
    for key, points in further.items():
        places[key] += points
    found, own = with_own_floors(project, storeys(project, places, options))
    by_id = {one.id: one for one in found}
    heights_m = _heights_m(project, found, options)
    drawn = walls(project, by_id, heights_m, country, options.material)
    areas = rooms(project, by_id)
    net = network(project, by_id, heights_m, country)
    project.check()
    pictures = Pictures()
    floors = _floors(project, found, own, heights_m, (drawn, areas, pictures))
    site = _site(project, floors, net, options, head)
    site, origin_m = (site, (0.0, 0.0)) if own else from_corner(site)
    return Design(site=with_head(project, site, head), storeys=by_id, pictures=pictures, origin_m=origin_m)


def _country(head: Mapping[str, object]) -> str:
    told = head.get("country")
    return told if isinstance(told, str) and told in countries() else Site(name="?", floors=()).country


def _places(project: Project) -> dict[str, list[Point]]:
    """Return all points that lie on every plan, in its units."""
    found: dict[str, list[Point]] = defaultdict(list)
    for plan, point in placed_points(project).values():
        found[plan].append(point)
    for one in project.rows("accessPoints"):
        location = one.part("location")
        place = location.point("coord") if location else None
        if location is not None and place is not None and one.flag("mine", default=True):
            found[location.ref("floorPlanId")].append(place)
    for one in project.rows("areas"):
        corners = (corner.point() for corner in one.parts("area"))
        found[one.ref("floorPlanId")] += [corner for corner in corners if corner is not None]
    return found


def _heights_m(project: Project, found: Sequence[Storey], options: ImportOptions) -> dict[str, float]:
    """Return the height of every storey; plans on one level share the largest."""
    of_level: dict[int, float] = {}
    for one in found:
        height_m = one.height_m
        if height_m is None or not _HEIGHTS_M[0] <= height_m <= _HEIGHTS_M[1]:
            detail = f"height of the storey by default: {options.height_m:g} m"
            project.tally.guess("floorPlans", detail, f"樓高視為 {options.height_m:g} 公尺")
            height_m = options.height_m
        of_level[one.level] = max(height_m, of_level.get(one.level, 0.0))
    return {one.id: of_level[one.level] for one in found}


def _floors(
    project: Project,
    found: Sequence[Storey],
    own: Mapping[str, Floor],
    heights_m: Mapping[str, float],
    parts: tuple[Mapping[str, tuple[Wall, ...]], Mapping[str, tuple[Room, ...]], Pictures],
) -> tuple[Floor, ...]:
    drawn, areas, pictures = parts
    levels: dict[int, list[Storey]] = defaultdict(list)
    for one in found:
        levels[one.level].append(one)
    elevation_m = elevations_m({level: heights_m[members[0].id] for level, members in levels.items()})
    floors = []
    for level, members in sorted(levels.items()):
        first = members[0]
        base = own.get(first.id) or Floor(
            level=level,
            elevation_m=elevation_m[level],
            height_m=heights_m[first.id],
            name=" / ".join(dict.fromkeys(one.plan.text("name") for one in members)),
            slab=_slab(project, first),
        )
        under = [picture for one in members if (picture := underlay(project, one, pictures)) is not None]
        if len(under) > 1:
            project.tally.guess(
                "images", "a floor has one picture: the first", "每層一張底圖，取第一張", n=len(under) - 1
            )
        project.tally.take("floorPlans", "floors", "樓層", n=len(members))
        floor = replace(
            base,
            walls=tuple(wall for one in members for wall in drawn.get(one.id, ())),
            rooms=tuple(room for one in members for room in areas.get(one.id, ())),
            underlay=under[0] if under else None,
        )
        floors.append(floor if own else _with_outline(project, floor))
    return tuple(floors)


def _slab(project: Project, one: Storey) -> Slab:
    kind = project.by_id("floorTypes").get(one.floor_type)
    thickness_m = one.slab_m if one.slab_m is not None and 0.0 < one.slab_m <= _MAX_SLAB_M else None
    factors = {
        BAND_OF[word]: factor
        for part in (kind.parts("propagationProperties") if kind else ())
        if (word := part.text("band")) in BAND_OF and (factor := part.number_at("attenuationFactor")) is not None
    }
    factor = factors.get("5", next(iter(factors.values()), None))
    name = kind.text("name") if kind else ""
    if thickness_m is None or factor is None or factor < 0.0:
        slab = Slab()
        detail = f"slab by default: {slab.material}, {slab.thickness_m:g} m"
        project.tally.guess("floorTypes", detail, f"樓板視為混凝土 {slab.thickness_m:g} 公尺")
        return slab
    material = meaning_of(name).material or SLAB_MATERIAL
    slab = slab_of(material, thickness_m, factor * thickness_m, Site(name="?", floors=()).country)
    loss_db = straight_db(slab.material, slab.thickness_m, "5", Site(name="?", floors=()).country)
    detail = (
        f'"{name}", {factor * thickness_m:.1f} dB: {slab.material} of {slab.thickness_m:g} m, {loss_db:.1f} dB in 5 GHz'
    )
    zh = f"「{name}」{factor * thickness_m:.1f} dB，換算為 {slab.thickness_m:g} 公尺，5 GHz {loss_db:.1f} dB"
    project.tally.guess("floorTypes", detail, zh)
    return slab


def _with_outline(project: Project, floor: Floor) -> Floor:
    """Return the floor with an outline where rooms lie beyond the walls: the box around both."""
    points = [point for wall in floor.walls for point in wall.line]
    if len(points) < 6 or not floor.rooms:
        return floor
    drawn = shapely.MultiPoint(points).envelope.buffer(TOLERANCE_M, join_style="mitre")
    shapes = [shapely.Polygon(room.polygon) for room in floor.rooms]
    if all(drawn.covers(shape) for shape in shapes):
        return floor
    detail = "rooms lie beyond the walls: the slab is taken as the box around all"
    project.tally.guess("floorPlans", detail, "空間超出牆面範圍，樓板取全部內容的外框")
    x1, y1, x2, y2 = shapely.unary_union([shapely.MultiPoint(points).envelope, *(s.envelope for s in shapes)]).bounds
    return replace(floor, outline=((x1, y1), (x2, y1), (x2, y2), (x1, y2)))


def _site(
    project: Project, floors: tuple[Floor, ...], net: Network, options: ImportOptions, said: Mapping[str, Json]
) -> Site:
    head = project.head("project")
    told = (head.text("name") or head.text("title")) if head is not None else ""
    places = {room.id: floor.level for floor in floors for room in floor.rooms}
    cabinets = {cabinet.id for floor in floors for cabinet in floor.cabinets}
    listed = said.get("antennas")
    said_antennas = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    own = {name for one in said_antennas if isinstance(name := one.get("name"), str)}
    named = {*antennas(), *net.antennas, *own}
    points = tuple(_linked(point, places, cabinets, named) for point in net.points)
    return Site(
        name=options.name or told or project.path.stem or "esx",
        floors=floors,
        access_points=points,
        antennas=tuple(net.antennas.values()),
    )


def _linked(point: AccessPoint, places: Mapping[str, int], cabinets: set[str], named: Collection[str]) -> AccessPoint:
    """Return the access point without a room, cabinet or antenna that is no longer there."""
    room_id = point.room_id if point.room_id and places.get(point.room_id) == point.floor else None
    return replace(
        point,
        room_id=room_id,
        cabinet=point.cabinet if point.cabinet in cabinets else None,
        pattern=point.pattern if point.pattern in named else None,
    )
