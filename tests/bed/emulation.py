"""The parent's side of the emulator process: its TAPs, its start, its counters."""

import dataclasses
import fcntl
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

from bed.media import Air
from bed.namespaces import BedError, Namespace
from bed.tally import Counters, read_counters

TUNSETIFF = 0x4004_54CA
TUNSETPERSIST = 0x4004_54CB
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000
SIOCSIFHWADDR = 0x8924
ARPHRD_ETHER = 1
TESTS = Path(__file__).resolve().parents[1]


class Emulation:
    """A running emulator: ``air0`` in the switch, ``eth0`` in every client."""

    def __init__(self, air: Air, switch: Namespace, clients: tuple[Namespace, ...]) -> None:
        wired = open_tap(switch, "air0")
        stations = [open_tap(client, "eth0", mac=client.mac) for client in clients]
        taps = {"wired": wired, "stations": stations, "macs": [client.mac for client in clients]}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bed.emulator", json.dumps(dataclasses.asdict(air)), json.dumps(taps)],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[wired, *stations],
            text=True,
        )
        for descriptor in (wired, *stations):
            os.close(descriptor)

    def ask(self, line: str) -> str:
        """Return the emulator's next line, after sending it one unless blank."""
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        if line:
            process.stdin.write(line + "\n")
            process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise BedError(f"the emulator has ended: {process.wait()}")
        return answer

    def await_ready(self) -> None:
        """Wait until it carries frames."""
        self.ask("")

    def counters(self) -> Counters:
        """Return what the medium did so far."""
        return read_counters(json.loads(self.ask("counters")))

    def close(self) -> None:
        """Stop the process; the TAPs go with it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


def open_tap(space: Namespace, name: str, *, mac: str = "") -> int:
    """Return a descriptor of a new TAP in a namespace, without offloads: what is read is what a cable would carry."""
    with space.inside():
        descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    # a TAP that lives as long as its descriptor takes 17 ms to close; this one goes with its namespace, all at once
    fcntl.ioctl(descriptor, TUNSETPERSIST, 1)
    if mac:
        address = bytes.fromhex(mac.replace(":", ""))
        fcntl.ioctl(descriptor, SIOCSIFHWADDR, struct.pack("16sH6s16x", name.encode(), ARPHRD_ETHER, address))
    return descriptor
