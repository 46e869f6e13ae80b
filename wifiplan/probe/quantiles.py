"""Quantiles of what was measured: of values, and of counts of whole numbers."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of one or more values in rising order by the nearest rank: a value that was really seen.

    >>> quantile([1.0, 2.0, 3.0, 4.0], 0.5), quantile([1.0, 2.0], 0.95), quantile([7.0], 0.0)
    (2.0, 2.0, 7.0)
    """
    # a product such as 0.07 × 100 lies a hair above its whole number
    return ordered[max(1, math.ceil(share * len(ordered) - 1e-9)) - 1]


def counted_quantile(counts: Mapping[int, int], share: float) -> float:
    """Return a quantile of one or more counted whole numbers, linear between neighbours: receivers tell whole dBm.

    >>> counted_quantile({-60: 1, -50: 1}, 0.5), counted_quantile({-60: 9, -50: 1}, 0.5)
    (-55.0, -60.0)
    """
    place = share * (sum(counts.values()) - 1)
    values = sorted(counts)
    up_to = list(accumulate(counts[value] for value in values))
    low, high = (values[bisect_right(up_to, rank)] for rank in (math.floor(place), math.ceil(place)))
    return low + (place - math.floor(place)) * (high - low)
