"""What a drawing shows, as arrays: polylines by layer and kind of entity, texts, and symbols (blocks of a meaning)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from wifiplan.units import Array, IntArray

_LEAST_RING = 3
"""A ring has three corners and comes back to the first."""


class Key(NamedTuple):
    """Where lines come from: the layer, and the kind of entity ("ARC" for every bow, also those of polylines).

    `width` is how broad the line itself is [drawing units]: a broad one stands for a whole wall.
    """

    layer: str
    kind: str
    width: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paths:
    """Polylines, one after the other.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
        Their corners [drawing units].
    starts_n : ndarray of int, shape (m,)
        Where each of the m polylines begins.
    """

    points: Array
    starts_n: IntArray

    def segments(self) -> Array:
        """Return the straight pieces, shape (k, 2, 2): start and end, x and y."""
        if len(self.points) == 0:
            return np.empty((0, 2, 2))
        pairs = np.stack([self.points[:-1, :2], self.points[1:, :2]], axis=1)
        keep = np.ones(len(pairs), dtype=np.bool_)
        keep[self.starts_n[1:] - 1] = False
        return pairs[keep]

    def rings(self) -> IntArray:
        """Return the number of the closed polyline of each straight piece (k,); -1 for pieces of open ones."""
        lengths = np.diff(self.starts_n, append=len(self.points))
        first, last = self.points[self.starts_n, :2], self.points[self.starts_n + lengths - 1, :2]
        with np.errstate(invalid="ignore", over="ignore"):
            closed = (lengths > _LEAST_RING) & (np.abs(first - last) <= 1e-9 * np.abs(first) + 1e-9).all(axis=1)
        return np.repeat(np.where(closed, np.arange(len(lengths)), -1), np.maximum(lengths - 1, 0))

    def each(self) -> list[Array]:
        """Return the polylines one by one, shape (n, 2) each."""
        return np.split(self.points[:, :2], self.starts_n[1:])

    def moved(self, matrices: Array) -> "Paths":
        """Return the same once for every matrix, shape (k, 4, 4), for row vectors."""
        n = len(self.points)
        with np.errstate(over="ignore", invalid="ignore"):
            points = np.einsum("nx,kxy->kny", self.points, matrices[:, :3, :3]) + matrices[:, None, 3, :3]
        starts = self.starts_n + n * np.arange(len(matrices))[:, None]
        return Paths(points=points.reshape(-1, 3), starts_n=starts.ravel())


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of a drawing: where its start is, how high its letters are [drawing units]."""

    text: str
    layer: str
    at: tuple[float, float, float]
    height: float
    kind: str = "TEXT"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Symbol:
    """A block that stands for a thing (a door, a window), with what it shows.

    `box` is the rectangle round its lines in the block's own frame, moved to where it stands: shape (4, 3), two
    corners along the block's x axis first.
    """

    block: str
    layer: str
    means: str
    box: Array
    arcs: Paths
    lines: Paths

    def moved(self, matrix: Array, layer: str) -> "Symbol":
        """Return the same, moved; what was drawn on layer 0 takes the layer of the block that holds it."""
        return Symbol(
            block=self.block,
            layer=layer if self.layer == "0" else self.layer,
            means=self.means,
            box=moved(self.box, matrix),
            arcs=self.arcs.moved(matrix[None]),
            lines=self.lines.moved(matrix[None]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """All that a layout or a block shows; `counts` are its entities by layer, kind and fate ("" is: drawn)."""

    paths: Mapping[Key, Paths] = field(default_factory=dict)
    texts: tuple[Text, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    counts: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many points, texts and symbols there are, at least one."""
        shapes = sum(len(s.arcs.points) + len(s.lines.points) + 4 for s in self.symbols)
        return 1 + sum(len(p.points) for p in self.paths.values()) + len(self.texts) + shapes

    def moved(self, matrices: Array, layer: str) -> "Drawn":
        """Return the same as blocks on `layer` show it, once a matrix (k, 4, 4); layer 0 becomes the block's."""
        paths: dict[Key, list[Paths]] = {}
        for key, some in self.paths.items():
            width = key.width * float(np.hypot(*matrices[0, 0, :2])) if key.width else 0.0
            own = layer if key.layer == "0" else key.layer
            paths.setdefault(Key(own, key.kind, width), []).append(some.moved(matrices))
        counts: Counter[tuple[str, str, str]] = Counter()
        for (own, kind, fate), n in self.counts.items():
            counts[layer if own == "0" else own, kind, fate] += n * len(matrices)
        return Drawn(
            paths={key: joined(some) for key, some in paths.items()},
            texts=tuple(_moved_text(text, matrix, layer) for matrix in matrices for text in self.texts),
            symbols=tuple(symbol.moved(matrix, layer) for matrix in matrices for symbol in self.symbols),
            counts=counts,
        )


def moved(points: Array, matrix: Array) -> Array:
    """Return points (n, 3) moved by a matrix (4, 4) for row vectors; what overflows is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(points @ matrix[:3, :3] + matrix[3, :3])


def joined(parts: Sequence[Paths]) -> Paths:
    """Return polylines of several sets as one set."""
    if len(parts) == 1:
        return parts[0]
    sizes = np.cumsum([0] + [len(part.points) for part in parts])
    return Paths(
        points=np.concatenate([part.points for part in parts]) if parts else np.empty((0, 3)),
        starts_n=np.concatenate([part.starts_n + n for part, n in zip(parts, sizes[:-1], strict=True)])
        if parts
        else np.empty(0, dtype=np.int64),
    )


def of_arrays(arrays: Iterable[Array]) -> Paths:
    """Return polylines given one by one, shape (n, 3) each."""
    found = [np.asarray(array, dtype=np.float64).reshape(-1, 3) for array in arrays]
    lengths = [len(array) for array in found]
    return Paths(
        points=np.concatenate(found) if found else np.empty((0, 3)),
        starts_n=np.cumsum([0, *lengths[:-1]]) if found else np.empty(0, dtype=np.int64),
    )


def _moved_text(text: Text, matrix: Array, layer: str) -> Text:
    x, y, z = moved(np.array([text.at]), matrix)[0].tolist()
    scale = float(np.hypot(*matrix[1, :2]))
    own = layer if text.layer == "0" else text.layer
    return Text(text=text.text, layer=own, at=(x, y, z), height=text.height * scale, kind=text.kind)
