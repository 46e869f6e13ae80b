"""How many frames a second of processor time the analyser of `probe listen` counts, on air made up here.

Run: python benchmarks/listening.py
"""

import io
import resource
import struct
import time

from wifiplan.probe.air_log import AirLog
from wifiplan.probe.air_reading import read_air
from wifiplan.probe.air_summary import summarise_air
from wifiplan.probe.pcap import Capture

N_BSS, N_ROUNDS = 30, 2000
RADIOTAP = bytes.fromhex("00000f002e000000000c3c140000c4")
ELEMENTS = bytes.fromhex(
    "01088c129824b048606c"
    "03012405040001000007065457202401170b0503006400000d1a6f0017ffff000000000000000000000000000000000000000000"
)


def beacon(n: int, k: int) -> bytes:
    """Return a beacon of one BSS; its clock runs, as in the air."""
    address = struct.pack(">HI", 0x0200, n << 8)
    head = bytes([0x80, 0, 0, 0]) + b"\xff" * 6 + address + address + struct.pack("<H", (k & 0xFFF) << 4)
    name = f"network-{n}".encode()
    return RADIOTAP + head + struct.pack("<QHH", k * 102_400, 100, 0x11) + bytes([0, len(name)]) + name + ELEMENTS


def data(n: int, k: int) -> bytes:
    """Return a data frame of one of forty devices of a BSS."""
    address, device = struct.pack(">HI", 0x0200, n << 8), struct.pack(">HI", 0x0600, n << 8 | k % 40)
    return RADIOTAP + bytes([0x08, 1, 0, 0]) + address + device + b"\xff" * 6 + bytes(2) + bytes(1000)


def capture(frames: list[bytes]) -> bytes:
    """Return frames, half a millisecond apart, as pcap."""
    head = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 127)
    stamped = ((k // 2000, k % 2000 * 500_000, frame) for k, frame in enumerate(frames))
    return head + b"".join(struct.pack("<IIII", s, ns, len(f), len(f)) + f for s, ns, f in stamped)


def main() -> None:
    """Print the table."""
    kinds = {
        "beacons": [beacon(n, k) for k in range(N_ROUNDS) for n in range(N_BSS)],
        "data": [data(n, k) for k in range(N_ROUNDS) for n in range(N_BSS)],
    }
    print(f"{'frames':<10}{'n':>10}{'cpu s':>8}{'/cpu s':>10}{'BSSs':>6}{'max MB':>8}")
    for name, frames in kinds.items():
        content, log = io.BytesIO(capture(frames)), AirLog()
        began = time.process_time()
        read_air(Capture(content), log)
        air = summarise_air(log, source=name)
        spent = time.process_time() - began
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{name:<10}{air.n_frames:>10,}{spent:>8.2f}{air.n_frames / spent:>10,.0f}{len(air.bss):>6}{megabytes:>8}"
        )


if __name__ == "__main__":
    main()
