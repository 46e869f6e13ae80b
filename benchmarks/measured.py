"""Holds the path-loss laws against signal strengths measured in real buildings, beside simple baselines.

Run it with `python -m benchmarks.measured [folder]`; the data lie beside the checkout, in shared/data/measured. Printed
a building and band: RMSE over the published test split [dB]. "one offset" takes the law as it is and fits one number on
the training split; "fitted" fits exponent, wall scale and cap as well; "on other APs" fits on the training readings of
all other access points and judges each on all of its own. Readings below a phone's floor are missing, so that what is
there flatters far places: a fit that counts a missing reading as too weak is printed for SYL at 5 GHz. (At 2.4 GHz one
reading in eight is missing even within 3 m: there missing does not mean weak.)
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

from benchmarks import office
from benchmarks.office import FOLDER, PHONE_M, RISE_M
from benchmarks.office import rows as rows_of
from wifiplan.catalog.laws import law_numbers
from wifiplan.predict.losses import path
from wifiplan.predict.obstacles import obstacles
from wifiplan.radio.loss import LAWS, Law, PathLoss
from wifiplan.radio.loss import Path as Way
from wifiplan.site.building import Site
from wifiplan.site.network import BANDS, Band
from wifiplan.units import Array, BoolArray, IntArray, db_from_ratio, hz_from_mhz, ratio_from_db

Vector: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]

REACH_M = 0.75
"""Where a phone in the hand was is known to about this much: the power is averaged over a disc of this radius. Of 0.25,
0.5, 0.75 and 1 m it has the least error on the training split, both bands together [m]."""

NEAR_M, MISSED = 12.0, 0.03
"""Within this distance a radio that is on is heard by most [m]; share of readings that are missing at any level."""

HEAVY = {"WALL": ("table:heavy", 0.15)}
"""What the drawing's layers are taken for: one face of a wall as COST-231's heavy wall; glass costs nothing, which fits
the training split best."""

HEAVY_GLASS = HEAVY | {"WINDOW": ("glass", 0.006), "GRID_GLASS": ("glass", 0.006)}
BRICK_GLASS = HEAVY_GLASS | {"WALL": ("brick", 0.06)}
BOARD_GLASS = HEAVY_GLASS | {"WALL": ("plasterboard", 0.0125)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """Readings n of one building and band: what lies on the way to s points around each, power, and who is judged."""

    name: str
    frequency_hz: float
    way_sn: Way
    rssi_dbm_n: Array
    train_n: BoolArray
    ap_n: IntArray


def syl(folder: Path, band: Band, layers: dict[str, tuple[str, float]]) -> Measured:
    """Return the office of SODIndoorLoc with its drawn walls."""
    rows = [r for r in office.readings(folder) if r["band"] == band]
    aps = {ap: (x, y, PHONE_M + RISE_M) for ap, (x, y) in office.access_points(folder).items()}
    things = obstacles(Site(name="SYL", floors=(office.floor(folder, layers),)), law=None, bands=(band,))
    places = sorted({(r["split"], r["point"], float(r["E"]), float(r["N"])) for r in rows})
    i = np.array([list(aps).index(r["ap"]) for r in rows])
    number = {(split, point): j for j, (split, point, _, _) in enumerate(places)}
    j = np.array([number[r["split"], r["point"]] for r in rows])
    points = np.array([(x, y, PHONE_M) for _, _, x, y in places])
    ways = [path(things, np.array(list(aps.values())), points + step, band=band) for step in _around()]

    def all_of(field: Callable[[Way], Array]) -> Array:
        return np.array([field(way)[i, j] for way in ways])

    return Measured(
        name=f"SYL office {band} GHz",
        frequency_hz=hz_from_mhz(float(np.median([float(r["freq_mhz"]) for r in rows]))),
        way_sn=Way(
            distance_m=all_of(lambda way: way.distance_m),
            wall_db=all_of(lambda way: way.wall_db),
            slab_db=all_of(lambda way: way.slab_db),
            n_light_walls=all_of(lambda way: way.n_light_walls),
            n_heavy_walls=all_of(lambda way: way.n_heavy_walls),
            n_floors=all_of(lambda way: way.n_floors),
        ),
        rssi_dbm_n=np.array([float(r["mean_rssi"] or "nan") for r in rows]),
        train_n=np.array([r["split"] == "train" for r in rows]),
        ap_n=i,
    )


def rhul(folder: Path, place: str) -> Measured:
    """Return a place of RHUL; what is not in sight is taken to lie behind one heavy wall of COST-231."""
    rows = [r | {"split": s} for s in ("train", "test") for r in rows_of(folder / "rhul" / f"{place}_{s}_points.csv")]
    xy = np.array([(float(r["x_m"]) - float(r["ap_x_m"]), float(r["y_m"]) - float(r["ap_y_m"])) for r in rows])
    hidden = np.array([1.0 - float(r["los"]) for r in rows])
    return Measured(
        name=f"RHUL {place.replace('_', ' ')} 5 GHz",
        frequency_hz=5.5e9,
        way_sn=_seen_or_not(np.hypot(*xy.T), hidden),
        rssi_dbm_n=np.array([float(r["rssi"] or "nan") for r in rows]),
        train_n=np.array([r["split"] == "train" for r in rows]),
        ap_n=np.array([int(r["ap"]) for r in rows]),
    )


def hkpolyu(folder: Path, place: str) -> Measured:
    """Return a place of HKPolyU, no walls known; even walks train, odd ones test."""
    rows = [r for r in rows_of(folder / "hkpolyu" / f"dataset_{place}.csv") if float(r["RSS"]) < 0]
    distance_m = np.array([float(r["real_dis"]) for r in rows])
    return Measured(
        name=f"HKPolyU {place} 5 GHz",
        frequency_hz=5.5e9,
        way_sn=_seen_or_not(distance_m, np.zeros(len(rows))),
        rssi_dbm_n=np.array([float(r["RSS"]) for r in rows]),
        train_n=np.array([int(float(r["circle"])) % 2 == 0 for r in rows]),
        ap_n=np.array([int(float(r["AP_idx"])) for r in rows]),
    )


def loss_db(law: PathLoss, data: Measured) -> Array:
    """Return the loss of every reading, mean in power over the points around it (n,) [dB]."""
    return -db_from_ratio(ratio_from_db(-law(data.way_sn, frequency_hz=data.frequency_hz)).mean(axis=0))


def errors_db(law: PathLoss, data: Measured, learn_n: BoolArray) -> Array:
    """Return measured less predicted with one offset fitted on the readings `learn_n` (n,), nan where missing [dB]."""
    difference = data.rssi_dbm_n + loss_db(law, data)
    return np.asarray(difference - np.nanmean(difference[learn_n]))


def rmse_db(errors: Array, judged_n: BoolArray) -> float:
    """Return the root mean square error over the readings that are there [dB]."""
    return float(np.sqrt(np.nanmean(errors[judged_n] ** 2)))


def fitted(law: Law, data: Measured, learn_n: BoolArray, *, walls: bool, cap: bool) -> Law:
    """Return the law with exponent, and if asked wall scale and cap, that fit the readings `learn_n` best."""

    def at(x: Array) -> Law:
        return replace(
            law,
            exponent=float(x[0]),
            wall_scale=float(x[1]) if walls else law.wall_scale,
            max_wall_db=float(x[2]) if cap else law.max_wall_db,
        )

    start, bounds = np.array([2.0, 1.0, 12.0]), [(0.5, 5.0), (0.0, 5.0), (0.0, 60.0)]
    n = 1 + walls + cap

    def error_db(x: Vector) -> float:
        return rmse_db(errors_db(at(np.append(x, start[len(x) :])), data, learn_n), learn_n)

    found = minimize(
        error_db,
        start[:n],
        method="Nelder-Mead",
        bounds=bounds[:n],
        options={"xatol": 0.02, "fatol": 1e-3, "maxfev": 200},
    )
    return at(np.append(found.x, start[n:]))


def other_aps_db(law: Law, data: Measured) -> float:
    """Return the RMSE over all access points, each judged by what was fitted on the others [dB]."""
    squares = []
    for i in np.unique(data.ap_n):
        learn_n, judged_n = data.train_n & (data.ap_n != i), data.ap_n == i
        found = fitted(law, data, learn_n, walls=True, cap=True)
        squares.append(errors_db(found, data, learn_n)[judged_n] ** 2)
    return float(np.sqrt(np.nanmean(np.concatenate(squares))))


def censored(data: Measured, *, cap: bool) -> tuple[Array, float]:
    """Return offset, exponent, wall scale, cap and spread where missing means too weak, and -log likelihood.

    Access points that less than half of the near points hear are left out: their radio was off. One reading in 30 may
    be missing at any level, because a phone skips channels.
    """
    there = np.isfinite(data.rssi_dbm_n)
    near_i = {i: (data.ap_n == i) & (data.way_sn.distance_m[0] < NEAR_M) for i in np.unique(data.ap_n)}
    heard = [i for i, near in near_i.items() if there[near].mean() > 0.5]
    used = data.train_n & np.isin(data.ap_n, heard)
    weakest_dbm = float(np.nanquantile(data.rssi_dbm_n, 0.005))

    def unlikely(x: Vector) -> float:
        law = Law(exponent=abs(x[1]), wall_scale=abs(x[2]), max_wall_db=abs(x[3]) if cap else None)
        predicted, sd = x[0] - loss_db(law, data), abs(x[4]) + 0.1
        seen = norm.logpdf(data.rssi_dbm_n, predicted, sd)[used & there]
        unseen = MISSED + (1.0 - MISSED) * norm.cdf((weakest_dbm - predicted) / sd)[used & ~there]
        return float(-seen.sum() - np.log(unseen).sum())

    starts = (np.array(start).reshape(5) for start in ((10.0, 2.0, 0.7, 12.0, 8.0), (10.0, 2.0, 1.0, 30.0, 8.0)))
    found = min(
        (minimize(unlikely, x, method="Nelder-Mead", options={"maxfev": 1500}) for x in starts),
        key=lambda one: float(one.fun),
    )
    return np.abs(found.x) * np.sign([found.x[0], 1, 1, 1, 1]), float(found.fun)


def buildings(folder: Path) -> Iterator[Measured]:
    """Yield every building and band."""
    for band in BANDS[:2]:
        yield syl(folder, band, HEAVY)
    for place in ("lecture_theatre", "office", "corridor"):
        yield rhul(folder, place)
    for place in ("Library", "CarPark"):
        yield hkpolyu(folder, place)


def main() -> None:
    """Print the tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for data in buildings(folder):
        judged = ~data.train_n
        print(f"\n{data.name}: {np.isfinite(data.rssi_dbm_n[judged]).sum()} readings judged")
        print(f"{'':34} {'one offset':>10} {'fitted':>7}")
        for name, law in LAWS.items():
            if law.n_images:  # mirrors need a drawn room, which these data lack
                continue
            errors = errors_db(law, data, data.train_n)
            print(f"{name:34} {rmse_db(errors, judged):10.2f}")
        free, walled = Law(walls="none", floors="none"), Law()
        for name, law, walls, cap in (
            ("log-distance", free, False, False),
            ("multi-wall without a cap", walled, True, False),
            ("multi-wall with a cap", walled, True, True),
        ):
            found = fitted(law, data, data.train_n, walls=walls, cap=cap)
            error = rmse_db(errors_db(found, data, data.train_n), judged)
            parts = f"exponent {found.exponent:.2f}, walls x {found.wall_scale:.2f}, cap {found.max_wall_db or 0:.1f}"
            print(f"{name:34} {'':>10} {error:7.2f}  {parts}")
        print(f"{'the same fitted on other APs':34} {'':>10} {other_aps_db(walled, data):7.2f}")
    drawn = syl(folder, "5", HEAVY)
    print("\nSYL 5 GHz, missing readings counted as too weak:")
    for cap in (True, False):
        (_, exponent, scale, most_db, sd_db), unlikely = censored(drawn, cap=cap)
        limit = f"cap {most_db:.1f}" if cap else "no cap  "
        print(
            f"exponent {exponent:.2f}, walls x {scale:.2f}, {limit}, spread {sd_db:.1f}, -log likelihood {unlikely:.0f}"
        )
    print("\nSYL, default law and one offset, by what its walls are taken for:")
    for name, layers in (
        ("heavy + glass", HEAVY_GLASS),
        ("brick + glass", BRICK_GLASS),
        ("board + glass", BOARD_GLASS),
    ):
        both = [syl(folder, "2.4", layers), syl(folder, "5", layers)]
        for limit_db in (8.0, 10.0, 12.0, 15.0, 20.0, None):
            law = Law(max_wall_db=limit_db)
            found_db = [(rmse_db(e := errors_db(law, d, d.train_n), d.train_n), rmse_db(e, ~d.train_n)) for d in both]
            line = "   ".join(f"train {train:5.2f} test {test:5.2f}" for train, test in found_db)
            print(f"{name:16} cap {limit_db or 'none':>5}   {line}")


def _around() -> Array:
    """Return the steps from a phone to the points around it (s, 3) [m]."""
    angle = np.arange(8) * np.pi / 4
    turned = [(np.pi / 8, 0.5 * REACH_M), (0.0, REACH_M)]
    rings = [np.column_stack([r * np.cos(angle + t), r * np.sin(angle + t), np.zeros(8)]) for t, r in turned]
    return np.concatenate([np.zeros((1, 3)), *rings])


def _seen_or_not(flat_m: Array, hidden: Array) -> Way:
    nothing = np.zeros((1, len(flat_m)))
    return Way(
        distance_m=np.hypot(flat_m, RISE_M)[None],
        wall_db=law_numbers()["cost231_heavy_db"] * hidden[None],
        slab_db=nothing,
        n_light_walls=nothing,
        n_heavy_walls=hidden[None],
        n_floors=nothing,
    )


if __name__ == "__main__":
    main()
