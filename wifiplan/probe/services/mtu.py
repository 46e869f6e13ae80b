"""Path MTU: how big a packet may be on the way, and whether anybody says so when one is too big."""

from dataclasses import dataclass

from wifiplan.catalog.services import ServiceLimits
from wifiplan.probe.services.echo import Echo
from wifiplan.probe.services.records import Figure, ServiceAnswer
from wifiplan.probe.services.wire import Wire

SMALL_BYTES = 576
"""RFC 791: every host takes packets of this size."""

_TRIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MtuFacts:
    """`mtu` is the biggest packet that came through, None where not even a small one did.

    `wanted` was tried first; `is_told`: for a bigger one somebody answered that it was too big.
    """

    target: str
    wanted: int
    mtu: int | None
    is_told: bool


def path_mtu(wire: Wire, address: str, wanted: int) -> MtuFacts | None:
    """Find the path MTU by whole pings: at most 2 × 12 packets; None where this machine may not ping.

    Parameters
    ----------
    wire : Wire
        How sockets are opened.
    address : str
        Gateway, peer or server.
    wanted : int
        The interface's MTU, at most that of Ethernet [byte].
    """
    echo = Echo.to(wire, address, whole=True)
    if echo is None:
        return None
    try:
        return _search(echo, address, wanted)
    finally:
        echo.close()


def judge_mtu(facts: MtuFacts | None, limits: ServiceLimits) -> ServiceAnswer:
    """Return how the path's MTU stands."""
    if facts is None:
        return ServiceAnswer(service="mtu", status="unknown", code="no_right")
    figures: tuple[Figure, ...] = (
        ("mtu", facts.mtu),
        ("wanted", facts.wanted),
        ("told", "yes" if facts.is_told else "no"),
    )
    if facts.mtu is None:
        return ServiceAnswer(service="mtu", status="unknown", code="silent", target=facts.target, figures=figures)
    if facts.mtu >= facts.wanted:
        code = "ok" if facts.wanted >= limits.full_mtu else "ok_small"
        return ServiceAnswer(service="mtu", status="ok", code=code, target=facts.target, figures=figures)
    if not facts.is_told:
        return ServiceAnswer(service="mtu", status="bad", code="black_hole", target=facts.target, figures=figures)
    if facts.mtu < limits.min_path_mtu:
        return ServiceAnswer(service="mtu", status="bad", code="tiny", target=facts.target, figures=figures)
    return ServiceAnswer(service="mtu", status="ok", code="small", target=facts.target, figures=figures)


def _search(echo: Echo, address: str, wanted: int) -> MtuFacts:
    times = [time_ms for _ in range(_TRIES) if (time_ms := echo.ping(1.0, n_bytes=SMALL_BYTES)) is not None]
    if not times:
        return MtuFacts(target=address, wanted=wanted, mtu=None, is_told=False)
    patience_s = min(1.0, max(0.25, 5 * max(times) / 1e3))
    is_told = False

    def passes(n_bytes: int) -> bool:
        nonlocal is_told
        for _ in range(_TRIES):
            if echo.ping(patience_s, n_bytes=n_bytes) is not None:
                return True
            if echo.is_too_big:
                is_told = True
                return False
        return False

    if wanted <= SMALL_BYTES or passes(wanted):
        return MtuFacts(target=address, wanted=wanted, mtu=wanted, is_told=False)
    good, bad = SMALL_BYTES, wanted
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if passes(middle) else (good, middle)
    return MtuFacts(target=address, wanted=wanted, mtu=good, is_told=is_told)
