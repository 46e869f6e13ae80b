"""Who joins whom: every device joins the access point that it hears loudest, through walls and floors."""

from dataclasses import dataclass

import numpy as np

from wifiplan.predict.seats import Seats
from wifiplan.units import Array, BoolArray, IntArray

MAIN_SHARE = 0.2
"""An access point that less than this share of a class joins does not count among those that serve the room: a few
devices at a wall that hear the neighbour's better. Their airtime counts all the same."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined:
    """Which access point a every seat j joins, and what that makes of the rooms r.

    `ap_j` is -1 for a seat that hears nothing, or whose room holds no class. `part_ar` is the share of room r's class
    that joins a, `given_ar` the share of a's capacity that it takes, `seats_r` the share of the room's seats that hold
    on the access point that they join.
    """

    ap_j: IntArray
    part_ar: Array
    given_ar: Array
    seats_r: Array

    @property
    def main_r(self) -> IntArray:
        """The access point (r,) that most of a room's class joins, -1 where none does; the lower one of equals."""
        if not self.part_ar.shape[0]:
            return np.full(self.part_ar.shape[1], -1, dtype=np.int64)
        return np.where(self.part_ar.max(axis=0) > 0.0, self.part_ar.argmax(axis=0), -1)


def joined(able: Seats, room_j: IntArray, on_line_r: BoolArray) -> Joined:
    """Return who joins whom when every device takes the strongest signal.

    Parameters
    ----------
    able : Seats
        What access points a can do for seats j, as they are set.
    room_j : ndarray of int (j,)
        Room of every seat.
    on_line_r : ndarray of bool (r,)
        Rooms that hold a class; the seats of others join nothing.

    Returns
    -------
    Joined

    Notes
    -----
    Devices choose by signal strength among access points of one network name: what 802.11 leaves to them, and what
    tablets do mostly. Of equals the first is taken.

    Examples
    --------
    >>> able = Seats(
    ...     received_dbm_ij=np.array([[-50.0, -60.0], [-55.0, -52.0]]),
    ...     snr_db_ij=np.full((2, 2), 40.0),
    ...     airtime_ij=np.full((2, 2), 0.1),
    ...     holds_ij=np.full((2, 2), True),
    ... )
    >>> who = joined(able, np.array([0, 0]), np.array([True]))
    >>> who.ap_j.tolist(), who.part_ar.tolist()
    ([0, 1], [[0.5], [0.5]])
    """
    n_a, n_j = able.received_dbm_ij.shape
    n_r = on_line_r.size
    n_seats_r = np.bincount(room_j, minlength=n_r)
    if not n_a or not n_j:
        empty = np.zeros((n_a, n_r))
        return Joined(ap_j=np.full(n_j, -1, dtype=np.int64), part_ar=empty, given_ar=empty, seats_r=np.zeros(n_r))
    ap_j = able.received_dbm_ij.argmax(axis=0)
    seat_j = np.arange(n_j)
    hears_j = np.isfinite(able.received_dbm_ij[ap_j, seat_j]) & on_line_r[room_j]
    joins = np.flatnonzero(hears_j)
    cell = ap_j[joins] * n_r + room_j[joins]
    count = np.bincount(cell, minlength=n_a * n_r).reshape(n_a, n_r)
    airtime = np.bincount(cell, weights=able.airtime_ij[ap_j[joins], joins], minlength=n_a * n_r).reshape(n_a, n_r)
    holds = np.bincount(room_j[joins], weights=able.holds_ij[ap_j[joins], joins], minlength=n_r)
    with np.errstate(divide="ignore", invalid="ignore"):
        part_ar = np.where(n_seats_r > 0, count / n_seats_r, 0.0)
        seats_r = np.where(n_seats_r > 0, holds / n_seats_r, 0.0)
    return Joined(
        ap_j=np.where(hears_j, ap_j, -1),
        part_ar=part_ar,
        given_ar=np.asarray(airtime, dtype=np.float64),
        seats_r=seats_r,
    )
