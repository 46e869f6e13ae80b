"""Cables from access points to cabinets along the corridors, and where a nearer cabinet would stand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from wifiplan.catalog.cabling import cabling_limits
from wifiplan.design.cabling import CableNet, CableRoute, cable_net, nearer_cabinets, routes_in
from wifiplan.predict.coverage import antenna_xyz_m
from wifiplan.site.building import Cabinet, Floor, Site
from wifiplan.site.geometry import SPINE_STEP_M, corridor_graph, room_at
from wifiplan.site.network import AccessPoint
from wifiplan.study.settings import Settings
from wifiplan.units import Array, IntArray

CABINET_HEIGHT_M = 1.5
"""Height at which a cable ends in a wall cabinet [m]: an assumption, small against the route."""

TRAY_BELOW_CEILING_M = 0.3
"""How far below the slab above cables run along a corridor [m]: an assumption, at the height of the access points."""

RISER_REACH_M = 10.0
"""How far from a cabinet, along the walls, its shaft may meet a floor's trays [m]: an assumption, a room's length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCabinet:
    """A cabinet of the site with its floor and the name by which plans call it: one name a cabinet."""

    name: str
    floor: Floor
    cabinet: Cabinet


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One cable: the cabinet's name, the length with slack [m], and whether no corridor leads there."""

    cabinet: str
    length_m: float
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCabinet:
    """Where a cabinet would end cables that are too long: place, the access points, the longest cable [m]."""

    floor: int
    x_m: float
    y_m: float
    room_name: str | None
    ap_ids: tuple[str, ...]
    longest_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trays:
    """The corridors of all floors as one graph: `level_n` is a node's floor, `spine_n` whether a corridor holds it."""

    xyz_m: Array
    edges: list[tuple[int, int]]
    level_n: IntArray
    spine_n: Array


def drawn_cabinets(site: Site) -> tuple[DrawnCabinet, ...]:
    """Return the cabinets by floor; where two bear one name, the id stands behind it."""
    drawn = [(floor, cabinet) for floor in site.floors for cabinet in floor.cabinets]
    names = Counter(cabinet.name or cabinet.id for _, cabinet in drawn)
    return tuple(
        DrawnCabinet(
            name=cabinet.name or cabinet.id
            if names[cabinet.name or cabinet.id] == 1
            else f"{cabinet.name or cabinet.id} {cabinet.id}",
            floor=floor,
            cabinet=cabinet,
        )
        for floor, cabinet in drawn
    )


def runs(
    site: Site, access_points: Sequence[AccessPoint], settings: Settings, *, net: CableNet | None = None
) -> tuple[Run, ...]:
    """Return the cable of every access point; nothing where no cabinet is drawn.

    Parameters
    ----------
    site : Site
        The building with its cabinets.
    access_points : sequence of AccessPoint
        Those that get a cable. One that names a drawn cabinet, as existing ones do, keeps it.
    settings : Settings
        Slack, and whether cables prefer a cabinet of their own floor.
    net : CableNet or None
        What `net_of` says of the site, where that is known already.

    Returns
    -------
    tuple of Run
        In the order of the access points. A cabinet that a corridor leads to goes before one without a way, one within
        the longest run before others, then as settings say.
    """
    cabinets = drawn_cabinets(site)
    if not cabinets or not access_points:
        return ()
    slack = 1.0 + settings.design.cable_slack_share
    drop_m = np.array([_drop_m(c.floor) for c in cabinets])
    routes = routes_in(
        net or net_of(site),
        antenna_xyz_m(site, access_points),
        rank_ic=_ranks(access_points, cabinets, by_floor=settings.purchase.cabinet == "floor"),
        max_m_c=cabling_limits().max_horizontal_m / slack - drop_m,
    )
    return tuple(_run(route, cabinets, drop_m, slack) for route in routes)


def net_of(site: Site) -> CableNet:
    """Return the ways of cables in a building: the same for every access point.

    Raises
    ------
    SolverError
        If no cabinet is drawn.
    """
    trays = _trays(site)
    # a cable reaches the cabinet at the height of the trays and drops there: so no other floor's tray is nearer
    ends = [(c.cabinet.x_m, c.cabinet.y_m, _tray_z_m(c.floor)) for c in drawn_cabinets(site)]
    return cable_net(trays.xyz_m, trays.edges, np.array(ends, dtype=np.float64).reshape(-1, 3))


def cables(
    site: Site, access_points: Sequence[AccessPoint], settings: Settings
) -> list[tuple[str | None, float | None]]:
    """Return the cabinet and the cable length with slack [m] of every access point; None where no cabinet is drawn."""
    found = runs(site, access_points, settings)
    return [(run.cabinet, run.length_m) for run in found] or [(None, None)] * len(access_points)


def new_cabinets(site: Site, access_points: Sequence[AccessPoint], settings: Settings) -> tuple[NewCabinet, ...]:
    """Return the fewest cabinets in corridors, each with a shaft, from which these access points are in reach.

    Parameters
    ----------
    site : Site
        The building; its own cabinets are not looked at.
    access_points : sequence of AccessPoint
        Those whose cables are too long.
    settings : Settings
        Slack of the cables.

    Returns
    -------
    tuple of NewCabinet
        By floor; access points that no corridor brings within reach are in none.
    """
    trays, slack = _trays(site), 1.0 + settings.design.cable_slack_share
    nodes = np.flatnonzero(trays.spine_n)
    if not access_points or not nodes.size:
        return ()
    number = {int(node): k for k, node in enumerate(nodes)}
    edges = [(number[a], number[b]) for a, b in trays.edges if a in number and b in number]
    edges += _shafts(trays.xyz_m[nodes], trays.level_n[nodes])
    floors = {floor.level: floor for floor in site.floors}
    most_m = cabling_limits().max_horizontal_m / slack - max(_drop_m(floor) for floor in site.floors)
    found = []
    for place in nearer_cabinets(trays.xyz_m[nodes], edges, antenna_xyz_m(site, access_points), max_m=most_m):
        floor = floors[int(trays.level_n[nodes[place.node]])]
        x_m, y_m = (round(float(value), 1) for value in trays.xyz_m[nodes[place.node], :2])
        room = room_at(floor, x_m, y_m)
        found.append(
            NewCabinet(
                floor=floor.level,
                x_m=x_m,
                y_m=y_m,
                room_name=room.name if room else None,
                ap_ids=tuple(access_points[i].id for i in place.aps),
                longest_m=_length_m(place.longest_m + _drop_m(floor), slack),
            )
        )
    return tuple(found)


def _shafts(xyz_m: Array, level_n: IntArray) -> list[tuple[int, int]]:
    """Return pairs of corridor nodes above each other: wherever a new cabinet stands it has a shaft."""
    found = []
    levels = np.unique(level_n)
    for lower, upper in pairwise(levels):
        low, high = np.flatnonzero(level_n == lower), np.flatnonzero(level_n == upper)
        apart_m = np.abs(xyz_m[low, None, :2] - xyz_m[None, high, :2]).sum(axis=2)
        for k, nearest in enumerate(apart_m.argmin(axis=0)):
            if apart_m[nearest, k] <= SPINE_STEP_M:
                found.append((int(low[nearest]), int(high[k])))
    return found


def _run(route: CableRoute, cabinets: Sequence[DrawnCabinet], drop_m: Array, slack: float) -> Run:
    return Run(
        cabinet=cabinets[route.cabinet].name,
        length_m=_length_m(route.length_m + float(drop_m[route.cabinet]), slack),
        direct=route.direct,
    )


def _length_m(route_m: float, slack: float) -> float:
    return float(np.ceil(route_m * slack))


def _ranks(access_points: Sequence[AccessPoint], cabinets: Sequence[DrawnCabinet], *, by_floor: bool) -> IntArray:
    """Return 0 for the cabinets that an access point prefers, 1 for others, -1 for all but the one it hangs on."""
    ranks = np.zeros((len(access_points), len(cabinets)), dtype=np.int64)
    for i, ap in enumerate(access_points):
        own = [ap.cabinet in {c.name, c.cabinet.id, c.cabinet.name} for c in cabinets]
        if ap.cabinet and any(own):
            ranks[i] = np.where(own, 0, -1)
        elif by_floor:
            ranks[i] = [c.floor.level != ap.floor for c in cabinets]
    return ranks


def _drop_m(floor: Floor) -> float:
    return max(0.0, floor.height_m - TRAY_BELOW_CEILING_M - CABINET_HEIGHT_M)


def _tray_z_m(floor: Floor) -> float:
    return floor.elevation_m + floor.height_m - TRAY_BELOW_CEILING_M


def _trays(site: Site) -> _Trays:
    """Return the corridors of all floors; risers stand at cabinets, and where a building would have none."""
    nodes, levels, spines = [np.empty((0, 3))], [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=bool)]
    edges: list[tuple[int, int]] = []
    cabinets = np.array([(c.cabinet.x_m, c.cabinet.y_m) for c in drawn_cabinets(site)], dtype=np.float64).reshape(-1, 2)
    below: tuple[Array, IntArray] | None = None
    n_nodes = 0
    for floor in sorted(site.floors, key=lambda f: f.level):
        xy, pairs = corridor_graph(floor)
        n_spine = len(xy) - sum(room.use != "corridor" for room in floor.rooms)
        links = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        edges += [(int(a) + n_nodes, int(b) + n_nodes) for a, b in links]
        nodes.append(np.column_stack([xy, np.full(len(xy), _tray_z_m(floor))]))
        levels.append(np.full(len(xy), floor.level))
        spines.append(np.arange(len(xy)) < n_spine)
        here = (nodes[-1], _part_n(len(xy), links))
        if below is not None:
            edges += [(a + n_nodes - len(below[0]), b + n_nodes) for a, b in _risers(below, here, cabinets)]
        below = here
        n_nodes += len(xy)
    return _Trays(
        xyz_m=np.concatenate(nodes), edges=edges, level_n=np.concatenate(levels), spine_n=np.concatenate(spines)
    )


def _part_n(n_nodes: int, links: IntArray) -> IntArray:
    """Return which connected part of a floor every node belongs to."""
    if not n_nodes:
        return np.empty(0, dtype=np.int64)
    graph = sparse.coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(n_nodes, n_nodes))
    return np.asarray(connected_components(graph, directed=False)[1])


def _risers(lower: tuple[Array, IntArray], upper: tuple[Array, IntArray], cabinet_xy_m: Array) -> list[tuple[int, int]]:
    """Return pairs of nodes of two floors that a riser joins.

    One stands at every cabinet of the site that has corridors or rooms near it on both floors: cabinets above each
    other are joined by a shaft. A connected part of the upper floor without one gets one where it lies closest above
    the lower floor.
    """
    (low_m, _), (high_m, part_n) = lower, upper
    if not len(low_m) or not len(high_m):
        return []
    found = []
    for place in cabinet_xy_m:
        low, high = (np.abs(nodes[:, :2] - place).sum(axis=1) for nodes in (low_m, high_m))
        if max(low.min(), high.min()) <= RISER_REACH_M:
            found.append((int(low.argmin()), int(high.argmin())))
    joined = {int(part_n[high]) for _, high in found}
    apart_m = np.abs(low_m[:, None, :2] - high_m[None, :, :2]).sum(axis=2)
    for part in sorted({int(p) for p in part_n} - joined):
        mine = np.flatnonzero(part_n == part)
        low, high = np.unravel_index(int(apart_m[:, mine].argmin()), (len(low_m), len(mine)))
        found.append((int(low), int(mine[high])))
    return found
