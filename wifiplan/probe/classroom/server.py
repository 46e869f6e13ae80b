"""The pages of a class test and the WebSocket of its devices, on one address; strangers cost little."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wifiplan.errors import MissingError
from wifiplan.probe.auth import find_code, same
from wifiplan.probe.classroom.controller import Controller
from wifiplan.probe.classroom.devices import Doorkeeper
from wifiplan.probe.classroom.live import snapshot
from wifiplan.probe.classroom.pages import FILES, page, qr_svg

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.websockets import WebSocket

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
        """Show the pupils' page; the code in its address is filled in, if it is one of ours."""
        code = self._code(request)
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

    def _code(self, request: "Request") -> str | None:
        """Return the room's code in an address; wrong ones count as those of devices do: no page helps to guess."""
        typed, guesses = request.path_params.get("code", ""), self.doors.held.guesses
        address = request.client.host if request.client else ""
        if not typed or not guesses.allows(address):
            return None
        code = find_code(typed, tuple(room.code for room in self.controller.rooms))
        if code is None:
            guesses.wrong(address)
        return code

    def _is_technician(self, request: "Request") -> bool:
        good = same(request.query_params.get("key", ""), self.site.secret)
        if good and request.client is not None:
            self.gate.know((request.client.host, request.client.port))
        return good

    def _is_ours(self, host: str) -> bool:
        name, _, port = host.lower().rpartition(":")
        bare = name if name and port.isdecimal() else host.lower()
        return bare.strip("[]") in {ours.lower() for ours in self.site.hosts}

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
