"""What names of wall and floor types mean: a kind of wall, and a material of the catalogue."""

import re
import unicodedata
from dataclasses import dataclass

from wifiplan.catalog.materials import materials
from wifiplan.site.building import WallKind

KIND_WORDS: dict[WallKind, tuple[str, str]] = {
    "wall": ("wall", "牆"),
    "door": ("door", "門"),
    "window": ("window", "窗"),
    "parapet": ("parapet", "矮牆"),
}
"""How the writer names them, in English and in Chinese."""

USUAL = ("usual ", "慣用 ")
"""Before a thickness that is the material's usual one, in English and in Chinese."""

PARTED = " · "
"""Between the parts of a name that the writer makes."""

_KINDS: tuple[tuple[WallKind, str], ...] = (
    ("window", r"window|glazing|窗|fenster|fenêtre|ventana|vindue"),
    ("door", r"door|roll-?up|shutter|gate\b|門|tür\b|puerta|porte\b"),
    ("parapet", r"parapet|railing|balustrade|矮牆|女兒牆|欄杆|護欄"),
)
_MATERIALS: tuple[tuple[str, str], ...] = (
    ("steel_door", r"(steel|metal|fire|exit).*door|鋼.*門|鐵.*門|防火門|roll-?up|shutter|鐵捲"),
    ("solid_wood_door", r"solid.*wood.*door|實木門"),
    ("wood", r"wood|timber|office door|thin door|木|holz|madera|bois"),
    ("low_e_glass", r"low-?e|節能玻璃|coated glass"),
    ("hollow_block", r"cinder|hollow.*block|breeze|空心磚|block\b"),
    ("plasterboard", r"dry-?wall|plaster|gypsum|sheetrock|石膏|輕隔間|輕鋼架|矽酸鈣|gips"),
    ("brick", r"brick|磚|ziegel|ladrillo|brique"),
    ("concrete", r"concrete|cement|混凝土|水泥|\brc\b|beton|hormig|elevator|lift shaft|電梯"),
    ("marble", r"marble|stone|大理石|石材"),
    ("metal", r"metal|steel|alumin|iron|rack|鋼|鐵|金屬|鋁"),
    ("chipboard", r"cubicle|partition|隔板|屏風|塑合"),
    ("wood", r"book-?shel|shelf|shelves|書架|書櫃|櫃"),
    ("glass", r"glass|window|glazing|玻璃|窗|glas\b|fenster"),
    ("wood", r"door|門"),
)
"""The first that fits counts; a word of a door's or shelf's make comes before that of its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a name tells; `exact`: it names a row of the catalogue outright, `usual`: with its thickness."""

    kind: WallKind = "wall"
    material: str | None = None
    exact: bool = False
    usual: bool = False


def meaning_of(name: str) -> Meaning:
    """Return what the name of a wall type tells of its kind and material.

    >>> meaning_of("Wall, Brick").material, meaning_of("Window, Thick").kind, meaning_of("教室門").material
    ('brick', 'window', 'wood')
    >>> meaning_of("牆 · 紅磚 · 12 cm").exact, meaning_of("Mystery").material
    (True, None)
    """
    parts = name.split(PARTED.strip())
    labels = {label: one.name for one in materials().values() for label in (one.name, one.name_zh)}
    if len(parts) > 1 and parts[1].strip() in labels:
        kind = _first(tuple(k for k, words in KIND_WORDS.items() if parts[0].strip() in words))
        usual = len(parts) > 2 and parts[2].strip().startswith(USUAL)
        return Meaning(kind=kind, material=labels[parts[1].strip()], exact=True, usual=usual)
    plain = unicodedata.normalize("NFKC", name).casefold()
    kind = _first(tuple(k for k, words in _KINDS if re.search(words, plain)))
    return Meaning(kind=kind, material=next((m for m, words in _MATERIALS if re.search(words, plain)), None))


def name_of(kind: WallKind, material: str, detail: str, *, lang: str) -> str:
    """Return the name of a wall type, which `meaning_of` understands outright."""
    row, word = materials()[material], KIND_WORDS[kind]
    parts = (word[1], row.name_zh) if lang == "zh-TW" else (word[0], row.name)
    return PARTED.join((*parts, detail))


def _first(kinds: tuple[WallKind, ...]) -> WallKind:
    return kinds[0] if kinds else "wall"
