"""Share of a channel that a load occupies, and what the channel carries."""

from functools import lru_cache

import numpy as np

from wifiplan.catalog.mac import edca_row, mac_row
from wifiplan.catalog.radios import mcs_rows
from wifiplan.radio.cell_load import cell
from wifiplan.radio.cells import Cell, CellClients, CellLoad, cell_from_mapping
from wifiplan.radio.frames import Link, MacOptions, exchange_of
from wifiplan.radio.link import usable_mcs
from wifiplan.radio.queueing import Channel, Flow, saturate, settle
from wifiplan.units import Array, IntArray

__all__ = [
    "Cell",
    "CellClients",
    "CellLoad",
    "MacOptions",
    "busy_share",
    "cell",
    "cell_from_mapping",
    "harmonic_share",
    "saturated_mbps",
]


def saturated_mbps(
    mcs: IntArray,
    *,
    standard: str,
    width_mhz: int,
    streams: int,
    payload_bytes: int = 1400,
    options: MacOptions | None = None,
) -> Array:
    r"""Return the goodput of one device that has the channel for itself.

    Parameters
    ----------
    mcs : int ndarray, any shape
        MCS index per stream; -1 means no link.
    standard : str
        "11n", "11ac", "11ax" or "11be".
    width_mhz, streams : int
        Width of the frames [MHz] and spatial streams.
    payload_bytes : int
        Payload of a packet [byte].
    options : MacOptions or None
        How frames are exchanged; None is best effort after the standard.

    Returns
    -------
    ndarray, shape of `mcs`
        Payload rate [Mbit/s]; 0 without a link. A scheme that the standard excludes counts as the next lower one.

    Notes
    -----
    .. math:: S = \frac{8 m L (1 - b)}{AIFS + 7.5\,slot + PPDU(m) + SIFS + BA}

    with m the largest aggregate and b the share of beacons. Within 0.2 % of ns-3 (tests/golden).

    Examples
    --------
    >>> saturated_mbps(np.array([-1, 0, 8]), standard="11ac", width_mhz=20, streams=1).round(1)
    array([ 0. ,  6.5, 78.2])
    """
    table = _saturated_by_mcs(standard, width_mhz, streams, payload_bytes, options or MacOptions())
    return np.array([*table, 0.0])[np.asarray(mcs, dtype=np.int64)]


def harmonic_share(n_devices: float, mbps_per_device: float, saturated_mbps_j: Array) -> Array:
    """Return the share of a radio's capacity that a class takes when every device gets the same rate.

    Parameters
    ----------
    n_devices : float
        Devices on line, spread evenly over the seats.
    mbps_per_device : float
        Payload of each [Mbit/s].
    saturated_mbps_j : ndarray (..., j)
        What a device at seat j would get alone [Mbit/s]; axes before the seats, of access points say, are kept.

    Returns
    -------
    ndarray (...)
        n · rate · mean of 1/S over the seats; inf where a seat has no link. 1 is exactly full.

    Examples
    --------
    >>> round(float(harmonic_share(30, 2.5, np.array([150.0, 75.0]))), 2)
    0.75
    """
    seats = np.asarray(saturated_mbps_j, dtype=np.float64)
    if n_devices <= 0 or mbps_per_device <= 0:
        return np.zeros(seats.shape[:-1])
    if seats.shape[-1] == 0:
        return np.full(seats.shape[:-1], np.inf)
    with np.errstate(divide="ignore"):
        seconds_j = np.where(seats > 0.0, 1.0 / seats, np.inf)
    return np.asarray(n_devices * mbps_per_device * seconds_j.mean(axis=-1))


def busy_share(
    n_devices: float,
    mbps_per_device: float,
    mcs_j: IntArray,
    *,
    standard: str,
    width_mhz: int,
    streams: int,
) -> float:
    """Return the share of time in which a class keeps its channel busy, frames as small as the load leaves them.

    Parameters
    ----------
    n_devices : float
        Devices on line, spread evenly over the seats.
    mbps_per_device : float
        Payload of each, in packets of 1,400 bytes [Mbit/s].
    mcs_j : int ndarray (j,)
        MCS at each seat; -1 means no link.
    standard : str
        "11n", "11ac", "11ax" or "11be".
    width_mhz, streams : int
        Width of the frames [MHz] and spatial streams.

    Returns
    -------
    float
        From 0 to 1, beacons included. 1 where a seat has no link: that device never gets its share.

    Examples
    --------
    >>> room = np.full(30, 9)
    >>> round(busy_share(30, 4.0, room, standard="11ac", width_mhz=80, streams=1), 2)
    0.56
    """
    mac = mac_row("standard", standard)
    if n_devices <= 0 or mbps_per_device <= 0:
        return mac.beacon_share
    index = usable_mcs(np.asarray(mcs_j), standard=standard, width_mhz=width_mhz, streams=streams)
    if index.size == 0 or np.any(index < 0):
        return 1.0
    kinds, counts = np.unique(index, return_counts=True)
    stations = tuple(n_devices * float(count) / index.size for count in counts)
    return _busy_share(stations, tuple(map(int, kinds)), mbps_per_device, (standard, width_mhz, streams))


@lru_cache(maxsize=4096)
def _busy_share(
    n_stations_k: tuple[float, ...], mcs_k: tuple[int, ...], mbps_per_device: float, kind: tuple[str, int, int]
) -> float:
    """Return the busy share of devices by MCS; rooms that nothing changed for are asked again and again."""
    standard, width_mhz, streams = kind
    options, mac = MacOptions(), mac_row("standard", standard)
    flows = tuple(
        Flow(
            n_stations=n_stations,
            times=exchange_of(Link(standard=standard, width_mhz=width_mhz, streams=streams, mcs=mcs), 1400, options),
            frames_per_s=mbps_per_device * 1e6 / 8 / 1400,
        )
        for n_stations, mcs in zip(n_stations_k, mcs_k, strict=True)
    )
    edca = edca_row("standard", "BE")
    channel = Channel(edca=edca, n_queues=1.0, free_share=1.0 - mac.beacon_share)
    found = settle(flows, channel)
    full = max(found.demand_share, 1.0)
    return min(1.0, found.air_share / full + mac.beacon_share)


@lru_cache(maxsize=256)
def _saturated_by_mcs(
    standard: str, width_mhz: int, streams: int, payload_bytes: int, options: MacOptions
) -> tuple[float, ...]:
    """Return the goodput of one device alone for every MCS of its standard [Mbit/s]."""
    schemes = np.array([row.mcs for row in mcs_rows(standard)])
    usable = usable_mcs(schemes, standard=standard, width_mhz=width_mhz, streams=streams)
    free_share = 1.0 - mac_row(options.conventions, standard).beacon_share
    channel = Channel(edca=edca_row(options.conventions, options.access_category), n_queues=1.0, free_share=free_share)
    found = []
    for scheme in usable:
        link = Link(standard=standard, width_mhz=width_mhz, streams=streams, mcs=int(scheme))
        times = exchange_of(link, payload_bytes, options)
        one_mbps = Flow(n_stations=1.0, times=times, frames_per_s=1e6 / 8.0 / payload_bytes)
        found.append(1.0 / saturate((one_mbps,), channel).demand_share)
    return tuple(found)
