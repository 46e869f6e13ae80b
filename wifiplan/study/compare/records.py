"""Two states of a school's network and what differs: records that hold all it takes to make one of the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar

from wifiplan.site.building import Cabinet, Floor, Room, Site, Wall
from wifiplan.site.network import AccessPoint, Band
from wifiplan.study.records import BandUse, BillLine, PlannedAccessPoint, PlannedRoom, Proof
from wifiplan.study.robust_records import Robustness
from wifiplan.study.settings import Settings

T = TypeVar("T")

Match: TypeAlias = Literal["id", "serial", "mac", "place", "room", "name", "inventory_id", "content"]
"""How a thing before and a thing after were recognised as the same."""

Part: TypeAlias = Literal["rooms", "bill", "settings", "result"]
"""A part of a state that a site alone does not have."""

PARTS: tuple[Part, ...] = ("rooms", "bill", "settings", "result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What else a plan states: its version, bands, proof, counts, assumptions, and what it bears."""

    version: str
    band: Band
    proof: Proof
    n_aps_allowed: int | None
    n_class_sets: int | None
    n_rooms_at_once: int
    assumptions: tuple[str, ...]
    other_bands: tuple[BandUse, ...] = ()
    robustness: Robustness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is compared: a plan in full, or (`hung`) a building and what hangs in it.

    Of a plan, `site.access_points` are those that hang there today and `access_points` what becomes of them; of a
    building, `access_points` are those that hang there and `site.access_points` is empty. `standing` are the ids that
    are written on devices, which a new plan does not give to others. A part that is None is not known.
    """

    site: Site
    access_points: tuple[PlannedAccessPoint, ...]
    hung: bool = False
    rooms: tuple[PlannedRoom, ...] | None = None
    bill: tuple[BillLine, ...] | None = None
    settings: Settings | None = None
    result: Result | None = None
    standing: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Generic[T]):
    """One thing that was added (`before` is None), was removed (`after` is None) or differs.

    `at_before` and `at_after` are its places in the list of either state, counted from 0; None where it is not there,
    or where there is no list. `before` and `after` are the same where only its place among the others changed.
    """

    before: T | None = None
    after: T | None = None
    at_before: int | None = None
    at_after: int | None = None
    matched_by: Match | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorChanges:
    """What differs on one floor that both states have, or what a new floor holds."""

    level: int
    rooms: tuple[Change[Room], ...] = ()
    walls: tuple[Change[Wall], ...] = ()
    cabinets: tuple[Change[Cabinet], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChanges:
    """What differs in the building and in what hangs there today.

    `head` is the site without floors and access points, `floors` are floors without rooms, walls and cabinets.
    """

    head: Change[Site] | None = None
    floors: tuple[Change[Floor], ...] = ()
    contents: tuple[FloorChanges, ...] = ()
    access_points: tuple[Change[AccessPoint], ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return bool(self.head or self.floors or self.contents or self.access_points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that differs between two states; `apply` makes the second from the first.

    `hung` and `compared` say what both states had in common: with a building on either side only what hangs there
    can be compared.
    """

    hung: bool
    compared: tuple[Part, ...]
    access_points: tuple[Change[PlannedAccessPoint], ...] = ()
    rooms: tuple[Change[PlannedRoom], ...] = ()
    bill: tuple[Change[BillLine], ...] = ()
    settings: Change[Settings] | None = None
    result: Change[Result] | None = None
    site: SiteChanges = SiteChanges()

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return any(map(bool, self._parts()))

    def _parts(self) -> Iterator[object]:
        yield from (self.access_points, self.rooms, self.bill, self.settings, self.result, self.site)
