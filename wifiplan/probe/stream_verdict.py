"""The verdict of one stream: first whether its figures may be trusted, then what they say of the network."""

import math
from collections.abc import Iterator

from wifiplan.catalog.class_test import ClassLimits
from wifiplan.probe.confidence import exact_low, wilson
from wifiplan.probe.findings import Bearing, Finding, FindingCode, Judgement, judgement
from wifiplan.probe.records import Delay, PlaybackFigures, Receipt, UdpFigures

MIN_IDLE_PINGS = 5
"""Idle round trips below which their median is no base for what the load adds."""

MAX_PINGS_LOST_SHARE = 0.05
"""Pings without an answer count as later than any: above this share the 95th percentile itself has no end."""


MOST_GOODPUT_SHARE = 1.5
"""Streams are paced: what waits from before the window adds a few per cent; no network brings half as much again."""

SEEN_SHARE = 0.98
"""A picture that was replayed to the end was waited for, seen, or stood still for all of the window, but a rounding."""


def judge_receipt(receipt: Receipt, limits: ClassLimits, *, n_streams: int = 1) -> Judgement:
    """Return the verdict of one device in one step.

    Parameters
    ----------
    receipt : Receipt
        What it measured. What is None, no number or impossible counts as not measured: never a PASS.
    limits : ClassLimits
        What it is held against.
    n_streams : int
        Streams that are judged together: a loss that fails one of them must be sure for all of them.

    Returns
    -------
    Judgement
        INCONCLUSIVE, whatever was received, where the device was away, hidden or busy, or the sender late: a FAIL
        needs evidence against the network. One receipt of several flows is an upper bound: it may fail, never pass.

    Notes
    -----
    A limit is passed where the upper bound is below it and failed where the lower bound is above it. To pass, every
    interval must pass, so each bound is as sure as `confidence_share` says; to fail, one will do, so the doubt is
    shared out over streams and intervals (Bonferroni). In other words a healthy class of 30 fails by chance in fewer
    than 5 of 100 tests, and one whose true loss is at the limit passes in fewer than 5 of 100.
    """
    spoilt = [*_device(receipt, limits), *_sender(receipt, limits)]
    missing = list(_unmeasured(receipt))
    if spoilt or not _sound(receipt):
        return judgement([*spoilt, *missing])
    found = [*missing, *_goodput(receipt, limits), *_length(receipt, limits), *_delays(receipt, limits)]
    if receipt.playback is not None:
        found += _playback(receipt.playback, receipt.window_s, limits)
    if receipt.udp is not None:
        found += _packets(receipt.udp, receipt.window_s, limits, n_streams)
    if receipt.n_flows > 1:
        found.append(Finding(code="upper_bound", bearing="open", value=1, limit=receipt.n_flows))
    judged = judgement(found)
    if receipt.n_receiver_drops and judged.verdict == "fail":
        # what the device lost itself stands among what the network is blamed for
        return judgement([_over("receiver_drops", receipt.n_receiver_drops, 0), *missing])
    return judged


def _device(receipt: Receipt, limits: ClassLimits) -> Iterator[Finding]:
    if receipt.state != "measured":
        value = {"left": receipt.silent_s, "hidden": receipt.hidden_s}.get(receipt.state)
        yield Finding(code=receipt.state, bearing="open", value=_or_none(value))
    elif not receipt.hidden_s <= limits.max_hidden_s:
        yield _over("hidden", receipt.hidden_s, limits.max_hidden_s)
    elif not receipt.silent_s <= limits.max_silent_s:
        yield _over("silent", receipt.silent_s, limits.max_silent_s)
    if receipt.cpu_share is not None and not receipt.cpu_share <= limits.max_agent_cpu_share:
        yield _over("busy", receipt.cpu_share, limits.max_agent_cpu_share)


def _sender(receipt: Receipt, limits: ClassLimits) -> Iterator[Finding]:
    if receipt.state in {"absent", "refused"}:
        return
    late_ms = receipt.generator_error_p99_ms
    if late_ms is None or not math.isfinite(late_ms) or late_ms < 0:
        yield Finding(code="no_generator_record", bearing="open")
    elif late_ms > limits.max_generator_error_p99_ms:
        yield _over("generator_late", late_ms, limits.max_generator_error_p99_ms)
    if receipt.n_send_drops:
        yield _over("send_drops", receipt.n_send_drops, 0)


def _over(code: FindingCode, value: float, limit: float) -> Finding:
    return Finding(code=code, bearing="open", value=_or_none(value), limit=limit)


def _unmeasured(receipt: Receipt) -> Iterator[Finding]:
    """Yield every figure that a stream of this kind must have and that is not there."""
    if receipt.state in {"absent", "refused"}:
        return
    wanted: list[tuple[str, object]] = [("idle_delay", receipt.idle_delay), ("loaded_delay", receipt.loaded_delay)]
    if receipt.kind == "agent":
        wanted += [("udp", receipt.udp), ("cpu", receipt.cpu_share)]
    else:
        wanted.append(("playback", receipt.playback))
    wanted.append(("goodput", True if _sound(receipt) else None))
    yield from (_no(what) for what, value in wanted if value is None)


def _sound(receipt: Receipt) -> bool:
    """Return whether rate, window and bytes are numbers that can be."""
    numbers = (receipt.rate_mbps, receipt.window_s, receipt.n_flows)
    possible = all(math.isfinite(x) and x > 0 for x in numbers) and receipt.received_bytes >= 0
    return possible and receipt.goodput_share <= MOST_GOODPUT_SHARE


def _no(what: str) -> Finding:
    return Finding(code="unmeasured", bearing="open", what=what)


def _goodput(receipt: Receipt, limits: ClassLimits) -> Iterator[Finding]:
    share = receipt.goodput_share
    if share < limits.min_goodput_share:
        yield Finding(code="goodput", bearing="fail", value=share, limit=limits.min_goodput_share)


def _length(receipt: Receipt, limits: ClassLimits) -> Iterator[Finding]:
    if receipt.window_s < limits.min_stall_s:
        yield Finding(code="short_window", bearing="open", value=receipt.window_s, limit=limits.min_stall_s)
    if receipt.udp is not None and receipt.udp.n_sent < limits.min_packets:
        yield Finding(code="few_packets", bearing="open", value=receipt.udp.n_sent, limit=limits.min_packets)


def _playback(seen: PlaybackFigures, window_s: float, limits: ClassLimits) -> Iterator[Finding]:
    if seen.start_s is None:
        yield Finding(code="no_start", bearing="fail", limit=limits.max_start_s)
    elif not math.isfinite(seen.start_s) or seen.start_s < 0:
        yield _no("start")
    elif seen.start_s > limits.max_start_s:
        yield Finding(code="slow_start", bearing="fail", value=seen.start_s, limit=limits.max_start_s)
    times = (seen.stalled_s, seen.played_s)
    if seen.start_s is None:
        return
    if not all(math.isfinite(x) and x >= 0 for x in times) or not any(times):
        yield _no("stalls")
        return
    if seen.start_s + sum(times) < SEEN_SHARE * window_s:
        yield _no("stalls")  # what the screen showed for the rest of the time nobody knows
    # without a second of picture all that time was waited for
    share = seen.stalled_s / seen.played_s if seen.played_s else 1.0
    if share > limits.rebuffering_fail_share:
        yield Finding(code="stalls", bearing="fail", value=share, limit=limits.rebuffering_fail_share)
    elif share > limits.rebuffering_pass_share:
        yield Finding(code="stalls", bearing="open", value=share, limit=limits.rebuffering_pass_share)


def _delays(receipt: Receipt, limits: ClassLimits) -> Iterator[Finding]:
    idle, loaded = receipt.idle_delay, receipt.loaded_delay
    if idle is not None and (idle.n < MIN_IDLE_PINGS or _known(idle.p50_ms) is None):
        yield _no("idle_delay")
    if loaded is None:
        return
    yield from _pings(loaded, limits)
    median_ms = _known(loaded.p50_ms)
    if median_ms is None:
        yield _no("loaded_delay")
        return
    if median_ms >= limits.max_rtt_ms:
        yield Finding(code="rtt", bearing="fail", value=median_ms, limit=limits.max_rtt_ms)
    yield from _growth(loaded, limits)
    base_ms = None if idle is None else _known(idle.p50_ms)
    if base_ms is not None:
        yield from _added(loaded, base_ms, limits)


def _pings(loaded: Delay, limits: ClassLimits) -> Iterator[Finding]:
    if loaded.n < limits.min_pings:
        yield Finding(code="few_pings", bearing="open", value=loaded.n, limit=limits.min_pings)
    if loaded.n_lost < 0:
        yield _no("loaded_delay")
    lost = wilson(loaded.n_lost, loaded.n + loaded.n_lost, confidence=limits.confidence_share)
    if lost.value > MAX_PINGS_LOST_SHARE:
        yield Finding(
            code="pings_lost",
            bearing="fail" if lost.low > MAX_PINGS_LOST_SHARE else "open",
            value=lost.value,
            limit=MAX_PINGS_LOST_SHARE,
            low=lost.low,
            high=lost.high,
        )


def _growth(loaded: Delay, limits: ClassLimits) -> Iterator[Finding]:
    first_ms, last_ms = _known(loaded.first_p50_ms), _known(loaded.last_p50_ms)
    if first_ms is None or last_ms is None:
        yield _no("delay_growth")
    elif last_ms - first_ms > limits.max_delay_growth_ms:
        # the queue has not shown its loss or its stalls yet: no PASS, and no proof that it will not level out
        growth = last_ms - first_ms
        yield Finding(code="delay_growth", bearing="open", value=growth, limit=limits.max_delay_growth_ms)


def _added(loaded: Delay, base_ms: float, limits: ClassLimits) -> Iterator[Finding]:
    p95_ms = _known(loaded.p95_ms)
    if p95_ms is None:
        yield _no("added_delay")
        return
    low_ms, high_ms = _known(loaded.p95_low_ms), _known(loaded.p95_high_ms)
    low = (p95_ms if low_ms is None else min(low_ms, p95_ms)) - base_ms
    high = (p95_ms if high_ms is None else max(high_ms, p95_ms)) - base_ms
    limit = limits.max_added_delay_p95_ms
    if high > limit:
        sure: Bearing = "fail" if low > limit else "open"
        yield Finding(code="added_delay", bearing=sure, value=p95_ms - base_ms, limit=limit, low=low, high=high)


def _packets(udp: UdpFigures, window_s: float, limits: ClassLimits, n_streams: int) -> Iterator[Finding]:
    windows, n_whole = (*udp.loss_windows, (udp.n_lost, udp.n_sent)), int(window_s // limits.loss_window_s)
    few = len(udp.loss_windows) < max(1, n_whole) or sum(sent for _, sent in udp.loss_windows) < udp.n_sent
    if few or any(not 0 <= lost <= sent or sent == 0 for lost, sent in windows):
        yield _no("loss")
    else:
        # as many intervals as the window holds, not as many as are told: a receipt can't choose its own doubt
        n_tests = max(1, n_streams) * (1 + max(1, math.ceil(window_s / limits.loss_window_s)))
        yield from _worst(_loss(lost, sent, n_tests, limits) for lost, sent in windows)
    share = udp.worst_burst_loss_share
    if not 0.0 <= share <= 1.0:
        yield _no("burst_loss")
    elif share >= limits.max_burst_loss_share:
        yield _burst(share, udp.n_sent, window_s, limits, n_streams)
    yield from _jitter(udp, max(1, n_whole), limits)


def _jitter(udp: UdpFigures, n_whole: int, limits: ClassLimits) -> Iterator[Finding]:
    figures_ms = udp.jitter_windows_ms
    if not udp.kernel_stamps or not figures_ms or not all(math.isfinite(x) and x >= 0 for x in figures_ms):
        yield _no("jitter")
    elif max(figures_ms) >= limits.max_jitter_ms:
        yield Finding(code="jitter", bearing="fail", value=max(figures_ms), limit=limits.max_jitter_ms)
    elif len(figures_ms) < n_whole:
        yield _no("jitter")


def _loss(lost: int, sent: int, n_tests: int, limits: ClassLimits) -> Finding | None:
    limit = limits.max_loss_share
    alone = wilson(lost, sent, confidence=limits.confidence_share)
    if alone.high < limit:
        return None
    low = _sure_low(lost, sent, n_tests, limits)
    sure: Bearing = "fail" if low > limit else "open"
    return Finding(code="loss", bearing=sure, value=alone.value, limit=limit, low=low, high=alone.high)


def _sure_low(n_hits: float, n: float, n_tests: float, limits: ClassLimits) -> float:
    """Return the lower bound of a share that holds for all of `n_tests` intervals together."""
    return exact_low(n_hits, n, confidence=1.0 - (1.0 - limits.confidence_share) / n_tests)


def _burst(share: float, n_sent: int, window_s: float, limits: ClassLimits, n_streams: int) -> Finding:
    """Return the finding of a burst over the limit: sure only where chance would not do it in any interval.

    The share is what happened, not an estimate, so that one below the limit needs no bound.
    """
    n_intervals = max(1.0, window_s / limits.burst_window_s)
    n_packets = n_sent / n_intervals
    low = _sure_low(share * n_packets, n_packets, max(1, n_streams) * n_intervals, limits)
    limit = limits.max_burst_loss_share
    sure: Bearing = "fail" if low > limit else "open"
    return Finding(code="burst_loss", bearing=sure, value=share, limit=limit, low=low)


def _worst(found: Iterator[Finding | None]) -> Iterator[Finding]:
    """Yield the one finding that decides: one that fails before one that is open, then the highest."""
    known = [finding for finding in found if finding is not None]
    if known:
        yield max(known, key=lambda finding: (finding.bearing == "fail", finding.value or 0.0))


def _known(value: float | None) -> float | None:
    """Return a delay that can be one, else None."""
    return value if value is not None and math.isfinite(value) and value >= 0 else None


def _or_none(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
