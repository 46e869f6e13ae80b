"""Maps that follow a hand: what every access point sends to a floor is kept, and told anew for those that moved."""

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.errors import OutOfRangeError
from wifiplan.predict.coverage import HEAT_HEIGHT_M, Coverage, antenna_xyz_m, bounds_m, floor_of, maps, sent_dbm
from wifiplan.predict.losses import aerials
from wifiplan.predict.maps import gains_db, terms
from wifiplan.predict.obstacles import Obstacles, obstacles
from wifiplan.predict.shadows.grid import Raster
from wifiplan.radio.loss import Law, PathLoss
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.fields import OVERLAP_DBM, Fields, band_fields, fit_cell_m, on_floor
from wifiplan.study.hearing import Hearing
from wifiplan.units import Array, BoolArray, SingleArray

MOST_ASKED = 150_000
"""Cells of the largest map that is drawn while a hand moves: finer than any screen shows of a school."""

_MOST_KEPT_BYTES = 128 << 20
"""Memory for the maps of floors that were looked at before; the newest is always kept."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Kept:
    """The power (i, b, y, x) of some access points over one floor [dBm]; `points` are those that it belongs to."""

    x_m: Array
    y_m: Array
    inside_yx: BoolArray
    points: list[AccessPoint]
    received_dbm_ibyx: SingleArray


class LiveMaps:
    """The maps of a building's floors under one law; only what moved is computed."""

    def __init__(self, site: Site, law: PathLoss, hears: Hearing) -> None:
        self._site, self._law, self._hears = replace(site, access_points=()), law, hears
        self._things: dict[tuple[Band, ...], Obstacles] = {}
        self._kept: OrderedDict[tuple[int, float, tuple[Band, ...]], _Kept] = OrderedDict()

    def fields(
        self, access_points: Sequence[AccessPoint], level: int, *, cell_m: float | None, bands: Sequence[Band]
    ) -> Fields:
        """Return the maps of a floor, as `study.fields.fields` does.

        Raises
        ------
        SiteError
            If the site has no such floor, or nothing is drawn there.
        OutOfRangeError
            For cells without size, or more than `MOST_ASKED` of them.
        """
        floor = floor_of(self._site, level)
        cell_m = fit_cell_m(floor) if cell_m is None else cell_m
        _not_too_many(floor, cell_m)
        key = (level, cell_m, tuple(bands))
        kept = self._kept.get(key)
        if kept is None or len(kept.points) != len(access_points):
            kept = self._kept[key] = self._empty(key, access_points)
        self._kept.move_to_end(key)
        while (
            len(self._kept) > 1 and sum(one.received_dbm_ibyx.nbytes for one in self._kept.values()) > _MOST_KEPT_BYTES
        ):
            self._kept.popitem(last=False)
        rows = [n for n, ap in enumerate(access_points) if ap != kept.points[n]]
        if rows:
            some = [access_points[n] for n in rows]
            kept.received_dbm_ibyx[rows] = self._received(some, key, kept)
            for n in rows:
                kept.points[n] = access_points[n]
        return Fields(
            level=level,
            cell_m=cell_m,
            x_m=kept.x_m,
            y_m=kept.y_m,
            inside_yx=kept.inside_yx,
            bands={
                band: band_fields(
                    self._coverage(key, kept, b),
                    access_points,
                    self._site.country,
                    (self._hears, OVERLAP_DBM),
                    kept.inside_yx,
                )
                for b, band in enumerate(key[2])
            },
        )

    def _coverage(self, key: tuple[int, float, tuple[Band, ...]], kept: _Kept, b: int) -> Coverage:
        received = kept.received_dbm_ibyx[:, b]
        return Coverage(level=key[0], band=key[2][b], x_m=kept.x_m, y_m=kept.y_m, received_dbm_iyx=received)

    def _empty(self, key: tuple[int, float, tuple[Band, ...]], access_points: Sequence[AccessPoint]) -> _Kept:
        level, cell_m, bands = key
        bare = maps(self._site, (), level, cell_m=cell_m, law=self._law, bands=bands[:1])[0]
        return _Kept(
            x_m=bare.x_m,
            y_m=bare.y_m,
            inside_yx=on_floor(floor_of(self._site, level), bare.x_m, bare.y_m, cell_m),
            # nothing is known of any of them
            points=[AccessPoint(id="") for _ in access_points],
            received_dbm_ibyx=np.empty((len(access_points), len(bands), bare.y_m.size, bare.x_m.size), np.float32),
        )

    def _received(
        self, points: Sequence[AccessPoint], key: tuple[int, float, tuple[Band, ...]], kept: _Kept
    ) -> SingleArray:
        level, cell_m, bands = key
        if bands not in self._things:
            self._things[bands] = obstacles(self._site, law=self._law, bands=bands)
        things = self._things[bands]
        if not isinstance(self._law, Law) or terms(self._law, things) is None:
            found = maps(self._site, points, level, cell_m=cell_m, law=self._law, bands=bands)
            return np.stack([one.received_dbm_iyx for one in found], axis=1).astype(np.float32)
        z_m = floor_of(self._site, level).elevation_m + HEAT_HEIGHT_M
        x_m, y_m = kept.x_m, kept.y_m
        raster = Raster(float(x_m[0]), cell_m, x_m.size, float(y_m[0]), cell_m, y_m.size, z_m)
        sources, send = antenna_xyz_m(self._site, points), aerials(self._site, points)
        gain = gains_db(things, sources, raster, self._law, antennas=send)
        power = np.stack([sent_dbm(self._site, points, band=band, law=self._law) for band in bands], axis=1)
        return np.asarray(power[:, :, None, None] + gain, dtype=np.float32)


def _not_too_many(floor: Floor, cell_m: float) -> None:
    x0, y0, x1, y1 = bounds_m(floor)
    n = math.inf if not cell_m > 0.0 else (1.0 + (x1 - x0) / cell_m) * (1.0 + (y1 - y0) / cell_m)
    if not n <= MOST_ASKED:
        raise OutOfRangeError(
            f"cells of {cell_m:g} m are too many for this floor", remedy="give a larger cell_m, or leave it out"
        )
