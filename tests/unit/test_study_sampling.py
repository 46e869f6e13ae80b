"""A stratified sample and what it says of the whole: reproducible, weighted, and its error as large as it is told."""

import math
import statistics

import numpy as np
import pytest

from wifiplan.study.sampling import Estimator, Sample, Unit, everything, stratified


def units(n: int = 90) -> list[Unit]:
    generator = np.random.default_rng(4)
    classes = generator.choice([2, 6, 7, 12, 20, 30, 50], size=n)
    return [
        Unit(
            key=("elementary" if k % 3 else "junior", f"{k:06d}"),
            stage="elementary" if k % 3 else "junior",
            remote=k % 5 == 0,
            n_classes=int(classes[k]),
        )
        for k in range(n)
    ]


def estimator(sample: Sample, all_units: list[Unit]) -> Estimator:
    return Estimator(
        sample=sample,
        planned=tuple(range(len(sample.chosen))),
        classes_s=np.array([all_units[k].n_classes for k in sample.chosen], dtype=np.float64),
    )


def test_same_seed_same_sample_in_any_order_of_rows() -> None:
    some = units()
    sample = stratified(some, 30, seed=7)
    turned = stratified(some[::-1], 30, seed=7)
    assert {some[k].key for k in sample.chosen} == {some[::-1][k].key for k in turned.chosen}
    assert sample.chosen != stratified(some, 30, seed=8).chosen


@pytest.mark.parametrize("n", [1, 2, 5, 12, 30, 89])
def test_samples_have_the_size_asked_for_and_weights_that_stand_for_all(n: int) -> None:
    sample = stratified(units(), n, seed=0)
    assert len(sample.chosen) == n
    assert sum(sample.weights) == pytest.approx(90)
    if n > 1:
        assert all(s.n_sampled >= min(2, s.n_buildings) for s in sample.strata)


def test_more_than_there_are_is_everything() -> None:
    some = units(5)
    sample = stratified(some, 9, seed=0)
    assert sample == everything(some)
    found = estimator(sample, some).total([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (found.value, found.se) == (15.0, 0.0)


def test_what_grows_with_classes_is_estimated_without_error() -> None:
    some = units()
    sample = stratified(some, 20, seed=3)
    found = estimator(sample, some).total([3.0 * some[k].n_classes for k in sample.chosen])
    assert found.value == pytest.approx(3.0 * sum(unit.n_classes for unit in some))
    assert found.se == pytest.approx(0.0, abs=1e-6)


def test_standard_errors_are_as_large_as_the_estimates_stray() -> None:
    some = units()
    generator = np.random.default_rng(1)
    needed = [0.6 * unit.n_classes + generator.normal(0.0, 2.0) + 3.0 for unit in some]
    told, values = [], []
    for seed in range(200):
        sample = stratified(some, 24, seed=seed)
        found = estimator(sample, some).total([needed[k] for k in sample.chosen])
        values.append(found.value)
        told.append(found.se or 0.0)
    assert abs(statistics.fmean(values) - sum(needed)) < 0.02 * sum(needed)
    assert 0.75 < math.sqrt(statistics.fmean(se**2 for se in told)) / statistics.stdev(values) < 1.35


def test_a_failed_building_is_stood_for_by_its_stratum() -> None:
    some = units()
    sample = stratified(some, 30, seed=2)
    kept = tuple(range(1, 30))
    classes = np.array([some[sample.chosen[k]].n_classes for k in kept], dtype=np.float64)
    found = Estimator(sample=sample, planned=kept, classes_s=classes).total(list(2.0 * classes))
    assert found.value == pytest.approx(2.0 * sum(unit.n_classes for unit in some))


def test_shared_changes_drop_out_of_a_difference() -> None:
    some = units()
    sample = stratified(some, 20, seed=5)
    rooms = [float(some[k].n_classes) for k in sample.chosen]
    served = [max(0.0, room - (k % 4)) for k, room in enumerate(rooms)]
    more = estimator(sample, some).ratio_difference((served, rooms), (served, rooms))
    assert more is not None
    assert (more.value, more.se) == (0.0, 0.0)


def test_one_building_says_nothing_of_its_error() -> None:
    some = units()
    sample = stratified(some, 1, seed=0)
    assert estimator(sample, some).total([4.0]).se is None
