"""Double lines become walls: the faces of a wall give one centre line with a thickness, single lines stay."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from wifiplan.site.building import Point, WallKind
from wifiplan.site.recognition import bodies, faces
from wifiplan.site.recognition.bodies import Bars
from wifiplan.site.recognition.faces import Lines
from wifiplan.site.recognition.junctions import closed
from wifiplan.site.recognition.pairing import doubles
from wifiplan.site.recognition.records import Merged, Stroke, WallLine
from wifiplan.units import Array, BoolArray

SINGLE_M = 0.08
"""Thickness of a wall of which a drawing of double lines shows one face only: a light partition, and never more than
4 cm off the line that was drawn."""
LEAST_M = 0.05
"""Single lines shorter than this bound nothing."""


def merge_strokes(strokes: Sequence[Stroke]) -> Merged:
    """Return the walls that strokes stand for: two faces of one wall give one line in the middle.

    Parameters
    ----------
    strokes : sequence of Stroke
        Pieces of line [m], in any order, drawn either way. Kinds are never mixed: windows pair with windows.

    Returns
    -------
    Merged
        Walls with ends at the crossings of their centre lines, and counts of what became of the strokes.

    Examples
    --------
    >>> faces = [Stroke(a=(0, 0), b=(5, 0)), Stroke(a=(5, 0.2), b=(0, 0.2)), Stroke(a=(0, 3), b=(5, 3))]
    >>> [(w.a, w.b, w.thickness_m) for w in merge_strokes(faces).walls]
    [((0.0, 0.1), (5.0, 0.1), 0.2), ((0.0, 3.0), (5.0, 3.0), 0.08)]
    """
    kinds: list[WallKind] = ["wall", "window", "door", "parapet"]
    counts: Counter[str] = Counter(strokes=len(strokes))
    walls: list[WallLine] = []
    for kind in kinds:
        own = [stroke for stroke in strokes if (stroke.kind or "wall") == kind]
        if own:
            walls.extend(_merged(own, kind, counts))
    return Merged(walls=tuple(walls), counts=dict(+counts))


def _merged(strokes: Sequence[Stroke], kind: WallKind, counts: Counter[str]) -> list[WallLine]:
    ends = np.array([(*stroke.a, *stroke.b) for stroke in strokes], dtype=np.float64)
    lines, fates = faces.cleaned(ends[:, :2], ends[:, 2:])
    counts.update(fates)
    if len(lines.a) == 0:
        return []
    middle = np.median(np.vstack([lines.a, lines.b]), axis=0)
    lines = lines._replace(a=lines.a - middle, b=lines.b - middle)
    whole = np.array([strokes[n].thickness_m is not None for n in lines.owner_n], dtype=np.bool_)
    before = counts["curved"]
    double, rest = doubles(lines.take(~whole), counts)
    n_curved = counts["curved"] - before
    rest = rest.take(~_noted(bodies.inside(rest, double), counts, "absorbed"))
    is_double = len(double.a) > 0 and _total_m(double.a, double.b) >= 0.5 * _total_m(rest.a, rest.b)
    single = _singles(lines.take(whole), rest, strokes, SINGLE_M if is_double else 0.0)
    counts.update(double=len(double.a) - n_curved, single=len(single.a))
    bars, n_joined = closed(bodies.stacked([double, single]))
    counts["joined"] += n_joined
    home = float(middle[0]), float(middle[1])
    return [line_of(strokes[int(bars.owner_n[n])], kind, bars, n, home) for n in ordered(bars)]


def _singles(whole: Lines, rest: Lines, strokes: Sequence[Stroke], usual_m: float) -> Bars:
    _, length = bodies.units(rest.a, rest.b)
    rest = rest.take(length >= LEAST_M)
    thick = np.array([strokes[n].thickness_m or 0.0 for n in whole.owner_n])
    return Bars(
        np.concatenate([whole.a, rest.a]),
        np.concatenate([whole.b, rest.b]),
        np.concatenate([thick, np.full(len(rest.a), usual_m)]),
        np.concatenate([whole.owner_n, rest.owner_n]),
        np.ones(len(whole.a) + len(rest.a), dtype=np.int64),
    )


def _noted(which: BoolArray, counts: Counter[str], name: str) -> BoolArray:
    counts[name] += int(which.sum())
    return which


def _total_m(a: Array, b: Array) -> float:
    return float(np.hypot(*(b - a).T).sum())


def ordered(bars: Bars) -> list[int]:
    """Return the walls' numbers from the south-west on, so that the order of strokes does not show."""
    low = np.minimum(bars.a, bars.b)
    keys = np.round(np.column_stack([bars.b, low[:, ::-1]]), 3)
    found: list[int] = np.lexsort(keys.T).tolist()
    return found


class Sourced(Protocol):
    """What tells a wall's material and where it comes from."""

    @property
    def material(self) -> str | None:
        """Material, where the drawing tells."""

    @property
    def source(self) -> str:
        """The drawing's word for it."""


def line_of(told: Sourced, kind: WallKind, bars: Bars, n: int, middle: Point = (0.0, 0.0)) -> WallLine:
    """Return one of the walls as a record, moved by `middle`."""
    thick = round(float(bars.thick_m[n]), 3)
    return WallLine(
        a=_moved(bars.a[n], middle),
        b=_moved(bars.b[n], middle),
        kind=kind,
        material=told.material,
        thickness_m=thick or None,
        source=told.source,
        n_strokes=int(bars.n_strokes[n]),
    )


def _moved(point: Array, by: Point) -> Point:
    return round(float(point[0]) + by[0], 3), round(float(point[1]) + by[1], 3)
