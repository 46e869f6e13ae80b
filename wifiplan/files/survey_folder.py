"""Folders of surveys and of laws fitted to them: which file belongs to which school's drawn plan."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wifiplan.errors import WifiplanError
from wifiplan.files.json_input import Json, Refused, load_json, printable, read_text
from wifiplan.files.laws import MAX_BYTES, law_from_plain
from wifiplan.files.notes import Note, school_zh
from wifiplan.files.site_folder import Key
from wifiplan.files.survey_head import MAX_HEAD
from wifiplan.files.survey_parquet import MAGIC
from wifiplan.radio.loss import Law

_SCHOOL = re.compile(r"(elementary|junior)-([0-9A-Za-z]+)(?![0-9A-Za-z])")
_ODD = re.compile(r"[^\w()（）-]+")
"""What `survey walk` puts a hyphen for when it names a survey after a site's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFolders:
    """The surveys of drawn plans, or the law that was fitted to them, by the plan's file; notes on the others."""

    paths: Mapping[Path, tuple[Path, ...]]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A file of readings or a law, and the name of the site that it says it is of."""

    path: Path
    site_name: str
    is_law: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """A drawn plan: its file, the schools it serves, its name, and whether somebody has drawn it."""

    path: Path
    keys: tuple[Key, ...]
    name: str
    is_drawn: bool


def read_survey_folders(folders: Sequence[Path], plans: Mapping[Key, Path], schools: Sequence[Key]) -> SurveyFolders:
    """Return which surveys and laws belong to which school's plan.

    A survey names no school. It belongs to the one that its file or its folder names (STAGE-CODE at the beginning, or a
    code that only one school has); else to the plan after whose file it is named, as `survey walk` does; else to the
    plan of that name: the survey's own name, or the site that a law says it was measured at. Where a plan has a law,
    that counts and its surveys are not fitted again.

    Parameters
    ----------
    folders : sequence of Path
        Folders with survey files (*.csv, *.parquet) and laws that `survey fit` wrote (*.json), also in folders below
        that are named STAGE-CODE. What is neither is left aside with a note; class tests without one.
    plans : mapping of (stage, code) to Path
        The plans of the schools that have one.
    schools : sequence of (stage, code)
        The schools asked for.
    """
    drawn = _drawn(plans)
    notes: list[Note] = []
    found: dict[Path, list[_Found]] = defaultdict(list)
    for path in _files(folders):
        one = _opened(path, notes)
        if one is None:
            continue
        where = _home(one, drawn, schools)
        if isinstance(where, Note):
            notes.append(_of(path, where.en, where.zh))
        else:
            found[where.path].append(one)
    return SurveyFolders(
        paths={plan: _chosen(some, notes) for plan, some in sorted(found.items())},
        notes=tuple(notes),
    )


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        below = (path for path in sorted(folder.iterdir()) if path.is_dir() and _SCHOOL.match(path.name))
        for place in (folder, *below):
            for path in sorted(place.iterdir()):
                known = path.suffix.lower() in {".csv", ".parquet", ".json"}
                if known and path.is_file() and not path.name.startswith((".", "class-test-")):
                    yield path


def _drawn(plans: Mapping[Key, Path]) -> tuple[_Drawn, ...]:
    keys: dict[Path, list[Key]] = defaultdict(list)
    for key, path in plans.items():
        keys[path].append(key)
    return tuple(_plan(path, tuple(some)) for path, some in keys.items())


def _plan(path: Path, keys: tuple[Key, ...]) -> _Drawn:
    """Return what a plan says of itself; a damaged one says nothing, and its school tells why when it is planned."""
    try:
        said = json.loads(path.read_bytes())
        name, evidence = str(said.get("name", "")), said.get("evidence", "drawn")
    except (OSError, ValueError, AttributeError, RecursionError):
        name, evidence = "", "drawn"
    return _Drawn(path=path, keys=keys, name=name, is_drawn=evidence == "drawn")


def _opened(path: Path, notes: list[Note]) -> _Found | None:
    """Return what a file says it is of; None with a note where it is neither a survey nor a law."""
    if path.suffix.lower() == ".json":
        return _law(path, notes)
    try:
        with path.open("rb") as file:
            first = file.readline(MAX_HEAD)
    except OSError as error:
        why = error.strerror or error
        notes.append(_of(path, f"cannot be read ({why})", f"無法讀取（{why}）"))
        return None
    if first.startswith(MAGIC):
        return _Found(path=path, site_name="", is_law=False)
    head = first.decode("utf-8-sig", "replace").strip()
    if not head.lstrip('"').startswith("{"):
        notes.append(_of(path, "is no survey file and was left aside", "不是量測檔，略過"))
        return None
    try:
        said = json.loads(head)
    except (ValueError, RecursionError):
        said = None  # a spreadsheet quoted it, or it is damaged: the school's task reads it and says so
    name = said.get("name") if isinstance(said, dict) else None
    return _Found(path=path, site_name=str(name or ""), is_law=False)


def _law(path: Path, notes: list[Note]) -> _Found | None:
    try:
        said: Json = load_json(read_text(path, max_bytes=MAX_BYTES, error=WifiplanError))
        law, faults = law_from_plain(said)
    except (WifiplanError, Refused) as error:
        why = printable(str(error))[:120]
        notes.append(_of(path, f"is no law and was left aside ({why})", f"不是傳播模型檔，略過（{why}）"))
        return None
    if not isinstance(law, Law) or faults:
        notes.append(_of(path, "is no law and was left aside", "不是傳播模型檔，略過"))
        return None
    if law.measured is None or not law.measured.site:
        en = "is not the law of one school and was left aside; --law takes it for all schools"
        notes.append(_of(path, en, "不是單一學校的傳播模型，略過；要用於全部學校請改用 --law"))
        return None
    return _Found(path=path, site_name=law.measured.site, is_law=True)


def _home(one: _Found, drawn: Sequence[_Drawn], schools: Sequence[Key]) -> _Drawn | Note:
    """Return the plan that a file is of, or why there is none."""
    plan = _of_school(one, drawn, schools) or _of_file(one, drawn) or _of_name(one, drawn)
    if plan is None:
        return Note(
            "fits no school and was left aside; name it STAGE-CODE-….csv, or keep it in a folder STAGE-CODE",
            "無法對應到學校，略過；請把檔名改為「STAGE-CODE-….csv」，或放進名為 STAGE-CODE 的資料夾"
            "（例如 elementary-193601）",
        )
    if isinstance(plan, Note):
        return plan
    if not plan.is_drawn:
        return Note(
            f"is of {_told(plan.keys[0])}, which nobody has drawn: positions mean nothing there; it was left aside",
            f"屬於{school_zh(plan.keys[0])}，該校沒有平面圖，量測位置無從對照，略過",
        )
    if one.is_law and plan.name and one.site_name != plan.name:
        return Note(
            f"was measured at {one.site_name}, and {plan.path.name} is {plan.name}: it was left aside",
            f"量測地點是{one.site_name}，而 {plan.path.name} 是{plan.name}，略過",
        )
    return plan


def _of_school(one: _Found, drawn: Sequence[_Drawn], schools: Sequence[Key]) -> _Drawn | Note | None:
    """Return the plan of the school that a file's name or its folder's names; a note where it has none."""
    key = _named(one.path, schools)
    if key is None:
        return None
    plan = next((plan for plan in drawn if key in plan.keys), None)
    if plan is not None:
        return plan
    if key in schools:
        why, zh = "has no drawn plan (--sites)", "該校沒有平面圖（--sites）"
    else:
        why, zh = "is not asked for", "不在這次規劃之列"
    return Note(f"is of {_told(key)}, which {why}: it was left aside", f"屬於{school_zh(key)}，{zh}，略過")


def _named(path: Path, schools: Sequence[Key]) -> Key | None:
    """Return the school that a file's name gives, its folder's, or a code in its name that only one school has."""
    said = _SCHOOL.match(path.stem) or _SCHOOL.match(path.parent.name)
    if said is not None:
        return said[1], said[2]
    parts = set(re.split(r"[^0-9A-Za-z]+", path.stem))
    codes = [school for school in schools if school[1] in parts]
    return codes[0] if len(codes) == 1 else None


def _of_file(one: _Found, drawn: Sequence[_Drawn]) -> _Drawn | None:
    """Return the plan after whose file a survey is named; the longest name counts."""
    stem = _ODD.sub("-", one.path.stem)
    named = [(_ODD.sub("-", plan.path.stem).strip("-")[:60], plan) for plan in drawn]
    fitting = [(len(name), plan) for name, plan in named if name and re.match(rf"{re.escape(name)}(?!\w)", stem)]
    longest = max((length for length, _ in fitting), default=0)
    best = [plan for length, plan in fitting if length == longest]
    return best[0] if len(best) == 1 else None


def _of_name(one: _Found, drawn: Sequence[_Drawn]) -> _Drawn | None:
    fitting = [plan for plan in drawn if one.site_name and plan.name == one.site_name]
    return fitting[0] if len(fitting) == 1 else None


def _chosen(some: Sequence[_Found], notes: list[Note]) -> tuple[Path, ...]:
    """Return the one law of a plan, or all its surveys."""
    laws = [one.path for one in some if one.is_law]
    if not laws:
        return tuple(one.path for one in some)
    first = laws[0].name
    notes += [
        _of(path, f"is left aside: {first} is a law of the same school", f"略過：{first} 是同一所學校的傳播模型")
        for path in laws[1:]
    ]
    return (laws[0],)


def _of(path: Path, en: str, zh: str) -> Note:
    return Note(f"{path.name} {en}", f"{path.name} {zh}")


def _told(key: Key) -> str:
    return f"{key[0]} {key[1]}"
