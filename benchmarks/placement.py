"""Placement on synthetic schools of several sizes: columns beside the assignment model, and what each level proves.

Run: ``python benchmarks/placement.py``. Loads are drawn, walls and rates are assumed; only times compare.
"""

import argparse
import time

import numpy as np

from wifiplan.design.placement import solve
from wifiplan.design.problems import Problem
from wifiplan.design.solver import Limits
from wifiplan.units import Array, IntArray

CAP_SHARE = 0.8


def school(n_rooms: int, per_room: int, *, seed: int) -> tuple[Array, IntArray, Array]:
    """Return loads (i, r), tiers and how candidates hear each other for a four-storey block along a corridor."""
    generator = np.random.default_rng(seed)
    per_floor = -(-n_rooms // 4)
    room = np.arange(n_rooms)
    centre = np.column_stack([9.0 * (room % per_floor), np.zeros(n_rooms), 3.6 * (room // per_floor)])
    shift = generator.uniform([-4.5, -3.75, 0.0], [4.5, 6.5, 1e-9], (n_rooms * per_room, 3))
    candidate = np.repeat(centre, per_room, axis=0) + shift
    apart = np.abs(candidate[:, None, :] - centre[None, :, :])
    spread_db = 30.0 * np.log10(np.maximum(1.0, np.linalg.norm(apart, axis=2)))
    walls_db = 8.0 * np.round(apart[..., 0] / 9.0) + 16.0 * np.round(apart[..., 2] / 3.6)
    snr_db = 63.0 - spread_db - walls_db + generator.normal(0.0, 2.0, spread_db.shape)
    load = generator.uniform(0.1, 0.2, n_rooms) * np.maximum(1.0, 1.0 + (38.0 - snr_db) / 20.0)
    load[snr_db < 24.0] = np.inf
    between = np.linalg.norm(candidate[:, None, :] - candidate[None, :, :], axis=2)
    return load, (room % 5 == 4).astype(np.int64), np.exp(-between / 12.0)


def main() -> None:
    """Print one row a school and formulation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="110 rooms and 1,320 candidates too")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a placement")
    options = parser.parse_args()
    sizes = [(24, 4), (56, 4), (56, 12), (80, 4)] + ([(110, 12)] if options.large else [])
    print(f"{'rooms':>5} {'candidates':>10} {'formulation':>11} {'APs':>4} {'bound':>5} {'gap':>7} {'s':>6}")
    for n_rooms, per_room in sizes:
        load, tier, heard = school(n_rooms, per_room, seed=1)
        problem = Problem(load_share_ir=load, priority_r=tier, n_aps=None, max_share=CAP_SHARE, heard_ij=heard)
        for name, max_columns in (("columns", 200_000), ("assignment", 0)):
            start_s = time.perf_counter()
            found = solve(problem, Limits(time_limit_s=options.limit, max_columns=max_columns))
            level = {name: (value, bound) for name, value, bound in found.levels}["access points"]
            seconds = time.perf_counter() - start_s
            print(
                f"{n_rooms:5} {load.shape[0]:10} {name:>11} {level[0]:4.0f} {level[1]:5.0f}"
                f" {found.gap:7.4f} {seconds:6.2f}"
            )


if __name__ == "__main__":
    main()
