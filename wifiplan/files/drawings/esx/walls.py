"""Walls of a project: segments between points, of a type that says decibels a metre and thickness."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from wifiplan.catalog.materials import materials
from wifiplan.files.drawings.esx.losses import BAND_OF, SAME_DB, straight_db
from wifiplan.files.drawings.esx.project import Project, Thing
from wifiplan.files.drawings.esx.storeys import Storey
from wifiplan.files.drawings.esx.words import meaning_of
from wifiplan.files.site_checks import MIN_WALL_M
from wifiplan.files.site_shapes import TOLERANCE_M
from wifiplan.site.building import Point, Wall, WallKind
from wifiplan.site.network import BANDS, Band

MAX_LOSS_DB = 200.0
"""More than this a site file does not take, and no measurement tells apart."""
MAX_THICKNESS_M = 3.0

Placed: TypeAlias = tuple[str, Point]
"""A plan's id and a point in its units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WallType:
    """What a wall type makes of a wall; `losses_db` by band, None where its material tells it."""

    kind: WallKind
    material: str
    thickness_m: float | None
    bottom_m: float
    top_m: float | None
    losses_db: tuple[float | None, ...]


def placed_points(project: Project) -> dict[str, Placed]:
    """Return the wall points by id."""
    found: dict[str, Placed] = {}
    for key, one in project.by_id("wallPoints").items():
        location = one.part("location")
        point = location.point("coord") if location else None
        if location is None or point is None:
            project.tally.leave("wallPoints", "it has no place", "沒有位置")
        else:
            found[key] = (location.ref("floorPlanId"), point)
    return found


def walls(
    project: Project, found: Mapping[str, Storey], heights_m: Mapping[str, float], country: str, material: str
) -> dict[str, tuple[Wall, ...]]:
    """Return the walls on every plan.

    Parameters
    ----------
    project : Project
        What is read from.
    found : mapping of str to Storey
        Storeys by the id of their plan.
    heights_m : mapping of str to float
        Height of the storey of every plan [m].
    country : str
        Whose bands count where a type names a material of the catalogue.
    material : str
        Material where a type's name tells none.

    Returns
    -------
    dict of str to tuple of Wall
        By the id of the plan, in metres of the site.
    """
    points = placed_points(project)
    # a project holds a score of types that no wall has: nothing is guessed of those
    named = {one.ref("wallTypeId") for one in project.rows("wallSegments")}
    known = project.by_id("wallTypes")
    types = {key: _type(project, one, country, material) for key, one in known.items() if key in named}
    fallback = WallType(
        kind="wall", material=material, thickness_m=None, bottom_m=0.0, top_m=None, losses_db=(None, None, None)
    )
    used: set[str] = set()
    made: dict[str, list[Wall]] = defaultdict(list)
    for one in project.rows("wallSegments"):
        ends = [points[key] for key in one.refs("wallPoints") if key in points]
        storey = _storey(project, ends, one, found)
        if storey is None:
            continue
        a, b = (storey.frame.site_m(point) for _, point in ends)
        key = one.ref("wallTypeId")
        wall = _wall(project, types.get(key, fallback), (a, b), heights_m[storey.id])
        if wall is None:
            continue
        if key not in types:
            project.tally.guess("wallSegments", f"no wall type: {material}", f"沒有牆類型，視為{_zh(material)}")
        used.update((key, *one.refs("wallPoints")))
        project.tally.take("wallSegments", "walls, doors and windows", "牆、門、窗")
        made[storey.id].append(wall)
    _tell_rest(project, used, known, points)
    return {key: tuple(part) for key, part in made.items()}


def _storey(project: Project, ends: list[Placed], one: Thing, found: Mapping[str, Storey]) -> Storey | None:
    if len(ends) != 2 or len(one.refs("wallPoints")) != 2:
        project.tally.leave("wallSegments", "it names a wall point that is not there", "指向不存在的牆點")
    elif ends[0][0] != ends[1][0]:
        project.tally.leave("wallSegments", "its ends are on two plans", "兩端不在同一平面圖")
    elif ends[0][0] not in found:
        project.tally.leave("wallSegments", "its plan is not there", "所屬平面圖不存在")
    else:
        return found[ends[0][0]]
    return None


def _wall(project: Project, of: WallType, line: tuple[Point, Point], height_m: float) -> Wall | None:
    if math.dist(*line) < MIN_WALL_M:
        project.tally.leave("wallSegments", "shorter than 1 cm", "長度不到 1 公分")
        return None
    top_m = height_m if of.top_m is None else of.top_m
    if top_m > height_m + TOLERANCE_M:
        project.tally.guess("wallSegments", "top edge cut to the storey's height", "高度裁至樓高")
        top_m = height_m
    if top_m <= of.bottom_m:
        project.tally.leave("wallSegments", "its upper edge is not above its lower edge", "上緣不高於下緣")
        return None
    return Wall(
        line=line,
        material=of.material,
        top_m=top_m,
        bottom_m=of.bottom_m,
        kind=of.kind,
        thickness_m=of.thickness_m,
        loss_2g4_db=of.losses_db[0],
        loss_5g_db=of.losses_db[1],
        loss_6g_db=of.losses_db[2],
    )


def _type(project: Project, one: Thing, country: str, material: str) -> WallType:
    name = one.text("name")
    meaning = meaning_of(name)
    if meaning.material is None:
        meaning = meaning_of(f"{name} {one.text('key')}")
    if meaning.material is None:
        detail = f'material of type "{name}" by default: {material}; its losses are as in the file'
        project.tally.guess("wallTypes", detail, f"類型「{name}」材質不明，視為{_zh(material)}；損失依檔案")
    elif not meaning.exact:
        detail = f'"{name}": {meaning.kind} of {meaning.material}, by its name; its losses are as in the file'
        project.tally.guess("wallTypes", detail, f"「{name}」依名稱視為{_zh(meaning.material)}；損失依檔案")
    thickness_m = one.number_at("thickness")
    losses = _losses_db(project, one, thickness_m, name)
    chosen = meaning.material or material
    if thickness_m is not None and not 0.0 < thickness_m <= MAX_THICKNESS_M:
        thickness_m = None if thickness_m <= 0.0 else MAX_THICKNESS_M
    if meaning.exact:
        losses = _without_its_own(chosen, thickness_m, losses, country)
    if meaning.usual and thickness_m == materials()[chosen].default_thickness_m:
        thickness_m = None
    bottom_m, top_m = one.number_at("lowerEdge") or 0.0, one.number_at("upperEdge")
    return WallType(
        kind=meaning.kind,
        material=chosen,
        thickness_m=thickness_m,
        bottom_m=max(0.0, bottom_m),
        top_m=top_m,
        losses_db=losses,
    )


def _losses_db(project: Project, one: Thing, thickness_m: float | None, name: str) -> tuple[float | None, ...]:
    factors: dict[Band, float] = {}
    for part in one.parts("propagationProperties"):
        band, factor = BAND_OF.get(part.text("band")), part.number_at("attenuationFactor")
        if band is not None and factor is not None:
            factors[band] = factor
    if not factors or not thickness_m or thickness_m < 0.0:
        detail = f'"{name}" has no losses or no thickness: those of its material'
        project.tally.guess("wallTypes", detail, f"「{name}」沒有損失或厚度，依材質")
        return (None, None, None)
    found: list[float | None] = []
    for band in BANDS:
        loss = factors[band] * thickness_m if band in factors else None
        if loss is not None and not 0.0 <= loss <= MAX_LOSS_DB:
            detail = f'"{name}": a loss of {loss:g} dB taken as between 0 and {MAX_LOSS_DB:g}'
            project.tally.guess("wallTypes", detail, f"「{name}」損失 {loss:g} dB 超出範圍，已裁切")
            loss = min(max(loss, 0.0), MAX_LOSS_DB)
        found.append(None if loss is None else round(loss, 6) + 0.0)
    if None in found:
        detail = f'"{name}" gives no loss in some band: that of its material'
        project.tally.guess("wallTypes", detail, f"「{name}」部分頻段沒有損失，依材質")
    return tuple(found)


def _without_its_own(
    material: str, thickness_m: float | None, losses: tuple[float | None, ...], country: str
) -> tuple[float | None, ...]:
    """Return losses without those that the material has anyway: the law then tells them at every angle."""
    own = (straight_db(material, thickness_m, band, country) for band in BANDS)
    return tuple(
        None if loss is None or abs(loss - its) <= SAME_DB else loss for loss, its in zip(losses, own, strict=True)
    )


def _tell_rest(project: Project, used: set[str], types: Mapping[str, Thing], points: Mapping[str, Placed]) -> None:
    tally = project.tally
    for member, keys in (("wallTypes", [*types]), ("wallPoints", [*points])):
        n_used = sum(key in used for key in keys)
        tally.take(member, "of the walls", "用於牆面", n=n_used)
        tally.leave(member, "no wall uses it", "沒有牆使用", n=len(keys) - n_used)


def _zh(material: str) -> str:
    return materials()[material].name_zh if material in materials() else material
