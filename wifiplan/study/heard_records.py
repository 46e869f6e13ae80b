"""Records of what was heard beside the plan: what should be on the air, whose a BSS is, what is to be said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.catalog.listening import ListenLimits
from wifiplan.probe.air import Air, HeardBss
from wifiplan.site.network import Radio
from wifiplan.survey.bssids import Owner, Rule, owner_of

Role: TypeAlias = Literal["ours", "ours_unknown", "foreign"]
"""Of an access point of the plan; with our network name, but nobody knows which; somebody else's."""

Weight: TypeAlias = Literal["fault", "warning", "note"]
"""Otherwise than planned; good to know, as it costs airtime; what could not be looked at."""

FindingCode: TypeAlias = Literal[
    "not_heard",
    "wrong_channel",
    "wrong_width",
    "wrong_band",
    "radio_2g4_on",
    "ours_elsewhere",
    "weaker_than_other",
    "backup_in_use",
    "foreign_co_channel",
    "foreign_overlap",
    "many_ssids",
    "slow_beacons",
    "beacons_lost",
    "many_beacons",
    "busy_channel",
    "many_retries",
    "load_doubted",
    "no_mac",
    "not_listened",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is worth a remark; `report` puts it into words.

    `value` and `limit` share the unit that the code implies: a channel for `wrong_channel`, `ours_elsewhere` and
    `backup_in_use`; MHz for `wrong_width`; dBm for `not_heard` (what is predicted), `weaker_than_other` and the foreign
    ones; a count for `many_ssids`, `no_mac`; Mbit/s for `slow_beacons`; a share from 0 to 1 for all others. `n` counts
    the BSSs it rests on. `utilisation_share` is what a foreign access point reports of the channel.
    """

    code: FindingCode
    weight: Weight
    ap_id: str | None = None
    bssid: str | None = None
    ssid: str = ""
    band: str | None = None
    channel: int | None = None
    value: float | None = None
    limit: float | None = None
    n: int = 1
    utilisation_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An access point as it should be on the air.

    `bands_known`: a band that `radios` does not name is off; False where nobody knows. `auto_2g4`: the controller may
    use 2.4 GHz as it likes.
    """

    ap_id: str
    name: str
    mac: str | None
    radios: tuple[Radio, ...]
    backup_channel: int | None = None
    bands_known: bool = False
    auto_2g4: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What should be on the air: a plan's or a site's access points, our network names, and where we stand.

    `predicted_dbm` is what should arrive here from each access point, by id; empty where nobody said where we stand.
    `serving_ap` serves the room in which we stand.
    """

    country: str
    wanted: tuple[Wanted, ...] = ()
    ssids: tuple[str, ...] = ()
    predicted_dbm: tuple[tuple[str, float], ...] = ()
    serving_ap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whose a BSS is; `rule` says how we know (see `bssids`), None where by name of the network or not at all."""

    bssid: str
    role: Role
    ap_id: str | None = None
    rule: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard, whose it is, and what is to be said about it."""

    air: Air
    wish: Wish
    limits: ListenLimits
    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]

    @property
    def as_planned(self) -> bool:
        """Whether nothing that was looked at is otherwise than planned."""
        return not any(finding.weight == "fault" for finding in self.findings)


def matches_of(bss: Sequence[HeardBss], wish: Wish) -> tuple[Match, ...]:
    """Return whose every BSS is, in the order given."""
    macs = {w.ap_id: w.mac for w in wish.wanted if w.mac}
    # where nobody gave a name the plan's id stands for it: a stranger's device may well call itself AP1
    names = {w.ap_id: w.name for w in wish.wanted if w.name != w.ap_id}
    return tuple(
        _match(heard, owner_of(heard.bssid, macs, ap_name=heard.ap_name, names=names), wish.ssids) for heard in bss
    )


def _match(heard: HeardBss, owner: Owner | None, ssids: Sequence[str]) -> Match:
    if owner is not None and owner.ap_id is not None:
        return Match(bssid=heard.bssid, role="ours", ap_id=owner.ap_id, rule=owner.rule)
    if owner is not None or heard.ssid in ssids:
        return Match(bssid=heard.bssid, role="ours_unknown")
    return Match(bssid=heard.bssid, role="foreign")
