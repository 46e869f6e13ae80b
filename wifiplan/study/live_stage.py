"""A plan's access points as they hang, with all that lies between them and the seats; only what moves is told anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.predict.capacity import Service, service, summed
from wifiplan.predict.coverage import antenna_xyz_m
from wifiplan.predict.losses import aerials, loss_db, path
from wifiplan.predict.seats import RadioLink, Seats, seats
from wifiplan.radio.loss import Path
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint
from wifiplan.study.planned_law import between_law, planned_law
from wifiplan.study.present import Present, present
from wifiplan.study.scene import Reach, Scene, mutual_db, reach, resolved, scene, standing_points
from wifiplan.study.sureness import least_dbm_r
from wifiplan.units import Array, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Does:
    """What access points a do as they are set.

    `reach` are their losses, `limited_db_aj` the same as a `Scene` knows them: inf where they can't serve. `able` is
    what they do for every seat, `as_set` for every room, `present` the same with the limited losses.
    """

    reach: Reach
    limited_db_aj: Array
    able: Seats
    as_set: Service
    present: Service


class Stage:
    """A scene whose usable access points move about; their radios stay as they are set.

    `scene` and `does` belong to the places last given. Its arrays are changed in place: nobody may keep them.
    """

    def __init__(self, setting: Scene) -> None:
        # its arrays change as access points move: nothing that was reckoned holds
        self.scene = replace(setting, reckoned=None)
        self._links = [self.scene.link(i, held) for i, held in enumerate(self.scene.present)]
        self._set_dbm_a = _set_dbm(self.scene)
        self._limit_db = _limits_db(self.scene)
        self._unheard: set[int] = set()
        self.does = self._told(np.arange(self.scene.n_fixed))
        self._keep(np.arange(self.scene.n_fixed), self.does)

    @property
    def set_dbm_a(self) -> Array:
        """The power of every access point as it is set [dBm]."""
        return self._set_dbm_a

    @property
    def links_a(self) -> tuple[RadioLink, ...]:
        """What every access point speaks with the class's device."""
        return tuple(self._links)

    def hang(self, site: Site) -> tuple[int, ...]:
        """Hang the access points as a site says, which is the stage's own but for places; return those that moved."""
        old = self.scene.candidates[: self.scene.n_fixed]
        told = {ap.id: ap for ap in site.access_points}
        new = tuple(told[ap.id] for ap in old)
        moved = [a for a, (ap, before) in enumerate(zip(new, old, strict=True)) if _at(ap) != _at(before)]
        unusable = {ap.id for ap in self.scene.unusable}
        candidates = list(self.scene.candidates)
        for a, ap in zip(moved, resolved(_with(site, [new[a] for a in moved]), self.scene.settings), strict=True):
            candidates[a] = ap
        others = _with(site, [ap for ap in site.access_points if ap.id in unusable])
        self.scene = replace(
            self.scene,
            site=site,
            candidates=tuple(candidates),
            unusable=resolved(others, self.scene.settings),
        )
        if moved:
            self._move(np.array(moved, dtype=np.int64))
        return tuple(moved)

    def hear_all(self) -> None:
        """Tell what the candidates for new access points hear, too: nobody asks while all is well."""
        if self._unheard:
            _hear(self.scene, np.array(sorted(self._unheard), dtype=np.int64), slice(self.scene.n_fixed, None))
            self._unheard = set()

    def _move(self, rows: IntArray) -> None:
        now = self.scene
        now.antennas_xyz_m[rows] = antenna_xyz_m(now.site, [now.candidates[i] for i in rows])
        if now.settings.law.n_images:
            # ways over mirrors are chosen for all antennas and seats together: one that moves changes them for others
            self.scene, self._unheard = replace(scene(now.site, now.settings), reckoned=None), set()
            rows = np.arange(now.n_fixed)
        else:
            _hear(now, rows, slice(None, now.n_fixed))
            self._unheard |= set(rows.tolist())
        found = self._told(rows)
        _put(self.does, found, rows)
        self._keep(rows, found)

    def _keep(self, rows: IntArray, found: Does) -> None:
        self.scene.loss_db_ij[rows] = found.limited_db_aj
        self.scene.chance.sd_db_ij[rows] = found.reach.chance.sd_db_ij

    def _told(self, rows: IntArray) -> Does:
        now = self.scene
        ways = path(now.obstacles, now.antennas_xyz_m[rows], now.seats_xyz_m, band=now.kit.band)
        lengths, links = reach(now, rows, ways), [self._links[i] for i in rows]
        bare_db = _least_loss_db(now, rows, ways)
        limited = np.where(bare_db <= self._limit_db[rows], lengths.loss_db_aj, np.inf)
        power_a, needs, room_j = self._set_dbm_a[rows][:, None], now.demand.needs, now.room_j
        able = seats(power_a - lengths.loss_db_aj, room_j, needs, links, chance=lengths.chance)
        return Does(
            reach=lengths,
            limited_db_aj=limited,
            able=able,
            as_set=summed(able, room_j, needs),
            present=service(power_a - limited, room_j, needs, links, chance=lengths.chance),
        )


def standing_scene(setting: Scene, site: Site) -> Scene:
    """Return the scene of what hangs at a site today, without candidates for anything new.

    Parameters
    ----------
    setting : Scene
        A scene of the same building with other access points: seats and walls are taken from it.
    site : Site
        The site.
    """
    usable, unusable = standing_points(site, setting.settings, setting.kit)
    points, models = tuple(ap for ap, _ in usable), tuple(model for _, model in usable)
    antennas = antenna_xyz_m(site, points)
    nothing = np.zeros((len(points), len(setting.room_j)))
    return replace(
        setting,
        site=site,
        candidates=points,
        models=models,
        width_mhz_i=np.array([setting.kit.widths_of(model)[-1] for model in models], dtype=np.int64),
        n_fixed=len(points),
        present=tuple(present(ap, country=site.country, band=setting.kit.band) for ap in points),
        unusable=tuple(unusable),
        # a stage tells these before anybody asks
        loss_db_ij=nothing,
        chance=replace(setting.chance, sd_db_ij=nothing.copy()),
        hearing_db_ii=mutual_db(between_law(setting.settings), setting.obstacles, antennas, setting.kit.band),
        antennas_xyz_m=antennas,
        locked_i=(),
        preferred_i=(),
        forbidden=(),
    )


def _at(ap: AccessPoint) -> tuple[float | str | None, ...]:
    return ap.floor, ap.x_m, ap.y_m, ap.z_m, ap.room_id


def _with(site: Site, access_points: Sequence[AccessPoint]) -> Site:
    return replace(site, access_points=tuple(access_points))


def _set_dbm(setting: Scene) -> Array:
    """Return the power of every access point as it is set; full power where nobody knows [dBm]."""
    top_dbm = setting.power_dbm_i(setting.kit.eirp_levels_dbm[-1])
    held: Sequence[Present | None] = setting.present
    return np.array([top_dbm[a] if p is None else p.eirp_dbm for a, p in enumerate(held)], dtype=np.float64)


def _limits_db(setting: Scene) -> Array:
    """Return the loss (a, j) beyond which an access point can't serve a seat, even at full power [dB]."""
    top_dbm = setting.power_dbm_i(setting.kit.eirp_levels_dbm[-1])[: setting.n_fixed]
    least = least_dbm_r(setting.demand, setting.kit, setting.settings.shadowing)
    return np.asarray(top_dbm[:, None] - least[setting.room_j][None, :])


def _least_loss_db(setting: Scene, rows: IntArray, ways: Path) -> Array:
    """Return the least that every way of some candidates can lose: without walls (a, j) [dB]."""
    points, nothing = setting.seats_xyz_m, np.zeros_like(ways.distance_m)
    return loss_db(
        setting.obstacles,
        setting.antennas_xyz_m[rows],
        points,
        planned_law(setting.settings),
        band=setting.kit.band,
        antennas=aerials(setting.site, [setting.candidates[i] for i in rows]),
        wanted_ij=np.zeros((len(rows), len(points)), dtype=np.bool_),
        ways=replace(ways, wall_db=nothing, n_light_walls=nothing, n_heavy_walls=nothing),
    )


def _hear(setting: Scene, rows: IntArray, others: slice) -> None:
    """Tell anew by which losses some candidates and some others hear each other; a ray starts at the lower of two."""
    antennas, law, band = setting.antennas_xyz_m, between_law(setting.settings), setting.kit.band
    far = antennas[others]
    out_db = loss_db(setting.obstacles, antennas[rows], far, law, band=band)
    back_db = loss_db(setting.obstacles, far, antennas[rows], law, band=band).T
    heard_db = np.where(rows[:, None] <= np.arange(len(antennas))[others], out_db, back_db)
    setting.hearing_db_ii[rows, others] = heard_db
    setting.hearing_db_ii[others, rows] = heard_db.T


def _put(into: Does, found: Does, rows: IntArray) -> None:
    """Put the rows of some access points where they belong."""
    pairs = [
        (into.reach.loss_db_aj, found.reach.loss_db_aj),
        (into.reach.chance.sd_db_ij, found.reach.chance.sd_db_ij),
        (into.reach.heard_db_ar, found.reach.heard_db_ar),
        (into.limited_db_aj, found.limited_db_aj),
        (into.able.received_dbm_ij, found.able.received_dbm_ij),
        (into.able.snr_db_ij, found.able.snr_db_ij),
        (into.able.airtime_ij, found.able.airtime_ij),
        (into.able.holds_ij, found.able.holds_ij),
        *zip(_services(into), _services(found), strict=True),
    ]
    for old, new in pairs:
        old[rows] = new


def _services(does: Does) -> list[Array]:
    return [
        value
        for one in (does.as_set, does.present)
        for value in (one.load_ir, one.seats_ir, one.received_dbm_ir, one.snr_db_ir, one.heard_dbm_ir)
    ]
