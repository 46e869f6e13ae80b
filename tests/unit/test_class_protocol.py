"""What devices and controller say to each other, and what strangers may try."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.probe.classroom import protocol as p
from wifiplan.probe.classroom.wire import BadMessageError, read_client, read_server

CLIENT: list[p.ClientMessage] = [
    p.Hello(code="ABC234", seat="07", page_ms=12.5, wake=True),
    p.Hello(code="ABC234", kind="agent", flows=30, visible=False, resume="00" * 8),
    p.Proof(nonce="ab" * 16, hmac="cd" * 32),
    p.Ping(n=3, t_ms=12.25),
    p.Log(
        step=2, bins=((1.0, 10), (51.0, 6000)), rtt=((5.0, 2.5), (255.0, None)), hidden_ms=3.0, busy_share=0.1, end=True
    ),
    p.Figures(step=1, receipt={"received_bytes": 5}),
]
SERVER: list[p.ServerMessage] = [
    p.Challenge(nonce="ab" * 16),
    p.Welcome(seat="07", device="0a" * 8, room="三年甲班", udp_port=9000),
    p.Refused(why="code"),
    p.Pong(n=3, t_ms=12.25),
    p.StepOrder(
        step=1, play=True, in_ms=500.0, duration_s=30.0, settle_s=3.0, rate_mbps=2.5, url="/stream/ab/1?k=cd", port=81
    ),
    p.Stop(why="guard"),
    p.Done(verdict="pass"),
]


@pytest.mark.parametrize("message", CLIENT)
def test_a_client_message_comes_back_as_it_went(message: p.ClientMessage) -> None:
    assert read_client(p.text_of(message)) == message


@pytest.mark.parametrize("message", SERVER)
def test_a_server_message_comes_back_as_it_went(message: p.ServerMessage) -> None:
    assert read_server(p.text_of(message)) == message
    assert len(p.text_of(message).encode()) <= p.MOST_SERVER_BYTES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 60_000,
        "{" * 5,
        "null",
        '{"type":"hello"}',
        '{"type":["hello"],"code":"A"}',
        '{"type":"hello","code":"A","seat":["1"]}',
        '{"type":"hello","code":"A","kind":{}}',
        '{"type":"hello","code":"A/../B"}',
        '{"type":"hello","code":"A","flows":1e9}',
        '{"type":"hello","code":"A","page_ms":1e999}',
        '{"type":"ping","n":1,"t_ms":NaN}',
        '{"type":"ping","n":true,"t_ms":1}',
        '{"type":"ping","n":1' + "0" * 400 + ',"t_ms":1}',
        '{"type":"log","step":1,"bins":[[1,5],[0,6]]}',
        '{"type":"log","step":1,"bins":[[1,5],[2,4]]}',
        '{"type":"log","step":1,"bins":[[1,-5]]}',
        '{"type":"log","step":1,"bins":[[1,5,6]]}',
        '{"type":"log","step":1,"bins":{"a":1}}',
        '{"type":"log","step":1,"rtt":[[1,-2]]}',
        '{"type":"log","step":1,"visible":"yes"}',
        '{"type":"figures","step":1,"receipt":[]}',
        "x" * 70_000,
    ],
)
def test_what_is_not_as_agreed_is_refused(text: str) -> None:
    with pytest.raises(BadMessageError):
        read_client(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(CLIENT), st.data())
def test_a_field_of_any_kind_raises_nothing_else(message: p.ClientMessage, data: st.DataObject) -> None:
    pairs = json.loads(p.text_of(message))
    pairs[data.draw(st.sampled_from(sorted(pairs)))] = data.draw(JSON)
    for read in (read_client, read_server):
        try:
            read(json.dumps(pairs))
        except BadMessageError:
            continue


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_raise_nothing_else(junk: bytes) -> None:
    for read in (read_client, read_server):
        with pytest.raises(BadMessageError):
            read(junk)
