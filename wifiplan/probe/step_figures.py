"""From the packets that an agent received in one step to the figures that a verdict rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.probe.packets import n_packets
from wifiplan.probe.receiving import Arrivals
from wifiplan.probe.records import UdpFigures
from wifiplan.probe.statistics import (
    Ints,
    edges,
    mean_difference_ms,
    n_reordered,
    n_windows,
    rfc3550_ms,
    worst_burst_share,
)

_MOST_OFFSET_NS = 1_000_000_000
"""The start that packets tell and the one that the controller told may differ by the delay of its message: more is
none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """What a step sends to one agent, and how it is cut.

    Parameters
    ----------
    rate_mbps : float
        Payload of each flow [Mbit/s].
    packet_bytes, n_flows : int
        Size of a packet [byte], and how many flows come.
    duration_s, settle_s : float
        Length of the step, and what is left out at its start [s].
    start_ns : int
        When the step began by the controller's message, on this machine's monotonic clock [ns].
    loss_window_s, burst_window_s : float
        See `ClassLimits`.
    """

    rate_mbps: float
    packet_bytes: int
    n_flows: int
    duration_s: float
    settle_s: float
    start_ns: int
    loss_window_s: float
    burst_window_s: float

    @property
    def window_s(self) -> float:
        """Length of the measured window [s]."""
        return self.duration_s - self.settle_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What arrived inside the window: payload without duplicates, and what packets alone show."""

    n_bytes: int
    udp: UdpFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flow:
    """One flow, duplicates taken out, in order of arrival."""

    sequence: Ints
    transit_ns: Ints
    received_ns: Ints
    size: Ints
    n_duplicates: int


def received(arrivals: Arrivals, plan: StepPlan, *, kernel_stamps: bool) -> Received:
    """Return the figures of one step.

    The window lies where it lies at the sender, moved by the shortest way that any packet took: so a stream that
    fits the network brings exactly its rate, and what drains from a queue after the step is not counted. Loss counts
    packets that were to be sent inside the window and never came, by the sender's own schedule: the last ones too.

    Parameters
    ----------
    arrivals : Arrivals
        What was received until well after the step.
    plan : StepPlan
        What was to be received.
    kernel_stamps : bool
        Whether times of arrival are the kernel's.
    """
    start_ns = _start_ns(arrivals, plan)
    opens_ns = start_ns + int(plan.settle_s * 1e9)
    closes_ns = start_ns + int(plan.duration_s * 1e9)
    n_in_all = n_packets(plan.rate_mbps, plan.packet_bytes, plan.duration_s)
    first = min(n_in_all, n_packets(plan.rate_mbps, plan.packet_bytes, plan.settle_s))
    flows = [_flow(arrivals, number, n_in_all) for number in range(plan.n_flows)]
    n_bytes = sum(int(f.size[(f.received_ns >= opens_ns) & (f.received_ns < closes_ns)].sum()) for f in flows)
    each = [_figures(flow, plan, (first, n_in_all), kernel_stamps=kernel_stamps) for flow in flows]
    return Received(n_bytes=n_bytes, udp=_together(each, kernel_stamps=kernel_stamps))


def _start_ns(arrivals: Arrivals, plan: StepPlan) -> int:
    if not len(arrivals.flow):
        return plan.start_ns
    transit_ns = np.asarray(arrivals.received_ns, dtype=np.int64) - np.asarray(arrivals.sent_ns, dtype=np.int64)
    told_ns = int(transit_ns.min())
    return told_ns if abs(told_ns - plan.start_ns) < _MOST_OFFSET_NS else plan.start_ns


def _flow(arrivals: Arrivals, number: int, n_in_all: int) -> _Flow:
    sequence = np.asarray(arrivals.sequence, dtype=np.int64)
    mine = (np.asarray(arrivals.flow) == number) & (sequence < n_in_all)
    sequence = sequence[mine]
    received_ns = np.asarray(arrivals.received_ns, dtype=np.int64)[mine]
    sent_ns = np.asarray(arrivals.sent_ns, dtype=np.int64)[mine]
    size = np.asarray(arrivals.size, dtype=np.int64)[mine]
    _, once = np.unique(sequence, return_index=True)
    once.sort()
    return _Flow(
        sequence=sequence[once],
        transit_ns=received_ns[once] - sent_ns[once],
        received_ns=received_ns[once],
        size=size[once],
        n_duplicates=int(sequence.size - once.size),
    )


def _figures(flow: _Flow, plan: StepPlan, span: tuple[int, int], *, kernel_stamps: bool) -> UdpFigures:
    first, end = span
    inside = flow.sequence >= first
    sequence, transit_ns = flow.sequence[inside], flow.transit_ns[inside]
    is_lost = np.ones(end - first, dtype=bool)
    is_lost[sequence - first] = False
    parts = edges(end - first, n_windows(plan.window_s, plan.loss_window_s)) if end > first else []
    jitter = [
        mean_difference_ms(sequence[part], transit_ns[part])
        for low, high in parts
        for part in [(sequence >= first + low) & (sequence < first + high)]
    ]
    per_s = plan.rate_mbps * 1e6 / 8 / plan.packet_bytes
    return UdpFigures(
        n_sent=end - first,
        n_lost=int(is_lost.sum()),
        n_reordered=n_reordered(sequence),
        n_duplicates=flow.n_duplicates,
        loss_windows=tuple((int(is_lost[low:high].sum()), high - low) for low, high in parts),
        worst_burst_loss_share=worst_burst_share(is_lost, round(per_s * plan.burst_window_s)),
        jitter_windows_ms=tuple(round(value, 4) for value in jitter if value is not None),
        jitter_rfc3550_ms=round(rfc3550_ms(transit_ns), 4),
        kernel_stamps=kernel_stamps,
    )


def _together(each: Sequence[UdpFigures], *, kernel_stamps: bool) -> UdpFigures:
    """Return the figures of several flows: counts summed, windows side by side, the worst of what is a worst."""
    return UdpFigures(
        n_sent=sum(f.n_sent for f in each),
        n_lost=sum(f.n_lost for f in each),
        n_reordered=sum(f.n_reordered for f in each),
        n_duplicates=sum(f.n_duplicates for f in each),
        loss_windows=tuple(window for f in each for window in f.loss_windows),
        worst_burst_loss_share=max((f.worst_burst_loss_share for f in each), default=0.0),
        jitter_windows_ms=tuple(value for f in each for value in f.jitter_windows_ms),
        jitter_rfc3550_ms=max((f.jitter_rfc3550_ms for f in each), default=0.0),
        kernel_stamps=kernel_stamps,
    )
