"""The one door to the integer programme solver: HiGHS, as scipy ships it."""

import time
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from wifiplan.errors import SolverError
from wifiplan.units import Array, BoolArray, IntArray

Verdict: TypeAlias = Literal["optimal", "feasible", "infeasible", "unknown"]
"""What a solver can say: proven best; an answer with a stated gap; proven that there is none; neither."""

_OPTIMAL, _LIMIT, _INFEASIBLE = 0, 1, 2
"""Status codes of `scipy.optimize.milp`."""


_NO_LIMIT = 2**31 - 1

_PROVEN = 1e-9
"""Relative gap below which a solve with a tolerance counts as proven all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """When one solve stops: wall time [s], branch-and-bound nodes, relative gap."""

    time_limit_s: float = 300.0
    node_limit: int | None = None
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a solve gives up proving and hands back the best it has.

    Parameters
    ----------
    time_limit_s : float
        Wall time of a whole lexicographic solve [s]; a stop on it is machine-dependent and named in the verdict.
    node_limit : int or None
        Branch-and-bound nodes a solve; a stop on it is reproducible.
    interference_gap : float
        Relative gap at which the last level, the expected interference, may stop; the gap that is left is stated.
        Rooms served and access points are always solved to the end.
    max_columns : int
        Room sets that may be enumerated before the assignment model takes over.
    most_columns : int
        Columns that a solve of the last level may hold; what that leaves unproven is stated as its gap. This stop is on
        work and reproducible.
    max_rounds : int
        Solves in search of a placement whose rooms join the access points that serve them.
    """

    time_limit_s: float = 300.0
    node_limit: int | None = None
    interference_gap: float = 0.0
    max_columns: int = 200_000
    max_rounds: int = 40
    most_columns: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A moment that several solves share; made with `until`."""

    moment_s: float

    @property
    def left_s(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.moment_s - time.monotonic())


def until(limits: Limits) -> Deadline:
    """Return the deadline that `limits` sets from now on."""
    return Deadline(moment_s=time.monotonic() + limits.time_limit_s)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Programme:
    """Minimise cost · x subject to row_lower <= matrix · x <= row_upper and lower <= x <= upper.

    Parameters
    ----------
    cost_x : ndarray (x,)
        Objective.
    matrix : sparse array (row, x)
        Raw coefficients; modelling layers cost more time than the solve.
    row_lower, row_upper : ndarray (row,)
        Bounds of the rows, infinite where there is none.
    lower_x, upper_x : ndarray (x,)
        Bounds of the variables.
    integer_x : ndarray of bool (x,)
        Which variables are whole numbers.
    """

    cost_x: Array
    matrix: sparse.csr_array
    row_lower: Array
    row_upper: Array
    lower_x: Array
    upper_x: Array
    integer_x: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """What came back: the verdict, the point (None when there is none), its value and the proven bound."""

    verdict: Verdict
    x: Array | None
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Relative gap between value and bound, 0 when proven [share]."""
        return relative_gap(self.value, self.bound)


def relative_gap(value: float, bound: float) -> float:
    """Return |value - bound| / |value|; 0 for equal figures, inf when one of them is not known.

    >>> relative_gap(20.0, 19.0)
    0.05
    """
    if value == bound:
        return 0.0
    if not (np.isfinite(value) and np.isfinite(bound)):
        return float("inf")
    return abs(value - bound) / max(abs(value), 1e-12)


def matrix_of(matrix: object) -> sparse.csr_array:
    """Return any two-dimensional sparse array by rows."""
    # the stubs of scipy name a type of their own for each way to make a sparse array
    return cast("sparse.csr_array", cast("sparse.coo_array", matrix).tocsr())


def entries(values: Array, row: IntArray, column: IntArray, shape: tuple[int, int]) -> sparse.csr_array:
    """Return the sparse matrix with these entries; entries at the same place add up."""
    return matrix_of(sparse.coo_array((values, (row, column)), shape=shape))


def minimise(programme: Programme, stop: Stop) -> Solution:
    """Solve an integer programme.

    Parameters
    ----------
    programme : Programme
        What to minimise.
    stop : Stop
        When to stop; without a gap the solve ends with the proof.

    Returns
    -------
    Solution
        With verdict "unknown" and no point when a limit struck before any point was found.

    Raises
    ------
    SolverError
        When the programme is unbounded or the solver fails.
    """
    if programme.cost_x.size == 0:
        return _without_variables(programme)
    constraints = (
        [LinearConstraint(programme.matrix, programme.row_lower, programme.row_upper)]
        if programme.matrix.shape[0]
        else []
    )
    answer = milp(
        programme.cost_x,
        integrality=programme.integer_x.astype(np.int64),
        bounds=Bounds(programme.lower_x, programme.upper_x),
        constraints=constraints,
        options={
            "mip_rel_gap": stop.gap,
            "time_limit": max(stop.time_limit_s, 0.01),
            "node_limit": _NO_LIMIT if stop.node_limit is None else stop.node_limit,
        },
    )
    if answer.status == _INFEASIBLE:
        return Solution(verdict="infeasible", x=None, value=float("inf"), bound=float("inf"))
    bound = float("-inf") if answer.mip_dual_bound is None else float(answer.mip_dual_bound)
    if answer.status not in (_OPTIMAL, _LIMIT):
        raise SolverError(
            f"the integer programme could not be solved ({answer.message})",
            remedy="check that loads, caps and costs are finite and of similar size",
        )
    if answer.x is None:
        return Solution(verdict="unknown", x=None, value=float("inf"), bound=bound)
    value = float(programme.cost_x @ answer.x)
    if answer.status == _OPTIMAL and (stop.gap == 0.0 or relative_gap(value, bound) <= _PROVEN):
        return Solution(verdict="optimal", x=np.asarray(answer.x), value=value, bound=value)
    return Solution(verdict="feasible", x=np.asarray(answer.x), value=value, bound=min(bound, value))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relaxation:
    """Optimum of a programme without whole numbers: point, value and the reduced cost of every variable."""

    x: Array
    value: float
    reduced_cost_x: Array


def relax(programme: Programme) -> Relaxation | None:
    """Solve a programme as if no variable had to be whole; None when it has no solution.

    Rows are split into equalities and inequalities because `scipy.optimize.linprog` wants them so.
    """
    equal = programme.row_lower == programme.row_upper
    above = ~equal & np.isfinite(programme.row_upper)
    below = ~equal & np.isfinite(programme.row_lower)
    matrix = programme.matrix
    answer = linprog(
        programme.cost_x,
        A_ub=sparse.vstack([matrix[above], -matrix[below]]),
        b_ub=np.concatenate([programme.row_upper[above], -programme.row_lower[below]]),
        A_eq=matrix[equal],
        b_eq=programme.row_upper[equal],
        bounds=list(zip(programme.lower_x.tolist(), programme.upper_x.tolist(), strict=True)),
        method="highs",
    )
    if answer.x is None:
        return None
    reduced = np.asarray(answer.lower.marginals) + np.asarray(answer.upper.marginals)
    return Relaxation(
        x=np.asarray(answer.x), value=float(programme.cost_x @ np.asarray(answer.x)), reduced_cost_x=reduced
    )


@dataclass(slots=True)
class RowBuilder:
    """Collects sparse rows of a programme over `n_x` variables, block by block."""

    n_x: int
    _blocks: list[sparse.csr_array] = field(default_factory=list)
    _lower: list[Array] = field(default_factory=list)
    _upper: list[Array] = field(default_factory=list)

    def add(self, block: object, *, lower: float | Array = -np.inf, upper: float | Array = np.inf) -> None:
        """Add the rows of `block` (row, x) between `lower` and `upper`."""
        rows = matrix_of(block)
        n_rows = rows.shape[0]
        self._blocks.append(rows)
        self._lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), n_rows).copy())
        self._upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), n_rows).copy())

    def build(self) -> tuple[sparse.csr_array, Array, Array]:
        """Return the matrix and the bounds of all rows."""
        if not self._blocks:
            return matrix_of(sparse.coo_array((0, self.n_x))), np.empty(0), np.empty(0)
        matrix = matrix_of(sparse.vstack(self._blocks))
        return matrix, np.concatenate(self._lower), np.concatenate(self._upper)


def _without_variables(programme: Programme) -> Solution:
    """Judge a programme that has rows at most: it holds if zero lies within every row's bounds."""
    holds = bool(np.all(programme.row_lower <= 0.0) and np.all(programme.row_upper >= 0.0))
    if not holds:
        return Solution(verdict="infeasible", x=None, value=float("inf"), bound=float("inf"))
    return Solution(verdict="optimal", x=np.empty(0), value=0.0, bound=0.0)
