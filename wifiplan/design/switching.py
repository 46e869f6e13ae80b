"""Which switches a cabinet gets: enough ports and enough power, at least cost."""

import math
from collections.abc import Sequence
from itertools import product

from wifiplan.errors import SolverError

_ROUNDING = 1e-9


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
        Cost of every class, >= 0; without it all cost nothing.

    Returns
    -------
    tuple of int
        Count by class; among equally cheap ones the fewest switches, then the fewest ports, then the least power.

    Raises
    ------
    SolverError
        If a class has no port, gives no power where some is needed, or the lists differ in length.

    Notes
    -----
    Every count up to what one class needs alone is tried for all classes but the last, which fills up the rest: an
    optimal answer is among them.

    Examples
    --------
    >>> switches(20, 308.0, (8, 16, 24, 48), (120, 240, 360, 740))
    (0, 0, 1, 0)
    >>> switches(24, 360.0, (8, 24, 48), (120, 360, 740), cost_k=(3000, 15000, 40000))
    (3, 0, 0)
    """
    n_classes = len(ports_k)
    lengths = {n_classes, len(power_w_k), n_classes if cost_k is None else len(cost_k)}
    if not n_classes or len(lengths) > 1 or min(ports_k) <= 0 or min(power_w_k) <= 0 or min(cost_k or [0]) < 0:
        raise SolverError(
            "the classes of switch are faulty",
            remedy="give every class its ports, power above zero and, where costs are given, a cost",
            where="switches",
        )
    if n_ports <= 0:
        return (0,) * n_classes
    enough_k = [_enough(n_ports, power_w, ports_k[k], power_w_k[k]) for k in range(n_classes)]
    cost = [0.0] * n_classes if cost_k is None else list(cost_k)
    best: tuple[tuple[float, ...], tuple[int, ...]] | None = None
    for head in product(*(range(n + 1) for n in enough_k[:-1])):
        ports = sum(n * p for n, p in zip(head, ports_k, strict=False))
        power = sum(n * p for n, p in zip(head, power_w_k, strict=False))
        last = _enough(n_ports - ports, power_w - power, ports_k[-1], power_w_k[-1])
        counts = (*head, last)
        found = (
            sum(n * c for n, c in zip(counts, cost, strict=True)),
            float(sum(counts)),
            float(ports + last * ports_k[-1]),
            power + last * power_w_k[-1],
        )
        best = min(best or (found, counts), (found, counts))
    if best is None:
        raise SolverError("there is nothing to choose from", remedy="give a class of switch", where="switches")
    return best[1]


def _enough(n_ports: int, power_w: float, ports: int, power: float) -> int:
    """Return how many of one class hold ports and power alone."""
    return max(0, -(-n_ports // ports), math.ceil(power_w / power - _ROUNDING))
