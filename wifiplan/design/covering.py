"""General set cover of least cost."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from wifiplan.design.solver import Programme, Stop, Verdict, minimise
from wifiplan.errors import SolverError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A set cover: candidates chosen, their cost, the proven lower bound and the verdict."""

    chosen_i: tuple[int, ...]
    cost: float
    bound: float
    verdict: Verdict


def cover(covers_ir: npt.ArrayLike, cost_i: npt.ArrayLike) -> Cover:
    r"""Choose candidates of least cost so that every room is covered.

    .. math:: \min \sum_i c_i y_i, \qquad \sum_i a_{ir} y_i \ge 1 \quad \forall r

    Parameters
    ----------
    covers_ir : array of bool (i, r)
        Whether candidate i covers room r.
    cost_i : array (i,)
        Cost of each candidate, >= 0.

    Returns
    -------
    Cover
        Verdict "infeasible", nothing chosen and an infinite cost when a room has no candidate.

    Raises
    ------
    SolverError
        When the shapes do not agree, or a cost is NaN, infinite or negative.

    Examples
    --------
    >>> cover([[1, 1, 0], [0, 1, 1], [1, 1, 1]], [1.0, 1.0, 3.0]).chosen_i
    (0, 1)
    """
    covers = np.asarray(covers_ir, dtype=np.float64)
    cost = np.asarray(cost_i, dtype=np.float64)
    if covers.ndim != 2 or cost.shape != covers.shape[:1]:
        raise SolverError(
            f"covers_ir has shape {covers.shape} and cost_i {cost.shape}",
            remedy="give one row and one cost per candidate",
            where="cover",
        )
    if not np.all(np.isfinite(cost)) or (cost < 0.0).any() or not np.isin(covers, (0.0, 1.0)).all():
        raise SolverError(
            "a cost is NaN, infinite or negative, or covers_ir holds something else than 0 and 1",
            remedy="give finite costs from 0 and a matrix of truth values",
            where="cover",
        )
    n_candidates, n_rooms = covers.shape
    answer = minimise(
        Programme(
            cost_x=cost,
            matrix=sparse.csr_array(covers.T),
            row_lower=np.ones(n_rooms),
            row_upper=np.full(n_rooms, np.inf),
            lower_x=np.zeros(n_candidates),
            upper_x=np.ones(n_candidates),
            integer_x=np.ones(n_candidates, dtype=np.bool_),
        ),
        Stop(),
    )
    if answer.x is None:
        return Cover(chosen_i=(), cost=float("inf"), bound=answer.bound, verdict=answer.verdict)
    chosen = tuple(int(i) for i in np.flatnonzero(answer.x > 0.5))
    return Cover(
        chosen_i=chosen,
        cost=float(cost[list(chosen)].sum()),
        bound=answer.bound,
        verdict=answer.verdict,
    )
