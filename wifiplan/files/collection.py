"""Returned building sheets merged: which file is whose, what is wrong, and the site that follows from each."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from wifiplan.files.form_faults import FormFault
from wifiplan.files.form_reader import (
    FormAnswer,
    building_sheet,
    prefilled_rooms,
    read_form,
    says_rooms,
    untouched,
)
from wifiplan.files.form_school import SchoolFacts
from wifiplan.files.form_words import bare
from wifiplan.files.forms_index import Form, FormsIndex
from wifiplan.files.returned import Returned
from wifiplan.files.site_checks import faults_of
from wifiplan.site.building import Site
from wifiplan.site.sheet_site import n_required, sheet_site

Status: TypeAlias = Literal["missing", "faulty", "returned", "partial"]
"""Not filled in; with faulty cells; complete; read, with blanks that were assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFault:
    """A fault and the file in which it stands."""

    file: str
    fault: FormFault


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedForm:
    """What became of one school's form; `assumptions` are codes with counts, as those of its site."""

    form: Form
    status: Status = "missing"
    files: tuple[str, ...] = ()
    faults: tuple[FileFault, ...] = ()
    site: Site | None = None
    assumptions: tuple[str, ...] = ()
    n_assumed: int = 0
    facts: SchoolFacts = field(default_factory=SchoolFacts)
    n_existing_aps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """All forms of a county in the order of the roster; `strays` are faults of files that are nobody's.

    `notes` names files that are no answers, with the code of the reason.
    """

    county: str
    forms: tuple[CollectedForm, ...]
    strays: tuple[FileFault, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def n_faults(self) -> int:
        """How many faults there are."""
        return len(self.strays) + sum(len(form.faults) for form in self.forms)

    @property
    def complete(self) -> bool:
        """Whether every school answered and no cell is faulty."""
        return not self.n_faults and all(form.status in {"returned", "partial"} for form in self.forms)


@dataclass(slots=True)
class _Claim:
    """A file that says it is of a school; one of doubtful identity is `doubtful` and gives no site."""

    file: str
    digest: str
    answer: FormAnswer
    faults: tuple[FormFault, ...] = ()
    doubtful: bool = False


@dataclass(slots=True)
class _Desk:
    """Where returned files are sorted by school."""

    index: FormsIndex
    claims: dict[int, list[_Claim]] = field(default_factory=dict)
    strays: list[FileFault] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def collect(index: FormsIndex, files: Iterable[Returned]) -> Collection:
    """Return what came back.

    Parameters
    ----------
    index : FormsIndex
        The forms that were sent.
    files : iterable of Returned
        What lies in the folder.

    Returns
    -------
    Collection
        One record a form. Of two files for one school neither counts, unless one is blank or both are the same.
    """
    desk = _Desk(index=index)
    for file in files:
        if file.data is None:
            desk.notes.append((file.name, file.note))
        else:
            _sort(desk, file.name, file.data)
    forms = tuple(
        _collected(form, _distinct(form, desk.claims.get(number, []), desk)) for number, form in enumerate(index.forms)
    )
    return Collection(county=index.county, forms=forms, strays=tuple(desk.strays), notes=tuple(desk.notes))


def _sort(desk: _Desk, name: str, data: bytes) -> None:
    """Put a file on the pile of its school: by the codes in it, else by its name."""
    answer = read_form(data, name)
    by_name = _named(desk.index, name)
    if not answer.is_form and by_name is None:
        desk.notes.append((name, "not_a_form"))
        return
    claim = _Claim(file=name, digest=hashlib.sha256(data).hexdigest(), answer=answer)
    if not answer.is_form:
        claim.faults = (FormFault(code="not_a_form"),)
    hits, strange = _coded(desk.index, answer)
    if strange:
        claim.faults += strange
    elif answer.is_form and answer.readable and not hits:
        claim.faults += (FormFault(code="code_missing", sheet=answer.identity.sheet),)
    owners = list(hits) or ([] if by_name is None else [by_name])
    if not owners:
        desk.strays += [FileFault(file=name, fault=fault) for fault in (*answer.faults, *claim.faults)]
        return
    other = _doubt(desk.index, answer, owners, by_name)
    if other is not None:
        claim.faults += (other,)
        claim.doubtful = True
        owners = sorted({*owners, *(() if by_name is None else (by_name,))})
    for owner in owners:
        desk.claims.setdefault(owner, []).append(claim)


def _coded(index: FormsIndex, answer: FormAnswer) -> tuple[tuple[int, ...], tuple[FormFault, ...]]:
    """Return the forms whose codes a workbook holds, and a fault for every code that is none of them."""
    of_key = {school.key: n for n, form in enumerate(index.forms) for school in form.schools}
    identity = answer.identity
    hits = dict.fromkeys(of_key[key] for key in identity.keys if key in of_key)
    strange = tuple(
        FormFault(code="code_unknown", sheet=identity.sheet, cell=cell, value=key[1])
        for key, cell in zip(identity.keys, identity.cells, strict=True)
        if key not in of_key
    )
    return tuple(hits), strange


def _doubt(index: FormsIndex, answer: FormAnswer, owners: Sequence[int], by_name: int | None) -> FormFault | None:
    """Return a fault where a file's name, its codes and the name of the school in it are of different schools."""
    identity = answer.identity
    cell = identity.cells[0] if identity.cells else ""
    code = identity.keys[0][1] if identity.keys else ""
    if len(owners) > 1:
        both = (("school", index.forms[owners[0]].name), ("other", index.forms[owners[1]].name))
        return FormFault(code="codes_of_two", sheet=identity.sheet, cell=cell, value=code, fields=both)
    if by_name is not None and by_name != owners[0] and code not in {s.code for s in index.forms[by_name].schools}:
        fields = (("school", index.forms[owners[0]].name), ("other", index.forms[by_name].name))
        return FormFault(code="file_of_other", sheet=identity.sheet, cell=cell, value=code, fields=fields)
    names = {bare(school.name): n for n, form in enumerate(index.forms) for school in form.schools}
    for name in identity.names:
        other = names.get(bare(name))
        own = {bare(school.name) for school in index.forms[owners[0]].schools}
        if other is not None and other not in owners and bare(name) not in own:
            fields = (("school", index.forms[owners[0]].name), ("other", index.forms[other].name))
            return FormFault(code="name_of_other", sheet=identity.sheet, cell=cell, value=code, fields=fields)
    return None


def _named(index: FormsIndex, name: str) -> int | None:
    """Return the form that a file's name belongs to: the name that it was sent under, or a code in it."""
    last = name.rpartition("/")[2]
    for number, form in enumerate(index.forms):
        if last == form.file:
            return number
    stem = last.rpartition(".")[0]
    hits = {
        number
        for number, form in enumerate(index.forms)
        for school in form.schools
        if re.search(rf"(?<![0-9A-Za-z]){re.escape(school.code)}(?![0-9A-Za-z])", stem)
    }
    return hits.pop() if len(hits) == 1 else None


def _distinct(form: Form, claims: list[_Claim], desk: _Desk) -> list[_Claim]:
    """Return the files that count: blank forms beside a filled one and exact copies are left out, and named."""
    filled = [claim for claim in claims if not untouched(claim.answer, form.schools) or claim.faults]
    kept: list[_Claim] = []
    for claim in filled or claims[:1]:
        if not any(_same(one, claim) for one in kept):
            kept.append(claim)
    for claim in claims:
        if not any(claim is one for one in kept):
            copy = any(_same(one, claim) for one in kept)
            desk.notes.append((claim.file, "copy" if copy else "blank_copy"))
    return kept


def _same(one: _Claim, other: _Claim) -> bool:
    """Return whether two files say the same: saved twice, a workbook has other bytes and the same cells."""
    if one.digest == other.digest:
        return True
    sound = one.answer.is_form and one.answer.readable and not one.doubtful and not other.doubtful
    return sound and one.answer == other.answer and one.faults == other.faults


def _collected(form: Form, claims: Sequence[_Claim]) -> CollectedForm:
    files = tuple(claim.file for claim in claims)
    if not claims or (not claims[0].faults and untouched(claims[0].answer, form.schools)):
        return CollectedForm(form=form, files=files)
    faults = [
        FileFault(file=claim.file, fault=fault) for claim in claims for fault in (*claim.answer.faults, *claim.faults)
    ]
    if len(claims) > 1:
        for claim in claims:
            others = "、".join(name for name in files if name != claim.file)
            faults.append(FileFault(file=claim.file, fault=FormFault(code="two_files", fields=(("others", others),))))
        return CollectedForm(form=form, status="faulty", files=files, faults=tuple(faults))
    return _evaluated(form, claims[0], faults)


def _evaluated(form: Form, claim: _Claim, faults: list[FileFault]) -> CollectedForm:
    """Return what one file gives: facts, and a site where it says anything of rooms."""
    answer = claim.answer
    site: Site | None = None
    assumptions: tuple[str, ...] = ()
    if claim.doubtful or not answer.readable or not answer.is_form:
        return CollectedForm(form=form, status="faulty", files=(claim.file,), faults=tuple(faults))
    if answer.rooms and says_rooms(answer, form.schools):
        site = sheet_site(building_sheet(answer, form.schools))
        assumptions = site.assumptions
        unsound = faults_of(site)
        faults += [FileFault(file=claim.file, fault=FormFault(code="site", value=str(fault))) for fault in unsound]
        site = None if unsound else site
    else:
        n_rooms = max(len(answer.rooms), len(prefilled_rooms(form.schools)), 1)
        assumptions = (f"sheet_no_rooms:{n_rooms}",)
    n_assumed = n_required(assumptions)
    n_aps = sum(room.aps.n for room in answer.rooms if room.aps is not None)
    return CollectedForm(
        form=form,
        status="faulty" if faults else "partial" if n_assumed else "returned",
        files=(claim.file,),
        faults=tuple(faults),
        site=site,
        assumptions=assumptions,
        n_assumed=n_assumed,
        facts=replace(answer.facts),
        n_existing_aps=n_aps if n_aps or answer.facts.inventory_known else None,
    )
