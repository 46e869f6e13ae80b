"""Readings as arrays: from which access point, at which place, by which device, and what was not heard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from wifiplan.site.building import Site
from wifiplan.site.geometry import centroid
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.survey.hearing import band_of
from wifiplan.survey.matching import Matched, match
from wifiplan.survey.placing import EIRP_DBM, HEIGHT_M
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import Array, BoolArray, IntArray

PLACE_M = 0.25
"""Readings within one square of this edge are one place: nobody stands still better than that [m]."""

BELOW_CEILING_M = 0.3
"""Where an access point hangs whose height nobody noted [m]."""

LOUDEST_DBM, FAINTEST_DBM = 0.0, -120.0
"""No client reports a level outside these; data sets write 0 or -128 for "nothing" [dBm]."""

USUAL_FLOOR_DBM = -88.0
"""Below this a client seldom reports anything; a device's own floor is told by its readings once they are many [dBm].
"""

ENOUGH = 50
"""Readings from which a device's weakest ones show its floor."""

FLOOR_QUANTILE = 0.005
"""Share of a device's readings that may lie below its floor: single ones come from far below."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """Readings of one band, pooled by place, device and access point.

    Parameters
    ----------
    band : "2.4", "5" or "6"
        The band.
    access_points : tuple of AccessPoint (i)
        Those of the site that were heard, or listened for; each has a place, and one radio in the band with a power.
    power_known_i : ndarray of bool (i)
        Whether that power is the site's; False: taken for the usual one.
    devices : tuple of str (d)
        Models that measured.
    place_xyz_m_j : ndarray (j, 3)
        Places; z is above the slab of their floor [m].
    floor_j : ndarray (j)
        Level of each place's floor.
    ap_n, place_n, device_n : ndarray (n)
        Access point, place and device of every link.
    rssi_dbm_n : ndarray (n)
        Median of what was heard; nan: listened for and not heard [dBm].
    n_heard_n : ndarray (n)
        How many readings that is the median of; 0 where nothing was heard.
    floor_dbm_d : ndarray (d)
        Level below which each device reports nothing [dBm].
    n_strangers, n_lost, n_bad : int
        Readings of no known access point, off the site's floors, and of impossible levels or places: left out.
    """

    band: Band
    access_points: tuple[AccessPoint, ...]
    power_known_i: BoolArray
    devices: tuple[str, ...]
    place_xyz_m_j: Array
    floor_j: IntArray
    ap_n: IntArray
    place_n: IntArray
    device_n: IntArray
    rssi_dbm_n: Array
    n_heard_n: IntArray
    floor_dbm_d: Array
    n_strangers: int = 0
    n_lost: int = 0
    n_bad: int = 0

    @property
    def heard_n(self) -> BoolArray:
        """Return which links were heard (n)."""
        return np.isfinite(self.rssi_dbm_n)

    @property
    def weight_n(self) -> Array:
        """Return how much more than a single reading a link tells (n): many at one place share its shadow."""
        return 1.0 / (_SHARED + (1.0 - _SHARED) / np.maximum(self.n_heard_n, 1))


_SHARED = 0.7
"""Part of a reading's deviation that another one at the same place has too."""


class _Table(NamedTuple):
    """What was said of known access points (s): numbers of access point and device, floor, x, y, level (nan: none)."""

    ap_s: IntArray
    device_s: IntArray
    floor_s: IntArray
    xy_m_s: Array
    rssi_dbm_s: Array


def links(
    surveys: Sequence[Survey], site: Site, band: Band, *, matched: Matched | None = None, place_m: float = PLACE_M
) -> Links:
    """Return the readings of one band as arrays.

    Where a device heard anything at a place in this band, it listened for all of the site's access points that were
    heard or listened for anywhere in these surveys: those that it did not hear there are links without a level.

    Parameters
    ----------
    surveys : sequence of Survey
        Walks through the site, by any devices.
    site : Site
        With access points; one without a height hangs under the ceiling, one known by its room in its middle.
    band : "2.4", "5" or "6"
        The band.
    matched : Matched, optional
        Whose the BSSIDs are (see `match`).
    place_m : float
        Edge of the squares whose readings are pooled [m].

    Examples
    --------
    >>> links((), Site(name="x", floors=()), "5").rssi_dbm_n.size
    0
    """
    site, n_all = with_places(site), _n_of(surveys, band)
    surveys = possible(surveys)
    matched = match(surveys, site) if matched is None else matched
    taken = [(n, s) for n, one in enumerate(surveys) for s in one.samples if s.bssid and band_of(s) == band]
    known = {ap.id: ap for ap in site.access_points if ap.x_m is not None and ap.y_m is not None}
    ids = sorted({ap for (_, of_band), ap in matched.ap_of.items() if of_band == band and ap in known})
    owned = [(n, s, ap) for n, s in taken if (ap := matched.ap_of.get((s.bssid, band))) in known]
    devices = tuple(dict.fromkeys(one.device for one in surveys)) or ("",)
    table, n_lost = _on_floors(_table(owned, ids, [devices.index(one.device) for one in surveys]), site)
    cell = np.column_stack((table.floor_s, np.round(table.xy_m_s / place_m)))
    cells, place_s = np.unique(cell, axis=0, return_inverse=True)
    place_s = np.asarray(place_s, dtype=np.int64).reshape(-1)
    n_j = np.maximum(np.bincount(place_s, minlength=len(cells)), 1)
    xy = [np.bincount(place_s, table.xy_m_s[:, axis], minlength=len(cells)) / n_j for axis in (0, 1)]
    ap_n, place_n, device_n, rssi, n_heard = _pooled(table, place_s, (len(cells), len(devices), len(ids)))
    return Links(
        band=band,
        access_points=tuple(_with_power(known[ap], band) for ap in ids),
        power_known_i=np.array([_eirp_dbm(known[ap], band) is not None for ap in ids], dtype=np.bool_),
        devices=devices,
        place_xyz_m_j=np.column_stack((*xy, np.full(len(cells), HEIGHT_M))),
        floor_j=cells[:, 0].astype(np.int64),
        ap_n=ap_n,
        place_n=place_n,
        device_n=device_n,
        rssi_dbm_n=rssi,
        n_heard_n=n_heard,
        floor_dbm_d=_floors_dbm(table, len(devices)),
        n_strangers=len(taken) - len(owned),
        n_lost=n_lost,
        n_bad=n_all - len(taken),
    )


def possible(surveys: Sequence[Survey]) -> tuple[Survey, ...]:
    """Return the surveys without readings of impossible places or levels."""
    return tuple(replace(one, samples=tuple(s for s in one.samples if _is_possible(s))) for one in surveys)


def _is_possible(sample: Sample) -> bool:
    level_dbm = sample.rssi_dbm
    near = abs(sample.x_m) < _FAR_M and abs(sample.y_m) < _FAR_M
    return near and (level_dbm is None or FAINTEST_DBM < level_dbm < LOUDEST_DBM)


def with_places(site: Site) -> Site:
    """Return the site with its access points where they are taken to hang; what has no place at all stays without."""
    rooms = {room.id: (floor, room) for floor in site.floors for room in floor.rooms}
    height_m = {floor.level: floor.height_m for floor in site.floors}
    found = []
    for ap in site.access_points:
        placed = ap
        if (ap.x_m is None or ap.y_m is None) and ap.room_id in rooms:
            floor, room = rooms[ap.room_id]
            x_m, y_m = centroid(room.polygon)
            placed = replace(ap, x_m=x_m, y_m=y_m, floor=floor.level)
        if placed.floor not in height_m:
            placed = replace(placed, x_m=None, y_m=None)
        elif placed.z_m is None:
            placed = replace(placed, z_m=max(height_m[placed.floor] - BELOW_CEILING_M, HEIGHT_M))
        found.append(placed)
    return replace(site, access_points=tuple(found))


def _eirp_dbm(ap: AccessPoint, band: Band) -> float | None:
    return next((r.eirp_dbm for r in ap.radios if r.band == band and r.eirp_dbm is not None), None)


def _with_power(ap: AccessPoint, band: Band) -> AccessPoint:
    eirp_dbm = _eirp_dbm(ap, band)
    return replace(ap, radios=(Radio(band=band, eirp_dbm=EIRP_DBM if eirp_dbm is None else eirp_dbm),))


def _table(owned: Sequence[tuple[int, Sample, str | None]], ids: Sequence[str], device_of: Sequence[int]) -> _Table:
    number = {ap: i for i, ap in enumerate(ids)}
    rows = np.array(
        [(s.floor, s.x_m, s.y_m, np.nan if s.rssi_dbm is None else s.rssi_dbm) for _, s, _ in owned], dtype=np.float64
    ).reshape(-1, 4)
    return _Table(
        ap_s=np.array([number[ap] for _, _, ap in owned if ap is not None], dtype=np.int64),
        device_s=np.array([device_of[n] for n, _, _ in owned], dtype=np.int64),
        floor_s=rows[:, 0].astype(np.int64),
        xy_m_s=rows[:, 1:3],
        rssi_dbm_s=rows[:, 3],
    )


def _n_of(surveys: Sequence[Survey], band: Band) -> int:
    return sum(bool(s.bssid) and band_of(s) == band for one in surveys for s in one.samples)


def _on_floors(table: _Table, site: Site) -> tuple[_Table, int]:
    """Return the rows on floors of the site, and how many are on none."""
    here_s = np.isin(table.floor_s, [floor.level for floor in site.floors])
    good = _Table(
        ap_s=table.ap_s[here_s],
        device_s=table.device_s[here_s],
        floor_s=table.floor_s[here_s],
        xy_m_s=table.xy_m_s[here_s],
        rssi_dbm_s=table.rssi_dbm_s[here_s],
    )
    return good, int((~here_s).sum())


_FAR_M = 1e6
"""No school reaches as far from its origin [m]."""


def _pooled(
    table: _Table, place_s: IntArray, shape: tuple[int, int, int]
) -> tuple[IntArray, IntArray, IntArray, Array, IntArray]:
    """Return access point, place, device, median level and number of readings of every link."""
    n_places, n_devices, n_aps = shape
    step = max(_CELLS // max(n_devices * n_aps, 1), 1)
    order = np.argsort(place_s, kind="stable")
    parts = [
        _pooled_part(
            table,
            place_s - first,
            order[slice(*np.searchsorted(place_s[order], (first, first + step)))],
            (min(step, n_places - first), n_devices, n_aps),
        )
        for first in range(0, max(n_places, 1), step)
    ]
    ap_n, place_n, device_n, rssi_dbm_n, n_heard_n = (np.concatenate([p[c] for p in parts]) for c in range(5))
    moved_n = np.repeat(step * np.arange(len(parts)), [p[0].size for p in parts])
    return _whole(ap_n), _whole(place_n) + moved_n, _whole(device_n), rssi_dbm_n, _whole(n_heard_n)


def _whole(values: Array | IntArray) -> IntArray:
    return np.asarray(values, dtype=np.int64)


_CELLS = 5_000_000
"""So many pairs of places and access points, times devices, are looked at in one go: what memory holds easily."""


def _pooled_part(
    table: _Table, place_s: IntArray, rows: IntArray, shape: tuple[int, int, int]
) -> tuple[IntArray, IntArray, IntArray, Array, IntArray]:
    cube = np.full(shape, np.nan)
    count = np.zeros(shape, dtype=np.int64)
    told = np.zeros(shape, dtype=np.bool_)
    flat = np.ravel_multi_index((place_s[rows], table.device_s[rows], table.ap_s[rows]), shape)
    told.flat[flat] = True
    heard = np.isfinite(table.rssi_dbm_s[rows])
    cell, level = flat[heard], table.rssi_dbm_s[rows][heard]
    order = np.lexsort((level, cell))
    cell, level = cell[order], level[order]
    first = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]][: cell.size])
    n = np.diff(np.r_[first, cell.size])
    cube.flat[cell[first]] = (level[first + (n - 1) // 2] + level[first + n // 2]) / 2
    count.flat[cell[first]] = n
    listened = np.asarray((count > 0).any(axis=2, keepdims=True))
    place_n, device_n, ap_n = np.nonzero(listened | told)
    return ap_n, place_n, device_n, cube[place_n, device_n, ap_n], count[place_n, device_n, ap_n]


def _floors_dbm(table: _Table, n_devices: int) -> Array:
    floors = np.full(n_devices, USUAL_FLOOR_DBM)
    for d in range(n_devices):
        level = table.rssi_dbm_s[(table.device_s == d) & np.isfinite(table.rssi_dbm_s)]
        if level.size:
            weakest = float(np.quantile(level, FLOOR_QUANTILE))
            floors[d] = weakest if level.size >= ENOUGH else min(weakest, USUAL_FLOOR_DBM)
    return floors
