"""Summary, tables and figures of a plan as plain data for the template: all words are chosen here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from wifiplan.report.figures.glyphs import printable
from wifiplan.report.numbering import floor_name
from wifiplan.report.standing import Mark, in_use, mark_of, n_marked
from wifiplan.report.summary import Missing, Summary, summarise
from wifiplan.report.tables import (
    LONGEST_CABLE_M,
    Table,
    access_points_table,
    bill_table,
    breakable,
    floor_aps_table,
    models_used,
    n_too_long,
    rooms_table,
    typeset,
)
from wifiplan.report.texts import joined, number_text, share_text, texts
from wifiplan.study.records import Plan

MAX_NAMES = (40, 8)
"""Names of rooms in one group on page 1: where there is room, and where there is little."""

_GLOSSARY = ("ap", "device", "profile", "dbm", "snr", "airtime", "channel", "dfs", "eirp")

_WORDS = {
    "page": "doc.page",
    "more": "doc.more",
    "warning_title": "warn.archetype.title",
    "warning_text": "warn.archetype.text",
    "by_floor": "head.by_floor",
    "missing": "head.missing",
    "missing_none": "missing.none",
    "cost": "head.cost",
    "actors": "head.actors",
    "basis": "head.basis",
    "evidence": "head.evidence",
    "threshold": "head.threshold",
    "options": "head.options",
    "assumptions": "head.assumptions",
    "proof": "head.proof",
    "existing": "head.existing",
    "brand": "head.brand",
    "rooms": "head.rooms",
    "aps": "head.aps",
    "aps_none": "ap.none",
    "bill": "head.bill",
    "unserved": "head.unserved",
    "unserved_none": "unserved.none",
    "glossary": "head.glossary",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The drawing of one floor as SVG, whether its page lies on its side, and what it leaves of that page [mm]."""

    level: int
    landscape: bool
    left_mm: float
    svg: str


def payload(plan: Plan, figures: list[Figure], lang: str) -> object:
    """Return what the template prints, as data that JSON can carry and the fonts can print."""
    return _printable(_content(plan, figures, lang))


def _printable(data: object) -> object:
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, Mapping):
        return {key: _printable(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_printable(value) for value in data]
    return data


def _content(plan: Plan, figures: list[Figure], lang: str) -> dict[str, object]:
    words, summary = texts(lang), summarise(plan, lang)
    full, short = (_grouped(summary, n_names, lang) for n_names in MAX_NAMES)
    language, _, region = lang.partition("-")
    return {
        "lang": language,
        "region": region or None,
        "title": words["doc.title"],
        "school": summary.school,
        "subtitle": _subtitle(plan, words),
        "footer": words["doc.version"].format(version=plan.version),
        "words": _words(plan, words),
        "assumed_building": summary.assumed_building,
        "headline": [typeset(part) for part in _headline(summary)],
        "rests_on": [words[f"rests_on.{plan.site.evidence}"], *_meaning(plan, words)],
        "tiles": _tiles(plan, summary, words),
        "missing": [asdict(full), asdict(short)],
        "n_missing": [len(rooms) for rooms in _groups(summary)],
        "cost": summary.cost,
        "by_floor": asdict(_by_floor(plan, lang)),
        "actors": [asdict(actor) for actor in summary.actors],
        **_basis(summary, words),
        "floors": [_floor(plan, figure, lang) for figure in figures],
        "rooms": asdict(rooms_table(plan, lang)),
        "aps": asdict(access_points_table(plan, lang)),
        "models": models_used(plan, lang),
        "bill": asdict(bill_table(plan, lang)),
        "unserved": asdict(_unserved(plan, summary, lang)),
        "glossary": [
            {"term": words[f"glossary.{k}.term"], "text": typeset(words[f"glossary.{k}.text"])} for k in _GLOSSARY
        ],
    }


def _subtitle(plan: Plan, words: Mapping[str, str]) -> str:
    school = plan.site.school
    if school is None:
        return words["doc.unnamed_school"]
    remote = words["remote.yes" if school.remote else "remote.no"]
    return f"{words[f'stage.{school.stage}']} {school.code} · {remote}"


def _words(plan: Plan, words: Mapping[str, str]) -> dict[str, str]:
    n_others = sum(room.need is None for room in plan.rooms)
    found = {key: words[name] for key, name in _WORDS.items()}
    found["rooms_note"] = words["room.note"] + (words["room.others"].format(n=n_others) if n_others else "")
    n_long = n_too_long(plan)
    limit = number_text(LONGEST_CABLE_M, 0)
    long_note = words["ap.too_long"].format(n=n_long, limit=limit) if n_long else ""
    found["aps_note"] = words["ap.note"] + long_note
    return found


def _tiles(plan: Plan, summary: Summary, words: Mapping[str, str]) -> list[dict[str, object]]:
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


def _headline(summary: Summary) -> list[str]:
    """Return the verdict and what to buy, so that each starts a line."""
    verdict = summary.headline.removesuffix(summary.purchase).strip()
    return [verdict, summary.purchase]


def _meaning(plan: Plan, words: Mapping[str, str]) -> list[str]:
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


def _groups(summary: Summary) -> tuple[tuple[Missing, ...], ...]:
    """Return the failing rooms that share a cause, its limit and a remedy, worst first within each."""
    groups: dict[tuple[str, float | None, str], list[Missing]] = {}
    for missing in summary.missing:
        groups.setdefault((missing.cause.code, missing.cause.limit, missing.remedy), []).append(missing)
    return tuple(tuple(rooms) for rooms in groups.values())


def _grouped(summary: Summary, n_names: int, lang: str) -> Table:
    """Return page 1's table of failing rooms: one row a cause, with the worst figure of the group."""
    words = texts(lang)
    rows = tuple(
        (_names(rooms, n_names, words), typeset(_cause(rooms, words)), typeset(rooms[0].remedy))
        for rooms in _groups(summary)
    )
    heads = ("missing.room", "missing.reason", "missing.remedy")
    return Table(heads=tuple(words[h] for h in heads), rows=rows)


_MORE_IS_WORSE = frozenset({"airtime", "co_channel"})


def _cause(rooms: tuple[Missing, ...], words: Mapping[str, str]) -> str:
    """Return the reason of a group; where the figures differ, the worst of them."""
    if len({room.reason for room in rooms}) == 1:
        return rooms[0].reason
    sign = -1.0 if rooms[0].cause.code in _MORE_IS_WORSE else 1.0
    worst = min(rooms, key=lambda room: sign * (room.cause.value or 0.0))
    return words["missing.worst"].format(room=worst.name, reason=worst.reason)


def _by_floor(plan: Plan, lang: str) -> Table:
    """Return page 1's table of floors, from the ground up; a column for what is undecided where there is any."""
    words = texts(lang)
    marks: list[tuple[str, tuple[Mark, ...]]] = [("new", ("new", "replaced")), ("kept", ("kept", "retuned"))]
    if n_marked(plan, "undecided", "prohibited"):
        marks.append(("open", ("undecided", "prohibited")))
    heads = ("floor", "rooms", "served", *(head for head, _ in marks))
    levels = sorted(floor.level for floor in plan.site.floors)
    rows = []
    for level in levels:
        judged = [room for room in plan.rooms if room.floor == level and room.need is not None]
        found = [mark_of(p) for p in plan.access_points if p.access_point.floor == level]
        counts = [len(judged), sum(room.verdict == "pass" for room in judged)]
        counts += [sum(mark in group for mark in found) for _, group in marks]
        rows.append((floor_name(plan, level, lang), *map(str, counts)))
    return Table(heads=tuple(words[f"by_floor.{head}"] for head in heads), rows=tuple(rows))


def _names(rooms: tuple[Missing, ...], n_names: int, words: Mapping[str, str]) -> str:
    names = words["doc.separator"].join(breakable(room.name) for room in rooms[:n_names])
    return names if len(rooms) <= n_names else words["doc.and_more"].format(names=names, n=len(rooms))


def _basis(summary: Summary, words: Mapping[str, str]) -> dict[str, object]:
    basis = summary.basis
    evidence = Table(
        heads=(words["evidence.kind"], words["evidence.count"], words["evidence.meaning"]),
        rows=tuple((e.name, words["evidence.rooms"].format(n=e.n_rooms), e.meaning) for e in basis.evidence),
    )
    options = Table(
        heads=(words["option.name"], words["option.value"], words["option.why"]),
        rows=tuple((o.name, typeset(o.value), o.why) for o in basis.options),
    )
    return {
        "evidence": asdict(evidence),
        "options": asdict(options),
        "threshold": [typeset(line) for line in basis.threshold],
        "assumptions": [typeset(line) for line in basis.assumptions],
        "proof": [typeset(line) for line in basis.proof],
        "existing": basis.existing,
        "brand": basis.brand,
    }


def _floor(plan: Plan, figure: Figure, lang: str) -> dict[str, object]:
    words = texts(lang)
    name = floor_name(plan, figure.level, lang)
    judged = [room for room in plan.rooms if room.floor == figure.level and room.need is not None]
    aps = floor_aps_table(plan, figure.level, lang)
    caption = words["floor.caption"].format(
        n_aps=sum(p.access_point.floor == figure.level and in_use(p) for p in plan.access_points),
        required=len(judged),
        served=sum(room.verdict == "pass" for room in judged),
    )
    return {
        "name": words["head.floor"].format(floor=name),
        "alt": words["fig.alt"].format(floor=name),
        "caption": caption,
        "landscape": figure.landscape,
        "aps": asdict(aps) if aps.rows else None,
        "left_mm": figure.left_mm,
    }


def _unserved(plan: Plan, summary: Summary, lang: str) -> Table:
    words = texts(lang)
    heads = ("room.floor", "missing.room", "missing.reason", "missing.remedy")
    rows = tuple(
        (floor_name(plan, m.floor, lang), breakable(m.name), typeset(m.reason), typeset(m.remedy))
        for m in summary.missing
    )
    return Table(heads=tuple(words[h] for h in heads), rows=rows)
