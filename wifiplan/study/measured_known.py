"""What surveys let be known of levels: a law, and what the readings say of it near where they were taken."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import Law, PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import Band
from wifiplan.study.measured_levels import Known, levels_at
from wifiplan.survey.beliefs import Believed, Levels, Spreads, believed, no_levels
from wifiplan.survey.grouping import group_level
from wifiplan.survey.hearing import hearing
from wifiplan.survey.hearsay import MISSED
from wifiplan.survey.matching import Matched, match
from wifiplan.survey.placing import HEIGHT_M
from wifiplan.survey.records import Survey
from wifiplan.survey.spreading import likely_spreads
from wifiplan.units import Array, BoolArray, IntArray

UNFITTED = Spreads(offset_db=12.0, offset_mean_db=-10.0)
"""Of a law that was not fitted: phones lie 10 to 25 dB below an isotropic antenna."""

FITTED = Spreads(offset_db=1.5, exponent=0.1, power_db=1.5, field_db=4.0)
"""Of a law that was fitted to this building: what a fit of some dozens of readings leaves open."""

_FLOOR_SHARE = 5.0
"""Percentage of readings below what counts as the device's floor: single ones come from far below it."""

_TWO = 2

_FEW = 10
"""So many readings tell half of the difference between two devices."""

_SURELY_SD, _LOUD_PLACES = 2.0, 3
"""An access point that is silent in three places where it must be above the floor by two standard deviations does not
send: one reading in eight is missed at any level."""

_NOTHING_DBM = -250.0
"""An access point that is not received: far below every floor, and a number [dBm]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Readings:
    """Readings m: where, and their level; for those that were not heard the device's floor [dBm]."""

    levels: Levels
    rssi_dbm_m: Array


def known_by_readings(
    site: Site,
    surveys: Sequence[Survey],
    band: Band,
    law: PathLoss,
    *,
    matched: Matched | None = None,
    first: Spreads | None = None,
) -> Known:
    """Return what some surveys let be known of a site's levels in one band.

    Parameters
    ----------
    site : Site
        With access points that have places and powers.
    surveys : sequence of Survey
        Readings; places within a metre are one.
    band : "2.4", "5" or "6"
        The band.
    law : PathLoss
        What lies between the readings: best one that was fitted to them.
    matched : Matched, optional
        Whose the BSSIDs are.
    first : Spreads, optional
        How the law is believed to stray; without, as one that was fitted to this site, or one that was not.

    Returns
    -------
    Known
        Levels as the measuring device reports them; their standard deviation is that of the mean level at a place.
    """
    points = tuple(site.access_points)
    fitted = isinstance(law, Law) and law.measured is not None and law.measured.site == site.name
    start = first or (FITTED if fitted else UNFITTED)

    def by_law(xyz_m: Array, floor_j: IntArray) -> Array:
        if not points or not len(xyz_m):
            return np.full((len(points), len(xyz_m)), _NOTHING_DBM)
        return np.maximum(received_dbm(site, points, xyz_m, floor_j, band=band, law=law), _NOTHING_DBM)

    blank = Known(
        site=site,
        access_points=points,
        band=band,
        at=lambda xyz_m, floor_j: (by_law(xyz_m, floor_j), None),
        believed=believed(no_levels(), start),
    )
    whose = matched or match(surveys, site, law=law)
    heard, silent = _readings(blank, _as_first_device(blank, surveys, whose), whose)
    strays = heard.rssi_dbm_m - _law_at(blank, heard.levels)
    spreads = likely_spreads(heard.levels, strays, start)
    found = believed(heard.levels, spreads, strays_db_m=strays)
    weaker_db_i = _weaker_db(blank, found, heard, silent)
    if silent.rssi_dbm_m.size:
        found = _with_silence(blank, found, (heard, strays), silent)

    def at(xyz_m: Array, floor_j: IntArray) -> tuple[Array, Array | None]:
        law_ij = by_law(xyz_m, floor_j)
        n_i, n_j = law_ij.shape
        levels = levels_at(
            blank,
            np.repeat(np.arange(n_i), n_j),
            np.tile(np.asarray(xyz_m, dtype=np.float64), (n_i, 1)),
            np.tile(np.asarray(floor_j, dtype=np.int64), n_i),
        )
        mean = law_ij + found.mean_db(levels).reshape(n_i, n_j)
        mean = mean - weaker_db_i[:, None]
        return mean, np.sqrt(found.variance_db2(levels)).reshape(n_i, n_j)

    return replace(blank, at=at, believed=found, matched=whose)


def _as_first_device(known: Known, surveys: Sequence[Survey], matched: Matched) -> list[Survey]:
    """Return surveys as if the first one's device had made them all: the others' readings moved by their difference.

    The difference is the median over what both say of the law, drawn towards none where few readings tell it.
    """
    by_device: dict[str, list[Survey]] = {}
    for survey in surveys:
        by_device.setdefault(survey.device, []).append(survey)
    if len(by_device) < _TWO:
        return list(surveys)
    strays = {}
    for device, own in by_device.items():
        heard, _ = _readings(known, own, matched)
        strays[device] = heard.rssi_dbm_m - _law_at(known, heard.levels)
    first, *others = by_device
    found = list(by_device[first])
    for device in others:
        n = min(strays[first].size, strays[device].size)
        apart_db = float(np.median(strays[device]) - np.median(strays[first])) * n / (n + _FEW) if n else 0.0
        found += [_moved(survey, -apart_db) for survey in by_device[device]]
    return found


def _moved(survey: Survey, by_db: float) -> Survey:
    samples = (
        sample if sample.rssi_dbm is None else replace(sample, rssi_dbm=sample.rssi_dbm + by_db)
        for sample in survey.samples
    )
    return replace(survey, samples=tuple(samples))


def _readings(known: Known, surveys: Sequence[Survey], matched: Matched) -> tuple[_Readings, _Readings]:
    """Return what was heard of every access point, and what was listened for and not heard."""
    heard = hearing(surveys)
    on_site = np.asarray(np.isin(heard.floor_p, [floor.level for floor in known.site.floors]))
    in_band = [k for k, key in enumerate(heard.keys) if key[1] == known.band]
    listened = np.isfinite(heard.rssi_dbm_kp[in_band]).any(axis=0) & on_site
    rows: list[tuple[IntArray, Array, IntArray]] = []
    for i, ap in enumerate(known.access_points):
        own = [k for k in in_band if matched.ap_of.get(heard.keys[k]) == ap.id]
        level_p = group_level(heard, own) if own else np.full(len(heard.floor_p), np.nan)
        level_p = np.where(listened, level_p, np.nan)
        rows.append((np.full(level_p.size, i), level_p, np.arange(level_p.size)))
    nothing = _Readings(levels=no_levels(), rssi_dbm_m=np.empty(0))
    if not rows:
        return nothing, nothing
    ap_n, level_n, place_n = (np.concatenate([row[part] for row in rows]) for part in range(3))
    xyz = np.column_stack([heard.xy_m_p, np.full(len(heard.xy_m_p), HEIGHT_M)])

    def of(mask: BoolArray, level: Array) -> _Readings:
        at = np.flatnonzero(mask)
        return _Readings(
            levels=levels_at(known, ap_n[at], xyz[place_n[at]], heard.floor_p[place_n[at]]), rssi_dbm_m=level[at]
        )

    is_heard = np.isfinite(level_n)
    if not is_heard.any():
        return nothing, nothing
    floor_dbm = float(np.percentile(level_n[is_heard], _FLOOR_SHARE))
    return of(is_heard, level_n), of(~is_heard & listened[place_n], np.full(level_n.size, floor_dbm))


def _weaker_db(known: Known, first: Believed, heard: _Readings, silent: _Readings) -> Array:
    """Return by how much access points (i,) must be weaker than believed: those that nobody heard where they are loud.

    They are off, were taken away, or send weakly: at most as much as leaves all but two such places below the floor.
    """
    weaker = np.zeros(len(known.access_points))
    rows = np.flatnonzero(np.isin(silent.levels.ap_n, np.setdiff1d(silent.levels.ap_n, heard.levels.ap_n)))
    if not rows.size:
        return weaker
    part = silent.levels.at(rows)
    mean = _law_at(known, part) + first.mean_db(part)
    least = mean - _SURELY_SD * np.sqrt(first.variance_db2(part))
    for i in np.unique(part.ap_n):
        own = part.ap_n == i
        over = np.sort((mean - silent.rssi_dbm_m[rows])[own & (least > silent.rssi_dbm_m[rows])])[::-1]
        if over.size >= _LOUD_PLACES:
            weaker[i] = over[_LOUD_PLACES - 1]
    return weaker


def _law_at(known: Known, levels: Levels) -> Array:
    """Return what the law says of levels (n,) [dBm]."""
    if not levels.ap_n.size:
        return np.empty(0)
    elevation = {floor.level: floor.elevation_m for floor in known.site.floors}
    base_n = np.array([elevation[int(level)] for level in levels.floor_n])
    above = np.column_stack([levels.xyz_m_n[:, :2], levels.xyz_m_n[:, 2] - base_n, levels.floor_n])
    # many access points are heard at one place
    places, place_n = np.unique(np.round(above, 6), axis=0, return_inverse=True)
    mean_ij, _ = known.at(places[:, :3], places[:, 3].astype(np.int64))
    return np.asarray(mean_ij[levels.ap_n, place_n.ravel()])


def _with_silence(known: Known, first: Believed, heard: tuple[_Readings, Array], silent: _Readings) -> Believed:
    """Return what is believed once silence counts too.

    A level above the floor was missed, or is weaker than was believed. Where the latter is likelier, the level is taken
    for that of the normal variable below the floor, as unsure as before: a reading was not taken.
    """
    readings, strays = heard
    law = _law_at(known, silent.levels)
    mean = law + first.mean_db(silent.levels)
    sd = np.hypot(np.sqrt(first.variance_db2(silent.levels)), first.spreads.noise_db)
    z = np.clip((silent.rssi_dbm_m - mean) / sd, -8.0, 8.0)
    weak = ndtr(z) / (ndtr(z) + MISSED * ndtr(-z))
    rows = np.flatnonzero((weak > 0.5) & (mean > silent.rssi_dbm_m - sd))
    if not rows.size:
        return first
    below = mean - sd * np.exp(-0.5 * z**2) / (np.sqrt(2.0 * np.pi) * ndtr(z))
    part = silent.levels.at(rows)
    both = Levels(
        ap_n=np.concatenate([readings.levels.ap_n, part.ap_n]),
        xyz_m_n=np.concatenate([readings.levels.xyz_m_n, part.xyz_m_n]),
        floor_n=np.concatenate([readings.levels.floor_n, part.floor_n]),
        distance_m_n=np.concatenate([readings.levels.distance_m_n, part.distance_m_n]),
    )
    return believed(
        both,
        first.spreads,
        strays_db_m=np.concatenate([strays, (below - law)[rows]]),
        noise_db_m=np.concatenate([np.full(strays.size, first.spreads.noise_db), (sd / weak)[rows]]),
    )
