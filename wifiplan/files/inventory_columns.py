"""Which column of an inventory is what: by a mapping, by the words that tables use, and by what the user says."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wifiplan.catalog.inventories import FIELDS, ColumnMapping, mappings
from wifiplan.errors import Fault, InventoryError

MANY = frozenset({"room", "group"})
"""Fields that several columns may give: a location and a description may both name the room."""

_COMMON = ("tw", "generic")
_SEARCHED_ROWS = 40
_PLACES = frozenset({"room_number", "room", "name", "x_m"})
_THINGS = frozenset({"name", "model", "serial", "mac", "room_number", "room", "count"})
_MOST_SHOWN = 60

_PRIVATE = re.compile(
    r"client|user|(?<![a-z])station|(?<![a-z])sta(?:count|s|$)|guest|owner|contact|phone|email|ssid.*pass|psk|password"
    r"|連線數|連線人數|使用者|使用人|保管人|管理人|負責人|承辦|聯絡|電話|姓名|帳號|密碼|學號|學生|人數|用戶|終端"
)
_QUANTITY = (
    ("eirp", r"eirp|等效輻射"),
    ("width", r"width|bandwidth|頻寬|寬度|(?<![a-z])(?:bw|chw|ht)(?![a-z])"),
    ("power", r"power|txpwr|(?<![a-z])pwr|功率"),
    ("channel", r"channel|chan(?![a-z])|(?<![a-z])ch(?![a-z])|頻道|通道|信道"),
)
_SLOT = (
    ("2g4", r"2[._]?4\s*g|(?<![0-9])2g(?![0-9])|band[_ ]?24|802\.11b|11bg|(?<![0-9.])2\.4(?![0-9])|[_ ]ng(?![a-z])"),
    ("6g", r"(?<![0-9.])6\s*e?\s*g(?:hz)?|band[_ ]?6|(?<![a-z0-9])6e(?![a-z])"),
    ("5g", r"(?<![0-9.])50?\s*g(?:hz)?|band[_ ]?5|802\.11(?:a|ac|an)(?![a-z])|(?<![0-9.])5(?![0-9.])|[_ ]na(?![a-z])"),
    ("radio0", r"(?:wi-?fi|radio|slot)[ _]?0"),
    ("radio1", r"(?:wi-?fi|radio|slot)[ _]?1"),
    ("radio2", r"(?:wi-?fi|radio|slot)[ _]?2"),
)
_NO_SETTING = re.compile(
    r"util|noise|snr|busy|change|retry|error|max|min|usage|load|interfer|使用率|干擾|雜訊|mode|policy|profile|supply|poe"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The header of a table: its row (from 0), and the places of every field's columns.

    `unread` are headers that mean nothing to us, `private` those about clients and people. `level_fields` are power
    columns whose header says that they count a vendor's levels.
    """

    row: int
    names: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    mapping: ColumnMapping
    unread: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    level_fields: frozenset[str] = frozenset()

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """Return (field, header) of every column that is read."""
        return tuple((field, self.names[place]) for field, places in self.places.items() for place in places)


_UNIT = re.compile(r"\s*[(\[]\s*(?:mhz|dbm)\s*[)\]]\s*$")
"""Units in which widths and powers are read anyway; any other unit, such as mW, is part of what a header says."""


def compact(header: str) -> str:
    """Return a header's letters and digits only, in one case and width, without the usual unit behind it.

    >>> compact("Ch. 2.4GHz"), compact("Serial #"), compact("教室空間 編號"), compact("頻寬（MHz）")
    ('ch24ghz', 'serial', '教室空間編號', '頻寬')
    """
    plain = unicodedata.normalize("NFKC", header).casefold()
    return re.sub(r"[\W_]+", "", _UNIT.sub("", plain))


def find_columns(
    rows: Sequence[Sequence[str]],
    mapping: ColumnMapping | None,
    chosen: Sequence[tuple[str, str]],
    *,
    where: str,
) -> Columns:
    """Return the header of a table and what its columns are.

    Parameters
    ----------
    rows : sequence of rows of cells
        The table; the header is among the first 40 rows.
    mapping : ColumnMapping or None
        How to read it; None finds out.
    chosen : sequence of (field, header)
        What the user says, which wins.
    where : str
        The file's name, for messages.

    Raises
    ------
    InventoryError
        One message that lists the file's columns: no header is understood, a chosen column or field does not exist, or
        no column says where an access point hangs.
    """
    row = _header_row(rows, mapping, chosen)
    if row is None:
        raise _not_understood(rows, where)
    names = tuple(" ".join(unicodedata.normalize("NFKC", cell).split()) for cell in rows[row])
    _check_chosen(names, chosen, where)
    kind = mapping if mapping is not None else _kind(names)
    columns = _columns(row, names, kind, chosen)
    if not _PLACES & columns.places.keys():
        raise InventoryError(
            "no column says where an access point hangs",
            remedy=f"say which one with --map room=COLUMN or --map room_number=COLUMN; {_listed(names)}",
            where=where,
        )
    return columns


def is_header(cells: Sequence[str], columns: Columns) -> bool:
    """Return whether a row repeats the header, as exports of several pages do."""
    own = [compact(cell) for cell in cells if cell.strip()]
    return bool(own) and own == [compact(name) for name in columns.names if name]


def looks_like_inventory(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a sheet has a header that we understand without being told."""
    return _header_row(rows, None, ()) is not None


def _header_row(
    rows: Sequence[Sequence[str]], mapping: ColumnMapping | None, chosen: Sequence[tuple[str, str]]
) -> int | None:
    own = {compact(header) for _, header in chosen}
    own |= {compact(header) for _, headers in (mapping.columns if mapping else ()) for header in headers}
    best: tuple[int, int] | None = None
    for place, cells in enumerate(rows[:_SEARCHED_ROWS]):
        names = [compact(cell) for cell in cells if 0 < len(cell) <= _MOST_SHOWN]
        told = sum(name in own for name in names)
        fields = {field for name in names if (field := _words().get(name))}
        n = len(fields) + sum(_radio_field(cell) is not None for cell in cells if len(cell) <= _MOST_SHOWN)
        good = told > 0 and told + n >= min(2, len([name for name in names if name]))
        if (good or (n >= 2 and fields & _THINGS)) and (best is None or told + n > best[0]):
            best = (told + n, place)
    return None if best is None else best[1]


def _kind(names: Sequence[str]) -> ColumnMapping:
    """Return the mapping that a header fits best: a maker's only where words of its own say so."""
    own = {compact(name) for name in names if name}
    best: ColumnMapping | None = None
    most = 0
    for mapping in mappings().values():
        if mapping.name in _COMMON:
            continue
        by_field = {field: {compact(h) for h in headers} & own for field, headers in mapping.columns}
        words = {word for found in by_field.values() for word in found}
        peculiar = {word for word in words if word not in _words() and _is_peculiar(word, mapping.name)}
        if peculiar and all(by_field.get(key) for key in mapping.keys) and len(words) > most:
            best, most = mapping, len(words)
    if best is not None:
        return best
    return mappings()["tw" if any("\u4e00" <= character <= "\u9fff" for character in "".join(names)) else "generic"]


@lru_cache(maxsize=1024)
def _is_peculiar(word: str, mapping: str) -> bool:
    """Return whether one mapping only has this header."""
    have = {m.name for m in mappings().values() for _, headers in m.columns if word in {compact(h) for h in headers}}
    return have == {mapping}


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    """Return every common header and the field that it means."""
    found: dict[str, str] = {}
    for name in _COMMON:
        for field, headers in mappings()[name].columns:
            for header in headers:
                found.setdefault(compact(header), field)
    return found


def _columns(row: int, names: tuple[str, ...], kind: ColumnMapping, chosen: Sequence[tuple[str, str]]) -> Columns:
    keys = [compact(name) for name in names]
    places: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()

    def take(field: str, place: int) -> None:
        if place not in taken and (field not in places or field in MANY):
            places[field] = (*places.get(field, ()), place)
            taken.add(place)

    for field, header in chosen:
        take(field, keys.index(compact(header)))
    settled = frozenset(places)
    private = {p for p, name in enumerate(names) if _PRIVATE.search(name.casefold())}
    open_places = [p for p, key in enumerate(keys) if key and p not in private]
    for field, headers in kind.columns:
        for header in headers:
            hits = [p for p in open_places if keys[p] == compact(header)]
            if hits and field not in settled:
                take(field, hits[0])
    for place in open_places:
        common = _radio_field(names[place]) or _words().get(keys[place])
        if common is not None and common not in settled:
            take(common, place)
    level = {f for f, where in places.items() for p in where if re.search(r"level|等級|段", names[p].casefold())}
    return Columns(
        row=row,
        names=names,
        places=places,
        mapping=kind,
        unread=tuple(names[p] for p in open_places if p not in taken),
        private=tuple(names[p] for p in sorted(private) if p not in taken),
        level_fields=frozenset(level),
    )


def _radio_field(header: str) -> str | None:
    """Return the field of a header like "Channel (5G)" or 2.4G功率."""
    name = unicodedata.normalize("NFKC", header).casefold()
    if _NO_SETTING.search(name):
        return None
    quantity = next((field for field, words in _QUANTITY if re.search(words, name)), None)
    if quantity is None:
        return None
    slot = next((field for field, words in _SLOT if re.search(words, name)), None)
    return None if slot is None else f"{quantity}_{slot}"


def _check_chosen(names: Sequence[str], chosen: Sequence[tuple[str, str]], where: str) -> None:
    keys = [compact(name) for name in names]
    faults = []
    for field, header in chosen:
        if field not in FIELDS:
            near = difflib.get_close_matches(field, FIELDS, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"fields: {', '.join(FIELDS)}"
            faults.append(Fault(where=f"--map {field}", problem=f'there is no field "{field}"', remedy=remedy))
        elif compact(header) not in keys:
            faults.append(Fault(where=f"--map {field}", problem=f'the file has no column "{header}"'))
        elif _PRIVATE.search(header.casefold()):
            problem = f'the column "{header}" is about clients or people, and those are never read'
            faults.append(Fault(where=f"--map {field}", problem=problem))
    if faults:
        raise InventoryError("columns are mapped wrongly", remedy=_listed(names), where=where, faults=faults)


def _not_understood(rows: Sequence[Sequence[str]], where: str) -> InventoryError:
    filled = [row for row in rows[:_SEARCHED_ROWS] if sum(bool(cell.strip()) for cell in row) >= 2]
    names = filled[0] if filled else (rows[0] if rows else ())
    return InventoryError(
        "no row of this file looks like the header of an inventory of access points",
        remedy=(
            "say which columns to read with --map FIELD=COLUMN, for instance --map name=COLUMN --map room=COLUMN "
            f"--map model=COLUMN, or with --mapping NAME; {_listed(names)}; fields: {', '.join(FIELDS[:20])}, …"
        ),
        where=where,
    )


def _listed(names: Sequence[str]) -> str:
    shown = [" ".join(name.split())[:_MOST_SHOWN] for name in names if name.strip()]
    more = f" and {len(shown) - 40} more" if len(shown) > 40 else ""
    return f"columns of the file: {', '.join(shown[:40]) or 'none'}{more}"
