"""Statistics of what was received: delays, loss with its bounds, bursts, jitter, reordering. Arrays in, numbers out."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from wifiplan.probe.records import Delay

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

Z_95 = 1.959963984540054
"""Standard normal quantile of a two-sided confidence of 95 %."""


def wilson_bounds(n_hits: int, n: int, z: float = Z_95) -> tuple[float, float]:
    r"""Return the bounds of a share that was seen as `n_hits` of `n`.

    Notes
    -----
    .. math:: \frac{\hat p + z^2/2n \pm z \sqrt{\hat p (1 - \hat p)/n + z^2/4n^2}}{1 + z^2/n}

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209. Holds for independent
    losses; losses come in bursts on the air, so that the bounds are narrower than the truth.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson_bounds(0, 12_500)], wilson_bounds(0, 0)
    ([0.0, 0.0003], (0.0, 1.0))
    """
    if n <= 0:
        return 0.0, 1.0
    share = n_hits / n
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def delay_of(rtts_ms: Sequence[float | None]) -> Delay:
    """Return the summary of round trips; None stands for one without an answer.

    >>> delay_of([1.0, 3.0, None])
    Delay(n=2, n_lost=1, p50_ms=2.0, p95_ms=2.9, max_ms=3.0)
    """
    answered = np.array([rtt for rtt in rtts_ms if rtt is not None], dtype=np.float64)
    n_lost = len(rtts_ms) - answered.size
    if not answered.size:
        return Delay(n=0, n_lost=n_lost, p50_ms=None, p95_ms=None, max_ms=None)
    p50, p95 = np.quantile(answered, [0.5, 0.95])
    return Delay(
        n=int(answered.size),
        n_lost=n_lost,
        p50_ms=round(float(p50), 3),
        p95_ms=round(float(p95), 3),
        max_ms=round(float(answered.max()), 3),
    )


def edges(n: int, n_parts: int) -> list[tuple[int, int]]:
    """Return `n` things cut into parts of the same length, as nearly as whole numbers allow.

    >>> edges(10, 3)
    [(0, 3), (3, 6), (6, 10)]
    """
    cuts = [n * part // n_parts for part in range(n_parts + 1)]
    return list(itertools.pairwise(cuts))


def n_windows(duration_s: float, window_s: float) -> int:
    """Return into how many windows of about `window_s` a time is cut; at least one."""
    return max(1, round(duration_s / window_s))


def worst_burst_share(is_lost: npt.NDArray[np.bool_], n_in_window: int) -> float:
    """Return the largest share lost in any run of `n_in_window` consecutive packets.

    >>> worst_burst_share(np.array([0, 1, 1, 0, 0, 0], dtype=bool), 4)
    0.5
    """
    if not is_lost.size:
        return 0.0
    width = max(1, min(n_in_window, is_lost.size))
    sums = np.concatenate(([0], np.cumsum(is_lost, dtype=np.int64)))
    return float((sums[width:] - sums[:-width]).max() / width)


def mean_difference_ms(sequence: Ints, transit_ns: Ints) -> float | None:
    """Return the mean absolute difference of transit times of packets sent one after the other [ms].

    Only pairs of which both arrived count, in the order of sending; None without a pair. Source: the jitter that irtt
    calls IPDV, RFC 3393 with consecutive packets selected.
    """
    order = np.argsort(sequence, kind="stable")
    neighbours = np.diff(sequence[order]) == 1
    if not neighbours.any():
        return None
    return float(np.abs(np.diff(transit_ns[order]))[neighbours].mean() / 1e6)


def rfc3550_ms(transit_ns: Ints) -> float:
    """Return the running jitter of RFC 3550, 6.4.1, after the last packet, in order of arrival [ms]."""
    jitter_ns = 0.0
    for difference in np.abs(np.diff(transit_ns)).tolist():
        jitter_ns += (difference - jitter_ns) / 16
    return jitter_ns / 1e6


def n_reordered(sequence: Ints) -> int:
    """Return how many packets arrived after one that was sent later (RFC 4737, type-P-reordered).

    >>> n_reordered(np.array([0, 2, 1, 3]))
    1
    """
    if not sequence.size:
        return 0
    return int((sequence < np.maximum.accumulate(sequence)).sum())
