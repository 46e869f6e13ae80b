"""Surveys that lie beside a site, held against its plan."""

from dataclasses import asdict
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from wifiplan.errors import WifiplanError
from wifiplan.files.json_input import Json
from wifiplan.files.surveys import read_survey
from wifiplan.report.texts import number_text
from wifiplan.study.surveyed import compared, deviations
from wifiplan.web.answers import Answer
from wifiplan.web.context import Context, name_of
from wifiplan.web.pages import edit_words

MOST_FILES = 50


class Surveys:
    """The answers about surveys."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def get(self, request: Request) -> Response:
        """Return every surveyed place beside what the plan predicts there."""
        lang = self._context.lang_of(request)
        return Answer(await run_in_threadpool(self._compared, name_of(request), lang))

    def _compared(self, name: str, lang: str) -> dict[str, Json]:
        folder, words = self._context.folder, edit_words(lang)
        plan = folder.plan(name)
        surveys, told = [], []
        for path in self._paths(name):
            try:
                surveys.append(read_survey(path))
            except WifiplanError as error:
                told.append(error.text(lang))
        if plan is None:
            return {"points": [], "summary": [words["web.survey.no_plan"], *told]}
        height_m = self._context.settings.study.radio.device_height_m
        places = compared(plan, surveys, height_m=height_m)
        told += [
            words["web.survey.line"].format(
                band=found.band,
                n=found.n_places,
                median=number_text(found.median_db),
                rms=number_text(found.rms_db),
            )
            for found in deviations(places)
        ]
        return {"points": [asdict(place) for place in places], "summary": told}

    def _paths(self, name: str) -> list[Path]:
        """Return the surveys of a site: surveys/NAME.csv and surveys/NAME-….csv."""
        found = sorted((self._context.folder.root / "surveys").glob("*.csv"))
        names = set(self._context.folder.names())
        own = [path for path in found if path.stem == name or path.stem.startswith((f"{name}-", f"{name}."))]
        others = [n for n in names if n != name and len(n) > len(name) and n.startswith(f"{name}-")]
        # demo-remote.csv is no survey of a site called demo where there is one called demo-remote
        return [path for path in own if not path.stem.startswith(tuple(others))][:MOST_FILES]
