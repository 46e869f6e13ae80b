"""Building sheets as workbooks: what a school gets to fill in."""

from pathlib import Path

from wifiplan.files.forms_index import Form
from wifiplan.files.output import write_bytes
from wifiplan.report.texts import texts
from wifiplan.report.workbook import form_style as look
from wifiplan.report.workbook.form_guide import write_guide
from wifiplan.report.workbook.form_sheets import FormText, write_blocks, write_rooms, write_school
from wifiplan.report.workbook.writer import blank_book, saved
from wifiplan.scheme.options import Lang

__all__ = ["form_bytes", "write_form"]


def write_form(path: Path, form: Form, *, lang: Lang = "zh-TW") -> None:
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


def form_bytes(form: Form, *, lang: Lang = "zh-TW") -> bytes:
    """Return the workbook that `write_form` writes."""
    text = FormText(schools=form.schools, lang=lang, words=texts(lang))
    book = blank_book()
    look.add_styles(book)
    sheets = {"school": write_school, "blocks": write_blocks, "rooms": write_rooms, "guide": write_guide}
    for part, write in sheets.items():
        write(book.create_sheet(text.sheet_name(part)), text)
    return saved(book)
