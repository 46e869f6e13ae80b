"""Single cells of a roster, read into values; what cannot be read raises ValueError with one sentence."""

import re

from wifiplan.files.cell_text import BLANKS, folded, shown, usual
from wifiplan.scheme.roster import normal_county
from wifiplan.scheme.school import Ownership, Stage

MAX_WHOLE = 100_000
"""No school, and no class of it, counts more."""

_PREFIX = re.compile(r"^\[[^\]]*\]")
_WHOLE = re.compile(r"[+-]?[0-9]+(?:\.0*)?")
_CODE = re.compile(r"[0-9][0-9A-Z]{5}")
_FIRST_ROC_YEAR = 1911


def label(text: str) -> str:
    """Return a name as it stands, without spaces around it, line breaks and a "[01]" before it.

    >>> label("[01]新北市 ")
    '新北市'
    """
    return _PREFIX.sub("", " ".join(text.split())).strip()


def is_blank(text: str) -> bool:
    """Return whether a cell says nothing: empty, or a dash."""
    return folded(text) in BLANKS


def whole(text: str) -> int | None:
    """Return a whole number >= 0, None for a blank cell.

    >>> whole("1,191"), whole("２８ "), whole("-"), whole("16.0")
    (1191, 28, None, 16)
    """
    if is_blank(text):
        return None
    bare = usual(text).replace(",", "").replace(" ", "")
    for ending in ("班", "人", "臺", "台"):
        bare = bare.removesuffix(ending)
    if not _WHOLE.fullmatch(bare):
        raise ValueError(f"'{shown(text)}' is not a whole number")
    number = int(bare.partition(".")[0])
    if number < 0:
        raise ValueError(f"{number} is negative")
    if number > MAX_WHOLE:
        raise ValueError(f"{number:,} is more than any school has")
    return number


def coordinate(text: str) -> float | None:
    """Return degrees, None where the cell holds no number."""
    try:
        value = float(usual(text))
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None


def wholes(text: str) -> tuple[int, ...]:
    """Return numbers that are parted by bars, one a grade.

    >>> wholes("3|3|2")
    (3, 3, 2)
    """
    if is_blank(text):
        return ()
    return tuple(whole(part) or 0 for part in usual(text).split("|"))


def is_code(text: str) -> bool:
    """Return whether a text is a school code as `school_code` returns it.

    >>> is_code("011301"), is_code("11301"), is_code("../../")
    (True, False, False)
    """
    return _CODE.fullmatch(text) is not None


def school_code(text: str) -> tuple[str, bool]:
    """Return a school code as text of six characters, and whether a lost leading zero was put back.

    >>> school_code("11301"), school_code("011301"), school_code('="011301"')
    (('011301', True), ('011301', False), ('011301', False))
    """
    code = usual(text).upper().removeprefix("=").strip("\"'")
    code = code.removesuffix(".0") if code.endswith(".0") else code
    if len(code) == 5 and code.isdigit():
        return "0" + code, True
    if not _CODE.fullmatch(code):
        what = "is empty" if not code else f"'{shown(text)}' is not a school code of six characters"
        raise ValueError(what)
    return code, False


def stage(text: str) -> Stage:
    """Return 學制.

    >>> stage("國小"), stage("國民中學"), stage("junior")
    ('elementary', 'junior', 'junior')
    """
    value = usual(text).lower()
    both = "中小" in value or "中)小" in value
    elementary = any(word in value for word in ("國小", "小學", "elementary", "primary"))
    if elementary and not both and "國中" not in value:
        return "elementary"
    if any(word in value for word in ("國中", "國民中學", "junior")) and "小" not in value:
        return "junior"
    more = "; give each stage a row of its own" if both else ""
    raise ValueError(f"'{shown(text)}' is not 國小 or 國中{more}")


def ownership(text: str, name: str) -> Ownership:
    """Return 設立別, from the school's name where the cell is blank or says no more than 公立.

    >>> ownership("", "國立臺南大學附小"), ownership("市立", ""), ownership("", "臺南市私立慈濟高級中學")
    ('national', 'public', 'private')
    """
    value = usual(text)
    if "國立" in value or "national" in value.lower() or (not value and name.startswith("國立")):
        return "national"
    if "私" in value or "private" in value.lower() or (not value and "私立" in name):
        return "private"
    if is_blank(text) or any(word in value for word in ("公", "市立", "縣立", "鄉", "鎮", "直轄")):
        return "public"
    if value.lower() == "public" or value.endswith("立"):
        return "public"
    raise ValueError(f"'{shown(text)}' is not 公立, 市立, 縣立, 私立 or 國立")


def remote(text: str) -> bool:
    """Return whether 地區屬性 says remote (偏遠, 特偏, 極偏); 非山非市, 一般 and blank do not.

    >>> [remote(area) for area in ("偏遠", "特偏", "極偏", "非山非市", "一般", "")]
    [True, True, True, False, False, False]
    """
    value = usual(text)
    if is_blank(text) or value.lower() in ("no", "false", "general", "urban"):
        return False
    if any(word in value for word in ("非偏", "非山非市", "不山不市", "一般", "都會", "都市", "市區")):
        return False
    if any(word in value for word in ("偏遠", "特偏", "極偏", "特殊偏")) or value.lower() in (
        "remote",
        "yes",
    ):
        return True
    raise ValueError(f"'{shown(text)}' is not 偏遠, 特偏, 極偏, 非山非市 or 一般")


def school_year(text: str) -> int | None:
    """Return a ROC school year; a year of the common era is turned into one.

    >>> school_year("110學年度"), school_year("2021"), school_year("")
    (110, 110, None)
    """
    found = re.search(r"[0-9]{2,4}", usual(text))
    if not found:
        return None
    year = int(found[0])
    return year - _FIRST_ROC_YEAR if year > _FIRST_ROC_YEAR else year


def county(text: str) -> str:
    """Return a county's name, 臺 for 台."""
    value = normal_county(usual(text))
    if not value or "\ufffd" in value:
        raise ValueError("the county is empty" if not value else "the county cannot be decoded")
    return value
