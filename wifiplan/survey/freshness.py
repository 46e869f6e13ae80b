"""Whether a scan listened at all: systems like to give the list of a minute ago, heard in another room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wifiplan.survey.records import Sample
from wifiplan.survey.walk_record import Scan

SLACK_S: Final = 1.0
"""Programs take part of a second to print, and drivers tell ages of whole beacons [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One BSSID of a scan and how long before its end it was heard last, None where the program does not tell [s]."""

    sample: Sample
    age_s: float | None = None


def judged(heard: Sequence[Heard], *, fresh_s: float, middle_s: float, before: Sequence[Heard]) -> Scan:
    """Return a scan with what is old left out, marked as cached where all of it is.

    Parameters
    ----------
    heard : sequence of Heard
        What the program listed.
    fresh_s : float
        How long before the list was printed the card began to listen [s].
    middle_s : float
        Middle of the scan since the survey began [s].
    before : sequence of Heard
        What the scan before this one listed, empty for the first.

    Returns
    -------
    Scan
        Where ages are told, readings older than the scan are left out and counted; where all are older, the scan is
        cached. Where no age is told, a list with the same BSSIDs at exactly the same levels as the last is cached.

    Examples
    --------
    >>> old = Heard(sample=Sample(floor=0, x_m=0, y_m=0, bssid="02:00:5e:00:53:01", rssi_dbm=-60.0), age_s=30.0)
    >>> judged([old], fresh_s=3.0, middle_s=9.0, before=()).cached
    True
    """
    fresh = [one.sample for one in heard if one.age_s is None or one.age_s <= fresh_s + SLACK_S]
    n_stale = len(heard) - len(fresh)
    if heard and not fresh:
        return Scan(samples=tuple(one.sample for one in heard), time_s=middle_s, cached=True)
    untold = bool(heard) and all(one.age_s is None for one in heard)
    cached = untold and _levels(heard) == _levels(before)
    return Scan(samples=tuple(fresh), time_s=middle_s, cached=cached, n_stale=n_stale)


def _levels(heard: Sequence[Heard]) -> dict[tuple[str, str | None], float | None]:
    return {(one.sample.bssid, one.sample.band): one.sample.rssi_dbm for one in heard}
