"""What requests bring, read up to a limit and no further."""

import json
from collections.abc import Mapping

from starlette.requests import Request

from wifiplan.errors import SiteError, WifiplanError
from wifiplan.files.json_input import Json, Refused, load_json


class TooLargeError(WifiplanError):
    """A request brings more than it may."""


async def body_of(request: Request, most_bytes: int) -> bytes:
    """Return the body of a request.

    Raises
    ------
    TooLargeError
        It is larger than `most_bytes`; no more than that was kept.
    """
    said = request.headers.get("content-length", "0")
    if said.isdigit() and int(said) > most_bytes:
        raise _too_large(most_bytes)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise _too_large(most_bytes)
        parts.append(part)
    return b"".join(parts)


async def object_of(request: Request, most_bytes: int) -> Mapping[str, Json]:
    """Return the JSON object that a request brings.

    Raises
    ------
    TooLargeError, SiteError
        It is too large, or no JSON object.
    """
    body = await body_of(request, most_bytes)
    try:
        data = load_json(body.decode("utf-8"))
    except (UnicodeDecodeError, Refused) as error:
        raise SiteError("the request is no JSON", remedy="reload the page") from error
    if not isinstance(data, Mapping):
        raise SiteError("the request is no JSON object", remedy="reload the page")
    return data


def text_of(data: Mapping[str, Json], name: str) -> str | None:
    """Return a text of a JSON object, None where there is none."""
    value = data.get(name)
    return value if isinstance(value, str) else None


def object_in(data: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """Return an object within a JSON object, an empty one where there is none."""
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def plain_size(value: Json) -> int:
    """Return how many bytes a value takes as JSON."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _too_large(most_bytes: int) -> TooLargeError:
    return TooLargeError(
        f"this is larger than {most_bytes / 1e6:.0f} MB",
        remedy="use a smaller file",
        zh=(f"檔案超過 {most_bytes / 1e6:.0f} MB", "請改用較小的檔案"),
    )
