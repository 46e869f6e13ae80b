"""What one radio cell carries: capacity, load and delay of a channel and everything on it."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from wifiplan.catalog.mac import edca_row, mac_row
from wifiplan.radio.cells import Cell, CellLoad, cell_from_mapping
from wifiplan.radio.delay import delay_p95_ms
from wifiplan.radio.frames import Category, Conventions, Exchange, Link, MacOptions, Transport, exchange_of
from wifiplan.radio.limits import limits_of
from wifiplan.radio.queueing import Channel, Flow, Requests, Round, frames_per_access, full_loads, settle

_LinkKey: TypeAlias = tuple[str, int, int, int, int]
_MacKey: TypeAlias = tuple[Conventions, Category, bool, int | None, int | None, Transport]

SEGMENTS_PER_ACK = 2
"""TCP acknowledges every second segment (RFC 1122)."""

ROUNDING = 1e-9
MIN_FREE_SHARE = 1e-3
"""A hundred access points leave at least this much beside their beacons: the answer stays finite."""

MAX_DELAY_MS = 100.0
MIN_CARRIED_SHARE = 0.99
"""What `sustainable` asks for: delay of the 95th percentile [ms], and share of the offer that arrives."""


def cell(cell: Cell | Mapping[str, object]) -> CellLoad:
    """Return what one radio cell carries: the answer of `wifiplan airtime`.

    Parameters
    ----------
    cell : Cell or mapping
        The cell, or its keys as the contract lists them.

    Returns
    -------
    CellLoad
        Capacity, load, delay, and the limits within which the model is known to hold.

    Raises
    ------
    SettingsError
        The mapping is faulty; all faults at once.

    Examples
    --------
    >>> tablets = {"count": 30, "standard": "11ac", "width_mhz": 20, "spatial_streams": 1, "mcs": 8}
    >>> cell({"guard_interval_ns": 400, "clients": [tablets | {"offered_mbps": 2.0}]}).sustainable
    True
    """
    asked = cell if isinstance(cell, Cell) else cell_from_mapping(cell)
    mac = mac_row(asked.conventions, asked.standard)
    beacons = mac.beacon_share * asked.co_channel_aps
    channel = Channel(
        edca=edca_row(asked.conventions, asked.access_category),
        n_queues=_n_queues(asked),
        free_share=max(MIN_FREE_SHARE, 1.0 - beacons),
        requests=_requests(asked),
    )
    each = _flows(asked)
    n_kinds = len(asked.clients)
    full = full_loads(each, channel)
    demands, airs = (tuple(sum(load[part] for load in full[k::n_kinds]) for k in range(n_kinds)) for part in (0, 1))
    offers = tuple(math.inf if c.offered_mbps is None else c.offered_mbps for c in asked.clients)
    found = None if math.inf in offers else settle(_at_rates(each, offers), channel)
    fits = found is not None and found.demand_share <= 1.0 + ROUNDING
    rates = offers if fits else _shared_mbps(offers, demands, _weights(asked, each))
    flows = _at_rates(each[:n_kinds], rates)
    if found is None or not fits:
        air = sum(rate * share for rate, share in zip(rates, airs, strict=True))
        found = Round(round_us=math.inf, demand_share=1.0, air_share=air, accesses_per_s=0.0, n_active=channel.n_queues)
    delay_ms = delay_p95_ms(flows, channel, found) if fits else None
    return CellLoad(
        capacity_mbps=sum(c.count for c in asked.clients) * asked.co_channel_aps / sum(demands),
        carried_mbps=sum(c.count * r for c, r in zip(asked.clients, rates, strict=True)) * asked.co_channel_aps,
        worst_client_mbps=_worst_mbps(asked, rates),
        busy_share=min(1.0, found.air_share + beacons),
        mpdus_per_ppdu=frames_per_access(flows, channel, found),
        p95_delay_ms=delay_ms,
        sustainable=delay_ms is not None and delay_ms < MAX_DELAY_MS,
        limits=limits_of(asked),
    )


def _requests(asked: Cell) -> Requests:
    """Return what requests for missed acknowledgements do to others' data; a handshake leaves none to miss."""
    if asked.rts_cts:
        return "none"
    return "apart" if asked.direction == "down" and asked.transport == "udp" else "shared"


def _weights(asked: Cell, each: tuple[Flow, ...]) -> tuple[float, ...]:
    """Return what kinds of clients get of a full channel, as a ratio.

    An access point shares throughput equally, stations that send share accesses equally, a full aggregate each.
    """
    if asked.direction == "up":
        return tuple(float(flow.times.n_max) for flow in each[: len(asked.clients)])
    return (1.0,) * len(asked.clients)


def _shared_mbps(
    offers: tuple[float, ...], demands: tuple[float, ...], weights: tuple[float, ...]
) -> tuple[float, ...]:
    """Return what each kind of client gets when they offer more than the channel carries.

    Who offers less than its share gets all of it. With full aggregates the channel's time is linear in the rates
    (`demands`: shares at one Mbit/s), so that the common level follows from going through the offers, the least
    greedy first.
    """
    kinds = range(len(offers))
    left, slope, level = 1.0, sum(w * d for w, d in zip(weights, demands, strict=True)), 0.0
    for k in sorted(kinds, key=lambda k: offers[k] / weights[k]):
        level = left / slope
        if offers[k] > level * weights[k]:
            break
        left -= offers[k] * demands[k]
        slope -= weights[k] * demands[k]
    return tuple(min(offer, level * weight) for offer, weight in zip(offers, weights, strict=True))


def _worst_mbps(asked: Cell, rates: tuple[float, ...]) -> float:
    """Return what the client gets that misses most of its offer; where all get theirs, the smallest rate."""
    short = [
        rate
        for client, rate in zip(asked.clients, rates, strict=True)
        if client.offered_mbps is None or rate < MIN_CARRIED_SHARE * client.offered_mbps
    ]
    return min(short or rates)


def _flows(asked: Cell) -> tuple[Flow, ...]:
    """Return one Mbit/s for each client of all access points, then, under TCP, the acknowledgements of that."""
    frames_per_s, burst = 1e6 / 8.0 / asked.payload_bytes, float(asked.packets_per_burst)
    mac = (
        asked.conventions,
        asked.access_category,
        asked.rts_cts,
        asked.block_ack_window,
        asked.max_ampdu_bytes,
        asked.transport,
    )
    data, acks = [], []
    for client in asked.clients:
        link = (client.standard, client.width_mhz, client.spatial_streams, client.mcs, asked.guard_interval_ns)
        times, answers = _times(link, mac, asked.payload_bytes)
        n_stations = float(client.count * asked.co_channel_aps)
        data.append(Flow(n_stations=n_stations, times=times, frames_per_s=frames_per_s, burst=burst))
        if answers is not None:
            per_s = frames_per_s / SEGMENTS_PER_ACK
            acks.append(Flow(n_stations=n_stations, times=answers, frames_per_s=per_s))
    return (*data, *acks)


def _at_rates(each: tuple[Flow, ...], rates: tuple[float, ...]) -> tuple[Flow, ...]:
    """Return the flows at other rates than one Mbit/s; acknowledgements follow their data."""
    return tuple(
        Flow(n_stations=f.n_stations, times=f.times, frames_per_s=f.frames_per_s * r, burst=f.burst)
        for f, r in zip(each, rates * (len(each) // len(rates)), strict=True)
    )


@lru_cache(maxsize=4096)
def _times(link: _LinkKey, mac: _MacKey, payload_bytes: int) -> tuple[Exchange, Exchange | None]:
    """Return exchanges of the data and, under TCP, of the aggregate of acknowledgements that answers a data aggregate.

    The keys are plain tuples: an optimiser asks thousands of times, and a record's hash costs more than all the rest.
    """
    standard, width_mhz, streams, mcs, guard_ns = link
    conventions, category, rts_cts, window, most_bytes, transport = mac
    spoken = Link(standard=standard, width_mhz=width_mhz, streams=streams, mcs=mcs, guard_interval_ns=guard_ns)
    options = MacOptions(
        conventions=conventions,
        access_category=category,
        rts_cts=rts_cts,
        block_ack_window=window,
        max_ampdu_bytes=most_bytes,
        transport=transport,
    )
    times = exchange_of(spoken, payload_bytes, options)
    if transport != "tcp":
        return times, None
    return times, exchange_of(spoken, 0, options).first(math.ceil(times.n_max / SEGMENTS_PER_ACK))


def _n_queues(asked: Cell) -> float:
    """Return how many stations may contend: the senders, and under TCP one more that answers."""
    senders = sum(c.count for c in asked.clients) if asked.direction == "up" else 1
    return float(asked.co_channel_aps * (senders + (asked.transport == "tcp")))
