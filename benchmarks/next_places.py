"""Verdicts from surveys and places to measure next, in simulated worlds: how often right, and what places gain.

    python benchmarks/next_places.py [WORLDS]

A world is a planned school under another law than the one that judges it, with powers that stray by 2 dB, a smooth
field of 4 dB over 5 m round every access point, a device some decibels weaker and 2.5 dB of noise on a reading. The
device that measures is the class's. Verdicts: how many rooms were called, and how many of these wrongly. Places: chosen
by `survey next` at once, or half of them after the other half were measured, beside as many random ones and as many
middles of rooms.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wifiplan import files
from wifiplan.predict.coverage import received_dbm
from wifiplan.radio.loss import Law
from wifiplan.site.building import Site
from wifiplan.site.geometry import centroid, seat_points
from wifiplan.study import Settings, plan_site
from wifiplan.study.measured_heard import rooms_stood_in
from wifiplan.study.measured_known import UNFITTED, known_by_readings
from wifiplan.study.measured_levels import Known, known_by_law, room_levels, rooms_needs
from wifiplan.study.measuring import n_spare, next_places
from wifiplan.survey.matching import match
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import Array

SITE = Path(__file__).parents[1] / "floorplans" / "demo-elementary.json"
TRUE = Law(exponent=2.4, max_wall_db=15.0)
FIELD_DB, LENGTH_M, POWER_DB, NOISE_DB, N_WAVES = 4.0, 5.0, 2.0, 2.5, 400
OFFSETS_DB = (-2.0, -5.0, 1.0, -4.0)

Place = tuple[int, float, float]


@dataclass(frozen=True)
class School:
    """A planned school, its rooms and the settings that judge them."""

    site: Site
    settings: Settings


class World:
    """One true field of levels, and what a device reads of it."""

    def __init__(self, school: School, seed: int) -> None:
        rng = np.random.default_rng(seed)
        n = len(school.site.access_points)
        self._site, self._read = school.site, np.random.default_rng(seed + 1000)
        # waves with the spectrum of a Matérn-3/2 field: directions normal, lengths by a chi-squared variable
        self._wave = (
            rng.standard_normal((n, N_WAVES, 2)) * np.sqrt(3.0 / rng.chisquare(3.0, (n, N_WAVES, 1))) / LENGTH_M
        )
        self._phase = rng.uniform(0.0, 2.0 * np.pi, (n, len(school.site.floors), N_WAVES))
        self._power_db = rng.normal(0.0, POWER_DB, n) + OFFSETS_DB[seed % len(OFFSETS_DB)]

    def levels_dbm(self, places: Sequence[Place]) -> Array:
        """Return the true levels (i, j)."""
        xyz = np.array([(x, y, 1.0) for _, x, y in places])
        floor = [level for level, _, _ in places]
        found = received_dbm(self._site, self._site.access_points, xyz, floor, band="5", law=TRUE)
        for i in range(len(found)):
            waves = np.cos(xyz[:, :2] @ self._wave[i].T + self._phase[i][floor])
            found[i] += self._power_db[i] + FIELD_DB * np.sqrt(2.0 / N_WAVES) * waves.sum(axis=1)
        return found

    def survey(self, places: Sequence[Place]) -> Survey:
        """Return readings at places."""
        level = self.levels_dbm(places)
        level += self._read.normal(0.0, NOISE_DB, level.shape)
        names = [ap.id for ap in self._site.access_points]
        samples = [
            Sample(floor=f, x_m=x, y_m=y, band="5", bssid=names[i], rssi_dbm=float(level[i, j]))
            for j, (f, x, y) in enumerate(places)
            for i in range(len(level))
            if level[i, j] > -90.0
        ]
        return Survey(name="simulated", samples=tuple(samples))


def judged(school: School, world: World, known: Known) -> Array:
    """Return a row a room: the chance that it holds, whether it does, and the mean square error of its levels."""
    rows = []
    for room in room_levels(known, school.settings, rooms_needs(school.site, school.settings)):
        true = world.levels_dbm([(room.floor.level, x, y) for x, y, _ in room.xyz_m_s])[room.ap_a]
        rank = n_spare(true.shape[1], room.need.min_seats_share)
        best = true.argmax(axis=0)
        holds = np.sort(true.max(axis=0) - room.threshold_dbm_a[best])[rank] >= 0.0
        margin, _ = room.margins_db(1000, np.random.default_rng(0))
        chance = (np.partition(margin, rank, axis=1)[:, rank] >= 0.0).mean()
        rows.append((chance, holds, ((room.mean_dbm_as.max(axis=0) - true.max(axis=0)) ** 2).mean()))
    return np.array(rows, dtype=np.float64)


def known_of(school: School, survey: Survey) -> Known:
    """Return what a survey lets be known."""
    law = school.settings.law
    return known_by_readings(school.site, [survey], "5", law, matched=match([survey], school.site, law=law))


def verdicts(school: School, n_worlds: int, per_room: int) -> None:
    """Print how many rooms are called with so many readings in each, and how many wrongly."""
    found = []
    for seed in range(n_worlds):
        world, rng = World(school, seed), np.random.default_rng(seed)
        places: list[Place] = []
        for floor in school.site.floors:
            for room in floor.rooms:
                seats = seat_points(room.polygon, spacing_m=3.0)
                picked = rng.choice(len(seats), min(per_room, len(seats)), replace=False)
                places += [(floor.level, float(seats[n][0]), float(seats[n][1])) for n in picked]
        found.append(judged(school, world, known_of(school, world.survey(places))))
    chance, holds, _ = np.concatenate(found).T
    called = (chance >= 0.95) | (chance <= 0.05)
    wrong = called & ((chance >= 0.5) != (holds > 0.5))
    print(f"{per_room} readings a room: {called.sum()} of {chance.size} rooms called, {wrong.sum()} wrongly")
    for low, high in ((0.0, 0.05), (0.05, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 0.95), (0.95, 1.01)):
        inside = (chance >= low) & (chance < high)
        if inside.any():
            print(f"  chance {chance[inside].mean():.2f}: holds in {holds[inside].mean():.2f} of {inside.sum()}")


def places_of(school: School, world: World, k: int, seed: int) -> dict[str, Callable[[], list[Place]]]:
    """Return ways to choose k places."""
    rng = np.random.default_rng(seed)
    first = known_by_law(school.site, school.settings, UNFITTED)
    middles = [(f.level, *centroid(r.polygon)) for f in school.site.floors for r in f.rooms if r.use != "corridor"]
    offered = [
        (f.level, float(x), float(y))
        for f in school.site.floors
        for r in f.rooms
        for x, y in seat_points(r.polygon, 2.0, 0.7)
    ]

    def chosen(known: Known, n: int, measured: frozenset[str] = frozenset()) -> list[Place]:
        found = next_places(known, school.settings, k=n, measured=measured)
        return [(place.floor, place.x_m, place.y_m) for place in found.places]

    def in_two_steps() -> list[Place]:
        half = chosen(first, k // 2)
        walk = world.survey(half)
        stood = rooms_stood_in(school.site, [walk], "5")
        return half + chosen(known_of(school, walk), k - len(half), stood)

    return {
        "survey next": lambda: chosen(first, k),
        "survey next, in two steps": in_two_steps,
        "middles of rooms": lambda: [middles[n] for n in np.linspace(0, len(middles) - 1, k).round().astype(int)],
        "random": lambda: [offered[n] for n in rng.choice(len(offered), k, replace=False)],
    }


def planned() -> School:
    """Return the demo school with its planned access points."""
    plan = plan_site(files.read_site(SITE), Settings(n_aps=24))
    points = tuple(p.access_point for p in plan.access_points if p.action != "removed")
    return School(site=replace(plan.site, access_points=points), settings=plan.settings)


def gained(school: School, k: int, n_worlds: int) -> dict[str, tuple[float, float, float]]:
    """Return what k places tell, by how they were chosen, as means of worlds.

    Rooms whose likelier verdict is wrong, rooms still open, and the root mean square error of levels [dB].
    """
    table: dict[str, list[tuple[float, ...]]] = {}
    for seed in range(n_worlds):
        for name in places_of(school, World(school, seed), k, seed):
            # every way starts in the same world
            world = World(school, 100 + seed)
            places = places_of(school, world, k, seed)[name]()
            chance, holds, square = judged(school, world, known_of(school, world.survey(places))).T
            wrong = ((chance >= 0.5) != (holds > 0.5)).sum()
            open_ = ((chance > 0.05) & (chance < 0.95)).sum()
            table.setdefault(name, []).append((float(wrong), float(open_), float(square.mean())))
    means = {name: np.mean(rows, axis=0).tolist() for name, rows in table.items()}
    return {name: (wrong, open_, square**0.5) for name, (wrong, open_, square) in means.items()}


def main() -> None:
    """Print both tables."""
    n_worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    school = planned()
    for per_room in (2, 4):
        verdicts(school, n_worlds, per_room)
    for k in (10, 20):
        print(f"{k} places in a school, mean of {n_worlds} worlds:")
        for name, (wrong, open_, rmse_db) in gained(school, k, n_worlds).items():
            print(f"  {name}: likelier verdict wrong in {wrong:.1f} rooms, {open_:.1f} open, rmse {rmse_db:.2f} dB")


if __name__ == "__main__":
    main()
