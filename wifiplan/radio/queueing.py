"""How large aggregates grow under a load, and how much of the channel that load then takes."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.catalog.mac import EdcaRow
from wifiplan.radio.contention import access_cost, collision_probability
from wifiplan.radio.frames import BAR_BYTES, SIFS_US, SLOT_US, Exchange, aifs_us, block_ack_us, control_us

MAX_STEPS = 100
ROUND_TOLERANCE = 1e-9
"""A search for the length of a round ends when its bracket is this narrow, in logarithms."""

Requests: TypeAlias = Literal["none", "shared", "apart"]

US_PER_S = 1e6

REQUEST_AIR_US = control_us(BAR_BYTES) + block_ack_us(64)
"""A block acknowledgement request and its answer, at 24 Mbit/s."""

MIN_SPLIT = 2.0
"""Bursts of at least so many frames may leave in two parts: one of which nothing is left can't."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Stations that are alike: how many, their exchanges, frames a second each, frames that arrive together.

    `n_stations` may be fractional: an average over the seats of a room.
    """

    n_stations: float
    times: Exchange
    frames_per_s: float
    burst: float = 1.0

    @property
    def light_size(self) -> float:
        """Frames in an aggregate while the channel is quiet: a burst, in as many equal parts as it needs."""
        return self.burst / math.ceil(self.burst / self.times.n_max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Who shares the channel: how many queues contend for it at most, and the time that is left beside beacons.

    After a collision a sender requests the block acknowledgement that it missed. Such a short request destroys the
    data that it meets where both have the same receiver ("shared"), not where each receiver is near its own access
    point ("apart"). "none" where a handshake keeps collisions from data.
    """

    edca: EdcaRow
    n_queues: float
    free_share: float
    requests: Requests = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How a load settles.

    `round_us` is the time in which every station with frames waiting sends once: 0 while frames leave as they come,
    inf beyond saturation. `demand_share` is the time that the load takes, gaps included, as a share of what is left
    beside beacons; `air_share` only that with something on the air, of all time. `accesses_per_s` counts PPDUs.
    """

    round_us: float
    demand_share: float
    air_share: float
    accesses_per_s: float
    n_active: float


def settle(flows: tuple[Flow, ...], channel: Channel) -> Round:
    r"""Return how a load settles on a channel.

    Parameters
    ----------
    flows : tuple of Flow
        Everything that the channel carries.
    channel : Channel
        Who contends, and what beacons leave.

    Returns
    -------
    Round
        Beyond saturation `round_us` is inf and the shares are those that the whole load would need (above 1).

    Notes
    -----
    Aggregates stay small until they are needed. A round lasts

    .. math:: C = \sum_i a_i T_i(m_i), \quad m_i = \min(\max(b, \lambda_i C), m_i^{max}), \quad
              a_i = \lambda_i C / m_i

    where a station sends once a round (:math:`a_i = 1`) while it has between a burst :math:`b` and a full aggregate
    of frames waiting. The share of time that the load takes, :math:`\sum_i a_i T_i / C`, falls as the round grows,
    so that the search finds the one round in which it equals the free time. Checked against ns-3 in tests/golden.
    """
    light = _state(flows, channel, 0.0)
    if light.demand_share <= 1.0:
        return _split(flows, channel, light)
    full = saturate(flows, channel)
    if full.demand_share >= 1.0:
        return full
    sending = [flow for flow in flows if flow.frames_per_s > 0.0]
    # until the first station's second frame nothing grows; beyond the last one's full aggregate nothing does
    low_us = min(flow.light_size / flow.frames_per_s for flow in sending) * US_PER_S
    high_us = max(flow.times.n_max / flow.frames_per_s for flow in sending) * US_PER_S
    return _state(flows, channel, _round_us(flows, channel, low_us, high_us * (1.0 + ROUND_TOLERANCE)))


def saturate(flows: tuple[Flow, ...], channel: Channel) -> Round:
    """Return how a load would settle if every aggregate were full: `demand_share` is 1 at the channel's capacity."""
    loads = full_loads(flows, channel)
    return Round(
        round_us=math.inf,
        demand_share=sum(demand for demand, _ in loads),
        air_share=sum(air for _, air in loads),
        accesses_per_s=sum(flow.n_stations * flow.frames_per_s / flow.times.n_max for flow in flows),
        n_active=channel.n_queues,
    )


def full_loads(flows: tuple[Flow, ...], channel: Channel) -> tuple[tuple[float, float], ...]:
    """Return demand and air share of each flow with full aggregates: linear in its rate, so that they add up."""
    pause_us, n_collisions, asked_us = _access_us(channel, channel.n_queues)
    to_share = 1.0 / US_PER_S / channel.free_share
    found = []
    for flow in flows:
        times = flow.times
        per_s = flow.n_stations * flow.frames_per_s / times.n_max
        taken_us = pause_us + times.total_us[-1] + n_collisions * times.collision_us[-1]
        air_us = asked_us + times.air_us[-1] + n_collisions * times.lost_us[-1]
        found.append((per_s * taken_us * to_share, per_s * air_us / US_PER_S))
    return tuple(found)


def mean_size(flow: Flow, round_us: float) -> float:
    """Return how many frames a station's aggregates hold when a round lasts so long."""
    return min(max(flow.light_size, flow.frames_per_s * round_us / US_PER_S), float(flow.times.n_max))


def frames_per_access(flows: tuple[Flow, ...], channel: Channel, found: Round) -> float:
    """Return the mean number of frames in a PPDU of these flows, 1 where they send none."""
    alone = max(0.0, 1.0 - found.demand_share) if found.round_us <= 0.0 and channel.n_queues <= 1.0 else 0.0
    frames = accesses = 0.0
    for flow in flows:
        per_s, size = flow.n_stations * flow.frames_per_s, mean_size(flow, found.round_us)
        frames += per_s
        n_ppdus = math.ceil(size / flow.times.n_most)
        accesses += n_ppdus * per_s / size + (alone * per_s / flow.burst if size >= MIN_SPLIT else 0.0)
    return max(1.0, frames / accesses) if accesses > 0.0 else 1.0


def _round_us(flows: tuple[Flow, ...], channel: Channel, low_us: float, high_us: float) -> float:
    """Return the round that takes all the free time: regula falsi in logarithms, Illinois' variant."""

    def missing(log_us: float) -> float:
        return 1.0 - 1.0 / _state(flows, channel, math.exp(log_us)).demand_share

    low, high = math.log(low_us), math.log(high_us)
    at_low, at_high = missing(low), missing(high)
    side = 0
    for _ in range(MAX_STEPS):
        if at_low <= 0.0 or at_high == 0.0 or high - low < ROUND_TOLERANCE:
            break
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        found = missing(middle)
        if found > 0.0:
            low, at_low = middle, found
            at_high, side = (at_high / 2.0 if side == 1 else at_high), 1
        else:
            high, at_high = middle, found
            at_low, side = (at_low / 2.0 if side == -1 else at_low), -1
        if abs(found) < ROUND_TOLERANCE:
            return math.exp(middle)
    return math.exp(low if at_low <= 0.0 else high)


def _split(flows: tuple[Flow, ...], channel: Channel, light: Round) -> Round:
    """Return a light load whose bursts, when they find the channel idle, send their first frame alone.

    The frame that arrives first leaves at once, the rest follows as a second aggregate. The chance of that is the
    share of time that the load leaves free, the second aggregates counted in.
    """
    extra_demand = extra_air = extra_accesses = 0.0
    pause_us = _access_us(channel, 1.0)[0]
    for flow in flows:
        size = flow.light_size
        if size >= MIN_SPLIT:
            per_s = flow.n_stations * flow.frames_per_s / flow.burst
            times = flow.times
            longer_us = times.at(times.air_us, 1.0) + times.at(times.air_us, size - 1.0) - times.at(times.air_us, size)
            gap_us = times.total_us[0] - times.air_us[0]
            extra_air += per_s * longer_us / US_PER_S
            extra_demand += per_s * (longer_us + gap_us + pause_us) / US_PER_S / channel.free_share
            extra_accesses += per_s
    idle = (1.0 - light.demand_share) / (1.0 + extra_demand)
    return Round(
        round_us=0.0,
        demand_share=light.demand_share + idle * extra_demand,
        air_share=light.air_share + idle * extra_air,
        accesses_per_s=light.accesses_per_s + idle * extra_accesses,
        n_active=light.n_active,
    )


def _access_us(channel: Channel, contenders: float) -> tuple[float, float, float]:
    """Return the waiting of one success (idle slots, a pause before it and before every collision), collisions, air.

    All are given for one success of data. Of all accesses a share p are requests for acknowledgements, p the
    probability of a collision. So of n collisions a success n (1 - p²) hold data that is lost; where receivers are
    apart only the n (1 - p)² in which data meets data, and in 2 n p (1 - p) more the data gets through.
    """
    if contenders <= 1.0:
        return channel.edca.cw_min / 2.0 * SLOT_US + aifs_us(channel.edca), 0.0, 0.0
    idle_slots, n_collisions = access_cost(contenders, channel.edca)
    pause_us = idle_slots * SLOT_US + (1.0 + n_collisions) * aifs_us(channel.edca)
    if channel.requests == "none":
        return pause_us, n_collisions, 0.0
    p = collision_probability(contenders, cw_min=channel.edca.cw_min, n_doublings=channel.edca.n_doublings)
    if channel.requests == "shared":
        successes, lost = 1.0 - p, n_collisions * (1.0 - p * p)
    else:
        successes, lost = (1.0 - p) * (1.0 + 2.0 * p * n_collisions), n_collisions * (1.0 - p) ** 2
    air_us = p / successes * REQUEST_AIR_US
    return (pause_us + p * SIFS_US) / successes + air_us, lost / successes, air_us


def _state(flows: tuple[Flow, ...], channel: Channel, round_us: float) -> Round:
    """Return shares and rates if a round lasted so long."""
    contenders = _n_active(flows, channel, round_us)
    pause_us, n_collisions, asked_us = _access_us(channel, contenders)
    taken = air = accesses = 0.0
    for flow in flows:
        size = mean_size(flow, round_us)
        times = flow.times
        per_s = flow.n_stations * flow.frames_per_s / size
        accesses += per_s
        taken += per_s * (pause_us + times.at(times.total_us, size))
        air += per_s * (asked_us + times.at(times.air_us, size))
        if n_collisions:
            taken += per_s * n_collisions * times.at(times.collision_us, size)
            air += per_s * n_collisions * times.at(times.lost_us, size)
    return Round(
        round_us=round_us,
        demand_share=taken / US_PER_S / channel.free_share,
        air_share=air / US_PER_S,
        accesses_per_s=accesses,
        n_active=contenders,
    )


def _n_active(flows: tuple[Flow, ...], channel: Channel, round_us: float) -> float:
    """Return how many queues have something to send when a frame waits: all of them once rounds are long."""
    if channel.n_queues <= 1:
        return 1.0
    n_stations = sum(flow.n_stations for flow in flows)
    waiting = sum(flow.n_stations * min(1.0, flow.frames_per_s * round_us / US_PER_S / flow.burst) for flow in flows)
    return max(1.0, channel.n_queues * waiting / max(n_stations, 1e-12))
