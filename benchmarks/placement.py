"""Placement on synthetic schools: room sets beside the plain assignment programme, same solver, one run.

Run: ``python -m benchmarks.placement``; ``--large`` adds 110 rooms and 1,320 candidates. Times are of the processor, on
one core; each solve has a process of its own, whose peak of memory is shown. Only ratios compare between machines.
"""

import argparse
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np

from benchmarks.schools import SHAPES, Wish, school
from wifiplan.design.placement import Placement, place, solve
from wifiplan.design.problems import Problem
from wifiplan.design.solver import Limits

_QUICK_SHARE = 0.5
"""With a fixed number of access points: this share of what serving every room takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A placement, the processor time it took [s] and the peak of memory [MB]."""

    found: Placement
    seconds: float
    peak_mb: float


def columns(wish: Wish, n_aps: int | None) -> Run:
    """Solve by the public call."""
    made, start_s = school(wish), time.process_time()
    found = place(made.load_share_ir, made.tier_r, n_aps=n_aps, max_share=made.cap_r, heard_ij=made.heard_ij)
    return _run(found, start_s)


def assignment(wish: Wish, n_aps: int | None, limit_s: float) -> Run:
    """Solve by the textbook model, with the same levels and the same solver."""
    made, start_s = school(wish), time.process_time()
    problem = Problem(
        load_share_ir=made.load_share_ir,
        priority_r=made.tier_r,
        n_aps=n_aps,
        max_share=made.cap_r,
        heard_ij=made.heard_ij,
    )
    return _run(solve(problem, Limits(max_columns=0, time_limit_s=limit_s)), start_s)


def _run(found: Placement, start_s: float) -> Run:
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(found=found, seconds=time.process_time() - start_s, peak_mb=peak_mb)


def alone(work: object, *arguments: object) -> Run:
    """Run in a process of its own, so that the peak of memory is its own."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()  # type: ignore[arg-type]


def _line(wish: Wish, question: str, name: str, run: Run) -> str:
    levels = {level: (value, bound) for level, value, bound in run.found.levels}
    served = "/".join(f"{n}" for n in run.found.n_served_by_tier)
    aps = levels.get("access points", (np.nan, np.nan))
    heard = levels.get("interference", (np.nan, np.nan))
    above = all(value == bound for level, (value, bound) in levels.items() if level != "interference")
    return (
        f"{wish.shape:9} {wish.n_rooms:5} {wish.rooms_per_ap:4.0f} {wish.n_halls:5} {question:9} {name:10} {served:>8}"
        f" {aps[0]:4.0f} {aps[1]:5.0f} {'yes' if above else 'no':>6} {heard[0]:9.2f} {heard[1]:9.2f}"
        f" {run.seconds:7.2f} {run.peak_mb:6.0f}"
    )


def _wishes(seeds: int, *, large: bool) -> list[Wish]:
    base = [
        Wish(shape=shape, rooms_per_ap=load, n_halls=halls, cap_spread=0.3 * (halls > 0), wall_db=wall)
        for shape, load, halls, wall in zip(
            SHAPES * 2, (2.0, 3.0, 4.0, 6.0, 3.0, 5.0), (0, 0, 2, 1, 3, 0), (8.0, 6.0, 4.0, 6.0, 8.0, 8.0), strict=True
        )
    ]
    wishes = [replace(wish, seed=seed) for wish in base for seed in range(seeds)]
    return wishes + [replace(wish, n_rooms=110) for wish in base if large]


def main() -> None:
    """Print one row a school, question and formulation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="110 rooms and 1,320 candidates too")
    parser.add_argument("--seeds", type=int, default=1, help="schools of each kind")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for the assignment programme")
    parser.add_argument("--alone", action="store_true", help="without the assignment programme")
    options = parser.parse_args()
    print(
        f"{'shape':9} {'rooms':>5} {'load':>4} {'halls':>5} {'question':9} {'model':10} {'served':>8} {'APs':>4}"
        f" {'bound':>5} {'proven':>6} {'heard':>9} {'bound':>9} {'cpu s':>7} {'MB':>6}"
    )
    for wish in _wishes(options.seeds, large=options.large):
        n_aps: int | None = None
        for question in ("fewest", "most"):
            ours = alone(columns, wish, n_aps)
            print(_line(wish, question, "room sets", ours), flush=True)
            if not options.alone:
                print(_line(wish, question, "assignment", alone(assignment, wish, n_aps, options.limit)), flush=True)
            n_aps = round(_QUICK_SHARE * len(ours.found.chosen_i))


if __name__ == "__main__":
    main()
