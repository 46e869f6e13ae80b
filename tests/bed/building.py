"""A bed: a server, a switch, a medium and clients, each a namespace of its own; nothing touches the machine's own."""

import contextlib
import itertools
import os
import subprocess
from types import TracebackType
from typing import Self

from bed.emulation import Emulation
from bed.media import Air, Medium, lay_medium, medium_counters, set_rate
from bed.namespaces import BedError, Namespace, add, batch, batches, remove
from bed.tally import Counters

SERIAL = itertools.count()
NETWORK = "10.77"


class Bed:
    """Namespaces and a medium for the length of a ``with`` block.

    Server and further hosts (`add_host`) hang on the switch's wired side; the clients behind the medium. `Medium`
    shapes in the kernel, `Air` in a process with airtime, delay and jitter; None joins the two sides by nothing but
    the bridge.

    Parameters
    ----------
    n_clients : int
        Clients, at most 250.
    medium : Medium, Air or None
        What lies between.
    addressed : bool
        Whether clients have addresses from the start; without, they wait for DHCP.
    """

    def __init__(self, n_clients: int, *, medium: Medium | Air | None = None, addressed: bool = True) -> None:
        if not 1 <= n_clients <= 250:
            raise ValueError("a bed has 1 to 250 clients")
        self.medium = medium
        self.addressed = addressed
        prefix = f"bed{os.getpid()}x{next(SERIAL)}-"
        self.prefix = prefix
        self.switch = Namespace(name=f"{prefix}sw")
        self.server = Namespace(name=f"{prefix}sv", address=f"{NETWORK}.0.2", mac="02:77:00:00:00:02")
        self.clients = tuple(
            Namespace(
                name=f"{prefix}c{i:02}",
                address=f"{NETWORK}.1.{i + 1}" if addressed else "",
                mac=f"02:77:00:00:01:{i + 1:02x}",
            )
            for i in range(n_clients)
        )
        self.hosts: list[Namespace] = []
        self.closing = contextlib.ExitStack()
        self.emulation: Emulation | None = None

    @property
    def spaces(self) -> tuple[Namespace, ...]:
        """All namespaces of the bed."""
        return (self.switch, self.server, *self.clients, *self.hosts)

    def __enter__(self) -> Self:
        names = [space.name for space in self.spaces]
        reaper = add(names)
        self.closing.callback(self.remove, names, reaper)
        try:
            self.build()
        except BaseException:
            self.closing.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.close()

    def build(self) -> None:
        """Lay cables, bridges and the medium; the switch itself says nothing, lest it be measured."""
        self.switch.set_sysctl("net/ipv6/conf/default/disable_ipv6", "1")
        lines = ["link set lo up", "link add br0 type bridge mcast_snooping 0", "link set br0 addrgenmode none up"]
        lines += cable(self.server, "server", bridge="br0")
        if isinstance(self.medium, Air):
            batch(lines, inside=self.switch.name)
            self.emulation = Emulation(self.medium, self.switch, self.clients)
            self.closing.callback(self.emulation.close)
            batch(["link set air0 master br0 addrgenmode none", "link set air0 up"], inside=self.switch.name)
        else:
            lines += ["link add br1 type bridge mcast_snooping 0", "link set br1 addrgenmode none up"]
            for i, client in enumerate(self.clients):
                lines += cable(client, f"p{i}", bridge="br1")
            lines += ["link add wired gso_max_segs 1 type veth peer name air gso_max_segs 1"]
            for port, bridge in (("wired", "br0"), ("air", "br1")):
                lines += [f"link set {port} master {bridge} addrgenmode none", f"link set {port} up"]
            lines += ["link add shaper type ifb", "link set shaper addrgenmode none", "link set shaper up"]
            batch(lines, inside=self.switch.name)
            if self.medium is not None:
                lay_medium(self.switch, self.medium)
        batches({space.name: settle(space) for space in (self.server, *self.clients)})
        for space in (self.server, *self.clients):
            calm(space)
        if self.emulation is not None:
            self.emulation.await_ready()

    def add_space(self, label: str, address: str = "") -> Namespace:
        """Add a namespace without any cable; it goes with the bed."""
        mac = f"02:77:00:00:02:{len(self.hosts) + 1:02x}"
        host = Namespace(name=f"{self.prefix}{label}", address=address.partition("/")[0], mac=mac)
        reaper = add([host.name])
        self.hosts.append(host)
        self.closing.callback(self.remove, [host.name], reaper)
        batch(["link set lo up"], inside=host.name)
        calm(host)
        return host

    def add_host(self, label: str, address: str) -> Namespace:
        """Hang one more host on the wired side; `address` with its prefix length, as ``10.77.0.1/16``."""
        host = self.add_space(label, address)
        batch(cable(host, label, bridge="br0"), inside=self.switch.name)
        batch(settle(host, address), inside=host.name)
        return host

    def counters(self) -> Counters:
        """Return what the medium did so far: its own truth."""
        if self.emulation is not None:
            return self.emulation.counters()
        if self.medium is None:
            raise BedError("a bed without a medium counts nothing")
        return medium_counters(self.switch)

    def set_rate(self, rate_mbps: float) -> None:
        """Change the rate of a kernel `Medium` under traffic."""
        if not isinstance(self.medium, Medium):
            raise BedError("only a Medium has a rate that may change")
        set_rate(self.switch, rate_mbps)

    def remove(self, names: list[str], reaper: subprocess.Popen[str]) -> None:
        """Kill the children and take the namespaces away."""
        spaces = [space for space in self.spaces if space.name in names]
        for child in (child for space in spaces for child in space.children):
            if child.poll() is None:
                child.kill()
        remove(names, reaper)
        for child in (child for space in spaces for child in space.children):
            child.wait()
            for stream in (child.stdin, child.stdout, child.stderr):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()


def cable(space: Namespace, port: str, *, bridge: str) -> list[str]:
    """Return the lines that tie a namespace's ``eth0`` to a port of the switch; run in the switch.

    One segment a packet: with segmentation offload a medium would see frames of 64 kB.
    """
    peer = f"address {space.mac} gso_max_segs 1 netns {space.name}"
    return [
        f"link add {port} gso_max_segs 1 type veth peer name eth0 {peer}",
        f"link set {port} master {bridge} addrgenmode none",
        f"link set {port} up",
    ]


def settle(space: Namespace, address: str = "") -> list[str]:
    """Return the lines that bring a namespace up; no IPv6 of its own accord, whose chatter would be measured too."""
    wanted = address or (f"{space.address}/16" if space.address else "")
    lines = ["link set lo up", "link set eth0 addrgenmode none", "link set eth0 up"]
    return lines + ([f"addr add {wanted} dev eth0"] if wanted else [])


def calm(space: Namespace) -> None:
    """Set what machines differ in: some kernels default to bbr, whose own pacing is no tablet's.

    A kernel may keep cubic to its first namespace; reno then stands for the kind that yields to loss. A program that
    asks for cubic by itself (``iperf3 -C cubic``) gets it, as root.
    """
    key = "net/ipv4/tcp_congestion_control"
    try:
        space.set_sysctl(key, "cubic")
    except OSError:
        space.set_sysctl(key, "reno")
