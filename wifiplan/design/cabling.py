"""Shortest cable routes from access points to cabinets, along the corridors; where a nearer cabinet would stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import networkx as nx
import numpy as np
import numpy.typing as npt

from wifiplan.design.placement import cover
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
    direct : bool
        No way through the graph leads there: the length is that along the walls.
    """

    cabinet: int
    length_m: float
    nodes: tuple[int, ...] = ()
    direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinetPlace:
    """A node where a new cabinet would stand.

    Parameters
    ----------
    node : int
        Index of the node.
    aps : tuple of int
        Access points whose cables would end there.
    longest_m : float
        The longest of those cables, without slack [m].
    """

    node: int
    aps: tuple[int, ...]
    longest_m: float


def cable_routes(
    node_xyz_m: npt.ArrayLike,
    edges: Sequence[tuple[int, int]],
    ap_xyz_m: npt.ArrayLike,
    cabinet_xyz_m: npt.ArrayLike,
    *,
    rank_ic: npt.ArrayLike | None = None,
    max_m_c: npt.ArrayLike | None = None,
) -> tuple[CableRoute, ...]:
    """Return the shortest route of each access point to the cabinet that it prefers.

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
    rank_ic : array (i, cabinet), optional
        Cabinets in order of preference, the lowest first; below zero: not allowed. None: all alike.
    max_m_c : array (cabinet,), optional
        Longest cable that may end in a cabinet [m]. None: any.

    Returns
    -------
    tuple of CableRoute
        One for each access point. A way through the graph goes before a direct one, then one that is not too long,
        then the rank, then the length; ties go to the lower index.

    Raises
    ------
    SolverError
        When there is no cabinet, or none allowed; a coordinate is not finite; an edge names a node that does not
        exist; or an array has another shape.

    Examples
    --------
    >>> routes = cable_routes([[0, 0, 3], [20, 0, 3]], [(0, 1)], [[20, 5, 3]], [[0, 1, 3]])
    >>> routes[0].length_m, routes[0].nodes
    (26.0, (1, 0))
    """
    return routes_in(cable_net(node_xyz_m, edges, cabinet_xyz_m), ap_xyz_m, rank_ic=rank_ic, max_m_c=max_m_c)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CableNet:
    """Cabinets with their ways through a graph: what all access points of a building share.

    `joints` are the node that every cabinet joins (-1: none) and how far it is [m]; `ways` the lengths and the paths
    from there to every node that it reaches.
    """

    nodes_xyz_m: Array
    cabinets_xyz_m: Array
    joints: tuple[tuple[int, float], ...]
    ways: tuple[tuple[dict[int, float], dict[int, list[int]]], ...]


def cable_net(node_xyz_m: npt.ArrayLike, edges: Sequence[tuple[int, int]], cabinet_xyz_m: npt.ArrayLike) -> CableNet:
    """Return the ways from cabinets through a graph; parameters and errors are those of `cable_routes`."""
    nodes, cabinets = _points(node_xyz_m, "node_xyz_m"), _points(cabinet_xyz_m, "cabinet_xyz_m")
    if not cabinets.shape[0]:
        raise SolverError("there is no cabinet", remedy="give at least one cabinet", where="cabinet_xyz_m")
    graph = _graph(nodes, edges)
    joints = tuple(_nearest(nodes, point) for point in cabinets)
    ways = tuple(_ways(graph, joint[0]) for joint in joints)
    return CableNet(nodes_xyz_m=nodes, cabinets_xyz_m=cabinets, joints=joints, ways=ways)


def routes_in(
    net: CableNet,
    ap_xyz_m: npt.ArrayLike,
    *,
    rank_ic: npt.ArrayLike | None = None,
    max_m_c: npt.ArrayLike | None = None,
) -> tuple[CableRoute, ...]:
    """Return the routes of `cable_routes` in a net that is known already."""
    aps, nodes, cabinets = _points(ap_xyz_m, "ap_xyz_m"), net.nodes_xyz_m, net.cabinets_xyz_m
    shape = (aps.shape[0], cabinets.shape[0])
    ranks = _shaped(np.zeros(shape) if rank_ic is None else rank_ic, shape, "rank_ic")
    longest = _shaped(np.full(shape[1], np.inf) if max_m_c is None else max_m_c, shape[1:], "max_m_c")
    if (ranks < 0).all(axis=1).any():
        raise SolverError("an access point may use no cabinet", remedy="allow at least one", where="rank_ic")
    routes = []
    for i, point in enumerate(aps):
        beside_m = np.abs(cabinets - point).sum(axis=1)
        node, hop_m = _nearest(nodes, point)
        found: list[CableRoute] = []
        for c, ((joint, drop_m), (length_m, path)) in enumerate(zip(net.joints, net.ways, strict=True)):
            if node == joint >= 0:
                found.append(CableRoute(cabinet=c, length_m=float(beside_m[c])))
            elif node in length_m:
                through = hop_m + length_m[node] + drop_m
                found.append(CableRoute(cabinet=c, length_m=through, nodes=tuple(reversed(path[node]))))
            else:
                found.append(CableRoute(cabinet=c, length_m=float(beside_m[c]), direct=True))
        allowed = [route for route in found if ranks[i, route.cabinet] >= 0]
        routes.append(min(allowed, key=lambda route: _order(route, ranks[i], longest)))
    return tuple(routes)


def _order(route: CableRoute, rank_c: Array, max_m_c: Array) -> tuple[bool, bool, float, float, int]:
    too_long = route.length_m > max_m_c[route.cabinet]
    return route.direct, bool(too_long), float(rank_c[route.cabinet]), route.length_m, route.cabinet


def nearer_cabinets(
    node_xyz_m: npt.ArrayLike, edges: Sequence[tuple[int, int]], ap_xyz_m: npt.ArrayLike, *, max_m: float
) -> tuple[CabinetPlace, ...]:
    """Return the fewest new cabinets, at nodes, within whose reach all access points lie that a node reaches at all.

    Parameters
    ----------
    node_xyz_m : array (node, 3)
        Corners, ends and risers of the corridors [m].
    edges : sequence of (int, int)
        Pairs of nodes that a cable tray joins.
    ap_xyz_m : array (i, 3)
        Access points whose cables are too long [m].
    max_m : float
        Longest cable [m].

    Returns
    -------
    tuple of CabinetPlace
        Of the smallest sets one with short cables; access points that no node reaches are in none.

    Raises
    ------
    SolverError
        When a coordinate is not finite, or an edge names a node that does not exist.

    Examples
    --------
    >>> nearer_cabinets([[0, 0, 3], [50, 0, 3]], [(0, 1)], [[50, 4, 3], [55, 0, 3]], max_m=30.0)
    (CabinetPlace(node=1, aps=(0, 1), longest_m=5.0),)
    """
    nodes, aps = _points(node_xyz_m, "node_xyz_m"), _points(ap_xyz_m, "ap_xyz_m")
    if not nodes.shape[0] or not aps.shape[0]:
        return ()
    graph = _graph(nodes, edges)
    length_ni = np.full((nodes.shape[0], aps.shape[0]), np.inf)
    for i, point in enumerate(aps):
        joint, hop_m = _nearest(nodes, point)
        for node, way_m in _ways(graph, joint)[0].items():
            length_ni[node, i] = hop_m + way_m
    reached_ni = length_ni <= max_m
    served = np.flatnonzero(reached_ni.any(axis=0))
    if not served.size:
        return ()
    total_m = np.where(reached_ni, length_ni, 0.0).sum(axis=1)
    # of places that reach the same access points, only the one with least cable is worth a column
    best: dict[bytes, int] = {}
    for place in sorted(np.flatnonzero(reached_ni.any(axis=1)), key=lambda n: (total_m[n], n)):
        best.setdefault(reached_ni[place].tobytes(), int(place))
    places = np.array(sorted(best.values()))
    # the lengths of all chosen together weigh less than one cabinet
    tie = total_m[places] / (1.0 + total_m[places].sum())
    chosen = places[list(cover(reached_ni[np.ix_(places, served)], 1.0 + tie).chosen_i)]
    ends = chosen[length_ni[chosen].argmin(axis=0)]
    found = []
    for node in map(int, chosen):
        mine = [int(i) for i in served if ends[i] == node]
        if mine:
            found.append(CabinetPlace(node=node, aps=tuple(mine), longest_m=float(length_ni[node, mine].max())))
    return tuple(found)


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


def _shaped(values: npt.ArrayLike, shape: tuple[int, ...], where: str) -> Array:
    found = np.asarray(values, dtype=np.float64)
    if found.shape != shape:
        raise SolverError(f"has the shape {found.shape}", remedy=f"give an array of shape {shape}", where=where)
    return found


def _points(xyz_m: npt.ArrayLike, where: str) -> Array:
    points = np.asarray(xyz_m, dtype=np.float64)
    if points.size == 0:
        return np.empty((0, 3))
    if points.ndim != 2 or points.shape[1] != 3 or not np.all(np.isfinite(points)):
        raise SolverError(
            f"is no list of finite points ({points.shape})", remedy="give (x, y, z) in metres", where=where
        )
    return points
