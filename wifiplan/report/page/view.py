"""Plan -> View: what the planner and report.html show, as data that JSON can carry; the words are the report's own."""

from collections.abc import Mapping

from wifiplan.files.site import site_to_plain
from wifiplan.report.figures.legend import CONTOURS_DBM
from wifiplan.report.front import headline, meaning, tiles
from wifiplan.report.numbering import ap_numbers, floor_name
from wifiplan.report.page.rounding import rounded
from wifiplan.report.reasons import reason_text
from wifiplan.report.remedies import cure_text
from wifiplan.report.standing import mark_of
from wifiplan.report.summary import Summary, names_of_rooms, summarise
from wifiplan.report.tables import ap_reason, typeset
from wifiplan.report.texts import texts
from wifiplan.site.building import Floor
from wifiplan.site.network import BANDS
from wifiplan.study.fields import OVERLAP_DBM
from wifiplan.study.records import Plan, PlannedAccessPoint, PlannedRoom
from wifiplan.study.telling import plan_evidence

FORMAT = 1


def view_of(plan: Plan, lang: str, *, fields: Mapping[int, object] | None = None) -> dict[str, object]:
    """Return a plan as the scripts of `report/static/page` show it.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    lang : "zh-TW" or "en"
        Language of every sentence; names of schools and rooms stay as they are.
    fields : mapping of floor level to coded fields, optional
        The maps of each floor; a floor without them is shown without.

    Returns
    -------
    dict
        The View of the page's protocol: plain JSON values, the same for the same plan.

    Raises
    ------
    SettingsError
        For a language without texts.
    """
    words, summary = texts(lang), summarise(plan, lang)
    known = fields or {}
    return {
        "format": FORMAT,
        "lang": lang,
        "version": plan.version,
        "title": summary.school,
        "subtitle": subtitle(plan, lang),
        "headline": [typeset(part) for part in headline(summary)],
        "tiles": tiles(plan, summary, words),
        "warning": _warning(plan, lang),
        "basis": _basis(plan, summary, lang),
        "footer": words["doc.version"].format(version=plan.version),
        "site": site_to_plain(plan.site),
        "band": plan.band,
        "bands": bands_of(plan),
        "thresholds": thresholds(plan),
        "options": _options(plan),
        "rooms": rooms_of(plan, lang),
        "access_points": access_points_of(plan, lang),
        "floors": [
            {
                "level": floor.level,
                "name": floor_name(plan, floor.level, lang),
                "bounds": bounds(floor),
                "fields": known.get(floor.level),
            }
            for floor in sorted(plan.site.floors, key=lambda f: f.level)
        ],
    }


def subtitle(plan: Plan, lang: str) -> str:
    """Return stage, code and area of the school."""
    words, school = texts(lang), plan.site.school
    if school is None:
        return words["doc.unnamed_school"]
    remote = words["remote.yes" if school.remote else "remote.no"]
    return f"{words[f'stage.{school.stage}']} {school.code} · {remote}"


def bands_of(plan: Plan) -> list[str]:
    """Return the bands in which the finished plan has radios on, and its own."""
    used = {r.band for p in plan.access_points if p.action != "removed" for r in p.access_point.radios}
    return [band for band in BANDS if band in used | {plan.band}]


def thresholds(plan: Plan) -> dict[str, float | None]:
    """Return the most demanding needs of the rooms: the maps' bold lines [dBm, dB]."""
    needs = [room.need for room in plan.rooms if room.need]
    second = [need.min_second_dbm for need in needs if need.min_second_dbm is not None]
    return {
        "received_dbm": max((need.min_received_dbm for need in needs), default=None),
        "snr_db": max((need.min_snr_db for need in needs), default=None),
        "second_dbm": max(second, default=None),
        "overlap_dbm": OVERLAP_DBM,
    }


def rooms_of(plan: Plan, lang: str) -> list[dict[str, object]]:
    """Return every room of a plan with its need, what it gets, verdict, reason and remedy in words."""
    names = names_of_rooms(plan.rooms)
    return [_room(room, plan, names, lang) for room in plan.rooms]


def access_points_of(plan: Plan, lang: str) -> list[dict[str, object]]:
    """Return every access point of a plan with its settings and the reason for its place in words."""
    names, numbers = names_of_rooms(plan.rooms), ap_numbers(plan)
    locked = [spot for spot in plan.site.spots if spot.kind == "locked"]
    at = {(s.floor, round(s.x_m, 2), round(s.y_m, 2)) for s in locked if s.x_m is not None and s.y_m is not None}
    return [
        _access_point(p, plan, lang)
        | {"number": numbers[p.access_point.id]}
        | _lock(p, at)
        | _room_of(p, names, plan, lang)
        for p in plan.access_points
    ]


def bounds(floor: Floor) -> list[float]:
    """Return the ground that a floor takes: least x, least y, greatest x, greatest y [m]."""
    points = [
        *(floor.outline or ()),
        *(point for room in floor.rooms for point in room.polygon),
        *(point for wall in floor.walls for point in wall.line),
    ]
    if not points:
        return [0.0, 0.0, 0.0, 0.0]
    xs, ys = zip(*points, strict=True)
    return [min(xs), min(ys), max(xs), max(ys)]


def _warning(plan: Plan, lang: str) -> dict[str, str] | None:
    words = texts(lang)
    if plan.site.evidence != "archetype":
        return None
    return {"title": words["warn.archetype.title"], "text": words["warn.archetype.text"]}


def _basis(plan: Plan, summary: Summary, lang: str) -> list[str]:
    words, basis = texts(lang), summary.basis
    lines = [words[f"rests_on.{plan_evidence(plan)}"], *meaning(plan, words), *basis.threshold]
    lines += [*basis.assumptions, *basis.proof, basis.existing, basis.brand]
    return [typeset(line) for line in lines if line]


def _options(plan: Plan) -> dict[str, object]:
    needs = [room.need for room in plan.rooms if room.need]
    return {
        "contours_dbm": list(CONTOURS_DBM),
        "max_airtime_share": min((need.max_airtime_share for need in needs), default=None),
        "min_seats_share": max((need.min_seats_share for need in needs), default=None),
        "n_aps_allowed": plan.n_aps_allowed,
        "law": plan.settings.law.name,
    }


def _room(room: PlannedRoom, plan: Plan, names: Mapping[str, str], lang: str) -> dict[str, object]:
    words, need = texts(lang), room.need
    figures = {
        "received_dbm": room.received_dbm,
        "second_dbm": room.second_dbm,
        "snr_db": room.snr_db,
        "seats_share": room.seats_share,
        "airtime_share": room.airtime_share,
        "channel_share": room.channel_share,
        "busy_share": room.busy_share,
        "demand_mbps": need.demand_mbps if need else None,
    }
    return {
        "room_id": room.room_id,
        "name": room.name,
        "use": room.use,
        "use_text": words[f"use.{room.use}"],
        "floor": room.floor,
        "class_size": room.class_size,
        "verdict": room.verdict,
        "reason": typeset(reason_text(room.reason, lang, names=names)),
        "remedy": typeset(cure_text(room, plan, lang)),
        "serving_ap": room.serving_ap,
        "sharing_aps": list(room.sharing_aps),
        **{key: rounded(value) for key, value in figures.items()},
        "n_devices": need.n_devices if need else None,
        "profile": _profile(need.profile, words) if need else "",
        "passes_today": room.passes_today,
        "change": words[f"room.change.{room.change}"] if room.change and plan.site.access_points else "",
    }


def _profile(name: str, words: Mapping[str, str]) -> str:
    return words.get(f"profile.{name}", name)


def _access_point(planned: PlannedAccessPoint, plan: Plan, lang: str) -> dict[str, object]:
    words, point, mark = texts(lang), planned.access_point, mark_of(planned)
    return {
        "id": point.id,
        "name": point.name or point.id,
        "floor": point.floor,
        "x_m": rounded(point.x_m),
        "y_m": rounded(point.y_m),
        "z_m": rounded(point.z_m),
        "action": planned.action,
        "mark": mark,
        "action_text": words[f"action.{mark}"],
        "model": point.model,
        "reason": typeset(reason_text(ap_reason(planned), lang, names=names_of_rooms(plan.rooms))),
        "serves": list(planned.serves),
        "radios": _radios(planned),
        "off_bands": list(planned.off_bands),
        "load_share": rounded(planned.load_share),
        "channel_share": rounded(planned.channel_share),
        "cabinet": planned.cabinet or point.cabinet,
        "cable_m": rounded(planned.cable_m),
        "backup_channel": planned.backup_channel,
        "dfs": planned.dfs,
    }


def _radios(planned: PlannedAccessPoint) -> list[dict[str, object]]:
    return [
        {"band": r.band, "channel": r.channel, "width_mhz": r.width_mhz, "eirp_dbm": rounded(r.eirp_dbm)}
        for r in planned.access_point.radios
    ]


def _room_of(planned: PlannedAccessPoint, names: Mapping[str, str], plan: Plan, lang: str) -> dict[str, object]:
    words = texts(lang)
    name = planned.room_name or names.get(planned.room_id or "") or words["ap.corridor"]
    place = words["page.ap.in_room"].format(floor=floor_name(plan, planned.access_point.floor, lang), room=name)
    return {"room_id": planned.room_id, "room_name": name, "place_text": place}


def _lock(planned: PlannedAccessPoint, at: set[tuple[int, float, float]]) -> dict[str, object]:
    point = planned.access_point
    here = (
        point.x_m is not None
        and point.y_m is not None
        and (point.floor, round(point.x_m, 2), round(point.y_m, 2)) in at
    )
    return {"locked": here or planned.reason.code == "locked"}
