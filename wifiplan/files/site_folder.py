"""A folder of drawn plans: which file is the plan of which school, also where a file is damaged."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wifiplan.errors import Fault, SettingsError
from wifiplan.files.notes import Note, school_zh

Key = tuple[str, str]
"""Stage and code of a school."""

_STAGE = re.compile(r'"stage"\s*:\s*"(elementary|junior)"')
_CODE = re.compile(r'"code"\s*:\s*"(\w+)"')
_MOST_BYTES = 33_000_000
"""More than a site file may have; what is larger is found by its name, and refused when it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFolder:
    """The drawn plans of schools, and notes on files that are nobody's."""

    paths: Mapping[Key, Path]
    notes: tuple[Note, ...] = ()


def read_site_folders(folders: Sequence[Path], schools: Collection[Key]) -> SiteFolder:
    """Return which file is the plan of which school; what a folder holds comes before what later ones do.

    Parameters
    ----------
    folders : sequence of Path
        For instance drawn plans, then sites from building sheets.
    schools : collection of (stage, code)
        The schools asked for.

    Raises
    ------
    SettingsError
        Two files of one folder are plans of the same school.
    """
    paths: dict[Key, Path] = {}
    notes: list[Note] = []
    for folder in folders:
        found = read_site_folder(folder, schools)
        notes += found.notes
        for key, path in found.paths.items():
            if key in paths:
                counts = paths[key].name
                notes.append(
                    Note(
                        f"{path.name} of {folder.name} is left aside: {counts} of an earlier --sites counts",
                        f"略過 {folder.name} 的 {path.name}：以較前面 --sites 的 {counts} 為準",
                    )
                )
            paths.setdefault(key, path)
    return SiteFolder(paths=paths, notes=tuple(notes))


def read_site_folder(folder: Path | None, schools: Collection[Key]) -> SiteFolder:
    """Return which file of a folder is the plan of which school.

    A plan that also serves other roster rows (國中小) is the plan of each of them.

    Only the reference is read here, from a damaged file as far as it goes, else from its name: a plan with faults is
    found by its school, and that school then says what is wrong.

    Parameters
    ----------
    folder : Path or None
        Folder with `*.json`; None has no plans.
    schools : collection of (stage, code)
        The schools asked for.

    Returns
    -------
    SiteFolder
        Plans of these schools; a note for every file that is no plan of any of them.

    Raises
    ------
    SettingsError
        Two files are plans of the same school.
    """
    paths: dict[Key, Path] = {}
    notes: list[Note] = []
    faults: list[Fault] = []
    if folder is not None and (folder / "sites").is_dir():
        notes.append(
            Note(
                f"{folder.name} has a folder sites/ of its own, which is not looked into: --sites {folder.name}/sites",
                f"{folder.name} 之內另有 sites/ 資料夾，未讀取；要讀請寫 --sites {folder.name}/sites",
            )
        )
    for path in sorted(folder.glob("*.json")) if folder else []:
        if path.name.startswith(".") or not path.is_file():
            continue
        keys = _keys(path, schools)
        if not keys:
            notes.append(Note(f"{path.name} names no school and was left aside", f"{path.name} 未寫明學校，略過"))
        elif not any(key in schools for key in keys):
            en = f"{path.name} is the plan of {keys[0][0]} {keys[0][1]}, which is not asked for"
            notes.append(Note(en, f"{path.name} 是{school_zh(keys[0])} 的平面圖，不在這次規劃之列"))
        for key in keys:
            if key in schools and key in paths:
                problem = f"{paths[key].name} is a plan of the same school ({key[0]} {key[1]})"
                faults.append(Fault(where=path.name, problem=problem))
            elif key in schools:
                paths[key] = path
    if faults:
        raise SettingsError(
            "schools have more than one plan",
            remedy="leave one file a school in the folder",
            where=str(folder),
            faults=faults,
        )
    return SiteFolder(paths=paths, notes=tuple(notes))


def _keys(path: Path, schools: Collection[Key]) -> tuple[Key, ...]:
    """Return the schools of a plan, the one that it is named after first."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return _named(path.stem, schools)
    try:
        data = json.loads(text)
        if isinstance(data, dict) and "schools" in data and "floors" not in data:
            return ()  # a list of ours (collected.json, forms.json), that names many schools
        refs = [data["school"], *data.get("also_serves", ())]
        return tuple(dict.fromkeys((str(ref["stage"]), str(ref["code"])) for ref in refs))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        stage, code = _STAGE.search(text), _CODE.search(text)
        return ((stage[1], code[1]),) if stage and code else _named(path.stem, schools)


def _named(stem: str, schools: Collection[Key]) -> tuple[Key, ...]:
    """Return the school that a file's name gives: STAGE-CODE, or a code that only one of the schools has."""
    stage, _, code = stem.partition("-")
    if stage in {"elementary", "junior"} and code:
        return ((stage, code),)
    found = [key for key in schools if re.search(rf"(?<![0-9A-Za-z]){re.escape(key[1])}(?![0-9A-Za-z])", stem)]
    return tuple(found) if len(found) == 1 else ()
