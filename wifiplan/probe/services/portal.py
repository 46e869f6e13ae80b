"""Captive portals, proxies and isolation: what keeps a tablet from a server that is there."""

import os
from collections.abc import Callable, Mapping, Sequence

from wifiplan.catalog.services import ConnectivityUrl
from wifiplan.probe.capture import DhcpReply
from wifiplan.probe.services.echo import Echo
from wifiplan.probe.services.fetch import Fetched, Request, fetch
from wifiplan.probe.services.here import Here
from wifiplan.probe.services.records import ServiceAnswer
from wifiplan.probe.services.wire import Wire

_PROXY_SETTINGS = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_TIMEOUT_S = 3.0


def ask_portal(
    urls: Sequence[ConnectivityUrl], resolve: Callable[[str], tuple[tuple[str, ...], float]], wire: Wire
) -> tuple[tuple[ConnectivityUrl, Fetched], ...]:
    """Ask the addresses by which tablets find a portal, once each, over plain HTTP."""
    found = []
    for url in urls:
        addresses, _ = resolve(url.host)
        got = Fetched(fault="dns")
        if addresses:
            got = fetch(
                Request(host=url.host, address=addresses[0], port=80, path=url.path, for_s=_TIMEOUT_S, wire=wire)
            )
        found.append((url, got))
    return tuple(found)


def judge_portal(asked: Sequence[tuple[ConnectivityUrl, Fetched]], offers: Sequence[DhcpReply] = ()) -> ServiceAnswer:
    """Return whether something stands between tablets and the net.

    Parameters
    ----------
    asked : sequence
        Addresses with what they answered; empty where nobody allowed asking.
    offers : sequence of DhcpReply
        A DHCP server may announce a portal (RFC 8910).
    """
    announced = next((offer.portal_url for offer in offers if offer.portal_url), "")
    odd = [(url, got) for url, got in asked if got.status is not None and not _is_expected(url, got)]
    figures = (
        ("n_asked", len(asked)),
        ("n_odd", len(odd)),
        ("announced", announced),
        ("location", odd[0][1].headers.get("location", "") if odd else ""),
        ("status", odd[0][1].status if odd else None),
    )
    if odd:
        return ServiceAnswer(service="portal", status="bad", code="portal", target=odd[0][0].host, figures=figures)
    if announced:
        return ServiceAnswer(service="portal", status="bad", code="announced", target=announced, figures=figures)
    if not asked:
        return ServiceAnswer(service="portal", status="unknown", code="not_asked", figures=figures)
    if all(got.status is None for _, got in asked):
        return ServiceAnswer(service="portal", status="unknown", code="silent", figures=figures)
    return ServiceAnswer(service="portal", status="ok", code="ok", figures=figures)


def judge_proxy(
    offers: Sequence[DhcpReply], wpad: Sequence[str], settings: Mapping[str, str] = os.environ
) -> ServiceAnswer:
    """Return whether a proxy is announced: pages of a class test must be reachable past it."""
    by_dhcp = next((offer.proxy_url for offer in offers if offer.proxy_url), "")
    here = next((name for name in _PROXY_SETTINGS if settings.get(name)), "")
    figures = (("dhcp", by_dhcp), ("dns", ", ".join(wpad)), ("setting", here))
    if by_dhcp or wpad:
        return ServiceAnswer(service="proxy", status="unknown", code="announced", figures=figures)
    if here:
        return ServiceAnswer(service="proxy", status="unknown", code="setting", figures=figures)
    return ServiceAnswer(service="proxy", status="ok", code="none", figures=figures)


def ask_peer(wire: Wire, address: str, port: int, here: Here) -> ServiceAnswer:
    """Return whether another device of the Wi-Fi can be reached: a tablet must reach the class test's server."""
    is_near = here.is_on_link(address)
    reached, refused = _knock(wire, address, port)
    answers = _pings(wire, address)
    figures = (
        ("port", port),
        ("same_network", "yes" if is_near else "no"),
        ("ping", {True: "yes", False: "no", None: None}[answers]),
    )
    if reached:
        status, code = "ok", "refused" if refused else "ok"
    elif answers:
        status, code = "bad", "filtered"
    else:
        status, code = "bad", "isolated" if is_near else "no_route"
    return ServiceAnswer(service="isolation", status=status, code=code, target=address, figures=figures)  # type: ignore[arg-type]


def _knock(wire: Wire, address: str, port: int) -> tuple[bool, bool]:
    """Return whether anybody answers, and whether with a refusal: a refusal too proves the way."""
    for _ in range(2):
        try:
            wire.connected(address, port, _TIMEOUT_S).close()
        except ConnectionRefusedError:
            return True, True
        except OSError:
            continue
        return True, False
    return False, False


def _pings(wire: Wire, address: str) -> bool | None:
    echo = Echo.to(wire, address)
    if echo is None:
        return None
    try:
        return any(echo.ping(1.0) is not None for _ in range(2))
    finally:
        echo.close()


def _is_expected(url: ConnectivityUrl, got: Fetched) -> bool:
    return got.status == url.status and url.body.encode() in got.body
