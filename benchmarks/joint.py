"""Placement and channels together: the neighbourhood search beside a joint exact model (OR-Tools CP-SAT).

Run: ``python -m benchmarks.joint`` with the extra ``bench``. Loads, walls and rates are assumed; costs compare, and
times within one row.
"""

import argparse
import time
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.schools import School, Wish, school
from wifiplan.design.channels import assign
from wifiplan.design.columns import Columns, enumerate_columns
from wifiplan.design.joint import Joint, improve
from wifiplan.design.placement import solve
from wifiplan.design.problems import Problem, check
from wifiplan.design.solver import Limits

SCALE = 10_000
"""CP-SAT counts in whole numbers: costs are rounded to ten-thousandths."""

CASES = (
    (10, 2, 2, 2.0, 5.0),
    (10, 4, 2, 3.0, 4.0),
    (12, 2, 2, 2.6, 5.0),
    (15, 2, 3, 2.0, 6.0),
    (15, 3, 2, 3.0, 6.0),
    (20, 2, 3, 2.0, 8.0),
)
"""Rooms, candidates a room, channels, rooms an access point carries, loss of a wall [dB]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """Best cost of the joint model and what it proves."""

    cost: float
    bound: float
    proven: bool


def problem_of(made: School) -> Problem:
    """Return the placement problem of a school: fewest access points that serve all rooms."""
    return Problem(
        load_share_ir=made.load_share_ir,
        priority_r=np.zeros(made.tier_r.size),
        n_aps=None,
        max_share=made.cap_r,
        heard_ij=made.heard_ij,
    )


def exact(problem: Problem, found: Joint, n_channels: int, *, limit_s: float) -> Exact:
    """Solve columns x channels at once: the rooms and the number of access points of `found`, which is the hint."""
    checked = check(problem)
    columns = enumerate_columns(checked.load_share_ir, checked.cap_ir, max_columns=200_000)
    if columns is None or checked.shared_r.any():
        message = "the exact model knows whole rooms only"
        raise ValueError(message)
    model = cp_model.CpModel()
    candidate = columns.candidate_c.tolist()
    # column c in use on channel k; candidate i in use on channel k
    on_ck = [[model.new_bool_var("") for _ in range(n_channels)] for _ in candidate]
    stands_ik = {i: [model.new_bool_var("") for _ in range(n_channels)] for i in sorted(set(candidate))}
    for i, stands_k in stands_ik.items():
        model.add_at_most_one(stands_k)
        own = [on_k for on_k, c_i in zip(on_ck, candidate, strict=True) if c_i == i]
        for k, stands in enumerate(stands_k):
            model.add(sum(on_k[k] for on_k in own) == stands)
    for r, i in enumerate(found.placement.serving_r):
        if i >= 0:
            covering = [on_k for on_k, rooms in zip(on_ck, columns.rooms_c, strict=True) if rooms >> r & 1]
            model.add_exactly_one(on for on_k in covering for on in on_k)
            # channels are alike: the first room is on the first one, the second on one of the first two, …
            model.add(sum(on for on_k in covering for on in on_k[r + 1 :]) == 0)
    model.add(sum(on for on_k in on_ck for on in on_k) == len(found.placement.chosen_i))
    model.minimize(sum(_costs(model, problem, columns, on_ck, stands_ik)))
    _hint(model, found, columns, on_ck)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit_s
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    return Exact(
        cost=solver.objective_value / SCALE,
        bound=solver.best_objective_bound / SCALE,
        proven=status == cp_model.OPTIMAL,
    )


def _costs(
    model: cp_model.CpModel,
    problem: Problem,
    columns: Columns,
    on_ck: list[list[cp_model.IntVar]],
    stands_ik: dict[int, list[cp_model.IntVar]],
) -> list[cp_model.LinearExpr]:
    """Return what each column costs where another candidate stands on its channel."""
    heard = 0.5 * (np.asarray(problem.heard_ij) + np.asarray(problem.heard_ij).T)
    terms: list[cp_model.LinearExpr] = []
    for on_k, i, load in zip(on_ck, columns.candidate_c.tolist(), columns.load_c.tolist(), strict=True):
        for j, stands_k in stands_ik.items():
            cost = round(SCALE * load * float(heard[i, j]))
            if j == i or not cost:
                continue
            for on, stands in zip(on_k, stands_k, strict=True):
                both = model.new_bool_var("")
                model.add_bool_or(both, on.negated(), stands.negated())
                terms.append(cost * both)
    return terms


def _hint(model: cp_model.CpModel, found: Joint, columns: Columns, on_ck: list[list[cp_model.IntVar]]) -> None:
    rooms_i = _rooms_by_candidate(found)
    channel_i = dict(zip(found.placement.chosen_i, found.channel_a, strict=True))
    # numbered in the order of the rooms, as the model wants them
    first = dict.fromkeys(channel_i[i] for i in found.placement.serving_r if i >= 0)
    number = {channel: n for n, channel in enumerate(first)}
    for on_k, i, rooms in zip(on_ck, columns.candidate_c.tolist(), columns.rooms_c, strict=True):
        for k, on in enumerate(on_k):
            model.add_hint(on, rooms_i.get(i) == rooms and number[channel_i[i]] == k)


def _rooms_by_candidate(found: Joint) -> dict[int, int]:
    rooms_i: dict[int, int] = {}
    for r, i in enumerate(found.placement.serving_r):
        if i >= 0:
            rooms_i[i] = rooms_i.get(i, 0) | 1 << r
    return rooms_i


def main() -> None:
    """Print one row a school."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="schools of each kind")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds of the exact model")
    options = parser.parse_args()
    assign(np.ones((4, 4)), np.eye(3))  # compiles
    print("rooms candidates APs channels     then   joint   exact  proven  above   search s  exact s")
    above = []
    for n_rooms, per_room, n_channels, rooms_per_ap, wall_db in CASES:
        for seed in range(options.first, options.first + options.seeds):
            wish = Wish(
                n_rooms=n_rooms,
                per_room=per_room,
                rooms_per_ap=rooms_per_ap,
                wall_db=wall_db,
                seed=seed,
            )
            problem = problem_of(school(wish))
            placement = solve(problem, Limits())
            then = improve(problem, placement, np.eye(n_channels), effort=1e-9)
            start_s = time.perf_counter()
            found = improve(problem, placement, np.eye(n_channels))
            search_s = time.perf_counter() - start_s
            best = exact(problem, found, n_channels, limit_s=options.limit)
            exact_s = time.perf_counter() - start_s - search_s
            share = found.cost / best.cost - 1.0 if best.cost > 1.0 / SCALE else float(found.cost > 1.0 / SCALE)
            above.append(share)
            print(
                f"{n_rooms:5} {n_rooms * per_room:10} {len(placement.chosen_i):3} {n_channels:8} {then.cost:8.4f}"
                f" {found.cost:7.4f} {best.cost:7.4f} {best.proven!s:>7} {share:6.1%} {search_s:10.2f} {exact_s:8.1f}",
                flush=True,
            )
    print(f"largest share above the exact model: {max(above):.1%} over {len(above)} schools")


if __name__ == "__main__":
    main()
