"""The tables of a class test's sheet as rows of text."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median

from wifiplan.catalog.class_test import class_limits, limit_bases
from wifiplan.probe.findings import VERDICTS, Judgement
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import ClassTest, Delay, Receipt, RoomRun, Step
from wifiplan.probe.verdict import RoomJudgement, StepJudgement
from wifiplan.report.class_words import fine_share, short_text, verdict_text
from wifiplan.report.tables import Table, breakable, typeset
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.study.class_tests import Beside, stream_rate_mbps
from wifiplan.study.retests import Retest

MOST_DEVICES = 14
"""Rows of the table of devices: what a page has room for."""


def beside_table(beside: Beside, test: ClassTest, lang: str) -> Table:
    """Return what the plan says of a room and what was measured, item by item."""
    words = texts(lang)
    planned, none = beside.predicted, words["classtest.beside.none"]
    need = None if planned is None else planned.room.need
    channel = none
    if planned is not None and planned.band is not None and planned.channel is not None:
        channel = words["classtest.beside.channel.text"].format(
            band=planned.band, channel=planned.channel, width=planned.width_mhz or "?"
        )
    room = None if planned is None else planned.room
    full = beside.judged.full_step
    links = beside.links
    rows = (
        (
            "devices",
            _count(None if need is None else need.n_devices),
            _count(None if full is None else full.n_measured),
        ),
        (
            "rate",
            _number(None if need is None else need.mbps_per_device, 2),
            _number(stream_rate_mbps(test.options), 2),
        ),
        ("ap", breakable(planned.ap_name) if planned is not None and planned.ap_name else none, none),
        ("channel", channel, words["classtest.beside.tablets"] if links is None else links_text(beside, words)),
        (
            "signal",
            _number(None if room is None else room.received_dbm, 0),
            _number(None if links is None else links.signal_dbm, 0),
        ),
        ("airtime", _airtime(beside) or none, none),
        (
            "verdict",
            none if room is None else words[f"classtest.beside.plan.{room.verdict}"],
            verdict_text(beside.judged.verdict, lang),
        ),
    )
    heads = ("item", "planned", "measured")
    return Table(
        heads=tuple(words[f"classtest.beside.{head}"] for head in heads),
        rows=tuple((words[f"classtest.beside.{item}"], before or none, after or none) for item, before, after in rows),
    )


def links_text(beside: Beside, words: Mapping[str, str]) -> str:
    """Return on what the measuring laptops were, and whether that is what was planned."""
    links = beside.links
    if links is None:
        return words["classtest.beside.none"]
    planned = {True: words["classtest.beside.links.yes"], False: words["classtest.beside.links.no"], None: ""}
    return words["classtest.beside.links"].format(
        n=links.n,
        aps=links.n_access_points,
        mhz=words["classtest.seats.comma"].join(map(str, links.frequencies_mhz)) or "?",
        planned=planned[links.as_planned],
    )


def _airtime(beside: Beside) -> str:
    room = None if beside.predicted is None else beside.predicted.room
    if room is None or room.airtime_share is None:
        return ""
    text = share_text(room.airtime_share)
    return text if room.channel_share is None else f"{text} ({share_text(room.channel_share)})"


def ramp_table(run: RoomRun, judged: RoomJudgement, lang: str) -> Table:
    """Return the steps of the ramp, one a row."""
    words = texts(lang)
    heads = ("step", "devices", "goodput", "stalls", "start", "delay", "loss", "verdict")
    return Table(
        heads=tuple(words[f"classtest.ramp.{head}"] for head in heads),
        rows=tuple(_step_row(step, told, lang) for step, told in zip(run.steps, judged.steps, strict=True)),
        failing=tuple(step.verdict == "fail" for step in judged.steps),
    )


def _step_row(step: Step, judged: StepJudgement, lang: str) -> tuple[str, ...]:
    words = texts(lang)
    there = measured(step)
    shares = [receipt.goodput_share for receipt in there]
    stalls = [stalled_share(receipt) for receipt in there]
    n_stalled = sum(share is not None and share > 0 for share in stalls)
    starts = [r.playback.start_s for r in there if r.playback is not None and r.playback.start_s is not None]
    losses = [lost for lost in map(worst_loss, there) if lost is not None]
    state = "held" if judged.verdict == "inconclusive" and judged.holds else judged.verdict
    return (
        words["classtest.ramp.step.text"].format(share=share_text(step.share), n=step.n_wanted),
        f"{judged.n_measured} / {judged.n_wanted}",
        f"{fine_share(min(shares))} / {fine_share(median(shares))}" if shares else "",
        f"{n_stalled} ({_share(_most(stalls))})" if any(share is not None for share in stalls) else "",
        _number(max(starts, default=None), 1),
        _number(_most([added_ms(receipt) for receipt in there]), 0),
        _share(max(losses, default=None)),
        words[f"classtest.verdict.{state}"],
    )


def measured(step: Step) -> list[Receipt]:
    """Return the receipts of a step with figures that can be shown."""
    return [r for r in step.receipts if r.state == "measured" and math.isfinite(r.goodput_share)]


def stalled_share(receipt: Receipt) -> float | None:
    """Return stalled over played time, None where nothing tells it."""
    seen = receipt.playback
    if seen is None or not (math.isfinite(seen.stalled_s) and math.isfinite(seen.played_s)):
        return None
    return seen.stalled_s / seen.played_s if seen.played_s > 0 else 1.0


def added_ms(receipt: Receipt) -> float | None:
    """Return the 95th percentile under load less the idle median [ms]."""
    idle, loaded = receipt.idle_delay, receipt.loaded_delay
    if idle is None or loaded is None or idle.p50_ms is None or loaded.p95_ms is None:
        return None
    return loaded.p95_ms - idle.p50_ms


def worst_loss(receipt: Receipt) -> float | None:
    """Return the share lost in the worst interval, None where packets were not counted."""
    if receipt.udp is None:
        return None
    shares = [lost / sent for lost, sent in receipt.udp.loss_windows if sent > 0]
    return max(shares, default=None)


def seat_table(run: RoomRun, judged: RoomJudgement, lang: str) -> tuple[Table, int]:
    """Return the devices of the step that decided, the worst first, and how many are left out.

    Devices that passed are listed only as far as there is room.
    """
    words = texts(lang)
    heads = ("seat", "kind", "goodput", "stalls", "start", "delay", "loss", "verdict", "reason")
    decided = _decided(run, judged)
    rows = [] if decided is None else _ordered(*decided)
    shown = rows[:MOST_DEVICES]
    table = Table(
        heads=tuple(words[f"classtest.seat.{head}"] for head in heads),
        rows=tuple(_seat_row(receipt, told, lang) for receipt, told in shown),
        failing=tuple(told.verdict != "pass" for _, told in shown),
    )
    return table, len(rows) - len(shown)


def _decided(run: RoomRun, judged: RoomJudgement) -> tuple[Step, StepJudgement] | None:
    """Return the step that decided: that of the whole class, else the last one."""
    pairs = list(zip(run.steps, judged.steps, strict=True))
    full = [pair for pair in pairs if pair[1] is judged.full_step]
    return full[0] if full else pairs[-1] if pairs else None


def _ordered(step: Step, judged: StepJudgement) -> list[tuple[Receipt, Judgement]]:
    by_seat: dict[str, list[Judgement]] = {}
    for seat, told in judged.streams:
        by_seat.setdefault(seat, []).append(told)
    # receipts of one seat stand in the same order in both
    ordered = sorted(step.receipts, key=lambda r: (r.seat, r.kind, r.state, r.received_bytes))
    pairs = [(receipt, by_seat[receipt.seat].pop(0)) for receipt in ordered]
    return sorted(pairs, key=lambda pair: (VERDICTS.index(pair[1].verdict), pair[0].goodput_share, pair[0].seat))


def _seat_row(receipt: Receipt, judged: Judgement, lang: str) -> tuple[str, ...]:
    words = texts(lang)
    there = receipt.state == "measured"
    start_s = None if receipt.playback is None else receipt.playback.start_s
    reasons = [short_text(finding, lang) for finding in judged.findings[:3]]
    return (
        receipt.seat,
        words[f"classtest.seat.kind.{receipt.kind}"],
        fine_share(receipt.goodput_share) if there and math.isfinite(receipt.goodput_share) else "",
        _share(stalled_share(receipt)) if there else "",
        _number(start_s if there else None, 1),
        _delays(receipt.idle_delay, receipt.loaded_delay) if there else "",
        _share(worst_loss(receipt)) if there else "",
        verdict_text(judged.verdict, lang),
        words["classtest.seats.comma"].join(reasons),
    )


def _delays(idle: Delay | None, loaded: Delay | None) -> str:
    before = "?" if idle is None or idle.p50_ms is None else number_text(idle.p50_ms, 0)
    after = "?" if loaded is None or loaded.p95_ms is None else number_text(loaded.p95_ms, 0)
    return f"{before} → {after}"


def limits_table(options: ClassTestOptions, lang: str) -> Table:
    """Return every limit with its value, the catalogue's where somebody set another, and where it comes from."""
    words = texts(lang)
    bases, usual = limit_bases(), _values(ClassTestOptions(limits=class_limits()))
    rows = []
    for name, value in _values(options).items():
        text = _limit(name, value, words)
        if value != usual[name]:
            text = words["classtest.limits.edited"].format(value=text, default=_limit(name, usual[name], words))
        rows.append((words[f"classtest.limit.{name}"], text, words[f"classtest.source.{bases[name]}"]))
    heads = ("name", "value", "source")
    return Table(heads=tuple(words[f"classtest.limits.{head}"] for head in heads), rows=tuple(rows))


def _values(options: ClassTestOptions) -> dict[str, float]:
    return {name: float(value) for name, value in asdict(options.limits).items()}


def _limit(name: str, value: float, words: Mapping[str, str]) -> str:
    if name.endswith("_share"):
        return fine_share(value)
    if name.endswith("_ms"):
        return words["classtest.limits.unit.ms"].format(value=number_text(value, 1))
    if name.endswith("_s"):
        return words["classtest.limits.unit.s"].format(value=number_text(value, 2))
    return number_text(value, 0)


def summary_table(test: ClassTest, rooms: Sequence[RoomJudgement], reasons: Sequence[str], lang: str) -> Table:
    """Return the rooms of a test, one a row, with the first reason of each."""
    words = texts(lang)
    heads = ("room", "round", "verdict", "devices", "holds", "reason")
    rows = []
    for run, judged, reason in zip(test.rooms, rooms, reasons, strict=True):
        full = judged.full_step
        rows.append(
            (
                breakable(run.name or run.room_id),
                str(run.round_no),
                verdict_text(judged.verdict, lang),
                f"{0 if full is None else full.n_measured} / {run.n_expected}",
                _count(judged.n_holds),
                reason,
            )
        )
    return Table(
        heads=tuple(words[f"classtest.summary.{head}"] for head in heads),
        rows=tuple(rows),
        failing=tuple(judged.verdict != "pass" for judged in rooms),
    )


def retest_table(retest: Retest, lang: str) -> Table:
    """Return every room's verdict in the earlier test and in this one."""
    words = texts(lang)
    none = words["classtest.beside.none"]
    return Table(
        heads=tuple(words[f"classtest.retest.{head}"] for head in ("room", "before", "after")),
        rows=tuple(
            (
                breakable(room.name or room.room_id),
                none if room.before is None else verdict_text(room.before, lang),
                none if room.after is None else verdict_text(room.after, lang),
            )
            for room in retest.rooms
        ),
    )


def _most(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None or not math.isfinite(value) else typeset(number_text(value, digits))


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _share(value: float | None) -> str:
    return "" if value is None else fine_share(value)
