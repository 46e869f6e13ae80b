"""What a class test can't prove however well all goes: told before a class is fetched, not after."""

from collections.abc import Collection, Iterator

from wifiplan.probe.findings import Finding
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import DeviceKind
from wifiplan.probe.verdict import WHOLE_CLASS

PING_S = 0.25
"""Seconds between two round trips of a page (the protocol of the class test)."""


def unprovable(options: ClassTestOptions, rate_mbps: float, kinds: Collection[DeviceKind]) -> tuple[Finding, ...]:
    """Return what leaves the answer open before anything is measured; nothing where a PASS is possible.

    Parameters
    ----------
    options : ClassTestOptions
        What the test would do.
    rate_mbps : float
        Payload of every device [Mbit/s].
    kinds : collection of "tablet" and "agent"
        What takes part: only laptops count packets.

    Examples
    --------
    >>> [finding.code for finding in unprovable(ClassTestOptions(), 2.5, {"tablet", "agent"})]
    []
    >>> [finding.code for finding in unprovable(ClassTestOptions(stream="e_testing"), 0.5, {"agent"})]
    ['few_packets']
    """
    return tuple(_unprovable(options, rate_mbps, kinds))


def _unprovable(options: ClassTestOptions, rate_mbps: float, kinds: Collection[DeviceKind]) -> Iterator[Finding]:
    limits = options.limits
    if not options.ramp or max(options.ramp) < WHOLE_CLASS:
        yield Finding(code="no_full_step", bearing="open")
    window_s = options.full_s - options.settle_s
    if window_s < limits.min_stall_s:
        yield Finding(code="short_window", bearing="open", value=window_s, limit=limits.min_stall_s)
    n_packets = int(rate_mbps * 1e6 / 8 / options.packet_bytes * window_s)
    if "agent" in kinds and n_packets < limits.min_packets:
        yield Finding(code="few_packets", bearing="open", value=n_packets, limit=limits.min_packets)
    n_pings = int(window_s / PING_S)
    if n_pings < limits.min_pings:
        yield Finding(code="few_pings", bearing="open", value=n_pings, limit=limits.min_pings)
