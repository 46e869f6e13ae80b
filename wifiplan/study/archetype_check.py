"""How far the assumed building of a roster row is off the drawn one: size, rooms, walls, access points, classrooms."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

import shapely

from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions, archetype
from wifiplan.site.building import Floor, Site
from wifiplan.site.geometry import area_m2
from wifiplan.study.case_plans import Failed, case_outcomes
from wifiplan.study.cases import Case, CaseOutcome

FIGURES = (
    "floor_area_m2",
    "n_rooms",
    "n_classrooms",
    "n_specialist",
    "classroom_area_m2",
    "wall_m",
    "n_storeys",
    "n_aps_needed",
    "n_aps_needed_classrooms",
    "n_classrooms_served",
)
"""What is compared, in order."""

Figures = dict[str, float]
"""A building's figures by their names in `FIGURES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchetypeCheck:
    """One drawn plan beside the building that is assumed of its roster row, both planned with the same settings.

    `row_from_site` says that no roster row was at hand and the plan's own classrooms stand for it. `n_aps` is what
    both were given for `n_classrooms_served`. `failure` says why there is no comparison; figures are then empty.
    """

    name: str
    row: School | None
    row_from_site: bool
    n_aps: int | None
    drawn: Figures
    assumed: Figures
    failure: str | None = None

    def error(self, figure: str) -> float | None:
        """Return how far the assumed building is above the drawn one, as a share of the drawn one; None of nothing."""
        drawn, assumed = self.drawn.get(figure), self.assumed.get(figure)
        if not drawn or assumed is None:
            return None
        return assumed / drawn - 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Errors of one figure over several plans: how many, their mean, standard deviation (None of one), least, most."""

    n: int
    mean: float
    sd: float | None
    least: float
    most: float


def spread(checks: Sequence[ArchetypeCheck], figure: str) -> Spread | None:
    """Return the errors of one figure over all plans that have it, None where none has."""
    errors = [error for check in checks if (error := check.error(figure)) is not None]
    if not errors:
        return None
    sd = statistics.stdev(errors) if len(errors) > 1 else None
    return Spread(n=len(errors), mean=statistics.fmean(errors), sd=sd, least=min(errors), most=max(errors))


def row_of(site: Site) -> School:
    """Return a roster row that a drawn plan stands for itself: its class count, sizes and stage (國小 if unsaid)."""
    rooms = [room for floor in site.floors for room in floor.rooms if room.use == "classroom"]
    sizes = [room.class_size for room in rooms if room.class_size]
    n_classes = len(rooms) if site.school is None or site.school.n_classes is None else site.school.n_classes
    mean = statistics.fmean(sizes) if sizes else 0.0
    return School(
        stage="elementary" if site.school is None else site.school.stage,
        code="" if site.school is None else site.school.code,
        name=site.name,
        county="",
        n_classes=n_classes,
        n_students=math.ceil(mean * n_classes),
        max_class_size=max(sizes, default=None),
        remote=site.school is not None and site.school.remote,
    )


def check_archetype(
    site: Site, row: School | None, case: Case, options: ArchetypeOptions, failed: Failed
) -> ArchetypeCheck:
    """Return a drawn plan beside the archetype of its row.

    Parameters
    ----------
    site : Site
        The drawn plan; what hangs there is left out, as nobody knows that of an archetype.
    row : School or None
        Its roster row; None takes the plan's own classes.
    case : Case
        Settings of both, and `n_aps` for both; None: what the drawn one needs.
    options : ArchetypeOptions
        How the assumed one is built.
    failed : callable
        Words an error.
    """
    known = row_of(site) if row is None else row
    blank = ArchetypeCheck(name=site.name, row=known, row_from_site=row is None, n_aps=case.n_aps, drawn={}, assumed={})
    if not any(room.use == "classroom" for floor in site.floors for room in floor.rooms):
        return replace(blank, failure="the plan names no classroom (use = classroom)")
    if len(site.schools) > 1:
        return replace(blank, failure="the plan serves several roster rows; an archetype is of one")
    try:
        assumed = archetype(known, options)
    except Exception as error:  # noqa: BLE001 (one plan must not cost the others)
        return replace(blank, failure=failed(error)[0])
    bare = replace(site, access_points=(), access_points_known=False, spots=())
    (first,) = case_outcomes(lambda _: bare, [case], [case.n_aps], failed)
    (second,) = case_outcomes(lambda _: assumed, [case], [first.n_aps_funded], failed)
    failure = first.failure or second.failure
    if failure is not None:
        return replace(blank, failure=failure)
    return replace(blank, n_aps=first.n_aps_funded, drawn=_figures(bare, first), assumed=_figures(assumed, second))


def _figures(site: Site, outcome: CaseOutcome) -> Figures:
    rooms = [room for floor in site.floors for room in floor.rooms]
    classrooms = [room for room in rooms if room.use == "classroom"]
    values = (
        sum(area_m2(room.polygon) for room in rooms),
        len(rooms),
        len(classrooms),
        sum(room.use == "specialist" for room in rooms),
        statistics.fmean(area_m2(room.polygon) for room in classrooms),
        sum(_wall_m(floor) for floor in site.floors),
        len(site.floors),
        outcome.n_aps_needed or 0,
        outcome.n_aps_needed_classrooms or 0,
        outcome.n_classrooms_served or 0,
    )
    return dict(zip(FIGURES, (float(value) for value in values), strict=True))


def _wall_m(floor: Floor) -> float:
    """Return the length of a floor's walls with their doors and windows [m]; pieces above each other count once."""
    lines = [shapely.LineString(wall.line) for wall in floor.walls if wall.kind != "parapet"]
    return float(shapely.union_all(lines, grid_size=0.001).length) if lines else 0.0
