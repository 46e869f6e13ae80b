"""What a survey says of a floor: the strongest signal everywhere, how sure that is, and what was read where."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.errors import OutOfRangeError
from wifiplan.predict.coverage import bounds_m, floor_of, maps
from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Site
from wifiplan.site.geometry import near_rooms
from wifiplan.site.network import Band
from wifiplan.survey.interpolation import Interpolator
from wifiplan.survey.links import Links, links
from wifiplan.survey.records import Survey
from wifiplan.units import Array, BoolArray, IntArray

MOST_SD_DB = 8.0
"""A cell whose level is less sure than this is drawn as not known [dB]: its 90 % interval would be wider than 26 dB,
which is more than what lies between a good classroom and a dead one."""

FINEST_M, COARSEST_M, CELLS = 0.25, 1.0, 6_000
"""Edge of a cell between these [m], so that a floor has about so many: 0.63 m for 60 m x 40 m."""

MOST_CELLS = 200_000
"""Cells of a floor at most: with 60 access points their levels and spreads take 200 MB."""

NEAR_M = 1.0
"""So far outside a room's walls a map still goes [m]: doorways and galleries."""

NINETY_SD = 1.645
"""Standard deviations to either side of a mean that hold 90 % of a normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where somebody listened: the strongest reading, of which access point, and how many were heard.

    `rssi_dbm` is None and `ap_id` blank where none of the site's access points was heard.
    """

    x_m: float
    y_m: float
    rssi_dbm: float | None
    ap_id: str
    n_heard: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FloorMap:
    """The strongest signal over a floor.

    `x_m` (x,) and `y_m` (y,) are cell centres [m]; `mean_dbm_yx` the most likely reading of the access point that is
    strongest there [dBm], `sd_db_yx` its spread [dB], `ap_yx` its number in `access_points`. nan, nan and -1 in cells
    away from every room. Cells that are less sure than `most_sd_db` are not `known_yx`. `spots` are the places read.
    """

    level: int
    band: Band
    access_points: tuple[str, ...]
    x_m: Array
    y_m: Array
    mean_dbm_yx: Array
    sd_db_yx: Array
    ap_yx: IntArray
    most_sd_db: float
    spots: tuple[Spot, ...]

    @property
    def cell_m(self) -> float:
        """Edge of a cell [m]."""
        return float(self.x_m[1] - self.x_m[0]) if len(self.x_m) > 1 else COARSEST_M

    @property
    def known_yx(self) -> BoolArray:
        """Whether a cell's level is sure enough to be drawn."""
        return np.asarray(self.sd_db_yx <= self.most_sd_db)

    @property
    def known_share(self) -> float:
        """Share of the cells inside that are known, from 0 to 1; 0 where nothing is inside."""
        inside = np.isfinite(self.sd_db_yx)
        return float(self.known_yx[inside].mean()) if inside.any() else 0.0


def measured_maps(
    interpolator: Interpolator,
    surveys: Sequence[Survey],
    site: Site,
    levels: Sequence[int],
    *,
    band: Band,
    cell_m: float | None = None,
    most_sd_db: float = MOST_SD_DB,
) -> tuple[FloorMap, ...]:
    """Return the strongest measured access point over some floors.

    Parameters
    ----------
    interpolator : Interpolator
        What draws maps of single access points from the readings.
    surveys : sequence of Survey
        The readings, for the places on the maps.
    site : Site
        The building and what hangs there.
    levels : sequence of int
        Levels of the floors.
    band : "2.4", "5" or "6"
        The interpolator's band.
    cell_m : float, optional
        Edge of a cell [m]; as `cell_of` without.
    most_sd_db : float
        Cells less sure than this are not known [dB].

    Returns
    -------
    tuple of FloorMap
        One a floor.

    Raises
    ------
    OutOfRangeError
        If the cells are so small that a floor has more than `MOST_CELLS`.
    """
    spots = spots_of(links(surveys, site, band))
    found = []
    for level in levels:
        grid = interpolator.grid(level, _checked_m(site, level, cell_m))
        blank = _blank(site, level, band, most_sd_db, spots.get(level, ()))
        iyx = np.asarray(grid.mean_dbm_iyx), np.asarray(grid.sd_db_iyx)
        found.append(_strongest(site, (grid.x_m, grid.y_m), iyx, blank))
    return tuple(found)


def single_maps(
    interpolator: Interpolator, surveys: Sequence[Survey], site: Site, whole: FloorMap
) -> Iterator[FloorMap]:
    """Yield the map of every access point that was heard on the floor of `whole`, with what was read of it."""
    found = links(surveys, site, whole.band)
    grid = interpolator.grid(whole.level, whole.cell_m)
    here_n = found.heard_n & (found.floor_j[found.place_n] == whole.level)
    rows = {ap.id: row for row, ap in enumerate(found.access_points)}
    for i, ap in enumerate(site.access_points):
        own = here_n & (found.ap_n == rows.get(ap.id, -1))
        if not own.any():
            continue
        spots = tuple(
            Spot(x_m=x, y_m=y, rssi_dbm=float(rssi), ap_id=ap.id, n_heard=1)
            for (x, y, _), rssi in zip(
                found.place_xyz_m_j[found.place_n[own]].tolist(), found.rssi_dbm_n[own], strict=True
            )
        )
        blank = replace(_blank(site, whole.level, whole.band, whole.most_sd_db, spots), access_points=(ap.id,))
        iyx = np.asarray(grid.mean_dbm_iyx)[[i]], np.asarray(grid.sd_db_iyx)[[i]]
        yield _strongest(site, (grid.x_m, grid.y_m), iyx, blank)


def _checked_m(site: Site, level: int, cell_m: float | None) -> float:
    """Return the edge of a cell [m], so far as a machine can hold the cells."""
    if cell_m is None:
        return cell_of(site, level)
    x_min, y_min, x_max, y_max = bounds_m(floor_of(site, level))
    n_cells = (x_max - x_min) * (y_max - y_min) / cell_m**2
    if n_cells > MOST_CELLS:
        least_m = math.ceil(10 * math.sqrt(n_cells / MOST_CELLS) * cell_m) / 10
        raise OutOfRangeError(
            f"a map of floor {level} would have {n_cells:,.0f} cells",
            remedy=f"give cells of {least_m:.1f} m or more",
            where="--cell",
            zh=(f"樓層 {level} 的圖會有 {n_cells:,.0f} 格", f"請把每格改為 {least_m:.1f} 公尺以上"),
        )
    return cell_m


def cell_of(site: Site, level: int) -> float:
    """Return the edge of a cell with which a floor is drawn finely and soon enough [m]."""
    x_min, y_min, x_max, y_max = bounds_m(floor_of(site, level))
    fair_m = math.sqrt((x_max - x_min) * (y_max - y_min) / CELLS)
    return round(min(max(fair_m, FINEST_M), COARSEST_M), 2)


def planned_map(site: Site, law: PathLoss, level: int, *, band: Band, cell_m: float | None = None) -> FloorMap:
    """Return the strongest access point over a floor as a law predicts it: known everywhere, without places."""
    edge_m = cell_m or cell_of(site, level)
    (found,) = maps(site, site.access_points, level, cell_m=edge_m, law=law, bands=(band,))
    received = np.asarray(found.received_dbm_iyx, dtype=np.float64)
    iyx = received, np.zeros_like(received)
    return _strongest(site, (found.x_m, found.y_m), iyx, _blank(site, level, band, np.inf, ()))


def spots_of(found: Links) -> dict[int, tuple[Spot, ...]]:
    """Return the places where somebody listened, by level."""
    heard = found.heard_n
    order = np.argsort(np.where(heard, found.rssi_dbm_n, -np.inf), kind="stable")
    strongest = dict(zip(found.place_n[order].tolist(), order.tolist(), strict=True))
    counts = np.bincount(found.place_n[heard], minlength=len(found.floor_j))
    spots: dict[int, list[Spot]] = {}
    for place, n in sorted(strongest.items()):
        x_m, y_m, _ = found.place_xyz_m_j[place].tolist()
        spot = Spot(
            x_m=x_m,
            y_m=y_m,
            rssi_dbm=float(found.rssi_dbm_n[n]) if counts[place] else None,
            ap_id=found.access_points[found.ap_n[n]].id if counts[place] else "",
            n_heard=int(counts[place]),
        )
        spots.setdefault(int(found.floor_j[place]), []).append(spot)
    return {level: tuple(own) for level, own in spots.items()}


def _strongest(site: Site, axes_m: tuple[Array, Array], iyx: tuple[Array, Array], blank: FloorMap) -> FloorMap:
    """Fill a map with the strongest of all access points, cell by cell, inside the building."""
    (x_m, y_m), (level_iyx, sd_iyx) = axes_m, iyx
    xx, yy = np.meshgrid(x_m, y_m)
    points = np.column_stack([xx.ravel(), yy.ravel()])
    inside = near_rooms(floor_of(site, blank.level), points, NEAR_M).reshape(xx.shape)
    if not len(level_iyx):
        nothing = np.full(xx.shape, np.nan)
        return replace(blank, x_m=x_m, y_m=y_m, mean_dbm_yx=nothing, sd_db_yx=nothing, ap_yx=np.full(xx.shape, -1))
    levels = np.where(np.isfinite(level_iyx), level_iyx, -np.inf)
    best = levels.argmax(axis=0)
    mean = np.take_along_axis(levels, best[None], axis=0)[0]
    inside &= np.isfinite(mean)
    return replace(
        blank,
        x_m=x_m,
        y_m=y_m,
        mean_dbm_yx=np.where(inside, mean, np.nan),
        sd_db_yx=np.where(inside, np.take_along_axis(sd_iyx, best[None], axis=0)[0], np.nan),
        ap_yx=np.where(inside, best, -1),
    )


def _blank(site: Site, level: int, band: Band, most_sd_db: float, spots: Sequence[Spot]) -> FloorMap:
    return FloorMap(
        level=level,
        band=band,
        access_points=tuple(ap.id for ap in site.access_points),
        x_m=np.empty(0),
        y_m=np.empty(0),
        mean_dbm_yx=np.empty((0, 0)),
        sd_db_yx=np.empty((0, 0)),
        ap_yx=np.empty((0, 0), dtype=np.int64),
        most_sd_db=most_sd_db,
        spots=tuple(spots),
    )
