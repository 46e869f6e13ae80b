"""A county's two runs compared: a row a school, and the sections of all schools joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.report.change_log.counts import passing, signed
from wifiplan.report.change_log.points import points_summary
from wifiplan.report.change_log.records import ChangeLog, Section, Side
from wifiplan.report.tables import Table
from wifiplan.report.texts import texts
from wifiplan.study.compare.records import Changes

SchoolStatus: TypeAlias = Literal["same", "changed", "added", "removed"]

_HEADS = ("stage", "code", "name", "status", "new_before", "new_after", "new_more", "good_before", "good_after")
_JOINED = ("why", "points", "rooms", "bill")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolChanges:
    """One school of two runs; a side is None where that run has no plan of it, and then there are no changes."""

    stage: str
    code: str
    before: Side | None
    after: Side | None
    changes: Changes | None
    log: ChangeLog | None

    @property
    def name(self) -> str:
        """Name of the school."""
        one = self.after or self.before
        return "" if one is None else one.state.site.name

    @property
    def status(self) -> SchoolStatus:
        """What became of the school."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if self.changes else "same"


def county_log(schools: Sequence[SchoolChanges], lang: str = "zh-TW") -> ChangeLog:
    """Return the change log of a county: how many schools changed, a row a school, then all their sections."""
    words = texts(lang)
    changed = [school for school in schools if school.status != "same"]
    headline = words["change.county.headline"].format(
        n=len(schools),
        changed=sum(s.status == "changed" for s in schools),
        added=sum(s.status == "added" for s in schools),
        removed=sum(s.status == "removed" for s in schools),
    )
    totals = words["change.county.totals"].format(
        aps=_arrow([_n_new(s.before) for s in schools], [_n_new(s.after) for s in schools], lang),
        rooms=_arrow([_good(s.before)[0] for s in schools], [_good(s.after)[0] for s in schools], lang),
    )
    if not changed:
        return ChangeLog(title=words["change.title"], versions="", headline=(words["change.county.none"],))
    heads = tuple(words[f"change.school.{head}"] for head in (*_HEADS, "what"))
    table = Table(heads=heads, rows=tuple(_row(school, lang) for school in changed))
    sections = [Section(key="schools", title=words["change.head.schools"], table=table)]
    sections += [found for key in _JOINED if (found := _joined(key, changed, lang)) is not None]
    return ChangeLog(title=words["change.title"], versions="", headline=(headline, totals), sections=tuple(sections))


def _arrow(before: Sequence[int], after: Sequence[int], lang: str) -> str:
    old, new = sum(before), sum(after)
    return texts(lang)["change.arrow"].format(before=f"{old:,}", after=f"{new:,}") + f" ({signed(new - old)})"


def _row(school: SchoolChanges, lang: str) -> tuple[str, ...]:
    words = texts(lang)
    old, new = _n_new(school.before), _n_new(school.after)
    what = ""
    if school.before is not None and school.changes:
        what = points_summary(school.before, school.changes, lang)
    return (
        words.get(f"stage.{school.stage}", school.stage),
        school.code,
        school.name,
        words[f"change.school.{school.status}"],
        "" if school.before is None else str(old),
        "" if school.after is None else str(new),
        signed(new - old),
        *("" if side is None else _of(side, lang) for side in (school.before, school.after)),
        what,
    )


def _of(side: Side, lang: str) -> str:
    good, n = _good(side)
    return texts(lang)["change.count.of"].format(served=good, n=n)


def _n_new(side: Side | None) -> int:
    return 0 if side is None else sum(p.action in ("new", "replaced") for p in side.state.access_points)


def _good(side: Side | None) -> tuple[int, int]:
    return (0, 0) if side is None else passing(side.state.rooms or (), 0)


def _joined(key: str, schools: Sequence[SchoolChanges], lang: str) -> Section | None:
    """Return the sections of one kind of all schools as one table, with the school in front."""
    found = [(s, part) for s in schools if s.log is not None for part in s.log.sections if part.key == key]
    if not any(part.table.rows for _, part in found):
        return None
    first = found[0][1]
    return Section(
        key=key,
        title=first.title,
        table=Table(
            heads=(texts(lang)["change.school.school"], *first.table.heads),
            rows=tuple((f"{s.code} {s.name}", *row) for s, part in found for row in part.table.rows),
        ),
    )
