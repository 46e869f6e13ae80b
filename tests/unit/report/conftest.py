"""A made-up plan of a school of any size, to print: the records only, no prediction behind them."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pytest

from wifiplan.report.figures import FloorHeat
from wifiplan.site.building import Cabinet, Floor, Room, RoomUse, SchoolRef, Site, Wall
from wifiplan.site.network import AccessPoint, Need, Radio
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import BillLine, Plan, PlannedAccessPoint, PlannedRoom, Proof
from wifiplan.study.settings import Settings

PlanMaker: TypeAlias = Callable[..., Plan]

WIDTH_M, DEPTH_M, CORRIDOR_M, HEIGHT_M = 9.0, 7.5, 2.5, 3.6
SPECIALIST = ("電腦教室", "圖書室", "視聽教室", "自然科學教室（一）", "音樂教室", "美勞教室")
FAILURES = (
    Reason(code="no_budget", value=24),
    Reason(code="airtime", value=0.82, limit=0.6),
    Reason(code="no_signal", value=-71.4, limit=-58.7),
    Reason(code="co_channel", value=0.71, limit=0.6),
)


def _rooms(level: int, n_rooms: int) -> tuple[Room, ...]:
    grades = "一二三四五六七八九"
    rooms = []
    for k in range(n_rooms):
        use: RoomUse = "specialist" if k % 4 == 3 else ("office" if k % 11 == 5 else "classroom")
        name = f"{grades[level % 9]}年{'甲乙丙丁戊己庚辛壬癸'[k % 10]}班"
        if use == "specialist":
            name = SPECIALIST[(k // 4 + level) % len(SPECIALIST)]
        if use == "office":
            name = "教務處"
        x_m, y_m = k * WIDTH_M, CORRIDOR_M
        box = ((x_m, y_m), (x_m + WIDTH_M, y_m), (x_m + WIDTH_M, y_m + DEPTH_M), (x_m, y_m + DEPTH_M))
        size = 29 - k % 5 if use == "classroom" else None
        rooms.append(Room(id=f"r{level}{k:02d}", name=name, use=use, polygon=box, class_size=size))
    end_m = n_rooms * WIDTH_M
    hall = ((0.0, 0.0), (end_m, 0.0), (end_m, CORRIDOR_M), (0.0, CORRIDOR_M))
    return (*rooms, Room(id=f"c{level}", name="走廊", use="corridor", polygon=hall))


def _walls(n_rooms: int) -> tuple[Wall, ...]:
    top_m = CORRIDOR_M + DEPTH_M
    end_m = n_rooms * WIDTH_M
    walls = [
        Wall(line=((k * WIDTH_M, CORRIDOR_M), (k * WIDTH_M, top_m)), material="brick", top_m=HEIGHT_M)
        for k in range(n_rooms + 1)
    ]
    for k in range(n_rooms):
        x_m = k * WIDTH_M
        for y_m in (CORRIDOR_M, top_m):
            walls.append(Wall(line=((x_m, y_m), (x_m + 1.2, y_m)), material="concrete", top_m=HEIGHT_M))
            walls.append(Wall(line=((x_m + 1.2, y_m), (x_m + 8, y_m)), material="glass", top_m=2.4, kind="window"))
        walls.append(Wall(line=((x_m + 8, CORRIDOR_M), (x_m + 9, CORRIDOR_M)), material="wood", top_m=2.1, kind="door"))
    walls.append(Wall(line=((0, 0), (end_m, 0)), material="concrete", top_m=1.1, kind="parapet"))
    return tuple(walls)


def _planned_room(room: Room, level: int, k: int, ap: str | None) -> PlannedRoom:
    if room.use not in ("classroom", "specialist"):
        return PlannedRoom(
            room_id=room.id,
            name=room.name,
            use=room.use,
            floor=level,
            class_size=None,
            need=None,
            verdict="not_required",
            reason=Reason(code="not_required"),
        )
    need = Need(
        room_id=room.id,
        priority=0 if room.use == "classroom" else 1,
        profile="video",
        n_devices=(room.class_size or 29) + 2,
        mbps_per_device=2.5,
        min_received_dbm=-58.7,
        min_snr_db=25.0,
        max_airtime_share=0.6,
    )
    failed = ap is None
    return PlannedRoom(
        room_id=room.id,
        name=room.name,
        use=room.use,
        floor=level,
        class_size=room.class_size,
        need=need,
        verdict="fail" if failed else "pass",
        reason=FAILURES[k % 4] if failed else Reason(code="served", value=0.44, limit=0.6),
        serving_ap=ap,
        received_dbm=None if failed else -48.2 - k % 7,
        snr_db=None if failed else 38.0,
        seats_share=None if failed else 1.0,
        airtime_share=None if failed else 0.31,
        channel_share=None if failed else 0.44,
    )


def _access_points(floor: Floor) -> list[PlannedAccessPoint]:
    found = []
    for k, room in enumerate(r for r in floor.rooms if r.use in ("classroom", "specialist")):
        if k % 2:
            continue
        x_m, y_m = room.polygon[0][0] + 4.5, room.polygon[0][1] + 3.75
        point = AccessPoint(
            id=f"AP-{floor.level + 1}{k:02d}",
            floor=floor.level,
            x_m=x_m,
            y_m=y_m,
            z_m=3.3,
            room_id=room.id,
            model="ax-2x2",
            radios=(Radio(band="5", channel=(36, 44, 52, 100, 149)[k % 5], width_mhz=40, eirp_dbm=17.0),),
        )
        found.append(
            PlannedAccessPoint(
                access_point=point,
                action=("new", "new", "kept", "retuned", "replaced")[k // 2 % 5],
                reason=Reason(code="forced_by_rooms", rooms=(room.id,)),
                room_id=room.id,
                room_name=room.name,
                serves=(room.id,),
                backup_channel=36 if k % 5 in (2, 3) else None,
                dfs=k % 5 in (2, 3),
                load_share=0.31,
                channel_share=0.44,
                cabinet="主機櫃",
                cable_m=23.0 + 3 * k,
                wall_a_m=4.5,
                wall_b_m=3.75,
            )
        )
    return found


def make_plan(n_floors: int = 2, n_rooms: int = 7, n_fail: int = 2, name: str = "") -> Plan:
    """Return a plan of `n_floors` storeys of `n_rooms` rooms, of which the last `n_fail` that count fail."""
    floors = tuple(
        Floor(
            level=level,
            elevation_m=level * HEIGHT_M,
            height_m=HEIGHT_M,
            rooms=_rooms(level, n_rooms),
            walls=_walls(n_rooms),
            cabinets=(Cabinet(id="idf", x_m=1.0, y_m=1.2, name="主機櫃"),) if level == 0 else (),
        )
        for level in range(n_floors)
    )
    points = [point for floor in floors for point in _access_points(floor)]
    pairs = [(room, floor.level) for floor in floors for room in floor.rooms]
    judged = [room.id for room, _ in pairs if room.use in ("classroom", "specialist")]
    failing = judged[len(judged) - n_fail :]
    served_by = {room: points[k // 2].access_point.id for k, room in enumerate(judged) if room not in failing}
    return Plan(
        version="0.1.0",
        site=Site(
            name=name or "○○市立龍坔實驗國民小學",
            floors=floors,
            school=SchoolRef(stage="elementary", code="099999", n_classes=12),
        ),
        settings=Settings(),
        band="5",
        rooms=tuple(_planned_room(room, level, k, served_by.get(room.id)) for k, (room, level) in enumerate(pairs)),
        access_points=tuple(points),
        bill=(
            BillLine(
                code="ap:ax-2x2",
                name_zh="無線網路基地臺（802.11ax（Wi-Fi 6）雙頻 2x2）",
                name_en="Access point (802.11ax (Wi-Fi 6), two bands, 2x2)",
                quantity=len(points),
                unit="臺",
            ),
            BillLine(code="cable_m", name_zh="Cat 6A 網路線", name_en="Cat 6A cable", quantity=412, unit="m"),
        ),
        proof=Proof(
            verdict="optimal",
            gap=0.0,
            levels=(("served tier 0", 8.0, 8.0), ("access points", 6.0, 6.0)),
            channel_verdict="feasible",
            channel_cost=0.42,
            channel_bound=0.31,
            n_candidates=126,
        ),
        n_aps_allowed=24,
        n_class_sets=2,
        n_rooms_at_once=2,
        assumptions=("inventory_unknown", "class_size_unknown:3"),
    )


def make_heat(plan: Plan, level: int, cell_m: float = 0.75) -> FloorHeat:
    """Return a smooth made-up signal map with a step at every room's wall."""
    corners = [p for floor in plan.site.floors for room in floor.rooms for p in room.polygon]
    x_m = np.arange(-1.0, max(p[0] for p in corners) + 1.0, cell_m)
    y_m = np.arange(-1.0, max(p[1] for p in corners) + 1.0, cell_m)
    grid_x, grid_y = np.meshgrid(x_m, y_m)
    best = np.full(grid_x.shape, -120.0)
    for planned in plan.access_points:
        point = planned.access_point
        if point.x_m is None or point.y_m is None:
            continue
        d_m = np.hypot(np.hypot(grid_x - point.x_m, grid_y - point.y_m), 2.5 + 4 * abs(point.floor - level))
        n_walls = np.abs(np.floor(grid_x / WIDTH_M) - np.floor(point.x_m / WIDTH_M)) + (grid_y < CORRIDOR_M)
        slab_db = 18.0 * abs(point.floor - level)
        best = np.maximum(best, -30.0 - 20 * np.log10(d_m) - 7.0 * n_walls - slab_db)
    return FloorHeat(x_m=x_m, y_m=y_m, strongest_dbm=best)


@pytest.fixture
def plan() -> Plan:
    return make_plan()


@pytest.fixture
def archetype_plan() -> Plan:
    drawn = make_plan(n_fail=0)
    site = replace(drawn.site, evidence="archetype", assumptions=("每層樓高 3.6 m（假設）。",))
    return replace(drawn, site=site)


@pytest.fixture(scope="session")
def plan_maker() -> PlanMaker:
    return make_plan


@pytest.fixture
def heat_maker() -> Callable[..., FloorHeat]:
    return make_heat
