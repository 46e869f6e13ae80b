"""A county of four schools: all classrooms served, some, none, and one that could not be planned."""

from wifiplan.scheme.school import School
from wifiplan.site.building import Evidence
from wifiplan.study.outcomes import CountyPlan, SchoolOutcome

EVIL = "</script><img src=x onerror=alert(1)>"


def _outcome(k: int, served: int | None, evidence: Evidence | None, *, places: bool) -> SchoolOutcome:
    school = School(
        stage="elementary",
        code=f"{k:06}",
        name=EVIL if k == 1 else f"第{k}國小",
        county="某縣",
        n_classes=6 + 3 * k,
        n_students=200,
        town=("甲鎮", "乙鄉")[k % 2],
        latitude=23.0 + 0.1 * k if places else None,
        longitude=120.0 + 0.05 * k if places else None,
    )
    if served is None:
        return SchoolOutcome(school=school, n_class_sets=1, n_devices=30, failure=f"broken: {EVIL}", cause="site")
    return SchoolOutcome(
        school=school,
        n_class_sets=1,
        n_devices=30,
        n_aps_placed=4,
        n_aps_needed=5,
        n_classrooms=6 if k == 0 else 9,
        n_classrooms_served=served,
        n_specialist=2,
        n_specialist_served=1,
        evidence=evidence,
    )


def county_plan(*, places: bool = False) -> CountyPlan:
    """Return the county, with coordinates or without."""
    served: list[tuple[int | None, Evidence | None]] = [(6, "archetype"), (8, "drawn"), (0, "drawn"), (None, None)]
    made = tuple(_outcome(k, n, evidence, places=places) for k, (n, evidence) in enumerate(served))
    return CountyPlan(version="0.1.0", county="某縣", outcomes=made, n_aps=None, method="largest_remainder")
