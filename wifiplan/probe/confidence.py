"""How sure a measured figure is: bounds of shares, of percentiles, and the delays of one device with theirs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist, median

from wifiplan.probe.quantiles import quantile
from wifiplan.probe.records import Delay

CONFIDENCE_SHARE = 0.95
"""Of a bound that stands alone (`class_limits.csv`, confidence_share)."""

N_SHARED = 30
"""Streams among which the lower bound of a percentile shares its doubt out: a class of 30."""

_SUREST = 1.0 - 1e-12
"""No bound is surer: beyond, the normal quantile leaves the range of a float."""

_EXACT_UP_TO = 5000
"""Samples up to which ranks follow from the binomial distribution itself, beyond from its normal limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A figure with its lower and upper bound, all in its unit."""

    value: float
    low: float
    high: float


def wilson(n_hits: float, n: float, *, confidence: float = CONFIDENCE_SHARE) -> Bounds:
    r"""Return a share and its bounds, each of which holds with `confidence` by itself (one-sided).

    Parameters
    ----------
    n_hits, n : float
        How many of how many; nothing is known of a share of nothing: its bounds are 0 and 1.
    confidence : float
        Of each bound, from 0.5 to 1.

    Notes
    -----
    .. math:: \frac{\hat p + z^2 / 2n \pm z \sqrt{\hat p (1 - \hat p) / n + z^2 / 4n^2}}{1 + z^2 / n}

    Source: E. B. Wilson, JASA 22, 1927. Trials are taken as independent: losses that come in bursts are less sure.

    Examples
    --------
    >>> found = wilson(0, 3750)
    >>> found.low, round(found.high, 5)
    (0.0, 0.00072)
    >>> found = wilson(26, 30, confidence=0.975)
    >>> round(found.low, 2), round(found.high, 2)
    (0.7, 0.95)
    """
    if n <= 0:
        return Bounds(value=0.0, low=0.0, high=1.0)
    p = min(max(n_hits / n, 0.0), 1.0)
    z2 = _normal_quantile(min(confidence, _SUREST)) ** 2
    middle, width = p + z2 / (2 * n), math.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n)))
    low, high = (middle - width) / (1 + z2 / n), (middle + width) / (1 + z2 / n)
    # rounding must not put a bound on the wrong side of what was counted
    return Bounds(value=p, low=max(0.0, min(low, p)), high=min(1.0, max(high, p)))


@lru_cache(maxsize=256)
def _normal_quantile(confidence: float) -> float:
    return NormalDist().inv_cdf(confidence)


def exact_low(n_hits: float, n: float, *, confidence: float) -> float:
    r"""Return a lower bound of a share that holds with at least `confidence`, however small the share.

    Far out in the tail Wilson's bound is too sure of itself: shared out over 150 intervals, a class whose true loss is
    at the limit failed by it in 13 of 100 tests instead of 5.

    Parameters
    ----------
    n_hits, n : float
        How many of how many; the hits of a whole class's intervals may be a share times a count.
    confidence : float
        One-sided, from 0.5 to 1.

    Notes
    -----
    The quantile :math:`1 - c` of the beta distribution with :math:`x` and :math:`n - x + 1`. Source: C. Clopper and
    E. Pearson, Biometrika 26, 1934. Trials are taken as independent.

    Examples
    --------
    >>> round(exact_low(50, 3750, confidence=0.95), 5), exact_low(0, 3750, confidence=0.95)
    (0.0104, 0.0)
    """
    if n <= 0 or n_hits <= 0:
        return 0.0
    from scipy.special import betaincinv  # noqa: PLC0415 (slow to load, and only a loss that does not pass asks for it)

    hits = min(n_hits, n)
    doubt = max(1.0 - confidence, 1.0 - _SUREST)
    return float(betaincinv(hits, n - hits + 1.0, doubt))


def percentile_bounds(
    samples: Sequence[float], share: float, *, low_confidence: float, high_confidence: float
) -> tuple[float | None, float | None]:
    """Return the lower and the upper bound of a percentile from ranks alone, whatever the distribution.

    Parameters
    ----------
    samples : sequence of float
        Independent looks at one quantity.
    share : float
        Which percentile, as a share from 0 to 1.
    low_confidence, high_confidence : float
        One-sided confidence of either bound.

    Returns
    -------
    tuple of float or None
        None where so few samples bound nothing.

    Notes
    -----
    The k-th smallest of n samples is above the percentile with the probability that a binomial count of n trials is
    below k. Source: H. A. David, Order Statistics, 7.1.

    Examples
    --------
    >>> percentile_bounds(range(1, 101), 0.95, low_confidence=0.95, high_confidence=0.95)
    (91, 99)
    """
    ordered = sorted(samples)
    n = len(ordered)
    low_rank = high_rank = None
    tail = 0.0
    for k in range(n, 0, -1):
        tail = _at_least(n, share, k, tail)
        if tail <= 1.0 - high_confidence:
            high_rank = k
        if tail >= low_confidence:
            low_rank = k
            break
    low = None if low_rank is None else ordered[low_rank - 1]
    return low, None if high_rank is None else ordered[high_rank - 1]


def _at_least(n: int, share: float, k: int, above: float) -> float:
    """Return the probability of k or more hits in n trials, given that of k + 1 or more."""
    if n > _EXACT_UP_TO:
        spread = math.sqrt(n * share * (1.0 - share))
        return 1.0 - NormalDist(n * share, spread).cdf(k - 0.5)
    log_p = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return above + math.exp(log_p + k * math.log(share) + (n - k) * math.log1p(-share))


def delay_of(answers: Sequence[tuple[float, float | None]]) -> Delay:
    """Return the delays of one device from its pings.

    Parameters
    ----------
    answers : sequence of (float, float or None)
        When each ping was sent, in any unit and from any origin, and its round trip [ms]; None: no answer.

    Returns
    -------
    Delay
        `p95_high_ms` is above the 95th percentile with 95 % confidence; `p95_low_ms` is below it for all of 30 streams
        together with as much, so that a class does not fail by chance. Figures without samples are None.

    Examples
    --------
    >>> found = delay_of([(t, 10.0 + t % 5) for t in range(200)] + [(200, None)])
    >>> found.n, found.n_lost, found.p50_ms, found.p95_high_ms
    (200, 1, 12.0, 14.0)
    """
    known = [(at, rtt) for at, rtt in answers if rtt is not None and math.isfinite(rtt)]
    rtts = sorted(rtt for _, rtt in known)
    doubt = (1.0 - CONFIDENCE_SHARE) / N_SHARED
    low, high = percentile_bounds(rtts, 0.95, low_confidence=1.0 - doubt, high_confidence=CONFIDENCE_SHARE)
    first, last = _ends([at for at, _ in answers])
    return Delay(
        n=len(rtts),
        n_lost=len(answers) - len(rtts),
        p50_ms=median(rtts) if rtts else None,
        p95_ms=quantile(rtts, 0.95) if rtts else None,
        max_ms=rtts[-1] if rtts else None,
        p95_low_ms=low,
        p95_high_ms=high,
        first_p50_ms=_median([rtt for at, rtt in known if at <= first]),
        last_p50_ms=_median([rtt for at, rtt in known if at >= last]),
    )


def _ends(times: Sequence[float]) -> tuple[float, float]:
    """Return the end of the first third and the beginning of the last one."""
    if not times:
        return 0.0, 0.0
    start, span = min(times), max(times) - min(times)
    return start + span / 3.0, start + span * 2.0 / 3.0


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
