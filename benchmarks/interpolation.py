"""Maps from surveys held against measured buildings and a ray tracer's maps, beside what peers do, in one run.

    python -m benchmarks.interpolation [--all] [folder]

The data lie beside the checkout, in shared/data. Printed as Markdown: RMSE over what the test split heard [dB], the
share of its readings within the maps' 90 % intervals, calls of coverage, and times. `--all` takes every draw of 20
places that the issue asks for (minutes more).

Peers get the same readings, pooled within a quarter of a metre, every access point by itself: the nearest reading;
inverse distances squared; scipy's radial functions, linear and through every reading, as python-wifi-survey-heatmap
draws its maps (which invents readings at the corners besides: left out here); one line over the logarithm of distance
for the building; and a Gaussian process that knows no law (a constant a transmitter, Matérn 3/2, most likely spreads
over all of them).
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from benchmarks.calibration import BRICK, ENOUGH_DBM, Building, hkpolyu, rhul, syl
from benchmarks.office import FOLDER, PHONE_M, RISE_M
from benchmarks.ray_tracer import judged as inside
from benchmarks.ray_tracer import stored_scene
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import LAWS, MIRRORED, Law
from wifiplan.site.building import Floor, Site, Wall
from wifiplan.site.network import AccessPoint, Band, Radio
from wifiplan.survey.calibration import fit
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.interpolation import interpolate
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import Array, IntArray

NOISE_DB = 2.5
"""What is added to the ray tracer's levels to make readings of them [dB]."""

TABLET_M = 1.2
"""Height of the ray tracer's maps [m]."""

N_CELLS_APART = 5
"""Of the ray tracer's cells one in so many judges the law with mirror images."""

N_90 = 1.645
MOST_PLACES = 600
"""The Gaussian process of the peers gets no more places of an access point, pooled in larger squares."""

CASES = ("nearest", "IDW", "RBF", "log-dist.", "GP alone", "law", "map")
CAPPED = LAWS["p2040_capped"]
"""The law that plans take where nothing else is said."""

Vector: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]


class Readings(NamedTuple):
    """Readings n: number of the access point, place, level (nan: not heard), device, spread of what was pooled."""

    ap_n: IntArray
    xy_m_n: Array
    rssi_dbm_n: Array
    device_n: tuple[str, ...] = ()
    repeat_db: float = 0.0


class Result(NamedTuple):
    """What one method says of every test reading: level and, where it has one, the spread of a reading."""

    mean_dbm_n: Array
    sd_db_n: Array | None = None


class Row(NamedTuple):
    """One line of the table: RMSE by method, share within 90 %, balanced calls by method, CPU time of fit and map."""

    rmse_db: dict[str, float]
    within: dict[str, float]
    calls: dict[str, float]
    took_s: float


def readings(surveys: Sequence[Survey], site: Site, band: Band) -> Readings:
    """Return what surveys read in a band, as arrays."""
    number = {ap.id: i for i, ap in enumerate(site.access_points)}
    own = [s for one in surveys for s in one.samples if s.band == band]
    return Readings(
        np.array([number[s.bssid] for s in own], dtype=np.int64),
        np.array([(s.x_m, s.y_m) for s in own]).reshape(-1, 2),
        np.array([np.nan if s.rssi_dbm is None else s.rssi_dbm for s in own]),
        tuple(one.device for one in surveys for s in one.samples if s.band == band),
    )


def pooled(train: Readings, cell_m: float) -> Readings:
    """Return the mean of what was heard of each access point within squares."""
    heard = np.isfinite(train.rssi_dbm_n)
    key = np.column_stack((train.ap_n, np.floor(train.xy_m_n / cell_m)))[heard]
    cells, of_n, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    of_n = of_n.reshape(-1)
    mean = [np.bincount(of_n, v) / count for v in (*train.xy_m_n[heard].T, train.rssi_dbm_n[heard])]
    within_db2 = float(np.sum((train.rssi_dbm_n[heard] - mean[2][of_n]) ** 2)) / max(heard.sum() - len(cells), 1)
    repeat_db = float(np.hypot(np.sqrt(within_db2), train.repeat_db))
    return Readings(cells[:, 0].astype(np.int64), np.column_stack(mean[:2]), mean[2], repeat_db=repeat_db)


def nearest(at: Array, level: Array, to: Array) -> Array:
    """Return the nearest reading."""
    return np.asarray(level[cKDTree(at).query(to)[1]])


def inverse_distances(at: Array, level: Array, to: Array) -> Array:
    """Return the mean over all readings, weighted by inverse squared distance."""
    weight = 1.0 / np.maximum(cdist(to, at), 0.01) ** 2
    return np.asarray(weight @ level / weight.sum(axis=1))


def radial(at: Array, level: Array, to: Array) -> Array:
    """Return scipy's linear radial functions through every reading."""
    return np.asarray(RBFInterpolator(at, level, kernel="linear", degree=0)(to))


BY_ITSELF: dict[str, Callable[[Array, Array, Array], Array]] = {
    "nearest": nearest,
    "IDW": inverse_distances,
    "RBF": radial,
}


def each(train: Readings, test: Readings, method: Callable[[Array, Array, Array], Array]) -> Array:
    """Return what a method says of every access point from its own readings; the mean of all where it has none."""
    said = np.full(len(test.ap_n), train.rssi_dbm_n.mean())
    for ap in np.unique(train.ap_n):
        mine, asked = train.ap_n == ap, test.ap_n == ap
        if asked.any():
            said[asked] = method(train.xy_m_n[mine], train.rssi_dbm_n[mine], test.xy_m_n[asked])
    return said


def line(train: Readings, test: Readings, site: Site) -> Array:
    """Return one straight line over the logarithm of distance, least squares."""
    ap_xy = np.array([(ap.x_m, ap.y_m) for ap in site.access_points], dtype=np.float64)

    def columns(some: Readings) -> Array:
        flat_m = np.hypot(*(some.xy_m_n - ap_xy[some.ap_n]).T)
        return np.column_stack((np.ones(len(some.ap_n)), np.log10(np.hypot(flat_m, RISE_M))))

    return np.asarray(columns(test) @ np.linalg.lstsq(columns(train), train.rssi_dbm_n)[0])


def gaussian_process(train: Readings, test: Readings) -> Result:
    """Return a Gaussian process of every access point around a constant, spreads most likely over all of them."""
    usual_dbm = float(train.rssi_dbm_n.mean())
    groups = [np.flatnonzero(train.ap_n == ap) for ap in np.unique(train.ap_n)]

    def kernel(one: Array, other: Array, x: Array) -> Array:
        length_m, field_db = np.exp(x[:2])
        scaled = np.sqrt(3.0) * cdist(one, other) / length_m
        return np.asarray(field_db**2 * (1.0 + scaled) * np.exp(-scaled) + 15.0**2)

    def solved(n: IntArray, x: Array) -> tuple[Array, Array]:
        own = kernel(train.xy_m_n[n], train.xy_m_n[n], x) + np.exp(2 * x[2]) * np.eye(n.size)
        factor = cho_factor(own, lower=True)[0]
        return factor, cho_solve((factor, True), train.rssi_dbm_n[n] - usual_dbm)

    def unlikely(x: Vector) -> float:
        total = 0.0
        for n in (group[:: -(-group.size // 120)] for group in groups):
            factor, weight = solved(n, x)
            total += 0.5 * (train.rssi_dbm_n[n] - usual_dbm) @ weight + np.log(np.diag(factor)).sum()
        return float(total)

    x = minimize(unlikely, np.log((4.0, 6.0, 4.0)), method="Nelder-Mead", options={"maxfev": 80}).x
    mean, variance = np.full(len(test.ap_n), usual_dbm), np.full(len(test.ap_n), float(np.exp(2 * x[1])) + 15.0**2)
    for n in groups:
        asked = np.flatnonzero(test.ap_n == train.ap_n[n[0]])
        across = kernel(train.xy_m_n[n], test.xy_m_n[asked], x)
        factor, weight = solved(n, x)
        mean[asked] += weight @ across
        variance[asked] -= np.einsum("nj,nj->j", across, cho_solve((factor, True), across))
    return Result(mean, np.sqrt(variance + np.exp(2 * x[2]) + train.repeat_db**2))


def ours(
    found: Calibration, building: Building, test: Readings, band: Band, height_m: float = PHONE_M
) -> dict[str, Result]:
    """Return what the calibrated law and the map say that the device of each test reading would report."""
    field = interpolate(found, building.train, building.site, band=band)
    place, of_n = np.unique(test.xy_m_n, axis=0, return_inverse=True)
    said = field.at(np.column_stack((place, np.full(len(place), height_m))), [0] * len(place))
    at = (test.ap_n, of_n.reshape(-1))
    weaker = {one.of: one.value for one in found.parameters if one.name == "device_db"}
    less_db_n = np.array([weaker.get(device, 0.0) for device in test.device_n])
    law_dbm_n, mean_dbm_n = said.law_dbm_ij[at] - less_db_n, said.mean_dbm_ij[at] - less_db_n
    return {"law": Result(law_dbm_n), "map": Result(mean_dbm_n, said.sd_db_ij[at])}


def peers(building: Building, test: Readings, band: Band) -> dict[str, Result]:
    """Return what the peers say of the test readings."""
    train = pooled(readings(building.train, building.site, band), 0.25)
    coarse, cell_m = train, 0.25
    while np.bincount(coarse.ap_n).max() > MOST_PLACES:
        cell_m *= 2
        coarse = pooled(train, cell_m)
    said = {name: Result(each(train, test, method)) for name, method in BY_ITSELF.items()}
    return said | {"log-dist.": Result(line(train, test, building.site)), "GP alone": gaussian_process(coarse, test)}


def judged(said: dict[str, Result], test: Readings, took_s: float = 0.0) -> Row:
    """Return how methods do on test readings; one that was not heard counts as below, in calls."""
    heard = np.isfinite(test.rssi_dbm_n)
    covered = np.where(heard, test.rssi_dbm_n, -np.inf) >= ENOUGH_DBM

    def calls(mean_dbm_n: Array) -> float:
        called = mean_dbm_n >= ENOUGH_DBM
        return float(0.5 * (called[covered].mean() + (~called)[~covered].mean()))

    left = {name: (test.rssi_dbm_n - one.mean_dbm_n)[heard] for name, one in said.items()}
    return Row(
        rmse_db={name: float(np.sqrt(np.mean(one**2))) for name, one in left.items()},
        within={
            name: float(np.mean(np.abs(left[name]) <= N_90 * one.sd_db_n[heard]))
            for name, one in said.items()
            if one.sd_db_n is not None
        },
        calls={name: calls(one.mean_dbm_n) for name, one in said.items()} if 0 < covered.mean() < 1 else {},
        took_s=took_s,
    )


def compared(building: Building, band: Band, *, law: Law, height_m: float = PHONE_M) -> Row:
    """Return how every method does on the test split of a building."""
    test = readings(building.test, building.site, band)
    began = time.process_time()
    found = ours(fit(law, building.train, building.site), building, test, band, height_m)
    took_s = time.process_time() - began
    return judged(peers(building, test, band) | found, test, took_s)


def thinned(building: Building, n: int, seed: int) -> Building:
    """Return a building of which only n places, drawn at random, were surveyed."""
    places = sorted({(s.x_m, s.y_m) for one in building.train for s in one.samples})
    drawn = np.random.default_rng(seed).choice(len(places), min(n, len(places)), replace=False)
    kept = {places[k] for k in drawn}
    walks = (replace(one, samples=tuple(s for s in one.samples if (s.x_m, s.y_m) in kept)) for one in building.train)
    return building._replace(train=tuple(one for one in walks if one.samples))


def simulated(folder: Path, n: int, seed: int, every: int = 1) -> Building:
    """Return the ray tracer's school: readings at n places drawn at random, and its own levels to judge by."""
    scene, maps = stored_scene(folder / "sionna_a")
    level_iyx = maps["full_5250"]
    radio = (Radio(band="5", eirp_dbm=20.0),)
    points = tuple(
        AccessPoint(id=f"AP{i}", x_m=float(x), y_m=float(y), z_m=float(z), radios=radio)
        for i, (x, y, z) in enumerate(scene.source_xyz_m)
    )
    judged_iyx = inside(scene, level_iyx)
    rng = np.random.default_rng(seed)
    cells = np.argwhere(judged_iyx.any(axis=0))
    drawn = cells[rng.choice(len(cells), n, replace=False)]

    def walk(name: str, at: IntArray, noise_db: float) -> tuple[Survey, ...]:
        samples = tuple(
            Sample(
                floor=0,
                x_m=0.25 + 0.5 * int(c),
                y_m=0.25 + 0.5 * int(r),
                band="5",
                bssid=ap.id,
                rssi_dbm=20.0 + float(level_iyx[i, r, c] + noise_db * rng.normal()),
            )
            for i, ap in enumerate(points)
            for r, c in at
            if judged_iyx[i, r, c]
        )
        return (Survey(name=name, device="phone", samples=samples),)

    site = replace(scene.site, access_points=points)
    return Building(site, walk("train", drawn, NOISE_DB), walk("test", cells[::every], 0.0))


class Case(NamedTuple):
    """A line of the table: what it is, what the issue asks, draws of a building, band, law, and height of the judge."""

    label: str
    asked_db: float | None
    draws: Sequence[Callable[[], Building]]
    band: Band = "5"
    law: Law = CAPPED  # type: ignore[assignment]
    height_m: float = PHONE_M


def cases(folder: Path, n_draws: int) -> Iterator[Case]:
    """Yield every line of the issue's accept table."""
    real = folder / "measured"
    office = syl(real, BRICK)
    wanted: tuple[tuple[Band, float, float], ...] = (("2.4", 7.8, 8.4), ("5", 6.2, 9.2))
    for band, whole_db, few_db in wanted:
        yield Case(f"SYL {band} GHz", whole_db, (lambda: office,), band)
        draws = tuple(lambda seed=seed: thinned(office, 20, seed) for seed in range(n_draws))
        yield Case(f"SYL {band} GHz, 20 points", few_db, draws, band)
    for place, asked_db in (("corridor", 3.3), ("office", 3.4), ("lecture_theatre", 3.6)):
        yield Case(f"RHUL {place}", asked_db, (lambda place=place: rhul(real, place),))  # type: ignore[misc]
    for place in ("Library", "CarPark"):
        yield Case(f"HKPolyU {place}", None, (lambda place=place: hkpolyu(real, place),))  # type: ignore[misc]
    for n, asked_db in ((20, 2.0), (100, 1.6)):
        label = f"ray tracer, {n} points"
        draws = tuple(lambda n=n, seed=seed: simulated(folder, n, seed) for seed in range(n_draws))  # type: ignore[misc]
        yield Case(label, asked_db, draws, "5", CAPPED, TABLET_M)  # type: ignore[arg-type]
        # mirror images of eight access points at fifteen points around every cell take a minute: fewer draws and cells
        draws = tuple(
            lambda n=n, seed=seed: simulated(folder, n, seed, N_CELLS_APART)  # type: ignore[misc]
            for seed in range(1 + n_draws // 10)
        )
        yield Case(f"{label}, images", asked_db, draws, "5", MIRRORED["p2040_images"], TABLET_M)  # type: ignore[arg-type]


def typical(rows: Sequence[Row]) -> Row:
    """Return the median of draws, method by method."""

    def median(some: Sequence[dict[str, float]]) -> dict[str, float]:
        return {name: float(np.median([one[name] for one in some])) for name in some[0]}

    return Row(
        median([row.rmse_db for row in rows]),
        median([row.within for row in rows]),
        median([row.calls for row in rows]),
        float(np.median([row.took_s for row in rows])),
    )


def big(n_readings: int = 10_000) -> tuple[Site, Survey]:
    """Return 60 access points over 60 m x 40 m of brick rooms, and as many readings as asked for."""
    ys = (0.0, 12.0, 16.0, 28.0, 40.0)
    lines = [((0.0, y), (60.0, y)) for y in ys]
    lines += [((6.0 * n, y0), (6.0 * n, y1)) for n in range(11) for y0, y1 in ((0.0, 12.0), (16.0, 28.0), (28.0, 40.0))]
    walls = tuple(Wall(line=one, top_m=3.0, material="brick", thickness_m=0.12) for one in lines)
    outline = ((0.0, 0.0), (60.0, 0.0), (60.0, 40.0), (0.0, 40.0))
    radio = (Radio(band="5", eirp_dbm=20.0),)
    points = tuple(
        AccessPoint(id=f"AP{k}", x_m=3 + 6.0 * (k % 10), y_m=3 + 6.5 * (k // 10), z_m=2.7, radios=radio)
        for k in range(60)
    )
    floor = Floor(level=0, elevation_m=0.0, height_m=3.0, walls=walls, outline=outline)
    site = Site(name="big", floors=(floor,), access_points=points)
    rng = np.random.default_rng(1)
    n = n_readings // 25
    xyz = np.column_stack((rng.uniform(0, 60, n), rng.uniform(0, 40, n), np.ones(n)))
    truth = Law(exponent=2.3, max_wall_db=20.0, offset_db=12.0)
    level = received_dbm(site, points, xyz, [0] * n, band="5", law=truth) + rng.normal(0, 5, (60, n))
    samples = tuple(
        Sample(floor=0, x_m=xyz[j, 0], y_m=xyz[j, 1], band="5", bssid=points[i].id, rssi_dbm=float(level[i, j]))
        for j in range(n)
        for i in np.argsort(level[:, j])[-25:]
    )
    return site, Survey(name="big", device="phone", samples=samples)


def timed(task: Callable[[], object]) -> tuple[float, float]:
    """Return CPU time and time on the clock of a task [s]."""
    cpu_s, clock_s = time.process_time(), time.perf_counter()
    task()
    return time.process_time() - cpu_s, time.perf_counter() - clock_s


def speeds(n_readings: int, cell_m: float, *, process: bool) -> tuple[int, dict[str, tuple[float, float]]]:
    """Return how many readings there were, and what each step takes: CPU time and time on the clock [s].

    `process`: the peers' Gaussian process too, which takes long.
    """
    site, survey = big(n_readings)
    kept: list[object] = []
    found = {
        "fit of the law": timed(lambda: kept.append(fit(CAPPED, survey, site))),  # type: ignore[arg-type]
        "learning the field": timed(lambda: kept.append(interpolate(kept[0], survey, site, band="5"))),  # type: ignore[arg-type]
        "maps and spreads of all": timed(lambda: kept.append(kept[1].grid(0, cell_m))),  # type: ignore[attr-defined]
    }
    own = readings((survey,), site, "5")
    xx, yy = np.meshgrid(np.arange(cell_m / 2, 60, cell_m), np.arange(cell_m / 2, 40, cell_m))
    cells = np.column_stack((xx.ravel(), yy.ravel()))
    everywhere = Readings(np.repeat(np.arange(60), len(cells)), np.tile(cells, (60, 1)), np.empty(0))
    found["RBF, maps of all"] = timed(lambda: each(own, everywhere, radial))
    if process:
        found["GP alone, learning, maps and spreads"] = timed(lambda: gaussian_process(own, everywhere))
    return len(own.ap_n), found


def speed() -> None:
    """Print what 10,000 readings of 60 access points take, beside radial functions over the same cells."""
    n, rows = speeds(10_000, 0.5, process=True)
    print(f"\n{n} readings of 60 access points, cells of 0.5 m (asked: fit 5 s, maps 10 s):\n")
    print("| | CPU s | s | of RBF's CPU |\n|---|---|---|---|")
    peer_s, _ = rows["RBF, maps of all"]
    for name, (cpu_s, clock_s) in rows.items():
        print(f"| {name} | {cpu_s:.1f} | {clock_s:.1f} | {cpu_s / peer_s:.1f} |")


def main() -> None:
    """Print the tables."""
    given = [one for one in sys.argv[1:] if one != "--all"]
    folder = Path(given[0]) if given else FOLDER.parent
    n_draws = 20 if "--all" in sys.argv else 3
    calls = []
    print("| RMSE [dB] |", " | ".join(CASES), "| asked | 90 %: map | GP alone | CPU s |")
    print("|---" * (len(CASES) + 5) + "|")
    for case in cases(folder, n_draws):
        row = typical([compared(draw(), case.band, law=case.law, height_m=case.height_m) for draw in case.draws])
        asked_db = min(row.rmse_db["nearest"], 99.0) if case.asked_db is None else case.asked_db
        errors = " | ".join(f"{row.rmse_db[name]:.2f}" for name in CASES)
        within = " | ".join(
            "" if case.height_m != PHONE_M else f"{row.within[name]:.2f}" for name in ("map", "GP alone")
        )
        print(f"| {case.label} | {errors} | {asked_db:.2f} | {within} | {row.took_s:.1f} |", flush=True)
        if case.label.startswith("SYL"):
            calls.append((case.label, row.calls))
    print(f"\n| balanced calls at {ENOUGH_DBM:g} dBm |", " | ".join(CASES), "|")
    print("|---" * (len(CASES) + 1) + "|")
    for label, row_calls in calls:
        print(f"| {label} |", " | ".join(f"{row_calls[name]:.3f}" for name in CASES), "|")
    speed()


if __name__ == "__main__":
    main()
