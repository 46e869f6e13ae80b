"""Parts of a class test's sheet in sentences: the plan, joining, neighbours, the earlier test, how it was tested."""

from statistics import median

from wifiplan.catalog.class_test import stream_preset
from wifiplan.files.class_test_values import local_time
from wifiplan.probe.records import ClassTest, RoomRun
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.study.class_tests import Beside, stream_rate_mbps
from wifiplan.study.retests import Retest


def agreement_text(beside: Beside, plan_mark: str | None, lang: str) -> str:
    """Return whether plan and measurement agree, or why they can't be compared."""
    words = texts(lang)
    why = words["classtest.join.sentences"].join(
        words[f"classtest.hindrance.{hindrance}"].format(mark=plan_mark or "?") for hindrance in beside.hindrances
    )
    return words[f"classtest.agreement.{beside.agreement}"].format(why=why) + words["classtest.stop"]


def join_text(run: RoomRun, lang: str) -> list[str]:
    """Return how fast the class came on line."""
    words = texts(lang)
    if not run.joins:
        return [words["classtest.join.none"]]
    ready = sorted(join.ready_s for join in run.joins)
    page = sorted(join.page_s for join in run.joins)
    first = words["classtest.join.text"].format(
        first=number_text(ready[0], 0),
        median=number_text(median(ready), 0),
        last=number_text(ready[-1], 0),
        n=len({join.seat for join in run.joins}),
        n_of=run.n_expected,
    )
    no_cart = "" if run.cart_opened_utc is not None else words["classtest.join.no_cart"]
    second = words["classtest.join.page"].format(median=number_text(median(page), 0), last=number_text(page[-1], 0))
    return [first + no_cart, second]


def neighbours_text(beside: Beside, lang: str) -> list[str]:
    """Return which rooms share this one's air, and which of them were loaded at the same time."""
    words = texts(lang)
    if beside.predicted is None:
        return [words["classtest.neighbours.unknown"].format(n=beside.n_other_rooms)]
    if not beside.neighbours:
        return [words["classtest.neighbours.none"]]
    names = []
    for near in beside.neighbours:
        dbm = "?" if near.heard_dbm is None else number_text(near.heard_dbm, 0)
        why = words[f"classtest.neighbours.{near.sharing}"].format(dbm=dbm)
        state = "loaded" if near.room_id in beside.loaded else "idle"
        names.append(words[f"classtest.neighbours.{state}"].format(name=near.name or near.room_id, why=why))
    n_loaded = len(beside.loaded)
    text = words["classtest.neighbours.text"].format(
        n=len(names), loaded=n_loaded, names=words["classtest.join.sentences"].join(names)
    )
    return [text] if n_loaded == len(names) else [text, words["classtest.neighbours.alone"]]


def retest_text(retest: Retest | None, lang: str) -> list[str]:
    """Return which test this one repeats, and what was done otherwise."""
    if retest is None:
        return []
    words = texts(lang)
    started = local_time(retest.earlier_utc)
    when = words["classtest.when"].format(date=f"{started:%Y-%m-%d}", time=f"{started:%H:%M}")
    found = [words["classtest.retest.text"].format(id=retest.earlier_id, when=when)]
    if not retest.linked:
        found.append(words["classtest.retest.unlinked"])
    if not retest.differences:
        return [*found, words["classtest.retest.same"]]
    told = []
    for change in retest.differences:
        what = words.get(f"classtest.option.{change.what}") or words.get(f"classtest.limit.{change.what}", change.what)
        told.append(words["classtest.retest.change"].format(what=what, before=change.before, after=change.after))
    what = words["classtest.join.sentences"].join(told)
    return [*found, words["classtest.retest.changed"].format(what=what) + words["classtest.stop"]]


def options_text(test: ClassTest, lang: str) -> str:
    """Return how it was tested."""
    words, options = texts(lang), test.options
    preset = stream_preset(options.stream)
    return words["classtest.options.text"].format(
        stream=preset.name_zh if lang == "zh-TW" else preset.name,
        rate=number_text(stream_rate_mbps(options), 2),
        ramp=words["classtest.seats.comma"].join(share_text(share) for share in options.ramp),
        step=number_text(options.step_s, 0),
        full=number_text(options.full_s, 0),
        settle=number_text(options.settle_s, 1),
    )


def sender_text(test: ClassTest, lang: str) -> str:
    """Return how punctual the sender itself was."""
    words = texts(lang)
    receipts = [receipt for run in test.rooms for step in run.steps for receipt in step.receipts]
    errors = [r.generator_error_p99_ms for r in receipts if r.generator_error_p99_ms is not None]
    if not errors:
        return words["classtest.sender.none"]
    return words["classtest.sender.text"].format(
        error=number_text(max(errors), 2),
        limit=number_text(test.options.limits.max_generator_error_p99_ms, 1),
        drops=sum(receipt.n_send_drops for receipt in receipts),
    )
