"""A finished network that can be asked "what if": who joins whom, and which rooms hold, after a change."""

from dataclasses import dataclass, replace

import numpy as np

from wifiplan.catalog.spectrum import Channel, overlap_kl
from wifiplan.predict.association import MAIN_SHARE, Joined, joined
from wifiplan.predict.capacity import CARRIER_SENSE_DBM, heaviest, load, reached
from wifiplan.predict.seats import Chance, RadioLink, Seats, seats
from wifiplan.site.network import AccessPoint, Need
from wifiplan.study.reasons import Received, served
from wifiplan.study.records import Reason
from wifiplan.study.verdicts import Finished
from wifiplan.units import Array, BoolArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """Access points a on the air with all that a change may touch, seats j of rooms r, and the losses between them.

    `heard_db_ar` and `hearing_db_ab` are the losses by which access points disturb rooms and each other [dB];
    `on_line_r` are the rooms that hold a class.
    """

    needs: tuple[Need, ...]
    room_j: IntArray
    on_line_r: BoolArray
    n_at_once: int
    points: tuple[AccessPoint, ...]
    links_a: tuple[RadioLink, ...]
    power_dbm_a: Array
    channel_a: tuple[Channel, ...]
    max_clients_a: Array
    loss_db_aj: Array
    chance: Chance
    heard_db_ar: Array
    hearing_db_ab: Array

    @property
    def able(self) -> Seats:
        """What the access points do for every seat."""
        return seats(
            self.power_dbm_a[:, None] - self.loss_db_aj, self.room_j, self.needs, self.links_a, chance=self.chance
        )

    def standing(self, able: Seats | None = None) -> "Standing":
        """Return who joins whom and what every room gets; `able` where it is known already."""
        able = self.able if able is None else able
        who = joined(able, self.room_j, self.on_line_r)
        return Standing(network=self, able=able, who=who, shares_air_ab=self._shares_air_ab(who))

    def _shares_air_ab(self, who: Joined) -> BoolArray:
        """Return which two access points hear each other, or each other's classes, on channels that overlap."""
        serves_br = who.part_ar >= MAIN_SHARE
        in_rooms_ar = self.power_dbm_a[:, None] - self.heard_db_ar
        heard_ab = self.power_dbm_a[:, None] - self.hearing_db_ab
        for b, serves_r in enumerate(serves_br):
            if serves_r.any():
                heard_ab[:, b] = np.maximum(heard_ab[:, b], in_rooms_ar[:, serves_r].max(axis=1))
        heard_ab = np.maximum(heard_ab, heard_ab.T)
        return np.asarray((heard_ab >= CARRIER_SENSE_DBM) & (overlap_kl(self.channel_a) > 0.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """What a network does: who joins whom, and who shares the air with whom (a, b)."""

    network: Network
    able: Seats
    who: Joined
    shares_air_ab: BoolArray

    def channel_share_r(self, n_at_once: int) -> Array:
        """Return the worst-case airtime of every room's channel with so many rooms on line at once."""
        return load(self.who.given_ar, self.shares_air_ab, n_at_once=n_at_once).channel_share_r

    def reasons(self, n_at_once: int | None = None) -> tuple[Reason | None, ...]:
        """Return "served" or the first limit broken of every room, None for one without a class."""
        network = self.network
        n = network.n_at_once if n_at_once is None else n_at_once
        channel_share_r = self.channel_share_r(n)
        devices_r = np.array([need.n_devices for need in network.needs], dtype=np.float64)
        n_clients_a = heaviest(self.who.part_ar * devices_r, n)
        return tuple(
            self._reason(r, float(channel_share_r[r]), n_clients_a) if on_line else None
            for r, on_line in enumerate(network.on_line_r)
        )

    def _reason(self, r: int, channel_share: float, n_clients_a: Array) -> Reason:
        network, need = self.network, self.network.needs[r]
        a = int(self.who.main_r[r])
        if a < 0:
            return Reason(code="no_signal")
        main_a = np.flatnonzero(self.who.part_ar[:, r] >= min(MAIN_SHARE, float(self.who.part_ar[a, r])))
        fullest = main_a[(n_clients_a - network.max_clients_a)[main_a].argmax()]
        here = network.room_j == r
        power_aj = self.able.received_dbm_ij[:, here]
        others = np.delete(power_aj, a, axis=0) if need.min_second_dbm is not None else power_aj[:0]
        got = Received(
            received_dbm=float(reached(power_aj.max(axis=0, keepdims=True), need.min_seats_share)[0]),
            second_dbm=float(reached(others, need.min_seats_share).max()) if len(others) else None,
            snr_db=float(reached(self.able.snr_db_ij[:, here].max(axis=0, keepdims=True), need.min_seats_share)[0]),
            seats_share=float(self.who.seats_r[r]),
            airtime_share=float(self.who.given_ar[:, r].max()),
            channel_share=channel_share,
            n_clients=float(n_clients_a[fullest]),
            max_clients=float(network.max_clients_a[fullest]),
        )
        return served(need, got, network.points[a], network.points[a].model or "")

    def holds_r(self, n_at_once: int | None = None) -> BoolArray:
        """Return which rooms hold."""
        return np.array([x is not None and x.code == "served" for x in self.reasons(n_at_once)], dtype=np.bool_)


def network(design: Finished) -> Network:
    """Return a finished design as a network: every room that something serves holds its class."""
    scene, powered = design.scene, design.tuning.powered
    rows = np.asarray(powered.chosen, dtype=np.int64)
    return Network(
        needs=scene.demand.needs,
        room_j=scene.room_j,
        on_line_r=np.asarray((powered.part_ar > 0.0).any(axis=0)),
        n_at_once=scene.demand.n_rooms_at_once,
        points=design.points,
        links_a=powered.links_a,
        power_dbm_a=np.asarray(powered.eirp_dbm_a, dtype=np.float64),
        channel_a=design.tuning.spectrum.channel_a,
        max_clients_a=np.array([scene.models[i].max_clients for i in powered.chosen], dtype=np.float64),
        loss_db_aj=powered.reach.loss_db_aj,
        chance=powered.reach.chance,
        heard_db_ar=powered.reach.heard_db_ar,
        hearing_db_ab=scene.hearing_db_ii[np.ix_(rows, rows)],
    )


def without(whole: Standing, a: int) -> Standing:
    """Return what is left when access point a fails; its place in the arrays stays, silent."""
    net, able = whole.network, whole.able
    power_dbm_a = net.power_dbm_a.copy()
    power_dbm_a[a] = -np.inf
    holds_ij, received, snr = able.holds_ij.copy(), able.received_dbm_ij.copy(), able.snr_db_ij.copy()
    holds_ij[a], received[a], snr[a] = False, -np.inf, -np.inf
    left = replace(able, holds_ij=holds_ij, received_dbm_ij=received, snr_db_ij=snr)
    return replace(net, power_dbm_a=power_dbm_a).standing(left)
