"""A device's log of received bytes, replayed as a viewer would have seen it; one model for browsers and scripts.

The stream is live: the server sends it at its rate and no faster. The picture starts once `START_S` of it have
arrived, runs in real time, stands still when nothing is left and goes on once `RESUME_S` are there again. A stream that
gets the share g of its rate for T seconds stands still for (1 - g) T less the start's store, whatever the thresholds.
"""

from collections.abc import Sequence
from typing import TypeAlias

from wifiplan.probe.records import PlaybackFigures

START_S = 1.0
"""Media that must have arrived before the picture starts [s]; live players hold one to three seconds."""

RESUME_S = 0.5
"""Media that must have arrived before a picture that stood still goes on [s]."""

SMEAR_S = 0.1
"""Between two log entries closer than this, bytes are taken to have come evenly [s]: twice the longest bin."""

Bins: TypeAlias = Sequence[tuple[float, int]]
"""(seconds since the step's start, bytes received since then), both never falling."""


def received_by(bins: Bins, at_s: float) -> float:
    """Return how many bytes had arrived at a time.

    >>> round(received_by([(1.0, 100), (1.05, 200), (3.0, 300)], 1.025), 6)
    150.0
    >>> received_by([(1.0, 100), (1.05, 200), (3.0, 300)], 2.5)
    200.0
    """
    before_s, before = 0.0, 0
    for t_s, so_far in bins:
        if t_s > at_s:
            if t_s - before_s > SMEAR_S:
                return float(before)
            return before + (so_far - before) * (at_s - before_s) / (t_s - before_s)
        before_s, before = t_s, so_far
    return float(before)


def received_between(bins: Bins, from_s: float, to_s: float) -> int:
    """Return the bytes that arrived inside a window."""
    return round(received_by(bins, to_s) - received_by(bins, from_s))


def replay(bins: Bins, *, rate_mbps: float, until_s: float) -> PlaybackFigures:
    """Play a log.

    Parameters
    ----------
    bins : sequence of (float, int)
        See `Bins`.
    rate_mbps : float
        Rate of the stream [Mbit/s], > 0.
    until_s : float
        End of the step [s]; what came later does not count, and a picture that stands still does so until then.

    Returns
    -------
    PlaybackFigures
        `played_s` is what was on the screen, `stalled_s` how long it stood still after its start.

    Examples
    --------
    >>> replay([(t / 10, 25_000 * t) for t in range(1, 101)], rate_mbps=2.0, until_s=10.0)
    PlaybackFigures(start_s=1.0, n_stalls=0, stalled_s=0.0, played_s=9.0)
    """
    screen = Screen()
    for t_s, so_far in bins:
        if t_s > until_s:
            break
        screen.run_to(t_s)
        screen.take(so_far * 8 / (rate_mbps * 1e6))
    screen.run_to(until_s)
    return PlaybackFigures(
        start_s=None if screen.start_s is None else round(screen.start_s, 3),
        n_stalls=screen.n_stalls,
        stalled_s=round(screen.stalled_s, 3),
        played_s=round(screen.played_s, 3),
    )


class Screen:
    """What is on the screen: the time, the media that has come and the media that was shown."""

    def __init__(self) -> None:
        self.now_s = self.media_s = self.played_s = self.stalled_s = 0.0
        self.start_s: float | None = None
        self.n_stalls = 0
        self.stands = False

    def run_to(self, t_s: float) -> None:
        """Let time pass without anything arriving."""
        ahead_s = max(t_s - self.now_s, 0.0)
        self.now_s = max(t_s, self.now_s)
        if self.start_s is None:
            return
        shown_s = 0.0 if self.stands else min(ahead_s, self.media_s - self.played_s)
        self.played_s += shown_s
        if ahead_s - shown_s > 1e-9 and not self.stands:
            self.stands, self.n_stalls = True, self.n_stalls + 1
        self.stalled_s += ahead_s - shown_s

    def take(self, media_s: float) -> None:
        """Let media arrive, counted from the stream's start."""
        self.media_s = max(media_s, self.media_s)
        if self.start_s is None and self.media_s >= START_S - 1e-9:
            self.start_s = self.now_s
        if self.stands and self.media_s - self.played_s >= RESUME_S:
            self.stands = False
