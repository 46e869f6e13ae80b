"""Messages read from text that strangers sent: what is not as agreed raises `BadMessageError` and nothing else."""

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from wifiplan.probe.classroom.protocol import (
    MOST_CLIENT_BYTES,
    MOST_SERVER_BYTES,
    Challenge,
    ClientMessage,
    Done,
    Figures,
    Hello,
    Log,
    Ping,
    Pong,
    Proof,
    Refused,
    RefusedCode,
    ServerMessage,
    StepOrder,
    Stop,
    StopCode,
    Welcome,
)

MOST_BINS = 1_200
MOST_RTTS = 240
LONGEST_STEP_MS = 3_600_000.0
MOST_BYTES = 10**12
MOST_FLOWS = 200
MOST_STEPS = 9_999
_CODE = re.compile(r"[0-9A-Za-z]{1,16}")
_SEAT = re.compile(r"[0-9]{1,2}")
_HEX = re.compile(r"[0-9a-f]{8,128}")
_WORD = re.compile(r"[a-z_]{0,32}")

Pairs: TypeAlias = Mapping[str, object]


class BadMessageError(ValueError):
    """A message that is not as agreed; the connection closes. The text says what, for the log."""


def read_client(text: str | bytes) -> ClientMessage:
    """Return a client's message.

    Raises
    ------
    BadMessageError
        Too long, not JSON, of an unknown type, with a field missing or out of range.
    """
    pairs = _pairs(text, MOST_CLIENT_BYTES)
    reader = _CLIENT.get(str(pairs.get("type")))
    if reader is None:
        raise BadMessageError("type")
    return reader(pairs)


def read_server(text: str | bytes) -> ServerMessage:
    """Return a server's message; raises BadMessageError as `read_client` does."""
    pairs = _pairs(text, MOST_SERVER_BYTES)
    reader = _SERVER.get(str(pairs.get("type")))
    if reader is None:
        raise BadMessageError("type")
    return reader(pairs)


def _pairs(text: str | bytes, most: int) -> Pairs:
    if len(text) > most:
        raise BadMessageError("length")
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadMessageError("json") from error
    if not isinstance(found, dict):
        raise BadMessageError("object")
    return found


def _no_constant(name: str) -> float:
    raise BadMessageError(name)


def _number(pairs: Pairs, name: str, low: float, high: float) -> float:
    return _checked(pairs.get(name), name, low, high)


def _checked(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadMessageError(name)
    if not low <= value <= high or not math.isfinite(value):
        raise BadMessageError(name)
    return float(value)


def _maybe(pairs: Pairs, name: str, low: float, high: float) -> float | None:
    return None if pairs.get(name) is None else _number(pairs, name, low, high)


def _whole(pairs: Pairs, name: str, low: int, high: int) -> int:
    value = pairs.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadMessageError(name)
    return value


def _flag(pairs: Pairs, name: str, *, without: bool) -> bool:
    value = pairs.get(name, without)
    if not isinstance(value, bool):
        raise BadMessageError(name)
    return value


def _text(pairs: Pairs, name: str, pattern: re.Pattern[str]) -> str:
    value = pairs.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadMessageError(name)
    return value


def _hello(pairs: Pairs) -> Hello:
    kind = pairs.get("kind", "tablet")
    if not isinstance(kind, str) or kind not in {"tablet", "agent"}:
        raise BadMessageError("kind")
    seat = None if pairs.get("seat") is None or pairs.get("seat") == "" else _text(pairs, "seat", _SEAT).zfill(2)
    return Hello(
        code=_text(pairs, "code", _CODE).upper(),
        seat=None if seat == "00" else seat,
        kind="agent" if kind == "agent" else "tablet",
        flows=_whole(pairs, "flows", 1, MOST_FLOWS) if "flows" in pairs else 1,
        visible=_flag(pairs, "visible", without=True),
        page_ms=_maybe(pairs, "page_ms", 0, 1e9),
        resume=None if pairs.get("resume") is None else _text(pairs, "resume", _HEX),
        wake=_flag(pairs, "wake", without=False),
    )


def _proof(pairs: Pairs) -> Proof:
    return Proof(nonce=_text(pairs, "nonce", _HEX), hmac=_text(pairs, "hmac", _HEX))


def _ping(pairs: Pairs) -> Ping:
    return Ping(
        n=_whole(pairs, "n", 0, 2**53),
        t_ms=_number(pairs, "t_ms", -1e13, 1e13),
        visible=_flag(pairs, "visible", without=True),
    )


def _rows(pairs: Pairs, name: str, most: int) -> list[list[object]]:
    rows = pairs.get(name, [])
    if not isinstance(rows, list) or len(rows) > most:
        raise BadMessageError(name)
    if not all(isinstance(row, list) and len(row) == 2 for row in rows):
        raise BadMessageError(name)
    return rows


def _log(pairs: Pairs) -> Log:
    bins: list[tuple[float, int]] = []
    for t, n in _rows(pairs, "bins", MOST_BINS):
        at, so_far = _checked(t, "bins", -1000, LONGEST_STEP_MS), int(_checked(n, "bins", 0, MOST_BYTES))
        if bins and (at < bins[-1][0] or so_far < bins[-1][1]):
            raise BadMessageError("bins")
        bins.append((at, so_far))
    rtt = tuple(
        (_checked(t, "rtt", -60_000, LONGEST_STEP_MS), None if ms is None else _checked(ms, "rtt", 0, 600_000))
        for t, ms in _rows(pairs, "rtt", MOST_RTTS)
    )
    return Log(
        step=_whole(pairs, "step", 0, MOST_STEPS),
        bins=tuple(bins),
        rtt=rtt,
        visible=_flag(pairs, "visible", without=True),
        hidden_ms=_number(pairs, "hidden_ms", 0, LONGEST_STEP_MS) if "hidden_ms" in pairs else 0.0,
        busy_share=_maybe(pairs, "busy_share", 0, 1),
        fault=_text(pairs, "fault", _WORD) if "fault" in pairs else "",
        end=_flag(pairs, "end", without=False),
    )


def _figures(pairs: Pairs) -> Figures:
    receipt = pairs.get("receipt")
    if not isinstance(receipt, dict):
        raise BadMessageError("receipt")
    return Figures(step=_whole(pairs, "step", 0, MOST_STEPS), receipt=receipt)


_CLIENT: Mapping[str, Callable[[Pairs], ClientMessage]] = {
    "hello": _hello,
    "proof": _proof,
    "ping": _ping,
    "log": _log,
    "figures": _figures,
}

_ANY = re.compile(r"[^\x00-\x1f]{0,200}")
_URL = re.compile(r"/[0-9A-Za-z/_.?=&%-]{0,300}")


def _welcome(pairs: Pairs) -> Welcome:
    return Welcome(
        seat=_text(pairs, "seat", _SEAT),
        device=_text(pairs, "device", _HEX),
        room=_text(pairs, "room", _ANY) if "room" in pairs else "",
        udp_port=None if pairs.get("udp_port") is None else _whole(pairs, "udp_port", 1, 65_535),
    )


def _step(pairs: Pairs) -> StepOrder:
    return StepOrder(
        step=_whole(pairs, "step", 0, MOST_STEPS),
        play=_flag(pairs, "play", without=False),
        in_ms=_number(pairs, "in_ms", 0, 600_000),
        duration_s=_number(pairs, "duration_s", 0, 3_600),
        settle_s=_number(pairs, "settle_s", 0, 3_600),
        rate_mbps=_number(pairs, "rate_mbps", 0, 10_000),
        url=None if pairs.get("url") is None else _text(pairs, "url", _URL),
        port=None if pairs.get("port") is None else _whole(pairs, "port", 1, 65_535),
    )


def _pong(pairs: Pairs) -> Pong:
    return Pong(
        n=_whole(pairs, "n", 0, 2**53),
        t_ms=_number(pairs, "t_ms", -1e13, 1e13),
        late=_flag(pairs, "late", without=False),
    )


def _refused(pairs: Pairs) -> Refused:
    return Refused(why=cast("RefusedCode", _text(pairs, "why", _WORD)))


def _stop(pairs: Pairs) -> Stop:
    return Stop(why=cast("StopCode", _text(pairs, "why", _WORD)))


_SERVER: Mapping[str, Callable[[Pairs], ServerMessage]] = {
    "challenge": lambda pairs: Challenge(nonce=_text(pairs, "nonce", _HEX)),
    "welcome": _welcome,
    "refused": _refused,
    "pong": _pong,
    "step": _step,
    "stop": _stop,
    "done": lambda pairs: Done(verdict=_text(pairs, "verdict", _WORD) if "verdict" in pairs else ""),
}
