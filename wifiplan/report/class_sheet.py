"""The sheet of a class test, to be signed: a page a room, then how it was tested and against what."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median

from wifiplan.files.class_test_values import local_time
from wifiplan.files.output import write_bytes
from wifiplan.probe.findings import VERDICTS
from wifiplan.probe.records import ClassTest, RoomRun
from wifiplan.probe.verdict import RoomJudgement, judge_test
from wifiplan.report.class_parts import (
    agreement_text,
    join_text,
    neighbours_text,
    options_text,
    retest_text,
    sender_text,
)
from wifiplan.report.class_tables import (
    beside_table,
    limits_table,
    measured,
    ramp_table,
    retest_table,
    seat_table,
    summary_table,
)
from wifiplan.report.class_words import edited_text, finding_text, fine_share, room_reasons, verdict_text
from wifiplan.report.payload import printable_data
from wifiplan.report.texts import share_text, texts
from wifiplan.report.typesetting import compiled
from wifiplan.study.class_tests import Beside
from wifiplan.study.retests import Retest

MOST_REASONS = 7
"""Sentences in the box of the verdict; the rest stands in the table of devices and in the file."""

CHART_FROM = 0.5
"""Lowest share that the chart of goodput shows: what is below stands at its foot."""

_HEADS = (
    "verdict",
    "beside",
    "ramp",
    "seats",
    "join",
    "neighbours",
    "limits",
    "options",
    "sign",
    "summary",
    "retest",
    "sender",
    "notes",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A further part of the sheet, in words: services, the way out."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSheet:
    """All that the sheet is made of: the test, its rooms beside the plan, the earlier test, and further parts."""

    test: ClassTest
    beside: tuple[Beside, ...]
    retest: Retest | None = None
    sections: tuple[Section, ...] = ()


def write_class_sheet(sheet: ClassSheet, path: Path | str, *, lang: str = "zh-TW") -> None:
    """Write the sheet as PDF; the same sheet gives the same bytes.

    Raises
    ------
    OutputError
        If the file can't be written, or the fonts are not there.
    SettingsError
        For a language without texts.
    """
    write_bytes(Path(path), class_sheet_pdf(sheet, lang=lang, where=Path(path).name))


def class_sheet_pdf(sheet: ClassSheet, *, lang: str = "zh-TW", where: str = "class-test.pdf") -> bytes:
    """Return the sheet as PDF.

    Raises
    ------
    OutputError
        If the fonts are not there.
    """
    template = files("wifiplan.report") / "static" / "class_sheet.typ"
    data = json.dumps(printable_data(content(sheet, lang)), ensure_ascii=False)
    return compiled(template.read_bytes(), {"data": data}, where=where)


def content(sheet: ClassSheet, lang: str) -> dict[str, object]:
    """Return all that the sheet prints, in words."""
    words, test = texts(lang), sheet.test
    language, _, region = lang.partition("-")
    judged = judge_test(test)
    pages = [_page(sheet, beside, lang) for beside in sheet.beside]
    reasons = [
        (room_reasons(test, run, room, lang) or [""])[0] for run, room in zip(test.rooms, judged.rooms, strict=True)
    ]
    many = len(test.rooms) != 1 or bool(judged.findings)
    return {
        "lang": language,
        "region": region or None,
        "title": words["classtest.title"],
        "school": test.school,
        "subtitle": _subtitle(test, lang),
        "meta": _meta(sheet, lang),
        "verdict": judged.verdict,
        "verdict_text": verdict_text(judged.verdict, lang),
        "count": _count(judged.rooms, words),
        "findings": _sentences([finding_text(finding, lang) for finding in judged.findings], words),
        "summary": asdict(summary_table(test, judged.rooms, reasons, lang)) if many else None,
        "heads": {head: words[f"classtest.head.{head}"] for head in _HEADS},
        "rooms": pages,
        "retest": None if sheet.retest is None else asdict(retest_table(sheet.retest, lang)),
        "retest_text": retest_text(sheet.retest, lang),
        "limits": asdict(limits_table(test.options, lang)),
        "options": options_text(test, lang),
        "sender": sender_text(test, lang),
        "sections": [{"title": s.title, "sentences": list(s.sentences)} for s in sheet.sections],
        "notes": [words[f"classtest.notes.{k}"] for k in range(1, 5)],
        "signs": [words[f"classtest.sign.{who}"] for who in ("tester", "school")],
        "date": words["classtest.sign.date"],
        "chart": {name: words[f"classtest.chart.{name}"] for name in ("worst", "median", "title")}
        | {
            "limit": test.options.limits.min_goodput_share,
            "limit_text": words["classtest.chart.limit"].format(
                limit=fine_share(test.options.limits.min_goodput_share)
            ),
            "from": CHART_FROM,
        },
        "page": words["classtest.page"],
        "footer": words["classtest.footer"].format(id=test.id, version=test.version),
    }


def _page(sheet: ClassSheet, beside: Beside, lang: str) -> dict[str, object]:
    words, test, run, judged = texts(lang), sheet.test, beside.run, beside.judged
    reasons = room_reasons(test, run, judged, lang)
    if len(reasons) > MOST_REASONS:
        n_more = len(reasons) - MOST_REASONS + 1
        reasons = [*reasons[: MOST_REASONS - 2], reasons[-1], words["classtest.more"].format(n=n_more) + _stop(words)]
    reasons += edited_text(test.options, lang)
    seats, n_left = seat_table(run, judged, lang)
    rest = "classtest.seat.rest" if all(row[7] == verdict_text("pass", lang) for row in seats.rows[-1:]) else None
    return {
        "name": run.name or run.room_id,
        "round": words["classtest.round"].format(n=run.round_no, time=f"{_started(test, run):%H:%M}"),
        "verdict": judged.verdict,
        "verdict_text": verdict_text(judged.verdict, lang),
        "reasons": reasons,
        "held": _held(judged, lang),
        "beside": asdict(beside_table(beside, test, lang)),
        "agreement": agreement_text(beside, test.plan_mark, lang),
        "ramp": asdict(ramp_table(run, judged, lang)),
        "bars": _bars(run, judged),
        "seats": asdict(seats),
        "seats_rest": "" if n_left <= 0 else words[rest or "classtest.seat.rest_open"].format(n=n_left),
        "join": join_text(run, lang),
        "neighbours": neighbours_text(beside, lang),
    }


def _started(test: ClassTest, run: RoomRun) -> dt.datetime:
    return local_time(run.steps[0].started_utc if run.steps else test.started_utc)


def _subtitle(test: ClassTest, lang: str) -> str:
    words = texts(lang)
    if test.stage is None or test.code is None:
        return words["classtest.subtitle.none"]
    return words["classtest.subtitle"].format(stage=words[f"stage.{test.stage}"], code=test.code)


def _meta(sheet: ClassSheet, lang: str) -> list[str]:
    words, test = texts(lang), sheet.test
    started = local_time(test.started_utc)
    when = words["classtest.when"].format(date=f"{started:%Y-%m-%d}", time=f"{started:%H:%M}")
    found = [words["classtest.meta"].format(when=when, by=test.authorised_by, controller=test.controller)]
    if test.plan_mark is not None:
        found.append(words["classtest.plan_mark"].format(mark=test.plan_mark))
    if test.retest_of is not None:
        found.append(words["classtest.retest_of"].format(id=test.retest_of))
    return found


def _count(rooms: Sequence[RoomJudgement], words: Mapping[str, str]) -> str:
    n = {verdict: sum(room.verdict == verdict for room in rooms) for verdict in VERDICTS}
    return words["classtest.summary.count"].format(
        rooms=len(rooms), passed=n["pass"], failed=n["fail"], open=n["inconclusive"]
    )


def _sentences(parts: Sequence[str], words: Mapping[str, str]) -> list[str]:
    return [part[:1].upper() + part[1:] + _stop(words) for part in parts]


def _stop(words: Mapping[str, str]) -> str:
    return words["classtest.stop"]


def _held(judged: RoomJudgement, lang: str) -> str:
    full = judged.full_step
    if full is None or not full.n_measured:
        return ""
    words = texts(lang)
    return (
        words["classtest.held_share"].format(
            n=full.n_measured, held=full.n_held, low=share_text(full.held_low), high=share_text(full.held_high)
        )
        + words["classtest.stop"]
    )


def _bars(run: RoomRun, judged: RoomJudgement) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for step, told in zip(run.steps, judged.steps, strict=True):
        shares = [min(1.0, max(0.0, receipt.goodput_share)) for receipt in measured(step)]
        found.append(
            {
                "label": share_text(step.share),
                "worst": min(shares, default=None),
                "median": median(shares) if shares else None,
                "failing": told.verdict == "fail",
            }
        )
    return found
