"""The plans of a project that is written: their scale, their pictures, and points in plan units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wifiplan.files.drawings.esx.exported.picture import drawn_png
from wifiplan.files.drawings.esx.exported.tables import Tables, coord
from wifiplan.files.drawings.esx.extras import FLOOR_KEY
from wifiplan.files.drawings.esx.frames import FRAME_KEY
from wifiplan.files.drawings.esx.losses import WORDS, straight_db
from wifiplan.files.drawings.esx.pictures import picture_size
from wifiplan.files.drawings.esx.words import name_of
from wifiplan.files.drawings.records import Picture
from wifiplan.files.site import site_to_plain
from wifiplan.site.building import Floor, Point, Site
from wifiplan.site.network import BANDS, AccessPoint

MAX_PX = 4_000
"""Longer side of a plan that we draw: sharp at a metre a screen, and below 1 MB."""
UNITS_M = (0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Metres a unit (a pixel) of a plan that we draw: the finest that fits."""
MARGIN_M = 1.0
_NEAR_CORNER_M = 20.0
"""A site that begins so near its origin is drawn from there, so that a plan's lower left corner is the origin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """One plan: metres a unit, its size in units, and where its lower left corner lies in the site."""

    id: str
    unit_m: float
    width: float
    height: float
    corner_m: Point

    def units(self, point: Point) -> Point:
        """Return a point of the site in plan units, y down."""
        x, y = (point[0] - self.corner_m[0]) / self.unit_m, (point[1] - self.corner_m[1]) / self.unit_m
        return x, self.height - y

    def coord(self, point: Point) -> dict[str, float]:
        """Return a point of the site as the format has it."""
        return coord(*self.units(point))


def add_plans(
    tables: Tables, site: Site, access_points: Sequence[AccessPoint], pictures: Mapping[str, Picture]
) -> dict[int, Canvas]:
    """Write plans, pictures, storeys, slabs and reference points; return the canvas of every level."""
    plain = {floor["level"]: floor for floor in site_to_plain(site)["floors"]}
    building = tables.add("buildings", site.name, name=site.name, tags=[])
    canvases = {}
    box = _box(site, access_points)
    for floor in site.floors:
        canvas, rendered = _canvas(tables, floor, box, pictures)
        canvases[floor.level] = canvas
        own = {key: value for key, value in plain[floor.level].items() if key not in {"rooms", "walls", "underlay"}}
        _add_plan(tables, floor, canvas, own, rendered)
        tables.add(
            "buildingFloors",
            floor.level,
            floorPlanId=canvas.id,
            buildingId=building,
            floorTypeId=_floor_type(tables, floor, site.country),
            floorNumber=floor.level,
            height=float(floor.height_m),
            thickness=float(floor.slab.thickness_m),
        )
        tables.tally.take("floorPlans", "floors", "樓層")
    _add_reference_points(tables, canvases, box)
    return canvases


def _add_plan(tables: Tables, floor: Floor, canvas: Canvas, own: dict[str, object], rendered: str | None) -> None:
    width_m, height_m = canvas.width * canvas.unit_m, canvas.height * canvas.unit_m
    frame = {"x_m": canvas.corner_m[0], "y_m": canvas.corner_m[1], "width_m": width_m, "height_m": height_m}
    tables.add(
        "floorPlans",
        floor.level,
        name=floor_name(floor),
        width=canvas.width,
        height=canvas.height,
        metersPerUnit=canvas.unit_m,
        imageId=tables.id("images", floor.level),
        floorPlanType="FSPL",
        cropMinX=0.0,
        cropMinY=0.0,
        cropMaxX=canvas.width,
        cropMaxY=canvas.height,
        rotateUpDirection="UP",
        gpsReferencePoints=[],
        tags=[],
        **{FLOOR_KEY: own, FRAME_KEY: frame | {"picture": rendered}},
    )


def floor_name(floor: Floor) -> str:
    """Return the name of a floor, or that of its level: 1F, B1."""
    return floor.name or (f"{floor.level + 1}F" if floor.level >= 0 else f"B{-floor.level}")


def _canvas(
    tables: Tables, floor: Floor, box: tuple[float, float, float, float], pictures: Mapping[str, Picture]
) -> tuple[Canvas, str | None]:
    """Return the canvas of a floor and the name of the underlay that it shows, None where we draw it."""
    key = tables.id("floorPlans", floor.level)
    given = _given(floor, box, pictures, key)
    if given is not None:
        canvas, picture = given
        data, kind, name = picture.data, picture.name.rpartition(".")[2].upper().replace("JPG", "JPEG"), picture.name
        tables.tally.take("images", "the floor's own picture", "樓層底圖")
    else:
        canvas, kind, name = _drawn_canvas(box, key), "PNG", None
        data = drawn_png(floor, canvas.units, (int(canvas.width), int(canvas.height)), canvas.unit_m)
        tables.tally.take("images", "plans drawn by wifiplan", "wifiplan 繪製的平面圖")
        if floor.underlay is not None:
            detail = "not given, of an unknown kind, or smaller than the floor: drawn instead"
            tables.tally.leave(floor.underlay.picture, detail, "沒有圖檔、格式不明或小於樓層，改為重繪")
    image = tables.add(
        "images",
        floor.level,
        imageFormat=kind,
        resolutionWidth=canvas.width,
        resolutionHeight=canvas.height,
    )
    tables.binaries[f"image-{image}"] = data
    return canvas, name


def _given(
    floor: Floor, box: tuple[float, float, float, float], pictures: Mapping[str, Picture], key: str
) -> tuple[Canvas, Picture] | None:
    under = floor.underlay
    picture = pictures.get(under.picture) if under is not None else None
    size = picture_size(picture.data) if picture is not None else None
    if under is None or picture is None or size is None:
        return None
    width, height, _ = size
    right, top = under.x_m + width * under.scale_m_per_px, under.y_m + height * under.scale_m_per_px
    if under.x_m > box[0] or under.y_m > box[1] or right < box[2] or top < box[3]:
        return None
    corner = (under.x_m, under.y_m)
    return Canvas(id=key, unit_m=under.scale_m_per_px, width=width, height=height, corner_m=corner), picture


def _drawn_canvas(box: tuple[float, float, float, float], key: str) -> Canvas:
    left, low, right, top = box
    x_m = 0.0 if 0.0 <= left <= _NEAR_CORNER_M else float(int(left // 1)) - MARGIN_M
    y_m = 0.0 if 0.0 <= low <= _NEAR_CORNER_M else float(int(low // 1)) - MARGIN_M
    wide, tall = right + MARGIN_M - x_m, top + MARGIN_M - y_m
    unit_m = next((unit for unit in UNITS_M if max(wide, tall) / unit <= MAX_PX), UNITS_M[-1])
    return Canvas(
        id=key, unit_m=unit_m, width=float(-(-wide // unit_m)), height=float(-(-tall // unit_m)), corner_m=(x_m, y_m)
    )


def _box(site: Site, access_points: Sequence[AccessPoint]) -> tuple[float, float, float, float]:
    """Return left, low, right and top of everything in the site [m]."""
    points = [
        point
        for floor in site.floors
        for group in (
            *(wall.line for wall in floor.walls),
            *(room.polygon for room in floor.rooms),
            floor.outline or (),
            tuple((cabinet.x_m, cabinet.y_m) for cabinet in floor.cabinets),
        )
        for point in group
    ]
    points += [(one.x_m, one.y_m) for one in access_points if one.x_m is not None and one.y_m is not None]
    points = points or [(0.0, 0.0), (10.0, 10.0)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _floor_type(tables: Tables, floor: Floor, country: str) -> str:
    slab = floor.slab
    key = (slab.material, slab.thickness_m)
    made = tables.id("floorTypes", key)
    if all(row["id"] != made for row in tables.rows["floorTypes"]):
        losses = (straight_db(slab.material, slab.thickness_m, band, country) for band in BANDS)
        tables.add(
            "floorTypes",
            key,
            name=name_of("wall", slab.material, f"{100 * slab.thickness_m:g} cm", lang=tables.lang),
            isDefault=not tables.rows["floorTypes"],
            propagationProperties=[
                propagation(WORDS[band], loss / slab.thickness_m) for band, loss in zip(BANDS, losses, strict=True)
            ],
        )
        tables.tally.take("floorTypes", "slabs", "樓板")
    return made


def propagation(band: str, db_per_m: float, reflection: float = 0.5) -> dict[str, object]:
    """Return what a type does to a band; diffraction is the program's own usual value."""
    return {
        "band": band,
        "attenuationFactor": round(float(db_per_m), 9),
        "reflectionCoefficient": round(float(reflection), 6),
        "diffractionCoefficient": DIFFRACTION_DB,
    }


DIFFRACTION_DB = 17.0
"""Of every type; wifiplan's laws have none, and the program asks for one [M]."""


def _add_reference_points(
    tables: Tables, canvases: Mapping[int, Canvas], box: tuple[float, float, float, float]
) -> None:
    if len(canvases) < 2:
        return
    for n, point in enumerate(((box[0], box[1]), (box[2], box[3]))):
        places = [{"floorPlanId": canvas.id, "coord": canvas.coord(point)} for canvas in canvases.values()]
        tables.add("referencePoints", n, name=f"wifiplan {n + 1}", projections=places)
