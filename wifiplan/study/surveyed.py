"""A survey held against a plan: at every place the strongest signal that was heard beside the strongest predicted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from wifiplan.predict.coverage import received_dbm
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.records import Plan
from wifiplan.survey.links import PLACE_M
from wifiplan.survey.records import Sample, Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One place and band: the strongest signal heard (of each radio the median) and the strongest predicted [dBm].

    `ap` is the access point that is predicted strongest; None and "" where the plan has no radio of the band.
    """

    floor: int
    x_m: float
    y_m: float
    band: Band
    rssi_dbm: float
    predicted_dbm: float | None
    ap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """How a band's prediction strays: the median of measured minus predicted, and the rms around it [dB].

    The median holds what the phone hears weaker than an isotropic antenna; it says nothing about the plan alone.
    """

    band: Band
    n_places: int
    median_db: float
    rms_db: float


def compared(plan: Plan, surveys: Sequence[Survey], *, height_m: float) -> tuple[Compared, ...]:
    """Return every place and band of some surveys beside what the plan predicts there.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    surveys : sequence of Survey
        Readings without a band, a level or a floor of the site are left out.
    height_m : float
        How high the device was held [m].

    Returns
    -------
    tuple of Compared
        In the order of band, floor and place.
    """
    points = [p.access_point for p in plan.access_points if p.action != "removed" and p.access_point.x_m is not None]
    levels = {floor.level for floor in plan.site.floors}
    heard = _heard([s for survey in surveys for s in survey.samples if s.floor in levels])
    found: list[Compared] = []
    for band in sorted({key[0] for key in heard}):
        places = sorted(key[1:] for key in heard if key[0] == band)
        predicted = _predicted(plan, points, places, band, height_m)
        found += [
            Compared(
                floor=level,
                x_m=x_m,
                y_m=y_m,
                band=band,
                rssi_dbm=heard[band, level, x_m, y_m],
                predicted_dbm=level_dbm,
                ap=ap,
            )
            for (level, x_m, y_m), (level_dbm, ap) in zip(places, predicted, strict=True)
        ]
    return tuple(found)


def deviations(places: Sequence[Compared]) -> tuple[Deviation, ...]:
    """Return how the prediction strays in every band that was heard and predicted."""
    found = []
    for band in sorted({place.band for place in places}):
        apart_db = np.array(
            [p.rssi_dbm - p.predicted_dbm for p in places if p.band == band and p.predicted_dbm is not None]
        )
        if apart_db.size:
            middle_db = float(np.median(apart_db))
            rms_db = float(np.sqrt(np.mean((apart_db - middle_db) ** 2)))
            found.append(Deviation(band=band, n_places=apart_db.size, median_db=middle_db, rms_db=rms_db))
    return tuple(found)


Place = tuple[Band, int, float, float]


def _heard(samples: Sequence[Sample]) -> dict[Place, float]:
    """Return the strongest radio's median level at every place, by band."""
    levels_dbm: dict[tuple[Place, str], list[float]] = defaultdict(list)
    for sample in samples:
        if sample.band is None or sample.rssi_dbm is None:
            continue
        x_m, y_m = (round(PLACE_M * round(value / PLACE_M), 3) for value in (sample.x_m, sample.y_m))
        levels_dbm[(sample.band, sample.floor, x_m, y_m), sample.bssid or sample.ssid].append(sample.rssi_dbm)
    found: dict[Place, float] = {}
    for (place, _), values in levels_dbm.items():
        found[place] = max(found.get(place, -np.inf), median(values))
    return found


def _predicted(
    plan: Plan,
    points: Sequence[AccessPoint],
    places: Sequence[tuple[int, float, float]],
    band: Band,
    height_m: float,
) -> list[tuple[float | None, str]]:
    if not points:
        return [(None, "")] * len(places)
    xyz_m = np.array([(x_m, y_m, height_m) for _, x_m, y_m in places])
    levels = [level for level, _, _ in places]
    received_ij = received_dbm(plan.site, points, xyz_m, levels, band=band, law=plan.settings.law)
    best_j = received_ij.argmax(axis=0)
    level_j = received_ij.max(axis=0)
    return [
        (float(level), points[best].id) if np.isfinite(level) else (None, "")
        for best, level in zip(best_j, level_j, strict=True)
    ]
