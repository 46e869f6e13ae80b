"""Existing access points from an inventory: its records, and how they find their rooms."""

from wifiplan.site.inventory.matching import with_inventory
from wifiplan.site.inventory.records import (
    EmptyRoom,
    Entry,
    Found,
    Inventory,
    Matched,
    MatchReport,
    Source,
)
from wifiplan.site.inventory.schools import Shared, by_site

__all__ = [
    "EmptyRoom",
    "Entry",
    "Found",
    "Inventory",
    "MatchReport",
    "Matched",
    "Shared",
    "Source",
    "by_site",
    "with_inventory",
]
