"""What an inventory says, row by row, and what became of every row."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.scheme.school import Stage
from wifiplan.site.building import SchoolRef, Site
from wifiplan.site.network import Radio
from wifiplan.site.remark import Remark

Outcome: TypeAlias = Literal["matched", "unmatched", "not_counted"]
How: TypeAlias = Literal["number", "name", "class", "corridor", "ap_name", "position"]
"""By what a row found its room: 教室空間編號, the room's name, its class, a corridor's floor, the AP's name, x, y."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One access point of an inventory (or `n_aps` of them, where a row gives a number and no names).

    `row` is the first row of the file that speaks of it, `more_rows` those with its further radios, `doubled` those
    that list it again. `places` are the texts that say where it hangs. `in_service` is False for retired or broken
    ones. Nothing of clients is in here.
    """

    file: str
    row: int
    more_rows: tuple[int, ...] = ()
    doubled: tuple[int, ...] = ()
    stage: Stage | None = None
    code: str = ""
    school: str = ""
    group: str = ""
    room_number: str = ""
    places: tuple[str, ...] = ()
    floor: str = ""
    block: str = ""
    name: str = ""
    model: str = ""
    serial: str = ""
    mac: str = ""
    status: str = ""
    in_service: bool = True
    n_aps: int = 1
    x_m: float | None = None
    y_m: float | None = None
    radios: tuple[Radio, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def n_rows(self) -> int:
        """Rows of the file that speak of it, without those that list it again."""
        return 1 + len(self.more_rows)

    @property
    def place(self) -> str:
        """Where it hangs, in the inventory's own words."""
        parts = (self.room_number, self.block, self.floor, *self.places)
        return " / ".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of an inventory: how it was read.

    `columns` lists (field, header). `unread` are headers that mean nothing to us, `private` those about clients and
    people, which are never kept. `n_rows` counts rows with data, `n_skipped` those of them that are no access point (a
    sum, a repeated header, another kind of device).
    """

    file: str
    mapping: str
    columns: tuple[tuple[str, str], ...]
    unread: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    n_rows: int = 0
    n_skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The access points of one or more files, in the files' order."""

    entries: tuple[Entry, ...]
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of one entry: its room, or the reason why it has none, with the rooms that it may mean."""

    entry: Entry
    outcome: Outcome
    how: How | None = None
    room_id: str | None = None
    room_name: str = ""
    floor: int | None = None
    ap_ids: tuple[str, ...] = ()
    model_class: str | None = None
    reason: Remark | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyRoom:
    """A classroom or specialist room in which the inventory knows no access point."""

    room_id: str
    name: str
    use: str
    floor: int
    block: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReport:
    """What became of every row of a school's inventory.

    `kept` are ids of access points that only the site knew and that stay; `replaced` are those that went, because the
    inventory lists access points for the same room.
    """

    site: str
    schools: tuple[SchoolRef, ...]
    found: tuple[Found, ...]
    rooms_without: tuple[EmptyRoom, ...] = ()
    kept: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()

    def of(self, outcome: Outcome) -> tuple[Found, ...]:
        """Return the entries with this outcome."""
        return tuple(found for found in self.found if found.outcome == outcome)

    def n_aps(self, outcome: Outcome) -> int:
        """Return how many access points have this outcome."""
        return sum(found.entry.n_aps for found in self.of(outcome))

    def n_rows(self, outcome: Outcome) -> int:
        """Return how many rows have this outcome; a row that lists an access point again is not counted."""
        own = sum(found.entry.n_rows for found in self.of(outcome))
        again = sum(len(found.entry.doubled) for found in self.found) if outcome == "not_counted" else 0
        return own + again

    @property
    def taken_stock(self) -> bool:
        """Whether it is known now what hangs there: something was placed, or nothing in service is without a place."""
        return bool(self.of("matched")) or not self.of("unmatched")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A site with the access points of its inventory, and what became of every row."""

    site: Site
    report: MatchReport
