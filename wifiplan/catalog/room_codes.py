"""Short Latin codes for what rooms and blocks are called, for names that controllers accept."""

import re
import unicodedata
from functools import lru_cache

from wifiplan.catalog.table import check, rows

_OTHER = re.compile(r"[^A-Za-z0-9]+")
_BETWEEN_LATIN = re.compile(r"(?<=[A-Z]) (?=[0-9])")


def room_code(text: str) -> str:
    """Return a name in capital letters, digits and hyphens; what no row of the table knows is left out.

    Parameters
    ----------
    text : str
        A room's or a block's name, Chinese or Latin, of any length.

    Returns
    -------
    str
        Empty where nothing of the name can be said so.

    Examples
    --------
    >>> room_code("一年甲班"), room_code("自然科學教室（二）"), room_code("A棟"), room_code("Lab #3"), room_code("龘")
    ('1A', 'SCI2', 'A', 'LAB3', '')
    """
    plain = unicodedata.normalize("NFKC", text)
    for word, code in _codes():
        plain = plain.replace(word, f" {code} " if len(code) > 1 else code)
    latin = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode("ascii").upper()
    return _BETWEEN_LATIN.sub("", _OTHER.sub(" ", latin).strip()).replace(" ", "-")


@lru_cache(maxsize=1)
def _codes() -> tuple[tuple[str, str], ...]:
    """Return words and their codes, the longest first, so that no part of a word is taken for it."""
    table = rows("room_codes")
    found = tuple((row.text("text"), row.cells["code"].strip()) for row in table)
    check(table)
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair[0])))
