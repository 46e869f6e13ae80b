"""Readings of several walks as one table: who was heard how strongly at which place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias, TypeVar

import numpy as np

from wifiplan.site.network import Band
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import Array, IntArray

_T = TypeVar("_T")
Key: TypeAlias = tuple[str, Band]
"""A BSSID and its band: data sets and some makers give one name to radios of several bands."""

CELL_M = 1.0
"""Readings within one square of this edge count as one place: whose a BSSID is needs no finer ones [m]."""

MAX_PLACES = 400
"""Beyond, squares are made larger: whose a BSSID is becomes no clearer."""

_LAST_2G4, _FIRST_5, _LAST_5 = 14, 32, 177


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hearing:
    """What was heard of every BSSID (k) at every place (p).

    Parameters
    ----------
    keys : tuple of (str, str)
        BSSID and band, sorted.
    ssid_k : tuple of str
        Name that was heard most often; blank: hidden.
    channel_k : tuple of int or None
        Channel that it was heard on most often.
    floor_p : ndarray (p)
        Level of the floor.
    xy_m_p : ndarray (p, 2)
        Middle of the readings of a place [m].
    rssi_dbm_kp : ndarray (k, p)
        Median level; nan where it was not heard [dBm].
    """

    keys: tuple[Key, ...]
    ssid_k: tuple[str, ...]
    channel_k: tuple[int | None, ...]
    floor_p: IntArray
    xy_m_p: Array
    rssi_dbm_kp: Array


_TOLD = attrgetter("bssid", "ssid", "channel", "band", "frequency_hz")


def _place(sample: Sample) -> tuple[float, float, float, float]:
    level = sample.rssi_dbm
    return sample.floor, sample.x_m, sample.y_m, np.nan if level is None else level


def band_of(sample: Sample) -> Band | None:
    """Return the band of a reading, also where only its frequency or channel is known; None where neither tells.

    >>> band_of(Sample(floor=0, x_m=0.0, y_m=0.0, channel=36)), band_of(Sample(floor=0, x_m=0.0, y_m=0.0, channel=9))
    ('5', '2.4')
    """
    if sample.band is not None:
        return sample.band
    if sample.frequency_hz is not None:
        return "2.4" if sample.frequency_hz < 3e9 else "5" if sample.frequency_hz < 5.93e9 else "6"
    if sample.channel is None:
        return None
    if sample.channel <= _LAST_2G4:
        return "2.4"
    return "5" if _FIRST_5 <= sample.channel <= _LAST_5 else None


def hearing(surveys: Sequence[Survey], *, cell_m: float = CELL_M) -> Hearing:
    """Return who was heard where; readings of no BSSID, or of an unknown band, are left out.

    Parameters
    ----------
    surveys : sequence of Survey
        Walks through one site, by any devices.
    cell_m : float
        Edge of a place [m]; larger where that makes more than `MAX_PLACES`.
    """
    taken = [s for one in surveys for s in one.samples if s.bssid]
    told = list(map(_TOLD, taken))
    named = {one: (one[0], band_of(sample)) for one, sample in dict(zip(told, taken, strict=True)).items()}
    keys = sorted({(bssid, band) for bssid, band in named.values() if band is not None})
    number_of = {key: n for n, key in enumerate(keys)}
    code_of = {one: number_of.get((bssid, band), -1) if band else -1 for one, (bssid, band) in named.items()}
    key_n = np.fromiter((code_of[one] for one in told), dtype=np.int64, count=len(told))
    table_n = np.array([_place(s) for s in taken], dtype=np.float64).reshape(-1, 4)
    table_n, key_n = table_n[key_n >= 0], key_n[key_n >= 0]
    cells, place_n = _squares(table_n, cell_m)
    n_p = np.maximum(np.bincount(place_n, minlength=len(cells)), 1)
    xy_m_p = np.column_stack([np.bincount(place_n, table_n[:, c], minlength=len(cells)) / n_p for c in (1, 2)])
    said: list[Counter[tuple[str, int | None]]] = [Counter() for _ in keys]
    for one, n in Counter(told).items():
        if code_of[one] >= 0:
            said[code_of[one]][one[1], one[2]] += n
    return Hearing(
        keys=tuple(keys),
        ssid_k=tuple(_most([(name, n) for (name, _), n in one.items() if name]) or "" for one in said),
        channel_k=tuple(_most([(number, n) for (_, number), n in one.items() if number]) for one in said),
        floor_p=cells[:, 0].astype(np.int64),
        xy_m_p=xy_m_p,
        rssi_dbm_kp=_medians(key_n, place_n, table_n[:, 3], (len(keys), len(cells))),
    )


def _squares(table_n: Array, cell_m: float) -> tuple[Array, IntArray]:
    """Return the floors and squares that readings (floor, x, y, level) lie in, and in which each lies."""
    while True:
        edge_m = cell_m
        column, row = (np.floor(table_n[:, c] / edge_m) for c in (1, 2))
        code = (table_n[:, 0] + 1e3) * 1e12 + (column + 5e5) * 1e6 + (row + 5e5)
        _, first, place_n = np.unique(code, return_index=True, return_inverse=True)
        if first.size <= MAX_PLACES:
            cells = np.column_stack((table_n[first, 0], column[first], row[first]))
            return cells, place_n.reshape(-1).astype(np.int64)
        cell_m *= 1.5


def _most(counted: Sequence[tuple[_T, int]]) -> _T | None:
    total: Counter[_T] = Counter()
    for value, n in counted:
        total[value] += n
    return total.most_common(1)[0][0] if total else None


def _medians(key_n: IntArray, place_n: IntArray, rssi_dbm_n: Array, shape: tuple[int, int]) -> Array:
    """Return the median (k, p) of what was heard, nan where nothing was."""
    table = np.full(shape, np.nan)
    known = np.isfinite(rssi_dbm_n)
    if not known.any():
        return table
    cell = key_n[known] * shape[1] + place_n[known]
    order = np.lexsort((rssi_dbm_n[known], cell))
    cell, level = cell[order], rssi_dbm_n[known][order]
    first = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
    count = np.diff(np.r_[first, cell.size])
    table.flat[cell[first]] = (level[first + (count - 1) // 2] + level[first + count // 2]) / 2
    return table
