"""How long frames wait: the delay that 95 % of them stay below."""

import math

from wifiplan.radio.contention import backoff_variation
from wifiplan.radio.queueing import US_PER_S, Channel, Flow, Round, mean_size

LATE_SHARE = 0.05
"""The share of frames that may wait longer."""

FIRST_SECONDS = LATE_SHARE / (1.0 - LATE_SHARE)
"""Accesses with a second frame, as a share, from which on more than `LATE_SHARE` of frames waited a period."""


def delay_p95_ms(flows: tuple[Flow, ...], channel: Channel, found: Round) -> float:
    r"""Return the delay that 95 % of frames stay below, pooled over stations [ms].

    Parameters
    ----------
    flows : tuple of Flow
        The data, without what answers it.
    channel : Channel
        Who contends.
    found : Round
        How the load settled; its round must be finite.

    Returns
    -------
    float
        Milliseconds from a frame's arrival at the sender to the end of the frame that carries it.

    Notes
    -----
    Frames arrive evenly and the oldest is served first; the receiver hands on each frame of an aggregate as it ends,
    so that the first ones, which waited longest, arrive before the rest. A load that leaves as it comes is a queue of
    N periodic streams, of which an arrival meets N - 1:

    .. math:: P(W > q T) \approx \rho \exp(-2 q^2 / (N-1) - 2 q (1 - \rho))

    (B. Hajek's heavy traffic approximation of the N·D/D/1 queue [M]). Once aggregates grow, a frame waits up to a
    round, evenly: 0.95 C, and then the first twentieth of its aggregate is sent. In between, with 1 + x frames an
    aggregate, the wait drifts around one period P: the share x of accesses whose first frame waited longer send two.
    These waits spread from P to (1 + sqrt x) P (found with a simulated queue of 5 to 60 stations, within 7 %), so that
    95 % of frames stay below

    .. math:: P \left(1 + \sqrt{x} \left(1 - 0.05 \frac{1 + x}{x}\right)\right)

    which meets 0.95 C where every aggregate holds two. Where several queues contend, rounds themselves vary:
    `_round_quantile`.
    """
    light_us = _light_us(flows, channel, min(found.demand_share, 1.0), found.round_us)
    if found.round_us <= 0:
        return light_us / 1000.0
    of_round = _round_quantile(flows, channel, found)
    total = frames = 0.0
    for flow in flows:
        weight = flow.n_stations * flow.frames_per_s
        early = max(1.0, LATE_SHARE * mean_size(flow, found.round_us))
        own_us = flow.times.at(flow.times.ppdu_us, early)
        total += weight * (own_us + _wait_us(flow, found.round_us, of_round, light_us))
        frames += weight
    return total / frames / 1000.0


def _wait_us(flow: Flow, round_us: float, of_round: float, light_us: float) -> float:
    """Return what 95 % of a flow's frames wait at most before their own aggregate."""
    periods = flow.frames_per_s * round_us / US_PER_S / flow.burst
    longest_us = of_round * round_us
    if periods >= 2.0:
        return longest_us
    period_us = round_us / periods
    doubled = periods - 1.0
    if doubled >= FIRST_SECONDS:
        spread = math.sqrt(doubled) * (1.0 - LATE_SHARE * periods / doubled)
        return max(longest_us, period_us * (1.0 + spread))
    if doubled > 0.0:
        share = doubled / FIRST_SECONDS
        return light_us + share * max(0.0, longest_us - light_us)
    return longest_us


def _light_us(flows: tuple[Flow, ...], channel: Channel, demand_share: float, round_us: float) -> float:
    """Return the delay of a load that leaves as it comes: waiting for others' accesses, then its own frame."""
    n_stations = sum(flow.n_stations for flow in flows)
    accesses_per_s = own_us = 0.0
    for flow in flows:
        size = mean_size(flow, round_us)
        per_s = flow.n_stations * flow.frames_per_s / size
        accesses_per_s += per_s
        own_us += per_s * flow.times.at(flow.times.ppdu_us, size)
    accesses_per_s = max(accesses_per_s, 1e-12)
    service_us = demand_share * channel.free_share / accesses_per_s * US_PER_S
    n_others = max(n_stations - 1.0, 1e-9)
    excess = math.log(max(demand_share / LATE_SHARE, 1.0))
    slope = 1.0 - demand_share
    queued = (math.sqrt(slope**2 + 2.0 * excess / n_others) - slope) * n_others / 2.0
    return queued * service_us + own_us / accesses_per_s


def _round_quantile(flows: tuple[Flow, ...], channel: Channel, found: Round) -> float:
    r"""Return the wait, in mean rounds, that 95 % of frames stay below: 0.95 where rounds are all alike.

    Notes
    -----
    Of k contending queues, each with s stations, one has the channel after k accesses on average, but in a random
    order: its rounds have the squared variation :math:`v = c (k - 1) / (k s)`, c that of the backoff between two
    successes. A frame meets long rounds more often: :math:`P(W > w) = \int_w^\infty P(R > r) dr / C`. For
    gamma-distributed rounds the quantile is :math:`0.95 + 2.05 v (1 + e^{-4v} / 2)`, within 1 %: 0.95 without
    variation, 3.0 where a round is a lottery.
    """
    contenders = found.n_active
    stations = sum(flow.n_stations for flow in flows) / max(channel.n_queues, 1.0)
    uneven = backoff_variation(contenders, channel.edca)
    variation = uneven * (contenders - 1.0) / (contenders * max(stations, 1.0))
    even = 1.0 - LATE_SHARE
    return even + (-math.log(LATE_SHARE) - even) * variation * (1.0 + math.exp(-4.0 * variation) / 2.0)
