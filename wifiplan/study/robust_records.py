"""What a plan bears when things go otherwise: records without words."""

from dataclasses import dataclass

from wifiplan.study.reason_records import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRoom:
    """A room that holds in the plan and no longer after a change: what it then lacks, and how many seats still hold."""

    room_id: str
    reason: Reason
    seats_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnce:
    """Whether any `n_at_once` of the rooms can be on line together, and how many could.

    `n_rooms` are those that hold when alone on the air, `largest_n` the most of them of which any choice holds
    (`n_rooms`: all at once). `holds` says whether that is enough; `broken_by` are the rooms that don't hold with one
    more, or with `n_at_once` where that is too many. `ap_id` is the access point on whose channel a room that holds
    comes closest to its cap: `channel_share` of `cap_share`.
    """

    n_at_once: int
    n_rooms: int
    holds: bool
    largest_n: int
    broken_by: tuple[LostRoom, ...] = ()
    ap_id: str | None = None
    channel_share: float = 0.0
    cap_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What the loss of one access point does: rooms lost, worst first, and the classrooms that still hold.

    Classes that then hear too little go on using what they hear, and slow others down; `n_lost_waiting` is how many
    rooms are lost in all if those classes stay off line instead.
    """

    ap_id: str
    lost: tuple[LostRoom, ...]
    n_classrooms_held: int
    n_lost_waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """The share of seats, over all rooms that hold a class, that are sure of what `Need.sure_of` names."""

    probability: float
    seats_share: float
    worst_room: str | None
    worst_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WallSpread:
    """What changes when every wall loses `shift_db` more (less, where negative) than the law says."""

    shift_db: float
    lost: tuple[LostRoom, ...]
    gained: tuple[str, ...]
    n_classrooms_held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """How a plan bears what goes otherwise than planned, positions, channels and powers unchanged.

    `outages` are worst first, and only those of access points that a class joins. `walls` is empty where the law
    counts walls instead of adding their losses.
    """

    n_classrooms: int
    at_once: AtOnce
    outages: tuple[Outage, ...]
    seats: Sureness
    walls: tuple[WallSpread, ...] = ()
