"""The way out: allow-listed education sites, a few small requests each, and the server at the county's centre."""

import ipaddress
import socket
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event

from wifiplan.catalog.services import EducationSite
from wifiplan.probe.county import CHALLENGE_PATH, DOWNLOAD_PATH, HEALTH_PATH, MOST_BYTES, authorization
from wifiplan.probe.services.dns import NameServer
from wifiplan.probe.services.fetch import Fetched, Request, fetch, goodput_mbps
from wifiplan.probe.services.figures import times_of
from wifiplan.probe.services.records import CountyCheck, Fault, SiteCheck
from wifiplan.probe.services.wire import ANYWHERE, Deadline, Wire

N_REQUESTS = 3
REQUEST_S = 5.0
ALL_SITES_S = 90.0
"""Sites that come after this time are not asked any more."""

_PAUSE_S = 0.2
_HTTPS = 443
N_COUNTY_REQUESTS = 10
_BUSY = 429
_N_DOWNLOADS = 2
_WHOLE_SHARE = 0.95
_N_WAITS = 3
_WAIT_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """The server at the county's centre: `probe serve` with its token.

    `asked_mbps` for `asked_s` seconds is what the check takes at most.
    """

    host: str
    address: str
    port: int
    token: bytes = b""
    is_tls: bool = False
    asked_mbps: float = 20.0
    asked_s: float = 4.0
    wire: Wire = ANYWHERE

    def request(self, path: str, *, for_s: float = REQUEST_S) -> Request:
        """Return a request to this server."""
        return Request(
            host=self.host,
            address=self.address,
            port=self.port,
            path=path,
            is_tls=self.is_tls,
            for_s=for_s,
            wire=self.wire,
        )


def check_sites(
    sites: Sequence[EducationSite],
    resolve: Callable[[str], tuple[tuple[str, ...], float]],
    wire: Wire,
    *,
    port: int = _HTTPS,
) -> tuple[SiteCheck, ...]:
    """Ask sites one after the other, each a few times; capped in requests, bytes and time.

    Parameters
    ----------
    sites : sequence of EducationSite
        Allow-listed hosts: nothing else is ever asked.
    resolve : callable
        Name to addresses and time [ms]; called once a site, the first address is pinned.
    wire : Wire
        How sockets are opened.
    port : int
        Port of HTTPS.
    """
    deadline = Deadline(ALL_SITES_S)
    return tuple(check_site(site, resolve, wire, port=port) for site in sites if deadline.left_s > 0)


def check_site(
    site: EducationSite, resolve: Callable[[str], tuple[tuple[str, ...], float]], wire: Wire, *, port: int = _HTTPS
) -> SiteCheck:
    """Ask one site a few times."""
    addresses, dns_ms = resolve(site.host)
    usable = [address for address in addresses if _is_host(address)]
    if not usable:
        return _summed(site, [], None if not addresses else dns_ms, fault="dns" if not addresses else "forbidden")
    asked = Request(
        host=site.host,
        address=usable[0],
        port=port,
        path=site.path,
        is_tls=True,
        method="HEAD",
        for_s=REQUEST_S,
        wire=wire,
    )
    seen: list[Fetched] = []
    for _ in range(N_REQUESTS):
        seen.append(fetch(asked))
        if len(seen) == 2 and all(got.fault for got in seen):
            break  # a site that is gone costs no third wait
        time.sleep(_PAUSE_S)
    return _summed(site, seen, dns_ms)


def check_county(county: County) -> CountyCheck:
    """Time small requests to the county's server, then take a few seconds at the capped rate."""
    seen: list[float | None] = []
    fault: Fault = ""
    for _ in range(N_COUNTY_REQUESTS):
        got = fetch(county.request(HEALTH_PATH))
        # the handshake is one round trip; the answer's first byte would count the server's own work
        seen.append(got.connect_ms)
        fault = got.fault or _status_fault(got.status)
        if fault and len(seen) == 2:
            break
        time.sleep(_PAUSE_S / 2)
    got, mbps = Fetched(), None
    for _ in range(0 if fault else _N_DOWNLOADS):
        got = load(county, county.asked_s)
        fault = got.fault or download_fault(got.status)
        if fault or got.body_s <= 0:
            break
        # a laptop that was held up itself looks like a slow line, but hardly twice: the better of two counts
        mbps = max(mbps or 0.0, goodput_mbps(got, county.asked_mbps))
        if mbps > _WHOLE_SHARE * county.asked_mbps:
            break
    return CountyCheck(
        host=county.host,
        rtt=times_of(seen),
        asked_mbps=county.asked_mbps,
        asked_s=county.asked_s,
        goodput_mbps=_rounded(mbps),
        received_bytes=got.n_body_bytes,
        fault=fault,
    )


def load(county: County, seconds: float, stop: Event | None = None) -> Fetched:
    """Take the county's download for some seconds at the capped rate, or until `stop`, after proving the token.

    The county serves one school at a time: where it is busy we wait for a while.
    """
    got = _download(county, seconds, stop)
    for _ in range(_N_WAITS):
        if got.status != _BUSY:
            break
        time.sleep(_WAIT_S)
        got = _download(county, seconds, stop)
    return got


def _download(county: County, seconds: float, stop: Event | None) -> Fetched:
    n_bytes = min(MOST_BYTES, int(county.asked_mbps * 1e6 / 8 * seconds))
    header = ""
    if county.token:
        got = fetch(county.request(CHALLENGE_PATH))
        if got.status == _BUSY:
            return got
        try:
            header = authorization(county.token, got.body.decode("ascii", "replace"))
        except ValueError:
            return replace(got, fault=got.fault or _status_fault(got.status) or "auth")
    return fetch(
        replace(
            county.request(f"{DOWNLOAD_PATH}?bytes={n_bytes}", for_s=seconds + 1.0),
            authorization=header,
            most_bytes=n_bytes,
            most_mbps=county.asked_mbps,
            stop=stop,
        )
    )


def resolver(server: NameServer | None) -> Callable[[str], tuple[tuple[str, ...], float]]:
    """Return how names are resolved: by the school's name server, or by this system where none is known."""
    if server is not None:
        return server.resolve

    def ask_system(name: str) -> tuple[tuple[str, ...], float]:
        started_s = time.perf_counter()
        try:
            found = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
        except OSError:
            found = []
        return tuple(str(entry[4][0]) for entry in found), (time.perf_counter() - started_s) * 1e3

    return ask_system


def _summed(site: EducationSite, seen: Sequence[Fetched], dns_ms: float | None, fault: Fault = "") -> SiteCheck:
    good = [got for got in seen if not (got.fault or _status_fault(got.status))]
    bad = [got.fault or _status_fault(got.status) for got in seen if got.fault or _status_fault(got.status)]
    if bad and len(good) * 2 <= len(seen):
        fault = bad[-1]
    return SiteCheck(
        name=site.name,
        host=site.host,
        n_asked=len(seen),
        n_answered=len(good),
        dns_ms=_rounded(dns_ms),
        connect_ms=_median([got.connect_ms for got in seen]),
        tls_ms=_median([got.tls_ms for got in seen]),
        first_byte_ms=_median([got.first_byte_ms for got in good]),
        status=next((got.status for got in reversed(seen) if got.status is not None), None),
        fault=fault,
    )


def download_fault(status: int | None) -> Fault:
    """Return why an answer is no download; blank for one that is."""
    if status in {401, 403}:
        return "auth"
    if status is not None and 300 <= status < 400:
        return "redirect"
    return _status_fault(status) or ("" if status == 200 else "status")


def _status_fault(status: int | None) -> Fault:
    """Return why an HTTP status is no good answer; pages that want a login or forbid a robot are good signs of life."""
    if status is None:
        return "garbage"
    if status == 511:  # RFC 6585, network authentication required: a portal
        return "redirect"
    if status == _BUSY:
        return "busy"
    return "status" if status >= 500 else ""


def _is_host(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (found.is_multicast or found.is_unspecified or found.is_loopback)


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _rounded(statistics.median(known)) if known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
