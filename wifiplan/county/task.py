"""One school's task: all that its plan depends on; it travels to a worker."""

from dataclasses import dataclass, field
from pathlib import Path

from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions
from wifiplan.study import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolTask:
    """All that one school's plan depends on; it travels to a worker process.

    `n_aps_allotted` None means: as many as needed; `n_aps_rival`, where another rule of sharing out gives another
    number, is planned beside it for the comparison and not written. `site_path` names the drawn plan, without one the
    archetype of the roster row stands in. Devices and uplink are what the county or the school said, before what the
    site file says; they make no plan, only its scenarios. `also` are the tasks of further rows in the same buildings
    (國中小), which one plan serves. `store` is a folder where a school that is asked twice is kept made ready.
    """

    school: School
    n_class_sets: int
    n_devices: int
    settings: Settings
    folder: Path
    lang: str
    funded: bool = True
    n_aps_allotted: int | None = None
    n_aps_rival: int | None = None
    site_path: Path | None = None
    archetype: ArchetypeOptions = field(default_factory=ArchetypeOptions)
    also: tuple["SchoolTask", ...] = ()
    existing_devices: int | None = None
    byod_devices: int | None = None
    uplink_mbps: float | None = None
    with_scenarios: bool = False
    store: Path | None = None

    @property
    def rows(self) -> tuple["SchoolTask", ...]:
        """The tasks of all roster rows that this one answers, its own first."""
        return (self, *self.also)

    @property
    def name(self) -> str:
        """Folder name of the school: STAGE-CODE."""
        return f"{self.school.stage}-{self.school.code}"
