"""Listening live: keeps the time and the channel; others open the interface and look at the frames (see `crew`)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.probe.crew import Analyse, Crew, Json, start
from wifiplan.probe.ears import Ear, Way
from wifiplan.probe.hopping import Hopper

Ending: TypeAlias = Literal["time", "user", "helper"]
"""Why listening ended: the time was up; the user said so; the helper or the interface was gone."""

_LOOK_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What came of listening live.

    `dwell_s` are the seconds on every frequency [MHz], empty where nobody walked the channels; `n_dropped` frames were
    lost by the kernel because nobody fetched them in time; `no_ring` says why the helper had to fetch frames singly.
    """

    answer: Json
    way: Way
    seconds: float
    n_dropped: int
    ending: Ending
    dwell_s: dict[int, float]
    no_ring: str = ""


def listen(
    ear: Ear,
    analyse: Analyse,
    *,
    seconds: float | None,
    hopper: Hopper | None = None,
    progress: Callable[[Json], None] | None = None,
) -> Listened:
    """Listen until the time is up, the user says so (Ctrl-C) or the interface is gone.

    Parameters
    ----------
    ear : Ear
        The way to the frames.
    analyse : callable
        Runs in the analyser. It must have been run once before: what it imports and reads is out of reach afterwards.
    seconds : float or None
        How long; None until the user says so.
    hopper : Hopper, optional
        Walks the channels.
    progress : callable, optional
        Told the analyser's progress with `seconds` and `frequency_mhz` added, four times a second.

    Raises
    ------
    ProbeError
        The interface can't be opened, or the analyser was killed.
    """
    crew = start(ear, analyse)
    try:
        started_s = time.monotonic()
        ending = _work(crew, seconds, hopper, progress)
        listened_s = time.monotonic() - started_s
        if hopper is not None:
            hopper.leave()
        answer = crew.finish()
    finally:
        crew.end()
    return Listened(
        answer=answer,
        way=ear.way,
        seconds=listened_s,
        n_dropped=crew.n_dropped(),
        ending=ending,
        dwell_s=hopper.dwell_s() if hopper is not None else {},
        no_ring=crew.no_ring,
    )


def _work(crew: Crew, seconds: float | None, hopper: Hopper | None, progress: Callable[[Json], None] | None) -> Ending:
    """Walk the channels and tell the progress until listening ends."""
    started_s = time.monotonic()
    hop_s = started_s if hopper is not None else float("inf")
    try:
        while True:
            now_s = time.monotonic()
            if seconds is not None and now_s - started_s >= seconds:
                return "time"
            if hopper is not None and now_s >= hop_s:
                stay_s = hopper.hop()
                hop_s = time.monotonic() + stay_s if stay_s else float("inf")
            left_s = float("inf") if seconds is None else started_s + seconds - now_s
            if not crew.hear(max(0.0, min(_LOOK_S, left_s, hop_s - time.monotonic()))):
                return "helper"
            if progress is not None:
                state = crew.progress()
                at = hopper.stops[hopper.at].frequency_mhz if hopper is not None and hopper.able else None
                progress({**state, "seconds": now_s - started_s, "frequency_mhz": at})
    except KeyboardInterrupt:
        return "user"
