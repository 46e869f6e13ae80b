"""The probe's figures beside theory, the medium's own counters, ping, irtt and iperf3: one run, one bed.

Run as root: ``python benchmarks/probe_accuracy.py [--quick]``. All traffic stays inside namespaces of its own. Each
row is held against what the project promises: goodput within 0.5 %, loss equal to the medium's counter or within 3 σ,
median round trip within 0.5 ms and p95 within 1 ms, jitter within 10 %, pacing error p99 of at most 1 ms. The same
limit is shown for the peers, who never promised it.
"""

import argparse
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path as File

sys.path.insert(0, str(File(__file__).resolve().parents[1] / "tests"))

from bed import Air, Bed, BedError, Counters, Medium, Path, missing
from bed.ours import Load, Measured, measure
from bed.peers import iperf3_down, irtt, ping
from bed.traffic import frame_share
from wifiplan.errors import ProbeError

GOODPUT_SHARE = 0.005
MEDIAN_MS = 0.5
P95_MS = 1.0
JITTER_SHARE = 0.1
PACING_MS = 1.0
PAYLOAD_BYTES = 1200


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what it should be, what a tool says, and how far off it may be."""

    case: str
    tool: str
    truth: float
    said: float
    allowed: float
    unit: str

    @property
    def passes(self) -> bool:
        """Whether the figure lies within its limit."""
        return abs(self.said - self.truth) <= self.allowed


def goodput_row(case: str, tool: str, truth_mbps: float, said_mbps: float) -> Row:
    """Return a row of payload per time."""
    return Row(case, tool, truth_mbps, said_mbps, GOODPUT_SHARE * truth_mbps, "Mbit/s")


def loss_row(case: str, tool: str, truth_share: float, said_share: float, n: int) -> Row:
    """Return a row of loss, within 3 σ of a share that is known."""
    sigma = math.sqrt(truth_share * (1 - truth_share) / n)
    return Row(case, tool, 100 * truth_share, 100 * said_share, 300 * sigma, "%")


def single(quick: int) -> Iterator[Row]:
    """One stream that fits."""
    case, seconds = "one stream of 4 Mbit/s", 10 // quick
    with Bed(1, medium=Air(phy_mbps=50.0)) as bed:
        (mine,) = measure(bed, bed.clients, Load(rate_mbps=4.0, duration_s=seconds + 1.0))
        (peer,) = iperf3_down(bed.server, bed.clients, rate_mbps=4.0, seconds=seconds, payload_bytes=PAYLOAD_BYTES)
    yield goodput_row(case, "ours", 4.0, mine.goodput_mbps)
    yield goodput_row(case, "iperf3", 4.0, peer.goodput_mbps)


def overload(quick: int) -> Iterator[Row]:
    """Load more than the medium carries; no stream of ours may pass 25 Mbit/s, so three share it."""
    seconds, truth_mbps = 10 // quick, 50.0 * frame_share(PAYLOAD_BYTES)
    for medium in (Air(phy_mbps=50.0, queue_frames=400), Medium(rate_mbps=50.0, queue_frames=400)):
        case = f"3 x 20 Mbit/s on 50, {'air' if isinstance(medium, Air) else 'kernel'}"
        with Bed(3, medium=medium) as bed:
            mine = measure(bed, bed.clients, Load(rate_mbps=20.0, duration_s=seconds + 1.0))
            peers = iperf3_down(bed.server, bed.clients, rate_mbps=20.0, seconds=seconds, payload_bytes=PAYLOAD_BYTES)
        yield goodput_row(case, "ours", truth_mbps, sum(one.goodput_mbps for one in mine))
        yield goodput_row(case, "iperf3", truth_mbps, sum(peer.goodput_mbps for peer in peers))


def classroom(quick: int) -> Iterator[Row]:
    """Load a class that asks for more than the medium carries."""
    case, seconds = "30 x 2.5 Mbit/s on 60", 12 // quick
    with Bed(30, medium=Air(phy_mbps=60.0)) as bed:
        load = Load(rate_mbps=2.5, duration_s=seconds + 3.0, settle_s=3.0)
        before, begun_s = bed.counters(), time.monotonic()
        mine = whole(bed, load)
        after, took_s = bed.counters(), time.monotonic() - begun_s
        peers = iperf3_down(bed.server, bed.clients, rate_mbps=2.5, seconds=seconds, payload_bytes=PAYLOAD_BYTES)
    # the same air carries the beats that tell the sender who is still there
    beats_mbps = (after.up.sent_bytes - before.up.sent_bytes) * 8e-6 / took_s
    share = frame_share(PAYLOAD_BYTES)
    yield goodput_row(case, "ours", (60.0 - beats_mbps) * share, sum(one.goodput_mbps for one in mine))
    yield goodput_row(case, "iperf3", 60.0 * share, sum(peer.goodput_mbps for peer in peers))


def whole(bed: Bed, load: Load) -> tuple[Measured, ...]:
    """Run a step of all clients; where this machine starved a sender or a receiver, nothing was measured."""
    mine = measure(bed, bed.clients, load)
    n_cut = sum(one.sent.n_sent < 0.995 * one.sent.n_wanted for one in mine)
    if n_cut:
        raise BedError(f"{n_cut} of {len(mine)} streams were cut: this machine starved, try again when it is calm")
    return mine


def pacing(quick: int) -> Iterator[Row]:
    """Load a class that fits: how late the generator itself was, by its own record."""
    case, seconds = "30 x 4 Mbit/s on 300", 12 // quick
    with Bed(30, medium=Medium(rate_mbps=300.0)) as bed:
        mine = measure(bed, bed.clients, Load(rate_mbps=4.0, duration_s=seconds + 1.0, packet_bytes=1250))
    late_ms = max(one.sent.late_p99_ms if one.sent.late_p99_ms is not None else math.inf for one in mine)
    yield Row(f"{case}, pacing p99", "ours", 0.0, late_ms, PACING_MS, "ms")
    yield goodput_row(case, "ours", 120.0, sum(one.goodput_mbps for one in mine))


def loss(quick: int) -> Iterator[Row]:
    """Half a per cent each way, by round trips, and one way against the counter of the medium."""
    seconds = 16 // quick
    way = Path(loss_share=0.005, delay_ms=1.0)
    both_share = 1 - 0.995**2
    with Bed(1, medium=Air(phy_mbps=100.0, down=way, up=way, seed=5)) as bed:
        client = bed.clients[0]
        pinged = ping(client, bed.server, n=seconds * 400, every_s=0.0025)
        asked = irtt(client, bed.server, seconds=seconds, every_s=0.0025)
        yield loss_row("loss 0.5 % + 0.5 %", "ping", both_share, pinged.loss_share, pinged.n_sent)
        yield loss_row("loss 0.5 % + 0.5 %", "irtt", both_share, asked.loss_share, asked.n_sent)
        (mine,) = measure(
            bed,
            [client],
            Load(rate_mbps=0.1, duration_s=1.0 * seconds, settle_s=0.0, packet_bytes=250, round_trips_per_s=150.0),
        )
        if mine.delay is not None:
            n = mine.delay.n + mine.delay.n_lost
            yield loss_row("loss 0.5 % + 0.5 %", "ours, STAMP", both_share, mine.delay.n_lost / n, n)
        yield from one_way_loss(bed, seconds)


def one_way_loss(bed: Bed, seconds: int) -> Iterator[Row]:
    """Packets lost on the way down, as counted by the receiver and by the medium."""
    before = bed.counters()
    (mine,) = measure(bed, bed.clients, Load(rate_mbps=8.0, duration_s=float(seconds), settle_s=0.0))
    between = bed.counters()
    (peer,) = iperf3_down(bed.server, bed.clients, rate_mbps=8.0, seconds=seconds, payload_bytes=PAYLOAD_BYTES)
    after = bed.counters()
    # the medium counts ARP and the hello too; a lost one of those is at most one packet
    yield Row("lost one way, counted", "ours", n_lost(before, between), mine.received.udp.n_lost, 1.0, "packets")
    yield Row("lost one way, counted", "iperf3", n_lost(between, after), peer.n_lost, 1.0, "packets")
    udp = mine.received.udp
    yield loss_row("loss 0.5 % one way", "ours", 0.005, udp.n_lost / udp.n_sent, udp.n_sent)
    yield loss_row("loss 0.5 % one way", "iperf3", 0.005, peer.n_lost / peer.n_packets, peer.n_packets)


def n_lost(before: Counters, after: Counters) -> float:
    """Return how many frames the medium lost on the way down between two readings."""
    return float(after.down.n_lost - before.down.n_lost)


def round_trips(quick: int) -> Iterator[Row]:
    """Ten milliseconds each way; the airtime of the small packets is far below a tenth of one."""
    seconds, way = 20 // quick, Path(delay_ms=10.0)
    with Bed(1, medium=Air(phy_mbps=100.0, down=way, up=way)) as bed:
        client = bed.clients[0]
        said = {
            "ping": ping(client, bed.server, n=seconds * 50, every_s=0.02),
            "irtt": irtt(client, bed.server, seconds=seconds, every_s=0.02),
        }
        load = Load(rate_mbps=0.1, duration_s=float(seconds), packet_bytes=250, round_trips_per_s=50.0)
        (mine,) = measure(bed, [client], load)
        counters = bed.counters()
    yield Row("each way, medium's p50", "medium", 10.0, counters.up.delay_ms(0.5) or math.inf, 0.25, "ms")
    for tool, trips in said.items():
        yield Row("round trip 20 ms, p50", tool, 20.0, trips.quantile_ms(0.5), MEDIAN_MS, "ms")
        yield Row("round trip 20 ms, p95", tool, 20.0, trips.quantile_ms(0.95), P95_MS, "ms")
    if mine.delay is not None:
        yield Row("round trip 20 ms, p50", "ours, STAMP", 20.0, mine.delay.p50_ms or math.inf, MEDIAN_MS, "ms")
        yield Row("round trip 20 ms, p95", "ours, STAMP", 20.0, mine.delay.p95_ms or math.inf, P95_MS, "ms")


def jitter(quick: int) -> Iterator[Row]:
    """Uniform 0 to 10 ms on the way down: the mean absolute difference is a third of the width."""
    case, seconds, truth_ms = "jitter U(0-10 ms)", 20 // quick, 10 / 3
    with Bed(1, medium=Air(phy_mbps=100.0, down=Path(delay_ms=2.0, jitter_ms=10.0), seed=3)) as bed:
        client = bed.clients[0]
        asked = irtt(client, bed.server, seconds=seconds, every_s=0.02)
        (peer,) = iperf3_down(bed.server, [client], rate_mbps=0.1, seconds=seconds, payload_bytes=250)
        # one packet every 20 ms: none waits for the one before it
        (mine,) = measure(bed, [client], Load(rate_mbps=0.1, duration_s=seconds + 1.0, packet_bytes=250))
        told_ms = bed.counters().stations_down[0].jitter_ms
    windows = mine.received.udp.jitter_windows_ms
    said = {
        "medium": told_ms,
        "ours": sum(windows) / len(windows) if windows else None,
        "ours, RFC 3550": mine.received.udp.jitter_rfc3550_ms,
        "irtt": asked.jitter_down_ms,
        "iperf3": peer.jitter_ms,
    }
    for tool, value in said.items():
        yield Row(case, tool, truth_ms, math.inf if value is None else value, JITTER_SHARE * truth_ms, "ms")


CASES: tuple[Callable[[int], Iterator[Row]], ...] = (
    single,
    overload,
    classroom,
    pacing,
    loss,
    round_trips,
    jitter,
)


def show_bed() -> None:
    """Print what the bed itself costs."""
    for name, medium in (("kernel", Medium(rate_mbps=60.0)), ("air", Air(phy_mbps=60.0))):
        start_s = time.perf_counter()
        with Bed(30, medium=medium):
            built_s = time.perf_counter()
        gone_s = time.perf_counter()
        print(f"bed of 30 clients, {name:6}: built in {built_s - start_s:.2f} s, removed in {gone_s - built_s:.2f} s")
    with Bed(1, medium=Air(phy_mbps=10_000.0, queue_frames=2000)) as bed:
        before = bed.counters()
        iperf3_down(bed.server, bed.clients, rate_mbps=20.0, seconds=2, payload_bytes=100)
        after = bed.counters()
    used_s = (after.cpu_s or 0.0) - (before.cpu_s or 0.0)
    n_frames = after.down.n_sent + after.up.n_sent - before.down.n_sent - before.up.n_sent
    print(
        f"emulator of an air: {n_frames / used_s:,.0f} frames a CPU second, late by {after.late_ms(0.99):.2f} ms (p99)"
    )


def main() -> int:
    """Print one row a case and tool; 1 where one of ours fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a quarter of the time, wider chance")
    parser.add_argument("--case", choices=[case.__name__ for case in CASES], help="one case alone")
    options = parser.parse_args()
    lacking = missing("loss") or missing("emulator")
    if lacking:
        print(lacking, file=sys.stderr)
        return 2
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start: a busy machine disturbs all tools")
    show_bed()
    print(f"{'case':34} {'tool':15} {'truth':>9} {'said':>9} {'off':>9} {'allowed':>9} unit     verdict")
    chosen = [case for case in CASES if options.case in {None, case.__name__}]
    return 1 if sum(failures(case, 4 if options.quick else 1) for case in chosen) else 0


def failures(case: Callable[[int], Iterator[Row]], quick: int) -> int:
    """Print the rows of a case, and return how many of ours fail."""
    failed = 0
    try:
        for row in case(quick):
            # RFC 3550's running estimate is noisy by design: shown, not judged
            judged = row.tool.startswith("ours") and "RFC" not in row.tool
            failed += judged and not row.passes
            verdict = ("good" if row.passes else "OFF") + ("" if judged else " (not judged)")
            print(
                f"{row.case:34} {row.tool:15} {row.truth:9.3f} {row.said:9.3f} {row.said - row.truth:+9.3f}"
                f" {row.allowed:9.3f} {row.unit:8} {verdict}",
                flush=True,
            )
    except (BedError, ProbeError) as error:
        print(f"{case.__name__}: not measured: {error}", flush=True)
        return failed + 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
