"""The pages themselves: the index, the planner, the last report, the county."""

import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from importlib.resources import files as package_files
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from wifiplan import __version__
from wifiplan.catalog.applications import profiles
from wifiplan.catalog.materials import materials
from wifiplan.catalog.radios import ap_models
from wifiplan.errors import WifiplanError
from wifiplan.files.json_input import Json
from wifiplan.report.page.assemble import BASE_SCRIPTS, BASE_STYLES, assemble, static_text
from wifiplan.report.page.fonts import face, whole_woff
from wifiplan.report.page.html import html_text
from wifiplan.report.page.maps import floor_maps
from wifiplan.report.page.words import page_words
from wifiplan.site.building import RoomUse
from wifiplan.web.answers import status_of
from wifiplan.web.api_sites import opened
from wifiplan.web.context import Context, name_of

INDEX_SCRIPTS = ("index.js",)
INDEX_STYLES = ("index.css",)
FONT = "Wifiplan"
"""What the pages' styles call their font."""


APART = {
    "content-security-policy": (
        "sandbox allow-scripts allow-modals allow-downloads allow-popups allow-popups-to-escape-sandbox "
        "allow-top-navigation-by-user-activation; connect-src 'none'; form-action 'none'"
    )
}
"""Pages that lie in the folder may come from strangers: their scripts run, but see nothing of the planner's pages."""


class Pages:
    """The answers that a browser shows."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def index(self, request: Request) -> Response:
        """List the sites of the folder."""
        lang = self._context.lang_of(request)
        listed = await run_in_threadpool(self._context.folder.listed)
        data: dict[str, Json] = {
            "kind": "index",
            "folder": self._context.folder.root.name,
            "sites": [asdict(line) for line in listed],
            "county": self._county() is not None,
        }
        return self._page(lang, data, scripts=INDEX_SCRIPTS, styles=INDEX_STYLES)

    async def edit(self, request: Request) -> Response:
        """Open a site in the planner; one that is not there yet begins blank."""
        lang, name = self._context.lang_of(request), name_of(request)
        try:
            data = await run_in_threadpool(opened, self._context, name, lang)
        except WifiplanError as error:
            return PlainTextResponse(error.text(lang), status_of(error))
        data |= {"kind": "edit", "name": name, "catalogue": catalogue(lang)}
        return self._page(lang, data, scripts=edit_parts(".js"), styles=edit_parts(".css"))

    async def report(self, request: Request) -> Response:
        """Show the last plan of a site as the file that can be handed on."""
        lang, name = self._context.lang_of(request), name_of(request)
        try:
            plan = await run_in_threadpool(self._context.folder.plan, name)
        except WifiplanError as error:
            return PlainTextResponse(error.text(lang), status_of(error))
        if plan is None:
            return PlainTextResponse("no plan yet / 尚無規劃\n", 404)
        return HTMLResponse(await run_in_threadpool(lambda: html_text(plan, lang, fields=floor_maps(plan))))

    async def county(self, request: Request) -> Response:  # noqa: ARG002 (every page is asked alike)
        """Show the county's page, if the folder holds a county's answers."""
        path = self._county()
        if path is None:
            return PlainTextResponse("no county here\n", 404)
        return HTMLResponse(await run_in_threadpool(path.read_bytes), headers=APART)

    async def school(self, request: Request) -> Response:
        """Show what the county's page links to: reports of its schools."""
        key, file_name = request.path_params["key"], request.path_params["file"]
        root = self._context.folder.root
        path = root / "schools" / key / file_name
        kinds = {"report.html": "text/html; charset=utf-8", "report.pdf": "application/pdf"}
        plain = all(Path(part).name == part and not part.startswith(".") for part in (key, file_name))
        if not plain or file_name not in kinds or not _is_own(path, root):
            return PlainTextResponse("not here\n", 404)
        return Response(await run_in_threadpool(path.read_bytes), media_type=kinds[file_name], headers=APART)

    async def font(self, request: Request) -> Response:  # noqa: ARG002 (every page is asked alike)
        """Return the font of all pages."""
        data = await run_in_threadpool(whole_woff)
        return Response(data, media_type="font/woff", headers={"cache-control": "private, max-age=86400"})

    def _county(self) -> Path | None:
        root = self._context.folder.root
        return root / "county.html" if _is_own(root / "county.html", root) else None

    def _page(
        self, lang: str, data: Mapping[str, Json], *, scripts: Sequence[str], styles: Sequence[str]
    ) -> HTMLResponse:
        words = dict(page_words(lang)) | dict(edit_words(lang))
        nonce = secrets.token_urlsafe(16)
        html = assemble(
            title=words["web.title"],
            lang=lang,
            styles=[face(FONT, "/font.woff"), *map(static_text, BASE_STYLES), *map(static, styles)],
            scripts=[*map(static_text, BASE_SCRIPTS), *map(static, scripts)],
            data=dict(data) | {"token": self._context.key.token, "lang": lang, "words": words, "version": __version__},
            csp_nonce=nonce,
        )
        return HTMLResponse(html)


def catalogue(lang: str) -> dict[str, Json]:
    """Return what a person may choose from while drawing, named in a language."""
    chinese = lang == "zh-TW"
    return {
        "materials": [
            {
                "name": m.name,
                "label": m.name_zh if chinese else m.name.replace("_", " "),
                "thickness_m": m.default_thickness_m,
            }
            for m in materials().values()
        ],
        "profiles": [{"name": p.name, "label": p.name_zh if chinese else p.name} for p in profiles().values()],
        "models": [*ap_models()],
        "uses": [*get_args(RoomUse)],
    }


@lru_cache(maxsize=4)
def edit_words(lang: str) -> Mapping[str, str]:
    """Return the words of the editor and the index in a language."""
    found: dict[str, str] = {}
    for source in sorted(_static().iterdir(), key=lambda path: path.name):
        if source.name.endswith(f".{lang}.toml"):
            found |= tomllib.loads(source.read_text(encoding="utf-8"))
    return MappingProxyType(found)


@lru_cache(maxsize=64)
def static(name: str) -> str:
    """Return a script or style of the planner."""
    return (_static() / name).read_text(encoding="utf-8")


def edit_parts(suffix: str) -> tuple[str, ...]:
    """Return the editor's scripts or styles in the order in which they are loaded: `app.js` starts them and is last."""
    names = sorted(path.name for path in _static().iterdir() if path.name.endswith(suffix))
    others = [name for name in names if name not in {*INDEX_SCRIPTS, *INDEX_STYLES, "app.js"}]
    return (*others, *(name for name in names if name == "app.js"))


def _is_own(path: Path, root: Path) -> bool:
    """Return whether a path is a plain file of the folder, not a link that leads out of it."""
    try:
        return path.is_file() and path.resolve().is_relative_to(root.resolve())
    except (OSError, ValueError):
        return False


def _static() -> Path:
    return Path(str(package_files("wifiplan.web") / "static"))
