"""Names that a reader meets more than once: numbers of access points, names of floors."""

from collections.abc import Mapping

from wifiplan.report.texts import texts
from wifiplan.site.building import Floor, Site
from wifiplan.site.network import Radio
from wifiplan.study.records import Plan, PlannedAccessPoint

MAX_MARK = 3
"""Characters that fit into a marker on a printed plan."""


def ap_numbers(plan: Plan) -> Mapping[str, str]:
    """Return what stands in the marker of every access point, by its id.

    AP203 is 203; existing ones with longer names are E1, E2, …; where that would name two alike, all are counted.
    """
    marks: dict[str, str] = {}
    n_long = 0
    for planned in plan.access_points:
        short = planned.access_point.id.upper().removeprefix("AP").lstrip("-_ ")
        if not 0 < len(short) <= MAX_MARK:
            n_long += 1
            short = f"E{n_long}"
        marks[planned.access_point.id] = short
    if len(set(marks.values())) == len(marks) and not _only_long(plan, n_long):
        return marks
    return {i: str(k) for k, i in enumerate(marks, start=1)}


def _only_long(plan: Plan, n_long: int) -> bool:
    """Return whether more than the existing access points have long names: E would mislead then."""
    return n_long > sum(planned.action != "new" for planned in plan.access_points)


def floor_name(plan: Plan, level: int, lang: str) -> str:
    """Return what a floor is called: its own name, or its number counted from 1 at the ground."""
    return site_floor_name(plan.site, level, lang)


def site_floor_name(site: Site, level: int, lang: str) -> str:
    """Return what a floor of a site is called."""
    named = {floor.level: floor for floor in site.floors}
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
