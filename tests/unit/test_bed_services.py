"""The bed's services: leases, names, portal, uplink and the faults that probes are to find."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, sync_playwright

from bed import Air, Bed, Medium, services
from bed.browser import browsers, chromium, chromium_program
from bed.tablets import Tablet

pytestmark = [pytest.mark.root, pytest.mark.waits]
FETCH = """
import sys, urllib.error, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    with opener.open(sys.argv[1]) as answer:
        print(answer.status, answer.geturl(), len(answer.read()))
except urllib.error.URLError as error:
    print("failed", type(error.reason).__name__)
"""


@pytest.fixture
def bed(bed_needs: Callable[[str], None]) -> Iterator[Bed]:
    bed_needs("loss")
    with Bed(3, medium=Medium(rate_mbps=100.0)) as made:
        yield made


def fetch(bed: Bed, client: int, url: str, *, seconds: float = 3.0) -> str:
    """Return the final address and the body's length, or what went wrong; late is what `seconds` do not suffice for."""
    words = [sys.executable, "-I", "-c", FETCH, url]
    try:
        return bed.clients[client].run(words, check=False, timeout_s=seconds).stdout.strip()
    except subprocess.TimeoutExpired:
        return "late"


def test_names_and_uplink_lead_to_the_centre(bed: Bed, tmp_path: Path) -> None:
    names = {"site.example": "10.88.0.20"}
    gateway = services.add_gateway(bed, tmp_path, names=names)
    services.add_centre(bed, gateway, rate_mbps=20.0, sites=("10.88.0.20",))
    services.set_resolver(bed)
    assert fetch(bed, 0, "http://site.example/bytes/100000") == "200 http://site.example/bytes/100000 100000"
    assert fetch(bed, 0, "http://other.example/") == "failed gaierror"
    services.narrow_uplink(gateway, 1300, with_icmp=False)
    assert fetch(bed, 0, "http://site.example/") == "200 http://site.example/ 43"
    assert bed.clients[0].run(["ping", "-c1", "-W1", "-Mdo", "-s1400", "10.88.0.20"], check=False).returncode != 0


def test_portal_redirects_until_released(bed: Bed, tmp_path: Path) -> None:
    gateway = services.add_gateway(bed, tmp_path)
    services.add_centre(bed, gateway, rate_mbps=20.0)
    services.add_portal(gateway)
    assert "10.77.0.1:8080/login" in fetch(bed, 1, "http://10.88.0.10/")
    services.release(gateway, bed.clients[1].address)
    assert fetch(bed, 1, "http://10.88.0.10/").startswith("200 http://10.88.0.10/ ")
    assert "login" in fetch(bed, 2, "http://10.88.0.10/")


def test_split_segment_hides_the_server_alone(bed: Bed, tmp_path: Path) -> None:
    services.add_gateway(bed, tmp_path)
    services.split(bed)
    assert bed.clients[0].run(["ping", "-c1", "-W1", bed.server.address], check=False).returncode != 0
    bed.clients[0].run(["ping", "-c1", "-W1", services.GATEWAY])


def test_isolated_clients_reach_the_server_but_not_one_another(bed: Bed) -> None:
    first, second = bed.clients[:2]
    first.run(["ping", "-c1", "-W1", second.address])
    services.isolate(bed)
    assert first.run(["ping", "-c1", "-W1", second.address], check=False).returncode != 0
    first.run(["ping", "-c1", "-W1", bed.server.address])


def test_narrow_segment_swallows_full_frames(bed: Bed) -> None:
    services.narrow_segment(bed, 1400)
    ping = ["ping", "-c1", "-W1", "-Mdo", bed.server.address]
    bed.clients[0].run([*ping, "-s", "1300"])
    assert bed.clients[0].run([*ping, "-s", "1450"], check=False).returncode != 0


def test_slow_client_of_a_kernel_medium_is_alone_slow(bed: Bed) -> None:
    services.slow(bed, 1, 1.0)
    services.serve_pages(bed.server, bed.server.address, 8000)
    url = f"http://{bed.server.address}:8000/bytes/500000"
    assert fetch(bed, 0, url, seconds=3.0).endswith("500000")
    assert fetch(bed, 1, url, seconds=2.0) == "late"


@pytest.mark.parametrize("emulated", [False, True])
def test_announced_prefix_gives_clients_addresses(
    tmp_path: Path, bed_needs: Callable[[str], None], *, emulated: bool
) -> None:
    bed_needs("emulator" if emulated else "kernel medium")
    with Bed(2, medium=Air(phy_mbps=100.0) if emulated else Medium(rate_mbps=100.0)) as bed:
        services.add_gateway(bed, tmp_path, leases=services.Leases(n_addresses=5, with_v6=True))
        for client in bed.clients:
            services.await_address(client, "fd77:")
            client.run(["ping", "-6", "-c1", "-W2", services.GATEWAY_V6])


def test_leases_come_from_the_pool(tmp_path: Path, bed_needs: Callable[[str], None]) -> None:
    bed_needs("loss")
    with Bed(4, medium=Medium(rate_mbps=100.0), addressed=False) as bed:
        services.add_gateway(bed, tmp_path, leases=services.Leases(n_addresses=3, ping_check=False))
        offers = [services.discover(client) for client in bed.clients]
        assert all(re.fullmatch(r"10\.77\.2\.[123]", offer or "") for offer in offers[:3]), offers


@pytest.mark.browser
def test_pages_of_four_namespaces_come_through_the_medium(tmp_path: Path, bed_needs: Callable[[str], None]) -> None:
    bed_needs("kernel medium")
    if chromium_program() is None:
        pytest.skip("needs Chromium")
    with Bed(4, medium=Medium(rate_mbps=100.0)) as bed:
        services.serve_pages(bed.server, bed.server.address, 8000)
        with sync_playwright() as playwright, browsers(playwright, bed.clients, tmp_path) as opened:
            for browser in opened:
                page = browser.new_page()
                page.goto(f"http://{bed.server.address}:8000/")
                assert page.title() == "bed"
                size = page.evaluate("async () => (await (await fetch('/bytes/300000')).arrayBuffer()).byteLength")
                assert size == 300_000
        assert bed.counters().down.sent_bytes > 4 * 300_000


@pytest.mark.browser
def test_tablets_share_a_browser_and_really_hide(tmp_path: Path, bed_needs: Callable[[str], None]) -> None:
    bed_needs("kernel medium")
    if chromium_program() is None:
        pytest.skip("needs Chromium")
    with Bed(1, medium=Medium(rate_mbps=100.0)) as bed:
        services.serve_pages(bed.server, bed.server.address, 8000)
        url = f"http://{bed.server.address}:8000/"
        with sync_playwright() as playwright, chromium(playwright, bed.clients[0], tmp_path) as browser:
            tablets = [Tablet(browser, url) for _ in range(2)]
            one, other = tablets
            for tablet in tablets:
                tablet.wait_for("document.title === 'bed'")
                tablet.evaluate("window.n = 0; setInterval(() => { n += 1 }, 20); 0")
            one.cover()
            one.wait_for("document.visibilityState === 'hidden'")
            assert other.evaluate("document.visibilityState") == "visible"
            before = [tablet.evaluate("n") for tablet in tablets]
            time.sleep(2.0)
            hidden, seen = (tablet.evaluate("n") - n for tablet, n in zip(tablets, before, strict=True))
            assert hidden < seen / 4
            one.uncover()
            one.wait_for("document.visibilityState === 'visible'")
            bed.clients[0].signal_all(signal.SIGKILL)
            with pytest.raises(Error, match="closed"):
                other.evaluate("1")
