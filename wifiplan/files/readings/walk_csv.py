"""Tables of readings that other tools and scripts write: a row a reading, or a row a place and a column a BSSID."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np

from wifiplan.errors import SurveyError
from wifiplan.files.json_input import printable
from wifiplan.files.readings.refusals import refusal, wrong
from wifiplan.files.readings.walk_layout import check_columns, reader_of
from wifiplan.files.readings.walk_rows import Heard, Reader
from wifiplan.files.readings.walk_table import Table, table_of, table_text
from wifiplan.files.readings.walk_values import Moment
from wifiplan.survey.places import Clock, Place, Whereabouts, past_midnight
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import Array

MAX_SAMPLES = 1_000_000
WIDE_M = 400.0
"""A walk over more than that without a named unit is in pixels, or no walk through a school [m]."""
SLACK_M = 25.0
"""Readings so far outside the drawn building are in another unit or another frame [m]."""

_LOOKED_AT = 2000
_CLOCKS: MappingProxyType[Clock, tuple[str, str]] = MappingProxyType(
    {
        "unix": ("dates with times", "日期加時間"),
        "day": ("times of day without a date", "不含日期的時刻"),
        "start": ("seconds from the beginning", "從開始起算的秒數"),
    }
)
_REMEDY = (
    "correct the places listed, or take what is sound with --partial",
    "請修正所列之處，或用 --partial 只取正確的部分",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row that was read."""

    place: Place | None
    moment: Moment | None
    heard: tuple[Heard, ...]


def read_walk(data: bytes, where: str, around: Whereabouts | None = None, *, partial: bool = False) -> Survey:
    """Read a table of readings.

    Parameters
    ----------
    data : bytes
        The file.
    where : str
        Its name, for messages.
    around : Whereabouts, optional
        What is known of the places beside what the table says.
    partial : bool
        Leave out rows with faults and say so, instead of refusing the file.

    Returns
    -------
    Survey
        Without a device; its remarks count all that was left out or changed.

    Raises
    ------
    SurveyError
        It is no such table, does not say where or how strongly something was heard, or has faults: all of them.
    """
    found = table_text(data, where)
    made = survey_of(table_of(found, where), where, around or Whereabouts(), partial=partial)
    guess = (f"read as {found.encoding}, by likelihood alone",) if found.is_guess else ()
    return replace(made, remarks=(*made.remarks, *guess))


def survey_of(table: Table, where: str, around: Whereabouts, *, partial: bool = False) -> Survey:
    """Return the survey of a table that is taken apart already, as `read_walk`."""
    reader = reader_of(table, around)
    check_columns(reader, where)
    lines = [line for number, row in table.rows if (line := _line(reader, number, row)) is not None]
    if reader.faults and not partial:
        raise refusal(where, "table of readings", reader.faults, remedy=_REMEDY)
    samples, started_at = _samples(lines, reader, where)
    if not samples:
        raise wrong(
            where,
            ("not a single reading has a level and a place", "沒有任何讀數同時有強度與位置"),
            ("check that these are readings taken on a walk", "請確認這是現場量測的讀數"),
        )
    _check_extent(samples, around, where)
    if "x" in reader.columns and not table.kinds[reader.columns["x"]][1]:
        _check_span(samples, around, where)
    return Survey(
        name=where.rpartition(".")[0] or where,
        samples=tuple(samples),
        started_at=started_at,
        source=where,
        remarks=(*table.remarks, *_remarks(reader, partial=partial)),
    )


def _line(reader: Reader, number: int, row: Sequence[str]) -> _Line | None:
    """Return what a row says; None where it has faults."""
    before = len(reader.faults)
    names = reader.table.names
    if len(row) < len(names) or any(cell.strip() for cell in row[len(names) :]):
        reader.short(number, len(row))
        return None
    place, moment = reader.place(number, row), reader.moment(number, row)
    heard = tuple(reader.heard(number, row))
    return None if len(reader.faults) > before else _Line(place=place, moment=moment, heard=heard)


def _samples(lines: Sequence[_Line], reader: Reader, where: str) -> tuple[list[Sample], str]:
    """Return samples at their places, and when the first was taken."""
    if sum(len(line.heard) for line in lines) > MAX_SAMPLES:
        raise wrong(
            where,
            (f"more than {MAX_SAMPLES:,} readings", f"讀數超過 {MAX_SAMPLES:,} 筆"),
            ("split the file", "請分割檔案"),
        )
    clocks = {line.moment.clock for line in lines if line.moment is not None}
    if len(clocks) > 1:
        raise wrong(
            where,
            (f"its times count on several clocks ({', '.join(sorted(clocks))})", "時間格式不一致"),
            ("write all times in one way", "請統一時間格式"),
        )
    if clocks == {"day"}:
        lines = _past_midnight(lines)
    times = [line.moment.time_s for line in lines if line.moment is not None]
    first_s = min(times, default=0.0)
    places = _places(lines, reader, next(iter(clocks), "start"), where)
    samples = [
        _sample(one, place, None if line.moment is None else round(line.moment.time_s - first_s, 3))
        for line, place in zip(lines, places, strict=True)
        for one in line.heard
        if place is not None
    ]
    started = datetime.fromtimestamp(first_s, tz=UTC).isoformat(timespec="seconds") if clocks == {"unix"} else ""
    return samples, started


def _past_midnight(lines: Sequence[_Line]) -> list[_Line]:
    times = iter(past_midnight([line.moment.time_s for line in lines if line.moment is not None]))
    return [
        line if line.moment is None else replace(line, moment=Moment(next(times), line.moment.clock)) for line in lines
    ]


def _places(lines: Sequence[_Line], reader: Reader, clock: Clock, where: str) -> Sequence[Place | None]:
    around = reader.around
    own = [line.place for line in lines]
    if not around.is_walk or any(own):
        return own
    if not around.agrees(clock):
        raise wrong(
            where,
            (
                f"its times are {_CLOCKS[clock][0]}, those of the positions {_CLOCKS[around.clock][0]}",
                f"讀數的時間是{_CLOCKS[clock][1]}，位置表的是{_CLOCKS[around.clock][1]}",
            ),
            ("write both in the same way", "請統一時間格式"),
        )
    time_s_n = np.array([np.nan if line.moment is None else line.moment.time_s for line in lines])
    floor_n, xy_m_n, known_n = around.at(time_s_n, clock)
    n_off = int((~known_n).sum())
    if n_off == len(lines) and around.legs:
        raise _apart(time_s_n, clock, around, where)
    if n_off:
        reader.remarks["rows before, between or after the walks: left out"] += n_off
    return [
        Place(floor=int(floor), x_m=round(float(xy[0]), 3), y_m=round(float(xy[1]), 3)) if known else None
        for floor, xy, known in zip(floor_n, xy_m_n, known_n, strict=True)
    ]


def _apart(time_s_n: Array, clock: Clock, around: Whereabouts, where: str) -> SurveyError:
    """Return the error of readings none of which was taken on the walk, with the time zone that would explain it."""
    known_s_n = time_s_n[np.isfinite(time_s_n)][:_LOOKED_AT]
    walk = (min(leg.start_s for leg in around.legs), max(leg.end_s for leg in around.legs))
    spans = [
        f"{_shown(first_s, one)} to {_shown(last_s, one)}"
        for first_s, last_s, one in (
            (float(known_s_n.min(initial=np.inf)), float(known_s_n.max(initial=-np.inf)), clock),
            (*walk, around.clock),
        )
    ]
    shifts_s = [around.shift_s + 900.0 * n for n in sorted(range(-56, 57), key=abs)]
    fits = [(int(replace(around, shift_s=s).at(known_s_n, clock)[2].sum()), -abs(s), s) for s in shifts_s]
    n_best, _, best_s = max(fits)
    hint, hint_zh = "", ""
    if n_best:
        hint = f" (another time zone? --clock {best_s:g} puts them on it)"
        hint_zh = f"（時區不同？--clock {best_s:g} 可對上）"
    return wrong(
        where,
        (
            f"nothing was heard during the walk: the readings are of {spans[0]}, the positions of {spans[1]}",
            f"讀數與行走時間沒有重疊：讀數為 {spans[0]}，位置為 {spans[1]}",
        ),
        (
            f"check the clocks: --clock SECONDS is added to the readings' times{hint}",
            f"請檢查時鐘：--clock 秒數會加到讀數的時間{hint_zh}",
        ),
    )


def _shown(time_s: float, clock: Clock) -> str:
    if clock == "start" or not np.isfinite(time_s):
        return f"{time_s:g} s"
    when = datetime.fromtimestamp(time_s, tz=UTC)
    return when.strftime("%H:%M:%S") if clock == "day" else when.isoformat(timespec="seconds")


def _sample(one: Heard, place: Place, time_s: float | None) -> Sample:
    return Sample(
        floor=place.floor,
        x_m=place.x_m,
        y_m=place.y_m,
        band=one.tuned.band,
        channel=one.tuned.channel,
        frequency_hz=one.tuned.frequency_hz,
        bssid=one.bssid,
        ssid=one.ssid,
        rssi_dbm=one.rssi_dbm,
        time_s=time_s,
        throughput_mbps=one.throughput_mbps,
        delay_s=one.delay_s,
        loss_share=one.loss_share,
    )


def _check_extent(samples: Sequence[Sample], around: Whereabouts, where: str) -> None:
    if around.extent_m is None:
        return
    west, south, east, north = around.extent_m
    off = sum(
        not (west - SLACK_M <= s.x_m <= east + SLACK_M and south - SLACK_M <= s.y_m <= north + SLACK_M) for s in samples
    )
    if off:
        xs, ys = [s.x_m for s in samples], [s.y_m for s in samples]
        raise wrong(
            where,
            (
                (
                    f"{off:,} of {len(samples):,} readings lie outside the site (x {min(xs):g} to {max(xs):g} m, "
                    f"y {min(ys):g} to {max(ys):g} m; the site: x {west:g} to {east:g}, y {south:g} to {north:g})"
                ),
                f"{len(samples):,} 筆讀數中有 {off:,} 筆落在校舍範圍之外",
            ),
            (
                "check the unit (--scale for pixels), the origin, and that this is the right site",
                "請檢查單位（像素用 --scale）、原點，以及是否選對校舍",
            ),
        )


def _check_span(samples: Sequence[Sample], around: Whereabouts, where: str) -> None:
    """Say no where positions without a unit are hardly metres."""
    if around.pixels is not None or around.extent_m is not None:
        return
    span = max(max(values) - min(values) for values in ([s.x_m for s in samples], [s.y_m for s in samples]))
    if span > WIDE_M:
        raise wrong(
            where,
            (f"x and y have no unit and span {span:g}: hardly metres", f"x 與 y 未註明單位，範圍達 {span:g}，不像公尺"),
            (
                "name the columns x_m and y_m if they are; else give --scale, or --site",
                "若為公尺請將欄名改為 x_m 與 y_m；否則請提供 --scale 或 --site",
            ),
        )


def _remarks(reader: Reader, *, partial: bool) -> tuple[str, ...]:
    table, columns = reader.table, reader.columns
    used = {*columns.values(), *(n for n, _, _ in reader.wide)}
    unread = [printable(name)[:40] for n, name in enumerate(table.names) if n not in used and name]
    remarks = [f"{n:,} {what}" for what, n in reader.remarks.items()]
    if "person" in columns:
        remarks.append(f"column {printable(table.names[columns['person']])[:40]}: of people's devices, never kept")
    if unread:
        more = f" and {len(unread) - 12} more" if len(unread) > 12 else ""
        remarks.append(f"columns not read: {', '.join(unread[:12])}{more}")
    if "x" in columns and not table.kinds[columns["x"]][1] and reader.around.pixels is None:
        remarks.append("x and y taken as metres: the table names no unit")
    if "floor" not in columns and "x" in columns and reader.around.floor is None:
        remarks.append("no floor is named: taken as level 0, the ground floor")
    if partial and reader.faults:
        remarks.append(f"{len(reader.faults):,} faults: their rows are left out, the first is {reader.faults[0]}")
    return tuple(remarks)
