"""Summary, tables and figures of a plan as plain data for the template: all words are chosen here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from wifiplan.report.bands import bands_lines
from wifiplan.report.bill import bill_table
from wifiplan.report.change_log import ChangeLog
from wifiplan.report.curve import curve_section
from wifiplan.report.figures.glyphs import printable
from wifiplan.report.front import MAX_NAMES, by_floor, grouped, groups, headline, meaning, tiles
from wifiplan.report.numbering import floor_name
from wifiplan.report.purchase import purchase_page
from wifiplan.report.robustness import n_more_outages, robustness_table
from wifiplan.report.standing import in_use
from wifiplan.report.summary import Summary, summarise
from wifiplan.report.tables import (
    LONGEST_CABLE_M,
    Table,
    access_points_table,
    breakable,
    floor_aps_table,
    models_used,
    n_too_long,
    rooms_table,
    typeset,
)
from wifiplan.report.texts import number_text, texts
from wifiplan.study.outcomes import Curve
from wifiplan.study.records import Plan
from wifiplan.study.telling import plan_evidence

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
    "robust": "head.robust",
    "robust_note": "robust.note",
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


def payload(
    plan: Plan, figures: list[Figure], lang: str, changes: ChangeLog | None = None, curve: Curve | None = None
) -> object:
    """Return what the template prints, as data that JSON can carry and the fonts can print."""
    log = None if changes is None else _changes(changes)
    adds = None if curve is None else asdict(curve_section(curve, plan, lang))
    return printable_data(_content(plan, figures, lang) | {"changes": log, "curve": adds})


def printable_data(data: object) -> object:
    """Return data with every text in it as the fonts can print it."""
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, Mapping):
        return {key: printable_data(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [printable_data(value) for value in data]
    return data


def _content(plan: Plan, figures: list[Figure], lang: str) -> dict[str, object]:
    words, summary = texts(lang), summarise(plan, lang)
    full, short = (grouped(summary, n_names, lang) for n_names in MAX_NAMES)
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
        "headline": [typeset(part) for part in headline(summary)],
        "rests_on": _rests_on(plan, words),
        "tiles": tiles(plan, summary, words),
        "missing": [asdict(full), asdict(short)],
        "n_missing": [len(rooms) for rooms in groups(summary)],
        "cost": summary.cost,
        "purchase": None if (bought := purchase_page(plan, lang)) is None else asdict(bought),
        "by_floor": asdict(by_floor(plan, lang)),
        "actors": [asdict(actor) for actor in summary.actors],
        **_basis(summary, words),
        "floors": [_floor(plan, figure, lang) for figure in figures],
        "rooms": asdict(rooms_table(plan, lang)),
        "aps": asdict(access_points_table(plan, lang)),
        "models": models_used(plan, lang),
        "bands": [typeset(line) for line in bands_lines(plan, lang)],
        "bill": asdict(bill_table(plan, lang)),
        "robust": _robust(plan, summary, lang),
        "unserved": asdict(_unserved(plan, summary, lang)),
        "glossary": [
            {"term": words[f"glossary.{k}.term"], "text": typeset(words[f"glossary.{k}.text"])} for k in _GLOSSARY
        ],
    }


def _changes(log: ChangeLog) -> dict[str, object]:
    sections = [asdict(section) | {"table": asdict(_wrapped(section.table))} for section in log.sections]
    return asdict(log) | {"sections": sections}


def _wrapped(table: Table) -> Table:
    return replace(table, rows=tuple(tuple(typeset(breakable(cell)) for cell in row) for row in table.rows))


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


def _rests_on(plan: Plan, words: Mapping[str, str]) -> list[str]:
    """Return what the plan rests on; only on paper the rest follows on the next page."""
    *lines, last = words[f"rests_on.{plan_evidence(plan)}"], *meaning(plan, words)
    return [*lines, last + words["rests_on.next"]]


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


def _robust(plan: Plan, summary: Summary, lang: str) -> dict[str, object]:
    n_more = n_more_outages(plan)
    return {
        "lines": [typeset(line) for line in summary.robustness],
        "table": asdict(robustness_table(plan, lang)),
        "more": texts(lang)["robust.more"].format(n=n_more) if n_more else "",
    }


def _unserved(plan: Plan, summary: Summary, lang: str) -> Table:
    words = texts(lang)
    heads = ("room.floor", "missing.room", "missing.reason", "missing.remedy")
    rows = tuple(
        (floor_name(plan, m.floor, lang), breakable(m.name), typeset(m.reason), typeset(m.change))
        for m in summary.missing
    )
    return Table(heads=tuple(words[h] for h in heads), rows=rows)
