"""How wide every channel must be: the narrowest that carries what joins the access point, with a reserve."""

from collections.abc import Sequence

import numpy as np

from wifiplan.design.columns import SLACK_SHARE
from wifiplan.predict.association import Joined
from wifiplan.predict.capacity import heaviest
from wifiplan.predict.seats import Seats
from wifiplan.site.network import Need
from wifiplan.units import Array, BoolArray, IntArray


def narrowest(
    able_w: Sequence[Seats],
    allowed_wa: BoolArray,
    who: Joined,
    room_j: IntArray,
    needs: Sequence[Need],
    options: tuple[int, float],
) -> IntArray:
    """Return the index of the narrowest width (a,) at which every access point still carries what joins it.

    Parameters
    ----------
    able_w : sequence of Seats, length w
        What access points a can do for seats j at every width, narrowest first.
    allowed_wa : ndarray of bool (w, a)
        Widths that each access point may have, at least one.
    who : Joined
        Who joins whom; a width changes no signal strength, so nobody moves.
    room_j : ndarray of int (j,)
        Room of every seat.
    needs : sequence of Need
        The rooms.
    options : tuple of (int, float)
        How many rooms hold a class at the same moment; part of the airtime that a narrower channel leaves free.

    Returns
    -------
    ndarray of int (a,)
        The widest allowed where none leaves the reserve.
    """
    n_at_once, reserve_share = options
    n_w, n_a = allowed_wa.shape
    cap_r = np.array([need.max_airtime_share for need in needs])
    best_a = n_w - 1 - allowed_wa[::-1].argmax(axis=0)
    good = np.zeros((n_w, n_a), dtype=np.bool_)
    joins = np.flatnonzero(who.ap_j >= 0)
    ap, room = who.ap_j[joins], room_j[joins]
    held_wj = np.stack([able.holds_ij[ap, joins] for able in able_w])
    widest_j = held_wj[best_a[ap], np.arange(joins.size)]
    for w, able in enumerate(able_w):
        given_ar = _summed(able.airtime_ij[ap, joins], ap, room, (n_a, cap_r.size))
        fits_a = heaviest(given_ar / cap_r, n_at_once) <= 1.0 - reserve_share + SLACK_SHARE
        # a seat that holds on the widest channel must go on doing so
        lost_a = np.bincount(ap, weights=widest_j & ~held_wj[w], minlength=n_a)
        good[w] = fits_a & (lost_a == 0) & allowed_wa[w]
    return np.asarray(np.where(good.any(axis=0), good.argmax(axis=0), best_a), dtype=np.int64)


def _summed(value_j: Array, ap_j: IntArray, room_j: IntArray, shape: tuple[int, int]) -> Array:
    """Return the sum of the seats' values by access point and room (a, r)."""
    cell = ap_j * shape[1] + room_j
    total = np.bincount(cell, weights=value_j, minlength=shape[0] * shape[1])
    return np.asarray(total, dtype=np.float64).reshape(shape)
