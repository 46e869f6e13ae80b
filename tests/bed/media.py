"""What lies between the server and the clients: the records of a medium, and its kernel form."""

import json
import subprocess
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bed.namespaces import BedError, Namespace
from bed.tally import Counters, Tally

ETHERNET_BYTES = 14
FRAME_BYTES = 1514
CREDIT_S = 0.02
JitterShape: TypeAlias = Literal["uniform", "normal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """One half-duplex medium in the kernel: exact rate, a common queue, independent loss; no delay of its own.

    Parameters
    ----------
    rate_mbps : float
        Rate of both directions together, counted in Ethernet frames (14 bytes of header, no checksum) [Mbit/s].
    loss_down_share, loss_up_share : float
        Frames lost after they took their time on the medium, to and from the clients; ARP is spared, as a radio's
        retries would spare it.
    queue_frames : int
        Frames that wait, of both directions; what comes on top is dropped.
    """

    rate_mbps: float
    loss_down_share: float = 0.0
    loss_up_share: float = 0.0
    queue_frames: int = 1000

    def __post_init__(self) -> None:
        check(self.rate_mbps > 0, "a medium has a rate above 0 Mbit/s")
        check(self.queue_frames >= 1, "a queue holds a frame at least")
        check(min(self.loss_down_share, self.loss_up_share) >= 0, "a share lost is not below 0")
        check(max(self.loss_down_share, self.loss_up_share) <= 1, "a share lost is not above 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What one direction of an `Air` does to a frame after its airtime.

    `jitter_ms` is the width of a uniform spread from 0, or the standard deviation of a normal one (never below no
    delay at all). With `in_order` a frame waits for the one before it on the same way, as behind a radio's reorder
    buffer; `reordered_share` of frames then leave the line and come `reordered_ms` later;
    `duplicated_share` come twice.
    """

    loss_share: float = 0.0
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    jitter_shape: JitterShape = "uniform"
    in_order: bool = True
    reordered_share: float = 0.0
    reordered_ms: float = 5.0
    duplicated_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One client's radio: the rate at which frames to and from it travel, and loss of its own on top."""

    phy_mbps: float
    loss_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """One half-duplex medium in a process of ours, under a virtual clock.

    A frame takes ``overhead_us`` plus its bits at its station's rate. Queues are per station and direction, and take
    turns: each turn sends up to `n_aggregated` frames for one overhead. So the packet rate counts, and a slow station
    slows all.

    Parameters
    ----------
    phy_mbps : float
        Rate of stations that `stations` does not name [Mbit/s].
    stations : tuple of (int, Station)
        Client number and its radio.
    overhead_us : float
        Airtime of a turn beyond its bits [µs].
    n_aggregated : int
        Most frames of a turn.
    queue_frames : int
        Frames that wait in each queue; what comes on top is dropped.
    down, up : Path
        To and from the clients.
    isolated : bool
        Whether the access point keeps clients from one another.
    seed : int
        Of loss, jitter and reordering.
    """

    phy_mbps: float
    stations: tuple[tuple[int, Station], ...] = ()
    overhead_us: float = 0.0
    n_aggregated: int = 1
    queue_frames: int = 256
    down: Path = field(default_factory=Path)
    up: Path = field(default_factory=Path)
    isolated: bool = False
    seed: int = 1

    def __post_init__(self) -> None:
        rates = [self.phy_mbps, *(station.phy_mbps for _, station in self.stations)]
        check(min(rates) > 0, "a radio has a rate above 0 Mbit/s")
        check(min(self.queue_frames, self.n_aggregated) >= 1, "a queue and a turn hold a frame at least")


def check(holds: bool, wanted: str) -> None:  # noqa: FBT001 - a condition is what it takes
    """Raise unless a medium's field is sound."""
    if not holds:
        raise ValueError(wanted)


def lay_medium(switch: Namespace, medium: Medium) -> None:
    """Shape the junction of the switch's two bridges: everything that crosses it, either way, passes one queue."""
    lines = [
        "qdisc add dev shaper root handle 1: htb default 1",
        f"class add dev shaper parent 1: classid 1:1 htb {rate_words(medium.rate_mbps)}",
        f"qdisc add dev shaper parent 1:1 handle 10: pfifo limit {medium.queue_frames}",
    ]
    everything = "protocol all u32 match u32 0 0 action mirred egress redirect dev shaper"
    for port in ("wired", "air"):
        lines += [
            f"qdisc add dev {port} handle ffff: ingress",
            f"filter add dev {port} parent ffff: {everything}",
        ]
    traffic_control(switch, lines)
    load_rules(switch, loss_rules(medium))


def set_rate(switch: Namespace, rate_mbps: float) -> None:
    """Change the rate of a kernel medium while it carries traffic."""
    traffic_control(switch, [f"class change dev shaper parent 1: classid 1:1 htb {rate_words(rate_mbps)}"])


def rate_words(rate_mbps: float) -> str:
    """Return the words that set a class of htb to a rate.

    Credit for 20 ms, and for two frames at least: a busy machine serves the shaper late by milliseconds, and what goes
    beyond its credit is capacity lost. While the queue is never empty no credit is saved up.
    """
    rate_bps = round(rate_mbps * 1e6)
    credit_bytes = max(2 * FRAME_BYTES, round(rate_bps / 8 * CREDIT_S))
    return f"rate {rate_bps}bit ceil {rate_bps}bit burst {credit_bytes} cburst {credit_bytes}"


def traffic_control(inside: Namespace, lines: list[str]) -> None:
    """Run lines of tc(8) in one process."""
    feed(inside, ["tc", "-batch", "-"], "\n".join(lines) + "\n")


def load_rules(inside: Namespace, text: str) -> None:
    """Load nftables rules."""
    feed(inside, ["nft", "-f", "-"], text)


def feed(inside: Namespace, command: list[str], text: str) -> None:
    """Run a program in a namespace with text on its standard input."""
    done = subprocess.run(inside.command(command), input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BedError(f"{' '.join(command)} in {inside.name}: {done.stdout}{done.stderr}")


def loss_rules(medium: Medium) -> str:
    """Return rules that lose frames which crossed the medium, and count: offered by and lost on each way."""
    parts = 1_000_000
    chains = []
    for way, port, share in (("down", "air", medium.loss_down_share), ("up", "wired", medium.loss_up_share)):
        threshold = round(share * parts)
        chains += [f'iifname "{port}" counter name {way}_offered']
        if threshold:
            chosen = f'iifname "{port}" ether type != arp numgen random mod {parts} < {threshold}'
            chains += [f"{chosen} counter name {way}_lost drop"]
    counters = "".join(f"counter {way}_{what} {{}}\n" for way in ("down", "up") for what in ("offered", "lost"))
    chain = "chain medium { type filter hook forward priority 0; policy accept;\n" + "\n".join(chains) + "\n}\n"
    return f"table bridge bed {{\n{counters}{chain}}}\n"


def medium_counters(switch: Namespace) -> Counters:
    """Read what a kernel medium did so far; its queue drops are not told apart by direction."""
    listed = json.loads(switch.run(["nft", "-j", "list", "counters"]).stdout)["nftables"]
    counts = {entry["counter"]["name"]: entry["counter"] for entry in listed if "counter" in entry}
    queues = json.loads(switch.run(["tc", "-s", "-j", "qdisc", "show", "dev", "shaper"]).stdout)
    dropped = sum(queue["drops"] for queue in queues if queue["kind"] == "pfifo")

    def tally(way: str) -> Tally:
        offered, lost = counts[f"{way}_offered"], counts[f"{way}_lost"]
        n_sent = offered["packets"] - lost["packets"]
        return Tally(
            n_offered=offered["packets"],
            n_sent=n_sent,
            n_lost=lost["packets"],
            n_dropped=0,
            # a bridge's rule counts what is inside the frame
            sent_bytes=offered["bytes"] - lost["bytes"] + ETHERNET_BYTES * n_sent,
        )

    return Counters(down=tally("down"), up=tally("up"), n_queue_drops=dropped)
