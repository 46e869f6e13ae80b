"""The frame decoder and the analyser in short, as rows of the summary."""

import io
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks import frames, listening
from benchmarks.rows import Row, left_out
from wifiplan.probe.air_log import AirLog
from wifiplan.probe.air_reading import read_air
from wifiplan.probe.air_summary import summarise_air
from wifiplan.probe.pcap import Capture

N_FRAMES = 30_000
BUSIEST_PER_S = 10_000
"""Frames a second of a full channel, assumed: a short frame takes about 100 us with its gaps, backoff and answer."""


def decoder(n: int = N_FRAMES) -> Iterator[Row]:
    """Yield beacons decoded a second of processor time beside scapy, dpkt and tshark."""
    chance, source = random.Random(1), "benchmarks/frames.py"  # noqa: S311 (no secret)
    beacons = [frames.beacon(b"class1-wifi", chance) for _ in range(n)]
    own = frames.rate(frames.ours, beacons)
    what, figure = "decoder: beacons of 20 elements", f"{own:,.0f} a CPU-s"
    peers: tuple[tuple[str, Callable[[Sequence[bytes]], tuple[str, int]], int], ...] = (
        ("scapy", frames.by_scapy, frames.N_SCAPY),
        ("dpkt", frames.by_dpkt, frames.N_DPKT),
    )
    for name, work, n_peer in peers:
        if find_spec(name) is None:
            yield left_out(what, f"{name} is not installed", source)
        else:
            yield _beside(what, figure, name, own, frames.rate(work, beacons[:n_peer]))
    if not shutil.which("tshark"):
        yield left_out(f"{what}, file to table, with the start of the program", "tshark is not installed", source)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield _with_start(Path(folder), beacons)


def _with_start(folder: Path, beacons: Sequence[bytes]) -> Row:
    path = folder / "air.pcap"
    path.write_bytes(b"".join(frames.pcap(iter(beacons))))
    own_s, _ = frames.child([sys.executable, "-m", "wifiplan", "probe", "decode", str(path), "--json"])
    fields = ("wlan.ssid", "wlan.ds.current_channel", "radiotap.dbm_antsignal")
    wanted = [part for name in fields for part in ("-e", name)]
    peer_s, _ = frames.child(["tshark", "-r", str(path), "-T", "fields", *wanted])
    what = f"decoder: a capture of {len(beacons):,} beacons to a table, with the start of the program"
    own, peer = len(beacons) / own_s, len(beacons) / peer_s
    return _beside(what, f"{own:,.0f} a CPU-s", "tshark", own, peer)


def _beside(what: str, figure: str, name: str, own: float, peer: float) -> Row:
    return Row(
        what=what,
        figure=figure,
        peer=f"{name}: {peer:,.0f} a CPU-s",
        ratio=f"{own / peer:,.1f} x as many",
        source="benchmarks/frames.py",
    )


def analyser(n_rounds: int = 600) -> Iterator[Row]:
    """Yield frames that `probe listen` counts a second of processor time, beside a full channel."""
    for name, make in (("beacons", listening.beacon), ("data frames", listening.data)):
        packets = [make(n, k) for k in range(n_rounds) for n in range(listening.N_BSS)]
        content, log = io.BytesIO(listening.capture(packets)), AirLog()
        began = time.process_time()
        read_air(Capture(content), log)
        air = summarise_air(log, source=name)
        per_s = air.n_frames / (time.process_time() - began)
        yield Row(
            what=f"analyser of `probe listen`: {name}",
            figure=f"{per_s:,.0f} a CPU-s",
            peer=f"bound: a full channel, {BUSIEST_PER_S:,} frames a second (assumed)",
            ratio=f"{per_s / BUSIEST_PER_S:.1f} full channels a core",
            source="benchmarks/listening.py",
        )
