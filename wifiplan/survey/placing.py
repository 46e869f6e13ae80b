"""Whose a radio is by where it is loud: access points of the plan and unknown radios, assigned to each other.

Every radio that was heard is held against every access point that has no known address (see `hearsay`). An unknown
radio may be nobody's: then its levels are told by their own mean. All pairs together are an assignment problem; a pair
is believed where the best assignment without it is clearly worse. What the pairs say of the device tells the next round
how it hears.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from scipy.optimize import linear_sum_assignment

from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.survey.hearsay import DEAF, Ear, learned, told, told_alone
from wifiplan.units import Array, BoolArray, IntArray

HEIGHT_M = 1.0
"""A device in the hand [m]."""

EIRP_DBM = 20.0
"""Where nobody knows: the legal limit at 2.4 GHz, and what most set at 5 [dBm]."""

MARGIN = 3.0
"""A pair is believed where all else is twenty times less likely (log-likelihood)."""

CHANNEL = (1.5, -1.5)
"""Log-likelihood that the plan's channel is the one that was heard, and that it is another: controllers move them."""

MIN_PLACES = 3
"""Heard at fewer places, a BSSID could hang anywhere."""
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
    surely = {band: [(i, column[band][0]) for i, column in known.items() if band in column] for band in predicted}
    ears = {band: _heard_by(DEAF, surely[band], predicted[band], places.listened_p[band]) for band in predicted}
    pairs: list[Pair] = []
    number_of = {ap.id: i for i, ap in enumerate(points)}
    for _ in range(_ROUNDS):
        score = _scores(points, columns, predicted, places, ears)
        before = {(pair.column, pair.ap_id) for pair in pairs}
        pairs = [pair for band in predicted for pair in _of_band(points, columns, score, band, (taken, known))]
        if before == {(pair.column, pair.ap_id) for pair in pairs}:
            break
        for band in predicted:
            here = {(number_of[p.ap_id], p.column) for p in pairs if band in columns[p.column]}
            told_by = surely[band] + [(i, columns[c][band][0]) for i, c in sorted(here)]
            ears[band] = _heard_by(ears[band], told_by, predicted[band], places.listened_p[band])
    return _agreed(pairs, columns)


def _heard_by(ear: Ear, pairs: Sequence[tuple[int, Array]], predicted_ip: Array, listened_p: BoolArray) -> Ear:
    """Return how the device hears, from access points (number and levels) that are known or taken for known."""
    return learned(ear, [(levels_p[listened_p], predicted_ip[i][listened_p]) for i, levels_p in pairs])


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


def _scores(
    points: Sequence[AccessPoint],
    columns: Sequence[Column],
    predicted: Mapping[Band, Array],
    places: Places,
    ears: Mapping[Band, Ear],
) -> Array:
    """Return by how much each pair (i, c) tells the levels better than nobody's would."""
    score = np.zeros((len(points), len(columns)))
    for c, column in enumerate(columns):
        for band, (levels_p, channel) in column.items():
            if _n_heard(levels_p):
                listened = places.listened_p[band]
                score[:, c] += told(ears[band], levels_p[listened], predicted[band][:, listened])
                score[:, c] -= told_alone(levels_p[listened])
                score[:, c] += [_channel_score(ap, band, channel) for ap in points]
    return score


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
