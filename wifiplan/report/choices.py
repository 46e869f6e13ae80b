"""What the plan was made with, in words: the ministry's open questions, the designer's options, the law."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass

from wifiplan.catalog.radios import ap_models, devices
from wifiplan.radio.loss import COMBINED, Law, PathLoss
from wifiplan.report.bands import options_line
from wifiplan.report.law_words import band_texts, measured_text, planned_text
from wifiplan.report.texts import number_text, share_text, texts
from wifiplan.site.network import BANDS
from wifiplan.study.records import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A question that the ministry's text leaves open, and the value that was used."""

    name: str
    value: str
    why: str


def options(plan: Plan, lang: str) -> tuple[Option, ...]:
    """Return the questions that the ministry's text leaves open, with the values used."""
    words = texts(lang)
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
    specialist = "yes" if plan.settings.design.serve_specialist else "no"
    sets = "option.sets.remote" if plan.n_class_sets is None else "option.sets.value"
    values = {
        "rate": words["option.rate.value"].format(
            values=" / ".join(number_text(r, 2) for r in rates) or words["doc.dash"]
        ),
        "teacher": words["option.teacher.value"].format(n=_teacher_devices(plan)),
        "sets": words[sets].format(k=plan.n_class_sets, n=plan.n_rooms_at_once),
        "size": words["option.size.value"].format(n=n_unsized, size=demand.default_class_size)
        if n_unsized
        else words["option.size.none"],
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
    design, limit = plan.settings.design, plan.n_aps_allowed
    price = design.ap_price_ntd
    aps = "option.aps.exactly" if design.exactly else "option.aps.limit"
    dfs = words["option.radio.dfs"].format(used=words["yes" if design.dfs else "no"]) if plan.band == "5" else ""
    return {
        "aps": words["option.aps.none"] if limit is None else words[aps].format(n=limit),
        "price": words["option.price.none"]
        if price is None
        else words["option.price.value"].format(price=number_text(price, 0)),
        "radio": words["option.radio.value"].format(band=plan.band, width=_width_text(plan, words), dfs=dfs),
        "power": words["option.power.value"].format(levels=" / ".join(number_text(level) for level in design.eirp_dbm)),
    }


def _width_text(plan: Plan, words: Mapping[str, str]) -> str:
    """Return the width of the channels, or how it is chosen."""
    design = plan.settings.design
    width_mhz = 20 if plan.band == "2.4" else design.width_mhz
    by_need = design.width_by_need and width_mhz > 20
    return words["option.radio.by_need" if by_need else "option.radio.fixed"].format(
        width=width_mhz, reserve=share_text(design.width_reserve_share)
    )


def n_without_class_size(plan: Plan) -> int:
    """Return how many classrooms of the site came without a class size."""
    rooms = [room for floor in plan.site.floors for room in floor.rooms]
    return sum(room.use == "classroom" and room.class_size is None for room in rooms)


def design_lines(plan: Plan, lang: str) -> tuple[str, ...]:
    """Return what the designer was given to choose from, and how devices and waves were taken to behave."""
    words = texts(lang)
    radio, design = plan.settings.radio, plan.settings.design
    law = plan.settings.law
    # a law whose walls saturate needs no cap of its own for neighbours (study.scene.hearing_law)
    own_cap_db = law.max_wall_db if isinstance(law, Law) else None
    hearing = design.hearing_max_wall_db if own_cap_db is None else own_cap_db
    lines = [
        words["assume.law"].format(law=law_text(law, lang)),
        words["assume.device"].format(
            device=_device_text(radio.device, lang),
            height=number_text(radio.device_height_m, 2),
            spacing=number_text(radio.seat_spacing_m, 2),
        ),
        _sureness_text(plan, words),
        words["assume.model"].format(model=_model_text(design.ap_model, lang)),
        words["assume.mount"].format(
            mount=number_text(design.mount_below_ceiling_m, 2),
            spacing=number_text(design.candidate_spacing_m, 2),
            corridors=words["assume.corridors.yes" if design.in_corridors else "assume.corridors.no"],
        ),
        words["assume.hearing.none"] if hearing is None else words["assume.hearing"].format(limit=number_text(hearing)),
        options_line(plan, lang),
        words["assume.cable"].format(slack=share_text(design.cable_slack_share)),
        words["assume.seed"].format(seed=design.seed),
    ]
    planned = planned_text(plan.settings, lang)
    if planned is not None:
        lines.insert(1, planned)
    if plan.site.access_points and design.existing_model is not None:
        lines.append(words["assume.existing_model"].format(model=_model_text(design.existing_model, lang)))
    if plan.site.access_points and design.existing != "keep":
        lines.append(words[f"assume.existing.{design.existing}"])
    if plan.site.access_points:
        lines.append(words["assume.retune.yes" if design.retune else "assume.retune.no"])
    if design.own_ap_in_classrooms:
        lines.append(words["assume.own_ap"])
    if plan.settings.demand.rooms_at_once is not None:
        lines.append(words["assume.rooms_at_once"].format(n=plan.settings.demand.rooms_at_once))
    return tuple(lines)


def _sureness_text(plan: Plan, words: Mapping[str, str]) -> str:
    """Return how sure a seat must be, and of what parts the spread of its signal is made."""
    demand, parts = plan.settings.demand, plan.settings.shadowing
    return words["assume.margin"].format(
        sure_of=words[f"assume.sure_of.{demand.sure_of}"],
        probability=share_text(demand.seat_probability),
        mean=number_text(parts.mean_db),
        location=number_text(parts.location_sd_db, 2),
        body=number_text(parts.body_sd_db),
        orientation=number_text(parts.orientation_sd_db),
        device=number_text(parts.device_sd_db),
        walls=words["assume.walls.yes" if parts.walls else "assume.walls.no"],
        margin=number_text(demand.margin_db),
    )


def _device_text(name: str, lang: str) -> str:
    device = devices().get(name)
    if device is None:
        return name
    return device.name_zh if lang == "zh-TW" else device.name_en


def _model_text(name: str, lang: str) -> str:
    model = ap_models().get(name)
    if model is None:
        return name
    return f"{name}: {model.name_zh if lang == 'zh-TW' else model.name_en}"


def law_text(law: PathLoss, lang: str = "zh-TW") -> str:
    """Return a path-loss law as its name and parameters in words.

    Examples
    --------
    >>> from wifiplan.radio.loss import LAWS
    >>> law_text(LAWS["free_space"], "en")
    'free space (ITU-R P.525; walls cost nothing: a bound); the formula is kept beyond the range of its source'
    """
    words = texts(lang)
    fields = _fields(law)
    told = [_parameter(key, value, words) for key, value in fields.items() if _matters(key, fields, law.name)]
    if isinstance(law, Law):
        told += band_texts(law, lang)
    measured = measured_text(law, lang)
    return words["law.join"].join([words.get(f"law.{law.name}", law.name), *told, *([measured] if measured else [])])


def _fields(law: object) -> dict[str, object]:
    return asdict(law) if is_dataclass(law) and not isinstance(law, type) else {}


_OF_BANDS = frozenset({"exponent", "max_wall_db", "offset_db"})
"""What a law may say of every band by itself, and then need not say of all."""


def _bands(fields: Mapping[str, object]) -> Sequence[object]:
    found = fields.get("in_band", ())
    return found if isinstance(found, tuple) else ()


_NEUTRAL = {"exponent": None, "wall_scale": 1.0, "slab_scale": 1.0, "offset_db": 0.0, "n_images": 0}
"""Values of a law's parameters that change nothing, and go without saying."""


def _matters(key: str, fields: Mapping[str, object], name: str) -> bool:
    if key in {"in_band", "measured"} or (key in _OF_BANDS and len(_bands(fields)) == len(BANDS)):
        return False
    if key in {"distance", "walls", "floors"}:
        return name == COMBINED
    if key in {"wall_scale", "max_wall_db"} and fields.get("walls") == "none":
        return False
    return key not in _NEUTRAL or fields[key] != _NEUTRAL[key]


def _parameter(key: str, value: object, words: Mapping[str, str]) -> str:
    word = {None: ".none", True: ".yes", False: ".no"}[value] if value is None or isinstance(value, bool) else ""
    if isinstance(value, str):
        word = f".{value}"
    text = words.get(f"law.param.{key}{word}")
    if text is None:
        return f"{key}={value}"
    return text.format(value=number_text(value, 2)) if isinstance(value, int | float) else text
