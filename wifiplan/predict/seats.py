"""What every access point can do for every single seat: signal, airtime, and whether the seat holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from wifiplan.catalog.radios import Standard, mcs_rows
from wifiplan.radio.airtime import saturated_mbps
from wifiplan.radio.link import noise_dbm
from wifiplan.radio.shadowing import expected_step, margin_db
from wifiplan.site.network import Need
from wifiplan.units import Array, BoolArray, IntArray, hz_from_mhz


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chance:
    """How the signal of a seat strays from the law's median: a mean loss and a spread (i, j) [dB]."""

    mean_db: float
    sd_db_ij: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seats:
    """What access point i can do for seat j.

    `received_dbm_ij` and `snr_db_ij` are the median at the device in a full class, `airtime_ij` the share of the AP's
    capacity that the seat's part of its class takes (the class is spread evenly over the seats of its room),
    `holds_ij` whether the seat has what `Need` asks for.
    """

    received_dbm_ij: Array
    snr_db_ij: Array
    airtime_ij: Array
    holds_ij: BoolArray


def seats(
    received_dbm_ij: Array,
    room_j: IntArray,
    needs: Sequence[Need],
    links: Sequence[RadioLink],
    *,
    chance: Chance | None = None,
) -> Seats:
    """Judge every access point for every seat.

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
    Seats

    Notes
    -----
    `Need` says when a seat holds. Airtime is the mean over the spread of the signal, not that of the median scheme: a
    bad moment costs more than a good one gives back. Equal throughput (`radio.airtime.harmonic_share`). Uplink is
    taken at the same goodput as downlink. A seat that misses the need is charged at the lowest MCS at worst.
    """
    chance = chance or Chance(mean_db=0.0, sd_db_ij=np.zeros_like(received_dbm_ij))
    at_device_ij = received_dbm_ij - chance.mean_db + np.array([link.antenna_gain_dbi for link in links]).reshape(-1, 1)
    snr_ij = at_device_ij - np.array([link.noise_dbm for link in links]).reshape(-1, 1)
    n_seats_r = np.bincount(room_j, minlength=len(needs))
    mbps_r = np.array([need.n_devices * (need.mbps_per_device + need.mbps_up_per_device) for need in needs])
    with np.errstate(divide="ignore", invalid="ignore"):
        mbps_j = (mbps_r / n_seats_r)[room_j] if len(needs) else np.empty(0)
    return Seats(
        received_dbm_ij=at_device_ij,
        snr_db_ij=snr_ij,
        airtime_ij=mbps_j / _goodput_mbps(snr_ij, chance.sd_db_ij, links),
        holds_ij=_holds(at_device_ij, snr_ij, chance.sd_db_ij, room_j, needs, links),
    )


def _holds(
    power_dbm_ij: Array,
    snr_db_ij: Array,
    sd_db_ij: Array,
    room_j: IntArray,
    needs: Sequence[Need],
    links: Sequence[RadioLink],
) -> BoolArray:
    """Return which seats hold (i, j), from the median signal, the reserve, and the SNR of the rate needed."""
    kinds = list(dict.fromkeys(links))
    kind_i = np.array([kinds.index(link) for link in links], dtype=np.int64)
    holds_ij = np.zeros(power_dbm_ij.shape, dtype=np.bool_)
    # rooms that ask for the same are judged together
    groups: dict[tuple[object, ...], list[int]] = {}
    for r, need in enumerate(needs):
        asks = (
            need.min_received_dbm,
            need.min_snr_db,
            need.seat_probability,
            need.sure_of,
            *(needed_snr_db(need, link) for link in kinds),
        )
        groups.setdefault(asks, []).append(r)
    for rooms in groups.values():
        asking_r = np.zeros(len(needs), dtype=np.bool_)
        asking_r[rooms] = True
        need = needs[rooms[0]]
        heard_ij = np.isfinite(power_dbm_ij) & asking_r[room_j]
        power, snr = power_dbm_ij[heard_ij], snr_db_ij[heard_ij]
        reserve_db = margin_db(need.seat_probability, sd_db_ij[heard_ij])
        over_db = np.minimum(power - need.min_received_dbm, snr - need.min_snr_db)
        if need.sure_of == "signal":
            holds_ij[heard_ij] = over_db >= reserve_db
        else:
            rate_snr_db_i = np.array([needed_snr_db(need, link) for link in kinds], dtype=np.float64)[kind_i]
            rate_snr_db = np.broadcast_to(rate_snr_db_i[:, None], heard_ij.shape)[heard_ij]
            holds_ij[heard_ij] = (over_db >= 0.0) & (snr - rate_snr_db >= reserve_db)
    return holds_ij


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
        snr, sd = snr_db_ij[rows], sd_db_ij[rows]
        # in a large school most seats are out of reach of most access points
        heard = np.isfinite(snr)
        mean = np.full(snr.shape, 1.0 / table[0])
        mean[heard] = expected_step(snr[heard], sd[heard], threshold_k=least_db, level_k=1.0 / table)
        goodput_mbps_ij[rows] = 1.0 / mean
    return goodput_mbps_ij
