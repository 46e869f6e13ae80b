"""A site judged by its surveys, once for every answer that tells of it: its rooms, its network, what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wifiplan.site.building import Site
from wifiplan.study.measured_absent import absent_findings, located_strangers
from wifiplan.study.measured_air import AirFinding, air_findings, ranked
from wifiplan.study.measured_fitted import known_by_survey
from wifiplan.study.measured_levels import Known, rooms_needs
from wifiplan.study.measured_rooms import MeasuredRooms, VerdictOptions, measured_rooms
from wifiplan.study.plan import assess_site
from wifiplan.study.records import Plan
from wifiplan.study.settings import Settings
from wifiplan.study.wishes import wish_of
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.matching import match
from wifiplan.survey.records import Survey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """What is known of levels, the verdicts of rooms, what is wrong with the network.

    Of `n_heard` BSSIDs in the class's band `n_matched` are of access points of the site.
    """

    known: Known
    rooms: MeasuredRooms
    findings: tuple[AirFinding, ...]
    n_matched: int
    n_heard: int


def judged_site(
    site: Site,
    surveys: Sequence[Survey],
    settings: Settings,
    *,
    calibration: Calibration | None = None,
    plan: Plan | None = None,
    options: VerdictOptions | None = None,
) -> Judged:
    """Judge the rooms of a site by its surveys, and audit its network.

    Parameters
    ----------
    site : Site
        With access points that have places and powers.
    surveys : sequence of Survey
        Readings.
    settings : Settings
        The class's device and band, and what is believed without readings.
    calibration : Calibration, optional
        The law as these readings fit it; None: there is nothing to fit.
    plan : Plan, optional
        What was installed; without it the site is predicted as it stands.
    options : VerdictOptions, optional
        How sure a verdict must be.
    """
    band, law = settings.radio.band, settings.law if calibration is None else calibration.law
    matched = match(surveys, site, law=law)
    known = known_by_survey(site, surveys, band, law, matched=matched, calibration=calibration)
    design = replace(settings.design, what_if=False)
    predicted = plan or assess_site(site, replace(settings, design=design, law=law))
    rooms = measured_rooms(
        known,
        surveys,
        settings,
        rooms_needs(site, settings),
        predicted=predicted if predicted.band == band else None,
        options=options,
    )
    found = air_findings(
        surveys,
        site,
        wish_of(plan if plan is not None else site),
        matched,
        rooms_in_need=[room.room_id for room in rooms.rooms],
        serving={} if plan is None else {r.room_id: r.serving_ap for r in plan.rooms if r.serving_ap},
        band=band,
    )
    absent = absent_findings(surveys, site, site.access_points, matched, law)
    return Judged(
        known=known,
        rooms=rooms,
        findings=ranked(located_strangers((*found, *absent), surveys, site, law)),
        n_matched=sum(of == band for _, of in matched.ap_of),
        n_heard=sum(of == band for _, of in matched.reasons),
    )


def last_place(site: Site, surveys: Sequence[Survey]) -> tuple[int, float, float] | None:
    """Return floor, x and y of the last place measured, where there is one on the site's floors."""
    levels = {floor.level for floor in site.floors}
    samples = [s for survey in surveys for s in survey.samples if s.floor in levels]
    return (samples[-1].floor, samples[-1].x_m, samples[-1].y_m) if samples else None
