"""How far readings and powers stray from a law, and what silence tells: estimated beside the law."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.special import ndtr

from wifiplan.site.network import Band
from wifiplan.survey.fit_ears import Ears, first_ears, learned_ears
from wifiplan.survey.fit_problem import POWER_SD_DB, UNKNOWN_POWER_SD_DB, Problem
from wifiplan.units import Array

TAIL = 4.0
"""Degrees of freedom of the readings' Student distribution: one reading in ten may be grossly wrong."""

POWER_TAIL = 3.0
"""The same of the access points' powers: one may be off, moved or behind a cupboard."""

SD_DB, SD_WORTH = 6.0, 6.0
"""Usual spread about a fitted law [dB], and as how many readings it counts."""

POWER_WORTH = 8.0
"""As how many access points the usual spread of powers counts."""

MISSED, MISSED_WORTH = 0.05, 20.0
"""Share of readings that are missing at any level, as a device skips channels, and as how many links it counts."""

LEAST_SILENT: Mapping[Band, float] = MappingProxyType({"2.4": 0.65, "5": 0.12, "6": 0.12})
"""What is not heard is silent in whole regions. A missing reading then tells less than one alone would: one part in as
many as silence comes in greater lumps than by chance, but not less than this. Chosen on the training split of SYL by
the calls at -67 dBm, whatever its walls were taken for: with less, 2.4 GHz is called too strong, with more 5 GHz too
weak."""

ODD = 1.5
"""An access point whose readings stray this many times as far as the others' is believed less."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spreads:
    """How far readings and powers stray: by band the spread [dB], the share missed, and what silence counts."""

    sd_db_b: Array
    missed_b: Array
    odd_q: Array
    power_sd_db_q: Array
    ears: Ears
    silent_b: Array


def first_spreads(problem: Problem) -> Spreads:
    """Return what is usual."""
    n_b, n_q = len(problem.bands), len(problem.power_keys)
    return Spreads(
        sd_db_b=np.full(n_b, SD_DB),
        missed_b=np.full(n_b, MISSED),
        odd_q=np.ones(n_q),
        power_sd_db_q=np.where(problem.known_q, POWER_SD_DB, UNKNOWN_POWER_SD_DB),
        ears=first_ears(problem),
        silent_b=np.ones(n_b),
    )


def power_spring(spreads: Spreads, power_q: Array) -> Array:
    """Return how hard each power is pulled back to its setting (q): less, the further it strays."""
    sd_q = spreads.power_sd_db_q
    return np.asarray((POWER_TAIL + 1.0) / (POWER_TAIL * sd_q**2 + power_q**2))


def next_spreads(problem: Problem, old: Spreads, level_n: Array, power_q: Array) -> Spreads:
    """Return how far readings and powers stray, given the levels (n) and powers (q)."""
    heard_n, band_n, power_n = problem.heard_n, problem.band_n, problem.power_n
    n_b, n_q = len(problem.bands), len(problem.power_keys)
    weight_n = np.where(heard_n, problem.weight_n, 0.0)
    sd_n = old.sd_db_b[band_n] * old.odd_q[power_n]
    z2_n = np.where(heard_n, (problem.rssi_dbm_n - level_n) / sd_n, 0.0) ** 2
    strayed_n = weight_n * (TAIL + 1.0) / (TAIL + z2_n) * z2_n
    told_b = np.bincount(band_n, weight_n, minlength=n_b)
    squares_b = np.bincount(band_n, strayed_n * old.sd_db_b[band_n] ** 2, minlength=n_b)
    sd_db_b = np.sqrt((SD_WORTH * SD_DB**2 + squares_b) / (SD_WORTH + told_b))
    square_q = np.bincount(power_n, strayed_n * old.odd_q[power_n] ** 2, minlength=n_q)
    told_q = np.bincount(power_n, weight_n, minlength=n_q)
    odd_q = np.maximum(np.sqrt((SD_WORTH + square_q) / (SD_WORTH + told_q)) / ODD, 1.0)
    ears, ear_n = old.ears, problem.ear_n
    z_n = (ears.floor_dbm_e[ear_n] - level_n) / np.hypot(sd_n, ears.soft_db_e[ear_n])
    below_n = (1.0 - old.missed_b[band_n]) * ndtr(z_n)
    unseen_n = old.missed_b[band_n] + below_n
    skipped_n = np.where(heard_n, 0.0, old.missed_b[band_n] / unseen_n)
    skipped_b = np.bincount(band_n, skipped_n, minlength=n_b)
    could_b = np.bincount(band_n, minlength=n_b)
    return Spreads(
        sd_db_b=sd_db_b,
        missed_b=(MISSED * MISSED_WORTH + skipped_b) / (MISSED_WORTH + could_b),
        odd_q=odd_q,
        power_sd_db_q=_power_sds(problem, old, power_q),
        ears=learned_ears(problem, ears, level_n, sd_n, old.missed_b[band_n]),
        silent_b=_silent(problem, unseen_n),
    )


def _silent(problem: Problem, unseen_n: Array) -> Array:
    """Return what a missing reading counts in each band: silence comes in lumps, more than by chance."""
    out = np.ones(len(problem.bands))
    by_chance_n = unseen_n * (1.0 - unseen_n)
    for b, band in enumerate(problem.bands):
        here_n = problem.band_n == b
        more_n = (~problem.heard_n - unseen_n)[here_n]
        lumps = np.bincount(problem.square_n[here_n], more_n) ** 2
        lumpy = float(lumps.sum() / max(by_chance_n[here_n].sum(), 1.0))
        out[b] = np.clip(1.0 / max(lumpy, 1.0), LEAST_SILENT[band], 1.0)
    return out


def _power_sds(problem: Problem, spreads: Spreads, power_q: Array) -> Array:
    """Return how far the powers of known and of unknown settings stray."""
    weighted_q = power_spring(spreads, power_q) * spreads.power_sd_db_q**2 * power_q**2
    out = spreads.power_sd_db_q.copy()
    for known, usual_db in ((True, POWER_SD_DB), (False, UNKNOWN_POWER_SD_DB)):
        of_it = problem.known_q == known
        variance = (POWER_WORTH * usual_db**2 + weighted_q[of_it].sum()) / (POWER_WORTH + of_it.sum())
        out[of_it] = np.sqrt(variance)
    return out
