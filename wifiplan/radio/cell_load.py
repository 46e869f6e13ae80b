"""What one radio cell carries: capacity, load and delay of a channel and everything on it."""

import math
from collections.abc import Mapping

from wifiplan.catalog.mac import edca_row, mac_row
from wifiplan.radio.cells import Cell, CellClients, CellLoad, cell_from_mapping
from wifiplan.radio.delay import delay_p95_ms
from wifiplan.radio.frames import Link, MacOptions, exchange_of
from wifiplan.radio.limits import limits_of
from wifiplan.radio.queueing import Channel, Flow, mean_size, saturate, settle

SEGMENTS_PER_ACK = 2
"""TCP acknowledges every second segment (RFC 1122)."""

N_HALVINGS = 60
MAX_CELL_MBPS = 1e5
"""More than any client can get: where the search for the shared rate begins [Mbit/s]."""

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
    channel = Channel(
        edca=edca_row(asked.conventions, asked.access_category),
        n_queues=_n_queues(asked),
        free_share=max(0.0, 1.0 - mac.beacon_share * asked.co_channel_aps),
    )
    equal = saturate(_flows(asked, tuple(1.0 for _ in asked.clients)), channel)
    n_clients = sum(c.count for c in asked.clients) * asked.co_channel_aps
    rates, fits = _carried_mbps(asked, channel)
    flows = _flows(asked, rates)
    found = settle(flows, channel) if fits else saturate(flows, channel)
    delay_ms = delay_p95_ms(flows[: len(rates)], channel, found) if fits else None
    return CellLoad(
        capacity_mbps=n_clients / equal.demand_share,
        carried_mbps=sum(c.count * r for c, r in zip(asked.clients, rates, strict=True)) * asked.co_channel_aps,
        worst_client_mbps=_worst_mbps(asked, rates),
        busy_share=min(1.0, found.air_share + mac.beacon_share * asked.co_channel_aps),
        mpdus_per_ppdu=_mean_size(flows[: len(rates)], found.round_us),
        p95_delay_ms=delay_ms,
        sustainable=delay_ms is not None and delay_ms < MAX_DELAY_MS,
        limits=limits_of(asked),
    )


def _carried_mbps(asked: Cell, channel: Channel) -> tuple[tuple[float, ...], bool]:
    """Return what each kind of client gets, and whether that is all that they offer.

    Beyond saturation an access point shares throughput equally, stations that send share accesses equally; who
    offers less than that share gets all of it.
    """
    offers = tuple(math.inf if c.offered_mbps is None else c.offered_mbps for c in asked.clients)
    if math.inf not in offers and settle(_flows(asked, offers), channel).demand_share <= 1.0 + 1e-9:
        return offers, True
    weights = tuple(
        exchange_of(_link(asked, c), asked.payload_bytes, _options(asked)).n_max if asked.direction == "up" else 1
        for c in asked.clients
    )

    def shared(level: float) -> tuple[float, ...]:
        return tuple(min(offer, level * weight) for offer, weight in zip(offers, weights, strict=True))

    low, high = 0.0, MAX_CELL_MBPS
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2.0
        over = saturate(_flows(asked, shared(middle)), channel).demand_share > 1.0
        low, high = (low, middle) if over else (middle, high)
    return shared(low), False


def _worst_mbps(asked: Cell, rates: tuple[float, ...]) -> float:
    """Return what the client gets that misses most of its offer; where all get theirs, the smallest rate."""
    short = [
        rate
        for client, rate in zip(asked.clients, rates, strict=True)
        if client.offered_mbps is None or rate < MIN_CARRIED_SHARE * client.offered_mbps
    ]
    return min(short or rates)


def _flows(asked: Cell, rates: tuple[float, ...]) -> tuple[Flow, ...]:
    """Return the data of all clients of all access points, then, under TCP, their acknowledgements."""
    options = _options(asked)
    data, acks = [], []
    for client, rate in zip(asked.clients, rates, strict=True):
        link, n_stations = _link(asked, client), float(client.count * asked.co_channel_aps)
        times = exchange_of(link, asked.payload_bytes, options)
        frames_per_s = rate * 1e6 / 8.0 / asked.payload_bytes
        burst = float(asked.packets_per_burst)
        data.append(Flow(n_stations=n_stations, times=times, frames_per_s=frames_per_s, burst=burst))
        if asked.transport == "tcp":
            # one aggregate of acknowledgements answers one aggregate of data
            answers = exchange_of(link, 0, options).first(math.ceil(times.n_max / SEGMENTS_PER_ACK))
            per_s = frames_per_s / SEGMENTS_PER_ACK
            acks.append(Flow(n_stations=n_stations, times=answers, frames_per_s=per_s))
    return (*data, *acks)


def _n_queues(asked: Cell) -> float:
    """Return how many stations may contend: the senders, and under TCP one more that answers."""
    senders = sum(c.count for c in asked.clients) if asked.direction == "up" else 1
    return float(asked.co_channel_aps * (senders + (asked.transport == "tcp")))


def _mean_size(flows: tuple[Flow, ...], round_us: float) -> float:
    frames = [flow.n_stations * flow.frames_per_s for flow in flows]
    accesses = [count / mean_size(flow, round_us) for count, flow in zip(frames, flows, strict=True)]
    return sum(frames) / sum(accesses) if sum(accesses) > 0 else 1.0


def _link(asked: Cell, client: CellClients) -> Link:
    return Link(
        standard=client.standard,
        width_mhz=client.width_mhz,
        streams=client.spatial_streams,
        mcs=client.mcs,
        guard_interval_ns=asked.guard_interval_ns,
    )


def _options(asked: Cell) -> MacOptions:
    return MacOptions(
        conventions=asked.conventions,
        access_category=asked.access_category,
        rts_cts=asked.rts_cts,
        block_ack_window=asked.block_ack_window,
        max_ampdu_bytes=asked.max_ampdu_bytes,
        transport=asked.transport,
    )
