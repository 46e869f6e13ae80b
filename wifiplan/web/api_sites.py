"""Sites of the folder: opened, checked, saved, and their journals of unsaved work."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wifiplan import files
from wifiplan.errors import SiteError
from wifiplan.files.json_input import Json
from wifiplan.files.site import MAX_SITE_BYTES, check_site, site_to_plain
from wifiplan.report.page.view import view_of
from wifiplan.site.building import Site
from wifiplan.web.answers import Answer, failed, plain_faults
from wifiplan.web.bodies import object_in, object_of, text_of
from wifiplan.web.context import Context, name_of
from wifiplan.web.folder import MAX_DRAFT_BYTES, ConflictError
from wifiplan.web.places import places_of


class Sites:
    """The answers about sites."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._folder = context.folder

    async def get(self, request: Request) -> Response:
        """Return a site, its last plan as a view, and its journal."""
        lang = self._context.lang_of(request)
        return Answer(await run_in_threadpool(opened, self._context, name_of(request), lang))

    async def put(self, request: Request) -> Response:
        """Save a site; with access points that a hand has moved, its plan as well."""
        lang = self._context.lang_of(request)
        name = name_of(request)
        data = await object_of(request, MAX_SITE_BYTES)
        site, faults = await run_in_threadpool(check_site, data.get("site"))
        if site is None or faults:
            return Answer({"faults": plain_faults(faults, lang)}, 422)
        try:
            revision = await run_in_threadpool(self._save, name, site, data)
        except ConflictError as error:
            return failed(error, lang, await run_in_threadpool(self._theirs, name))
        return Answer({"revision": revision})

    async def check(self, request: Request) -> Response:
        """Say what is wrong with a site that is being drawn."""
        data = await object_of(request, MAX_SITE_BYTES)
        _, faults = await run_in_threadpool(check_site, data.get("site"))
        return Answer({"faults": plain_faults(faults, self._context.lang_of(request))})

    async def keep_draft(self, request: Request) -> Response:
        """Write the journal of unsaved work."""
        data = await object_of(request, MAX_DRAFT_BYTES)
        await run_in_threadpool(self._folder.keep_draft, name_of(request), data)
        return Response(status_code=204)

    async def drop_draft(self, request: Request) -> Response:
        """Remove the journal."""
        await run_in_threadpool(self._folder.drop_draft, name_of(request))
        return Response(status_code=204)

    def _theirs(self, name: str) -> dict[str, Json]:
        """Return what somebody else has written; a blank site, where that is no JSON at all."""
        try:
            stored = self._folder.site(name)
        except SiteError:
            return {"site": site_to_plain(Site(name=name, floors=())), "revision": None}
        return {"site": stored.plain, "revision": stored.revision}

    def _save(self, name: str, site: Site, data: Mapping[str, Json]) -> str:
        places = places_of(object_in(data, "hand"))
        plan = self._context.sessions.edited(name, places) if places else None
        revision = self._folder.save(name, site, revision=text_of(data, "revision"), force=data.get("force") is True)
        if plan is not None:
            files.write_plan(self._folder.plan_folder(name) / "plan.json", plan)
            self._context.sessions.warm(name)
        return revision


def opened(context: Context, name: str, lang: str) -> dict[str, Json]:
    """Return a site as a page opens it; one that is not there yet is blank.

    Raises
    ------
    SiteError
        The file is no site at all.
    """
    folder = context.folder
    try:
        stored = folder.site(name)
    except SiteError:
        if folder.has(name):
            raise
        blank = site_to_plain(Site(name=name, floors=()))
        return {
            "site": blank,
            "revision": None,
            "view": None,
            "draft": folder.draft(name),
            "faults": [],
            "stale": False,
        }
    plan = folder.plan(name)
    if plan is not None:
        context.sessions.warm(name)
    return {
        "site": stored.plain,
        "revision": stored.revision,
        "view": None if plan is None else view_of(plan, lang),
        "draft": folder.draft(name),
        "faults": plain_faults(stored.faults, lang),
        "stale": plan is not None and (stored.site is None or drawing_of(stored.site) != drawing_of(plan.site)),
    }


def drawing_of(site: Site) -> tuple[object, ...]:
    """Return what a plan rests on: if that has changed, the plan is an old one."""
    return site.floors, site.school, site.also_serves, site.country, site.antennas
