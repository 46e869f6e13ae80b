"""A quick search for covers with few columns: where it meets a proven bound, no branch and bound is needed.

Rows that stay uncovered gain weight, so that the search leaves its ruts (RWLS: Gao, Weise and Li, Int. J. Hybrid
Intelligent Systems 2015).
"""

from dataclasses import dataclass, field

import numpy as np

from wifiplan.units import Array, BoolArray, IntArray

_TABU = 2
"""Steps for which a column that was put in may not be taken out."""


def few_columns(covers_rx: BoolArray, *, target: int, n_steps: int) -> list[int] | None:
    """Return a cover of all rows with few columns.

    Parameters
    ----------
    covers_rx : ndarray of bool (r, x)
        Which rows each column covers.
    target : int
        Number of columns with which the search may end.
    n_steps : int
        Exchanges to try.

    Returns
    -------
    list of int or None
        Columns in rising order; None where a row has no column. Same input, same answer.
    """
    if not covers_rx.any(axis=1).all():
        return None
    search = _Search(covers_rx=covers_rx)
    search.fill()
    best = sorted(search.chosen)
    for _ in range(n_steps):
        while not search.uncovered.size:
            best = sorted(search.chosen)
            if len(best) <= target:
                return best
            search.drop()
        search.exchange(len(best) - 1)
    return best


@dataclass(slots=True, kw_only=True, eq=False)
class _Search:
    """Columns chosen, weights of rows, and when each column last moved."""

    covers_rx: BoolArray
    chosen: list[int] = field(default_factory=list)
    count_r: IntArray = field(init=False)
    weight_r: Array = field(init=False)
    moved_x: IntArray = field(init=False)
    may_enter_x: BoolArray = field(init=False)
    of_row: list[IntArray] = field(init=False)
    generator: np.random.Generator = field(init=False)
    step: int = 0

    def __post_init__(self) -> None:
        n_rows, n_columns = self.covers_rx.shape
        self.count_r = np.zeros(n_rows, dtype=np.int64)
        self.weight_r = np.ones(n_rows)
        self.moved_x = np.zeros(n_columns, dtype=np.int64)
        self.may_enter_x = np.ones(n_columns, dtype=np.bool_)
        self.of_row = [np.flatnonzero(row) for row in self.covers_rx]
        self.generator = np.random.default_rng(0)

    @property
    def uncovered(self) -> IntArray:
        return np.flatnonzero(self.count_r == 0)

    def fill(self) -> None:
        """Add columns, always the one that covers most, until every row is covered."""
        while (uncovered := self.uncovered).size:
            self._add(int(self.covers_rx[uncovered].sum(axis=0).argmax()))

    def drop(self) -> None:
        """Take out the column that is missed least and has rested longest."""
        chosen = np.array(self.chosen)
        missed_x = (self.weight_r * (self.count_r == 1)) @ self.covers_rx[:, chosen]
        missed_x = missed_x + np.where(self.step - self.moved_x[chosen] < _TABU, np.inf, 0.0)
        order = np.lexsort((self.moved_x[chosen], missed_x))
        x = int(chosen[order[0]])
        self.chosen.remove(x)
        self.count_r -= self.covers_rx[:, x]
        self.moved_x[x] = self.step
        self._wake(x)
        self.may_enter_x[x] = False

    def exchange(self, most: int) -> None:
        """Take one column out, and put others in while they leave at most `most`."""
        self.step += 1
        self.drop()
        while len(self.chosen) < most and (uncovered := self.uncovered).size:
            row = int(uncovered[self.generator.integers(uncovered.size)])
            columns = self.of_row[row]
            columns = columns[self.may_enter_x[columns]]
            if columns.size == 0:
                break
            gained_x = self.weight_r[uncovered] @ self.covers_rx[np.ix_(uncovered, columns)]
            self._add(int(columns[np.lexsort((self.moved_x[columns], -gained_x))[0]]))
            self.weight_r[self.uncovered] += 1.0

    def _add(self, x: int) -> None:
        self.chosen.append(x)
        self.count_r += self.covers_rx[:, x]
        self.moved_x[x] = self.step
        self._wake(x)

    def _wake(self, x: int) -> None:
        """Let columns in again that share a row with one that moved."""
        for row in np.flatnonzero(self.covers_rx[:, x]):
            self.may_enter_x[self.of_row[row]] = True
