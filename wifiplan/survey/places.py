"""Where readings were taken: on one spot, at named points, along legs walked straight, or in the pixels of a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from wifiplan.units import Array, BoolArray, IntArray

Clock: TypeAlias = Literal["unix", "day", "start"]
"""What times count from: 1970, midnight, or the beginning of the walk."""

Origin: TypeAlias = Literal["top-left", "bottom-left"]

DAY_S = 86_400.0
NO_WALK_S = 64_800.0
"""Eighteen hours: who notes nothing for so long within a day walked through its midnight [s]."""
SLACK_S = 2.0
"""So long before or after a leg a reading still counts as taken on it: people click late [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot on a floor, in the site's frame [m]."""

    floor: int
    x_m: float
    y_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A straight walk at constant speed from one place to another on the same floor; times in seconds."""

    start: Place
    end: Place
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """How a picture's pixels become metres.

    Parameters
    ----------
    scale_m : float
        Metres a pixel.
    origin : "top-left" or "bottom-left"
        Where pixels count from: from the top unless a tool says otherwise.
    height_px : float or None
        Height of the picture; needed where pixels count from the top.
    x_m, y_m : float
        Place of the picture's lower left corner in the site's frame [m].
    """

    scale_m: float
    origin: Origin = "top-left"
    height_px: float | None = None
    x_m: float = 0.0
    y_m: float = 0.0

    def metres(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Return the place of a pixel [m].

        >>> Pixels(scale_m=0.05, height_px=200).metres(20, 40)
        (1.0, 8.0)
        """
        up_px = y_px if self.origin == "bottom-left" else (self.height_px or 0.0) - y_px
        return round(self.x_m + self.scale_m * x_px, 4), round(self.y_m + self.scale_m * up_px, 4)


def legs_of(places: Sequence[Place], time_s_k: Sequence[float]) -> tuple[Leg, ...]:
    """Return the legs between places that were noted with their times; there is none between two floors.

    Parameters
    ----------
    places : sequence of Place (k)
        In any order; of two with the same time the later one in the list holds.
    time_s_k : sequence of float
        When each was passed [s].
    """
    at = dict(zip(time_s_k, places, strict=True))
    stops = sorted(at.items(), key=lambda stop: stop[0])
    return tuple(
        Leg(start=a, end=b, start_s=start_s, end_s=end_s)
        for (start_s, a), (end_s, b) in pairwise(stops)
        if a.floor == b.floor
    )


def past_midnight(time_s_k: Sequence[float]) -> list[float]:
    """Return times of day in one row: those behind midnight count on, where a walk went over it [s].

    A walk is over midnight where the longest time without anything noted, more than `NO_WALK_S`, lies within the day.

    >>> past_midnight([86_390.0, 5.0]), past_midnight([21_600.0, 72_000.0])
    ([86390.0, 86405.0], [21600.0, 72000.0])
    """
    stops = sorted(set(time_s_k))
    pause_s, first_s = max(((b - a, b) for a, b in pairwise(stops)), default=(0.0, 0.0))
    if pause_s <= NO_WALK_S:
        return list(time_s_k)
    return [time_s + DAY_S * (time_s < first_s) for time_s in time_s_k]


def along(legs: Sequence[Leg], time_s_n: Array) -> tuple[IntArray, Array, BoolArray]:
    """Return where one was at some times.

    Parameters
    ----------
    legs : sequence of Leg
        In any order; where two overlap the nearer in time holds, then the earlier in the list.
    time_s_n : ndarray (n)
        Times of readings, on the same clock [s].

    Returns
    -------
    floor_n : ndarray (n)
        Levels.
    xy_m_n : ndarray (n, 2)
        Places [m].
    known_n : ndarray (n)
        Whether it was during a leg, or at most `SLACK_S` before or after one.

    Examples
    --------
    >>> leg = Leg(start=Place(floor=0, x_m=0, y_m=0), end=Place(floor=0, x_m=8, y_m=4), start_s=10, end_s=14)
    >>> along([leg], np.array([11.0, 30.0]))[1].tolist(), along([leg], np.array([11.0, 30.0]))[2].tolist()
    ([[2.0, 1.0], [8.0, 4.0]], [True, False])
    """
    floor_n = np.zeros(time_s_n.size, dtype=np.int64)
    xy_m_n = np.zeros((time_s_n.size, 2))
    off_s_n = np.full(time_s_n.size, np.inf)
    for leg in legs:
        off_s = np.maximum(np.maximum(leg.start_s - time_s_n, time_s_n - leg.end_s), 0.0)
        near = off_s < off_s_n
        share = np.clip((time_s_n[near] - leg.start_s) / max(leg.end_s - leg.start_s, 1e-9), 0.0, 1.0)[:, None]
        ends = np.array([(leg.start.x_m, leg.start.y_m), (leg.end.x_m, leg.end.y_m)], dtype=np.float64)
        xy_m_n[near] = ends[0] + share * (ends[1] - ends[0])
        floor_n[near] = leg.start.floor
        off_s_n[near] = off_s[near]
    return floor_n, xy_m_n, off_s_n <= SLACK_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What is known of where readings were taken, apart from what their own file says.

    Parameters
    ----------
    spot : Place or None
        All were taken here.
    points : mapping of str to Place
        Places by the name that the file gives: grid points, rooms.
    legs : tuple of Leg
        Straight walks; their times count on `clock`.
    ends : (Place, Place) or None
        One straight walk from the first reading to the last.
    clock : str
        What the legs' times count from: "unix" (1970), "day" (midnight) or "start": as the readings' times, or from
        the first reading where those have a date or a time of day.
    shift_s : float
        Added to the readings' times before they are looked up: what the device's clock is late [s].
    pixels : Pixels or None
        For positions in the pixels of a picture.
    floor : int or None
        Level of all readings whose file names none.
    floors : mapping of str to int
        Levels by the floor's name.
    extent_m : tuple of four floats or None
        West, south, east and north end of the site [m]; None: unknown.
    """

    spot: Place | None = None
    points: Mapping[str, Place] = field(default_factory=dict)
    legs: tuple[Leg, ...] = ()
    ends: tuple[Place, Place] | None = None
    clock: Clock = "start"
    shift_s: float = 0.0
    pixels: Pixels | None = None
    floor: int | None = None
    floors: Mapping[str, int] = field(default_factory=dict)
    extent_m: tuple[float, float, float, float] | None = None

    @property
    def is_walk(self) -> bool:
        """Whether places follow from times."""
        return bool(self.legs) or self.ends is not None

    def agrees(self, clock: Clock) -> bool:
        """Return whether readings whose times count on a clock can be looked up."""
        return not self.legs or self.clock in (clock, "start")

    def at(self, time_s_n: Array, clock: Clock) -> tuple[IntArray, Array, BoolArray]:
        """Return where readings were taken by their times, as `along`; unknown where the time is nan.

        Parameters
        ----------
        time_s_n : ndarray (n)
            Times [s].
        clock : "unix", "day" or "start"
            What they count from; `agrees` with it.
        """
        known = time_s_n[np.isfinite(time_s_n)]
        first_s, last_s = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
        if self.ends is not None:
            whole = Leg(start=self.ends[0], end=self.ends[1], start_s=first_s, end_s=last_s)
            return along((whole,), time_s_n)
        from_s = first_s if self.clock == "start" and clock != "start" else 0.0
        at_s_n = time_s_n - from_s + self.shift_s
        if self.clock == "day" and self.legs:  # the clocks of two zones, or a midnight, lie between
            begun_s = min(leg.start_s for leg in self.legs) - SLACK_S
            at_s_n = (at_s_n - begun_s) % DAY_S + begun_s
        return along(self.legs, at_s_n)
