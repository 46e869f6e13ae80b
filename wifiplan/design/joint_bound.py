"""How little a placement and its channels can cost at best, whatever candidates are chosen."""

import numpy as np

from wifiplan.design.answers import Placement
from wifiplan.design.channels import assign
from wifiplan.design.joint_state import Ground
from wifiplan.units import Array, BoolArray

_EFFORT = 0.1
"""Effort of the proof over rooms: its graph is smaller than that of the access points."""


def joint_bound(land: Ground, placement: Placement) -> float:
    """Return a lower bound of the joint cost of all placements that serve the rooms of this one.

    Rooms that no candidate serves together have access points of their own. Between two of these the weight is at
    least the least over their candidates, so the best channels of such rooms cost no more than any placement.

    Parameters
    ----------
    land : Ground
        Columns and weights.
    placement : Placement
        Says which rooms are served.

    Returns
    -------
    float
        0 where nothing is proven.
    """
    checked = land.checked
    served = [r for r, i in enumerate(placement.serving_r) if i >= 0 and not checked.shared_r[r]]
    serves_ir = np.zeros(checked.load_share_ir.shape, dtype=np.bool_)
    together = np.eye(len(placement.serving_r), dtype=np.bool_)
    for i, member_r in zip(land.candidate_c.tolist(), land.member_cr, strict=True):
        serves_ir[i] |= member_r
        rooms = np.flatnonzero(member_r)
        together[rooms[:, None], rooms] = True
    apart: list[int] = []
    for r in sorted(served, key=lambda r: (int(together[r].sum()), r)):
        if serves_ir[:, r].any() and not together[r, apart].any():
            apart.append(r)
    if len(apart) < 2:
        return 0.0
    allowed = np.array([land.allowed_ik[serves_ir[:, r]].any(axis=0) for r in apart])
    if not allowed.any(axis=1).all():
        return 0.0
    weight = _least_weights(land, serves_ir, apart)
    return max(0.0, assign(weight, land.overlap_kl, allowed_ik=allowed, effort=_EFFORT).bound)


def _least_weights(land: Ground, serves_ir: BoolArray, apart: list[int]) -> Array:
    """Return the least weight between the access points of every two rooms."""
    load = land.checked.load_share_ir
    weight = np.zeros((len(apart), len(apart)))
    hosts = [np.flatnonzero(serves_ir[:, r]) for r in apart]
    for p, r in enumerate(apart):
        for q in range(p + 1, len(apart)):
            heard = land.heard_ij[np.ix_(hosts[p], hosts[q])]
            # one candidate can't be both access points
            same = hosts[p][:, None] == hosts[q][None, :]
            pair = heard * (load[hosts[p], r][:, None] + load[hosts[q], apart[q]][None, :])
            weight[p, q] = np.where(same, np.inf, pair).min()
    weight[~np.isfinite(weight)] = 0.0
    return weight
