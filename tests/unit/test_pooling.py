"""Pooling of schools: the population is found again, and what was not measured stays as it was."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from wifiplan.errors import SurveyError
from wifiplan.radio.loss import CappedP2040, Law
from wifiplan.radio.measured import Measured
from wifiplan.site.remark import Remark
from wifiplan.survey.estimates import Calibration, Parameter
from wifiplan.survey.fit_problem import Beliefs, Key
from wifiplan.survey.pooling import believed_with, default_prior, pool
from wifiplan.units import Array

KEYS = (
    Key("offset_db", "2.4"),
    Key("offset_db", "5"),
    Key("exponent", "5"),
    Key("wall_db", "2.4", "brick"),
    Key("wall_db", "5", "brick"),
)
USUAL = default_prior(CappedP2040(), KEYS)
PRIOR_KK = np.array(USUAL.covariance)
PRIOR_K = np.array([one.value for one in USUAL.parameters])


def school(seen_k: Array, noise_sd_k: Array, *, building: str = "RC", site: str = "") -> Calibration:
    """Fit one school: what was seen of its parameters with such noise, under the usual prior; and a power."""
    precision = np.diag(np.where(np.isfinite(noise_sd_k), 1.0 / noise_sd_k**2, 0.0))
    posterior = np.linalg.inv(np.linalg.inv(PRIOR_KK) + precision)
    value = posterior @ (np.linalg.inv(PRIOR_KK) @ PRIOR_K + precision @ np.nan_to_num(seen_k))
    names = (*KEYS, Key("power_db", "5", "ap-1"))
    covariance, before = np.eye(6), np.eye(6) * 9.0
    covariance[:5, :5], before[:5, :5] = posterior, PRIOR_KK
    values, priors = np.r_[value, 1.0], np.r_[PRIOR_K, 0.0]
    return Calibration(
        law=Law(max_wall_db=20.0, measured=Measured(site=site, device="phone")),
        parameters=tuple(
            Parameter(
                name=key.name,
                band=key.band,
                of=key.of,
                value=float(values[n]),
                sd=float(covariance[n, n] ** 0.5),
                prior_value=float(priors[n]),
                prior_sd=float(before[n, n] ** 0.5),
            )
            for n, key in enumerate(names)
        ),
        covariance=tuple(map(tuple, covariance.tolist())),
        prior_covariance=tuple(map(tuple, before.tolist())),
        errors=(),
        building=building,
    )


TRUE_K = np.array([15.0, 18.0, 2.6, 4.0, 6.0])
SPREAD_K = np.array([2.0, 2.0, 0.15, 1.5, 1.5])
NOISE_K = np.array([0.7, 0.7, 0.05, 0.8, 0.8])


def sample(n: int, seed: int = 1) -> list[Calibration]:
    rng = np.random.default_rng(seed)
    return [school(TRUE_K + SPREAD_K * rng.normal(size=5) + NOISE_K * rng.normal(size=5), NOISE_K) for _ in range(n)]


def of(prior: object, name: str) -> Array:
    return np.array([getattr(one, name) for one in prior.parameters])  # type: ignore[attr-defined]


def order() -> list[int]:
    found = [Key(one.name, one.band, one.of) for one in pool(sample(2)).parameters]
    return [found.index(key) for key in KEYS]


def test_many_schools_tell_the_population() -> None:
    prior = pool(sample(60))
    rows = order()
    assert of(prior, "value")[rows] == pytest.approx(TRUE_K, abs=3 * (SPREAD_K / 60**0.5).max())
    assert of(prior, "sd")[rows] / SPREAD_K == pytest.approx(np.full(5, 1.3), abs=0.45)
    assert (of(prior, "sd")[rows] > 0.9 * SPREAD_K).all()
    assert prior.n_schools == 60
    assert prior.n_informed == (60,) * 5
    assert prior.devices == ("phone",)


def test_the_next_school_lies_within_what_few_schools_promise() -> None:
    """Nine of ten of the next schools lie in the 90 % interval, from five schools each."""
    inside = []
    for seed in range(30):
        prior, rows = pool(sample(5, seed=seed)), order()
        rng = np.random.default_rng(1000 + seed)
        follow = TRUE_K + SPREAD_K * rng.normal(size=5)
        inside.append(np.abs(of(prior, "value")[rows] - follow) < 1.645 * of(prior, "sd")[rows])
    assert np.mean(inside) > 0.88


def test_one_school_draws_the_mean_and_leaves_most_of_the_usual_spread() -> None:
    prior, rows = pool([school(TRUE_K, NOISE_K)]), order()
    value, sd = of(prior, "value")[rows], of(prior, "sd")[rows]
    drawn = (value - PRIOR_K) / (TRUE_K - PRIOR_K)
    assert (drawn > 0.5).all()
    assert (drawn < 1.0).all()
    usual = np.sqrt(np.diag(PRIOR_KK))
    assert (sd > 0.7 * usual).all()
    assert (sd < usual).all()


def test_what_stayed_at_its_prior_counts_for_nothing() -> None:
    blind = np.full(5, np.nan)
    unread = school(blind, np.full(5, np.inf))
    prior, rows = pool([unread] * 30), order()
    assert of(prior, "value")[rows] == pytest.approx(PRIOR_K, abs=1e-6)
    assert of(prior, "sd")[rows] == pytest.approx(np.sqrt(np.diag(PRIOR_KK)), rel=1e-4)
    assert prior.n_informed == (0,) * 5
    few = sample(5)
    with_unread = pool([*few, *[unread] * 3])
    assert of(with_unread, "value")[rows] == pytest.approx(of(pool(few), "value")[rows], abs=0.05)
    assert of(with_unread, "sd")[rows] == pytest.approx(of(pool(few), "sd")[rows], rel=0.02)


def test_alike_schools_make_the_next_one_surer() -> None:
    sds = [of(pool([school(TRUE_K, NOISE_K)] * n), "sd") for n in (1, 3, 10, 40)]
    assert all((after < before).all() for before, after in itertools.pairwise(sds))


def test_types_and_laws_are_not_mixed() -> None:
    brick, concrete = school(TRUE_K, NOISE_K, building="brick"), school(TRUE_K, NOISE_K, building="RC")
    with pytest.raises(SurveyError, match="different types: RC, brick"):
        pool([brick, concrete])
    assert pool([brick, concrete], building="school").building == "school"
    with pytest.raises(SurveyError, match="different laws"):
        pool([concrete, replace(concrete, law=Law(distance="inh", walls="none"))])
    with pytest.raises(SurveyError, match="no calibration"):
        pool([])
    twice = [school(TRUE_K, NOISE_K, site="A"), school(TRUE_K, NOISE_K, site="A")]
    assert pool(twice).remarks == (Remark(code="pool_twice", values=("A",)),)


def test_a_prior_stands_for_beliefs_and_the_rest_follows_it() -> None:
    keys = (*KEYS, Key("offset_db", "6"), Key("slab_scale"))
    usual = default_prior(CappedP2040(), keys)
    covariance = np.array(usual.covariance)
    believed = Beliefs(
        keys=keys,
        mean_k=np.array([one.value for one in usual.parameters]),
        covariance_kk=covariance,
        low_k=np.full(7, -60.0),
        high_k=np.full(7, 60.0),
    )
    prior = pool(sample(20))
    after = believed_with(prior, believed, "phone")
    rows = order()
    assert after.mean_k[:5] == pytest.approx(of(prior, "value")[rows])
    assert np.sqrt(np.diag(after.covariance_kk))[:5] == pytest.approx(of(prior, "sd")[rows])
    # 6 GHz was never measured: it follows the other bands, less surely; slabs stay
    assert 10.0 < after.mean_k[5] < 20.0
    assert after.covariance_kk[0, 0] < after.covariance_kk[5, 5] < covariance[5, 5]
    assert after.covariance_kk[6] == pytest.approx(covariance[6])
    assert np.linalg.eigvalsh(after.covariance_kk).min() > 0.0
    other = believed_with(prior, believed, "tablet")
    assert other.covariance_kk[0, 0] == pytest.approx(after.covariance_kk[0, 0] + 36.0)


def test_a_pooled_law_predicts_with_the_means() -> None:
    prior, rows = pool(sample(20)), order()
    law = prior.law
    assert law.within("5").offset_db == pytest.approx(of(prior, "value")[rows][1])
    assert law.within("5").exponent == pytest.approx(of(prior, "value")[rows][2])
    assert law.wall_db("5", "brick") == pytest.approx(of(prior, "value")[rows][4])
    assert law.measured == Measured(device="phone")
