import hmac
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wifiplan.probe import stamp
from wifiplan.probe.auth import sub_key
from wifiplan.probe.clocks import SteadyClock, ntp_difference_ns, ntp_of
from wifiplan.probe.reflector import Reflector

KEY = bytes(range(32))
SENT = stamp.TestPacket(sequence=0x01020304, sent_ntp=0xE0000000_80000000, error=0x8B0A, session=0x1234)
ANSWER = stamp.Reflected(
    sequence=5,
    sent_ntp=0xE0000001_00000000,
    error=0x0BD2,
    session=0x1234,
    received_ntp=0xE0000000_C0000000,
    sender_sequence=0x01020304,
    sender_ntp=0xE0000000_80000000,
    sender_error=0x8B0A,
    sender_ttl=63,
)


def test_unauthenticated_packets_have_the_layout_of_the_rfc() -> None:
    sent = stamp.sent_bytes(SENT, None)
    assert sent == bytes.fromhex("01020304 e0000000 80000000 8b0a 1234") + bytes(28)
    reflected = stamp.reflected_bytes(ANSWER, None)
    assert reflected == bytes.fromhex(
        "00000005 e0000001 00000000 0bd2 1234 e0000000 c0000000 01020304 e0000000 80000000 8b0a 0000 3f 000000"
    )
    assert len(sent) == len(reflected) == 44


def test_authenticated_packets_have_the_layout_of_the_rfc() -> None:
    sent = stamp.sent_bytes(SENT, KEY)
    body = bytes.fromhex("01020304") + bytes(12) + bytes.fromhex("e0000000 80000000 8b0a 1234") + bytes(68)
    assert sent[:96] == body
    assert sent[96:] == hmac.digest(KEY, body, "sha256")[:16]
    reflected = stamp.reflected_bytes(ANSWER, KEY)
    body = (
        bytes.fromhex("00000005")
        + bytes(12)
        + bytes.fromhex("e0000001 00000000 0bd2 1234 00000000 e0000000 c0000000")
        + bytes(8)
        + bytes.fromhex("01020304")
        + bytes(12)
        + bytes.fromhex("e0000000 80000000 8b0a")
        + bytes(6)
        + b"\x3f"
        + bytes(15)
    )
    assert len(body) == 96
    assert reflected[:96] == body
    assert reflected[96:] == hmac.digest(KEY, body, "sha256")[:16]
    assert len(sent) == len(reflected) == 112


def test_scapy_reads_what_we_write_and_we_what_scapy_writes() -> None:
    scapy = pytest.importorskip("scapy.contrib.stamp")
    sent = scapy.STAMPSessionSenderTestUnauthenticated(stamp.sent_bytes(SENT, None))
    assert (sent.seq, sent.ssid, sent.err_estimate.S, sent.err_estimate.scale, sent.err_estimate.multiplier) == (
        0x01020304,
        0x1234,
        1,
        11,
        10,
    )
    answer = scapy.STAMPSessionReflectorTestUnauthenticated(stamp.reflected_bytes(ANSWER, None))
    assert (answer.seq, answer.seq_sender, answer.ttl_sender, answer.err_estimate_sender.scale) == (
        5,
        0x01020304,
        63,
        11,
    )
    theirs = bytes(scapy.STAMPSessionSenderTestUnauthenticated(seq=7, ssid=9))
    assert stamp.read_sent(theirs, None) is not None
    read = stamp.read_sent(theirs, None)
    assert read is not None
    assert (read.sequence, read.session) == (7, 9)


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_wireshark_sees_no_fault(tmp_path: Path) -> None:
    scapy_all = pytest.importorskip("scapy.all")
    capture = tmp_path / "stamp.pcap"
    head = scapy_all.Ether() / scapy_all.IP(src="10.0.0.1", dst="10.0.0.2")
    sent = head / scapy_all.UDP(sport=40000, dport=862) / stamp.sent_bytes(SENT, None)
    scapy_all.wrpcap(str(capture), [sent])
    command = ["tshark", "-r", str(capture), "-d", "udp.port==862,twamp.test", "-V"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Sequence Number: 16909060" in done.stdout
    assert "Malformed" not in done.stdout


def test_what_was_changed_is_not_read() -> None:
    for data, read in (
        (stamp.sent_bytes(SENT, KEY), stamp.read_sent),
        (stamp.reflected_bytes(ANSWER, KEY), stamp.read_reflected),
    ):
        assert read(data, KEY) is not None
        assert read(data, bytes(32)) is None
        for place in range(112):
            changed = bytearray(data)
            changed[place] ^= 1
            assert read(bytes(changed), KEY) is None
        assert read(data[:-1], KEY) is None


@pytest.mark.parametrize("seconds", [1e-9, 1e-6, 0.0001, 0.01, 1.0, 1000.0])
def test_an_error_estimate_is_never_below_the_error(seconds: float) -> None:
    field = stamp.error_estimate(seconds)
    assert seconds <= stamp.error_of(field) <= seconds * 1.02 + 1e-9
    assert field & 0xFF  # zero is not allowed (RFC 4656, 4.1.2)
    assert not field & 0xC000
    assert stamp.error_estimate(seconds, synchronised=True) & 0xC000 == 0x8000


@given(st.integers(0, 2**32 - 1), st.integers(-(10**12), 10**12))
def test_ntp_times_differ_as_the_times_do(start_s: int, difference_ns: int) -> None:
    start_ns = start_s * 1_000_000_000 + 10**12
    assert abs(ntp_difference_ns(ntp_of(start_ns + difference_ns), ntp_of(start_ns)) - difference_ns) <= 2


def test_a_clock_that_is_set_moves_no_stamp() -> None:
    now = [0, 10**18]
    clock = SteadyClock(realtime_ns=lambda: now[1], monotonic_ns=lambda: now[0])
    assert clock.monotonic_of(now[1]) == 0
    now[0] += 10**9
    now[1] += 10**9 + 3600 * 10**9
    assert clock.monotonic_of(now[1]) == 10**9
    assert clock.n_steps == 1


def allowed_reflector(*, open_to_all: bool = False) -> Reflector:
    reflector = Reflector(open_to_all=open_to_all)
    reflector.allow(7, KEY, "192.168.1.7")
    return reflector


def asked(size: int = 112, session: int = 7) -> bytes:
    packet = stamp.TestPacket(sequence=1, sent_ntp=ntp_of(time.time_ns()), error=1, session=session)
    return stamp.sent_bytes(packet, sub_key(KEY, b"stamp")).ljust(size, b"\x05")


@pytest.mark.parametrize("size", [112, 113, 500, 1472])
def test_an_answer_is_as_long_as_its_question(size: int) -> None:
    reply = allowed_reflector().answer(asked(size), "192.168.1.7", received_ns=time.time_ns(), ttl=64)
    assert reply is not None
    assert len(reply) == size
    answer = stamp.read_reflected(reply, sub_key(KEY, b"stamp"))
    assert answer is not None
    assert 0 <= stamp.residence_ns(answer) < 10**9


def test_only_devices_at_their_own_address_are_answered() -> None:
    reflector = allowed_reflector()
    now = time.time_ns()
    assert reflector.answer(asked(), "192.168.1.8", received_ns=now, ttl=64) is None
    assert reflector.answer(asked(session=8), "192.168.1.7", received_ns=now, ttl=64) is None
    assert reflector.answer(stamp.sent_bytes(SENT, None), "192.168.1.7", received_ns=now, ttl=64) is None
    assert reflector.heard() == []
    assert reflector.answer(asked(), "192.168.1.7", received_ns=now, ttl=64) is not None
    assert reflector.heard() == [7]
    reflector.forget(7)
    assert reflector.answer(asked(), "192.168.1.7", received_ns=now, ttl=64) is None


def test_a_device_that_floods_is_not_answered_for_the_rest_of_the_second() -> None:
    reflector, now = allowed_reflector(), 10**18
    answers = [reflector.answer(asked(), "192.168.1.7", received_ns=now + k, ttl=64) for k in range(1000)]
    assert sum(answer is not None for answer in answers) == 200
    assert reflector.answer(asked(), "192.168.1.7", received_ns=now + 10**9, ttl=64) is not None


def test_forged_packets_do_not_use_up_a_devices_share() -> None:
    reflector = allowed_reflector()
    sound = asked()
    forged = sound[:-1] + bytes([sound[-1] ^ 1])
    assert all(reflector.answer(forged, "192.168.1.7", received_ns=1, ttl=0) is None for _ in range(500))
    assert reflector.answer(sound, "192.168.1.7", received_ns=1, ttl=0) is not None


def test_an_open_reflector_is_no_amplifier_and_starts_no_endless_game() -> None:
    reflector = Reflector(open_to_all=True)
    question = stamp.sent_bytes(SENT, None)
    told = [reflector.answer(question, "192.168.1.9", received_ns=1, ttl=0) for _ in range(1000)]
    assert sum(reply is not None for reply in told) == 200
    many = [reflector.answer(question, f"10.0.{i // 250}.{i % 250}", received_ns=1, ttl=0) for i in range(1000)]
    assert sum(reply is not None for reply in many) == 63
    assert reflector.answer(question, "10.0.3.200", received_ns=1_000_000_001, ttl=0) is not None


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=1600), st.sampled_from(["192.168.1.7", "8.8.8.8", "::1", "", "x"]), st.booleans())
def test_no_packet_raises_or_is_answered_with_more(data: bytes, address: str, open_to_all: bool) -> None:  # noqa: FBT001
    reply = allowed_reflector(open_to_all=open_to_all).answer(data, address, received_ns=1, ttl=0)
    assert reply is None or len(reply) <= len(data)
    assert reply is None or address in {"192.168.1.7", "::1"}


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_mutation_of_a_question_raises_or_is_answered_with_more(data: st.DataObject) -> None:
    packet = bytearray(asked(data.draw(st.integers(112, 200))))
    for _ in range(data.draw(st.integers(0, 8))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(packet[: data.draw(st.integers(0, len(packet)))])
    reply = allowed_reflector(open_to_all=True).answer(cut, "192.168.1.7", received_ns=1, ttl=0)
    assert reply is None or len(reply) == len(cut)
    stamp.read_reflected(cut, KEY)
    stamp.read_sent(cut, None)
