"""Cable routes: through the corridors, to the nearest cabinet, never shorter than the straight line."""

import numpy as np
import pytest

from wifiplan.design.cabling import cable_routes
from wifiplan.errors import SolverError

# an L of corridors on one floor and a riser to the next
NODES = [[0.0, 0.0, 3.0], [20.0, 0.0, 3.0], [20.0, 30.0, 3.0], [0.0, 0.0, 6.6]]
EDGES = [(0, 1), (1, 2), (0, 3)]


def test_through_the_corridors() -> None:
    route = cable_routes(NODES, EDGES, [[17.0, 30.0, 3.0]], [[0.0, 0.0, 6.6]])[0]
    assert route.nodes == (2, 1, 0, 3)
    assert route.length_m == pytest.approx(3.0 + 30.0 + 20.0 + 3.6)


def test_the_nearest_cabinet_by_cable() -> None:
    routes = cable_routes(NODES, EDGES, [[19.0, 1.0, 3.0], [0.0, 2.0, 6.6]], [[20.0, 30.0, 3.0], [0.0, 0.0, 6.6]])
    assert [route.cabinet for route in routes] == [1, 1]
    # both ends join the same node: no detour to it
    assert routes[1].length_m == pytest.approx(2.0)
    assert routes[1].nodes == ()


def test_direct_without_a_graph_or_a_way() -> None:
    assert cable_routes([], [], [[3.0, 4.0, 0.0]], [[0.0, 0.0, 0.0]])[0].length_m == pytest.approx(7.0)
    apart = cable_routes(NODES, [(0, 1)], [[20.0, 30.0, 3.0]], [[0.0, 0.0, 3.0]])[0]
    assert apart.length_m == pytest.approx(50.0)
    assert apart.nodes == ()


@pytest.mark.parametrize("seed", range(5))
def test_never_shorter_than_the_straight_line(seed: int) -> None:
    generator = np.random.default_rng(seed)
    nodes = generator.uniform(0.0, 40.0, (8, 3))
    edges = [(int(a), int(b)) for a, b in generator.integers(0, 8, (10, 2)) if a != b]
    aps, cabinets = generator.uniform(0.0, 40.0, (12, 3)), generator.uniform(0.0, 40.0, (2, 3))
    for ap, route in zip(aps, cable_routes(nodes, edges, aps, cabinets), strict=True):
        assert route.length_m >= np.linalg.norm(ap - cabinets[route.cabinet]) - 1e-9


def test_bad_input_is_named() -> None:
    with pytest.raises(SolverError, match="no cabinet"):
        cable_routes(NODES, EDGES, [[0.0, 0.0, 0.0]], [])
    with pytest.raises(SolverError, match="does not exist"):
        cable_routes(NODES, [(0, 9)], [[0.0, 0.0, 0.0]], [[0.0, 0.0, 0.0]])
    with pytest.raises(SolverError, match="finite"):
        cable_routes(NODES, EDGES, [[0.0, float("nan"), 0.0]], [[0.0, 0.0, 0.0]])
    assert cable_routes(NODES, EDGES, [], [[0.0, 0.0, 0.0]]) == ()
