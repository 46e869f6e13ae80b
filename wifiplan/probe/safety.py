"""What a test may never do: reach beyond the school, or load it past the caps, whatever a setting or a client says."""

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from wifiplan.catalog.load_caps import LoadCaps, load_caps
from wifiplan.errors import Fault, ProbeError
from wifiplan.scheme.options import Lang

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

LOCAL_NETWORKS: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",  # RFC 3927, link-local
        "127.0.0.0/8",  # loopback
        "::1/128",
        "fe80::/10",  # RFC 4291, link-local
        "fc00::/7",  # RFC 4193, unique local
    )
)
"""Where load may go without being asked for: nothing that a router carries to the outside, nor what a translator does.

Addresses behind a provider's translator (100.64.0.0/10), NAT64, 6to4 and documentation ranges are not among them.
"""

_WIDEST = {4: 20, 6: 48}
"""Shortest prefix that may be allow-listed: a school's own range, never a provider's."""


def plain(address: str) -> Address:
    """Return an address as it is on the wire: an IPv4 address written in IPv6 (`::ffff:…`) is taken out.

    Raises
    ------
    ValueError
        The text is no address.

    Examples
    --------
    >>> plain("::ffff:192.168.1.7")
    IPv4Address('192.168.1.7')
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        return found.ipv4_mapped or found
    return found


def is_allowed(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Tell whether load may be sent to an address; what is no address, or stands for many hosts, never.

    >>> [is_allowed(a) for a in ("192.168.1.7", "8.8.8.8", "::ffff:8.8.8.8", "0.0.0.0", "64:ff9b::a00:1", "x")]
    [True, False, False, False, False, False]
    """
    try:
        found = plain(address)
    except ValueError:
        return False
    if found.is_multicast or found.is_unspecified or found == ipaddress.IPv4Address("255.255.255.255"):
        return False
    return any(found.version == network.version and found in network for network in (*LOCAL_NETWORKS, *allowed))


def allow_list(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks that a technician allows on top of the local ones, for schools with public addresses.

    Raises
    ------
    ProbeError
        All entries that are no network, or are wider than a school's own range.
    """
    faults: list[Fault] = []
    found: list[Network] = []
    for text in texts:
        try:
            network = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError:
            faults.append(Fault(where=text, problem="is no address and no network such as 203.0.113.0/24"))
            continue
        if network.prefixlen < _WIDEST[network.version]:
            widest = _WIDEST[network.version]
            faults.append(Fault(where=text, problem=f"is wider than /{widest}: name the school's own range"))
        elif network.is_multicast or network.is_unspecified:
            faults.append(Fault(where=text, problem="stands for many hosts or none"))
        else:
            found.append(network)
    if faults:
        raise ProbeError(
            "the list of allowed networks cannot be used",
            remedy="name the ranges of the school's own devices, as its network office gives them",
            where="--allow",
            faults=faults,
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A host whose name was resolved once: only `address` is used from then on, whatever the name comes to mean."""

    name: str
    address: str
    port: int


def pinned(name: str, port: int, *, allowed: Iterable[Network] = (), sending: bool = True) -> Target:
    """Return a host's address, resolved once and checked.

    Parameters
    ----------
    name : str
        Name or address.
    port : int
        Its port.
    allowed : iterable of networks
        See `allow_list`.
    sending : bool
        Load will be sent there. All addresses of the name must then be allowed, not only the one taken: a name
        with one private and one public address is a trick or a mistake.

    Raises
    ------
    ProbeError
        The name has no address, or one that no load may reach.
    """
    try:
        answers = socket.getaddrinfo(name, port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        raise ProbeError(
            "the name has no address",
            remedy="check the spelling, or give the address itself",
            where=name,
            zh=("找不到這個名稱的位址", "請檢查拼字，或直接輸入 IP 位址"),
        ) from error
    addresses = [str(answer[4][0]) for answer in answers]
    outside = sorted({address for address in addresses if not is_allowed(address, tuple(allowed))})
    if sending and outside:
        raise ProbeError(
            f"no load is sent to {', '.join(outside)}: not a private, link-local or loopback address",
            remedy="test inside the school; where its devices have public addresses, name their range with --allow",
            where=name,
            zh=(
                f"不會把流量送到 {'、'.join(outside)}：不是私有、連結本地或本機位址",
                "請在校內測試；若學校載具使用公有位址，請以 --allow 指定其網段",
            ),
        )
    return Target(name=name, address=addresses[0], port=port)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStep:
    """What one step of a test puts on the network: `n_streams` at once, each of `rate_mbps`, for `duration_s`."""

    n_streams: int
    rate_mbps: float
    duration_s: float

    @property
    def total_mbps(self) -> float:
        """Payload of all streams together [Mbit/s]."""
        return self.n_streams * self.rate_mbps

    @property
    def n_bytes(self) -> float:
        """Payload of the step [byte]."""
        return self.total_mbps * 1e6 / 8 * self.duration_s


def check_load(steps: Sequence[LoadStep], caps: LoadCaps | None = None) -> None:
    """Hold the load of a whole test against the caps before anything is sent.

    Raises
    ------
    ProbeError
        All caps that it passes.
    """
    caps = caps or load_caps()
    faults = [fault for number, step in enumerate(steps, start=1) for fault in _step_faults(number, step, caps)]
    total_s = sum(step.duration_s for step in steps)
    total_bytes = sum(step.n_bytes for step in steps)
    if total_s > caps.max_test_s:
        faults.append(Fault(where="test", problem=f"lasts {total_s:.0f} s, more than {caps.max_test_s:.0f} s"))
    if total_bytes > caps.max_bytes:
        problem = f"carries {total_bytes / 1e9:.1f} GB, more than {caps.max_bytes / 1e9:.0f} GB"
        faults.append(Fault(where="test", problem=problem))
    if faults:
        raise ProbeError(
            "the load passes what a test may put on a school's network; nothing was sent",
            remedy="take fewer rooms at once, a lower rate or shorter steps",
            faults=faults,
        )


def _step_faults(number: int, step: LoadStep, caps: LoadCaps) -> list[Fault]:
    checks = (
        (step.n_streams <= caps.max_streams, f"{step.n_streams} streams, more than {caps.max_streams:.0f}"),
        (
            0 < step.rate_mbps <= caps.max_stream_mbps,
            f"{step.rate_mbps:g} Mbit/s a stream, not between 0 and {caps.max_stream_mbps:g}",
        ),
        (step.total_mbps <= caps.max_mbps, f"{step.total_mbps:g} Mbit/s at once, more than {caps.max_mbps:g}"),
        (
            0 < step.duration_s <= caps.max_step_s,
            f"{step.duration_s:g} s at one load, not between 0 and {caps.max_step_s:g}",
        ),
    )
    return [Fault(where=f"step {number}", problem=problem) for good, problem in checks if not good]


def dry_run_text(steps: Sequence[LoadStep], targets: str, lang: Lang = "zh-TW") -> str:
    """Return what a test would put on the network and where, for `--dry-run`: a line a step, then the sum.

    Parameters
    ----------
    steps : sequence of LoadStep
        In order; those of rooms loaded at the same time already summed.
    targets : str
        Where it would go, in words.
    lang : "zh-TW" or "en"
        Language of the text.
    """
    total_s = sum(step.duration_s for step in steps)
    total_gb = sum(step.n_bytes for step in steps) / 1e9
    peak_mbps = max((step.total_mbps for step in steps), default=0.0)
    if lang == "zh-TW":
        lines = [f"試跑：不會送出任何封包。對象：{targets}"]
        lines += [
            f"  第 {k} 步：{s.n_streams} 臺 × {s.rate_mbps:g} Mbit/s ＝ {s.total_mbps:g} Mbit/s，{s.duration_s:g} 秒"
            for k, s in enumerate(steps, start=1)
        ]
        return "\n".join([*lines, f"合計：{total_s:.0f} 秒，{total_gb:.2f} GB，最高 {peak_mbps:g} Mbit/s"])
    lines = [f"Dry run: not one packet is sent. Targets: {targets}"]
    lines += [
        f"  step {k}: {s.n_streams} × {s.rate_mbps:g} Mbit/s = {s.total_mbps:g} Mbit/s for {s.duration_s:g} s"
        for k, s in enumerate(steps, start=1)
    ]
    return "\n".join([*lines, f"In all: {total_s:.0f} s, {total_gb:.2f} GB, {peak_mbps:g} Mbit/s at most"])
