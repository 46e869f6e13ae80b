"""What is believed of a school before it is measured."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from wifiplan.errors import SurveyError
from wifiplan.radio.loss import Law
from wifiplan.radio.measured import InBand
from wifiplan.site.network import BANDS
from wifiplan.site.remark import Remark
from wifiplan.survey.estimates import Parameter, ParameterName
from wifiplan.survey.fit_problem import (
    CAP_BAND_SD_DB,
    CAP_DB,
    CAP_SD_DB,
    DEVICE_SD_DB,
    EXPONENT,
    EXPONENT_BAND_SD,
    EXPONENT_SD,
    OFFSET_BAND_SD_DB,
    OFFSET_DB,
    OFFSET_SD_DB,
    SLAB_SD,
    WALL_BAND_SD_DB,
    WALL_SD_DB,
    Beliefs,
    Key,
)
from wifiplan.units import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is believed of a school of some type before it is measured.

    Parameters
    ----------
    law : Law
        With the means: what a school that nobody will measure is planned with.
    parameters : tuple of Parameter
        Mean, and the standard deviation of one more school; `prior_value` and `prior_sd` are what is believed of any
        school.
    covariance : tuple of tuple of float
        Of one more school's parameters, in their order.
    n_informed : tuple of int
        How many schools told of each parameter; what none told of is what is believed of any school.
    n_schools : int
        Schools that were pooled.
    building : str
        Their type.
    devices : tuple of str
        Models that measured: the offset of another one may differ by more.
    remarks : tuple of Remark or str
        What to know; sentences in files of versions before.
    """

    law: Law
    parameters: tuple[Parameter, ...]
    covariance: tuple[tuple[float, ...], ...]
    n_informed: tuple[int, ...] = ()
    n_schools: int = 0
    building: str = ""
    devices: tuple[str, ...] = ()
    remarks: tuple[Remark | str, ...] = ()


def default_prior(law: Law, keys: Iterable[Key]) -> Prior:
    """Return what is believed of any school, of some parameters of a law.

    Notes
    -----
    Source: what public surveys of seven buildings and phones needed (shared/facts/propagation.md; the numbers stand in
    `survey.fit_problem`): bands of one thing are much alike, different things tell nothing of each other.
    """
    keys = tuple(keys)
    mean_k = np.array([_usual(law, key) for key in keys], dtype=np.float64)
    covariance_kk = np.zeros((len(keys), len(keys)))
    for k, one in enumerate(keys):
        shared_sd, own_sd = _SDS[one.name]
        for m, other in enumerate(keys):
            if (one.name, one.of) == (other.name, other.of):
                covariance_kk[k, m] = shared_sd**2 + (own_sd**2 if k == m else 0.0)
    return prior_of(law, keys, (mean_k, covariance_kk), (mean_k, covariance_kk))


def parts(law: Law) -> tuple[str, str, str, bool]:
    """Return what a law is built of: numbers of laws that differ in this don't mean the same."""
    return law.distance, law.walls, law.floors, law.n_images > 0


def usual_law(law: Law) -> Law:
    """Return a calibrated law's parts with the usual numbers: what a fit with its prior begins with."""
    cap_db = None if law.max_wall_db is None else CAP_DB
    return Law(distance=law.distance, walls=law.walls, floors=law.floors, n_images=law.n_images, max_wall_db=cap_db)


def check_parts(prior: Prior, law: Law) -> None:
    """Refuse a prior of a law that is built of other parts.

    Raises
    ------
    SurveyError
        With both laws.
    """
    if parts(prior.law) != parts(law):
        raise SurveyError(
            f"the prior is of the law {prior.law.name}, and {law.name} is to be fitted",
            remedy="leave --law out, or pool schools that were fitted with that law",
            where="--prior",
            zh=(
                f"彙整檔所用的模型是 {prior.law.name}，但要校準的是 {law.name}",
                "請省略 --law，或改用以該模型校準之學校的彙整檔",
            ),
        )


def believed_with(prior: Prior, beliefs: Beliefs, device: str = "") -> Beliefs:
    """Return a fit's beliefs with those of a prior in their place.

    Parameters
    ----------
    prior : Prior
        Of the type of building.
    beliefs : Beliefs
        What is believed without; parameters that the prior does not know follow it as they hang together there.
    device : str
        The first device; the offset of one that did not measure the prior's schools may differ by more.
    """
    known = {Key(one.name, one.band, one.of): n for n, one in enumerate(prior.parameters)}
    here = np.array([k for k, key in enumerate(beliefs.keys) if key in known], dtype=np.int64)
    if not here.size:
        return beliefs
    there = np.array([known[beliefs.keys[k]] for k in here], dtype=np.int64)
    value = np.array([one.value for one in prior.parameters])[there]
    covariance = np.array(prior.covariance)[np.ix_(there, there)]
    if device not in prior.devices:
        offset = np.array([beliefs.keys[k].name == "offset_db" for k in here], dtype=np.float64)
        covariance = covariance + DEVICE_SD_DB**2 * np.outer(offset, offset)
    was_kk = beliefs.covariance_kk
    follows = np.linalg.solve(was_kk[np.ix_(here, here)], was_kk[here]).T
    mean_k = beliefs.mean_k + follows @ (value - beliefs.mean_k[here])
    left_kk = was_kk - follows @ was_kk[here]
    covariance_kk = left_kk + follows @ covariance @ follows.T
    return replace(
        beliefs,
        mean_k=np.clip(mean_k, beliefs.low_k, beliefs.high_k),
        covariance_kk=(covariance_kk + covariance_kk.T) / 2.0,
    )


def prior_of(law: Law, keys: Sequence[Key], found: tuple[Array, Array], usual: tuple[Array, Array]) -> Prior:
    """Return a prior with mean (k,) and covariance (k, k) as found, beside the usual ones."""
    mean_k, covariance_kk = found
    parameters = tuple(
        Parameter(
            name=key.name,
            band=key.band,
            of=key.of,
            # what rounding left of nothing is nothing
            value=round(float(mean_k[k]), 9) + 0.0,
            sd=float(np.sqrt(covariance_kk[k, k])),
            prior_value=float(usual[0][k]),
            prior_sd=float(np.sqrt(usual[1][k, k])),
        )
        for k, key in enumerate(keys)
    )
    return Prior(
        law=_law(law, parameters),
        parameters=parameters,
        covariance=tuple(tuple(float(one) for one in row) for row in covariance_kk),
        n_informed=(0,) * len(keys),
    )


def _law(law: Law, parameters: Sequence[Parameter]) -> Law:
    """Return a law with these numbers; a band that nobody measured is as the others."""
    value = {Key(one.name, one.band, one.of): one.value for one in parameters}

    def mean(name: ParameterName, of: str = "") -> float | None:
        found = [one for key, one in value.items() if (key.name, key.of) == (name, of)]
        return float(np.mean(found)) if found else None

    offset_db = mean("offset_db") or 0.0
    materials = sorted({key.of for key in value if key.name == "wall_db"})
    in_band = tuple(
        InBand(
            band=band,
            offset_db=value.get(Key("offset_db", band), offset_db) - offset_db,
            exponent=_above_zero(value.get(Key("exponent", band))),
            max_wall_db=_above_zero(value.get(Key("max_wall_db", band))),
            wall_db=tuple((m, value.get(Key("wall_db", band, m), mean("wall_db", m) or 0.0)) for m in materials),
        )
        for band in BANDS
    )
    exponent, cap_db, slab_scale = mean("exponent"), mean("max_wall_db"), mean("slab_scale")
    return replace(
        law,
        exponent=law.exponent if exponent is None else max(exponent, 0.0),
        max_wall_db=law.max_wall_db if cap_db is None else max(cap_db, 0.0),
        slab_scale=law.slab_scale if slab_scale is None else max(slab_scale, 0.0),
        offset_db=offset_db,
        in_band=in_band,
    )


def _above_zero(value: float | None) -> float | None:
    return None if value is None else max(value, 0.0)


_SDS: Mapping[ParameterName, tuple[float, float]] = MappingProxyType(
    {
        "offset_db": (OFFSET_SD_DB, OFFSET_BAND_SD_DB),
        "exponent": (EXPONENT_SD, EXPONENT_BAND_SD),
        "max_wall_db": (CAP_SD_DB, CAP_BAND_SD_DB),
        "slab_scale": (SLAB_SD, 0.0),
        "wall_db": (WALL_SD_DB, WALL_BAND_SD_DB),
    }
)
"""Usual spreads between buildings: what bands share, and their own."""


def _usual(law: Law, key: Key) -> float:
    values = {
        "offset_db": OFFSET_DB,
        "exponent": EXPONENT if law.exponent is None else law.exponent,
        "max_wall_db": CAP_DB if law.max_wall_db is None else law.max_wall_db,
        "slab_scale": law.slab_scale,
    }
    return values.get(key.name, 0.0)
