"""`probe class` on the loopback against devices and strangers that mean harm: nobody else may feel them."""

import asyncio
import base64
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from class_controller import settings
from class_tablets import Tablet, run_all

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"

pytestmark = [pytest.mark.waits, pytest.mark.skipif(sys.platform == "win32", reason="ends by signals")]


@dataclass(slots=True)
class Test:
    """A controller on the loopback."""

    __test__ = False

    process: subprocess.Popen[str]
    folder: Path
    port: int
    code: str
    key: str

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        body = answer.read().decode("utf-8")
        connection.close()
        return answer.status, body

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ask("GET", f"/live/state?key={self.key}")[1])
        return found

    def act(self, what: str) -> int:
        return self.ask("POST", f"/live/act?key={self.key}&do={what}")[0]

    def seats(self) -> dict[str, str]:
        return {seat["seat"]: seat["state"] for seat in self.state()["rooms"][0]["seats"]}

    def until(self, true: Callable[["Test"], bool], timeout_s: float = 60.0) -> None:
        end_s = time.monotonic() + timeout_s
        while not true(self):
            assert time.monotonic() < end_s, self.state()
            time.sleep(0.05)

    def result(self) -> dict[str, Any]:
        (path,) = self.folder.glob("class-test-*.json")
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def tablets(self, *seats: str) -> list[Tablet]:
        tablets = [Tablet(host=HOST, port=self.port, code=self.code, seat=seat) for seat in seats]
        threading.Thread(target=lambda: asyncio.run(run_all(tablets)), daemon=True).start()
        self.until(lambda test: all(test.seats().get(seat) == "ready" for seat in seats))
        return tablets


@contextlib.contextmanager
def running(folder: Path, n: int, *, out: Path | None = None, arguments: Sequence[str] = ()) -> Iterator[Test]:
    limits = {"min_stall_s": 3.0, "min_pings": 2.0, "max_added_delay_p95_ms": 1000.0}
    options = settings(folder, limits=limits, ramp=[1.0], full_s=5.0, idle_s=2.0)
    command = [sys.executable, "-m", "wifiplan", "probe", "class", "--authorised-by", "x", "--lang", "en"]
    command += ["--listen", HOST, "--port", "0", "--gateway", "", "--dns", "", "--school", "T", "--rate", "1.0"]
    command += ["--room", f"201={n}", "--settings", str(options), "--out", str(out or folder), *arguments]
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            code = ""
            for line in process.stdout:
                found = re.search(r":(\d+)/j/([A-Z0-9]+)", line)
                code = found[2] if found else code
                found = re.search(r":(\d+)/live\?key=(\S+)", line)
                if found:
                    break
            assert found, process.stderr.read()
            yield Test(process, folder, int(found[1]), code, found[2])
        finally:
            if process.poll() is None:
                process.kill()


def web_socket(port: int, headers: str = "") -> socket.socket:
    """Return a WebSocket that reads next to nothing."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    door.settimeout(3.0)
    door.connect((HOST, port))
    key = base64.b64encode(bytes(16)).decode()
    lines = f"GET /ws HTTP/1.1\r\nHost: {HOST}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{headers}"
    door.sendall(f"{lines}Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
    return door


def opened_socket(port: int) -> socket.socket:
    """Return one whose handshake is done: nobody may speak before (RFC 6455, 4.1), and what is said then is lost."""
    door = web_socket(port)
    assert b" 101 " in door.recv(2000)
    return door


def everything(door: socket.socket) -> bytes:
    """Return all that comes until the other end closes."""
    heard = b""
    with contextlib.suppress(OSError):
        while part := door.recv(4096):
            heard += part
            if part[:1] == b"\x88":  # a closing handshake that waits for us
                break
    return heard


def frame(kind: int, data: bytes) -> bytes:
    """Return a masked frame, its mask all zeros."""
    length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    return bytes([0x80 | kind]) + length + bytes(4) + data


def said(**fields: object) -> bytes:
    return frame(1, json.dumps(fields).encode())


def memory_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


def test_a_device_that_reads_nothing_or_floods_neither_holds_up_the_test_nor_fills_the_memory(tmp_path: Path) -> None:
    with running(tmp_path, 3) as test:
        test.tablets("01", "02")
        doors = [opened_socket(test.port) for _ in range(3)]
        for door in doors:
            door.sendall(said(type="hello", code=test.code, seat="03"))
            time.sleep(0.2)
            with contextlib.suppress(OSError):
                for _ in range(400):  # 25 MB of pings, whose answers nobody reads
                    door.sendall(frame(9, bytes(125)) * 500)
        # one that stays below every limit but reads nothing
        deaf = opened_socket(test.port)
        deaf.sendall(said(type="hello", code=test.code, seat="03"))
        stop = threading.Event()

        def mutter() -> None:
            with contextlib.suppress(OSError):
                while not stop.wait(0.1):
                    deaf.sendall(said(type="ping", n=1, t_ms=1.0) * 3)

        threading.Thread(target=mutter, daemon=True).start()
        if sys.platform == "linux":
            assert memory_mb(test.process.pid) < 250
        test.act("start")
        assert test.process.wait(120) == 1
        stop.set()
        receipts = test.result()["rooms"][0]["steps"][0]["receipts"]
        assert [receipt["state"] for receipt in receipts if receipt["seat"] in {"01", "02"}] == ["measured"] * 2
        assert test.result()["judgement"]["verdict"] == "inconclusive"
        for door in (*doors, deaf):
            door.close()


def test_pages_of_other_sites_guessed_codes_and_odd_messages_get_nowhere(tmp_path: Path) -> None:
    with running(tmp_path, 2) as test:
        for origin in ("http://evil.example", "null", f"http://{HOST}.evil.example", f"http://evil.example#{HOST}:1"):
            with web_socket(test.port, f"Origin: {origin}\r\n") as door:
                assert b" 403 " in door.recv(2000)
        for host in ("evil.example", f"{HOST}:80; script-src *", f"{HOST}.evil.example:80", ""):
            assert test.ask("GET", "/", {"Host": host})[0] in {400, 421}
        odd = (
            b"[" * 50_000,
            b'{"type":"hello","code":"%s","flows":%s}' % (test.code.encode(), b"9" * 5000),
            b'{"type":"hello","code":"%s","page_ms":NaN}' % test.code.encode(),
            b'{"type":["hello"],"code":"x"}',
            b'{"type":"proof","nonce":"00","hmac":"00"}',
            b"\xff\xfe",
        )
        for text in odd:
            with opened_socket(test.port) as door:
                door.sendall(frame(1, text))
                assert b"welcome" not in everything(door)
        with contextlib.ExitStack() as stack:
            doors = [stack.enter_context(opened_socket(test.port)) for _ in range(4)]
            resume = {}
            for door in doors:
                door.sendall(said(type="hello", code=test.code, seat="02", **resume))
                welcome = door.recv(2000)
                resume = {"resume": re.search(rb'"device":"(\w+)"', welcome)[1].decode()}  # type: ignore[index]
            # whoever comes again and again has one connection all the same
            assert [b"replaced" in everything(door) for door in doors[:-1]] == [True] * 3
            doors[0].settimeout(5)
            assert doors[0].recv(100) == b""
        test.until(lambda test: test.seats()["02"] == "left")
        assert test.code in test.ask("GET", f"/j/{test.code}")[1]
        for _ in range(45):
            assert test.ask("GET", "/j/AAAAAA")[0] == 200
        # too many wrong codes: a right one is not told apart any more, neither by the page nor by the WebSocket
        assert test.code not in test.ask("GET", f"/j/{test.code}")[1]
        with opened_socket(test.port) as door:
            door.sendall(said(type="hello", code=test.code))
            assert b"too_many" in everything(door)
        assert test.seats()["01"] == "empty"
        test.process.send_signal(signal.SIGINT)
        assert test.process.wait(90) == 1
