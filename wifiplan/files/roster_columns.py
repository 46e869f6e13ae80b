"""Which column of a roster is what: headers of the Annex, of the ministry's open data, and in English."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.files.roster_cells import school_year
from wifiplan.scheme.school import Stage

_ALIASES: dict[str, tuple[str, ...]] = {
    "school_year": ("學年度", "學年", "school_year", "year"),
    "stage": ("學制", "學制別", "教育階段", "學校級別", "stage", "level"),
    "code": ("學校代碼", "學校代號", "代碼", "機關代碼", "code", "school_code", "school_id"),
    "county": ("縣市別", "縣市", "縣市名稱", "county", "city"),
    "town": ("鄉鎮市區", "鄉鎮市區名稱", "行政區", "town", "district"),
    "name": ("學校全銜", "學校名稱", "校名", "學校", "name", "school_name", "school"),
    "ownership": ("設立別", "設立", "公/私立", "公私立", "ownership"),
    "attachment": ("附屬", "附設", "attachment"),
    "area": ("地區屬性", "偏遠屬性", "area", "remoteness"),
    "remote": ("remote",),
    "n_classes": ("班級數", "總班級數", "班級總數", "n_classes", "classes"),
    "max_class": ("最大班級人數", "largestclass", "max_class_size", "max_class"),
    "max_class_estimate": ("推估最大班級人數",),
    "n_teachers": ("編制教師數", "編制內教師數", "n_teachers", "teachers"),
    "n_full_time": ("專任教師數", "專任教師"),
    "n_full_time_men": ("男專任教師", "男專任教師數"),
    "n_full_time_women": ("女專任教師", "女專任教師數"),
    "n_students": ("學生數", "學生總數", "n_students", "students"),
    "n_boys": ("男學生", "男學生數"),
    "n_girls": ("女學生", "女學生數"),
    "grade_classes": ("各年級班級數", "classes_by_grade"),
    "grade_students": ("各年級學生數", "students_by_grade"),
    "latitude": ("緯度", "latitude"),
    "longitude": ("經度", "longitude"),
    "asked_carts": ("申請補助充電車數", "申請補助行動充電車數", "cartsrequested"),
    "asked_teacher": ("申請補助教師載具數", "申請補助教師學習載具數", "teacherdevicesrequested"),
    "asked_student": ("申請補助學生載具數", "申請補助學生學習載具數", "studentdevicesrequested"),
    "serial": ("序號", "編號", "no", "no."),
    "n_computers": ("教學電腦數", "可上網電腦數", "電腦數", "n_devices"),
}
_KNOWN = {alias: column for column, aliases in _ALIASES.items() for alias in aliases}

TITLES = {
    "code": "學校代碼",
    "county": "縣市別",
    "name": "學校全銜",
    "n_classes": "班級數",
    "n_students": "學生數",
    "stage": "學制",
    "area": "地區屬性",
    "n_computers": "教學電腦數",
    "town": "鄉鎮市區",
}
"""How a message calls a column that is missing."""

_YEAR = re.compile(r"^([0-9]{2,3})(?:學年度|年度|學年|年)(?!級)")
_GRADE = re.compile(r"^([0-9]{1,2}|[一二三四五六七八九])年級(男|女)?(班級數|班數|學生數|學生|人數|生)?$")
_CHINESE = "一二三四五六七八九"
_SEARCHED_ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header of a table: its row, and the place of each column; all counted from 0.

    `classes_by_grade` and `students_by_grade` list (grade, columns that add up). `repeated` names headers
    that came twice; the first counts.
    """

    row: int
    names: tuple[str, ...]
    columns: dict[str, int]
    classes_by_grade: tuple[tuple[int, tuple[int, ...]], ...] = ()
    students_by_grade: tuple[tuple[int, tuple[int, ...]], ...] = ()
    school_year: int | None = None
    stage: Stage | None = None
    repeated: tuple[str, ...] = ()

    def has(self, column: str) -> bool:
        """Return whether the table has this column."""
        return column in self.columns

    def name(self, column: str) -> str:
        """Return the header that people see, for messages."""
        return self.names[self.columns[column]] if column in self.columns else TITLES.get(column, column)


def shown(header: str) -> str:
    """Return a header cell in one line: Chinese parts are joined, Latin words keep their spaces."""
    line = " ".join(header.split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", line)


def normal(header: str) -> tuple[str, int | None]:
    r"""Return a header without line breaks, brackets and the ROC year before it, and that year.

    >>> normal("110\n年最大班\n級人數"), normal("地區屬性(偏遠、非山非市、一般)"), normal("1年級男")
    (('最大班級人數', 110), ('地區屬性', None), ('1年級男', None))
    """
    text = unicodedata.normalize("NFKC", header)
    text = re.sub(r"\([^)]*\)|\s|\ufeff|[\"']", "", text).lower()
    found = _YEAR.match(text)
    if found and found.end() < len(text):
        return text[found.end() :], int(found[1])
    return text, None


def find_header(rows: Sequence[Sequence[str]], wanted: Sequence[str], minimum: int = 3) -> Header | None:
    """Return the header of a table, None if no row looks like one.

    Parameters
    ----------
    rows : sequence of rows of cells
        The table; the first 30 rows are searched.
    wanted : sequence of str
        Columns one of which must be there.
    minimum : int
        Least number of known columns.
    """
    best: tuple[int, int] = (minimum - 1, -1)
    for place, row in enumerate(rows[:_SEARCHED_ROWS]):
        known = {_KNOWN[name] for name, _ in map(normal, row) if name in _KNOWN}
        if known.intersection(wanted) and len(known) > best[0]:
            best = (len(known), place)
    return None if best[1] < 0 else _header(rows, best[1])


def _header(rows: Sequence[Sequence[str]], place: int) -> Header:
    names = tuple(shown(cell) for cell in rows[place])
    columns: dict[str, int] = {}
    classes: dict[int, list[int]] = {}
    students: dict[int, list[int]] = {}
    years: list[int] = []
    repeated: list[str] = []
    for column, cell in enumerate(rows[place]):
        name, year = normal(cell)
        if year is not None:
            years.append(year)
        known = _KNOWN.get(name)
        if known is not None:
            if known in columns:
                repeated.append(names[column])
            columns.setdefault(known, column)
        elif grade := _GRADE.match(name):
            number = int(grade[1]) if grade[1].isdigit() else _CHINESE.index(grade[1]) + 1
            of_classes = grade[2] is None and grade[3] in (None, "班級數", "班數")
            (classes if of_classes else students).setdefault(number, []).append(column)
    title = "".join(cell for row in rows[:place] for cell in row)
    return Header(
        row=place,
        names=names,
        columns=columns,
        classes_by_grade=tuple((grade, tuple(classes[grade])) for grade in sorted(classes)),
        students_by_grade=tuple((grade, tuple(students[grade])) for grade in sorted(students)),
        school_year=years[0] if years else _title_year(title),
        stage=_stage({*classes, *students}, title),
        repeated=tuple(repeated),
    )


def _title_year(title: str) -> int | None:
    found = re.search(r"([0-9]{2,3})\s*學年度", unicodedata.normalize("NFKC", title))
    return school_year(found[1]) if found else None


def _stage(grades: set[int], title: str) -> Stage | None:
    if grades:
        if grades <= {7, 8, 9}:
            return "junior"
        if max(grades) <= 6 and len(grades) > 3:
            return "elementary"
    if "國民中學" in title and "國民小學" not in title:
        return "junior"
    if "國民小學" in title and "國民中學" not in title:
        return "elementary"
    return None
