"""The test bed itself: what its media say they do, they do; and nothing is left behind.

Both media are held against what plain numbered UDP shows at its receiver, by the kernel's own stamps.
"""

import itertools
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path as File

import pytest

from bed import Air, Bed, BedError, Medium, Path, Station, services
from bed.traffic import Flow, Receiver, frame_share, goodput_mbps, send

pytestmark = [pytest.mark.root, pytest.mark.waits]
FOLDER = File("/run/netns")
TESTS = File(__file__).resolve().parents[1]
RATE_MBPS = 30.0
FETCH = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read()"
MEDIA = {
    "kernel": (Medium(rate_mbps=RATE_MBPS, queue_frames=400), "loss"),
    "emulated": (Air(phy_mbps=RATE_MBPS, queue_frames=400), "emulator"),
}


@pytest.fixture(params=list(MEDIA))
def medium(request: pytest.FixtureRequest, bed_needs: Callable[[str], None]) -> Medium | Air:
    made, feature = MEDIA[request.param]
    bed_needs(feature)
    return made


def leftovers(prefix: str) -> list[str]:
    return [path.name for path in FOLDER.iterdir() if path.name.startswith(prefix)]


def test_bed_is_removed_when_the_body_raises(medium: Medium | Air) -> None:
    bed = Bed(30, medium=medium)

    def fail() -> None:
        with bed:
            assert len(leftovers(bed.prefix)) == 32
            bed.clients[3].popen(["sleep", "1000"])
            raise RuntimeError("the test's own fault")

    with pytest.raises(RuntimeError, match="own fault"):
        fail()
    assert leftovers(bed.prefix) == []
    assert bed.clients[3].children[0].returncode != 0


def test_bed_is_removed_when_building_fails(bed_needs: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    bed_needs("loss")

    def refuse(*_: object) -> None:
        raise BedError("no shaper today")

    monkeypatch.setattr("bed.building.lay_medium", refuse)
    bed = Bed(3, medium=Medium(rate_mbps=10.0))
    with pytest.raises(BedError, match="no shaper today"), bed:
        raise AssertionError("the bed was given out unfinished")
    assert leftovers(bed.prefix) == []


def test_media_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Medium(rate_mbps=0.0)
    with pytest.raises(ValueError, match="not above 1"):
        Medium(rate_mbps=1.0, loss_up_share=1.5)
    with pytest.raises(ValueError, match="above 0"):
        Air(phy_mbps=10.0, stations=((0, Station(phy_mbps=-1.0)),))
    with pytest.raises(ValueError, match="1 to 250"):
        Bed(0)


@pytest.mark.parametrize("medium_text", ["Medium(rate_mbps=30.0)", "Air(phy_mbps=30.0)"])
def test_bed_is_removed_when_its_process_is_killed(bed_needs: Callable[[str], None], medium_text: str) -> None:
    bed_needs("loss")
    bed_needs("emulator")
    script = f"""
        import time
        from bed import Air, Bed, Medium
        with Bed(3, medium={medium_text}) as bed:
            child = bed.clients[0].popen(["sleep", "1000"])
            print(bed.prefix, child.pid, flush=True)
            time.sleep(1000)
    """
    words = [sys.executable, "-c", textwrap.dedent(script)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        prefix, child = process.stdout.readline().split()
        assert len(leftovers(prefix)) == 5
        process.send_signal(signal.SIGKILL)
    ends_s = time.monotonic() + 20.0
    while (leftovers(prefix) or File("/proc", child).exists()) and time.monotonic() < ends_s:
        time.sleep(0.05)
    assert leftovers(prefix) == []
    assert not File("/proc", child).exists()


def test_beds_stand_side_by_side(bed_needs: Callable[[str], None]) -> None:
    bed_needs("loss")
    with Bed(1, medium=Medium(rate_mbps=50.0)) as one, Bed(1, medium=Medium(rate_mbps=50.0)) as other:
        one.clients[0].run(["ping", "-c", "1", "-W", "2", one.server.address])
        assert one.counters().up.n_offered >= 1
        assert other.counters().up.n_offered == 0


def test_commands_end_with_their_limit_and_say_why_they_failed(bed_needs: Callable[[str], None]) -> None:
    bed_needs("namespaces")
    with Bed(1) as bed:
        with pytest.raises(subprocess.TimeoutExpired):
            bed.clients[0].run(["sleep", "10"], timeout_s=0.2)
        with pytest.raises(BedError, match=r"cat.*No such file"):
            bed.clients[0].run(["cat", "/nowhere"])
        with pytest.raises(BedError, match="without a medium"):
            bed.counters()


@pytest.mark.alone
def test_nothing_of_a_bed_touches_the_machine(bed_needs: Callable[[str], None]) -> None:
    bed_needs("loss")

    def links() -> str:
        return subprocess.run(["/usr/bin/env", "ip", "-o", "addr"], capture_output=True, text=True, check=True).stdout

    before = links()
    with Bed(2, medium=Medium(rate_mbps=50.0)) as bed:
        assert links() == before
        routes = bed.clients[0].run(["ip", "route"]).stdout
        assert "default" not in routes
        assert links() == before


def test_tcp_crosses_in_frames_that_a_cable_carries(bed_needs: Callable[[str], None]) -> None:
    bed_needs("loss")
    with Bed(1, medium=Medium(rate_mbps=RATE_MBPS)) as bed:
        services.serve_pages(bed.server, bed.server.address, 8000)
        before = bed.counters().down
        bed.clients[0].run([sys.executable, "-I", "-c", FETCH, f"http://{bed.server.address}:8000/bytes/3000000"])
        after = bed.counters().down
        n_frames, n_bytes = after.n_sent - before.n_sent, after.sent_bytes - before.sent_bytes
        assert n_bytes > 3_000_000
        assert n_bytes / n_frames <= 1514


@pytest.mark.alone
def test_rate_is_exact(medium: Medium | Air) -> None:
    with Bed(1, medium=medium) as bed:
        with Receiver(bed.clients[0]) as receiver:
            send([Flow(source=bed.server, target=bed.clients[0], rate_mbps=1.2 * RATE_MBPS, seconds=3.0)])
            time.sleep(0.2)
        assert goodput_mbps(receiver.arrivals, settle_s=0.5, window_s=2.0) == pytest.approx(
            RATE_MBPS * frame_share(1200), rel=0.005
        )


@pytest.mark.alone
def test_both_ways_share_one_medium(medium: Medium | Air) -> None:
    with Bed(1, medium=medium) as bed:
        client = bed.clients[0]
        with Receiver(client) as down, Receiver(bed.server) as up:
            rate_mbps = 0.65 * RATE_MBPS
            flows = [
                Flow(source=bed.server, target=client, rate_mbps=rate_mbps, seconds=3.0),
                Flow(source=client, target=bed.server, rate_mbps=rate_mbps, seconds=3.0),
            ]
            send(flows)
            time.sleep(0.2)
        rates = [goodput_mbps(way.arrivals, settle_s=0.5, window_s=2.0) for way in (down, up)]
        assert sum(rates) == pytest.approx(RATE_MBPS * frame_share(1200), rel=0.01)
        # a common queue that is full is shared as chance has it; nobody is shut out
        assert min(rates) > 0.1 * RATE_MBPS


def test_loss_is_what_the_counters_say(bed_needs: Callable[[str], None]) -> None:
    bed_needs("loss")
    medium = Medium(rate_mbps=100.0, loss_down_share=0.02, loss_up_share=0.05)
    check_loss(medium)


def test_emulated_loss_is_what_the_counters_say(bed_needs: Callable[[str], None]) -> None:
    bed_needs("emulator")
    check_loss(Air(phy_mbps=100.0, down=Path(loss_share=0.02), up=Path(loss_share=0.05)))


def check_loss(medium: Medium | Air) -> None:
    """Send both ways; ARP is done before, so that the counters see nothing but the flows."""
    with Bed(1, medium=medium) as bed:
        client = bed.clients[0]
        client.run(["ping", "-c", "3", "-i", "0.05", "-W", "2", bed.server.address], check=False)
        before = bed.counters()
        with Receiver(client) as down, Receiver(bed.server) as up:
            flow = Flow(source=bed.server, target=client, rate_mbps=8.0, seconds=2.0, payload_bytes=400)
            back = Flow(source=client, target=bed.server, rate_mbps=8.0, seconds=2.0, payload_bytes=400)
            send([flow, back])
            time.sleep(0.3)
        after = bed.counters()
        ways = ((after.down, before.down, down, 0.02), (after.up, before.up, up, 0.05))
        for now, then, receiver, share in ways:
            n_lost, n_sent = now.n_lost - then.n_lost, now.n_sent - then.n_sent
            n = flow.n_packets
            assert abs(n_sent - len(receiver.arrivals)) <= 2
            assert n_lost + n_sent == pytest.approx(n, abs=4)
            assert abs(n_lost - n * share) < 3.5 * (n * share * (1 - share)) ** 0.5


@pytest.mark.alone
def test_delay_is_as_asked(bed_needs: Callable[[str], None]) -> None:
    bed_needs("emulator")
    way = Path(delay_ms=10.0)
    with Bed(1, medium=Air(phy_mbps=100.0, down=way, up=way)) as bed:
        said = bed.clients[0].run(["ping", "-c", "100", "-i", "0.02", bed.server.address]).stdout
        times = sorted(float(text) for text in re.findall(r"time=([\d.]+)", said))
        counters = bed.counters()
        assert counters.down.delay_ms(0.5) == pytest.approx(10.1, abs=0.3)
        assert times[len(times) // 2] == pytest.approx(20.1, abs=0.6)


@pytest.mark.alone
def test_jitter_at_the_receiver_is_the_mediums(bed_needs: Callable[[str], None]) -> None:
    bed_needs("emulator")
    with Bed(1, medium=Air(phy_mbps=100.0, down=Path(delay_ms=2.0, jitter_ms=10.0))) as bed:
        with Receiver(bed.clients[0]) as receiver:
            flow = Flow(source=bed.server, target=bed.clients[0], rate_mbps=0.2, seconds=4.0, payload_bytes=400)
            send([flow])
            time.sleep(0.1)
        delays = [(arrival.got_ns - arrival.sent_ns) / 1e6 for arrival in receiver.arrivals]
        differences = [abs(after - before) for before, after in itertools.pairwise(delays)]
        told = bed.counters().stations_down[0].jitter_ms
        assert len(delays) == flow.n_packets
        assert sum(differences) / len(differences) == pytest.approx(told, rel=0.05)
        assert told == pytest.approx(10 / 3, rel=0.2)


@pytest.mark.alone
def test_a_slow_station_slows_all(bed_needs: Callable[[str], None]) -> None:
    bed_needs("emulator")
    stations = ((0, Station(phy_mbps=6.0)),)
    air = Air(phy_mbps=60.0, stations=stations, overhead_us=100.0, queue_frames=250)
    frame_bits = 8 * 1242
    turn_us = (frame_bits / 6 + 100) + 2 * (frame_bits / 60 + 100)
    with Bed(3, medium=air) as bed:
        receivers = [Receiver(client) for client in bed.clients]
        with receivers[0], receivers[1], receivers[2]:
            send([Flow(source=bed.server, target=client, rate_mbps=8.0, seconds=4.0) for client in bed.clients])
            time.sleep(0.3)
        for receiver in receivers:
            assert goodput_mbps(receiver.arrivals, settle_s=1.0, window_s=2.7) == pytest.approx(
                1200 * 8 / turn_us, rel=0.01
            )


@pytest.mark.alone
def test_small_packets_cost_the_air_as_much(bed_needs: Callable[[str], None]) -> None:
    bed_needs("emulator")
    with Bed(1, medium=Air(phy_mbps=100.0, overhead_us=400.0, queue_frames=600)) as bed:
        with Receiver(bed.clients[0]) as receiver:
            flow = Flow(source=bed.server, target=bed.clients[0], rate_mbps=3.0, seconds=3.0, payload_bytes=100)
            send([flow])
            time.sleep(0.2)
        expected_mbps = 100 * 8 / (400.0 + 142 * 8 / 100.0)
        assert goodput_mbps(receiver.arrivals, settle_s=0.5, window_s=2.0) == pytest.approx(expected_mbps, rel=0.005)


def test_emulated_stations_reach_one_another_over_the_air_unless_isolated(bed_needs: Callable[[str], None]) -> None:
    bed_needs("emulator")
    for isolated in (False, True):
        with Bed(2, medium=Air(phy_mbps=50.0, isolated=isolated)) as bed:
            first, second = bed.clients
            done = first.run(["ping", "-c", "1", "-W", "1", second.address], check=False)
            assert (done.returncode != 0) == isolated
            first.run(["ping", "-c", "1", "-W", "2", bed.server.address])
