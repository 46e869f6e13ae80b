"""What the fonts can print: names come from files, and one odd character must not spoil a report."""

import unicodedata
from functools import lru_cache

from matplotlib.ft2font import FT2Font
from pylopdf_fonts_zh_tw import sans_path

MISSING = "〓"
"""The geta mark, customary where a character can't be printed."""

_SPACING = frozenset("\n\u200b")


def printable(text: str) -> str:
    r"""Return text with control characters left out and a geta mark for what the font does not hold.

    Examples
    --------
    >>> printable("坔\x00國小\U0001f600")
    '坔國小〓'
    """
    known = _known()
    kept = (c for c in text if c in _SPACING or unicodedata.category(c)[0] != "C")
    return "".join(c if c in known or c in _SPACING else MISSING for c in kept)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(map(chr, FT2Font(str(sans_path())).get_charmap()))
