"""What the words of a drawing mean: kinds of things and materials, in several languages."""

import re
import unicodedata
from functools import lru_cache
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "wall", "door", "window", "parapet", "room", "outline", "void", "access_point", "route", "other"
]
"""What a thing of a drawing is to us; "other" is left out and counted."""

_KINDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    # the order matters: a "window wall" is a window, a "door frame" a door, a "wallpaper" nothing
    ("access_point", ("accesspoint", "access point", "access_point", "wifi ap", "wifi_ap", "基地臺", "基地台")),
    ("route", ("pathway", "path$", "paths$", "route", "footway", "footpath", "walkable", "navigation", "路徑", "動線")),
    (
        "outline",
        ("building outline", "outline", "footprint", "exterior boundary", "level", "floor area", "輪廓", "外框"),
    ),
    ("void", ("floor opening", "void", "atrium", "shaft opening", "hole", "天井", "挑空", "樓板開口")),
    ("window", ("window", "glazing", "glaz", "curtain wall", "fenster", "fenetre", "ventana", "vindue", "窗", "帷幕")),
    ("door", ("door", "doorway", "entrance", "opening", "gate", "tür", "tuer", "porte", "puerta", "門", "门")),
    ("parapet", ("parapet", "railing", "handrail", "balustrade", "guard rail", "女兒牆", "欄杆", "欄板")),
    (
        "wall",
        ("wall", "partition", "column", "pillar", "wand", "mur", "muro", "væg", "vägg", "牆", "墙", "壁", "柱", "隔間"),
    ),
    (
        "room",
        (
            *("room", "space", "classroom", "office", "area", "unit", "corridor", "hallway", "hall", "lobby", "stairs"),
            *(
                "stair",
                "staircase",
                "stairwell",
                "steps",
                "elevator",
                "lift",
                "bathroom",
                "restroom",
                "toilet",
                "kitchen",
            ),
            *("lecture", "auditorium", "laboratory", "lab", "library", "storage", "raum", "salle", "zimmer", "foyer"),
            *("教室", "室", "走廊", "樓梯", "電梯", "廁所", "空間", "房間", "大廳", "中庭"),
        ),
    ),
)

_MATERIALS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("steel_door", ("steel door", "metal door", "fire door", "exit door", "roll-up", "防火門", "鋼門", "鐵門")),
    ("solid_wood_door", ("solid wood", "實木")),
    ("low_e_glass", ("low-e", "low e", "lowe", "coated glass", "節能玻璃")),
    ("hollow_block", ("hollow block", "cinder", "cmu", "breeze", "空心磚")),
    ("plasterboard", ("plaster", "drywall", "gypsum", "sheetrock", "cubicle", "partition", "gips", "石膏", "輕隔間")),
    ("concrete", ("concrete", "reinforced", "beton", "shaft", "混凝土", "鋼筋", "水泥", "rc")),
    ("brick", ("brick", "masonry", "ziegel", "mauerwerk", "磚", "砖")),
    ("glass", ("glass", "glaz", "window", "glas", "玻璃", "窗")),
    ("metal", ("metal", "steel", "alumin", "stahl", "金屬", "鋼", "鐵", "鋁")),
    ("chipboard", ("chipboard", "particle board", "塑合板")),
    ("plywood", ("plywood", "合板")),
    ("marble", ("marble", "stone", "granite", "stein", "大理石", "石材")),
    ("wood", ("wood", "timber", "holz", "bois", "shelf", "bookcase", "木")),
)

_LATIN = re.compile(r"[a-zà-öø-ÿ]+")


def plain(text: str) -> str:
    """Return a word as it is compared: lower case, CamelCase and underscores as spaces.

    >>> plain("IfcWallStandardCase"), plain("A-WALL_ext"), plain("building_outline")
    ('ifc wall standard case', 'a wall ext', 'building outline')
    """
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    return " ".join(re.sub(r"[_\-./:;|,()\[\]]+", " ", text).split())


@lru_cache(maxsize=4096)
def kind_of(word: str) -> Kind | None:
    """Return what a word says that a thing is, None where it says nothing we know.

    >>> kind_of("interior_wall"), kind_of("IfcDoor"), kind_of("building_outline"), kind_of("普通教室"), kind_of("chair")
    ('wall', 'door', 'outline', 'room', None)
    """
    text = plain(word)
    return next((kind for kind, stems in _KINDS if any(_has(text, stem) for stem in stems)), None)


@lru_cache(maxsize=4096)
def material_of(word: str) -> str | None:
    """Return the material that a word names [a row of `catalog/data/materials.csv`], None where it names none.

    >>> material_of("[Imported] Brick wall"), material_of("RC牆"), material_of("glass door"), material_of("?")
    ('brick', 'concrete', 'glass', None)
    """
    text = plain(word)
    return next((name for name, stems in _MATERIALS if any(_has(text, stem.replace("-", " ")) for stem in stems)), None)


def _has(text: str, stem: str) -> bool:
    if stem.endswith("$"):
        return stem[:-1] in text.split()
    if not _LATIN.match(stem):
        return stem in text
    if len(stem) <= 3:
        return re.search(rf"(?<![a-z]){re.escape(stem)}s?(?![a-z])", text) is not None
    # a stem begins a word, or ends one, as in "Stahlbeton"
    return re.search(rf"(?<![a-z]){re.escape(stem)}|{re.escape(stem)}s?(?![a-z])", text) is not None
