"""What was heard in every room: readings of a survey by room, BSSID and band."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import shapely

from wifiplan.site.building import Site
from wifiplan.site.geometry import area_m2
from wifiplan.site.network import Band
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


def rooms_of(site: Site, places: Iterable[tuple[int, float, float]]) -> dict[tuple[int, float, float], str]:
    """Return the room of every place (floor, x, y); of several (a store within a classroom) the smallest.

    Places outside of all rooms are left out.
    """
    found: dict[tuple[int, float, float], str] = {}
    unlike = dict.fromkeys(places)
    for floor in site.floors:
        here = [place for place in unlike if place[0] == floor.level]
        if not here:
            continue
        xy = np.array([place[1:] for place in here])
        # of equal ones the first, as `site.geometry.room_at` has it
        for room in sorted(floor.rooms, key=lambda room: area_m2(room.polygon))[::-1]:
            inside = shapely.intersects_xy(shapely.Polygon(room.polygon), xy[:, 0], xy[:, 1])
            found |= {here[n]: room.id for n in np.flatnonzero(inside)}
    return found


def heard_in_rooms(surveys: Sequence[Survey], site: Site, matched: Matched) -> tuple[RoomHeard, ...]:
    """Return every BSSID by room, blank outside of rooms."""
    room_of = rooms_of(site, ((s.floor, s.x_m, s.y_m) for survey in surveys for s in survey.samples))
    readings: dict[tuple[str, str, str], list[Sample]] = defaultdict(list)
    for survey in surveys:
        for sample in survey.samples:
            band = band_of(sample)
            if not sample.bssid or sample.rssi_dbm is None or band is None:
                continue
            room_id = room_of.get((sample.floor, sample.x_m, sample.y_m), "")
            readings[room_id, sample.bssid, band].append(sample)
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


def unmatched_dbm(surveys: Sequence[Survey], site: Site, band: Band, matched: Matched) -> Mapping[str, float]:
    """Return the strongest network by room that may be the school's, but is of no access point that is known [dBm].

    It may be where it has the name of one that is known; where none is known, every network may be.
    """
    heard = [h for h in heard_in_rooms(surveys, site, matched) if h.band == band]
    ours = {h.ssid for h in heard if h.ap_id is not None and h.ssid}
    found: dict[str, float] = {}
    for h in heard:
        if h.room_id and h.ap_id is None and (h.ssid in ours or not ours):
            found[h.room_id] = max(h.median_dbm, found.get(h.room_id, h.median_dbm))
    return found


def rooms_stood_in(site: Site, surveys: Sequence[Survey], band: Band) -> frozenset[str]:
    """Return the rooms in which surveys have a reading of a band."""
    stood = samples_by_room(site, [s for survey in surveys for s in survey.samples])
    return frozenset(room_id for room_id, samples in stood.items() if n_places_of(samples, band))


def samples_by_room(site: Site, samples: Sequence[Sample]) -> Mapping[str, tuple[Sample, ...]]:
    """Return samples by the room in which they were taken."""
    room_of = rooms_of(site, ((s.floor, s.x_m, s.y_m) for s in samples))
    found: dict[str, list[Sample]] = {}
    for sample in samples:
        room_id = room_of.get((sample.floor, sample.x_m, sample.y_m))
        if room_id is not None:
            found.setdefault(room_id, []).append(sample)
    return {room_id: tuple(inside) for room_id, inside in found.items()}


def n_places_of(samples: Sequence[Sample], band: Band) -> int:
    """Return how many places of a room were measured in a band; two within a metre are one."""
    places = {(s.x_m, s.y_m) for s in samples if band_of(s) == band and s.bssid}
    return len({(round(x_m), round(y_m)) for x_m, y_m in places})


def throughput_mbps_of(samples: Sequence[Sample]) -> float | None:
    """Return the median of what devices alone carried [Mbit/s]; None where nobody tried."""
    carried = [s.throughput_mbps for s in samples if s.throughput_mbps is not None]
    return float(median(carried)) if carried else None
