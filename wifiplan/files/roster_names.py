"""The words of a roster's header: what the Annex, the ministry's open data and English tables call a column."""

import re
import unicodedata

from wifiplan.files.roster_cells import school_year

_ALIASES: dict[str, tuple[str, ...]] = {
    "school_year": ("學年度", "學年", "school_year", "year"),
    "stage": ("學制", "學制別", "學制級別", "教育階段", "教育階段別", "學校級別", "stage", "level"),
    "code": ("學校代碼", "學校代號", "代碼", "代號", "機關代碼", "學校編號", "code", "school_code", "school_id"),
    "county": ("縣市別", "縣市", "縣市名稱", "縣市名", "所在縣市", "縣/市", "縣", "縣別", "county", "city"),
    "town": ("鄉鎮市區", "鄉鎮市區名稱", "行政區", "town", "district"),
    "name": ("學校全銜", "學校名稱", "學校全名", "校名", "校名全銜", "學校", "name", "school_name", "school"),
    "ownership": ("設立別", "設立", "公/私立", "公私立", "ownership"),
    "attachment": ("附屬", "附設", "attachment"),
    "area": ("地區屬性", "偏遠屬性", "地區屬性別", "學校地區屬性", "偏遠地區屬性", "area", "remoteness"),
    "remote": (
        "remote",
        "偏遠",
        "偏遠學校",
        "偏遠地區",
        "偏遠地區學校",
        "是否偏遠",
        "是否為偏遠",
        "是否偏遠學校",
        "是否為偏遠學校",
        "是否為偏遠地區學校",
        "偏遠與否",
        "偏鄉",
    ),
    "n_classes": (
        "班級數",
        "總班級數",
        "班級總數",
        "班級數合計",
        "合計班級數",
        "全校班級數",
        "班數",
        "n_classes",
        "classes",
    ),
    "max_class": (
        "最大班級人數",
        "最大班級學生數",
        "最大班人數",
        "單班最大人數",
        "largestclass",
        "max_class_size",
        "max_class",
    ),
    "max_class_estimate": ("推估最大班級人數",),
    "n_teachers": (
        "編制教師數",
        "編制內教師數",
        "編制教師人數",
        "教師編制數",
        "教師編制員額",
        "n_teachers",
        "teachers",
    ),
    "n_full_time": ("專任教師數", "專任教師", "專任教師人數", "專任教師合計", "教師數", "教師人數", "教師總數"),
    "n_full_time_men": ("男專任教師", "男專任教師數"),
    "n_full_time_women": ("女專任教師", "女專任教師數"),
    "n_students": (
        "學生數",
        "學生總數",
        "學生人數",
        "學生總人數",
        "學生數合計",
        "合計學生數",
        "全校學生數",
        "全校學生人數",
        "在學學生數",
        "n_students",
        "students",
    ),
    "n_boys": ("男學生", "男學生數", "男生數", "男生", "男生人數", "男學生人數", "學生數男"),
    "n_girls": ("女學生", "女學生數", "女生數", "女生", "女生人數", "女學生人數", "學生數女"),
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
KNOWN = {alias: column for column, aliases in _ALIASES.items() for alias in aliases}
"""Every known header without its year and brackets, and the column that it names."""

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

_YEAR = re.compile(r"^(?:民國)?([0-9]{2,4})(?:學年度|年度|學年|年)(?:第?[12一二上下]學期)?(?!級)")
_YEAR_BEHIND = re.compile(r"(?<=數)([0-9]{3,4})(?:學年度|年度|學年|年)$")
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】|〔[^〕]*〕|\s|\ufeff|[\"']")
_GRADE = re.compile(r"(?<![0-9])([0-9]{1,2}|[一二三四五六七八九])年級")
_OF_CLASSES = ("", "班級數", "班數", "班級", "普通班", "普通班班級數")
_OF_STUDENTS = (
    "學生數",
    "學生",
    "人數",
    "生",
    "生數",
    "學生人數",
    "生人數",
    "學生合計",
    "學生數合計",
    "學生計",
    "學生數計",
)
_CHINESE = "一二三四五六七八九"


def shown(header: str) -> str:
    """Return a header cell in one line: Chinese parts are joined, Latin words keep their spaces."""
    line = " ".join(header.split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", line)


def normal(header: str) -> tuple[str, int | None]:
    r"""Return a header without line breaks, brackets and the ROC year before it, and that year.

    >>> normal("110\n年最大班\n級人數"), normal("地區屬性(偏遠、非山非市、一般)"), normal("1年級男")
    (('最大班級人數', 110), ('地區屬性', None), ('1年級男', None))
    """
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", header)).lower()
    found = _YEAR.match(text)
    if found and found.end() < len(text):
        return text[found.end() :], school_year(found[1])
    found = _YEAR_BEHIND.search(text)
    if found:
        return text[: found.start()], school_year(found[1])
    return text, None


def grade(name: str) -> tuple[int, str] | None:
    """Return the grade that a normal header counts, and what: "classes", "students" or (boys, girls) "sex".

    >>> grade("7年級"), grade("一年級學生數"), grade("3年級_男生"), grade("9年級畢業生")
    ((7, 'classes'), (1, 'students'), (3, 'sex'), None)
    """
    found = _GRADE.findall(name)
    if len(found) != 1:
        return None
    number = int(found[0]) if found[0].isdigit() else _CHINESE.index(found[0]) + 1
    rest = re.sub(r"[_.:、/-]", "", _GRADE.sub("", name))
    bare = rest.replace("男", "").replace("女", "")
    if bare != rest:
        return (number, "sex") if len(rest) - len(bare) == 1 and bare in ("", *_OF_STUDENTS) else None
    if rest in _OF_CLASSES:
        return number, "classes"
    return (number, "students") if rest in _OF_STUDENTS else None
