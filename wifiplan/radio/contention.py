"""What it costs to get the channel: waiting, and collisions with others that want it too."""

from functools import lru_cache

from wifiplan.catalog.mac import EdcaRow

MAX_STEPS = 60
TOLERANCE = 1e-12
"""A search for a probability ends when its bracket is this narrow."""

MIN_SUCCESS_SHARE = 1e-9
"""Thousands of contenders hardly ever get a frame through: the answer stays finite."""


@lru_cache(maxsize=4096)
def collision_probability(n_contenders: float, *, cw_min: int, n_doublings: int) -> float:
    r"""Return the probability that a frame collides when n stations always have one to send.

    Parameters
    ----------
    n_contenders : float
        How many stations contend, >= 1; an average may be fractional.
    cw_min : int
        Smallest contention window [slots].
    n_doublings : int
        How often the window doubles.

    Returns
    -------
    float
        Probability from 0 to 1.

    Notes
    -----
    .. math:: p = 1 - (1 - \tau)^{n-1}, \quad
              \tau = \frac{2 (1 - 2p)}{(1 - 2p)(W + 1) + p W (1 - (2p)^m)}

    with :math:`W` = cw_min + 1. Source: G. Bianchi, IEEE JSAC 18(3), 2000.

    Examples
    --------
    >>> round(collision_probability(2, cw_min=15, n_doublings=6), 3)
    0.105
    """
    if n_contenders <= 1:
        return 0.0

    p = 0.0
    low, high = 0.0, 1.0
    for _ in range(MAX_STEPS):
        others = 1.0 - (1.0 - _attempt_share(p, cw_min, n_doublings)) ** (n_contenders - 1.0)
        # the right side falls with p: the root lies between p and what comes out
        low, high = (max(low, p), min(high, others)) if others > p else (max(low, others), min(high, p))
        if high - low < TOLERANCE:
            break
        p = (low + high) / 2.0
    return (low + high) / 2.0


@lru_cache(maxsize=4096)
def access_cost(n_contenders: float, edca: EdcaRow) -> tuple[float, float]:
    """Return what one successful access costs beside its own frames, when n stations contend.

    Parameters
    ----------
    n_contenders : float
        How many stations have something to send, >= 1.
    edca : EdcaRow
        Contention window of their access category.

    Returns
    -------
    idle_slots, n_collisions : float
        Slots in which nobody sends, and collisions, both per success. One station alone waits half its window and
        never collides.

    Examples
    --------
    >>> from wifiplan.catalog.mac import edca_row
    >>> access_cost(1.0, edca_row("standard", "BE"))
    (7.5, 0.0)
    """
    if n_contenders <= 1:
        return edca.cw_min / 2.0, 0.0
    p = collision_probability(n_contenders, cw_min=edca.cw_min, n_doublings=edca.n_doublings)
    attempt = _attempt_share(p, edca.cw_min, edca.n_doublings)
    idle_slots = (1.0 - attempt) / (n_contenders * attempt)
    alone = max(MIN_SUCCESS_SHARE, n_contenders * attempt * (1.0 - attempt) ** (n_contenders - 1.0))
    return idle_slots, max(0.0, 1.0 / alone - idle_slots - 1.0)


def backoff_variation(n_contenders: float, edca: EdcaRow) -> float:
    r"""Return the squared coefficient of variation of a station's backoff between two successes.

    Parameters
    ----------
    n_contenders : float
        How many stations have something to send, >= 1.
    edca : EdcaRow
        Contention window of their access category.

    Returns
    -------
    float
        Variance over mean squared: about 1/3 for one even draw, more where collisions double the window.

    Notes
    -----
    The backoff is a sum of even draws :math:`U_i` from windows that double, each followed by the next with the
    probability p of a collision: :math:`M_i = E U_i + p M_{i+1}`, and :math:`Q_i = E U_i^2 + p (2 E U_i M_{i+1} +
    Q_{i+1})` of its square.

    Examples
    --------
    >>> from wifiplan.catalog.mac import edca_row
    >>> round(backoff_variation(1.0, edca_row("standard", "BE")), 2)
    0.38
    """
    p = collision_probability(n_contenders, cw_min=edca.cw_min, n_doublings=edca.n_doublings)
    draws = []
    for stage in range(edca.n_doublings + 1):
        most = ((edca.cw_min + 1) << stage) - 1
        draws.append((most / 2.0, most * (2 * most + 1) / 6.0))
    mean, square = draws[-1]
    total = mean / (1.0 - p)
    total_square = (square + 2.0 * p * mean * total) / (1.0 - p)
    for mean, square in reversed(draws[:-1]):
        total_square = square + p * (2.0 * mean * total + total_square)
        total = mean + p * total
    return total_square / total**2 - 1.0


def _attempt_share(p: float, cw_min: int, n_doublings: int) -> float:
    """Return the share of slots in which a station sends (Bianchi's tau), without its pole at p = 1/2."""
    window = cw_min + 1
    geometric = sum((2.0 * p) ** k for k in range(n_doublings))
    return 2.0 / (window + 1.0 + p * window * geometric)
