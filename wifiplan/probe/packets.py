"""UDP packets between a controller and its agents: hello, challenge, answer, beat; and the paced data itself.

Everything that an agent sends has 128 bytes, everything that a server answers to it 72: nobody can use the server to
send more to a third host than was sent to it. Every control packet carries a MAC under the device's own key.
"""

import struct
from dataclasses import dataclass
from typing import Final, TypeAlias

from wifiplan.probe.auth import MAC_BYTES, NONCE_BYTES, mac, same

SockAddress: TypeAlias = tuple[str, int] | tuple[str, int, int, int]
"""Where a packet came from, as the socket says it; with flow label and scope for IPv6."""

HELLO: Final = 1
CHALLENGE: Final = 2
ANSWER: Final = 3
READY: Final = 4
BEAT: Final = 5
BYE: Final = 6

CLIENT_BYTES: Final = 128
SERVER_BYTES: Final = 72

_MAGIC = b"WFPH"
_CONTROL = struct.Struct("!4sBBH8s16s16sQ16s")
"""magic, version, kind, port (READY: the reflector's), tag, nonce, cookie, counter, MAC."""
_VERSION = 1
_MACED = _CONTROL.size - MAC_BYTES

DATA_MAGIC: Final = b"WFPD"
DATA: Final = struct.Struct("!4sIHHIQ")
"""magic, stream id, step, flow, sequence number, send time since the step's start [ns]."""
DATA_TAIL: Final = struct.Struct("!HHIQ")
"""What changes from packet to packet: all but magic and stream id, from byte 8 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A control packet.

    Parameters
    ----------
    kind : int
        HELLO, CHALLENGE, ANSWER, READY, BEAT or BYE.
    tag : bytes
        8 bytes that name the device (`auth.device_tag`).
    nonce : bytes
        16 bytes that the agent chose for this conversation.
    cookie : bytes
        CHALLENGE and ANSWER: 16 bytes of the server, bound to the agent's address. READY: see `ready_facts`.
    counter : int
        BEAT and BYE: rises with every packet, so that an old one says nothing.
    port : int
        READY: where the reflector listens.
    """

    kind: int
    tag: bytes
    nonce: bytes
    cookie: bytes = bytes(NONCE_BYTES)
    counter: int = 0
    port: int = 0


def control_bytes(packet: Control, key: bytes, size: int) -> bytes:
    """Return a control packet with its MAC, filled with zeros to `size` bytes."""
    head = _CONTROL.pack(
        _MAGIC,
        _VERSION,
        packet.kind,
        packet.port,
        packet.tag,
        packet.nonce,
        packet.cookie,
        packet.counter,
        bytes(MAC_BYTES),
    )[:_MACED]
    return (head + mac(key, head)).ljust(size, b"\x00")


def read_tag(data: bytes) -> bytes | None:
    """Return which device a packet claims to come from, None for what is no control packet; nothing is proven yet."""
    if len(data) < SERVER_BYTES or data[:4] != _MAGIC or data[4] != _VERSION:
        return None
    return data[8:16]


def read_control(data: bytes, key: bytes) -> Control | None:
    """Return the control packet that `data` holds; None for anything that its MAC does not vouch for."""
    if read_tag(data) is None or not same(mac(key, data[:_MACED]), data[_MACED : _CONTROL.size]):
        return None
    _, _, kind, port, tag, nonce, cookie, counter, _ = _CONTROL.unpack_from(data)
    return Control(kind=kind, tag=tag, nonce=nonce, cookie=cookie, counter=counter, port=port)


_READY_FACTS = struct.Struct("!IH10x")


def ready_cookie(stream_id: int, number: int) -> bytes:
    """Return the cookie of a READY packet: the id of the device's streams, and its STAMP session (SSID)."""
    return _READY_FACTS.pack(stream_id, number)


def ready_facts(cookie: bytes) -> tuple[int, int]:
    """Return the id of the streams and the STAMP session that a READY packet tells.

    >>> ready_facts(ready_cookie(7, 9))
    (7, 9)
    """
    stream_id, number = _READY_FACTS.unpack(cookie)
    return stream_id, number


def n_packets(rate_mbps: float, packet_bytes: int, duration_s: float) -> int:
    """Return how many packets a paced stream sends in a step; both ends count with it.

    >>> n_packets(4.0, 1250, 30.0)
    12000
    """
    return int(rate_mbps * 1e6 / 8 / packet_bytes * duration_s + 1e-6)
