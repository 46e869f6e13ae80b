"""Plans: made in the background, and followed at once where a hand moves an access point."""

import time
from collections.abc import Mapping
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wifiplan.errors import SettingsError, SiteError
from wifiplan.files.json_input import Json
from wifiplan.files.settings import settings_from_mapping, settings_to_mapping
from wifiplan.files.site import MAX_SITE_BYTES, check_site
from wifiplan.predict.coverage import floor_of
from wifiplan.report.front import headline
from wifiplan.report.page.coded import coded
from wifiplan.report.page.view import access_points_of, rooms_of
from wifiplan.report.summary import summarise
from wifiplan.report.tables import typeset
from wifiplan.site.network import BANDS, Band
from wifiplan.study import Settings
from wifiplan.study.fields import fit_cell_m
from wifiplan.web.answers import Answer, answer_of, plain_faults
from wifiplan.web.bodies import object_in, object_of
from wifiplan.web.context import Context, name_of
from wifiplan.web.jobs import Order
from wifiplan.web.names import checked
from wifiplan.web.places import is_number, places_of
from wifiplan.web.sessions import Open

MAX_LIVE_BYTES = 1_000_000
MOST_APS = 10_000
FINEST = 4.0
"""A page may ask for cells so much finer than those that follow a hand."""


class Plans:
    """The answers about plans."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def start(self, request: Request) -> Response:
        """Begin a plan of the site as it is drawn now."""
        lang = self._context.lang_of(request)
        data = await object_of(request, MAX_SITE_BYTES)
        name = checked(name_of(request))
        site, faults = await run_in_threadpool(check_site, data.get("site"))
        if site is None or faults:
            return Answer({"faults": plain_faults(faults, lang)}, 422)
        order = Order(
            name=name,
            site=site,
            settings=self._settings(data),
            folder=self._context.folder.plan_folder(name),
            lang=lang,
        )
        job = await run_in_threadpool(self._context.jobs.start, order)
        if job is None:
            busy = SettingsError(
                "other plans are being made", remedy="wait for them", zh=("其他規劃仍在進行", "請稍候再試")
            )
            return Answer(answer_of(busy, lang), 429)
        return Answer({"job": job.id}, 202)

    async def job(self, request: Request) -> Response:
        """Say how far a plan is; the finished one comes with it."""
        job = self._context.jobs.find(request.path_params["id"])
        return Answer({"problem": "no such job"}, 404) if job is None else Answer(job.told())

    async def cancel(self, request: Request) -> Response:
        """Stop a plan."""
        await run_in_threadpool(self._context.jobs.cancel, request.path_params["id"])
        return Response(status_code=204)

    async def live(self, request: Request) -> Response:
        """Judge the plan with access points where a hand has put them, with the map of one floor."""
        started = time.perf_counter()
        data = await object_of(request, MAX_LIVE_BYTES)
        found = await run_in_threadpool(self._context.sessions.open, name_of(request))
        if found is None:
            none = SiteError("there is no plan yet", remedy="make one", zh=("尚無規劃", "請先規劃"))
            return Answer(answer_of(none, self._context.lang_of(request)), 410)
        answer = await run_in_threadpool(judged, found, data, self._context.lang_of(request))
        return Answer(answer | {"ms": round(1000 * (time.perf_counter() - started), 1)})

    def _settings(self, data: Mapping[str, Json]) -> Settings:
        """Return the folder's settings with those that the page sends, given by dotted keys."""
        base = self._context.settings.study
        n_aps = data.get("n_aps")
        if n_aps is not None and (not isinstance(n_aps, int) or isinstance(n_aps, bool) or not 0 <= n_aps <= MOST_APS):
            raise SettingsError("the number of access points is no number", remedy="give a whole number from 0 on")
        mapping = settings_to_mapping(base)
        given = object_in(data, "settings")
        for key, value in given.items():
            section, _, option = key.rpartition(".")
            inside = mapping.get(section) if section else mapping
            if isinstance(inside, dict):
                inside[option] = value
            else:
                mapping[section] = {option: value}
        settings, faults = settings_from_mapping(mapping)
        if faults:
            raise SettingsError(
                "the settings have faults", remedy="correct the options listed", where="settings", faults=faults
            )
        return replace(settings, n_aps=n_aps if isinstance(n_aps, int) else None, law=base.law)


def judged(session: Open, data: Mapping[str, Json], lang: str) -> dict[str, Json]:
    """Return rooms, access points and the map of one floor with access points where a hand has put them."""
    places = places_of(object_in(data, "hand"))
    level, cell_m = data.get("floor"), data.get("cell_m")
    if not isinstance(level, int) or isinstance(level, bool):
        raise SiteError("a map needs the level of its floor", remedy="give floor", zh=("需指定樓層", "請提供 floor"))
    if cell_m is not None and (not is_number(cell_m) or not 0.1 <= cell_m <= 10):
        raise SiteError(
            "a cell of a map has 0.1 to 10 m",
            remedy="give cell_m, or leave it out",
            zh=("熱圖格寬須為 0.1 至 10 公尺", "請修正 cell_m，或省略"),
        )
    wanted = data.get("bands")
    bands = bands_of(wanted if isinstance(wanted, list) else [])
    with session.lock:
        plan = session.live.judged(places).shown
        if cell_m is not None:
            # a campus of kilometres in cells of 10 cm would fill the memory
            cell_m = max(cell_m, fit_cell_m(floor_of(plan.site, level)) / FINEST)
        fields = session.live.fields(level, cell_m=cell_m, bands=bands)
    return {
        "rooms": rooms_of(plan, lang),
        "access_points": access_points_of(plan, lang),
        "headline": [typeset(part) for part in headline(summarise(plan, lang))],
        "fields": coded(fields),
    }


def bands_of(wanted: list[Json]) -> tuple[Band, ...]:
    """Return the bands that are asked for, in order; all of them where none is."""
    found = tuple(band for band in BANDS if band in wanted)
    return found or BANDS
