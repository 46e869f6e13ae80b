"""The shared medium of an `Air` as a model in virtual time: frames in, frames with their time of delivery out."""

import heapq
import random
from collections import Counter, deque
from dataclasses import dataclass

from bed.media import Air, Path, Station

BIN_NS = 50_000
WIRED = -1
EVERYONE = -2


@dataclass(slots=True)
class Tallying:
    """Counts of one station on one way while the medium runs."""

    n_offered: int = 0
    n_sent: int = 0
    n_lost: int = 0
    n_dropped: int = 0
    sent_bytes: int = 0
    last_delay_ns: int = -1
    jitter_sum_ns: int = 0
    n_jitter: int = 0


class Ether:
    """Queues, turns, airtime, loss and delay of one medium.

    Way ``2 i`` leads down to station i, ``2 i + 1`` up from it, ``2 n`` down to all at once. A turn is settled when it
    starts, in virtual time: a process that wakes late still serves the frames it holds at the exact rate.
    """

    def __init__(self, air: Air, n_stations: int) -> None:
        own = dict(air.stations)
        stations = [own.get(i, Station(phy_mbps=air.phy_mbps)) for i in range(n_stations)]
        slowest_mbps = min(station.phy_mbps for station in stations)
        self.n_stations = n_stations
        self.n_ways = 2 * n_stations + 1
        rates = [rate for station in stations for rate in (station.phy_mbps, station.phy_mbps)] + [slowest_mbps]
        self.byte_ns = [8e3 / rate for rate in rates]
        self.path = [air.down if way % 2 == 0 else air.up for way in range(self.n_ways)]
        losses = [station.loss_share for station in stations for _ in range(2)] + [0.0]
        self.loss_share = [
            1.0 - (1.0 - path.loss_share) * (1.0 - own_share) for path, own_share in zip(self.path, losses, strict=True)
        ]
        self.overhead_ns = round(air.overhead_us * 1e3)
        self.n_aggregated = air.n_aggregated
        self.queue_frames = air.queue_frames
        self.queues: list[deque[tuple[int, bytes]]] = [deque() for _ in range(self.n_ways)]
        self.turns: deque[int] = deque()
        self.free_ns = 0
        self.busy_ns = 0
        self.last_due_ns = [0] * self.n_ways
        self.on_way: list[tuple[int, int, int, int, bytes]] = []
        self.serial = 0
        self.chance = random.Random(air.seed)  # noqa: S311 - a seeded medium, not a secret
        self.tallies = [Tallying() for _ in range(self.n_ways)]
        self.delays: tuple[Counter[int], Counter[int]] = (Counter(), Counter())

    def offer(self, now_ns: int, way: int, frame: bytes) -> None:
        """Put a frame into its queue."""
        tally = self.tallies[way]
        tally.n_offered += 1
        queue = self.queues[way]
        if len(queue) >= self.queue_frames:
            tally.n_dropped += 1
            return
        if not queue:
            self.turns.append(way)
        queue.append((now_ns, frame))

    def serve(self, now_ns: int) -> None:
        """Start every turn whose time has come."""
        turns = self.turns
        while turns and self.free_ns <= now_ns:
            way = turns.popleft()
            queue = self.queues[way]
            start_ns = max(self.free_ns, queue[0][0])
            end_ns = start_ns + self.overhead_ns
            taken = [queue.popleft() for _ in range(min(self.n_aggregated, len(queue)))]
            end_ns += round(sum(len(frame) for _, frame in taken) * self.byte_ns[way])
            self.busy_ns += end_ns - start_ns
            self.free_ns = end_ns
            for offered_ns, frame in taken:
                self.send(way, offered_ns, end_ns, frame)
            if queue:
                turns.append(way)

    def send(self, way: int, offered_ns: int, end_ns: int, frame: bytes) -> None:
        """Lose a frame that has had its airtime, or note when it is to be delivered."""
        tally = self.tallies[way]
        chance = self.chance.random
        if self.loss_share[way] and chance() < self.loss_share[way]:
            tally.n_lost += 1
            return
        path = self.path[way]
        due_ns = end_ns + self.delay_ns(path)
        if path.reordered_share and chance() < path.reordered_share:
            due_ns += round(path.reordered_ms * 1e6)
        elif path.in_order:
            due_ns = self.last_due_ns[way] = max(due_ns, self.last_due_ns[way])
        copies = 2 if path.duplicated_share and chance() < path.duplicated_share else 1
        for _ in range(copies):
            self.serial += 1
            heapq.heappush(self.on_way, (due_ns, self.serial, way, offered_ns, frame))

    def delay_ns(self, path: Path) -> int:
        """Draw the delay of one frame beyond its airtime."""
        if not path.jitter_ms:
            return round(path.delay_ms * 1e6)
        if path.jitter_shape == "uniform":
            return round((path.delay_ms + path.jitter_ms * self.chance.random()) * 1e6)
        return round(max(0.0, self.chance.gauss(path.delay_ms, path.jitter_ms)) * 1e6)

    def delivered(self, way: int, delay_ns: int, n_bytes: int) -> None:
        """Count a frame that has reached its end."""
        tally = self.tallies[way]
        tally.n_sent += 1
        tally.sent_bytes += n_bytes
        self.delays[way & 1][delay_ns // BIN_NS] += 1
        if tally.last_delay_ns >= 0:
            tally.jitter_sum_ns += abs(delay_ns - tally.last_delay_ns)
            tally.n_jitter += 1
        tally.last_delay_ns = delay_ns

    def next_ns(self) -> int | None:
        """Return when something is to be done next; None: not before another frame comes."""
        due_ns = self.on_way[0][0] if self.on_way else None
        if not self.turns:
            return due_ns
        return self.free_ns if due_ns is None else min(self.free_ns, due_ns)
