"""Shortest cable routes from each access point to a cabinet, along the corridors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import networkx as nx
import numpy as np
import numpy.typing as npt

from wifiplan.errors import SolverError
from wifiplan.units import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class CableRoute:
    """One cable.

    Parameters
    ----------
    cabinet : int
        Index of the cabinet.
    length_m : float
        Length of the route, without slack [m].
    nodes : tuple of int
        Nodes that it passes from the access point on; empty for a direct route.
    """

    cabinet: int
    length_m: float
    nodes: tuple[int, ...] = ()


def cable_routes(
    node_xyz_m: npt.ArrayLike,
    edges: Sequence[tuple[int, int]],
    ap_xyz_m: npt.ArrayLike,
    cabinet_xyz_m: npt.ArrayLike,
) -> tuple[CableRoute, ...]:
    """Return the shortest route of each access point to any cabinet.

    Access points and cabinets join the nearest node along the walls (|dx| + |dy| + |dz|), and edges are as long as
    the straight line between their nodes, so no route is shorter than the straight line. Where both join the same
    node, or no way through the graph exists, the route is direct along the walls.

    Parameters
    ----------
    node_xyz_m : array (node, 3)
        Corners, ends and risers of the corridors [m]; may be empty.
    edges : sequence of (int, int)
        Pairs of nodes that a cable tray joins.
    ap_xyz_m : array (i, 3)
        Access points [m].
    cabinet_xyz_m : array (cabinet, 3)
        Cabinets [m].

    Returns
    -------
    tuple of CableRoute
        One for each access point; ties go to the lower index. A way through the graph goes before a direct one.

    Raises
    ------
    SolverError
        When there is no cabinet, a coordinate is not finite, or an edge names a node that does not exist.

    Examples
    --------
    >>> routes = cable_routes([[0, 0, 3], [20, 0, 3]], [(0, 1)], [[20, 5, 3]], [[0, 1, 3]])
    >>> routes[0].length_m, routes[0].nodes
    (26.0, (1, 0))
    """
    nodes, aps = _points(node_xyz_m, "node_xyz_m"), _points(ap_xyz_m, "ap_xyz_m")
    cabinets = _points(cabinet_xyz_m, "cabinet_xyz_m")
    if not cabinets.shape[0]:
        raise SolverError("there is no cabinet", remedy="give at least one cabinet", where="cabinet_xyz_m")
    graph = _graph(nodes, edges)
    joints = [_nearest(nodes, point) for point in cabinets]
    ways = [_ways(graph, joint[0]) for joint in joints]
    routes = []
    for point in aps:
        direct = np.abs(cabinets - point).sum(axis=1)
        node, hop_m = _nearest(nodes, point)
        found: list[CableRoute] = []
        for c, ((joint, drop_m), (length_m, path)) in enumerate(zip(joints, ways, strict=True)):
            if node == joint:
                found.append(CableRoute(cabinet=c, length_m=float(direct[c])))
            elif node in length_m:
                through = hop_m + length_m[node] + drop_m
                found.append(CableRoute(cabinet=c, length_m=through, nodes=tuple(reversed(path[node]))))
        if not found:
            found = [CableRoute(cabinet=c, length_m=float(direct[c])) for c in range(direct.size)]
        routes.append(min(found, key=lambda route: (route.length_m, route.cabinet)))
    return tuple(routes)


def _graph(nodes: Array, edges: Sequence[tuple[int, int]]) -> "nx.Graph[int]":
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(nodes.shape[0]))
    for one, other in edges:
        if not (0 <= one < nodes.shape[0] and 0 <= other < nodes.shape[0]):
            raise SolverError(
                f"edge ({one}, {other}) names a node that does not exist",
                remedy=f"give node indices below {nodes.shape[0]}",
                where="edges",
            )
        graph.add_edge(one, other, weight=float(np.linalg.norm(nodes[one] - nodes[other])))
    return graph


def _ways(graph: "nx.Graph[int]", node: int) -> tuple[dict[int, float], dict[int, list[int]]]:
    """Return length and path from `node` to every node that it reaches."""
    if node < 0:
        return {}, {}
    ways = nx.single_source_dijkstra(graph, node)
    return cast("tuple[dict[int, float], dict[int, list[int]]]", ways)


def _nearest(nodes: Array, point: Array) -> tuple[int, float]:
    """Return the nearest node along the walls and its distance [m]; -1 without nodes."""
    if not nodes.shape[0]:
        return -1, 0.0
    distance_m = np.abs(nodes - point).sum(axis=1)
    node = int(distance_m.argmin())
    return node, float(distance_m[node])


def _points(xyz_m: npt.ArrayLike, where: str) -> Array:
    points = np.asarray(xyz_m, dtype=np.float64)
    if points.size == 0:
        return np.empty((0, 3))
    if points.ndim != 2 or points.shape[1] != 3 or not np.all(np.isfinite(points)):
        raise SolverError(
            f"is no list of finite points ({points.shape})", remedy="give (x, y, z) in metres", where=where
        )
    return points
