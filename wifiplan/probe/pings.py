"""Signs of life of the gateway and the name server, by the gentlest means that this machine and user may use."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.probe.services.dns import DNS_PORT, NameServer
from wifiplan.probe.services.dns_message import NS
from wifiplan.probe.services.echo import STEP_PORTS, Echo, step_ms
from wifiplan.probe.services.wire import ANYWHERE

Means: TypeAlias = Literal["icmp", "ping", "tcp"]
"""How a host is asked: an ICMP socket, the system's `ping`, a TCP connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinger:
    """Asks one host for a sign of life; the means is found once, so that every answer is of the same kind."""

    address: str
    means: Means

    def rtt_ms(self, timeout_s: float = 1.0) -> float | None:
        """Return the round trip [ms], None where nothing came back in time. Blocks for at most `timeout_s`."""
        if self.means == "ping":
            return _program_ms(self.address, timeout_s)
        return _echo_ms(self.address, timeout_s) if self.means == "icmp" else _tcp_ms(self.address, timeout_s)


def pinger(address: str, timeout_s: float = 1.0) -> Pinger | None:
    """Return a way to ask this host that works now, or None where it answers nothing.

    An ICMP socket comes first, then the `ping` program, at last a TCP connection: even a refused one is an answer, and
    its time a round trip.
    """
    for means in ("icmp", "ping", "tcp"):
        candidate = Pinger(address=address, means=means)
        if candidate.rtt_ms(timeout_s) is not None:
            return candidate
    return None


def dns_ms(server: str, *, port: int = DNS_PORT, timeout_s: float = 1.0) -> float | None:
    """Return how long a name server takes to answer [ms], None where it does not.

    It is asked for the name servers of the root: every resolver knows them, and nobody's name is looked up.
    Any answer counts, a refusal too: a server that refuses is alive.
    """
    reply, took_ms = NameServer(address=server, names=(), port=port, timeout_s=timeout_s).ask(".", NS)
    return None if reply is None else took_ms


def _echo_ms(address: str, timeout_s: float) -> float | None:
    echo = Echo.to(ANYWHERE, address)
    if echo is None:
        return None
    try:
        return echo.ping(timeout_s)
    finally:
        echo.close()


def _program_ms(address: str, timeout_s: float) -> float | None:
    program = shutil.which("ping")
    if program is None:
        return None
    count = ["-n", "1", "-w", str(int(timeout_s * 1e3))] if os.name == "nt" else ["-n", "-c", "1", "-W", "1"]
    try:
        done = subprocess.run(  # noqa: S603 (the system's ping, an address that was parsed)
            [program, *count, address], capture_output=True, timeout=timeout_s + 1, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = done.stdout.decode("ascii", "replace")
    number = text.partition("time=")[2].partition("ms")[0].strip()
    try:
        return float(number) if done.returncode == 0 else None
    except ValueError:
        return None


def _tcp_ms(address: str, timeout_s: float) -> float | None:
    times = (step_ms(ANYWHERE, address, port, timeout_s / len(STEP_PORTS)) for port in STEP_PORTS)
    return next((time_ms for time_ms in times if time_ms is not None), None)
