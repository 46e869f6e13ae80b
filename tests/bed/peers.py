"""Ping, iperf3 and irtt on a bed: what other tools say of the same medium."""

import json
import math
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bed.namespaces import BedError, Namespace
from bed.services import await_port

IPERF_PORT = 5201
ATTEMPTS = 4
"""iperf3 gives up where the first packet of a stream is lost."""
TIMES = re.compile(r"time=([\d.]+) ms")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTripsSaid:
    """Round trips that were answered [ms], and the shares that were not."""

    rtts_ms: tuple[float, ...]
    n_sent: int
    loss_down_share: float | None = None
    jitter_down_ms: float | None = None

    @property
    def loss_share(self) -> float:
        """Questions without an answer."""
        return 1.0 - len(self.rtts_ms) / self.n_sent

    def quantile_ms(self, share: float) -> float:
        """Return a quantile by the nearest rank."""
        ranked = sorted(self.rtts_ms)
        return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UdpSaid:
    """What iperf3 says of one stream at its receiver."""

    goodput_mbps: float
    n_lost: int
    n_packets: int
    jitter_ms: float


def ping(client: Namespace, server: Namespace, *, n: int, every_s: float, n_bytes: int = 56) -> RoundTripsSaid:
    """Ping from a client."""
    words = ["ping", "-n", "-c", str(n), "-i", f"{every_s:.4f}", "-s", str(n_bytes), "-W", "2", server.address]
    said = client.run(words, check=False, timeout_s=n * every_s + 30.0).stdout
    return RoundTripsSaid(rtts_ms=tuple(float(text) for text in TIMES.findall(said)), n_sent=n)


def irtt(client: Namespace, server: Namespace, *, seconds: float, every_s: float, n_bytes: int = 100) -> RoundTripsSaid:
    """Run irtt from a client; its server takes any interval only when asked to (``-i 0``)."""
    running = server.popen(["irtt", "server", "-i", "0", "-b", f"{server.address}:2112"], stdout=subprocess.DEVNULL)
    words = ["irtt", "client", "-i", f"{every_s * 1e3:.3f}ms", "-d", f"{seconds}s", "-l", str(n_bytes)]
    try:
        for _ in range(20):
            # no test, only hello: until the server listens
            if client.run(["irtt", "client", "-n", "-Q", server.address], check=False).returncode == 0:
                break
            time.sleep(0.2)
        said = client.run([*words, "-Q", "-o", "-", server.address], timeout_s=seconds + 60.0).stdout
    finally:
        running.kill()
    fields: dict[str, Any] = json.loads(said)
    stats = fields["stats"]
    rtts = [trip["delay"]["rtt"] / 1e6 for trip in fields["round_trips"] if "rtt" in trip["delay"]]
    return RoundTripsSaid(
        rtts_ms=tuple(rtts),
        n_sent=stats["packets_sent"],
        loss_down_share=stats["downstream_loss_percent"] / 100,
        jitter_down_ms=stats["ipdv_receive"]["mean"] / 1e6,
    )


def iperf3_down(
    server: Namespace, clients: Sequence[Namespace], *, rate_mbps: float, seconds: float, payload_bytes: int
) -> tuple[UdpSaid, ...]:
    """Send UDP to all clients at once and return what each received."""
    for client in clients:
        client.popen(["iperf3", "-s", "-p", str(IPERF_PORT)], stdout=subprocess.DEVNULL)
    for client in clients:
        await_port(client, client.address, IPERF_PORT)
    words = ["-u", "-b", f"{rate_mbps}M", "-l", str(payload_bytes), "-t", f"{seconds:g}", "-J"]
    said: list[dict[str, Any]] = []
    for _ in range(ATTEMPTS):
        running = [server.popen(["iperf3", "-c", client.address, "-p", str(IPERF_PORT), *words]) for client in clients]
        said = [json.loads(process.communicate(timeout=seconds + 60.0)[0]) for process in running]
        # one stream that failed leaves its share to the others: all begin again
        if all("sum_received" in fields["end"] for fields in said):
            break
    for client in clients:
        client.children[-1].kill()
    faults = [fields.get("error", "no figures") for fields in said if "sum_received" not in fields["end"]]
    if faults:
        raise BedError(f"iperf3: {faults[0]}")
    return tuple(read_udp(fields["end"]["sum_received"]) for fields in said)


def read_udp(fields: dict[str, Any]) -> UdpSaid:
    """Return the record of one stream's figures."""
    return UdpSaid(
        goodput_mbps=fields["bytes"] * 8 / fields["seconds"] / 1e6,
        n_lost=fields["lost_packets"],
        n_packets=fields["packets"],
        jitter_ms=fields["jitter_ms"],
    )
