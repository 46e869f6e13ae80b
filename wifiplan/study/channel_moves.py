"""What every room's airtime becomes where one radio goes to another channel: many such tries at once."""

from collections.abc import Sequence

import numpy as np

from wifiplan.catalog.spectrum import Channel, overlap_kl
from wifiplan.predict.capacity import CARRIER_SENSE_DBM, room_shares_tr
from wifiplan.study.scene import Powered
from wifiplan.units import Array, BoolArray

Move = tuple[int, Channel]
"""A chosen access point, by its place among them, and the channel that it goes to."""


def shares_air(powered: Powered, channel_a: Sequence[Channel]) -> BoolArray:
    """Return which two access points hear each other, or each other's classes, on channels that overlap (a, b)."""
    return np.asarray((powered.heard_dbm_ab >= CARRIER_SENSE_DBM) & (overlap_kl(tuple(channel_a)) > 0.0))


def shares_after(
    powered: Powered, channel_a: Sequence[Channel], moves: Sequence[Move], counts_ar: BoolArray, *, n_at_once: int
) -> Array:
    """Return the worst-case airtime of every room under every move (t, r), as `predict.capacity.load` says it.

    Parameters
    ----------
    powered : Powered
        Powers, who hears whom, and the loads.
    channel_a : sequence of Channel
        The channels now.
    moves : sequence of Move
        One a try.
    counts_ar : ndarray of bool (a, r)
        Access points that decide whether a room passes.
    n_at_once : int
        How many rooms hold a class on line at the same moment.
    """
    every = tuple(dict.fromkeys([*channel_a, *(channel for _, channel in moves)]))
    row = {channel: k for k, channel in enumerate(every)}
    overlaps_ka = overlap_kl(every)[:, [row[c] for c in channel_a]] > 0.0
    hears_ab = powered.heard_dbm_ab >= CARRIER_SENSE_DBM
    domain_ab = shares_air(powered, channel_a) | np.eye(len(channel_a), dtype=np.bool_)
    on_air_ar = domain_ab.astype(np.float64) @ powered.given_ar
    # only the rows that a move changes stand there anew: all others are those of now
    changed, n_rows = [on_air_ar], len(on_air_ar)
    row_ta = np.tile(np.arange(len(channel_a)), (len(moves), 1))
    for t, (a, channel) in enumerate(moves):
        joins_b = hears_ab[a] & overlaps_ka[row[channel]]
        joins_b[a] = True
        b = np.flatnonzero((joins_b != domain_ab[a]) | (np.arange(len(channel_a)) == a))
        after_br = on_air_ar[b] + (joins_b[b].astype(np.float64) - domain_ab[a, b])[:, None] * powered.given_ar[a]
        after_br[b == a] = joins_b @ powered.given_ar
        row_ta[t, b] = n_rows + np.arange(b.size)
        changed.append(after_br)
        n_rows += b.size
    return room_shares_tr(counts_ar, np.concatenate(changed), row_ta, n_at_once=n_at_once)
