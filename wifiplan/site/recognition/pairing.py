"""From lines to walls of two faces: direction by direction, wall ends apart, narrow shafts in a second round."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from wifiplan.site.recognition import bodies, bundles, faces
from wifiplan.site.recognition.bends import bent
from wifiplan.site.recognition.bodies import Bars
from wifiplan.site.recognition.faces import Lines
from wifiplan.units import Array, BoolArray, IntArray


class Limits(NamedTuple):
    """The thickest wall, and the longest break of one face that is bridged [m]."""

    thick_m: float = bundles.THICK_M
    bridge_m: float = bundles.BRIDGE_M


def doubles(lines: Lines, counts: Counter[str], limits: Limits | None = None) -> tuple[Bars, Lines]:
    """Return the walls of two faces, and what is left of the lines.

    What closes the end of a wall is kept apart at first, lest it pairs with what it faces; the inside of a narrow shaft
    looks the same, and gets its turn in a second round.
    """
    rules = limits or Limits()
    chords = faces.in_curves(lines)
    arcs, used = bent(lines.take(chords), rules.thick_m, parallel=True)
    lines = faces.stacked([lines.take(~chords), lines.take(chords).take(~used)])
    is_cap = faces.caps(lines)
    ends, lines = lines.take(is_cap), lines.take(~is_cap)
    bars, rest = _paired(lines, counts, rules)
    closing = bodies.inside(ends, bars)
    counts["caps"] += int(closing.sum())
    rest = faces.stacked([rest, ends.take(~closing)])
    absorbed = bodies.inside(rest, bars)
    counts["absorbed"] += int(absorbed.sum())
    rest = rest.take(~absorbed)
    more, rest = _paired(rest, counts, rules)
    bars = bodies.stacked([bars, more])
    bars = bars.take(~bodies.crosswise(bars))
    curved, used = bent(rest, rules.thick_m)
    counts["curved"] += len(arcs.a) + len(curved.a)
    return bodies.stacked([bars, arcs, curved]), rest.take(~used)


def _paired(lines: Lines, counts: Counter[str], limits: Limits) -> tuple[Bars, Lines]:
    """Return walls of two faces, direction by direction, and the parts of lines that are no face of one."""
    found: list[Bars] = []
    left: list[Lines] = []
    for angle, members in faces.by_direction(lines):
        parallel = faces.joined(lines.take(members), angle)
        counts["continued"] += len(members) - len(parallel.low_m)
        pieces, rows = bundles.paired(parallel, limits.thick_m)
        across = bodies.crosswise(_bars(parallel, pieces))
        pieces, n_bridged = bundles.bridged(pieces.take(np.flatnonzero(~across).tolist()), limits.bridge_m)
        counts["bridged"] += n_bridged
        counts["rows"] += int(parallel.n_strokes[rows].sum())
        found.append(_bars(parallel, pieces))
        left.append(_left(parallel, pieces, rows))
    return bodies.stacked(found), faces.stacked(left)


def _bars(parallel: faces.Faces, pieces: bundles.Pieces) -> Bars:
    low, high, near, far = (np.array(column, dtype=np.float64) for column in pieces[:4])
    near_n, far_n = np.array(pieces.near_n, dtype=np.int64), np.array(pieces.far_n, dtype=np.int64)
    middle = (near + far) / 2
    owner = parallel.owner_n[near_n]
    n_strokes = parallel.n_strokes[near_n] + parallel.n_strokes[far_n]
    angle = parallel.angle_rad
    return Bars(_points(low, middle, angle), _points(high, middle, angle), far - near, owner, n_strokes)


def _points(along_m: Array, across_m: Array, angle_rad: float) -> Array:
    cosine, sine = np.cos(angle_rad), np.sin(angle_rad)
    return np.stack([along_m * cosine - across_m * sine, along_m * sine + across_m * cosine], axis=1)


def _left(parallel: faces.Faces, pieces: bundles.Pieces, rows: BoolArray) -> Lines:
    """Return the parts of faces that are no side of a wall."""
    spans: dict[int, list[tuple[float, float]]] = {}
    for n in range(len(pieces.low_m)):
        for face in (pieces.near_n[n], pieces.far_n[n]):
            spans.setdefault(face, []).append((pieces.low_m[n], pieces.high_m[n]))
    parts: list[tuple[float, float, int]] = []
    for face in np.flatnonzero(~rows).tolist():
        at, end = float(parallel.low_m[face]), float(parallel.high_m[face])
        for start, stop in sorted(spans.get(face, ())):
            if start - at > bundles.STEP_M:
                parts.append((at, start, face))
            at = max(at, stop)
        if end - at > bundles.STEP_M:
            parts.append((at, end, face))
    low, high = np.array([part[0] for part in parts]), np.array([part[1] for part in parts])
    index: IntArray = np.array([part[2] for part in parts], dtype=np.int64)
    offset, angle = parallel.offset_m[index], parallel.angle_rad
    ends = _points(low, offset, angle), _points(high, offset, angle)
    return Lines(*ends, parallel.owner_n[index], parallel.solid_n[index])
