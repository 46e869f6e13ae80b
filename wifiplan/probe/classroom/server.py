"""The pages of a class test and the WebSocket of its devices, on one address; strangers cost little."""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wifiplan.errors import MissingError, ProbeError
from wifiplan.probe.auth import find_code, same
from wifiplan.probe.classroom.controller import Controller
from wifiplan.probe.classroom.devices import Doorkeeper
from wifiplan.probe.classroom.gate import Gate
from wifiplan.probe.classroom.live import snapshot
from wifiplan.probe.classroom.pages import FILES, page, qr_svg

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.websockets import WebSocket

MOST_HEADER_BYTES = 16_384
SWEEP_S = 0.5
MOST_FILES = 4_096

HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "permissions-policy": "geolocation=(), camera=(), microphone=(), screen-wake-lock=(self)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the pages are: `base` as devices type it, and the secret of the technician's page."""

    base: str
    hosts: tuple[str, ...]
    secret: str
    lang: str


def need_extra() -> None:
    """See that the packages of the extra are there.

    Raises
    ------
    MissingError
        They are not.
    """
    try:
        import segno  # noqa: F401, PLC0415 (an extra)
        import starlette  # noqa: F401, PLC0415
        import uvicorn  # noqa: F401, PLC0415
        import websockets  # noqa: F401, PLC0415
    except ImportError as error:
        raise MissingError(
            f"the class test needs a package that is not installed ({error.name})",
            remedy='install it with: pip install "wifiplan[probe]"',
            zh=(f"全班實測需要的套件尚未安裝（{error.name}）", '請執行：pip install "wifiplan[probe]"'),
        ) from error


def application(controller: Controller, doors: Doorkeeper, site: Site) -> "Starlette":
    """Return the application: pages, the technician's page and its actions, the devices' WebSocket."""
    from starlette.applications import Starlette  # noqa: PLC0415 (an extra)
    from starlette.routing import Route, WebSocketRoute  # noqa: PLC0415

    views = Views(controller, doors, site)
    return Starlette(
        routes=[
            Route("/", views.join),
            Route("/j/{code}", views.join),
            Route("/static/{name}", views.static),
            Route("/live", views.live),
            Route("/live/state", views.state),
            Route("/live/act", views.act, methods=["POST"]),
            Route("/qr/{code}.svg", views.qr),
            Route("/health", views.health),
            WebSocketRoute("/ws", views.device),
        ]
    )


class Views:
    """The answers to requests of pages."""

    def __init__(self, controller: Controller, doors: Doorkeeper, site: Site) -> None:
        self.controller = controller
        self.doors = doors
        self.gate = doors.gate
        self.site = site

    async def join(self, request: "Request") -> "Response":
        """Show the pupils' page; the code in its address is filled in."""
        code = find_code(request.path_params.get("code", ""), tuple(room.code for room in self.controller.rooms))
        for room in self.controller.rooms:
            room.n_pages += room.code == code
        return self._page(request, "join.html", {"code": code or ""})

    async def static(self, request: "Request") -> "Response":
        """Return scripts and styles, from a fixed list."""
        kind = FILES.get(request.path_params["name"])
        if kind is None:
            return self._answer(404, "not found")
        return self._answer(200, page(request.path_params["name"], self.site.lang, {}), kind)

    async def live(self, request: "Request") -> "Response":
        """Show the technician's page."""
        if not self._is_technician(request):
            return self._answer(403, "the key of this page is missing or wrong")
        return self._page(request, "live.html", {"base": self.site.base, "key": self.site.secret})

    async def state(self, request: "Request") -> "Response":
        """Return what the technician's page shows, as JSON."""
        from starlette.responses import JSONResponse  # noqa: PLC0415 (an extra)

        if not self._is_technician(request):
            return self._answer(403, "key")
        return JSONResponse(snapshot(self.controller), headers=dict(HEADERS))

    async def act(self, request: "Request") -> "Response":
        """Press one of the technician's buttons; the key in the query keeps other pages from it."""
        if not self._is_technician(request):
            return self._answer(403, "key")
        what, room = request.query_params.get("do", ""), request.query_params.get("room", "")
        if what in {"start", "next"}:
            self.controller.go()
        elif what == "stop":
            self.controller.stop()
        elif what == "cart":
            self.controller.open_cart(room)
        else:
            return self._answer(400, "unknown")
        return self._answer(204, "")

    async def qr(self, request: "Request") -> "Response":
        """Return the QR code of a room's address."""
        code = find_code(request.path_params["code"], tuple(room.code for room in self.controller.rooms))
        if code is None or not self._is_technician(request):
            return self._answer(404, "not found")
        return self._answer(200, qr_svg(f"{self.site.base}/j/{code}"), "image/svg+xml")

    async def device(self, websocket: "WebSocket") -> None:
        """Serve a device; a page of another site may not open connections in a tablet's name."""
        origin = websocket.headers.get("origin")
        if origin is not None and not self._is_ours(origin.partition("//")[2]):
            await websocket.close()
            return
        await self.doors.serve(websocket)

    async def health(self, request: "Request") -> "Response":
        """Tell that the server is there: for a first look from a tablet."""
        del request
        return self._answer(200, "wifiplan\n")

    def _is_technician(self, request: "Request") -> bool:
        good = same(request.query_params.get("key", ""), self.site.secret)
        if good and request.client is not None:
            self.gate.know((request.client.host, request.client.port))
        return good

    def _is_ours(self, host: str) -> bool:
        return host.rpartition(":")[0].strip("[]") in self.site.hosts or host.strip("[]") in self.site.hosts

    def _page(self, request: "Request", name: str, values: Mapping[str, str]) -> "Response":
        host = request.headers.get("host", "")
        if not self._is_ours(host):
            return self._answer(421, "this name is not one of this server's")
        bare = host.rpartition(":")[0] if ":" in host else host
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
            f"form-action 'self'; frame-ancestors 'none'; connect-src 'self' ws://{host} wss://{host} "
            f"http://{bare}:* https://{bare}:*"
        )
        answer = self._answer(200, page(name, self.site.lang, values), "text/html; charset=utf-8")
        answer.headers["content-security-policy"] = policy
        return answer

    def _answer(self, status: int, body: str, kind: str = "text/plain; charset=utf-8") -> "Response":
        from starlette.responses import Response  # noqa: PLC0415 (an extra)

        return Response(body, status, dict(HEADERS), kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where to listen, and with which certificate."""

    host: str
    port: int
    cert: Path | None = None
    key: Path | None = None


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
    from uvicorn.server import ServerState  # noqa: PLC0415

    state = ServerState()

    class Guarded(H11Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)  # type: ignore[arg-type]
            gate.admit(transport)  # type: ignore[arg-type]

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
