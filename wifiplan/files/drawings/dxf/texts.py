"""Texts of a drawing without the codes that shape them."""

import re

from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.math import OCS, Vec3
from ezdxf.tools.text import fast_plain_mtext, plain_text

from wifiplan.files.drawings.dxf.paths import Text

MAX_LETTERS = 400
"""A longer text is a paragraph of notes, no name of a room."""

_CODED = re.compile(r"\\[A-Za-z~{}\\]|^\{")
_UNICODE = re.compile(r"\\U\+([0-9A-Fa-f]{4,6})")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


def text_of(entity: DXFEntity, kind: str, layer: str) -> Text | None:
    """Return the text of a TEXT, MTEXT or ATTRIB, in plain letters; None for all other kinds.

    Errors as for `tracing.traced`.
    """
    if kind == "MTEXT":
        raw, height = entity.text, entity.dxf.get("char_height", 0.0)  # type: ignore[attr-defined]
        at = entity.dxf.insert
    elif kind in {"TEXT", "ATTRIB"}:
        raw, height = entity.dxf.get("text", ""), entity.dxf.get("height", 0.0)
        centred = entity.dxf.get("halign", 0) or entity.dxf.get("valign", 0)
        at = entity.dxf.get("align_point") if centred else None
        at = _in_world(at if at is not None else entity.dxf.insert, entity)
    else:
        return None
    return Text(text=plain(raw), layer=layer, at=(at.x, at.y, at.z), height=float(height), kind=kind)


def plain(raw: str) -> str:
    r"""Return a text without the codes of CAD programs.

    Examples
    --------
    >>> plain(r"{\fSimSun|b0|i0|c134|p2;\C3;402}"), plain("%%c20 %%U教室"), plain(r"\U+6559\U+5BA4")
    ('402', 'Ø20 教室', '教室')
    """
    raw = in_letters(raw[: MAX_LETTERS * 4])
    if _CODED.search(raw):
        raw = str(fast_plain_mtext(raw))
    if "%%" in raw:
        raw = plain_text(raw)
    return " ".join(_UNSEEN.sub(" ", raw).split())[:MAX_LETTERS]


def in_letters(name: str) -> str:
    r"""Return a name with the letters that old versions write as numbers.

    >>> in_letters(r"A-\U+7246")
    'A-牆'
    """
    return _UNICODE.sub(_letter, name) if "\\U+" in name else name


def _letter(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    surrogate = 0xD800 <= code <= 0xDFFF
    return chr(code) if code <= 0x10FFFF and not surrogate else "\ufffd"


def _in_world(at: Vec3, entity: DXFEntity) -> Vec3:
    extrusion = entity.dxf.get("extrusion")
    if extrusion is None or not extrusion.magnitude > 0:
        return at
    return OCS(extrusion).to_wcs(at)
