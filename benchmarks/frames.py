"""Beacons decoded a second of processor time: ours beside scapy, dpkt and tshark, in one run; and memory by size.

Run: ``python benchmarks/frames.py [--big-mb 1000]``. The beacon has 334 bytes with its radiotap header and 20 elements.
"one" decodes it again and again; "varied" changes its clock, TIM and BSS Load, as the air does; "unique" changes its
name too, so that nothing that came before helps. All must find the same name and channel. Wall time means little on a
shared machine: processor seconds are counted, of children too.
"""

import argparse
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from wifiplan.probe.bss import BssTable
from wifiplan.probe.frames import decode, decode_packet
from wifiplan.probe.pcap import Capture

N_OURS, N_TSHARK, N_DPKT, N_SCAPY = 60_000, 20_000, 5_000, 400
WANTED_PER_CPU_S = 60_000
BEACON_BYTES = 334


def element(number: int, content: bytes) -> bytes:
    """Return one element."""
    return bytes([number, len(content)]) + content


def beacon(name: bytes, chance: random.Random) -> bytes:
    """Return a beacon of 802.11ax in 5 GHz with 20 elements; clock, TIM and BSS Load by chance."""
    parts = [
        element(0, name),
        element(1, bytes([0x8C, 0x12, 0x98, 0x24, 0xB0, 0x48, 0x60, 0x6C])),
        element(3, b"\x24"),
        element(5, bytes([chance.randrange(3), 3, 0, chance.randrange(256)])),
        element(7, b"TW " + bytes([36, 4, 23, 52, 4, 23, 149, 5, 30])),
        element(11, struct.pack("<HBH", chance.randrange(40), chance.randrange(256), 0)),
        element(32, b"\3"),
        element(35, b"\x17\0"),
        element(45, bytes.fromhex("ef0917ffff00") + bytes(20)),
        element(48, bytes.fromhex("0100000fac040100000fac040200000fac02000fac088000")),
        element(54, b"\1\2\1"),
        element(61, bytes([36, 5]) + bytes(20)),
        element(70, bytes([0x72, 0, 0, 0, 0])),
        element(127, bytes([4, 0, 8, 0, 0, 0, 0, 0x40])),
        element(191, bytes.fromhex("b2798333faff0000faff0000")),
        element(192, bytes([1, 42, 0, 0, 0])),
        element(
            255, b"\x23" + bytes.fromhex("0100081a4010") + bytes.fromhex("0c200e090f000000000000") + b"\xfa\xff" * 2
        ),
        element(255, b"\x24" + bytes([0xF4, 0x3F, 0, 0x11, 0xFC, 0xFF])),
        element(221, bytes.fromhex("0050f2020101800003a4000027a4000042435e0062322f00")),
    ]
    head = struct.pack(
        "<BBH6s6s6sH", 0x80, 0, 0, b"\xff" * 6, b"\2\0\0\0\0\1", b"\2\0\0\0\0\1", chance.randrange(4096) << 4
    )
    body = head + struct.pack("<QHH", chance.getrandbits(50), 100, 0x1111) + b"".join(parts)
    radiotap = struct.pack("<BBHIQBBHHbxBx", 0, 0, 26, 0x0000482F, chance.getrandbits(40), 0, 12, 5180, 0x140, -55, 0)
    rest = BEACON_BYTES - len(radiotap) - len(body) - 2
    return radiotap + body + element(221, b"\x00\x11\x22" + bytes(rest - 3))


def pcap(packets: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a capture."""
    yield struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 127)
    for packet in packets:
        yield struct.pack("<IIII", 0, 0, len(packet), len(packet)) + packet


def rate(work: Callable[[Sequence[bytes]], tuple[str, int]], beacons: Sequence[bytes]) -> float:
    """Return beacons a second of processor time; the best of three goes."""
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        found = work(beacons)
        best = max(best, len(beacons) / (time.process_time() - started))
        if found[1] != 36 or not found[0].startswith("class"):
            raise SystemExit(f"decoded to {found}")
    return best


def ours(beacons: Sequence[bytes]) -> tuple[str, int]:
    """Decode all, elements included."""
    for data in beacons:
        frame = decode(data, radiotap=True)
    elements = frame.elements
    return (elements.ssid or b"").decode() if elements else "", (elements.operation.channel or 0) if elements else 0


def by_scapy(beacons: Sequence[bytes]) -> tuple[str, int]:
    """Dissect all as scapy does."""
    dot11 = import_module("scapy.layers.dot11")
    for data in beacons:
        stats = dot11.RadioTap(data)[dot11.Dot11Beacon].network_stats()
    return str(stats["ssid"]), int(stats["channel"])


def by_dpkt(beacons: Sequence[bytes]) -> tuple[str, int]:
    """Dissect all as dpkt does."""
    radiotap = import_module("dpkt.radiotap")
    for data in beacons:
        frame = radiotap.Radiotap(data).data
    return frame.ssid.data.decode(), int(frame.ds.ch)


def whole_capture(path: Path) -> float:
    """Return frames a second of processor time for file, radiotap, frame and table; the best of three goes."""
    best = 0.0
    for _ in range(3):
        started, table = time.process_time(), BssTable()
        with path.open("rb") as source:
            for _, link_type, data, n_cut in Capture(source):
                table.add(decode_packet(data, link_type=link_type, n_cut=n_cut))
        best = max(best, table.n_frames / (time.process_time() - started))
    return best


def child(command: Sequence[str], feed: Iterator[bytes] | None = None) -> tuple[float, float]:
    """Run a command to its end and return its processor seconds and the most memory that it held [MB]."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if process.stdin is not None:
        for chunk in feed or iter(()):
            process.stdin.write(chunk)
        process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed with {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def speeds(folder: Path) -> None:
    """Print the table of speeds."""
    chance = random.Random(1)  # noqa: S311 (no secret)
    one = beacon(b"class1-wifi", chance)
    sets = {
        "one": [one] * N_OURS,
        "varied": [beacon(b"class1-wifi", chance) for _ in range(N_OURS)],
        "unique": [beacon(f"class{chance.getrandbits(20):06x}".encode(), chance) for _ in range(N_OURS)],
    }
    print(f"{len(one)} bytes; beacons a second of processor time (ratio to ours, varied)")
    own = {name: rate(ours, beacons) for name, beacons in sets.items()}
    for name, value in own.items():
        print(f"  ours, {name:<28} {value:>10,.0f}  {'ok' if value >= WANTED_PER_CPU_S else 'below 60,000'}")
    path = folder / "air.pcap"
    for name, beacons in sets.items():
        path.write_bytes(b"".join(pcap(iter(beacons))))
        print(f"  ours, file to table, {name:<13} {whole_capture(path):>10,.0f}")
    varied = sets["varied"]
    path.write_bytes(b"".join(pcap(iter(varied))))
    cpu_s, _ = child([sys.executable, "-m", "wifiplan", "probe", "decode", str(path), "--json"])
    print(f"  wifiplan probe decode, with start    {len(varied) / cpu_s:>10,.0f}")
    if find_spec("scapy"):
        peer(own["varied"], "scapy", rate(by_scapy, varied[:N_SCAPY]))
    if find_spec("dpkt"):
        peer(own["varied"], "dpkt", rate(by_dpkt, varied[:N_DPKT]))
    if shutil.which("tshark"):
        path.write_bytes(b"".join(pcap(iter(varied[:N_TSHARK]))))
        fields = ["-T", "fields", "-e", "wlan.ssid", "-e", "wlan.ds.current_channel", "-e", "radiotap.dbm_antsignal"]
        cpu_s, _ = child(["tshark", "-r", str(path), *fields])
        peer(own["varied"], "tshark (with its start)", N_TSHARK / cpu_s)


def peer(own: float, name: str, value: float) -> None:
    """Print one peer's line."""
    print(f"  {name:<36} {value:>10,.0f}  1 : {own / value:,.0f}")


def memory(big_mb: int) -> None:
    """Print how much memory a small and a large capture take, fed through a pipe."""
    chance = random.Random(2)  # noqa: S311 (no secret)
    pool = [beacon(f"class{n:06x}".encode(), chance) for n in range(5000)]
    print("most memory held by `wifiplan probe decode -`, and its processor seconds")
    for size_mb in (10, big_mb):
        n = size_mb * 1_000_000 // (BEACON_BYTES + 16)
        cpu_s, rss_mb = child(
            [sys.executable, "-m", "wifiplan", "probe", "decode", "-", "--json"],
            pcap(pool[k % len(pool)] for k in range(n)),
        )
        print(f"  {size_mb:>6,} MB, {n:>10,} frames: {rss_mb:>6.0f} MB, {cpu_s:>6.1f} s")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description="speed and memory of the frame decoder")
    parser.add_argument("--big-mb", type=int, default=1000, help="size of the large capture (0: none)")
    big_mb = int(parser.parse_args().big_mb)
    warnings.simplefilter("ignore")
    if big_mb:
        memory(big_mb)  # first: a child starts with what its parent holds by then, and is reckoned by its most
    with tempfile.TemporaryDirectory() as folder:
        speeds(Path(folder))


if __name__ == "__main__":
    main()
