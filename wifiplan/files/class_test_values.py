"""What a class test in a file may hold, and what is made of figures that are no number."""

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping

from wifiplan.catalog.class_test import stream_presets
from wifiplan.errors import Fault
from wifiplan.files.json_input import Json, printable
from wifiplan.files.settings_class_test import limit_faults
from wifiplan.files.strict import suggestion
from wifiplan.probe.records import ClassTest, Delay, Receipt, RoomRun

LOCAL = dt.timezone(dt.timedelta(hours=8), "UTC+8")
"""The clock of names and sheets: Taiwan's, wherever the file is read, so that the same test gives the same bytes."""

MOST = 1e15
"""More bytes, packets, seconds or milliseconds than any test can have."""

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{3,63}")
_CODE = re.compile(r"[0-9A-Za-z]{6}")


def local_time(utc: str) -> dt.datetime:
    """Return a moment of a record by the clock of `LOCAL`.

    Raises
    ------
    ValueError
        That is no moment.

    Examples
    --------
    >>> f"{local_time('2026-11-26T16:05:00Z'):%Y-%m-%d %H:%M}"
    '2026-11-27 00:05'
    """
    moment = dt.datetime.fromisoformat(utc)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    try:
        return moment.astimezone(LOCAL)
    except OverflowError as error:
        raise ValueError(f"'{utc}' is no moment of our time") from error


def value_faults(test: ClassTest) -> Iterator[Fault]:
    """Yield what no test can hold, though its types are right."""
    for where, name in (("id", test.id), ("retest_of", test.retest_of)):
        if name is not None and not _ID.fullmatch(name):
            yield Fault(where=where, problem=f'"{printable(name)[:24]}" is not 4 to 64 letters, digits and hyphens')
    if (test.stage is None) != (test.code is None):
        yield Fault(where="code", problem="stage and code are given together or not at all")
    if test.code is not None and not _CODE.fullmatch(test.code):
        yield Fault(where="code", problem=f'"{printable(test.code)[:24]}" is not six digits or letters')
    if test.options.stream not in stream_presets():
        known = tuple(stream_presets())
        problem = f'the catalogue has no "{printable(test.options.stream)[:24]}"'
        yield Fault(where="options.stream", problem=problem, remedy=suggestion(test.options.stream, known))
    yield from limit_faults(test.options.limits)
    yield from _moment("started_utc", test.started_utc)
    for r, room in enumerate(test.rooms):
        where = f'rooms[{r}] "{printable(room.name)[:40]}"'
        if room.cart_opened_utc is not None:
            yield from _moment(f"{where} cart_opened_utc", room.cart_opened_utc)
        for s, step in enumerate(room.steps):
            yield from _moment(f"{where} steps[{s}] started_utc", step.started_utc)
            if not 0.0 < step.share <= 1.0:
                yield Fault(where=f"{where} steps[{s}] share", problem=f"{step.share:g} is not above 0 and up to 1")


def number_faults(value: Json, where: str = "") -> Iterator[Fault]:
    """Yield numbers of a JSON value that no test can have counted; they would overflow what is computed of them."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from number_faults(item, f"{where}.{printable(key)}" if where else printable(key))
    elif isinstance(value, list):
        for k, item in enumerate(value):
            yield from number_faults(item, f"{where}[{k}]")
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) > MOST:
        yield Fault(where=where, problem=f"a number beyond {MOST:g}")


def _moment(where: str, text: str) -> Iterator[Fault]:
    try:
        local_time(text)
    except ValueError:
        shown = printable(text)[:40]
        yield Fault(where=where, problem=f'"{shown}" is no moment', remedy="write it as 2026-11-26T08:05:00Z")


def finite_test(test: ClassTest) -> ClassTest:
    """Return a test in which what is no number is not measured, so that it can be written as JSON."""
    rooms = tuple(_finite_room(room) for room in test.rooms)
    guards = tuple(
        dataclasses.replace(
            guard,
            at_s=_number(guard.at_s, 0.0),
            gateway_rtt_ms=_finite(guard.gateway_rtt_ms),
            dns_ms=_finite(guard.dns_ms),
        )
        for guard in test.guards
    )
    return dataclasses.replace(test, rooms=rooms, guards=guards)


def _finite_room(room: RoomRun) -> RoomRun:
    joins = tuple(
        dataclasses.replace(join, page_s=_number(join.page_s, _ENDLESS_S), ready_s=_number(join.ready_s, _ENDLESS_S))
        for join in room.joins
    )
    steps = tuple(
        dataclasses.replace(
            step,
            window_s=_number(step.window_s, 0.0),
            receipts=tuple(_finite_receipt(receipt) for receipt in step.receipts),
        )
        for step in room.steps
    )
    return dataclasses.replace(room, joins=joins, steps=steps)


def _finite_receipt(receipt: Receipt) -> Receipt:
    udp, playback = receipt.udp, receipt.playback
    if udp is not None and not all(
        map(math.isfinite, (*udp.jitter_windows_ms, udp.jitter_rfc3550_ms, udp.worst_burst_loss_share))
    ):
        udp = None
    if playback is not None:
        times = (playback.stalled_s, playback.played_s, 0.0 if playback.start_s is None else playback.start_s)
        playback = playback if all(map(math.isfinite, times)) else None
    return dataclasses.replace(
        receipt,
        rate_mbps=_number(receipt.rate_mbps, 0.0),
        window_s=_number(receipt.window_s, 0.0),
        idle_delay=_finite_delay(receipt.idle_delay),
        loaded_delay=_finite_delay(receipt.loaded_delay),
        udp=udp,
        playback=playback,
        hidden_s=_number(receipt.hidden_s, _ENDLESS_S),
        silent_s=_number(receipt.silent_s, _ENDLESS_S),
        cpu_share=_finite(receipt.cpu_share),
        generator_error_p99_ms=_finite(receipt.generator_error_p99_ms),
    )


_ENDLESS_S = 86_400.0
"""What an unknown time out of sight or without a sign of life is written as [s]: longer than any test."""


def _finite_delay(delay: Delay | None) -> Delay | None:
    if delay is None:
        return None
    return dataclasses.replace(
        delay,
        p50_ms=_finite(delay.p50_ms),
        p95_ms=_finite(delay.p95_ms),
        max_ms=_finite(delay.max_ms),
        p95_low_ms=_finite(delay.p95_low_ms),
        p95_high_ms=_finite(delay.p95_high_ms),
        first_p50_ms=_finite(delay.first_p50_ms),
        last_p50_ms=_finite(delay.last_p50_ms),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _number(value: float, otherwise: float) -> float:
    return value if math.isfinite(value) else otherwise


def without_infinite(value: Json) -> Json:
    """Return plain values in which a figure without a number is null."""
    if isinstance(value, Mapping):
        return {key: without_infinite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_infinite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
