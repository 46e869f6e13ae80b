"""Plain paced UDP to test the bed by: numbered packets, stamped by the kernel where they arrive."""

import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import Self

from bed.namespaces import Namespace

SO_TIMESTAMPNS = 35
HEADER = struct.Struct("!IQ")
STAMP = struct.Struct("@qq")
PORT = 47_000
IP_UDP_ETHERNET_BYTES = 42
BUFFER_BYTES = 4 << 20
SO_RCVBUFFORCE = 33


@dataclass(frozen=True, slots=True)
class Arrival:
    """One packet: its number, when it was sent and when the kernel got it [ns, wall clock], its payload [byte]."""

    number: int
    sent_ns: int
    got_ns: int
    n_bytes: int


@dataclass(slots=True)
class Receiver:
    """A socket in a namespace and a thread that notes what arrives."""

    space: Namespace
    port: int = PORT
    arrivals: list[Arrival] = field(default_factory=list)
    thread: threading.Thread | None = None
    stopped: bool = False

    def __enter__(self) -> Self:
        sock = self.space.open_socket(kind=socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        sock.settimeout(0.05)
        sock.bind((self.space.address, self.port))
        self.thread = threading.Thread(target=self.listen, args=(sock,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True
        if self.thread is not None:
            self.thread.join()

    def listen(self, sock: socket.socket) -> None:
        """Note packets until told to stop."""
        with sock:
            while not self.stopped:
                try:
                    data, controls, _, _ = sock.recvmsg(2048, 64)
                except TimeoutError:
                    continue
                seconds, rest_ns = STAMP.unpack(controls[0][2][: STAMP.size])
                number, sent_ns = HEADER.unpack_from(data)
                self.arrivals.append(Arrival(number, sent_ns, seconds * 1_000_000_000 + rest_ns, len(data)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Packets of one size at one rate of payload, from one namespace to another."""

    source: Namespace
    target: Namespace
    rate_mbps: float
    seconds: float
    payload_bytes: int = 1200
    port: int = PORT

    @property
    def n_packets(self) -> int:
        """How many packets are sent."""
        return round(self.seconds * self.rate_mbps * 1e6 / 8 / self.payload_bytes)


def send(flows: list[Flow]) -> None:
    """Send flows side by side, each evenly paced, and return when the last packet has left."""
    sockets = [flow.source.open_socket(kind=socket.SOCK_DGRAM) for flow in flows]
    due = sorted(
        (number / flow.n_packets * flow.seconds, k, number)
        for k, flow in enumerate(flows)
        for number in range(flow.n_packets)
    )
    payloads = [bytearray(flow.payload_bytes) for flow in flows]
    for sock, flow in zip(sockets, flows, strict=True):
        sock.connect((flow.target.address, flow.port))
    start_s = time.monotonic() + 0.02
    for at_s, k, number in due:
        wait_s = start_s + at_s - time.monotonic()
        if wait_s > 0.0005:
            time.sleep(wait_s)
        HEADER.pack_into(payloads[k], 0, number, time.time_ns())
        sockets[k].send(payloads[k])
    for sock in sockets:
        sock.close()


def goodput_mbps(arrivals: list[Arrival], *, settle_s: float, window_s: float) -> float:
    """Return the payload rate inside a window that opens `settle_s` after the first arrival [Mbit/s]."""
    opens_ns = arrivals[0].got_ns + settle_s * 1e9
    closes_ns = opens_ns + window_s * 1e9
    n_bytes = sum(arrival.n_bytes for arrival in arrivals if opens_ns <= arrival.got_ns < closes_ns)
    return n_bytes * 8 / window_s / 1e6


def frame_share(payload_bytes: int) -> float:
    """Return payload over Ethernet frame."""
    return payload_bytes / (payload_bytes + IP_UDP_ETHERNET_BYTES)
