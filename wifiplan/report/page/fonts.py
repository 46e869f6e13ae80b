"""The font of the pages: all of it for the planner, and only the characters that it shows for a file that travels.

The one font is that of the printed report (Noto Sans TC, OFL). Its glyphs are drawn into a new font, which costs
a few milliseconds a school; fontTools' subsetter reads all 17,000 of them every time.
"""

import base64
import io
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Protocol

from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.basePen import AbstractPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_tw import sans_path

from wifiplan.report.texts import texts

NOTDEF = ".notdef"


class _Glyph(Protocol):
    def draw(self, pen: AbstractPen) -> None: ...


ASCII = "".join(map(chr, range(0x20, 0x7F)))
"""Every page has figures and Latin letters."""


SIGNS = "✓×△−–·→↑↓↕□／"
"""What the scripts write besides words."""

_COMMON = (
    "page.",
    "verdict.",
    "room.",
    "reason.",
    "action.",
    "use.",
    "ap.",
    "head.",
    "tile.",
    "floor.",
    "kind",
    "doc.",
)
"""Beginnings of the keys of words that nearly every page shows."""


@lru_cache(maxsize=1)
def _whole() -> TTFont:
    return TTFont(io.BytesIO(sans_path().read_bytes()), lazy=True)


@lru_cache(maxsize=1)
def _names_of_glyphs() -> Mapping[int, str]:
    found: Mapping[int, str] = _whole().getBestCmap()
    return found


def covered(characters: Iterable[str]) -> str:
    """Return the characters that the font has, each once, in order of their codes."""
    return "".join(sorted({c for c in characters if ord(c) in _names_of_glyphs()}))


def woff(characters: str) -> bytes:
    """Return a font with the given characters as WOFF; the same characters give the same bytes.

    Parameters
    ----------
    characters : str
        What it must show; characters that the font lacks are left to the reader's own fonts.

    Examples
    --------
    >>> woff("晴川")[:4]
    b'wOFF'
    """
    glyph_by_code = {ord(c): _names_of_glyphs()[ord(c)] for c in covered(characters)}
    order = list(dict.fromkeys([NOTDEF, *glyph_by_code.values()]))
    metrics = _whole()["hmtx"].metrics
    drawn = {name: T2CharString(bytecode=_drawn(name)) for name in order}
    head, lines = _whole()["head"], _whole()["hhea"]
    builder = FontBuilder(head.unitsPerEm, isTTF=False)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(glyph_by_code)
    builder.setupCFF("Wifiplan", {}, drawn, {})
    builder.setupHorizontalMetrics({name: metrics[name] for name in order})
    builder.setupHorizontalHeader(ascent=lines.ascent, descent=lines.descent)
    builder.setupNameTable({"familyName": "Wifiplan", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=lines.ascent, sTypoDescender=lines.descent, usWinAscent=lines.ascent)
    builder.setupPost()
    return _saved(builder.font)


@lru_cache(maxsize=4096)
def _drawn(name: str) -> bytes:
    """Return a glyph's drawing as a font holds it: a county's schools name the same few thousand characters."""
    pen = T2CharStringPen(_whole()["hmtx"].metrics[name][0], None)
    _glyphs()[name].draw(pen)
    found = pen.getCharString()
    found.compile()
    return bytes(found.bytecode)


@lru_cache(maxsize=1)
def _glyphs() -> Mapping[str, _Glyph]:
    found: Mapping[str, _Glyph] = _whole().getGlyphSet()
    return found


def _saved(font: TTFont) -> bytes:
    """Return a font's bytes without the time at which it was made."""
    font.recalcTimestamp = font.recalcBBoxes = False
    for side in ("xMin", "yMin", "xMax", "yMax"):
        # drawing every glyph again for the box of them all would double the time
        setattr(font["head"], side, getattr(_whole()["head"], side))
    font["head"].created = font["head"].modified = 0
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def data_url(font: bytes) -> str:
    """Return a font as an address that holds it."""
    return "data:font/woff;base64," + base64.b64encode(font).decode("ascii")


@lru_cache(maxsize=8)
def words_font(characters: str) -> str:
    """Return the address of a font of characters that many pages share, made once a process."""
    return data_url(woff(characters))


@lru_cache(maxsize=1)
def whole_woff() -> bytes:
    """Return the whole font as WOFF, for a server to hand out."""
    font = TTFont(io.BytesIO(sans_path().read_bytes()), lazy=True, recalcTimestamp=False)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def faces(data: object, lang: str) -> list[str]:
    """Return the style rules of the two fonts of a page: one of the report's own words, one of what else it names.

    The first is the same for every school, so that a county's run draws it once a process.

    Parameters
    ----------
    data : plain data
        All that the page shows.
    lang : "zh-TW" or "en"
        Language of the words.
    """
    common = covered(ASCII + SIGNS + "".join(text for key, text in texts(lang).items() if key.startswith(_COMMON)))
    rest = covered(set().union(*texts_in(data)) - set(common))
    rules = [face("Wifiplan", words_font(common))]
    return [*rules, face("Wifiplan names", data_url(woff(rest)))] if rest else rules


def face(family: str, url: str) -> str:
    """Return the style rule of a font at an address of ours."""
    return f'@font-face{{font-family:"{family}";src:url("{url}") format("woff");font-display:swap}}'


def texts_in(data: object) -> Iterator[str]:
    """Yield every text in plain data, keys left out."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from texts_in(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts_in(value)
