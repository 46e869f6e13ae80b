"""Measurements -> PASS, FAIL, INCONCLUSIVE: of a stream, a step of the ramp, a room, and a whole test."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wifiplan.catalog.class_test import ClassLimits
from wifiplan.probe.confidence import wilson
from wifiplan.probe.findings import VERDICTS, Finding, Judgement, Verdict, judgement, of_class
from wifiplan.probe.records import ClassTest, Guard, Receipt, RoomRun, Step
from wifiplan.probe.stream_verdict import judge_receipt

__all__ = [
    "ClassTestJudgement",
    "RoomJudgement",
    "StepJudgement",
    "judge_receipt",
    "judge_room",
    "judge_step",
    "judge_test",
]

WHOLE_CLASS = 1.0 - 1e-9
"""A step from this share on is one of the whole class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepJudgement:
    """The verdict of one step of one room.

    `streams` are the seat and the judgement of every receipt, in the order of seats; `n_measured` counts seats whose
    figures speak of the network, `n_held` those with nothing against it. `held_low` and `held_high` bound the share of
    devices for which that holds, between them with 95 % confidence. `holds` says that every device wanted was measured
    and held, though a short step may not prove it.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    share: float
    n_wanted: int
    n_measured: int
    n_held: int
    held_low: float
    held_high: float
    holds: bool
    streams: tuple[tuple[str, Judgement], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomJudgement:
    """The verdict of one room in one round.

    `holds_share` and `n_holds` are the largest step that held with none below it failing, `breaks_share` and
    `n_breaks` the smallest that failed; None where there is none.
    """

    room_id: str
    round_no: int
    verdict: Verdict
    findings: tuple[Finding, ...]
    steps: tuple[StepJudgement, ...]
    holds_share: float | None
    n_holds: int | None
    breaks_share: float | None
    n_breaks: int | None

    @property
    def full_step(self) -> StepJudgement | None:
        """The step of the whole class that decided: the worst of them."""
        full = [step for step in self.steps if step.share >= WHOLE_CLASS]
        return min(full, key=lambda step: VERDICTS.index(step.verdict)) if full else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTestJudgement:
    """The verdict of a whole test: that of its worst room; `rooms` stand in the order of the test."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    rooms: tuple[RoomJudgement, ...]


def judge_step(step: Step, limits: ClassLimits) -> StepJudgement:
    """Return the verdict of one step: that of its worst stream, and no PASS where a device is missing.

    Parameters
    ----------
    step : Step
        Who was to play, and what was received.
    limits : ClassLimits
        What it is held against.

    Notes
    -----
    Streams that surely fail fail the step, however many others are missing: those would only have added to the load.
    """
    n_streams = max(step.n_wanted, 1)
    ordered = sorted(step.receipts, key=lambda r: (r.seat, r.kind, r.state, r.received_bytes))
    streams = tuple((r.seat, judge_receipt(r, limits, n_streams=n_streams)) for r in ordered)
    found = of_class(streams, step.n_wanted)
    measured = {seat for seat, judged in streams if judged.trusted}
    failing_or_open = {seat for seat, judged in streams if not judged.held}
    held = {seat for seat, _ in streams} - failing_or_open
    found += _present(ordered, len(measured), step)
    judged = judgement(found)
    bounds = wilson(len(held), len(measured), confidence=1.0 - (1.0 - limits.confidence_share) / 2.0)
    return StepJudgement(
        verdict=judged.verdict,
        findings=judged.findings,
        share=step.share,
        n_wanted=step.n_wanted,
        n_measured=len(measured),
        n_held=len(held),
        held_low=bounds.low,
        held_high=bounds.high,
        holds=bool(streams) and judged.held,
        streams=streams,
    )


def _present(receipts: Sequence[Receipt], n_measured: int, step: Step) -> Iterator[Finding]:
    if not receipts or step.n_wanted < 1:
        yield Finding(code="nothing_measured", bearing="open")
        return
    n_flows = sum(receipt.n_flows for receipt in receipts)
    if n_measured >= step.n_wanted:
        return
    if all(receipt.n_flows > 1 for receipt in receipts) and n_flows >= step.n_wanted:
        return  # that it is an upper bound is said already
    yield Finding(
        code="missing", bearing="open", value=n_measured, limit=step.n_wanted, n=n_measured, n_of=step.n_wanted
    )


def _missing(n_measured: int, n_wanted: int) -> Finding:
    return Finding(code="missing", bearing="open", value=n_measured, limit=n_wanted, n=n_measured, n_of=n_wanted)


def judge_room(run: RoomRun, limits: ClassLimits) -> RoomJudgement:
    """Return the verdict of one room in one round: the step of the whole class decides.

    A lower step that surely fails fails the room where the whole class came to no answer, and leaves it open where the
    whole class passed: what fails now and then can't be signed.

    Parameters
    ----------
    run : RoomRun
        The room's steps.
    limits : ClassLimits
        What they are held against.
    """
    steps = tuple(judge_step(step, limits) for step in run.steps)
    found = [*_whole_class(run, steps), *_below(steps)]
    if run.abort:
        found.append(Finding(code="aborted", bearing="open", what=run.abort))
    judged = judgement(found)
    failing = [step for step in steps if step.verdict == "fail"]
    breaks = min(failing, key=lambda step: step.share, default=None)
    good = [step for step in steps if step.holds and (breaks is None or step.share < breaks.share)]
    holds = max(good, key=lambda step: step.share, default=None)
    return RoomJudgement(
        room_id=run.room_id,
        round_no=run.round_no,
        verdict=judged.verdict,
        findings=judged.findings,
        steps=steps,
        holds_share=None if holds is None else holds.share,
        n_holds=None if holds is None else holds.n_wanted,
        breaks_share=None if breaks is None else breaks.share,
        n_breaks=None if breaks is None else breaks.n_wanted,
    )


def _whole_class(run: RoomRun, steps: Sequence[StepJudgement]) -> Iterator[Finding]:
    full = [step for step in steps if step.share >= WHOLE_CLASS]
    if not full:
        yield Finding(code="no_full_step", bearing="open")
    for step in full:
        yield from step.findings
        if step.n_wanted < run.n_expected and step.n_measured < run.n_expected:
            yield _missing(step.n_measured, run.n_expected)


def _below(steps: Sequence[StepJudgement]) -> Iterator[Finding]:
    full = [step for step in steps if step.share >= WHOLE_CLASS]
    lower = [step for step in steps if step.share < WHOLE_CLASS and step.verdict == "fail"]
    if not lower or any(step.verdict == "fail" for step in full):
        return
    first = min(lower, key=lambda step: step.share)
    passed = bool(full) and all(step.verdict == "pass" for step in full)
    if not passed:
        yield from (finding for finding in first.findings if finding.bearing == "fail")
    yield Finding(
        code="lower_step_failed",
        bearing="open" if passed else "fail",
        value=first.n_wanted,
        limit=max(step.n_wanted for step in steps),
        n=first.n_wanted,
    )


def judge_test(test: ClassTest) -> ClassTestJudgement:
    """Return the verdict of a test against the limits in its options: PASS only where every room passes."""
    limits = test.options.limits
    rooms = tuple(judge_room(run, limits) for run in test.rooms)
    found = list(_guard(test.guards, limits))
    if test.dry_run:
        found.append(Finding(code="dry_run", bearing="open"))
    if not rooms:
        found.append(Finding(code="nothing_measured", bearing="open"))
    own = judgement(found)
    verdicts: set[Verdict] = {own.verdict, *(room.verdict for room in rooms)}
    verdict = next(verdict for verdict in VERDICTS if verdict in verdicts)
    if test.dry_run:
        verdict = "inconclusive"  # no load ran: whatever stands there was not measured under one
    return ClassTestJudgement(verdict=verdict, findings=own.findings, rooms=rooms)


def _guard(guards: Sequence[Guard], limits: ClassLimits) -> Iterator[Finding]:
    """Yield that the gateway was too slow twice in a row: one slow look alone may be a frame that radio lost."""
    found = [0.0 if g.gateway_rtt_ms is None or math.isnan(g.gateway_rtt_ms) else g.gateway_rtt_ms for g in guards]
    pairs = [min(pair) for pair in pairwise(found)]
    if pairs and max(pairs) > limits.max_gateway_rtt_ms:
        yield Finding(code="guard", bearing="open", value=max(pairs), limit=limits.max_gateway_rtt_ms)
