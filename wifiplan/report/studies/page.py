"""Sheets and charts of a study as one HTML document without scripts, and as a workbook."""

import base64
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wifiplan.files.output import write_bytes, write_text
from wifiplan.report.page.assemble import BASE_STYLES, assemble, static_text
from wifiplan.report.page.fonts import faces
from wifiplan.report.texts import number_text
from wifiplan.report.workbook.pages import Page, Row, Value
from wifiplan.report.workbook.writer import to_bytes
from wifiplan.scheme.options import Lang

STYLES = (*BASE_STYLES, "study.css")

SHORT = 7
"""Text of so many characters is not broken: codes, stages, yes and no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture of a study: the name of its file, what it shows in words, and its bytes (PNG)."""

    name: str
    caption: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyReport:
    """What a study says: a title, sentences on top, charts, and sheets; `version` of the program that made it."""

    title: str
    lines: tuple[str, ...]
    charts: tuple[Chart, ...]
    pages: tuple[Page, ...]
    version: str
    lang: Lang


def write_report(report: StudyReport, folder: Path, names: tuple[str, str]) -> None:
    """Write the page and the workbook (`names`, in that order) and the charts; the same report gives the same bytes.

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    page, book = names
    for chart in report.charts:
        write_bytes(folder / chart.name, chart.png)
    write_bytes(folder / book, to_bytes(report.pages))
    write_text(folder / page, report_html(report))


def report_html(report: StudyReport) -> str:
    """Return a study as one HTML document that holds its charts and runs no script."""
    body = "".join(_body(report))
    return assemble(
        title=report.title,
        lang=report.lang,
        styles=[*faces({"text": body}, report.lang), *map(static_text, STYLES)],
        scripts=[],
        data={"kind": "study"},
        body=body,
    )


def _body(report: StudyReport) -> Iterator[str]:
    yield '<main class="wp-study">\n<header class="wp-head">'
    made = "版本" if report.lang == "zh-TW" else "version"
    yield f'<p class="wp-kicker">wifiplan {made} {html.escape(report.version)}</p>'
    yield f"<h1>{html.escape(report.title)}</h1></header>\n"
    for line in report.lines:
        yield f'<p class="wp-lead">{html.escape(line)}</p>\n'
    for chart in report.charts:
        picture = base64.b64encode(chart.png).decode("ascii")
        caption = html.escape(chart.caption)
        yield f'<figure><img alt="{caption}" src="data:image/png;base64,{picture}">'
        yield f"<figcaption>{caption}</figcaption></figure>\n"
    for page in report.pages:
        yield from _section(page, said=report.lines)
    yield "</main>\n"


def _section(page: Page, said: Sequence[str]) -> Iterator[str]:
    """Yield a sheet; a workbook's sheet repeats what the document `said` on top, which the document does not."""
    yield f"<section><h2>{html.escape(page.name)}</h2>\n"
    for line in page.lead:
        if line not in said:
            yield f'<p class="wp-lead">{html.escape(line)}</p>\n'
    yield '<div class="wp-over"><table><thead>'
    if page.groups:
        heads = (f'<th colspan="{span}">{html.escape(text)}</th>' for text, span in page.groups)
        yield f"<tr>{''.join(heads)}</tr>"
    yield f"<tr>{''.join(f'<th>{_text(text)}</th>' for text in page.header)}</tr></thead>\n<tbody>"
    for row in page.rows:
        yield _row(row, len(page.header))
    yield "</tbody></table></div>\n"
    for line in page.remarks:
        yield f'<p class="wp-note">{html.escape(line)}</p>\n'
    yield "</section>\n"


def _row(row: Row, n_columns: int) -> str:
    if row.kind == "section":
        return f'<tr><td colspan="{n_columns}">{_text(row.cells[0])}</td></tr>\n'
    kind = ' class="wp-total"' if row.kind == "total" else ""
    return f"<tr{kind}>{''.join(_cell(value) for value in row.cells)}</tr>\n"


def _cell(value: Value) -> str:
    kind = ""
    if isinstance(value, int | float):
        kind = ' class="wp-number"'
    elif value is not None and len(value) <= SHORT:
        kind = ' class="wp-short"'
    return f"<td{kind}>{_text(value)}</td>"


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, int):
        return number_text(value, 0)
    return html.escape(value).replace("\n", "<br>")
