"""Which storey a floor is, by its tags and its name, and how storeys stand on one another."""

import re
from collections.abc import Mapping, Sequence

from wifiplan.files.drawings.geojson_words import plain

MAX_LEVEL = 120
"""The tallest building of the world has 163 storeys; a tag beyond is no level."""

MAX_LEVELS = 60
"""So many storeys of one tag are taken: a thing in more of them is a slip of the pen."""


def levels_of(value: object) -> tuple[float, ...]:
    """Return the storeys that a level tag names, lowest first; empty where it names none.

    Source: OpenStreetMap's simple indoor tagging: "0", "-1", "0;1", "0-3", "1.5".

    >>> levels_of("0;2"), levels_of("-1-1"), levels_of(3), levels_of("B1"), levels_of("2F"), levels_of("roof")
    ((0.0, 2.0), (-1.0, 0.0, 1.0), (3.0,), (-1.0,), (1.0,), ())
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ()
    found: set[float] = set()
    for part in str(value).replace(",", ";").split(";")[:MAX_LEVELS]:
        found.update(_span(part.strip()))
    return tuple(sorted(found))


_SPAN = re.compile(r"(-?\d{1,3}(?:\.\d)?)\s*(?:-|\.\.|to)\s*(-?\d{1,3}(?:\.\d)?)")
_STOREY = re.compile(
    r"(?:(?<![a-z])(b|basement|地下)\s*([0-9一二三]?)\s*[f樓層]?(?![a-z]))|(?:([0-9一二三四五六七八九十]{1,2})\s*[f樓層])"
)
_NUMERALS = {numeral: n for n, numeral in enumerate("一二三四五六七八九十", 1)}


def _span(part: str) -> tuple[float, ...]:
    try:
        value = float(part)
    except ValueError:
        pass
    else:
        return (value,) if abs(value) <= MAX_LEVEL else ()
    if span := _SPAN.fullmatch(part):
        low, high = sorted((float(span[1]), float(span[2])))
        return tuple(low + n for n in range(int(high - low) + 1)) if high - low <= MAX_LEVELS else ()
    storey = storey_of(part)
    return () if storey is None else (float(storey),)


def storey_of(name: str) -> int | None:
    """Return the level that a floor's name tells as people count them here: 1F (一樓) is the ground floor, 0.

    >>> [storey_of(x) for x in ("1F", "三樓", "B1", "地下一樓", "Ground Floor", "2nd floor", "Second Floor", "Barn")]
    [0, 2, -1, -1, 0, 1, 1, None]
    """
    text = plain(name)
    if is_ground(name):
        return 0
    for n, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"), 0):
        if re.search(rf"\b{word}\b", text):
            return n
    if nth := re.search(r"\b(\d{1,2})(?:st|nd|rd|th)\b", text) or re.search(r"\b(?:floor|level|fl) ?(\d{1,2})\b", text):
        return int(nth[1]) - 1
    if found := _STOREY.search(text):
        if found[1]:
            return -_numeral(found[2] or "1")
        return _numeral(found[3]) - 1
    return None


def is_ground(name: str) -> bool:
    """Return whether a name says ground floor, instead of counting it."""
    return re.search(r"\b(ground|gf|g|eg|rez)\b", plain(name)) is not None


def _numeral(text: str) -> int:
    return int(text) if text.isdecimal() else sum(_NUMERALS[c] for c in text)


def levels_by_name(names: Sequence[str]) -> tuple[tuple[int, ...], bool]:
    """Return a level for each floor by its name, and whether the names told them; else they count up from 0.

    >>> levels_by_name(("2F", "1F", "B1")), levels_by_name(("Annex", "Main")), levels_by_name(("floor-gf", "floor-1"))
    (((1, 0, -1), True), ((0, 1), False), ((0, 1), True))
    """
    # "G", "1", "2": where the ground floor has a name of its own, the first floor is the one above it
    shifted = [
        None if n is None else n + (n >= 0 and not is_ground(name)) for name in names for n in (storey_of(name),)
    ]
    plain_numbers = [int(name) if re.fullmatch(r"-?\d{1,2}", name.strip()) else None for name in names]
    for found in (plain_numbers, [storey_of(name) for name in names], shifted):
        levels = tuple(level for level in found if level is not None)
        if len(levels) == len(names) == len(set(levels)):
            return levels, True
    return tuple(range(len(names))), False


def elevations_m(heights_m: Mapping[int, float], usual_m: float) -> dict[int, float]:
    """Return where the floor of each level lies, the ground floor at 0 [m]; a level that is missing has `usual_m`.

    >>> elevations_m({-1: 3.0, 0: 4.0, 2: 3.0}, 3.5)
    {-1: -3.0, 0: 0.0, 2: 7.5}
    """
    found = {0: 0.0}
    for level in range(max([0, *heights_m])):
        found[level + 1] = found[level] + heights_m.get(level, usual_m)
    for level in range(-1, min([0, *heights_m]) - 1, -1):
        found[level] = found[level + 1] - heights_m.get(level, usual_m)
    return {level: round(found[level], 3) for level in sorted(heights_m)}
