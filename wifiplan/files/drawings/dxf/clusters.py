"""Which lines are the plan: frames, title blocks, legends and further plans of the same model space are told apart."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from wifiplan.units import Array, BoolArray, IntArray

CELL_M = 1.0
STEPS = 500
TOUCH_M = 1.7
"""Lines this near belong together, in cells of a metre."""
NEAR_M = 4.5
"""Parts with a smaller gap between their rectangles belong to one plan: piers of a facade stand 4 m apart."""
ANOTHER_SHARE = 0.3
"""A part with so much of the main part's length of wall is another plan, not a detail."""
BORDER_SHARE = 0.6
"""So much of a frame's length lies along its own rectangle."""
BORDER_WIDE = 0.03
FRAME_CLEAR_M = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """Parts of a model space: `of_n` says to which part each line (n,) belongs; part 0 is the plan.

    `boxes` are the rectangles (p, 4) of the plan and of further plans [m], `frames` are parts that are frames, and
    `another` those that look like plans too.
    """

    of_n: IntArray
    boxes: Array
    another: tuple[int, ...] = ()
    frames: tuple[int, ...] = ()


def parts_of(lines: Array) -> Parts:
    """Return which lines (n, 2, 2) [m] are the plan: the part with the greatest length of walls, and what is near."""
    label = _components(lines)
    n_parts = int(label.max()) + 1 if len(label) else 0
    length = np.hypot(*np.moveaxis(lines[:, 1] - lines[:, 0], -1, 0))
    total = np.bincount(label, weights=length, minlength=n_parts).astype(np.float64)
    boxes = _boxes(lines, label, n_parts)
    frame = _frames(lines, label, boxes, length, total)
    group = _grouped(boxes, frame, np.arange(n_parts))
    weight = np.bincount(group, weights=np.where(frame, 0.0, total), minlength=n_parts)
    ranked = np.argsort(-weight, kind="stable")
    rank = np.empty(n_parts, dtype=np.int64)
    rank[ranked] = np.arange(n_parts)
    of_n = rank[group[label]]
    another = tuple(int(k) for k in range(1, n_parts) if weight[ranked[k]] >= ANOTHER_SHARE * weight[ranked[0]])
    frames = tuple(int(rank[group[k]]) for k in np.flatnonzero(frame))
    return Parts(of_n=of_n, boxes=_boxes(lines, of_n, n_parts), another=another, frames=frames)


def _components(lines: Array) -> IntArray:
    """Return the part (n,) of each line: those whose cells of a metre are neighbours belong together."""
    span = lines[:, 1] - lines[:, 0]
    steps = np.clip(np.ceil(np.abs(span).max(axis=1) / CELL_M), 1, STEPS).astype(np.int64) + 1
    owner = np.repeat(np.arange(len(lines)), steps)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(steps) - steps, steps)
    share = place / (steps[owner] - 1)
    cells = np.floor((lines[owner, 0] + share[:, None] * span[owner]) / CELL_M)
    # long lines are sampled more coarsely than a cell: their own cells are linked one by one
    unique, cell_of = np.unique(cells, axis=0, return_inverse=True)
    cell_of = cell_of.ravel()
    pairs = cKDTree(unique).query_pairs(TOUCH_M, output_type="ndarray")
    chain = np.flatnonzero(np.diff(owner) == 0)
    one = np.concatenate([pairs[:, 0], cell_of[chain]])
    other = np.concatenate([pairs[:, 1], cell_of[chain + 1]])
    n = len(unique)
    _, label = connected_components(
        coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(n, n)), directed=False
    )
    first = np.cumsum(steps) - steps
    return np.asarray(label[cell_of[first]], dtype=np.int64)


def _boxes(lines: Array, label: IntArray, n_parts: int) -> Array:
    boxes = np.tile([np.inf, np.inf, -np.inf, -np.inf], (n_parts, 1))
    for axis in (0, 1):
        np.minimum.at(boxes[:, axis], label, lines[:, :, axis].min(axis=1))
        np.maximum.at(boxes[:, axis + 2], label, lines[:, :, axis].max(axis=1))
    return boxes


def _frames(lines: Array, label: IntArray, boxes: Array, length: Array, total: Array) -> BoolArray:
    """Return which parts are frames: round another part, clear of it, with most of their lines along their border."""
    n = len(boxes)
    frame = np.zeros(n, dtype=np.bool_)
    size = boxes[:, 2:] - boxes[:, :2]
    for k in np.argsort(-size.prod(axis=1))[:50]:
        clear = np.hstack([boxes[:, :2] - boxes[k, :2], boxes[k, 2:] - boxes[:, 2:]])
        inside = np.asarray((clear > FRAME_CLEAR_M).all(axis=1))  # a part is not clear of itself
        if not inside.any() or total[inside].max() < 0.2 * total[k]:
            continue
        own = np.flatnonzero(label == k)
        wide = BORDER_WIDE * float(size[k].max())
        border = np.zeros(len(own), dtype=np.bool_)
        for axis in (0, 1):
            for edge in (boxes[k, axis], boxes[k, axis + 2]):
                border |= (np.abs(lines[own, :, axis] - edge) <= wide).all(axis=1)
        frame[k] = length[own][border].sum() >= BORDER_SHARE * total[k]
    return frame


def _grouped(boxes: Array, frame: BoolArray, group: IntArray) -> IntArray:
    """Return the group of each part: those whose rectangles are near belong together, again and again."""
    group = group.copy()
    for _ in range(20):
        ids = np.unique(group[~frame])
        if len(ids) > 4000:
            return group
        merged = np.array([_hull(boxes[(group == k) & ~frame]) for k in ids])
        gap = np.maximum(merged[:, None, :2] - merged[None, :, 2:], merged[None, :, :2] - merged[:, None, 2:]).max(
            axis=2
        )
        n, label = connected_components(coo_array(gap <= NEAR_M), directed=False)
        if n == len(ids):
            return group
        for new in range(n):
            same = ids[label == new]
            group[np.isin(group, same) & ~frame] = same[0]
    return group


def _hull(boxes: Array) -> Array:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
