"""Building sheets as workbooks: what a school gets to fill in."""

import io
from pathlib import Path

from openpyxl import Workbook

from wifiplan.files.forms_index import Form
from wifiplan.files.output import write_bytes
from wifiplan.report.texts import texts
from wifiplan.report.workbook import form_style as look
from wifiplan.report.workbook.form_guide import write_guide
from wifiplan.report.workbook.form_sheets import FormText, write_blocks, write_rooms, write_school
from wifiplan.report.workbook.writer import MOMENT, without_clock
from wifiplan.scheme.options import Lang

__all__ = ["form_bytes", "write_form"]


def write_form(path: Path, form: Form, *, lang: str = "zh-TW") -> None:
    """Write one school's building sheet; the same roster row gives the same bytes.

    Parameters
    ----------
    path : Path
        The file to write (xlsx).
    form : Form
        The school: one roster row, or two of a combined school (國中小).
    lang : "zh-TW" or "en"
        Language of the sheets; what comes back is understood in both.

    Raises
    ------
    OutputError
        If the file cannot be written, for instance because Excel holds it open.
    """
    write_bytes(path, form_bytes(form, lang=lang))


def form_bytes(form: Form, *, lang: str = "zh-TW") -> bytes:
    """Return the workbook that `write_form` writes."""
    tongue: Lang = "en" if lang == "en" else "zh-TW"
    text = FormText(schools=form.schools, lang=tongue, words=texts(tongue))
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "wifiplan"
    book.properties.created = MOMENT
    look.add_styles(book)
    sheets = {"school": write_school, "blocks": write_blocks, "rooms": write_rooms, "guide": write_guide}
    for part, write in sheets.items():
        write(book.create_sheet(text.sheet_name(part)), text)
    raw = io.BytesIO()
    book.save(raw)
    return without_clock(raw.getvalue())
