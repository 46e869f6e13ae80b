"""A path-loss law fitted to surveys of one site: law + survey -> law of the same type."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

import numpy as np
from scipy.linalg import block_diag

from wifiplan.errors import SurveyError
from wifiplan.radio.loss import Law
from wifiplan.radio.measured import InBand, Measured
from wifiplan.site.building import Site
from wifiplan.site.network import BANDS, Band
from wifiplan.survey.estimates import Calibration, Parameter
from wifiplan.survey.fit_errors import band_errors
from wifiplan.survey.fit_problem import Key, Problem, beliefs
from wifiplan.survey.fit_solver import Solution, solve
from wifiplan.survey.fit_terms import Scene, scene, terms
from wifiplan.survey.links import Links, links, possible, with_places
from wifiplan.survey.matching import Matched, match
from wifiplan.survey.priors import Prior, believed_with, check_parts
from wifiplan.survey.records import Survey
from wifiplan.units import Array, IntArray

MOST_MATERIALS = 12
"""Of more materials than this the rarest keep their tables."""

MOST_LINKS = 60_000
"""Where there are more links, only every so many-th place is used: neighbours tell the same."""

CROWD_M, CROWD_SHARED = 1.0, 0.5
"""Readings of one access point within a square of this edge share this part of their deviation [m]."""

SHADOW_M = 8.0
"""Places within a square of this edge lie in the same shadows: twice the length of four metres over which shadows
change [m]."""

STAYED = "stay near what was believed before"
"""By these words an answer that tells parameters by itself knows the remark that names them."""


def fit(
    law: Law,
    survey: Survey | Sequence[Survey],
    site: Site,
    *,
    matched: Matched | None = None,
    building: str = "",
    prior: Prior | None = None,
) -> Calibration:
    """Return a law that fits the readings, and how far it can be trusted.

    Parameters
    ----------
    law : Law
        Where to start from: what it says is believed until readings tell otherwise.
    survey : Survey or sequence of Survey
        Walks through the site, by one device or several; the law's offset is that of the first.
    site : Site
        With its access points. One without a power is taken to send the usual one.
    matched : Matched, optional
        Whose the BSSIDs are; found by `match` without.
    building : str
        Type of the building, for pooling.
    prior : Prior, optional
        What other schools of the type have in common, believed instead of what holds for any building.

    Returns
    -------
    Calibration
        Its `law` predicts what the first device reports; the powers of this site's access points stand in
        `law.measured`.

    Raises
    ------
    SurveyError
        If no reading is of an access point that the site knows.

    Notes
    -----
    Maximum a posteriori over offset, exponent, cap and each material's loss by band (bands tied), the factor of
    slabs, other devices' offsets, and a power for every access point and band. Readings have heavy tails; what a
    device did not hear was skipped, or lay below its floor.
    """
    surveys = (survey,) if isinstance(survey, Survey) else tuple(survey)
    site = with_places(site)
    matched = match(possible(surveys), site) if matched is None else matched
    found = [links(surveys, site, band, matched=matched) for band in BANDS]
    found = [one for one in found if one.heard_n.any()]
    if not found:
        _refuse(surveys, site)
    scenes = [scene(_thinned(one, MOST_LINKS // len(found)), site) for one in found]
    problem = _problem(law, scenes, prior)
    solution = solve(problem)
    return Calibration(
        law=_law(law, solution, site.name, problem.devices[0]),
        parameters=_parameters(solution),
        covariance=_rows(solution.covariance_xx),
        prior_covariance=_rows(block_diag(problem.beliefs.covariance_kk, np.diag(solution.spreads.power_sd_db_q**2))),
        errors=band_errors(solution),
        building=building,
        remarks=_remarks(solution, found, matched),
    )


def _rows(matrix: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())


def _thinned(found: Links, most: int) -> Links:
    """Return the links of every so many-th place, so that there are not many more than enough."""
    every = -(-found.ap_n.size // most)
    if every <= 1:
        return found
    kept_j = np.arange(0, len(found.floor_j), every)
    kept_n = found.place_n % every == 0
    return replace(
        found,
        place_xyz_m_j=found.place_xyz_m_j[kept_j],
        floor_j=found.floor_j[kept_j],
        ap_n=found.ap_n[kept_n],
        place_n=found.place_n[kept_n] // every,
        device_n=found.device_n[kept_n],
        rssi_dbm_n=found.rssi_dbm_n[kept_n],
        n_heard_n=found.n_heard_n[kept_n],
    )


def _problem(law: Law, scenes: Sequence[Scene], prior: Prior | None) -> Problem:
    found = [one.links for one in scenes]
    materials = _materials(law, scenes)
    devices = tuple(dict.fromkeys(one for each in found for one in each.devices))
    believed = beliefs(law, scenes, materials, devices)
    if prior is not None:
        check_parts(prior, law)
        believed = believed_with(prior, believed, devices[0])
    keys = tuple(Key("power_db", each.band, ap.id) for each in found for ap in each.access_points)
    first_q = np.cumsum([0, *(len(each.access_points) for each in found)])
    first_j = np.cumsum([0, *(len(each.floor_j) for each in found)])
    return Problem(
        beliefs=believed,
        bands=tuple(each.band for each in found),
        terms_b=tuple(terms(one, law, materials) for one in scenes),
        materials=materials,
        devices=devices,
        band_n=np.concatenate([np.full(each.ap_n.size, b) for b, each in enumerate(found)]),
        power_n=np.concatenate([each.ap_n + first for each, first in zip(found, first_q, strict=False)]),
        device_n=np.concatenate([each.device_n for each in found]),
        place_n=np.concatenate([each.place_n + first for each, first in zip(found, first_j, strict=False)]),
        square_n=np.concatenate([_square_n(each, SHADOW_M) * len(found) + b for b, each in enumerate(found)]),
        rssi_dbm_n=np.concatenate([each.rssi_dbm_n for each in found]),
        floor_dbm_n=np.concatenate([each.floor_dbm_d[each.device_n] for each in found]),
        weight_n=np.concatenate([each.weight_n / _crowd_n(each) for each in found]),
        power_keys=keys,
        known_q=np.concatenate([each.power_known_i for each in found]),
        precision_kk=believed.precision_kk,
        is_straight=not law.n_images,
    )


def _materials(law: Law, scenes: Sequence[Scene]) -> tuple[str, ...]:
    if law.walls != "p2040":
        return ()
    counted: dict[str, int] = {}
    for kind in scenes[0].things.wall_kind_w:
        name = scenes[0].material_k[int(kind)]
        counted[name] = counted.get(name, 0) + 1
    return tuple(sorted(sorted(counted, key=lambda name: (-counted[name], name))[:MOST_MATERIALS]))


def _square_n(found: Links, edge_m: float) -> IntArray:
    """Return a number for each link's access point and square of the building (n)."""
    square = np.column_stack((found.floor_j, np.floor(found.place_xyz_m_j[:, :2] / edge_m)))
    _, square_j = np.unique(square, axis=0, return_inverse=True)
    key_n = np.asarray(square_j).reshape(-1)[found.place_n] * len(found.access_points) + found.ap_n
    return np.asarray(np.unique(key_n, return_inverse=True)[1], dtype=np.int64).reshape(-1)


def _crowd_n(found: Links) -> Array:
    """Return by how much each link counts less because others of its access point stand close by (n)."""
    square_n = _square_n(found, CROWD_M)
    return np.asarray(1.0 + CROWD_SHARED * (np.bincount(square_n)[square_n] - 1.0))


def _law(law: Law, solution: Solution, site: str, device: str) -> Law:
    problem = solution.problem
    value = dict(zip(problem.beliefs.keys, (float(one) for one in solution.x_k), strict=True))
    offset_db = float(np.mean([value[Key("offset_db", band)] for band in problem.bands]))
    power_db = tuple(
        (key.of, key.band, round(float(one), 4))
        for key, one in zip(problem.power_keys, solution.power_db_q, strict=True)
        if key.band is not None
    )

    def mean(name: str) -> float | None:
        found = [one for key, one in value.items() if key.name == name]
        return float(np.mean(found)) if found else None

    in_band = tuple(
        InBand(
            band=band,
            offset_db=value.get(Key("offset_db", band), offset_db) - offset_db,
            exponent=value.get(Key("exponent", band)),
            max_wall_db=value.get(Key("max_wall_db", band)),
            wall_db=_wall_db(value, problem, band),
        )
        for band in BANDS
    )
    return replace(
        law,
        exponent=mean("exponent") if law.distance == "free_space" else law.exponent,
        max_wall_db=law.max_wall_db if mean("max_wall_db") is None else mean("max_wall_db"),
        slab_scale=value.get(Key("slab_scale"), law.slab_scale),
        offset_db=offset_db,
        in_band=in_band,
        measured=Measured(site=site, device=device, power_db=power_db),
    )


def _wall_db(value: Mapping[Key, float], problem: Problem, band: Band) -> tuple[tuple[str, float], ...]:
    """Return what the materials lose more in a band; in one that nobody measured, as in the others."""
    of_band = {m: [value[Key("wall_db", b, m)] for b in problem.bands] for m in problem.materials}
    return tuple((m, value.get(Key("wall_db", band, m), float(np.mean(of_band[m])))) for m in problem.materials)


def _parameters(solution: Solution) -> tuple[Parameter, ...]:
    problem = solution.problem
    sd_x = np.sqrt(np.diag(solution.covariance_xx))
    prior_sd_x = np.r_[np.sqrt(np.diag(problem.beliefs.covariance_kk)), solution.spreads.power_sd_db_q]
    prior_x = np.r_[problem.beliefs.mean_k, np.zeros(len(problem.power_keys))]
    keys = (*problem.beliefs.keys, *problem.power_keys)
    value_x = np.r_[solution.x_k, solution.power_db_q]
    return tuple(
        Parameter(
            name=key.name,
            band=key.band,
            of=key.of,
            value=float(value_x[n]),
            sd=float(sd_x[n]),
            prior_value=float(prior_x[n]),
            prior_sd=float(prior_sd_x[n]),
        )
        for n, key in enumerate(keys)
    )


def _remarks(solution: Solution, found: Sequence[Links], matched: Matched) -> tuple[str, ...]:
    remarks = list(matched.remarks)
    n_strangers, n_lost, n_bad = (
        sum(counts) for counts in zip(*((one.n_strangers, one.n_lost, one.n_bad) for one in found), strict=True)
    )
    for n, what in (
        (n_strangers, "readings are of no access point that the site knows: left out"),
        (n_lost, "readings are on floors that the site does not have: left out"),
        (n_bad, "readings have impossible levels or places: left out"),
    ):
        if n:
            remarks.append(f"{n} {what}")
    kept = [one for one in _parameters(solution) if not one.is_learned and one.name != "power_db"]
    if kept:
        names = ", ".join(" ".join(filter(None, (one.name, one.of, one.band))) for one in kept)
        remarks.append(f"the readings tell too little of: {names}; they {STAYED}")
    odd = [key for key, one in zip(solution.problem.power_keys, solution.spreads.odd_q, strict=True) if one > 1.0]
    if odd:
        names = ", ".join(f"{key.of} ({key.band} GHz)" for key in odd[:8])
        remarks.append(f"readings of these access points don't fit their places; they may have moved: {names}")
    return tuple(remarks)


def _refuse(surveys: Sequence[Survey], site: Site) -> NoReturn:
    n = sum(bool(s.bssid) and s.rssi_dbm is not None for one in surveys for s in one.samples)
    raise SurveyError(
        f"none of the {n} readings is of an access point that the site knows at a place",
        remedy=f"give the {len(site.access_points)} access points of the site their addresses (mac), and each a place "
        "or a room; check that the survey is of this site and its floors",
        zh=(
            f"{n} 筆訊號讀數沒有一筆屬於此校網路圖上位置已知的基地臺",
            (
                f"請為圖上 {len(site.access_points)} 臺基地臺填入 MAC 位址，以及位置或所在教室；"
                "並確認測量的是這所學校與這些樓層"
            ),
        ),
        where=", ".join(one.name for one in surveys) or "survey",
    )
