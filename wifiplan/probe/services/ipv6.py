"""IPv6: who announces itself as a router, and whether what it promises holds. Half an IPv6 is worse than none."""

import ipaddress
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.probe.services.echo import Echo
from wifiplan.probe.services.here import Here
from wifiplan.probe.services.records import Figure, ServiceAnswer, Status
from wifiplan.probe.services.wire import Wire

_SOLICITATION, _ADVERTISEMENT = 133, 134
_PREFIX, _SERVERS = 3, 25
_ALL_ROUTERS = "ff02::2"
_HOPS_NOTE = 52  # IPV6_HOPLIMIT
_MOST = 64
_LOCAL = ipaddress.IPv6Network("fc00::/7")


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertisement:
    """One router's announcement: `lifetime_s` 0 means that it is no default router."""

    router: str
    lifetime_s: int
    prefixes: tuple[str, ...]
    name_servers: tuple[str, ...]
    is_managed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What IPv6 does in practice: the router's answer to pings, and sites over IPv6 and IPv4; None: not tried."""

    router: bool | None = None
    n_sites6: int = 0
    n_reached6: int = 0
    n_reached4: int = 0


def read_advertisement(router: str, data: bytes) -> Advertisement | None:
    """Return an announcement from an ICMPv6 message (RFC 4861, 4.2), None where it is none; never raises."""
    if len(data) < 16 or data[0] != _ADVERTISEMENT or data[1] != 0:
        return None
    prefixes: list[str] = []
    servers: list[str] = []
    at = 16
    while at + 2 <= len(data):
        kind, length = data[at], data[at + 1] * 8
        if length == 0 or at + length > len(data):
            break
        option = data[at : at + length]
        if kind == _PREFIX and length == 32 and option[2] <= 128:
            network = ipaddress.ip_network((option[16:32], option[2]), strict=False)
            prefixes += [str(network)] if option[3] & 0x40 else []  # only those to make addresses from
        elif kind == _SERVERS and length >= 24:
            servers += [str(ipaddress.IPv6Address(option[k : k + 16])) for k in range(8, length - 15, 16)]
        at += length
    return Advertisement(
        router=router,
        lifetime_s=struct.unpack_from("!H", data, 6)[0],
        prefixes=tuple(prefixes),
        name_servers=tuple(servers),
        is_managed=bool(data[5] & 0x80),
    )


def listen(interface: str, seconds: float) -> tuple[Advertisement, ...] | None:
    """Ask routers to announce themselves, once, and return what they say; None without the right to hear it."""
    try:
        opened = Wire(interface=interface).open(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    except OSError:
        return None
    found: dict[str, Advertisement] = {}
    with opened:
        try:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
            number = socket.if_nametoindex(interface)
            opened.sendto(struct.pack("!BBHI", _SOLICITATION, 0, 0, 0), (_ALL_ROUTERS, 0, 0, number))
        except OSError:  # the interface has no IPv6 at all
            return ()
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0 and len(found) < _MOST:
            opened.settimeout(left_s)
            try:
                data, notes, _, sender = opened.recvmsg(4096, 64)
            except OSError:
                break
            heard = read_advertisement(str(sender[0]).partition("%")[0], data)
            if heard is not None and _hops(notes) == 255:  # RFC 4861, 6.1.2: nothing from beyond the link counts
                found[heard.router] = heard
    return tuple(found.values())


def router_answers(wire: Wire, gateway6: str) -> bool | None:
    """Return whether the default router answers a ping; None where none is known or this machine may not ping."""
    echo = Echo.to(wire, gateway6) if gateway6 else None
    if echo is None:
        return None
    try:
        return any(echo.ping(1.0) is not None for _ in range(3))
    finally:
        echo.close()


def judge_ipv6(heard: Sequence[Advertisement] | None, here: Here, reach: Reach) -> ServiceAnswer:
    """Return how IPv6 stands: absent is fine, whole is fine, half is what makes sites slow.

    Parameters
    ----------
    heard : sequence of Advertisement or None
        None: this machine had no right to listen.
    here : Here
        What the system made of them.
    reach : Reach
        What was tried.
    """
    routers = [one.router for one in heard or () if one.lifetime_s > 0]
    prefixes = [prefix for one in heard or () for prefix in one.prefixes]
    figures: tuple[Figure, ...] = (
        ("n_routers", None if heard is None else len(routers)),
        ("routers", ", ".join(routers) or here.gateway6.partition("%")[0]),
        ("prefixes", ", ".join(dict.fromkeys(prefixes))),
        ("name_servers", ", ".join(dict.fromkeys(server for one in heard or () for server in one.name_servers))),
        ("n_addresses", len(here.global6)),
        ("n_sites6", reach.n_sites6),
        ("n_reached6", reach.n_reached6),
    )
    has_route = bool(here.gateway6 or routers)
    addresses = [*here.global6, *prefixes]
    has_address = bool(addresses)
    status: Status = "bad"
    if not has_route and not has_address:
        status, code = "ok", "none"
    elif len(set(routers)) > 1:
        # two that say the same stand in for each other; two that don't are one too many
        said = {one.prefixes for one in heard or () if one.lifetime_s > 0}
        status, code = ("bad", "two_routers") if len(said) > 1 else ("unknown", "router_pair")
    elif not has_route and all(_is_local(address) for address in addresses):
        status, code = "ok", "local_only"
    elif not has_route:
        code = "no_route"
    elif not has_address and not any(one.is_managed for one in heard or ()):
        code = "no_address"
    elif reach.n_sites6 and reach.n_reached6 == 0 and reach.n_reached4:
        code = "broken"
    elif reach.router is False:
        status, code = "unknown", "router_silent"
    else:
        status, code = "ok", "ok" if reach.n_reached6 else "ok_here"
    target = ", ".join(routers) or here.gateway6
    return ServiceAnswer(service="ipv6", status=status, code=code, target=target, figures=figures)


def _is_local(address: str) -> bool:
    """Whether an address is for the school's inside alone (RFC 4193): nobody tries to leave with it."""
    return ipaddress.IPv6Address(address.partition("/")[0]) in _LOCAL


def _hops(notes: Sequence[tuple[int, int, bytes]]) -> int:
    for level, kind, value in notes:
        if level == socket.IPPROTO_IPV6 and kind == _HOPS_NOTE and len(value) >= 4:
            hops: int = struct.unpack_from("=i", value)[0]
            return hops
    return 0
