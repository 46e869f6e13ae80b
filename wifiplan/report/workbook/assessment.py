"""assessment.xlsx: the assessment sheet as a workbook, with every classroom in a row of its own."""

from pathlib import Path

from wifiplan.files.output import write_bytes
from wifiplan.report.assessment import sentences, subtitle, threshold, todo
from wifiplan.report.assessment_tables import (
    conditions_table,
    existing_table,
    measure_table,
    remedy_of,
    state_of,
    why_room,
)
from wifiplan.report.numbering import floor_name
from wifiplan.report.tables import Table
from wifiplan.report.texts import texts
from wifiplan.report.workbook.pages import Page, Row, Value
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.study.assessment import AssessedRoom, Assessment


def write_assessment_xlsx(assessment: Assessment, path: Path, *, lang: str = "zh-TW") -> None:
    """Write assessment.xlsx; the same assessment gives the same bytes.

    Raises
    ------
    OutputError
        If the file cannot be written, for instance because Excel holds it open.
    """
    write_bytes(path, to_bytes((_result(assessment, lang), _rooms(assessment, lang), _measured(assessment, lang))))


def _title(assessment: Assessment, lang: str) -> str:
    return f"{assessment.plan.site.name}　{texts(lang)['assess.title']}"


def _result(assessment: Assessment, lang: str) -> Page:
    words = texts(lang)
    conditions, existing = conditions_table(assessment, lang), existing_table(assessment, lang)
    rows = [Row(cells=(number, *row)) for number, row in enumerate(conditions.rows, 1)]
    rows.append(Row(cells=(None, words["assess.head.existing"], None, None, None), kind="total"))
    rows += [Row(cells=(k, item, None, note, number)) for k, (item, number, note) in enumerate(existing.rows, 1)]
    rows.append(Row(cells=(None, words["assess.head.todo"], None, None, None), kind="total"))
    rows += [Row(cells=(number, item, None, None, "□")) for number, item in enumerate(todo(assessment, lang), 1)]
    head = words["assess.headline"].format(verdict=words[f"assess.verdict.{assessment.verdict}"])
    basis = words[f"assess.basis.{assessment.plan.site.evidence}"]
    return Page(
        name=words["assess.sheet.verdict"],
        title=_title(assessment, lang),
        lead=(subtitle(assessment, lang), head, *sentences(assessment, lang), basis),
        header=(words["assess.serial"], *conditions.heads),
        rows=tuple(rows),
        widths=(6, 64, 24, 48, 20),
        remarks=(threshold(assessment, lang),),
    )


def _rooms(assessment: Assessment, lang: str) -> Page:
    words = texts(lang)
    return Page(
        name=words["assess.sheet.rooms"],
        title=_title(assessment, lang),
        lead=(words[f"assess.basis.{assessment.plan.site.evidence}"],),
        header=(
            words["assess.floor"],
            words["assess.measure.room"],
            words["assess.grade"],
            words["assess.size"],
            words["assess.take_part"],
            words["assess.room.state"],
            words["assess.room.reason"],
            words["assess.room.remedy"],
        ),
        rows=tuple(Row(cells=_room(room, assessment, lang)) for room in assessment.rooms),
        widths=(12, 22, 9, 9, 12, 14, 56, 26),
        remarks=(threshold(assessment, lang),),
    )


def _room(room: AssessedRoom, assessment: Assessment, lang: str) -> tuple[Value, ...]:
    words, state = texts(lang), state_of(room)
    take_part = {True: "yes", False: "no", None: "unknown"}[room.eligible]
    return (
        floor_name(assessment.plan, room.room.floor, lang),
        room.room.name,
        room.grade,
        room.room.class_size,
        words[f"assess.{take_part}"],
        words[f"assess.state.{state}"],
        why_room(room, assessment, lang),
        remedy_of(room, lang),
    )


def _measured(assessment: Assessment, lang: str) -> Page:
    words = texts(lang)
    table: Table = measure_table(assessment, lang)
    signs = [
        Row(cells=(number, words[f"assess.sign.{who}"], None, None, words["assess.sign.date"], None, None))
        for number, who in enumerate(("school", "head", "county", "office"), 1)
    ]
    return Page(
        name=words["assess.sheet.measure"],
        title=_title(assessment, lang),
        lead=(words["assess.head.measure"],),
        header=(words["assess.serial"], *table.heads),
        rows=(
            *(Row(cells=(number, *row)) for number, row in enumerate(table.rows, 1)),
            Row(cells=(None, words["assess.head.sign"], None, None, None, None, None), kind="total"),
            *signs,
        ),
        widths=(6, 26, 14, 16, 18, 24, 34),
    )
