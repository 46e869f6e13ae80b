import pytest
from hypothesis import given
from hypothesis import strategies as st

from wifiplan.errors import ProbeError
from wifiplan.probe import auth


def test_tokens_are_fresh_and_come_back_whole() -> None:
    tokens = {auth.new_token() for _ in range(50)}
    assert len(tokens) == 50
    for text in tokens:
        assert len(auth.token_bytes(text)) == 32
        assert auth.token_bytes(text.lower()) == auth.token_bytes(f" {text[:20]}-{text[20:]} ")


@pytest.mark.parametrize("text", ["", "A", "1" * 52, "A" * 51, "A" * 60, "你好", "A" * 52 + "\x00"])
def test_no_token_is_one_message_that_does_not_repeat_it(text: str) -> None:
    with pytest.raises(ProbeError) as caught:
        auth.token_bytes(text)
    assert len(text) < 20 or text not in str(caught.value)
    assert caught.value.zh[0]


def test_room_codes_hold_no_letters_that_look_alike() -> None:
    codes = {auth.new_room_code() for _ in range(300)}
    assert len(codes) == 300
    assert all(len(code) >= 6 and not set(code) & set("0O1IL") for code in codes)
    assert auth.find_code("abc-2d e", ("ABC2DE", "ZZZZZZ")) == "ABC2DE"
    assert auth.find_code("ABC2D", ("ABC2DE",)) is None
    assert auth.find_code("", ("ABC2DE",)) is None


@given(st.text())
def test_whatever_is_typed_as_a_code_is_only_wrong(typed: str) -> None:
    assert auth.find_code(typed, ("ABCDEF",)) in {None, "ABCDEF"}


def test_a_proof_holds_for_its_token_and_nonces_alone() -> None:
    token, ours, theirs = bytes(range(32)), b"s" * 16, b"c" * 16
    proof = auth.agent_proof(token, ours, theirs)
    assert auth.proves(token, ours, theirs, proof)
    assert not auth.proves(bytes(32), ours, theirs, proof)
    assert not auth.proves(token, theirs, ours, proof)
    assert not auth.proves(token, ours, theirs, proof[:-1])
    # the same bytes, cut elsewhere
    assert not auth.proves(token, ours + theirs[:1], theirs[1:], proof)


def test_proof_is_the_protocols() -> None:
    # HMAC-SHA256(key = 32 zero bytes, "wifiplan-agent" + 16 * 01 + 16 * 02), computed with OpenSSL's command line
    proof = auth.agent_proof(bytes(32), b"\x01" * 16, b"\x02" * 16)
    assert proof.hex() == "a62cb467b7eb9b4afb02da3c523cb3bcc0d74e47e53f60362e2585b00d8a96af"


def test_keys_differ_by_device_nonce_and_use() -> None:
    token = bytes(32)
    keys = {
        auth.device_key(token, b"a" * 16, b"b" * 16, "x"),
        auth.device_key(token, b"a" * 16, b"b" * 16, "y"),
        auth.device_key(token, b"a" * 16, b"c" * 16, "x"),
        auth.agent_proof(token, b"a" * 16, b"b" * 16),
        auth.sub_key(token, b"hello"),
        auth.sub_key(token, b"stamp"),
    }
    assert len(keys) == 6


def test_guesses_are_limited_by_address_and_in_all() -> None:
    now = [0.0]
    limit = auth.GuessLimit(per_address=3, in_all=5, window_s=60.0, clock=lambda: now[0])
    for _ in range(3):
        assert limit.allows("10.0.0.1")
        limit.wrong("10.0.0.1")
    assert not limit.allows("10.0.0.1")
    assert limit.allows("10.0.0.2")
    limit.wrong("10.0.0.2")
    limit.wrong("10.0.0.3")
    assert not limit.allows("10.0.0.4")
    assert limit.wait_s() == 60.0
    now[0] = 60.0
    assert limit.allows("10.0.0.1")


def test_guesses_from_many_addresses_take_no_memory() -> None:
    limit = auth.GuessLimit(in_all=10**9)
    for number in range(20_000):
        limit.wrong(str(number))
    assert len(limit._wrong) <= 4096
