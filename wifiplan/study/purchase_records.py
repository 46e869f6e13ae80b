"""What a purchase says: frozen records, plain numbers; words are the business of `report`."""

from dataclasses import dataclass

from wifiplan.study.cables import NewCabinet
from wifiplan.study.purchase_options import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchCount:
    """So many switches of a class of `catalog/data/switches.csv`."""

    name: str
    n: int
    n_ports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinetNeed:
    """What one cabinet gets.

    Parameters
    ----------
    name : str
        The cabinet's name, as `PlannedAccessPoint.cabinet` has it.
    floor : int
        Its level.
    n_drops, cable_m, longest_m
        Cables that are pulled to it, their lengths with slack together and the longest [m].
    n_kept : int
        Access points that hang on it already and stay: their ports are there and stay taken.
    n_ports : int
        New ports: one a drop, and spare ones.
    power_w, switch_power_w : float
        What the new access points take at the switch, and what the new switches give [W].
    switches : tuple of SwitchCount
        Switches to buy.
    peak_mbps : float
        Payload of the classes that are on line at once, as many as the school has at once, through this cabinet, the
        larger of down and up [Mbit/s].
    link, n_links
        The slowest kind of link that carries it to the core, and how many.
    known_uplink_mbps : float or None
        What the site file says of its uplink [Mbit/s].
    """

    name: str
    floor: int
    n_drops: int
    n_kept: int
    cable_m: float
    longest_m: float
    n_ports: int
    power_w: float
    switches: tuple[SwitchCount, ...]
    switch_power_w: float
    peak_mbps: float
    link: str
    n_links: int
    known_uplink_mbps: float | None

    @property
    def uplink_suffices(self) -> bool | None:
        """Whether the uplink that is known carries the classes at once; None where it is unknown."""
        return None if self.known_uplink_mbps is None else self.known_uplink_mbps >= self.peak_mbps


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorCabling:
    """Cables that are pulled on one floor: their number, lengths with slack together and the longest [m]."""

    floor: int
    n_drops: int
    cable_m: float
    longest_m: float
    n_too_long: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LongRun:
    """A cable that is longer than a link may be: from which access point, to which cabinet, how long [m]."""

    ap_id: str
    ap_name: str
    floor: int
    cabinet: str
    cable_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What has to be bought for a plan besides the access points themselves, and what they need.

    `n_without_cabinet` counts access points to install for which no cabinet is drawn: neither cable nor switch is
    estimated for them. `direct_ids` are those whose cabinet no corridor leads to, `other_floor_ids` those whose cable
    ends on another floor though theirs has a cabinet: that one is too far, or not preferred. `ap_peak_mbps` is the
    most that one new access point carries, `port_mbps` the rate of its port, `poe_class` and `poe_w` its class of
    power and what a switch sets aside for it [W]. `uplink_mbps` is what the site file says of the link to the outside.
    """

    product: Product | None
    n_bought: int
    n_without_cabinet: int
    cabinets: tuple[CabinetNeed, ...]
    floors: tuple[FloorCabling, ...]
    long_runs: tuple[LongRun, ...]
    new_cabinets: tuple[NewCabinet, ...]
    direct_ids: tuple[str, ...]
    other_floor_ids: tuple[str, ...]
    poe_class: int
    poe_w: float
    ap_peak_mbps: float
    port_mbps: int
    peak_mbps: float
    n_rooms_at_once: int
    uplink_mbps: float | None

    @property
    def n_drops(self) -> int:
        """Cables that are pulled."""
        return sum(floor.n_drops for floor in self.floors)

    @property
    def cable_m(self) -> float:
        """All of them together, with slack [m]."""
        return sum(floor.cable_m for floor in self.floors)
