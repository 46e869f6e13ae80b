"""Readings as arrays: what every known access point was heard with at every place, and where it was not heard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.survey.matching import Matched, match
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import Array, BoolArray, IntArray

HEIGHT_M = 1.0
"""Height of a phone or tablet in the hand above the floor [m]."""

SAME_PLACE_M = 0.25
"""Readings nearer than that are of one place: nobody stands more exactly [m]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """What one band's access points i were heard with at places j by devices d; a row n each.

    Parameters
    ----------
    band : "2.4", "5" or "6"
        The band.
    access_points : tuple of AccessPoint
        Those of the site that some survey heard in any band and whose place is known.
    devices : tuple of str
        Models of what measured; the first is that of most places.
    xyz_m_j : ndarray (j, 3)
        Places, z above the slab of their own floor [m].
    floor_j : ndarray of int (j,)
        Floor level of every place.
    ap_n, place_n, device_n : ndarray of int (n,)
        Which pair and device a row is of.
    rssi_dbm_n : ndarray (n,)
        Median over the readings of the row; nan: listened for and not heard [dBm].
    count_n : ndarray of int (n,)
        Readings of the row, 0 where there is none.
    remarks : tuple of str
        What was left out, in English.
    """

    band: Band
    access_points: tuple[AccessPoint, ...]
    devices: tuple[str, ...]
    xyz_m_j: Array
    floor_j: IntArray
    ap_n: IntArray
    place_n: IntArray
    device_n: IntArray
    rssi_dbm_n: Array
    count_n: IntArray
    remarks: tuple[str, ...] = ()

    @property
    def heard_n(self) -> BoolArray:
        """Whether a row is a reading; False: it says that nothing was heard."""
        return np.isfinite(self.rssi_dbm_n)


def links(
    surveys: Sequence[Survey], site: Site, band: Band, *, matched: Matched | None = None, height_m: float = HEIGHT_M
) -> Links:
    """Return the readings of a band as arrays.

    Parameters
    ----------
    surveys : sequence of Survey
        Walks through the site. A place where some BSSID of the band was heard was listened at: what is missing there
        was too weak.
    site : Site
        With the places of its access points.
    band : "2.4", "5" or "6"
        The band.
    matched : Matched, optional
        Whose the BSSIDs are, where it is known already.
    height_m : float
        How high the device was held above the floor [m].

    Returns
    -------
    Links
        Without rows where nothing of the band was heard, or no access point is known.
    """
    known = match(surveys, site) if matched is None else matched
    levels = {floor.level for floor in site.floors}
    points = _points(site, known)
    devices = _devices(surveys)
    index = {ap.id: i for i, ap in enumerate(points)}
    rows = [
        (sample, devices.index(survey.device), index.get(known.ap_of.get((sample.bssid, band), ""), -1))
        for survey in surveys
        for sample in survey.samples
        if sample.band == band and sample.bssid and sample.floor in levels
    ]
    floor_j, xy_m_j, place_r = _places([sample for sample, _, _ in rows])
    rssi_dbm_r = np.array([np.nan if s.rssi_dbm is None else s.rssi_dbm for s, _, _ in rows], dtype=np.float64)
    device_r = np.array([device for _, device, _ in rows], dtype=np.int64)
    ap_r = np.array([ap for _, _, ap in rows], dtype=np.int64)
    shape = (len(devices), len(floor_j), len(points))
    level_dbm_djp, count_djp = _medians(device_r, place_r, ap_r, rssi_dbm_r, shape)
    listened_dj = np.zeros(shape[:2], dtype=np.bool_)
    listened_dj[device_r[np.isfinite(rssi_dbm_r)], place_r[np.isfinite(rssi_dbm_r)]] = True
    asked_djp = np.repeat(listened_dj[:, :, None], len(points), axis=2) | (count_djp > 0)
    asked_djp[device_r[ap_r >= 0], place_r[ap_r >= 0], ap_r[ap_r >= 0]] = True
    device_n, place_n, ap_n = np.nonzero(asked_djp)
    n_unknown = int(np.sum(ap_r < 0))
    return Links(
        band=band,
        access_points=points,
        devices=devices,
        xyz_m_j=np.column_stack([xy_m_j, np.full(len(floor_j), height_m)]),
        floor_j=floor_j,
        ap_n=ap_n,
        place_n=place_n,
        device_n=device_n,
        rssi_dbm_n=level_dbm_djp[device_n, place_n, ap_n],
        count_n=count_djp[device_n, place_n, ap_n],
        remarks=(f"{band} GHz: {n_unknown:,} readings are of no known access point",) if n_unknown else (),
    )


def _points(site: Site, known: Matched) -> tuple[AccessPoint, ...]:
    heard = set(known.ap_of.values())
    levels = {floor.level for floor in site.floors}
    return tuple(
        ap
        for ap in site.access_points
        if ap.id in heard and ap.floor in levels and None not in (ap.x_m, ap.y_m, ap.z_m)
    )


def _devices(surveys: Sequence[Survey]) -> tuple[str, ...]:
    count: dict[str, int] = {}
    for survey in surveys:
        count[survey.device] = count.get(survey.device, 0) + len(survey.samples)
    return tuple(sorted(count, key=lambda device: (-count[device], device)))


def _places(samples: Sequence[Sample]) -> tuple[IntArray, Array, IntArray]:
    """Return floors and mean places (j, 2) of cells of `SAME_PLACE_M`, and the place of every sample [m]."""
    at = np.array([(s.floor, s.x_m, s.y_m) for s in samples], dtype=np.float64).reshape(-1, 3)
    cell = np.column_stack([at[:, 0], np.round(at[:, 1:] / SAME_PLACE_M)])
    cells, place_r = np.unique(cell, axis=0, return_inverse=True)
    place_r = place_r.reshape(-1)
    n = np.maximum(np.bincount(place_r, minlength=len(cells)), 1)
    xy = [np.bincount(place_r, weights=at[:, k], minlength=len(cells)) / n for k in (1, 2)]
    return cells[:, 0].astype(np.int64), np.column_stack(xy).reshape(-1, 2), place_r.astype(np.int64)


def _medians(
    device_r: IntArray, place_r: IntArray, ap_r: IntArray, rssi_dbm_r: Array, shape: tuple[int, int, int]
) -> tuple[Array, IntArray]:
    """Return median level (nan without a reading) and number of readings of every device, place and access point."""
    level, count = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
    used = np.isfinite(rssi_dbm_r) & (ap_r >= 0)
    key = np.ravel_multi_index((device_r[used], place_r[used], ap_r[used]), shape) if used.any() else np.empty(0, int)
    order = np.lexsort((rssi_dbm_r[used], key))
    key, value = key[order], rssi_dbm_r[used][order]
    found, start, n = np.unique(key, return_index=True, return_counts=True)
    if found.size:
        middle = (value[start + (n - 1) // 2] + value[start + n // 2]) / 2
        level.reshape(-1)[found], count.reshape(-1)[found] = middle, n
    return level, count
