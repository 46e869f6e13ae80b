"""Names that a reader meets more than once: numbers of access points, names of floors."""

from collections.abc import Mapping

from wifiplan.report.texts import texts
from wifiplan.site.building import Floor
from wifiplan.site.network import Radio
from wifiplan.study.records import Plan, PlannedAccessPoint

MAX_MARK = 3
"""Characters that fit into a marker on a printed plan."""


def ap_numbers(plan: Plan) -> Mapping[str, str]:
    """Return what stands in the marker of every access point, by its id: AP203 is 203; else they are counted from 1."""
    ids = [p.access_point.id for p in plan.access_points]
    short = [i.upper().removeprefix("AP").lstrip("-_ ") for i in ids]
    if len(set(short)) == len(ids) and all(0 < len(mark) <= MAX_MARK for mark in short):
        return dict(zip(ids, short, strict=True))
    return {i: str(k) for k, i in enumerate(ids, start=1)}


def floor_name(plan: Plan, level: int, lang: str) -> str:
    """Return what a floor is called: its own name, or its number counted from 1 at the ground."""
    named = {floor.level: floor for floor in plan.site.floors}
    return _name(named.get(level), level, lang)


def _name(floor: Floor | None, level: int, lang: str) -> str:
    if floor is not None and floor.name:
        return floor.name
    words = texts(lang)
    return words["floor.name"].format(n=level + 1) if level >= 0 else words["floor.basement"].format(n=-level)


def planned_radio(planned: PlannedAccessPoint, plan: Plan) -> Radio | None:
    """Return the radio that carries the class: the one in the plan's band, else the first, None without any."""
    radios = planned.access_point.radios
    return next((r for r in radios if r.band == plan.band), radios[0] if radios else None)
