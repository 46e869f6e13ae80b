"""What has to be bought: access points, cables and ports."""

from collections.abc import Sequence

import numpy as np

from wifiplan.catalog.radios import ap_models
from wifiplan.design.cabling import cable_routes
from wifiplan.predict.coverage import antenna_xyz_m
from wifiplan.site.building import Floor, Site
from wifiplan.site.geometry import corridor_graph
from wifiplan.site.network import AccessPoint
from wifiplan.study.records import BillLine, PlannedAccessPoint
from wifiplan.study.settings import DesignOptions
from wifiplan.units import Array, IntArray

CABINET_HEIGHT_M = 1.5
"""Height at which a cable ends in a wall cabinet [m]: an assumption, small against the route."""

TRAY_BELOW_CEILING_M = 0.3
"""How far below the slab above cables run along a corridor [m]: an assumption, at the height of the access points."""


def cables(
    site: Site, access_points: Sequence[AccessPoint], options: DesignOptions
) -> list[tuple[str | None, float | None]]:
    """Return the cabinet and the cable length with slack [m] of every access point; None where no cabinet is drawn."""
    cabinets = [(floor, cabinet) for floor in site.floors for cabinet in floor.cabinets]
    if not cabinets or not access_points:
        return [(None, None)] * len(access_points)
    node_xyz_m, pairs = _graph(site)
    routes = cable_routes(
        node_xyz_m,
        [(int(a), int(b)) for a, b in pairs],
        antenna_xyz_m(site, access_points),
        # a cable reaches the cabinet at the height of the trays and drops there: so no other floor's tray is nearer
        np.array([(c.x_m, c.y_m, _tray_z_m(f)) for f, c in cabinets], dtype=np.float64),
    )
    names = [cabinet.name or cabinet.id for _, cabinet in cabinets]
    drop_m = [max(0.0, f.height_m - TRAY_BELOW_CEILING_M - CABINET_HEIGHT_M) for f, _ in cabinets]
    slack = 1.0 + options.cable_slack_share
    return [(names[r.cabinet], float(np.ceil((r.length_m + drop_m[r.cabinet]) * slack))) for r in routes]


def _tray_z_m(floor: Floor) -> float:
    return floor.elevation_m + floor.height_m - TRAY_BELOW_CEILING_M


def _graph(site: Site) -> tuple[Array, IntArray]:
    """Return the corridors of all floors as one graph; risers join what lies above each other within a room's width."""
    nodes, edges, starts = [np.empty((0, 3))], [np.empty((0, 2), dtype=np.int64)], [0]
    for floor in sorted(site.floors, key=lambda f: f.level):
        xy, pairs = corridor_graph(floor)
        nodes.append(np.column_stack([xy, np.full(len(xy), _tray_z_m(floor))]))
        edges.append(np.asarray(pairs, dtype=np.int64).reshape(-1, 2) + starts[-1])
        starts.append(starts[-1] + len(xy))
    for lower, upper in zip(range(1, len(nodes) - 1), range(2, len(nodes)), strict=True):
        riser = _riser(nodes[lower], nodes[upper])
        if riser is not None:
            edges.append(np.array([[riser[0] + starts[lower - 1], riser[1] + starts[upper - 1]]]))
    return np.concatenate(nodes), np.concatenate(edges)


def _riser(lower: Array, upper: Array) -> tuple[int, int] | None:
    """Return the pair of nodes of two floors that lie closest above each other."""
    if len(lower) == 0 or len(upper) == 0:
        return None
    apart = np.abs(lower[:, None, :2] - upper[None, :, :2]).sum(axis=2)
    low, high = np.unravel_index(int(apart.argmin()), apart.shape)
    return int(low), int(high)


def bill(planned: Sequence[PlannedAccessPoint], options: DesignOptions) -> tuple[BillLine, ...]:
    """Return the bill of materials: access points by model, cable, ports and power of the switches.

    A price that nobody gave stays empty: the ministry's text names no price of an access point.
    """
    bought = [p for p in planned if p.action in ("new", "replaced")]
    if not bought:
        return ()
    model = ap_models()[options.ap_model]
    lines = [
        BillLine(
            code=f"ap:{model.name}",
            name_zh=f"無線網路基地臺（{model.name_zh}）",
            name_en=f"Access point ({model.name_en})",
            quantity=len(bought),
            unit="臺",
            price_ntd=options.ap_price_ntd,
        ),
        BillLine(
            code="poe_port",
            name_zh=f"供電交換器埠（PoE 類別 {model.poe_class}）",
            name_en=f"Switch port with power (PoE class {model.poe_class})",
            quantity=len(bought),
            unit="埠",
        ),
        BillLine(
            code="poe_power_w",
            name_zh="供電功率合計",
            name_en="Power budget of the switches",
            quantity=round(len(bought) * model.power_w, 1),
            unit="W",
        ),
    ]
    metres = sum(p.cable_m or 0.0 for p in planned if p.action in ("new", "moved", "replaced"))
    if metres:
        lines.append(
            BillLine(
                code="cable_m",
                name_zh="Cat 6A 網路線（估計，含餘量）",
                name_en="Cat 6A cable (estimate with slack)",
                quantity=round(metres),
                unit="m",
            )
        )
    return tuple(lines)
