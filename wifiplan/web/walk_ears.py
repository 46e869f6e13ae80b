"""What listens for the survey page: the system's programs, or recordings that are played again."""

import math
import threading
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Final, Protocol

from wifiplan.errors import SurveyError
from wifiplan.files.readings import NAMES, readings_of
from wifiplan.files.surveys import read_survey
from wifiplan.survey.freshness import Heard
from wifiplan.survey.programs import CalledOffError
from wifiplan.survey.readings import CACHED_S, Reading
from wifiplan.survey.records import Sample
from wifiplan.survey.scanners import SCAN_KINDS, Scanner, scanner

REPLAY: Final = "replay:"
PAUSE_S: Final = 2.0
"""Systems refuse to scan more often [s]."""

REPLAY_S: Final = 0.2
"""A recording answers at once; so long the page shows that it scans [s]."""

MOST_RECORDINGS: Final = 5_000
MOST_BYTES: Final = 8_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where the reader stands, as far as is known; during a straight walk that is where it began."""

    floor: int
    x_m: float
    y_m: float
    on_walk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What was heard, how long it took, how old a reading of this scan may be [s], and the key of a remark."""

    heard: tuple[Heard, ...]
    seconds: float
    fresh_s: float
    remark: str = ""


class Ear(Protocol):
    """Something that listens."""

    @property
    def label(self) -> str:
        """What a person reads about it."""

    @property
    def pause_s(self) -> float:
        """How long to wait before it is asked again for what it had in store [s]."""

    def listen(self, where: Where, stop: threading.Event) -> Listened:
        """Listen once.

        Raises
        ------
        SurveyError
            It cannot, or was called off.
        """


@dataclass(slots=True, kw_only=True)
class ProgramEar:
    """Listens with a program of the system."""

    scanner: Scanner
    pause_s: float = PAUSE_S

    @property
    def label(self) -> str:
        """Program and interface."""
        return self.scanner.label

    def listen(self, where: Where, stop: threading.Event) -> Listened:  # noqa: ARG002 (as every ear is asked)
        """Scan once and read what the program printed.

        Raises
        ------
        SurveyError
            The scan failed, or what was printed is no list of networks.
        """
        raw = self.scanner.scan(stop)
        return Listened(heard=heard_in(raw.data, raw.kind), seconds=raw.seconds, fresh_s=raw.seconds, remark=raw.remark)


@dataclass(slots=True, kw_only=True)
class FolderEar:
    """Plays recorded scans again, one file a scan in the order of their names, and begins anew after the last."""

    paths: tuple[Path, ...]
    label: str
    wait_s: float = REPLAY_S
    pause_s: float = 0.0
    n_played: int = 0

    def listen(self, where: Where, stop: threading.Event) -> Listened:  # noqa: ARG002 (as every ear is asked)
        """Return the next recording.

        Raises
        ------
        SurveyError
            It cannot be read.
        """
        path = self.paths[self.n_played % len(self.paths)]
        self.n_played += 1
        _wait(stop, self.wait_s)
        return Listened(
            heard=heard_in(_content(path), path.name), seconds=self.wait_s, fresh_s=CACHED_S, remark="replay"
        )


@dataclass(slots=True, kw_only=True)
class SurveyEar:
    """Gives what another survey heard at its nearest place; on a walk its next places, one a scan."""

    places: tuple[tuple[Sample, ...], ...]
    label: str
    wait_s: float = REPLAY_S
    pause_s: float = 0.0
    walked: int = -1

    def listen(self, where: Where, stop: threading.Event) -> Listened:
        """Return what was heard near a place; nothing on a floor that the survey did not see.

        Raises
        ------
        CalledOffError
            Somebody has called it off.
        """
        _wait(stop, self.wait_s)
        k = self._nearest(where)
        if where.on_walk and self.walked >= 0:
            k = min(self.walked + 1, len(self.places) - 1)
        self.walked = k if where.on_walk else -1
        heard = () if k < 0 else tuple(Heard(sample=one) for one in self.places[k] if one.rssi_dbm is not None)
        # a recording is played, not listened for: that its places repeat is no cache
        fresh = tuple(replace(one, age_s=0.0) for one in heard)
        return Listened(heard=fresh, seconds=self.wait_s, fresh_s=self.wait_s, remark="replay")

    def _nearest(self, where: Where) -> int:
        apart = [
            (math.hypot(place[0].x_m - where.x_m, place[0].y_m - where.y_m), k)
            for k, place in enumerate(self.places)
            if place[0].floor == where.floor
        ]
        return min(apart)[1] if apart else -1


def ear_of(name: str, interface: str) -> Ear:
    """Return what `--scanner` names: "auto", "iw", "nmcli", "netsh", or "replay:" and a folder, file or survey.

    Raises
    ------
    SurveyError
        It is not there, or this machine cannot scan.
    """
    if not name.startswith(REPLAY):
        return ProgramEar(scanner=scanner(name, interface))
    path = Path(name.removeprefix(REPLAY))
    if path.is_dir():
        found = sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
        if not found:
            raise _no_recording(path)
        return FolderEar(paths=tuple(found[:MOST_RECORDINGS]), label=f"{REPLAY}{path.name}")
    if not path.is_file():
        raise _no_recording(path)
    try:
        survey = read_survey(path)
    except SurveyError:
        if path.suffix.lower() in {".csv", ".parquet"}:
            raise
        heard_in(_content(path), path.name)
        return FolderEar(paths=(path,), label=f"{REPLAY}{path.name}")
    places = tuple(tuple(one) for _, one in groupby(survey.samples, key=lambda s: (s.floor, s.x_m, s.y_m)))
    if not places:
        raise _no_recording(path)
    return SurveyEar(places=places, label=f"{REPLAY}{path.name}")


def heard_in(data: bytes, kind: str) -> tuple[Heard, ...]:
    """Return the BSSIDs in what a program printed: its last scan, by the program's name or else by what stands there.

    Raises
    ------
    SurveyError
        It is no list of networks.
    """
    known = next((one for one in SCAN_KINDS if one == kind), None)
    if known and not data.strip():
        # a program that ended well and printed nothing has heard nothing
        return ()
    found = readings_of(data, where=kind, kind=known, partial=True)
    if found.kind not in SCAN_KINDS:
        raise SurveyError(
            f"this is {NAMES[found.kind][0]}, not a list of networks",
            remedy="give what iw, nmcli or netsh printed",
            where=kind,
            zh=(f"這是{NAMES[found.kind][1]}，不是網路清單", "請提供 iw、nmcli 或 netsh 的輸出"),
        )
    last = max((one.scan for one in found.readings), default=0)
    return tuple(_heard(one) for one in found.readings if one.scan == last)


def _heard(reading: Reading) -> Heard:
    sample = Sample(
        floor=0,
        x_m=0.0,
        y_m=0.0,
        bssid=reading.bssid,
        ssid=reading.ssid,
        band=reading.band,
        channel=reading.channel,
        frequency_hz=reading.frequency_hz,
        rssi_dbm=reading.rssi_dbm,
    )
    return Heard(sample=sample, age_s=reading.age_s)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise SurveyError(
            f"the recording cannot be read ({error.strerror or error})",
            remedy="check the path after replay:",
            where=path.name,
            zh=("無法讀取錄製的掃描", "請檢查 replay: 後的路徑"),
        ) from error


def _no_recording(path: Path) -> SurveyError:
    return SurveyError(
        "there is no recorded scan",
        remedy="give a folder of scans, one scan, or a survey file after replay:",
        where=str(path),
        zh=("找不到錄製的掃描", "請在 replay: 後指定掃描資料夾、掃描檔或量測檔"),
    )


def _wait(stop: threading.Event, seconds: float) -> None:
    if stop.wait(seconds):
        raise CalledOffError(
            "the scan was called off", remedy="tap again to scan", zh=("掃描已取消", "請再點一次重新掃描")
        )
