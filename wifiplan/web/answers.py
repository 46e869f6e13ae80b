"""Answers in JSON, and errors as a page shows them."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

from wifiplan.errors import Fault, ScaleError, WifiplanError
from wifiplan.files.json_input import Json
from wifiplan.web.bodies import TooLargeError
from wifiplan.web.jsons import dumped


class ConflictError(WifiplanError):
    """A file is not what the page thinks it is: someone else has written it."""


class Answer(JSONResponse):
    """An answer in JSON that shows whatever strangers have written, be it no text at all."""

    def render(self, content: Json) -> bytes:
        """Return an answer as bytes."""
        return dumped(content)


def plain_faults(faults: tuple[Fault, ...], lang: str) -> list[dict[str, Json]]:
    """Return faults as the page lists them, in its language where they are said in it."""
    return [
        {"where": f.where, "problem": f.zh[0], "remedy": f.zh[1]}
        if lang == "zh-TW" and f.zh[0]
        else {"where": f.where, "problem": f.problem, "remedy": f.remedy}
        for f in faults
    ]


def answer_of(error: WifiplanError, lang: str) -> dict[str, Json]:
    """Return an error as the page shows it."""
    problem, remedy = error.zh if lang == "zh-TW" and error.zh[0] else (error.problem, error.remedy)
    return {
        "problem": problem,
        "remedy": remedy,
        "where": error.where,
        "faults": plain_faults(error.faults, lang),
        "ask": "scale" if isinstance(error, ScaleError) else None,
    }


def status_of(error: WifiplanError) -> int:
    """Return the HTTP status of an error: 409 somebody else wrote, 413 too large, 422 cannot be done."""
    if isinstance(error, ConflictError):
        return 409
    return 413 if isinstance(error, TooLargeError) else 422


def failed(error: WifiplanError, lang: str, more: Mapping[str, Json] | None = None) -> Answer:
    """Return the answer to a request that could not be met."""
    return Answer(answer_of(error, lang) | dict(more or {}), status_of(error))
