"""The application: every address of the planner behind the guard."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from wifiplan.files import SettingsFile
from wifiplan.web.answers import refusing
from wifiplan.web.api_files import Files
from wifiplan.web.api_plans import Plans
from wifiplan.web.api_sites import Sites
from wifiplan.web.api_survey import Surveys
from wifiplan.web.context import Context
from wifiplan.web.folder import Folder
from wifiplan.web.guard import Guard, Key
from wifiplan.web.jobs import Jobs
from wifiplan.web.pages import Pages
from wifiplan.web.sessions import Sessions


def context_of(folder: Folder, key: Key, *, settings: SettingsFile, lang: str) -> Context:
    """Return what the answers of a planner of one folder need."""
    sessions = Sessions(folder)
    jobs = Jobs(lambda order: sessions.warm(order.name))
    return Context(folder=folder, sessions=sessions, jobs=jobs, key=key, settings=settings, lang=lang)


def application(context: Context) -> Starlette:
    """Return the planner of one folder as an ASGI application."""
    pages, sites, plans, files = Pages(context), Sites(context), Plans(context), Files(context)
    surveys = Surveys(context)
    return Starlette(
        routes=[
            Route("/", pages.index),
            Route("/edit/{name}", pages.edit),
            Route("/report/{name}", pages.report),
            Route("/county", pages.county),
            Route("/schools/{key}/{file}", pages.school),
            Route("/font.woff", pages.font),
            Route("/files/{name}/{picture}", files.picture),
            Route("/api/site/{name}", sites.get, methods=["GET"]),
            Route("/api/site/{name}", sites.put, methods=["PUT"]),
            Route("/api/draft/{name}", sites.keep_draft, methods=["PUT"]),
            Route("/api/draft/{name}", sites.drop_draft, methods=["DELETE"]),
            Route("/api/check", sites.check, methods=["POST"]),
            Route("/api/plan/{name}", plans.start, methods=["POST"]),
            Route("/api/job/{id}", plans.job, methods=["GET"]),
            Route("/api/job/{id}", plans.cancel, methods=["DELETE"]),
            Route("/api/live/{name}", plans.live, methods=["POST"]),
            Route("/api/import", files.take, methods=["POST"]),
            Route("/api/underlay/{name}", files.underlay, methods=["POST"]),
            Route("/api/export/{name}", files.export, methods=["GET"]),
            Route("/api/survey/{name}", surveys.get, methods=["GET"]),
        ],
        middleware=[Middleware(Guard, key=context.key)],
        exception_handlers=refusing(context.lang_of),
    )
