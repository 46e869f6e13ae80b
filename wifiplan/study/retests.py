"""A retest beside the test that it repeats: what became of every room, and what was done otherwise."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from wifiplan.probe.findings import VERDICTS, Verdict
from wifiplan.probe.records import ClassTest
from wifiplan.probe.verdict import judge_test


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRetest:
    """One room in both tests; None where it was not part of one."""

    room_id: str
    name: str
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that was done otherwise: an option or limit by its name, the plan's mark, the expected devices."""

    what: str
    before: str
    after: str
    room_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retest:
    """A retest beside the earlier test; `linked` says whether the retest names it as the one that it repeats."""

    earlier_id: str
    earlier_utc: str
    linked: bool
    rooms: tuple[RoomRetest, ...]
    differences: tuple[Difference, ...]


def compare_tests(test: ClassTest, earlier: ClassTest) -> Retest:
    """Return what became of every room since an earlier test, and what was done otherwise.

    A room that ran in several rounds of a test counts with its worst verdict.
    """
    before, after = _verdicts(earlier), _verdicts(test)
    names = {run.room_id: run.name for run in (*earlier.rooms, *test.rooms)}
    return Retest(
        earlier_id=earlier.id,
        earlier_utc=earlier.started_utc,
        linked=test.retest_of == earlier.id,
        rooms=tuple(
            RoomRetest(room_id=room_id, name=name, before=before.get(room_id), after=after.get(room_id))
            for room_id, name in names.items()
        ),
        differences=tuple(_differences(earlier, test)),
    )


def _verdicts(test: ClassTest) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for room in judge_test(test).rooms:
        found[room.room_id] = min(found.get(room.room_id, "pass"), room.verdict, key=VERDICTS.index)
    return found


def _differences(earlier: ClassTest, test: ClassTest) -> Iterator[Difference]:
    marks = (("plan_mark", earlier.plan_mark, test.plan_mark), ("version", earlier.version, test.version))
    for what, mark_before, mark_after in marks:
        if mark_before != mark_after:
            yield Difference(what=what, before=mark_before or "-", after=mark_after or "-")
    old, new = dataclasses.asdict(earlier.options), dataclasses.asdict(test.options)
    limits = old.pop("limits"), new.pop("limits")
    for values_before, values_after in ((old, new), limits):
        for name, value in values_before.items():
            if value != values_after[name]:
                yield Difference(what=name, before=_text(value), after=_text(values_after[name]))
    expected = {run.room_id: run.n_expected for run in earlier.rooms}
    for run in test.rooms:
        n_before = expected.get(run.room_id)
        if n_before is not None and n_before != run.n_expected:
            yield Difference(what="n_expected", before=str(n_before), after=str(run.n_expected), room_id=run.room_id)


def _text(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(_text, value))
    return f"{value:g}" if isinstance(value, float) else "-" if value is None else str(value)
