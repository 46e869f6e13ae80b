"""Channels on random interference graphs: greedy, networkx's DSATUR and our search, with its bound.

Run: ``python benchmarks/channels.py``. DSATUR colours without weights; its colours are taken modulo the channels.
"""

import time

import networkx as nx
import numpy as np

from wifiplan.design.channels import assign
from wifiplan.design.channels.conflicts import build, cost_of, greedy_channels
from wifiplan.units import Array


def graph(n_aps: int, *, seed: int) -> Array:
    """Return weights (i, j) of access points on a 60 m square that hear each other up to 25 m."""
    generator = np.random.default_rng(seed)
    place_m = generator.random((n_aps, 2)) * 60.0
    apart_m = np.linalg.norm(place_m[:, None, :] - place_m[None, :, :], axis=2)
    weight = np.round(np.clip(1000.0 * (1.0 - apart_m / 25.0), 0.0, None))
    np.fill_diagonal(weight, 0.0)
    return np.asarray(weight)


def dsatur_cost(weight_ij: Array, n_channels: int) -> float:
    """Return the cost of DSATUR's colours modulo the channels."""
    colours = nx.greedy_color(nx.Graph(weight_ij), strategy="DSATUR")
    channel_i = np.array([colours[i] % n_channels for i in range(weight_ij.shape[0])], dtype=np.int64)
    return cost_of(build(weight_ij, np.eye(n_channels), None, ()), channel_i)


def main() -> None:
    """Print one row a graph."""
    assign(np.ones((4, 4)), np.eye(3))  # compiles
    print(f"{'APs':>4} {'channels':>8} {'DSATUR':>8} {'greedy':>8} {'ours':>8} {'bound':>8} {'verdict':>9} {'s':>6}")
    for n_aps, n_channels in ((12, 3), (20, 3), (20, 4), (48, 3), (48, 4), (80, 6), (80, 12)):
        weight = graph(n_aps, seed=0)
        conflicts = build(weight, np.eye(n_channels), None, ())
        greedy = cost_of(conflicts, greedy_channels(conflicts))
        start_s = time.perf_counter()
        found = assign(weight, np.eye(n_channels))
        seconds = time.perf_counter() - start_s
        dsatur = dsatur_cost(weight, n_channels)
        print(
            f"{n_aps:4} {n_channels:8} {dsatur:8.0f} {greedy:8.0f} {found.cost:8.0f} {found.bound:8.0f}"
            f" {found.verdict:>9} {seconds:6.2f}"
        )


if __name__ == "__main__":
    main()
