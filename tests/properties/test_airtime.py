"""What must hold for every radio cell: finite answers, no gain from load, determinism."""

import math
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.catalog.radios import Standard, phy_table
from wifiplan.errors import SettingsError
from wifiplan.radio.airtime import Cell, CellClients, cell

SYMBOL_SHARE = 0.006
"""Frames end on whole symbols: a larger aggregate may be cheaper by one."""

MIX_SHARE = 0.08
"""A mix of fast and slow clients that passes saturation is told by another formula, which may lie so much below."""


@st.composite
def clients(draw: st.DrawFn, *, offers: st.SearchStrategy[float | None]) -> CellClients:
    standard: Standard = draw(st.sampled_from(("11n", "11ac", "11ax", "11be")))
    width = draw(st.sampled_from([w for name, w in phy_table() if name == standard and w <= 160]))
    return CellClients(
        count=draw(st.sampled_from((1, 2, 7, 30, 400))),
        standard=standard,
        width_mhz=width,
        spatial_streams=draw(st.integers(1, 4)),
        mcs=draw(st.sampled_from((0, 1, 4, 7))),
        offered_mbps=draw(offers),
    )


NUMBERS = st.floats(0.01, 300.0, allow_nan=False)
ANY_OFFER = st.none() | NUMBERS


@st.composite
def cells(draw: st.DrawFn, *, offers: st.SearchStrategy[float | None] = ANY_OFFER) -> Cell:
    return Cell(
        clients=tuple(draw(st.lists(clients(offers=offers), min_size=1, max_size=4))),
        conventions=draw(st.sampled_from(("standard", "ns-3"))),
        standard="11be",
        width_mhz=160,
        guard_interval_ns=800,
        access_category=draw(st.sampled_from(("BE", "VI"))),
        rts_cts=draw(st.booleans()),
        block_ack_window=draw(st.sampled_from((None, 1, 16, 256))),
        max_ampdu_bytes=draw(st.sampled_from((None, 1, 8000, 65535))),
        co_channel_aps=draw(st.sampled_from((1, 2, 5, 100))),
        direction=draw(st.sampled_from(("down", "up"))),
        transport=draw(st.sampled_from(("udp", "tcp"))),
        payload_bytes=draw(st.sampled_from((1, 200, 1400, 2304))),
        packets_per_burst=draw(st.sampled_from((1, 2, 12, 1000))),
    )


@settings(max_examples=100, deadline=None)
@given(asked=cells())
def test_answers_are_finite_and_consistent(asked: Cell) -> None:
    found = cell(asked)
    assert found == cell(replace(asked))
    assert all(math.isfinite(v) for v in asdict(found).values() if isinstance(v, float))
    assert 0 < found.busy_share <= 1
    assert found.carried_mbps > 0
    assert found.mpdus_per_ppdu >= 1
    n = sum(c.count for c in asked.clients) * asked.co_channel_aps
    assert found.worst_client_mbps <= found.carried_mbps / n * (1 + 1e-9) or any(c.offered_mbps for c in asked.clients)
    total = sum(c.count * (c.offered_mbps or math.inf) for c in asked.clients) * asked.co_channel_aps
    assert found.carried_mbps <= total * (1 + 1e-9)
    if found.sustainable:
        assert found.p95_delay_ms is not None
        assert found.p95_delay_ms < 100
        assert found.carried_mbps == pytest.approx(total)


@settings(max_examples=50, deadline=None)
@given(asked=cells(offers=NUMBERS), factor=st.floats(1.0, 5.0))
def test_a_larger_offer_never_leaves_the_channel_idler(asked: Cell, factor: float) -> None:
    alone = replace(asked, co_channel_aps=1, direction="down", transport="udp", packets_per_burst=1)
    more = replace(
        alone,
        clients=tuple(replace(c, offered_mbps=(c.offered_mbps or 1.0) * factor) for c in alone.clients),
    )
    few, many = cell(alone), cell(more)
    # beyond the capacity an access point shares evenly: another mix, of other frames
    assert many.busy_share >= few.busy_share - (SYMBOL_SHARE if many.p95_delay_ms is not None else MIX_SHARE)
    if len(alone.clients) == 1:
        # where slow clients ask for their even share of a full channel, all together carry less
        assert many.carried_mbps >= few.carried_mbps * (1 - 1e-9)
    assert few.sustainable or not many.sustainable
    assert many.capacity_mbps == pytest.approx(few.capacity_mbps)


@settings(max_examples=50, deadline=None)
@given(asked=cells())
def test_one_more_client_never_raises_what_each_can_get(asked: Cell) -> None:
    first = asked.clients[0]
    more = replace(asked, clients=(replace(first, count=first.count + 1), *asked.clients[1:]))
    n = sum(c.count for c in asked.clients)
    assert cell(more).capacity_mbps / (n + 1) <= cell(asked).capacity_mbps / n * (1 + 1e-9)


@settings(max_examples=60, deadline=None)
@given(asked=cells(), key=st.sampled_from(("count", "mcs", "width_mhz", "spatial_streams", "offered_mbps")))
def test_impossible_values_give_one_message(asked: Cell, key: str) -> None:
    mapping = {**asdict(asked), "clients": [asdict(c) | {key: -1} for c in asked.clients]}
    with pytest.raises(SettingsError):
        cell(mapping)
