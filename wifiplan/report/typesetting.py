"""Typst documents -> PDF and PNG, in memory, with the one font. The one door to typst."""

from collections.abc import Sequence
from functools import lru_cache

import typst
from pylopdf_fonts_zh_tw import sans_path

from wifiplan.errors import OutputError

FONT_FAMILIES = ("Noto Sans TC", "Noto Serif TC")
"""What the template asks for; no other font is ever used."""

TIMESTAMP = 0
"""Creation time written into a PDF [s since 1970]: fixed, so that the same plan gives the same bytes."""

N_AGES = 11
"""Documents after which typst forgets what it kept of one that came before: it keeps what the last ten used."""

_PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.figure), format: "svg")"""


def compiled(source: bytes, inputs: dict[str, str], *, where: str = "report.pdf") -> bytes:
    """Set the document in memory: no file is read but the fonts, and none is written."""
    compiler = typst.Compiler(source, font_paths=_fonts(), sys_inputs=inputs)
    try:
        made, warnings = compiler.compile_with_warnings(format="pdf", timestamp=TIMESTAMP)
    finally:
        _forget()
    return _checked(made, warnings, where=where)


def picture(svg: str, *, dpi: float) -> bytes:
    """Return an SVG drawing as PNG; the same drawing gives the same bytes."""
    compiler = typst.Compiler(_PICTURE, font_paths=_fonts(), sys_inputs={"figure": svg})
    try:
        made, warnings = compiler.compile_with_warnings(format="png", ppi=dpi)
    finally:
        _forget()
    return _checked(made, warnings, where="PNG")


def _checked(made: bytes | list[bytes] | None, warnings: Sequence[typst.TypstWarning], *, where: str) -> bytes:
    if warnings or not isinstance(made, bytes):
        raise OutputError(
            "the report could not be set as designed: " + "; ".join(w.message for w in warnings),
            remedy="install the fonts again: pip install --force-reinstall pylopdf-fonts-zh-tw",
            where=where,
        )
    return made


def _forget() -> None:
    """Let typst forget a document: no other is like it, and what it keeps of a school takes some 45 MB.

    The library offers no call for it; empty documents make what it keeps grow old.
    """
    # one of its own: a compiler serves one thread at a time
    blank = typst.Compiler(b" ", font_paths=_no_fonts())
    for _ in range(N_AGES):
        blank.compile(b" ", format="png", ppi=1)


@lru_cache(maxsize=1)
def _no_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[])


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return the fonts of the package `pylopdf-fonts-zh-tw` and no others."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(sans_path().parent)])
