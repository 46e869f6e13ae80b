"""The maps of a finished plan, floor by floor: made once, for report.html and for the printed report."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from wifiplan.report.figures import FloorHeat
from wifiplan.report.page.coded import coded
from wifiplan.report.page.view import bounds
from wifiplan.site.building import Floor
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.fields import BandFields, Fields, fields
from wifiplan.study.hearing import hearing
from wifiplan.study.planned_law import planned_law
from wifiplan.study.records import Plan

CELL_M = 0.75
"""Edge of a cell of most floors [m]: that of the printed maps; finer ones would make a county's files heavy."""

LEAST_CELL_M = 0.25
"""Edge of a cell of small floors [m]: the laws say nothing about a hand's breadth."""

FEW_CELLS, MOST_CELLS = 10_000, 40_000
"""Cells below which a floor's are made smaller, and above which they are made larger: some kilobytes a map."""


def floor_maps(plan: Plan, *, cell_m: float | None = None) -> Mapping[int, object]:
    """Return the coded maps of every floor that has something drawn on it; none where no access point hangs.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    cell_m : float or None
        Edge of a cell [m]; None: by the size of each floor.

    Returns
    -------
    mapping of floor level to plain values
        As `coded` gives them; `strongest` counts in the order of the plan's access points.
    """
    return coded_maps(floor_fields(plan, cell_m=cell_m))


def coded_maps(found: Mapping[int, Fields]) -> Mapping[int, object]:
    """Return maps as a page reads them."""
    return {level: coded(one) for level, one in found.items()}


def floor_fields(plan: Plan, *, cell_m: float | None = None) -> Mapping[int, Fields]:
    """Return the maps of every floor that has something drawn on it, by level; none where no access point hangs.

    What nobody has drawn (an archetype) gets the maps of the plan's own band only: its walls are assumed, and a county
    has hundreds of such schools.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    cell_m : float or None
        Edge of a cell [m]; None: by the size of each floor.
    """
    places = [k for k, p in enumerate(plan.access_points) if p.action != "removed" and _hangs(p.access_point)]
    points = [plan.access_points[k].access_point for k in places]
    if not points:
        return {}
    bands = (plan.band,) if plan.site.evidence == "archetype" else _bands(plan, points)
    drawn = [floor for floor in plan.site.floors if _drawn(floor)]
    return {floor.level: _floor(plan, floor.level, points, places, bands, cell_m or _cell_m(floor)) for floor in drawn}


def heats(plan: Plan, found: Mapping[int, Fields]) -> Mapping[int, FloorHeat]:
    """Return the strongest signal over every floor as the rooms' needs count it: before the device's own aerial [dBm].

    Parameters
    ----------
    plan : Plan
        A finished plan.
    found : mapping of floor level to Fields
        Its maps.
    """
    ear = hearing(plan.settings)
    at_device_db = ear.device.antenna_gain_dbi - ear.mean_db
    power = {
        level: one.bands[plan.band].signal_dbm_yx.astype(np.float64) - at_device_db for level, one in found.items()
    }
    return {level: FloorHeat(x_m=one.x_m, y_m=one.y_m, strongest_dbm=power[level]) for level, one in found.items()}


def _cell_m(floor: Floor) -> float:
    """Return the edge of a floor's cells, in steps of 5 cm [m]."""
    x0, y0, x1, y1 = bounds(floor)
    area_m2 = (x1 - x0) * (y1 - y0)
    finer, coarser = (math.sqrt(area_m2 / n) for n in (FEW_CELLS, MOST_CELLS))
    edge_m = max(min(CELL_M, finer), coarser, LEAST_CELL_M)
    return math.ceil(edge_m / 0.05 - 1e-9) * 0.05


def _floor(
    plan: Plan,
    level: int,
    points: Sequence[AccessPoint],
    places: Sequence[int],
    bands: Sequence[Band],
    cell_m: float,
) -> Fields:
    found = fields(
        plan.site,
        points,
        level,
        cell_m=cell_m,
        law=planned_law(plan.settings),
        bands=bands,
        device=hearing(plan.settings),
    )
    numbered = {band: _numbered(one, places) for band, one in found.bands.items()}
    return replace(found, bands=numbered)


def _numbered(one: BandFields, places: Sequence[int]) -> BandFields:
    """Return the maps with the strongest access point's number in the plan, which counts the removed ones too."""
    in_plan = np.array([*places, -1])
    return replace(one, strongest_yx=in_plan[one.strongest_yx])


def _bands(plan: Plan, points: Sequence[AccessPoint]) -> tuple[Band, ...]:
    used = {radio.band for point in points for radio in point.radios}
    others: tuple[Band, ...] = ("2.4", "5", "6")
    return tuple(band for band in others if band in used or band == plan.band)


def _hangs(point: AccessPoint) -> bool:
    return point.x_m is not None and point.y_m is not None


def _drawn(floor: Floor) -> bool:
    return bool(floor.rooms or floor.walls or floor.outline)
