"""Serving an application on one address, every connection behind the gate."""

import asyncio
import contextlib
import logging
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wifiplan.errors import ProbeError
from wifiplan.probe.classroom.gate import Gate

if TYPE_CHECKING:
    from starlette.applications import Starlette

MOST_HEADER_BYTES = 16_384
SWEEP_S = 0.5
MOST_FILES = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where to listen, and with which certificate."""

    host: str
    port: int
    cert: Path | None = None
    key: Path | None = None


def check_certificate(door: Door) -> None:
    """See that certificate and key are there, belong together, and can be used without a password.

    Raises
    ------
    ProbeError
        They can't.
    """
    if door.cert is None and door.key is None:
        return
    if door.cert is None:
        raise _bad_certificate(door, "a key without a certificate")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(door.cert, door.key, password=lambda: "")
    except (OSError, ValueError) as error:
        raise _bad_certificate(door, error.strerror or "" if isinstance(error, OSError) else str(error)) from error


def _bad_certificate(door: Door, why: str) -> ProbeError:
    return ProbeError(
        f"the certificate or its key cannot be used ({why})",
        remedy="give both as PEM files that belong together, the key without a password: --cert FILE --key FILE",
        where=str(door.cert or door.key),
        zh=("憑證或金鑰無法使用", "請提供相符的 PEM 憑證與金鑰，金鑰不可設密碼：--cert 檔案 --key 檔案"),
    )


def bound(door: Door) -> socket.socket:
    """Return a listening socket.

    Raises
    ------
    ProbeError
        The address or the port cannot be used.
    """
    family = socket.AF_INET6 if ":" in door.host else socket.AF_INET
    try:
        return socket.create_server((door.host, door.port), family=family, backlog=512)
    except OSError as error:
        raise ProbeError(
            f"this address or port cannot be used ({error.strerror or error})",
            remedy="choose another with --listen and --port, or end the program that uses it",
            where=f"{door.host}:{door.port}",
            zh=("無法使用這個位址或連接埠", "請以 --listen、--port 另選，或先結束佔用它的程式"),
        ) from error


@contextlib.asynccontextmanager
async def serving(app: "Starlette", listener: socket.socket, gate: Gate, door: Door) -> AsyncIterator[None]:
    """Serve while the block runs."""
    import uvicorn  # noqa: PLC0415 (an extra)

    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    more_files()
    config = uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_max_size=65_536,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_keep_alive=5,
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=door.cert,
        ssl_keyfile=door.key,
    )
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        guarded(config, gate),
        sock=listener,
        ssl=config.ssl,
        ssl_handshake_timeout=5.0 if config.ssl else None,
        backlog=512,
    )
    sweeping = asyncio.create_task(_sweep(gate))
    try:
        yield
    finally:
        sweeping.cancel()
        server.close()
        for guest in list(gate.guests.values()):
            guest.transport.abort()


def guarded(config: Any, gate: Gate) -> Callable[[], asyncio.Protocol]:  # noqa: ANN401
    """Return what makes a connection's protocol: the library's, behind the gate."""
    from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 (an extra)
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol  # noqa: PLC0415
    from uvicorn.server import ServerState  # noqa: PLC0415

    state = ServerState()

    class GuardedSocket(WebSocketsSansIOProtocol):
        def data_received(self, data: bytes) -> None:
            if gate.takes(self.transport, len(data)):
                super().data_received(data)

    class Guarded(H11Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)  # type: ignore[arg-type]
            gate.admit(transport)  # type: ignore[arg-type]

        def data_received(self, data: bytes) -> None:
            if gate.takes(self.transport, len(data)):
                super().data_received(data)

    config.ws_protocol_class = GuardedSocket
    return lambda: Guarded(config=config, server_state=state, app_state={})


async def _sweep(gate: Gate) -> None:
    while True:
        await asyncio.sleep(SWEEP_S)
        gate.sweep()


def more_files() -> None:
    """Allow as many open connections as the system lets this user have, up to what the gate lets in."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (not on Windows)

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
