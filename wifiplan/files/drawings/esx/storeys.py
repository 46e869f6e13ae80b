"""The plans of a project as storeys: their scale, their level, and where they lie."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wifiplan.errors import DrawingError, Fault, ScaleError
from wifiplan.files.drawings.esx.frames import TURNS, UP, Frame, aligned, reading_of
from wifiplan.files.drawings.esx.project import Project, Thing
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.files.network_checks import MAX_SPAN_M
from wifiplan.site.building import Point
from wifiplan.site.inventory.room_names import floor_level

MAX_PLANS = 300
"""Storeys of a project; a campus has some tens."""
_MISFIT_M = 0.5
"""Reference points are clicked on a plan to some decimetres."""
GAP_M = 5.0
"""Between buildings laid side by side because nothing says where they stand: wider than any link corridor's error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storey:
    """One plan: where it lies, and what the project says of its storey."""

    plan: Thing
    frame: Frame
    building: str
    level: int
    height_m: float | None
    slab_m: float | None
    floor_type: str

    @property
    def id(self) -> str:
        """The id of the plan."""
        return self.plan.id


def storeys(project: Project, places: Mapping[str, Sequence[Point]], options: ImportOptions) -> tuple[Storey, ...]:
    """Return the plans that have a scale, by building and level, in metres of one site.

    Parameters
    ----------
    project : Project
        What is read from.
    places : mapping of str to sequence of Point
        By id of the plan, the points [plan units] of everything that lies on it.
    options : ImportOptions
        What the user says.

    Raises
    ------
    ScaleError
        A plan on which something lies has no scale, or one that makes it kilometres wide.
    DrawingError
        There is no plan.
    """
    plans = project.by_id("floorPlans")
    if not plans or len(plans) > MAX_PLANS:
        project.check()
        raise DrawingError(
            "there is no floor plan in the project" if not plans else f"{len(plans):,} floor plans are too many",
            remedy="check that it is the right file" if not plans else "split the project, one a building",
            where=project.path.name,
            zh=("專案中沒有樓層平面圖" if not plans else "樓層平面圖過多", "請確認檔案，或依棟別分割"),
        )
    scaled = _scaled(project, plans, places, options)
    found = _with_levels(project, [_storey(project, plans[key], frame) for key, frame in scaled.items()], options)
    found.sort(key=lambda one: (one.building, one.level, plans[one.id].number))
    return _laid_out(project, found)


def _scaled(
    project: Project, plans: Mapping[str, Thing], places: Mapping[str, Sequence[Point]], options: ImportOptions
) -> dict[str, Frame]:
    found: dict[str, Frame] = {}
    asked: list[Fault] = []
    for key, plan in plans.items():
        width, height = plan.number_at("width") or 0.0, plan.number_at("height") or 0.0
        unit_m = options.unit_m or plan.number_at("metersPerUnit") or 0.0
        points = places.get(key, ())
        if (width <= 0.0 or height <= 0.0) and points:
            width, height = max(x for x, _ in points), max(y for _, y in points)
            project.tally.guess("floorPlans", "size from what lies on it; the file gives none", "大小由內容推得")
        span_m = max(width, height) * unit_m
        if unit_m > 0.0 and 0.0 < span_m <= 10 * MAX_SPAN_M:
            turned = plan.text("rotateUpDirection") or UP
            reading = reading_of(turned, width, height, points)
            if turned != UP:
                _tell_turn(project, turned, reading)
            found[key] = Frame(width=width, height=height, unit_m=unit_m, turned=reading)
        elif points:
            asked.append(_scale_fault(plan, unit_m, span_m))
        else:
            project.tally.leave("floorPlans", "a plan without a scale, and nothing on it", "沒有比例尺，也沒有內容")
    if asked or not found:
        project.check()
        raise ScaleError(
            "the project does not say how large its plans are",
            remedy="set the scale in the program that made it, or give the metres of a plan unit (a pixel): unit_m",
            where=project.path.name,
            faults=asked,
            zh=("專案沒有平面圖的比例尺", "請在原軟體設定比例尺，或以 unit_m 指定每一圖面單位（像素）是幾公尺"),
        )
    return found


def _scale_fault(plan: Thing, unit_m: float, span_m: float) -> Fault:
    if unit_m > 0.0:
        problem = f"metersPerUnit {unit_m:g} makes the plan {span_m / 1000:,.1f} km wide"
        return Fault(where=plan.where, problem=problem, zh=(f"依比例尺寬達 {span_m / 1000:,.1f} 公里", ""))
    said = plan.data.get("metersPerUnit")
    problem = "metersPerUnit is missing" if said is None else f"metersPerUnit is {said!r:.20}"
    return Fault(where=plan.where, problem=problem, zh=("沒有 metersPerUnit 或不是正數", ""))


def _tell_turn(project: Project, turned: str, reading: str) -> None:
    if turned not in TURNS:
        detail, zh = "rotateUpDirection is no direction: read as UP", "旋轉方向不明，視為 UP"
    elif reading == turned:
        detail, zh = f"turned {turned}: points turned back, only so they lie on the plan", f"座標依 {turned} 轉回"
    else:
        detail, zh = f"turned {turned}: points read as on the plan before turning", f"{turned}：座標視為旋轉前"
    project.tally.guess("floorPlans", detail, zh)


def _storey(project: Project, plan: Thing, frame: Frame) -> Storey:
    of_plan = {one.ref("floorPlanId"): one for one in reversed(project.rows("buildingFloors"))}
    buildings, types = project.by_id("buildings"), project.by_id("floorTypes")
    row = of_plan.get(plan.id)
    if row is None:
        return Storey(plan=plan, frame=frame, building="", level=_UNKNOWN, height_m=None, slab_m=None, floor_type="")
    building, number = buildings.get(row.ref("buildingId")), row.whole_at("floorNumber")
    floor_type = row.ref("floorTypeId")
    if floor_type and floor_type not in types:
        project.tally.guess("buildingFloors", "its floor type is not in the project", "樓板類型不在專案中")
    return Storey(
        plan=plan,
        frame=frame,
        building=building.text("name") or building.id if building else "",
        level=_UNKNOWN if number is None or abs(number) > MAX_LEVEL else number,
        height_m=row.number_at("height"),
        slab_m=row.number_at("thickness"),
        floor_type=floor_type,
    )


_UNKNOWN = -1_000
MAX_LEVEL = 200
"""No building is higher; a number beyond is no number of a storey."""


def _with_levels(project: Project, found: list[Storey], options: ImportOptions) -> list[Storey]:
    named = {one.id: floor_level(one.plan.text("name")) for one in found}
    offsets = {level - one.level for one in found if (level := named[one.id]) is not None and one.level != _UNKNOWN}
    shift = offsets.pop() if len(offsets) == 1 else 0
    if shift and not is_ours(project):
        detail = f"floorNumber {shift:+d}, as the names of the plans say"
        project.tally.guess("buildingFloors", detail, f"依平面圖名稱將樓層編號 {shift:+d}", n=len(found))
    else:
        shift = 0
    known: list[Storey] = []
    unknown = sum(one.level == _UNKNOWN for one in found)
    for n, one in enumerate(found):
        if one.level != _UNKNOWN:
            known.append(replace(one, level=one.level + shift))
            continue
        level = named[one.id]
        if level is None:
            level = options.level if unknown == 1 else options.level + n
        project.tally.guess(
            "floorPlans", "level by its name or its place in the list: no building floor", "樓層由名稱或順序推得"
        )
        known.append(replace(one, level=level))
    return known


def is_ours(project: Project) -> bool:
    """Return whether we wrote the project: what it says of levels is then meant as we mean it."""
    return any(one.text("productName") == "wifiplan" for one in project.rows("projectHistorys"))


def _laid_out(project: Project, found: Sequence[Storey]) -> tuple[Storey, ...]:
    """Lay storeys over one another, and buildings that nothing joins side by side."""
    index = {one.id: n for n, one in enumerate(found)}
    shared, lost = [], 0
    for one in project.rows("referencePoints"):
        places = {p.ref("floorPlanId"): p.point("coord") for p in one.parts("projections")}
        lost += sum(key not in index for key in places)
        shared.append({index[key]: point for key, point in places.items() if key in index and point is not None})
    project.tally.take("referencePoints", "storeys laid over one another", "對齊各樓層", n=len(shared))
    if lost:
        project.tally.guess("referencePoints", "names a plan that is not there: ignored", "指向不存在的平面圖", n=lost)
    frames, group = aligned([one.frame for one in found], shared)
    for frame in frames:
        if frame.angle_deg:
            detail = f"turned by {frame.angle_deg:.1f} degrees to fit the reference points"
            project.tally.guess("floorPlans", detail, f"依參考點旋轉 {frame.angle_deg:.1f} 度")
    _tell_misfit(project, frames, shared)
    cluster = _clusters(found, group)
    n_alone = sum(group[n] == n and cluster[n] != n for n in range(len(found)))
    if n_alone and not is_ours(project):
        project.tally.guess(
            "floorPlans",
            "no reference points: its lower left corner lies over that of the storey below",
            "沒有參考點，以平面圖左下角對齊下層",
            n=n_alone,
        )
    placed = _side_by_side(project, frames, cluster)
    return tuple(replace(one, frame=frame) for one, frame in zip(found, placed, strict=True))


def _tell_misfit(project: Project, frames: Sequence[Frame], shared: Sequence[Mapping[int, Point]]) -> None:
    """Tell where reference points that should be one stay apart: a scale or a click is wrong."""
    for one in shared:
        places = [frames[n].site_m(point) for n, point in one.items()]
        apart_m = max((math.dist(places[0], place) for place in places), default=0.0)
        if apart_m > _MISFIT_M:
            detail = f"stays {apart_m:.1f} m apart between storeys: check scales and reference points"
            project.tally.guess("referencePoints", detail, f"各樓層相差 {apart_m:.1f} 公尺，請檢查比例與參考點")


def _clusters(found: Sequence[Storey], group: Sequence[int]) -> list[int]:
    """Return for every storey the first one of its cluster: those whose places are known to one another."""
    cluster = list(group)
    firsts: dict[str, list[int]] = defaultdict(list)
    for n, one in enumerate(found):
        if group[n] != n:
            continue
        levels = {other.level for k, other in enumerate(found) if group[k] == n}
        for first in firsts[one.building]:
            taken = {other.level for k, other in enumerate(found) if cluster[k] == first}
            if not levels & taken:
                cluster = [first if c == n else c for c in cluster]
                break
        else:
            firsts[one.building].append(n)
    return cluster


def _side_by_side(project: Project, frames: Sequence[Frame], cluster: Sequence[int]) -> list[Frame]:
    placed, right = list(frames), 0.0
    for order, first in enumerate(dict.fromkeys(cluster)):
        members = [n for n, c in enumerate(cluster) if c == first]
        corners = [corner for n in members for corner in frames[n].corners_m()]
        if order:
            dx = right + GAP_M - min(x for x, _ in corners)
            placed = [frame.moved(dx, 0.0) if n in members else frame for n, frame in enumerate(placed)]
            detail = "a building of its own, laid beside the others: nothing says where it stands"
            project.tally.guess("floorPlans", detail, "另一棟，位置不明，排在旁邊", n=len(members))
        right = max(x for n in members for x, _ in placed[n].corners_m())
    return placed
