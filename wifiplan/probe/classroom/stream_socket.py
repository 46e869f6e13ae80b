"""One connection of the stream server: its request read within bounds, its bytes sent on an absolute schedule.

A chunk leaves every `CHUNK_S`; what the network does not take stays a number, never memory, and is sent as soon as it
does ("the network is slower"). How late a chunk became due is the sender's own error ("the generator is late"),
whether or not the socket was free; the two are never mixed.
"""

import contextlib
import os
import re
import socket
import ssl
import struct
import sys
import time
from array import array
from dataclasses import dataclass
from typing import Literal, TypeAlias

CHUNK_S = 0.02
"""A chunk of every stream leaves this often [s]."""

MOST_REQUEST_BYTES = 4_096
"""A request longer than this is refused."""

Hope: TypeAlias = Literal["read", "write"]
"""What a connection waits for."""

_NOISE = memoryview(os.urandom(1 << 20))
_REQUEST = re.compile(rb"GET /stream/([0-9a-f]{8,64})/([0-9]{1,4})\?k=([0-9a-f]{16,64}) HTTP/1\.[01]\r\n")
_RESET = struct.pack("ii", 1, 0)
_WAITS = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    device: str
    step: int
    key: str


@dataclass(frozen=True, slots=True)
class Tcp:
    """What the kernel knows of a connection: bytes acknowledged, and how long the far end's window was shut [s]."""

    acked: int
    rwnd_limited_s: float


class Schedule:
    """One stream's schedule: what should have been sent by now, what was, and how late the sender was."""

    def __init__(self, *, rate_mbps: float, first_s: float, end_s: float, window: tuple[float, float]) -> None:
        self.bytes_per_s = rate_mbps * 1e6 / 8
        self.first_s = first_s
        self.end_s = end_s
        self.window = window
        self.n_chunks = 0
        self.due = 0
        self.sent = 0
        self.skipped = 0
        self.held = False
        self.late_s = array("d")
        self.blocked_s = 0.0
        self._blocked_since: float | None = None

    @property
    def total(self) -> int:
        """Bytes of the whole stream."""
        return int(self.bytes_per_s * (self.end_s - self.first_s))

    @property
    def next_s(self) -> float:
        """When the next chunk is due."""
        return self.first_s + self.n_chunks * CHUNK_S

    @property
    def over(self) -> bool:
        """Whether no more will become due."""
        return self.next_s >= self.end_s

    def tick(self, now: float) -> None:
        """Make due what is due; a stream that is held skips its bytes: live television does not wait."""
        while self.next_s <= now and not self.over:
            if self.window[0] <= self.next_s < self.window[1]:
                self.late_s.append(now - self.next_s)
            self.n_chunks += 1
            until = min(int(self.bytes_per_s * CHUNK_S * self.n_chunks), self.total) - self.skipped
            if self.held:
                self.skipped += until - self.due
            else:
                self.due = until

    def hold(self, *, on: bool) -> None:
        """Stop or go on; what had not left yet is skipped."""
        self.skipped += self.due - self.sent
        self.due = self.sent
        self.held = on

    def took(self, n_bytes: int, now: float) -> None:
        """Note what the socket took; what it left is the network's delay from now on."""
        self.sent += n_bytes
        if self.sent < self.due:
            if self._blocked_since is None:
                self._blocked_since = now
        elif self._blocked_since is not None:
            self.blocked_s += now - self._blocked_since
            self._blocked_since = None


class Connection:
    """One client's connection, from its first byte to the end of its stream."""

    def __init__(self, sock: socket.socket, born_s: float, context: ssl.SSLContext | None) -> None:
        sock.settimeout(0)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # whatever is unsent when this process ends is thrown away: the load stops at once
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
        self.sock: socket.socket = sock
        if context is not None:
            self.sock = context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        self.number = sock.fileno() if context is None else self.sock.fileno()
        self.born_s = born_s
        self.asked: Asked | None = None
        self.schedule: Schedule | None = None
        self.marks: list[Tcp] = []
        self.notes: list[tuple[float, int]] = []
        self.wants: Hope = "read"
        self.gone = False
        self._shaking = context is not None
        self._head = b""
        self._status = b""

    def read(self) -> Asked | None:
        """Read what has come; return the request once it is complete. Garbage, an end or an error closes."""
        try:
            if self._shaking and isinstance(self.sock, ssl.SSLSocket):
                self.sock.do_handshake()
                self._shaking = False
            data = self.sock.recv(MOST_REQUEST_BYTES)
        except ssl.SSLWantWriteError:
            self.wants = "write"
            return None
        except _WAITS:
            self.wants = "read"
            return None
        except (OSError, ValueError):
            self.close()
            return None
        if not data:
            self.close()
            return None
        return None if self.asked else self._request(data)

    def _request(self, data: bytes) -> Asked | None:
        self._head += data
        if b"\r\n\r\n" not in self._head:
            if len(self._head) > MOST_REQUEST_BYTES or not b"GET /stream/".startswith(self._head[:12]):
                self.answer(b"400 Bad Request")
            return None
        found = _REQUEST.match(self._head)
        if found is None or len(self._head) > MOST_REQUEST_BYTES:
            self.answer(b"404 Not Found")
            return None
        device, step, key = (part.decode("ascii") for part in found.groups())
        self.asked = Asked(device, int(step), key)
        return self.asked

    def answer(self, status: bytes) -> None:
        """Say no, and close."""
        with contextlib.suppress(OSError):
            self.sock.send(b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)
        with contextlib.suppress(OSError):
            # the few bytes of the answer may still go out
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))
        self.close()

    def begin(self, schedule: Schedule) -> None:
        """Send the head of the stream."""
        self.schedule = schedule
        lines = (
            "HTTP/1.1 200 OK",
            "Content-Type: application/octet-stream",
            f"Content-Length: {schedule.total}",
            "Cache-Control: no-store, no-transform",
            "X-Accel-Buffering: no",
            "X-Content-Type-Options: nosniff",
            "Access-Control-Allow-Origin: *",
            "Cross-Origin-Resource-Policy: cross-origin",
            "Connection: close",
        )
        if sys.platform == "linux":
            # little waits in the kernel: what the network does not take is seen here, at once
            low = max(16_384, int(schedule.bytes_per_s * CHUNK_S * 2))
            with contextlib.suppress(OSError):
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, low)
                # only full segments, as in any download: what is left of a chunk goes with the next one
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        self._status = "\r\n".join((*lines, "", "")).encode("ascii")

    def send(self, now: float) -> None:
        """Send what is due, as far as the socket takes it."""
        schedule = self.schedule
        if schedule is None or self.gone or schedule.held:
            return
        try:
            if self._status:
                self._status = self._status[self.sock.send(self._status) :]
            while schedule.sent < schedule.due and not self._status:
                start = schedule.sent % (len(_NOISE) - 262_144)
                took = self.sock.send(_NOISE[start : start + min(schedule.due - schedule.sent, 262_144)])
                schedule.took(took, now)
            if schedule.over and schedule.sent == schedule.due and not self._status:
                self._finish()
        except _WAITS:
            schedule.took(0, now)
        except (OSError, ValueError):
            self.close()
        self.wants = "write" if schedule.sent < schedule.due or self._status else "read"

    def _finish(self) -> None:
        """End a stream that was sent whole: what is in the kernel still goes out."""
        if sys.platform == "linux":
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def tcp(self) -> Tcp:
        """Return what the kernel knows; zeros where it does not tell."""
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                told = self.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
                if len(told) >= 184:  # kernel's struct tcp_info, as of 4.10
                    acked, rwnd_limited_us = struct.unpack_from("=Q48xQ", told, 120)
                    return Tcp(acked, rwnd_limited_us / 1e6)
        return Tcp(0, 0.0)

    def note(self, now: float) -> None:
        """Note what the far end's kernel has acknowledged by now: a page can't have read more."""
        if not self.gone:
            self.notes.append((now, self.tcp().acked))

    def close(self) -> None:
        """Close; what is unsent is thrown away."""
        if self.schedule is not None:
            self.note(time.monotonic())
        self.gone = True
        with contextlib.suppress(OSError):
            self.sock.close()
