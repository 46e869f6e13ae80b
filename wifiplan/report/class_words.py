"""Findings of a class test in words: whole sentences for a class, a few words for one device."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace

from wifiplan.catalog.class_test import class_limits
from wifiplan.files.json_input import printable
from wifiplan.probe.findings import Finding, FindingCode, Verdict
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import ClassTest, RoomRun
from wifiplan.probe.verdict import ClassTestJudgement, RoomJudgement, judge_test
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.study.class_tests import stream_rate_mbps

MOST_SEATS = 8
"""Seats that a sentence names; more are counted."""

_MOST_DIGITS = 4

ALL_BUT = 0.9999
"""What lies between this and all is shown as this: near the whole no limit lies, and four nines say enough."""

_ALWAYS_TOLD: frozenset[FindingCode] = frozenset({"missing", "aborted", "no_full_step"})
"""What a reader of a FAIL must know too: how much of the class it rests on."""

_SENDERS: frozenset[FindingCode] = frozenset({"generator_late", "no_generator_record", "send_drops"})

_SHARES: frozenset[FindingCode] = frozenset({"goodput", "loss", "burst_loss", "stalls", "pings_lost", "busy"})


def verdict_text(verdict: Verdict, lang: str) -> str:
    """Return a verdict as the sheet prints it.

    >>> verdict_text("inconclusive", "zh-TW")
    '無法判定'
    """
    return texts(lang)[f"classtest.verdict.{verdict}"]


def finding_text(finding: Finding, lang: str) -> str:
    """Return a finding as a sentence without its stop, with the seats that it holds for.

    Examples
    --------
    >>> finding_text(Finding(code="missing", bearing="open", value=26, limit=30, n=26, n_of=30), "en")
    '26 of 30 devices gave figures that count'
    """
    words = texts(lang)
    form = words[f"classtest.{finding.bearing}.{finding.code}"]
    show = _shown(finding.code)
    sentence = form.format(
        n=finding.n if finding.n is not None else 1,
        n_of=finding.n_of if finding.n_of is not None else 1,
        value=show(finding.value),
        limit=show(finding.limit),
        low=show(finding.low),
        high=show(finding.high),
        what=_what(finding, words),
    )
    return sentence + _seats(finding, words)


def short_text(finding: Finding, lang: str) -> str:
    """Return a finding in a few words: for one device of a table."""
    words = texts(lang)
    return words[f"classtest.short.{finding.code}"].format(what=_what(finding, words))


def _shown(code: FindingCode) -> Callable[[float | None], str]:
    def show(value: float | None) -> str:
        if value is None:
            return "?"
        if code in _SHARES:
            return fine_share(value)
        return number_text(value, 0 if abs(value) >= 100 else 1)

    return show


def fine_share(share: float) -> str:
    """Return a share as a percentage; below 10 and above 90, where limits lie, with decimals.

    As many as it takes not to show a whole number that it is not: 0.987 % is not the limit of 1 %.

    Examples
    --------
    >>> fine_share(0.0119), fine_share(0.912), fine_share(0.5), fine_share(1.0), fine_share(0.00987)
    ('1.2 %', '91.2 %', '50 %', '100 %', '0.99 %')
    >>> fine_share(0.999998)
    '99.99 %'
    """
    percent = 100.0 * share
    if ALL_BUT < share < 1.0:
        return f"{100.0 * ALL_BUT:.2f} %"
    if not (0.0 < share < 0.1 or 0.9 < share < 1.0):
        return share_text(share)
    if math.isclose(percent, round(percent), abs_tol=1e-9):
        return f"{round(percent)} %"
    digits = next((d for d in range(1, _MOST_DIGITS) if not round(percent, d).is_integer()), _MOST_DIGITS)
    return f"{percent:.{digits}f} %"


def _what(finding: Finding, words: Mapping[str, str]) -> str:
    prefix = "classtest.abort." if finding.code == "aborted" else "classtest.what."
    return words.get(prefix + finding.what, finding.what)


def _seats(finding: Finding, words: Mapping[str, str]) -> str:
    named = [seat for seat in finding.seats if seat]
    if not named or finding.n == finding.n_of:
        return ""
    seats = words["classtest.seats.comma"].join(named[:MOST_SEATS])
    if len(named) > MOST_SEATS:
        seats = words["classtest.seats.more"].format(seats=seats, n=len(named))
    return words["classtest.seats"].format(seats=seats)


def room_reasons(test: ClassTest, run: RoomRun, judged: RoomJudgement, lang: str) -> list[str]:
    """Return why a room's verdict is what it is, as sentences: what decides first, then up to where it held."""
    words = texts(lang)
    stop = words["classtest.stop"]
    full = judged.full_step
    if judged.verdict == "pass" and full is not None:
        n_wanted = full.n_wanted
        windows = [step.window_s for step in run.steps if step.share == full.share]
        sentence = words["classtest.reason.pass"].format(
            n=n_wanted,
            rate=number_text(stream_rate_mbps(test.options), 2),
            seconds=number_text(min(windows, default=0.0), 0),
        )
        return [sentence]
    failing = [finding for finding in judged.findings if finding.bearing == "fail"]
    besides = [finding for finding in judged.findings if finding.code in _ALWAYS_TOLD and finding not in failing]
    deciding = [failing[0], *besides, *failing[1:]] if failing else _causes_first(judged.findings)
    found, before = [], None
    for finding in deciding:
        # the seats of one sentence need no telling in the next
        told = replace(finding, seats=()) if finding.seats == before else finding
        found.append(_capital(finding_text(told, lang)) + stop)
        before = finding.seats
    return [*found, *_reach(judged, lang)]


def _causes_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings with what lies at the sender's door first: it is why nobody's figures count, not absence."""
    ours = [finding for finding in findings if finding.code in _SENDERS]
    return [*ours, *(finding for finding in findings if finding not in ours)]


def _reach(judged: RoomJudgement, lang: str) -> list[str]:
    words = texts(lang)
    if judged.breaks_share is None or judged.n_breaks is None:
        return []
    if judged.holds_share is None or judged.n_holds is None:
        first = words["classtest.holds.none"]
    else:
        first = words["classtest.holds"].format(n=judged.n_holds, share=share_text(judged.holds_share))
    second = words["classtest.breaks"].format(n=judged.n_breaks, share=share_text(judged.breaks_share))
    return [first + words["classtest.join.sentences"] + second + words["classtest.stop"]]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def edited_text(options: ClassTestOptions, lang: str) -> list[str]:
    """Return a sentence on limits that are not the catalogue's, none where all are: whoever signs must know.

    >>> edited_text(ClassTestOptions(), "en")
    []
    """
    usual = asdict(class_limits())
    n = sum(value != usual[name] for name, value in asdict(options.limits).items())
    return [texts(lang)["classtest.edited"].format(n=n)] if n else []


def conclusion(test: ClassTest, lang: str, judged: ClassTestJudgement | None = None) -> str:
    """Return the verdict of every room and why, for a terminal."""
    words = texts(lang)
    judged = judge_test(test) if judged is None else judged
    stop = words["classtest.stop"]
    lines = [verdict_text(judged.verdict, lang)]
    lines += [_capital(finding_text(finding, lang)) + stop for finding in judged.findings]
    lines += edited_text(test.options, lang)
    for run, room in zip(test.rooms, judged.rooms, strict=True):
        lines.append(
            words["classtest.terminal.room"].format(
                name=run.name or run.room_id, round=run.round_no, verdict=verdict_text(room.verdict, lang)
            )
        )
        lines += [f"  {sentence}" for sentence in room_reasons(test, run, room, lang)]
    # names and seats come from a file: nothing in them may steer a terminal
    return "\n".join(printable(line) for line in lines)
