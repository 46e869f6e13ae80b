import ipaddress

from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.probe import packets
from wifiplan.probe.auth import device_tag, sub_key
from wifiplan.probe.doorway import Doorway
from wifiplan.probe.packets import (
    ANSWER,
    BEAT,
    BYE,
    CHALLENGE,
    CLIENT_BYTES,
    HELLO,
    READY,
    SERVER_BYTES,
    Control,
    control_bytes,
    read_control,
    ready_facts,
)

KEY = bytes(range(32))
HELLO_KEY = sub_key(KEY, b"hello")
HERE = ("192.168.1.7", 50_000)
NONCE = b"n" * 16
S = 1_000_000_000


def door(allowed: tuple[str, ...] = ()) -> Doorway:
    doorway = Doorway(reflector_port=4321, allowed=[ipaddress.ip_network(text) for text in allowed])
    doorway.register("a1", KEY, number=9, n_flows=1)
    return doorway


def said(kind: int, cookie: bytes = bytes(16), counter: int = 0, key: bytes = HELLO_KEY, tag: str = "a1") -> bytes:
    packet = Control(kind=kind, tag=device_tag(tag), nonce=NONCE, cookie=cookie, counter=counter)
    return control_bytes(packet, key, CLIENT_BYTES)


def challenge(doorway: Doorway, address: tuple[str, int] = HERE, now_ns: int = 0) -> bytes:
    reply, came = doorway.answer(said(HELLO), address, now_ns)
    assert came is None
    assert reply is not None
    assert len(reply) == SERVER_BYTES < CLIENT_BYTES
    packet = read_control(reply, HELLO_KEY)
    assert packet is not None
    assert packet.kind == CHALLENGE
    return packet.cookie


def test_who_answers_the_challenge_is_in() -> None:
    doorway = door()
    reply, came = doorway.answer(said(ANSWER, challenge(doorway)), HERE, 0)
    assert came is not None
    assert came.address == HERE
    packet = read_control(reply or b"", HELLO_KEY)
    assert packet is not None
    assert (packet.kind, packet.port) == (READY, 4321)
    assert ready_facts(packet.cookie) == (came.stream_id, 9)


def test_a_cookie_holds_for_its_address_and_for_twenty_seconds() -> None:
    doorway = door()
    cookie = challenge(doorway)
    for address in (("192.168.1.8", 50_000), ("192.168.1.7", 50_001)):
        assert doorway.answer(said(ANSWER, cookie), address, 0) == (None, None)
    assert doorway.answer(said(ANSWER, cookie), HERE, 20 * S) == (None, None)
    assert doorway.answer(said(ANSWER, cookie), HERE, 19 * S)[1] is not None
    assert door().answer(said(ANSWER, cookie), HERE, 0) == (None, None), "another server's cookie"


def test_strangers_hear_nothing() -> None:
    doorway = door()
    assert doorway.answer(said(HELLO, key=bytes(32)), HERE, 0) == (None, None)
    assert doorway.answer(said(HELLO, tag="a2"), HERE, 0) == (None, None)
    assert doorway.answer(said(HELLO)[:-1], HERE, 0) == (None, None)
    assert doorway.answer(said(HELLO) + b"\x00", HERE, 0) == (None, None)


def test_a_public_address_is_refused_even_with_the_key() -> None:
    for address in ("8.8.8.8", "::ffff:8.8.8.8", "100.64.0.1", "64:ff9b::a00:1"):
        assert door().answer(said(HELLO), (address, 5000), 0) == (None, None)
    assert door(("203.0.113.0/24",)).answer(said(HELLO), ("203.0.113.9", 5000), 0)[0] is not None


def test_beats_count_from_the_proven_address_in_order_alone() -> None:
    doorway = door()
    doorway.answer(said(ANSWER, challenge(doorway)), HERE, 0)
    member = doorway.member("a1")
    assert member is not None
    doorway.answer(said(BEAT, counter=5), HERE, 3 * S)
    assert member.heard_ns == 3 * S
    doorway.answer(said(BEAT, counter=5), HERE, 4 * S)  # the same again: a replay
    doorway.answer(said(BEAT, counter=6), ("192.168.1.8", 50_000), 5 * S)
    doorway.answer(said(BEAT, counter=7, key=bytes(32)), HERE, 6 * S)
    assert member.heard_ns == 3 * S
    doorway.answer(said(BYE, counter=6), HERE, 7 * S)
    assert member.address is None


def test_a_device_that_registers_again_must_prove_itself_again() -> None:
    doorway = door()
    doorway.answer(said(ANSWER, challenge(doorway)), HERE, 0)
    doorway.register("a1", bytes(32), number=9, n_flows=1)
    member = doorway.member("a1")
    assert member is not None
    assert member.address is None
    assert doorway.answer(said(HELLO), HERE, 0) == (None, None)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=300))
def test_no_packet_raises(data: bytes) -> None:
    assert door().answer(data, HERE, 0) == (None, None)


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_no_mutation_lets_anybody_in(data: st.DataObject) -> None:
    doorway = door()
    kind = data.draw(st.sampled_from([HELLO, ANSWER, BEAT, BYE]))
    packet = bytearray(said(kind, challenge(doorway)))
    whole = bytes(packet)
    for _ in range(data.draw(st.integers(1, 6))):
        packet[data.draw(st.integers(0, SERVER_BYTES - 1))] ^= data.draw(st.integers(1, 255))
    reply, came = doorway.answer(bytes(packet), HERE, 0)
    if bytes(packet[:SERVER_BYTES]) != whole[:SERVER_BYTES]:
        assert (reply, came) == (None, None)
    assert reply is None or len(reply) < len(packet)


def test_packets_of_a_stream_are_counted_alike_on_both_ends() -> None:
    assert packets.n_packets(2.5, 1250, 60.0) == 15_000
    assert packets.n_packets(0.3, 1250, 0.1) == 3
    assert packets.n_packets(4.0, 1000, 27.0) == 13_500
