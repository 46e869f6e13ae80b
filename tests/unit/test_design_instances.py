"""Public instances with known optima (OR-Library, DIMACS, CELAR); read beside the checkout, never copied."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from wifiplan.design.channels import assign
from wifiplan.design.placement import cover

pytestmark = pytest.mark.data


def read_cover(path: Path) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Return covers (column, row) and costs of an OR-Library set cover."""
    figures = iter(map(int, path.read_text(encoding="ascii").split()))
    n_rows, n_columns = next(figures), next(figures)
    cost = [next(figures) for _ in range(n_columns)]
    covers = np.zeros((n_columns, n_rows))
    for row in range(n_rows):
        for _ in range(next(figures)):
            covers[next(figures) - 1, row] = 1.0
    return covers, cost


def read_graph(path: Path) -> npt.NDArray[np.float64]:
    """Return the adjacency matrix of a DIMACS graph."""
    lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    n_nodes = next(int(words[2]) for words in lines if words[:1] == ["p"])
    weight = np.zeros((n_nodes, n_nodes))
    for words in lines:
        if words[:1] == ["e"]:
            weight[int(words[1]) - 1, int(words[2]) - 1] = 1.0
    return np.maximum(weight, weight.T)


def read_tables(path: Path) -> tuple[npt.NDArray[np.bool_], list[tuple[int, int, npt.NDArray[np.float64]]]]:
    """Return allowed values (variable, value) and binary cost tables of a WCSP file."""
    words = path.read_text(encoding="ascii").split()
    figures = iter(map(int, words[1:]))
    n_variables, n_values, n_tables, _ = (next(figures) for _ in range(4))
    sizes = np.array([next(figures) for _ in range(n_variables)])
    tables = []
    for _ in range(n_tables):
        arity, i, j, default, n_tuples = (next(figures) for _ in range(5))
        assert arity == 2
        cost = np.full((n_values, n_values), float(default))
        for _ in range(n_tuples):
            k, m, figure = (next(figures) for _ in range(3))
            cost[k, m] = figure
        tables.append((i, j, cost))
    return np.arange(n_values)[np.newaxis, :] < sizes[:, np.newaxis], tables


def test_set_cover_is_optimal(shared_data: Path) -> None:
    found = cover(*read_cover(shared_data / "instances" / "scp" / "scpa1.txt"))
    assert (found.cost, found.bound, found.verdict) == (253.0, 253.0, "optimal")


@pytest.mark.parametrize(
    ("name", "n_channels"),
    [
        ("DSJC125.1", 5),
        ("DSJC250.1", 8),
        ("games120", 9),
        ("myciel3", 4),
        ("myciel5", 6),
        ("myciel6", 7),
        ("le450_5a", 5),
    ],
)
def test_colourings_cost_nothing(shared_data: Path, name: str, n_channels: int) -> None:
    weight = read_graph(shared_data / "instances" / "coloring" / f"{name}.col")
    found = assign(weight, np.eye(n_channels))
    assert (found.cost, found.verdict) == (0.0, "optimal")


def test_one_channel_less_than_the_chromatic_number_costs_something(shared_data: Path) -> None:
    weight = read_graph(shared_data / "instances" / "coloring" / "games120.col")
    found = assign(weight, np.eye(8))
    assert found.bound > 0.0


def test_frequencies_of_celar(shared_data: Path) -> None:
    allowed, tables = read_tables(shared_data / "instances" / "rlfap" / "CELAR6-SUB0.wcsp")
    nothing = np.zeros((allowed.shape[0],) * 2), np.zeros((allowed.shape[1],) * 2)
    found = assign(*nothing, allowed_ik=allowed, pair_cost=tables)
    assert found.cost == 159.0
    assert found.bound <= 159.0
