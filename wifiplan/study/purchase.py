"""What has to be bought: access points, cables, switches and their power, and what the links must carry."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from wifiplan.catalog.cabling import SwitchClass, cabling_limits, ethernet_links, link_for, poe_class, switch_classes
from wifiplan.catalog.radios import ap_model
from wifiplan.design.switching import switches
from wifiplan.errors import CatalogError
from wifiplan.site.network import Need
from wifiplan.study.bill import bill
from wifiplan.study.cables import DrawnCabinet, drawn_cabinets, new_cabinets, runs
from wifiplan.study.purchase_options import Prices, product
from wifiplan.study.purchase_records import CabinetNeed, FloorCabling, LongRun, Purchase, SwitchCount
from wifiplan.study.records import Plan, PlannedAccessPoint


def purchased(plan: Plan) -> Plan:
    """Return a plan with its bill of materials."""
    return replace(plan, bill=bill(plan, purchase(plan)))


def purchase(plan: Plan) -> Purchase:
    """Return what has to be bought for a plan and what it rests on; the same plan gives the same answer.

    Parameters
    ----------
    plan : Plan
        A plan; its bill is not looked at.

    Raises
    ------
    SettingsError
        The product must not be bought.
    CatalogError
        The model is not in the catalogue, or no class of switch powers it.
    """
    return _purchase(replace(plan, bill=()))


@lru_cache(maxsize=2)
def _purchase(plan: Plan) -> Purchase:
    """Return what has to be bought, found once for the bill and for every paper that tells it."""
    model = ap_model(plan.settings.design.ap_model)
    bought = _bought(plan)
    # what is hung elsewhere needs a cable, too
    hung = [p for p in plan.access_points if p.action in ("new", "moved", "replaced")]
    cabled = [p for p in hung if p.cabinet is not None and p.cable_m is not None]
    power = poe_class(model.poe_class)
    ap_peak = max((_peak_mbps(plan, [p]) for p in bought), default=0.0)
    most = ethernet_links()[-1].mbps
    port_mbps = next((s.port_mbps for s in switch_classes() if _payload_mbps(s.port_mbps) >= ap_peak), most)
    kinds = _usable(port_mbps, power.poe_class)
    limit_m = cabling_limits().max_horizontal_m
    long = [p for p in cabled if (p.cable_m or 0.0) > limit_m]
    points = [p.access_point for p in cabled]
    ways = runs(plan.site, points, plan.settings)
    return Purchase(
        product=product(plan.settings.purchase, model),
        n_bought=len(bought),
        n_without_cabinet=len(hung) - len(cabled),
        cabinets=tuple(_cabinets(plan, cabled, kinds, power.switch_w)),
        floors=tuple(_floors(cabled, limit_m)),
        long_runs=tuple(_long_run(p) for p in long),
        new_cabinets=new_cabinets(plan.site, [p.access_point for p in long], plan.settings),
        direct_ids=tuple(ap.id for ap, way in zip(points, ways, strict=False) if way.direct),
        other_floor_ids=_on_other_floors(plan, cabled),
        poe_class=power.poe_class,
        poe_w=power.switch_w,
        ap_peak_mbps=ap_peak,
        port_mbps=port_mbps,
        peak_mbps=_peak_of(_needs(plan), plan.n_rooms_at_once),
        n_rooms_at_once=plan.n_rooms_at_once,
        uplink_mbps=plan.site.uplink_mbps,
    )


def _bought(plan: Plan) -> list[PlannedAccessPoint]:
    return [p for p in plan.access_points if p.action in ("new", "replaced")]


def _on_other_floors(plan: Plan, cabled: Sequence[PlannedAccessPoint]) -> tuple[str, ...]:
    """Return access points whose cable ends on another floor though theirs has a cabinet."""
    level = {drawn.name: drawn.floor.level for drawn in drawn_cabinets(plan.site)}
    floors = set(level.values())
    return tuple(
        p.access_point.id
        for p in cabled
        if p.access_point.floor in floors and level.get(p.cabinet or "") != p.access_point.floor
    )


def _payload_mbps(mbps: int) -> float:
    return mbps * cabling_limits().ethernet_payload_share


def _needs(plan: Plan) -> list[Need]:
    return [room.need for room in plan.rooms if room.need is not None]


def _peak_mbps(plan: Plan, points: Iterable[PlannedAccessPoint]) -> float:
    """Return what some access points carry when as many of their rooms are on line as the school has at once."""
    served = {room for point in points for room in point.serves}
    return _peak_of([need for need in _needs(plan) if need.room_id in served], plan.n_rooms_at_once)


def _peak_of(needs: Sequence[Need], n_rooms_at_once: int) -> float:
    """Return the payload of the most demanding rooms together, the larger of down and up [Mbit/s]."""
    ways = ([n.demand_mbps for n in needs], [n.n_devices * n.mbps_up_per_device for n in needs])
    return max(sum(sorted(way, reverse=True)[:n_rooms_at_once]) for way in ways)


def _usable(port_mbps: int, number: int) -> tuple[SwitchClass, ...]:
    found = tuple(s for s in switch_classes() if s.port_mbps == port_mbps and s.max_poe_class >= number)
    if not found:
        raise CatalogError(
            f"no class of switch has ports of {port_mbps} Mbit/s with power of class {number}",
            remedy="add one to catalog/data/switches.csv, or plan another model",
            where="switches.csv",
        )
    return found


def _cabinets(
    plan: Plan, cabled: Sequence[PlannedAccessPoint], kinds: Sequence[SwitchClass], ap_w: float
) -> Iterable[CabinetNeed]:
    spare = 1.0 + plan.settings.purchase.spare_port_share
    for drawn in drawn_cabinets(plan.site):
        new = [p for p in cabled if p.cabinet == drawn.name]
        kept = [p for p in plan.access_points if p.action in ("kept", "retuned") and _hangs_on(p, drawn)]
        if not new and not kept:
            continue
        n_ports, power_w = math.ceil(round(len(new) * spare, 6)), len(new) * ap_w
        counts = _switches(n_ports, power_w, kinds, plan.settings.prices)
        peak = _peak_mbps(plan, [*new, *kept])
        link, n_links = link_for(peak)
        lengths = [p.cable_m or 0.0 for p in new]
        yield CabinetNeed(
            name=drawn.name,
            floor=drawn.floor.level,
            n_drops=len(new),
            n_kept=len(kept),
            cable_m=sum(lengths),
            longest_m=max(lengths, default=0.0),
            n_ports=n_ports,
            power_w=round(power_w, 1),
            switches=tuple(
                SwitchCount(name=kind.name, n=n, n_ports=kind.n_ports)
                for kind, n in zip(kinds, counts, strict=True)
                if n
            ),
            switch_power_w=sum(n * kind.power_w for kind, n in zip(kinds, counts, strict=True)),
            peak_mbps=peak,
            link=link.name,
            n_links=n_links,
            known_uplink_mbps=drawn.cabinet.uplink_mbps,
        )


def _hangs_on(planned: PlannedAccessPoint, drawn: DrawnCabinet) -> bool:
    named = planned.cabinet or planned.access_point.cabinet
    return named in {drawn.name, drawn.cabinet.id, drawn.cabinet.name} - {""}


def _switches(n_ports: int, power_w: float, kinds: Sequence[SwitchClass], prices: Prices) -> tuple[int, ...]:
    """Return the count of every class: the cheapest where every class has a price, else the fewest."""
    costs = [prices.of(kind.name) for kind in kinds]
    known = [float(cost) for cost in costs if cost is not None]
    return switches(
        n_ports,
        power_w,
        [kind.n_ports for kind in kinds],
        [kind.power_w for kind in kinds],
        cost_k=known if len(known) == len(kinds) else None,
    )


def _floors(cabled: Sequence[PlannedAccessPoint], limit_m: float) -> Iterable[FloorCabling]:
    for level in sorted({p.access_point.floor for p in cabled}):
        lengths = [p.cable_m or 0.0 for p in cabled if p.access_point.floor == level]
        yield FloorCabling(
            floor=level,
            n_drops=len(lengths),
            cable_m=sum(lengths),
            longest_m=max(lengths),
            n_too_long=sum(length > limit_m for length in lengths),
        )


def _long_run(planned: PlannedAccessPoint) -> LongRun:
    point = planned.access_point
    return LongRun(
        ap_id=point.id,
        ap_name=point.name or point.id,
        floor=point.floor,
        cabinet=planned.cabinet or "",
        cable_m=planned.cable_m or 0.0,
    )
