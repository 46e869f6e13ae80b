"""One round of questions, in the order in which a tablet meets the services."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event

from wifiplan.catalog.services import connectivity_urls
from wifiplan.errors import MissingError, ProbeError
from wifiplan.probe.capture import DhcpReply
from wifiplan.probe.services.dhcp import ask_servers, judge_class, judge_offers, lease_class
from wifiplan.probe.services.dns import DnsFacts, NameServer, judge_dns, question_server
from wifiplan.probe.services.dns_message import AAAA
from wifiplan.probe.services.fetch import goodput_mbps
from wifiplan.probe.services.gateway import judge_gateway, round_trips
from wifiplan.probe.services.here import Here, look
from wifiplan.probe.services.ipv6 import Advertisement, Reach, judge_ipv6, listen, router_answers
from wifiplan.probe.services.mtu import judge_mtu, path_mtu
from wifiplan.probe.services.options import ServiceOptions
from wifiplan.probe.services.portal import ask_peer, ask_portal, judge_portal, judge_proxy
from wifiplan.probe.services.records import Fault, ServiceAnswer, ServicesRun, Times, WayOut
from wifiplan.probe.services.sites import check_county, check_sites, download_fault, load, resolver
from wifiplan.probe.services.vlan import judge_vlan, tags_seen
from wifiplan.probe.services.wire import Wire
from wifiplan.probe.way_out import Evidence, WifiResult, judge_way_out

_LOAD_LEAD_S = 1.0
"""A download fills the queues within this time."""

_LOAD_SPAN_S = 3.0
"""Questions under load are spread over this time at least: a queue comes and goes."""

_LEAST_LOAD_MBPS = 0.5
"""A download slower than this has stalled, and loads nothing."""

_LONGEST_LOAD_S = 30.0
"""The download ends with the last question, and then at the latest; its bytes are capped too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a round asks, once options and the machine's own settings are put together."""

    here: Here
    wire: Wire
    gateway: str
    name_servers: tuple[NameServer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What was heard on the interface itself; None: this machine has no right to hear it."""

    dhcp: tuple[ServiceAnswer, ...]
    offers: tuple[DhcpReply, ...] = ()
    tags: tuple[int, ...] | None = None
    routers: tuple[Advertisement, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Busy:
    """Times under load, and the load that there was [Mbit/s] or why there was none."""

    gateway: Times | None = None
    dns: tuple[Times, ...] = ()
    mbps: float | None = None
    fault: Fault = ""


def put_together(options: ServiceOptions, here: Here | None = None) -> Asked:
    """Return whom a round would ask; nothing is sent."""
    here = here or look(options.interface)
    wire = Wire(interface=options.interface)
    servers = options.name_servers or here.name_servers
    return Asked(
        here=here,
        wire=wire,
        gateway=options.gateway or here.gateway,
        name_servers=tuple(NameServer(address=address, names=options.names, wire=wire) for address in servers),
    )


def ask_services(
    options: ServiceOptions,
    version: str,
    *,
    wifi: WifiResult | None = None,
    tell: Callable[[str], None] = lambda _: None,
    when_heard: Callable[[], None] = lambda: None,
) -> ServicesRun:
    """Ask all services and return their answers.

    Parameters
    ----------
    options : ServiceOptions
        What is asked.
    version : str
        Of the program, for the record.
    wifi : "PASS", "FAIL", "INCONCLUSIVE" or None
        Verdict of the class test, for the way out.
    tell : callable
        Called with the name of each service before it is asked.
    when_heard : callable
        Called once raw frames are needed no more: the moment to give up the right to them.

    Raises
    ------
    MissingError, ProbeError
        A whole class's leases were asked for, and this machine can't take them.
    """
    started_utc = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    asked = put_together(options)
    tell("dhcp")
    heard = _heard(options, asked.here)
    offers = heard.offers
    when_heard()
    tell("gateway")
    gateway, dns, wpad, busy = _gateway_and_dns(options, asked, tell)
    tell("portal")
    resolve = resolver(asked.name_servers[0] if asked.name_servers else None)
    portals = ask_portal(connectivity_urls(), resolve, asked.wire) if options.asks_portal else ()
    peers: Sequence[ServiceAnswer] = [
        ask_peer(asked.wire, address, port, asked.here) for address, port in options.peers
    ]
    vlan = judge_vlan(asked.here, subnet=options.subnet, vlan=options.vlan, offers=offers, tags=heard.tags)
    tell("mtu")
    mtu = _mtu(options, asked)
    has_black_hole = any(a.code == "black_hole" and a.target != asked.gateway for a in mtu)
    evidence = Evidence(
        wifi=wifi,
        is_wireless=asked.here.is_wireless,
        has_black_hole=has_black_hole,
        gateway=gateway,
        dns=dns,
    )
    tell("way_out")
    way_out = _way_out(options, asked, evidence)
    tell("ipv6")
    ipv6 = _ipv6(asked, way_out, heard.routers)
    answers = (
        *heard.dhcp,
        gateway,
        *dns,
        judge_portal(portals, offers),
        judge_proxy(offers, wpad),
        *(peers or (ServiceAnswer(service="isolation", status="unknown", code="not_asked"),)),
        vlan,
        ipv6,
        *mtu,
    )
    return ServicesRun(
        version=version,
        started_utc=started_utc,
        interface=asked.here.interface,
        answers=answers,
        way_out=way_out,
        load_mbps=busy.mbps,
        load_fault=busy.fault,
    )


def _heard(options: ServiceOptions, here: Here) -> _Heard:
    """Ask DHCP, and listen for tags and routers meanwhile: each takes seconds of waiting and next to no traffic."""
    if not here.interface:
        return _Heard(dhcp=(ServiceAnswer(service="dhcp", status="unknown", code="no_interface"),))
    with ThreadPoolExecutor(max_workers=2) as pool:
        tags = pool.submit(tags_seen, here.interface, options.listen_s)
        routers = pool.submit(listen, here.interface, options.listen_s)
        offers, dhcp = _dhcp(options, here)
        return _Heard(dhcp=dhcp, offers=offers, tags=tags.result(), routers=routers.result())


def _dhcp(options: ServiceOptions, here: Here) -> tuple[tuple[DhcpReply, ...], tuple[ServiceAnswer, ...]]:
    patience_s = options.limits.dhcp_patience_s
    if len(here.mac) != 6:
        return (), (ServiceAnswer(service="dhcp", status="unknown", code="no_interface"),)
    try:
        offers = ask_servers(here.interface, here.mac, patience_s=patience_s)
    except MissingError:
        if options.n_leases:
            raise
        return (), (ServiceAnswer(service="dhcp", status="unknown", code="no_scapy", target=here.interface),)
    except ProbeError:
        if options.n_leases:
            raise
        return (), (ServiceAnswer(service="dhcp", status="unknown", code="no_right", target=here.interface),)
    answers = [judge_offers(offers, options.dhcp_servers)]
    if options.n_leases and offers:
        answers.append(judge_class(lease_class(here.interface, here.mac, options.n_leases, patience_s=patience_s)))
    return offers, tuple(answers)


def _gateway_and_dns(
    options: ServiceOptions, asked: Asked, tell: Callable[[str], None]
) -> tuple[ServiceAnswer, tuple[ServiceAnswer, ...], tuple[str, ...], _Busy]:
    n, interval_s = options.n_questions, options.interval_s
    idle, method = round_trips(asked.wire, asked.gateway, n, interval_s) if asked.gateway else (None, "")
    tell("dns")
    facts = [question_server(server, n, interval_s) for server in asked.name_servers]
    busy = _under_load(options, asked)
    gateway = judge_gateway(asked.gateway, idle, busy.gateway, options.limits, method)
    dns = tuple(
        judge_dns(fact, times, options.limits)
        for fact, times in zip(facts, busy.dns or [None] * len(facts), strict=True)
    )
    if not dns:
        dns = (ServiceAnswer(service="dns", status="bad", code="none"),)
    return gateway, dns, _wpad(facts), busy


def _under_load(options: ServiceOptions, asked: Asked) -> _Busy:
    """Ask gateway and name servers again while the county's download runs; a download that fails proves nothing."""
    county = options.county
    if county is None or not options.is_loaded:
        return _Busy()
    n = options.n_questions
    interval_s = max(options.interval_s, _LOAD_SPAN_S / n)
    stop = Event()
    with ThreadPoolExecutor(max_workers=2 + len(asked.name_servers)) as pool:
        loading = pool.submit(load, county, _LONGEST_LOAD_S, stop)
        time.sleep(_LOAD_LEAD_S)
        ping = pool.submit(round_trips, asked.wire, asked.gateway, n, interval_s) if asked.gateway else None
        questions = [pool.submit(server.times, n, interval_s) for server in asked.name_servers]
        dns = tuple(question.result() for question in questions)
        gateway = ping.result()[0] if ping is not None else None
        stop.set()
        got = loading.result()
    if got.fault or got.status != 200 or got.body_s <= 0:
        return _Busy(fault=got.fault or download_fault(got.status) or "reset")
    mbps = goodput_mbps(got, county.asked_mbps)
    if mbps < _LEAST_LOAD_MBPS:
        return _Busy(fault="timeout")
    return _Busy(gateway=gateway, dns=dns, mbps=round(mbps, 3))


def _wpad(facts: Sequence[DnsFacts]) -> tuple[str, ...]:
    # a server that invents answers for everything says nothing about a proxy
    return tuple(dict.fromkeys(address for fact in facts if not fact.invented for address in fact.wpad))


def _way_out(options: ServiceOptions, asked: Asked, evidence: Evidence) -> WayOut | None:
    """Ask the county's server and the sites, and judge them beside what is known of the rest."""
    if not options.sites and options.county is None:
        return None
    resolve = resolver(next(iter(asked.name_servers), None))
    county = check_county(options.county) if options.county is not None else None
    sites = check_sites(options.sites, resolve, asked.wire)
    return judge_way_out(replace(evidence, county=county, sites=sites), options.limits)


def _ipv6(asked: Asked, way_out: WayOut | None, heard: tuple[Advertisement, ...] | None) -> ServiceAnswer:
    here = asked.here
    routers = [one.router for one in heard or () if one.lifetime_s > 0]
    gateway6 = here.gateway6 or (f"{routers[0]}%{here.interface}" if routers else "")
    reach = Reach(router=router_answers(asked.wire, gateway6))
    if way_out is not None and way_out.sites and asked.name_servers and (here.gateway6 or routers):
        reach = replace(_reach6(asked, way_out), router=reach.router)
    return judge_ipv6(heard, here, reach)


def _reach6(asked: Asked, way_out: WayOut) -> Reach:
    server = asked.name_servers[0]
    n_sites6 = n_reached6 = 0
    for site in way_out.sites[:4]:
        reply, _ = server.ask(site.host, AAAA)
        if reply is None or not reply.addresses:
            continue
        n_sites6 += 1
        try:
            asked.wire.connected(reply.addresses[0], 443, 3.0).close()
        except OSError:
            continue
        n_reached6 += 1
    n_reached4 = sum(site.connect_ms is not None for site in way_out.sites[:4])
    return Reach(n_sites6=n_sites6, n_reached6=n_reached6, n_reached4=n_reached4)


def _mtu(options: ServiceOptions, asked: Asked) -> tuple[ServiceAnswer, ...]:
    wanted = int(min(asked.here.mtu or options.limits.full_mtu, options.limits.full_mtu))
    targets = [asked.gateway, *(address for address, _ in options.peers)]
    targets += [options.county.address] if options.county is not None else []
    unique = dict.fromkeys(target for target in targets if target)
    if not unique:
        return (ServiceAnswer(service="mtu", status="unknown", code="no_target"),)
    return tuple(judge_mtu(path_mtu(asked.wire, target, wanted), options.limits) for target in unique)
