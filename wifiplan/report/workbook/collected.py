"""faults.xlsx: what schools must correct, who has answered, and what was assumed."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from wifiplan.files.collect import CollectedForm, Collection, FileFault
from wifiplan.files.form_faults import FormFault
from wifiplan.files.forms_index import Form
from wifiplan.files.output import write_bytes
from wifiplan.report.texts import texts
from wifiplan.report.workbook.pages import Page, Row, Value
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.site.sheet_site import REQUIRED

__all__ = ["assumption_text", "fault_texts", "status_text", "write_faults"]

_STATUS_ORDER = ("missing", "faulty", "partial", "returned")


def write_faults(path: Path, collection: Collection, *, lang: str = "zh-TW") -> None:
    """Write the workbook: faults by school and cell, the state of every school, assumptions by school.

    Parameters
    ----------
    path : Path
        The file to write; the same collection gives the same bytes.
    collection : Collection
        What came back.
    lang : "zh-TW" or "en"
        Language of its words.

    Raises
    ------
    OutputError
        If the file cannot be written, for instance because Excel holds it open.
    """
    words = texts(lang)
    pages = (
        _faults_page(collection, words, lang),
        _status_page(collection, words),
        _assumed_page(collection, words),
    )
    write_bytes(path, to_bytes(pages))


def fault_texts(fault: FormFault, lang: str) -> tuple[str, str]:
    """Return what is wrong and what to do about it, in a language."""
    words = texts(lang)
    fields = {name: value for name, value in fault.fields if not name.endswith("_en")}
    if lang == "en":
        fields |= {name.removesuffix("_en"): value for name, value in fault.fields if name.endswith("_en")}
    return (
        words[f"form.fault.{fault.code}"].format_map(fields),
        words[f"form.remedy.{fault.code}"].format_map(fields),
    )


def status_text(one: CollectedForm, words: Mapping[str, str]) -> str:
    """Return a school's state in words; a blank form that came back is not the same as none."""
    if one.status == "missing" and one.files:
        return words["form.status.untouched"]
    return words[f"form.status.{one.status}"]


def assumption_text(code: str, words: Mapping[str, str]) -> str:
    """Return an assumption "sheet_size:12" in words."""
    key, _, n = code.partition(":")
    return words[f"assume.{key}"].format(n=n)


def _faults_page(collection: Collection, words: Mapping[str, str], lang: str) -> Page:
    rows = [
        *(_fault_row(_school(one.form, words), fault, words, lang) for one in collection.forms for fault in one.faults),
        *(_fault_row(words["form.nobody"], fault, words, lang) for fault in collection.strays),
    ]
    keys = ("school", "file", "worksheet", "cell", "value", "problem", "remedy")
    return Page(
        name=words["form.faults.sheet"],
        title=words["form.faults.title"].format(county=collection.county),
        lead=(words["form.faults.lead"],),
        header=tuple(words[f"form.faults.{key}"] for key in keys),
        rows=tuple(rows) or (Row(cells=(words["form.faults.none"],), kind="section"),),
        widths=(30, 30, 10, 14, 20, 36, 46),
    )


def _fault_row(school: str, one: FileFault, words: Mapping[str, str], lang: str) -> Row:
    problem, remedy = fault_texts(one.fault, lang)
    place = one.fault.place or words["form.whole_file"]
    return Row(cells=(school, one.file, one.fault.sheet, place, one.fault.value, problem, remedy))


def _status_page(collection: Collection, words: Mapping[str, str]) -> Page:
    counts = {status: sum(one.status == status for one in collection.forms) for status in _STATUS_ORDER}
    n_rows = sum(len(one.form.schools) for one in collection.forms)
    lead = words["form.status.lead"].format(n=len(collection.forms), rows=n_rows, **counts)
    ranked = sorted(collection.forms, key=lambda one: _STATUS_ORDER.index(one.status))
    keys = (
        *("code", "school", "status", "n_faults", "n_assumed", "n_rooms"),
        *("inventory", "n_aps", "uplink", "evidence", "file"),
    )
    notes = [f"{name}：{words[f'form.note.{code}']}" for name, code in collection.notes]
    return Page(
        name=words["form.status.sheet"],
        title=words["form.status.title"].format(county=collection.county),
        lead=(lead, words["form.status.order"]),
        header=tuple(words[f"form.status.{key}"] for key in keys),
        rows=tuple(Row(cells=tuple(_status_cells(one, words))) for one in ranked),
        widths=(16, 34, 12, 10, 12, 10, 10, 10, 12, 14, 34),
        remarks=(words["form.status.remarks"], *notes) if notes else (),
    )


def _status_cells(one: CollectedForm, words: Mapping[str, str]) -> Iterator[Value]:
    known = {True: "yes", False: "no", None: "blank"}[one.facts.inventory_known]
    answered = one.status != "missing" and bool(one.files)
    yield "＋".join(dict.fromkeys(school.code for school in one.form.schools))
    yield _school(one.form, words, code=False)
    yield status_text(one, words)
    yield len(one.faults) if answered else ""
    yield one.n_assumed if answered else ""
    yield _n_rooms(one) if answered else ""
    yield words[f"form.status.{known}"] if answered else ""
    yield (words["form.status.unknown"] if one.n_existing_aps is None else one.n_existing_aps) if answered else ""
    uplink = one.facts.uplink_mbps
    yield (words["form.status.blank"] if uplink is None else round(uplink)) if answered else ""
    yield words["form.evidence.sheet" if one.site is not None else "form.evidence.none"]
    yield "\n".join(one.files)


def _n_rooms(one: CollectedForm) -> int:
    if one.site is None:
        return 0
    return sum(room.use != "corridor" for floor in one.site.floors for room in floor.rooms)


def _assumed_page(collection: Collection, words: Mapping[str, str]) -> Page:
    rows: list[Row] = []
    for one in collection.forms:
        for code in _required_first(one.assumptions):
            key, _, n = code.partition(":")
            kind = "required" if key in REQUIRED else "optional"
            cells = (_school(one.form, words), assumption_text(code, words), int(n), words[f"form.assumed.{kind}"])
            rows.append(Row(cells=cells))
    header = (
        words["form.faults.school"],
        *(words[f"form.assumed.{key}"] for key in ("what", "n", "kind")),
    )
    return Page(
        name=words["form.assumed.sheet"],
        title=words["form.assumed.title"].format(county=collection.county),
        lead=(words["form.assumed.lead"],),
        header=header,
        rows=tuple(rows) or (Row(cells=(words["form.assumed.none"],), kind="section"),),
        widths=(36, 90, 10, 14),
    )


def _required_first(codes: Sequence[str]) -> list[str]:
    return sorted(codes, key=lambda code: code.partition(":")[0] not in REQUIRED)


def _school(form: Form, words: Mapping[str, str], *, code: bool = True) -> str:
    """Return a school as lists name it: name, stage and code of each of its roster rows."""
    parts = [f"{words[f'stage.{s.stage}']} {s.code}" if code else words[f"stage.{s.stage}"] for s in form.schools]
    inside = words["doc.separator"].join(parts)
    return f"{form.name}（{inside}）" if words["doc.separator"] == "、" else f"{form.name} ({inside})"
