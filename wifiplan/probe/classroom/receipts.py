"""What one device's step came to: its own log beside what the sender and its kernel know."""

import math
from dataclasses import dataclass, replace

from wifiplan.catalog.class_test import ClassLimits
from wifiplan.probe.classroom.feeder import StreamFigures
from wifiplan.probe.classroom.playback import received_between, replay
from wifiplan.probe.classroom.roster import Device, StepLog
from wifiplan.probe.classroom.segment_figures import CURVE_S
from wifiplan.probe.confidence import delay_of
from wifiplan.probe.records import Delay, DeviceState, Receipt

LEAD_S = 1.0
"""How far a device's clock of the step may run behind the sender's [s]."""

SHORT_LOG_S = 1.0
"""A log that ends earlier than this before the step does is that of a device which left [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A step as it ran: the window opens at `settle_s` and closes at `until_s`, which an abort brings forward."""

    settle_s: float
    until_s: float
    rate_mbps: float
    limits: ClassLimits

    @property
    def window_s(self) -> float:
        """Length of the measured window [s]."""
        return max(self.until_s - self.settle_s, 0.0)


def tablet_receipt(device: Device, log: StepLog, sender: StreamFigures | None, span: Span) -> Receipt:
    """Return what a tablet measured.

    Notes
    -----
    A page that logs more than was ever sent is not believed. Where the far end's kernel acknowledged what the page
    never read, or kept its window shut, the device was too slow and not the network: that is told as a busy device.
    """
    received = received_between(log.bins, span.settle_s, span.until_s)
    state, remark = _state(device, log, sender, span)
    wanted = span.rate_mbps * 1e6 / 8 * span.window_s
    seen = None
    if span.until_s > 0 and state in {"measured", "hidden"}:
        seen = replay(log.bins, rate_mbps=span.rate_mbps, until_s=span.until_s)
    busy = log.busy_share
    if sender is not None and received < span.limits.min_goodput_share * wanted:
        read_late = sender.acked_bytes is not None and sender.acked_bytes >= span.limits.min_goodput_share * wanted
        if read_late or sender.shut_s > (1.0 - span.limits.min_goodput_share) * span.window_s:
            busy, remark = 1.0, remark or "unread"
    return Receipt(
        seat=device.seat,
        kind="tablet",
        state=state,
        rate_mbps=span.rate_mbps,
        window_s=span.window_s,
        received_bytes=received,
        idle_delay=device.idle,
        loaded_delay=loaded_delay(log, span),
        playback=seen,
        hidden_s=round(log.hidden_s, 3),
        silent_s=round(log.silent_s, 3),
        cpu_share=busy,
        generator_error_p99_ms=None if sender is None else sender.late_p99_ms,
        n_send_drops=int(sender is not None and sender.orphaned),
        remark=remark,
    )


def _state(device: Device, log: StepLog, sender: StreamFigures | None, span: Span) -> tuple[DeviceState, str]:
    if log.fault:
        return "refused", log.fault
    if device.closed and log.reaches_s < span.until_s - SHORT_LOG_S:
        return "left", "disconnected"
    if log.hidden_s > span.limits.max_hidden_s or not device.visible:
        return "hidden", ""
    if log.broken or log.reaches_s < span.until_s - SHORT_LOG_S:
        return "left", "reloaded" if log.broken else ""
    if sender is not None and is_beyond(log, sender, span):
        return "refused", "log_beyond_sent"
    return "measured", ""


def is_beyond(log: StepLog, sender: StreamFigures, span: Span) -> bool:
    """Tell whether a page says that it read what had not reached it: more than was sent, or before it came.

    A device's clock begins with the order of the step, which was on its way for a while: what its kernel had
    acknowledged `LEAD_S` later bounds what it may have read, and half a second more is not told apart. A sender that
    was late itself took its notes as late.
    """
    if log.bins and log.bins[-1][1] > sender.sent_bytes:
        return True
    if not sender.curve:
        return False
    slack, last = int(span.rate_mbps * 1e6 / 8 * CURVE_S), len(sender.curve) - 1
    lead_s = LEAD_S + (sender.late_max_ms or 0.0) / 1e3
    places = ((min(math.ceil((t_s + lead_s) / CURVE_S), last), n) for t_s, n in log.bins if t_s >= 0)
    return any(n > sender.curve[place] + slack for place, n in places)


def loaded_delay(log: StepLog, span: Span) -> Delay | None:
    """Return the round trips that began inside the window."""
    inside = [(t_s, rtt_ms) for t_s, rtt_ms in log.rtts if span.settle_s <= t_s <= span.until_s]
    return delay_of(inside) if inside else None


def absent_receipt(seat: str, span: Span) -> Receipt:
    """Return the receipt of a device that was to play and is not there."""
    return Receipt(
        seat=seat, kind="tablet", state="absent", rate_mbps=span.rate_mbps, window_s=span.window_s, received_bytes=0
    )


def left_receipt(device: Device, span: Span) -> Receipt:
    """Return the receipt of a device that gave no figures."""
    silent_s = device.log.silent_s if device.log else 0.0
    return replace(
        absent_receipt(device.seat, span),
        kind=device.kind,
        state="left",
        n_flows=device.n_flows,
        idle_delay=device.idle,
        silent_s=round(silent_s, 3),
    )
