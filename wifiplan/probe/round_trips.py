"""STAMP round trips of an agent: sent by one thread, answers stamped by the kernel and read by another."""

import secrets
import select
import socket
import sys
import threading
import time
from dataclasses import dataclass

from wifiplan.probe import stamp
from wifiplan.probe.auth import sub_key
from wifiplan.probe.clocks import (
    SteadyClock,
    kernel_stamp_ns,
    ntp_of,
    receive,
    sent_stamp_ns,
    stamp_sending,
    stamped_socket,
)
from wifiplan.probe.confidence import delay_of
from wifiplan.probe.records import Delay

_ERROR_S = 0.0001
_MOST_KEPT = 100_000
_WAIT_MS = 100
_SENDER_S = 0.001
_LOST_AFTER_NS = 2_000_000_000
"""An answer later than this counts as none: a class gave up long before."""


@dataclass(slots=True)
class _Asked:
    """A test packet: when it left, when its answer came, how long the reflector held it [ns]; None: not yet."""

    sent_ns: int
    received_ns: int | None = None
    held_ns: int = 0

    def rtt_ms(self) -> float | None:
        """Return the round trip without the reflector's part [ms], None where no answer came in time."""
        if self.received_ns is None or self.received_ns - self.sent_ns > _LOST_AFTER_NS:
            return None
        round_ns = max(0, self.received_ns - self.sent_ns)
        # a reflector whose clock was set in between tells nonsense
        return (round_ns - (self.held_ns if 0 <= self.held_ns <= round_ns else 0)) / 1e6


class RoundTrips:
    """Sends test packets at a mean rate until closed, and remembers what came back.

    The intervals vary by a fifth, so that the packets do not keep step with beacons or with other devices.

    Parameters
    ----------
    address, port : str, int
        The reflector's, pinned.
    key : bytes or None
        The device's key; None sends unauthenticated packets, for other programs' reflectors.
    session : int
        Number of the STAMP session (SSID), as the server told.
    per_s : float
        Packets a second on average.
    """

    def __init__(self, address: str, port: int, *, key: bytes | None, session: int = 0, per_s: float = 20.0) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._door, self.kernel_stamps = stamped_socket(family, buffer_bytes=1 << 20)
        self._stamps_sending = stamp_sending(self._door)
        self._door.connect((address, port))
        # the same socket, for its queue of stamps: a socket with a timeout would wait there for packets first
        self._stamps = self._door.dup()
        self._stamps.settimeout(0)
        self._key = None if key is None else sub_key(key, b"stamp")
        self._session = session
        self._interval_s = 1 / per_s
        self._error = stamp.error_estimate(_ERROR_S)
        self._asked: dict[int, _Asked] = {}
        self._lock = threading.Lock()
        self._clock = SteadyClock()
        self._sending = False
        self._closed = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=f"round trips {work.__name__}", daemon=True)
            for work in (self._ask, self._hear)
        ]

    def start(self) -> None:
        """Begin to ask."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop asking and give the socket back."""
        self._closed.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(1.0)
        self._stamps.close()
        self._door.close()

    def delay(self, from_ns: int, to_ns: int) -> Delay:
        """Return the round trips of packets sent between two times of the monotonic clock."""
        with self._lock:
            asked = [one for one in self._asked.values() if from_ns <= one.sent_ns < to_ns]
            return delay_of([(one.sent_ns, one.rtt_ms()) for one in asked])

    def _ask(self) -> None:
        # a phase of its own for every agent: thirty that asked together would queue behind each other
        due_s = time.monotonic() + secrets.randbelow(1000) / 1000 * self._interval_s
        sequence = 0
        while not self._closed.wait(max(0.0, due_s - time.monotonic())):
            self._send(sequence)
            sequence += 1
            due_s = max(due_s + self._interval_s * (0.8 + secrets.randbelow(1000) / 2500), time.monotonic())

    def _send(self, sequence: int) -> None:
        with self._lock:
            if len(self._asked) >= _MOST_KEPT:
                self._asked.pop(next(iter(self._asked)))
            asked = self._asked[sequence] = _Asked(time.monotonic_ns())
        packet = stamp.TestPacket(
            sequence=sequence, sent_ntp=ntp_of(time.time_ns()), error=self._error, session=self._session
        )
        data = stamp.sent_bytes(packet, self._key)
        self._sending = True
        asked.sent_ns = time.monotonic_ns()
        try:
            self._door.send(data)
            # between the clock's reading and the kernel, a busy machine may have let others run
            stamp_ns = sent_stamp_ns(self._stamps) if self._stamps_sending else None
        except OSError:  # no way there at the moment: it stays without an answer
            return
        finally:
            self._sending = False
        if stamp_ns is not None:
            asked.sent_ns = self._clock.monotonic_of(stamp_ns)

    def _hear(self) -> None:
        self._door.settimeout(0.1)
        while not self._closed.is_set():
            if not self._something_came():
                continue
            try:
                data, ancillary, _ = receive(self._door)
            except TimeoutError:
                continue
            except OSError:  # the network says that nobody listens there
                self._closed.wait(0.05)
                continue
            stamp_ns = kernel_stamp_ns(ancillary)
            received_ns = self._clock.monotonic_of(stamp_ns) if stamp_ns else time.monotonic_ns()
            answer = stamp.read_reflected(data, self._key)
            if answer is not None:
                self._note(answer, received_ns)

    def _something_came(self) -> bool:
        """Wait for a packet; a stamp of sending that came late (the address had to be asked for) is thrown away.

        Such a stamp wakes up whoever waits on this socket, and would again and again.
        """
        if not self._stamps_sending or sys.platform == "win32":
            return True
        waiting = select.poll()
        waiting.register(self._door, select.POLLIN)
        woken = [event for _, event in waiting.poll(_WAIT_MS)]
        if woken and woken[0] & select.POLLERR:
            self._closed.wait(_SENDER_S)  # the sender's own look at its stamp comes first
            if not self._sending and sent_stamp_ns(self._stamps) is None:
                # not a stamp but an error ("nobody listens there"): until it is read it wakes us as well
                self._door.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return bool(woken) and bool(woken[0] & select.POLLIN)

    def _note(self, answer: stamp.Reflected, received_ns: int) -> None:
        with self._lock:
            asked = self._asked.get(answer.sender_sequence)
            if asked is not None and asked.received_ns is None:
                asked.received_ns = received_ns
                asked.held_ns = stamp.residence_ns(answer)
