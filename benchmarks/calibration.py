"""Calibration held against measured buildings: the law alone, at places and at access points that were left out.

Run it with `python -m benchmarks.calibration [folder]`; the data lie beside the checkout, in shared/data/measured.
The loaders return a site and the surveys of its training and test splits, as a user's files would.
"""

import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import office
from benchmarks.office import CEILING_M, FOLDER, PHONE_M, RISE_M
from benchmarks.office import rows as rows_of
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import LAWS, Law
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.survey.calibration import fit
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.links import with_places
from wifiplan.survey.placing import EIRP_DBM
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import hz_from_mhz

LAYERS = {"WALL": ("table:heavy", 0.15), "WINDOW": ("glass", 0.006), "GRID_GLASS": ("glass", 0.006)}
"""What the layers of the office's drawing are taken for (see benchmarks/measured.py)."""

BRICK = {"WALL": ("brick", 0.12), "WINDOW": ("glass", 0.006), "GRID_GLASS": ("glass", 0.006)}
BOARD = {"WALL": ("plasterboard", 0.0125), "WINDOW": ("glass", 0.006)}
ENOUGH_DBM = -67.0
"""From here on a link counts as covered [dBm]."""


class Building(NamedTuple):
    """A site, the surveys of its training split and those of its test split, one a device."""

    site: Site
    train: tuple[Survey, ...]
    test: tuple[Survey, ...]


class Judged(NamedTuple):
    """What a calibrated law is worth on the test split: error over what was heard, and calls of coverage."""

    n_links: int
    rmse_db: float
    balanced: float


def judged(found: Calibration, building: Building, band: Band) -> Judged:
    """Return how a law does on the test split, every device by itself; a reading that is missing counts as below."""
    site = with_places(building.site)
    weaker = {one.of: one.value for one in found.parameters if one.name == "device_db"}
    pairs = [(s, weaker.get(one.device, 0.0)) for one in building.test for s in one.samples if s.band == band]
    samples, less_db_n = [s for s, _ in pairs], np.array([db for _, db in pairs])
    points = np.array([(s.x_m, s.y_m, PHONE_M) for s in samples])
    rssi_dbm_n = np.array([np.nan if s.rssi_dbm is None else s.rssi_dbm for s in samples])
    number = {ap.id: i for i, ap in enumerate(site.access_points)}
    radio = (Radio(band=band, eirp_dbm=EIRP_DBM),)
    powered = [replace(ap, radios=radio) for ap in site.access_points]
    place, of_n = np.unique(points, axis=0, return_inverse=True)
    level_ij = received_dbm(site, powered, place, [0] * len(place), band=band, law=found.law)
    level_n = level_ij[[number[s.bssid] for s in samples], of_n.reshape(-1)] - less_db_n
    heard = np.isfinite(rssi_dbm_n)
    covered, called = np.where(heard, rssi_dbm_n, -np.inf) >= ENOUGH_DBM, level_n >= ENOUGH_DBM
    rmse_db = float(np.sqrt(np.mean((rssi_dbm_n - level_n)[heard] ** 2)))
    balanced = 0.5 * (called[covered].mean() + (~called)[~covered].mean()) if covered.any() else np.nan
    return Judged(n_links=len(samples), rmse_db=rmse_db, balanced=float(balanced))


def syl(folder: Path, layers: dict[str, tuple[str, float]] | None = None) -> Building:
    """Return the office of SODIndoorLoc with its drawn walls: two phones, both bands, nobody knows the powers."""
    layers = LAYERS if layers is None else layers
    points = tuple(_ap(f"AP{ap}", xy_m, ("2.4", "5")) for ap, xy_m in office.access_points(folder).items())
    rows = office.readings(folder)

    def split(name: str) -> tuple[Survey, ...]:
        return _surveys(
            name,
            (
                (
                    r["phone"],
                    Sample(
                        floor=0,
                        x_m=float(r["E"]),
                        y_m=float(r["N"]),
                        band="5" if r["band"] == "5" else "2.4",
                        frequency_hz=hz_from_mhz(float(r["freq_mhz"])),
                        bssid=f"AP{r['ap']}",
                        rssi_dbm=float(r["mean_rssi"]) if r["mean_rssi"] else None,
                    ),
                )
                for r in rows
                if r["split"] == name
            ),
        )

    return Building(
        Site(name="SYL", floors=(office.floor(folder, layers),), access_points=points), split("train"), split("test")
    )


def rhul(folder: Path, place: str) -> Building:
    """Return a place of RHUL, no walls known."""
    rows = {s: rows_of(folder / "rhul" / f"{place}_{s}_points.csv") for s in ("train", "test")}
    at = {r["ap"]: (float(r["ap_x_m"]), float(r["ap_y_m"])) for r in rows["train"]}

    def split(name: str) -> tuple[Survey, ...]:
        return _surveys(
            name,
            (
                (
                    "phone",
                    Sample(
                        floor=0,
                        x_m=float(r["x_m"]),
                        y_m=float(r["y_m"]),
                        band="5",
                        bssid=f"AP{r['ap']}",
                        rssi_dbm=float(r["rssi"]) if r["rssi"] else None,
                    ),
                )
                for r in rows[name]
            ),
        )

    return Building(_open_site(f"RHUL {place}", at), split("train"), split("test"))


def hkpolyu(folder: Path, place: str) -> Building:
    """Return a place of HKPolyU, no walls known; even walks train, odd ones test."""
    rows = [r for r in rows_of(folder / "hkpolyu" / f"dataset_{place}.csv") if float(r["RSS"]) < 0]
    at = {r["AP_idx"]: (float(r["AP_x"]), float(r["AP_y"])) for r in rows}

    def split(odd: int) -> tuple[Survey, ...]:
        return _surveys(
            ("train", "test")[odd],
            (
                (
                    f"user {r['user']}",
                    Sample(
                        floor=0,
                        x_m=float(r["true_x"]),
                        y_m=float(r["true_y"]),
                        band="5",
                        bssid=f"AP{int(r['AP_idx'])}",
                        rssi_dbm=float(r["RSS"]),
                    ),
                )
                for r in rows
                if int(float(r["circle"])) % 2 == odd
            ),
        )

    return Building(_open_site(f"HKPolyU {place}", at), split(0), split(1))


def _open_site(name: str, at: dict[str, tuple[float, float]]) -> Site:
    points = tuple(_ap(f"AP{int(ap)}", xy, ("5",)) for ap, xy in at.items())
    return Site(name=name, floors=(Floor(level=0, elevation_m=0.0, height_m=CEILING_M),), access_points=points)


def _ap(ap: str, xy_m: tuple[float, float], bands: tuple[Band, ...]) -> AccessPoint:
    radios = tuple(Radio(band=band) for band in bands)
    return AccessPoint(id=ap, x_m=xy_m[0], y_m=xy_m[1], z_m=PHONE_M + RISE_M, radios=radios)


def _surveys(name: str, samples: Iterable[tuple[str, Sample]]) -> tuple[Survey, ...]:
    by_device: dict[str, list[Sample]] = {}
    for device, sample in samples:
        by_device.setdefault(device, []).append(sample)
    return tuple(Survey(name=name, device=device, samples=tuple(found)) for device, found in by_device.items())


def buildings(folder: Path) -> Iterable[Building]:
    """Yield every building; the office with what its walls may be."""
    for layers in (LAYERS, BRICK, BOARD):
        yield syl(folder, layers)
    for place in ("lecture_theatre", "office", "corridor"):
        yield rhul(folder, place)
    for place in ("Library", "CarPark"):
        yield hkpolyu(folder, place)


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    print(f"{'':30} {'band':4} {'by point':>8} {'by AP':>6} {'left':>5} {'test':>6} {'calls':>6} {'CPU s':>6}")
    for building in buildings(folder):
        for name in ("p2040_capped", "free_space"):
            law = LAWS[name]
            if not isinstance(law, Law):
                continue
            began = time.process_time()
            found = fit(law, building.train, building.site)
            took_s = time.process_time() - began
            walls = {wall.material for floor in building.site.floors for wall in floor.walls} - {"glass"}
            for one in found.errors:
                test = judged(found, building, one.band)
                by_point, by_ap = (np.nan if x is None else x for x in (one.rmse_by_point_db, one.rmse_by_ap_db))
                label = " ".join((building.site.name, *sorted(walls), name.removeprefix("p2040_")))
                print(
                    f"{label:30} {one.band:>4} {by_point:8.2f} {by_ap:6.2f} {one.residual_sd_db:5.1f} "
                    f"{test.rmse_db:6.2f} {test.balanced:6.3f} {took_s:6.2f}"
                )


if __name__ == "__main__":
    main()
