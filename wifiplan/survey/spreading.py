"""How far levels of a building stray from a law: spreads that tell the readings best."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import log
from types import MappingProxyType

import numpy as np

from wifiplan.survey.beliefs import Levels, Spreads, believed, thinned
from wifiplan.units import Array

ENOUGH, ENOUGH_IN_ALL = 120, 3000
"""Readings of one access point, and of all of them, that tell spreads: more cost time and tell little more."""

_LEAST = 40
"""Readings of one access point that are kept however many access points there are."""

_TRIED: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "field_db": (2.0, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0),
        "noise_db": (1.0, 1.5, 2.5, 3.5, 4.5, 6.0),
        "length_m": (2.0, 3.0, 4.5, 7.0, 11.0, 18.0),
        "power_db": (1.0, 2.0, 3.0, 5.0, 8.0),
    }
)

_PRIOR_LN = 0.5
"""A spread is believed to within a factor of 1.6 before any reading."""

_FEW = 12
"""Fewer readings tell no spread."""


def likely_spreads(read: Levels, strays_db_m: Array, first: Spreads | None = None) -> Spreads:
    """Return the spreads under which readings are likeliest, held near to what was believed first.

    Parameters
    ----------
    read : Levels
        Where readings m were taken.
    strays_db_m : ndarray (m,)
        By how much each lies above the law [dB].
    first : Spreads, optional
        What was believed before; stays where there are few readings.

    Notes
    -----
    Highest posterior density over a coarse grid, one spread after the other, twice: the likelihood is flat about its
    best, and finer steps change no map by a tenth of a decibel.
    """
    start = first or Spreads()
    if read.ap_n.size < _FEW:
        return start
    points = np.unique(read.ap_n)
    most = max(_LEAST, min(ENOUGH, ENOUGH_IN_ALL // points.size))
    rows = np.concatenate([thinned(np.flatnonzero(read.ap_n == ap), read.xyz_m_n, most) for ap in points])
    part, strays = read.at(rows), strays_db_m[rows]
    best, height = start, _height(part, strays, start, start)
    for _ in range(2):
        for name in _TRIED:
            for tried in _around(best, name):
                here = _height(part, strays, tried, start)
                if here > height:
                    best, height = tried, here
    return best


def _around(spreads: Spreads, name: str) -> Iterator[Spreads]:
    for value in _TRIED[name]:
        if name == "field_db":
            yield replace(spreads, field_db=value)
        elif name == "noise_db":
            yield replace(spreads, noise_db=value)
        elif name == "length_m":
            yield replace(spreads, length_m=value)
        else:
            yield replace(spreads, power_db=value)


def _height(read: Levels, strays_db_m: Array, tried: Spreads, first: Spreads) -> float:
    pairs = (
        (tried.field_db, first.field_db),
        (tried.noise_db, first.noise_db),
        (tried.length_m, first.length_m),
        (tried.power_db, first.power_db),
    )
    away = sum((log(now / before) / _PRIOR_LN) ** 2 for now, before in pairs)
    return believed(read, tried, strays_db_m=strays_db_m).log_likelihood - 0.5 * away
