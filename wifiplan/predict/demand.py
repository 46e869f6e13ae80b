"""Class size, devices and application of every room, turned into what the room needs: `Need`."""

import math
from dataclasses import dataclass, replace

from wifiplan.catalog.applications import Profile
from wifiplan.catalog.applications import profile as catalog_profile
from wifiplan.site.building import Room, SchoolRef, Site
from wifiplan.site.network import Need, SureOf

CLASSROOM, SPECIALIST = 0, 1
"""Ranks of rooms: 班級教室優先，若有餘裕再建置專科教室 (計畫說明五(五)4)."""

CLASSES_PER_SET = 6
"""非偏遠地區每校每 6 班補助 1 班(無條件進位)學習載具 (計畫說明六(三)1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEdit:
    """A requirement profile edited by the user: the catalogue's of the same name, or of `based_on`, with other figures.

    None leaves a figure as it is; units as in `catalog.applications.Profile`.
    """

    name: str
    based_on: str | None = None
    mbps_down: float | None = None
    mbps_up: float | None = None
    min_received_dbm: float | None = None
    min_second_dbm: float | None = None
    min_snr_db: float | None = None
    max_airtime_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandOptions:
    """How many devices are on at once, and what they do.

    Parameters
    ----------
    classroom_profile, specialist_profile : str
        Requirement profile of classrooms and specialist rooms (`catalog/data/profiles.csv`): "video", "e_testing",
        "conferencing". A room's own `profile` in the site file comes first.
    profiles : tuple of ProfileEdit
        Profiles edited or added by name, for one use or room; the overrides below hold for all.
    mbps_per_device : float or None
        Downlink payload a device that a room must hold to count as good wireless (KPI 7: the ministry's text gives no
        figure) [Mbit/s]; None takes the profile's.
    min_received_dbm, min_second_dbm, min_snr_db : float or None
        Override the profile's signal, second signal [dBm] and SNR [dB].
    max_airtime_share : float or None
        Overrides the profile's airtime cap.
    min_seats_share : float
        Share of a room's seats that must hold the need.
    default_class_size : int
        Class size of a classroom whose size nobody gave: the 29 pupils of
        國民小學與國民中學班級編制及教職員員額編制準則第 2 條 (edu.law.moe.gov.tw, hid=368).
    teacher_devices_elementary, teacher_devices_junior : int
        Teacher devices on in the room with a subsidised set (計畫說明六(三)1(1): 2 and 3).
    teacher_devices_remote : int
        Teacher devices on in a room of a remote school (師生 1 人 1 機: one teacher, one device).
    seat_probability : float
        How sure a seat must be of its signal and SNR in a full class, 0 < p < 1: 0.95 lets one lesson in twenty be
        bad at that seat. `min_seats_share` counts seats, this counts how sure each of them is.
    sure_of : "rate" or "signal"
        What a seat must be sure of: the rate with which the whole class fits under the airtime cap, or the profile's
        signal and SNR. Those are targets of site surveys with a reserve in them (-67 dBm and 25 dB carry several
        times what a class needs), so that demanding them with 95 % counts the reserve twice.
    margin_db : float
        Extra margin on the profile's signal, beyond the probability [dB].
    rooms_at_once : int or None
        How many rooms hold a whole class on line at the same moment; None: as many as the scheme gives class sets
        (every class at a remote school). More where the school has devices of its own, or pupils bring theirs.
    """

    classroom_profile: str = "video"
    specialist_profile: str = "video"
    profiles: tuple[ProfileEdit, ...] = ()
    mbps_per_device: float | None = None
    min_received_dbm: float | None = None
    min_second_dbm: float | None = None
    min_snr_db: float | None = None
    max_airtime_share: float | None = None
    min_seats_share: float = 0.95
    default_class_size: int = 29
    teacher_devices_elementary: int = 2
    teacher_devices_junior: int = 3
    teacher_devices_remote: int = 1
    seat_probability: float = 0.95
    sure_of: SureOf = "rate"
    margin_db: float = 0.0
    rooms_at_once: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a school's rooms need.

    `n_class_sets` is k of a non-remote school: only k sets of tablets exist, but any room may hold one. It is None at
    a remote school, where every class has its own. `n_rooms_at_once` is the number of rooms that can hold a whole
    class on line at the same moment.
    """

    needs: tuple[Need, ...]
    n_class_sets: int | None
    n_rooms_at_once: int
    assumptions: tuple[str, ...] = ()


def demand(site: Site, options: DemandOptions) -> Demand:
    """Return what every classroom and specialist room of a site needs.

    Parameters
    ----------
    site : Site
        The building with its rooms and class sizes.
    options : DemandOptions
        Devices and applications.

    Returns
    -------
    Demand
        Needs in the order of the site's rooms.

    Raises
    ------
    CatalogError
        If a profile is named that the catalogue does not hold.
    """
    rooms = [room for floor in site.floors for room in floor.rooms]
    classrooms = [room for room in rooms if room.use == "classroom"]
    n_classes, n_sets = _class_sets(site, classrooms)
    sizes = [room.class_size or options.default_class_size for room in classrooms]
    largest = max(sizes, default=options.default_class_size)
    needs = tuple(
        _need(room, _n_devices(room, largest, _school_of(room, site), options), options)
        for room in rooms
        if room.use in ("classroom", "specialist")
    )
    at_once = options.rooms_at_once
    if at_once is None:
        at_once = n_classes if n_sets is None else n_sets
    return Demand(
        needs=needs,
        n_class_sets=n_sets,
        n_rooms_at_once=max(1, at_once),
        assumptions=tuple(_assumptions(classrooms, site.school)),
    )


def _school_of(room: Room, site: Site) -> SchoolRef | None:
    """Return the roster row whose room it is."""
    return next((s for s in site.schools if s.stage == room.stage), site.school)


def _class_sets(site: Site, classrooms: list[Room]) -> tuple[int, int | None]:
    """Return how many classes a site has, and how many class sets; None where every class has its own.

    A site that serves both stages has sets row by row, as the Annex lists them; a remote row among others brings a
    set for each of its classes.
    """
    if not site.schools:
        return len(classrooms), math.ceil(len(classrooms) / CLASSES_PER_SET)
    counted = [
        sum(_school_of(room, site) is school for room in classrooms) if school.n_classes is None else school.n_classes
        for school in site.schools
    ]
    if all(school.remote for school in site.schools):
        return sum(counted), None
    pairs = zip(site.schools, counted, strict=True)
    return sum(counted), sum(n if school.remote else math.ceil(n / CLASSES_PER_SET) for school, n in pairs)


def _assumptions(classrooms: list[Room], school: SchoolRef | None) -> list[str]:
    found = []
    if school is None:
        found.append("school_unknown")
    unknown = sum(room.class_size is None and room.devices is None for room in classrooms)
    if unknown:
        found.append(f"class_size_unknown:{unknown}")
    return found


def _n_devices(room: Room, largest: int, school: SchoolRef | None, options: DemandOptions) -> int:
    if room.devices is not None:
        return room.devices
    fallback = options.default_class_size if room.use == "classroom" else largest
    teachers = options.teacher_devices_elementary
    if school is not None and school.stage == "junior":
        teachers = options.teacher_devices_junior
    if school is not None and school.remote:
        teachers = options.teacher_devices_remote
    return (room.class_size or fallback) + teachers


def _need(room: Room, n_devices: int, options: DemandOptions) -> Need:
    classroom = room.use == "classroom"
    usual = classroom_need(options) if classroom else need_of(options.specialist_profile, options)
    wanted = usual if room.profile is None else need_of(room.profile, options)
    return replace(wanted, room_id=room.id, priority=CLASSROOM if classroom else SPECIALIST, n_devices=n_devices)


def classroom_need(options: DemandOptions) -> Need:
    """Return what a classroom must hold that has no profile of its own: the threshold of KPI 7."""
    return need_of(options.classroom_profile, options)


def need_of(name: str, options: DemandOptions) -> Need:
    """Return what a profile asks of a room with one device, the settings' overrides applied."""
    profile = edited_profile(name, options)
    second = profile.min_second_dbm if options.min_second_dbm is None else options.min_second_dbm
    return Need(
        room_id="",
        priority=CLASSROOM,
        profile=profile.name,
        n_devices=1,
        mbps_per_device=_first(options.mbps_per_device, profile.mbps_down),
        mbps_up_per_device=profile.mbps_up,
        min_received_dbm=_first(options.min_received_dbm, profile.min_received_dbm) + options.margin_db,
        min_snr_db=_first(options.min_snr_db, profile.min_snr_db),
        max_airtime_share=_first(options.max_airtime_share, profile.max_airtime_share),
        min_second_dbm=None if second is None else second + options.margin_db,
        min_seats_share=options.min_seats_share,
        seat_probability=options.seat_probability,
        sure_of=options.sure_of,
    )


def edited_profile(name: str, options: DemandOptions) -> Profile:
    """Return a profile of the catalogue with the user's edits.

    Raises
    ------
    CatalogError
        If neither the catalogue nor the edits know the name.
    """
    edit = next((e for e in options.profiles if e.name == name), None)
    if edit is None:
        return catalog_profile(name)
    base = catalog_profile(edit.based_on or name)
    second = base.min_second_dbm if edit.min_second_dbm is None else edit.min_second_dbm
    return replace(
        base,
        name=name,
        mbps_down=_first(edit.mbps_down, base.mbps_down),
        mbps_up=_first(edit.mbps_up, base.mbps_up),
        min_received_dbm=_first(edit.min_received_dbm, base.min_received_dbm),
        min_second_dbm=second,
        min_snr_db=_first(edit.min_snr_db, base.min_snr_db),
        max_airtime_share=_first(edit.max_airtime_share, base.max_airtime_share),
        source=f"{base.source}; edited in the settings",
    )


def _first(override: float | None, default: float) -> float:
    return default if override is None else override
