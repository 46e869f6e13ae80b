"""What a class test found: codes with figures, which `report` puts into words, and the verdict that follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

Verdict: TypeAlias = Literal["pass", "fail", "inconclusive"]
VERDICTS: tuple[Verdict, ...] = ("fail", "inconclusive", "pass")
"""The worst first."""

Bearing: TypeAlias = Literal["fail", "open"]
"""What a finding does to the verdict: it fails, or it leaves the answer open."""

FindingCode: TypeAlias = Literal[
    "no_start",
    "stalls",
    "goodput",
    "slow_start",
    "added_delay",
    "rtt",
    "pings_lost",
    "delay_growth",
    "loss",
    "burst_loss",
    "jitter",
    "dry_run",
    "nothing_measured",
    "upper_bound",
    "missing",
    "aborted",
    "no_full_step",
    "lower_step_failed",
    "guard",
    "absent",
    "left",
    "silent",
    "hidden",
    "refused",
    "busy",
    "generator_late",
    "no_generator_record",
    "send_drops",
    "receiver_drops",
    "unmeasured",
    "short_window",
    "few_packets",
    "few_pings",
]
"""In the order in which a sheet names them: what the network did, then what leaves the answer open."""

CODES: tuple[FindingCode, ...] = get_args(FindingCode)

SPOILING: frozenset[FindingCode] = frozenset(
    {
        "absent",
        "left",
        "silent",
        "hidden",
        "refused",
        "busy",
        "generator_late",
        "no_generator_record",
        "send_drops",
        "receiver_drops",
    }
)
"""The device or the sender was at fault: the stream's figures say nothing for or against the network."""

TOO_LITTLE: frozenset[FindingCode] = frozenset({"short_window", "few_packets", "few_pings"})
"""All went well, but not for long enough to sign it."""

_LOW_IS_WORSE: frozenset[FindingCode] = frozenset({"goodput", "short_window", "few_packets", "few_pings"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found.

    `value`, `limit` and the bounds `low` and `high` share the unit that the code implies: shares from 0 to 1 for
    `goodput`, `loss`, `burst_loss`, `stalls`, `pings_lost`, `busy`; milliseconds for delays, jitter, `guard` and the
    generator's error; seconds for `slow_start`, `left`, `silent`, `hidden`, `short_window`; counts for the rest. `what`
    names a figure that was not measured, or says why a test was stopped. Of a whole class, `value` is the worst
    stream's and `seats` are all that it holds for, `n` of `n_of`.
    """

    code: FindingCode
    bearing: Bearing
    value: float | None = None
    limit: float | None = None
    low: float | None = None
    high: float | None = None
    what: str = ""
    seats: tuple[str, ...] = ()
    n: int | None = None
    n_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict and all that it rests on; without a finding it is a PASS."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether the figures speak of the network: neither the device nor the sender was at fault."""
        return not any(finding.code in SPOILING for finding in self.findings)

    @property
    def held(self) -> bool:
        """Whether nothing speaks against the network, and nothing is open but that it did not last long enough."""
        return all(finding.code in TOO_LITTLE for finding in self.findings)


def judgement(findings: Iterable[Finding]) -> Judgement:
    """Return the verdict that follows: a failing finding decides, then an open one.

    >>> judgement([]).verdict
    'pass'
    """
    ordered = tuple(sorted(findings, key=lambda f: (f.bearing == "open", CODES.index(f.code), f.what)))
    bearings = {finding.bearing for finding in ordered}
    verdict: Verdict = "fail" if "fail" in bearings else "inconclusive" if bearings else "pass"
    return Judgement(verdict=verdict, findings=ordered)


def of_class(streams: Sequence[tuple[str, Judgement]], n_of: int) -> list[Finding]:
    """Return what holds for any stream of a class, each thing once: the worst figure, and whose it is.

    Parameters
    ----------
    streams : sequence of (str, Judgement)
        The seat of every stream and what was found.
    n_of : int
        How many streams there were to be.
    """
    found: dict[tuple[str, str, str], list[tuple[str, Finding]]] = {}
    for seat, judged in streams:
        for finding in judged.findings:
            found.setdefault((finding.code, finding.bearing, finding.what), []).append((seat, finding))
    merged = []
    for same in found.values():
        worst = max((finding for _, finding in same), key=_badness)
        seats = tuple(sorted({seat for seat, _ in same}))
        merged.append(replace(worst, seats=seats, n=len(seats), n_of=n_of))
    return merged


def _badness(finding: Finding) -> tuple[float, float, float]:
    """Return what orders findings of one code, so that the order of the receipts does not matter."""
    sign = -1.0 if finding.code in _LOW_IS_WORSE else 1.0
    values = (finding.value, finding.low, finding.high)
    first, second, third = (float("-inf") if value is None else sign * value for value in values)
    return first, second, third
