"""`wifiplan probe agent` against a controller of a few lines, on loopback."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wifiplan.errors import ProbeError
from wifiplan.probe.agent import Agent, AgentOptions, place_of
from wifiplan.probe.agent_words import WORDS, lost, refused, unreachable, words
from wifiplan.probe.auth import new_token, token_bytes
from wifiplan.probe.safety import Target
from wifiplan.probe.wifi_link import link_of, way_to

ROOT = Path(__file__).parents[2]
PATH = {"PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
pytest.importorskip("websockets")


@contextmanager
def controller(token: str, **plan: object) -> Iterator["subprocess.Popen[str]"]:
    whole = {"host": "127.0.0.1", "token": token_bytes(token).hex(), "code": "ABCDEF", "n_agents": 1, **plan}
    command = [sys.executable, "-m", "agents.controller", json.dumps({"steps": [[2.0, 1.5, 0.3]], **whole})]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **PATH}, cwd=ROOT) as process:
        watchdog = threading.Timer(60.0, process.kill)  # a test that fails must not hang
        watchdog.start()
        try:
            yield process
        finally:
            watchdog.cancel()
            process.kill()


def told(process: "subprocess.Popen[str]", event: str) -> dict:
    assert process.stdout is not None
    for line in process.stdout:
        found: dict = json.loads(line)
        if found["event"] == event:
            return found
    pytest.fail(f"the controller ended without telling {event}")


def agent(port: int, token: str, *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "wifiplan", "probe", "agent", f"127.0.0.1:{port}", "--code", "abc def", *more]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **PATH, "WIFIPLAN_TOKEN": token},
        cwd=ROOT,
    )


@pytest.mark.parametrize(("verdict", "code", "lang"), [("pass", 0, "en"), ("fail", 1, "zh-TW")])
def test_an_agent_measures_a_step_and_tells_its_figures(verdict: str, code: int, lang: str) -> None:
    token = new_token()
    with (
        controller(token, verdict=verdict, idle_s=1.5) as process,
        agent(told(process, "listening")["port"], token, "--lang", lang, "--seat", "7") as mine,
    ):
        figures = told(process, "figures")
        out, err = mine.communicate(timeout=30)
    receipt, sender = figures["receipt"], figures["sender"]
    assert mine.returncode == code, err
    assert ("PASS" if lang == "en" else "未通過") in out
    assert sender["n_sent"] == sender["n_wanted"] == 300
    assert (receipt["seat"], receipt["kind"], receipt["state"], receipt["n_flows"]) == ("07", "agent", "measured", 1)
    assert receipt["received_bytes"] == pytest.approx(2e6 / 8 * 1.2, abs=2500)
    assert receipt["udp"]["n_lost"] == 0
    assert receipt["idle_delay"]["n"] > 3
    assert receipt["loaded_delay"]["n"] > 3
    assert 0 <= receipt["cpu_share"] < 1
    assert receipt["n_receiver_drops"] == 0
    assert "Wi-Fi" in receipt["remark"] or receipt["link"] is not None


def test_two_flows_bring_twice_as_much() -> None:
    token = new_token()
    with controller(token) as process, agent(told(process, "listening")["port"], token, "--flows", "2") as mine:
        figures = told(process, "figures")
        mine.communicate(timeout=30)
    assert figures["receipt"]["n_flows"] == 2
    assert figures["receipt"]["received_bytes"] == pytest.approx(2 * 2e6 / 8 * 1.2, abs=5000)
    assert figures["sender"]["n_sent"] == 600


def test_a_wrong_token_or_code_is_one_message(tmp_path: Path) -> None:
    del tmp_path
    token = new_token()
    with controller(token) as process:
        port = told(process, "listening")["port"]
        with agent(port, new_token(), "--lang", "en") as mine:
            out, err = mine.communicate(timeout=30)
        assert mine.returncode == 2
        assert "token is wrong" in err
        assert (out, "Traceback" in err) == ("", False)
        options = AgentOptions(url=f"127.0.0.1:{port}", code="ZZZZZZ", token=token_bytes(token))
        with pytest.raises(ProbeError, match="room code is wrong"):
            asyncio.run(Agent(options, lambda *_: None).run())


def test_a_controller_that_dies_is_one_message_and_soon() -> None:
    token = new_token()
    heard: list[str] = []
    with controller(token, idle_s=60.0) as process:
        port = told(process, "listening")["port"]
        options = AgentOptions(url=f"http://127.0.0.1:{port}/", code="ABCDEF", token=token_bytes(token), rejoin_s=1.0)

        def kill() -> None:
            told(process, "ready")
            process.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(ProbeError, match="controller is gone"):
            asyncio.run(Agent(options, lambda key, _: heard.append(key)).run())
        killer.join()
    assert heard[0] == "ready"
    assert heard[-1] == "lost"


def test_nobody_there_and_somebody_else_there_are_told_apart() -> None:
    def join(port: int) -> None:
        options = AgentOptions(url=f"127.0.0.1:{port}", code="ABCDEF", token=bytes(32))
        asyncio.run(Agent(options, lambda *_: None).run())

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        def portal() -> None:
            door, _ = other.accept()
            with door:
                door.recv(4096)
                door.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://login/\r\nContent-Length: 0\r\n\r\n")

        answering = threading.Thread(target=portal)
        answering.start()
        with pytest.raises(ProbeError, match="no controller of a class test"):
            join(port)
        answering.join()
    with pytest.raises(ProbeError, match="no controller listens"):
        join(port)


@pytest.mark.parametrize("url", ["8.8.8.8", "http://8.8.8.8:8080/j/ABCDEF", "[2001:4860:4860::8888]:80"])
def test_a_public_controller_is_refused(url: str) -> None:
    with pytest.raises(ProbeError, match="no load is sent"):
        place_of(url)


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1", "127.0.0.1:99999", "http://", "127.0.0.1:x", "//[::"])
def test_what_is_no_address_is_one_message(url: str) -> None:
    with pytest.raises(ProbeError, match="no address of a controller"):
        place_of(url)


def test_addresses_are_taken_as_screens_show_them() -> None:
    assert place_of("127.0.0.1:8080").url == "ws://127.0.0.1:8080/ws"
    assert place_of("http://127.0.0.1:8080/j/ABCDEF").url == "ws://127.0.0.1:8080/ws"
    assert place_of("https://127.0.0.1").url == "wss://127.0.0.1:443/ws"
    assert place_of("[::1]:8080").url == "ws://[::1]:8080/ws"


def test_every_word_exists_in_both_languages() -> None:
    for key in WORDS:
        values = (1, 2, 3.0)
        assert words(key, values, "zh-TW") != words(key, values, "en")
    target = Target(name="x", address="10.0.0.1", port=1)
    errors = [refused(why) for why in ("code", "token", "seat_taken", "full", "kind", "too_many", "closed", "odd")]
    errors += [unreachable(target, error) for error in (TimeoutError(), ConnectionRefusedError(), ConnectionError("x"))]
    assert all(error.zh[0] and error.zh[1] and error.remedy for error in [*errors, lost(target)])


def test_links_are_read_as_iw_prints_them() -> None:
    text = """Connected to 02:00:5E:00:53:01 (on wlan0)
	SSID: school
	freq: 5180.0
	RX: 1 bytes (1 packets)
	signal: -61 dBm
	tx bitrate: 866.7 MBit/s
"""
    info = "Interface wlan0\n\tchannel 36 (5180 MHz), width: 80 MHz, center1: 5210 MHz\n"
    found = link_of(text, info)
    assert found is not None
    assert (found.bssid, found.frequency_mhz, found.width_mhz, found.signal_dbm) == (
        "02:00:5e:00:53:01",
        5180,
        80,
        -61.0,
    )
    assert link_of("Not connected.\n") is None
    assert link_of("") is None
    assert way_to("127.0.0.1").is_wireless in {None, False}
    assert way_to("no address").link is None
