"""Plan -> Summary: the facts that we state, once, as text and numbers; every renderer prints this."""

from collections.abc import Mapping
from dataclasses import dataclass

from wifiplan.report.basis import Basis, basis
from wifiplan.report.choices import n_without_class_size
from wifiplan.report.reasons import action_text, reason_text
from wifiplan.report.remedies import cure_text, short_cure_text
from wifiplan.report.robustness import robustness_lines
from wifiplan.report.standing import n_marked
from wifiplan.report.tables import LONGEST_CABLE_M, n_too_long
from wifiplan.report.texts import joined, number_text, texts
from wifiplan.study.reason_records import Reason
from wifiplan.study.records import ApAction, Plan, PlannedRoom

__all__ = ["Actor", "Missing", "Summary", "action_text", "reason_text", "summarise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A room that fails: why, the cheapest direction in few words, and the change that was tried with its figures."""

    room_id: str
    name: str
    floor: int
    priority: int
    reason: str
    remedy: str
    change: str
    cause: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who must act, and the next steps."""

    who: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a report states about one school, in one language.

    `uplink_mbps` is the payload of the `n_rooms_at_once` most demanding rooms together [Mbit/s]; `cost_ntd` is
    the sum of the bill lines that have a price, None when no line has one [NTD]. `purchase` is the sentence about
    what to buy, with which `headline` ends.
    """

    lang: str
    school: str
    version: str
    headline: str
    purchase: str
    assumed_building: bool
    n_classrooms: int
    n_classrooms_served: int
    n_specialist: int
    n_specialist_served: int
    n_new_aps: int
    n_by_action: tuple[tuple[ApAction, int], ...]
    n_rooms_at_once: int
    uplink_mbps: float
    missing: tuple[Missing, ...]
    robustness: tuple[str, ...]
    cost_ntd: int | None
    cost: str
    actors: tuple[Actor, ...]
    basis: Basis

    def n_of(self, action: ApAction) -> int:
        """Return how many access points get an action."""
        return dict(self.n_by_action)[action]


_ACTIONS: tuple[ApAction, ...] = ("new", "kept", "retuned", "moved", "replaced", "removed")


def summarise(plan: Plan, lang: str = "zh-TW") -> Summary:
    """Return the facts of a plan as text and numbers; the same plan always gives the same summary.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    lang : "zh-TW" or "en"
        Language of the sentences.

    Raises
    ------
    SettingsError
        For a language without texts.
    """
    counts = tuple((a, sum(p.action == a for p in plan.access_points)) for a in _ACTIONS)
    cost_ntd = _cost_ntd(plan)
    missing = _missing(plan, lang)
    return Summary(
        lang=lang,
        school=plan.site.name,
        version=plan.version,
        headline=_headline(plan, missing, lang),
        purchase=_purchase(plan, lang),
        assumed_building=plan.site.evidence == "archetype",
        n_classrooms=plan.n_required(0),
        n_classrooms_served=plan.n_served(0),
        n_specialist=plan.n_required(1),
        n_specialist_served=plan.n_served(1),
        n_new_aps=plan.n_new_aps,
        n_by_action=counts,
        n_rooms_at_once=plan.n_rooms_at_once,
        uplink_mbps=plan.peak_mbps,
        missing=missing,
        robustness=robustness_lines(plan, lang),
        cost_ntd=cost_ntd,
        cost=_cost(plan, cost_ntd, lang),
        actors=_actors(plan, len(missing), lang),
        basis=basis(plan, lang),
    )


def _missing(plan: Plan, lang: str) -> tuple[Missing, ...]:
    failed = [r for r in plan.rooms if r.verdict == "fail"]
    rows = [
        Missing(
            room_id=r.room_id,
            name=r.name,
            floor=r.floor,
            priority=r.need.priority if r.need else 9,
            reason=reason_text(r.reason, lang),
            remedy=short_cure_text(r, plan, lang),
            change=cure_text(r, plan, lang),
            cause=r.reason,
        )
        for r in failed
    ]
    return tuple(sorted(rows, key=lambda m: m.priority))


def _headline(plan: Plan, missing: tuple[Missing, ...], lang: str) -> str:
    words = texts(lang)
    parts = [_verdict_of(plan, p, missing, words) for p in (0, 1) if p == 0 or plan.n_required(p)]
    return joined(parts, words) + words["verdict.stop"] + _purchase(plan, lang)


def _purchase(plan: Plan, lang: str) -> str:
    """Return the sentence on what to buy; where a number was given, with what it lacks or leaves."""
    words, n, limit = texts(lang), plan.n_new_aps, plan.n_aps_allowed
    needed = [r.reason.limit for r in plan.rooms if r.reason.code == "no_budget" and r.reason.limit is not None]
    if limit is None or n > limit:
        return words["verdict.buy"].format(n=n) if n else words["verdict.buy_none"]
    if needed and max(needed) > limit:
        return words["verdict.buy_short"].format(n=n, limit=limit, needed=number_text(max(needed), 0))
    if n < limit:
        return words["verdict.buy_spare"].format(n=n, limit=limit, spare=limit - n)
    return words["verdict.buy"].format(n=n) if n else words["verdict.buy_none"]


def _verdict_of(plan: Plan, priority: int, missing: tuple[Missing, ...], words: Mapping[str, str]) -> str:
    n, served = plan.n_required(priority), plan.n_served(priority)
    if n == 0:
        return words["verdict.no_classrooms"]
    key = "all" if served == n else ("some" if served else "none")
    kind = words[f"kind.{priority}"]
    if n == 1:
        key, kind = f"one_{key}", words[f"kind_one.{priority}"]
    text = words[f"verdict.{key}"].format(n=n, served=served, kind=kind)
    here = [m for m in missing if m.priority == priority]
    if len(here) == 1:
        text += words["verdict.single"].format(room=here[0].name, reason=here[0].reason)
    return text


def _cost_ntd(plan: Plan) -> int | None:
    costs = [line.cost_ntd for line in plan.bill if line.cost_ntd is not None]
    return sum(costs) if costs else None


def _cost(plan: Plan, cost_ntd: int | None, lang: str) -> str:
    words = texts(lang)
    if cost_ntd is None:
        return words["cost.no_price" if plan.bill else "cost.nothing"]
    unpriced = [b.name_zh if lang == "zh-TW" else b.name_en for b in plan.bill if b.lacks_price]
    if not unpriced:
        return words["buy.total.all"].format(cost=number_text(cost_ntd, 0))
    text = words["cost.priced"].format(cost=number_text(cost_ntd, 0))
    return text + "\n" + words["cost.unpriced"].format(items=words["doc.separator"].join(unpriced))


def _actors(plan: Plan, n_missing: int, lang: str) -> tuple[Actor, ...]:
    words = texts(lang)
    return (
        Actor(who=words["actor.school"], steps=_school_steps(plan, words)),
        Actor(who=words["actor.county"], steps=_county_steps(plan, n_missing, words)),
        Actor(who=words["actor.contractor"], steps=_contractor_steps(plan, words)),
    )


def _school_steps(plan: Plan, words: Mapping[str, str]) -> tuple[str, ...]:
    first = {"drawn": "act.school.check", "sheet": "act.school.sheet", "archetype": "act.school.draw"}
    steps = [words[first[plan.site.evidence]]]
    if not plan.site.access_points_known:
        steps.append(words["act.school.inventory"])
    n_undecided = n_marked(plan, "undecided")
    if n_undecided:
        steps.append(words["act.school.undecided"].format(n=n_undecided))
    n_unsized = n_without_class_size(plan)
    if n_unsized:
        size = plan.settings.demand.default_class_size
        steps.append(words["act.school.sizes"].format(n=n_unsized, size=size))
    return (*steps, words["act.school.test"])


def _county_steps(plan: Plan, n_missing: int, words: Mapping[str, str]) -> tuple[str, ...]:
    steps = []
    if plan.settings.design.ap_price_ntd is None and plan.n_new_aps:
        steps.append(words["act.county.price"])
    if n_missing:
        steps.append(words["act.county.missing"].format(n=n_missing))
    steps.append(words["act.county.approve"])
    steps.append(_uplink_step(plan, words))
    return tuple(steps)


def _uplink_step(plan: Plan, words: Mapping[str, str]) -> str:
    """Return what to do about the link to the outside; where its rate is known, whether it suffices."""
    mbps, has = number_text(plan.peak_mbps, 0), plan.site.uplink_mbps
    if has is None:
        return words["act.county.uplink"].format(mbps=mbps, n=plan.n_rooms_at_once)
    key = "act.county.uplink_enough" if has >= plan.peak_mbps else "act.county.uplink_short"
    return words[key].format(mbps=mbps, n=plan.n_rooms_at_once, has=number_text(has, 0))


def _contractor_steps(plan: Plan, words: Mapping[str, str]) -> tuple[str, ...]:
    new = [p for p in plan.access_points if p.action in ("new", "moved", "replaced")]
    n_gone, n_long = n_marked(plan, "removed", "prohibited"), n_too_long(plan)
    steps = []
    if new:
        cable = number_text(sum(p.cable_m or 0.0 for p in new), 0)
        drawn = any(p.cable_m is not None for p in new)
        steps.append(
            words["act.contractor.install" if drawn else "act.contractor.hang"].format(n=len(new), cable=cable)
        )
    if n_long:
        steps.append(words["act.contractor.long"].format(n=n_long, limit=number_text(LONGEST_CABLE_M, 0)))
    n_set, n_kept = n_marked(plan, "new", "moved", "replaced", "retuned"), n_marked(plan, "kept")
    counts = {"tune": n_set, "keep": n_kept, "remove": n_gone}
    steps += [words[f"act.contractor.{key}"].format(n=n) for key, n in counts.items() if n]
    if new:
        steps.append(words["act.contractor.brand"])
    if n_set or n_gone:
        steps.append(words["act.contractor.asbuilt"])
    return tuple(steps) or (words["act.contractor.none"],)


def names_of_rooms(rooms: tuple[PlannedRoom, ...]) -> dict[str, str]:
    """Return room names by room id."""
    return {room.room_id: room.name for room in rooms}
