"""What a survey says of a floor: the strongest signal everywhere, how sure that is, and what was read where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from wifiplan.predict.coverage import floor_of
from wifiplan.site.building import Site
from wifiplan.site.geometry import near_rooms
from wifiplan.site.network import Band
from wifiplan.units import Array, BoolArray, IntArray

MOST_SD_DB = 8.0
"""A cell whose level is less sure than this is drawn as not known [dB]: its 90 % interval would be wider than 26 dB,
which is more than what lies between a good classroom and a dead one."""

NEAR_M = 1.0
"""So far outside a room's walls a map still goes [m]: doorways and galleries."""

NINETY_SD = 1.645
"""Standard deviations to either side of a mean that hold 90 % of a normal distribution."""


class Interpolator(Protocol):
    """What draws maps from readings: `survey.interpolation.Interpolator`."""

    def grid(self, level: int, cell_m: float) -> "Grid":
        """Return mean and spread of every access point over a floor."""
        ...


class Grid(Protocol):
    """Mean and spread of every access point i over cells (y, x) of a floor."""

    @property
    def x_m(self) -> Array:
        """Cell centres (x,) [m]."""
        ...

    @property
    def y_m(self) -> Array:
        """Cell centres (y,) [m]."""
        ...

    @property
    def mean_dbm_iyx(self) -> Array:
        """Most likely reading [dBm]."""
        ...

    @property
    def sd_db_iyx(self) -> Array:
        """Spread of a reading [dB]."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where something was read: the strongest reading there, of which access point, and how many of all."""

    x_m: float
    y_m: float
    rssi_dbm: float
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
    def known_yx(self) -> BoolArray:
        """Whether a cell's level is sure enough to be drawn."""
        return np.asarray(self.sd_db_yx <= self.most_sd_db)

    @property
    def known_share(self) -> float:
        """Share of the cells inside that are known, from 0 to 1; 0 where nothing is inside."""
        inside = np.isfinite(self.sd_db_yx)
        return float(self.known_yx[inside].mean()) if inside.any() else 0.0


def floor_map(
    grid: Grid,
    site: Site,
    access_points: Sequence[str],
    spots: Sequence[Spot],
    *,
    level: int,
    band: Band,
    most_sd_db: float = MOST_SD_DB,
) -> FloorMap:
    """Return the strongest access point of every cell from the maps of all.

    Parameters
    ----------
    grid : Grid
        Maps of all access points over the floor.
    site : Site
        The building: cells away from its rooms are left blank.
    access_points : sequence of str
        Their ids, in the order of the grid.
    spots : sequence of Spot
        What was read on that floor in that band.

    Returns
    -------
    FloorMap
        Of the floor.
    """
    floor = floor_of(site, level)
    xx, yy = np.meshgrid(grid.x_m, grid.y_m)
    inside = near_rooms(floor, np.column_stack([xx.ravel(), yy.ravel()]), NEAR_M).reshape(xx.shape)
    if not access_points:
        nothing = np.full(xx.shape, np.nan)
        best, mean, spread = np.full(xx.shape, -1), nothing, nothing
    else:
        levels = np.where(np.isfinite(grid.mean_dbm_iyx), grid.mean_dbm_iyx, -np.inf)
        best = levels.argmax(axis=0)
        mean = np.take_along_axis(levels, best[None], axis=0)[0]
        spread = np.take_along_axis(grid.sd_db_iyx, best[None], axis=0)[0]
        inside &= np.isfinite(mean)
    return FloorMap(
        level=level,
        band=band,
        access_points=tuple(access_points),
        x_m=grid.x_m,
        y_m=grid.y_m,
        mean_dbm_yx=np.where(inside, mean, np.nan),
        sd_db_yx=np.where(inside, spread, np.nan),
        ap_yx=np.where(inside, best, -1),
        most_sd_db=most_sd_db,
        spots=tuple(spots),
    )
