"""The scheme's figures, and every choice that its text leaves open: rows of `data/scheme_options.csv`."""

from dataclasses import dataclass
from functools import cache

from wifiplan.catalog.table import rows, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One figure or open choice of the scheme.

    `point` is its number in the list of rules (B) and ambiguities (A); `text` the words that it reads;
    `source` where they stand; `default` our reading, as text.
    """

    name: str
    point: str
    default: str
    unit: str
    meaning_zh: str
    meaning_en: str
    text: str
    source: str


@cache
def grants() -> tuple[Grant, ...]:
    """Return all rows in the file's order."""
    return tuple(
        Grant(
            name=row.text("name"),
            point=row.text("point"),
            default=row.cells["default"],
            unit=row.cells["unit"],
            meaning_zh=row.text("meaning_zh"),
            meaning_en=row.text("meaning_en"),
            text=row.text("text"),
            source=row.text("source"),
        )
        for row in rows("scheme_options")
    )


def grant(name: str) -> Grant:
    """Return the row `name`.

    Raises
    ------
    CatalogError
        If there is no such row.
    """
    for row in grants():
        if row.name == name:
            return row
    raise unknown("figure of the scheme", name, tuple(row.name for row in grants()))


def figure(name: str) -> int:
    """Return the default of a row that holds a whole number.

    >>> figure("device_price_ntd")
    13000
    """
    return int(grant(name).default)


def figures(name: str) -> tuple[int, ...]:
    """Return the default of a row that holds several whole numbers, parted by bars.

    >>> figures("admin_tiers")
    (60, 180)
    """
    return tuple(int(value) for value in grant(name).default.split("|"))
