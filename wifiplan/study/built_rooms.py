"""The rooms after the work: what they get from what was built, beside what they would get, built as planned."""

from dataclasses import dataclass, replace

from wifiplan.study.as_built import AsBuilt, all_done, as_built_site
from wifiplan.study.plan import assess_site
from wifiplan.study.records import Plan, PlannedRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRooms:
    """Every room judged twice by the same measure: as if all had been built as planned, and as it was built.

    `undecided` are rooms whose verdict hangs on what nobody knows, like a channel that the controller chooses.
    """

    as_planned: tuple[PlannedRoom, ...]
    as_built: tuple[PlannedRoom, ...]
    undecided: tuple[str, ...]

    @property
    def lost(self) -> tuple[str, ...]:
        """Ids of the rooms that would pass, had it been built as planned, and do not."""
        passed = {room.room_id for room in self.as_planned if room.verdict == "pass"}
        return tuple(room.room_id for room in self.as_built if room.room_id in passed and room.verdict != "pass")


def built_rooms(plan: Plan, built: AsBuilt) -> BuiltRooms:
    """Return the verdicts of the rooms as built.

    Both sides are judged as a school that stands, where every device joins what it hears best and rooms that the plan
    could not afford are on the air too; so what differs comes from the building work alone.

    Raises
    ------
    SiteError, CatalogError, SettingsError
        The site as built does not fit the settings of the plan.
    """
    now = assess_site(as_built_site(plan, built), plan.settings).rooms
    wanted = assess_site(as_built_site(plan, all_done(plan)), plan.settings).rooms
    open_ = tuple(room.room_id for room in now if room.need is not None and room.passes_today is None)
    return BuiltRooms(as_planned=_verdicts(wanted), as_built=_verdicts(now), undecided=open_)


def _verdicts(rooms: tuple[PlannedRoom, ...]) -> tuple[PlannedRoom, ...]:
    """Return rooms without what it takes for them to pass, which is asked of plans only."""
    return tuple(replace(room, change=None, passes_today=None) for room in rooms)
