"""Airtime of every room and channel: what a whole class takes of the radio that serves it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.catalog.radios import AccessPointModel, ClientDevice
from wifiplan.predict.seats import Chance, RadioLink, Seats, seats
from wifiplan.radio.link import common_standard, common_streams, common_width_mhz
from wifiplan.site.network import Need
from wifiplan.units import Array, BoolArray, IntArray

CARRIER_SENSE_DBM = -82.0
"""A radio that hears another above this level waits for it: the receiver sensitivity that IEEE 802.11-2020, 17.3.10.6
(CCA, 20 MHz) demands."""

SILENT_DBM = -92.0
"""Ten decibels under carrier sense a neighbour on the same channel is taken as harmless."""


def radio_link(model: AccessPointModel, device: ClientDevice, *, width_mhz: int) -> RadioLink:
    """Return the best that both ends speak: the older standard, the fewer streams, the narrower width."""
    return RadioLink(
        standard=common_standard(model, device),
        width_mhz=common_width_mhz(model, device, width_mhz),
        streams=common_streams(model, device),
        noise_figure_db=device.noise_figure_db,
        antenna_gain_dbi=device.antenna_gain_dbi,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Service:
    """What every access point i can do for every room r.

    `load_ir` is the share of the AP's capacity that the room's whole class takes (inf where too few seats hold the
    need), `seats_ir` the share of seats that hold signal and SNR, `received_dbm_ir` and `snr_db_ir` the values that
    `Need.min_seats_share` of the seats reach, `heard_dbm_ir` the room's mean received power in dB.
    """

    load_ir: Array
    seats_ir: Array
    received_dbm_ir: Array
    snr_db_ir: Array
    heard_dbm_ir: Array


def service(
    received_dbm_ij: Array,
    room_j: IntArray,
    needs: Sequence[Need],
    links: Sequence[RadioLink],
    *,
    chance: Chance | None = None,
) -> Service:
    """Judge every access point for every room, seat by seat; the parameters are those of `seats`."""
    return summed(seats(received_dbm_ij, room_j, needs, links, chance=chance), room_j, needs)


def summed(able: Seats, room_j: IntArray, needs: Sequence[Need]) -> Service:
    """Return what access points can do for rooms, from what they can do for their seats."""
    shape = (len(able.received_dbm_ij), len(needs))
    out = {name: np.full(shape, -np.inf) for name in ("received", "snr", "heard")}
    load_ir, seats_ir = np.full(shape, np.inf), np.zeros(shape)
    for r, need in enumerate(needs):
        seat_j = np.flatnonzero(room_j == r)
        power = able.received_dbm_ij[:, seat_j]
        seats_ir[:, r] = able.holds_ij[:, seat_j].mean(axis=1)
        out["received"][:, r] = reached(power, need.min_seats_share)
        out["snr"][:, r] = reached(able.snr_db_ij[:, seat_j], need.min_seats_share)
        out["heard"][:, r] = power.mean(axis=1)
        share = able.airtime_ij[:, seat_j].sum(axis=1)
        load_ir[:, r] = np.where(seats_ir[:, r] >= need.min_seats_share - 1e-9, share, np.inf)
    return Service(
        load_ir=load_ir,
        seats_ir=seats_ir,
        received_dbm_ir=out["received"],
        snr_db_ir=out["snr"],
        heard_dbm_ir=out["heard"],
    )


def mixed(some: Service, others: Service, others_i: BoolArray) -> Service:
    """Return the service of access points of which those marked (i,) do what `others` says."""
    row = others_i[:, None]
    return Service(
        load_ir=np.where(row, others.load_ir, some.load_ir),
        seats_ir=np.where(row, others.seats_ir, some.seats_ir),
        received_dbm_ir=np.where(row, others.received_dbm_ir, some.received_dbm_ir),
        snr_db_ir=np.where(row, others.snr_db_ir, some.snr_db_ir),
        heard_dbm_ir=np.where(row, others.heard_dbm_ir, some.heard_dbm_ir),
    )


def at_best(some: Sequence[Service]) -> Service:
    """Return the best figure of several services for every access point and room: each may come from another."""
    return Service(
        load_ir=np.stack([s.load_ir for s in some]).min(axis=0),
        seats_ir=np.stack([s.seats_ir for s in some]).max(axis=0),
        received_dbm_ir=np.stack([s.received_dbm_ir for s in some]).max(axis=0),
        snr_db_ir=np.stack([s.snr_db_ir for s in some]).max(axis=0),
        heard_dbm_ir=np.stack([s.heard_dbm_ir for s in some]).max(axis=0),
    )


def reached(value_ij: Array, share: float) -> Array:
    """Return the value (i,) that at least `share` of the seats reach."""
    n = value_ij.shape[1]
    rank = min(n, max(1, int(np.ceil(share * n - 1e-9))))
    return np.asarray(np.partition(value_ij, n - rank, axis=1)[:, n - rank])


def contention_weight(received_dbm: Array) -> Array:
    """Return how much two radios on one channel disturb each other, 0 to 1, from the power one hears of the other.

    1 from carrier sense upwards (they share the air), falling to 0 ten decibels below it.
    """
    return np.clip((received_dbm - SILENT_DBM) / (CARRIER_SENSE_DBM - SILENT_DBM), 0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Load:
    """Worst-case airtime once channels are known.

    `own_share_i` is the load of the rooms that AP i serves (at most `n_at_once` of them together), `channel_share_r`
    the load of room r plus the heaviest other rooms that share its channel within hearing, at most `n_at_once` rooms
    in all; `channel_share_i` is the same seen from AP i.
    """

    own_share_i: Array
    channel_share_i: Array
    channel_share_r: Array


def load(load_ir: Array, shares_air_ij: BoolArray, *, n_at_once: int, counts_ir: BoolArray | None = None) -> Load:
    """Return the worst-case airtime of access points and rooms.

    Parameters
    ----------
    load_ir : ndarray (i, r)
        Share of AP i's capacity that it gives to room r, 0 where it does not serve it.
    shares_air_ij : ndarray of bool (i, i)
        Whether two access points hear each other, or each other's classes, on channels that overlap.
    n_at_once : int
        How many rooms hold a class on line at the same moment.
    counts_ir : ndarray of bool (i, r), optional
        Access points on whose channel a room's share is looked at; all that serve it without this.

    Returns
    -------
    Load
    """
    domain_ij = shares_air_ij | shares_air_ij.T | np.eye(len(load_ir), dtype=bool)
    on_air_ir = domain_ij.astype(np.float64) @ load_ir
    return Load(
        own_share_i=heaviest(load_ir, n_at_once),
        channel_share_i=heaviest(on_air_ir, n_at_once),
        channel_share_r=room_share_r(load_ir > 0.0 if counts_ir is None else counts_ir, on_air_ir, n_at_once=n_at_once),
    )


def room_share_r(counts_ir: BoolArray, on_air_ir: Array, *, n_at_once: int) -> Array:
    """Return the worst-case airtime (r,) of every room with the others that share its channel within hearing.

    Parameters
    ----------
    counts_ir : ndarray of bool (i, r)
        Access points that serve each room.
    on_air_ir : ndarray (i, r)
        The load of room r on all access points that AP i shares the air with, its own too.
    n_at_once : int
        How many rooms hold a class on line at the same moment.
    """
    n = max(1, min(n_at_once, on_air_ir.shape[1]))
    most_i, rest_i = heaviest(on_air_ir, n), heaviest(on_air_ir, n - 1)
    # a room among the n - 1 heaviest makes the n heaviest with the others, any other room stands beside the n - 1
    among_ir = on_air_ir >= _nth_heaviest(on_air_ir, n - 1)[:, None]
    total_ir = np.where(among_ir, most_i[:, None], on_air_ir + rest_i[:, None])
    return np.asarray(np.where(counts_ir, total_ir, 0.0).max(axis=0, initial=0.0))


def room_shares_tr(counts_ir: BoolArray, on_air_xr: Array, row_ti: IntArray, *, n_at_once: int) -> Array:
    """Return what `room_share_r` says of several tries (t, r), in each of which access point i has its own load.

    Parameters
    ----------
    counts_ir : ndarray of bool (i, r)
        Access points that serve each room, the same in all tries.
    on_air_xr : ndarray (x, r)
        Loads as `room_share_r` takes them; tries share most of their rows.
    row_ti : ndarray of int (t, i)
        The row of each access point in each try.
    n_at_once : int
        How many rooms hold a class on line at the same moment.
    """
    n_r = on_air_xr.shape[1]
    n = max(1, min(n_at_once, n_r))
    most_x, rest_x = heaviest(on_air_xr, n), heaviest(on_air_xr, n - 1)
    nth_x = _nth_heaviest(on_air_xr, n - 1)
    # only who serves a room has a say in its share
    room_p, serving_p = np.nonzero(counts_ir.T)
    share_tr = np.zeros((len(row_ti), n_r))
    if room_p.size:
        row_tp = row_ti[:, serving_p]
        load_tp = on_air_xr[row_tp, room_p]
        total_tp = np.where(load_tp >= nth_x[row_tp], most_x[row_tp], load_tp + rest_x[row_tp])
        rooms, starts = np.unique(room_p, return_index=True)
        share_tr[:, rooms] = np.maximum(np.maximum.reduceat(total_tp, starts, axis=1), 0.0)
    return share_tr


def _nth_heaviest(value_xr: Array, n: int) -> Array:
    """Return the n-th largest value (x,) of every row of (x, r), inf for n = 0."""
    if n <= 0 or value_xr.shape[1] == 0:
        return np.full(value_xr.shape[0], np.inf)
    return np.asarray(np.partition(value_xr, value_xr.shape[1] - n, axis=1)[:, value_xr.shape[1] - n])


def heaviest(value_xr: Array, n: int) -> Array:
    """Return the sum (x,) of the n largest values of every row of (x, r)."""
    if n <= 0 or value_xr.shape[1] == 0:
        return np.zeros(value_xr.shape[0])
    n = min(n, value_xr.shape[1])
    return np.asarray(np.partition(value_xr, value_xr.shape[1] - n, axis=1)[:, value_xr.shape[1] - n :].sum(axis=1))
