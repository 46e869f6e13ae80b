"""Bytes of other tools as text: which encoding they are in, by evidence; damage is refused with its place.

Linux programs write UTF-8. Windows' console writes in the code page of the country, PowerShell in UTF-16. A byte that
is no UTF-8 tells only that it is another one; which one is told by the words that `netsh` prints in that language, and
where none of them is there, by what the bytes would be as letters.
"""

import re
import unicodedata
from dataclasses import dataclass

from wifiplan.catalog.console_words import console_pages
from wifiplan.errors import SurveyError
from wifiplan.files.readings.refusals import wrong

MAX_BYTES = 50_000_000
"""A scan of a large building takes 2 MB, an hour of iperf3 at ten intervals a second 40 MB."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_LOOKED_AT = 4096
_NUL_SHARE = 0.3
"""Every second byte of ASCII in UTF-16 is NUL; Chinese between lowers it."""
_MAX_NULS = 0.02
_FEW_NULS = 3
"""So many may stand in a text, as the rest of a line that a logger overwrote."""
_EAST_ASIAN = frozenset(("CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "FULLWIDTH", "HANGUL"))
_LETTER_SHARE = 0.8
"""The rest are signs: quotation marks, bars."""
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_LETTERS_A_RUN = 2
"""A single Chinese character between ASCII is more likely a Latin letter of another code page."""
_TWICE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]{1,3}")
"""A letter and marks that UTF-8 makes when it is read as Windows-1252."""
_MIN_TWICE = 3
"""So many of them make damage; fewer may be the name of a network."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and how its bytes were read; `is_guess`: nothing but likelihood speaks for it."""

    text: str
    encoding: str
    is_guess: bool = False


def decoded(data: bytes, where: str, *, code_pages: bool = False) -> Text:
    """Return bytes as text.

    Parameters
    ----------
    data : bytes
        A whole file, or what a program printed.
    where : str
        Its name, for messages.
    code_pages : bool
        Whether it may be in a code page of Windows; else what is no UTF-8 is damage.

    Returns
    -------
    Text
        With line ends as line feeds.

    Raises
    ------
    SurveyError
        Too large, binary, cut inside a character, not UTF-8 where it should be, or encoded twice.

    Examples
    --------
    >>> decoded("訊號 : 88%".encode("cp950"), "a.txt", code_pages=True).encoding
    'cp950'
    """
    if len(data) > MAX_BYTES:
        raise wrong(
            where,
            (f"the file is larger than {MAX_BYTES / 1e6:.0f} MB", f"檔案超過 {MAX_BYTES / 1e6:.0f} MB"),
            ("check that this is the right file, or split it", "請確認是否選錯檔案，或把檔案分開"),
        )
    found = _unicode(data, where)
    if found is None:
        found = _in_code_page(data) if code_pages else None
    if found is None:
        raise _not_utf8(data, where)
    text = found.text.replace("\r\n", "\n").replace("\r", "\n")
    _check_twice(text, where)
    return Text(text, found.encoding, found.is_guess)


def plain(text: str) -> str:
    r"""Return a text for comparison: digits and signs of all scripts as ASCII, no marks of direction, single spaces.

    >>> plain("通道\u3000：\u00a0１１")
    '通道 : 11'
    """
    if text.isascii():
        return text
    kept = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else _sign(c) for c in kept)


def loosely(data: bytes) -> str:
    """Return the beginning of bytes as text that is good enough to see what it is; never raises."""
    head = data[: 16 * _LOOKED_AT]
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return head.decode(encoding, "replace").removeprefix("\ufeff")
    return head.decode(_utf_16(head) or "utf-8", "replace")


def _sign(character: str) -> str:
    return {"٫": ".", "٪": "%", "\t": " ", "﹕": ":", "∶": ":"}.get(character, character)


def _unicode(data: bytes, where: str) -> Text | None:
    """Return a text in one of Unicode's encodings, None where it is none of them."""
    marked = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    encoding = marked or _utf_16(data) or "utf-8"
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and marked is None:
            _check_binary(data.count(b"\0", 0, _LOOKED_AT), where)
            return None
        raise _damaged(data, error, encoding, where) from error
    _check_binary(text.count("\0", 0, _LOOKED_AT), where)
    return Text(text, encoding)


def _check_binary(n_nuls: int, where: str) -> None:
    if n_nuls > _MAX_NULS * _LOOKED_AT or n_nuls > _FEW_NULS:
        raise wrong(
            where,
            ("the file is binary, not text", "這是二進位檔，不是文字檔"),
            ("give the file that the program printed its text into", "請提供存有程式輸出文字的檔案"),
        )


def _utf_16(data: bytes) -> str | None:
    """Return UTF-16's kind where every second byte of the beginning is often NUL."""
    head = data[:_LOOKED_AT]
    half = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if max(even, odd) < _NUL_SHARE or min(even, odd) > _MAX_NULS:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _in_code_page(data: bytes) -> Text | None:
    """Return a text in the code page whose words it holds; else in the one in which its letters are letters."""
    likely: Text | None = None
    for encoding, words in console_pages():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(word in text for word in words):
            return Text(text, encoding)
        if likely is None and _is_written(text):
            likely = Text(text, encoding, is_guess=True)
    return likely


def _is_written(text: str) -> bool:
    """Return whether the characters beyond ASCII are letters of one script, as in a language."""
    letters = [c for c in text if c > "\x7f" and unicodedata.category(c)[0] == "L"]
    scripts = {unicodedata.name(c, "?").split()[0] for c in letters}
    is_eastern = bool(scripts & _EAST_ASIAN)
    beyond = _BEYOND.findall(text)
    if is_eastern and len(letters) < _LETTERS_A_RUN * len(beyond):
        return False
    return len(letters) > _LETTER_SHARE * len("".join(beyond)) and len(scripts - _EAST_ASIAN) + is_eastern <= 1


def _check_twice(text: str, where: str) -> None:
    found = [hit for hit in _TWICE.finditer(text) if _is_utf8_again(hit.group())]
    if len(found) < _MIN_TWICE:
        return
    piece, n = repr(found[0].group()), f"{len(found):,}"
    line = text.count("\n", 0, found[0].start()) + 1
    said = f"line {line}: {piece} is UTF-8 that was read as Windows-1252 and saved again ({n} places)"
    said_zh = f"第 {line} 行：{piece} 是把 UTF-8 當成 Windows-1252 讀入後再存檔的亂碼（共 {n} 處）"
    remedy = ("take the file as the program wrote it", "請使用程式原本輸出的檔案，不要用文書軟體另存")
    raise wrong(where, (said, said_zh), remedy)


def _is_utf8_again(piece: str) -> bool:
    for encoding in ("cp1252", "latin-1"):
        try:
            piece.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def _not_utf8(data: bytes, where: str) -> SurveyError:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _damaged(data, error, "utf-8", where)
    return wrong(where, ("the file cannot be read as text", "無法以文字讀取檔案"), _AGAIN)


def _damaged(data: bytes, error: UnicodeDecodeError, encoding: str, where: str) -> SurveyError:
    """Return the error that tells where a character is broken, or cut at the end."""
    line, name = data[: error.start].decode(encoding, "ignore").count("\n") + 1, encoding.upper()
    said = f"line {line}: byte 0x{data[error.start]:02x} at position {error.start:,} is not {name}"
    said_zh = f"第 {line} 行：位置 {error.start:,} 的位元組 0x{data[error.start]:02x} 不是 {name}"
    if error.reason in _ENDS:
        said = f"the file ends inside a character ({name}, line {line}): it was cut"
        said_zh = f"檔案在一個字元中間結束（{name}，第 {line} 行），內容被截斷"
    return wrong(where, (said, said_zh), _AGAIN)


_ENDS = frozenset(("unexpected end of data", "truncated data"))
_AGAIN = (
    "save the program's output again, as UTF-8 and whole",
    "請重新儲存程式的輸出（UTF-8 編碼，內容要完整）",
)
