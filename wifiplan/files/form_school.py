"""The sheets of the school and of its blocks, as they come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from wifiplan.files import form_cells as cells
from wifiplan.files import form_network_cells as network
from wifiplan.files.cell_text import cell_name
from wifiplan.files.form_faults import BadCell
from wifiplan.files.form_grid import Line, Reading, Sheet, renamed_places
from wifiplan.files.form_words import (
    COMPASS,
    CORRIDORS,
    MATERIALS,
    SCHOOL_HEADER,
    SCHOOL_LINES,
    YES_NO,
    bare,
    known_words,
)
from wifiplan.files.roster_cells import school_code
from wifiplan.files.spreadsheet import Grid
from wifiplan.scheme.school import Stage
from wifiplan.site.sheet import BlockSheet, Compass, Corridor

MAX_BLOCKS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolFacts:
    """What a school says of itself; None where it did not answer."""

    inventory_known: bool | None = None
    confirmed: bool | None = None
    uplink_mbps: float | None = None
    n_existing_devices: int | None = None
    n_without_mdm: int | None = None
    n_byod: int | None = None
    applies_106: bool | None = None

    @property
    def answered(self) -> bool:
        """Whether any question was answered."""
        return self != SchoolFacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which roster rows a workbook names, each with the sheet and cell of its code."""

    keys: tuple[tuple[Stage, str], ...] = ()
    names: tuple[str, ...] = ()
    sheet: str = ""
    cells: tuple[str, ...] = ()


def read_school(grid: Grid, reading: Reading) -> tuple[Identity, SchoolFacts]:
    """Return which school answers and what it says of itself."""
    lines = _labelled(grid, reading)
    keys: list[tuple[Stage, str]] = []
    names: list[str] = []
    places: list[str] = []
    stages: tuple[Stage, ...] = ("elementary", "junior")
    for stage in stages:
        line = lines.get(f"{stage}_code")
        code = line.read(f"{stage}_code", _code) if line is not None else None
        if line is not None and code is not None:
            keys.append((stage, code))
            places.append(line.cell(f"{stage}_code"))
            name = lines.get(f"{stage}_name")
            names.append(name.text(f"{stage}_name") if name is not None else "")
    identity = Identity(keys=tuple(keys), names=tuple(names), sheet=grid.name, cells=tuple(places))
    return identity, _facts(lines)


def read_blocks(sheet: Sheet) -> tuple[BlockSheet, ...]:
    """Return the blocks; one whose name stands twice is a fault and counts once."""
    found: list[BlockSheet] = []
    seen: dict[str, str] = {}
    for line in sheet.lines():
        name = line.read("name", _name)
        if name is None:
            line.fault("name", "block_nameless")
            continue
        key = block_key(name)
        if key in seen:
            line.fault("name", "block_twice", (("cell", seen[key]),))
            continue
        seen[key] = line.cell("name")
        if len(found) < MAX_BLOCKS:
            found.append(_block(line, name))
    return tuple(found)


def block_key(name: str) -> str:
    """Return a block's name as it is compared: 甲棟, 甲 and 甲大樓 are the same.

    >>> block_key("Ａ棟") == block_key("a") == block_key("A 棟")
    True
    """
    word = bare(name)
    for ending in ("大樓", "棟", "館", "block", "building"):
        if len(word) > len(ending) and word.endswith(ending):
            return word.removesuffix(ending)
    return word.removeprefix("block").removeprefix("building") or word


def material(text: str) -> str | None:
    """Return the catalogue's name of a material, None where the school says that it does not know."""
    return cells.choice(text, MATERIALS) or None


def _block(line: Line, name: str) -> BlockSheet:
    return BlockSheet(
        name=name,
        n_storeys=line.read("storeys", cells.storeys),
        corridor=cast("Corridor | None", line.read("corridor", partial(cells.choice, choices=CORRIDORS))),
        corridor_side=cast("Compass | None", line.read("corridor_side", partial(cells.choice, choices=COMPASS))),
        height_m=line.read("height", lambda text: cells.metres(text, cells.HEIGHT_M)),
        outer_wall=line.read("outer_wall", material),
        partition=line.read("partition", material),
        gap_m=line.read("gap", lambda text: cells.metres(text, cells.GAP_M)),
    )


def _name(text: str) -> str:
    cells.refuse_date(text)
    return text


def _code(text: str) -> str:
    try:
        return school_code(text)[0]
    except ValueError:
        raise BadCell("school_code") from None


def _facts(lines: dict[str, Line]) -> SchoolFacts:
    def yes(key: str) -> bool | None:
        return lines[key].read(key, lambda text: cells.yes(text, YES_NO)) if key in lines else None

    def number(key: str) -> int | None:
        return lines[key].read(key, cells.devices) if key in lines else None

    facts = SchoolFacts(
        inventory_known=yes("inventory"),
        confirmed=yes("confirmed"),
        uplink_mbps=lines["uplink"].read("uplink", network.uplink) if "uplink" in lines else None,
        n_existing_devices=number("n_devices"),
        n_without_mdm=number("n_without_mdm"),
        n_byod=number("n_byod"),
        applies_106=yes("applies_106"),
    )
    if facts.n_existing_devices is not None and (facts.n_without_mdm or 0) > facts.n_existing_devices:
        lines["n_without_mdm"].fault("n_without_mdm", "mdm_more", (("n", str(facts.n_existing_devices)),))
    return facts


def _labelled(grid: Grid, reading: Reading) -> dict[str, Line]:
    """Return the line of every question; a label that was renamed or is gone is one fault."""
    known = known_words(SCHOOL_LINES)
    answer = _answer_column(grid)
    found: dict[str, Line] = {}
    strange: dict[int, str] = {}
    for place, texts in enumerate(grid.rows):
        at = _label_column(texts)
        label = texts[at] if texts else ""
        column = known.get(bare(label))
        if column is None:
            if label.strip() and len(label) < 40:
                strange[place] = label
        elif column.key not in found:
            sheet = Sheet(grid=grid, header=place, columns={column.key: answer}, reading=reading)
            found[column.key] = Line(sheet=sheet, row=place, texts=texts)
    gone = [column for column in SCHOOL_LINES if column.required and column.key not in found]
    renamed = renamed_places(gone, SCHOOL_LINES, {key: line.row for key, line in found.items()}, strange)
    for column in gone:
        fields = (("column", column.zh), ("column_en", f"{column.en} ({column.zh})"))
        if column.key in renamed:
            place = renamed[column.key]
            cell = cell_name(place, _label_column(grid.rows[place]))
            reading.fault("column_renamed", sheet=grid.name, cell=cell, value=strange[place], fields=fields)
        else:
            reading.fault("line_missing", sheet=grid.name, fields=fields)
    return found


def _label_column(texts: Sequence[str]) -> int:
    """Return where a line's label stands: its first filled cell, as schools move tables about."""
    return next((n for n, text in enumerate(texts) if text.strip()), 0)


def _answer_column(grid: Grid) -> int:
    words = {bare(word) for word in SCHOOL_HEADER[1]}
    return next((n for row in grid.rows for n, text in enumerate(row) if bare(text) in words), 1)
