"""Serving a page on this machine's loopback address alone, until Ctrl+C."""

import contextlib
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from wifiplan.errors import OutputError
from wifiplan.web.patient import PatientProtocol

HOST = "127.0.0.1"
KEEP_ALIVE_S = 30
MOST_AT_ONCE = 256
"""Connections and requests together; beyond them the answer is 503."""

PATIENCE_S = 5
"""Requests that are being answered when the server ends have so long [s]."""


def run(
    app: ASGIApp,
    listener: socket.socket,
    address: str,
    *,
    told: Callable[[str], None],
    browser: bool,
    stop: Callable[[], None],
) -> None:
    """Serve an application until Ctrl+C.

    Parameters
    ----------
    app : ASGI application
        What answers.
    listener : socket
        Where it listens.
    address : str
        What a browser opens.
    told : callable
        Is told the address.
    browser : bool
        Whether to open it in the user's browser.
    stop : callable
        Ends what keeps answers waiting.
    """
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        limit_concurrency=MOST_AT_ONCE,
        h11_max_incomplete_event_size=32_768,
        timeout_graceful_shutdown=PATIENCE_S,
        lifespan="off",
    )
    with _stopped_softly(), contextlib.suppress(KeyboardInterrupt):
        told(address)
        if browser:
            webbrowser.open(address)
        _Server(config, stop).run(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that stops what keeps its answers waiting before it waits for them."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        self._stop()
        super().handle_exit(sig, frame)


@contextlib.contextmanager
def _stopped_softly() -> Iterator[None]:
    """Take a request of the system to end as Ctrl+C: uvicorn passes it on when it has ended, and it must not kill."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ended(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (as signals are told)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, ended)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def listening(port: int) -> socket.socket:
    """Return a socket that listens on the loopback address.

    Raises
    ------
    OutputError
        The port is in use, or may not be used.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise OutputError(
            f"the port cannot be used ({error.strerror or error})",
            remedy="choose another with --port, or 0 for any free one",
            where=f"{HOST}:{port}",
            zh=("這個連接埠無法使用", "請以 --port 另選，或用 0 自動選擇"),
        ) from error
