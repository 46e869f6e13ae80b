"""Readings of very many places, pooled by squares: neighbours tell the same."""

from dataclasses import replace

import numpy as np

from wifiplan.survey.links import Links
from wifiplan.units import Array, BoolArray, IntArray

MOST_PLACES = 600
"""So many places tell a map over a school as well as any number, as shadows are metres long."""

LEAST_EDGE_M, COARSEST_M = 0.5, 8.0
"""Edges of the squares [m]."""

MOST_WITHIN_DB = 15.0
"""Readings of one square that differ from its middle by more are gross errors [dB]."""


def pooled(found: Links) -> tuple[Links, float]:
    """Return the readings of places that are few enough, and how far single ones lay from them.

    Parameters
    ----------
    found : Links
        Readings by place.

    Returns
    -------
    Links
        Only what was heard; of places in one square the median, in squares as small as will do.
    float
        Spread of the readings of a square about that median, 0 where nothing was pooled [dB].
    """
    heard = _rows(found, found.heard_n)
    edge_m, few = LEAST_EDGE_M, heard
    while len(np.unique(few.place_n)) > MOST_PLACES and edge_m <= COARSEST_M:
        few, edge_m = _in_squares(heard, edge_m), 1.5 * edge_m
    return few, _within_db(heard, few, edge_m / 1.5)


def _rows(found: Links, kept_n: BoolArray) -> Links:
    return replace(
        found,
        ap_n=found.ap_n[kept_n],
        place_n=found.place_n[kept_n],
        device_n=found.device_n[kept_n],
        rssi_dbm_n=found.rssi_dbm_n[kept_n],
        n_heard_n=found.n_heard_n[kept_n],
    )


def _squares(found: Links, edge_m: float) -> tuple[IntArray, IntArray]:
    """Return the square of every place, and a place that stands for each."""
    cell = np.column_stack((found.floor_j, np.floor(found.place_xyz_m_j[:, :2] / edge_m)))
    _, first, square_j = np.unique(cell, axis=0, return_index=True, return_inverse=True)
    return np.asarray(square_j).reshape(-1), first


def _groups(found: Links, edge_m: float) -> tuple[IntArray, IntArray]:
    """Return the group of every row, of one square, access point and device each, and a row that stands for each."""
    square_j, _ = _squares(found, edge_m)
    key = np.column_stack((square_j[found.place_n], found.ap_n, found.device_n))
    _, first, group_n = np.unique(key, axis=0, return_index=True, return_inverse=True)
    return np.asarray(group_n).reshape(-1), first


def _in_squares(found: Links, edge_m: float) -> Links:
    square_j, first_j = _squares(found, edge_m)
    group_n, first_n = _groups(found, edge_m)
    used = np.bincount(found.place_n, minlength=square_j.size).astype(np.float64)
    weight = np.bincount(square_j, used)
    xyz = [np.bincount(square_j, used * axis) / np.maximum(weight, 1.0) for axis in found.place_xyz_m_j.T]
    return replace(
        found,
        place_xyz_m_j=np.column_stack(xyz),
        floor_j=found.floor_j[first_j],
        ap_n=found.ap_n[first_n],
        place_n=square_j[found.place_n[first_n]],
        device_n=found.device_n[first_n],
        rssi_dbm_n=_medians(group_n, found.rssi_dbm_n),
        n_heard_n=np.bincount(group_n, found.n_heard_n).astype(np.int64),
    )


def _medians(group_n: IntArray, value_n: Array) -> Array:
    n = np.bincount(group_n)
    ordered = value_n[np.lexsort((value_n, group_n))]
    start = np.cumsum(n) - n
    return np.asarray((ordered[start + (n - 1) // 2] + ordered[start + n // 2]) / 2.0)


def _within_db(heard: Links, few: Links, edge_m: float) -> float:
    if few is heard:
        return 0.0
    group_n, _ = _groups(heard, edge_m)
    n = np.bincount(group_n)
    left = np.clip(heard.rssi_dbm_n - few.rssi_dbm_n[group_n], -MOST_WITHIN_DB, MOST_WITHIN_DB)
    freedom = int((n - 1).sum())
    return float(np.sqrt(np.sum(left**2) / freedom)) if freedom else 0.0
