"""A county's inventory shared out to its schools: by code, by name, by what a controller calls its sites."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from wifiplan.scheme.school import Stage
from wifiplan.site.building import Site
from wifiplan.site.inventory.records import Entry, Found, Inventory, Outcome
from wifiplan.site.inventory.room_names import folded
from wifiplan.site.remark import Remark

_CODE = re.compile(r"(?<![0-9A-Za-z])([0-9][0-9A-Z]{5})(?![0-9A-Za-z])")
_HEAD = re.compile(r"^.{1,2}[縣市](?=.{3,})")
_DOUBLE = re.compile(r"(?:^|(?<=[縣市]))[縣市]立")
_TOWN = re.compile(r"^.{1,3}[區鄉鎮市](?=.{3,})")

_SHORT = (
    ("國民中小學", "國中小"), ("國民小學", "國小"), ("國民中學", "國中"),
    ("市立", "市"), ("縣立", "縣"), ("國立", ""), ("私立", ""), ("公立", ""),
)  # fmt: skip
"""Words that full names have and short names leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The inventory of every site in the sites' order, and entries that are no site's, with the reason."""

    inventories: tuple[Inventory, ...]
    strangers: tuple[Found, ...]


def by_site(inventory: Inventory, sites: Sequence[Site]) -> Shared:
    """Return each site's part of an inventory.

    Parameters
    ----------
    inventory : Inventory
        Of one school or of many.
    sites : sequence of Site
        The schools that are planned.

    Returns
    -------
    Shared
        A row that names no school, in a file whose name tells none, belongs to the site where there is only one, else
        to nobody. A site that serves several roster rows (國中小) gets the rows of all of them.
    """
    schools = _Schools(sites=sites)
    parts: list[list[Entry]] = [[] for _ in sites]
    strangers: list[Found] = []
    for entry in inventory.entries:
        found = schools.of(entry)
        if isinstance(found, int):
            parts[found].append(entry)
        else:
            strangers.append(_stranger(entry, found))
    if len(sites) == 1 and not parts[0]:
        # no row names this school: groups of a controller may be floors or buildings, so they say nothing
        alien = [found for found in strangers if found.reason is not None and found.reason.code == "school_unknown"]
        parts[0] = [found.entry for found in alien if not found.entry.code and not found.entry.school]
        taken = {id(entry) for entry in parts[0]}
        strangers = [found for found in strangers if id(found.entry) not in taken]
    return Shared(
        inventories=tuple(replace(inventory, entries=tuple(part)) for part in parts), strangers=tuple(strangers)
    )


def _stranger(entry: Entry, reason: Remark) -> Found:
    outcome: Outcome = "unmatched" if entry.in_service and entry.n_aps else "not_counted"
    return Found(entry=entry, outcome=outcome, reason=reason)


@dataclass(slots=True)
class _Schools:
    """The sites by code and by name."""

    sites: Sequence[Site]
    by_key: dict[tuple[Stage, str], int] = field(default_factory=dict)
    by_code: dict[str, set[int]] = field(default_factory=dict)
    by_name: dict[str, set[int]] = field(default_factory=dict)
    asked: dict[tuple[str, ...], int | Remark] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for n, site in enumerate(self.sites):
            for ref in site.schools:
                self.by_key[ref.stage, ref.code] = n
                self.by_code.setdefault(ref.code, set()).add(n)
            for name in {school_key(site.name), folded(site.name)}:
                if name:
                    self.by_name.setdefault(name, set()).add(n)

    def of(self, entry: Entry) -> int | Remark:
        """Return the place of the entry's site, or why it has none."""
        key = (entry.stage or "", entry.code, entry.school, entry.group, entry.file)
        if key not in self.asked:
            self.asked[key] = self._of(entry)
        found = self.asked[key]
        if isinstance(found, int) or entry.code or entry.school:
            return found
        return self._spoken_of(entry, found)

    def _spoken_of(self, entry: Entry, otherwise: int | Remark) -> int | Remark:
        """Return the school that a place or the access point's own name tells, as exports without a column of it do."""
        for text in (*entry.places, entry.name):
            code = _CODE.search(text.upper())
            found = self._coded(code[1], entry.stage, text) if code and code[1] in self.by_code else None
            found = self._named(text, entry.stage) if found is None else found
            if isinstance(found, int) or found.code != "school_unknown":
                return found
        return otherwise

    def _of(self, entry: Entry) -> int | Remark:
        if entry.code:
            return self._coded(entry.code, entry.stage, entry.school)
        for text in (entry.school, entry.group, "" if entry.school else entry.file):
            if not text:
                continue
            code = _CODE.search(text.upper())
            if code and code[1] in self.by_code:
                return self._coded(code[1], entry.stage, text)
            found = self._named(text, entry.stage)
            if isinstance(found, int) or found.code == "school_ambiguous":
                return found
        if entry.school or entry.group:
            return Remark(code="school_unknown", values=(entry.school or entry.group,))
        return 0 if len(self.sites) == 1 else Remark(code="no_school")

    def _coded(self, code: str, stage: Stage | None, name: str) -> int | Remark:
        if stage is not None and (stage, code) in self.by_key:
            return self.by_key[stage, code]
        found = self.by_code.get(code, set())
        if stage is None and len(found) == 1:
            return next(iter(found))
        if stage is None and len(found) > 1:
            named = found & self.by_name.get(school_key(name), set())
            return next(iter(named)) if len(named) == 1 else Remark(code="stage_needed", values=(code,))
        return Remark(code="no_site", values=(code,))

    def _named(self, text: str, stage: Stage | None) -> int | Remark:
        found = self.by_name.get(school_key(text), set()) or self.by_name.get(folded(text), set())
        if not found:
            value = folded(text).replace("-", "")
            hits = [name for name in self.by_name if len(name) >= 3 and name in value]
            longest = max(map(len, hits), default=0)
            found = {n for name in hits if len(name) == longest for n in self.by_name[name]}
        if len(found) > 1 and stage is not None:
            found = {n for n in found if any(ref.stage == stage for ref in self.sites[n].schools)}
        if len(found) == 1:
            return next(iter(found))
        return Remark(code="school_ambiguous" if found else "school_unknown", values=(text,))


@lru_cache(maxsize=16384)
def school_key(name: str) -> str:
    """Return what the short and the full name of a school have in common.

    >>> {school_key(n) for n in ("嘉義市東區民族國民小學", "嘉義市市立民族國小", "嘉義市立民族國小", "市立民族國小")}
    {'民族國小'}
    """
    value = _DOUBLE.sub("", folded(name).replace("-", ""))
    for word, short in _SHORT:
        value = value.replace(word, short)
    value = _TOWN.sub("", _HEAD.sub("", value))
    return value if len(value) > 2 else folded(name).replace("-", "")
