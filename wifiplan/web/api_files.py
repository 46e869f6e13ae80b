"""Drawings in and out: imports with their account, pictures under floors, exports, survey points."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wifiplan.errors import DrawingError, SiteError
from wifiplan.files.drawings.formats import WRITTEN, Format, write_drawing
from wifiplan.files.drawings.records import Account, Note, Picture
from wifiplan.files.json_input import Json
from wifiplan.report.standing import in_use
from wifiplan.site.building import Site
from wifiplan.web.answers import Answer
from wifiplan.web.bodies import body_to
from wifiplan.web.context import Context, name_of
from wifiplan.web.folder import MAX_PICTURE_BYTES
from wifiplan.web.import_child import ANSWER
from wifiplan.web.importing import Read
from wifiplan.web.names import checked, is_device

MAX_IMPORT_BYTES = 150_000_000
"""A project of a contractor with photographs has tens of megabytes."""

ENDINGS: dict[Format, str] = {
    "site": ".json",
    "esx": ".esx",
    "dxf": ".dxf",
    "geojson": ".geojson",
    "openintent": ".openintent.zip",
    "svg": ".svg",
}


class Files:
    """The answers about files of other tools."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def take(self, request: Request) -> Response:
        """Read a drawing into a site; pictures in it are kept beside the site that is open."""
        query, lang = request.query_params, self._context.lang_of(request)
        order = {
            "kind": "drawing",
            "name": safe_name(query.get("name", "")),
            "unit_m": number(query.get("unit_m")),
            "level": whole(query.get("level")),
        }
        site_name = checked(query["site"]) if query.get("site") else None
        found = await self._read(request, MAX_IMPORT_BYTES, order)
        return Answer(await run_in_threadpool(self._kept, site_name, found, lang))

    async def underlay(self, request: Request) -> Response:
        """Keep a picture under a floor; a page of a PDF becomes a picture, an SVG loses what is not drawing."""
        query, name = request.query_params, checked(name_of(request))
        order = {"kind": "picture", "name": safe_name(query.get("file", "")), "page": whole(query.get("page"))}
        made = await self._read(request, MAX_PICTURE_BYTES, order)
        picture = await run_in_threadpool(self._keep, name, made.pictures)
        width_px, height_px = made.size_px
        return Answer({"picture": next(iter(picture.values())), "width_px": width_px, "height_px": height_px})

    async def picture(self, request: Request) -> Response:
        """Return a picture of a site."""
        found = await run_in_threadpool(self._context.folder.picture, name_of(request), request.path_params["picture"])
        if found is None:
            return Response("no such picture", 404, media_type="text/plain")
        data, kind = found
        # an SVG that is opened by itself is a page: it may run nothing
        headers = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"}
        return Response(data, media_type=kind, headers=headers)

    async def export(self, request: Request) -> Response:
        """Return a site, with its planned access points, as another tool reads it."""
        name, wanted = name_of(request), request.query_params.get("format", "site")
        kind = next((known for known in WRITTEN if known == wanted), None)
        if kind is None:
            raise DrawingError(
                f"there is no export '{wanted[:40]}'",
                remedy=f"choose one of: {', '.join(WRITTEN)}",
                zh=(f"無法匯出「{wanted[:40]}」格式", f"請選擇：{', '.join(WRITTEN)}"),
            )
        data = await run_in_threadpool(self._exported, name, kind, self._context.lang_of(request))
        told = f"attachment; filename*=UTF-8''{quote(name + ENDINGS[kind])}"
        headers = {"content-disposition": told}
        return Response(data, media_type="application/octet-stream", headers=headers)

    async def _read(self, request: Request, most_bytes: int, order: Mapping[str, Json]) -> Read:
        async with self._context.importer.scratch() as folder:
            await body_to(request, most_bytes, folder / str(order["name"]))
            return await self._context.importer.read(folder, order)

    def _kept(self, site_name: str | None, found: Read, lang: str) -> dict[str, Json]:
        """Keep what came with a site beside it, and return all of it as the page shows it."""
        folder = self._context.folder
        name = site_name or folder.free_name(str(found.site.get("name", "")))
        pictures = self._keep(name, found.pictures)
        # readings lie in the frame of this import: beside a site that is drawn otherwise they would mislead
        kept = () if folder.has(name) else folder.keep_surveys(name, found.surveys)
        return {
            "site": renamed(found.site, pictures),
            "name": name,
            "account": account_of(found.account, lang),
            "pictures": [*pictures.values()],
            "n_surveys": len(kept),
            "survey_problem": found.survey_problem,
        }

    def _keep(self, name: str, pictures: Sequence[Picture]) -> dict[str, str]:
        return {p.name: self._context.folder.keep_picture(name, p.name, p.data) for p in pictures}

    def _pictures(self, name: str, site: Site) -> list[Picture]:
        names = [floor.underlay.picture for floor in site.floors if floor.underlay is not None]
        found = [(picture, self._context.folder.picture(name, picture)) for picture in names]
        return [Picture(name=picture, data=got[0]) for picture, got in found if got is not None]

    def _exported(self, name: str, kind: Format, lang: str) -> bytes:
        folder = self._context.folder
        stored = folder.site(name)
        if stored.site is None:
            raise SiteError(
                "the site has faults",
                remedy="correct them first",
                where=name,
                faults=stored.faults,
                zh=("案場檔有錯誤", "請先修正"),
            )
        plan = folder.plan(name)
        points = (
            stored.site.access_points
            if plan is None
            else tuple(p.access_point for p in plan.access_points if in_use(p))
        )
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / f"export{ENDINGS[kind]}"
            write_drawing(path, stored.site, points, kind=kind, lang=lang, pictures=self._pictures(name, stored.site))
            return path.read_bytes()


def safe_name(name: str) -> str:
    """Return a file's name that leads nowhere.

    >>> safe_name("../../etc/passwd"), safe_name("plan.dxf"), safe_name("")
    ('passwd', 'plan.dxf', 'drawing')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "").strip(". ")
    plain = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*')[-50:].strip(". ") or "drawing"
    # our own files lie beside it
    return f"_{plain}" if plain.casefold() in {"order.json", ANSWER} or is_device(plain) else plain


def account_of(account: Account, lang: str) -> dict[str, Json]:
    """Return the account of an import as the page lists it."""

    def lines(notes: Sequence[Note]) -> list[Json]:
        return [{"what": note.what, "count": note.count, "text": note.text(lang)} for note in notes]

    return {"took": lines(account.took), "guessed": lines(account.guessed), "left": lines(account.left)}


def renamed(plain: dict[str, Json], pictures: dict[str, str]) -> dict[str, Json]:
    """Return a plain site whose underlays name the pictures as they were kept."""
    floors = plain.get("floors")
    for floor in floors if isinstance(floors, list) else []:
        underlay = floor.get("underlay") if isinstance(floor, dict) else None
        if isinstance(underlay, dict) and underlay.get("picture") in pictures:
            underlay["picture"] = pictures[str(underlay["picture"])]
    return plain


def number(text: str | None) -> float | None:
    """Return the metres of a unit that the page sends, None without them.

    Raises
    ------
    DrawingError
        It is no length.
    """
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1e-6 <= value <= 1e4:
        raise DrawingError(
            "the metres of a drawing unit are no length",
            remedy="give a number above 0",
            where="unit_m",
            zh=("圖面單位不是長度", "請輸入大於 0 的數字"),
        )
    return value


def whole(text: str | None) -> int:
    """Return a small whole number that the page sends, 0 without one."""
    return int(text) if text and re.fullmatch("-?[0-9]{1,3}", text) else 0
