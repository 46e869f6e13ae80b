"""What the answers of services mean: every code has its sentence, in both languages, with its figures."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wifiplan.catalog.services import connectivity_urls, education_sites, service_limit_sources, service_limits
from wifiplan.errors import SurveyError
from wifiplan.files.services import dump_services, parse_services, read_services, write_services
from wifiplan.probe.capture import DhcpReply
from wifiplan.probe.services.dhcp import ClassLeases, judge_class, judge_offers
from wifiplan.probe.services.dns import DnsFacts, judge_dns
from wifiplan.probe.services.fetch import Fetched
from wifiplan.probe.services.figures import quantile, times_of
from wifiplan.probe.services.gateway import judge_gateway
from wifiplan.probe.services.here import Here, look
from wifiplan.probe.services.ipv6 import Advertisement, Reach, judge_ipv6
from wifiplan.probe.services.mtu import MtuFacts, judge_mtu
from wifiplan.probe.services.portal import judge_portal, judge_proxy
from wifiplan.probe.services.records import CountyCheck, ServiceAnswer, ServicesRun, SiteCheck
from wifiplan.probe.services.vlan import judge_vlan
from wifiplan.probe.way_out import Evidence, judge_way_out, site_state
from wifiplan.report.services import (
    blame_text,
    county_text,
    layer_lines,
    layer_sentence,
    load_text,
    service_lines,
    service_sentence,
)
from wifiplan.report.texts import LANGS, texts

LIMITS = service_limits()
HERE = Here(interface="eth0", network="10.0.1.9/22", mtu=1500, gateway="10.0.0.1", name_servers=("10.0.0.2",))
SERVER = DhcpReply(
    kind="offer",
    transaction=1,
    server="10.0.0.1",
    server_mac=bytes(6),
    address="10.0.1.9",
    subnet="10.0.0.0/22",
    routers=("10.0.0.1",),
    name_servers=("10.0.0.2",),
    lease_s=600,
)
LEASES = ClassLeases(
    n_wanted=30, n_asked=30, n_leased=30, n_distinct=30, servers=("10.0.0.1",), freed_helps=None, seconds=4.0
)
QUICK, LATE, LOSSY, MUTE = times_of([2.0] * 20), times_of([400.0] * 20), times_of([2.0] * 18 + [None] * 2), None
FACTS = DnsFacts(
    address="10.0.0.2",
    idle=QUICK,
    n_names=3,
    n_resolved=3,
    n_with_ipv6=0,
    first_ms=8.0,
    has_tcp=True,
    invented=(),
)
SILENT = times_of([None] * 20)
ANDROID = connectivity_urls()[0]
ROUTER = Advertisement(
    router="fe80::1", lifetime_s=1800, prefixes=("2001:db8::/64",), name_servers=(), is_managed=False
)
WITH6 = replace(HERE, global6=("2001:db8::9",), gateway6="fe80::1%eth0")
SITE = SiteCheck(
    name="cloud",
    host="cloud.edu.tw",
    n_asked=3,
    n_answered=3,
    dns_ms=5.0,
    connect_ms=8.0,
    tls_ms=20.0,
    first_byte_ms=60.0,
    status=200,
)
COUNTY = CountyCheck(
    host="10.1.0.5", rtt=QUICK, asked_mbps=20.0, asked_s=4.0, goodput_mbps=20.0, received_bytes=10_000_000
)
GOOD_GATEWAY = judge_gateway("10.0.0.1", QUICK, None, LIMITS)
SLOW_GATEWAY = judge_gateway("10.0.0.1", QUICK, LATE, LIMITS)


def dhcp() -> Iterator[tuple[ServiceAnswer, str, str]]:
    other = replace(SERVER, server="192.168.1.1", subnet="192.168.1.0/24", routers=("192.168.1.1",))
    yield judge_offers([]), "bad", "silent"
    yield judge_offers([SERVER]), "ok", "ok"
    yield judge_offers([SERVER], ["10.0.0.1"]), "ok", "expected"
    yield judge_offers([SERVER, other]), "bad", "two_servers"
    yield judge_offers([SERVER, other], ["10.0.0.1"]), "bad", "stranger"
    yield judge_offers([SERVER, replace(SERVER, server="10.0.0.4")]), "unknown", "pair"
    yield judge_offers([replace(SERVER, routers=())]), "bad", "incomplete"
    yield judge_class(LEASES), "ok", "class_ok"
    yield judge_class(replace(LEASES, n_distinct=20)), "bad", "class_doubled"
    yield judge_class(replace(LEASES, n_leased=20, n_distinct=20, freed_helps=True)), "bad", "class_few"
    yield judge_class(replace(LEASES, n_leased=20, n_distinct=20, freed_helps=False)), "unknown", "class_blocked"
    yield judge_class(replace(LEASES, n_leased=0, n_distinct=0)), "unknown", "class_blocked"


def names_and_gateway() -> Iterator[tuple[ServiceAnswer, str, str]]:
    yield judge_gateway("", None, None, LIMITS), "bad", "none"
    yield judge_gateway("10.0.0.1", SILENT, None, LIMITS), "unknown", "silent"
    yield judge_gateway("10.0.0.1", LOSSY, None, LIMITS), "bad", "lost"
    yield judge_gateway("10.0.0.1", LATE, None, LIMITS), "bad", "slow"
    yield judge_gateway("10.0.0.1", QUICK, LOSSY, LIMITS), "bad", "lost_loaded"
    yield SLOW_GATEWAY, "bad", "slow_loaded"
    yield judge_gateway("10.0.0.1", QUICK, QUICK, LIMITS), "ok", "ok"
    yield GOOD_GATEWAY, "ok", "ok_idle"
    yield judge_dns(FACTS, QUICK, LIMITS), "ok", "ok"
    yield judge_dns(FACTS, None, LIMITS), "ok", "ok_idle"
    yield judge_dns(replace(FACTS, idle=SILENT, n_resolved=0), None, LIMITS), "bad", "silent"
    yield judge_dns(replace(FACTS, invented=("10.9.9.9",)), None, LIMITS), "bad", "hijack"
    yield judge_dns(replace(FACTS, n_resolved=0), None, LIMITS), "bad", "fails"
    yield judge_dns(replace(FACTS, idle=LOSSY), None, LIMITS), "bad", "lost"
    yield judge_dns(replace(FACTS, idle=LATE), None, LIMITS), "bad", "slow"
    yield judge_dns(FACTS, LOSSY, LIMITS), "bad", "lost_loaded"
    yield judge_dns(FACTS, LATE, LIMITS), "bad", "slow_loaded"
    yield judge_dns(replace(FACTS, has_tcp=False), None, LIMITS), "bad", "no_tcp"


def ways() -> Iterator[tuple[ServiceAnswer, str, str]]:
    good, moved = Fetched(status=204), Fetched(status=302, headers={"location": "http://portal/"})
    apple = connectivity_urls()[1]
    yield judge_portal([]), "unknown", "not_asked"
    yield judge_portal([(ANDROID, good)]), "ok", "ok"
    yield judge_portal([(ANDROID, good), (apple, moved)]), "bad", "portal"
    yield judge_portal([(apple, Fetched(status=200, body=b"please log in"))]), "bad", "portal"
    yield judge_portal([(apple, Fetched(status=200, body=b"<b>Success</b>"))]), "ok", "ok"
    yield judge_portal([(ANDROID, Fetched(fault="timeout"))]), "unknown", "silent"
    yield judge_portal([(ANDROID, good)], [replace(SERVER, portal_url="http://p")]), "bad", "announced"
    yield judge_proxy([], (), {}), "ok", "none"
    yield judge_proxy([], ("10.0.0.9",), {}), "unknown", "announced"
    yield judge_proxy([replace(SERVER, proxy_url="http://w/wpad.dat")], (), {}), "unknown", "announced"
    yield judge_proxy([], (), {"http_proxy": "http://x"}), "unknown", "setting"
    yield judge_vlan(replace(HERE, network="")), "bad", "no_address"
    yield judge_vlan(replace(HERE, network="169.254.3.3/16")), "bad", "no_address"
    yield judge_vlan(HERE, subnet="10.0.0.0/22"), "ok", "ok"
    yield judge_vlan(HERE, subnet="10.9.0.0/22"), "bad", "other_subnet"
    yield judge_vlan(replace(HERE, vlan_id=20), vlan=30), "bad", "other_vlan"
    yield judge_vlan(replace(HERE, vlan_id=30), vlan=30), "ok", "ok"
    yield judge_vlan(HERE, offers=[replace(SERVER, subnet="10.9.0.0/24")]), "bad", "offer_elsewhere"
    yield judge_vlan(HERE, subnet="10.0.0.0/22", tags=(20, 30)), "unknown", "trunk"
    yield judge_vlan(HERE, vlan=30), "unknown", "untagged"
    yield judge_vlan(HERE, offers=[SERVER]), "unknown", "not_said"


def packets() -> Iterator[tuple[ServiceAnswer, str, str]]:
    yield judge_ipv6((), HERE, Reach()), "ok", "none"
    yield judge_ipv6(None, HERE, Reach()), "ok", "none"
    yield judge_ipv6((ROUTER,), WITH6, Reach(router=True)), "ok", "ok_here"
    yield judge_ipv6((ROUTER,), WITH6, Reach(router=True, n_sites6=2, n_reached6=2, n_reached4=2)), "ok", "ok"
    yield judge_ipv6((ROUTER,), WITH6, Reach(router=True, n_sites6=2, n_reached4=2)), "bad", "broken"
    yield judge_ipv6((ROUTER,), WITH6, Reach(router=True, n_sites6=2, n_reached4=0)), "ok", "ok_here"
    yield judge_ipv6((ROUTER,), WITH6, Reach(router=False)), "unknown", "router_silent"
    twin = replace(ROUTER, router="fe80::2")
    yield judge_ipv6((ROUTER, twin), WITH6, Reach()), "unknown", "router_pair"
    rogue = replace(twin, prefixes=("2001:db8:bad::/64",))
    yield judge_ipv6((ROUTER, rogue), WITH6, Reach()), "bad", "two_routers"
    yield judge_ipv6((replace(ROUTER, lifetime_s=0),), HERE, Reach()), "bad", "no_route"
    yield judge_ipv6((), replace(HERE, global6=("fd00::9",)), Reach()), "ok", "local_only"
    yield judge_ipv6((replace(ROUTER, prefixes=()),), HERE, Reach(router=True)), "bad", "no_address"
    managed = replace(ROUTER, prefixes=(), is_managed=True)
    yield judge_ipv6((managed,), HERE, Reach(router=True)), "ok", "ok_here"
    yield judge_mtu(None, LIMITS), "unknown", "no_right"
    facts = MtuFacts(target="10.0.0.1", wanted=1500, mtu=1500, is_told=False)
    yield judge_mtu(facts, LIMITS), "ok", "ok"
    yield judge_mtu(replace(facts, wanted=1400, mtu=1400), LIMITS), "ok", "ok_small"
    yield judge_mtu(replace(facts, mtu=1412, is_told=True), LIMITS), "ok", "small"
    yield judge_mtu(replace(facts, mtu=900, is_told=True), LIMITS), "bad", "tiny"
    yield judge_mtu(replace(facts, mtu=1412), LIMITS), "bad", "black_hole"
    yield judge_mtu(replace(facts, mtu=None), LIMITS), "unknown", "silent"


CASES = [*dhcp(), *names_and_gateway(), *ways(), *packets()]


@pytest.mark.parametrize(("answer", "status", "code"), CASES, ids=[f"{a.service}-{code}" for a, _, code in CASES])
def test_what_an_answer_means_and_says(answer: ServiceAnswer, status: str, code: str) -> None:
    assert (answer.status, answer.code) == (status, code)
    for lang in LANGS:
        sentence = service_sentence(answer, lang)
        assert "{" not in sentence
        assert sentence[-1] in "。."


def test_every_sentence_of_the_texts_belongs_to_a_code_and_says_the_same_figures() -> None:
    chinese, english = (
        {key: text for key, text in texts(lang).items() if key.startswith("services.")} for lang in LANGS
    )
    assert chinese.keys() == english.keys()
    for key, text in chinese.items():
        fields, others = (set(re.findall(r"{(\w+)}", words)) for words in (text, english[key]))
        assert fields == others, key
    code_text = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[2] / "wifiplan/probe").rglob("*.py")
        if "services" in path.parts or path.name == "way_out.py"
    )
    kinds = ("dhcp", "gateway", "dns", "portal", "proxy", "isolation", "vlan", "ipv6", "mtu", "layer")
    for key in chinese:
        _, kind, *code = key.split(".")
        if kind in kinds and code:
            assert f'"{code[0]}"' in code_text, f"nothing says {key}"


ELSEWHERE = (
    ("isolation", "ok"),
    ("isolation", "refused"),
    ("isolation", "filtered"),
    ("isolation", "isolated"),
    ("isolation", "no_route"),
    ("isolation", "not_asked"),
    ("dhcp", "no_interface"),
    ("dhcp", "no_scapy"),
    ("dhcp", "no_right"),
    ("dns", "none"),
    ("mtu", "no_target"),
)


@pytest.mark.parametrize(("service", "code"), ELSEWHERE)
def test_codes_given_while_asking_have_their_sentences(service: str, code: str) -> None:
    answer = ServiceAnswer(service=service, status="unknown", code=code, figures=(("port", 8080),))  # type: ignore[arg-type]
    assert all(service_sentence(answer, lang) for lang in LANGS)


SLOW_SITE = replace(SITE, host="slow.tw", first_byte_ms=4000.0)
DEAD_SITE = replace(SITE, host="dead.tw", n_answered=0, first_byte_ms=None, fault="timeout")
NO_NAME = replace(DEAD_SITE, fault="dns")
BAD_TLS = replace(DEAD_SITE, fault="tls")
SLOW_DNS = judge_dns(replace(FACTS, idle=LATE), None, LIMITS)
MUTE_DNS = judge_dns(replace(FACTS, idle=SILENT, n_resolved=0), None, LIMITS)
SILENT_GATEWAY = judge_gateway("10.0.0.1", SILENT, None, LIMITS)
BASE = Evidence(wifi="PASS", gateway=GOOD_GATEWAY, county=COUNTY, sites=(SITE, SITE))
DOWN = replace(COUNTY, fault="timeout", goodput_mbps=None)

WAYS = [
    (BASE, None, ("wifi_ok", "lan_ok", "uplink_ok", "site_ok")),
    (replace(BASE, wifi="FAIL"), "wifi", ("wifi_fail", "lan_ok", "uplink_ok", "site_ok")),
    (replace(BASE, wifi="INCONCLUSIVE"), None, ("wifi_open", "lan_ok", "uplink_ok", "site_ok")),
    (Evidence(), None, ("wifi_untested", "lan_untested", "uplink_untested", "site_untested")),
    (replace(BASE, gateway=SLOW_GATEWAY), "lan", ("wifi_ok", "lan_slow", "uplink_ok", "site_ok")),
    (
        replace(BASE, wifi=None, is_wireless=True, gateway=SLOW_GATEWAY),
        "wifi",
        ("wifi_gateway", "lan_over_wifi", "uplink_ok", "site_ok"),
    ),
    (
        replace(BASE, wifi=None, is_wireless=True, dns=(SLOW_DNS,)),
        None,
        ("wifi_untested", "lan_over_wifi", "uplink_ok", "site_ok"),
    ),
    (replace(BASE, dns=(SLOW_DNS,)), "lan", ("wifi_ok", "lan_slow_dns", "uplink_ok", "site_ok")),
    (
        replace(BASE, dns=(MUTE_DNS,), sites=(NO_NAME, NO_NAME)),
        "lan",
        ("wifi_ok", "lan_no_dns", "uplink_ok", "site_hidden"),
    ),
    (
        replace(BASE, gateway=judge_gateway("", None, None, LIMITS), county=DOWN, sites=(DEAD_SITE,)),
        "lan",
        ("wifi_ok", "lan_no_gateway", "uplink_no_county", "site_hidden"),
    ),
    (replace(BASE, gateway=SILENT_GATEWAY), None, ("wifi_ok", "lan_through", "uplink_ok", "site_ok")),
    (Evidence(gateway=SILENT_GATEWAY), None, ("wifi_untested", "lan_silent", "uplink_untested", "site_untested")),
    (
        replace(BASE, county=replace(COUNTY, goodput_mbps=9.0), sites=(SLOW_SITE, SITE)),
        "uplink",
        ("wifi_ok", "lan_ok", "uplink_rate", "site_hidden"),
    ),
    (
        replace(BASE, has_black_hole=True, county=replace(COUNTY, goodput_mbps=0.0), sites=()),
        "uplink",
        ("wifi_ok", "lan_ok", "uplink_black_hole", "site_untested"),
    ),
    # big pings are filtered, but the download is whole: no black hole
    (replace(BASE, has_black_hole=True), None, ("wifi_ok", "lan_ok", "uplink_ok", "site_ok")),
    (replace(BASE, county=replace(COUNTY, rtt=LATE)), "uplink", ("wifi_ok", "lan_ok", "uplink_delay", "site_ok")),
    (
        replace(BASE, county=DOWN, sites=(DEAD_SITE, DEAD_SITE)),
        "uplink",
        ("wifi_ok", "lan_ok", "uplink_no_county", "site_hidden"),
    ),
    # the county's server is down, but a site answers: the uplink works
    (
        replace(BASE, county=DOWN, sites=(SITE, DEAD_SITE)),
        "site",
        ("wifi_ok", "lan_ok", "uplink_sites_ok", "site_broken"),
    ),
    (
        replace(BASE, county=replace(COUNTY, fault="auth"), sites=()),
        None,
        ("wifi_ok", "lan_ok", "uplink_county_fault", "site_untested"),
    ),
    (
        replace(BASE, county=None, sites=(SLOW_SITE, SLOW_SITE)),
        "uplink",
        ("wifi_ok", "lan_ok", "uplink_sites_slow", "site_hidden"),
    ),
    (
        replace(BASE, county=None, sites=(DEAD_SITE, DEAD_SITE)),
        "uplink",
        ("wifi_ok", "lan_ok", "uplink_sites_broken", "site_hidden"),
    ),
    (
        replace(BASE, county=None, sites=(BAD_TLS, BAD_TLS)),
        "uplink",
        ("wifi_ok", "lan_ok", "uplink_tls", "site_hidden"),
    ),
    (
        replace(BASE, county=None, sites=(SLOW_SITE, SITE)),
        "site",
        ("wifi_ok", "lan_ok", "uplink_sites_ok", "site_slow"),
    ),
    # one site alone can't accuse the uplink
    (replace(BASE, county=None, sites=(SLOW_SITE,)), "site", ("wifi_ok", "lan_ok", "uplink_untested", "site_slow")),
    (replace(BASE, sites=(SLOW_SITE, SLOW_SITE)), "site", ("wifi_ok", "lan_ok", "uplink_ok", "site_slow")),
]


@pytest.mark.parametrize(("evidence", "blame", "found"), WAYS, ids=["-".join(w[2]) for w in WAYS])
def test_which_part_of_the_way_is_to_blame(evidence: Evidence, blame: str | None, found: tuple[str, ...]) -> None:
    way_out = judge_way_out(evidence, LIMITS)
    assert tuple(layer.code for layer in way_out.layers) == found
    assert way_out.blame == blame
    for lang in LANGS:
        assert all("{" not in layer_sentence(layer, lang) for layer in way_out.layers)
        assert blame_text(way_out, lang)


def test_every_sentence_on_a_layer_is_seen_in_a_case() -> None:
    seen = {code for _, _, found in WAYS for code in found}
    known = {key.removeprefix("services.layer.") for key in texts("en") if key.startswith("services.layer.")}
    assert known - seen == {"wifi", "lan", "uplink", "site"}


def test_a_site_is_slow_with_its_name_server() -> None:
    assert site_state(SITE, LIMITS) == "ok"
    assert site_state(replace(SITE, dns_ms=1900.0), LIMITS) == "slow"
    assert site_state(replace(SITE, first_byte_ms=None), LIMITS) == "untested"


def test_quantiles_are_values_that_were_seen() -> None:
    values = [float(k) for k in range(1, 21)]
    assert (quantile(values, 0.5), quantile(values, 0.95), quantile(values, 1.0), quantile([3.0], 0.0)) == (
        10,
        19,
        20,
        3,
    )


def a_run() -> ServicesRun:
    way_out = judge_way_out(replace(BASE, county=replace(DOWN, fault="auth")), LIMITS)
    return ServicesRun(
        version="0.1.0",
        started_utc="2026-03-02T01:02:03+00:00",
        interface="eth0",
        answers=tuple(answer for answer, _, _ in CASES),
        way_out=way_out,
        load_fault="auth",
    )


def test_a_round_comes_back_from_its_file(tmp_path: Path) -> None:
    run = a_run()
    write_services(tmp_path / "a.json", run)
    assert read_services(tmp_path / "a.json") == run
    assert '"figures": {"idle_n": 20' in dump_services(run)
    assert not run.is_good
    assert replace(run, answers=(), way_out=None).is_good


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "not valid JSON"),
        ("[]", "is not 1"),
        ('{"format": true}', "is not 1"),
        ('{"format": 1, "version": 3}', "version"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SurveyError, match=fault):
        read_services(path)


def test_misspelt_and_mistyped_answers_are_all_named() -> None:
    text = dump_services(a_run()).replace('"status": "bad"', '"status": "worse"', 1).replace('"load_mbps"', '"load"')
    run, faults = parse_services(text)
    assert run is None
    assert len(faults) >= 2


def test_people_read_lines() -> None:
    run = a_run()
    for lang in LANGS:
        assert len(service_lines(run, lang)) == len(CASES)
        assert run.way_out is not None
        assert len(layer_lines(run.way_out, lang)) == 4
        assert load_text(run, lang)
        assert county_text(run.way_out, lang)
        assert load_text(replace(run, load_fault="", load_mbps=19.5), lang)
        assert not load_text(replace(run, load_fault=""), lang)


def test_the_tables_name_their_sources() -> None:
    assert all(service_limit_sources().values())
    assert len({site.host for site in education_sites()}) == len(education_sites()) >= 6
    assert all(re.fullmatch(r"[a-z0-9.-]+", site.host) for site in education_sites())


def test_the_machine_is_read_from_its_files(tmp_path: Path) -> None:
    files = {
        "proc/net/route": "Iface Destination Gateway Flags RefCnt Use Metric Mask\n"
        "wlan9 00000000 0100000A 0003 0 0 600 00000000 0 0 0\n"
        "eth9 00000000 FE00000A 0003 0 0 100 00000000 0 0 0\n"
        "eth9 0000000A 00000000 0001 0 0 100 00FFFFFF 0 0 0\nbad line\n",
        "etc/resolv.conf": "# x\nnameserver 127.0.0.53\nnameserver nonsense\n",
        "run/systemd/resolve/resolv.conf": "nameserver 10.0.0.2\nnameserver 2001:db8::53\nnameserver 10.0.0.2\n",
        "proc/net/if_inet6": "20010db8000000000000000000000009 02 40 00 80 eth9\n"
        "fe800000000000000000000000000009 02 40 20 80 eth9\nzz 1\n",
        "proc/net/ipv6_route": "0" * 32 + " 00 " + "0" * 32 + " 00 fe80000000000000000000000000000" + "1 00000400 "
        "00000001 00000000 00000003 eth9\n",
        "proc/net/vlan/config": "VLAN Dev name    | VLAN ID\nName-Type: X\neth9           | 20  | eth0\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "sys/class/net/eth9/phy80211").mkdir(parents=True)
    here = look(root=tmp_path)
    assert (here.interface, here.gateway, here.vlan_id) == ("eth9", "10.0.0.254", 20)
    assert here.name_servers == ("10.0.0.2", "2001:db8::53")
    assert (here.global6, here.gateway6) == (("2001:db8::9",), "fe80::1%eth9")
    assert here.is_wireless
    assert (here.network, here.mtu) == ("", None)  # there is no such interface on this machine
    assert look("wlan9", root=tmp_path).gateway == "10.0.0.1"
    assert look(root=tmp_path / "nothing") == Here()
