"""Statistics of what was received: windows, bursts, jitter, reordering; arrays in, numbers out.

Bounds of shares and percentiles, and the summary of round trips, stand in `confidence`.
"""

import itertools

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


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
