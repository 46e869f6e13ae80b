r"""Names of networks as text: any bytes may stand in an SSID.

A name is read as UTF-8, which the standard asks for; where that fails, as Big5, then as GB18030 (names that devices
sold in Taiwan and China still send), provided that every character is one that people write; else each byte above 127
is shown as an escape. A blank name, or one of NULs or white space alone, is hidden. What is ambiguous stays checkable:
the bytes themselves stand beside a name that is not UTF-8.
"""

import unicodedata
from functools import lru_cache

_OTHER_ENCODINGS = (
    ("cp950", range(0xA1, 0xC7), 0x40),
    ("gb18030", range(0xA1, 0xD8), 0xA1),
    ("cp950", range(0xA1, 0xFF), 0x40),
    ("gb18030", range(0x81, 0xFF), 0x40),
)
"""Encoding, first bytes and lowest second byte of its characters: the common ones of Big5 and of GB 2312 come first,
as the bytes of one are rare characters of the other."""

_MIN_FOREIGN = 2
"""Fewer Chinese characters in a name are more likely one damaged or Latin letter, and the ASCII letter behind it."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@lru_cache(maxsize=4096)
def ssid_text(ssid: bytes) -> str:
    r"""Return a name as text, blank where it is hidden.

    Examples
    --------
    >>> ssid_text("教室".encode()), ssid_text("教室".encode("big5")), ssid_text(bytes(8)), ssid_text(b"caf\xe9")
    ('教室', '教室', '', 'caf\\xe9')
    """
    if not ssid.strip(b"\0 \t\r\n\v\f"):
        return ""
    try:
        text = ssid.decode("utf-8")
    except UnicodeDecodeError:
        return _foreign(ssid)
    return text if text.strip("\0").strip() else ""


def is_utf8(ssid: bytes) -> bool:
    """Return whether a name can be read back from its text."""
    try:
        ssid.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def shown(text: str) -> str:
    r"""Return a stranger's text for a terminal: what could steer it or hide is escaped.

    >>> shown("a\x1b[31mb"), shown("x\u202ey")
    ('a\\x1b[31mb', 'x\\u202ey')
    """
    return "".join(c if unicodedata.category(c) not in _UNSEEN else _escape(c) for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _foreign(ssid: bytes) -> str:
    for encoding, first, second in _OTHER_ENCODINGS:
        try:
            text = ssid.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(c > "\x7f" for c in text) >= _MIN_FOREIGN and all(_is_written(c, encoding, first, second) for c in text):
            return text
    return ssid.decode("ascii", "backslashreplace")


def _is_written(character: str, encoding: str, first: range, second: int) -> bool:
    """Return whether a name may hold it: printable ASCII, or a character whose two bytes lie in these ranges."""
    code = ord(character)
    if code < 0x80:
        return 0x20 <= code < 0x7F
    if not (0x3000 <= code < 0x3130 or 0x4E00 <= code < 0xA000 or 0xFF01 <= code < 0xFF5F):
        return False
    pair = character.encode(encoding)
    return len(pair) == 2 and pair[0] in first and pair[1] >= second
