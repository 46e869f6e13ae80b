"""What requests bring, read up to a limit and no further, and not for ever."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from wifiplan.errors import OutputError, SiteError, WifiplanError
from wifiplan.files.json_input import Json, Refused, load_json

SILENCE_S = 20.0
"""A body that brings nothing for so long is given up; this machine's own browser needs milliseconds [s]."""

_PART_BYTES = 4_000_000


class TooLargeError(WifiplanError):
    """A request brings more than it may."""


async def body_of(request: Request, most_bytes: int) -> bytes:
    """Return the body of a request.

    Raises
    ------
    TooLargeError, SiteError
        It is larger than `most_bytes`, and no more than that was kept; or it stopped before its end.
    """
    return b"".join([part async for part in _parts(request, most_bytes)])


async def body_to(request: Request, most_bytes: int, path: Path) -> None:
    """Write the body of a request into a file, as it comes.

    Raises
    ------
    TooLargeError, SiteError
        As `body_of`.
    OutputError
        The disk for temporary files is full.
    """
    try:
        with path.open("wb") as file:
            waiting = bytearray()
            async for part in _parts(request, most_bytes):
                waiting += part
                if len(waiting) >= _PART_BYTES:
                    await run_in_threadpool(file.write, bytes(waiting))
                    waiting.clear()
            await run_in_threadpool(file.write, bytes(waiting))
    except OSError as error:
        raise OutputError(
            f"the file cannot be kept while it is read ({error.strerror or error})",
            remedy="make room on the disk for temporary files",
            where=str(path.parent),
            zh=("無法暫存檔案", "請清出暫存磁碟的空間"),
        ) from error


async def _parts(request: Request, most_bytes: int) -> AsyncIterator[bytes]:
    said = request.headers.get("content-length", "0")
    if said.isdecimal() and len(said) < 20 and int(said) > most_bytes:
        raise _too_large(most_bytes)
    size = 0
    stream = request.stream()
    while True:
        try:
            part = await asyncio.wait_for(anext(stream, None), SILENCE_S)
        except (TimeoutError, ClientDisconnect) as error:
            raise SiteError(
                "the request stopped before its end",
                remedy="try again",
                zh=("請求未傳完就中斷", "請再試一次"),
            ) from error
        if part is None:
            return
        size += len(part)
        if size > most_bytes:
            raise _too_large(most_bytes)
        yield part


async def object_of(request: Request, most_bytes: int) -> Mapping[str, Json]:
    """Return the JSON object that a request brings.

    Raises
    ------
    TooLargeError, SiteError
        It is too large, or no JSON object.
    """
    return await run_in_threadpool(_object, await body_of(request, most_bytes))


def _object(body: bytes) -> Mapping[str, Json]:
    try:
        data = load_json(body.decode("utf-8"))
    except (UnicodeDecodeError, Refused) as error:
        raise SiteError(
            "the request is no JSON", remedy="reload the page", zh=("請求不是 JSON", "請重新載入網頁")
        ) from error
    if not isinstance(data, Mapping):
        raise SiteError(
            "the request is no JSON object", remedy="reload the page", zh=("請求不是 JSON 物件", "請重新載入網頁")
        )
    return data


def text_of(data: Mapping[str, Json], name: str) -> str | None:
    """Return a text of a JSON object, None where there is none."""
    value = data.get(name)
    return value if isinstance(value, str) else None


def object_in(data: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """Return an object within a JSON object, an empty one where there is none."""
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def _too_large(most_bytes: int) -> TooLargeError:
    return TooLargeError(
        f"this is larger than {most_bytes / 1e6:.0f} MB",
        remedy="use a smaller file",
        zh=(f"檔案超過 {most_bytes / 1e6:.0f} MB", "請改用較小的檔案"),
    )
