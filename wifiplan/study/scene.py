"""What there is to choose from at one school: candidate positions, seats, and the path loss between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from wifiplan.catalog.brands import brand_verdict
from wifiplan.catalog.radios import AccessPointModel
from wifiplan.catalog.recognition import known_model
from wifiplan.errors import SiteError
from wifiplan.predict.capacity import Service
from wifiplan.predict.coverage import antenna_xyz_m, building_xyz_m, floor_of
from wifiplan.predict.demand import CLASSROOM, Demand, demand
from wifiplan.predict.losses import aerials, loss_db, loss_within_db, path
from wifiplan.predict.obstacles import Obstacles, obstacles
from wifiplan.predict.seats import Chance, RadioLink
from wifiplan.radio.loss import Path, PathLoss
from wifiplan.site.building import Floor, Room, Site
from wifiplan.site.geometry import centroid, room_at, seat_points
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.candidates import new_candidates
from wifiplan.study.kit import Kit, kit
from wifiplan.study.planned_law import between_law, hearing_law, planned_law
from wifiplan.study.present import Present, present
from wifiplan.study.reckoned import Reckoned
from wifiplan.study.settings import Settings
from wifiplan.study.sureness import chance, least_dbm_r
from wifiplan.units import Array, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """Candidates i (first the `n_fixed` usable access points that hang there), seats j, and what lies between.

    `width_mhz_i` is the widest channel that each candidate may have.
    `loss_db_ij` is the path loss to every seat, inf where it can't serve, and `chance` how the signal strays from it;
    `hearing_db_ii` the loss by which candidates
    hear each other, with stacked walls capped.
    `unusable` are existing access points on which the plan can't count: their model is unknown, lacks the band, or is
    of a forbidden brand. `present` are the radios of the usable ones as they are set, None where that is unknown.
    `locked_i` are the candidates where a new access point must hang, `preferred_i` those that break ties, `forbidden`
    the places that the site takes away. `reckoned` keeps what single candidates were found to do,
    None where they may move.
    """

    site: Site
    settings: Settings
    demand: Demand
    kit: Kit
    candidates: tuple[AccessPoint, ...]
    models: tuple[AccessPointModel, ...]
    width_mhz_i: IntArray
    n_fixed: int
    present: tuple[Present | None, ...]
    unusable: tuple[AccessPoint, ...]
    room_j: IntArray
    loss_db_ij: Array
    chance: Chance
    hearing_db_ii: Array
    obstacles: Obstacles
    antennas_xyz_m: Array
    seats_xyz_m: Array
    locked_i: tuple[int, ...] = ()
    preferred_i: tuple[int, ...] = ()
    forbidden: tuple[AccessPoint, ...] = ()
    reckoned: Reckoned | None = field(default_factory=Reckoned, repr=False)

    @property
    def rests_on(self) -> tuple[object, ...]:
        """What all that candidates do rests on."""
        settings = self.settings
        measured = self.obstacles, self.antennas_xyz_m, self.seats_xyz_m, self.room_j
        return (*measured, self.demand.needs, settings.law, settings.shadowing, settings.design.hearing_max_wall_db)

    @property
    def links(self) -> list[RadioLink]:
        """What every candidate and the class's device speak at the widest channel that it may have."""
        return [self.link_at(i, int(width_mhz)) for i, width_mhz in enumerate(self.width_mhz_i)]

    def link_at(self, i: int, width_mhz: int) -> RadioLink:
        """Return what candidate i and the class's device speak at a width."""
        return self.kit.link(self.models[i], width_mhz)

    def widths_of(self, i: int) -> tuple[int, ...]:
        """Return the widths that candidate i may have, narrowest first [MHz].

        A radio that hangs there is not made narrower than it is: that saves nothing and costs airtime.
        """
        held = self.present[i] if i < self.n_fixed else None
        least_mhz = 0 if held is None else min(held.channel.width_mhz, int(self.width_mhz_i[i]))
        return tuple(w for w in self.kit.widths_of(self.models[i]) if least_mhz <= w <= self.width_mhz_i[i])

    def link(self, i: int, held: Present | None) -> RadioLink:
        """Return what candidate i and the class's device speak; at the present width where its radio is held."""
        return self.link_at(i, int(self.width_mhz_i[i]) if held is None else held.channel.width_mhz)

    def power_dbm_i(self, level_dbm: float) -> Array:
        """Return the EIRP of every candidate at a level (i,) [dBm]."""
        power_dbm = {model: self.kit.power_dbm(model, level_dbm) for model in dict.fromkeys(self.models)}
        return np.array([power_dbm[model] for model in self.models], dtype=np.float64)


def resolved(site: Site, settings: Settings) -> tuple[AccessPoint, ...]:
    """Return the access points that hang there, each with a position.

    One that is known by its room only is taken to hang in the middle of it, under the ceiling.

    Raises
    ------
    SiteError
        If one has neither a position nor a room.
    """
    rooms = {room.id: (floor, room) for floor in site.floors for room in floor.rooms}
    return tuple(_placed(ap, rooms, site, settings) for ap in site.access_points)


def _placed(ap: AccessPoint, rooms: Mapping[str, tuple[Floor, Room]], site: Site, settings: Settings) -> AccessPoint:
    if ap.room_id is not None and ap.room_id in rooms:
        floor, room = rooms[ap.room_id]
        x_m, y_m = centroid(room.polygon)
    elif ap.x_m is not None and ap.y_m is not None:
        floor, (x_m, y_m) = floor_of(site, ap.floor), (ap.x_m, ap.y_m)
        inside = room_at(floor, x_m, y_m)
        ap = replace(ap, room_id=inside.id if inside else None)
    else:
        raise SiteError(
            f"the access point {ap.id} has neither a position nor a room that exists",
            remedy="give its x_m and y_m, or the room_id of a room of this site",
        )
    return replace(
        ap,
        floor=floor.level,
        x_m=x_m if ap.x_m is None else ap.x_m,
        y_m=y_m if ap.y_m is None else ap.y_m,
        z_m=floor.height_m - settings.design.mount_below_ceiling_m if ap.z_m is None else ap.z_m,
    )


def standing_points(
    site: Site, settings: Settings, things: Kit
) -> tuple[list[tuple[AccessPoint, AccessPointModel]], list[AccessPoint]]:
    """Split what hangs there into access points to plan around, with their model, and those of unknown ability."""
    usable, unusable = [], []
    for ap in resolved(site, settings):
        model = known_model(ap.model) or known_model(settings.design.existing_model)
        forbidden = brand_verdict(ap.model or "").status == "prohibited"
        if model is not None and not forbidden and things.band in model.bands and things.width_of(model):
            usable.append((ap, model))
        else:
            unusable.append(ap)
    return usable, unusable


def scene(site: Site, settings: Settings) -> Scene:
    """Return candidates, seats and the path loss between them."""
    things = kit(settings, country=site.country)
    needs = demand(site, settings.demand)
    if not settings.design.serve_specialist:
        needs = replace(needs, needs=tuple(need for need in needs.needs if need.priority == CLASSROOM))
    standing, unusable = standing_points(site, settings, things)
    new = new_candidates(site, settings)
    candidates = (*(ap for ap, _ in standing), *new.points)
    room_of = {room.id: (floor, room) for floor in site.floors for room in floor.rooms}
    places = [room_of[need.room_id] for need in needs.needs]
    seats_xyz_m, room_j = _seats(site, places, settings)
    law = planned_law(settings)
    obstacle = obstacles(site, law=law, bands=(things.band,))
    antennas = antenna_xyz_m(site, candidates)
    models = tuple([m for _, m in standing] + [things.model] * len(new.points))
    power_dbm_i = np.array([things.power_dbm(m, things.eirp_levels_dbm[-1]) for m in models], dtype=np.float64)
    least = least_dbm_r(needs, things, settings.shadowing)
    way = obstacle, antennas, seats_xyz_m
    loss_db_ij, ways = loss_within_db(
        *way,
        law,
        band=things.band,
        antennas=aerials(site, candidates),
        limit_db_ij=power_dbm_i[:, None] - least[room_j][None, :],
    )
    return Scene(
        site=site,
        settings=settings,
        demand=needs,
        kit=things,
        candidates=candidates,
        models=models,
        width_mhz_i=np.array([things.widths_of(model)[-1] for model in models], dtype=np.int64),
        n_fixed=len(standing),
        present=tuple(present(ap, country=site.country, band=things.band) for ap, _ in standing),
        unusable=tuple(unusable),
        room_j=room_j,
        loss_db_ij=loss_db_ij,
        chance=chance(settings.shadowing, ways),
        hearing_db_ii=mutual_db(between_law(settings), obstacle, antennas, things.band),
        obstacles=obstacle,
        antennas_xyz_m=antennas,
        seats_xyz_m=seats_xyz_m,
        locked_i=tuple(len(standing) + n for n in new.locked),
        preferred_i=tuple(len(standing) + n for n in new.preferred),
        forbidden=new.forbidden,
    )


def mutual_db(law: PathLoss, things: Obstacles, antennas: Array, band: Band) -> Array:
    """Return the loss between every two antennas; the way back is the way there, so half of the rays will do."""
    n = len(antennas)
    upper = np.triu(np.ones((n, n), dtype=np.bool_))
    loss = loss_db(things, antennas, antennas, law, band=band, wanted_ij=upper)
    return np.where(upper, loss, loss.T)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach:
    """The exact losses of a few candidates a: to every seat (a, j), and by which they disturb rooms (a, r) [dB].

    `chance` is how the signal strays from the first (a, j).
    """

    loss_db_aj: Array
    chance: Chance
    heard_db_ar: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Powered:
    """The chosen access points a (candidates `chosen`) at their final powers.

    `held_a` are the radios that stay as they are set, None where power and channel are chosen; `links_a` what each
    speaks with the class's device, at `width_mhz_a`. `planned_ar` is the part of room r that AP a is planned for (0
    where its signal does not hold the room). Devices choose by themselves: `ap_j` is the AP that every seat joins
    (-1: none), `part_ar` the part of room r's class that joins a, `given_ar` the share of a's capacity that it takes,
    `seats_r` the share of the room's seats that hold there. `heard_dbm_ab` is the most that two access points, or
    their rooms, hear of each other.
    """

    chosen: tuple[int, ...]
    held_a: tuple[Present | None, ...]
    links_a: tuple[RadioLink, ...]
    width_mhz_a: tuple[int, ...]
    eirp_dbm_a: Array
    service: Service
    reach: Reach
    planned_ar: Array
    part_ar: Array
    given_ar: Array
    seats_r: Array
    ap_j: IntArray
    heard_dbm_ab: Array


def reach(scene: Scene, rows: IntArray, ways: Path | None = None) -> Reach:
    """Return the losses of some candidates without the limit that `Scene.loss_db_ij` knows.

    `ways` is what lies on the straight lines to the seats, where that is known already.
    """
    lost, heard, sd_db = _lengths(scene, rows, ways)
    n_r = len(scene.demand.needs)
    by_room = [heard[:, scene.room_j == r].mean(axis=1) for r in range(n_r)]
    return Reach(
        loss_db_aj=lost,
        chance=Chance(mean_db=scene.settings.shadowing.mean_db, sd_db_ij=sd_db),
        heard_db_ar=np.array(by_room).reshape(n_r, len(rows)).T,
    )


def _lengths(scene: Scene, rows: IntArray, ways: Path | None) -> tuple[Array, Array, Array]:
    """Return the losses of some candidates to every seat, those by which they disturb, and how they stray (a, j)."""
    law, hearing, band = planned_law(scene.settings), hearing_law(scene.settings), scene.kit.band
    send = aerials(scene.site, [scene.candidates[i] for i in rows])

    def reckon(some: Sequence[int]) -> tuple[Array, Array, Array]:
        way = scene.obstacles, scene.antennas_xyz_m[rows[some]], scene.seats_xyz_m
        own = None if send is None else send.rows(some)
        found = ways or path(*way, band=band)
        lost = loss_db(*way, law, band=band, antennas=own, ways=found)
        heard = lost if hearing == law else loss_db(*way, hearing, band=band, antennas=own, ways=found)
        return lost, heard, chance(scene.settings.shadowing, found).sd_db_ij

    # ways over mirrors are chosen for the antennas of a room together: only straight lines are one candidate's own
    if scene.reckoned is None or ways is not None or law.n_images or hearing.n_images:
        return reckon(range(len(rows)))
    lost, heard, sd_db = scene.reckoned.rows([("way", int(i)) for i in rows], scene.rests_on, reckon)
    return lost, heard, sd_db


def _seats(site: Site, places: Sequence[tuple[Floor, Room]], settings: Settings) -> tuple[Array, IntArray]:
    xyz, rooms = [np.empty((0, 3))], [np.empty(0, dtype=np.int64)]
    for r, (floor, room) in enumerate(places):
        xy = seat_points(room.polygon, spacing_m=settings.radio.seat_spacing_m)
        points = np.column_stack([xy, np.full(len(xy), settings.radio.device_height_m)])
        xyz.append(building_xyz_m(site, points, np.full(len(xy), floor.level)))
        rooms.append(np.full(len(xy), r))
    return np.concatenate(xyz), np.concatenate(rooms)
