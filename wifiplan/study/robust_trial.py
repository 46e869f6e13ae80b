"""A room that fails, and changes of the network tried for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.catalog.spectrum import Channel, overlap_kl
from wifiplan.predict.capacity import CARRIER_SENSE_DBM
from wifiplan.predict.seats import RadioLink, Seats, seats
from wifiplan.site.network import Need
from wifiplan.study.robust_network import TINY, Network, Standing, with_row
from wifiplan.study.scene import Scene
from wifiplan.study.verdicts import Finished
from wifiplan.units import Array, BoolArray, IntArray

MAX_CHANNELS = 3
"""Channels that are tried in one place, the least crowded first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """One room r that fails, and the network around it; `holds_r` are the rooms that must not be lost."""

    design: Finished
    whole: Standing
    holds_r: BoolArray
    r: int

    @property
    def scene(self) -> Scene:
        """The school."""
        return self.design.scene

    @property
    def need(self) -> Need:
        """What the room needs."""
        return self.scene.demand.needs[self.r]

    @property
    def here_j(self) -> IntArray:
        """The seats of the room."""
        return np.flatnonzero(self.scene.room_j == self.r)

    @property
    def net(self) -> Network:
        """The network with the room's class on line, whether or not something was meant to serve it."""
        on_line_r = self.whole.network.on_line_r.copy()
        on_line_r[self.r] = True
        return replace(self.whole.network, on_line_r=on_line_r)

    @property
    def loudest(self) -> int | None:
        """The access point that the room hears loudest, None without any."""
        power_aj = self.whole.able.received_dbm_ij[:, self.here_j]
        return int(power_aj.mean(axis=1).argmax()) if power_aj.size else None

    def share(self, standing: Standing) -> float | None:
        """Return what the room's channel is filled to if it holds and no other room is lost, else None."""
        if not self.seats_hold(standing):
            return None
        after_r = standing.holds_r()
        if not after_r[self.r] or not after_r[self.holds_r].all():
            return None
        return float(standing.channel_share_r(standing.network.n_at_once)[self.r])

    def seats_hold(self, standing: Standing) -> bool:
        """Return whether enough seats of the room hold on the access points that they join."""
        return bool(standing.who.seats_r[self.r] >= self.need.min_seats_share - TINY)

    def on_quiet_channel(
        self, standing: Standing, places: Sequence[int], free: tuple[Channel, ...]
    ) -> tuple[tuple[Channel, ...], float] | None:
        """Return channels of some access points with which the room holds, the least crowded tried first."""
        if not self.seats_hold(standing):
            return None
        order = _quietest(standing, places[0], free)
        for first in order[:MAX_CHANNELS]:
            on = _put(standing, places[0], first)
            for a in places[1:]:
                on = _put(on, a, _quietest(on, a, free)[0])
            share = self.share(on)
            if share is not None:
                return tuple(on.network.channel_a[a] for a in places), share
        return None

    def here(self, few: Network, need: Need | None = None) -> Seats:
        """Return what some access points do for the room's own seats, for its need or another."""
        return self.seats_here(few.power_dbm_a, few.loss_db_aj, few.chance.sd_db_ij, few.links_a, need)

    def seats_here(
        self,
        power_dbm_a: Array,
        loss_db_aj: Array,
        sd_db_aj: Array,
        links_a: Sequence[RadioLink],
        need: Need | None = None,
    ) -> Seats:
        """Return what access points of some power and losses to all seats do for those of the room."""
        here = self.here_j
        return seats(
            power_dbm_a[:, None] - loss_db_aj[:, here],
            np.zeros(len(here), dtype=np.int64),
            [need or self.need],
            links_a,
            chance=replace(self.scene.chance, sd_db_ij=sd_db_aj[:, here]),
        )

    def may_hold(self, row: Seats, places: Sequence[int]) -> bool:
        """Return whether the room's own seats and airtime allow a change of some access points; the rest is not asked.

        What the room's devices join and take hangs on nobody else, so most changes are ruled out by them alone.
        `row` is what those access points do for the room's seats.
        """
        here, able = self.here_j, self.whole.able
        stay = np.delete(np.arange(len(able.received_dbm_ij)), [a for a in places if a < len(able.received_dbm_ij)])
        power_aj = np.concatenate([able.received_dbm_ij[stay][:, here], row.received_dbm_ij])
        if not len(power_aj):
            return False
        holds_aj = np.concatenate([able.holds_ij[stay][:, here], row.holds_ij])
        airtime_aj = np.concatenate([able.airtime_ij[stay][:, here], row.airtime_ij])
        ap_j, seat_j = power_aj.argmax(axis=0), np.arange(len(here))
        taken_a = np.bincount(ap_j, weights=airtime_aj[ap_j, seat_j])
        enough = holds_aj[ap_j, seat_j].mean() >= self.need.min_seats_share - TINY
        return bool(enough and taken_a.max() <= self.need.max_airtime_share + TINY)

    def able_with(self, changed: Network, a: int, able: Seats | None = None) -> Seats:
        """Return what access points do for seats where only a differs from the plan (or `able`), or is new."""
        return with_row(self.whole.able if able is None else able, a, changed.rows([a]).able)

    def asking(self, need: Need) -> Standing:
        """Return how the network stands where the room's class asks for something else."""
        net, able, here = self.net, self.whole.able, self.here_j
        found = self.here(net, need)
        other = replace(able, airtime_ij=able.airtime_ij.copy(), holds_ij=able.holds_ij.copy())
        other.airtime_ij[:, here], other.holds_ij[:, here] = found.airtime_ij, found.holds_ij
        needs = (*net.needs[: self.r], need, *net.needs[self.r + 1 :])
        return replace(net, needs=needs).standing(other)


def _put(standing: Standing, a: int, channel: Channel) -> Standing:
    channel_a = standing.network.channel_a
    return standing.on_channels((*channel_a[:a], channel, *channel_a[a + 1 :]))


def _quietest(standing: Standing, a: int, free: tuple[Channel, ...]) -> list[Channel]:
    """Return channels for access point a by the airtime that others, heard there, give on them."""
    net = standing.network
    busy_b: Array = standing.who.given_ar.sum(axis=1)
    others = np.arange(len(busy_b)) != a
    hears_b = others & (standing.heard_dbm_ab[a] >= CARRIER_SENSE_DBM)
    overlap_kb = overlap_kl((*free, *net.channel_a))[: len(free), len(free) :] > 0.0
    crowd_k = (overlap_kb * (hears_b * (1e-6 + busy_b))[None, :]).sum(axis=1)
    return [free[k] for k in np.argsort(crowd_k, kind="stable")]
