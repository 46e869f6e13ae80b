"""What a class test is about to do, for the technician: rooms, minutes, and what it can't prove."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wifiplan.cli.probe_class_rooms import School
from wifiplan.probe.classroom.controller import TestOrder
from wifiplan.probe.classroom.pages import texts
from wifiplan.probe.classroom.rooms import Round, longest_s, step_lengths
from wifiplan.probe.foreseen import unprovable
from wifiplan.probe.options import ClassTestOptions
from wifiplan.probe.records import ClassTest
from wifiplan.probe.verdict import judge_test
from wifiplan.scheme.options import Lang

LESSON_S = 600.0
"""A room must be done within this, joining included [s]: the rest of the lesson is the teacher's."""

LESS = 0.99
"""Below this share of what the plan promises, a test asks less than the plan."""


def programme(rounds: Sequence[Round], options: ClassTestOptions, lang: Lang) -> list[str]:
    """Return the rounds with their rooms, and how long one takes at most, a line each.

    Parameters
    ----------
    rounds : sequence of Round
        What is tested.
    options : ClassTestOptions
        How.
    lang : "zh-TW" or "en"
        Language of the lines.
    """
    words = texts(lang)["terminal"]
    lines = []
    for number, rooms in enumerate(rounds, start=1):
        named = words["comma"].join(
            words["room_ask"].format(
                name=room.name, id="" if room.name == room.room_id else f" {room.room_id}", n=room.n_expected
            )
            for room in rooms
        )
        lines.append(words["round"].format(n=number, rooms=named, all=sum(room.n_expected for room in rooms)))
    lines.append(
        words["minutes"].format(
            minutes=_minutes(longest_s(options)),
            join=_minutes(options.join_s),
            idle=f"{options.idle_s:g}",
            load=f"{sum(step_lengths(options)):g}",
        )
    )
    if len(rounds) > 1:
        lines.append(words["minutes_all"].format(n=len(rounds), minutes=_minutes(len(rounds) * longest_s(options))))
    return lines


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f}".removesuffix(".0")


def warnings(
    rounds: Sequence[Round], options: ClassTestOptions, rate_mbps: float, school: School, lang: Lang
) -> list[str]:
    """Return what is to be known before a class is fetched: too long for a lesson, sure to prove nothing, too little.

    Parameters
    ----------
    rounds : sequence of Round
        What is tested.
    options : ClassTestOptions
        How.
    rate_mbps : float
        Payload of every device [Mbit/s].
    school : School
        What the plan asks of its rooms.
    lang : "zh-TW" or "en"
        Language of the lines.
    """
    words = texts(lang)["terminal"]
    return [
        *_too_long(options, words),
        *_open(options, rate_mbps, words, lang),
        *_less(rounds, rate_mbps, school, words),
        *([words["no_code"]] if school.code is None else []),
    ]


def about_earlier(order: TestOrder, earlier: ClassTest, lang: Lang) -> list[str]:
    """Return which test is repeated, how it ended, and what can't be compared with it.

    Parameters
    ----------
    order : TestOrder
        The test to come.
    earlier : ClassTest
        The one that it repeats.
    lang : "zh-TW" or "en"
        Language of the lines.
    """
    words, verdicts = texts(lang)["terminal"], texts(lang)["verdict"]
    lines = [words["retest"].format(id=earlier.id, verdict=verdicts[judge_test(earlier).verdict])]
    known = (earlier.stage, earlier.code), (order.stage, order.code)
    other = known[0] != known[1] if None not in (earlier.code, order.code) else earlier.school != order.school
    if other:
        lines.append(words["retest_other"].format(id=earlier.id, school=earlier.school))
    before = {run.room_id for run in earlier.rooms}
    new = [room.name for rooms in order.rounds for room in rooms if room.room_id not in before]
    if new:
        lines.append(words["retest_rooms"].format(id=earlier.id, rooms=words["comma"].join(dict.fromkeys(new))))
    return lines


def _too_long(options: ClassTestOptions, words: Mapping[str, Any]) -> Iterator[str]:
    if longest_s(options) > LESSON_S:
        yield words["long"].format(minutes=_minutes(longest_s(options)))


def _open(options: ClassTestOptions, rate_mbps: float, words: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    from wifiplan.report.class_words import finding_text  # noqa: PLC0415 (brings the plan's records along)

    always = unprovable(options, rate_mbps, {"tablet"})
    for finding in always:
        yield words["unprovable"].format(why=finding_text(finding, lang))
    for finding in unprovable(options, rate_mbps, {"agent"}):
        if finding not in always:
            yield words["unprovable_laptops"].format(why=finding_text(finding, lang))


def _less(rounds: Sequence[Round], rate_mbps: float, school: School, words: Mapping[str, Any]) -> Iterator[str]:
    plan = school.plan
    needs = {} if plan is None else {room.room_id: room.need for room in plan.rooms if room.need is not None}
    for room in (room for rooms in rounds for room in rooms):
        need = needs.get(room.room_id)
        if need is None:
            if plan is not None:
                yield words["not_asked"].format(room=room.name)
            continue
        if room.n_expected < LESS * need.n_devices or rate_mbps < LESS * need.mbps_per_device:
            yield words["less"].format(
                room=room.name,
                n=room.n_expected,
                rate=f"{rate_mbps:g}",
                planned_n=need.n_devices,
                planned_rate=f"{need.mbps_per_device:g}",
            )
