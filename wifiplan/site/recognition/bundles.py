"""Which parallel faces are the two sides of one wall: cross-sections through bundles of faces, one after the other."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from wifiplan.site.recognition.faces import Faces
from wifiplan.units import BoolArray, IntArray

THICK_M = 0.6
"""The two faces of a wall are no further apart; the narrowest corridor (70 cm) is wider."""
THIN_M = 0.04
"""Lines nearer than this are one line with its plaster, a kerb or a seal, not a wall; partitions have 5 cm and more."""
BRIDGE_M = 0.65
"""A break of this length in one face, where the other goes on, is a wall that joins, a column or a pipe."""
ROW_LINES = 5
"""As many evenly spaced lines are stairs, hatching or shelves: no wall has five leaves of one thickness."""
DENSE_LINES = 12
"""More lines than this in the mean within 60 cm to both sides are hatching: insulated walls have up to eight."""
STEP_M = 0.002


class Pieces(NamedTuple):
    """Walls found along one direction: where along it, between which offsets, between which two faces."""

    low_m: list[float]
    high_m: list[float]
    near_m: list[float]
    far_m: list[float]
    near_n: list[int]
    far_n: list[int]

    def take(self, which: Sequence[int]) -> "Pieces":
        """Return some of the pieces."""
        return _pieces([_row(self, n) for n in which])


def paired(faces: Faces, thick_m: float = THICK_M) -> tuple[Pieces, BoolArray]:
    """Return the walls between parallel faces, and which faces (n,) are rows of evenly spaced lines.

    Every cross-section of faces no further apart than `thick_m` is parted into walls: all within that span is one
    wall, its outermost faces count (plaster, insulation); in a longer bundle the nearest faces belong together. Where
    it is known on which side of a face the wall's body is, that decides.
    """
    rows = np.zeros(len(faces.low_m), dtype=np.bool_)
    pieces = Pieces([], [], [], [], [], [])
    known = bool((faces.solid_n != 0).all())
    rule = _Rule(thick_m, known, faces.solid_n.tolist(), rows)
    for group in _bundles(faces, rows, thick_m, known=known):
        _sweep(faces, group.tolist(), rule, pieces)
    return pieces, rows


class _Rule(NamedTuple):
    """What parts a cross-section: the thickest wall, whether bodies are known, their sides, rows found so far."""

    thick_m: float
    known: bool
    solid_n: list[int]
    rows: BoolArray


def _bundles(faces: Faces, rows: BoolArray, thick_m: float, *, known: bool) -> list[IntArray]:
    """Return groups of faces that lie beside one another; marks what is too dense to be walls."""
    n = len(faces.low_m)
    half = thick_m / 2
    boxes = shapely.box(faces.low_m + STEP_M, faces.offset_m - half, faces.high_m - STEP_M, faces.offset_m + half)
    one, other = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    if not known:
        # in the mean along a face: a long one passes many windows and columns, one after the other
        beside = np.minimum(faces.high_m[one], faces.high_m[other]) - np.maximum(faces.low_m[one], faces.low_m[other])
        share = np.clip(beside, 0.0, None) / (faces.high_m - faces.low_m)[one]
        rows |= np.bincount(one, weights=share, minlength=n) > DENSE_LINES + 1
    keep = (one != other) & ~rows[one] & ~rows[other]
    links = coo_array((np.ones(int(keep.sum()), dtype=np.int8), (one[keep], other[keep])), shape=(n, n))
    _, label = connected_components(links, directed=False)
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    return [group for group in groups if len(group) > 1]


def _sweep(faces: Faces, group: Sequence[int], rule: _Rule, pieces: Pieces) -> None:
    """Walk along one bundle and open and close walls where faces begin and end."""
    events = sorted([(float(faces.low_m[n]), 1, n) for n in group] + [(float(faces.high_m[n]), 0, n) for n in group])
    offset = {n: float(faces.offset_m[n]) for n in group}
    active: list[tuple[float, int]] = []
    standing: dict[tuple[int, int], float] = {}
    for k, (at, begins, n) in enumerate(events):
        key = (offset[n], n)
        if begins:
            insort(active, key)
        else:
            del active[bisect_left(active, key)]
        if k + 1 < len(events) and events[k + 1][0] - at < STEP_M:
            continue
        now = set(_sections(active, rule))
        for pair in [pair for pair in standing if pair not in now]:
            _close(pieces, standing.pop(pair), at, pair, offset)
        for pair in now:
            standing.setdefault(pair, at)


def _close(pieces: Pieces, low: float, high: float, pair: tuple[int, int], offset: dict[int, float]) -> None:
    if high - low < 2 * STEP_M:
        return
    pieces.low_m.append(low)
    pieces.high_m.append(high)
    pieces.near_m.append(offset[pair[0]])
    pieces.far_m.append(offset[pair[1]])
    pieces.near_n.append(pair[0])
    pieces.far_n.append(pair[1])


def _sections(active: Sequence[tuple[float, int]], rule: _Rule) -> Iterator[tuple[int, int]]:
    """Yield the walls of one cross-section, as pairs of faces."""
    if rule.known:
        for (low, one), (high, other) in pairwise(active):
            if rule.solid_n[one] > 0 > rule.solid_n[other] and STEP_M < high - low <= rule.thick_m:
                yield one, other
        return
    rows, start = rule.rows, 0
    for k in range(1, len(active) + 1):
        if k < len(active) and active[k][0] - active[k - 1][0] <= rule.thick_m:
            continue
        if k - start > 1:
            yield from _walls(active[start:k], rows)
        start = k


def _walls(chain: Sequence[tuple[float, int]], rows: BoolArray) -> Iterator[tuple[int, int]]:
    span = chain[-1][0] - chain[0][0]
    if span <= THICK_M + 1e-6:
        if span >= THIN_M:
            yield chain[0][1], chain[-1][1]
        return
    found = _even(chain)
    if found is not None:
        first, last = found
        # the ends of a row may be faces of walls; they are part of it where nothing else is near
        edges = (first + (first > 0), last - (last < len(chain) - 1))
        for _, n in chain[edges[0] : edges[1] + 1]:
            rows[n] = True
        for part in (chain[: edges[0]], chain[edges[1] + 1 :]):
            if len(part) > 1:
                yield from _walls(part, rows)
        return
    yield from _nearest(chain)


def _even(chain: Sequence[tuple[float, int]]) -> tuple[int, int] | None:
    """Return the first and the last line of a run of evenly spaced ones."""
    start = 0
    for k in range(1, len(chain)):
        gap, before = chain[k][0] - chain[k - 1][0], chain[start + 1][0] - chain[start][0]
        if abs(gap - before) > 0.1 * before:
            start = k - 1
        elif k - start + 1 >= ROW_LINES:
            while k + 1 < len(chain) and abs(chain[k + 1][0] - chain[k][0] - before) <= 0.1 * before:
                k += 1  # noqa: PLW2901  # the run goes on
            return start, k
    return None


def _nearest(chain: Sequence[tuple[float, int]]) -> Iterator[tuple[int, int]]:
    """Yield pairs of neighbours that leave the fewest lines alone, and of these the thinnest walls in all."""
    best: list[tuple[int, float, tuple[int, int] | None]] = [(0, 0.0, None), (1, 0.0, None)]
    for k in range(1, len(chain)):
        alone, thick, _ = best[k]
        choices: list[tuple[int, float, tuple[int, int] | None]] = [(alone + 1, thick, None)]
        for j in range(k - 1, -1, -1):
            wide = chain[k][0] - chain[j][0]
            if wide > THICK_M:
                break
            if wide >= THIN_M:
                choices.append((best[j][0], best[j][1] + wide, (j, k)))
        best.append(min(choices, key=lambda choice: choice[:2]))
    k = len(chain)
    while k:
        pair = best[k][2]
        if pair is None:
            k -= 1
            continue
        yield chain[pair[0]][1], chain[pair[1]][1]
        k = pair[0]


def bridged(pieces: Pieces, bridge_m: float = BRIDGE_M) -> tuple[Pieces, int]:
    """Return the walls with breaks of one face up to `bridge_m` closed where the other goes on, and how many."""
    order = sorted(range(len(pieces.low_m)), key=lambda n: (pieces.near_n[n], pieces.low_m[n]))
    rows, count = _bridged([_row(pieces, n) for n in order], bridge_m, kept=4)
    rows.sort(key=lambda row: (row[5], row[0]))
    rows, more = _bridged(rows, bridge_m, kept=5)
    return _pieces(rows), count + more


_Row: TypeAlias = tuple[float, float, float, float, int, int]


def _row(pieces: Pieces, n: int) -> _Row:
    return (
        pieces.low_m[n], pieces.high_m[n], pieces.near_m[n], pieces.far_m[n], pieces.near_n[n], pieces.far_n[n],
    )  # fmt: skip


def _pieces(rows: Sequence[_Row]) -> Pieces:
    return Pieces(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        [row[3] for row in rows],
        [row[4] for row in rows],
        [row[5] for row in rows],
    )


def _bridged(rows: list[_Row], bridge_m: float, *, kept: int) -> tuple[list[_Row], int]:
    found: list[_Row] = []
    n_bridged = 0
    for row in rows:
        last = found[-1] if found else None
        if last is not None and last[kept] == row[kept] and -STEP_M <= row[0] - last[1] <= bridge_m:
            moved = abs(row[2] - last[2]) + abs(row[3] - last[3])
            if moved <= STEP_M * 5:
                found[-1] = (last[0], row[1], *last[2:])
                n_bridged += row[0] - last[1] > STEP_M
                continue
        found.append(row)
    return found, n_bridged
