"""The legend of a printed plan: which entries it needs, and the classes of signal that it explains."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from wifiplan.report.standing import MARKS, mark_of
from wifiplan.report.texts import number_text
from wifiplan.site.building import Floor, WallKind
from wifiplan.study.records import Plan

CONTOURS_DBM = (-75.0, -67.0, -60.0, -55.0, -50.0, -45.0)
"""Contour lines of the strongest signal, weakest first [dBm]: the classes that planners' reports use, and two more
above, as a classroom with its own access point has nothing below -60 to show."""

CLASS_COLOURS = ("#41709b", "#5f8cb5", "#82a9cc", "#a4c4df", "#c4dbed", "#e2eef7", "#ffffff")
"""One colour a class, weakest first: each lighter than the one before, so that they keep their order in grey."""

Swatch: TypeAlias = Literal["class", "need", "weak", "fail", "ap", "wall", "cabinet", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the legend; `detail` is the colour, the mark or the kind of wall that its swatch shows."""

    swatch: Swatch
    detail: str
    label: str


def entries(plan: Plan, floor: Floor, words: Mapping[str, str], *, has_heat: bool) -> tuple[Entry, ...]:
    """Return the entries that a floor's plan needs: only what can be seen on it."""
    found = _signal(plan, floor, words) if has_heat else [_entry("text", "", words["fig.no_heat"])]
    if any(r.verdict == "fail" and r.floor == floor.level for r in plan.rooms):
        found.append(_entry("fail", "", words["fig.fail"]))
    found.append(_entry("text", "", f"{words['fig.count']} = {words['fig.count_note']}"))
    here = {mark_of(p) for p in plan.access_points if p.access_point.floor == floor.level}
    found += [_entry("ap", mark, words[f"fig.{mark}"]) for mark in MARKS if mark in here]
    kinds: tuple[WallKind, ...] = ("wall", "window", "door", "parapet")
    drawn = {wall.kind for wall in floor.walls}
    found += [_entry("wall", kind, words[f"fig.{kind}"]) for kind in kinds if kind in drawn]
    if floor.cabinets:
        found.append(_entry("cabinet", "", words["fig.cabinet"]))
    return tuple(found)


def needed_dbm(plan: Plan, level: int) -> tuple[float, ...]:
    """Return the distinct signals that the rooms of a floor need, weakest first [dBm]."""
    return tuple(sorted({r.need.min_received_dbm for r in plan.rooms if r.need and r.floor == level}))


def _signal(plan: Plan, floor: Floor, words: Mapping[str, str]) -> list[Entry]:
    names = [f"{limit:.0f}" for limit in CONTOURS_DBM]
    labels = [words["fig.below"].format(low=names[0])]
    labels += [words["fig.between"].format(low=low, high=high) for low, high in pairwise(names)]
    labels.append(words["fig.above"].format(high=names[-1]))
    found = [_entry("text", "", words["fig.signal"].format(band=plan.band))]
    found += [_entry("class", colour, label) for colour, label in zip(CLASS_COLOURS[::-1], labels[::-1], strict=True)]
    needed = needed_dbm(plan, floor.level)
    if needed:
        limits = " / ".join(number_text(limit) for limit in needed)
        found.append(_entry("need", "", words["fig.need"].format(dbm=limits)))
        found.append(_entry("weak", "", words["fig.weak"]))
    return found


def _entry(swatch: Swatch, detail: str, label: str) -> Entry:
    return Entry(swatch=swatch, detail=detail, label=label.replace("-", "−"))
