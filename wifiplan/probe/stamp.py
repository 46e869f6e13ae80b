"""STAMP, the simple two-way active measurement protocol: packets of RFC 8762, with the session id of RFC 8972.

Both modes, 44 bytes unauthenticated and 112 bytes authenticated, the same size both ways. HMAC-SHA-256 covers the first
96 bytes and is cut to 16 (RFC 8762, 4.4). Timestamps are NTP's (Z = 0); the clock is not claimed to be synchronised
(S = 0): only round trips are computed from them, never one-way delays.
"""

import struct
from dataclasses import dataclass
from typing import Final

from wifiplan.probe.auth import mac, same
from wifiplan.probe.clocks import ntp_difference_ns

PLAIN_BYTES: Final = 44
AUTHENTIC_BYTES: Final = 112
MOST_BYTES: Final = 1472
"""UDP payload of an Ethernet frame: a longer test packet came in fragments and is not answered."""

PORT: Final = 862
"""Well-known port of STAMP (RFC 8762, 4.1); ours is chosen by the system and told to agents."""

_COVERED = 96

# seq, timestamp, error estimate, SSID | MBZ 28
_PLAIN_SENT = struct.Struct("!IQHH28x")
# seq, timestamp, error, SSID, received, sender's seq, timestamp, error | MBZ 2 | TTL | MBZ 3
_PLAIN_REFLECTED = struct.Struct("!IQHHQIQH2xB3x")
# seq | MBZ 12 | timestamp, error, SSID | MBZ 68 | HMAC
_AUTHENTIC_SENT = struct.Struct("!I12xQHH68x")
# seq | MBZ 12 | timestamp, error, SSID | MBZ 4 | received | MBZ 8 | sender's seq | MBZ 12 | timestamp, error | MBZ 6
# | TTL | MBZ 15 | HMAC
_AUTHENTIC_REFLECTED = struct.Struct("!I12xQHH4xQ8xI12xQH6xB15x")


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPacket:
    """What a session sender sends: sequence number, its NTP time, error estimate, session id."""

    sequence: int
    sent_ntp: int
    error: int
    session: int

    __test__ = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflected:
    """What a session reflector answers: its own numbers, when it received, and the sender's own back."""

    sequence: int
    sent_ntp: int
    error: int
    session: int
    received_ntp: int
    sender_sequence: int
    sender_ntp: int
    sender_error: int
    sender_ttl: int


def error_estimate(error_s: float, *, synchronised: bool = False) -> int:
    """Return the error estimate of a clock (RFC 4656, 4.1.2): S, Z = 0, scale and multiplier in 16 bits.

    Parameters
    ----------
    error_s : float
        How far a stamp may be off [s]; rounded up, since the field is a bound.
    synchronised : bool
        An outside source keeps the clock at UTC.

    Examples
    --------
    >>> hex(error_estimate(0.0001)), round(error_of(error_estimate(0.0001)), 6)
    ('0xbd2', 0.0001)
    """
    units = max(1, int(error_s * (1 << 32)) + 1)
    scale = max(0, units.bit_length() - 8)
    multiplier = -(-units >> scale) if scale == 0 else -(-units // (1 << scale))
    if multiplier > 0xFF:
        scale, multiplier = scale + 1, (multiplier + 1) // 2
    return (0x8000 if synchronised else 0) | min(scale, 63) << 8 | multiplier


def error_of(field: int) -> float:
    """Return the seconds that an error estimate stands for."""
    return float((field & 0xFF) * 2.0 ** (((field >> 8) & 0x3F) - 32))


def sent_bytes(packet: TestPacket, key: bytes | None) -> bytes:
    """Return a test packet, authenticated where there is a key."""
    values = (packet.sequence & 0xFFFFFFFF, packet.sent_ntp, packet.error, packet.session)
    return _PLAIN_SENT.pack(*values) if key is None else _sealed(_AUTHENTIC_SENT.pack(*values), key)


def read_sent(data: bytes, key: bytes | None) -> TestPacket | None:
    """Return the test packet in `data`, None where it is too short or long, or its HMAC is wrong. Never raises.

    What follows the base packet (padding, or the extensions of RFC 8972) is not looked at.
    """
    if not _whole(data, key):
        return None
    layout = _PLAIN_SENT if key is None else _AUTHENTIC_SENT
    sequence, sent_ntp, error, session = layout.unpack_from(data)
    return TestPacket(sequence=sequence, sent_ntp=sent_ntp, error=error, session=session)


def session_of(data: bytes) -> int | None:
    """Return the session id that an authenticated test packet claims, before anything is proven."""
    return int.from_bytes(data[26:28], "big") if AUTHENTIC_BYTES <= len(data) <= MOST_BYTES else None


def reflected_bytes(answer: Reflected, key: bytes | None, tail: bytes = b"") -> bytes:
    """Return the answer to a test packet; `tail` is what followed the base packet: the sizes are the same both ways."""
    values = (
        answer.sequence & 0xFFFFFFFF,
        answer.sent_ntp,
        answer.error,
        answer.session,
        answer.received_ntp,
        answer.sender_sequence,
        answer.sender_ntp,
        answer.sender_error,
    )
    layout = _PLAIN_REFLECTED if key is None else _AUTHENTIC_REFLECTED
    base = layout.pack(*values, answer.sender_ttl)
    return (base if key is None else _sealed(base, key)) + tail


def read_reflected(data: bytes, key: bytes | None) -> Reflected | None:
    """Return the answer in `data`, None where it is too short or long, or its HMAC is wrong. Never raises."""
    if not _whole(data, key):
        return None
    layout = _PLAIN_REFLECTED if key is None else _AUTHENTIC_REFLECTED
    found = layout.unpack_from(data)
    return Reflected(
        sequence=found[0],
        sent_ntp=found[1],
        error=found[2],
        session=found[3],
        received_ntp=found[4],
        sender_sequence=found[5],
        sender_ntp=found[6],
        sender_error=found[7],
        sender_ttl=found[8],
    )


def base_bytes(key: bytes | None) -> int:
    """Return the size of a packet without what may follow it."""
    return PLAIN_BYTES if key is None else AUTHENTIC_BYTES


def residence_ns(answer: Reflected) -> int:
    """Return how long the reflector held the packet [ns]: both stamps are of its own clock."""
    return ntp_difference_ns(answer.sent_ntp, answer.received_ntp)


def _sealed(packet: bytes, key: bytes) -> bytes:
    return packet + mac(key, packet[:_COVERED])


def _whole(data: bytes, key: bytes | None) -> bool:
    if not base_bytes(key) <= len(data) <= MOST_BYTES:
        return False
    return key is None or same(mac(key, data[:_COVERED]), data[_COVERED:AUTHENTIC_BYTES])
