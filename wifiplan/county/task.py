"""One school's task: all that its plan depends on; it travels to a worker."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from wifiplan.files.site import MAX_SITE_BYTES
from wifiplan.files.surveys import MAX_SURVEY_BYTES
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions
from wifiplan.study import Settings

_ANTENNA_FILE = re.compile(rb'"file"\s*:\s*"([^"/\\\\]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolTask:
    """All that one school's plan depends on; it travels to a worker process.

    `n_aps_allotted` None means: as many as needed; `n_aps_rival`, where another rule of sharing out gives another
    number, is planned beside it for the comparison and not written. `site_path` names the drawn plan, without one
    the archetype of the roster row stands in; `site_files` are the names and contents of it and of the antenna
    files that it names, as workers have no files of this machine (`packed`). `survey_paths` are what was measured
    in the drawn building, or the one law that was fitted to it; `survey_files` travel the same way. Devices and
    uplink are what the county or the school said, before what the site file says; they make no plan, only its
    scenarios. `also` are the tasks of further rows in the same buildings (國中小), which one plan serves. `store`
    is a folder where a school that is asked twice is kept made ready.
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
    site_files: tuple[tuple[str, bytes], ...] = ()
    survey_paths: tuple[Path, ...] = ()
    survey_files: tuple[tuple[str, bytes], ...] = ()
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


def packed(task: SchoolTask) -> SchoolTask:
    """Return a task that carries the files it needs, ready to travel; its plan tells of one that cannot be read."""
    if task.site_path is None:
        return task
    try:
        site = _content(task.site_path, MAX_SITE_BYTES)
        beside = [task.site_path.with_name(name) for name in sorted(set(_named(site)))]
        found = [(path.name, _content(path, MAX_SITE_BYTES)) for path in beside if path.is_file()]
        surveys = tuple((path.name, _content(path, MAX_SURVEY_BYTES)) for path in task.survey_paths)
    except OSError:
        return task
    return replace(task, site_files=((task.site_path.name, site), *found), survey_files=surveys)


def _content(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        # one byte more than such a file may have: the reader says that it is too large
        return file.read(most + 1)


def _named(site: bytes) -> list[str]:
    return [name.decode("utf-8", "replace") for name in _ANTENNA_FILE.findall(site)]
