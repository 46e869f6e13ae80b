"""Where to measure next: what is gained, what is not, and in which order to walk."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from wifiplan.survey.beliefs import Levels, Spreads, believed, kernel_db2, matern, no_levels
from wifiplan.survey.planning import Goals, Readings, choose, expected_wrong, wrong_share
from wifiplan.survey.walking import walking_order, way_m


def levels(ap_n: object, xy_m: object, *, floor: int = 0) -> Levels:
    xy = np.asarray(xy_m, dtype=float).reshape(-1, 2)
    ap = np.asarray(ap_n)
    aps = np.array([[0.0, 0.0], [20.0, 5.0], [40.0, 0.0]])
    return Levels(
        ap_n=ap,
        xyz_m_n=np.column_stack([xy, np.ones(len(xy))]),
        floor_n=np.full(len(xy), floor),
        distance_m_n=np.hypot(*(xy - aps[ap]).T) + 1.0,
    )


def test_the_covariance_is_that_of_conditioning_the_joint_one() -> None:
    rng = np.random.default_rng(1)
    asked = levels(rng.integers(0, 3, 12), rng.uniform(0, 40, (12, 2)))
    read = levels(rng.integers(0, 3, 9), rng.uniform(0, 40, (9, 2)))
    spreads = Spreads()
    both = levels(np.concatenate([asked.ap_n, read.ap_n]), np.vstack([asked.xyz_m_n, read.xyz_m_n])[:, :2])
    same = both.ap_n[:, None] == both.ap_n[None, :]
    feature = np.column_stack([np.ones(21), -10 * np.log10(np.maximum(both.distance_m_n, 1.0))])
    prior = kernel_db2(both, both, spreads) * same + feature @ np.diag([36.0, 0.25]) @ feature.T
    a = prior[12:, 12:] + 2.5**2 * np.eye(9)
    expected = prior[:12, :12] - prior[:12, 12:] @ np.linalg.solve(a, prior[12:, :12])
    assert believed(read, spreads).covariance_db2(asked) == pytest.approx(expected, abs=1e-8)
    part = asked.at(np.arange(5))
    assert believed(read, spreads).covariance_db2(part, asked) == pytest.approx(expected[:5], abs=1e-8)
    assert believed(no_levels(), spreads).covariance_db2(asked) == pytest.approx(prior[:12, :12], abs=1e-9)


def test_a_field_hangs_together_over_its_length_and_not_through_a_floor() -> None:
    assert matern(np.array([0.0]), 4.0) == pytest.approx([1.0])
    assert (np.diff(matern(np.linspace(0, 50, 60), 4.0)) < 0).all()
    here, above = levels([0], [3.0, 3.0]), levels([0], [3.0, 3.0], floor=1)
    spreads = Spreads(power_db=0.0)
    assert kernel_db2(here, above, spreads) == pytest.approx(0.0)


def test_what_is_expected_of_a_reading_is_the_mean_over_what_it_may_say() -> None:
    rng = np.random.default_rng(0)
    for mean, variance, told in ((0.0, 9.0, 4.0), (2.0, 9.0, 8.0), (-5.0, 25.0, 20.0), (1.0, 4.0, 0.0)):
        moved = mean + np.sqrt(told) * rng.standard_normal(200_000)
        simulated = wrong_share(moved, np.full(moved.shape, variance - told)).mean()
        found = expected_wrong(np.array(mean), np.array(variance), np.array(told))
        assert float(found) == pytest.approx(simulated, abs=0.004)
    assert float(expected_wrong(np.array(1.0), np.array(4.0), np.array(9.0))) < 1e-2
    everything = expected_wrong(np.array([-3.0, 0.0, 3.0]), np.full(3, 9.0), np.full(3, 5.0))
    assert (everything <= wrong_share(np.array([-3.0, 0.0, 3.0]), np.full(3, 9.0))).all()


class School:
    """Eight rooms along a corridor, three access points, and what could be measured: a grid of two metres."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.spreads = Spreads(offset_db=2.0, power_db=2.0)
        x, y = np.meshgrid(np.arange(1, 48, 2.0), np.arange(1, 8, 2.0))
        self.xy = np.column_stack([x.ravel(), y.ravel()])
        self.room_p = (self.xy[:, 0] // 6).astype(int)
        n = len(self.xy)
        ap = np.repeat(np.arange(3), n)
        self.all = levels(ap, np.tile(self.xy, (3, 1)))
        self.cov = believed(no_levels(), self.spreads).covariance_db2(self.all)
        law = -38.0 - 25.0 * np.log10(self.all.distance_m_n)
        self.law = law.reshape(3, n)
        self.truth = (law + np.linalg.cholesky(self.cov + 1e-6 * np.eye(3 * n)) @ rng.standard_normal(3 * n)).reshape(
            3, n
        )
        self.best_p = self.law.argmax(axis=0)
        self.rng = rng

    def goals(self, threshold: float) -> Goals:
        """A room's margin is the mean level of its serving access point."""
        n = len(self.xy)
        weight = np.zeros((8, 3 * n))
        for room in range(8):
            inside = np.flatnonzero(self.room_p == room)
            weight[room, self.best_p[inside] * n + inside] = 1.0 / len(inside)
        shared = weight @ self.cov
        return Goals(
            mean_db_g=weight @ self.law.ravel() - threshold,
            variance_db2_g=np.einsum("gn,gn->g", shared, weight),
            weight_g=np.ones(8),
            shared_db2_gm=shared,
        )

    def readings(self) -> Readings:
        return Readings(
            place_m=np.tile(np.arange(len(self.xy)), 3),
            covariance_db2_mm=self.cov,
            noise_db=self.spreads.noise_db,
            xy_m_p=self.xy,
            floor_p=np.zeros(len(self.xy), dtype=int),
        )

    def errors(self, places: list[int], threshold: float) -> tuple[int, float]:
        """Wrong verdicts of the eight rooms, and the rmse at all seats, once these places have been measured."""
        n = len(self.xy)
        rows = np.concatenate([np.array(places) + i * n for i in range(3)])
        a = self.cov[np.ix_(rows, rows)] + self.spreads.noise_db**2 * np.eye(rows.size)
        read = self.truth.ravel()[rows] + self.spreads.noise_db * self.rng.standard_normal(rows.size)
        after = self.law.ravel() + self.cov[:, rows] @ np.linalg.solve(a, read - self.law.ravel()[rows])
        served = self.best_p * n + np.arange(n)
        mean, true = after[served], self.truth.ravel()[served]
        wrong = sum(
            (mean[self.room_p == room].mean() > threshold) != (true[self.room_p == room].mean() > threshold)
            for room in range(8)
        )
        return wrong, float(((mean - true) ** 2).mean())


def test_chosen_places_beat_random_ones_and_a_plain_grid() -> None:
    k, threshold = 4, -66.0
    wrong = {"chosen": 0, "random": 0, "grid": 0}
    square = dict.fromkeys(wrong, 0.0)
    for seed in range(40):
        school = School(seed)
        chosen = choose(school.goals(threshold), school.readings(), k=k)
        grid = [int(np.hypot(*(school.xy - (6 + 12 * i, 4.0)).T).argmin()) for i in range(k)]
        sets = {
            "chosen": [choice.place for choice in chosen.choices],
            "random": list(school.rng.choice(len(school.xy), k, replace=False)),
            "grid": grid,
        }
        assert len(set(sets["chosen"])) == k
        for name, places in sets.items():
            found = school.errors(places, threshold)
            wrong[name] += found[0]
            square[name] += found[1]
    assert square["chosen"] < square["random"]
    assert wrong["chosen"] < 0.9 * wrong["random"]
    assert wrong["chosen"] < wrong["grid"]


def test_gains_never_grow_and_what_is_left_falls() -> None:
    school = School(3)
    found = choose(school.goals(-66.0), school.readings(), k=12)
    left = [found.before, *(choice.after for choice in found.choices)]
    assert all(after <= before + 1e-9 for before, after in itertools.pairwise(left))
    assert left[-1] < 0.6 * left[0]
    xy = school.xy[[choice.place for choice in found.choices]]
    assert np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))[np.triu_indices(len(xy), 1)].min() >= 1.0


def test_a_school_that_is_known_needs_no_more_places() -> None:
    school = School(1)
    goals = school.goals(-66.0)
    sure = replace(goals, variance_db2_g=np.full(8, 1e-4), shared_db2_gm=np.zeros_like(goals.shared_db2_gm))
    found = choose(sure, school.readings(), k=5)
    assert found.exhausted
    assert found.choices == ()


def test_what_is_measured_anyway_is_not_measured_twice() -> None:
    school = School(5)
    goals, readings = school.goals(-66.0), school.readings()
    first = choose(goals, readings, k=1).choices[0]
    then = choose(goals, readings, k=1, taken=[first.place]).choices[0]
    assert then.place != first.place
    assert then.gain < first.gain + 1e-9


def test_the_walk_is_short_and_goes_floor_by_floor() -> None:
    rng = np.random.default_rng(2)
    xy = rng.uniform(0, 50, (7, 2))
    order = walking_order(xy, [0] * 7, start=(0, 0.0, 0.0))
    whole = np.vstack([[0.0, 0.0], xy])
    least = min(way_m(whole, (0, *(n + 1 for n in p))) for p in itertools.permutations(range(7)))
    assert way_m(whole, (0, *(order + 1))) <= 1.1 * least
    floors = np.array([2, 0, 1, 0, 2, 1, 0])
    assert floors[walking_order(xy, floors, start=(1, 0.0, 0.0))].tolist() in (
        [1, 1, 0, 0, 0, 2, 2],
        [1, 1, 2, 2, 0, 0, 0],
    )
    assert walking_order(np.empty((0, 2)), []).size == 0


def test_margins_of_one_variable_agree_with_the_bivariate_normal() -> None:
    """The expected wrong share is the chance that a mean and its variable differ in sign."""
    variance, told = 9.0, 5.0
    both = multivariate_normal([1.0, 1.0], [[told, told], [told, variance]])
    same = both.cdf([0.0, 0.0]) + multivariate_normal([-1.0, -1.0], [[told, told], [told, variance]]).cdf([0.0, 0.0])
    assert float(expected_wrong(np.array(1.0), np.array(variance), np.array(told))) == pytest.approx(1 - same, abs=1e-4)
