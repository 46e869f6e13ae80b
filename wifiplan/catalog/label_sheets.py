"""Sheets of adhesive labels, by the name of their grid: where every label of an A4 page lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from wifiplan.catalog.table import check, rows, unknown

A4_MM = (210.0, 297.0)
"""Width and height of an A4 page [mm], ISO 216."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSheet:
    """A sheet of equal labels in columns and rows; lengths in mm from the upper left corner of the page.

    `known_as` are makers' numbers of the same grid.
    """

    name: str
    n_columns: int
    n_rows: int
    width_mm: float
    height_mm: float
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float
    known_as: str
    source: str

    @property
    def n_labels(self) -> int:
        """How many labels one page holds."""
        return self.n_columns * self.n_rows


@lru_cache(maxsize=1)
def label_sheets() -> Mapping[str, LabelSheet]:
    """Return all sheets by name, read-only.

    >>> label_sheets()["3x8-70x37"].n_labels
    24
    """
    table = rows("label_sheets")
    found = {
        row.text("name"): LabelSheet(
            name=row.text("name"),
            n_columns=row.whole("n_columns"),
            n_rows=row.whole("n_rows"),
            width_mm=row.number("width_mm"),
            height_mm=row.number("height_mm"),
            left_mm=row.number("left_mm"),
            top_mm=row.number("top_mm"),
            pitch_x_mm=row.number("pitch_x_mm"),
            pitch_y_mm=row.number("pitch_y_mm"),
            known_as=row.text("known_as"),
            source=row.text("source"),
        )
        for row in table
    }
    check(table)
    return MappingProxyType(found)


def label_sheet(name: str) -> LabelSheet:
    """Return one sheet; raises CatalogError where there is none of that name."""
    found = label_sheets().get(name)
    if found is None:
        raise unknown("label sheet", name, tuple(label_sheets()))
    return found
