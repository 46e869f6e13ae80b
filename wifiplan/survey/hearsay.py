"""How likely levels are that a device heard of one access point, and how a device hears.

A law that was not fitted tells levels up to the device's own offset, a stretch (walls that it counts too lightly or too
heavily) and the access point's power. Where nothing was heard, the level was below the device's floor, or was missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from wifiplan.units import Array, BoolArray

TAIL = 4.0
"""Degrees of freedom of the tail: some readings stray far more than the rest."""

POWER_DB = 5.0
"""Spread of access points' powers around what the plan says [dB]."""

MISSED = 0.1
"""Share of readings that are missing at any level: one in eight at 2.4 GHz in a measured office."""

N_APART = 12
"""So many places tell as much as any number more: what a law misses behind one wall it misses all over that room."""

LEVEL_DB, STRETCH = (-10.0, 12.0), (1.2, 0.3)
"""Before any reading: level of a device below an isotropic antenna, phones lie 10 to 25 dB below; by how much more
levels differ than an unfitted law says. Mean and spread each [dB, 1]."""

SPREAD_DB = (6.0, 12.0)
"""Textbook laws stray by 8 to 11 dB in measured buildings, fitted ones by 6 to 9: a spread beyond these ends comes of
pairs that are wrong [dB]."""

_PIVOT_DBM = -60.0
_MIN_PLACES = 3
"""Level about which predictions are stretched, in the middle of what is heard [dBm]; fewer places tell no ear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """How a device hears in one band.

    Parameters
    ----------
    level_db, level_sd_db : float
        What it reports beyond the law, in the middle of the access points, and how far each may be from that [dB].
    stretch : float
        How many decibels it reports for one of the law, counted from -60 dBm.
    spread_db : float
        How far readings stray from that [dB].
    floor_dbm : float
        Level below which it hears nothing [dBm].
    """

    level_db: float
    level_sd_db: float
    stretch: float
    spread_db: float
    floor_dbm: float

    def stretched_dbm(self, predicted_dbm: Array) -> Array:
        """Return what a device without an offset would report [dBm]."""
        return np.asarray(_PIVOT_DBM + self.stretch * (predicted_dbm - _PIVOT_DBM))


DEAF = Ear(level_db=LEVEL_DB[0], level_sd_db=LEVEL_DB[1], stretch=STRETCH[0], spread_db=9.0, floor_dbm=-85.0)
"""A device of which nothing is known."""


def told(ear: Ear, levels_p: Array, predicted_ip: Array) -> Array:
    """Return the log-likelihood (i) of levels (p), each access point with its most likely power.

    Parameters
    ----------
    ear : Ear
        How the device hears.
    levels_p : ndarray (p)
        Levels where it listened, nan where it heard nothing [dBm].
    predicted_ip : ndarray (i, p)
        What the law says [dBm].
    """
    heard = np.isfinite(levels_p)
    shift_s = ear.level_db + ear.level_sd_db * np.linspace(-2.0, 2.0, 9)
    level_sip = ear.stretched_dbm(predicted_ip)[None] + shift_s[:, None, None]
    told_sip = np.zeros(level_sip.shape)
    told_sip[..., heard] = _tailed((levels_p[heard] - level_sip[..., heard]) / ear.spread_db) - np.log(ear.spread_db)
    silent = (ear.floor_dbm - level_sip[..., ~heard]) / ear.spread_db
    told_sip[..., ~heard] = np.log(MISSED + (1.0 - MISSED) * ndtr(silent))
    likely_si = _weighed(told_sip, heard) - 0.5 * ((shift_s - ear.level_db) / ear.level_sd_db)[:, None] ** 2
    return np.asarray(likely_si.max(axis=0))


def told_alone(levels_p: Array) -> float:
    """Return the log-likelihood of levels (p) that have only a mean, a spread and a share of places."""
    heard = np.isfinite(levels_p)
    middle = np.median(levels_p[heard])
    spread_db = max(SPREAD_DB[0], float(1.48 * np.median(np.abs(levels_p[heard] - middle))))
    share = float(np.clip(heard.mean(), 0.02, 0.98))
    told_p = np.full(levels_p.size, np.log(1.0 - share))
    told_p[heard] = _tailed((levels_p[heard] - middle) / spread_db) - np.log(spread_db) + np.log(share)
    return float(_weighed(told_p, heard))


def learned(ear: Ear, pairs: Sequence[tuple[Array, Array]]) -> Ear:
    """Return how a device hears, after some access points.

    Parameters
    ----------
    ear : Ear
        What was thought so far: it tells the likely level where nothing was heard.
    pairs : sequence of (ndarray (p), ndarray (p))
        Of each access point what was heard, nan where nothing, and what the law says [dBm].
    """
    known = [(heard, law) for heard, law in pairs if np.isfinite(heard).sum() >= _MIN_PLACES]
    if not known:
        return ear
    floor_dbm = min(DEAF.floor_dbm, float(np.percentile(np.concatenate([h[np.isfinite(h)] for h, _ in known]), 2.0)))
    filled = [(_filled(replace(ear, floor_dbm=floor_dbm), heard, law), law) for heard, law in known]
    square = sum(float(((law - law.mean()) ** 2).sum()) for _, law in filled)
    both = sum(float(((law - law.mean()) * (level - level.mean())).sum()) for level, law in filled)
    # what all access points together tell of the stretch is worth a few hundred readings at most
    trust = ear.spread_db**2 / STRETCH[1] ** 2
    weight = min(1.0, N_APART * len(filled) / max(sum(law.size for _, law in filled), 1))
    stretch = (weight * both + trust * STRETCH[0]) / (weight * square + trust)
    new = replace(ear, stretch=float(np.clip(stretch, 0.5, 2.5)), floor_dbm=floor_dbm)
    offsets = [_offset_db(heard, new.stretched_dbm(law)) for heard, law in known]
    few = len(offsets) < _MIN_PLACES
    level_db = float(np.median([*offsets, LEVEL_DB[0]] if few else offsets))
    stray = [heard - new.stretched_dbm(law) - offset for (heard, law), offset in zip(known, offsets, strict=True)]
    all_stray = np.abs(np.concatenate([one[np.isfinite(one)] for one in stray]))
    return replace(
        new,
        level_db=level_db,
        level_sd_db=POWER_DB + LEVEL_DB[1] / (1 + len(offsets)),
        spread_db=float(np.clip(1.48 * np.median(all_stray), *SPREAD_DB)),
    )


def _filled(ear: Ear, heard: Array, law: Array) -> Array:
    """Return levels with the likely one where nothing was heard: that below the floor."""
    mean = ear.stretched_dbm(law) + _offset_db(heard, ear.stretched_dbm(law))
    z = np.clip((ear.floor_dbm - mean) / ear.spread_db, -6.0, 6.0)
    below = mean - ear.spread_db * np.exp(-0.5 * z**2) / (np.sqrt(2.0 * np.pi) * ndtr(z))
    return np.where(np.isfinite(heard), heard, below)


def _offset_db(levels_p: Array, predicted_p: Array) -> float:
    """Return by how much levels lie above what is predicted, the middle of the loudest half: far ones are cut off."""
    heard = np.flatnonzero(np.isfinite(levels_p))
    loud = heard[np.argsort(-predicted_p[heard])[: max(_MIN_PLACES, heard.size // 2)]]
    return float(np.median(levels_p[loud] - predicted_p[loud]))


def _tailed(stray: Array) -> Array:
    """Return the log-density of a Student t, without its constant."""
    return np.asarray(-0.5 * (TAIL + 1.0) * np.log1p(stray**2 / TAIL) - 0.92)


def _weighed(told_p: Array, heard_p: BoolArray) -> Array:
    """Return the sum over places, heard and silent ones each worth at most `N_APART` of them."""
    total = np.zeros(told_p.shape[:-1])
    for part in (heard_p, ~heard_p):
        n = int(part.sum())
        if n:
            total = total + told_p[..., part].sum(axis=-1) * min(1.0, N_APART / n)
    return np.asarray(total)
