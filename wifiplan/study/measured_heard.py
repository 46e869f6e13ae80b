"""What was heard in every room: readings of a survey by room, BSSID and band."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from wifiplan.site.building import Site
from wifiplan.site.geometry import room_at
from wifiplan.survey.hearing import band_of
from wifiplan.survey.matching import Matched
from wifiplan.survey.records import Sample, Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomHeard:
    """One BSSID in one room: whose, on which channel, how strong in the median."""

    room_id: str
    bssid: str
    ssid: str
    band: str
    channel: int | None
    ap_id: str | None
    median_dbm: float
    low_dbm: float
    high_dbm: float
    n: int


def heard_in_rooms(surveys: Sequence[Survey], site: Site, matched: Matched) -> tuple[RoomHeard, ...]:
    """Return every BSSID by room, blank outside of rooms."""
    floors = {floor.level: floor for floor in site.floors}
    room_of: dict[tuple[int, float, float], str] = {}
    readings: dict[tuple[str, str, str], list[Sample]] = defaultdict(list)
    for survey in surveys:
        for sample in survey.samples:
            band = band_of(sample)
            if not sample.bssid or sample.rssi_dbm is None or band is None:
                continue
            place = sample.floor, sample.x_m, sample.y_m
            if place not in room_of:
                floor = floors.get(sample.floor)
                room = None if floor is None else room_at(floor, sample.x_m, sample.y_m)
                room_of[place] = "" if room is None else room.id
            readings[room_of[place], sample.bssid, band].append(sample)
    ap_of = {(bssid, str(band)): ap_id for (bssid, band), ap_id in matched.ap_of.items()}
    return tuple(_one(key, samples, ap_of.get(key[1:])) for key, samples in readings.items())


def _one(key: tuple[str, str, str], samples: Sequence[Sample], ap_id: str | None) -> RoomHeard:
    levels = sorted(s.rssi_dbm for s in samples if s.rssi_dbm is not None)
    channels = [s.channel for s in samples if s.channel is not None]
    return RoomHeard(
        room_id=key[0],
        bssid=key[1],
        ssid=next((s.ssid for s in samples if s.ssid), ""),
        band=key[2],
        channel=max(set(channels), key=lambda c: (channels.count(c), -c)) if channels else None,
        ap_id=ap_id,
        median_dbm=float(median(levels)),
        low_dbm=float(levels[0]),
        high_dbm=float(levels[-1]),
        n=len(levels),
    )
