"""The agents' side of a step: paced UDP through `probe.streams`, and an agent's own figures made a receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from wifiplan.errors import ProbeError
from wifiplan.probe.classroom.receipts import Span, left_receipt
from wifiplan.probe.classroom.roster import Device, StepLog
from wifiplan.probe.records import Delay, Receipt, UdpFigures, WifiLink
from wifiplan.probe.streams import SenderFigures, UdpService, completed

MOST_WINDOWS = 200
"""Intervals of loss or jitter that an agent may tell of one step."""

_MOST = 1e15


class FiguresError(ValueError):
    """An agent's figures are not as agreed."""


class UdpSide:
    """Opens and ends the agents' streams of a step."""

    def __init__(self, service: UdpService, packet_bytes: int) -> None:
        self.service = service
        self.packet_bytes = packet_bytes

    def open(self, step: int, agents: Sequence[Device], *, in_s: float, duration_s: float, rate_mbps: float) -> None:
        """Start the streams of those agents that stand where they say."""
        rates = {agent.id: rate_mbps for agent in agents if self.service.is_ready(agent.id)}
        if rates:
            self.service.start_step(step, rates, in_s=in_s, duration_s=duration_s, packet_bytes=self.packet_bytes)

    def mute(self, device: str) -> None:
        """No more load for one agent in this step."""
        self.service.mute(device)

    async def close(self, step: int, agents: Sequence[Device]) -> Mapping[str, SenderFigures]:
        """Stop what is left of the step; return the sender's figures by device."""
        if not any(self.service.is_ready(agent.id) for agent in agents):
            return {}
        self.service.stop()
        try:
            return await self.service.results(step, timeout_s=5.0)
        except ProbeError:
            return {}


def agent_receipt(device: Device, log: StepLog, sender: SenderFigures | None, span: Span, packet_bytes: int) -> Receipt:
    """Return what an agent measured, checked; one that told nothing, or nonsense, has left.

    An agent that tells of more than was ever sent to it is not believed: its receipt is refused.
    """
    left = left_receipt(device, span)
    if log.figures is None:
        return left if sender is not None else completed(left, None)
    try:
        told = _told(log.figures)
    except FiguresError as error:
        return replace(left, remark=f"figures: {error}")
    whole = replace(
        told,
        seat=device.seat,
        n_flows=device.n_flows,
        rate_mbps=span.rate_mbps,
        window_s=span.window_s,
        idle_delay=told.idle_delay or device.idle,
        silent_s=round(log.silent_s, 3),
    )
    whole = completed(whole, sender)
    return whole if _may_be(whole, sender, packet_bytes) else replace(whole, state="refused", remark="beyond_sent")


def _may_be(told: Receipt, sender: SenderFigures | None, packet_bytes: int) -> bool:
    if sender is None:
        return True
    n_told = 0 if told.udp is None else told.udp.n_sent
    return told.received_bytes <= sender.n_sent * packet_bytes and n_told <= sender.n_wanted


def _told(pairs: Mapping[str, object]) -> Receipt:
    state = pairs.get("state", "measured")
    if state not in ("measured", "left"):
        raise FiguresError("state")
    cpu = pairs.get("cpu_share")
    return Receipt(
        seat="",
        kind="agent",
        state="left" if state == "left" else "measured",
        rate_mbps=0.0,
        window_s=0.0,
        received_bytes=_count(pairs.get("received_bytes"), "received_bytes"),
        idle_delay=_delay(pairs.get("idle_delay"), "idle_delay"),
        loaded_delay=_delay(pairs.get("loaded_delay"), "loaded_delay"),
        udp=_udp(pairs.get("udp")),
        cpu_share=None if cpu is None else _number(cpu, "cpu_share"),
        n_receiver_drops=_count(pairs.get("n_receiver_drops", 0), "n_receiver_drops"),
        link=_link(pairs.get("link")),
        remark=_words(pairs.get("remark", ""), "remark", 200),
    )


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
        raise FiguresError(name)
    return float(value)


def _count(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        raise FiguresError(name)
    return value


def _words(value: object, name: str, most: int) -> str:
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise FiguresError(name)
    return value


def _delay(pairs: object, name: str) -> Delay | None:
    if pairs is None:
        return None
    if not isinstance(pairs, dict):
        raise FiguresError(name)
    times = {
        f.name: None if pairs.get(f.name) is None else _number(pairs.get(f.name), f"{name}.{f.name}")
        for f in fields(Delay)
        if f.name.endswith("_ms")
    }
    return Delay(n=_count(pairs.get("n"), name), n_lost=_count(pairs.get("n_lost"), name), **times)


def _udp(pairs: object) -> UdpFigures | None:
    if pairs is None:
        return None
    if not isinstance(pairs, dict):
        raise FiguresError("udp")
    losses, jitters = pairs.get("loss_windows"), pairs.get("jitter_windows_ms")
    for rows in (losses, jitters):
        if not isinstance(rows, list) or len(rows) > MOST_WINDOWS:
            raise FiguresError("udp")
    if not isinstance(losses, list) or not isinstance(jitters, list):
        raise FiguresError("udp")
    if not all(isinstance(row, list) and len(row) == 2 for row in losses):
        raise FiguresError("udp.loss_windows")
    return UdpFigures(
        n_sent=_count(pairs.get("n_sent"), "udp.n_sent"),
        n_lost=_count(pairs.get("n_lost"), "udp.n_lost"),
        n_reordered=_count(pairs.get("n_reordered"), "udp.n_reordered"),
        n_duplicates=_count(pairs.get("n_duplicates"), "udp.n_duplicates"),
        loss_windows=tuple((_count(a, "udp.loss"), _count(b, "udp.loss")) for a, b in losses),
        worst_burst_loss_share=_number(pairs.get("worst_burst_loss_share"), "udp.worst_burst_loss_share"),
        jitter_windows_ms=tuple(_number(x, "udp.jitter_windows_ms") for x in jitters),
        jitter_rfc3550_ms=_number(pairs.get("jitter_rfc3550_ms"), "udp.jitter_rfc3550_ms"),
        kernel_stamps=pairs.get("kernel_stamps") is True,
    )


def _link(pairs: object) -> WifiLink | None:
    """Return the access point that an agent was on: the access point's address, never the device's."""
    if pairs is None:
        return None
    if not isinstance(pairs, dict):
        raise FiguresError("link")
    frequency, width, signal = (pairs.get(name) for name in ("frequency_mhz", "width_mhz", "signal_dbm"))
    known = not isinstance(signal, bool) and isinstance(signal, int | float) and -200 <= signal <= 100
    return WifiLink(
        bssid=_words(pairs.get("bssid"), "link.bssid", 17),
        frequency_mhz=None if frequency is None else _count(frequency, "link.frequency_mhz"),
        width_mhz=None if width is None else _count(width, "link.width_mhz"),
        signal_dbm=float(signal) if known and isinstance(signal, int | float) else None,
    )
