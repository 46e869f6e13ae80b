"""What a plan rests on, in words: evidence, assumptions, options, threshold, proof, and what was there."""

from collections.abc import Mapping
from dataclasses import dataclass

from wifiplan.catalog.materials import materials
from wifiplan.predict.demand import DemandOptions, classroom_need
from wifiplan.report.choices import Option, design_lines, options
from wifiplan.report.standing import forbidden, n_marked
from wifiplan.report.texts import joined, number_text, share_text, texts
from wifiplan.site.archetype import assumption_texts
from wifiplan.site.building import Site
from wifiplan.site.network import Need
from wifiplan.study.records import CHANGES, Plan
from wifiplan.study.telling import plan_evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One kind of evidence and how many rooms rest on it; kinds are never added up."""

    kind: str
    name: str
    n_rooms: int
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """All that a reader must know to judge the numbers of a plan."""

    evidence: tuple[Evidence, ...]
    assumptions: tuple[str, ...]
    options: tuple[Option, ...]
    threshold: tuple[str, ...]
    proof: tuple[str, ...]
    existing: str
    brand: str


def basis(plan: Plan, lang: str) -> Basis:
    """Return what a plan rests on, in a language ("zh-TW" or "en")."""
    words = texts(lang)
    return Basis(
        evidence=_evidence(plan, words),
        assumptions=_assumptions(plan, lang),
        options=options(plan, lang),
        threshold=_threshold(plan, words),
        proof=_proof(plan, words),
        existing=existing_text(plan, lang),
        brand=words["brand.text"],
    )


def _evidence(plan: Plan, words: Mapping[str, str]) -> tuple[Evidence, ...]:
    n_judged = sum(room.need is not None for room in plan.rooms)
    n_rooms: dict[str, int] = {"archetype": 0, "sheet": 0, "drawn": 0}
    # a law that was measured here is rare: reports without one do not speak of it
    n_rooms |= {plan_evidence(plan): n_judged, "survey": 0, "class_test": 0}
    return tuple(
        Evidence(kind=k, name=words[f"evidence.{k}"], n_rooms=n, meaning=words[f"evidence.note.{k}"])
        for k, n in n_rooms.items()
    )


def _assumptions(plan: Plan, lang: str) -> tuple[str, ...]:
    codes = (*_site_assumptions(plan.site, lang), *plan.assumptions)
    given = tuple(_coded_text(code, plan, lang) for code in codes)
    return tuple(dict.fromkeys((*given, *design_lines(plan, lang))))


def _site_assumptions(site: Site, lang: str) -> tuple[str, ...]:
    """Return what the site assumed; an archetype made with the default options says it in any language."""
    own = assumption_texts(site) if site.evidence == "archetype" else ()
    if own and site.assumptions[: len(own)] == own:
        return (*assumption_texts(site, lang=lang), *site.assumptions[len(own) :])
    return site.assumptions


def _coded_text(code: str, plan: Plan, lang: str) -> str:
    """Word an assumption that is a code with a count, a name or a material after a colon; other text stays."""
    key, _, count = code.partition(":")
    text = texts(lang).get(f"assume.{key}")
    if text is None:
        return code
    known = materials().get(count)
    material = count if known is None else known.name_zh if lang == "zh-TW" else known.name.replace("_", " ")
    return text.format(n=count, size=plan.settings.demand.default_class_size, material=material)


def _threshold(plan: Plan, words: Mapping[str, str]) -> tuple[str, ...]:
    """Word every distinct requirement of the classrooms, with how many classrooms meet it."""
    lines: list[str] = []
    groups: dict[tuple[float | str | None, ...], list[Need]] = {}
    passed: dict[tuple[float | str | None, ...], int] = {}
    for room in plan.rooms:
        if room.need is None or room.need.priority != 0:
            continue
        key = _need_key(room.need)
        groups.setdefault(key, []).append(room.need)
        passed[key] = passed.get(key, 0) + (room.verdict == "pass")
    for key, needs in groups.items():
        lines.append(_need_text(needs[0], passed[key], words))
    return (words["threshold.kpi"], *lines, words["threshold.ours"])


def county_threshold(options: DemandOptions, lang: str) -> tuple[str, ...]:
    """Word what a classroom must reach to count for KPI 7, for a county's list of assumptions."""
    words = texts(lang)
    text = _need_text(classroom_need(options), None, words)
    return words["threshold.county"].format(text=text), words["threshold.ours"]


def _need_key(need: Need) -> tuple[float | str | None, ...]:
    return (
        need.profile,
        need.mbps_per_device,
        need.min_received_dbm,
        need.min_snr_db,
        need.max_airtime_share,
        need.min_second_dbm,
        need.min_seats_share,
    )


def _need_text(need: Need, n_passed: int | None, words: Mapping[str, str]) -> str:
    text = words["threshold.text"].format(
        profile=words.get(f"profile.{need.profile}", need.profile),
        mbps=number_text(need.mbps_per_device, 2),
        seats=share_text(need.min_seats_share),
        dbm=number_text(need.min_received_dbm),
        snr=number_text(need.min_snr_db),
        airtime=share_text(need.max_airtime_share),
    )
    if need.min_second_dbm is not None:
        text += words["threshold.second"].format(dbm=number_text(need.min_second_dbm))
    return text if n_passed is None else text + words["threshold.passed"].format(n=n_passed)


def _proof(plan: Plan, words: Mapping[str, str]) -> tuple[str, ...]:
    proof = plan.proof
    head = words.get(f"proof.{proof.verdict}", words["proof.other"])
    lines = [head.format(verdict=proof.verdict, gap=share_text(proof.gap))]
    lines += [
        words["proof.level"].format(
            name=words.get(f"level.{name}", name), value=number_text(value, 2), bound=number_text(bound, 2)
        )
        for name, value, bound in proof.levels
    ]
    if proof.channel_verdict:
        lines.append(
            words["proof.channels"].format(
                cost=number_text(proof.channel_cost, 3),
                bound=number_text(proof.channel_bound, 3),
                verdict=words.get(f"proof.word.{proof.channel_verdict}", proof.channel_verdict),
            )
        )
    lines.append(words["proof.size"].format(n=proof.n_candidates, rounds=proof.rounds))
    if proof.n_audited:
        code = "proof.audit.contradicted" if proof.contradicted else "proof.audit.agrees"
        lines.append(words[code].format(n=proof.n_audited, bad=len(proof.contradicted)))
    return tuple(lines)


def existing_text(plan: Plan, lang: str) -> str:
    """Return what happens to what hangs there already; an inventory that nobody made is unknown, not empty."""
    words = texts(lang)
    known = plan.site.access_points_known
    if n_marked(plan, "new") == len(plan.access_points):
        return words["existing.none" if known else "existing.unknown"]
    parts = [
        words[f"existing.{mark}"].format(n=n_marked(plan, mark))
        for mark in ("kept", "retuned", "moved", "replaced", "removed", "undecided", "prohibited")
        if n_marked(plan, mark)
    ]
    if forbidden(plan):
        parts.append(words["existing.brand"].format(models=words["doc.separator"].join(forbidden(plan))))
    if not known:
        parts.append(words["existing.unknown_rest"])
    return joined(parts, words) + words["verdict.stop"].rstrip() + changes_text(plan, words)


def changes_text(plan: Plan, words: Mapping[str, str]) -> str:
    """Return what the classrooms that pass need for it: nothing, other settings, a replacement, something new."""
    classrooms = [room for room in plan.rooms if room.need is not None and room.need.priority == 0]
    counts = {change: sum(room.change == change for room in classrooms) for change in CHANGES}
    parts = [words[f"existing.rooms.{change}"].format(n=n) for change, n in counts.items() if n]
    return " " + words["existing.rooms"].format(parts=joined(parts, words)) if parts else ""
