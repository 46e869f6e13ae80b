"""Page 1 as plain data: the verdict, the tiles, what is missing and why, and the floors."""

from collections.abc import Mapping

from wifiplan.report.numbering import floor_name
from wifiplan.report.standing import Mark, mark_of, n_marked
from wifiplan.report.summary import Missing, Summary
from wifiplan.report.tables import Table, breakable, typeset
from wifiplan.report.texts import joined, number_text, share_text, texts
from wifiplan.study.records import Plan

MAX_NAMES = (40, 8)
"""Names of rooms in one group on page 1: where there is room, and where there is little."""


_MORE_IS_WORSE = frozenset({"airtime", "co_channel"})


def tiles(plan: Plan, summary: Summary, words: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the four figures of page 1 with their notes."""
    return [
        _share_tile("tile.classrooms", summary.n_classrooms_served, summary.n_classrooms, words),
        _share_tile("tile.specialist", summary.n_specialist_served, summary.n_specialist, words),
        {
            "name": words["tile.aps"],
            "value": words["unit.aps"].format(n=summary.n_new_aps),
            "share": None,
            "note": _aps_note(plan, words),
        },
        {
            "name": words["tile.uplink"],
            "value": words["tile.mbps"].format(n=number_text(summary.uplink_mbps, 0)),
            "share": None,
            "note": words["tile.uplink_note"].format(n=summary.n_rooms_at_once),
        },
    ]


def headline(summary: Summary) -> list[str]:
    """Return the verdict and what to buy, so that each starts a line."""
    verdict = summary.headline.removesuffix(summary.purchase).strip()
    return [verdict, summary.purchase]


def meaning(plan: Plan, words: Mapping[str, str]) -> list[str]:
    """Return what passing means in a sentence that a principal can repeat."""
    needs = [room.need for room in plan.rooms if room.need]
    if not needs:
        return []
    devices = _span([float(need.n_devices) for need in needs], words)
    rates = _span([need.mbps_per_device for need in needs], words)
    return [words["rests_on.meaning"].format(devices=devices, mbps=rates)]


def _span(values: list[float], words: Mapping[str, str]) -> str:
    low, high = number_text(min(values), 2), number_text(max(values), 2)
    return low if low == high else words["doc.span"].format(low=low, high=high)


def _aps_note(plan: Plan, words: Mapping[str, str]) -> str:
    """Return what happens to what hangs there already; an inventory that nobody made is unknown, not empty."""
    n_kept, n_retuned = n_marked(plan, "kept", "retuned"), n_marked(plan, "retuned")
    counts = {
        "replaced": n_marked(plan, "replaced"),
        "kept": 0 if n_retuned else n_kept,
        "retuned": n_retuned,
        "moved": n_marked(plan, "moved"),
        "undecided": n_marked(plan, "undecided"),
        "prohibited": n_marked(plan, "prohibited"),
    }
    parts = [words[f"tile.aps.{key}"].format(n=n, kept=n_kept) for key, n in counts.items() if n]
    if not plan.site.access_points_known:
        parts.append(words["tile.aps_rest" if plan.site.access_points else "tile.aps_unknown"])
    return joined(parts, words) or words["tile.aps_none"]


def _share_tile(key: str, served: int, n: int, words: Mapping[str, str]) -> dict[str, object]:
    share = served / n if n else None
    note = words["tile.none_note"] if share is None else words["tile.rooms_note"].format(share=share_text(share))
    return {"name": words[key], "value": words["tile.of"].format(served=served, n=n), "share": share, "note": note}


def groups(summary: Summary) -> tuple[tuple[Missing, ...], ...]:
    """Return the failing rooms that share a cause, its limit and a remedy, worst first within each."""
    groups: dict[tuple[str, float | None, str], list[Missing]] = {}
    for missing in summary.missing:
        groups.setdefault((missing.cause.code, missing.cause.limit, missing.remedy), []).append(missing)
    return tuple(tuple(rooms) for rooms in groups.values())


def grouped(summary: Summary, n_names: int, lang: str) -> Table:
    """Return page 1's table of failing rooms: one row a cause, with the worst figure of the group."""
    words = texts(lang)
    rows = tuple(
        (_names(rooms, n_names, words), typeset(_cause(rooms, words)), typeset(rooms[0].remedy))
        for rooms in groups(summary)
    )
    heads = ("missing.room", "missing.reason", "missing.remedy")
    return Table(heads=tuple(words[h] for h in heads), rows=rows)


def _cause(rooms: tuple[Missing, ...], words: Mapping[str, str]) -> str:
    """Return the reason of a group; where the figures differ, the worst of them."""
    if len({room.reason for room in rooms}) == 1:
        return rooms[0].reason
    sign = -1.0 if rooms[0].cause.code in _MORE_IS_WORSE else 1.0
    worst = min(rooms, key=lambda room: sign * (room.cause.value or 0.0))
    return words["missing.worst"].format(room=worst.name, reason=worst.reason)


def by_floor(plan: Plan, lang: str) -> Table:
    """Return page 1's table of floors, from the ground up; a column for what is undecided where there is any.

    What was never counted is unknown, not zero.
    """
    words = texts(lang)
    marks: list[tuple[str, tuple[Mark, ...]]] = [("new", ("new", "replaced")), ("kept", ("kept", "retuned", "moved"))]
    if n_marked(plan, "undecided", "prohibited"):
        marks.append(("open", ("undecided", "prohibited")))
    heads = ("floor", "rooms", "served", *(head for head, _ in marks))
    levels = sorted(floor.level for floor in plan.site.floors)
    unknown = not plan.site.access_points_known and not plan.site.access_points
    rows: list[list[str]] = []
    for level in levels:
        judged = [room for room in plan.rooms if room.floor == level and room.need is not None]
        found = [mark_of(p) for p in plan.access_points if p.access_point.floor == level]
        counts = [len(judged), sum(room.verdict == "pass" for room in judged)]
        counts += [sum(mark in group for mark in found) for _, group in marks]
        rows.append([floor_name(plan, level, lang), *map(str, counts)])
        if unknown:
            rows[-1][4] = words["doc.unknown"]
    return Table(heads=tuple(words[f"by_floor.{head}"] for head in heads), rows=tuple(map(tuple, rows)))


def _names(rooms: tuple[Missing, ...], n_names: int, words: Mapping[str, str]) -> str:
    names = words["doc.separator"].join(breakable(room.name) for room in rooms[:n_names])
    return names if len(rooms) <= n_names else words["doc.and_more"].format(names=names, n=len(rooms))
