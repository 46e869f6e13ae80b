"""What calibrations of schools of one building type have in common: the prior of those not yet measured."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, NoReturn

import numpy as np

from wifiplan.errors import SurveyError
from wifiplan.radio.measured import Measured
from wifiplan.site.remark import Remark
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.fit_problem import Key
from wifiplan.survey.priors import Prior, believed_with, default_prior, parts, prior_of, usual_law
from wifiplan.units import Array

__all__ = ["Prior", "believed_with", "default_prior", "pool", "usual_law"]

TYPE_SHARE = 2.0 / 3.0
"""Of the usual variance between any two buildings this share lies between types; schools of one type are more alike."""

PSEUDO_SCHOOLS = 4.0
"""The usual spread within a type counts as much as that of so many schools: a spread told by two or three schools alone
may be anything between a half and twice the true one."""

N_ROUNDS, MOVED = 500, 1e-7
"""Rounds of the estimation at most, and the step, in usual spreads, below which nothing moves any more."""

INFORMED = 0.36
"""A school tells of a parameter where its readings cut the variance by this share: a fifth of the standard deviation,
as `Parameter.is_learned`."""

_BUILDING = ("offset_db", "exponent", "max_wall_db", "slab_scale", "wall_db")
"""What schools of a type share; powers and the differences of devices are their own."""


class _Told(NamedTuple):
    """What the readings of one school say of parameters k, without what was believed before.

    A precision, that precision times the value, and of which parameters they tell at all.
    """

    precision_kk: Array
    pull_k: Array
    informed_k: Array


def pool(calibrations: Sequence[Calibration], *, building: str | None = None) -> Prior:
    """Return what schools of one building type have in common.

    Parameters
    ----------
    calibrations : sequence of Calibration
        One a school.
    building : str, optional
        Type to call them by; it says that types may be mixed, too.

    Returns
    -------
    Prior
        For `calibration.fit` of the next school.

    Raises
    ------
    SurveyError
        Without a calibration, of different types of building, or of laws that are built of different parts.

    Notes
    -----
    Schools' parameters are normal around a mean μ with covariance T, and the readings of each say as much as they cut
    its posterior below its prior: a parameter that stayed at its prior counts for nothing. μ is normal around the usual
    mean with the part of the usual covariance that lies between types; T inverse Wishart around the rest, by
    expectation and maximisation. One more school is N(μ, T + cov μ): where nobody told anything, what is believed of
    any school.
    """
    _check(calibrations, building)
    law = replace(calibrations[0].law, in_band=(), measured=None)
    keys = tuple(sorted({key for one in calibrations for key in _keys(one)}, key=_order))
    usual = default_prior(usual_law(law), keys)
    usual_mean_k = np.array([one.value for one in usual.parameters])
    usual_kk = np.array(usual.covariance)
    told = [_told(one, keys) for one in calibrations]
    mean_k, covariance_kk = _population(told, usual_mean_k, usual_kk)
    prior = prior_of(law, keys, (mean_k, covariance_kk), (usual_mean_k, usual_kk))
    heard_by = (one.law.measured.device for one in calibrations if one.law.measured is not None)
    devices = tuple(dict.fromkeys(device for device in heard_by if device))
    return replace(
        prior,
        law=replace(prior.law, measured=Measured(device=" / ".join(devices))),
        n_informed=tuple(int(n) for n in sum((one.informed_k for one in told), np.zeros(len(keys)))),
        n_schools=len(calibrations),
        building=calibrations[0].building if building is None else building,
        devices=devices,
        remarks=_remarks(calibrations),
    )


def _check(calibrations: Sequence[Calibration], building: str | None) -> None:
    if not calibrations:
        _refuse(
            "no calibration is given",
            "give what `survey fit` wrote for one school or more",
            ("沒有校準檔", "請給 `survey fit` 為各校寫出的檔案"),
        )
    types = sorted({one.building for one in calibrations})
    if len(types) > 1 and building is None:
        names = ", ".join(one or "unknown" for one in types)
        _refuse(
            f"the schools are buildings of different types: {names}",
            "pool each type by itself, or say with --building what they have in common",
            (f"各校的建築類型不同：{names}", "請各類型分開彙整，或以 --building 指明共同的類型"),
        )
    if len({parts(one.law) for one in calibrations}) > 1:
        _refuse(
            f"the schools were fitted with different laws: {', '.join(sorted({one.law.name for one in calibrations}))}",
            "fit all of them with the same --law",
            ("各校校準時所用的電波傳播模型不同", "請以相同的 --law 重新校準"),
        )


def _remarks(calibrations: Sequence[Calibration]) -> tuple[Remark, ...]:
    sites = [one.law.measured.site for one in calibrations if one.law.measured is not None]
    twice = sorted({site for site in sites if site and sites.count(site) > 1})
    return (Remark(code="pool_twice", values=(", ".join(twice),)),) if twice else ()


def _refuse(problem: str, remedy: str, zh: tuple[str, str]) -> NoReturn:
    raise SurveyError(problem, remedy=remedy, where="survey pool", zh=zh)


def _keys(one: Calibration) -> list[Key]:
    return [Key(p.name, p.band, p.of) for p in one.parameters if p.name in _BUILDING]


def _order(key: Key) -> tuple[int, str, str]:
    return _BUILDING.index(key.name), key.of, key.band or ""


def _told(one: Calibration, keys: Sequence[Key]) -> _Told:
    """Return what the readings of a school say: its posterior without its prior."""
    rows = [n for n, p in enumerate(one.parameters) if p.name in _BUILDING]
    where = np.array([keys.index(Key(p.name, p.band, p.of)) for p in (one.parameters[n] for n in rows)])
    value = np.array([one.parameters[n].value for n in rows])
    before = np.array([one.parameters[n].prior_value for n in rows])
    posterior = np.array([[one.covariance[n][m] for m in rows] for n in rows], dtype=np.float64)
    if one.prior_covariance:
        prior = np.array([[one.prior_covariance[n][m] for m in rows] for n in rows], dtype=np.float64)
    else:
        prior = np.diag([one.parameters[n].prior_sd ** 2 for n in rows])
    after_inverse, before_inverse = np.linalg.inv(posterior), np.linalg.inv(prior)
    # in units of the prior, a direction of which the readings say nothing is a zero, up to rounding
    scale = np.sqrt(np.diag(prior))
    gain = (after_inverse - before_inverse) * np.outer(scale, scale)
    size, turn = np.linalg.eigh((gain + gain.T) / 2.0)
    is_told = size > 1e-9
    precision = (turn * np.where(is_told, size, 0.0)) @ turn.T / np.outer(scale, scale)
    pull = after_inverse @ value - before_inverse @ before
    keep = turn[:, is_told] @ turn[:, is_told].T
    pull = keep @ (pull * scale) / scale
    out = _Told(np.zeros((len(keys), len(keys))), np.zeros(len(keys)), np.zeros(len(keys)))
    out.precision_kk[np.ix_(where, where)] = precision
    out.pull_k[where] = pull
    out.informed_k[where] = np.diag(posterior) < (1.0 - INFORMED) * np.diag(prior)
    return out


def _population(told: Sequence[_Told], usual_mean_k: Array, usual_kk: Array) -> tuple[Array, Array]:
    """Return mean and covariance of one more school."""
    scale = np.sqrt(np.diag(usual_kk))
    both = np.outer(scale, scale)
    usual = usual_kk / both
    between_inverse, within = np.linalg.inv(TYPE_SHARE * usual), (1.0 - TYPE_SHARE) * usual
    # in usual spreads from the usual mean
    precisions = np.array([one.precision_kk * both for one in told])
    pulls = np.array([(one.pull_k - one.precision_kk @ usual_mean_k) * scale for one in told])
    mean, doubt, spread = np.zeros(len(scale)), usual, within
    for _ in range(N_ROUNDS):
        inverse = np.linalg.inv(spread)
        own = np.linalg.inv(inverse + precisions)
        seen = np.einsum("skl,sl->sk", own, pulls)
        doubt = np.linalg.inv(between_inverse + (inverse - inverse @ own @ inverse).sum(axis=0))
        mean = doubt @ inverse @ seen.sum(axis=0)
        follows = np.eye(len(scale)) - own @ inverse
        apart = seen - follows @ mean
        scatter = (own + follows @ doubt @ follows.transpose(0, 2, 1)).sum(axis=0) + apart.T @ apart
        after = (PSEUDO_SCHOOLS * within + scatter) / (PSEUDO_SCHOOLS + len(told))
        moved = float(np.abs(after - spread).max(initial=0.0))
        spread = (after + after.T) / 2.0
        if moved < MOVED:
            break
    return usual_mean_k + mean * scale, (spread + (doubt + doubt.T) / 2.0) * both
