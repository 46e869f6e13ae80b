"""Questions to a name server as bytes, and its answers: RFC 1035 as far as a check needs it; bad bytes never raise."""

import ipaddress
import secrets
import struct
from dataclasses import dataclass
from typing import Final

A: Final = 1
NS: Final = 2
AAAA: Final = 28

NO_ERROR: Final = 0

_HEADER = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHIH")
_MOST_RECORDS = 256
_ADDRESS_BYTES = {A: 4, AAAA: 16}
_NO_NAME = "{!r} is no name of a host"


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsReply:
    """One answer: its code (0 good, 3 no such name), whether it was cut, the addresses of the type asked for."""

    code: int
    is_truncated: bool
    n_answers: int
    addresses: tuple[str, ...]


def question(name: str, kind: int) -> bytes:
    r"""Return a recursive question for a name with a random id.

    Parameters
    ----------
    name : str
        ASCII or international name (IDNA is applied), each label 1 to 63 bytes; "." is the root, for its servers.
    kind : int
        `A`, `AAAA` or `NS`.

    Raises
    ------
    ValueError
        The name is no name.

    Examples
    --------
    >>> question("a.tw", A)[12:]
    b'\x01a\x02tw\x00\x00\x01\x00\x01'
    """
    labels = [_label(part) for part in name.removesuffix(".").split(".")] if (name, kind) != (".", NS) else []
    packed = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    if len(packed) > 255:
        raise ValueError(_NO_NAME.format(name))
    header = _HEADER.pack(secrets.randbits(16), 0x0100, 1, 0, 0, 0)
    return header + packed + struct.pack("!HH", kind, 1)


def reply_to(asked: bytes, data: bytes) -> DnsReply | None:
    """Return the answer to a question, None where the bytes are no answer to it; never raises.

    An answer carries the question's id and the question itself: others' answers, and forged ones, are not taken.
    """
    if len(data) < 12:
        return None
    number, flags, n_questions, n_answers, _, _ = _HEADER.unpack_from(data)
    body = asked[12:]
    if number != int.from_bytes(asked[:2], "big") or not flags & 0x8000:
        return None
    if n_questions == 0 and flags & 0xF:  # some servers refuse without repeating the question
        return DnsReply(code=flags & 0xF, is_truncated=False, n_answers=0, addresses=())
    if n_questions != 1 or data[12 : 12 + len(body)].lower() != body.lower():
        return None
    return DnsReply(
        code=flags & 0xF,
        is_truncated=bool(flags & 0x0200),
        n_answers=n_answers,
        addresses=_addresses(data, 12 + len(body), min(n_answers, _MOST_RECORDS), kind_of(asked)),
    )


def kind_of(asked: bytes) -> int:
    """Return the type that a question asks for."""
    return int.from_bytes(asked[-4:-2], "big")


def _label(part: str) -> bytes:
    try:
        label = part.encode("ascii") if part.isascii() else part.encode("idna")
    except UnicodeError as error:
        raise ValueError(_NO_NAME.format(part)) from error
    if not 1 <= len(label) <= 63:
        raise ValueError(_NO_NAME.format(part))
    return label


def _addresses(data: bytes, at: int, n_answers: int, kind: int) -> tuple[str, ...]:
    found = []
    for _ in range(n_answers):
        at = _after_name(data, at)
        if at + _RECORD.size > len(data):
            break
        record_kind, _, _, length = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        value = data[at : at + length]
        if record_kind == kind and len(value) == length == _ADDRESS_BYTES.get(kind):
            found.append(str(ipaddress.ip_address(value)))
        at += length
    return tuple(found)


def _after_name(data: bytes, at: int) -> int:
    """Return where a name ends; a pointer ends it, so that no chain of pointers is ever followed."""
    while at < len(data):
        length = data[at]
        if length >= 0xC0:
            return at + 2
        if length == 0:
            return at + 1
        at += 1 + length
    return len(data)
