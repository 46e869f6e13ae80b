"""Which switches a cabinet gets: enough ports and enough power, at least cost."""

from collections.abc import Sequence
from itertools import combinations_with_replacement

from wifiplan.errors import SolverError


def switches(
    n_ports: int,
    power_w: float,
    ports_k: Sequence[int],
    power_w_k: Sequence[float],
    *,
    cost_k: Sequence[float] | None = None,
) -> tuple[int, ...]:
    """Return how many switches of every class one cabinet gets.

    Parameters
    ----------
    n_ports : int
        Ports that are needed.
    power_w : float
        Power that their devices draw at the switch, together [W].
    ports_k, power_w_k : sequence
        Ports and power [W] of every class of switch.
    cost_k : sequence, optional
        Cost of every class. Without it the fewest switches are taken, then the fewest ports, then the least power.

    Returns
    -------
    tuple of int
        Count by class. With costs the cheapest, of at most twice as many switches as would do; ties go to fewer.

    Raises
    ------
    SolverError
        If a class has no port, gives no power where some is needed, or the lists differ in length.

    Notes
    -----
    Every multiset of the smallest size that holds ports and power is tried, so the answer is optimal.

    Examples
    --------
    >>> switches(20, 308.0, (8, 16, 24, 48), (120, 240, 360, 740))
    (0, 0, 1, 0)
    >>> switches(24, 360.0, (8, 24, 48), (120, 360, 740), cost_k=(3000, 15000, 40000))
    (0, 1, 0)
    """
    n_classes = len(ports_k)
    lengths = {n_classes, len(power_w_k), n_classes if cost_k is None else len(cost_k)}
    if not n_classes or len(lengths) > 1 or min(ports_k) <= 0 or min(power_w_k) <= 0:
        raise SolverError(
            "the classes of switch are faulty",
            remedy="give every class its ports, power above zero and, where costs are given, a cost",
            where="switches",
        )
    if n_ports <= 0:
        return (0,) * n_classes
    fewest = max(-(-n_ports // max(ports_k)), int(-(-power_w // max(power_w_k))), 1)
    best: tuple[tuple[float, ...], tuple[int, ...]] | None = None
    # as many of the class with most ports and of that with most power hold both
    for size in range(fewest, 2 * fewest + 1):
        for chosen in combinations_with_replacement(range(n_classes), size):
            ports, power = sum(ports_k[k] for k in chosen), sum(power_w_k[k] for k in chosen)
            if ports < n_ports or power < power_w:
                continue
            cost = 0.0 if cost_k is None else sum(cost_k[k] for k in chosen)
            found = (cost, float(size), float(ports), power)
            if best is None or found < best[0]:
                best = (found, tuple(chosen.count(k) for k in range(n_classes)))
        if best is not None and cost_k is None:
            break
    if best is None:
        raise SolverError("no number of switches holds the ports", remedy="give larger classes", where="switches")
    return best[1]
