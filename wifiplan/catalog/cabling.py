"""What joins access points to a network: cable lengths, switches, power over Ethernet, links."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from wifiplan.catalog.table import check, numbers_by_name, rows, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class CablingLimits:
    """Limits of copper cables; every one is a row of `data/cabling.csv`, with unit and source.

    `max_horizontal_m` is the installed cable without cords, `max_channel_m` the same with them [m];
    `ethernet_payload_share` is the share of a link's rate that is TCP payload.
    """

    max_horizontal_m: float
    max_channel_m: float
    ethernet_payload_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchClass:
    """A generic class of switch with power on every port (PoE); `power_w` is the sum that it gives [W]."""

    name: str
    n_ports: int
    power_w: float
    port_mbps: int
    max_poe_class: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PoeClass:
    """A class of power over Ethernet: what the switch sets aside, and what of it reaches the device [W]."""

    poe_class: int
    switch_w: float
    device_w: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EthernetLink:
    """A kind of Ethernet link by its rate; `payload_mbps` is what TCP carries over it [Mbit/s]."""

    name: str
    mbps: int
    payload_mbps: float


@lru_cache(maxsize=1)
def cabling_limits() -> CablingLimits:
    """Return the limits.

    >>> cabling_limits().max_horizontal_m
    90.0
    """
    return CablingLimits(**numbers_by_name("cabling"))


@lru_cache(maxsize=1)
def switch_classes() -> tuple[SwitchClass, ...]:
    """Return all classes of switch, slower ports first, then fewer.

    >>> [s.n_ports for s in switch_classes() if s.port_mbps == 1000]
    [8, 16, 24, 48]
    """
    table = rows("switches")
    found = tuple(
        SwitchClass(
            name=row.text("name"),
            n_ports=row.whole("n_ports"),
            power_w=row.number("power_w"),
            port_mbps=row.whole("port_mbps"),
            max_poe_class=row.whole("max_poe_class"),
            source=row.text("source"),
        )
        for row in table
    )
    check(table)
    return tuple(sorted(found, key=lambda switch: (switch.port_mbps, switch.n_ports)))


@lru_cache(maxsize=1)
def poe_classes() -> Mapping[int, PoeClass]:
    """Return the classes of power by number, read-only.

    >>> poe_classes()[3].switch_w
    15.4
    """
    table = rows("poe_classes")
    found = {
        row.whole("poe_class"): PoeClass(
            poe_class=row.whole("poe_class"),
            switch_w=row.number("switch_w"),
            device_w=row.number("device_w"),
            source=row.text("source"),
        )
        for row in table
    }
    check(table)
    return MappingProxyType(found)


def poe_class(number: int) -> PoeClass:
    """Return one class of power; raises CatalogError where there is none of that number."""
    found = poe_classes().get(number)
    if found is None:
        raise unknown("PoE class", str(number), tuple(str(known) for known in poe_classes()))
    return found


@lru_cache(maxsize=1)
def ethernet_links() -> tuple[EthernetLink, ...]:
    """Return the kinds of link, slowest first.

    >>> round(ethernet_links()[0].payload_mbps)
    941
    """
    table, share = rows("ethernet_links"), cabling_limits().ethernet_payload_share
    found = [(row.text("name"), row.whole("mbps")) for row in table]
    check(table)
    links = [EthernetLink(name=name, mbps=mbps, payload_mbps=mbps * share) for name, mbps in found]
    return tuple(sorted(links, key=lambda link: link.mbps))


def link_for(mbps: float) -> tuple[EthernetLink, int]:
    """Return the slowest kind of link that carries a payload, and how many: more than one of the fastest only.

    >>> link_for(900.0)[0].name, link_for(1000.0)[0].name, link_for(20000.0)[1]
    ('1 GbE', '2.5 GbE', 3)
    """
    links = ethernet_links()
    chosen = next((link for link in links if link.payload_mbps >= mbps), links[-1])
    return chosen, max(1, -int(-mbps // chosen.payload_mbps))
