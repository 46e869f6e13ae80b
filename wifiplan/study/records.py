"""What a plan says: frozen records, plain numbers and codes; words are the business of `report`."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from wifiplan.site.building import RoomUse, Site
from wifiplan.site.network import AccessPoint, Band, Need
from wifiplan.study.reason_records import Reason, Remedy
from wifiplan.study.robust_records import Robustness
from wifiplan.study.settings import Settings

RoomVerdict: TypeAlias = Literal["pass", "fail", "not_required"]

RoomChange: TypeAlias = Literal["as_is", "retune", "move", "replace", "new"]
"""What it takes for a room to pass: nothing; other settings or another place of what hangs there; its replacement; or
something new."""

CHANGES: tuple[RoomChange, ...] = get_args(RoomChange)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoom:
    """One room of the plan: what it needs, what it gets, and the verdict.

    `received_dbm` and `snr_db` are those that `Need.min_seats_share` of the seats reach from the serving access point;
    `second_dbm` the same from the second strongest. `seats_share` is the share of seats that hold the needed signal
    and SNR. `airtime_share` is the share of the serving radio's capacity that this room's whole class takes
    (`channel_share` adds everything else that shares the channel with it in the worst case; it is held against the
    cap); `busy_share` is the time the room's class keeps the channel busy below saturation. `change` is what it takes
    for the room to pass (None: it does not; "as_is" where it passes as it stands, even if its access point gets other
    settings for a neighbour's sake); `passes_today` whether it passes with what hangs there, untouched (None: nobody
    knows). `remedy` is the cheapest change that would serve a room that fails (None: it passes, or nobody asked).
    """

    room_id: str
    name: str
    use: RoomUse
    floor: int
    class_size: int | None
    need: Need | None
    verdict: RoomVerdict
    reason: Reason
    serving_ap: str | None = None
    sharing_aps: tuple[str, ...] = ()
    received_dbm: float | None = None
    second_dbm: float | None = None
    snr_db: float | None = None
    seats_share: float | None = None
    airtime_share: float | None = None
    channel_share: float | None = None
    busy_share: float | None = None
    change: RoomChange | None = None
    passes_today: bool | None = None
    remedy: Remedy | None = None


ApAction: TypeAlias = Literal["new", "kept", "retuned", "moved", "replaced", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAccessPoint:
    """One access point of the plan with its place, radio settings, cable and the rooms that forced it.

    `wall_a_m` and `wall_b_m` are the distances from two neighbouring walls of its room, as an installer measures
    them (from the west and the south side of the room's bounding box where it hangs in a room). `moved_from` is the
    existing access point that is hung here instead of where it hangs now. `off_bands` are the bands whose radio is
    switched off; a radio that is neither there nor among `access_point.radios` is left alone.
    """

    access_point: AccessPoint
    action: ApAction
    reason: Reason
    room_id: str | None = None
    room_name: str | None = None
    serves: tuple[str, ...] = ()
    backup_channel: int | None = None
    dfs: bool = False
    load_share: float = 0.0
    channel_share: float = 0.0
    cabinet: str | None = None
    cable_m: float | None = None
    wall_a_m: float | None = None
    wall_b_m: float | None = None
    moved_from: str | None = None
    off_bands: tuple[Band, ...] = ()


BandPolicy: TypeAlias = Literal["fewest", "all", "off", "no_device"]
"""Which radios of a band beside the planned one are on; `no_device`: none, as the class's device lacks the band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BandUse:
    """What the plan does with a band beside its own.

    `n_on` and `n_off` radios it sets, `n_left` stay as they are set. Rooms are covered where `min_seats_share` of their
    seats have `floor_dbm` (None: what the class needs) at the device, in the median of a full class; reachable with
    every radio on at full power. `n_least` is the least number of radios proven to do so if one must cover a whole room
    wherever one can. `n_sharing` counts pairs of radios that hear each other on overlapping channels, `n_sharing_all`
    the same with every radio on.
    """

    band: Band
    policy: BandPolicy
    n_on: int = 0
    n_off: int = 0
    n_left: int = 0
    floor_dbm: float | None = None
    n_least: int | None = None
    n_rooms: int = 0
    n_rooms_covered: int = 0
    n_rooms_reachable: int = 0
    n_sharing: int = 0
    n_sharing_all: int | None = None
    channel_verdict: str = ""
    channel_cost: float = 0.0
    channel_bound: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How far the placement and the channel plan are proven.

    `verdict` is the solver's word ("optimal", "feasible", "infeasible"); `gap` the relative gap that is left;
    `channel_cost` and `channel_bound` the interference reached and the least possible known. `n_audited` rooms were
    recomputed by an independent path (`study.audit`), which denies a pass to those in `contradicted`.
    """

    verdict: str
    gap: float
    levels: tuple[tuple[str, float, float], ...] = ()
    """(level, value, bound) of each lexicographic solve, in order."""
    channel_verdict: str = ""
    channel_cost: float = 0.0
    channel_bound: float = 0.0
    n_candidates: int = 0
    rounds: int = 1
    n_audited: int = 0
    contradicted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of the bill of materials; a price nobody gave stays None (the ministry's text names no AP price).

    `price_option` names the option of `[prices]` that holds the price. An `informative` line is a figure for the
    electrician, with no price of its own.
    """

    code: str
    name_zh: str
    name_en: str
    quantity: float
    unit: str
    price_ntd: int | None = None
    price_option: str | None = None
    informative: bool = False

    @property
    def lacks_price(self) -> bool:
        """Whether somebody must still give a price."""
        return self.price_ntd is None and not self.informative and self.unit != "W"

    @property
    def cost_ntd(self) -> int | None:
        """Quantity times price, None without a price [NTD]."""
        return None if self.price_ntd is None else round(self.quantity * self.price_ntd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The answer for one school. Holds what made it: site, settings, version. No wall times: same input, same bytes."""

    version: str
    site: Site
    settings: Settings
    band: Band
    rooms: tuple[PlannedRoom, ...]
    access_points: tuple[PlannedAccessPoint, ...]
    bill: tuple[BillLine, ...]
    proof: Proof
    n_aps_allowed: int | None
    n_class_sets: int | None
    n_rooms_at_once: int
    assumptions: tuple[str, ...] = ()
    other_bands: tuple[BandUse, ...] = ()
    robustness: Robustness | None = None

    def n_required(self, priority: int) -> int:
        """Return how many rooms of a rank (0 classroom, 1 specialist room) need a whole class on line."""
        return sum(r.need is not None and r.need.priority == priority for r in self.rooms)

    def n_served(self, priority: int) -> int:
        """Return how many of them pass."""
        return sum(r.need is not None and r.need.priority == priority and r.verdict == "pass" for r in self.rooms)

    @property
    def peak_mbps(self) -> float:
        """Downlink of the `n_rooms_at_once` most demanding rooms together [Mbit/s]."""
        demands = sorted((room.need.demand_mbps for room in self.rooms if room.need), reverse=True)
        return sum(demands[: self.n_rooms_at_once])

    @property
    def n_new_aps(self) -> int:
        """How many access points must be bought."""
        return sum(p.action in ("new", "replaced") for p in self.access_points)
