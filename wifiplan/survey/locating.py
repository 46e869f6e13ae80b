"""Where a radio hangs, from where it was loud: the likelihood of every place on a grid over the floors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.predict.coverage import bounds_m
from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Site
from wifiplan.site.geometry import near_rooms
from wifiplan.site.network import AccessPoint, Band
from wifiplan.survey.hearsay import Ear, told
from wifiplan.survey.links import BELOW_CEILING_M
from wifiplan.survey.placing import Places, predicted_dbm
from wifiplan.units import Array, IntArray

STEP_M = 2.0
"""Edge of the grid: levels that stray by 8 dB tell a place to some metres [m]."""

MOST_CELLS = 3000
"""Spots at which an unknown radio may hang; of a large school they lie farther apart."""

MOST_PLACES = 80
"""A dozen places tell as much as any number more (`hearsay.N_APART`); these are enough to hold the loud ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where a radio most likely hangs: the mean of its likely places on the likeliest floor, and their spread [m].

    `margin` is by how much that tells the levels better than the place where it is said to hang (log-likelihood); None
    where nobody says where.
    """

    floor: int
    x_m: float
    y_m: float
    spread_m: float
    margin: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Places g on a grid under the ceilings, and what each would send to where somebody listened (g, p) [dBm]."""

    points: tuple[AccessPoint, ...]
    predicted_dbm_gp: Array
    places: Places
    band: Band


def grid_of(site: Site, places: Places, band: Band, law: PathLoss) -> Grid:
    """Return the places where an access point might hang: in or near rooms of every floor of the site."""
    step_m = STEP_M
    points = _points(site, step_m)
    while len(points) > MOST_CELLS:
        step_m *= 1.3
        points = _points(site, step_m)
    return Grid(
        points=points, predicted_dbm_gp=predicted_dbm(site, points, places, band, law), places=places, band=band
    )


def located(levels_p: Array, grid: Grid, *, ear: Ear, said_dbm_p: Array | None = None) -> Located | None:
    """Return where a radio most likely hangs; None where it was heard nowhere, or there is no grid.

    Parameters
    ----------
    levels_p : ndarray (p,)
        Its levels at the grid's places, nan where it was not heard [dBm].
    grid : Grid
        Where it might hang.
    ear : Ear
        How the device hears.
    said_dbm_p : ndarray (p,), optional
        What should be heard from where it is said to hang [dBm].
    """
    if not grid.points or not np.isfinite(levels_p[grid.places.listened_p[grid.band]]).any():
        return None
    listened = _spread_out(levels_p, np.flatnonzero(grid.places.listened_p[grid.band]))
    told_g = told(ear, levels_p[listened], grid.predicted_dbm_gp[:, listened])
    chance_g = np.exp(told_g - told_g.max())
    floor_g = np.array([ap.floor for ap in grid.points])
    floor = max(sorted(set(floor_g.tolist())), key=lambda level: float(chance_g[floor_g == level].sum()))
    chance_g = np.where(floor_g == floor, chance_g, 0.0) / chance_g[floor_g == floor].sum()
    xy = np.array([(ap.x_m, ap.y_m) for ap in grid.points], dtype=np.float64)
    middle = chance_g @ xy
    spread = float(np.sqrt(chance_g @ ((xy - middle) ** 2).sum(axis=1)))
    margin = None
    if said_dbm_p is not None:
        margin = float(told_g.max() - told(ear, levels_p[listened], said_dbm_p[None, listened])[0])
    return Located(floor=int(floor), x_m=float(middle[0]), y_m=float(middle[1]), spread_m=spread, margin=margin)


def _spread_out(levels_p: Array, rows: IntArray) -> IntArray:
    """Return at most so many places where a radio was heard, and as many where not, evenly over the walk."""
    parts = [rows[np.isfinite(levels_p[rows])], rows[~np.isfinite(levels_p[rows])]]
    picked = [part[np.linspace(0, part.size - 1, min(part.size, MOST_PLACES)).astype(np.int64)] for part in parts]
    return np.concatenate(picked)


def _points(site: Site, step_m: float) -> tuple[AccessPoint, ...]:
    found: list[AccessPoint] = []
    for floor in site.floors:
        if not floor.rooms and not floor.walls and not floor.outline:
            continue
        west, south, east, north = bounds_m(floor)
        x, y = np.meshgrid(np.arange(west + step_m / 2, east, step_m), np.arange(south + step_m / 2, north, step_m))
        xy = np.column_stack([x.ravel(), y.ravel()])
        z_m = floor.height_m - BELOW_CEILING_M
        found += [
            AccessPoint(id=f"{floor.level}:{n}", floor=floor.level, x_m=float(px), y_m=float(py), z_m=z_m)
            for n, (px, py) in enumerate(_inside(xy[near_rooms(floor, xy, step_m / 2)]))
        ]
    return tuple(found)


def _inside(xy: Array) -> Sequence[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in xy]
