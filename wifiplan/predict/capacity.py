"""Airtime of every room and channel: what a whole class takes of the radio that serves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from wifiplan.catalog.radios import AccessPointModel, ClientDevice, Standard, mcs_rows
from wifiplan.radio.airtime import harmonic_share, saturated_mbps
from wifiplan.radio.link import common_standard, common_streams, common_width_mhz, noise_dbm
from wifiplan.radio.shadowing import expected_step, margin_db
from wifiplan.site.network import Need
from wifiplan.units import Array, BoolArray, IntArray, hz_from_mhz

CARRIER_SENSE_DBM = -82.0
"""A radio that hears another above this level waits for it: the receiver sensitivity that IEEE 802.11-2020, 17.3.10.6
(CCA, 20 MHz) demands."""

SILENT_DBM = -92.0
"""Ten decibels under carrier sense a neighbour on the same channel is taken as harmless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioLink:
    """What an access point and the class's device speak together on one band."""

    standard: Standard
    width_mhz: int
    streams: int
    noise_figure_db: float
    antenna_gain_dbi: float

    @property
    def noise_dbm(self) -> float:
        """Noise at the device over the channel's width [dBm]."""
        return noise_dbm(hz_from_mhz(self.width_mhz), noise_figure_db=self.noise_figure_db)


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chance:
    """How the signal of a seat strays from the law's median: a mean loss and a spread (i, j) [dB]."""

    mean_db: float
    sd_db_ij: Array


def service(
    received_dbm_ij: Array,
    room_j: IntArray,
    needs: Sequence[Need],
    links: Sequence[RadioLink],
    *,
    chance: Chance | None = None,
) -> Service:
    """Judge every access point for every room, seat by seat.

    Parameters
    ----------
    received_dbm_ij : ndarray (i, j)
        Power of every access point at every seat, isotropic [dBm].
    room_j : ndarray (j,)
        Index of the seat's room in `needs`.
    needs : sequence of Need
        The rooms.
    links : sequence of RadioLink, length i
        What each access point and the class's device speak.
    chance : Chance or None
        How the signal strays from the median; None takes the median as certain.

    Returns
    -------
    Service

    Notes
    -----
    `Need` says when a seat holds. Airtime is the mean over the spread of the signal, not that of the median scheme: a
    bad moment costs more than a good one gives back. Equal throughput (`radio.airtime.harmonic_share`), the class
    spread evenly over the seats. Uplink is taken at the same goodput as downlink. The few seats that are allowed to
    miss the need are charged at the lowest MCS.
    """
    shape = (len(links), len(needs))
    out = {name: np.full(shape, -np.inf) for name in ("received", "snr", "heard")}
    load_ir, seats_ir = np.full(shape, np.inf), np.zeros(shape)
    chance = chance or Chance(mean_db=0.0, sd_db_ij=np.zeros_like(received_dbm_ij))
    at_device_ij = received_dbm_ij - chance.mean_db + np.array([link.antenna_gain_dbi for link in links]).reshape(-1, 1)
    snr_ij = at_device_ij - np.array([link.noise_dbm for link in links]).reshape(-1, 1)
    goodput_mbps_ij = _goodput_mbps(snr_ij, chance.sd_db_ij, links)
    kinds = list(dict.fromkeys(links))
    kind_i = np.array([kinds.index(link) for link in links], dtype=np.int64)
    for r, need in enumerate(needs):
        seat_j = np.flatnonzero(room_j == r)
        power, snr = at_device_ij[:, seat_j], snr_ij[:, seat_j]
        reserve_db = margin_db(need.seat_probability, chance.sd_db_ij[:, seat_j])
        rate_snr_db_i = np.array([needed_snr_db(need, link) for link in kinds], dtype=np.float64)[kind_i]
        holds = _holds(power, snr, reserve_db, need, rate_snr_db_i)
        seats_ir[:, r] = holds.mean(axis=1)
        out["received"][:, r] = _reached(power, need.min_seats_share)
        out["snr"][:, r] = _reached(snr, need.min_seats_share)
        out["heard"][:, r] = power.mean(axis=1)
        rate_mbps = need.mbps_per_device + need.mbps_up_per_device
        share = harmonic_share(need.n_devices, rate_mbps, goodput_mbps_ij[:, seat_j])
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


def _holds(power_dbm: Array, snr_db: Array, reserve_db: Array, need: Need, rate_snr_db_i: Array) -> BoolArray:
    """Return which seats of a room hold (i, j), from the median signal, the reserve, and the SNR of the rate needed."""
    over_db = np.minimum(power_dbm - need.min_received_dbm, snr_db - need.min_snr_db)
    if need.sure_of == "signal":
        return np.asarray(over_db >= reserve_db)
    return np.asarray((over_db >= 0.0) & (snr_db - rate_snr_db_i[:, None] >= reserve_db))


def needed_snr_db(need: Need, link: RadioLink) -> float:
    """Return the SNR of the lowest scheme with which the room's whole class fits under its airtime cap [dB].

    Never more than the profile's SNR: a hall that no scheme carries alone is shared by several access points.
    """
    least_db, table_mbps = _schemes(link)
    needed_mbps = need.n_devices * (need.mbps_per_device + need.mbps_up_per_device) / need.max_airtime_share
    enough = np.flatnonzero(table_mbps >= needed_mbps)
    return min(need.min_snr_db, float(least_db[enough[0]])) if enough.size else need.min_snr_db


@lru_cache(maxsize=64)
def _schemes(link: RadioLink) -> tuple[Array, Array]:
    """Return the least SNR of every scheme (k,) [dB] and what one device carries with it (k,) [Mbit/s]."""
    least_db = np.array([row.min_snr_db for row in mcs_rows(link.standard)])
    mbps = saturated_mbps(
        np.arange(len(least_db)), standard=link.standard, width_mhz=link.width_mhz, streams=link.streams
    )
    return least_db, mbps


def _goodput_mbps(snr_db_ij: Array, sd_db_ij: Array, links: Sequence[RadioLink]) -> Array:
    """Return what one device alone would carry on average from every seat (i, j) [Mbit/s]; at least the lowest MCS's.

    The mean is that of the time a bit takes.
    """
    goodput_mbps_ij = np.empty_like(snr_db_ij)
    groups: dict[RadioLink, list[int]] = {}
    for i, link in enumerate(links):
        groups.setdefault(link, []).append(i)
    for link, rows in groups.items():
        least_db, table = _schemes(link)
        mean = expected_step(snr_db_ij[rows], sd_db_ij[rows], threshold_k=least_db, level_k=1.0 / table)
        goodput_mbps_ij[rows] = 1.0 / mean
    return goodput_mbps_ij


def _reached(value_ij: Array, share: float) -> Array:
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


def load(load_ir: Array, shares_air_ij: BoolArray, *, n_at_once: int) -> Load:
    """Return the worst-case airtime of access points and rooms.

    Parameters
    ----------
    load_ir : ndarray (i, r)
        Share of AP i's capacity that it gives to room r, 0 where it does not serve it.
    shares_air_ij : ndarray of bool (i, i)
        Whether two access points hear each other, or each other's classes, on channels that overlap.
    n_at_once : int
        How many rooms hold a class on line at the same moment.

    Returns
    -------
    Load
    """
    domain_ij = shares_air_ij | shares_air_ij.T | np.eye(len(load_ir), dtype=bool)
    on_air_ir = domain_ij.astype(np.float64) @ load_ir
    return Load(
        own_share_i=heaviest(load_ir, n_at_once),
        channel_share_i=heaviest(on_air_ir, n_at_once),
        channel_share_r=room_share_r(load_ir, on_air_ir, n_at_once=n_at_once),
    )


def room_share_r(load_ir: Array, on_air_ir: Array, *, n_at_once: int) -> Array:
    """Return the worst-case airtime (r,) of every room with the others that share its channel within hearing.

    Parameters
    ----------
    load_ir : ndarray (i, r)
        As for `load`.
    on_air_ir : ndarray (i, r)
        The load of room r on all access points that AP i shares the air with, its own too.
    n_at_once : int
        How many rooms hold a class on line at the same moment.
    """
    n = max(1, min(n_at_once, load_ir.shape[1]))
    most_i, rest_i = heaviest(on_air_ir, n), heaviest(on_air_ir, n - 1)
    # a room among the n - 1 heaviest makes the n heaviest with the others, any other room stands beside the n - 1
    among_ir = on_air_ir >= _nth_heaviest(on_air_ir, n - 1)[:, None]
    total_ir = np.where(among_ir, most_i[:, None], on_air_ir + rest_i[:, None])
    return np.asarray(np.where(load_ir > 0, total_ir, 0.0).max(axis=0, initial=0.0))


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
