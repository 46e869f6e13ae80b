"""Which channels to listen on, in what order and how long; and the switching itself through `iw`."""

import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wifiplan.catalog.spectrum import Channel, channel_named, channels, countries
from wifiplan.errors import CatalogError, ProbeError

BEACON_INTERVAL_S = 0.1024
"""IEEE 802.11: the usual 100 time units between two beacons of one BSS."""

DWELL_S = 3 * BEACON_INTERVAL_S
"""Three beacons of everyone are due while we stay: one that collides does not hide its sender."""

BANDS = ("2.4", "5", "6")
_COMMAND_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One 20 MHz channel to listen on; `planned` where the plan uses it, `dfs` where only listening is free."""

    band: str
    channel: int
    frequency_mhz: int
    dwell_s: float
    planned: bool = False
    dfs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A stay that took place: frequency and length."""

    frequency_mhz: int
    stayed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A channel that the interface would not take, and what the system said."""

    frequency_mhz: int
    why: str


def hop_plan(
    country: str,
    *,
    planned: Iterable[tuple[str, int, int | None]] = (),
    bands: Sequence[str] = BANDS,
    dwell_s: float = DWELL_S,
) -> tuple[Stop, ...]:
    """Return one round over the channels of a country; channels of the plan come first and twice a round.

    Parameters
    ----------
    country : str
        ISO code.
    planned : iterable of (band, channel, width)
        What the plan's radios use: the primary channel or the middle of the whole, as controllers write it; width in
        MHz, None for 20.
    bands : sequence of str
        Bands that the interface hears.
    dwell_s : float
        Length of a stay [s], at least one beacon interval.

    Returns
    -------
    tuple of Stop
        2.4 GHz: 1, 6, 11 and planned ones (others are heard beside them, and their beacons name their channel); 5 GHz:
        every 20 MHz channel that is legal, in use by us or not; 6 GHz: preferred scanning channels and planned ones. A
        planned channel is heard again half a round later. Radar channels are listened to like all others.

    Raises
    ------
    ProbeError
        The stay is shorter than a beacon interval, or no band is left.
    CatalogError
        The country is unknown.

    Examples
    --------
    >>> [stop.channel for stop in hop_plan("TW", planned=[("2.4", 6, 20)], bands=["2.4"])]
    [6, 1, 6, 11]
    """
    if country not in countries():
        raise CatalogError(
            f"the catalogue has no channels of the country '{country}'",
            remedy=f"use one of: {', '.join(countries())}",
            where="country",
        )
    if dwell_s < BEACON_INTERVAL_S:
        raise ProbeError(
            f"a stay of {dwell_s * 1000:.0f} ms is shorter than the {BEACON_INTERVAL_S * 1000:.1f} ms between beacons",
            remedy="stay longer on every channel",
            where="dwell",
        )
    wanted = {(c.band, c.number): c for item in planned for c in primaries(country, *item) if c.band in bands}
    others = [c for band in bands for c in _usual(country, band) if (c.band, c.number) not in wanted]
    first = [_stop(c, dwell_s, planned=True) for c in wanted.values()]
    rest = [_stop(c, dwell_s, planned=False) for c in others]
    if not first and not rest:
        raise ProbeError(
            "there is no channel to listen on", remedy=f"choose bands from {', '.join(BANDS)}", where="bands"
        )
    half = len(rest) // 2
    return (*first, *rest[:half], *(first if rest else ()), *rest[half:])


def primaries(country: str, band: str, channel: int, width_mhz: int | None = None) -> tuple[Channel, ...]:
    """Return the 20 MHz channels that a radio's beacons may be on: one where the number names it, else all inside.

    >>> [c.number for c in primaries("TW", "5", 42, 80)], [c.number for c in primaries("TW", "5", 40, 80)]
    ([36, 40, 44, 48], [40])
    """
    if band not in BANDS:
        return ()
    try:
        narrow = channels(country, band, 20, all_legal=True)
    except CatalogError:
        return ()
    exact = tuple(c for c in narrow if c.number == channel)
    if exact:
        return exact
    whole = channel_named(country, band, channel, width_mhz or 20)
    if whole is None:
        return ()
    return tuple(c for c in narrow if whole.low_hz <= c.low_hz and c.high_hz <= whole.high_hz)


@dataclass
class Hopper:
    """Walks an interface along a round of stops; without the right or the tool it stays where it is and says so.

    Switching needs CAP_NET_ADMIN, which the helper never has: it is done by the program `iw`, with the rights of
    whoever started us. `visits` holds the stays that took place: shares of time are counted over these.
    """

    interface: str
    stops: tuple[Stop, ...]
    program: str | None = field(default_factory=lambda: shutil.which("iw"))
    visits: list[Visit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    at: int = -1
    _current: tuple[int, float] | None = None

    @property
    def able(self) -> bool:
        """Whether any stop is left that the interface may be set to."""
        return self.program is not None and bool(self.stops)

    def hop(self) -> float:
        """Go to the next stop that the interface takes; return how long to stay there [s], 0 where there is none."""
        while self.able:
            self.at = (self.at + 1) % len(self.stops)
            stop = self.stops[self.at]
            refused = self._set(stop.frequency_mhz)
            if refused is None:
                self.leave()
                self._current = stop.frequency_mhz, time.monotonic()
                return stop.dwell_s
            self.refusals.append(Refusal(frequency_mhz=stop.frequency_mhz, why=refused))
            self.stops = tuple(s for s in self.stops if s.frequency_mhz != stop.frequency_mhz)
            self.at -= 1
        return 0.0

    def leave(self) -> None:
        """Note the stay that ends now."""
        if self._current is not None:
            frequency_mhz, since_s = self._current
            self.visits.append(Visit(frequency_mhz=frequency_mhz, stayed_s=time.monotonic() - since_s))
            self._current = None

    def dwell_s(self) -> dict[int, float]:
        """Return the seconds spent on every frequency [MHz]."""
        sums: dict[int, float] = {}
        for visit in self.visits:
            sums[visit.frequency_mhz] = sums.get(visit.frequency_mhz, 0.0) + visit.stayed_s
        return sums

    def _set(self, frequency_mhz: int) -> str | None:
        """Set the channel; return None where that was done, else what `iw` said."""
        if self.program is None:
            return "iw is not installed"
        command = [self.program, "dev", self.interface, "set", "freq", str(frequency_mhz)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_COMMAND_S, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if done.returncode == 0:
            return None
        return done.stderr.decode(errors="replace").strip()[:200] or f"iw ended with {done.returncode}"


def _usual(country: str, band: str) -> tuple[Channel, ...]:
    try:
        legal = channels(country, band, 20, all_legal=band != "2.4")
    except CatalogError:
        return ()
    return tuple(c for c in legal if c.psc) if band == "6" else legal


def _stop(channel: Channel, dwell_s: float, *, planned: bool) -> Stop:
    return Stop(
        band=channel.band,
        channel=channel.number,
        frequency_mhz=round(channel.center_hz / 1e6),
        dwell_s=dwell_s,
        planned=planned,
        dfs=channel.dfs,
    )
