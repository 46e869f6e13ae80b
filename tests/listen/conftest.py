"""Frames and captures made by hand, and a monitor interface without radio, for all tests of listening."""

import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from wifiplan.cli import _lang, cli
from wifiplan.errors import WifiplanError

ROOT = Path(__file__).resolve().parents[2]
BED = Path(__file__).with_name("monitor_bed.py")
UNSHARE = shutil.which("unshare") or "unshare"
BROADCAST = b"\xff" * 6


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def frequency(channel: int, band: str = "") -> int:
    if band == "6":
        return 5950 + 5 * channel
    return 2407 + 5 * channel if channel <= 13 and band != "5" else 5000 + 5 * channel


def radiotap(mhz: int | None = 2437, *, signal: int | None = -60, rate: float | None = 6.0, flags: int = 0) -> bytes:
    present, body = 1 << 1, bytes([flags])
    if rate is not None:
        present, body = present | 1 << 2, body + bytes([round(rate * 2)])
    if mhz is not None:
        body += bytes(-(8 + len(body)) % 2)
        present, body = present | 1 << 3, body + struct.pack("<HH", mhz, 0)
    if signal is not None:
        present, body = present | 1 << 5, body + struct.pack("b", signal)
    return struct.pack("<BBHI", 0, 0, 8 + len(body), present) + body


def element(number: int, content: bytes) -> bytes:
    return bytes([number, len(content)]) + content


def operation(channel: int, width: int, middle: int, band: str) -> bytes:
    """Return the elements that tell a channel."""
    if band == "6":
        control = {20: 0, 40: 1, 80: 2, 160: 3}[width]
        he = bytes([0, 0, 2, 0, 0, 0, channel, control, middle, 0, 0])
        return element(255, b"\x24" + he)
    above = 0 if width == 20 else 1 if middle > channel else 3
    ht = bytes([channel, above | (4 if width > 20 else 0)]) + bytes(20)
    elements = element(3, bytes([channel])) + element(45, bytes([0x02 if width > 20 else 0, 0, 0, 0xFF]) + bytes(22))
    elements += element(61, ht)
    if width >= 80:
        elements += element(191, bytes(4) + b"\xfa\xff\x00\x00\xfa\xff\x00\x00")
        elements += element(192, bytes([1, middle, 0, 0, 0]))
    return elements


@dataclass
class Bss:
    """A BSS that sends frames when asked."""

    bssid: str
    ssid: bytes = b"school"
    channel: int = 6
    band: str = ""
    width: int = 20
    middle: int | None = None
    signal: int | None = -60
    rate: float | None = 6.0
    load: tuple[int, int] | None = None
    more: bytes = b""
    heard_at: int | None = None
    radio: bool = True
    sequence: int = field(default=0)

    def _head(self, flags: int = 0) -> bytes:
        if not self.radio:
            return b""
        return radiotap(
            self.heard_at or frequency(self.channel, self.band), signal=self.signal, rate=self.rate, flags=flags
        )

    def beacon(self, *, flags: int = 0, subtype: int = 8) -> bytes:
        body = struct.pack("<QHH", 0, 100, 0x11) + element(0, self.ssid) + element(1, bytes([0x8C, 0x12, 0x98]))
        body += operation(self.channel, self.width, self.middle or self.channel, self.band)
        if self.load is not None:
            body += element(11, struct.pack("<HBH", self.load[0], self.load[1], 0))
        address = mac(self.bssid)
        frame = bytes([subtype << 4, 0, 0, 0]) + BROADCAST + address + address + struct.pack("<H", self.sequence << 4)
        self.sequence = (self.sequence + 1) % 4096
        return self._head(flags) + frame + body + self.more

    def data(self, station: str, *, up: bool = True, retry: bool = False, n_bytes: int = 1000) -> bytes:
        address, device = mac(self.bssid), mac(station)
        ends = (address, device, BROADCAST) if up else (device, address, BROADCAST)
        frame = bytes([0x08, (1 if up else 2) | (8 if retry else 0), 0, 0]) + b"".join(ends) + bytes(2)
        return self._head() + frame + bytes(n_bytes)

    def ack(self) -> bytes:
        return self._head() + bytes([0xD4, 0, 0, 0]) + mac(self.bssid)


def pcap(timed: Iterable[tuple[float, bytes]], *, link: int = 127) -> bytes:
    parts = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, link)]
    for time_s, frame in timed:
        parts += [struct.pack("<IIII", int(time_s), int(time_s % 1 * 1e9), len(frame), len(frame)), frame]
    return b"".join(parts)


@pytest.fixture(scope="session")
def bss() -> type[Bss]:
    return Bss


@pytest.fixture(scope="session")
def as_pcap() -> Callable[..., bytes]:
    return pcap


@dataclass
class Done:
    """What came of a command."""

    returncode: int
    stdout: bytes
    stderr: bytes


@pytest.fixture(scope="session")
def listen_command() -> Callable[..., Done]:
    """Return a runner of `wifiplan probe listen` in this process."""

    def run(*args: str) -> Done:
        done = CliRunner().invoke(cli, ["probe", "listen", *args])
        code, errors = done.exit_code, done.stderr_bytes or b""
        if isinstance(done.exception, WifiplanError):
            code, errors = 2, errors + done.exception.text(_lang(args)).encode()
        elif done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(code, done.stdout_bytes, errors)

    return run


@pytest.fixture(scope="session")
def listen_process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Return a runner of the command as a process of its own."""

    def run(*args: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "wifiplan", "probe", "listen", *args]
        return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, timeout=120, check=False)

    return run


@pytest.fixture(scope="session")
def monitor_bed() -> Callable[..., dict[str, Any]]:
    """Return a runner: a network namespace with a tun device of a monitor's kind, frames in it, a command on it."""
    if os.name != "posix" or os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        pytest.skip("needs root and /dev/net/tun")
    checked = subprocess.run([UNSHARE, "--net", "true"], capture_output=True, check=False)
    if checked.returncode:
        pytest.skip("network namespaces can't be made here")

    def run(**plan: Any) -> dict[str, Any]:  # noqa: ANN401 (what the bed's script takes)
        given = json.dumps({"cwd": str(ROOT), "python": sys.executable, **plan})
        done = subprocess.run(
            [UNSHARE, "--net", sys.executable, str(BED)],
            input=given.encode(),
            capture_output=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run
