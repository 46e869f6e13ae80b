"""The sheet of rooms, as it comes back: one room a line, and what lines say against each other."""

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import cast

from wifiplan.files import form_cells as cells
from wifiplan.files import form_network_cells as network
from wifiplan.files.form_faults import BadCell
from wifiplan.files.form_grid import Line, Sheet
from wifiplan.files.form_school import block_key, material
from wifiplan.files.form_words import COMPASS, GENERATIONS, STAGES, USES, YES_NO
from wifiplan.scheme.school import Stage
from wifiplan.site.network import Radio
from wifiplan.site.sheet import ApSheet, BlockSheet, Compass, RoomSheet, SpaceUse

MAX_ROOMS = 800

MOST_CELLS = 6
"""So many cells are named one by one where many say the same."""

_PLACE = ("block", "floor")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of the blocks: their names by key, and their records by name; empty where none is listed."""

    names: Mapping[str, str]
    blocks: Mapping[str, BlockSheet]


def read_rooms(sheet: Sheet, blocks: Sequence[BlockSheet]) -> tuple[RoomSheet, ...]:
    """Return the rooms in the order of the sheet; a faulty cell counts as blank."""
    known = _Known(
        names={block_key(block.name): block.name for block in blocks}, blocks={block.name: block for block in blocks}
    )
    named: dict[str, str] = {}
    found: list[tuple[Line, RoomSheet]] = []
    for line in sheet.lines():
        if not _is_room(line):
            continue
        if len(found) >= MAX_ROOMS:
            line.fault("name", "too_many_rooms", (("n", str(MAX_ROOMS)),))
            break
        room = _room(line, known)
        if not blocks and room.block is not None:
            # without a sheet of blocks the first spelling names the block
            room = replace(room, block=named.setdefault(block_key(room.block), room.block))
        found.append((line, room))
    return _without_doubles(_within_storeys(found, known))


def _is_room(line: Line) -> bool:
    """Return whether a line is a room: block and floor alone were only drawn down, and sums are below a table."""
    if any(cells.is_sum(line.text(key)) for key in ("block", "floor", "order", "name")):
        return False
    return any(line.text(key) for key in line.sheet.columns if key not in {*_PLACE, "check", "stage"}) or any(
        (line.row, line.sheet.columns[key]) in line.sheet.grid.failed for key in line.sheet.columns if key != "check"
    )


def _room(line: Line, known: _Known) -> RoomSheet:
    block = line.read("block", lambda text: _block_name(text, known))
    use = cast("SpaceUse | None", line.read("use", partial(cells.choice, choices=USES)))
    length_m, depth_m = _size(line)
    return RoomSheet(
        name=line.read("name", _room_name) or "",
        block=block,
        level=line.read("floor", cells.floor),
        order=line.read("order", cells.order),
        side=_side(line, known.blocks.get(block or "")),
        inventory_id=line.read("inventory_id", _word),
        use=use,
        stage=cast("Stage | None", line.read("stage", partial(cells.choice, choices=STAGES))),
        class_size=_class_size(line, use),
        length_m=length_m,
        depth_m=depth_m,
        partition=line.read("partition", material),
        aps=_aps(line),
        cabinet=bool(line.read("cabinet", partial(cells.yes, choices=YES_NO))),
    )


def _block_name(text: str, known: _Known) -> str:
    cells.refuse_date(text)
    if not known.names:
        return text
    name = known.names.get(block_key(text))
    if name is not None:
        return name
    near = difflib.get_close_matches(block_key(text), known.names, n=1, cutoff=0.5)
    fields = {"known": "、".join(known.blocks)}
    if near:
        raise BadCell("block_unknown_meant", {**fields, "meant": known.names[near[0]]})
    raise BadCell("block_unknown", fields)


def _room_name(text: str) -> str:
    cells.refuse_date(text)
    if cells.names_several(text):
        raise BadCell("several_rooms")
    return text


def _word(text: str) -> str:
    cells.refuse_date(text)
    return unicodedata.normalize("NFKC", text)


def _side(line: Line, block: BlockSheet | None) -> Compass | None:
    """Return the side of a middle corridor; at a corridor on one side there is nothing to choose."""
    side = cast("Compass | None", line.read("side", partial(cells.choice, choices=COMPASS)))
    return None if block is not None and block.corridor in {"open", "closed"} else side


def _class_size(line: Line, use: SpaceUse | None) -> int | None:
    size = line.read("class_size", cells.persons)
    if size == 0 and use == "classroom":
        line.fault("class_size", "class_empty")
    return size or None


def _size(line: Line) -> tuple[float | None, float | None]:
    """Return length and depth [m]; "9*7.5" in the first column is both."""

    def metres(text: str) -> float:
        return cells.metres(text, cells.LENGTH_M)

    pair = cells.metres_pair(line.text("length"))
    if pair is None:
        return line.read("length", metres), line.read("depth", metres)
    length_m = line.read("length", lambda _: metres(pair[0]))
    second = line.read("length", lambda _: metres(pair[1])) if length_m is not None else None
    given = line.read("depth", metres)
    if given is not None and second is not None and abs(given - second) > 0.05:
        line.fault("length", "size_twice", (("depth", f"{given:g}"),))
    return length_m, second if given is None else given


def _aps(line: Line) -> ApSheet | None:
    """Return what hangs in a room; a model without a number is one access point."""
    n = line.read("ap_count", cells.ap_count)
    name = line.read("ap_model", _word) or ""
    generic = line.read("ap_generation", partial(cells.choice, choices=GENERATIONS)) or None
    radios = line.read("ap_channel", network.channels) or ()
    width = line.read("ap_width", network.width_mhz)
    power = line.read("ap_power", network.power_dbm)
    if n is None:
        n = 1 if name or generic or radios else None
    elif n == 0 and (name or radios):
        line.fault("ap_count", "ap_none")
    if n is None or n == 0:
        return None
    if (width is not None or power is not None) and not radios:
        radios = (Radio(band="5"),)
    if width is not None:  # the column of widths counts for every band that has such a width
        radios = tuple(replace(r, width_mhz=width if r.band != "2.4" or width <= 40 else None) for r in radios)
    known = tuple(replace(radio, eirp_dbm=power) for radio in radios)
    return ApSheet(n=n, name=name, generic=generic, radios=known)


def _within_storeys(found: Sequence[tuple[Line, RoomSheet]], known: _Known) -> list[tuple[Line, RoomSheet]]:
    """Return the rooms with what contradicts their block's storeys noted.

    One room above the roof has the wrong floor, which counts as blank. Where several are, the number of storeys is as
    likely wrong: that is one fault of the block, and the rooms stay where they are.
    """
    above: dict[str, list[int]] = {}
    for n, (_, room) in enumerate(found):
        block = known.blocks.get(room.block or "")
        if block is not None and room.level is not None and room.level >= (block.n_storeys or MAX_ROOMS):
            above.setdefault(block.name, []).append(n)
    rooms = list(found)
    for name, places in above.items():
        line, room = rooms[places[0]]
        fields = (("block", name), ("n", str(known.blocks[name].n_storeys)))
        if len(places) == 1:
            line.fault("floor", "above_storeys", fields)
            rooms[places[0]] = (line, replace(room, level=None))
            continue
        top = max(found[n][1].level or 0 for n in places) + 1
        named = "、".join(found[n][0].cell("floor") for n in places[:MOST_CELLS]) + (
            "…" if len(places) > MOST_CELLS else ""
        )
        more = (("rooms", str(len(places))), ("top", str(top)), ("cells", named))
        line.fault("floor", "many_above_storeys", (*fields, *more))
    return rooms


def _without_doubles(found: Sequence[tuple[Line, RoomSheet]]) -> tuple[RoomSheet, ...]:
    """Return the rooms with what stands twice taken from the later one, and noted: inventory ids, places."""
    ids: dict[str, str] = {}
    places: dict[tuple[object, ...], str] = {}
    rooms = []
    for line, given in found:
        room = given
        if room.inventory_id is not None:
            first = ids.setdefault(room.inventory_id, line.cell("inventory_id"))
            if first != line.cell("inventory_id"):
                line.fault("inventory_id", "id_twice", (("cell", first),))
                room = replace(room, inventory_id=None)
        if room.level is not None and room.order is not None:
            place = (room.block, room.level, room.side, room.order)
            first = places.setdefault(place, line.cell("order"))
            if first != line.cell("order"):
                line.fault("order", "place_twice", (("cell", first),))
                room = replace(room, order=None)
        rooms.append(room)
    return tuple(rooms)
