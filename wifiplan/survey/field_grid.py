"""Grids of maps: what changes slowly is asked at nodes, and carried to the cells between them."""

from typing import NamedTuple

import numpy as np

from wifiplan.predict.coverage import HEAT_HEIGHT_M
from wifiplan.units import Array

NODE_M = 1.0
"""The smooth law, what readings add, and spreads of a grid are asked so far apart and interpolated: they change over
the length of shadows. The law's own edges stand in every cell [m]."""


def points_of(x_m: Array, y_m: Array) -> Array:
    """Return the points of a grid at the height of a tablet (y · x, 3) [m]."""
    xx, yy = np.meshgrid(x_m, y_m)
    return np.column_stack((xx.ravel(), yy.ravel(), np.full(xx.size, HEAT_HEIGHT_M)))


def nodes(cells_m: Array) -> Array:
    """Return places about `NODE_M` apart along an axis, ends included."""
    step = max(1, round(NODE_M / float(cells_m[1] - cells_m[0]))) if cells_m.size > 1 else 1
    return np.unique(np.r_[cells_m[::step], cells_m[-1:]])


class Onto(NamedTuple):
    """From values at nodes of a grid to values at its cells, straight between them."""

    node_x_m: Array
    node_y_m: Array
    x_m: Array
    y_m: Array

    def cells(self, values_ij: Array) -> Array:
        """Return the values at all cells (i, y · x)."""
        at_nodes = values_ij.reshape(len(values_ij), self.node_y_m.size, self.node_x_m.size)
        across = _between(self.node_x_m, self.x_m)
        down = _between(self.node_y_m, self.y_m)
        return np.asarray(down @ at_nodes @ across.T).reshape(len(values_ij), -1)


def _between(nodes_m: Array, cells_m: Array) -> Array:
    """Return the weights of nodes in every cell (cells, nodes)."""
    weights = np.empty((cells_m.size, nodes_m.size))
    for n, unit in enumerate(np.eye(nodes_m.size)):
        weights[:, n] = np.interp(cells_m, nodes_m, unit)
    return weights
