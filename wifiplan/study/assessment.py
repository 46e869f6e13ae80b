"""Whether a school has, untouched, the devices and the wireless with which the 2017 plan lets it apply."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from wifiplan.errors import SettingsError
from wifiplan.scheme.mobile_learning import grant_range_ntd, may_take_part
from wifiplan.scheme.office import mobile_learning_classes
from wifiplan.scheme.options import EntitlementOptions
from wifiplan.scheme.school import Stage
from wifiplan.site.building import SchoolRef, Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.plan import assess_site, plan_site
from wifiplan.study.records import Plan, PlannedRoom, RoomChange
from wifiplan.study.settings import Settings

Finding: TypeAlias = Literal["met", "not_met", "open"]
"""具備, 不具備, 無法認定."""

_GRADE = re.compile(r"([一二三四五六七八九1-9])\s*年")
_NUMBERED = re.compile(r"(?:^|[^0-9])([1-9])[0-9]{2}(?:班)?$")
_CHINESE = "一二三四五六七八九"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a school applies with: its classes, and the devices that it has (None: nobody said)."""

    n_classes: int = 1
    n_devices: int | None = None
    first_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedRoom:
    """A classroom as it stands.

    `eligible` says whether its grade may take part, `passes` whether the whole class can be on line with what hangs
    there; None is unknown. `remedy` is the least that makes it pass, None where nothing known does.
    """

    room: PlannedRoom
    grade: int | None
    eligible: bool | None
    passes: bool | None
    remedy: RoomChange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The answer: conditions one by one, and together.

    `plan` is the school as it stands, `improved` the plan that gives the remedies. `n_devices_needed` is a whole class
    of the largest eligible classroom. `grant_ntd` is what the plan grants for `n_classes` [NTD].
    """

    plan: Plan
    improved: Plan
    school: SchoolRef | None
    stage: Stage
    application: Application
    cap: int
    rooms: tuple[AssessedRoom, ...]
    n_devices_needed: int
    devices: Finding
    wireless: Finding
    grant_ntd: tuple[int, int]

    @property
    def verdict(self) -> Finding:
        """Both conditions together: what is missing decides before what is unknown."""
        both = (self.devices, self.wireless)
        if "not_met" in both:
            return "not_met"
        return "open" if "open" in both else "met"

    @property
    def n_passing(self) -> int:
        """Classrooms that may take part and pass as they stand."""
        return _n_passing(self.rooms)

    @property
    def n_possible(self) -> int:
        """Classrooms that may take part and pass as far as anybody knows: those that pass, and the unknown."""
        return _n_possible(self.rooms)

    @property
    def n_unset(self) -> int:
        """Access points that serve and whose channel or power nobody noted."""
        used = {planned.access_point.id for planned in self.plan.access_points if planned.serves}
        return sum(ap.id in used and not _is_set(ap, self.plan.band) for ap in self.plan.site.access_points)


def assess(
    site: Site,
    settings: Settings,
    application: Application,
    *,
    stage: Stage | None = None,
    options: EntitlementOptions | None = None,
) -> Assessment:
    """Hold a school, as it stands, against the condition for applying (106 年實施方案 伍三).

    Wireless is met if at least as many classrooms of grades that may take part pass with what hangs there as classes
    apply; it stays open where unknown classrooms, an unknown inventory or an archetype decide. Devices are met if a
    whole class of the largest such classroom has one each (our reading: classes take turns).

    Parameters
    ----------
    site : Site
        The building and what hangs there.
    settings : Settings
        Demand and law.
    application : Application
        Classes and devices.
    stage : "elementary", "junior" or None
        Which school of a site that serves both (國中小); None takes the site's first.
    options : EntitlementOptions or None
        Reading of the caps (A9).

    Raises
    ------
    SettingsError
        More classes than the plan funds, or a stage that the site does not serve.
    SiteError
        If site and settings don't fit together.
    """
    school = _school(site, stage)
    kind: Stage = school.stage if school is not None else (stage or "elementary")
    remote = school is not None and school.remote
    cap = mobile_learning_classes(
        kind, options or EntitlementOptions(), first_time=application.first_time, rural=remote
    )
    if application.n_classes > cap:
        raise SettingsError(
            f"the plan funds at most {cap} classes of this school, not {application.n_classes}",
            remedy=f"give --classes 1 to {cap}",
            where="--classes",
        )
    plan, improved = assess_site(site, settings), plan_site(site, replace(settings, n_aps=None))
    rooms = _rooms(plan, improved, kind)
    needed = _n_devices_needed(rooms, settings)
    return Assessment(
        plan=plan,
        improved=improved,
        school=school,
        stage=kind,
        application=application,
        cap=cap,
        rooms=rooms,
        n_devices_needed=needed,
        devices=_devices(application.n_devices, needed),
        wireless=_wireless(site, rooms, application.n_classes),
        grant_ntd=grant_range_ntd(application.n_classes),
    )


def grade_of(name: str) -> int | None:
    """Return the grade that a classroom's name gives, None where it gives none.

    >>> [grade_of(name) for name in ("三年甲班", "5年2班", "701", "忠班", "３０２班")]
    [3, 5, 7, None, 3]
    """
    text = unicodedata.normalize("NFKC", name).replace(" ", "")
    found = _GRADE.search(text) or _NUMBERED.search(text)
    if found is None:
        return None
    return _CHINESE.index(found[1]) + 1 if found[1] in _CHINESE else int(found[1])


def _school(site: Site, stage: Stage | None) -> SchoolRef | None:
    if stage is None or not site.schools:
        return site.school
    found = next((school for school in site.schools if school.stage == stage), None)
    if found is None:
        served = ", ".join(school.stage for school in site.schools)
        raise SettingsError(f"the site serves no {stage} school", remedy=f"it serves {served}", where="--stage")
    return found


def _rooms(plan: Plan, improved: Plan, stage: Stage) -> tuple[AssessedRoom, ...]:
    drawn = {room.id: room for floor in plan.site.floors for room in floor.rooms}
    first = plan.site.school.stage if plan.site.school is not None else stage
    after = {room.room_id: room for room in improved.rooms}
    found = []
    for room in plan.rooms:
        if room.need is None or room.use != "classroom" or (drawn[room.room_id].stage or first) != stage:
            continue
        passes = _passes(room, plan)
        grade = grade_of(room.name)
        found.append(
            AssessedRoom(
                room=room,
                grade=grade,
                eligible=may_take_part(stage, grade),
                passes=passes,
                remedy="as_is" if passes else _remedy(after[room.room_id], improved),
            )
        )
    return tuple(found)


def _passes(room: PlannedRoom, plan: Plan) -> bool | None:
    """Return whether a room passes as it stands; None where what nobody knows could decide it."""
    site = plan.site
    if site.evidence == "archetype":
        # nobody drew an assumed building: its rooms prove nothing, either way
        return None
    return room.passes_today


def _is_set(ap: AccessPoint, band: Band) -> bool:
    """Return whether channel and power of an access point's radio in a band are known."""
    return any(r.band == band and r.channel is not None and r.eirp_dbm is not None for r in ap.radios)


def _remedy(after: PlannedRoom, improved: Plan) -> RoomChange | None:
    """Return the least that makes a room pass: what the improved plan does with what serves it."""
    if after.verdict != "pass":
        return None
    if after.change is not None:
        return after.change
    serving = {after.serving_ap, *after.sharing_aps}
    actions = {planned.action for planned in improved.access_points if planned.access_point.id in serving}
    if "new" in actions:
        return "new"
    if "replaced" in actions:
        return "replace"
    return "move" if "moved" in actions else "retune"


def _n_devices_needed(rooms: Sequence[AssessedRoom], settings: Settings) -> int:
    """Return a whole class of the largest classroom that may take part, or of any where no grade is known."""
    some = [room for room in rooms if room.eligible] or [room for room in rooms if room.eligible is None]
    return max((room.room.class_size or settings.demand.default_class_size for room in some), default=0)


def _devices(n_devices: int | None, needed: int) -> Finding:
    if n_devices is None:
        return "open"
    return "met" if n_devices >= needed > 0 else "not_met"


def _wireless(site: Site, rooms: Sequence[AssessedRoom], n_classes: int) -> Finding:
    if site.access_points_known and not site.access_points:
        return "not_met"
    if _n_passing(rooms) >= n_classes:
        return "met"
    return "open" if _n_possible(rooms) >= n_classes else "not_met"


def _n_passing(rooms: Sequence[AssessedRoom]) -> int:
    return sum(bool(room.eligible) and bool(room.passes) for room in rooms)


def _n_possible(rooms: Sequence[AssessedRoom]) -> int:
    return sum(room.eligible is not False and room.passes is not False for room in rooms)
