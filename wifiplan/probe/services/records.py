"""What the school's services answered: frozen records, plain numbers, no addresses of devices."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Service: TypeAlias = Literal["dhcp", "gateway", "dns", "portal", "proxy", "isolation", "vlan", "ipv6", "mtu"]
"""What was asked."""

Status: TypeAlias = Literal["ok", "bad", "unknown"]
"""How a service stands; unknown: it could not be asked, or its answer proves nothing."""

Figure: TypeAlias = tuple[str, str | int | float | None]
"""One figure of an answer: its name, with the unit at its end, and its value; None: not measured."""

Layer: TypeAlias = Literal["wifi", "lan", "uplink", "site"]
"""The parts of the way from a tablet to a site, in its order."""

LayerState: TypeAlias = Literal["ok", "slow", "broken", "untested"]
"""How one part of the way stands."""

Fault: TypeAlias = Literal[
    "",
    "dns",
    "forbidden",
    "refused",
    "unreachable",
    "timeout",
    "reset",
    "tls",
    "garbage",
    "redirect",
    "status",
    "auth",
    "busy",
]
"""Why a request came to nothing; blank where it did not fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAnswer:
    """One service's answer.

    `code` names the sentence `services.SERVICE.CODE` of the texts, whose braces the figures fill. `target` is the
    server, the gateway or the network that was asked.
    """

    service: Service
    status: Status
    code: str
    target: str = ""
    figures: tuple[Figure, ...] = ()

    def figure(self, name: str) -> str | float | None:
        """Return one figure, None where it was not measured."""
        return dict(self.figures).get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Times of repeated questions [ms]; `n` asked, `n_lost` of them without an answer."""

    n: int
    n_lost: int
    p50_ms: float | None
    p95_ms: float | None
    max_ms: float | None

    @property
    def lost_share(self) -> float:
        """Share without an answer."""
        return self.n_lost / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCheck:
    """One site, asked a few times in a row: medians of what worked [ms], and why the rest did not.

    `first_byte_ms` runs from the start of the connection to the first byte of the answer, TLS included; `dns_ms` is
    the name's one resolution. `fault` is that of the last failed request, where fewer than half of them worked.
    """

    name: str
    host: str
    n_asked: int
    n_answered: int
    dns_ms: float | None
    connect_ms: float | None
    tls_ms: float | None
    first_byte_ms: float | None
    status: int | None
    fault: Fault = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyCheck:
    """The server at the county's centre: round trips of small requests, and a few seconds at a capped rate."""

    host: str
    rtt: Times
    asked_mbps: float
    asked_s: float
    goodput_mbps: float | None
    received_bytes: int
    fault: Fault = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerAnswer:
    """One part of the way; `code` names the sentence `services.layer.CODE` of the texts."""

    layer: Layer
    state: LayerState
    code: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """The way from a tablet to the sites, part by part; `blame` is the first part at fault, None where none is."""

    layers: tuple[LayerAnswer, ...]
    blame: Layer | None
    sites: tuple[SiteCheck, ...] = ()
    county: CountyCheck | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesRun:
    """One round of questions.

    `load_mbps` is the download that ran while gateway and name servers were asked again, None where none did;
    `load_fault` says why one that was wanted did not.
    """

    version: str
    started_utc: str
    interface: str
    answers: tuple[ServiceAnswer, ...]
    way_out: WayOut | None = None
    load_mbps: float | None = None
    load_fault: Fault = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing bad was found."""
        no_bad = all(answer.status != "bad" for answer in self.answers)
        return no_bad and (self.way_out is None or self.way_out.blame is None)
