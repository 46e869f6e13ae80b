"""What a plan rests on, in words: evidence, assumptions, options, threshold, proof, and what was there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass

from wifiplan.catalog.radios import devices
from wifiplan.radio.loss import PathLoss
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.site.archetype import assumption_texts
from wifiplan.site.building import Site
from wifiplan.site.network import Need
from wifiplan.study.records import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One kind of evidence and how many rooms rest on it; kinds are never added up."""

    kind: str
    name: str
    n_rooms: int
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A question that the ministry's text leaves open, and the value that was used."""

    name: str
    value: str
    why: str


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
        options=_options(plan, words),
        threshold=_threshold(plan, words),
        proof=_proof(plan, words),
        existing=_existing(plan, words),
        brand=words["brand.text"],
    )


def _evidence(plan: Plan, words: Mapping[str, str]) -> tuple[Evidence, ...]:
    n_judged = sum(room.need is not None for room in plan.rooms)
    n_rooms = {"archetype": 0, "drawn": 0, "survey": 0, "class_test": 0, plan.site.evidence: n_judged}
    return tuple(
        Evidence(kind=k, name=words[f"evidence.{k}"], n_rooms=n, meaning=words[f"evidence.note.{k}"])
        for k, n in n_rooms.items()
    )


def _assumptions(plan: Plan, lang: str) -> tuple[str, ...]:
    words = texts(lang)
    radio, design = plan.settings.radio, plan.settings.design
    own = [
        words["assume.law"].format(law=_law_text(plan.settings.law)),
        words["assume.device"].format(
            device=_device_text(radio.device, lang),
            height=number_text(radio.device_height_m, 2),
            spacing=number_text(radio.seat_spacing_m, 2),
        ),
        words["assume.margin"].format(margin=number_text(plan.settings.demand.margin_db)),
        words["assume.mount"].format(
            mount=number_text(design.mount_below_ceiling_m, 2),
            spacing=number_text(design.candidate_spacing_m, 2),
        ),
        words["assume.cable"].format(slack=share_text(design.cable_slack_share)),
    ]
    given = (*_site_assumptions(plan.site, lang), *(_coded_text(code, plan, words) for code in plan.assumptions))
    return tuple(dict.fromkeys((*given, *own)))


def _site_assumptions(site: Site, lang: str) -> tuple[str, ...]:
    """Return what the site assumed; an archetype made with the default options says it in any language."""
    if site.evidence == "archetype" and site.assumptions == assumption_texts(site):
        return assumption_texts(site, lang=lang)
    return site.assumptions


def _coded_text(code: str, plan: Plan, words: Mapping[str, str]) -> str:
    """Word an assumption that `study` gives as a code with a count after a colon; other text stays."""
    key, _, count = code.partition(":")
    text = words.get(f"assume.{key}")
    size = plan.settings.demand.default_class_size
    return code if text is None else text.format(n=count, size=size)


def _device_text(name: str, lang: str) -> str:
    device = devices().get(name)
    if device is None:
        return name
    return device.name_zh if lang == "zh-TW" else device.name_en


def _law_text(law: PathLoss) -> str:
    fields: object = law
    if not is_dataclass(fields) or isinstance(fields, type):
        return law.name
    parameters = ", ".join(f"{name}={value}" for name, value in asdict(fields).items())
    return f"{law.name} ({parameters})" if parameters else law.name


def _options(plan: Plan, words: Mapping[str, str]) -> tuple[Option, ...]:
    values = _demand_values(plan, words) | _design_values(plan, words)
    return tuple(
        Option(name=words[f"option.{key}"], value=value, why=words[f"option.{key}.why"])
        for key, value in values.items()
    )


def _demand_values(plan: Plan, words: Mapping[str, str]) -> dict[str, str]:
    demand, school = plan.settings.demand, plan.site.school
    needs = [room.need for room in plan.rooms if room.need]
    rates = sorted({need.mbps_per_device for need in needs})
    n_unsized = n_without_class_size(plan)
    k = words["doc.unknown"] if plan.n_class_sets is None else str(plan.n_class_sets)
    specialist = "yes" if plan.settings.design.serve_specialist else "no"
    values = {
        "rate": words["option.rate.value"].format(
            values=" / ".join(number_text(r, 2) for r in rates) or words["doc.dash"]
        ),
        "teacher": words["option.teacher.value"].format(n=_teacher_devices(plan)),
        "sets": words["option.sets.value"].format(k=k, n=plan.n_rooms_at_once),
        "size": words["option.size.value"].format(n=n_unsized, size=demand.default_class_size),
        "specialist": words[f"option.specialist.{specialist}"],
    }
    if school is not None:
        values["remote"] = words["remote.yes" if school.remote else "remote.no"]
    return values


def _teacher_devices(plan: Plan) -> int:
    demand, school = plan.settings.demand, plan.site.school
    if school is not None and school.remote:
        return demand.teacher_devices_remote
    if school is not None and school.stage == "junior":
        return demand.teacher_devices_junior
    return demand.teacher_devices_elementary


def _design_values(plan: Plan, words: Mapping[str, str]) -> dict[str, str]:
    design = plan.settings.design
    price, limit = design.ap_price_ntd, plan.n_aps_allowed
    return {
        "aps": words["option.aps.none"] if limit is None else words["option.aps.limit"].format(n=limit),
        "price": words["option.price.none"]
        if price is None
        else words["option.price.value"].format(price=number_text(price, 0)),
        "radio": words["option.radio.value"].format(
            band=plan.band, width=design.width_mhz, dfs=words["yes" if design.dfs else "no"]
        ),
        "power": words["option.power.value"].format(levels=" / ".join(number_text(level) for level in design.eirp_dbm)),
    }


def n_without_class_size(plan: Plan) -> int:
    """Return how many classrooms of the site came without a class size."""
    rooms = [room for floor in plan.site.floors for room in floor.rooms]
    return sum(room.use == "classroom" and room.class_size is None for room in rooms)


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
    return (*lines, words["threshold.ours"])


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


def _need_text(need: Need, n_passed: int, words: Mapping[str, str]) -> str:
    text = words["threshold.text"].format(
        n=n_passed,
        profile=words.get(f"profile.{need.profile}", need.profile),
        mbps=number_text(need.mbps_per_device, 2),
        seats=share_text(need.min_seats_share),
        dbm=number_text(need.min_received_dbm),
        snr=number_text(need.min_snr_db),
        airtime=share_text(need.max_airtime_share),
    )
    if need.min_second_dbm is not None:
        text += words["threshold.second"].format(dbm=number_text(need.min_second_dbm))
    return text


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
    return (*lines, words["proof.size"].format(n=proof.n_candidates, rounds=proof.rounds))


def _existing(plan: Plan, words: Mapping[str, str]) -> str:
    actions = [p.action for p in plan.access_points]
    if all(action == "new" for action in actions):
        return words["existing.none" if plan.site.access_points_known else "existing.unknown"]
    text = words["existing.counts"].format(
        kept=actions.count("kept"),
        retuned=actions.count("retuned"),
        replaced=actions.count("replaced"),
        removed=actions.count("removed"),
    )
    return text if plan.site.access_points_known else text + " " + words["existing.unknown"]
