"""Whose a radio is by where it is loud: access points of the plan and unknown radios, assigned to each other.

Every radio that was heard is held against every access point that has no known address: how well the law's levels, up
to one number for the device and one for the access point's power, tell what was heard at the places and where nothing
was. An unknown radio may be nobody's: then its levels are told by their own mean. All pairs together are an assignment
problem; a pair is believed where the best assignment without it is clearly worse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import ndtr

from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.units import Array, BoolArray, IntArray

HEIGHT_M = 1.0
"""A device in the hand [m]."""

EIRP_DBM = 20.0
"""Where nobody knows: the legal limit at 2.4 GHz, and what most set at 5 [dBm]."""

SPREAD_DB, TAIL = 8.0, 4.0
"""Spread of levels around a law that was not fitted, and degrees of freedom of its tail: textbook laws stray by 8 to 11
dB in measured buildings, some readings far more [dB]."""

POWER_DB, DEVICE_DB = 5.0, (-10.0, 12.0)
"""Spread of access points' powers around what the plan says; level of a device below an isotropic antenna, mean and
spread: phones lie 10 to 25 dB below [dB]."""

MISSED = 0.1
"""Share of readings that are missing at any level: one in eight at 2.4 GHz in a measured office."""

N_APART = 30
"""So many places tell as much as any number more: what a law misses behind one wall it misses all over that room."""

MARGIN = 2.0
"""A pair is believed where all else is so much less likely (log-likelihood)."""

CHANNEL = (1.5, -1.5)
"""Log-likelihood that the plan's channel is the one that was heard, and that it is another: controllers move them."""

MIN_PLACES = 3
_ROUNDS = 4
_NEVER = 1e6

Column: TypeAlias = Mapping[Band, tuple[Array, int | None]]
"""An unknown access point: of every band its levels (p), nan where it was not heard, and its channel."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Where a device listened: floors and places (p), and in which band it heard anything at all there."""

    floor_p: IntArray
    xy_m_p: Array
    listened_p: Mapping[Band, BoolArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An unknown access point and the plan's that it is taken for; `margin`: how much less likely all else is."""

    column: int
    ap_id: str
    margin: float


def predicted_dbm(site: Site, points: Sequence[AccessPoint], places: Places, band: Band, law: PathLoss) -> Array:
    """Return what an isotropic antenna should receive (i, p), powers that nobody knows taken for usual ones [dBm]."""
    known = [replace(ap, radios=(Radio(band=band, eirp_dbm=_eirp_dbm(ap, band)),)) for ap in points]
    xyz_m = np.column_stack((places.xy_m_p, np.full(len(places.xy_m_p), HEIGHT_M)))
    return np.maximum(received_dbm(site, known, xyz_m, places.floor_p, band=band, law=law), -200.0)


def pairs_by_place(
    points: Sequence[AccessPoint],
    columns: Sequence[Column],
    predicted: Mapping[Band, Array],
    places: Places,
    sure: Mapping[int, Column] | None = None,
) -> tuple[list[Pair], list[Pair]]:
    """Return who is whose by place.

    Parameters
    ----------
    points : sequence of AccessPoint (i)
        Access points of the plan.
    columns : sequence of Column
        Unknown ones.
    predicted : mapping of band to ndarray (i, p)
        `predicted_dbm` of them.
    places : Places
        Where the device listened.
    sure : mapping, optional
        Levels of access points (by number) that are known by address: they tell how the device hears.

    Returns
    -------
    list of Pair, list of Pair
        Those that are clear, and those that might as well be others'.
    """
    known = sure or {}
    taken = [
        c for c, column in enumerate(columns) if any(_n_heard(dbm_p) >= MIN_PLACES for dbm_p, _ in column.values())
    ]
    if not taken or not points:
        return [], []
    device_db = _first_device_db(predicted, known)
    pairs: list[Pair] = []
    for _ in range(_ROUNDS):
        score = _scores(points, columns, predicted, places, device_db)
        pairs = [pair for band in predicted for pair in _of_band(points, columns, score, band, (taken, known))]
        device_db = _device_db(points, columns, predicted, pairs, device_db)
    return _agreed(pairs, columns)


def _of_band(
    points: Sequence[AccessPoint],
    columns: Sequence[Column],
    score_ic: Array,
    band: Band,
    which: tuple[Sequence[int], Mapping[int, Column]],
) -> list[Pair]:
    """Return the pairs of one band; a device of several bands brings what all of them say."""
    taken, known = which
    free = [i for i in range(len(points)) if band not in known.get(i, {})]
    here = [c for c in taken if band in columns[c]]
    if not free or not here:
        return []
    part = score_ic[np.ix_(free, here)]
    rows, cols = _assigned(part)
    return [
        Pair(column=here[c], ap_id=points[free[i]].id, margin=margin)
        for i, c, margin in zip(rows, cols, _margins(part, rows, cols), strict=True)
    ]


def _agreed(pairs: Sequence[Pair], columns: Sequence[Column]) -> tuple[list[Pair], list[Pair]]:
    """Return the clear pairs and the others, one a column; bands that disagree make it unclear."""
    clear: list[Pair] = []
    unclear: list[Pair] = []
    for c in sorted({pair.column for pair in pairs}):
        mine = [pair for pair in pairs if pair.column == c]
        least = min(mine, key=lambda pair: pair.margin)
        alike = len(mine) == len(columns[c]) and len({pair.ap_id for pair in mine}) == 1
        (clear if alike and least.margin >= MARGIN else unclear).append(least)
    return clear, unclear


def _eirp_dbm(ap: AccessPoint, band: Band) -> float:
    return next((r.eirp_dbm for r in ap.radios if r.band == band and r.eirp_dbm is not None), EIRP_DBM)


def _n_heard(levels_p: Array) -> int:
    return int(np.isfinite(levels_p).sum())


def _offset_db(levels_p: Array, predicted_p: Array) -> float:
    """Return by how much levels lie above what is predicted, the middle of the loudest half: far ones are cut off."""
    heard = np.flatnonzero(np.isfinite(levels_p))
    loud = heard[np.argsort(-predicted_p[heard])[: max(MIN_PLACES, heard.size // 2)]]
    return float(np.median(levels_p[loud] - predicted_p[loud]))


def _first_device_db(predicted: Mapping[Band, Array], sure: Mapping[int, Column]) -> dict[Band, tuple[float, float]]:
    found: dict[Band, tuple[float, float]] = {}
    for band in predicted:
        known = [
            _offset_db(column[band][0], predicted[band][i])
            for i, column in sure.items()
            if band in column and _n_heard(column[band][0]) >= MIN_PLACES
        ]
        found[band] = (float(np.median(known)), POWER_DB) if known else DEVICE_DB
    return found


def _device_db(
    points: Sequence[AccessPoint],
    columns: Sequence[Column],
    predicted: Mapping[Band, Array],
    pairs: Sequence[Pair],
    before: Mapping[Band, tuple[float, float]],
) -> dict[Band, tuple[float, float]]:
    """Return mean and spread of how much weaker the device hears than predicted, of the pairs found so far."""
    number_of = {ap.id: i for i, ap in enumerate(points)}
    found = dict(before)
    for band, predicted_ip in predicted.items():
        offsets = [
            _offset_db(columns[c][band][0], predicted_ip[i])
            for i, c in {(number_of[pair.ap_id], pair.column) for pair in pairs}
            if band in columns[c] and _n_heard(columns[c][band][0]) >= MIN_PLACES
        ]
        if offsets:
            middle = float(np.median([*offsets, DEVICE_DB[0]] if len(offsets) < MIN_PLACES else offsets))
            found[band] = (middle, POWER_DB + DEVICE_DB[1] / (1 + len(offsets)))
    return found


def _scores(
    points: Sequence[AccessPoint],
    columns: Sequence[Column],
    predicted: Mapping[Band, Array],
    places: Places,
    device_db: Mapping[Band, tuple[float, float]],
) -> Array:
    """Return by how much each pair (i, c) tells the levels better than nobody's would."""
    score = np.zeros((len(points), len(columns)))
    for c, column in enumerate(columns):
        for band, (levels_p, channel) in column.items():
            if _n_heard(levels_p):
                listened = places.listened_p[band]
                told = levels_told(levels_p[listened], predicted[band][:, listened], device_db[band])
                score[:, c] += told - _told_alone(levels_p[listened])
                score[:, c] += [_channel_score(ap, band, channel) for ap in points]
    return score


def levels_told(levels_p: Array, predicted_ip: Array, device_db: tuple[float, float]) -> Array:
    """Return the log-likelihood (i) of levels, each access point with its most likely power."""
    heard = np.isfinite(levels_p)
    floor_dbm = min(-85.0, float(levels_p[heard].min()) if heard.any() else -85.0)
    mean_db, sd_db = device_db
    shift_s = mean_db + sd_db * np.linspace(-2.0, 2.0, 9)
    level_sip = predicted_ip[None] + shift_s[:, None, None]
    stray = (levels_p[heard] - level_sip[..., heard]) / SPREAD_DB
    told_sip = np.full(level_sip.shape, 0.0)
    told_sip[..., heard] = _tailed(stray) - np.log(SPREAD_DB)
    told_sip[..., ~heard] = np.log(MISSED + (1 - MISSED) * ndtr((floor_dbm - level_sip[..., ~heard]) / SPREAD_DB))
    likely_si = _weighed(told_sip, heard) - 0.5 * ((shift_s - mean_db) / sd_db)[:, None] ** 2
    return np.asarray(likely_si.max(axis=0))


def _told_alone(levels_p: Array) -> float:
    """Return the log-likelihood of levels that have only a mean, a spread and a share of places."""
    heard = np.isfinite(levels_p)
    spread_db = max(SPREAD_DB, float(1.48 * np.median(np.abs(levels_p[heard] - np.median(levels_p[heard])))))
    share = float(np.clip(heard.mean(), 0.02, 0.98))
    told_p = np.full(levels_p.size, np.log(1.0 - share))
    told_p[heard] = (
        _tailed((levels_p[heard] - np.median(levels_p[heard])) / spread_db) - np.log(spread_db) + np.log(share)
    )
    return float(_weighed(told_p, heard))


def _tailed(stray: Array) -> Array:
    """Return the log-density of a Student t, without its constant."""
    return np.asarray(-0.5 * (TAIL + 1.0) * np.log1p(stray**2 / TAIL) - 0.92)


def _weighed(told_p: Array, heard_p: BoolArray) -> Array:
    """Return the sum over places, heard and silent ones each worth at most `N_APART` of them."""
    total = np.zeros(told_p.shape[:-1])
    for part in (heard_p, ~heard_p):
        n = int(part.sum())
        if n:
            total = total + told_p[..., part].sum(axis=-1) * min(1.0, N_APART / n)
    return np.asarray(total)


def _channel_score(ap: AccessPoint, band: Band, channel: int | None) -> float:
    planned = [radio.channel for radio in ap.radios if radio.band == band]
    if ap.radios and not planned:
        return CHANNEL[1]
    if channel is None or not planned or planned[0] is None:
        return 0.0
    return CHANNEL[0] if channel in planned else CHANNEL[1]


def _assigned(score_ic: Array) -> tuple[list[int], list[int]]:
    """Return the best pairs; who is better off alone is left alone."""
    n_i, n_c = score_ic.shape
    cost = np.full((n_i, n_c + n_i), 0.0)
    cost[:, :n_c] = -score_ic
    rows, columns = linear_sum_assignment(cost)
    kept = [(int(i), int(c)) for i, c in zip(rows, columns, strict=True) if c < n_c]
    return [i for i, _ in kept], [c for _, c in kept]


def _margins(score_ic: Array, rows: Sequence[int], columns: Sequence[int]) -> list[float]:
    best = float(score_ic[rows, columns].sum())
    margins = []
    for i, c in zip(rows, columns, strict=True):
        without = score_ic.copy()
        without[i, c] = -_NEVER
        margins.append(best - float(without[_assigned(without)].sum()))
    return margins
