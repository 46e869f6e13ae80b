"""The agent's end of paced streams: hello and beats, arrivals with kernel stamps, and the figures of a step."""

import secrets
import socket
import threading
import time
from array import array
from dataclasses import dataclass, field

from wifiplan.errors import ProbeError
from wifiplan.probe.auth import NONCE_BYTES, device_tag, sub_key
from wifiplan.probe.clocks import SteadyClock, kernel_stamp_ns, n_dropped, receive, stamped_socket
from wifiplan.probe.packets import (
    ANSWER,
    BEAT,
    BYE,
    CHALLENGE,
    CLIENT_BYTES,
    DATA,
    DATA_MAGIC,
    HELLO,
    READY,
    Control,
    control_bytes,
    read_control,
    ready_facts,
)
from wifiplan.probe.safety import Target

_BEAT_NS = 200_000_000
"""Between two beats; STAMP packets are signs of life as well, so that it takes many losses to seem gone."""

_HARD_BEAT_NS = 100_000_000
_HARD_SHARE = 0.03
_LOOK_NS = 500_000_000
"""Where more than 3 % of the last half second's packets are missing, beats come 10 times a second: behind a full queue
half of them are lost as well, and a device that is only overloaded must not seem gone; with ten STAMP packets beside
them one in a million seconds stays without a sign. More would cost: thirty devices with 25 a second took 1.2 % of a
channel of 60 Mbit/s, and the goodput that they were there to measure fell by as much."""
_ASK_AGAIN_S = 0.25
_MOST_ARRIVALS = 4_000_000
"""What one step may keep: 96 MB; beyond it somebody else is sending."""

_U32 = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the server told on entry: id of our streams, number of the STAMP session, port of the reflector."""

    stream_id: int
    session: int
    reflector_port: int


@dataclass(slots=True, kw_only=True)
class Arrivals:
    """Packets of one step, in order of arrival; times on the monotonic clock of this machine [ns]."""

    step: int
    flow: "array[int]" = field(default_factory=lambda: array("H"))
    sequence: "array[int]" = field(default_factory=lambda: array("L"))
    sent_ns: "array[int]" = field(default_factory=lambda: array("q"))
    received_ns: "array[int]" = field(default_factory=lambda: array("q"))
    size: "array[int]" = field(default_factory=lambda: array("H"))
    n_receiver_drops: int = 0


@dataclass(slots=True)
class _Look:
    """How many of the last packets of flow 0 are missing, looked at twice a second."""

    next_ns: int = 0
    n_came: int = 0
    first: int = 0
    last: int = 0
    is_hard: bool = False

    def take(self, flow: int, sequence: int) -> None:
        """Count a packet."""
        if flow == 0:
            self.first = sequence if self.n_came == 0 else min(self.first, sequence)
            self.last = sequence if self.n_came == 0 else max(self.last, sequence)
            self.n_came += 1

    def hard(self, now_ns: int) -> bool:
        """Tell whether too many are missing."""
        if now_ns >= self.next_ns:
            self.next_ns = now_ns + _LOOK_NS
            n_sent = self.last - self.first + 1
            self.is_hard = self.n_came > 0 and n_sent - self.n_came > _HARD_SHARE * n_sent
            self.n_came = 0
        return self.is_hard


class Receiver:
    """A UDP socket of an agent, read by a thread of its own.

    Parameters
    ----------
    server : Target
        Address and port of the streams, pinned: packets from anywhere else are not looked at.
    device : str
        Id that the controller gave in its welcome.
    key : bytes
        The device's key.
    """

    def __init__(self, server: Target, *, device: str, key: bytes) -> None:
        self._server = (server.address, server.port)
        family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
        self._door, self.kernel_stamps = stamped_socket(family)
        self._door.connect(self._server)  # the kernel drops what others send, before it costs us anything
        self._key = sub_key(key, b"hello")
        self._tag = device_tag(device)
        self._counter = time.time_ns()  # rises over restarts of the agent as well
        self._clock = SteadyClock()
        self._arrivals: Arrivals | None = None
        self._lock = threading.Lock()
        self._stream_id = 0
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="receiver", daemon=True)
        self._beat_ns = 0
        self._n_dropped = 0
        self._look = _Look()

    @property
    def n_clock_steps(self) -> int:
        """How often this machine's clock was set since the start."""
        return self._clock.n_steps

    def enter(self, timeout_s: float = 5.0) -> Entry:
        """Prove key and address; blocks until the server lets us in.

        Raises
        ------
        ProbeError
            No answer: something between here and there drops UDP.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        want, packet = CHALLENGE, Control(kind=HELLO, tag=self._tag, nonce=nonce)
        until_s = time.monotonic() + timeout_s
        while time.monotonic() < until_s:
            answer = self._ask(packet, want, min(_ASK_AGAIN_S, until_s - time.monotonic()))
            if answer is None:  # lost, or the cookie grew old: from the start
                want, packet = CHALLENGE, Control(kind=HELLO, tag=self._tag, nonce=nonce)
            elif answer.kind == CHALLENGE:
                want, packet = READY, Control(kind=ANSWER, tag=self._tag, nonce=nonce, cookie=answer.cookie)
            else:
                self._stream_id, session = ready_facts(answer.cookie)
                self._thread.start()
                return Entry(stream_id=self._stream_id, session=session, reflector_port=answer.port)
        raise ProbeError(
            f"the controller's web page answers, its UDP port {self._server[1]} does not",
            remedy="allow UDP from this laptop to the controller in the firewalls of both; check that the Wi-Fi does "
            "not filter UDP",
            where=f"{self._server[0]}:{self._server[1]}",
            zh=(
                f"控制端的網頁有回應，但 UDP 埠 {self._server[1]} 沒有回應",
                "請在兩端的防火牆允許 UDP；並確認無線網路沒有過濾 UDP",
            ),
        )

    def open_step(self, step: int) -> None:
        """Keep what arrives for this step from now on; earlier steps' packets are no longer taken."""
        self._arrivals = Arrivals(step=step & 0xFFFF)

    def take_step(self) -> Arrivals:
        """Return what has arrived for the step opened last, and keep nothing more."""
        with self._lock:
            found, self._arrivals = self._arrivals, None
        return found or Arrivals(step=-1)

    def close(self) -> None:
        """Say goodbye (three times: any may be lost) and stop; the load ends at once."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(1.0)
        for _ in range(3):
            self._say(BYE)
        self._door.close()

    def _ask(self, packet: Control, want: int, wait_s: float) -> Control | None:
        try:
            self._door.settimeout(max(0.01, wait_s))
            self._door.send(control_bytes(packet, self._key, CLIENT_BYTES))
            until_s = time.monotonic() + wait_s
            while time.monotonic() < until_s:
                answer = read_control(self._door.recv(2048), self._key)
                if answer is not None and answer.kind == want and answer.nonce == packet.nonce:
                    return answer
        except OSError:  # nothing came in time, or nobody listens there yet
            time.sleep(max(0.0, min(wait_s, 0.05)))
        return None

    def _listen(self) -> None:
        self._door.settimeout(0.1)
        while not self._closed.is_set():
            now_ns = time.monotonic_ns()
            if now_ns - self._beat_ns > (_HARD_BEAT_NS if self._look.hard(now_ns) else _BEAT_NS):
                self._beat_ns = now_ns
                self._say(BEAT)
            try:
                data, ancillary, _ = receive(self._door)
            except TimeoutError:
                continue
            except OSError:  # an answer of the network to a beat: nobody listens there any more
                self._closed.wait(0.05)
                continue
            stamp_ns = kernel_stamp_ns(ancillary)
            received_ns = self._clock.monotonic_of(stamp_ns) if stamp_ns else time.monotonic_ns()
            with self._lock:
                self._take(data, received_ns, n_dropped(ancillary) or 0)

    def _take(self, data: bytes, received_ns: int, dropped: int) -> None:
        kept = self._arrivals
        if len(data) < DATA.size or data[:4] != DATA_MAGIC or kept is None:
            self._n_dropped = max(self._n_dropped, dropped)
            return
        _, stream_id, step, flow, sequence, sent_ns = DATA.unpack_from(data)
        if stream_id != self._stream_id or step != kept.step or len(kept.flow) >= _MOST_ARRIVALS or sent_ns >> 62:
            return
        self._look.take(flow, sequence)
        kept.n_receiver_drops += (dropped - self._n_dropped) % _U32 if dropped else 0
        self._n_dropped = dropped or self._n_dropped
        kept.flow.append(flow)
        kept.sequence.append(sequence)
        kept.sent_ns.append(sent_ns)
        kept.received_ns.append(received_ns)
        kept.size.append(len(data))

    def _say(self, kind: int) -> None:
        self._counter += 1
        packet = Control(kind=kind, tag=self._tag, nonce=bytes(NONCE_BYTES), counter=self._counter)
        try:
            self._door.send(control_bytes(packet, self._key, CLIENT_BYTES))
        except OSError:  # the next one may get through; without any the server stops by itself
            return
