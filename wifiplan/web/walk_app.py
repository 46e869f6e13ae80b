"""The survey page's application: every address of it behind the guard."""

import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from wifiplan import __version__
from wifiplan.files.json_input import Json
from wifiplan.files.output import write_bytes
from wifiplan.files.photos import MAX_PHOTO_BYTES, clean_photo
from wifiplan.files.site import site_to_plain
from wifiplan.report.page.assemble import BASE_SCRIPTS, BASE_STYLES, assemble, static_text
from wifiplan.report.page.fonts import face, whole_woff
from wifiplan.report.page.words import page_words
from wifiplan.report.texts import LANGS
from wifiplan.site.building import Site
from wifiplan.web.answers import Answer, answer_of, refusing
from wifiplan.web.bodies import body_of, object_of, text_of
from wifiplan.web.guard import Guard, Key
from wifiplan.web.walk_advice import Advisor
from wifiplan.web.walk_session import Session
from wifiplan.web.walk_steps import place_of, refused
from wifiplan.web.walk_view import busy_plain, view

FONT: Final = "Wifiplan"
"""What the pages' styles call their font."""

PICTURES: Final = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
MAX_PICTURE_BYTES: Final = 40_000_000
SCRIPTS: Final = ("state.js", "draw.js", "list.js", "walk.js")
STYLES: Final = ("walk.css",)
MOST_STEP_BYTES: Final = 20_000
MOST_NOTE: Final = 500
MOST_PHOTOS: Final = 12
"""Photos of one place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What the page needs: the survey, its site and the folder that the site's pictures lie in."""

    session: Session
    site: Site
    advisor: Advisor
    key: Key
    folder: Path
    lang: str = "zh-TW"

    @property
    def revision(self) -> int:
        """Changes with everything that the page shows."""
        return self.session.revision + self.advisor.revision

    def lang_of(self, request: Request) -> str:
        """Return the language that a page asks for, else the server's."""
        wanted = request.query_params.get("lang", "")
        return wanted if wanted in LANGS else self.lang


def application(walk: Walk) -> Starlette:
    """Return the survey page of one site as an ASGI application."""
    answers = _Answers(walk)
    return Starlette(
        routes=[
            Route("/", answers.page),
            Route("/font.woff", answers.font),
            Route("/picture/{name}", answers.picture),
            Route("/photo/{name}", answers.photo),
            Route("/api/state", answers.state, methods=["GET"]),
            Route("/api/do", answers.do, methods=["POST"]),
            Route("/api/photo/{id:int}", answers.take_photo, methods=["POST"]),
        ],
        middleware=[Middleware(Guard, key=walk.key)],
        exception_handlers=refusing(walk.lang_of),
    )


class _Answers:
    """The answers to a browser."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._levels = frozenset(floor.level for floor in walk.site.floors)

    async def page(self, request: Request) -> Response:
        """Return the page with the survey as it stands."""
        walk, lang = self._walk, self._walk.lang_of(request)
        return await run_in_threadpool(_page, walk, lang)

    async def font(self, request: Request) -> Response:  # noqa: ARG002 (every page is asked alike)
        """Return the font."""
        data = await run_in_threadpool(whole_woff)
        return Response(data, media_type="font/woff", headers={"cache-control": "private, max-age=86400"})

    async def picture(self, request: Request) -> Response:
        """Return a picture under a floor."""
        walk, name = self._walk, str(request.path_params["name"])
        kind, path = PICTURES.get(Path(name).suffix.lower(), ""), walk.folder / name
        named = any(f.underlay is not None and f.underlay.picture == name for f in walk.site.floors)
        plain = Path(name).name == name and not name.startswith(".") and not path.is_symlink() and path.is_file()
        if not named or not kind or not plain or path.stat().st_size > MAX_PICTURE_BYTES:
            return PlainTextResponse("not here\n", 404)
        data = await run_in_threadpool(path.read_bytes)
        return Response(data, media_type=kind, headers={"content-security-policy": "sandbox"})

    async def photo(self, request: Request) -> Response:
        """Return a photo of this survey."""
        session, name = self._walk.session, str(request.path_params["name"])
        if all(name not in item.photos for item in session.record.items):
            return PlainTextResponse("not here\n", 404)
        path = session.path.with_name(name)
        if not path.is_file() or path.is_symlink():
            return PlainTextResponse("not here\n", 404)
        return Response(await run_in_threadpool(path.read_bytes), media_type="image/jpeg")

    async def state(self, request: Request) -> Response:
        """Return the survey as it stands, or only its revision where the page has it already."""
        walk = self._walk
        if request.query_params.get("since") == str(walk.revision):
            return Answer({"revision": walk.revision, "busy": busy_plain(walk.session)})
        return await self._now(request)

    async def do(self, request: Request) -> Response:
        """Take one step that the page asks for."""
        order = await object_of(request, MOST_STEP_BYTES)
        await run_in_threadpool(self._done, order)
        return await self._now(request)

    async def take_photo(self, request: Request) -> Response:
        """Keep a photo of an item."""
        data = await body_of(request, MAX_PHOTO_BYTES)
        await run_in_threadpool(self._kept, int(request.path_params["id"]), data)
        return await self._now(request)

    async def _now(self, request: Request) -> Response:
        walk = self._walk
        return Answer(await run_in_threadpool(_state, walk, walk.lang_of(request)))

    def _done(self, order: Mapping[str, Json]) -> None:
        session, what = self._walk.session, text_of(order, "do") or ""
        if what in {"point", "walk"}:
            begin = session.point if what == "point" else session.walk
            begin(*place_of(order, self._levels))
        elif what == "end":
            _, x_m, y_m = place_of(order, self._levels)
            session.end_walk(x_m, y_m)
        elif what == "cancel":
            session.cancel()
        elif what == "name":
            session.name(*(_line(order, key) for key in ("device", "surveyor")))
        elif what == "next":
            has_readings = any(item.used() for item in session.record.items)
            self._walk.advisor.ask(has_readings=has_readings)
        elif what in {"undo", "redo"}:
            session.change({"do": what})
        else:
            self._changed(what, _id_of(order), order)

    def _changed(self, what: str, item_id: int, order: Mapping[str, Json]) -> None:
        session = self._walk.session
        changes: Mapping[str, Callable[[], Mapping[str, Json]]] = {
            "delete": lambda: {"do": "delete"},
            "note": lambda: {"do": "set", "note": _line(order, "note")},
            "accept": lambda: {"do": "set", "accepted": order.get("accepted") is True},
            "move": lambda: self._moved(item_id, order),
            "drop_photo": lambda: self._without(item_id, text_of(order, "photo") or ""),
        }
        if what == "repeat":
            session.repeat(item_id)
        elif what in changes:
            session.item(item_id)
            session.change({"id": item_id} | dict(changes[what]()))
        else:
            raise refused("this is no step", "reload the page", "無法執行", "請重新載入網頁")

    def _moved(self, item_id: int, order: Mapping[str, Json]) -> Mapping[str, Json]:
        item = self._walk.session.item(item_id)
        _, x_m, y_m = place_of({**order, "floor": item.floor}, self._levels)
        if order.get("end") is True and item.to_x_m is not None:
            return {"do": "set", "to_x_m": x_m, "to_y_m": y_m}
        return {"do": "set", "x_m": x_m, "y_m": y_m}

    def _without(self, item_id: int, photo: str) -> Mapping[str, Json]:
        item = self._walk.session.item(item_id)
        return {"do": "set", "photos": [one for one in item.photos if one != photo]}

    def _kept(self, item_id: int, data: bytes) -> None:
        session = self._walk.session
        item = session.item(item_id)
        if len(item.photos) >= MOST_PHOTOS:
            raise refused("this place has enough photos", "remove one", "這個點的照片已達上限", "請先移除一張")
        clean = clean_photo(data)
        name = f"{session.path.stem}-photo-{item_id}-{secrets.token_hex(3)}.jpg"
        write_bytes(session.path.with_name(name), clean)
        session.change({"do": "set", "id": item_id, "photos": [*item.photos, name]})


def _state(walk: Walk, lang: str) -> dict[str, Json]:
    advisor = walk.advisor
    advice: dict[str, Json] = {
        "asking": advisor.is_asking,
        "places": None if advisor.places is None else [*advisor.places],
        "failed": None if advisor.error is None else answer_of(advisor.error, lang),
    }
    # the revision first: what comes meanwhile is fetched the next time
    return {"revision": walk.revision} | {"advice": advice, **view(walk.session, walk.site, lang)}


def _page(walk: Walk, lang: str) -> HTMLResponse:
    words = dict(page_words(lang)) | dict(walk_words(lang))
    html = assemble(
        title=f"{words['walk.title']} · {walk.site.name}",
        lang=lang,
        styles=[face(FONT, "/font.woff"), *map(static_text, BASE_STYLES), *map(_static, STYLES)],
        scripts=[*map(static_text, BASE_SCRIPTS), *map(_static, SCRIPTS)],
        data={
            "kind": "walk",
            "site": site_to_plain(walk.site),
            "state": _state(walk, lang),
            "token": walk.key.token,
            "lang": lang,
            "words": words,
            "version": __version__,
        },
        csp_nonce=secrets.token_urlsafe(16),
    )
    return HTMLResponse(html)


@lru_cache(maxsize=4)
def walk_words(lang: str) -> Mapping[str, str]:
    """Return the words of the survey page in a language."""
    return tomllib.loads(_static(f"walk.{lang}.toml"))


@lru_cache(maxsize=16)
def _static(name: str) -> str:
    return (package_files("wifiplan.web") / "static" / "walk" / name).read_text(encoding="utf-8")


def _id_of(order: Mapping[str, Json]) -> int:
    value = order.get("id")
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _line(order: Mapping[str, Json], name: str) -> str:
    """Return a short text of a request on one line."""
    text = (text_of(order, name) or "")[:MOST_NOTE]
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
