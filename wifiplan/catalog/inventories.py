"""What inventories and controllers' exports call their columns: one mapping a kind of table."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

from wifiplan.catalog.table import check, rows
from wifiplan.errors import CatalogError

PowerKind: TypeAlias = Literal["eirp", "conducted", ""]
"""What a table's power columns give: with the antenna's gain, at the radio, or nobody says."""

_RADIO_QUANTITIES = ("channel", "width", "power", "eirp")
_SLOTS = ("2g4", "5g", "6g", "radio0", "radio1", "radio2")

FIELDS: tuple[str, ...] = (
    "stage", "code", "school", "group", "room_number", "room", "floor", "block",
    "name", "brand", "model", "generation", "serial", "mac", "status", "count", "x_m", "y_m", "band",
    *_RADIO_QUANTITIES,
    *(f"{quantity}_{slot}" for quantity in _RADIO_QUANTITIES for slot in _SLOTS),
    "radio_0", "radio_1", "radio_2",
)  # fmt: skip
"""Every field that a column may be mapped to; those that end in a band or in radio0 to radio2 belong to one radio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """How to read one kind of table.

    `columns` lists (field, headers that mean it, the first that is there counts). `keys` are the fields that tell this
    kind of table from others. `brand` is that of every device where no column gives one.
    """

    name: str
    title_zh: str = ""
    title_en: str = ""
    brand: str = ""
    power: PowerKind = ""
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    keys: tuple[str, ...] = ()
    source: str = ""


@lru_cache(maxsize=1)
def mappings() -> Mapping[str, ColumnMapping]:
    """Return the mappings that come with the program by name, read-only.

    >>> mappings()["ruckus"].brand
    'Ruckus'

    Raises
    ------
    CatalogError
        A table is faulty, or names a field that does not exist.
    """
    table, heads = rows("inventory_columns"), rows("inventory_mappings")
    columns: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    keys: dict[str, list[str]] = {}
    for row in table:
        field = row.text("field")
        if field not in FIELDS:
            raise CatalogError(f"there is no field '{field}'.", remedy="Use one of FIELDS.", where=row.where)
        columns.setdefault(row.text("mapping"), []).append((field, row.words("headers")))
        if row.flag("key"):
            keys.setdefault(row.text("mapping"), []).append(field)
    found = {
        row.text("name"): ColumnMapping(
            name=row.text("name"),
            title_zh=row.text("title_zh"),
            title_en=row.text("title_en"),
            brand=row.cells["brand"].strip(),
            power=cast("PowerKind", row.cells["power"].strip()),
            columns=tuple(columns.get(row.text("name"), ())),
            keys=tuple(keys.get(row.text("name"), ())),
            source=row.text("source"),
        )
        for row in heads
    }
    check(table)
    check(heads)
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def power_facts() -> Mapping[str, float]:
    """Return what is assumed of powers [dB]: "antenna_gain", and "level_step" of a vendor's power levels."""
    table = rows("inventory_powers")
    found = {row.text("kind"): row.number("value_db") for row in table}
    check(table)
    return MappingProxyType(found)


@lru_cache(maxsize=16)
def words(kind: str) -> tuple[str, ...]:
    """Return the words of one kind: "blank" cells, states that mean "out_of_service", and "no_fault".

    >>> "報廢" in words("out_of_service"), "n/a" in words("blank")
    (True, True)
    """
    table = rows("inventory_words")
    found = tuple(word for row in table if row.text("kind") == kind for word in row.words("words"))
    check(table)
    return found
