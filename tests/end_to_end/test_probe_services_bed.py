"""Services in a bed of namespaces: real dnsmasq, real routers, real black holes; not a packet leaves the bed."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bed import Bed, Medium, Namespace
from bed.media import load_rules
from bed.namespaces import batch
from bed.services import (
    CENTRE,
    GATEWAY,
    Leases,
    add_centre,
    add_gateway,
    add_portal,
    await_port,
    isolate,
    narrow_uplink,
    set_resolver,
    shape,
)
from wifiplan.catalog.services import ServiceLimits, education_sites, service_limits
from wifiplan.files.services import read_services
from wifiplan.probe.auth import token_text
from wifiplan.probe.services.dhcp import ask_servers, judge_class, judge_offers, lease_class
from wifiplan.probe.services.here import look
from wifiplan.probe.services.ipv6 import Reach, judge_ipv6, listen, router_answers
from wifiplan.probe.services.mtu import judge_mtu, path_mtu
from wifiplan.probe.services.options import ServiceOptions
from wifiplan.probe.services.portal import ask_peer
from wifiplan.probe.services.records import ServicesRun
from wifiplan.probe.services.run import ask_services
from wifiplan.probe.services.sites import County, check_county
from wifiplan.probe.services.wire import ANYWHERE

pytestmark = [pytest.mark.root, pytest.mark.waits]
ROOT = Path(__file__).parents[2]
CENTRE_SCRIPT = ROOT / "tests/bed/centre.py"
TOKEN = bytes(range(32))
QUICK = replace(
    service_limits(),
    max_site_first_byte_ms=500.0,
    max_dns_idle_p95_ms=1500.0,  # a machine that is busy with other tests is no slow school
    max_gateway_idle_p95_ms=1500.0,
)
BRIEF = replace(QUICK, dhcp_patience_s=0.4)
PATIENT = replace(
    QUICK,
    max_site_first_byte_ms=4000.0,
    max_dns_loaded_p95_ms=1500.0,
    max_gateway_loaded_p95_ms=1500.0,
    max_uplink_rtt_p95_ms=1500.0,
    dhcp_patience_s=1.5,
)
SITES = education_sites()[:3]
SITE_ADDRESSES = ("10.88.0.11", "10.88.0.12", "10.88.0.13")
NAMES = {site.host: address for site, address in zip(SITES, SITE_ADDRESSES, strict=True)}
PORTAL_NAMES = {"connectivitycheck.gstatic.com": "10.88.0.20", "captive.apple.com": "10.88.0.20"}


@pytest.fixture
def bed(bed_needs: Callable[[str], None]) -> Iterator[Bed]:
    bed_needs("kernel medium")
    with Bed(2) as made:
        yield made


def mac(space: Namespace) -> bytes:
    return bytes.fromhex(space.mac.replace(":", ""))


def ask(space: Namespace, *, limits: ServiceLimits = BRIEF, **fields: object) -> ServicesRun:
    """Ask in-process: the caller's sockets live in the client's namespace meanwhile."""
    options = ServiceOptions(
        interface="eth0",
        name_servers=(GATEWAY,),
        names=tuple(NAMES),
        n_questions=10,
        interval_s=0.01,
        listen_s=0.4,
        limits=limits,
        **fields,  # type: ignore[arg-type]
    )
    with space.inside():
        return ask_services(options, "test")


def codes(run: ServicesRun) -> dict[str, str]:
    return {answer.service: answer.code for answer in run.answers}


def county(**fields: object) -> County:
    return County(host="county", address=CENTRE, port=8080, token=TOKEN, asked_s=2.0, **fields)  # type: ignore[arg-type]


def serve(space: Namespace, address: str, port: int, delay_s: float = 0.0, pair: tuple[Path, ...] = ()) -> None:
    words = [sys.executable, CENTRE_SCRIPT, address, str(port), str(delay_s), TOKEN.hex(), *pair]
    space.popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PYTHONPATH": str(ROOT)})
    await_port(space, address, port)


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Return a certificate for all sites and its key; this process trusts it."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    names = ",".join(f"DNS:{host}" for host in NAMES)
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=bed", "-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(words, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate, key


def test_twenty_addresses_for_a_class_of_thirty(bed: Bed, tmp_path: Path) -> None:
    add_gateway(bed, tmp_path, leases=Leases(n_addresses=20, ping_check=False))
    client = bed.clients[0]
    with client.inside():
        found = lease_class("eth0", mac(client), 30, patience_s=1.0)
    assert (found.n_leased, found.n_distinct, found.freed_helps) == (20, 20, True)
    answer = judge_class(found)
    assert (answer.status, answer.code, answer.figure("n_distinct")) == ("bad", "class_few", 20)
    time.sleep(0.2)
    assert (tmp_path / "leases").read_text() == ""


def test_a_class_that_fits_gets_its_addresses_from_a_server_that_checks_them(bed: Bed, tmp_path: Path) -> None:
    add_gateway(bed, tmp_path, leases=Leases(n_addresses=20, ping_check=True))
    client = bed.clients[0]
    with client.inside():
        found = lease_class("eth0", mac(client), 2, patience_s=4.0)
    assert judge_class(found).code == "class_ok"
    assert found.n_distinct == 2
    time.sleep(0.2)
    assert (tmp_path / "leases").read_text() == ""


def test_a_switch_that_keeps_made_up_clients_out_proves_nothing(bed: Bed, tmp_path: Path) -> None:
    add_gateway(bed, tmp_path, leases=Leases(n_addresses=20, ping_check=False))
    client = bed.clients[0]
    # DHCP snooping with verification of MAC addresses: the client's hardware address must be the frame's sender
    rule = f"udp dport 67 @th,288,48 != 0x{mac(client).hex()} drop"
    load_rules(bed.switch, f"table bridge snoop {{\nchain c {{ type filter hook forward priority 0;\n{rule}\n}}\n}}\n")
    with client.inside():
        assert judge_offers(ask_servers("eth0", mac(client), patience_s=0.5)).code == "ok"
        found = lease_class("eth0", mac(client), 5, patience_s=0.5)
    answer = judge_class(found)
    assert (answer.status, answer.code, found.n_leased) == ("unknown", "class_blocked", 0)


def test_a_second_server_is_found_and_named(bed: Bed, tmp_path: Path) -> None:
    add_gateway(bed, tmp_path, leases=Leases(n_addresses=20, ping_check=False))
    rogue = bed.add_host("rogue", "192.168.50.1/24")
    words = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--port=0", "--user=root"]
    words += ["--interface=eth0", "--bind-interfaces", "--pid-file=", "--no-ping", "--dhcp-authoritative"]
    words += ["--dhcp-range=192.168.50.10,192.168.50.99,600", f"--dhcp-leasefile={tmp_path / 'rogue'}"]
    rogue.popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = bed.clients[0]
    deadline_s = time.monotonic() + 10
    offers = ()
    while len(offers) < 2 and time.monotonic() < deadline_s:
        with client.inside():
            offers = ask_servers("eth0", mac(client), patience_s=0.5)
    answer = judge_offers(offers)
    assert (answer.status, answer.code) == ("bad", "two_servers")
    assert {GATEWAY, "192.168.50.1"} == set(str(answer.figure("servers")).split(", "))
    assert judge_offers(offers, [GATEWAY]).code == "stranger"
    assert judge_offers(offers, [GATEWAY]).figure("strangers") == "192.168.50.1"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_leases_are_given_back_when_the_command_is_stopped(bed: Bed, tmp_path: Path, number: int) -> None:
    add_gateway(bed, tmp_path, leases=Leases(n_addresses=5, ping_check=False))
    words = [sys.executable, "-m", "wifiplan", "probe", "services", "--dhcp", "30", "--yes-take-leases"]
    running = bed.clients[0].popen(words, cwd=ROOT, env={"XDG_RUNTIME_DIR": str(tmp_path)})
    deadline_s = time.monotonic() + 30
    leases = tmp_path / "leases"
    while not (leases.exists() and len(leases.read_text().splitlines()) == 5) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert len(leases.read_text().splitlines()) == 5
    for _ in range(3):  # whoever is impatient does not keep the leases
        running.send_signal(number)
    _, error = running.communicate(timeout=20)
    assert running.returncode == 2
    assert "Traceback" not in error
    time.sleep(0.2)
    assert leases.read_text() == ""


def test_a_sound_school_is_good_and_a_small_uplink_is_blamed(bed: Bed, tmp_path: Path, pair: tuple[Path, Path]) -> None:
    gateway = add_gateway(bed, tmp_path, names=NAMES, leases=Leases(ping_check=False))
    centre = add_centre(bed, gateway, rate_mbps=80, sites=SITE_ADDRESSES)
    serve(centre, CENTRE, 8080)
    for address in SITE_ADDRESSES:
        serve(centre, address, 443, pair=pair)
    run = ask(bed.clients[0], sites=SITES, county=county(), subnet="10.77.0.0/16", is_loaded=True, limits=PATIENT)
    assert run.is_good, run
    assert run.way_out is not None
    assert [layer.state for layer in run.way_out.layers] == ["untested", "ok", "ok", "ok"]
    assert codes(run) == {
        "dhcp": "ok",
        "gateway": "ok",
        "dns": "ok",
        "portal": "not_asked",
        "proxy": "none",
        "isolation": "not_asked",
        "vlan": "ok",
        "ipv6": "none",
        "mtu": "ok",
    }
    centre.run(["tc", "qdisc", "del", "dev", "uplink", "root"])
    shape(centre, "uplink", 8.0)
    run = ask(bed.clients[0], county=county(), limits=PATIENT)
    assert run.way_out is not None
    assert run.way_out.blame == "uplink"
    assert run.way_out.layers[2].code == "uplink_rate"
    assert run.way_out.county is not None
    assert run.way_out.county.goodput_mbps == pytest.approx(8.0, rel=0.15)


def test_the_real_server_of_the_county_as_typed(bed: Bed, tmp_path: Path) -> None:
    gateway = add_gateway(bed, tmp_path, names=NAMES, leases=Leases(ping_check=False))
    set_resolver(bed)
    centre = add_centre(bed, gateway, rate_mbps=60)
    words = [sys.executable, "-m", "wifiplan", "probe"]
    token = {"WIFIPLAN_TOKEN": token_text(TOKEN), "XDG_RUNTIME_DIR": str(tmp_path)}
    centre.popen([*words, "serve", "--listen", CENTRE, "--port", "8090"], cwd=ROOT, env=token)
    await_port(centre, CENTRE, 8090, limit_s=30.0)
    out = tmp_path / "services.json"
    asked = [*words, "services", "--county", f"http://{CENTRE}:8090", "--under-load", "--out", out]
    client = bed.clients[0].popen([*asked, "--wifi", "FAIL"], cwd=ROOT, env=token)
    text, error = client.communicate(timeout=90)
    assert client.returncode == 1, error  # the class test failed: Wi-Fi comes first
    assert "應先處理：無線網路" in text
    run = read_services(out)
    assert run.way_out is not None
    assert run.way_out.county is not None
    assert run.way_out.county.goodput_mbps == pytest.approx(20.0, rel=0.1)
    assert run.load_mbps == pytest.approx(20.0, rel=0.2)
    with bed.clients[0].inside():
        stranger = check_county(replace(county(), port=8090, token=bytes(32)))
    assert (stranger.fault, stranger.goodput_mbps) == ("auth", None)


def test_one_slow_site_is_blamed_on_the_site_and_a_dead_one_too(
    bed: Bed, tmp_path: Path, pair: tuple[Path, Path]
) -> None:
    gateway = add_gateway(bed, tmp_path, names=NAMES)
    centre = add_centre(bed, gateway, rate_mbps=80, sites=SITE_ADDRESSES)
    serve(centre, SITE_ADDRESSES[0], 443, pair=pair)
    serve(centre, SITE_ADDRESSES[1], 443, delay_s=1.2, pair=pair)
    run = ask(bed.clients[0], sites=SITES)
    assert run.way_out is not None
    assert run.way_out.blame == "site"
    site = run.way_out.layers[3]
    assert (site.state, dict(site.figures)["slow"], dict(site.figures)["broken"]) == (
        "broken",
        SITES[1].host,
        SITES[2].host,
    )
    assert run.way_out.layers[2].code == "uplink_sites_ok"
    assert run.way_out.sites[2].fault == "refused"


def test_certificates_of_a_box_in_the_middle_are_told(bed: Bed, tmp_path: Path, pair: tuple[Path, Path]) -> None:
    gateway = add_gateway(bed, tmp_path, names=NAMES)
    centre = add_centre(bed, gateway, rate_mbps=80, sites=SITE_ADDRESSES)
    for address in SITE_ADDRESSES:
        serve(centre, address, 443, pair=pair)
    os.environ["SSL_CERT_FILE"] = str(tmp_path / "none.pem")  # the fixture puts it back
    (tmp_path / "none.pem").write_text("")
    run = ask(bed.clients[0], sites=SITES)
    assert run.way_out is not None
    assert run.way_out.layers[2].code == "uplink_tls"
    assert {site.fault for site in run.way_out.sites} == {"tls"}


def test_names_and_gateway_that_are_slow_under_load(bed_needs: Callable[[str], None], tmp_path: Path) -> None:
    bed_needs("kernel medium")
    with Bed(1, medium=Medium(rate_mbps=15.0, queue_frames=400)) as bed:
        gateway = add_gateway(bed, tmp_path, names=NAMES)
        centre = add_centre(bed, gateway, rate_mbps=80)
        serve(centre, CENTRE, 8080)
        run = ask(bed.clients[0], county=county(asked_mbps=40.0), is_loaded=True)
    found = {answer.service: answer for answer in run.answers}
    # the queue is full at times: whether two of the twenty questions meet it then is chance
    assert {found["gateway"].code, found["dns"].code} <= {"slow_loaded", "lost_loaded"}
    assert run.load_mbps == pytest.approx(14, rel=0.25)
    # 400 frames of 1,514 bytes at 15 Mbit/s are 323 ms
    assert 200 < float(found["dns"].figure("loaded_p95_ms") or 0) < 1000


def test_a_portal_is_found_and_gone_once_released(bed: Bed, tmp_path: Path) -> None:
    gateway = add_gateway(bed, tmp_path, names=NAMES | PORTAL_NAMES)
    add_portal(gateway)
    run = ask(bed.clients[0], asks_portal=True)
    portal = next(answer for answer in run.answers if answer.service == "portal")
    assert (portal.status, portal.code) == ("bad", "portal")
    assert portal.figure("location") == f"http://{GATEWAY}:8080/login"


def test_a_name_server_that_invents_addresses_is_found(bed: Bed, tmp_path: Path) -> None:
    add_gateway(bed, tmp_path, names={"#": "10.77.0.1"})
    run = ask(bed.clients[0])
    dns = next(answer for answer in run.answers if answer.service == "dns")
    assert (dns.code, dns.figure("invented")) == ("hijack", "10.77.0.1")


def test_clients_that_may_not_meet(bed: Bed, tmp_path: Path) -> None:
    add_gateway(bed, tmp_path, names=NAMES)
    client, other = bed.clients
    listener = other.open_socket()
    listener.bind((other.address, 8080))
    listener.listen()
    with listener:
        with client.inside():
            assert ask_peer(ANYWHERE, other.address, 8080, look()).code == "ok"
            assert ask_peer(ANYWHERE, other.address, 8081, look()).code == "refused"
        isolate(bed)
        batch(["neigh flush dev eth0"], inside=client.name)
        with client.inside():
            answer = ask_peer(ANYWHERE, other.address, 8080, look())
    assert (answer.status, answer.code, answer.figure("same_network")) == ("bad", "isolated", "yes")


@pytest.mark.parametrize(("with_icmp", "code"), [(True, "small"), (False, "black_hole")])
def test_a_narrow_uplink_is_small_or_a_black_hole(bed: Bed, tmp_path: Path, *, with_icmp: bool, code: str) -> None:
    gateway = add_gateway(bed, tmp_path, names=NAMES)
    add_centre(bed, gateway, rate_mbps=80)
    narrow_uplink(gateway, 1412, with_icmp=with_icmp)
    with bed.clients[0].inside():
        assert judge_mtu(path_mtu(ANYWHERE, GATEWAY, 1500), QUICK).code == "ok"
        facts = path_mtu(ANYWHERE, CENTRE, 1500)
    answer = judge_mtu(facts, QUICK)
    assert (answer.code, answer.figure("mtu")) == (code, 1412)


def test_a_download_that_vanishes_in_a_black_hole_is_no_load_and_says_why(bed: Bed, tmp_path: Path) -> None:
    gateway = add_gateway(bed, tmp_path, names=NAMES)
    centre = add_centre(bed, gateway, rate_mbps=80)
    serve(centre, CENTRE, 8080)
    narrow_uplink(gateway, 1412, with_icmp=False)
    # the way back is what a download fills: full packets of the centre don't fit through the gateway's uplink
    run = ask(bed.clients[0], county=county(), is_loaded=True)
    assert run.way_out is not None
    assert (run.load_fault, run.way_out.layers[2].code) == ("timeout", "uplink_black_hole")
    assert codes(run)["gateway"] == "ok_idle"


def announce(space: Namespace, prefix: str, lifetime_s: int, tmp_path: Path) -> None:
    words = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--port=0", "--user=root"]
    words += ["--interface=eth0", "--bind-interfaces", "--pid-file=", "--enable-ra", f"--ra-param=eth0,4,{lifetime_s}"]
    words += [f"--dhcp-range={prefix},ra-only,64,600", f"--dhcp-leasefile={tmp_path / 'six'}"]
    space.popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def router(bed: Bed, label: str, number: int) -> Namespace:
    space = bed.add_host(label, f"10.77.0.{number}/16")
    space.set_sysctl("net/ipv6/conf/all/forwarding", "1")
    space.set_sysctl("net/ipv6/conf/eth0/accept_dad", "0")
    lines = ["link set eth0 down", "link set eth0 addrgenmode eui64", "link set eth0 up"]
    batch([*lines, f"addr add 2001:db8:{number}::1/64 dev eth0 nodad"], inside=space.name)
    return space


def with_ipv6(client: Namespace) -> None:
    client.set_sysctl("net/ipv6/conf/eth0/accept_dad", "0")
    lines = ["link set eth0 down", "link set eth0 addrgenmode eui64", "link set eth0 up"]
    batch(lines, inside=client.name)


def eventually(client: Namespace, code: str) -> str:
    """Listen until the routers have spoken; the answer must come within seconds."""
    deadline_s = time.monotonic() + 15
    found = ""
    while found != code and time.monotonic() < deadline_s:
        with client.inside():
            heard, here = listen("eth0", 0.5), look()
            found = judge_ipv6(heard, here, Reach(router=router_answers(ANYWHERE, here.gateway6))).code
    return found


def test_a_whole_ipv6_a_half_one_and_two_routers(bed: Bed, tmp_path: Path) -> None:
    client = bed.clients[0]
    assert eventually(client, "none") == "none"
    with_ipv6(client)
    announce(router(bed, "r1", 61), "2001:db8:61::", 600, tmp_path)
    assert eventually(client, "ok_here") == "ok_here"
    announce(router(bed, "r2", 62), "2001:db8:62::", 600, tmp_path)
    assert eventually(client, "two_routers") == "two_routers"


def test_addresses_of_ipv6_without_a_route(bed: Bed, tmp_path: Path) -> None:
    with_ipv6(bed.clients[0])
    announce(router(bed, "r1", 61), "2001:db8:61::", 0, tmp_path)
    assert eventually(bed.clients[0], "no_route") == "no_route"


def test_without_rights_the_rest_is_still_asked(bed: Bed, tmp_path: Path) -> None:
    add_gateway(bed, tmp_path, names=NAMES, leases=Leases())
    set_resolver(bed)
    words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", sys.executable]
    words += ["-m", "wifiplan", "probe", "services", "--json", "--lang", "en"]
    running = bed.clients[0].popen(words, cwd=ROOT)
    text, error = running.communicate(timeout=60)
    assert running.returncode == 0, error
    answers = {answer["service"]: answer for answer in json.loads(text)["answers"]}
    assert (answers["dhcp"]["code"], answers["mtu"]["code"]) == ("no_right", "no_right")
    # a namespace of its own lets nobody ping: the gateway's name server shows the round trip
    assert (answers["gateway"]["code"], answers["gateway"]["figures"]["method"]) == ("ok_idle", "tcp")
    assert answers["dns"]["code"] == "ok_idle"
    assert answers["ipv6"]["code"] == "none"


def test_sudo_is_left_once_raw_frames_were_heard(bed: Bed, tmp_path: Path) -> None:
    add_gateway(bed, tmp_path, names=NAMES, leases=Leases(ping_check=False))
    set_resolver(bed)
    words = [sys.executable, "-m", "wifiplan", "probe", "services", "--out"]
    sudo = {"SUDO_UID": "65534", "SUDO_GID": "65534"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chown(folder, 65534, 65534)
        running = bed.clients[0].popen([*words, folder / "a.json"], cwd=ROOT, env=sudo)
        _, error = running.communicate(timeout=60)
        assert running.returncode == 0, error
        run = read_services(folder / "a.json")
        assert (folder / "a.json").stat().st_uid == 65534
    assert codes(run)["dhcp"] == "ok"  # heard as root
    assert codes(run)["mtu"] == "no_right"  # asked as nobody
    running = bed.clients[1].popen([*words, tmp_path / "root's" / "a.json"], cwd=ROOT, env=sudo)
    _, error = running.communicate(timeout=60)
    assert running.returncode == 2
    assert "Traceback" not in error


def test_the_machine_is_read_not_asked(bed: Bed, tmp_path: Path) -> None:
    add_gateway(bed, tmp_path)
    client = bed.clients[0]
    with client.inside():
        here = look()
    assert (here.interface, here.network, here.gateway, here.mtu) == ("eth0", f"{client.address}/16", GATEWAY, 1500)
    assert here.mac == mac(client)
    assert not here.is_wireless
