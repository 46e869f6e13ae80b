"""JSON of iperf3 out of a file: one result, several after another, a stream of events, with other lines around."""

import json
import re
from collections.abc import Iterator, Mapping

from wifiplan.errors import Fault
from wifiplan.files.json_input import Json
from wifiplan.files.readings.refusals import fault

MAX_DOCUMENTS = 10_000
"""A day of tests of ten seconds."""
UNFINISHED = "unfinished stream"
"""The key of a result that was put together of events, and lacks its end."""
_BEGINS = re.compile(r"[{\[]")
_EVENTS = frozenset(("start", "interval", "end", "error", "server_output_text", "server_output_json"))
_SHAPE = frozenset(("start", "end", "intervals", "error"))


def documents_of(text: str, faults: list[Fault]) -> list[tuple[int, dict[str, Json]]]:
    """Return the results in a text: the line where each begins, and what it holds.

    A stream of events (`--json-stream`) is put together to the result that it tells; where the whole result follows
    it (`--json-stream-full-output`), that one counts.

    Parameters
    ----------
    text : str
        A file, or what the program printed.
    faults : list of Fault
        Grows by JSON that is cut or damaged.
    """
    found: list[tuple[int, dict[str, Json]]] = []
    open_stream = False
    for line, value in _values(text, faults):
        event = _event(value)
        if event is None:
            open_stream = False
            found += [(line, one) for one in _results(value)]
        elif event[0] == "start":
            found.append((line, {"start": event[1], "intervals": [], UNFINISHED: True}))
            open_stream = True
        elif open_stream:
            open_stream = _told(found[-1][1], *event)
        elif event[0] == "error":
            found.append((line, {"error": event[1]}))
        else:
            faults.append(
                fault(f"line {line}", f"event {event[0]!r} of a test whose start is missing", "缺少測試開始的事件")
            )
    return _once(found)


def _values(text: str, faults: list[Fault]) -> Iterator[tuple[int, Json]]:
    """Yield every JSON value that begins a line, with the number of the line; other lines are passed over."""
    decoder = json.JSONDecoder(parse_constant=float)
    at = line = n = 0
    while (begin := _next(text, at)) is not None:
        line += text.count("\n", at, begin)
        n += 1
        try:
            value, end = decoder.raw_decode(text, begin)
        except json.JSONDecodeError as error:
            faults.append(_damage(text, error))
            return
        except (RecursionError, ValueError):
            faults.append(
                fault(
                    f"line {line + 1}",
                    "JSON nested too deeply, or a number of thousands of digits",
                    "JSON 巢狀過深或數字過長",
                )
            )
            return
        if n > MAX_DOCUMENTS * 100:
            faults.append(fault(f"line {line + 1}", "too many results in one file", "檔案內結果過多"))
            return
        yield line + 1, value
        line += text.count("\n", begin, end)
        at = end


def _next(text: str, at: int) -> int | None:
    """Return where the next JSON value begins: the first bracket of a line, or behind a value."""
    rest = _BEGINS.search(text, at)
    while rest is not None:
        start = rest.start()
        line_start = text.rfind("\n", at, start)
        before = text[at if line_start < 0 else line_start + 1 : start]
        is_log = text[start] == "[" and re.match(r"\[ *(?:\d+|ID|SUM)\]", text[start : start + 8]) is not None
        if not before.strip(" \t\ufeff\0,") and not is_log:
            return start
        line_end = text.find("\n", start)
        if line_end < 0:
            return None
        rest = _BEGINS.search(text, line_end)
    return None


def _damage(text: str, error: json.JSONDecodeError) -> Fault:
    place = f"line {error.lineno}, column {error.colno}"
    if re.fullmatch(r"[-+.\w]{0,400}\s{0,9}", text[error.pos :]) or error.msg.startswith("Unterminated string"):
        return fault(place, "the JSON ends in the middle: the file was cut", "JSON 在中間結束，檔案被截斷")
    return fault(place, f"not valid JSON: {error.msg}", f"不是正確的 JSON：{error.msg}")


def _event(value: Json) -> tuple[str, Json] | None:
    if isinstance(value, Mapping) and isinstance(value.get("event"), str) and value["event"] in _EVENTS:
        return value["event"], value.get("data")
    return None


def _results(value: Json) -> Iterator[dict[str, Json]]:
    """Yield the results in a value: itself, or the elements of a list."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and _SHAPE & set(one):
            yield one


def _told(result: dict[str, Json], event: str, data: Json) -> bool:
    """Add an event to a result; return whether more may come."""
    if event == "interval":
        result["intervals"].append(data)
    elif event in {"end", "error"}:
        result[event] = data
        result.pop(UNFINISHED, None)
    return event != "end"


def _once(found: list[tuple[int, dict[str, Json]]]) -> list[tuple[int, dict[str, Json]]]:
    """Return the results without those that are told again later: a test has one cookie."""
    kept: dict[object, tuple[int, dict[str, Json]]] = {}
    for line, one in found:
        start = one.get("start")
        cookie = start.get("cookie") if isinstance(start, Mapping) else None
        kept[cookie if isinstance(cookie, str) and cookie else (line,)] = (line, one)
    return list(kept.values())
