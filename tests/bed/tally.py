"""What a medium says it did: the truth that measurements are held against."""

import operator
from dataclasses import dataclass
from typing import Any

BIN_MS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Frames of one way, or of one station on one way; bytes are those of Ethernet frames without their checksum.

    `delay_bins` holds (bin, frames) with bins of `BIN_MS`: from the frame's arrival at the medium to its delivery.
    `jitter_ms` is the mean absolute difference of consecutive delays.
    """

    n_offered: int
    n_sent: int
    n_lost: int
    n_dropped: int
    sent_bytes: int
    delay_bins: tuple[tuple[int, int], ...] = ()
    jitter_ms: float | None = None

    @property
    def loss_share(self) -> float:
        """Lost over all that took airtime."""
        carried = self.n_sent + self.n_lost
        return self.n_lost / carried if carried else 0.0

    def delay_ms(self, share: float) -> float | None:
        """Return a quantile of the delay [ms]."""
        return quantile_ms(self.delay_bins, share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """A medium's counts since it was laid; a window's are those of its end less those of its start.

    `stations_down` and `stations_up` stand in the order of the clients (an `Air` alone has them). `late_bins` says how
    late the process was with its deliveries (below 0: early), `busy_s` how long the
    medium was taken, `cpu_s` what the process used, `is_fifo` whether it ran under SCHED_FIFO.
    """

    down: Tally
    up: Tally
    n_queue_drops: int
    stations_down: tuple[Tally, ...] = ()
    stations_up: tuple[Tally, ...] = ()
    late_bins: tuple[tuple[int, int], ...] = ()
    busy_s: float | None = None
    cpu_s: float | None = None
    is_fifo: bool | None = None

    def late_ms(self, share: float) -> float | None:
        """Return a quantile of the process's own lateness [ms]."""
        return quantile_ms(self.late_bins, share)


def quantile_ms(bins: tuple[tuple[int, int], ...], share: float) -> float | None:
    """Return a quantile of binned times: the middle of its bin [ms]; None of nothing."""
    total = sum(n for _, n in bins)
    if total == 0:
        return None
    seen = 0
    for place, n in sorted(bins, key=operator.itemgetter(0)):
        seen += n
        if seen >= share * total:
            return (place + 0.5) * BIN_MS
    raise AssertionError("unreachable: the shares of all bins add up to one")


def read_tally(fields: dict[str, Any]) -> Tally:
    """Return the record of a tally that came as JSON."""
    return Tally(
        n_offered=fields["n_offered"],
        n_sent=fields["n_sent"],
        n_lost=fields["n_lost"],
        n_dropped=fields["n_dropped"],
        sent_bytes=fields["sent_bytes"],
        delay_bins=tuple((place, n) for place, n in fields["delay_bins"]),
        jitter_ms=fields["jitter_ms"],
    )


def read_counters(fields: dict[str, Any]) -> Counters:
    """Return the record of counters that came as JSON."""
    return Counters(
        down=read_tally(fields["down"]),
        up=read_tally(fields["up"]),
        n_queue_drops=fields["down"]["n_dropped"] + fields["up"]["n_dropped"],
        stations_down=tuple(map(read_tally, fields["stations_down"])),
        stations_up=tuple(map(read_tally, fields["stations_up"])),
        late_bins=tuple((place, n) for place, n in fields["late_bins"]),
        busy_s=fields["busy_s"],
        cpu_s=fields["cpu_s"],
        is_fifo=fields["is_fifo"],
    )
