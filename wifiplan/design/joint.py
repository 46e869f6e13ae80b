"""Placement and channels improved together: large-neighbourhood search (Shaw 1998) around a finished placement."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from wifiplan.design.answers import Placement
from wifiplan.design.channels import assign, improved
from wifiplan.design.columns import enumerate_columns, rooms_of
from wifiplan.design.joint_bound import joint_bound
from wifiplan.design.joint_moves import recovered
from wifiplan.design.joint_state import Ground, State, carried, cost_of, ground, no_columns, weights
from wifiplan.design.problems import Checked, Problem, check
from wifiplan.design.solver import Limits
from wifiplan.errors import SolverError
from wifiplan.units import Array, BoolArray, IntArray

_PATIENCE = 3
"""Neighbourhoods a descent may go without a gain, for each access point."""

_WORK = 7_000_000_000
"""Steps of all neighbourhoods together at effort 1: some are much smaller than others."""

_SIZES = (3, 4, 5, 6)
"""Access points freed at once."""

_CHANNEL_EFFORT = 0.05
"""Effort of the channel search between neighbourhoods."""

_EQUAL = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A placement and its channels.

    Parameters
    ----------
    placement : Placement
        Rooms by tier and the number of access points are those of the placement that went in.
    channel_a : tuple of int
        Channel of each access point, in the order of `placement.chosen_i`.
    cost : float
        Sum over pairs of how strongly they hear each other x the sum of their loads x the overlap of their channels.
    bound : float
        Least cost that any placement which serves the same rooms can have, as far as it is proven; may be weak.
    verdict : str
        "optimal" when cost and bound agree, "feasible" otherwise.
    n_rounds : int
        Neighbourhoods tried.
    """

    placement: Placement
    channel_a: tuple[int, ...]
    cost: float
    bound: float
    verdict: Literal["optimal", "feasible"]
    n_rounds: int


def improve(
    problem: Problem,
    placement: Placement,
    overlap_kl: npt.ArrayLike,
    *,
    allowed_ik: npt.ArrayLike | None = None,
    seed: int = 0,
    effort: float = 1.0,
) -> Joint:
    r"""Move access points and change channels together so that neighbours disturb each other least.

    .. math:: \min \sum_{a<b} h_{ab} (\ell_a + \ell_b)\, o_{k(a)k(b)}

    Parameters
    ----------
    problem : Problem
        What `placement` answers; `heard_ij` is taken as the mean of both directions.
    placement : Placement
        Where to start, best one with the least expected interference. Rooms served and the number of access points
        are kept, as are fixed ones, caps, limits, preferences and the rule of the strongest signal.
    overlap_kl : array (k, k)
        How much of a disturbance two channels share, symmetric.
    allowed_ik : array of bool (i, k), optional
        Channels that each candidate may use; a single True pins it.
    seed : int
        Seed of the search: same input and seed, same answer.
    effort : float
        Scales the work, in neighbourhoods and moves.

    Returns
    -------
    Joint
        Never worse than the channels found for `placement` itself.

    Raises
    ------
    SolverError
        When a matrix has a wrong shape or impossible figures, or `heard_ij` is missing.

    Notes
    -----
    Three to six access points near each other are freed at a time; branch and bound covers their rooms with as many,
    columns and channels together. Access points that share a room stay where they are.

    Examples
    --------
    >>> from wifiplan.design.placement import place
    >>> load, heard = np.array([[0.3, 9.0], [0.3, 9.0], [9.0, 0.3]]), np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]])
    >>> problem = Problem(load_share_ir=load, priority_r=[0, 0], n_aps=2, max_share=0.8, heard_ij=heard)
    >>> start = place(load, [0, 0], n_aps=2, max_share=0.8, heard_ij=heard)
    >>> improve(problem, start, [[1.0]]).cost
    0.0
    """
    checked = check(problem)
    overlap, allowed, heard = _matrices(problem, checked, overlap_kl, allowed_ik)
    columns = enumerate_columns(
        checked.load_share_ir, checked.cap_ir, max_columns=Limits().max_columns, n_at_once=problem.n_at_once
    )
    # without room sets there is nothing to exchange: channels alone are searched
    listed = columns is not None
    land = ground(checked, columns or no_columns(), heard, overlap, allowed)
    bound = joint_bound(land, placement) if listed else 0.0
    search = _Search(land, _started(problem, checked, placement), bound, np.random.default_rng(seed), effort=effort)
    if listed:
        search.run()
    search.finish(seed)
    serving = list(placement.serving_r)
    for i, own in zip(search.best.candidate_a.tolist(), search.best.rooms_a, strict=True):
        for r in rooms_of(own):
            serving[r] = i
    order = np.argsort(search.best.candidate_a)
    close = search.cost - bound <= _EQUAL * max(1.0, abs(search.cost))
    return Joint(
        placement=replace(
            placement,
            chosen_i=tuple(search.best.candidate_a[order].tolist()),
            serving_r=tuple(serving),
        ),
        channel_a=tuple(search.best.channel_a[order].tolist()),
        cost=search.cost,
        bound=search.cost if close else bound,
        verdict="optimal" if close else "feasible",
        n_rounds=search.n_rounds,
    )


class _Search:
    """The best state so far and the way to better ones."""

    def __init__(
        self, land: Ground, state: State, bound: float, generator: np.random.Generator, *, effort: float
    ) -> None:
        self._land, self._generator, self._effort = land, generator, effort
        self._bound = bound
        self.best, self.n_rounds, self._work = state, 0, 0
        self.cost = cost_of(land, state)
        self._rechannel()

    def run(self) -> None:
        """Free a few access points at a time; where nothing has been gained for long, go on from a scrambled best."""
        moves_a = np.flatnonzero(~self.best.stays_a)
        if moves_a.size == 0:
            return
        patience = _PATIENCE * moves_a.size
        here, here_cost, idle = self.best, self.cost, 0
        most = _WORK * self._effort
        while self._work < most and not self._done():
            found = self._recovered(here, moves_a)
            idle += 1
            if found is not None and (cost := cost_of(self._land, found)) < here_cost:
                here, here_cost, idle = found, cost, 0
                self._take(found)
            if idle >= patience:
                self._rechannel()
                here = self._scrambled(moves_a)
                here_cost, idle = cost_of(self._land, here), 0

    def _recovered(self, state: State, moves_a: IntArray, noise_i: Array | None = None) -> State | None:
        """Return the state after one neighbourhood, None where that gains nothing."""
        found, work = recovered(self._land, state, self._freed(state, moves_a), self._generator, noise_i)
        self.n_rounds += 1
        self._work += work
        return found

    def _scrambled(self, moves_a: IntArray) -> State:
        """Return the best state with up to one neighbourhood an access point chosen by costs that are drawn by lot."""
        state = self.best
        for _ in range(int(self._generator.integers(1, moves_a.size + 1))):
            noise_i = np.asarray(self._generator.uniform(0.0, 2.0, self._land.allowed_ik.shape[0]))
            found = self._recovered(state, moves_a, noise_i)
            state = state if found is None else found
        return state

    def finish(self, seed: int) -> None:
        """Search the channels of the final access points once more, as thoroughly as for any other placement."""
        if not self._done():
            allowed = self._land.allowed_ik[self.best.candidate_a]
            plan = assign(
                weights(self._land, self.best),
                self._land.overlap_kl,
                allowed_ik=allowed,
                seed=seed,
                effort=self._effort,
            )
            self._take(replace(self.best, channel_a=np.array(plan.channel_i, dtype=np.int64)))

    def _done(self) -> bool:
        return self.cost <= self._bound + _EQUAL * max(1.0, self._bound)

    def _take(self, found: State) -> bool:
        cost = cost_of(self._land, found)
        if cost >= self.cost - _EQUAL * max(1.0, self.cost):
            return False
        self.best, self.cost = found, cost
        return True

    def _rechannel(self) -> bool:
        """Search the channels of the access points in use; returns whether that gained."""
        channel = improved(
            weights(self._land, self.best),
            self._land.overlap_kl,
            self._land.allowed_ik[self.best.candidate_a],
            self.best.channel_a,
            seed=int(self._generator.integers(2**31)),
            effort=self._effort * _CHANNEL_EFFORT,
        )
        return self._take(replace(self.best, channel_a=channel))

    def _freed(self, state: State, moves_a: IntArray) -> IntArray:
        """Draw an access point, one that costs much more often, and neighbours that it hears well."""
        draw = self._generator
        heard = self._land.heard_ij[np.ix_(state.candidate_a[moves_a], state.candidate_a[moves_a])]
        overlap = self._land.overlap_kl[np.ix_(state.channel_a, state.channel_a)]
        cost = (weights(self._land, state) * overlap)[moves_a].sum(axis=1)
        share = cost / cost.sum() if cost.sum() > 0.0 else np.zeros(cost.size)
        share = 0.5 * share + 0.5 / cost.size
        first = int(draw.choice(moves_a.size, p=share / share.sum()))
        members = [first]
        for _ in range(min(int(draw.choice(_SIZES)), moves_a.size) - 1):
            near = heard[members].max(axis=0) * draw.random(moves_a.size)
            near[members] = -1.0
            members.append(int(near.argmax()))
        return moves_a[members]


def _started(problem: Problem, checked: Checked, placement: Placement) -> State:
    """Return the state of a placement; every access point on its first channel."""
    candidate = np.array(placement.chosen_i, dtype=np.int64)
    sharing = {i for i, _, _ in placement.part_ir}
    alone: dict[int, int] = {}
    for r, i in enumerate(placement.serving_r):
        if i >= 0 and not checked.shared_r[r]:
            alone[i] = alone.get(i, 0) | 1 << r
    load = [carried(checked, i, alone.get(i, 0), problem.n_at_once) for i in candidate.tolist()]
    for i, r, _ in placement.part_ir:
        position = placement.chosen_i.index(i)
        load[position] = max(load[position], float(checked.cap_ir[i, r]))
    stays = [i in sharing or (i not in alone and not checked.fixed_i[i]) for i in placement.chosen_i]
    return State(
        candidate_a=candidate,
        rooms_a=tuple(alone.get(i, 0) for i in placement.chosen_i),
        load_a=np.array(load, dtype=np.float64),
        channel_a=np.zeros(candidate.size, dtype=np.int64),
        stays_a=np.array(stays, dtype=np.bool_),
        sharing=tuple((i, r) for i, r, _ in placement.part_ir),
    )


def _matrices(
    problem: Problem, checked: Checked, overlap_kl: npt.ArrayLike, allowed_ik: npt.ArrayLike | None
) -> tuple[Array, BoolArray, Array]:
    overlap = np.asarray(overlap_kl, dtype=np.float64)
    n_candidates, n_channels = checked.fixed_i.size, overlap.shape[0]
    if problem.heard_ij is None:
        raise _error("heard_ij is missing, so that nothing says who disturbs whom", "heard_ij")
    if overlap.ndim != 2 or not np.array_equal(overlap, overlap.T) or not np.isfinite(overlap).all():
        raise _error("overlap_kl is not a symmetric matrix of finite figures", "overlap_kl")
    if (overlap < 0.0).any() or overlap.size == 0:
        raise _error("overlap_kl is empty or holds negative figures", "overlap_kl")
    shape = (n_candidates, n_channels)
    allowed = np.ones(shape, dtype=np.bool_) if allowed_ik is None else np.asarray(allowed_ik, dtype=np.bool_)
    if allowed.shape != shape:
        raise _error(f"allowed_ik has shape {allowed.shape} instead of {shape}", "allowed_ik")
    return overlap, allowed, np.asarray(problem.heard_ij, dtype=np.float64)


def _error(problem: str, where: str) -> SolverError:
    return SolverError(
        problem, remedy="give heard_ij, a symmetric overlap from 0 and a row per candidate", where=f"joint: {where}"
    )
