"""Counts and materials before and after, with their difference."""

from collections.abc import Iterator, Mapping, Sequence

from wifiplan.report.change_log.records import Section, Side, labels
from wifiplan.report.standing import mark_of
from wifiplan.report.tables import Table, typeset
from wifiplan.report.texts import number_text, texts
from wifiplan.study.compare.records import Changes, State
from wifiplan.study.records import BillLine, PlannedRoom

_MARKS = (
    ("new", ("new", "replaced")),
    ("kept", ("kept",)),
    ("retuned", ("retuned",)),
    ("moved", ("moved",)),
    ("removed", ("removed",)),
)


def counts_section(before: Side, after: Side, changes: Changes, lang: str) -> Section:
    """Return access points, rooms that pass and cost of either side."""
    words, (left, right) = texts(lang), labels(before, after, texts(lang))
    rows: list[tuple[str, ...]] = []
    if changes.hung:
        counts = [len(side.state.access_points) for side in (before, after)]
        rows.append(_count(words["change.count.hung"], counts[0], counts[1]))
    else:
        rows += [
            _count(words[f"change.count.{key}"], _n_marked(before.state, marks), _n_marked(after.state, marks))
            for key, marks in _MARKS
        ]
    if "rooms" in changes.compared:
        rows += [_passing(key, rank, before.state, after.state, words) for rank, key in enumerate(_RANKS)]
    if "bill" in changes.compared and (_cost(before.state) or _cost(after.state)):
        rows.append(_count(words["change.count.cost"], _cost(before.state), _cost(after.state)))
    return Section(
        key="counts",
        title=words["change.head.counts"],
        table=Table(heads=(words["change.item"], left, right, words["change.difference"]), rows=tuple(rows)),
    )


_RANKS = ("classrooms", "specialist")


def _n_marked(state: State, marks: tuple[str, ...]) -> int:
    return sum(mark_of(planned) in marks for planned in state.access_points)


def _count(name: str, old: int, new: int) -> tuple[str, ...]:
    return (name, number_text(old, 0), number_text(new, 0), signed(new - old))


def signed(number: float) -> str:
    """Return a difference with its sign, 0 without one.

    >>> signed(3), signed(-2.5), signed(0)
    ('+3', '−2.5', '0')
    """
    return "0" if number == 0 else typeset(f"{'+' if number > 0 else ''}{number_text(number, 1)}")


def passing(rooms: Sequence[PlannedRoom], rank: int) -> tuple[int, int]:
    """Return how many rooms of a rank pass, and how many should."""
    judged = [room for room in rooms if room.need is not None and room.need.priority == rank]
    return sum(room.verdict == "pass" for room in judged), len(judged)


def _passing(key: str, rank: int, before: State, after: State, words: Mapping[str, str]) -> tuple[str, ...]:
    (old, n_old), (new, n_new) = passing(before.rooms or (), rank), passing(after.rooms or (), rank)
    text = words["change.count.of"]
    return (
        words[f"change.count.{key}"],
        text.format(served=old, n=n_old),
        text.format(served=new, n=n_new),
        signed(new - old),
    )


def _cost(state: State) -> int:
    return sum(line.cost_ntd or 0 for line in state.bill or ())


def bill_section(before: Side, after: Side, changes: Changes, lang: str) -> Section:
    """Return the materials whose quantity or price differs."""
    words, (left, right) = texts(lang), labels(before, after, texts(lang))
    heads = (words["change.item"], left, right, words["change.difference"])
    rows = tuple(_bill_rows(changes, lang, words))
    return Section(key="bill", title=words["change.head.bill"], table=Table(heads=heads, rows=rows))


def _bill_rows(changes: Changes, lang: str, words: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for change in changes.bill:
        one = change.after or change.before
        if one is None or change.before == change.after:
            continue
        name = one.name_zh if lang == "zh-TW" else one.name_en
        old, new = change.before, change.after
        more = (new.quantity if new else 0.0) - (old.quantity if old else 0.0)
        yield (name, _line(old, words), _line(new, words), signed(round(more, 4)))


def _line(line: BillLine | None, words: Mapping[str, str]) -> str:
    if line is None:
        return ""
    unit = words.get(_UNITS.get(line.unit, ""), line.unit)
    price = "" if line.price_ntd is None else f" × NT$ {number_text(line.price_ntd, 0)}"
    return f"{number_text(line.quantity)} {unit}{price}"


_UNITS = {"臺": "unit.ap", "埠": "unit.port", "個": "unit.piece", "m": "unit.m", "W": "unit.w"}
