"""Times of repeated questions, made into figures."""

from collections.abc import Iterable

from wifiplan.probe.quantiles import quantile
from wifiplan.probe.services.records import Figure, Times


def times_of(seen_ms: Iterable[float | None]) -> Times:
    """Return the figures of a row of answers [ms], None where there was no answer.

    >>> times_of([1.0, None, 3.0])
    Times(n=3, n_lost=1, p50_ms=1.0, p95_ms=3.0, max_ms=3.0)
    """
    asked = list(seen_ms)
    answered = sorted(time_ms for time_ms in asked if time_ms is not None)
    if not answered:
        return Times(n=len(asked), n_lost=len(asked), p50_ms=None, p95_ms=None, max_ms=None)
    return Times(
        n=len(asked),
        n_lost=len(asked) - len(answered),
        p50_ms=round(quantile(answered, 0.5), 3),
        p95_ms=round(quantile(answered, 0.95), 3),
        max_ms=round(answered[-1], 3),
    )


def as_figures(times: Times | None, prefix: str) -> tuple[Figure, ...]:
    """Return times as named figures of an answer, none where nothing was timed.

    >>> as_figures(times_of([2.0]), "idle")[0]
    ('idle_n', 1)
    """
    if times is None:
        return ()
    return (
        (f"{prefix}_n", times.n),
        (f"{prefix}_n_lost", times.n_lost),
        (f"{prefix}_p50_ms", times.p50_ms),
        (f"{prefix}_p95_ms", times.p95_ms),
        (f"{prefix}_max_ms", times.max_ms),
    )
