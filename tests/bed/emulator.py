"""The process behind an `Air`: frames from TAP to TAP through an `Ether`, in real time.

Started by `bed.emulation`, with its TAPs open; ``python -m bed.emulator AIR TAPS`` in JSON. A line on its standard
input asks for the counters, its end stops the process. It sleeps on a timer of nanoseconds and never spins.
"""

import ctypes
import gc
import heapq
import json
import os
import select
import sys
import time
from array import array
from collections import Counter
from typing import Any

from bed.airtime import BIN_NS, Ether, Tallying
from bed.media import Air, Path, Station

LIBC = ctypes.CDLL(None, use_errno=True)
CLOCK_MONOTONIC = 1
TFD_TIMER_ABSTIME = 1
O_NONBLOCK_CLOEXEC = os.O_NONBLOCK | os.O_CLOEXEC
FRAME_BYTES = 2048
READS_A_TURN = 32
FIFO_PRIORITY = 30
MOST_LEAD_NS = 150_000
LEAD_WEIGHT = 16


class Timer:
    """A timerfd, which Python 3.11 does not know yet: epoll alone counts in milliseconds."""

    def __init__(self) -> None:
        self.descriptor = LIBC.timerfd_create(CLOCK_MONOTONIC, O_NONBLOCK_CLOEXEC)
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self.fields = array("q", [0, 0, 0, 1])
        self.address = self.fields.buffer_info()[0]
        self.set = LIBC.timerfd_settime
        self.set.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
        self.armed_ns = 0
        self.is_ahead = False

    def arm(self, at_ns: int) -> None:
        """Wake at a time of the monotonic clock; a time that is past wakes at once."""
        if at_ns != self.armed_ns:
            self.is_ahead = at_ns > time.monotonic_ns()
            self.fields[2], self.fields[3] = divmod(max(at_ns, 1), 1_000_000_000)
            self.set(self.descriptor, TFD_TIMER_ABSTIME, self.address, None)
            self.armed_ns = at_ns


class Emulator:
    """TAPs, their stations' addresses, and the loop.

    A machine wakes late, an idle one more so: the timer is set ahead by as much as it was late of late (`lead_ns`),
    and what is due within that time goes out with it. So delays are right in the middle, a few 10 µs to either side.
    """

    def __init__(self, air: Air, *, wired: int, stations: list[int], macs: list[bytes]) -> None:
        self.ether = Ether(air, len(stations))
        self.wired = wired
        self.stations = stations
        self.place = {descriptor: i for i, descriptor in enumerate(stations)}
        self.station_of = {mac: i for i, mac in enumerate(macs)}
        self.isolated = air.isolated
        self.everyone = 2 * len(stations)
        self.late: Counter[int] = Counter()
        self.lead_ns = 0
        self.is_fifo = seize_fifo()

    def run(self) -> None:
        """Carry frames until the standard input ends."""
        timer, poll = Timer(), select.epoll()
        commands = sys.stdin.fileno()
        os.set_blocking(commands, False)
        for descriptor in (self.wired, *self.stations, commands):
            poll.register(descriptor, select.EPOLLIN)
        # edge-triggered: setting it anew clears it, so that it never needs reading
        poll.register(timer.descriptor, select.EPOLLIN | select.EPOLLET)
        ether, place, clock = self.ether, self.place, time.monotonic_ns
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == self.wired:
                    self.read_wired()
                elif descriptor in place:
                    self.read_station(descriptor, place[descriptor])
                elif descriptor == timer.descriptor:
                    self.learn_lead(timer)
                elif not self.answer(commands):
                    return
            ether.serve(clock() + self.lead_ns)
            self.deliver()
            next_ns = ether.next_ns()
            if next_ns is not None:
                timer.arm(next_ns - self.lead_ns)

    def learn_lead(self, timer: Timer) -> None:
        """Take over how late the timer was, unless it was set to a time already past."""
        if timer.is_ahead:
            late_ns = min(time.monotonic_ns() - timer.armed_ns, MOST_LEAD_NS)
            self.lead_ns += (late_ns - self.lead_ns) // LEAD_WEIGHT

    def read_wired(self) -> None:
        """Queue what the wired side sends: to its station, or to all."""
        read, offer, station_of = os.read, self.ether.offer, self.station_of
        wired = self.wired
        now_ns = time.monotonic_ns()
        try:
            for _ in range(READS_A_TURN):
                frame = read(wired, FRAME_BYTES)
                station = station_of.get(frame[:6])
                offer(now_ns, self.everyone if station is None else 2 * station, frame)
        except BlockingIOError:
            pass

    def read_station(self, descriptor: int, station: int) -> None:
        """Queue what a station sends, and learn its address."""
        way = 2 * station + 1
        now_ns = time.monotonic_ns()
        try:
            for _ in range(READS_A_TURN):
                frame = os.read(descriptor, FRAME_BYTES)
                self.station_of[frame[6:12]] = station
                self.ether.offer(now_ns, way, frame)
        except BlockingIOError:
            pass

    def deliver(self) -> None:
        """Write every frame whose time has come."""
        ether, late, clock = self.ether, self.late, time.monotonic_ns
        on_way = ether.on_way
        lead_ns = self.lead_ns
        now_ns = clock()
        while on_way and on_way[0][0] <= now_ns + lead_ns:
            due_ns, _, way, offered_ns, frame = heapq.heappop(on_way)
            self.hand_over(way, frame)
            now_ns = clock()
            late[(now_ns - due_ns) // BIN_NS] += 1
            ether.delivered(way, now_ns - offered_ns, len(frame))
            if ether.turns and ether.free_ns <= now_ns + lead_ns:
                ether.serve(now_ns + lead_ns)

    def hand_over(self, way: int, frame: bytes) -> None:
        """Write a frame where it leads; one from station to station takes the air a second time."""
        if way == self.everyone:
            origin = self.station_of.get(frame[6:12])
            for station, descriptor in enumerate(self.stations):
                if station != origin:
                    write(descriptor, frame)
        elif way % 2 == 0:
            write(self.stations[way // 2], frame)
        else:
            self.hand_up(frame)

    def hand_up(self, frame: bytes) -> None:
        """Pass on a frame that came up: to the wire, and to other stations unless they are kept apart."""
        station = self.station_of.get(frame[:6])
        if station is None:
            write(self.wired, frame)
            if frame[0] & 1 and not self.isolated:
                self.ether.offer(time.monotonic_ns(), self.everyone, frame)
        elif not self.isolated:
            self.ether.offer(time.monotonic_ns(), 2 * station, frame)

    def answer(self, commands: int) -> bool:
        """Print the counters for each line that came; False at the end of the input."""
        asked = os.read(commands, FRAME_BYTES)
        for _ in range(asked.count(b"\n")):
            sys.stdout.write(json.dumps(self.report()) + "\n")
            sys.stdout.flush()
        return bool(asked)

    def report(self) -> dict[str, Any]:
        """Return all counters as plain values."""
        ether = self.ether
        n = ether.n_stations
        return {
            "down": summed(ether.tallies[0::2], ether.delays[0]),
            "up": summed(ether.tallies[1::2], ether.delays[1]),
            "stations_down": [summed([ether.tallies[2 * i]], Counter()) for i in range(n)],
            "stations_up": [summed([ether.tallies[2 * i + 1]], Counter()) for i in range(n)],
            "late_bins": list(self.late.items()),
            "busy_s": ether.busy_ns / 1e9,
            "cpu_s": time.process_time(),
            "is_fifo": self.is_fifo,
        }


def summed(tallies: list[Tallying], delays: Counter[int]) -> dict[str, Any]:
    """Return the sum of tallies as plain values."""
    n_jitter = sum(tally.n_jitter for tally in tallies)
    return {
        "n_offered": sum(tally.n_offered for tally in tallies),
        "n_sent": sum(tally.n_sent for tally in tallies),
        "n_lost": sum(tally.n_lost for tally in tallies),
        "n_dropped": sum(tally.n_dropped for tally in tallies),
        "sent_bytes": sum(tally.sent_bytes for tally in tallies),
        "delay_bins": list(delays.items()),
        "jitter_ms": sum(tally.jitter_sum_ns for tally in tallies) / n_jitter / 1e6 if n_jitter else None,
    }


def write(descriptor: int, frame: bytes) -> None:
    """Write a frame to a TAP; an interface that is down refuses it, as a radio that is off would."""
    try:
        os.write(descriptor, frame)
    except OSError:
        return


def seize_fifo() -> bool:
    """Ask for real-time scheduling, so that deliveries aren't late on a busy machine; it sleeps between frames."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(FIFO_PRIORITY))
    except PermissionError:
        return False
    return True


def read_air(fields: dict[str, Any]) -> Air:
    """Return the record of an `Air` that came as JSON."""
    stations = tuple((i, Station(**station)) for i, station in fields["stations"])
    ways = {"down": Path(**fields["down"]), "up": Path(**fields["up"])}
    return Air(**{**fields, **ways, "stations": stations})


def main() -> None:
    """Run with the arguments of `bed.emulation`."""
    air, taps = json.loads(sys.argv[1]), json.loads(sys.argv[2])
    macs = [bytes.fromhex(mac.replace(":", "")) for mac in taps["macs"]]
    emulator = Emulator(read_air(air), wired=taps["wired"], stations=taps["stations"], macs=macs)
    # nothing here makes cycles, and a collection would be late for its frames
    gc.disable()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    emulator.run()


if __name__ == "__main__":
    main()
