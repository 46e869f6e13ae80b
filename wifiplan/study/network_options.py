"""How access points are named, which networks they carry, and how their papers are printed: `[network]` of settings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Literal, TypeAlias

from wifiplan.site.network import BANDS, Band

NAME_FIELDS = (
    "code",
    "stage",
    "school",
    "block",
    "floor",
    "room",
    "room_id",
    "inventory_id",
    "ap_id",
    "number",
    "n",
)
"""What a template of names may hold in braces; `n` counts access points whose names would be alike otherwise."""

_COUNTERS = frozenset({"number", "n"})
_WIDTH = re.compile(r"(0?[1-6])?d?")

Radio2g4: TypeAlias = Literal["plan", "off", "auto"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ssid:
    """One network name on the air, the VLAN behind it, whom it is for, and the bands that carry it.

    A class's devices are planned on one band; a name of theirs in 2.4 GHz as well would draw them away from it.
    """

    name: str
    vlan: int | None = None
    purpose: str = ""
    bands: tuple[Band, ...] = BANDS


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOptions:
    """What installers and the controller's keeper are told beyond the plan itself.

    Parameters
    ----------
    name_template : str
        Names of access points. Fields: code (school), stage (E, J), school, block, floor (1, 2, B1), room, room_id,
        inventory_id (教室空間編號), ap_id (of the plan), number (counts the school's access points) and n (counts
        equal names); the last two may be padded: {n:02}. The room is shortened where a name gets too long.
    name_max : int
        Longest name in bytes. Most makers take 32; some show only the first 15 in beacons.
    transliterate : bool
        Write names in letters, digits and hyphens only (`catalog/data/room_codes.csv`): many controllers refuse more.
    rename_existing : bool
        Give access points that hang there already new names too.
    ssids : tuple of Ssid
        Networks on the air; none is invented.
    management_vlan : int or None
        VLAN of the access points themselves.
    radio_2g4 : "plan", "off" or "auto"
        2.4 GHz radios of what is hung: as planned (`study.other_bands`), all off, or all left to the controller on
        channels 1, 6 and 11.
    label_sheet : str
        A row of `catalog/data/label_sheets.csv`.
    cards_per_page : 1 or 2
        Cards on one A4 page of install.pdf.
    first_port : int
        Number of the first port in every cabinet.
    """

    name_template: str = "{code}-{block}{floor}F-{room}-{n}"
    name_max: int = 32
    transliterate: bool = True
    rename_existing: bool = False
    ssids: tuple[Ssid, ...] = ()
    management_vlan: int | None = None
    radio_2g4: Radio2g4 = "plan"
    label_sheet: str = "3x8-70x37"
    cards_per_page: Literal[1, 2] = 2
    first_port: int = 1


def template_parts(template: str) -> tuple[tuple[str, str, str], ...]:
    """Return a template of names as (text before, field, padding).

    Raises
    ------
    ValueError
        A brace is not closed.

    Examples
    --------
    >>> template_parts("{code}-{n:02}")
    (('', 'code', ''), ('-', 'n', '02'))
    """
    parts = Formatter().parse(template)
    return tuple(
        (before, name or "", f"{padding or ''}{conversion or ''}") for before, name, padding, conversion in parts
    )


def template_faults(template: str) -> Iterator[str]:
    """Yield what is wrong with a template of names, one sentence a fault."""
    try:
        parts = template_parts(template)
    except ValueError as error:
        yield f"the braces do not match: {error}"
        return
    names = [name for _, name, _ in parts if name]
    for _, name, padding in parts:
        if name and name not in NAME_FIELDS:
            yield f"there is no field {{{name}}}; known: {', '.join(NAME_FIELDS)}"
        elif padding and (name not in _COUNTERS or not _WIDTH.fullmatch(padding)):
            yield f"{{{name}:{padding}}} can't be padded so; only n and number take a width, as in {{n:02}}"
    if not {"n", "number", "ap_id"} & set(names):
        yield "two access points could get one name; add {n}, {number} or {ap_id}"
