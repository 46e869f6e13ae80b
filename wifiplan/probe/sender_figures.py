"""What a sender says of its own streams, and a receipt completed with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from wifiplan.probe.records import Receipt

Ended: TypeAlias = Literal["end", "silent", "stop", "mute", "lost"]
"""A stream ran to its end; its agent gave no sign of life for 1 s; all load was stopped; this device's was; the
controller itself did not beat, because its event loop was held up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFigures:
    """What the generator says of one device's streams in one step; lateness is that of its worst flow [ms]."""

    device: str
    n_wanted: int
    n_sent: int
    n_drops: int
    late_p50_ms: float | None
    late_p99_ms: float | None
    late_max_ms: float
    ended: Ended


def completed(receipt: Receipt, sent: SenderFigures | None) -> Receipt:
    """Return what a receiver measured together with how well the sender sent.

    What a controller that hung did not send counts as its own drops: no network is blamed for it.
    """
    if sent is None:
        return replace(receipt, state="refused", remark=receipt.remark or "no packet was sent to it")
    state = "left" if sent.ended in {"silent", "mute"} and receipt.state == "measured" else receipt.state
    n_drops = sent.n_wanted - sent.n_sent if sent.ended == "lost" else sent.n_drops
    return replace(receipt, state=state, generator_error_p99_ms=sent.late_p99_ms, n_send_drops=n_drops)


def by_device(streams: Sequence[Mapping[str, Any]]) -> dict[str, SenderFigures]:
    """Return the figures of each device from those of its flows, as the generator tells them: the worst stands."""
    found: dict[str, SenderFigures] = {}
    for device in dict.fromkeys(stream["device"] for stream in streams):
        flows = [stream for stream in streams if stream["device"] == device]
        late = [flow for flow in flows if flow["late_p99_ms"] is not None]
        cut = [flow["ended"] for flow in flows if flow["ended"] != "end"]
        found[device] = SenderFigures(
            device=device,
            n_wanted=sum(flow["n_wanted"] for flow in flows),
            n_sent=sum(flow["n_sent"] for flow in flows),
            n_drops=sum(flow["n_drops"] for flow in flows),
            late_p50_ms=max((flow["late_p50_ms"] for flow in late), default=None),
            late_p99_ms=max((flow["late_p99_ms"] for flow in late), default=None),
            late_max_ms=max(flow["late_max_ms"] for flow in flows),
            ended=cut[0] if cut else "end",
        )
    return found
