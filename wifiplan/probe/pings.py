"""Round trips to the gateway and the name server, by the gentlest means that this machine and user may use."""

import os
import secrets
import shutil
import socket
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from wifiplan.probe.safety import plain

Means: TypeAlias = Literal["icmp", "raw", "ping", "tcp"]
"""How a host is asked: an ICMP socket that needs no right, a raw one, the system's `ping`, a TCP connection."""

_ECHO = {socket.AF_INET: (8, 0), socket.AF_INET6: (128, 129)}
_ICMP = {socket.AF_INET: 1, socket.AF_INET6: 58}
_TCP_PORTS = (53, 80, 443)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinger:
    """Asks one host for a sign of life; the means is found once, so that every answer is of the same kind."""

    address: str
    means: Means

    def rtt_ms(self, timeout_s: float = 1.0) -> float | None:
        """Return the round trip [ms], None where nothing came back in time. Blocks for at most `timeout_s`."""
        if self.means == "ping":
            return _program_ms(self.address, timeout_s)
        if self.means == "tcp":
            return _tcp_ms(self.address, timeout_s)
        kind = socket.SOCK_DGRAM if self.means == "icmp" else socket.SOCK_RAW
        try:
            return _echo_ms(self.address, kind, timeout_s)
        except OSError:
            return None


def pinger(address: str, timeout_s: float = 1.0) -> Pinger | None:
    """Return a way to ask this host that works now, or None where it answers nothing.

    An ICMP socket without rights comes first, then a raw one, then the `ping` program, at last a TCP connection:
    even a refused one is an answer, and its time a round trip.
    """
    for means in ("icmp", "raw", "ping", "tcp"):
        candidate = Pinger(address=address, means=means)
        if candidate.rtt_ms(timeout_s) is not None:
            return candidate
    return None


def default_gateway(table: Path = Path("/proc/net/route")) -> str | None:
    """Return the IPv4 gateway of the default route with the least metric, None where the system does not tell."""
    try:
        lines = table.read_text(encoding="ascii").splitlines()[1:]
    except (OSError, UnicodeError):
        return None
    found: list[tuple[int, str]] = []
    for line in lines:
        cells = line.split()
        if len(cells) > 7 and cells[1] == "00000000" and int(cells[3], 16) & 0x3 == 0x3:  # up, through a gateway
            found.append((int(cells[6]), socket.inet_ntoa(struct.pack("=I", int(cells[2], 16)))))
    return min(found)[1] if found else None


def name_server(config: Path = Path("/etc/resolv.conf")) -> str | None:
    """Return the first name server of this machine, None where the system does not tell."""
    try:
        lines = config.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    servers = [cells[1] for line in lines if (cells := line.split())[:1] == ["nameserver"] and len(cells) > 1]
    return next(filter(is_host, servers), None)


def is_host(address: str) -> bool:
    """Tell whether this is the address of one host, which can be asked.

    >>> [is_host(text) for text in ("192.168.1.1", "fe80::1%2", "0.0.0.0", "224.0.0.1", "router")]
    [True, True, False, False, False]
    """
    try:
        found = plain(address.partition("%")[0])
    except ValueError:
        return False
    return not (found.is_multicast or found.is_unspecified or str(found) == "255.255.255.255")


def dns_ms(server: str, *, port: int = 53, timeout_s: float = 1.0) -> float | None:
    """Return how long a name server takes to answer [ms], None where it does not.

    It is asked for the name servers of the root: every resolver knows them, and nobody's name is looked up.
    Any answer counts, a refusal too: a server that refuses is alive.
    """
    number = secrets.token_bytes(2)
    query = number + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0) + b"\x00" + struct.pack("!HH", 2, 1)
    try:
        with socket.socket(_family(server), socket.SOCK_DGRAM) as door:
            door.settimeout(timeout_s)
            door.connect((server, port))
            started = time.perf_counter()
            door.send(query)
            while (left_s := started + timeout_s - time.perf_counter()) > 0:
                door.settimeout(left_s)
                answer = door.recv(4096)
                if answer[:2] == number and len(answer) >= 12 and answer[2] & 0x80:
                    return (time.perf_counter() - started) * 1e3
    except OSError:
        return None
    return None


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if plain(address.partition("%")[0]).version == 6 else socket.AF_INET


def _echo_ms(address: str, kind: socket.SocketKind, timeout_s: float) -> float | None:
    family = _family(address)
    asked, answered = _ECHO[family][0], _ECHO[family][1]
    mark = secrets.token_bytes(16)
    body = struct.pack("!BBHHH", asked, 0, 0, int.from_bytes(mark[:2], "big"), 1) + mark
    if family == socket.AF_INET:
        body = body[:2] + struct.pack("!H", _checksum(body)) + body[4:]
    with socket.socket(family, kind, _ICMP[family]) as door:
        started = time.perf_counter()
        door.sendto(body, (address, 0))
        while (left_s := started + timeout_s - time.perf_counter()) > 0:
            door.settimeout(left_s)
            reply = door.recv(512)
            start = (reply[0] & 0x0F) * 4 if kind == socket.SOCK_RAW and family == socket.AF_INET and reply else 0
            # the mark tells our answers from those of others on this raw socket, whatever the kernel made of the id
            if reply[start : start + 1] == bytes([answered]) and reply.endswith(mark):
                return (time.perf_counter() - started) * 1e3
    return None


def _checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


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
    share_s = timeout_s / len(_TCP_PORTS)
    for port in _TCP_PORTS:
        started = time.perf_counter()
        try:
            with socket.socket(_family(address), socket.SOCK_STREAM) as door:
                door.settimeout(share_s)
                door.connect((address, port))
        except ConnectionRefusedError:
            pass  # a refusal took one round trip as well
        except OSError:
            continue
        return (time.perf_counter() - started) * 1e3
    return None
