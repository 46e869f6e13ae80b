"""Agents in the test bed: what they measure against what the medium did, and what a server never sends."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path as File

import pytest

from bed import Air, Bed, Feature, Medium, Namespace, Path
from wifiplan.probe.auth import new_token, token_bytes
from wifiplan.probe.packets import CLIENT_BYTES, DATA_MAGIC

pytestmark = [pytest.mark.root, pytest.mark.waits]
ROOT = File(__file__).parents[2]
ENV = {"PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
# the machine of the tests runs other things too: an agent's laptop is its own
FIRST = ["chrt", "-f", "2"]
Needs = Callable[[Feature], None]


def control(bed: Bed, token: str, *before: str, **plan: object) -> "subprocess.Popen[str]":
    whole = {"host": bed.server.address, "token": token_bytes(token).hex(), "code": "ABCDEF", "n_agents": 1, **plan}
    return bed.server.popen([*before, sys.executable, "-m", "agents.controller", json.dumps(whole)], env=ENV, cwd=ROOT)


def join(bed: Bed, client: Namespace, port: int, token: str, *more: str) -> "subprocess.Popen[str]":
    command = [*FIRST, sys.executable, "-m", "wifiplan", "probe", "agent", f"{bed.server.address}:{port}"]
    env = {**ENV, "WIFIPLAN_TOKEN": token}
    return client.popen([*command, "--code", "ABCDEF", "--lang", "en", *more], env=env, cwd=ROOT)


def told(process: "subprocess.Popen[str]", event: str) -> dict:
    assert process.stdout is not None
    for line in process.stdout:
        found: dict = json.loads(line)
        if found["event"] == event:
            return found
    assert process.stderr is not None
    pytest.fail(f"the controller ended without telling {event}: {process.stderr.read()}")


@dataclass
class Ear:
    """Hears every UDP packet that reaches a namespace's cable, whoever it is for."""

    times: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


@contextmanager
def ear(space: Namespace) -> Iterator[Ear]:
    found, over = Ear(), threading.Event()
    with space.inside():
        door = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))

    def listen() -> None:
        door.settimeout(0.05)
        while not over.is_set():
            try:
                frame, address = door.recvfrom(2048)
            except TimeoutError:
                continue
            if frame[23] == socket.IPPROTO_UDP and address[2] != socket.PACKET_OUTGOING:
                found.times.append(time.monotonic())
                found.sizes.append(len(frame) - 42)

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
        door.close()


@pytest.mark.alone
def test_figures_are_those_of_the_medium(bed_needs: Needs) -> None:
    bed_needs("emulator")
    token = new_token()
    down = Path(delay_ms=10, jitter_ms=10, loss_share=0.005, in_order=False)
    with Bed(1, medium=Air(phy_mbps=300, down=down, up=Path(delay_ms=10, loss_share=0.005))) as bed:
        process = control(bed, token, steps=[[8.0, 8.5, 1.0]], idle_s=1.0)
        join(bed, bed.clients[0], told(process, "listening")["port"], token)
        figures = told(process, "figures")
        truth = bed.counters()
    receipt, sender = figures["receipt"], figures["sender"]
    udp, delay = receipt["udp"], receipt["loaded_delay"]
    share = truth.down.loss_share
    sigma = (share * (1 - share) / udp["n_sent"]) ** 0.5
    assert udp["n_sent"] == 6000
    assert abs(udp["n_lost"] / udp["n_sent"] - share) < 3 * sigma
    goodput_mbps = receipt["received_bytes"] * 8 / receipt["window_s"] / 1e6
    assert goodput_mbps == pytest.approx(8.0 * (1 - udp["n_lost"] / 6000), rel=0.005)
    up_ms = truth.up.delay_ms(0.5)
    middle_ms, late_ms = truth.down.delay_ms(0.5), truth.down.delay_ms(0.95)
    assert up_ms is not None
    assert middle_ms is not None
    assert late_ms is not None
    assert delay["p50_ms"] == pytest.approx(up_ms + middle_ms, abs=0.8)
    assert delay["p95_ms"] == pytest.approx(up_ms + late_ms, abs=1.0)
    assert udp["jitter_windows_ms"] == pytest.approx([10 / 3], rel=0.1)
    assert udp["n_reordered"] > 100
    assert receipt["n_receiver_drops"] == 0
    assert sender["n_drops"] == 0


@pytest.mark.alone
def test_an_overloaded_medium_carries_what_it_carries(bed_needs: Needs) -> None:
    bed_needs("kernel medium")
    token = new_token()
    with Bed(1, medium=Medium(rate_mbps=50.0)) as bed:
        process = control(bed, token, steps=[[25.0, 6.0, 1.5]])
        join(bed, bed.clients[0], told(process, "listening")["port"], token, "--flows", "2")
        figures = told(process, "figures")
    receipt = figures["receipt"]
    # 1250 of 1292 bytes are payload; beats and round trips take 0.04 Mbit/s
    assert receipt["received_bytes"] * 8 / receipt["window_s"] / 1e6 == pytest.approx(50.0 * 1250 / 1292, rel=0.005)
    assert receipt["n_flows"] == 2
    assert receipt["loaded_delay"]["p95_ms"] > 100, "the queue grows without a loss: delay alone tells"


def test_a_killed_controller_sends_no_packet_after_a_second(bed_needs: Needs) -> None:
    bed_needs("namespaces")
    token = new_token()
    with Bed(1) as bed, ear(bed.clients[0]) as heard:
        process = control(bed, token, steps=[[4.0, 60.0, 1.0]], idle_s=0.2)
        mine = join(bed, bed.clients[0], told(process, "listening")["port"], token)
        told(process, "step")
        time.sleep(2.0)
        before = len(heard.times)
        process.kill()
        killed_s = time.monotonic()
        time.sleep(2.5)
        mine.kill()
        assert before > 300
        assert heard.times[-1] - killed_s < 1.0
        command = ["ip", "netns", "pids", bed.server.name]
        left = subprocess.run(command, capture_output=True, text=True, check=True)
        assert left.stdout.split() == [], "generator and reflector end with their controller"


def test_without_the_token_not_one_packet_comes(bed_needs: Needs) -> None:
    bed_needs("namespaces")
    token = new_token()
    with Bed(2) as bed, ear(bed.clients[0]) as heard, ear(bed.clients[1]) as others:
        process = control(bed, token, steps=[[4.0, 1.5, 0.5]], n_agents=1)
        port = told(process, "listening")["port"]
        wrong = join(bed, bed.clients[0], port, new_token())
        _, err = wrong.communicate(timeout=30)
        assert wrong.returncode == 2
        assert "token" in err
        with bed.clients[0].open_socket(kind=socket.SOCK_DGRAM) as stranger:
            for number in range(1024, 65_536, 7):
                stranger.sendto(os.urandom(CLIENT_BYTES), (bed.server.address, number))
        join(bed, bed.clients[1], port, token)
        told(process, "figures")
        assert heard.sizes == []
        assert sum(size == 1250 for size in others.sizes) == 600
        assert DATA_MAGIC == b"WFPD"


def test_without_the_right_to_real_time_it_works_and_says_so(bed_needs: Needs) -> None:
    bed_needs("namespaces")
    token = new_token()
    drop = ["setpriv", "--bounding-set=-sys_nice,-net_admin,-sys_resource", "--inh-caps=-all"]
    with Bed(1) as bed:
        process = control(bed, token, *drop, steps=[[4.0, 2.0, 0.5]])
        listening = told(process, "listening")
        join(bed, bed.clients[0], listening["port"], token)
        figures = told(process, "figures")
    assert listening["priority"] == "normal"
    assert figures["sender"]["late_p99_ms"] is not None
    assert figures["sender"]["n_sent"] + figures["sender"]["n_drops"] == 800


def test_a_full_queue_of_the_senders_own_card_is_the_senders_drop(bed_needs: Needs) -> None:
    bed_needs("kernel medium")
    token = new_token()
    with Bed(1) as bed:
        card = ["tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "5mbit", "burst", "5k", "limit", "20k"]
        process = control(bed, token, steps=[[10.0, 2.0, 0.5]])
        join(bed, bed.clients[0], told(process, "listening")["port"], token)
        told(process, "ready")
        bed.server.run(card)
        figures = told(process, "figures")
    sender, udp = figures["sender"], figures["receipt"]["udp"]
    assert sender["n_drops"] > 500, "no network is blamed for what never left"
    assert sender["n_sent"] + sender["n_drops"] == 2000
    assert udp["n_lost"] <= sender["n_drops"]
