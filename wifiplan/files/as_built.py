"""install.xlsx as it comes back: what an installer reports of every access point, with all faults by cell."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from wifiplan.errors import Fault, SiteError
from wifiplan.files import as_built_cells as cells
from wifiplan.files import as_built_values as values
from wifiplan.files.as_built_columns import COLUMNS, EXTRA_WORDS, NEEDED, column_keys, is_header
from wifiplan.files.as_built_row import RoomNames, RowCells
from wifiplan.files.cell_text import cell_name
from wifiplan.files.strict import suggestion
from wifiplan.files.tables import bad_cell_faults, read_table
from wifiplan.study.as_built import AsBuilt, BuiltRow
from wifiplan.study.records import Plan
from wifiplan.study.work_orders import HUNG, WorkOrder, all_orders

MAX_HEAD_ROWS = 30
MAX_CABLE_M = 2000.0
MIN_EIRP_DBM, MAX_EIRP_DBM = -20.0, 40.0
_MARK = re.compile(r"(?:識別碼|mark) ([0-9a-f]{8})")
_LONG_TEXT = 20
_EXTRA_REMEDY = "one beyond the plan gets a new id and 加裝 (extra) as its action"


def read_as_built(path: Path | str, plan: Plan) -> AsBuilt:
    """Read what an installer filled in.

    Parameters
    ----------
    path : Path or str
        install.xlsx, or its sheet as .ods, .xls or .csv. Columns may stand in any order, with others among them.
    plan : Plan
        The plan that it was made from.

    Returns
    -------
    AsBuilt
        One row an access point that is named in the file.

    Raises
    ------
    RosterError
        The file is no table that can be read.
    SiteError
        Columns are missing, or cells cannot be understood or contradict each other; all of them, by cell.
    """
    path = Path(path)
    table = read_table(path, wanted=lambda rows: _header_row(rows) is not None)
    rows = table.rows()
    top = _header_row(rows)
    if top is None:
        raise SiteError(
            "this is no installer's table: its header was not found",
            remedy="give the install.xlsx that came with the plan, with its header row",
            where=path.name,
        )
    header = rows[top]
    faults = [*_header_faults(header, top), *bad_cell_faults(table, header, top)]
    built = AsBuilt(rows=())
    if not faults:
        reader = _Reader(plan, {key: found[0] for key, found in column_keys(header).items()}, faults)
        built = AsBuilt(rows=tuple(reader.rows(rows[top + 1 :], top + 1)), plan_mark=_mark(rows[:top]))
    if faults:
        raise SiteError(
            f"the installer's table has {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            remedy="correct the cells listed and read it again",
            where=path.name,
            faults=faults,
        )
    return built


def _mark(head: Sequence[Sequence[str]]) -> str | None:
    """Return the mark of the plan that the table was made from, as it stands above the header."""
    found = _MARK.search(" ".join(text for row in head for text in row))
    return None if found is None else found[1]


def _header_row(rows: Sequence[Sequence[str]]) -> int | None:
    return next((n for n, row in enumerate(rows[:MAX_HEAD_ROWS]) if is_header(row)), None)


def _header_faults(header: Sequence[str], top: int) -> Iterator[Fault]:
    found = column_keys(header)
    known = {n for columns in found.values() for n in columns}
    others = [text.strip() for n, text in enumerate(header) if n not in known and text.strip()]
    names = {column.key: f"{column.zh} / {column.en}" for column in COLUMNS}
    for key in NEEDED:
        if key not in found:
            hint = f"; is it one of: {', '.join(others)}" if others else ""
            yield Fault(
                where=f"row {top + 1}",
                problem=f'the column "{names[key]}" is missing',
                remedy=f"give it its name again{hint}",
            )
    for key, columns in found.items():
        if len(columns) > 1:
            places = ", ".join(cell_name(top, n) for n in columns)
            yield Fault(where=places, problem=f'the column "{names[key]}" is given twice', remedy="rename one of them")


class _Reader:
    """Reads the rows of one table against its plan."""

    def __init__(self, plan: Plan, columns: Mapping[str, int], faults: list[Fault]) -> None:
        self._plan, self._columns, self._faults = plan, columns, faults
        self._orders = {order.ap_id: order for order in all_orders(plan)}
        self._rooms = RoomNames(plan.site)

    def rows(self, rows: Sequence[Sequence[str]], first: int) -> Iterator[BuiltRow]:
        """Yield the rows that name an access point; those that name none, or one twice, are faults."""
        seen: dict[str, dict[str, str]] = defaultdict(dict)
        for n, texts in enumerate(rows, start=first + 1):
            named = {key: texts[c] if c < len(texts) else "" for key, c in self._columns.items()}
            row = RowCells(cells=named, columns=self._columns, number=n, faults=self._faults)
            if not any(cells.plain(row.text(key)) for key in NEEDED) or self._is_remark(row):
                continue
            n_before = len(self._faults)
            found = self._row(row)
            if found is not None:
                for key, value in (("id", found.ap_id), ("mac", found.mac), ("serial", found.serial)):
                    _note(row, key, value, seen[key])
            # by column, as a person goes through the row
            self._faults[n_before:] = sorted(self._faults[n_before:], key=_column)
            if found is not None:
                yield found

    def _is_remark(self, row: RowCells) -> bool:
        """Return whether a row is a line of text below the table: one long cell and nothing else."""
        told = [text for key in self._columns if (text := cells.plain(row.text(key)))]
        return len(told) == 1 and len(told[0]) > _LONG_TEXT and told[0] not in self._orders

    def _row(self, row: RowCells) -> BuiltRow | None:
        ap_id = cells.plain(row.text("id"))
        extra = cells.plain(row.text("action")).casefold() in EXTRA_WORDS
        order = self._orders.get(ap_id)
        if not ap_id:
            row.fault("id", "names no access point", f"write its id; {_EXTRA_REMEDY}")
            return None
        if extra == (order is not None):
            problem = f'the plan has "{ap_id}" already' if extra else f'the plan has no "{ap_id}"'
            hint = suggestion(ap_id, tuple(self._orders))
            row.fault("id", problem, _EXTRA_REMEDY if hint.startswith("known:") else f"{hint}; {_EXTRA_REMEDY}")
            return None
        found = self._reported(row, order, BuiltRow(ap_id=ap_id, extra=extra))
        _check(row, found, order)
        return found

    def _reported(self, row: RowCells, order: WorkOrder | None, blank: BuiltRow) -> BuiltRow:
        room = self._rooms.named(row)
        place = values.place(row, order, room, self._rooms.of(order))
        return replace(
            self._radio(row, order, blank),
            done=row.value("done", cells.yes_no),
            date=row.value("date", cells.date),
            room_id=None if room is None else room.id,
            floor=None if room is None else self._rooms.level(room.id),
            x_m=None if place is None else place[0],
            y_m=None if place is None else place[1],
            height_m=row.value("built_height", lambda text: cells.metres(text, 0.0, self._tallest_m() + 0.5)),
            model=row.value("built_model", cells.words),
            mac=row.value("mac", cells.mac),
            serial=row.value("serial", cells.words),
            port=row.value("port", cells.words),
            cable_ok=row.value("cable_ok", cells.pass_fail),
            cable_m=row.value("cable_m", lambda text: cells.metres(text, 0.5, MAX_CABLE_M)),
            photos=row.value("photos", cells.words),
            remarks=row.value("remarks", cells.remark),
        )

    def _tallest_m(self) -> float:
        return max(floor.height_m for floor in self._plan.site.floors)

    def _radio(self, row: RowCells, order: WorkOrder | None, blank: BuiltRow) -> BuiltRow:
        country, band = self._plan.site.country, self._plan.band
        auto_channel, auto_power = (cells.is_auto(row.text(key)) for key in ("built_channel", "built_power"))
        width = values.width_mhz(row, country, band)
        planned = next((r.width_mhz for r in (order.radios if order else ()) if r.band == band), None)
        power = None
        if not auto_power:
            power = row.value("built_power", lambda text: cells.figure(text, "dbm", MIN_EIRP_DBM, MAX_EIRP_DBM))
        return replace(
            blank,
            channel=None if auto_channel else values.channel(row, country, band, width or planned),
            channel_auto=auto_channel,
            width_mhz=width,
            eirp_dbm=power,
            power_auto=auto_power,
        )


def _column(fault: Fault) -> tuple[int, str]:
    name = fault.where.partition(" ")[0].rstrip("0123456789")
    return len(name), name


def _note(row: RowCells, key: str, value: str | None, seen: dict[str, str]) -> None:
    """Note what may stand in one row only."""
    if value is None:
        return
    if value.casefold() in seen:
        row.fault(key, f'"{value}" stands already in {seen[value.casefold()]}', "one row an access point")
    seen.setdefault(value.casefold(), row.at(key))


def _check(row: RowCells, found: BuiltRow, order: WorkOrder | None) -> None:
    """See that what is told of a device to be hung goes with `done`, and that one beyond the plan is described."""
    if order is None and found.done and found.room_id is None:
        row.fault("built_room", "nobody says in which room this one beyond the plan hangs", "give its room")
    if order is None and found.done and found.model is None:
        row.fault("built_model", "nobody says what this one beyond the plan is", "give its model")
    if order is not None and order.action not in HUNG:
        return
    if found.done is None and any((found.x_m is not None, found.model, found.mac, found.serial)):
        row.fault("done", "is blank, though the device is described", "write 是 if it hangs and works, else 否")
    if found.done is False and (found.mac or found.serial):
        row.fault("done", "says 否, though a device is noted", "write 是 if it hangs and works, else clear its MAC")
