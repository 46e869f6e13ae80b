"""Records of a study: settings that are compared over the same schools, and what each comes to at every one of them.

They load no laws, so that a page or a table of a study is as quick as the lists that it reads.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wifiplan.scheme.apportionment import Method
from wifiplan.scheme.school import School
from wifiplan.site.archetype import ArchetypeOptions
from wifiplan.site.building import Evidence
from wifiplan.study.sampling import Sample

if TYPE_CHECKING:  # settings bring the laws along
    from wifiplan.study.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One set of settings, by name.

    `n_aps` access points are shared out over the county by class count; None: every school has as many as the base
    case says that it needs. `ap_price_ntd` is the price of one [NTD], None where nobody gave one. `changes` are the
    options that differ from the settings that all cases start from, as (option, value) in the words of the file.
    """

    name: str
    label: str
    settings: "Settings"
    archetype: ArchetypeOptions
    n_aps: int | None = None
    ap_price_ntd: int | None = None
    method: Method = "largest_remainder"
    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome:
    """What one case comes to in one building. A failure is a value: `failure` says why, the figures are then None.

    `n_aps_needed` is the least number of new access points that serves every room that can be served,
    `n_aps_needed_classrooms` the least for the classrooms alone. Of the `n_aps_funded` ones `n_aps_placed` are used,
    and with them `n_classrooms_served` of `n_classrooms` pass (KPI 7).
    """

    case: str
    n_aps_funded: int | None = None
    n_aps_needed: int | None = None
    n_aps_needed_classrooms: int | None = None
    n_aps_placed: int | None = None
    n_classrooms: int | None = None
    n_classrooms_served: int | None = None
    n_specialist: int | None = None
    n_specialist_served: int | None = None
    failure: str | None = None
    cause: str | None = None

    @property
    def all_served(self) -> bool:
        """Whether every classroom passes."""
        return self.failure is None and self.n_classrooms_served == self.n_classrooms


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """One building under every case, in their order; `schools` are the roster rows that share it (國中小)."""

    schools: tuple[School, ...]
    evidence: Evidence | None
    outcomes: tuple[CaseOutcome, ...]

    @property
    def school(self) -> School:
        """The first roster row."""
        return self.schools[0]

    @property
    def n_classes(self) -> int:
        """Classes of all rows."""
        return sum(school.n_classes for school in self.schools)

    @property
    def sound(self) -> bool:
        """Whether no case failed here: only such buildings are compared."""
        return all(outcome.failure is None for outcome in self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStudy:
    """Settings compared over a county: cases (the first is the base), the sample, and its buildings in that order."""

    version: str
    county: str
    cases: tuple[Case, ...]
    sample: Sample
    buildings: tuple[Studied, ...]

    @property
    def n_failed(self) -> int:
        """Buildings that some case could not plan; they are left out of every case."""
        return sum(not building.sound for building in self.buildings)
