"""Drawings in and out: imports with their account, pictures under floors, exports, survey points."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wifiplan.errors import DrawingError, SiteError
from wifiplan.files.drawings.formats import WRITTEN, Format, read_drawing, read_surveys, write_drawing, write_surveys
from wifiplan.files.drawings.records import Account, Imported, ImportOptions, Note, Picture
from wifiplan.files.drawings.underlay_sheets import picture_bytes
from wifiplan.files.json_input import Json
from wifiplan.files.site import site_to_plain
from wifiplan.report.standing import in_use
from wifiplan.site.building import Site
from wifiplan.survey.records import Survey
from wifiplan.web.bodies import body_of
from wifiplan.web.context import Answer, Context, name_of
from wifiplan.web.folder import MAX_PICTURE_BYTES

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
        body = await body_of(request, MAX_IMPORT_BYTES)
        query = request.query_params
        options = ImportOptions(unit_m=number(query.get("unit_m")), level=whole(query.get("level")))
        file_name = safe_name(query.get("name", ""))
        found, surveys, problem = await run_in_threadpool(read_bytes, body, file_name, options)
        site_name = query.get("site") or self._context.folder.free_name(found.site.name)
        pictures = await run_in_threadpool(self._keep, site_name, found.pictures)
        # readings lie in the frame of this import: beside a site that is drawn otherwise they would mislead
        fresh = not (self._context.folder.root / f"{site_name}.json").exists()
        kept = await run_in_threadpool(self._keep_surveys, site_name, surveys) if fresh else 0
        lang = self._context.lang_of(request)
        plain = renamed(site_to_plain(found.site), pictures)
        account = account_of(found.account, lang)
        answer = {"site": plain, "name": site_name, "account": account, "pictures": [*pictures.values()]}
        return Answer(answer | {"n_surveys": kept, "survey_problem": problem})

    async def underlay(self, request: Request) -> Response:
        """Keep a picture under a floor; a page of a PDF becomes a picture, an SVG loses what is not drawing."""
        body = await body_of(request, MAX_PICTURE_BYTES)
        query = request.query_params
        made = await run_in_threadpool(picture_bytes, body, safe_name(query.get("file", "")), whole(query.get("page")))
        picture = await run_in_threadpool(self._context.folder.keep_picture, name_of(request), made.name, made.data)
        return Answer({"picture": picture, "width_px": made.width_px, "height_px": made.height_px})

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
            raise DrawingError(f"there is no export '{wanted[:40]}'", remedy=f"choose one of: {', '.join(WRITTEN)}")
        data = await run_in_threadpool(self._exported, name, kind, self._context.lang_of(request))
        told = f"attachment; filename*=UTF-8''{quote(name + ENDINGS[kind])}"
        headers = {"content-disposition": told}
        return Response(data, media_type="application/octet-stream", headers=headers)

    def _keep(self, name: str, pictures: Sequence[Picture]) -> dict[str, str]:
        return {p.name: self._context.folder.keep_picture(name, p.name, p.data) for p in pictures}

    def _keep_surveys(self, name: str, surveys: Sequence[Survey]) -> int:
        return len(write_surveys(self._context.folder.root / "surveys", name, surveys))

    def _pictures(self, name: str, site: Site) -> list[Picture]:
        names = [floor.underlay.picture for floor in site.floors if floor.underlay is not None]
        found = [(picture, self._context.folder.picture(name, picture)) for picture in names]
        return [Picture(name=picture, data=got[0]) for picture, got in found if got is not None]

    def _exported(self, name: str, kind: Format, lang: str) -> bytes:
        folder = self._context.folder
        stored = folder.site(name)
        if stored.site is None:
            raise SiteError("the site has faults", remedy="correct them first", where=name, faults=stored.faults)
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


def read_bytes(body: bytes, file_name: str, options: ImportOptions) -> tuple[Imported, tuple[Survey, ...], str]:
    """Return what a file holds that came over the wire: the site, surveys, and why those could not be read."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / file_name
        path.write_bytes(body)
        return read_drawing(path, options), *read_surveys(path, options)


def safe_name(name: str) -> str:
    """Return a file's name that leads nowhere.

    >>> safe_name("../../etc/passwd"), safe_name("plan.dxf"), safe_name("")
    ('passwd', 'plan.dxf', 'drawing')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "").strip(". ")
    return "".join(c for c in last if c.isprintable() and c not in '<>:"|?*')[-80:] or "drawing"


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
        raise DrawingError("the metres of a drawing unit are no length", remedy="give a number above 0", where="unit_m")
    return value


def whole(text: str | None) -> int:
    """Return a small whole number that the page sends, 0 without one."""
    return int(text) if text and text.lstrip("-").isdigit() and len(text) < 4 else 0
