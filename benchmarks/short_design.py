"""Placement, channels and a hand's move in short, as rows of the summary."""

import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec

import numpy as np

from benchmarks import channels, live, placement
from benchmarks.rows import Row, faster, left_out
from benchmarks.schools import Wish, school
from wifiplan.design.channels import assign
from wifiplan.design.channels.conflicts import build, cost_of, greedy_channels
from wifiplan.design.joint import improve
from wifiplan.design.placement import solve
from wifiplan.design.solver import Limits
from wifiplan.files.site import read_site
from wifiplan.study.plan import plan_site
from wifiplan.study.settings import DesignOptions, Settings

WISHES = (Wish(rooms_per_ap=3.0, wall_db=6.0, shape="corner"), Wish(rooms_per_ap=4.0, wall_db=4.0, n_halls=2))
GRAPHS = ((20, 4), (48, 4), (80, 6))
"""Access points and channels."""

JOINT = (10, 2, 2, 2.0, 5.0)
"""The first of the cases of benchmarks/joint.py: proven best in seconds."""


def placements(limit_s: float = 20.0) -> Iterator[Row]:
    """Yield placements beside the textbook programme, solved by the same solver with the same levels."""
    for wish in WISHES:
        ours, peer = (
            placement.alone(placement.columns, wish, None),
            placement.alone(placement.assignment, wish, None, limit_s),
        )
        text = f"{wish.n_rooms} rooms, {wish.n_rooms * wish.per_room} candidates, {wish.shape}"
        yield Row(
            what=f"placement: fewest access points, {text}",
            figure=f"{_answer(ours)} in {ours.seconds:.2f} CPU-s",
            peer=f"assignment programme, {limit_s:.0f} s at most: {_answer(peer)} in {peer.seconds:.1f} CPU-s",
            ratio=_beside(ours, peer),
            source="benchmarks/placement.py",
        )


def _answer(run: placement.Run) -> str:
    bound = next((bound for level, _, bound in run.found.levels if level == "access points"), float("nan"))
    n_rooms, n_aps = sum(run.found.n_served_by_tier), len(run.found.chosen_i)
    return f"{n_rooms} rooms, {n_aps} access points (bound {bound:.0f})"


def _beside(ours: placement.Run, peer: placement.Run) -> str:
    """Return who is faster; a peer that was stopped with a worse answer is no match for time."""
    n, n_peer = len(ours.found.chosen_i), len(peer.found.chosen_i)
    if sum(peer.found.n_served_by_tier) == sum(ours.found.n_served_by_tier) and n_peer == n:
        return faster(ours.seconds, peer.seconds)
    return f"{n / max(n_peer, 1):.2f} of the access points of a peer that was stopped"


def channel_plans(graphs: Sequence[tuple[int, int]] = GRAPHS) -> Iterator[Row]:
    """Yield interference left by our search beside DSATUR, greedy colouring and the proven bound."""
    assign(np.ones((4, 4)), np.eye(3))  # compiles
    for n_aps, n_channels in graphs:
        weight = channels.graph(n_aps, seed=0)
        conflicts = build(weight, np.eye(n_channels), None, ())
        start_s = time.process_time()
        found = assign(weight, np.eye(n_channels))
        took_s = time.process_time() - start_s
        greedy, dsatur = cost_of(conflicts, greedy_channels(conflicts)), channels.dsatur_cost(weight, n_channels)
        proven = " (best, proven)" if found.bound >= found.cost - 1e-6 else ""
        yield Row(
            what=f"channels: interference left, {n_aps} access points, {n_channels} channels",
            figure=f"{found.cost:,.0f} in {took_s:.2f} CPU-s",
            peer=f"DSATUR {dsatur:,.0f}, greedy {greedy:,.0f}, bound {found.bound:,.0f}",
            ratio=f"{found.cost / dsatur:.2f} of DSATUR's, {found.cost / max(found.bound, 1.0):.2f} of bound{proven}",
            source="benchmarks/channels.py",
        )


def together(n_seeds: int = 2, limit_s: float = 20.0) -> Iterator[Row]:
    """Yield placement and channels together beside the joint exact model."""
    what, source = "placement and channels together", "benchmarks/joint.py"
    if find_spec("ortools") is None:
        yield left_out(what, "OR-Tools is not installed", source)
        return
    from benchmarks.joint import exact, problem_of  # noqa: PLC0415 (an optional extra)

    assign(np.ones((4, 4)), np.eye(3))  # compiles
    n_rooms, per_room, n_channels, rooms_per_ap, wall_db = JOINT
    for seed in range(n_seeds):
        wish = Wish(n_rooms=n_rooms, per_room=per_room, rooms_per_ap=rooms_per_ap, wall_db=wall_db, seed=seed)
        problem = problem_of(school(wish))
        started = time.process_time()
        found = improve(problem, solve(problem, Limits()), np.eye(n_channels))
        ours_s = time.process_time() - started
        best = exact(problem, found, n_channels, limit_s=limit_s)
        exact_s = time.process_time() - started - ours_s
        yield Row(
            what=f"{what}, {n_rooms} rooms, {n_channels} channels, seed {seed}",
            figure=f"cost {found.cost:.4f} in {ours_s:.2f} CPU-s",
            peer=f"CP-SAT, two threads: {best.cost:.4f}{', proven' if best.proven else ''} in {exact_s:.1f} CPU-s",
            ratio=f"{found.cost - best.cost:+.4f} of cost, {faster(ours_s, exact_s)}",
            source=source,
        )


def moves() -> Iterator[Row]:
    """Yield what it takes to judge every room and draw a floor after a hand moved an access point."""
    plan = plan_site(read_site(live.DEMO), Settings(n_aps=24, design=DesignOptions(what_if=False)))
    took = live.times(plan)
    yield Row(
        what=f"planner page: an access point moved, {len(plan.rooms)} rooms, a map of {took.n_cells:,} cells",
        figure=f"{took.mean_s * 1e3:.0f} CPU-ms, at most {took.most_s * 1e3:.0f}",
        peer=f"everything anew, the same answer: {took.anew_s * 1e3:,.0f} CPU-ms; bound: 200 ms",
        ratio=f"{faster(took.mean_s, took.anew_s)}, {took.most_s / 0.2:.2f} of the bound",
        source="benchmarks/live.py",
    )
