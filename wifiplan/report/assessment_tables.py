"""Tables of the assessment sheet: conditions, what is there, classrooms as they stand, record of measurements."""

from collections.abc import Mapping, Sequence

from wifiplan.catalog.brands import RULE_ZH
from wifiplan.catalog.mobile_learning import clause
from wifiplan.report.numbering import floor_name
from wifiplan.report.reasons import reason_text
from wifiplan.report.standing import in_use, n_marked
from wifiplan.report.tables import Table, breakable, typeset
from wifiplan.report.texts import number_text, texts
from wifiplan.study.assessment import AssessedRoom, Assessment

N_MEASURED = 6
"""Lines of the record of measurements: rooms that apply first, the narrowest of them first; then blank ones."""

_MAX_NAMES = 24
_BRAND_RULE = f"{RULE_ZH} (111 年實施計畫 五(七)2)"


def conditions_table(assessment: Assessment, lang: str) -> Table:
    """Return every condition as the plan words it, where it stands, what was found and the finding."""
    words, given = texts(lang), assessment.application
    known = "unknown" if given.n_devices is None else "known"
    devices = words[f"assess.devices.{known}"].format(n=given.n_devices, needed=assessment.n_devices_needed)
    n_eligible = sum(bool(room.eligible) for room in assessment.rooms)
    wireless = words["assess.row.wireless"].format(n=n_eligible, passing=assessment.n_passing, classes=given.n_classes)
    low, high = (number_text(amount, 0) for amount in assessment.grant_ntd)
    unknown = sum(room.eligible is None for room in assessment.rooms)
    rows = [
        ("condition", words["assess.row.devices"].format(text=devices), words[f"assess.finding.{assessment.devices}"]),
        ("condition", wireless, words[f"assess.finding.{assessment.wireless}"]),
        ("prior", words["assess.row.prior"], ""),
        ("lowest_grade", words["assess.row.grade"].format(n=n_eligible, unknown=unknown), ""),
        ("caps", words["assess.row.caps"].format(cap=assessment.cap, n=given.n_classes), ""),
        ("caps_more", _narrower(assessment, words), ""),
        ("first_class_low", words["assess.row.grant"].format(n=given.n_classes, low=low, high=high), ""),
        ("device_share", words["assess.row.device_share"], ""),
    ]
    heads = ("assess.condition", "assess.source", "assess.found", "assess.finding")
    return Table(
        heads=tuple(words[head] for head in heads),
        rows=tuple(
            ("〃" if place == 1 else clause(name).text, clause(name).source, found, finding)
            for place, (name, found, finding) in enumerate(rows)
        ),
        failing=tuple(place < 2 for place in range(len(rows))),
    )


def _narrower(assessment: Assessment, words: Mapping[str, str]) -> str:
    """Return whether the narrower caps hold for the school, and why."""
    remote = assessment.school is not None and assessment.school.remote
    held = ((assessment.application.first_time, "first"), (remote, "rural"))
    why = words["doc.separator"].join(words[f"assess.row.{key}"] for applies, key in held if applies)
    return words["assess.row.caps_more.yes"].format(why=why) if why else words["assess.row.caps_more.no"]


def existing_table(assessment: Assessment, lang: str) -> Table:
    """Return what is there: inventory, access points by what can be said of them, and the uplink."""
    words, plan = texts(lang), assessment.plan
    known = plan.site.access_points_known
    rows = [
        (
            words["assess.inventory"],
            words["assess.inventory.known" if known else "assess.inventory.unknown"],
            "" if known else words["assess.inventory.unknown_note"],
        ),
        (
            words["assess.aps.used"],
            _count(sum(in_use(planned) for planned in plan.access_points), assessment, words),
            words["assess.aps.used_note"].format(band=plan.band),
        ),
    ]
    counts = (("undecided", n_marked(plan, "undecided")), ("prohibited", n_marked(plan, "prohibited")))
    rows += [
        (words[f"assess.aps.{mark}"], str(n), words[f"assess.aps.{mark}_note"].format(rule=_BRAND_RULE))
        for mark, n in counts
        if n
    ]
    uplink, mbps = plan.site.uplink_mbps, uplink_needed_mbps(assessment)
    note = "assess.uplink_note" if uplink is None or uplink >= mbps else "assess.uplink_short"
    rows.append(
        (
            words["assess.uplink"],
            words["assess.uplink.unknown"] if uplink is None else number_text(uplink, 0),
            words[note].format(n=assessment.application.n_classes, mbps=number_text(mbps, 0)),
        )
    )
    return Table(heads=tuple(words[f"assess.{head}"] for head in ("item", "number", "note")), rows=tuple(rows))


def _count(n: int, assessment: Assessment, words: Mapping[str, str]) -> str:
    """Return a number of access points; nothing found where nobody looked is unknown."""
    return str(n) if n or assessment.plan.site.access_points_known else words["assess.inventory.unknown"]


def uplink_needed_mbps(assessment: Assessment) -> float:
    """Return what the largest classrooms of the application need at once [Mbit/s]."""
    demands = sorted(
        (room.room.need.demand_mbps for room in assessment.rooms if room.room.need and room.eligible is not False),
        reverse=True,
    )
    return float(sum(demands[: assessment.application.n_classes]))


def state_of(room: AssessedRoom) -> str:
    """Return the key of a room's state: pass, fail, unknown, or a grade that may not take part."""
    if room.eligible is False:
        return "not_eligible"
    return {True: "pass", False: "fail", None: "unknown"}[room.passes]


def why_room(room: AssessedRoom, assessment: Assessment, lang: str) -> str:
    """Return why a room stands as it does; a grade that its name does not tell is said in every case."""
    words, state = texts(lang), state_of(room)
    if state == "not_eligible":
        return words["assess.reason.grade"]
    text = words["assess.room.all_good"]
    if state == "unknown":
        assumed = assessment.plan.site.evidence == "archetype"
        text = words["assess.reason.archetype" if assumed else "assess.reason.unknown"]
    elif state == "fail":
        no_ap = room.room.reason.code == "no_budget"
        text = words["assess.reason.no_ap"] if no_ap else typeset(reason_text(room.room.reason, lang))
    return text if room.eligible else words["assess.join"].join((text, words["assess.reason.grade_unknown"]))


def remedy_of(room: AssessedRoom, lang: str) -> str:
    """Return the cheapest remedy that is known, empty where none is needed; where little is known, look first."""
    words, state = texts(lang), state_of(room)
    if state in ("pass", "not_eligible"):
        return ""
    text = words[f"assess.remedy.{room.remedy or 'none'}"]
    return words["assess.remedy.unknown"].format(remedy=text) if state == "unknown" else text


def rooms_table(assessment: Assessment, lang: str) -> Table:
    """Return the classrooms in groups that share state, reason and remedy: passing ones first."""
    words = texts(lang)
    groups: dict[tuple[str, str, str], list[AssessedRoom]] = {}
    order = ("pass", "fail", "unknown", "not_eligible")
    for room in sorted(assessment.rooms, key=lambda room: order.index(state_of(room))):
        state = state_of(room)
        groups.setdefault((state, why_room(room, assessment, lang), remedy_of(room, lang)), []).append(room)
    heads = ("state", "n", "names", "reason", "remedy")
    return Table(
        heads=tuple(words[f"assess.room.{head}"] for head in heads),
        rows=tuple(
            (words[f"assess.state.{state}"], str(len(rooms)), _names(rooms, words), why, remedy)
            for (state, why, remedy), rooms in groups.items()
        ),
        failing=tuple(state == "fail" for state, _, _ in groups),
    )


def _names(rooms: Sequence[AssessedRoom], words: Mapping[str, str]) -> str:
    names = words["doc.separator"].join(breakable(room.room.name) for room in rooms[:_MAX_NAMES])
    return names if len(rooms) <= _MAX_NAMES else words["assess.more"].format(names=names, n=len(rooms))


def to_measure(assessment: Assessment) -> tuple[AssessedRoom, ...]:
    """Return the rooms to measure: those that may take part, passing ones first, the narrowest margin first."""
    order = {"pass": 0, "unknown": 1, "fail": 2}
    rooms = [room for room in assessment.rooms if room.eligible is not False]

    def margin_db(room: AssessedRoom) -> float:
        got, need = room.room.received_dbm, room.room.need
        return 0.0 if got is None or need is None else got - need.min_received_dbm

    return tuple(sorted(rooms, key=lambda room: (order[state_of(room)], margin_db(room)))[:N_MEASURED])


def measure_table(assessment: Assessment, lang: str) -> Table:
    """Return the record of measurements with blanks for who, when, with which device, and the result."""
    words = texts(lang)
    heads = ("room", "predicted", "who", "when", "device", "result")
    rows = [
        (f"{floor_name(assessment.plan, room.room.floor, lang)} {breakable(room.room.name)}",
         words[f"assess.state.{state_of(room)}"], "", "", "", "")
        for room in to_measure(assessment)
    ]  # fmt: skip
    rows += [("",) * 6] * (N_MEASURED - len(rows))
    return Table(heads=tuple(words[f"assess.measure.{head}"] for head in heads), rows=tuple(rows))
