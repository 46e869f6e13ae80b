"""What one school's papers take, each beside a bound: the same content by the same library, with nothing designed.

The school is an archetype of 24 classes. The bounds, all in the same run:

- printed report: typst sets the report's words, all of them, as plain paragraphs on A4. Our report adds tables, plans
  to scale and heat maps, and makes the first page fit. No other library is the bound: WeasyPrint takes seconds and
  system libraries for the same pages, and ReportLab takes no font of this kind.
- page: the data that it holds as JSON text; it adds fonts, scripts and the maps' base64.
- workbook: openpyxl writes the same cells without any style.
- plan.json: the standard library's JSON text of the same data on one line; ours can be read and compared by people.

Run it with ``python -m benchmarks.report``. CPU times, medians of five after one to warm up; they include no planning.
"""

import io
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

from openpyxl import Workbook, load_workbook

from wifiplan import files
from wifiplan.files.plan import dump_plan
from wifiplan.report.document import pdf_bytes
from wifiplan.report.page.html import html_text
from wifiplan.report.page.maps import coded_maps, floor_fields, heats
from wifiplan.report.page.view import view_of
from wifiplan.report.payload import payload
from wifiplan.report.typesetting import compiled
from wifiplan.report.workbook.installer import tables_xlsx
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions, archetype
from wifiplan.study import Plan, Settings, answer, least_aps, prepare

N_CLASSES = 24
N_TIMES = 5
LANG = "zh-TW"

WORDS = b"""#set page(paper: "a4", margin: 14mm)
#set text(font: ("Noto Sans TC", "Noto Serif TC"), size: 9.5pt, lang: "zh", fallback: false)
#for words in json(bytes(sys.inputs.data)) { par(words) }"""
"""The bound of the printed report."""


def planned(n_classes: int = N_CLASSES) -> Plan:
    """Return the plan of a made-up school that has as many access points as it needs."""
    grades = tuple(n_classes // 6 + (k < n_classes % 6) for k in range(6))
    school = School(
        stage="elementary",
        code="999999",
        name="示範國小",
        county="示範縣",
        n_classes=n_classes,
        n_students=26 * n_classes,
        classes_by_grade=grades,
        students_by_grade=tuple(26 * n for n in grades),
    )
    prepared = prepare(archetype(school, ArchetypeOptions()), Settings())
    return answer(prepared, n_aps=None, n_aps_needed=least_aps(prepared))


def cpu_s(work: Callable[[], object]) -> float:
    """Return the median CPU time of a work [s]."""
    work()
    took = []
    for _ in range(N_TIMES):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return statistics.median(took)


def plain_words(plan: Plan) -> bytes:
    """Return the report's words as paragraphs, set by typst."""
    words = json.dumps(list(_texts(payload(plan, [], LANG))), ensure_ascii=False)
    return compiled(WORDS, {"data": words})


def plain_cells(cells: Sequence[Sequence[Sequence[object]]]) -> bytes:
    """Return sheets of cells without any style, written by openpyxl."""
    book = Workbook(write_only=True)
    for rows in cells:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def rows(plan: Plan) -> Iterator[tuple[str, ...]]:
    """Return the table: what, its CPU time and size, its bound's CPU time, and how many times the bound that is."""
    maps = floor_fields(plan)
    fields = coded_maps(maps)
    book = load_workbook(io.BytesIO(tables_xlsx(plan, LANG)))
    cells = [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book]
    view, data = view_of(plan, LANG, fields=fields), json.loads(dump_plan(plan))
    works: dict[str, tuple[Callable[[], bytes], Callable[[], object]]] = {
        "printed report (PDF) | typst: the same words, no tables or plans": (
            lambda: pdf_bytes(plan, lang=LANG, heats=heats(plan, maps)),
            lambda: plain_words(plan),
        ),
        "page (HTML) | json: its data as text": (
            lambda: html_text(plan, LANG, fields=fields).encode(),
            lambda: json.dumps(view, ensure_ascii=False),
        ),
        "workbook (xlsx) | openpyxl: the same cells, no style": (
            lambda: tables_xlsx(plan, LANG),
            lambda: plain_cells(cells),
        ),
        "plan.json | json: the same data on one line": (
            lambda: files.json_text(data).encode(),
            lambda: json.dumps(data, ensure_ascii=False),
        ),
    }
    for name, (ours, bound) in works.items():
        took, least = cpu_s(ours), cpu_s(bound)
        yield (name, f"{took * 1e3:,.0f}", f"{len(ours()) / 1e3:,.0f}", f"{least * 1e3:,.1f}", f"{took / least:,.1f}")


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


def main() -> None:
    """Print the table."""
    print("| what | bound | CPU-ms | KB | bound, CPU-ms | x bound |\n|---|---|---|---|---|---|")
    for row in rows(planned()):
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
