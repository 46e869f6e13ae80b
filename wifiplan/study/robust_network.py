"""A finished network that can be asked "what if": who joins whom, and which rooms hold, after a change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from wifiplan.catalog.radios import AccessPointModel
from wifiplan.catalog.spectrum import Channel, overlap_kl
from wifiplan.predict.association import Joined, joined
from wifiplan.predict.capacity import CARRIER_SENSE_DBM, heaviest, load, reached
from wifiplan.predict.seats import Chance, RadioLink, Seats, seats
from wifiplan.site.network import AccessPoint, Need
from wifiplan.study.reason_records import Reason
from wifiplan.study.reasons import Received, forbidden, served
from wifiplan.study.settling import counts, serves
from wifiplan.study.verdicts import Finished
from wifiplan.units import Array, BoolArray, IntArray

TINY = 1e-9
"""Shares that differ by less are equal."""


CLIENTS_TINY = 1e-6
"""Numbers of devices that differ by less are equal."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asks:
    """What rooms r ask for, as arrays."""

    cap_r: Array
    seats_share_r: Array
    devices_r: Array
    min_second_dbm_r: Array


@lru_cache(maxsize=256)
def asks_of(needs: tuple[Need, ...]) -> Asks:
    """Return needs as arrays; -inf where no second signal is asked for."""
    return Asks(
        cap_r=np.array([need.max_airtime_share for need in needs], dtype=np.float64),
        seats_share_r=np.array([need.min_seats_share for need in needs], dtype=np.float64),
        devices_r=np.array([need.n_devices for need in needs], dtype=np.float64),
        min_second_dbm_r=np.array(
            [-np.inf if need.min_second_dbm is None else need.min_second_dbm for need in needs], dtype=np.float64
        ),
    )


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
    def asks(self) -> "Asks":
        """What the rooms ask for."""
        return asks_of(self.needs)

    @property
    def forbidden_a(self) -> BoolArray:
        """Which access points are of a brand that must not be used."""
        return np.array([forbidden(point.model or "") for point in self.points], dtype=np.bool_)

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
        heard_ab = self._heard_dbm_ab(who)
        return Standing(
            network=self,
            able=able,
            who=who,
            second_dbm_r=self._second_dbm_r(able, who),
            heard_dbm_ab=heard_ab,
            shares_air_ab=_shares_air(heard_ab, self.channel_a),
        )

    def _second_dbm_r(self, able: Seats, who: Joined) -> Array:
        """Return the signal of the strongest access point besides the one that most of each room joins [dBm].

        Only for rooms that ask for one; -inf without any.
        """
        second_dbm_r = np.full(len(self.needs), -np.inf)
        for r in np.flatnonzero(self.on_line_r & np.isfinite(self.asks.min_second_dbm_r)):
            others = np.delete(able.received_dbm_ij[:, self.room_j == r], who.main_r[r], axis=0)
            if len(others):
                second_dbm_r[r] = reached(others, self.needs[r].min_seats_share).max()
        return second_dbm_r

    def _heard_dbm_ab(self, who: Joined) -> Array:
        """Return the most that two access points, or the classes that join them, hear of each other [dBm]."""
        serves_br = serves(who.part_ar)
        in_rooms_ar = self.power_dbm_a[:, None] - self.heard_db_ar
        heard_ab = self.power_dbm_a[:, None] - self.hearing_db_ab
        for b, serves_r in enumerate(serves_br):
            if serves_r.any():
                heard_ab[:, b] = np.maximum(heard_ab[:, b], in_rooms_ar[:, serves_r].max(axis=1))
        return np.asarray(np.maximum(heard_ab, heard_ab.T))

    def rows(self, wanted: Sequence[int]) -> "Network":
        """Return some of the access points alone."""
        a = np.asarray(wanted, dtype=np.int64)
        return replace(
            self,
            points=tuple(self.points[k] for k in a),
            links_a=tuple(self.links_a[k] for k in a),
            power_dbm_a=self.power_dbm_a[a],
            channel_a=tuple(self.channel_a[k] for k in a),
            max_clients_a=self.max_clients_a[a],
            loss_db_aj=self.loss_db_aj[a],
            chance=replace(self.chance, sd_db_ij=self.chance.sd_db_ij[a]),
            heard_db_ar=self.heard_db_ar[a],
            hearing_db_ab=self.hearing_db_ab[np.ix_(a, a)],
        )

    def changed(
        self, a: int, *, model: AccessPointModel, link: RadioLink, power_dbm: float, channel: Channel
    ) -> "Network":
        """Return the network with other settings, or another model, of one access point."""
        power_dbm_a, max_clients_a = self.power_dbm_a.copy(), self.max_clients_a.copy()
        power_dbm_a[a], max_clients_a[a] = power_dbm, model.max_clients
        point = replace(self.points[a], model=model.name)
        return replace(
            self,
            points=(*self.points[:a], point, *self.points[a + 1 :]),
            links_a=(*self.links_a[:a], link, *self.links_a[a + 1 :]),
            power_dbm_a=power_dbm_a,
            channel_a=(*self.channel_a[:a], channel, *self.channel_a[a + 1 :]),
            max_clients_a=max_clients_a,
        )


def _shares_air(heard_dbm_ab: Array, channel_a: tuple[Channel, ...]) -> BoolArray:
    return np.asarray((heard_dbm_ab >= CARRIER_SENSE_DBM) & (overlap_kl(channel_a) > 0.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """What a network does: who joins whom, and who shares the air with whom (a, b)."""

    network: Network
    able: Seats
    who: Joined
    second_dbm_r: Array
    heard_dbm_ab: Array
    shares_air_ab: BoolArray

    def on_channels(self, channel_a: tuple[Channel, ...]) -> "Standing":
        """Return the same on other channels: nobody joins another for that."""
        return replace(
            self,
            network=replace(self.network, channel_a=channel_a),
            shares_air_ab=_shares_air(self.heard_dbm_ab, channel_a),
        )

    def channel_share_r(self, n_at_once: int) -> Array:
        """Return the worst-case airtime of every room's channel with so many rooms on line at once."""
        counts_ar = counts(self.who.part_ar, self.network.asks.seats_share_r)
        return load(self.who.given_ar, self.shares_air_ab, n_at_once=n_at_once, counts_ir=counts_ar).channel_share_r

    def reasons(self, n_at_once: int | None = None) -> tuple[Reason | None, ...]:
        """Return "served" or the first limit broken of every room, None for one without a class."""
        network = self.network
        n = network.n_at_once if n_at_once is None else n_at_once
        channel_share_r, n_clients_a = self.channel_share_r(n), self.n_clients_a(n)
        return tuple(
            self._reason(r, float(channel_share_r[r]), n_clients_a) if on_line else None
            for r, on_line in enumerate(network.on_line_r)
        )

    def holds_r(self, n_at_once: int | None = None) -> BoolArray:
        """Return which rooms hold: those of which `reasons` says "served"."""
        network, who = self.network, self.who
        n = network.n_at_once if n_at_once is None else n_at_once
        asks = network.asks
        over_a = (self.n_clients_a(n) > network.max_clients_a + CLIENTS_TINY) | network.forbidden_a
        over_r = (serves(who.part_ar) & over_a[:, None]).any(axis=0)
        holds_r = network.on_line_r & (who.main_r >= 0) & ~over_r & (who.seats_r >= asks.seats_share_r - TINY)
        holds_r &= who.given_ar.max(axis=0, initial=0.0) <= asks.cap_r + TINY
        holds_r &= self.channel_share_r(n) <= asks.cap_r + TINY
        return np.asarray(holds_r & (self.second_dbm_r >= asks.min_second_dbm_r))

    def n_clients_a(self, n_at_once: int) -> Array:
        """Return how many devices join every access point at the worst moment: those of the largest classes at once.

        The few that stray from rooms which others serve do not count, as in the plan's verdicts.
        """
        part_ar = np.where(serves(self.who.part_ar), self.who.part_ar, 0.0)
        return heaviest(part_ar * self.network.asks.devices_r, n_at_once)

    def _reason(self, r: int, channel_share: float, n_clients_a: Array) -> Reason:
        network, need = self.network, self.network.needs[r]
        a = int(self.who.main_r[r])
        if a < 0:
            return Reason(code="no_signal")
        main_a = np.flatnonzero(serves(self.who.part_ar[:, r : r + 1])[:, 0])
        fullest = main_a[(n_clients_a - network.max_clients_a)[main_a].argmax()]
        here = network.room_j == r
        power_aj = self.able.received_dbm_ij[:, here]
        received_dbm = float(reached(power_aj.max(axis=0, keepdims=True), need.min_seats_share)[0])
        if not np.isfinite(received_dbm):
            return Reason(code="no_signal", limit=need.min_received_dbm)
        got = Received(
            received_dbm=received_dbm,
            second_dbm=float(self.second_dbm_r[r]),
            snr_db=float(reached(self.able.snr_db_ij[:, here].max(axis=0, keepdims=True), need.min_seats_share)[0]),
            seats_share=float(self.who.seats_r[r]),
            airtime_share=float(self.who.given_ar[:, r].max()),
            channel_share=channel_share,
            n_clients=float(n_clients_a[fullest]),
            max_clients=float(network.max_clients_a[fullest]),
        )
        return served(need, got, network.points[a], network.points[a].model or "")


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
    silent = np.full((1, len(net.room_j)), -np.inf)
    row = Seats(received_dbm_ij=silent, snr_db_ij=silent, airtime_ij=able.airtime_ij[a : a + 1], holds_ij=silent > 0.0)
    return replace(net, power_dbm_a=power_dbm_a).standing(with_row(able, a, row))


def with_row(able: Seats, a: int, row: Seats) -> Seats:
    """Return what access points do for seats with another row for access point a; a new one where there is none."""
    return Seats(
        received_dbm_ij=np.concatenate([able.received_dbm_ij[:a], row.received_dbm_ij, able.received_dbm_ij[a + 1 :]]),
        snr_db_ij=np.concatenate([able.snr_db_ij[:a], row.snr_db_ij, able.snr_db_ij[a + 1 :]]),
        airtime_ij=np.concatenate([able.airtime_ij[:a], row.airtime_ij, able.airtime_ij[a + 1 :]]),
        holds_ij=np.concatenate([able.holds_ij[:a], row.holds_ij, able.holds_ij[a + 1 :]]),
    )
