"""The gateway: round trips, idle and while a class plays."""

from wifiplan.catalog.services import ServiceLimits
from wifiplan.probe.services.echo import STEP_PORTS, Echo, row_of_pings, step_ms
from wifiplan.probe.services.figures import as_figures, times_of
from wifiplan.probe.services.records import Figure, ServiceAnswer, Status, Times
from wifiplan.probe.services.wire import Wire

TIMEOUT_S = 1.0


def round_trips(wire: Wire, address: str, n: int, interval_s: float) -> tuple[Times, str]:
    """Return the figures of n round trips and how they were made: "icmp", or "tcp" where ICMP is not possible.

    TCP counts a handshake or its refusal on a port that a gateway usually has; the first that answers is used.
    """
    echo = Echo.to(wire, address)
    if echo is not None:
        try:
            seen = row_of_pings(lambda: echo.ping(TIMEOUT_S), n, interval_s)
        finally:
            echo.close()
        if any(time_ms is not None for time_ms in seen):
            return times_of(seen), "icmp"
    port = next((p for p in STEP_PORTS if step_ms(wire, address, p, TIMEOUT_S) is not None), None)
    if port is None:
        return times_of([None] * n), "icmp" if echo is not None else "tcp"
    seen = row_of_pings(lambda: step_ms(wire, address, port, TIMEOUT_S), n, interval_s)
    return times_of(seen), "tcp"


def judge_gateway(
    address: str, idle: Times | None, loaded: Times | None, limits: ServiceLimits, method: str = "icmp"
) -> ServiceAnswer:
    """Return how the gateway stands; `idle` None: there is none."""
    if idle is None:
        return ServiceAnswer(service="gateway", status="bad", code="none")
    figures: tuple[Figure, ...] = (*as_figures(idle, "idle"), *as_figures(loaded, "loaded"), ("method", method))
    status: Status = "bad"
    if idle.n_lost == idle.n:
        status, code = "unknown", "silent"
    elif _is_lossy(idle, limits):
        code = "lost"
    elif (idle.p95_ms or 0) > limits.max_gateway_idle_p95_ms:
        code = "slow"
    elif loaded is not None and _is_lossy(loaded, limits):
        code = "lost_loaded"
    elif loaded is not None and (loaded.p95_ms or 0) > limits.max_gateway_loaded_p95_ms:
        code = "slow_loaded"
    else:
        status, code = "ok", "ok" if loaded is not None else "ok_idle"
    return ServiceAnswer(service="gateway", status=status, code=code, target=address, figures=figures)


def _is_lossy(times: Times, limits: ServiceLimits) -> bool:
    return times.n_lost > 1 and times.lost_share > limits.max_gateway_lost_share
