"""Surveys of an .esx project: what was heard on the way, at the places of the site that `read_esx` gives."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wifiplan.errors import SurveyError
from wifiplan.files.drawings.archives import open_archive
from wifiplan.files.drawings.esx.frames import Frame
from wifiplan.files.drawings.esx.project import Project, Thing
from wifiplan.files.drawings.esx.reading import Design, read_design
from wifiplan.files.drawings.esx.tally import Tally
from wifiplan.files.drawings.esx.track import Track, read_track
from wifiplan.files.drawings.records import ImportOptions
from wifiplan.files.json_input import printable
from wifiplan.site.building import Point
from wifiplan.site.network import Band
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import Array

MAX_SAMPLES = 500_000
"""Of a project; as records they take 150 MB."""
MAX_TRACK_BYTES = 20_000_000
MAX_OFF_S = 2.0
"""So long before the first or after the last click of a leg a reading still counts as taken there."""

_BSSID = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_BANDS: tuple[tuple[Band, float, float, float], ...] = (
    ("2.4", 2.400e9, 2.500e9, 2.407e9),
    ("5", 4.900e9, 5.900e9, 5.000e9),
    ("6", 5.925e9, 7.125e9, 5.950e9),
)
"""Band, its ends, and the frequency from which channels count in steps of 5 MHz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    """One leg of a route: times and places (k), in metres of the site."""

    time_s_k: Array
    x_m_k: Array
    y_m_k: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What a project says of a BSSID."""

    bssid: str
    ssid: str


def read_esx_surveys(path: Path | str, options: ImportOptions | None = None) -> tuple[Survey, ...]:
    """Read the Wi-Fi surveys of an Ekahau project.

    Parameters
    ----------
    path : Path or str
        An .esx file.
    options : ImportOptions, optional
        As for `read_esx`: samples then lie in the frame of the site that it gives.

    Returns
    -------
    tuple of Survey
        One a walk and adapter; `remarks` say what was left out. Empty where the project holds none.

    Raises
    ------
    ScaleError
        A plan on which something lies has no scale.
    DrawingError
        The archive is not safe, or the project has faults.
    SurveyError
        There are surveys, and not a single reading in them can be told.
    """
    path = Path(path)
    with open_archive(path) as archive:
        project = Project(archive, Tally())
        walks = [one for member in project.members() if _holds_surveys(member) for one in project.rows(member)]
        if not walks:
            project.check()
            return ()
        design = read_design(project, options or ImportOptions(), _route_points(walks))
        found: list[Survey] = []
        for walk in walks:
            found += _surveys(project, walk, design)
            if sum(len(one.samples) for one in found) > MAX_SAMPLES:
                raise SurveyError(
                    f"there are more than the {MAX_SAMPLES:,} readings that are read",
                    remedy="split the project, or leave out old surveys",
                    where=path.name,
                    zh=(f"讀數超過 {MAX_SAMPLES:,} 筆", "請分割專案或刪去舊的量測"),
                )
        project.check()
    if not any(one.samples for one in found):
        told = "; ".join(dict.fromkeys(remark for one in found for remark in one.remarks))
        raise SurveyError(
            f"none of its {len(walks)} surveys holds a reading that can be told ({told or 'no Wi-Fi track'})",
            remedy="export the readings from the program that made it, as a table",
            where=path.name,
            zh=(f"{len(walks)} 次量測中沒有可讀的讀數", "請由原軟體匯出讀數表"),
        )
    return tuple(found)


def _holds_surveys(member: str) -> bool:
    return member == "surveys" or member.startswith("survey-")


def _route_points(walks: Sequence[Thing]) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = defaultdict(list)
    for walk in walks:
        points = (stop.point("location") for leg in _legs(walk) for stop in leg)
        found[walk.ref("floorPlanId")] += [point for point in points if point is not None]
    return found


def _legs(walk: Thing) -> list[tuple[Thing, ...]]:
    """Return the legs of a route; a route that is one flat list is one leg."""
    listed = walk.data.get("routePoints")
    if not isinstance(listed, list):
        return []
    if all(isinstance(one, Mapping) for one in listed):
        return [walk.parts("routePoints")]
    inside = f"{walk.where}.routePoints"
    return [Thing(inside, n, {"leg": leg}, walk.faults).parts("leg") for n, leg in enumerate(listed)]


def _surveys(project: Project, walk: Thing, design: Design) -> list[Survey]:
    storey = design.storeys.get(walk.ref("floorPlanId"))
    name = walk.text("name") or f"survey {walk.id}"
    tracks = walk.parts("wifiTracks")
    if storey is None:
        return [Survey(name=name, source=project.path.name, remarks=("its plan is not there or has no scale",))]
    legs = _route(walk, storey.frame, design.origin_m)
    adapters = project.by_id("wifiAdapterInformations")
    made = []
    for one in tracks:
        adapter = adapters.get(one.ref("wifiAdapterInformationId"))
        remarks: Counter[str] = Counter()
        track = _track_of(project, one, remarks)
        heard = _heard_by(project, one)
        samples = _samples(track, heard, legs, storey.level, remarks)
        made.append(
            Survey(
                name=name,
                device=adapter.text("name") if adapter is not None else "",
                samples=samples,
                started_at=walk.text("startTime")[:40],
                source=project.path.name,
                remarks=tuple(f"{text} × {n:,}" if n > 1 else text for text, n in remarks.items()),
            )
        )
    return made or [Survey(name=name, source=project.path.name, remarks=("it has no Wi-Fi track",))]


def _route(walk: Thing, frame: Frame, origin_m: Point) -> list[_Leg]:
    found = []
    for leg in _legs(walk):
        stops = [
            (time, point)
            for stop in leg
            if (time := stop.number_at("time")) is not None and (point := stop.point("location")) is not None
        ]
        if stops:
            stops.sort()
            places = np.array([frame.site_m(point) for _, point in stops]) - np.array(origin_m)
            times = np.array([time for time, _ in stops]) / 1e9
            found.append(_Leg(time_s_k=times, x_m_k=places[:, 0], y_m_k=places[:, 1]))
    return sorted(found, key=lambda leg: float(leg.time_s_k[0]))


def _track_of(project: Project, one: Thing, remarks: Counter[str]) -> Track:
    key = one.ref("binaryFileId")
    name = next((n for n in project.archive.sizes if n.lower() in {f"track-{key}.bin", f"track-{key}"}), None)
    if name is None or not key:
        remarks["its track is not in the project"] += 1
        return read_track(b"\x02\x01")
    track = read_track(project.archive.read(name, max_bytes=MAX_TRACK_BYTES))
    if track.stopped:
        remarks[f"{printable(name)}: {track.stopped}; what comes before it is read"] += 1
    return track


def _heard_by(project: Project, one: Thing) -> list[_Heard | None]:
    known = project.by_id("accessPointMeasurements")
    found: list[_Heard | None] = []
    for key in one.refs("accessPointMeasurementIds"):
        row = known.get(key)
        bssid = row.text("mac").lower().replace("-", ":") if row is not None else ""
        sound = row is not None and _BSSID.fullmatch(bssid) is not None
        found.append(_Heard(bssid=bssid, ssid=row.text("ssid")) if row is not None and sound else None)
    return found


def _samples(
    track: Track, heard: Sequence[_Heard | None], legs: Sequence[_Leg], level: int, remarks: Counter[str]
) -> tuple[Sample, ...]:
    x_m_n, y_m_n, on_route_n = _places(track.time_s_n, legs)
    samples = []
    for n in range(track.time_s_n.size):
        index, rssi_dbm = int(track.index_n[n]), float(track.rssi_dbm_n[n])
        whose = heard[index] if 0 <= index < len(heard) else None
        if not on_route_n[n]:
            remarks["reading away from the route in time"] += 1
        elif whose is None:
            remarks["reading of a BSSID that the project does not name"] += 1
        elif rssi_dbm >= 0.0:
            remarks["reading without a strength"] += 1
        else:
            frequency_hz = float(track.frequency_hz_n[n])
            band, channel = channel_at(frequency_hz)
            samples.append(
                Sample(
                    floor=level,
                    x_m=round(float(x_m_n[n]), 3),
                    y_m=round(float(y_m_n[n]), 3),
                    band=band,
                    channel=channel,
                    frequency_hz=frequency_hz if band is not None else None,
                    bssid=whose.bssid,
                    ssid=whose.ssid,
                    rssi_dbm=rssi_dbm,
                    time_s=float(track.time_s_n[n]),
                )
            )
    return tuple(samples)


def _places(time_s_n: Array, legs: Sequence[_Leg]) -> tuple[Array, Array, np.ndarray]:
    """Return where readings (n) were taken, and whether that is on the route."""
    x_m_n, y_m_n = np.zeros(time_s_n.size), np.zeros(time_s_n.size)
    off_s_n = np.full(time_s_n.size, np.inf)
    for leg in legs:
        low, high = leg.time_s_k[0], leg.time_s_k[-1]
        off = np.maximum(np.maximum(low - time_s_n, time_s_n - high), 0.0)
        near = off < off_s_n
        x_m_n[near] = np.interp(time_s_n[near], leg.time_s_k, leg.x_m_k)
        y_m_n[near] = np.interp(time_s_n[near], leg.time_s_k, leg.y_m_k)
        off_s_n[near] = off[near]
    return x_m_n, y_m_n, off_s_n <= MAX_OFF_S


def channel_at(frequency_hz: float) -> tuple[Band | None, int | None]:
    """Return the band and the number of the 20 MHz channel at a frequency.

    >>> channel_at(2.412e9), channel_at(5.18e9), channel_at(5.955e9), channel_at(2.484e9), channel_at(0.0)
    (('2.4', 1), ('5', 36), ('6', 1), ('2.4', 14), (None, None))
    """
    for band, low, high, start in _BANDS:
        if low <= frequency_hz <= high:
            number = 14 if abs(frequency_hz - 2.484e9) < 1e6 else round((frequency_hz - start) / 5e6)
            return band, number
    return None, None
