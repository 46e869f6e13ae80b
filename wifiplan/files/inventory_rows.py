"""Rows of an inventory into access points: rows that speak of the same one are put together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from wifiplan.catalog.brands import brand_verdict
from wifiplan.catalog.radios import model_class
from wifiplan.files import cell_text, roster_cells
from wifiplan.files import inventory_cells as cells
from wifiplan.files.inventory_columns import Columns, is_header
from wifiplan.files.inventory_radios import Cells, radios
from wifiplan.scheme.school import Stage
from wifiplan.site.inventory.records import Entry
from wifiplan.site.remark import Remark

_SUMS = ("合計", "總計", "小計", "總和", "total", "sum", "subtotal", "grand total", "number of aps")
_OTHER_DEVICES = (
    "switch",
    "交換器",
    "gateway",
    "閘道",
    "camera",
    "攝影機",
    "router",
    "firewall",
    "防火牆",
    "controller",
    "控制器",
)
_FARTHEST_M = 2000.0
"""No school is larger; what is farther is in another unit, or no coordinate."""

_MOST_APS = 20
"""More access points in one room are a slip of the pen."""


@dataclass(slots=True)
class Collected:
    """Entries while files are read, and where each identity is among them."""

    entries: list[Entry] = field(default_factory=list)
    by_serial: dict[str, int] = field(default_factory=dict)
    by_mac: dict[str, int] = field(default_factory=dict)
    by_name: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(self, entry: Entry, *, per_radio: bool) -> None:
        """Add what a row says: a new access point, a further radio of a known one, or a known one once more."""
        place = self._known(entry, per_radio=per_radio)
        if place is None:
            place = len(self.entries)
            before = self.by_serial.get(entry.serial)
            if before is not None:
                remark = Remark(code="serial_doubled", values=(str(self.entries[before].row),))
                entry = replace(entry, remarks=(*entry.remarks, remark))
            self.entries.append(entry)
        else:
            self.entries[place] = _joined(self.entries[place], entry)
        for index, key in ((self.by_serial, entry.serial), (self.by_mac, entry.mac)):
            if key:
                index.setdefault(key, place)
        if entry.name:
            self.by_name.setdefault(_named(entry), place)

    def _known(self, entry: Entry, *, per_radio: bool) -> int | None:
        by_serial, by_mac = self.by_serial.get(entry.serial), self.by_mac.get(entry.mac)
        if by_serial is not None and entry.mac and not per_radio:
            # a serial number that was copied down names devices with addresses of their own
            before = self.entries[by_serial]
            if before.mac and before.mac != entry.mac:
                return by_mac
        if by_serial is not None or by_mac is not None:
            return by_serial if by_serial is not None else by_mac
        by_name = self.by_name.get(_named(entry)) if entry.name else None
        if by_name is None:
            return None
        before = self.entries[by_name]
        elsewhere = before.file != entry.file and not (before.place and entry.place)
        same = not (before.serial and entry.serial) and not (before.mac and entry.mac and not elsewhere)
        return by_name if same and (per_radio or elsewhere) else None


def read_rows(
    table: Sequence[Sequence[str]], columns: Columns, collected: Collected, *, file: str, group: str
) -> tuple[int, int]:
    """Add the access points of a table's rows; return how many rows hold data and how many of them are none.

    Parameters
    ----------
    table : sequence of rows of cells
        The whole table, the header too.
    columns : Columns
        What its columns are.
    collected : Collected
        What was read so far, changed here.
    file : str
        The file's name, which entries carry.
    group : str
        What the sheet's name says of the place, where no column says it.
    """
    per_radio = "band" in columns.places or ("channel" in columns.places and _repeats(table, columns))
    n_rows = n_skipped = 0
    for number, row in enumerate(table[columns.row + 1 :], start=columns.row + 2):
        if not any(cell.strip() for cell in row) or _is_rule(row):
            continue
        n_rows += 1
        if is_header(row, columns) or _is_sum(row, columns):
            n_skipped += 1
            continue
        entry = _entry(row, columns, file=file, row_number=number, group=group)
        if entry is None:
            n_skipped += 1
        else:
            collected.add(entry, per_radio=per_radio)
    return n_rows, n_skipped


def _entry(row: Sequence[str], columns: Columns, *, file: str, row_number: int, group: str) -> Entry | None:
    def raw(name: str) -> str:
        places = columns.places.get(name, ())
        return row[places[0]] if places and places[0] < len(row) else ""

    def texts(name: str) -> tuple[str, ...]:
        found = (cells.place(row[place]) for place in columns.places.get(name, ()) if place < len(row))
        return tuple(dict.fromkeys(text for text in found if text))

    model = model_text(
        cells.plain(raw("brand")) or columns.mapping.brand, cells.plain(raw("model")), cells.plain(raw("generation"))
    )
    if any(word in model.casefold() for word in _OTHER_DEVICES) and model_class(model) is None:
        return None
    known = Cells(
        raw=raw, is_level=lambda name: name in columns.level_fields, power_kind=columns.mapping.power, model=model
    )
    tuned, remarks = radios(known)
    code, stage, more = _school(raw("code"), raw("stage"))
    n_aps, count_remarks = _count(raw("count"), counted="count" in columns.places)
    x_m, y_m, position_remarks = _position(raw("x_m"), raw("y_m"))
    entry = Entry(
        file=file, row=row_number, stage=stage, code=code, school=cells.plain(raw("school")),
        group=" / ".join(texts("group")) or group, room_number=cells.plain(raw("room_number")), places=texts("room"),
        floor=cells.plain(raw("floor")), block=cells.plain(raw("block")), name=cells.plain(raw("name")), model=model,
        serial=cells.serial(raw("serial")), mac=cell_text.mac(raw("mac")), status=cells.plain(raw("status")),
        in_service=cells.in_service(raw("status")), n_aps=n_aps, x_m=x_m, y_m=y_m, radios=tuned,
        remarks=_once((*more, *count_remarks, *position_remarks, *remarks)),
    )  # fmt: skip
    said = (entry.name, entry.model, entry.serial, entry.mac, entry.place, entry.radios)
    unclear = bool(count_remarks) and not any(said[:4])
    return entry if any(said) and not unclear else None


def model_text(brand: str, model: str, generation: str = "") -> str:
    """Return a model's name with its brand, and with its generation where the product is unknown.

    Where the table gives a bare model, the brand of that product is added if it is forbidden, so that this is seen,
    or if the model is a number only.

    >>> model_text("", "EAP225"), model_text("EDIMAX", "CAP9999", "802.11ac"), model_text("", "HPE AP-505")
    ('TP-Link EAP225', 'EDIMAX CAP9999 (802.11ac)', 'HPE AP-505')
    """
    text = model if brand.casefold() in model.casefold() else f"{brand} {model}".strip()
    known = model_class(text)
    if known is not None and known.brand and known.product:
        hidden = brand_verdict(text).status == "not_listed" != brand_verdict(known.brand).status
        if hidden or text.isdigit():
            text = known.product if text.isdigit() else f"{known.brand} {text}"
    if generation and (known is None or known.by == "generation") and model_class(generation) is not None:
        text = f"{text} ({generation})" if text else generation
    return text


def _school(code_text: str, stage_text: str) -> tuple[str, Stage | None, tuple[Remark, ...]]:
    remarks: list[Remark] = []
    code, stage = "", None
    if cells.plain(code_text):
        try:
            code = roster_cells.school_code(code_text)[0]
        except ValueError:
            remarks.append(Remark(code="code_unread", values=(code_text.strip()[:40],)))
    if cells.plain(stage_text):
        try:
            stage = roster_cells.stage(stage_text)
        except ValueError:
            remarks.append(Remark(code="stage_unread", values=(stage_text.strip()[:40],)))
    return code, stage, tuple(remarks)


def _count(text: str, *, counted: bool) -> tuple[int, tuple[Remark, ...]]:
    """Return how many access points a row stands for; a table with a column for it says none by a blank or 0."""
    if not counted:
        return 1, ()
    try:
        number = roster_cells.whole(text) or 0
    except ValueError:
        return 1, (Remark(code="count_unread", values=(text.strip()[:40],)),)
    if number > _MOST_APS:
        return 1, (Remark(code="count_unread", values=(text.strip()[:40],)),)
    return number, ()


def _position(x_text: str, y_text: str) -> tuple[float | None, float | None, tuple[Remark, ...]]:
    x, y = cells.plain(x_text), cells.plain(y_text)
    if not x and not y:
        return None, None, ()
    try:
        x_m, y_m = float(x), float(y)
    except ValueError:
        return None, None, (Remark(code="position_unread", values=(f"{x}, {y}",)),)
    if not (abs(x_m) <= _FARTHEST_M and abs(y_m) <= _FARTHEST_M):
        return None, None, (Remark(code="position_unread", values=(f"{x}, {y}",)),)
    return x_m, y_m, ()


def _joined(before: Entry, again: Entry) -> Entry:
    """Return an access point with what a further row says of it; new bands are radios, else it is listed twice."""
    bands = {radio.band for radio in before.radios}
    new = tuple(radio for radio in again.radios if radio.band not in bands)
    order = {"2.4": 0, "5": 1, "6": 2}
    merged = replace(
        before,
        radios=tuple(sorted((*before.radios, *new), key=lambda radio: order[radio.band])),
        places=before.places or again.places,
        room_number=before.room_number or again.room_number,
        floor=before.floor or again.floor,
        block=before.block or again.block,
        model=before.model or again.model,
        serial=before.serial or again.serial,
        mac=before.mac or again.mac,
        name=before.name or again.name,
    )
    if new or before.file != again.file:
        return replace(
            merged, more_rows=(*before.more_rows, again.row), remarks=_once((*merged.remarks, *again.remarks))
        )
    remarks = list(merged.remarks)
    if (before.room_number, before.places) != (again.room_number, again.places) and again.place:
        remarks.append(Remark(code="doubled_elsewhere", values=(str(again.row), again.place)))
    else:
        remarks.append(Remark(code="doubled", values=(str(again.row),)))
    return replace(merged, doubled=(*before.doubled, again.row), remarks=_once(tuple(remarks)))


def _named(entry: Entry) -> tuple[str, str, str]:
    return (entry.code or entry.school or entry.group, entry.stage or "", entry.name.casefold())


def _repeats(table: Sequence[Sequence[str]], columns: Columns) -> bool:
    """Return whether the same access point stands on several rows, as in a table of radios."""
    place = next((columns.places[name][0] for name in ("serial", "mac", "name") if name in columns.places), None)
    if place is None:
        return False
    names = [row[place].strip() for row in table[columns.row + 1 :] if place < len(row) and row[place].strip()]
    return len(set(names)) <= 0.7 * len(names)


def _is_rule(row: Sequence[str]) -> bool:
    return all(not cell.strip("-=_+| ") for cell in row)


def _is_sum(row: Sequence[str], columns: Columns) -> bool:
    filled = [cell.strip() for cell in row if cell.strip()]
    first = cells.plain(filled[0]).casefold().rstrip(":： .0123456789")
    return first in _SUMS and len(filled) < max(3, len(columns.places))


def _once(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    return tuple(_distinct(remarks))


def _distinct(remarks: Sequence[Remark]) -> Iterator[Remark]:
    seen: set[Remark] = set()
    for remark in remarks:
        if remark not in seen:
            seen.add(remark)
            yield remark
