"""A finished plan recomputed by slow, straightforward code that shares nothing with the planner but the catalogue."""

import csv
import functools
import math
from dataclasses import replace
from importlib import resources
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from plain_schools import school
from wifiplan import files, study
from wifiplan.catalog.materials import material
from wifiplan.catalog.radios import ap_model, device
from wifiplan.catalog.spectrum import channels
from wifiplan.radio.slab import material_loss_db
from wifiplan.site.building import Floor, Room, Site, Wall
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom

Points = npt.NDArray[np.float64]

BAND_5 = (5.15e9, 5.85e9)
LIGHT_M_S = 299_792_458.0
CENTER_HZ = 5.5e9
CARRIER_SENSE_DBM = -82.0
HEARING_MAX_WALL_DB = 20.0
BODIES_DB = 3.0


def loss_at(name: str, thickness_m: float | None, degrees: Points, *, slab: bool) -> Points:
    """Band mean at the ray's own angle; beyond 89 degrees that of 89."""
    return material_loss_db(
        material(name),
        thickness_m=thickness_m,
        band_hz=BAND_5,
        angle_deg=np.minimum(degrees, 89.0),
        polarisation="tm" if slab else "te",
    )


def through_wall_db(wall: Wall, floor: Floor, a: Points, b_j: Points) -> Points:
    """Loss of one wall on the rays a -> b, by the wall's plane n.p = d and the foot of the cut along the wall."""
    p, q = np.array(wall.line[0], dtype=float), np.array(wall.line[1], dtype=float)
    along = q - p
    length = float(np.hypot(*along))
    normal = np.array([-along[1], along[0]]) / length
    before, after_j = float(normal @ (a[:2] - p)), (b_j[:, :2] - p) @ normal
    cut_j = before * after_j < 0.0
    if not cut_j.any():
        return np.zeros(len(b_j))
    t_j = np.where(cut_j, before / np.where(cut_j, before - after_j, 1.0), 0.0)
    foot_j = a + t_j[:, None] * (b_j - a)
    s_j = (foot_j[:, :2] - p) @ along / length**2
    low, high = floor.elevation_m + wall.bottom_m, floor.elevation_m + wall.top_m
    cut_j &= (s_j >= 0.0) & (s_j < 1.0) & (foot_j[:, 2] >= low) & (foot_j[:, 2] < high)
    if not cut_j.any():
        return np.zeros(len(b_j))
    ray_j = b_j - a
    cosine_j = np.abs(ray_j[:, :2] @ normal) / np.maximum(np.linalg.norm(ray_j, axis=1), 1e-9)
    degrees_j = np.degrees(np.arccos(np.clip(cosine_j, 0.0, 1.0)))
    found = np.zeros(len(b_j))
    if wall.loss_5g_db is not None:
        found[cut_j] = wall.loss_5g_db
    else:
        found[cut_j] = loss_at(wall.material, wall.thickness_m, degrees_j[cut_j], slab=False)
    return found


def through_slabs_db(site: Site, a: Points, b_j: Points) -> Points:
    total = np.zeros(len(b_j))
    for floor in site.floors:
        z = floor.elevation_m
        cut_j = (a[2] - z) * (b_j[:, 2] - z) < 0.0
        if not cut_j.any():
            continue
        t_j = np.where(cut_j, (z - a[2]) / np.where(cut_j, b_j[:, 2] - a[2], 1.0), 0.0)
        foot_j = a + t_j[:, None] * (b_j - a)
        if floor.outline:
            cut_j &= shapely.contains_xy(shapely.Polygon(floor.outline), foot_j[:, 0], foot_j[:, 1])
        if cut_j.any():
            cosine_j = np.abs(b_j[cut_j, 2] - a[2]) / np.linalg.norm(b_j[cut_j] - a, axis=1)
            total[cut_j] += loss_at(
                floor.slab.material, floor.slab.thickness_m, np.degrees(np.arccos(cosine_j)), slab=True
            )
    return total


def losses_db(site: Site, a: Points, b_j: Points) -> tuple[Points, Points, Points]:
    """Free space and slabs, and walls apart, from one antenna to many points, and the spread of what is cut [dB]."""
    walls, spread_j = np.zeros(len(b_j)), np.zeros(len(b_j))
    for floor in site.floors:
        for wall in floor.walls:
            lost_j = through_wall_db(wall, floor, a, b_j)
            walls += lost_j
            spread_j += material(wall.material).spread_db ** 2 * (lost_j > 0.0)
    distance_j = np.maximum(np.linalg.norm(b_j - a, axis=1), 0.5)
    free = 20.0 * np.log10(4.0 * math.pi * distance_j * CENTER_HZ / LIGHT_M_S)
    slabs = through_slabs_db(site, a, b_j)
    for floor in site.floors:
        alone = replace(site, floors=(floor,))
        spread_j += material(floor.slab.material).spread_db ** 2 * (through_slabs_db(alone, a, b_j) > 0.0)
    return free + slabs, walls, np.sqrt(spread_j)


def seats(room: Room, floor: Floor) -> Points:
    """A centred grid of 1.5 m, half a metre from the walls, at 0.8 m above the floor."""
    shape = shapely.Polygon(room.polygon).buffer(-0.5, join_style="mitre")
    west, south, east, north = shape.bounds
    xs, ys = (
        (low + high) / 2 + 1.5 * (np.arange(n) - (n - 1) / 2)
        for low, high in ((west, east), (south, north))
        for n in (math.floor((high - low) / 1.5 + 1e-9) + 1,)
    )
    points = [(x, y, floor.elevation_m + 0.8) for y in ys for x in xs if shape.intersects(shapely.Point(x, y))]
    return np.array(points)


def thresholds(standard: str) -> list[float]:
    table = resources.files("wifiplan.catalog").joinpath("data/mcs.csv").read_text(encoding="utf-8")
    return [float(row["min_snr_db"]) for row in csv.DictReader(table.splitlines()) if row["standard"] == standard]


def goodput_11ac_40_2ss(scheme: int) -> float:
    """A saturated link of 802.11ac, 40 MHz, two streams, short guard interval, after the standard [Mbit/s]."""
    bits = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 4.5, 5.0, 6.0, 20.0 / 3.0)[scheme]
    per_symbol = round(2 * 108 * bits)
    frame = 1400 + 8 + 20 + 8 + 26 + 4 + 16  # payload, UDP, IP, LLC, MAC header, FCS, CCMP
    subframe = 4 * math.ceil((frame + 4) / 4)

    def ppdu_us(n: int) -> float:
        data_us = math.ceil(((n - 1) * subframe + frame + 4 + 22 / 8) * 8 / per_symbol) * 3.6
        return 36 + 4 * 2 + 4 * math.ceil(data_us / 4 - 1e-9)

    n = max(n for n in range(1, 65) if ppdu_us(n) <= 5484)
    answered_us = 32 if n > 1 else 28
    round_us = 43 + 7.5 * 9 + ppdu_us(n) + 16 + answered_us
    return n * 1400 * 8 / round_us * (1 - 0.0041)


class Recomputed:
    """Everything about a plan, from its printed figures only."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.site = plan, plan.site
        self.places = {room.id: (floor, room) for floor in self.site.floors for room in floor.rooms}
        self.rooms = [room for room in plan.rooms if room.need is not None]
        self.points = [p for p in plan.access_points if p.action != "removed" and p.access_point.model]
        self.at = {p.access_point.id: np.array(self.xyz(p)) for p in self.points}
        self.seats = {room.room_id: seats(self.places[room.room_id][1], self.floor(room)) for room in self.rooms}
        every = np.concatenate([*(self.seats[room.room_id] for room in self.rooms), np.array(list(self.at.values()))])
        bounds = np.cumsum([0, *(len(self.seats[room.room_id]) for room in self.rooms)])
        self.loss: dict[tuple[str, str], tuple[Points, Points, Points]] = {}
        self.between: dict[tuple[str, str], tuple[float, float]] = {}
        for name, a in self.at.items():
            near, walls, spread = losses_db(self.site, a, every)
            for r, room in enumerate(self.rooms):
                part = slice(bounds[r], bounds[r + 1])
                self.loss[name, room.room_id] = near[part], walls[part], spread[part]
            for n, other in enumerate(self.at, start=int(bounds[-1])):
                self.between[name, other] = float(near[n]), float(walls[n])
        self.gain_dbi = device(plan.settings.radio.device).antenna_gain_dbi
        figure = device(plan.settings.radio.device).noise_figure_db
        self.noise_dbm = 10 * math.log10(1.380649e-23 * 290 * 40e6 * 1000) + figure
        self.goodput = [goodput_11ac_40_2ss(n) for n in range(10)]

    def xyz(self, point: PlannedAccessPoint) -> tuple[float, float, float]:
        ap = point.access_point
        assert ap.x_m is not None
        assert ap.y_m is not None
        assert ap.z_m is not None
        floor = next(f for f in self.site.floors if f.level == ap.floor)
        return ap.x_m, ap.y_m, floor.elevation_m + ap.z_m

    def floor(self, room: PlannedRoom) -> Floor:
        return self.places[room.room_id][0]

    def radio(self, point: PlannedAccessPoint) -> tuple[int, float]:
        radio = point.access_point.radios[-1]
        assert radio.band == "5"
        assert radio.width_mhz == 40
        assert radio.channel is not None
        assert radio.eirp_dbm is not None
        return radio.channel, radio.eirp_dbm

    def received(self, name: str, room: str, eirp_dbm: float) -> Points:
        near, walls, _ = self.loss[name, room]
        return eirp_dbm - near - walls + self.gain_dbi - BODIES_DB

    def spread(self, name: str, room: str) -> Points:
        """Standard deviation of the signal at every seat: place, bodies, hold, make and walls [dB]."""
        return np.sqrt(3.76**2 + 2.0**2 + 3.0**2 + 2.0**2 + self.loss[name, room][2] ** 2)

    def who(self, room: PlannedRoom) -> tuple[list[str], Points]:
        """The access point that each seat of a room joins, and the signal there: the strongest."""
        names = [p.access_point.id for p in self.points]
        power = np.array([self.received(p.access_point.id, room.room_id, self.radio(p)[1]) for p in self.points])
        return [names[a] for a in power.argmax(axis=0)], power.max(axis=0)

    @functools.cache  # noqa: B019 (one object, for the time of these tests)
    def joined(self, room: PlannedRoom) -> tuple[dict[str, float], dict[str, float], float]:
        """(airtime of each access point, part of the class on it, share of seats that hold), as devices join."""
        joins, _ = self.who(room)
        eirp_dbm = {p.access_point.id: self.radio(p)[1] for p in self.points}
        by_point = {name: self.load(name, room, eirp_dbm[name]) for name in set(joins)}
        given: dict[str, float] = {}
        for j, name in enumerate(joins):
            given[name] = given.get(name, 0.0) + float(by_point[name][0][j]) / len(joins)
        part = {name: joins.count(name) / len(joins) for name in given}
        holds = float(np.mean([by_point[name][1][j] for j, name in enumerate(joins)]))
        return given, part, holds

    def load(self, name: str, room: PlannedRoom, eirp_dbm: float) -> tuple[Points, Points]:
        """(airtime share of a whole class that sits there, whether it holds) of every seat on one access point."""
        need = room.need
        assert need is not None
        power = self.received(name, room.room_id, eirp_dbm)
        snr = power - self.noise_dbm
        wanted = need.n_devices * (need.mbps_per_device + need.mbps_up_per_device)
        least = thresholds("11ac")
        enough = [t for t, mbps in zip(least, self.goodput, strict=True) if mbps >= wanted / need.max_airtime_share]
        rate_db = min([need.min_snr_db, *enough[:1]])
        spread = self.spread(name, room.room_id)
        sure = [1.0 - NormalDist(x, sd).cdf(rate_db) >= 0.95 for x, sd in zip(snr, spread, strict=True)]
        holds = (power >= need.min_received_dbm) & (snr >= need.min_snr_db) & np.array(sure)
        seconds = [self.second_a_mbit(float(x), float(sd)) for x, sd in zip(snr, spread, strict=True)]
        return wanted * np.array(seconds), holds

    def second_a_mbit(self, snr_db: float, sd_db: float) -> float:
        """Mean time of a Mbit over the spread: chance of every scheme times its time [s]."""
        edges = [-math.inf, *thresholds("11ac")[1:], math.inf]
        below = [NormalDist(snr_db, sd_db).cdf(edge) if math.isfinite(edge) else float(edge > 0) for edge in edges]
        return sum((high - low) / mbps for low, high, mbps in zip(below, below[1:], self.goodput, strict=False))

    def hears(self, one: PlannedAccessPoint, other: PlannedAccessPoint) -> float:
        """Most that either access point or its rooms hear of the other, walls capped [dBm]."""
        heard = [-999.0]
        for a, b in ((one, other), (other, one)):
            eirp, name = self.radio(a)[1], a.access_point.id
            free, cut = self.between[name, b.access_point.id]
            heard.append(eirp - free - min(cut, HEARING_MAX_WALL_DB))
            for room in b.serves:
                near, walls, _ = self.loss[name, room]
                heard.append(float((eirp - near - np.minimum(walls, HEARING_MAX_WALL_DB)).mean()))
        return max(heard)


@pytest.fixture(scope="module", params=["drawn", 12])
def found(request: pytest.FixtureRequest) -> Recomputed:
    if request.param == "drawn":
        site = files.read_site(request.config.rootpath / "floorplans" / "demo-elementary.json")
    else:
        site = school(request.param)
    # one width, as the airtime here is that of 40 MHz
    design = study.DesignOptions(width_mhz=40, width_by_need=False)
    return Recomputed(study.plan_site(site, study.Settings(design=design)))


def test_the_printed_seats_signal_and_airtime_are_right(found: Recomputed) -> None:
    for room in found.rooms:
        need = room.need
        assert need is not None
        if room.serving_ap is None:
            assert room.verdict == "fail"
            continue
        power = np.sort(found.who(room)[1])[::-1]
        # the weakest of the best 95 % of seats
        reached = power[math.ceil(0.95 * len(power) - 1e-9) - 1]
        assert room.received_dbm == pytest.approx(reached, abs=0.02)
        assert room.snr_db == pytest.approx(reached - found.noise_dbm, abs=0.02)
        given, part, holds = found.joined(room)
        assert part[room.serving_ap] == max(part.values())
        assert room.seats_share == pytest.approx(holds)
        assert room.airtime_share == pytest.approx(max(given.values()), rel=2e-3)
        assert need.min_received_dbm == -67


def test_the_worst_case_of_a_channel_and_the_verdicts(found: Recomputed) -> None:
    k, rooms = found.plan.n_rooms_at_once, {room.room_id: room for room in found.rooms}
    assert k == math.ceil((found.site.school.n_classes if found.site.school else 0) / 6)
    joined = {r: found.joined(room) for r, room in rooms.items()}
    worst = dict.fromkeys(rooms, 0.0)
    for point in found.points:
        same = [q for q in found.points if found.radio(q)[0] == found.radio(point)[0]]
        near = [q.access_point.id for q in same if q is point or found.hears(point, q) >= CARRIER_SENSE_DBM]
        shares = {r: sum(given.get(name, 0.0) for name in near) for r, (given, _, _) in joined.items()}
        assert point.channel_share == pytest.approx(sum(sorted(shares.values())[-k:]), abs=1e-3)
        name = point.access_point.id
        clients = [joined[r][1][name] * need.n_devices for r in point.serves if (need := rooms[r].need) is not None]
        model = point.access_point.model
        assert model is not None
        assert sum(sorted(clients)[-k:]) <= ap_model(model).max_clients
        for r, (_, part, _) in joined.items():
            if part.get(name, 0.0) > 0.05 + 1e-9:
                others = sorted(share for room, share in shares.items() if room != r)
                worst[r] = max(worst[r], shares[r] + sum(others[-(k - 1) :] if k > 1 else []))
    for r, room in rooms.items():
        assert room.need is not None
        assert room.channel_share == pytest.approx(worst[r], abs=1e-3)
        passes = worst[r] <= room.need.max_airtime_share + 1e-6 and (room.seats_share or 0) >= 0.95
        assert (room.verdict == "pass") == passes


def test_channels_and_powers_are_legal_and_radar_has_a_way_out(found: Recomputed) -> None:
    legal = {c.number: c for c in channels("TW", "5", 40)}
    assert 142 not in legal
    for point in found.points:
        number, eirp = found.radio(point)
        assert eirp <= legal[number].max_eirp_dbm
        assert eirp <= 23 or number >= 149
        assert point.dfs == legal[number].dfs == (52 <= number <= 144)
        if point.dfs:
            assert point.backup_channel in {38, 46, 151, 159}
        else:
            assert point.backup_channel is None


def test_who_serves_whom_is_told_alike_everywhere(found: Recomputed) -> None:
    served_by = {room.room_id: {room.serving_ap, *room.sharing_aps} for room in found.rooms if room.serving_ap}
    for point in found.points:
        for r in point.serves:
            assert point.access_point.id in served_by[r]
    assert {r for p in found.points for r in p.serves} == set(served_by)
    assert len({p.access_point.id for p in found.plan.access_points}) == len(found.plan.access_points)
    for priority in (0, 1):
        ranked = [room for room in found.rooms if room.need is not None and room.need.priority == priority]
        assert found.plan.n_required(priority) == len(ranked)
        assert found.plan.n_served(priority) == sum(room.verdict == "pass" for room in ranked)
    drawn = [room.use for _, room in found.places.values()]
    assert found.plan.n_required(0) == drawn.count("classroom")
    assert found.plan.n_required(1) == drawn.count("specialist")
    bought = [line.quantity for line in found.plan.bill if line.code.startswith("ap:")]
    assert sum(bought) == found.plan.n_new_aps == sum(p.action in ("new", "replaced") for p in found.points)


def test_access_points_hang_in_their_rooms_and_cables_reach(found: Recomputed) -> None:
    for point in found.points:
        x, y, z = found.xyz(point)
        if point.room_id is not None:
            floor, room = found.places[point.room_id]
            assert floor.level == point.access_point.floor
            assert shapely.Polygon(room.polygon).contains(shapely.Point(x, y))
            assert point.room_name == room.name
            west, south = shapely.Polygon(room.polygon).bounds[:2]
            assert point.wall_a_m is not None
            assert point.wall_b_m is not None
            assert 0 < point.wall_a_m <= x - west + 1e-6
            assert 0 < point.wall_b_m <= y - south + 1e-6
            assert floor.elevation_m < z < floor.elevation_m + floor.height_m
        ends = [
            (cabinet.x_m, cabinet.y_m, floor.elevation_m + 1.5)
            for floor in found.site.floors
            for cabinet in floor.cabinets
            if point.cabinet in (cabinet.name, cabinet.id)
        ]
        assert ends
        assert point.cable_m is not None
        assert point.cable_m >= min(math.dist((x, y, z), end) for end in ends)
