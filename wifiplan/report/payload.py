"""Summary, tables and figures of a plan as plain data for the template: all words are chosen here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from wifiplan.report.figures.glyphs import printable
from wifiplan.report.numbering import floor_name
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
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.study.records import Plan

ROW_MM = 7.0
"""Height of a row of a floor's short table when its reason takes two lines [mm]."""

MAX_NAMES = 8
"""Names of rooms in one group on page 1."""

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
    shown, n_missing = _grouped(summary, lang)
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
        "headline": typeset(summary.headline),
        "rests_on": words[f"rests_on.{plan.site.evidence}"],
        "tiles": _tiles(plan, summary, words),
        "missing": asdict(shown),
        "n_missing": n_missing,
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
            "note": _aps_note(plan, summary, words),
        },
        {
            "name": words["tile.uplink"],
            "value": words["tile.mbps"].format(n=number_text(summary.uplink_mbps, 0)),
            "share": None,
            "note": words["tile.uplink_note"].format(n=summary.n_rooms_at_once),
        },
    ]


def _aps_note(plan: Plan, summary: Summary, words: Mapping[str, str]) -> str:
    """Return what happens to what hangs there already; an inventory that nobody made is unknown, not empty."""
    if not plan.site.access_points_known and summary.n_new_aps == len(plan.access_points):
        return words["tile.aps_unknown"]
    return words["tile.aps_note"].format(
        kept=summary.n_of("kept") + summary.n_of("retuned"),
        retuned=summary.n_of("retuned"),
        replaced=summary.n_of("replaced"),
        removed=summary.n_of("removed"),
    )


def _share_tile(key: str, served: int, n: int, words: Mapping[str, str]) -> dict[str, object]:
    share = served / n if n else None
    note = words["tile.none_note"] if share is None else words["tile.rooms_note"].format(share=share_text(share))
    return {"name": words[key], "value": words["tile.of"].format(served=served, n=n), "share": share, "note": note}


def _grouped(summary: Summary, lang: str) -> tuple[Table, tuple[int, ...]]:
    """Return the failing rooms by reason and remedy, and how many rooms each row stands for."""
    words = texts(lang)
    groups: dict[tuple[str, str], list[Missing]] = {}
    for missing in summary.missing:
        groups.setdefault((missing.reason, missing.remedy), []).append(missing)
    rows = tuple((_names(rooms, words), typeset(reason), typeset(remedy)) for (reason, remedy), rooms in groups.items())
    heads = ("missing.room", "missing.reason", "missing.remedy")
    return Table(heads=tuple(words[h] for h in heads), rows=rows), tuple(len(rooms) for rooms in groups.values())


def _by_floor(plan: Plan, lang: str) -> Table:
    """Return page 1's table of floors, from the ground up."""
    words = texts(lang)
    heads = tuple(words[f"by_floor.{head}"] for head in ("floor", "rooms", "served", "new", "kept"))
    levels = sorted(floor.level for floor in plan.site.floors)
    return Table(heads=heads, rows=tuple(_floor_row(plan, level, lang) for level in levels))


def _floor_row(plan: Plan, level: int, lang: str) -> tuple[str, ...]:
    judged = [room for room in plan.rooms if room.floor == level and room.need is not None]
    actions = [p.action for p in plan.access_points if p.access_point.floor == level]
    return (
        floor_name(plan, level, lang),
        str(len(judged)),
        str(sum(room.verdict == "pass" for room in judged)),
        str(sum(action in ("new", "replaced") for action in actions)),
        str(sum(action in ("kept", "retuned") for action in actions)),
    )


def _names(rooms: list[Missing], words: Mapping[str, str]) -> str:
    names = words["doc.separator"].join(breakable(room.name) for room in rooms[:MAX_NAMES])
    return names if len(rooms) <= MAX_NAMES else words["doc.and_more"].format(names=names, n=len(rooms))


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
        n_aps=sum(p.access_point.floor == figure.level and p.action != "removed" for p in plan.access_points),
        required=len(judged),
        served=sum(room.verdict == "pass" for room in judged),
    )
    return {
        "name": words["head.floor"].format(floor=name),
        "alt": words["fig.alt"].format(floor=name),
        "caption": caption,
        "landscape": figure.landscape,
        "aps": asdict(aps) if aps.rows and len(aps.rows) * ROW_MM + 10.0 <= figure.left_mm else None,
    }


def _unserved(plan: Plan, summary: Summary, lang: str) -> Table:
    words = texts(lang)
    heads = ("room.floor", "missing.room", "missing.reason", "missing.remedy")
    rows = tuple(
        (floor_name(plan, m.floor, lang), breakable(m.name), typeset(m.reason), typeset(m.remedy))
        for m in summary.missing
    )
    return Table(heads=tuple(words[h] for h in heads), rows=rows)
