"""What a plan bears, as lines that a principal understands and as a table of the worst cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wifiplan.report.reasons import figure_text
from wifiplan.report.tables import Table, breakable, typeset
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.study.reason_records import WEAK_CODES, Reason
from wifiplan.study.records import Plan
from wifiplan.study.robust_records import AtOnce, LostRoom, Outage, Sureness, WallSpread

MAX_NAMES, MAX_OUTAGES = 4, 8
"""Rooms named in a sentence, and failures in the table; the rest is counted."""

_FIGURES = {
    "no_signal": "signal",
    "low_second_signal": "signal",
    "low_snr": "snr",
    "weak_seats": "seats",
    "associations": "clients",
}
"""Whose figures are told in which words; all others are shares of airtime."""


def robustness_lines(plan: Plan, lang: str = "zh-TW") -> tuple[str, ...]:
    """Return a sentence or two for each question; none where the plan was not asked.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    lang : "zh-TW" or "en"
        Language of the sentences.
    """
    found = plan.robustness
    if found is None:
        return ()
    say = _words(plan, lang)
    if not any(room.verdict == "pass" for room in plan.rooms):
        return (texts(lang)["robust.none"],)
    return (
        say.at_once(found.at_once),
        say.outages(found.outages, found.n_classrooms),
        say.seats(found.seats),
        *say.walls(found.walls, found.n_classrooms),
    )


def robustness_table(plan: Plan, lang: str = "zh-TW") -> Table:
    """Return the cases in which rooms are lost: failures of access points, worst first, other walls, more classes."""
    words, say, found = texts(lang), _words(plan, lang), plan.robustness
    rows: list[tuple[str, ...]] = []
    if found is not None and any(room.verdict == "pass" for room in plan.rooms):
        bad = [outage for outage in found.outages if outage.lost]
        n = found.n_classrooms
        rows += [say.row(say.case(outage), outage.lost, outage.n_classrooms_held, n) for outage in bad[:MAX_OUTAGES]]
        rows += [say.row(say.case(walls), walls.lost, walls.n_classrooms_held, n) for walls in found.walls]
    heads = ("what", "rooms", "why", "held")
    return Table(heads=tuple(words[f"robust.{head}"] for head in heads), rows=tuple(rows))


def n_more_outages(plan: Plan) -> int:
    """Return how many failures that lose rooms the table leaves out."""
    outages = plan.robustness.outages if plan.robustness else ()
    return max(0, sum(bool(outage.lost) for outage in outages) - MAX_OUTAGES)


def _kinds(lost: Sequence[LostRoom]) -> list[tuple[str, list[LostRoom]]]:
    weak = [room for room in lost if room.reason.code in WEAK_CODES]
    busy = [room for room in lost if room.reason.code not in WEAK_CODES]
    return [(key, rooms) for key, rooms in (("weak", weak), ("busy", busy)) if rooms]


def _excess(room: LostRoom) -> float:
    """Return how many times its limit a room takes."""
    return (room.reason.value or 0.0) / room.reason.limit if room.reason.limit else 0.0


def _words(plan: Plan, lang: str) -> "_Words":
    words = texts(lang)
    sure_of = words[f"assume.sure_of.{plan.settings.demand.sure_of}"]
    return _Words(words=words, names={room.room_id: room.name for room in plan.rooms}, sure_of=sure_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of one language for one plan; `names` are those of its rooms by id."""

    words: Mapping[str, str]
    names: Mapping[str, str]
    sure_of: str

    def rooms(self, ids: Iterable[str]) -> str:
        called = [self.names.get(i, i) for i in ids]
        shown = self.words["doc.separator"].join(called[:MAX_NAMES])
        return shown if len(called) <= MAX_NAMES else self.words["doc.and_more"].format(names=shown, n=len(called))

    def at_once(self, found: AtOnce) -> str:
        words = self.words
        key = "all" if found.largest_n >= found.n_rooms else ("more" if found.holds else "fails")
        rooms = self.rooms(room.room_id for room in found.broken_by)
        text = words[f"robust.at_once.{key}"].format(
            n=found.n_rooms, k=found.n_at_once, most=found.largest_n, rooms=rooms
        )
        if found.ap_id is None:
            return text
        share, cap = share_text(found.channel_share), share_text(found.cap_share)
        return self.both(text, words["robust.tightest"].format(ap=found.ap_id, share=share, cap=cap))

    def outages(self, found: Sequence[Outage], n_classrooms: int) -> str:
        words = self.words
        worst = max(found, key=lambda outage: len(outage.lost), default=None)
        if worst is None or not worst.lost:
            return words["robust.outage.none"]
        text = words["robust.outage.worst"].format(
            n=len(worst.lost),
            ap=worst.ap_id,
            causes=self.causes(worst.lost),
            held=min(outage.n_classrooms_held for outage in found),
            total=n_classrooms,
        )
        n_weak = sum(room.reason.code in WEAK_CODES for room in worst.lost)
        if 0 < n_weak <= worst.n_lost_waiting < len(worst.lost):
            text = self.both(text, words["robust.outage.waiting"].format(n=n_weak, lost=worst.n_lost_waiting))
        free = sum(not outage.lost for outage in found)
        return self.both(text, words["robust.outage.harmless"].format(n=len(found), free=free)) if free else text

    def both(self, first: str, second: str) -> str:
        """Return two sentences in one line."""
        return self.words["robust.both"].format(first=first, second=second)

    def causes(self, lost: Sequence[LostRoom]) -> str:
        """Return how many rooms hear too little, and how many find a channel or a radio full."""
        parts = [self.words[f"robust.outage.{key}"].format(n=len(rooms)) for key, rooms in _kinds(lost)]
        return self.words["doc.separator"].join(parts)

    def how_much(self, lost: Sequence[LostRoom]) -> str:
        """Return the causes, each with the figure of the room that it hits hardest."""
        parts = []
        for key, rooms in _kinds(lost):
            text = self.words[f"robust.outage.{key}"].format(n=len(rooms))
            worst = rooms[0].reason if key == "weak" else max(rooms, key=_excess).reason
            parts.append(text + self.figure(worst))
        return "\n".join(parts)

    def figure(self, reason: Reason) -> str:
        """Return what a room gets and what it needs, in brackets; empty where it hears nothing at all."""
        if reason.value is None or reason.limit is None:
            return ""
        value, limit = figure_text(reason, reason.value), figure_text(reason, reason.limit)
        return self.words[f"robust.figure.{_FIGURES.get(reason.code, 'airtime')}"].format(value=value, limit=limit)

    def seats(self, found: Sureness) -> str:
        worst = self.names.get(found.worst_room or "", "")
        key = "all" if found.worst_share >= 1.0 else "some"
        return self.words[f"robust.seats.{key}"].format(
            share=share_text(found.seats_share),
            probability=share_text(found.probability),
            sure_of=self.sure_of,
            room=worst,
            worst=share_text(found.worst_share),
        )

    def walls(self, found: Sequence[WallSpread], n_classrooms: int) -> list[str]:
        lines = []
        for walls in found:
            key = f"robust.walls.{'worse' if walls.shift_db > 0 else 'better'}{'' if walls.lost else '.none'}"
            text = self.words[key].format(
                db=number_text(abs(walls.shift_db)),
                n=len(walls.lost),
                rooms=self.rooms(room.room_id for room in walls.lost),
                held=walls.n_classrooms_held,
                total=n_classrooms,
            )
            if walls.gained:
                text = self.both(text, self.words["robust.walls.gained"].format(n=len(walls.gained)))
            lines.append(text)
        return lines

    def case(self, found: Outage | WallSpread) -> str:
        if isinstance(found, Outage):
            return self.words["robust.case.outage"].format(ap=found.ap_id)
        sign = "plus" if found.shift_db > 0 else "minus"
        return self.words[f"robust.case.walls.{sign}"].format(db=number_text(abs(found.shift_db)))

    def row(self, case: str, lost: Sequence[LostRoom], held: int, total: int) -> tuple[str, ...]:
        nothing = self.words["robust.case.nothing"]
        return (
            breakable(case),
            breakable(self.rooms(room.room_id for room in lost)) if lost else nothing,
            typeset(self.how_much(lost)),
            self.words["robust.of"].format(held=held, total=total),
        )
