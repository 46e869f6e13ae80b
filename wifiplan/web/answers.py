"""Answers in JSON, and errors as a page shows them."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse

from wifiplan.errors import Fault, OutputError, ScaleError, WifiplanError
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


Refusal: TypeAlias = Callable[[Request, Exception], Awaitable[Answer]]
"""What answers a request that ended in an error."""


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


def refusing(lang_of: Callable[[Request], str]) -> dict[type[Exception], Refusal]:
    """Return what answers errors raised on purpose, and those of the machine, in the language that a page asks for."""

    async def refused(request: Request, error: Exception) -> Answer:
        if isinstance(error, OSError):
            error = _of_machine(error)
        if not isinstance(error, WifiplanError):
            raise error
        return failed(error, lang_of(request))

    return {WifiplanError: refused, OSError: refused}


def _of_machine(error: OSError) -> OutputError:
    """Return what a disk or a file system says as a message: a full disk, a folder that was taken away."""
    return OutputError(
        f"this machine cannot do it ({error.strerror or type(error).__name__})",
        remedy="check the free space and the rights on the folder, then try again",
        where=Path(str(error.filename)).name if error.filename else "",
        zh=(f"電腦無法完成（{error.strerror or type(error).__name__}）", "請檢查磁碟空間與資料夾權限後再試"),
    )
