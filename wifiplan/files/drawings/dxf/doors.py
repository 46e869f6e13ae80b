"""Doors and windows of a drawing: arcs with their leaves, blocks, and lines on layers of openings. In drawing units."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from wifiplan.catalog.layer_words import meaning
from wifiplan.files.drawings.dxf.paths import Drawn, Paths, Symbol
from wifiplan.files.drawings.dxf.uses import BOUNDS, Use
from wifiplan.units import Array, BoolArray

LEAST_TURN_DEG = 9.0
MOST_TURN_DEG = 185.0
"""Turns of door leaves as they are drawn: from ajar to folded back."""
LEAF_SHARE = 0.17
"""A leaf ends this near to its arc, as a share of its length: frames, thickness of the leaf, drawing by hand."""
_MOST_ENDS = 64
FAR = 1e12
"""Coordinates beyond this are garbage in every unit."""


class Bow(NamedTuple):
    """An arc: its centre, its two ends (x, y), its radius and its turn, and the corners of its chords."""

    centre: Array
    ends: Array
    radius: float
    turn_deg: float
    corners: Array


class Span(NamedTuple):
    """A door or a window by its two ends (2, 2), and where it comes from."""

    means: str
    ends: Array
    source: str


def bows(paths: Paths) -> list[Bow]:
    """Return the arcs among polylines that are bows of circles.

    The circle goes through the first, a middle and the last corner.
    """
    found: list[Bow] = []
    for points in paths.each():
        if len(points) < 3 or not (np.abs(points) < FAR).all():
            continue
        a, m, b = points[0], points[len(points) // 2], points[-1]
        ab, am = b - a, m - a
        twice = 2 * float(am[0] * ab[1] - am[1] * ab[0])
        if abs(twice) <= 1e-9 * float(np.hypot(*ab) * np.hypot(*am)) or twice == 0:
            continue
        sm, sb = float(am @ am), float(ab @ ab)
        centre = a + np.array([sm * ab[1] - sb * am[1], sb * am[0] - sm * ab[0]]) / twice
        radius = float(np.hypot(*(a - centre)))
        length = float(np.hypot(*np.diff(points, axis=0).T).sum())
        found.append(
            Bow(centre, np.array([a, b]), radius, float(np.degrees(length / radius)) if radius else 0.0, points)
        )
    return found


def leaved(arcs: Sequence[Bow], lines: Array) -> list[Bow]:
    """Return the arcs that a leaf goes with, about its hinge: a line from one end of the arc to the hinge.

    The hinge is as far from the one end of the arc as from the other; arcs drawn by hand have their centre elsewhere.
    """
    fit = [arc for arc in arcs if LEAST_TURN_DEG <= arc.turn_deg <= MOST_TURN_DEG]
    if not fit or len(lines) == 0:
        return []
    ends = lines.reshape(-1, 2)
    tree = cKDTree(ends)
    hinged = (_hinged(arc, ends, tree) for arc in fit)
    return [arc for arc in hinged if arc is not None]


def _hinged(arc: Bow, ends: Array, tree: cKDTree) -> Bow | None:
    """Return an arc about the hinge of its leaf; None: it has none."""
    chord = float(np.hypot(*(arc.ends[1] - arc.ends[0])))
    best: tuple[float, Bow] | None = None
    for tip, jamb in (arc.ends, arc.ends[::-1]):
        for end in tree.query_ball_point(tip, LEAF_SHARE * arc.radius)[:_MOST_ENDS]:
            hinge = ends[end ^ 1]
            leaf, other = float(np.hypot(*(hinge - tip))), float(np.hypot(*(hinge - jamb)))
            if leaf < 0.5 * arc.radius or leaf > 3 * arc.radius or chord > 1.5 * leaf:
                continue
            uneven = abs(leaf - other) / leaf
            if uneven <= LEAF_SHARE and (best is None or uneven < best[0]):
                best = (uneven, arc._replace(centre=hinge, radius=leaf))
    return None if best is None else best[1]


def swings(drawn: Drawn, uses: Mapping[str, Use]) -> list[tuple[Bow, str]]:
    """Return the arcs of doors with the layer or block that they come from.

    On layers of doors and in blocks of doors every arc counts; where a layer tells nothing, those with a leaf.
    """
    found: list[tuple[Bow, str]] = []
    lines = [some.segments() for key, some in drawn.paths.items() if key.kind in BOUNDS and key.kind != "ARC"]
    everything = np.concatenate(lines) if lines else np.empty((0, 2, 2))
    everything = everything[np.isfinite(everything).all(axis=(1, 2))]
    for key, some in drawn.paths.items():
        use = uses[key.layer]
        if key.kind != "ARC" or not (use.built or use.means is None):
            continue
        arcs = bows(some)
        if use.means in {"door", "opening"}:
            fit = [arc for arc in arcs if LEAST_TURN_DEG <= arc.turn_deg <= MOST_TURN_DEG]
        else:
            fit = leaved(arcs, everything)
        found.extend((arc, key.layer) for arc in fit)
    for symbol in drawn.symbols:
        found.extend((arc, symbol.block) for arc in symbol_arcs(symbol))
    return found


def symbol_arcs(symbol: Symbol) -> list[Bow]:
    """Return the swings within a block of a door: its arcs of at least half the size of the block."""
    if symbol.means != "door":
        return []
    size = float(np.hypot(*(symbol.box[2] - symbol.box[0])[:2]))
    arcs = [arc for arc in bows(symbol.arcs) if LEAST_TURN_DEG <= arc.turn_deg <= MOST_TURN_DEG]
    return [arc for arc in arcs if arc.radius >= 0.3 * size]


def symbol_spans(symbols: Sequence[Symbol]) -> list[Span]:
    """Return the spans of blocks that show no swing: along the longer side of their rectangle, in its middle.

    What is a door by its layer only, but made as a block that is called a window, is a window.
    """
    alike = {_make(symbol) for symbol in symbols if meaning(symbol.block, "block") == "window"}
    found: list[Span] = []
    for symbol in symbols:
        if symbol_arcs(symbol) or not np.isfinite(symbol.box).all():
            continue
        a, b, c, d = symbol.box[:, :2]
        along = ((a + d) / 2, (b + c) / 2)
        across = ((a + b) / 2, (d + c) / 2)
        longer = along if np.hypot(*(along[1] - along[0])) >= np.hypot(*(across[1] - across[0])) else across
        by_layer = meaning(symbol.block, "block") is None
        means = "window" if by_layer and _make(symbol) in alike else symbol.means
        found.append(Span(means, np.array(longer), symbol.block))
    return found


def _make(symbol: Symbol) -> tuple[int, int]:
    return len(symbol.lines.starts_n), len(symbol.arcs.starts_n)


def leaves(lines: Array, arcs: Sequence[Bow]) -> BoolArray:
    """Return which lines (n,) are a door's own: its leaf, its threshold, the chords of its arc."""
    own = np.zeros(len(lines), dtype=np.bool_)
    if not arcs or len(lines) == 0:
        return own
    chords = {corner for arc in arcs for corner in map(tuple, arc.corners.tolist())}
    own |= [tuple(a) in chords and tuple(b) in chords for a, b in lines.tolist()]
    tree = cKDTree(lines.reshape(-1, 2))
    for arc in arcs:
        near = [set(tree.query_ball_point(point, LEAF_SHARE * arc.radius)) for point in (arc.centre, *arc.ends)]
        for end in near[0] | near[1] | near[2]:
            if end ^ 1 in near[0] | near[1] | near[2]:
                own[end // 2] = True
    return own


def beside_swings(lines: Array, arcs: Sequence[Bow]) -> BoolArray:
    """Return which lines (n,) lie within the reach of a door: its leaf, its frame, its threshold."""
    inside = np.zeros(len(lines), dtype=np.bool_)
    if not arcs or len(lines) == 0:
        return inside
    centres = np.array([arc.centre for arc in arcs])
    reach = np.array([1.3 * arc.radius for arc in arcs])
    tree = cKDTree(lines.mean(axis=1))
    for centre, far in zip(centres, reach, strict=True):
        near = np.array(tree.query_ball_point(centre, far), dtype=np.int64)
        if len(near):
            off = np.hypot(*np.moveaxis(lines[near] - centre, -1, 0)).max(axis=1)
            inside[near[off <= far]] = True
    return inside
