"""Why a room passes or fails, why an access point hangs where it does, what would serve a room: codes and figures."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

ReasonCode: TypeAlias = Literal[
    "served",
    "not_required",
    "no_budget",
    "no_signal",
    "weak_seats",
    "low_snr",
    "low_second_signal",
    "airtime",
    "associations",
    "co_channel",
    "prohibited_brand",
    "forced_by_rooms",
    "relieves_rooms",
    "shares_hall",
    "locked",
    "kept",
    "retuned",
    "replaced",
    "undecided",
    "not_reached",
    "serves_nothing",
]
"""Why a room passes or fails, and why an access point hangs where it hangs."""

WEAK_CODES: frozenset[str] = frozenset({"no_signal", "weak_seats", "low_snr", "low_second_signal"})
"""Reasons of a room that hears too little; the other limits are those of a channel or a radio that is full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason as a code with its figures and the rooms it speaks of; `report` puts it into words.

    `value` and `limit` share the unit that the code implies: dBm for `no_signal`, `low_second_signal`; dB for
    `low_snr`; a share from 0 to 1 for `weak_seats`, `airtime`, `co_channel`; a count for `no_budget`,
    `associations`.
    """

    code: ReasonCode
    value: float | None = None
    limit: float | None = None
    rooms: tuple[str, ...] = ()


RemedyCode: TypeAlias = Literal["settings", "one_ap", "two_aps", "model", "rate", "devices", "none"]
"""What would serve a room, the cheapest first: other settings of its access point, more access points, a better model,
a lower bit rate, fewer devices at once; "none": nothing that was tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place on a ceiling where an access point would hang, in plan coordinates [m]."""

    floor: int
    x_m: float
    y_m: float
    room_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """The cheapest change with which a room holds and no other room is lost, tried in the plan's own model.

    `value` is the bit rate per device for `rate` [Mbit/s], the number of devices for `devices`. `ap_id` is the access
    point that is set anew or replaced by `model`; `spots` are the places of new ones. `channels`, `width_mhz` and
    `eirp_dbm` are the settings with which it was tried, and `channel_share` what the room's channel is then filled to.
    """

    code: RemedyCode
    value: float | None = None
    ap_id: str | None = None
    model: str | None = None
    spots: tuple[Place, ...] = ()
    channels: tuple[int, ...] = ()
    width_mhz: int | None = None
    eirp_dbm: float | None = None
    channel_share: float | None = None
