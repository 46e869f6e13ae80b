"""Access points that a survey does not hear where it should, or hears elsewhere, and where strangers hang."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import dist

import numpy as np

from wifiplan.catalog.listening import listen_limits
from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import BANDS, AccessPoint, Band
from wifiplan.study.measured_air import AirFinding
from wifiplan.survey.grouping import group_level
from wifiplan.survey.hearing import Hearing, hearing
from wifiplan.survey.hearsay import DEAF, Ear, learned
from wifiplan.survey.locating import Grid, Located, grid_of, located
from wifiplan.survey.matching import Matched
from wifiplan.survey.placing import Places, predicted_dbm
from wifiplan.survey.records import Survey
from wifiplan.units import Array, BoolArray

MOVED_M = 8.0
"""Nearer than that an access point hangs where it is said to: two cells of the grid, and a room's width [m]."""

MOVED_MARGIN = 12.0
"""By how much the levels must be likelier elsewhere (log-likelihood). In a measured office 46 radios that hang where
they are said to reached 10 at most."""

SILENT_PLACES = 3
"""One reading in eight is missing at any level: silence in three places where it must be loud is none of these."""

MIN_PLACES = 5
"""In fewer places levels tell no place."""

_MOST_STRANGERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What was heard in one band, of which access points, and what the law says of them (i, p)."""

    band: Band
    heard: Hearing
    places: Places
    points: tuple[AccessPoint, ...]
    predicted_dbm_ip: Array
    ear: Ear


def absent_findings(
    surveys: Sequence[Survey], site: Site, points: Sequence[AccessPoint], matched: Matched, law: PathLoss
) -> tuple[AirFinding, ...]:
    """Return which access points are not heard where they should be, and which hang elsewhere than is said.

    Parameters
    ----------
    surveys : sequence of Survey
        Readings.
    site : Site
        The building.
    points : sequence of AccessPoint
        Access points with a place.
    matched : Matched
        Whose every BSSID is.
    law : PathLoss
        Predicts where each should be loud.
    """
    heard = hearing(surveys)
    found: list[AirFinding] = []
    for band in BANDS:
        if any(key[1] == band for key in heard.keys) and points:
            ground = _ground(site, points, heard, matched, (band, law))
            found += [*_silent(ground, matched), *_moved(site, ground, matched, law)]
    return tuple(found)


def located_strangers(
    findings: Sequence[AirFinding], surveys: Sequence[Survey], site: Site, law: PathLoss
) -> tuple[AirFinding, ...]:
    """Return findings with the likely places of radios that nobody knows, the loudest of them."""
    heard = hearing(surveys)
    number_of = {(bssid, str(band)): k for k, (bssid, band) in enumerate(heard.keys)}
    grids: dict[str, Grid] = {}
    told = []
    n_left = _MOST_STRANGERS
    for finding in findings:
        row = number_of.get((finding.bssid, finding.band or ""))
        band = next((b for b in BANDS if b == finding.band), None)
        if finding.code != "unknown_ours" or row is None or band is None or n_left == 0:
            told.append(finding)
            continue
        if band not in grids:
            places, on_site = _places(site, heard, band)
            grids[band] = grid_of(site, places, band, law)
        _, on_site = _places(site, heard, band)
        n_left -= 1
        told.append(_at(finding, located(heard.rssi_dbm_kp[row, on_site], grids[band], ear=DEAF)))
    return tuple(told)


def _at(finding: AirFinding, place: Located | None) -> AirFinding:
    if place is None:
        return finding
    return replace(
        finding,
        place=(place.floor, round(place.x_m, 1), round(place.y_m, 1)),
        spread_m=round(place.spread_m, 1),
    )


def _places(site: Site, heard: Hearing, band: Band) -> tuple[Places, BoolArray]:
    on_site = np.asarray(np.isin(heard.floor_p, [floor.level for floor in site.floors]))
    rows = [key[1] == band for key in heard.keys]
    listened = np.asarray(np.isfinite(heard.rssi_dbm_kp[rows][:, on_site]).any(axis=0))
    places = Places(floor_p=heard.floor_p[on_site], xy_m_p=heard.xy_m_p[on_site], listened_p={band: listened})
    return places, on_site


def _ground(
    site: Site, points: Sequence[AccessPoint], heard: Hearing, matched: Matched, by: tuple[Band, PathLoss]
) -> _Ground:
    band, law = by
    places, _ = _places(site, heard, band)
    on = tuple(ap for ap in points if not ap.radios or any(radio.band == band for radio in ap.radios))
    predicted = predicted_dbm(site, on, places, band, law) if on else np.empty((0, len(places.floor_p)))
    ground = _Ground(band=band, heard=heard, places=places, points=on, predicted_dbm_ip=predicted, ear=DEAF)
    pairs = [(_levels(site, ground, matched, ap.id), predicted[i]) for i, ap in enumerate(on)]
    listened = places.listened_p[band]
    return replace(ground, ear=learned(DEAF, [(levels[listened], law_p[listened]) for levels, law_p in pairs]))


def _levels(site: Site, ground: _Ground, matched: Matched, ap_id: str) -> Array:
    """Return the levels of an access point at the places (p,), nan where it was not heard [dBm]."""
    rows = [k for k, key in enumerate(ground.heard.keys) if key[1] == ground.band and matched.ap_of.get(key) == ap_id]
    _, on_site = _places(site, ground.heard, ground.band)
    if not rows:
        return np.full(len(ground.places.floor_p), np.nan)
    return np.asarray(group_level(ground.heard, rows)[on_site])


def _silent(ground: _Ground, matched: Matched) -> Iterator[AirFinding]:
    """Yield access points of which nothing was heard, though somebody stood where they must be loud."""
    heard_of = {ap_id for (_, band), ap_id in matched.ap_of.items() if band == ground.band}
    listened = ground.places.listened_p[ground.band]
    limits = listen_limits()
    for i, ap in enumerate(ground.points):
        if ap.id in heard_of or not listened.any():
            continue
        expected = ground.ear.stretched_dbm(ground.predicted_dbm_ip[i, listened]) + ground.ear.level_db
        loudest_dbm = float(expected.max())
        if loudest_dbm < limits.heard_dbm:
            continue  # out of earshot of the walk
        n_loud = int((expected >= limits.strong_dbm).sum())
        yield AirFinding(
            code="not_heard",
            weight="fault" if n_loud >= SILENT_PLACES else "note",
            ap_id=ap.id,
            band=ground.band,
            channel=next((r.channel for r in ap.radios if r.band == ground.band), None),
            value=round(loudest_dbm, 1),
        )


def _moved(site: Site, ground: _Ground, matched: Matched, law: PathLoss) -> Iterator[AirFinding]:
    """Yield access points, known by address or name, that are loud elsewhere than where they are said to hang."""
    by_label = {ap_id for key, ap_id in matched.ap_of.items() if matched.reasons.get(key) in ("mac", "name")}
    grid: Grid | None = None
    for i, ap in enumerate(ground.points):
        if ap.id not in by_label or ap.x_m is None or ap.y_m is None:
            continue
        levels = _levels(site, ground, matched, ap.id)
        if np.isfinite(levels).sum() < MIN_PLACES:
            continue
        grid = grid or grid_of(site, ground.places, ground.band, law)
        found = located(levels, grid, ear=ground.ear, said_dbm_p=ground.predicted_dbm_ip[i])
        if found is None or (found.margin or 0.0) < MOVED_MARGIN:
            continue
        away_m = dist((found.x_m, found.y_m), (ap.x_m, ap.y_m))
        if found.floor != ap.floor or away_m > max(MOVED_M, 2.0 * found.spread_m):
            moved = AirFinding(code="moved", weight="fault", ap_id=ap.id, band=ground.band, value=round(away_m, 1))
            yield _at(moved, found)
