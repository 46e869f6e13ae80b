"""What the columns of a county's tables hold: sort and unit, by their names and the few words that say no unit."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

FieldSort: TypeAlias = Literal["text", "word", "whole", "number", "bool"]
"""A "word" is one of a few: it takes little room, and pandas reads it as a category."""

_WORDS = frozenset(
    {
        "stage", "county", "town", "evidence", "verdict", "use", "profile", "change", "model", "band", "cabinet",
        "action", "mount", "pattern", "state_2g4", "state_5g", "state_6g",
    }
)  # fmt: skip
_BOOLS = frozenset({"remote", "funded", "inventory_known", "counted", "passes_today", "dfs"})
_WHOLE = frozenset({"floor", "class_size"})
_WHOLE_STEMS = ("n_", "channel", "backup_channel", "width_mhz")
_BANDS = ("_2g4", "_5g", "_6g")
_UNITS = {
    "m": "m",
    "mbps": "Mbit/s",
    "mhz": "MHz",
    "dbm": "dBm",
    "db": "dB",
    "deg": "deg",
    "ntd": "NTD",
    "share": "1",
}
"""The ends of names (HOUSE: Names) and their units; a share goes from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column: its name, its sort, and its unit, empty where it has none."""

    name: str
    sort: FieldSort
    unit: str = ""


def field(name: str) -> Field:
    """Return the sort and unit of a column.

    >>> field("eirp_dbm_5g"), field("n_aps_placed").sort, field("reason").sort
    (Field(name='eirp_dbm_5g', sort='number', unit='dBm'), 'whole', 'text')
    """
    stem = next((name.removesuffix(band) for band in _BANDS if name.endswith(band)), name)
    unit = _UNITS.get(stem.rpartition("_")[2], "") if "_" in stem else ""
    if name in _BOOLS:
        return Field(name=name, sort="bool")
    if name in _WORDS:
        return Field(name=name, sort="word")
    if (not unit and (name in _WHOLE or stem.startswith(_WHOLE_STEMS))) or stem == "width_mhz":
        return Field(name=name, sort="whole", unit=unit)
    if unit or name == "gap":
        return Field(name=name, sort="number", unit=unit or "1")
    return Field(name=name, sort="text")
