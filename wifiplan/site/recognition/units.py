"""In which unit a drawing is: what its doors, walls, letters and extent would measure in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.units import Array

UNITS_M: Mapping[str, float] = {"mm": 0.001, "cm": 0.01, "m": 1.0, "in": 0.0254, "ft": 0.3048, "dm": 0.1}
"""Metres a unit, the usual ones of drawings first."""

DOOR_M = (0.6, 1.3)
"""Widths of most doors."""
WALL_M = (0.06, 0.5)
"""Thicknesses of most walls."""
TEXT_M = (0.08, 1.5)
"""Heights of letters in a plan that can be read when it is printed from 1:50 to 1:500."""
EXTENT_M = (5.0, 400.0)
"""Longer side of a school's floor, from a pavilion to a campus."""
LIKELY_EXTENT_M = (8.0, 150.0)
POSSIBLE_EXTENT_M = (2.0, 3000.0)
"""A drawing of one room, or of all buildings of an estate: rare, yet no reason to mistrust all else."""
FIT_SHARE = 0.5
"""Doors or walls speak for a unit in full if so many of them have a usual size in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Sizes in a drawing's own units, as many as could be found: nothing of it is needed, more decides better.

    Parameters
    ----------
    extent : float
        Longer side of the plan, without frame and legend.
    doors : sequence of float
        Radii of door arcs or widths of door blocks.
    walls : sequence of float
        Distances of lines that look like the two faces of a wall.
    texts : sequence of float
        Heights of letters.
    """

    extent: float
    doors: Sequence[float] = ()
    walls: Sequence[float] = ()
    texts: Sequence[float] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A unit, how well it fits (0 to 1), and why, in words."""

    name: str
    unit_m: float
    score: float
    grounds: tuple[str, ...]
    zh: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Units from the most to the least plausible; `unit` is None where two fit alike or none does."""

    ranked: tuple[Candidate, ...]
    unit: Candidate | None


def plausible_units(measured: Measured, units_m: Mapping[str, float] = UNITS_M) -> Verdict:
    """Return which unit a drawing is in, by what its parts would measure.

    Parameters
    ----------
    measured : Measured
        Sizes in the drawing's units.
    units_m : mapping of str to float
        Candidates: metres a unit by name.

    Returns
    -------
    Verdict
        The candidates, ranked, and the one that fits if it clearly does.

    Examples
    --------
    >>> seen = Measured(extent=84_000, doors=[900, 1000, 900], walls=[200, 120, 240])
    >>> plausible_units(seen).unit.name
    'mm'
    >>> plausible_units(Measured(extent=100)).unit is None
    True
    """
    ranked = sorted(
        (_candidate(measured, name, unit_m) for name, unit_m in units_m.items()), key=lambda one: -one.score
    )
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    clear = first.score >= 0.45 and (second is None or first.score - second.score >= 0.15)
    return Verdict(ranked=tuple(ranked), unit=first if clear else None)


def _candidate(measured: Measured, name: str, unit_m: float) -> Candidate:
    """Return a unit with the weighted mean of what speaks for it; doors tell most, letters least."""
    grounds: list[str] = []
    zh: list[str] = []
    total = weight = 0.0
    evidence = (
        ("doors", "門寬", measured.doors, DOOR_M, 3.0),
        ("walls", "牆厚", measured.walls, WALL_M, 2.0),
        ("letters", "字高", measured.texts, TEXT_M, 0.7),
    )
    for what, what_zh, sizes, usual, counts in evidence:
        values = np.asarray([size for size in sizes if np.isfinite(size) and size > 0], dtype=np.float64) * unit_m
        if len(values) == 0:
            continue
        share, middle = _share(values, usual), float(np.median(values))
        speaks = min(1.0, share / FIT_SHARE)
        # two doors may be chance, ten are not
        trust = counts * min(1.0, 0.4 + 0.1 * len(values))
        total, weight = total + trust * speaks, weight + trust
        grounds.append(f"{len(values)} {what} of {middle:.3g} m ({share:.0%} usual)")
        zh.append(f"{what_zh} {len(values)} 處，中位數 {middle:.3g} m（{share:.0%} 合理）")
    extent = measured.extent * unit_m
    fits = _fits(extent)
    total, weight = total + 1.5 * fits, weight + 1.5
    grounds.append(f"{extent:.3g} m across")
    zh.append(f"全長 {extent:.3g} m")
    score = total / weight if fits else 0.3 * total / weight
    return Candidate(name=name, unit_m=unit_m, score=round(score, 3), grounds=tuple(grounds), zh=tuple(zh))


def _fits(extent_m: float) -> float:
    if LIKELY_EXTENT_M[0] <= extent_m <= LIKELY_EXTENT_M[1]:
        return 1.0
    if EXTENT_M[0] <= extent_m <= EXTENT_M[1]:
        return 0.6
    return 0.15 if POSSIBLE_EXTENT_M[0] <= extent_m <= POSSIBLE_EXTENT_M[1] else 0.0


def _share(values_m: Array, usual_m: tuple[float, float]) -> float:
    """Return the share of sizes that are usual."""
    return float(np.mean((values_m >= usual_m[0] * 0.98) & (values_m <= usual_m[1] * 1.02)))
