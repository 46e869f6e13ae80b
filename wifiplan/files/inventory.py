"""Inventories of existing access points: tables that schools keep, and what controllers export."""

from collections.abc import Sequence
from pathlib import Path

from wifiplan.catalog.inventories import ColumnMapping
from wifiplan.errors import InventoryError, RosterError
from wifiplan.files.inventory_columns import Columns, find_columns, looks_like_inventory
from wifiplan.files.inventory_rows import Collected, read_rows
from wifiplan.files.inventory_text import from_fixed_width
from wifiplan.files.tables import Table, read_table
from wifiplan.site.inventory.records import Inventory, Source

__all__ = ["read_inventories", "read_inventory"]


def read_inventory(
    path: Path | str, mapping: ColumnMapping | None = None, *, columns: Sequence[tuple[str, str]] = ()
) -> Inventory:
    """Read one file; parameters and errors as for `read_inventories`."""
    return read_inventories((Path(path),), mapping, columns=columns)


def read_inventories(
    paths: Sequence[Path], mapping: ColumnMapping | None = None, *, columns: Sequence[tuple[str, str]] = ()
) -> Inventory:
    """Read the inventory of one school or of a whole county.

    Parameters
    ----------
    paths : sequence of Path
        CSV (UTF-8 or CP950), text as a controller prints it, .xlsx, .xls or .ods. Every sheet with a header that is
        understood is read.
    mapping : ColumnMapping, optional
        How to read the columns; found out without it.
    columns : sequence of (field, header)
        Single columns that the user chooses.

    Returns
    -------
    Inventory
        One entry an access point: rows of its radios, and rows that list it again, are put together. Columns about
        clients and people are never kept.

    Raises
    ------
    InventoryError
        A file cannot be opened, is damaged, or none of its columns is understood.
    """
    collected = Collected()
    sources: list[Source] = []
    for path in paths:
        sources += [_read(table, mapping, columns, collected) for table in _tables(path, mapping)]
    return Inventory(entries=tuple(collected.entries), sources=tuple(sources))


def _tables(path: Path, mapping: ColumnMapping | None) -> list[Table]:
    """Return the sheets of a file that are inventories; its first one where none looks like it."""
    try:
        first = read_table(path, wanted=looks_like_inventory if mapping is None else None)
        return [first, *(read_table(path, sheet=name) for name in first.other_sheets)]
    except RosterError as error:
        raise InventoryError(error.problem, remedy=error.remedy, where=error.where, faults=error.faults) from error


def _read(
    table: Table, mapping: ColumnMapping | None, chosen: Sequence[tuple[str, str]], collected: Collected
) -> Source:
    rows = table.rows()
    if table.sheet is None:
        rows = from_fixed_width(rows)
    name = table.path.name if not table.sheet else f"{table.path.name} [{table.sheet}]"
    columns = find_columns(rows, mapping, chosen, where=name)
    places = columns.places
    lone = not {"code", "school", "group"} & places.keys()
    group = _sheet_group(table.sheet) if lone and table.sheet else ""
    n_rows, n_skipped = read_rows(rows, columns, collected, file=name, group=group)
    return _source(name, columns, n_rows, n_skipped)


def _sheet_group(sheet: str) -> str:
    """Return what a sheet's name says of the school: nothing where a program chose the name."""
    plain = sheet.casefold().replace(" ", "")
    stems = ("sheet", "工作表", "export", "data", "inventory", "盤點", "accesspoint", "aplist", "aps", "ap")
    return "" if any(plain.startswith(stem) for stem in stems) else sheet


def _source(name: str, columns: Columns, n_rows: int, n_skipped: int) -> Source:
    return Source(
        file=name,
        mapping=columns.mapping.name,
        columns=columns.told,
        unread=columns.unread,
        private=columns.private,
        n_rows=n_rows,
        n_skipped=n_skipped,
    )
