"""Which class of model an access point on a wall belongs to: by its product, or by the words of a Wi-Fi generation."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from wifiplan.catalog.table import check, rows

ClassBy: TypeAlias = Literal["class", "product", "generation"]

_GENERATIONS: tuple[tuple[str, str], ...] = (
    ("be", r"wi-?fi-?7|(?:802-)?11-?be|(?<![a-z0-9])be[1-9][0-9]{3,4}|第七代"),
    ("axe", r"wi-?fi-?6-?e|(?:802-)?11-?axe|(?<![a-z0-9])axe[1-9][0-9]{3,4}"),
    ("ax", r"wi-?fi-?6|(?:802-)?11-?ax|(?<![a-z0-9])ax[1-9][0-9]{3,4}|第六代|[/-]ax(?![a-z0-9])"),
    ("ac", r"wi-?fi-?5|(?:802-)?11-?ac|(?<![a-z0-9])ac[1-9][0-9]{2,3}|第五代|[/-]ac(?![a-z0-9])|wave-?2"),
    ("n", r"wi-?fi-?4|(?:802-)?11-?n(?![a-z0-9])|(?<![a-z0-9])n[1-9][0-9]{2}(?![0-9])|第四代|[/-]n(?![a-z0-9])"),
)
"""Words by which labels and controllers name a generation, the newest first: a device named "a/b/g/n/ac" is ac."""

_SPEEDS = {
    "n300": 2, "n600": 2, "n450": 3, "n900": 3,
    "ac1200": 2, "ac1300": 2, "ac1350": 2, "ac1750": 3, "ac1900": 3, "ac2300": 4, "ac2600": 4, "ac2900": 4,
    "ax1500": 2, "ax1800": 2, "ax3000": 2, "ax3600": 4, "ax5400": 4, "ax6000": 4, "axe5400": 2, "axe7800": 4,
    "be3600": 2, "be5000": 2, "be6500": 2, "be9300": 2, "be11000": 4, "be19000": 4,
}  # fmt: skip
"""Streams at 5 GHz behind the speed words that shops print (AC1750: 450 + 1,300 Mbit/s is three streams)."""

_SINGLE_BAND = re.compile(
    r"單頻|2-4-?ghz-?only|single-?band|(?<![a-z0-9])n(?:150|300)(?![0-9])|(?<!a/)b/g/n(?!/)|11-?bgn(?![a-z])"
)
_STREAMS = re.compile(r"(?<![0-9])([1-8])[x*]([1-8])(?![0-9])")
_FEWEST, _MOST = 2, {"n": 3, "ac": 4, "ax": 4, "axe": 4, "be": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelClass:
    """The class that an access point belongs to, and how we know.

    `name` is a model of `catalog.radios.ap_models`. `by` "class": the text is that name; "product": the text holds a
    known product; "generation": it holds only words such as "Wi-Fi 6", and the class is that generation's smallest
    unless the text says how many streams. `source` is that of the product's row.
    """

    name: str
    by: ClassBy
    product: str | None = None
    brand: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Product:
    name: str
    brand: str
    brands: tuple[str, ...]
    model_class: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    pattern: re.Pattern[str]
    length: int
    product: _Product


@lru_cache(maxsize=4096)
def model_class(name: str) -> ModelClass | None:
    """Return the class of an access point from what its label, an inventory or a controller calls it.

    Parameters
    ----------
    name : str
        A class ("ax-2x2"), a product in any usual spelling ("AIR-AP2802I-E-K9", "HPE Aruba AP-505 (RW)", "U7PG2"), or
        any text with the words of a generation ("EDIMAX 802.11ac 2x2", "Wi-Fi 6").

    Returns
    -------
    ModelClass or None
        None where nothing in the text is known, or where two products fit that are of different classes.

    Raises
    ------
    CatalogError
        The table of products is faulty.

    Examples
    --------
    >>> found = model_class("HPE Aruba Networking AP-515 (RW) Unified AP")
    >>> found.name, found.product, found.by
    ('ax-4x4', 'Aruba AP-515', 'product')
    >>> model_class("某牌 802.11a/b/g/n/ac 3x3").name, model_class("Wi-Fi 6E").name, model_class("AP") is None
    ('ac-3x3', 'axe-2x2', True)
    """
    if name.strip() in _classes():
        return ModelClass(name=name.strip(), by="class")
    text = _plain(name)
    if not text:
        return None
    product = _product(text)
    if product is not None:
        return ModelClass(
            name=product.model_class, by="product", product=product.name, brand=product.brand, source=product.source
        )
    found = _by_generation(text)
    return None if found is None else ModelClass(name=found, by="generation")


def _product(text: str) -> _Product | None:
    """Return the product whose longest key stands in a text; None without one, or with several of unlike classes."""
    named = {brand for brand in _brand_words() if _has_word(text, brand)}
    hits: list[_Key] = []
    for key in _keys():
        fits = not named or named & set(key.product.brands)
        if fits and (not hits or key.length >= hits[0].length) and key.pattern.search(text):
            hits = [hit for hit in hits if hit.length == key.length] + [key]
    classes = {hit.product.model_class for hit in hits}
    return hits[0].product if len(classes) == 1 else None


def _by_generation(text: str) -> str | None:
    generation = next((name for name, words in _compiled() if words.search(text)), None)
    if generation is None:
        return None
    if generation == "n" and _SINGLE_BAND.search(text):
        return "n-2x2-2g4"
    told = [max(int(tx), 1) for tx, _ in _STREAMS.findall(text)]
    told += [streams for word, streams in _SPEEDS.items() if re.search(rf"(?<![a-z0-9]){word}(?![0-9])", text)]
    streams = min(max(told, default=_FEWEST), _MOST[generation])
    while f"{generation}-{streams}x{streams}" not in _classes():
        streams -= 1
        if streams < _FEWEST:
            return f"{generation}-2x2"
    return f"{generation}-{streams}x{streams}"


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(words)) for name, words in _GENERATIONS)


@lru_cache(maxsize=1)
def _classes() -> frozenset[str]:
    table = rows("access_points")
    found = frozenset(row.text("name") for row in table)
    check(table)
    return found


@lru_cache(maxsize=1)
def _keys() -> tuple[_Key, ...]:
    """Return every spelling of every product, the longest first."""
    table = rows("ap_products")
    found: list[_Key] = []
    for row in table:
        product = _Product(
            name=row.text("product"),
            brand=row.text("brand"),
            brands=tuple(_plain(word) for word in row.words("aliases_of_brand")),
            model_class=row.text("class"),
            source=row.text("source"),
        )
        if product.model_class not in _classes():
            row.text(f"class '{product.model_class}' of access_points.csv")
        keys = row.words("keys")
        found += [_Key(pattern=_pattern(key), length=len(_letters(key)), product=product) for key in keys]
    check(table)
    return tuple(sorted(found, key=lambda key: -key.length))


@lru_cache(maxsize=1)
def _brand_words() -> frozenset[str]:
    return frozenset(word for key in _keys() for word in key.product.brands)


def _pattern(key: str) -> re.Pattern[str]:
    """Return the pattern of a key: letters and digits may be parted or not; `*` lets letters follow, `=` nothing."""
    whole, open_end = key.startswith("="), key.endswith("*")
    parts = re.findall(r"[^\W\d_]+|[0-9]+|\+", _plain(key.strip("=*"), keep="+"))
    body = "-?".join(re.escape(part) for part in parts)
    if whole:
        return re.compile(rf"^{body}$")
    return re.compile(rf"(?<![a-z0-9]){body}" + ("(?![0-9])" if open_end else "(?![a-z0-9+])"))


def _letters(key: str) -> str:
    return re.sub(r"[^\w+]", "", key)


def _plain(text: str, keep: str = "+/*") -> str:
    """Return text in one case and width, with one hyphen for whatever stands between letters and digits."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("×", "x")
    return re.sub(rf"[^\w{re.escape(keep)}]+|_", "-", folded).strip("-")


def _has_word(text: str, word: str) -> bool:
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None
