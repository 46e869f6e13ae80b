"""The levels that a classroom's seats get, as a class's device would hear them: what is known, and how well."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.catalog.radios import ap_model, device
from wifiplan.catalog.recognition import known_model
from wifiplan.predict.capacity import radio_link
from wifiplan.predict.coverage import antenna_xyz_m, building_xyz_m, received_dbm
from wifiplan.predict.demand import demand
from wifiplan.predict.seats import RadioLink, needed_snr_db
from wifiplan.radio.loss import Law
from wifiplan.radio.shadowing import margin_db
from wifiplan.site.building import Floor, Room, Site
from wifiplan.site.geometry import seat_points
from wifiplan.site.network import AccessPoint, Band, Need
from wifiplan.study.plan import predict_site
from wifiplan.study.planned_law import planned_law
from wifiplan.study.settings import Settings
from wifiplan.survey.beliefs import Believed, Levels, Spreads, believed, no_levels
from wifiplan.survey.matching import Matched
from wifiplan.units import Array, IntArray

MOST_APS = 3
"""Access points that count in a room: a seat joins the strongest, and a fourth is never it."""

_USUAL_MHZ = 20
"""Width of a radio whose width nobody noted."""

_JITTER_DB2 = 1e-6

_NOTHING_DBM = -300.0
"""An access point that is not received at all: far below every need, and a number [dBm]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """What is known of levels at a site, in one band.

    Parameters
    ----------
    site : Site
        The building.
    access_points : tuple of AccessPoint
        Access points i with a place.
    band : "2.4", "5" or "6"
        The band.
    at : callable
        Places (j, 3) and floors (j,) to the mean level (i, j) [dBm] and its standard deviation (i, j) [dB], None where
        only `believed` says how it strays.
    believed : Believed
        How levels hang together, given where somebody has measured.
    matched : Matched or None
        Whose the BSSIDs are by which it is known; None: nobody measured.
    """

    site: Site
    access_points: tuple[AccessPoint, ...]
    band: Band
    at: Callable[[Array, IntArray], tuple[Array, Array | None]]
    believed: Believed
    matched: Matched | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoomLevels:
    """Levels of the access points a that matter at the seats s of one room.

    `mean_dbm_as` are levels as the measuring device reports them, `covariance_db2` (a · s, a · s) how they are known,
    `threshold_dbm_a` the least level with which a seat holds, `second_dbm` the least of the second strongest, None
    where nobody asks for one.
    """

    floor: Floor
    room: Room
    need: Need
    ap_a: IntArray
    xyz_m_s: Array
    mean_dbm_as: Array
    covariance_db2: Array
    threshold_dbm_a: Array
    second_dbm: float | None = None

    def margins_db(self, n_draws: int, rng: np.random.Generator) -> tuple[Array, IntArray]:
        """Return drawn margins (d, s) of the strongest access point at every seat [dB], and which that is (d, s)."""
        n_a, n_s = self.mean_dbm_as.shape
        size = n_a * n_s
        root = _root(self.covariance_db2)
        drawn = self.mean_dbm_as.ravel() + rng.standard_normal((n_draws, size)) @ root.T
        level_das = drawn.reshape(n_draws, n_a, n_s)
        joined_ds = level_das.argmax(axis=1)
        margin_ds = level_das.max(axis=1) - self.threshold_dbm_a[joined_ds]
        if self.second_dbm is not None:
            second_ds = np.sort(level_das, axis=1)[:, -2] if n_a > 1 else np.full_like(margin_ds, _NOTHING_DBM)
            margin_ds = np.minimum(margin_ds, second_ds - self.second_dbm)
        return margin_ds, joined_ds


def known_by_law(site: Site, settings: Settings, spreads: Spreads | None = None) -> Known:
    """Return what a law alone says of what hangs at a site, as the class's device hears it.

    Raises
    ------
    SiteError
        If nothing hangs there.
    """
    band = settings.radio.band
    hung, _ = predict_site(site, settings, np.empty((0, 3)), np.empty(0, dtype=np.int64))
    gain_dbi, law = device(settings.radio.device).antenna_gain_dbi, planned_law(settings)
    if isinstance(law, Law) and isinstance(settings.law, Law):
        # of what hangs there, powers that a survey found count
        law = replace(law, measured=settings.law.measured)

    def at(xyz_m: Array, floor_j: IntArray) -> tuple[Array, Array | None]:
        return received_dbm(site, hung, xyz_m, floor_j, band=band, law=law) + gain_dbi, None

    return Known(site=site, access_points=hung, band=band, at=at, believed=believed(no_levels(), spreads or Spreads()))


def levels_at(known: Known, ap_n: IntArray, xyz_m_n: Array, floor_n: IntArray) -> Levels:
    """Return levels of access points at places, z above the slab of their floor."""
    antenna = antenna_xyz_m(known.site, known.access_points)
    place = building_xyz_m(known.site, xyz_m_n, floor_n)
    return Levels(
        ap_n=ap_n,
        xyz_m_n=place,
        floor_n=floor_n,
        distance_m_n=np.linalg.norm(antenna[ap_n] - place, axis=1),
    )


def room_levels(
    known: Known, settings: Settings, needs: Sequence[Need], *, spacing_m: float | None = None
) -> tuple[RoomLevels, ...]:
    """Return what is known of the seats of some rooms.

    Parameters
    ----------
    known : Known
        What is known of levels.
    settings : Settings
        The class's device, its height, and the spread of its signal.
    needs : sequence of Need
        The rooms, by id; those that the site does not draw are left out.
    spacing_m : float, optional
        Distance of seats; that of the settings without [m].
    """
    drawn = {room.id: (floor, room) for floor in known.site.floors for room in floor.rooms}
    links = [link_of(ap, known.band, settings) for ap in known.access_points]
    wanted = [(*drawn[need.room_id], need) for need in needs if need.room_id in drawn]
    spacing = spacing_m or settings.radio.seat_spacing_m
    seats = [seat_points(room.polygon, spacing_m=spacing) for _, room, _ in wanted]
    if not seats or not known.access_points:
        return ()
    xyz = np.column_stack([np.concatenate(seats), np.full(sum(map(len, seats)), settings.radio.device_height_m)])
    floor_j = np.repeat([floor.level for floor, _, _ in wanted], [len(s) for s in seats]).astype(np.int64)
    mean_ij, sd_ij = known.at(xyz, floor_j)
    found, end = [], 0
    for (floor, room, need), points in zip(wanted, seats, strict=True):
        cut = slice(end, end := end + len(points))
        mean = np.where(np.isfinite(mean_ij[:, cut]), mean_ij[:, cut], _NOTHING_DBM)
        spread = np.zeros(len(mean)) if sd_ij is None else sd_ij[:, cut].max(axis=1)
        ap_a = np.sort(np.argsort(-(mean.max(axis=1) + spread), kind="stable")[:MOST_APS])
        ap_n, n_s = np.repeat(ap_a, len(points)), len(ap_a)
        levels = levels_at(known, ap_n, np.tile(xyz[cut], (n_s, 1)), np.tile(floor_j[cut], n_s))
        sd_n = None if sd_ij is None else sd_ij[:, cut][ap_a].ravel()
        found.append(
            RoomLevels(
                floor=floor,
                room=room,
                need=need,
                ap_a=ap_a,
                xyz_m_s=xyz[cut],
                mean_dbm_as=mean[ap_a],
                covariance_db2=scaled(known.believed.covariance_db2(levels), sd_n),
                threshold_dbm_a=np.array([threshold_dbm(need, links[a], settings) for a in ap_a]),
                second_dbm=None if need.min_second_dbm is None else need.min_second_dbm + settings.shadowing.mean_db,
            )
        )
    return tuple(found)


def scaled(covariance: Array, sd_n: Array | None) -> Array:
    """Return a covariance whose standard deviations are those given, its correlations kept [dB²]."""
    if sd_n is None:
        return covariance
    ratio = sd_n / np.sqrt(np.maximum(np.diag(covariance), 1e-12))
    return np.asarray(covariance * np.outer(ratio, ratio))


def rooms_needs(site: Site, settings: Settings) -> tuple[Need, ...]:
    """Return what the classrooms of a site need, and its specialist rooms where the settings serve them."""
    found = demand(site, settings.demand).needs
    return tuple(need for need in found if need.priority == 0 or settings.design.serve_specialist)


def link_of(ap: AccessPoint, band: Band, settings: Settings) -> RadioLink:
    """Return what an access point and the class's device speak, at its radio's width.

    A model that the catalogue does not hold stands for the settings' own: how strong it must be heard depends little
    on the model, since the device is the older of both.
    """
    client = device(settings.radio.device)
    model = known_model(ap.model) or known_model(settings.design.existing_model) or ap_model(settings.design.ap_model)
    width = next((r.width_mhz for r in ap.radios if r.band == band and r.width_mhz is not None), _USUAL_MHZ)
    return radio_link(model, client, width_mhz=min(width, model.max_width_mhz))


def threshold_dbm(need: Need, link: RadioLink, settings: Settings) -> float:
    """Return the least median level, in an empty room, with which a seat holds its need [dBm].

    What `Need` says of a seat, as one number: signal and SNR with the loss in a full class on top, and the rate (or
    the signal) with the reserve that makes the seat as sure as it must be. The spread of walls is left out: behind
    them somebody has measured.
    """
    shadow = settings.shadowing
    sd_db = float(
        np.hypot.reduce([shadow.location_sd_db, shadow.body_sd_db, shadow.orientation_sd_db, shadow.device_sd_db])
    )
    reserve_db = float(margin_db(need.seat_probability, sd_db))
    least = max(need.min_received_dbm, link.noise_dbm + need.min_snr_db)
    if need.sure_of == "signal":
        least += reserve_db
    else:
        least = max(least, link.noise_dbm + needed_snr_db(need, link) + reserve_db)
    return least + shadow.mean_db


def _root(covariance: Array) -> Array:
    """Return a root of a covariance; rounding may have made it indefinite, then by its eigenvalues."""
    try:
        return np.asarray(np.linalg.cholesky(covariance + _JITTER_DB2 * np.eye(len(covariance))))
    except np.linalg.LinAlgError:
        value, vector = np.linalg.eigh(covariance)
        return np.asarray(vector * np.sqrt(np.maximum(value, 0.0)))
