"""One small web request to a pinned address, timed part by part; a hostile answer ends in a word, never in a crash."""

import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Event

from wifiplan.probe.services.records import Fault
from wifiplan.probe.services.wire import ANYWHERE, MOST_ANSWER_BYTES, Deadline, Wire

MOST_HEAD_BYTES = 16384
_STALLED_S = 3.0
"""A body of which nothing comes for this long has stalled for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of whom. `address` was resolved before; `host` is only what the server is called.

    `most_mbps` holds the reading back to a rate, whatever the server sends; `for_s` ends it in time, body or not, and
    `stop` ends it once it is set.
    """

    host: str
    address: str
    port: int
    path: str = "/"
    is_tls: bool = False
    method: str = "GET"
    authorization: str = ""
    for_s: float = 5.0
    most_bytes: int = MOST_ANSWER_BYTES
    most_mbps: float | None = None
    wire: Wire = ANYWHERE
    stop: Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came back: times from the start of the connection [ms], and the body up to the cap.

    `late_s` is how much too long this laptop slept between reads: its own fault, while the body waited for it.
    """

    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    n_body_bytes: int = 0
    body_s: float = 0.0
    late_s: float = 0.0
    fault: Fault = ""


def goodput_mbps(got: Fetched, asked_mbps: float) -> float:
    """Return the rate of a body, without the time that this laptop overslept, and never above what was asked."""
    seconds = got.body_s - got.late_s
    return min(asked_mbps, got.n_body_bytes * 8 / 1e6 / seconds) if seconds > 0 else 0.0


def fetch(asked: Request) -> Fetched:
    """Ask once; what went wrong stands in `fault`."""
    started_s = time.perf_counter()
    deadline = Deadline(asked.for_s)
    got = Fetched()
    opened: socket.socket | None = None
    try:
        opened = asked.wire.connected(asked.address, asked.port, asked.for_s)
        got = replace(got, connect_ms=_since(started_s))
        if asked.is_tls:
            deadline.wait(opened)
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=asked.host)
            got = replace(got, tls_ms=_since(started_s) - (got.connect_ms or 0))
        opened.sendall(_head_of(asked))
        return _answer(opened, asked, got, started_s, deadline)
    except (OSError, ValueError) as error:
        return replace(got, fault=_fault_of(error))
    finally:
        if opened is not None:
            opened.close()


def parse_head(data: bytes) -> tuple[int, dict[str, str]] | None:
    r"""Return status and headers (lower case) of an answer's head, None where it is no answer of HTTP; never raises.

    >>> parse_head(b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n")
    (204, {'server': 'x'})
    """
    lines = data.decode("latin-1").replace("\r\n", "\n").split("\n")
    cells = lines[0].split(None, 2)
    is_http = len(cells) >= 2 and cells[0].startswith("HTTP/1.") and len(cells[1]) == 3 and cells[1].isascii()
    if not is_http or not cells[1].isdigit() or cells[1] < "100":
        return None
    headers: dict[str, str] = {}
    for line in lines[1:200]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), _clean(value))
    return int(cells[1]), headers


def _clean(text: str) -> str:
    """Return a stranger's words without what moves a terminal's cursor."""
    return "".join(letter for letter in text.strip() if letter.isprintable())[:500]


def _answer(opened: socket.socket, asked: Request, got: Fetched, started_s: float, deadline: Deadline) -> Fetched:
    data = b""
    while b"\r\n\r\n" not in data and b"\n\n" not in data:
        deadline.wait(opened)
        part = opened.recv(4096)
        if part and not data:
            got = replace(got, first_byte_ms=_since(started_s))
        data += part
        if not part or len(data) > MOST_HEAD_BYTES:
            break
    if not data:
        return replace(got, fault="reset")
    head, body = _parted(data)
    parsed = parse_head(head)
    if parsed is None:
        return replace(got, fault="garbage")
    got = replace(got, status=parsed[0], headers=parsed[1])
    if asked.method == "HEAD" or parsed[0] in {204, 304}:
        return got
    return _read_body(opened, asked, got, body, deadline)


def _read_body(opened: socket.socket, asked: Request, got: Fetched, body: bytes, deadline: Deadline) -> Fetched:
    length = got.headers.get("content-length", "")
    wanted = min(asked.most_bytes, int(length[:15]) if length.isascii() and length.isdigit() else asked.most_bytes)
    kept, n, began_s = bytearray(body[:MOST_ANSWER_BYTES]), len(body), time.perf_counter()
    late_s = 0.0
    try:
        while n < wanted and not (asked.stop is not None and asked.stop.is_set()):
            deadline.wait(opened, _STALLED_S)
            part = opened.recv(min(65536, wanted - n))
            if not part:
                break
            n += len(part)
            kept += part[: max(0, MOST_ANSWER_BYTES - len(kept))]
            late_s += _hold_back(asked.most_mbps, n, time.perf_counter() - began_s, deadline)
    except OSError:  # the time is over, or the server went: what came stands
        pass
    return replace(got, body=bytes(kept), n_body_bytes=n, body_s=time.perf_counter() - began_s, late_s=late_s)


def _hold_back(most_mbps: float | None, n_bytes: int, seconds: float, deadline: Deadline) -> float:
    """Wait until so many bytes are due; return how much longer than asked the system let us sleep [s]."""
    if most_mbps is None:
        return 0.0
    wanted_s = min(n_bytes * 8 / (most_mbps * 1e6) - seconds, deadline.left_s)
    if wanted_s <= 0:
        return 0.0
    slept_s = time.perf_counter()
    time.sleep(wanted_s)
    return max(0.0, time.perf_counter() - slept_s - wanted_s)


def _head_of(asked: Request) -> bytes:
    lines = [f"{asked.method} {asked.path} HTTP/1.1", f"Host: {asked.host}", "User-Agent: wifiplan-probe"]
    lines += ["Accept: */*", "Accept-Encoding: identity", "Connection: close"]
    if asked.authorization:
        lines.append(f"Authorization: {asked.authorization}")
    if any(letter in "".join(lines) for letter in "\r\n"):
        raise ValueError(asked.path)
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _parted(data: bytes) -> tuple[bytes, bytes]:
    for gap in (b"\r\n\r\n", b"\n\n"):
        head, found, body = data.partition(gap)
        if found:
            return head, body
    return data, b""


def _fault_of(error: Exception) -> Fault:
    kinds: tuple[tuple[type[Exception], Fault], ...] = (
        (ssl.SSLError, "tls"),
        (TimeoutError, "timeout"),
        (ConnectionRefusedError, "refused"),
        (ConnectionError, "reset"),
        (ValueError, "garbage"),
    )
    return next((fault for kind, fault in kinds if isinstance(error, kind)), "unreachable")


def _since(started_s: float) -> float:
    return (time.perf_counter() - started_s) * 1e3
