"""Any file of readings as surveys: what it is, by what stands in it, and where its readings were taken."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from wifiplan.errors import Fault, SurveyError, WifiplanError
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.files.readings import NAMES, check_kind, kind_of, readings_of, unknown
from wifiplan.files.readings.captures import read_capture
from wifiplan.files.readings.refusals import unreadable, wrong
from wifiplan.files.readings.texts import MAX_BYTES
from wifiplan.files.readings.walk_csv import read_walk
from wifiplan.files.readings.walk_json import read_heat_map
from wifiplan.files.surveys import read_survey
from wifiplan.survey.places import Place, Whereabouts
from wifiplan.survey.readings import Kind, Link, Reading, Readings
from wifiplan.survey.records import Sample, Survey

_HEAD_BYTES = 4096
_OPENED = ("pcap", "parquet")
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How files of readings are to be read.

    Parameters
    ----------
    around : Whereabouts
        What is known of the places.
    kind : str or None
        What the files are; None: by what stands in them.
    options : ImportOptions
        For projects of other tools, as `read_drawing` takes them.
    partial : bool
        Take what is sound of a file with faults.
    """

    around: Whereabouts = field(default_factory=Whereabouts)
    kind: Kind | None = None
    options: ImportOptions = field(default_factory=ImportOptions)
    partial: bool = False


def read_any(path: Path, asked: Asked | None = None) -> tuple[Kind, tuple[Survey, ...]]:
    """Read a file of readings.

    Parameters
    ----------
    path : Path
        Of any kind that is known; its name does not matter.
    asked : Asked, optional
        How to read it.

    Returns
    -------
    str
        What it is.
    tuple of Survey
        One or more, each with samples; `remarks` count what was left out.

    Raises
    ------
    WifiplanError
        It is nothing known, something else than asked, or has faults: all of them.
    """
    asked = asked or Asked()
    data = _bytes(path)
    if asked.kind is not None:
        check_kind(data, asked.kind, path.name)
    found = asked.kind or kind_of(data)
    if found is None:
        found = (
            "csv"
            if _is_json(data) or _has_bars(data)
            else "esx"
            if data.startswith(_ZIP) and len(data) > MAX_BYTES
            else None
        )
    if found is None:
        raise unknown(data, path.name)
    surveys = tuple(one for one in _FORMATS.get(found, _scans)(path, data, asked) if one.samples)
    if not surveys:
        raise wrong(
            path.name,
            (f"{NAMES[found][0]} without a single reading", f"{NAMES[found][1]}中沒有任何讀數"),
            ("check that this is the right file", "請確認是否選錯檔案"),
        )
    return found, surveys


def read_all(paths: tuple[Path, ...], asked: Asked) -> list[tuple[Path, Kind, tuple[Survey, ...]]]:
    """Read several files; what is wrong with any of them is told at once.

    Raises
    ------
    SurveyError
        All faults of all files; a single faulty file's own error otherwise.
    """
    read, refused = [], []
    for path in paths:
        try:
            kind, surveys = read_any(path, asked)
        except WifiplanError as error:
            refused.append(error)
        else:
            read.append((path, kind, surveys))
    if len(refused) == 1:
        raise refused[0]
    if refused:
        faults = [fault for error in refused for fault in _as_faults(error)]
        raise SurveyError(
            f"{len(refused)} of {len(paths)} files cannot be read",
            remedy="correct what is listed, or leave these files out",
            faults=faults,
            zh=(f"{len(paths)} 個檔案中有 {len(refused)} 個無法讀取", "請修正所列之處，或不要加入這些檔案"),
        )
    return read


def _as_faults(error: WifiplanError) -> Iterator[Fault]:
    yield Fault(where=error.where, problem=error.problem, remedy=error.remedy, zh=error.zh)
    yield from (replace(one, where=f"{error.where}, {one.where}") for one in error.faults)


def _bytes(path: Path) -> bytes:
    """Return a file, of a capture or a project its beginning: their readers open them themselves."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            return head if kind_of(head) in _OPENED else head + file.read(MAX_BYTES + 1 - len(head))
    except OSError as error:
        raise unreadable(path, error) from error


def _is_json(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _has_bars(data: bytes) -> bool:
    """Return whether it is a table parted by bars, as some programs for phones write them."""
    first = data.lstrip(b"\xef\xbb\xbf")[:_HEAD_BYTES].split(b"\n")[:2]
    return len(first) > 1 and all(line.count(b"|") >= 2 for line in first)


def _own(path: Path, _data: bytes, _asked: Asked) -> tuple[Survey, ...]:
    return (read_survey(path),)


def _table(path: Path, data: bytes, asked: Asked) -> tuple[Survey, ...]:
    if _is_json(data):
        return (read_heat_map(data, path.name, asked.around, partial=asked.partial),)
    return (read_walk(data, path.name, asked.around, partial=asked.partial),)


def _capture(path: Path, _data: bytes, asked: Asked) -> tuple[Survey, ...]:
    return (read_capture(path, _somewhere(asked.around, path)),)


def _project(path: Path, _data: bytes, asked: Asked) -> tuple[Survey, ...]:
    from wifiplan.files.drawings.esx import read_esx_surveys  # noqa: PLC0415 (heavy, and rarely needed)

    return read_esx_surveys(path, asked.options)


def _scans(path: Path, data: bytes, asked: Asked) -> tuple[Survey, ...]:
    """Return scans and tests of the link at their places."""
    read = readings_of(data, where=path.name, kind=asked.kind, partial=asked.partial)
    around = asked.around
    places, remarks = _places_of_scans(read, around, path)
    left: Counter[str] = Counter()
    samples = [sample for one in read.readings if (sample := _heard(one, places[one.scan], left)) is not None]
    down = [link for link in read.links if link.direction == "down"]
    if len(down) < len(read.links):
        left["tests from here to the server" + (": left out" if down else ", taken as they are")] += len(
            read.links
        ) - len(down)
    samples += [_tested(link, _place_of_link(link, around, places.get(0), path)) for link in down or read.links]
    started = min((link.started_unix_s for link in read.links if link.started_unix_s is not None), default=None)
    told = (f"{n:,} {what}" for what, n in left.items())
    return (
        Survey(
            name=path.stem,
            samples=tuple(samples),
            started_at="" if started is None else datetime.fromtimestamp(started, tz=UTC).isoformat(timespec="seconds"),
            source=path.name,
            remarks=(*read.remarks, *remarks, *told),
        ),
    )


def _named(around: Whereabouts, path: Path) -> Place | None:
    """Return the point that a file is named after, else the spot that all were taken on."""
    return around.points.get(path.stem) or around.points.get(path.stem.casefold()) or around.spot


def _places_of_scans(read: Readings, around: Whereabouts, path: Path) -> tuple[dict[int, Place], tuple[str, ...]]:
    """Return the place of every scan: one for all, or the points in their order where there are as many."""
    spot = _named(around, path)
    n = max(1, read.n_scans)
    if spot is not None:
        return dict.fromkeys(range(n), spot), ((f"{n} scans at one place",) if n > 1 else ())
    points = list(dict.fromkeys(around.points.values()))
    if n > 1 and len(points) == n:
        return dict(enumerate(points)), (f"{n} scans at the {n} points in their order",)
    if read.readings or not around.is_walk:
        raise _nowhere(path)
    return {}, ()


def _place_of_link(link: Link, around: Whereabouts, spot: Place | None, path: Path) -> Place:
    if around.legs and link.started_unix_s is not None and around.agrees("unix"):
        floor_n, xy_m_n, known_n = around.at(np.array([link.started_unix_s + link.seconds / 2.0]), "unix")
        if known_n[0]:
            x_m, y_m = (round(float(value), 3) for value in xy_m_n[0])
            return Place(floor=int(floor_n[0]), x_m=x_m, y_m=y_m)
    if spot is None:
        raise _nowhere(path)
    return spot


def _somewhere(around: Whereabouts, path: Path) -> Whereabouts:
    """Return the same with the file's own point; raise where nothing tells where it was taken."""
    spot = _named(around, path)
    if spot is None and not around.is_walk:
        raise _nowhere(path)
    return replace(around, spot=spot)


def _nowhere(path: Path) -> SurveyError:
    return wrong(
        path.name,
        ("nothing tells where it was taken", "不知道在哪裡量測"),
        (
            "give --x, --y and --floor; or --positions FILE.csv with a point of this file's name, or with times",
            "請提供 --x、--y、--floor；或在 --positions FILE.csv 中以本檔名為點名，或列出時間",
        ),
    )


def _heard(one: Reading, place: Place, left: Counter[str]) -> Sample | None:
    if one.is_cached:
        left["readings from the cache: left out, they are of an earlier place"] += 1
        return None
    if one.rssi_dbm is None:
        return None
    return Sample(
        floor=place.floor,
        x_m=place.x_m,
        y_m=place.y_m,
        band=one.band,
        channel=one.channel,
        frequency_hz=one.frequency_hz,
        bssid=one.bssid,
        ssid=one.ssid,
        rssi_dbm=one.rssi_dbm,
    )


def _tested(link: Link, place: Place) -> Sample:
    return Sample(
        floor=place.floor,
        x_m=place.x_m,
        y_m=place.y_m,
        throughput_mbps=link.throughput_mbps,
        delay_s=link.delay_s,
        loss_share=link.loss_share,
    )


_Read: TypeAlias = Callable[[Path, bytes, Asked], tuple[Survey, ...]]
_FORMATS: MappingProxyType[Kind, _Read] = MappingProxyType(
    {"survey": _own, "parquet": _own, "csv": _table, "pcap": _capture, "esx": _project}
)
