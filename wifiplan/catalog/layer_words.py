"""What names of layers and blocks of drawings mean, in the languages that drawings come in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias

from wifiplan.catalog.table import check, rows

Tells: TypeAlias = Literal["layer", "block", "material"]

BUILT = ("wall", "door", "window", "opening", "glass", "parapet", "column")
"""Meanings of layers whose lines are parts of the building; lines of all others are left out."""

_WORD = re.compile(r"[^\W\d_\u1100-\uffff]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CODED = re.compile(r"^(?:(?P<door>(?:FM|TLM|M)[甲乙丙]?)|(?:TC|GC|LC|C))(?P<size>\d{4})(?!\d)")
"""Blocks of doors (M0921) and windows (C1518) as schedules in China code them: width and height in decimetres. [M]"""
_LEAST_STEM = 4
_MOST_LETTERS = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that mean one thing, in lower case: whole ones, beginnings ("wall*"), and parts ("*wand", or Chinese)."""

    means: str
    whole: frozenset[str]
    starts: tuple[str, ...]
    parts: tuple[str, ...]
    phrases: tuple[str, ...]

    def fit(self, name: str, found: frozenset[str]) -> bool:
        """Return whether a name in lower case, taken apart into words, holds one of these."""
        return (
            not self.whole.isdisjoint(found)
            or any(word.startswith(self.starts) for word in found)
            or any(part in name for part in self.parts)
            or any(phrase in name for phrase in self.phrases)
        )


@lru_cache(maxsize=1)
def layer_words() -> Mapping[Tells, tuple[Words, ...]]:
    """Return the words of `data/layer_words.csv`, the ranking ones first.

    Raises
    ------
    CatalogError
        The table is faulty.
    """
    table = rows("layer_words")
    found: dict[Tells, list[Words]] = {"layer": [], "block": [], "material": []}
    for row in table:
        tells = row.text("tells")
        for known, words in found.items():
            if known == tells:
                words.append(_words(row.text("means"), row.words("words")))
    check(table)
    return MappingProxyType({tells: tuple(some) for tells, some in found.items()})


def _words(means: str, words: tuple[str, ...]) -> Words:
    low = [word.lower() for word in words]
    east = [word for word in low if any(letter >= "\u1100" for letter in word)]
    west = [word for word in low if word not in east]
    return Words(
        means=means,
        whole=frozenset(word for word in west if "*" not in word and _WORD.fullmatch(word)),
        starts=tuple(word[:-1] for word in west if word.endswith("*")),
        parts=(*east, *(word[1:] for word in west if word.startswith("*"))),
        phrases=tuple(word for word in west if "*" not in word and not _WORD.fullmatch(word)),
    )


@lru_cache(maxsize=4096)
def meaning(name: str, tells: Tells = "layer") -> str | None:
    """Return what a name means by the first row of words that it holds; None where it tells nothing.

    Parameters
    ----------
    name : str
        Name of a layer or a block, as the drawing has it.
    tells : {"layer", "block", "material"}
        What the name is asked for.

    Returns
    -------
    str or None
        A meaning of the table. A layer that says door and window both is an "opening".

    Examples
    --------
    >>> [meaning(name) for name in ("A-WALL-FULL", "A-Wall-Patt", "外牆", "Innenwand", "門牌號", "Doors/Windows", "XY")]
    ['wall', 'hatch', 'wall', 'wall', 'text', 'opening', None]
    >>> meaning("RC牆", "material"), meaning("C1518", "block"), meaning("M0921", "block"), meaning("C15", "block")
    ('concrete', 'window', 'door', None)
    """
    name = name.rsplit("|", 1)[-1].rsplit("$", 1)[-1][:_MOST_LETTERS]  # a reference's name stands before its layers'
    low = name.lower()
    words = frozenset(_WORD.findall(low)) | frozenset(_WORD.findall(_CAMEL.sub(" ", name).lower()))
    words |= {word[:-1] for word in words if word.endswith("s") and len(word) >= _LEAST_STEM}
    fits = [row.means for row in layer_words()[tells] if row.fit(low, words)]
    if not fits:
        return _coded(name) if tells == "block" else None
    both = tells == "layer" and fits[0] == "door" and "window" in fits
    return "opening" if both else fits[0]


def _coded(name: str) -> str | None:
    found = _CODED.match(name)
    return None if found is None else "door" if found["door"] else "window"
