"""What a school's network has beside its radio, each on demand: gateway, leases, names, portal, uplink, faults."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bed.building import Bed
from bed.media import Air, load_rules, rate_words, traffic_control
from bed.namespaces import BedError, Namespace, batch, batches

GATEWAY = "10.77.0.1"
GATEWAY_V6 = "fd77::1"
CENTRE = "10.88.0.10"
PORTAL_PORT = 8080
PORTAL = Path(__file__).with_name("portal.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """What dnsmasq is to hand out.

    `n_addresses` from 10.77.2.1 on. With `ping_check` an address is pinged before it is offered, one after the
    other, so that a class that asks at once waits. `with_v6` announces a prefix too.
    """

    n_addresses: int = 60
    ping_check: bool = True
    lease_s: int = 600
    with_v6: bool = False


def add_gateway(
    bed: Bed, folder: Path, *, leases: Leases | None = None, names: Mapping[str, str] | None = None
) -> Namespace:
    """Add a router with dnsmasq at 10.77.0.1: names always, leases where asked; clients get their route by it.

    Parameters
    ----------
    bed : Bed
        Where to.
    folder : Path
        For the file of leases and dnsmasq's log (``dnsmasq.log``).
    leases : Leases or None
        None: no DHCP.
    names : mapping
        Names that it answers, and their addresses; all else is refused at once.
    """
    gateway = bed.add_host("gw", f"{GATEWAY}/16")
    gateway.set_sysctl("net/ipv4/ip_forward", "1")
    if bed.addressed:
        batches({client.name: [f"route add default via {GATEWAY}"] for client in bed.clients})
    if leases is not None and leases.with_v6:
        give_v6(bed, gateway)
    words = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root"]
    words += ["--interface=eth0", "--except-interface=lo", "--bind-interfaces", "--pid-file="]
    words += ["--log-queries", f"--log-facility={folder / 'dnsmasq.log'}"]
    words += [f"--address=/{name}/{address}" for name, address in (names or {}).items()]
    gateway.popen([*words, *lease_words(leases, folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    await_name_server(gateway, GATEWAY)
    return gateway


def lease_words(leases: Leases | None, folder: Path) -> list[str]:
    """Return dnsmasq's options for its leases."""
    if leases is None:
        return []
    last = leases.n_addresses
    if not 1 <= last <= 250:
        raise ValueError("a pool has 1 to 250 addresses")
    words = [f"--dhcp-range=10.77.2.1,10.77.2.{last},255.255.0.0,{leases.lease_s}", "--dhcp-authoritative"]
    words += [f"--dhcp-option=option:router,{GATEWAY}", f"--dhcp-option=option:dns-server,{GATEWAY}"]
    words += [f"--dhcp-leasefile={folder / 'leases'}", "--log-dhcp"]
    words += [] if leases.ping_check else ["--no-ping"]
    return words + (["--enable-ra", "--dhcp-range=fd77::,ra-only,64,600"] if leases.with_v6 else [])


def give_v6(bed: Bed, gateway: Namespace) -> None:
    """Give the gateway an address of IPv6, and let clients take theirs from its announcements."""
    gateway.set_sysctl("net/ipv6/conf/all/forwarding", "1")
    batch(["link set eth0 addrgenmode eui64", f"addr add {GATEWAY_V6}/64 dev eth0 nodad"], inside=gateway.name)
    lines = ["link set eth0 down", "link set eth0 addrgenmode eui64", "link set eth0 up"]
    for space in (gateway, *bed.clients):
        space.set_sysctl("net/ipv6/conf/eth0/accept_dad", "0")
    batches({client.name: lines + restore_words(client, bed) for client in bed.clients})
    batch([*lines, f"addr replace {GATEWAY_V6}/64 dev eth0 nodad"], inside=gateway.name)


def restore_words(client: Namespace, bed: Bed) -> list[str]:
    """Return what an interface that was down for a moment has lost: its route."""
    return [f"route replace default via {GATEWAY}"] if bed.addressed and client.address else []


def set_resolver(bed: Bed, address: str = GATEWAY) -> None:
    """Point the programs of all clients at a name server."""
    for client in bed.clients:
        folder = Path("/etc/netns") / client.name
        folder.mkdir(parents=True)
        (folder / "resolv.conf").write_text(f"nameserver {address}\noptions timeout:2 attempts:2\n", encoding="ascii")


def add_portal(gateway: Namespace) -> None:
    """Send every client's HTTP to a page of the gateway, and let nothing else out, until `release`."""
    lines = [
        "table ip portal {",
        "set released { type ipv4_addr; }",
        "chain before { type nat hook prerouting priority -100;",
        f'iifname "eth0" ip saddr != @released ip daddr != {GATEWAY} tcp dport 80 redirect to :{PORTAL_PORT}',
        "}",
        "chain through { type filter hook forward priority 0;",
        'iifname "eth0" ip saddr != @released drop',
        "}",
        "}",
    ]
    load_rules(gateway, "\n".join(lines) + "\n")
    serve_pages(gateway, GATEWAY, PORTAL_PORT, target=f"http://{GATEWAY}:{PORTAL_PORT}/login")


def release(gateway: Namespace, address: str) -> None:
    """Let one client past the portal."""
    load_rules(gateway, f"add element ip portal released {{ {address} }}\n")


def add_centre(bed: Bed, gateway: Namespace, *, rate_mbps: float, sites: tuple[str, ...] = ()) -> Namespace:
    """Add the county's centre behind the gateway's uplink of one rate each way; `sites` are further addresses there.

    Pages are served at 10.88.0.10 and at every site, port 80: any path is a page, ``/bytes/N`` a body of N bytes.
    """
    centre = bed.add_space("ce", CENTRE)
    lines = [f"link add uplink gso_max_segs 1 type veth peer name uplink gso_max_segs 1 netns {gateway.name}"]
    addresses = [f"addr add {address}/24 dev uplink" for address in (CENTRE, *sites)]
    batch([*lines, *addresses, "link set uplink up", "route add default via 10.88.0.1"], inside=centre.name)
    batch(["addr add 10.88.0.1/24 dev uplink", "link set uplink up"], inside=gateway.name)
    # the server's laptop asks too; the centre answers a school's addresses through the gateway
    batch([f"route add 10.88.0.0/24 via {GATEWAY}"], inside=bed.server.name)
    for space in (centre, gateway):
        shape(space, "uplink", rate_mbps)
    for address in (CENTRE, *sites):
        serve_pages(centre, address, 80)
    return centre


def shape(space: Namespace, port: str, rate_mbps: float, *, queue_frames: int = 300) -> None:
    """Limit what leaves by a port."""
    lines = [
        f"qdisc add dev {port} root handle 1: htb default 1",
        f"class add dev {port} parent 1: classid 1:1 htb {rate_words(rate_mbps)}",
        f"qdisc add dev {port} parent 1:1 pfifo limit {queue_frames}",
    ]
    traffic_control(space, lines)


def slow(bed: Bed, client: int, rate_mbps: float) -> None:
    """Hold one client of a kernel medium to a rate of its own, each way; in an `Air` give it a `Station`."""
    if isinstance(bed.medium, Air):
        raise BedError("a client of an Air is slowed by its Station")
    shape(bed.switch, f"p{client}", rate_mbps)
    shape(bed.clients[client], "eth0", rate_mbps)


def isolate(bed: Bed) -> None:
    """Keep clients from one another, as an access point's client isolation does."""
    if isinstance(bed.medium, Air):
        raise BedError("an Air isolates its clients by its own field")
    for i in range(len(bed.clients)):
        bed.switch.run(["bridge", "link", "set", "dev", f"p{i}", "isolated", "on"])


def split(bed: Bed) -> None:
    """Put the server into another segment than the clients: they reach the gateway, but not each other."""
    side = "air0" if isinstance(bed.medium, Air) else "wired"
    chain = f'iifname "server" oifname "{side}" drop\niifname "{side}" oifname "server" drop\n'
    load_rules(bed.switch, f"table bridge split {{\nchain c {{ type filter hook forward priority -10;\n{chain}}}\n}}\n")


def narrow_uplink(gateway: Namespace, mtu_bytes: int, *, with_icmp: bool) -> None:
    """Lower the uplink's MTU; without ICMP the gateway keeps it to itself: a black hole for full packets."""
    batch([f"link set uplink mtu {mtu_bytes}"], inside=gateway.name)
    if not with_icmp:
        rule = "chain c { type filter hook output priority 0;\nicmp type destination-unreachable drop\n}\n"
        load_rules(gateway, f"table ip silent {{\n{rule}}}\n")


def narrow_segment(bed: Bed, mtu_bytes: int) -> None:
    """Lower the MTU between switch and clients, of which a bridge tells no one; behind an `Air` downwards alone."""
    side = "air0" if isinstance(bed.medium, Air) else "wired"
    batch([f"link set {side} mtu {mtu_bytes}"], inside=bed.switch.name)


def serve_pages(space: Namespace, address: str, port: int, *, target: str = "") -> subprocess.Popen[str]:
    """Serve small pages, or redirect all to a target."""
    words = [sys.executable, "-I", str(PORTAL), address, str(port), target]
    process = space.popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    await_port(space, address, port)
    return process


def await_port(space: Namespace, address: str, port: int, *, limit_s: float = 10.0) -> None:
    """Wait until something listens on a TCP port, as seen from its own namespace."""
    ends_s = time.monotonic() + limit_s
    while time.monotonic() < ends_s:
        with space.open_socket() as sock, contextlib.suppress(OSError):
            sock.settimeout(1.0)
            sock.connect((address, port))
            return
        time.sleep(0.02)
    raise BedError(f"nothing listens on {address}:{port} after {limit_s} s")


def await_name_server(space: Namespace, address: str, *, limit_s: float = 10.0) -> None:
    """Wait until a name server answers, whatever it says."""
    question = bytes.fromhex("0077010000010000000000000362656404746573740000010001")
    ends_s = time.monotonic() + limit_s
    while time.monotonic() < ends_s:
        with space.open_socket(kind=socket.SOCK_DGRAM) as sock, contextlib.suppress(OSError):
            sock.settimeout(0.2)
            sock.sendto(question, (address, 53))
            sock.recv(512)
            return
        time.sleep(0.02)
    raise BedError(f"no name server at {address} after {limit_s} s")


def await_address(space: Namespace, prefix: str, *, limit_s: float = 10.0) -> str:
    """Wait until an interface has an address that starts so, and return it."""
    ends_s = time.monotonic() + limit_s
    while time.monotonic() < ends_s:
        for line in space.run(["ip", "-o", "addr", "show", "dev", "eth0", "scope", "global"]).stdout.splitlines():
            address = line.split()[3].partition("/")[0]
            if address.startswith(prefix):
                return address
        time.sleep(0.05)
    raise BedError(f"{space.name} has no address in {prefix} after {limit_s} s")


def discover(space: Namespace, *, limit_s: float = 4.5) -> str | None:
    """Ask for a lease once and return the address offered, None where none came.

    A look at the bed, not the probe: one DISCOVER with the broadcast flag, from the interface's own address.
    """
    mac = bytes.fromhex(space.mac.replace(":", ""))
    fixed = b"\x01\x01\x06\x00" + mac[2:] + b"\x00\x00\x80\x00" + bytes(16) + mac + bytes(10 + 192)
    packet = fixed + b"\x63\x82\x53\x63\x35\x01\x01\xff"
    with space.open_socket(kind=socket.SOCK_DGRAM) as sock, contextlib.suppress(TimeoutError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
        sock.bind(("", 68))
        sock.settimeout(limit_s)
        batch(["route replace 255.255.255.255 dev eth0"], inside=space.name)
        sock.sendto(packet, ("255.255.255.255", 67))
        return socket.inet_ntoa(sock.recv(1024)[16:20])
    return None
