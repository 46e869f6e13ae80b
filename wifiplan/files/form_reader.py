"""A returned building sheet read: which school answers, what it says, and every faulty cell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from wifiplan.errors import RosterError
from wifiplan.files import spreadsheet
from wifiplan.files.form_faults import FormFault
from wifiplan.files.form_grid import Reading, find_sheets, open_sheet
from wifiplan.files.form_rooms import read_rooms
from wifiplan.files.form_school import Identity, SchoolFacts, read_blocks, read_school
from wifiplan.scheme.school import School
from wifiplan.site.building import SchoolRef
from wifiplan.site.programme import classrooms
from wifiplan.site.sheet import BlockSheet, BuildingSheet, RoomSheet

LIMITS = (5_000, 200)
"""Most rows and columns of a returned sheet."""

MAX_BYTES = 20_000_000
"""A form has 30 kB; with photographs pasted in it may have megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAnswer:
    """A returned workbook: `is_form` is False where it is not one of ours; `readable` False where it is damaged."""

    identity: Identity = field(default_factory=Identity)
    facts: SchoolFacts = field(default_factory=SchoolFacts)
    blocks: tuple[BlockSheet, ...] = ()
    rooms: tuple[RoomSheet, ...] = ()
    faults: tuple[FormFault, ...] = ()
    is_form: bool = True
    readable: bool = True


def read_form(data: bytes, name: str) -> FormAnswer:
    """Read a returned workbook.

    Parameters
    ----------
    data : bytes
        The whole file: xlsx, xlsm, xls or ods.
    name : str
        Its name, for messages.

    Returns
    -------
    FormAnswer
        What it says; a faulty cell counts as blank and is in `faults`, and so is a file that cannot be read.
    """
    if len(data) > MAX_BYTES:
        fields = (("n", f"{len(data) / 1e6:.0f}"), ("most", f"{MAX_BYTES / 1e6:.0f}"))
        return FormAnswer(faults=(FormFault(code="too_large", fields=fields),), readable=False)
    try:
        grids = spreadsheet.read_grids(data, path=Path(PurePosixPath(name).name), limits=LIMITS)
    except RosterError as error:
        return FormAnswer(faults=(FormFault(code="unreadable", value=error.problem),), readable=False)
    reading = Reading()
    parts = find_sheets(grids, reading)
    if "school" not in parts and "rooms" not in parts:
        return FormAnswer(is_form=False)
    identity, facts = Identity(), SchoolFacts()
    for part in ("school", "rooms"):
        if part not in parts:
            reading.fault(f"sheet_missing_{part}")
    if "school" in parts:
        identity, facts = read_school(parts["school"], reading)
    block_sheet = open_sheet(parts["blocks"], "blocks", reading) if "blocks" in parts else None
    blocks = read_blocks(block_sheet) if block_sheet is not None else ()
    room_sheet = open_sheet(parts["rooms"], "rooms", reading) if "rooms" in parts else None
    rooms = read_rooms(room_sheet, blocks) if room_sheet is not None else ()
    return FormAnswer(identity=identity, facts=facts, blocks=blocks, rooms=rooms, faults=tuple(reading.faults))


def prefilled_rooms(schools: Sequence[School]) -> tuple[RoomSheet, ...]:
    """Return the rooms that a form shows before anyone fills it in: the classes of the roster with estimated sizes."""
    return tuple(
        RoomSheet(
            name=space.name,
            use="classroom",
            stage=school.stage if len(schools) > 1 else None,
            class_size=space.class_size,
            class_size_estimated=True,
        )
        for school in schools
        for space in (classrooms(school) if school.n_classes > 0 else ())
    )


def untouched(answer: FormAnswer, schools: Sequence[School]) -> bool:
    """Return whether a form came back as it was sent: its estimates are no knowledge of the school."""
    if answer.faults or answer.blocks or answer.facts.answered:
        return False
    sent = {replace(room, class_size_estimated=False) for room in prefilled_rooms(schools)}
    return all(room in sent for room in answer.rooms)


def says_rooms(answer: FormAnswer, schools: Sequence[School]) -> bool:
    """Return whether a school said anything of its rooms beside what the form showed."""
    sent = {replace(room, class_size_estimated=False) for room in prefilled_rooms(schools)}
    return any(room not in sent for room in answer.rooms)


def building_sheet(answer: FormAnswer, schools: Sequence[School]) -> BuildingSheet:
    """Return what a school says of its buildings; class sizes that nobody confirmed or changed stay estimates."""
    estimates = {(room.name, room.class_size) for room in prefilled_rooms(schools)}
    rooms = tuple(
        replace(room, class_size_estimated=(room.name, room.class_size) in estimates and not answer.facts.confirmed)
        for room in answer.rooms
    )
    first = schools[0]
    return BuildingSheet(
        name=first.full_name,
        schools=tuple(SchoolRef(stage=s.stage, code=s.code, remote=s.remote, n_classes=s.n_classes) for s in schools),
        blocks=answer.blocks,
        rooms=rooms,
        access_points_known=answer.facts.inventory_known,
        uplink_mbps=answer.facts.uplink_mbps,
        existing_devices=answer.facts.n_existing_devices,
        byod_devices=answer.facts.n_byod,
        usual_class_size=_usual_class_size(schools),
    )


def _usual_class_size(schools: Sequence[School]) -> int | None:
    """Return the largest class of the roster, else its mean class."""
    largest = max((school.max_class_size or 0 for school in schools), default=0)
    n_classes = sum(school.n_classes for school in schools)
    mean = math.ceil(sum(school.n_students for school in schools) / n_classes) if n_classes else 0
    return largest or mean or None
