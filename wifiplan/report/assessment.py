"""The sheet of a school that applies with wireless already there: facts and tables, printed and as data."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from wifiplan.files.output import write_bytes
from wifiplan.report.assessment_tables import (
    conditions_table,
    existing_table,
    measure_table,
    rooms_table,
    uplink_needed_mbps,
)
from wifiplan.report.payload import printable_data
from wifiplan.report.standing import n_marked
from wifiplan.report.texts import number_text, texts
from wifiplan.report.typesetting import compiled
from wifiplan.study.assessment import Assessment


def write_assessment_pdf(assessment: Assessment, path: Path, *, lang: str = "zh-TW") -> None:
    """Write assessment.pdf; the same assessment gives the same bytes.

    Raises
    ------
    OutputError
        If the file can't be written, or the fonts are not there.
    """
    template = files("wifiplan.report") / "static" / "assessment.typ"
    data = json.dumps(printable_data(content(assessment, lang)), ensure_ascii=False)
    write_bytes(path, compiled(template.read_bytes(), {"data": data}, where=path.name))


def content(assessment: Assessment, lang: str) -> dict[str, object]:
    """Return all that the sheet prints, in words."""
    words = texts(lang)
    language, _, region = lang.partition("-")
    heads = ("conditions", "existing", "rooms", "measure", "todo", "sign")
    return {
        "lang": language,
        "region": region or None,
        "title": words["assess.title"],
        "school": assessment.plan.site.name,
        "subtitle": subtitle(assessment, lang),
        "verdict": assessment.verdict,
        "headline": words["assess.headline"].format(verdict=words[f"assess.verdict.{assessment.verdict}"]),
        "sentences": sentences(assessment, lang),
        "basis": words[f"assess.basis.{assessment.plan.site.evidence}"],
        "heads": {head: words[f"assess.head.{head}"] for head in heads},
        "conditions": asdict(conditions_table(assessment, lang)),
        "existing": asdict(existing_table(assessment, lang)),
        "rooms": asdict(rooms_table(assessment, lang)),
        "threshold": threshold(assessment, lang),
        "todo": todo(assessment, lang),
        "measure": asdict(measure_table(assessment, lang)),
        "signs": [words[f"assess.sign.{who}"] for who in ("school", "head", "county", "office")],
        "date": words["assess.sign.date"],
        "page": words["assess.page"],
        "footer": words["assess.footer"].format(version=assessment.plan.version),
    }


def conclusion(assessment: Assessment, lang: str) -> str:
    """Return the verdict and why, for a terminal."""
    words = texts(lang)
    head = words["assess.headline"].format(verdict=words[f"assess.verdict.{assessment.verdict}"])
    return "\n".join((head, *sentences(assessment, lang)))


def subtitle(assessment: Assessment, lang: str) -> str:
    """Return stage, code, area, classes and the cap."""
    words, school = texts(lang), assessment.school
    if school is None:
        return words["assess.no_school"]
    return words["assess.subtitle"].format(
        stage=words[f"stage.{school.stage}"],
        code=school.code,
        remote=words["remote.yes" if school.remote else "remote.no"],
        n=assessment.application.n_classes,
        cap=assessment.cap,
        first=words["assess.first"] if assessment.application.first_time else "",
    )


def sentences(assessment: Assessment, lang: str) -> list[str]:
    """Return why the verdict is what it is: wireless, then devices."""
    words = texts(lang)
    return [
        words[f"assess.sentence.wireless.{assessment.wireless}"].format(
            n=assessment.n_passing, classes=assessment.application.n_classes, why=_why_open(assessment, words)
        ),
        words[f"assess.sentence.devices.{assessment.devices}"].format(
            n=assessment.application.n_devices, needed=assessment.n_devices_needed
        ),
    ]


def _why_open(assessment: Assessment, words: Mapping[str, str]) -> str:
    site = assessment.plan.site
    parts = [words["assess.why.archetype"]] if site.evidence == "archetype" else []
    parts += [] if site.access_points_known else [words["assess.why.inventory"]]
    if n_marked(assessment.plan, "undecided"):
        parts.append(words["assess.why.undecided"])
    if assessment.n_unset:
        parts.append(words["assess.why.settings"])
    if any(room.eligible is None for room in assessment.rooms):
        parts.append(words["assess.why.grade"])
    return words["assess.join"].join(parts)


def threshold(assessment: Assessment, lang: str) -> str:
    """Return what passing means, and that the figures are ours."""
    rates = sorted({room.room.need.mbps_per_device for room in assessment.rooms if room.room.need})
    mbps = "–".join(number_text(rate, 2) for rate in dict.fromkeys((rates[0], rates[-1]))) if rates else "-"
    return texts(lang)["assess.threshold"].format(mbps=mbps)


def todo(assessment: Assessment, lang: str) -> list[str]:
    """Return what somebody must measure and confirm on site before the sheet is signed."""
    words, plan = texts(lang), assessment.plan
    n_open, n_banned = n_marked(plan, "undecided"), n_marked(plan, "prohibited")
    wanted = (
        (True, "test", 0),
        (not plan.site.access_points_known, "inventory", 0),
        (n_open > 0, "label", n_open),
        (assessment.n_unset > 0, "settings", assessment.n_unset),
        (n_banned > 0, "brand", n_banned),
        (assessment.application.n_devices is None, "devices", 0),
        (plan.site.evidence == "archetype", "building", 0),
        (plan.site.uplink_mbps is None, "uplink", 0),
        (any(room.eligible is None for room in assessment.rooms), "grade", 0),
    )
    return [words[f"assess.todo.{key}"].format(n=n) for applies, key, n in wanted if applies]


def assessment_json(assessment: Assessment) -> dict[str, object]:
    """Return the assessment as plain data."""
    school, site = assessment.school, assessment.plan.site
    return {
        "format": 1,
        "school": None if school is None else {"stage": school.stage, "code": school.code, "remote": school.remote},
        "name": site.name,
        "version": assessment.plan.version,
        "verdict": assessment.verdict,
        "devices": assessment.devices,
        "wireless": assessment.wireless,
        "evidence": site.evidence,
        "inventory_known": site.access_points_known,
        "n_devices": assessment.application.n_devices,
        "n_devices_needed": assessment.n_devices_needed,
        "n_classes": assessment.application.n_classes,
        "cap": assessment.cap,
        "n_passing": assessment.n_passing,
        "n_possible": assessment.n_possible,
        "grant_ntd": list(assessment.grant_ntd),
        "uplink_mbps": site.uplink_mbps,
        "uplink_needed_mbps": uplink_needed_mbps(assessment),
        "rooms": [
            {
                "room_id": room.room.room_id,
                "name": room.room.name,
                "grade": room.grade,
                "eligible": room.eligible,
                "passes": room.passes,
                "reason": room.room.reason.code,
                "remedy": room.remedy,
            }
            for room in assessment.rooms
        ],
    }
