"""Predicted against measured: reading by reading, and what is left by band, access point, room and place."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import BANDS, Band
from wifiplan.study.measured_heard import rooms_of
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.links import Links, links
from wifiplan.survey.records import Survey
from wifiplan.units import Array

WELL_HEARD_DB = 10.0
"""An access point that is predicted this far above what the device surely hears, and not heard, is told as missing:
more than the spread that a fitted law leaves."""

LEAST_EXPECTED = 5
"""An access point that should be heard at fewer places is not called silent: one person in the way explains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One access point at one place in one band.

    `rssi_dbm` is what was read there, None where it was listened for and not heard; `planned_dbm` and `fitted_dbm` what
    the plan's law and the calibrated one predict, None where the plan has no such radio [dBm]. `room_id` is the room,
    "" outside.
    """

    band: Band
    ap_id: str
    floor: int
    x_m: float
    y_m: float
    room_id: str
    rssi_dbm: float | None
    planned_dbm: float | None
    fitted_dbm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strayed:
    """How far the predictions of some readings stray.

    Parameters
    ----------
    band : "2.4", "5" or "6"
        The band.
    key : str
        Id of the access point or room; blank: all of the band.
    n : int
        Readings.
    median_db : float
        Median of measured less planned: mostly what the device hears weaker than an isotropic antenna [dB].
    rmse_planned_db, rmse_shifted_db, rmse_fitted_db : float
        Root mean square error of the law as planned, of the same shifted by the band's median, and of the calibrated
        law [dB]. The last rests on the readings that it was fitted to.
    n_expected, n_missing : int
        Pairs that the calibrated law predicts well above the device's floor, and those of them that were not heard.
    """

    band: Band
    key: str
    n: int
    median_db: float
    rmse_planned_db: float
    rmse_shifted_db: float
    rmse_fitted_db: float
    n_expected: int
    n_missing: int

    @property
    def is_silent(self) -> bool:
        """Whether it was not heard at most of the places where it should be."""
        return self.n_expected >= LEAST_EXPECTED and 2 * self.n_missing > self.n_expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place: its strongest reading, beside the strongest planned and calibrated prediction there [dBm]."""

    band: Band
    floor: int
    x_m: float
    y_m: float
    room_id: str
    rssi_dbm: float
    ap_id: str
    planned_dbm: float | None
    planned_ap_id: str
    fitted_dbm: float | None
    n_heard: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Predicted against measured, by reading, band, access point, room and place."""

    pairs: tuple[Pair, ...]
    by_band: tuple[Strayed, ...]
    by_ap: tuple[Strayed, ...]
    by_room: tuple[Strayed, ...]
    places: tuple[Place, ...]


def errors(surveys: Sequence[Survey], site: Site, calibration: Calibration, *, planned: PathLoss) -> Errors:
    """Hold what was read against what a plan's law and a calibrated one predict.

    Parameters
    ----------
    surveys : sequence of Survey
        What was read.
    site : Site
        The building, with access points that have positions and powers.
    calibration : Calibration
        What was fitted to the readings, or to others.
    planned : PathLoss
        The law that the plan was made with.

    Returns
    -------
    Errors
        Empty where no reading is of a known access point.
    """
    pairs: list[Pair] = []
    by_band: list[Strayed] = []
    by_ap: list[Strayed] = []
    by_room: list[Strayed] = []
    places: list[Place] = []
    for band in BANDS:
        found = links(surveys, site, band)
        if not len(found.ap_n):
            continue
        own = _pairs(found, site, planned, calibration.law)
        sure_dbm = _sure_dbm(found, calibration)
        told = _teller(own, band, sure_dbm)
        pairs += own
        by_band += told(lambda _: "")
        by_ap += told(lambda pair: pair.ap_id)
        by_room += told(lambda pair: pair.room_id)
        places += _places(own, band)
    return Errors(
        pairs=tuple(pairs), by_band=tuple(by_band), by_ap=tuple(by_ap), by_room=tuple(by_room), places=tuple(places)
    )


def _sure_dbm(found: Links, calibration: Calibration) -> float:
    """Return the level from which the device surely hears: as fitted, else the floor of the deafest [dBm]."""
    fitted = next((one for one in calibration.errors if one.band == found.band), None)
    known = [level for level in (fitted.heard_dbm, fitted.floor_dbm) if level is not None] if fitted else []
    return known[0] if known else float(found.floor_dbm_d.max())


def _pairs(found: Links, site: Site, planned: PathLoss, fitted: PathLoss) -> list[Pair]:
    points, levels, aps = found.place_xyz_m_j, found.floor_j, found.access_points
    planned_ij, fitted_ij = (
        received_dbm(site, aps, points, levels, band=found.band, law=law) for law in (planned, fitted)
    )
    places = [(int(level), x, y) for level, (x, y, _) in zip(levels, points.tolist(), strict=True)]
    room_of = rooms_of(site, places)
    return [
        Pair(
            band=found.band,
            ap_id=aps[i].id,
            floor=int(levels[j]),
            x_m=float(points[j, 0]),
            y_m=float(points[j, 1]),
            room_id=room_of.get(places[j], ""),
            rssi_dbm=_finite(rssi),
            planned_dbm=_finite(planned_ij[i, j]),
            fitted_dbm=_finite(fitted_ij[i, j]),
        )
        for i, j, rssi in zip(found.ap_n, found.place_n, found.rssi_dbm_n, strict=True)
    ]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _teller(pairs: Sequence[Pair], band: Band, sure_dbm: float) -> Callable[[Callable[[Pair], str]], list[Strayed]]:
    """Return what sums up a band's pairs by a key of theirs."""
    heard = [p for p in pairs if p.rssi_dbm is not None and p.planned_dbm is not None and p.fitted_dbm is not None]
    numbers = np.array([(p.rssi_dbm, p.planned_dbm, p.fitted_dbm) for p in heard], dtype=np.float64).reshape(-1, 3)
    middle_db = float(np.median(numbers[:, 0] - numbers[:, 1])) if heard else 0.0
    expected = [p for p in pairs if p.fitted_dbm is not None and p.fitted_dbm > sure_dbm + WELL_HEARD_DB]

    def told(key: Callable[[Pair], str]) -> list[Strayed]:
        keys = np.array([key(p) for p in heard], dtype=np.str_)
        hoped = Counter(key(p) for p in expected)
        missing = Counter(key(p) for p in expected if p.rssi_dbm is None)
        found = []
        for name in sorted({*keys.tolist(), *missing}):
            rssi, planned, fitted = numbers[keys == name].T
            found.append(
                Strayed(
                    band=band,
                    key=name,
                    n=len(rssi),
                    median_db=float(np.median(rssi - planned)) if len(rssi) else float("nan"),
                    rmse_planned_db=_rms(rssi - planned),
                    rmse_shifted_db=_rms(rssi - planned - middle_db),
                    rmse_fitted_db=_rms(rssi - fitted),
                    n_expected=hoped[name],
                    n_missing=missing[name],
                )
            )
        return found

    return told


def _rms(apart_db: Array) -> float:
    return float(np.sqrt(np.mean(apart_db**2))) if len(apart_db) else float("nan")


def _places(pairs: Sequence[Pair], band: Band) -> list[Place]:
    by_place: dict[tuple[int, float, float], list[Pair]] = {}
    for pair in pairs:
        by_place.setdefault((pair.floor, pair.x_m, pair.y_m), []).append(pair)
    found = []
    for (floor, x_m, y_m), here in sorted(by_place.items()):
        heard = [(p.rssi_dbm, p.ap_id) for p in here if p.rssi_dbm is not None]
        planned = [(p.planned_dbm, p.ap_id) for p in here if p.planned_dbm is not None]
        fitted = [p.fitted_dbm for p in here if p.fitted_dbm is not None]
        if not heard:
            continue
        strongest, best = max(heard), max(planned, default=(None, ""))
        found.append(
            Place(
                band=band,
                floor=floor,
                x_m=x_m,
                y_m=y_m,
                room_id=here[0].room_id,
                rssi_dbm=strongest[0],
                ap_id=strongest[1],
                planned_dbm=best[0],
                planned_ap_id=best[1],
                fitted_dbm=max(fitted, default=None),
                n_heard=len(heard),
            )
        )
    return found
