"""The rows of a roster's table, read into schools; every fault is noted with its row and column."""

import re
from collections.abc import Sequence
from dataclasses import replace

from wifiplan.files import roster_cells as cells
from wifiplan.files.cell_text import BLANKS, NO, YES, folded, usual
from wifiplan.files.roster_columns import Header
from wifiplan.files.roster_lines import Line, Reading
from wifiplan.files.roster_names import shown
from wifiplan.scheme.school import Request, School, Stage

_SUM_WITHOUT_CODE = re.compile(r"(合計|總計|小計|全國)$|^(合計|總計|小計)|^(全國|臺閩地區|臺灣地區)$")
"""What a row without a code may also say: 臺北市合計, 合計3校, 全國."""

_EXAMPLE_CODE = "999999"

_YES = re.compile(r"是|yes|y|v", re.IGNORECASE)
_NO = re.compile(r"^(否|no\b)[，,：:、\s]*", re.IGNORECASE)

_SKIPPED = {
    "範例": re.compile(r"^[(【]?(範例|示例|舉例|例|example)[)】]?[0-9]*([:：].*)?$|^[(【]?範例"),
    "合計": re.compile(r"^(合計|總計|小計|總數|合計數|total|sum)$"),
    "title or remark": re.compile(r"^([※*]|資料來源|註|備註|說明|填表|附註|表格不足|製表|承辦|source|note)"),
}


def read_rows(rows: Sequence[Sequence[str]], header: Header, stage: Stage | None) -> Reading:
    """Read all rows below the header.

    Parameters
    ----------
    rows : sequence of rows of cells
        The whole table.
    header : Header
        Which column is what.
    stage : "elementary", "junior" or None
        Stage of a file that has no 學制 column, None if the name of each school must tell it.
    """
    reading = Reading(header=header, stage=stage)
    for place in range(header.row + 1, len(rows)):
        line = Line(reading, place + 1, rows[place])
        kind = _kind(line)
        if kind == "school":
            _read_school(line)
        elif kind == "合計":
            reading.sums.append((line.row, _sums(line)))
        if kind not in ("school", "blank"):
            reading.skipped[kind] += 1
    return reading


def _kind(line: Line) -> str:
    filled = [cell for cell in line.cells if cell.strip()]
    serial = line.reading.header.columns.get("serial")
    if not filled or (serial is not None and len(filled) == 1 and line.cells[serial].strip()):
        number = not filled or usual(filled[0]).rstrip(".").isdigit()
        if number:
            return "blank"
    first = usual(filled[0]).replace(" ", "").lower()
    for kind, pattern in _SKIPPED.items():
        if pattern.match(first):
            return kind
    if [shown(cell) for cell in line.cells] == list(line.reading.header.names):
        return "repeated header"
    return _kind_by_columns(line, first, len(filled))


def _kind_by_columns(line: Line, first: str, n_filled: int) -> str:
    """Return what a row is by its code and name, `first` being its first filled cell."""
    code = line.raw("code").strip()
    name = usual(line.raw("name")).replace(" ", "")
    if not code and any(_SUM_WITHOUT_CODE.search(text) for text in (first, name)):
        return "合計"
    if code == _EXAMPLE_CODE and "○" in name:
        return "範例"
    remark = n_filled == 1 and not re.search(r"[0-9]{4}", first)
    return "title or remark" if remark or (n_filled <= 2 and not code and not name) else "school"


def _sums(line: Line) -> dict[str, int]:
    found: dict[str, int] = {}
    for column in ("n_classes", "n_students"):
        try:
            value = cells.whole(line.raw(column))
        except ValueError:
            continue
        if value is not None:
            found[column] = value
    return found


def _read_school(line: Line) -> None:
    reading = line.reading
    n_faults = len(reading.faults)
    school = _counted(line, _named(line))
    reading.schools.append(school)
    if len(reading.faults) == n_faults:
        # A row with a cell that could not be read makes no sense as a whole: its cells are named already.
        _check_sense(line, school)
    _read_request(line, school.stage, school.code)


def _named(line: Line) -> School:
    """Return who and where the school is, still without its numbers."""
    name = cells.label(line.raw("name"))
    return School(
        stage=_stage(line, name),
        code=_code(line),
        name=name,
        county=line.read("county", cells.county, ""),
        town=cells.label(line.raw("town")),
        n_classes=0,
        n_students=0,
        ownership=line.read("ownership", lambda text: cells.ownership(text, name), "public"),
        ownership_name=cells.label(line.raw("ownership")),
        remote=_remote(line),
        area=cells.label(line.raw("area")),
        attachment=cells.label(line.raw("attachment")),
        school_year=cells.school_year(line.raw("school_year")) or line.reading.header.school_year,
        latitude=cells.coordinate(line.raw("latitude")),
        longitude=cells.coordinate(line.raw("longitude")),
        row=line.row,
    )


def _counted(line: Line, school: School) -> School:
    """Return the school with its classes, students and teachers."""
    classes, students = _by_grade(line)
    n_students = _total(line, "n_students", students)
    _check_sex(line, n_students)
    largest, largest_estimated = _max_class(line, classes, students)
    n_teachers, teachers_estimated = _teachers(line)
    return replace(
        school,
        n_classes=_total(line, "n_classes", classes),
        n_students=n_students,
        n_teachers=n_teachers,
        n_teachers_estimated=teachers_estimated,
        max_class_size=largest,
        max_class_size_estimated=largest_estimated,
        classes_by_grade=classes,
        students_by_grade=students,
    )


def _code(line: Line) -> str:
    code, repaired = line.read("code", cells.school_code, ("", False))
    if repaired:
        line.reading.repaired.append(code)
    return code


def _remote(line: Line) -> bool:
    said = line.read("area", cells.remote, default=False)
    return line.read("remote", _yes, default=False) or said


def _yes(text: str) -> bool:
    value = folded(text)
    if value in YES:
        return True
    if value in NO or value in BLANKS:
        return False
    return cells.remote(text)


def _stage(line: Line, name: str) -> Stage:
    if line.raw("stage").strip():
        return line.read("stage", cells.stage, "elementary")
    if line.reading.stage is not None:
        return line.reading.stage
    junior = "國中" in name or "國民中學" in name
    elementary = any(word in name for word in ("國小", "小學", "附小", "實小"))
    if junior == elementary:
        line.fault("學制", f"the stage of '{name}' is not given", "add a column 學制 with 國小 or 國中")
    return "junior" if junior and not elementary else "elementary"


def _by_grade(line: Line) -> tuple[tuple[int, ...], tuple[int, ...]]:
    header = line.reading.header
    classes = line.grades(header.classes_by_grade) or line.read("grade_classes", cells.wholes, ())
    students = line.grades(header.students_by_grade) or line.read("grade_students", cells.wholes, ())
    return classes, students


def _total(line: Line, column: str, by_grade: tuple[int, ...]) -> int:
    header = line.reading.header
    if not header.has(column):
        if column == "n_students" and not by_grade:
            return (line.whole("n_boys") or 0) + (line.whole("n_girls") or 0)
        return sum(by_grade)
    value = line.whole(column)
    if value is None:
        if not by_grade and cells.is_blank(line.raw(column)):
            line.fault(header.name(column), "is empty", "fill in a number; 0 is one")
        return sum(by_grade)
    if by_grade and sum(by_grade) != value:
        line.fault(header.name(column), f"{value:,}, but its grades add up to {sum(by_grade):,}")
    return value


def _check_sex(line: Line, n_students: int) -> None:
    header = line.reading.header
    if header.has("n_boys") and header.has("n_girls") and header.has("n_students"):
        both = (line.whole("n_boys") or 0) + (line.whole("n_girls") or 0)
        if both != n_students:
            line.fault(header.name("n_students"), f"{n_students:,}, but boys and girls add up to {both:,}")


def _max_class(line: Line, classes: tuple[int, ...], students: tuple[int, ...]) -> tuple[int | None, bool]:
    """Return the largest class; without one, the largest grade mean rounded up: a lower bound."""
    given = line.whole("max_class")
    if given is not None:
        return given, False
    given = line.whole("max_class_estimate")
    if given is None and classes and len(classes) == len(students):
        given = max((-(-pupils // n) for pupils, n in zip(students, classes, strict=True) if n), default=0)
    return given, given is not None


def _teachers(line: Line) -> tuple[int | None, bool]:
    given = line.whole("n_teachers")
    if given is not None:
        return given, False
    given = line.whole("n_full_time")
    men, women = line.whole("n_full_time_men"), line.whole("n_full_time_women")
    if given is None and not (men is None and women is None):
        given = (men or 0) + (women or 0)
    return given, given is not None


def _check_sense(line: Line, school: School) -> None:
    largest = school.max_class_size
    if largest is not None and largest > school.n_students:
        line.fault(
            line.reading.header.name("max_class"),
            f"the largest class has {largest:,}, the whole school {school.n_students:,} students",
        )
    elif largest is not None and school.n_classes * largest < school.n_students:
        en = f"{school.n_classes} classes of at most {largest} do not hold {school.n_students:,} students"
        zh = f"{school.n_classes} 班、每班最多 {largest} 人，容不下 {school.n_students:,} 名學生"
        line.reading.odd.append((f"row {line.row} {school.name}: {en}", f"第 {line.row} 列 {school.name}：{zh}"))
    if not school.n_classes and school.n_students:
        line.reading.odd.append(
            (
                f"row {line.row} {school.name}: {school.n_students:,} students in 0 classes",
                f"第 {line.row} 列 {school.name}：有 {school.n_students:,} 名學生，班級數卻是 0",
            )
        )
    if "私立" in school.name and school.ownership == "public":
        line.reading.odd.append(
            (
                f"row {line.row} {school.name}: named private (私立), listed as public",
                f"第 {line.row} 列 {school.name}：校名有「私立」，設立別卻是公立",
            )
        )


def _read_request(line: Line, stage: Stage, code: str) -> None:
    asked = tuple(line.whole(column) for column in ("asked_carts", "asked_teacher", "asked_student"))
    if any(value is not None for value in asked):
        carts, teacher, student = asked
        verdict = line.reading.header.names
        place = next((c for c, name in enumerate(verdict) if name.startswith(("符合偏遠", "rule kept"))), None)
        reason = cells.label(line.cells[place]) if place is not None else ""
        line.reading.requests.append(
            Request(
                stage=stage,
                code=code,
                n_carts=carts,
                n_teacher_devices=teacher,
                n_student_devices=student,
                reason=_NO.sub("", reason) if _YES.fullmatch(reason) is None else "",
            )
        )
