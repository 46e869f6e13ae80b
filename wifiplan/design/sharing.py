"""Whole access points shared out where they are worth most: exact, by dynamic programming over the takers."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wifiplan.errors import SolverError

Worth: TypeAlias = tuple[int, ...]
"""What a number of units is worth to a taker, whole figures of which the first counts infinitely more than the next."""

_MOST = 2**62
"""So far a worth packed into one whole number may reach."""


def share_most(n_units: int, worth_sn: Sequence[Mapping[int, Worth]]) -> tuple[int, ...]:
    r"""Return how many units each taker gets so that their worth is greatest, figure by figure.

    .. math:: \max \sum_s v_s(n_s), \qquad \sum_s n_s \le N, \qquad n_s \in D_s

    Parameters
    ----------
    n_units : int
        Most units in all.
    worth_sn : sequence of mapping of int to tuple of int
        For each taker s the numbers that it may get and what each is worth; all tuples of one length, each figure of
        any sign. Later figures only break ties of earlier ones.

    Returns
    -------
    tuple of int
        One number a taker. Among equals the first taker gets the more, then the second, and so on.

    Raises
    ------
    SolverError
        The least that every taker may get is more than there is, or the figures are too large for an exact answer.

    Examples
    --------
    >>> share_most(3, [{0: (0,), 1: (2,), 2: (3,)}, {0: (0,), 1: (2,), 2: (4,)}])
    (1, 2)
    """
    least = sum(min(worth_n) for worth_n in worth_sn)
    if least > n_units:
        raise SolverError(
            f"the least of every taker adds up to {least:,}, more than the {n_units:,} to share out",
            remedy="lower the floors or raise the total",
            where="allocation",
        )
    packed_sn = _packed(worth_sn)
    none = np.iinfo(np.int64).min // 2
    # after_sb[s][b]: the most that takers s, s+1, … can be worth with at most b units
    after_sb: list[npt.NDArray[np.int64]] = [np.zeros(n_units + 1, dtype=np.int64)]
    for packed_n in reversed(packed_sn):
        best_b = np.full(n_units + 1, none, dtype=np.int64)
        for n, value in packed_n.items():
            if n <= n_units:
                np.maximum(best_b[n:], after_sb[-1][: n_units + 1 - n] + value, out=best_b[n:])
        after_sb.append(np.maximum(best_b, none))
    after_sb.reverse()
    found: list[int] = []
    left = n_units
    for s, packed_n in enumerate(packed_sn):
        best, later_b = after_sb[s][left], after_sb[s + 1]
        found.append(max(n for n, value in packed_n.items() if n <= left and later_b[left - n] + value == best))
        left -= found[-1]
    return tuple(found)


def _packed(worth_sn: Sequence[Mapping[int, Worth]]) -> list[dict[int, int]]:
    """Return every worth as one whole number, so that sums compare as the figures do one after another."""
    length = max((len(worth) for worth_n in worth_sn for worth in worth_n.values()), default=0)
    scales = [1]
    for place in range(length - 1, 0, -1):
        spans = [
            max(worth[place] for worth in worth_n.values()) - min(worth[place] for worth in worth_n.values())
            for worth_n in worth_sn
        ]
        scales.append(scales[-1] * (sum(spans) + 1))
    scales.reverse()
    packed = [
        {n: sum(scale * figure for scale, figure in zip(scales, worth, strict=True)) for n, worth in worth_n.items()}
        for worth_n in worth_sn
    ]
    if sum(max(map(abs, packed_n.values())) for packed_n in packed) >= _MOST:
        raise SolverError(
            "the figures are too large to be shared out exactly",
            remedy="share out county by county",
            where="allocation",
        )
    return packed
