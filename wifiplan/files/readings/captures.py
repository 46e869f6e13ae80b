"""Captures of 802.11 frames taken on a walk, with a log of where one was: levels of beacons and probe responses.

Only what access points announce is read. Frames of clients are not looked at, so that no address of one can be stored.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from wifiplan.errors import ProbeError, SurveyError
from wifiplan.files.captures import open_capture
from wifiplan.files.readings.channels import Tuned, at_mhz, numbered
from wifiplan.files.readings.refusals import wrong
from wifiplan.probe.bss_row import mac_text
from wifiplan.probe.capture_source import Packet
from wifiplan.probe.checksum import checked
from wifiplan.probe.elements import Elements
from wifiplan.probe.frames import Frame, decode_packet
from wifiplan.probe.ssids import ssid_text
from wifiplan.site.network import BANDS
from wifiplan.survey.places import Whereabouts
from wifiplan.survey.records import Sample, Survey
from wifiplan.units import Array

POOL_S = 1.0
"""Beacons come ten times a second, and in a second one walks a metre: of each the median counts [s]."""

MAX_BSS = 4096
MAX_POOLED = 1_000_000

_AD_HOC = 0x02
"""Bit of the capability field: a client that plays access point for others."""


@dataclass(slots=True)
class _Bss:
    """What a BSS announced last, and its levels by second."""

    ssid: str
    tuned: Tuned
    levels: defaultdict[int, list[int]]


def read_capture(path: Path, around: Whereabouts) -> Survey:
    """Read a capture.

    Parameters
    ----------
    path : Path
        pcap or pcapng, plain or packed by gzip.
    around : Whereabouts
        Where one was, and when: a spot, legs on the capture's clock (since 1970, from its beginning, or the time of
        day in UTC), or both ends of one straight walk.

    Returns
    -------
    Survey
        One sample a BSSID and second; its remarks count what was left out.

    Raises
    ------
    SurveyError
        It is no capture of 802.11 frames, or holds no level of an access point, or none during the walk.
    """
    left: Counter[str] = Counter()
    try:
        with open_capture(path) as capture:
            bss = _listen(capture, left)
            notes = [f"{note.where}: {note.problem}" if note.where else note.problem for note in capture.notes]
    except ProbeError as error:
        raise SurveyError(error.problem, remedy=error.remedy, where=error.where or str(path), zh=error.zh) from error
    seconds = sorted({second for one in bss.values() for second in one.levels})
    if not seconds:
        raise wrong(
            path.name,
            ("no beacon or probe response with a level is in it", "其中沒有含訊號強度的信標或探測回應"),
            (
                "capture in monitor mode with radiotap headers, also beacons",
                "請以監聽模式擷取，保留 radiotap 標頭與信標",
            ),
        )
    samples, n_off = _placed(bss, np.array(seconds, dtype=np.float64), around)
    if n_off:
        left["levels by second before, between or after the walks: left out"] += n_off
    if not samples:
        raise wrong(path.name, _apart(seconds, around), _APART_REMEDY)
    return Survey(
        name=path.stem,
        samples=samples,
        started_at=datetime.fromtimestamp(seconds[0] * POOL_S, tz=UTC).isoformat(timespec="seconds"),
        source=path.name,
        remarks=(*notes, *(f"{n:,} {what}" for what, n in left.items())),
    )


_APART_REMEDY = (
    "check the clocks: --clock SECONDS is added to the capture's times; or count the positions from its beginning",
    "請檢查時鐘：--clock 秒數會加到擷取檔的時間；或讓位置表從擷取開始時計秒",
)


def _apart(seconds: Sequence[int], around: Whereabouts) -> tuple[str, str]:
    first, last = (
        datetime.fromtimestamp(s * POOL_S, tz=UTC).isoformat(timespec="seconds") for s in (seconds[0], seconds[-1])
    )
    begun, ended = min(leg.start_s for leg in around.legs), max(leg.end_s for leg in around.legs)
    said = f"{begun:g} to {ended:g} s from {around.clock}"
    if around.clock == "unix":
        said = " to ".join(datetime.fromtimestamp(s, tz=UTC).isoformat(timespec="seconds") for s in (begun, ended))
    return (
        f"nothing was heard during the walk: the capture is of {first} to {last}, the positions of {said}",
        "擷取時間與行走時間沒有重疊",
    )


def _listen(packets: Iterable[Packet], left: Counter[str]) -> dict[bytes, _Bss]:
    """Return levels by BSS; counts what is left out."""
    bss: dict[bytes, _Bss] = {}
    n_kept = 0
    for time_ns, link_type, data, n_cut in packets:
        frame = decode_packet(data, link_type=link_type, n_cut=n_cut)
        if not frame.announces or frame.elements is None or frame.bssid is None:
            continue
        why = _unfit(checked(frame, data, n_cut=n_cut))
        known = bss.get(frame.bssid)
        if why or (known is None and len(bss) >= MAX_BSS) or n_kept >= MAX_POOLED:
            left[why or "beacons beyond what is kept"] += 1
            continue
        if known is None:
            known = bss[frame.bssid] = _Bss(ssid="", tuned=Tuned(), levels=defaultdict(list))
        _learn(known, frame, frame.elements)
        known.levels[int(time_ns / 1e9 / POOL_S)].append(frame.signal_dbm or 0)
        n_kept += 1
    return bss


def _unfit(frame: Frame) -> str:
    if frame.radio.bad_fcs or frame.fault:
        return "damaged beacons: left out"
    if frame.capability is not None and frame.capability & _AD_HOC:
        return "beacons of clients among themselves (ad hoc): left out"
    if frame.signal_dbm is None or not -120 <= frame.signal_dbm < 0:
        return "beacons without a level: left out"
    return ""


def _learn(known: _Bss, frame: Frame, elements: Elements) -> None:
    if elements.ssid is not None and (name := ssid_text(elements.ssid)):
        known.ssid = name
    told = elements.operation
    band = next((one for one in BANDS if one == told.band), None)
    tuned = numbered(told.channel, band) if told.channel is not None else None
    if tuned is None and known.tuned.band is None and frame.radio.frequency_mhz is not None:
        tuned = at_mhz(float(frame.radio.frequency_mhz))
    known.tuned = tuned or known.tuned


def _placed(bss: dict[bytes, _Bss], second_k: Array, around: Whereabouts) -> tuple[tuple[Sample, ...], int]:
    """Return samples in the order of time, and how many levels were not taken on the walk."""
    number_of = {int(second): k for k, second in enumerate(second_k)}
    time_s_k = (second_k + 0.5) * POOL_S
    floor_k, xy_m_k, known_k = _places(time_s_k, around)
    made, n_off = [], 0
    for address, one in bss.items():
        for second, levels in one.levels.items():
            k = number_of[second]
            if not known_k[k]:
                n_off += 1
                continue
            made.append(
                Sample(
                    floor=int(floor_k[k]),
                    x_m=round(float(xy_m_k[k, 0]), 3),
                    y_m=round(float(xy_m_k[k, 1]), 3),
                    band=one.tuned.band,
                    channel=one.tuned.channel,
                    frequency_hz=one.tuned.frequency_hz,
                    bssid=mac_text(address),
                    ssid=one.ssid,
                    rssi_dbm=float(np.median(levels)),
                    time_s=float(second_k[k] - second_k[0]) * POOL_S,
                )
            )
    return tuple(sorted(made, key=lambda s: (s.time_s or 0.0, s.bssid))), n_off


def _places(time_s_k: Array, around: Whereabouts) -> tuple[np.ndarray, Array, np.ndarray]:
    spot = around.spot
    if not around.is_walk and spot is not None:
        n = time_s_k.size
        return np.full(n, spot.floor), np.tile((spot.x_m, spot.y_m), (n, 1)), np.ones(n, dtype=bool)
    if around.clock == "day":
        return around.at(time_s_k % 86_400.0, "day")
    return around.at(time_s_k, "unix")
