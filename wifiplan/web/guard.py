"""Who may talk to the planner: this machine's own browser, opened with the token that the terminal printed.

Other pages in the same browser are kept out thrice: a foreign name in Host (a name that was made to point here), a
foreign Origin (their scripts), and no token (their forms and pictures).
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-wifiplan-token"  # noqa: S105 (the name of a header)

HTTP_PORT = 80
SCHOOLS = "/schools/"

_NOT_OPEN = "open the address that the terminal printed, with its token\n請使用終端機顯示的網址（含 token）開啟\n"

HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a browser must bring: the token, and the port that its Host must name."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def cookie(self) -> str:
        """Name of the cookie; browsers keep cookies of all ports of a host together."""
        return f"wifiplan-{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """What Host may be; browsers leave the port of plain HTTP out."""
        names = ("127.0.0.1", "localhost", "[::1]")
        ports = (f":{self.port}", "") if self.port == HTTP_PORT else (f":{self.port}",)
        return frozenset(f"{name}{port}" for name in names for port in ports)

    @property
    def schools_cookie(self) -> tuple[str, str]:
        """Name and value of the cookie that opens nothing but reports of a county's schools."""
        value = hmac.new(self.token.encode(), b"schools", "sha256").hexdigest()
        return f"wifiplan-schools-{self.port}", value

    def opens(self, given: str) -> bool:
        """Return whether a token is the right one, in a time that tells nothing about it."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())


class Guard:
    """Lets in what the key allows and puts the safety headers on every answer (ASGI)."""

    def __init__(self, app: ASGIApp, key: Key) -> None:
        self.app = app
        self.key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await (self.app if refused is None else refused)(scope, receive, sent)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self.key.hosts:
            return PlainTextResponse("this address is not served here", 403)
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in {f"http://{host}" for host in self.key.hosts}:
            return PlainTextResponse("requests of other pages are refused", 403)
        path: str = scope["path"]
        if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"} and not _is_followed(scope, headers):
            return PlainTextResponse("requests of other pages are refused", 403)
        if path.startswith("/api/"):
            given = headers.get(TOKEN_HEADER, "")
            return None if self.key.opens(given) else PlainTextResponse("the token of the page is missing", 403)
        if scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("not here", 405)
        return self._page(scope, headers)

    def _page(self, scope: Scope, headers: Headers) -> Response | None:
        """Let pages in by cookie; a token in the address becomes one and leaves the address bar."""
        if self.key.opens(_cookie(headers, self.key.cookie)):
            return None
        name, value = self.key.schools_cookie
        path: str = scope["path"]
        if path.startswith(SCHOOLS) and hmac.compare_digest(_cookie(headers, name).encode(), value.encode()):
            return None
        query = QueryParams(scope["query_string"])
        if not self.key.opens(query.get("token", "")):
            return PlainTextResponse(_NOT_OPEN, 403)
        rest = urlencode([(name, value) for name, value in query.multi_items() if name == "lang"])
        # "//evil.example" would lead elsewhere
        answer = RedirectResponse("/" + scope["path"].lstrip("/\\") + (f"?{rest}" if rest else ""), 303)
        # the county's page is kept apart from ours (see `pages`), so that its links come as from another site
        answer.set_cookie(name, value, httponly=True, samesite="lax", path=SCHOOLS)
        answer.set_cookie(self.key.cookie, self.key.token, httponly=True, samesite="strict", path="/")
        return answer


def _is_followed(scope: Scope, headers: Headers) -> bool:
    """Return whether a person follows a link of another page: all else that other pages ask for is refused."""
    return (
        scope["method"] in {"GET", "HEAD"}
        and headers.get("sec-fetch-mode", "") == "navigate"
        and headers.get("sec-fetch-dest", "") == "document"
    )


def _cookie(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""
