"""Lines of one level, and the areas between levels, over a grid. The one door to contourpy."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from contourpy import FillType, LineType, contour_generator

from wifiplan.units import Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contours:
    """The contours of a map: levels, and the lines of each as points (n, 2) [mm]."""

    levels: tuple[float, ...]
    lines: tuple[tuple[Array, ...], ...]


def contours(x_mm: Array, y_mm: Array, value_yx: Array, levels: Sequence[float]) -> Contours:
    """Return the lines along which a map has a level; what is not finite has none."""
    made = contour_generator(x_mm, y_mm, np.ma.masked_invalid(value_yx), line_type=LineType.Separate)
    found = tuple(tuple(np.asarray(line) for line in made.lines(level)) for level in levels)
    return Contours(levels=tuple(levels), lines=found)


def areas(x_mm: Array, y_mm: Array, value_yx: Array, limits: Sequence[float]) -> tuple[tuple[Array, ...], ...]:
    """Return the rings around what lies between each limit and the next, holes as rings of their own [mm]."""
    made = contour_generator(x_mm, y_mm, np.ma.masked_invalid(value_yx), fill_type=FillType.OuterOffset)
    return tuple(_rings(*made.filled(low, high)) for low, high in pairwise(limits))


def _rings(points: Sequence[Array], offsets: Sequence[Array]) -> tuple[Array, ...]:
    return tuple(
        np.asarray(part[start:end])
        for part, ends in zip(points, offsets, strict=True)
        for start, end in pairwise(ends.tolist())
    )
