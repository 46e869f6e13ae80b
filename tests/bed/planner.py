"""The planner as a user starts it: `wifiplan web` in a process of its own, and a client that speaks to it."""

import contextlib
import http.client
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 (whatever the server says)
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass(slots=True, kw_only=True)
class Planner:
    """A running planner."""

    address: str
    process: "subprocess.Popen[str]"
    token: str = ""
    port: int = 0
    cookie: str = field(default="")
    said: "IO[str] | None" = None

    def __post_init__(self) -> None:
        """Take token and port from the address that was printed."""
        parts = urlsplit(self.address)
        self.token = parse_qs(parts.query)["token"][0]
        self.port = parts.port or 0
        self.cookie = f"wifiplan-{self.port}={self.token}"

    def messages(self) -> str:
        """Return what the server has said on its terminal."""
        assert self.said is not None
        self.said.seek(0)
        return self.said.read()

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        bare: bool = False,
    ) -> Answer:
        """Send one request; `bare` without token and cookie. A body that is no bytes goes as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        own = {} if bare else {"X-Wifiplan-Token": self.token, "Cookie": self.cookie}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        with contextlib.closing(connection):
            connection.request(method, path, body=data, headers=own | dict(headers or {}))
            answer = connection.getresponse()
            told: dict[str, str] = {}
            for name, value in answer.getheaders():
                told[name.lower()] = f"{told[name.lower()]}, {value}" if name.lower() in told else value
            return Answer(status=answer.status, headers=told, body=answer.read())


@contextlib.contextmanager
def planner(folder: Path, *options: str) -> Iterator[Planner]:
    """Run the planner of a folder."""
    command = [sys.executable, "-m", "wifiplan", "web", str(folder), "--port", "0", "--no-browser", *options]
    # a pipe that nobody empties would stop a server that has much to say
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            address = process.stdout.readline().strip() if process.stdout else ""
            if not address:
                process.wait()
                said.seek(0)
                raise RuntimeError(said.read())
            yield Planner(address=address, process=process, said=said)
        finally:
            process.terminate()
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
