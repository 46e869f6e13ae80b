"""Brands that the ministry's rule forbids, and brands about which a person must decide."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias, cast

from wifiplan.catalog.table import check, rows

BrandStatus: TypeAlias = Literal["prohibited", "undecided", "not_listed"]

RULE_ZH = "資通訊軟硬體均不得採用大陸廠牌"
"""The rule as the plan's text has it: 五(七)2 and 附件1 四(四)."""

RULE_SOURCE_ZH = "111 年實施計畫說明五(七)2、附件1 四(四)"
RULE_SOURCE = "the ministry's plan of 2022, 5(7)2 and annex 1, 4(4)"
"""Where the rule stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandVerdict:
    """What we know of a brand.

    "not_listed" is no permission: there is no official list of brands, so the buyer must still check. `rule`
    quotes the ministry's text where the brand is forbidden or undecided.
    """

    brand: str
    status: BrandStatus
    listed_as: str | None
    rule: str | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brand:
    name: str
    keys: tuple[str, ...]
    status: BrandStatus
    source: str


def brand_verdict(brand: str) -> BrandVerdict:
    """Return what we know of a brand, given in Latin or Chinese letters, alone or inside a model's name.

    Parameters
    ----------
    brand : str
        A brand ("TP-Link", "華為") or a model's name that begins with one ("tp-link EAP660 HD").

    Returns
    -------
    BrandVerdict
        "prohibited", "undecided" (a person must decide) or "not_listed".

    Examples
    --------
    >>> brand_verdict("華為").status
    'prohibited'
    >>> brand_verdict("Ruijie RG-AP820").status
    'undecided'
    """
    words = _key(brand)
    for known in _brands():
        if any(_holds(words, key) for key in known.keys):
            return BrandVerdict(
                brand=brand, status=known.status, listed_as=known.name, rule=RULE_ZH, source=known.source
            )
    return BrandVerdict(brand=brand, status="not_listed", listed_as=None, rule=None, source=None)


def brand_origin(brand: str) -> str | None:
    """Return where a brand's maker has its seat (ISO 3166 code), None where the catalogue does not know the brand.

    A seat is no permission: the rule counts brands, wherever they are made, and an owner may sit elsewhere.

    Examples
    --------
    >>> brand_origin("Zyxel NWA50AX"), brand_origin("某牌") is None
    ('TW', True)
    """
    words = _key(brand)
    return next((code for keys, code in _origins() if any(_holds(words, key) for key in keys)), None)


@lru_cache(maxsize=1)
def _origins() -> tuple[tuple[tuple[str, ...], str], ...]:
    table = rows("brand_origins")
    found = tuple(
        (tuple(_key(text) for text in (row.text("name"), *row.words("aliases"))), row.text("origin")) for row in table
    )
    check(table)
    return found


@lru_cache(maxsize=1)
def _brands() -> tuple[_Brand, ...]:
    table = rows("brands")
    found = tuple(
        _Brand(
            name=row.text("name"),
            keys=tuple(_key(text) for text in (row.text("name"), *row.words("aliases"))),
            status=cast("BrandStatus", row.text("verdict")),
            source=row.text("source"),
        )
        for row in table
    )
    check(table)
    return found


def _key(text: str) -> str:
    """Return text in one case and width, hyphens as spaces: "ＴＰ-LINK" and "tp link" are the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("-", " ").split())


def _holds(words: str, key: str) -> bool:
    """Whether a key stands in a text: Chinese anywhere; Latin as whole words (FAST isn't in Fastweb)."""
    if not key.isascii():
        return key in words
    return f" {key} " in f" {words} "
