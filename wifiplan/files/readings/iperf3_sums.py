"""Figures of one iperf3 result, with care: a name may be missing in some versions, and a value may be anything."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wifiplan.errors import Fault
from wifiplan.files.json_input import Json
from wifiplan.files.readings.refusals import fault

MAX_BPS = 1e12
"""A terabit a second: no link of a school carries it."""
_MAX_S = 1e7
_MIN_INTERVALS = 3
_SHORT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Figures:
    """One object of a result, and where it stands; figures that are none are noted as faults."""

    where: str
    values: Mapping[str, Json]
    faults: list[Fault]

    def number(self, name: str, most: float = MAX_BPS) -> float | None:
        """Return a figure from 0 to `most`, None where it is missing or at fault."""
        value = self.values.get(name)
        if value is None:
            return None
        sound = isinstance(value, int | float) and not isinstance(value, bool)
        if not sound or not math.isfinite(value) or not 0 <= value <= most:
            said = f"{self.where}.{name}"
            self.faults.append(
                fault(
                    said,
                    f"{str(value)[:30]!r} is no figure from 0 to {most:g}",
                    f"{str(value)[:30]!r} 不是 0 到 {most:g} 的數字",
                )
            )
            return None
        return float(value)

    def sub(self, name: str) -> "Figures | None":
        """Return an object inside, None where there is none."""
        value = self.values.get(name)
        return Figures(f"{self.where}.{name}", value, self.faults) if isinstance(value, Mapping) and value else None

    def subs(self, name: str) -> Iterator["Figures"]:
        """Yield the objects of a list inside."""
        value = self.values.get(name)
        for n, one in enumerate(value if isinstance(value, list) else ()):
            if isinstance(one, Mapping):
                yield Figures(f"{self.where}.{name}[{n}]", one, self.faults)

    def flag(self, name: str) -> bool:
        """Return whether a switch is on: 1 or true."""
        return isinstance(self.values.get(name), int) and self.values[name] == 1


@dataclass(frozen=True, slots=True)
class Carried:
    """What one direction carried: bits a second, for how long, and whether the receiver tells it."""

    bps: float
    seconds: float
    by_receiver: bool


def summed(end: Figures, names: Sequence[str]) -> Figures | None:
    """Return the first of some sums that is there."""
    return next((one for name in names if (one := end.sub(name)) is not None), None)


def carried(one: Figures | None, *, by_receiver: bool) -> Carried | None:
    """Return what a sum says, None where it says nothing or nothing came."""
    if one is None:
        return None
    bps, n_bytes, seconds = one.number("bits_per_second"), one.number("bytes", 1e18), _seconds(one)
    if n_bytes is not None and seconds:
        # in sums of UDP, the rate is over the sender's time and the seconds are the receiver's
        bps = 8.0 * n_bytes / seconds
    return None if bps is None or not seconds else Carried(bps, seconds, by_receiver)


def intervals(result: Figures, name: str) -> list[tuple[float, float]]:
    """Return bits a second and duration of every interval that counts; the start that is left out does not."""
    found = []
    for interval in result.subs("intervals"):
        one = interval.sub(name)
        if one is None or one.flag("omitted"):
            continue
        bps, seconds = one.number("bits_per_second"), _seconds(one)
        if bps is not None and seconds:
            found.append((bps, seconds))
    return found


def over_all(pieces: Sequence[tuple[float, float]]) -> Carried | None:
    """Return what intervals carried together, as the receiver tells."""
    seconds = sum(s for _, s in pieces)
    return Carried(sum(bps * s for bps, s in pieces) / seconds, seconds, by_receiver=True) if seconds else None


def extremes_mbps(pieces: Sequence[tuple[float, float]]) -> tuple[float | None, float | None]:
    """Return the slowest and the fastest interval, without stubs at the end [Mbit/s]."""
    usual = max((s for _, s in pieces), default=0.0)
    whole = [bps / 1e6 for bps, s in pieces if s >= _SHORT_SHARE * usual]
    return (min(whole), max(whole)) if len(whole) >= _MIN_INTERVALS else (None, None)


def _seconds(one: Figures) -> float | None:
    seconds = one.number("seconds", _MAX_S)
    if seconds:
        return seconds
    start, end = one.number("start", _MAX_S), one.number("end", _MAX_S)
    return end - start if start is not None and end is not None and end > start else None
