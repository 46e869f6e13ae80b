"""The folder that the planner works in: files on disk are the truth, and nothing is written by half.

FOLDER/NAME.json              a site
FOLDER/NAME.PICTURE.png       pictures under its floors
FOLDER/plans/NAME/plan.json   its last plan
FOLDER/.wifiplan/NAME.json    a journal of unsaved work
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from wifiplan.errors import DrawingError, Fault, OutputError, SiteError, WifiplanError
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.output import keep_copy, write_bytes, write_text
from wifiplan.files.plan import read_plan
from wifiplan.files.site import MAX_SITE_BYTES, dump_site, parse_site, site_to_plain
from wifiplan.site.building import Site
from wifiplan.study.records import Plan

MAX_DRAFT_BYTES = 8_000_000
MAX_PICTURE_BYTES = 40_000_000
MOST_SITES = 2_000

PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
"""What a browser shows under a plan."""

_NAME = re.compile(r"[^\W_](?:[\w .()（）-]{0,98}[\w)）])?")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""


class ConflictError(WifiplanError):
    """A file is not what the page thinks it is: someone else has written it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A site as it lies on disk: its plain JSON, the revision of its bytes, and what is wrong with it."""

    plain: dict[str, Json]
    revision: str
    site: Site | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the index."""

    name: str
    title: str
    n_floors: int
    n_rooms: int
    has_plan: bool
    has_draft: bool
    problem: str = ""


class Folder:
    """Sites, their plans, pictures and journals in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()

    def names(self) -> tuple[str, ...]:
        """Return the names of all site files, sorted."""
        found = sorted(path for path in self.root.glob("*.json") if path.is_file())[:MOST_SITES]
        return tuple(path.stem for path in found if _NAME.fullmatch(path.stem) and _looks_like_site(path))

    def listed(self) -> tuple[Listed, ...]:
        """Return a line for every site; one that cannot be read says why."""
        return tuple(self._line(name) for name in self.names())

    def site(self, name: str) -> Stored:
        """Return a site as it lies on disk.

        Raises
        ------
        SiteError
            There is none of that name, or it is no JSON at all. Other faults are in the answer.
        """
        path = self._site_path(name)
        text = read_text(path, max_bytes=MAX_SITE_BYTES, error=SiteError)
        site, faults = parse_site(text, folder=self.root)
        if site is not None:
            plain = site_to_plain(site)
        else:
            try:
                data = load_json(text)
            except Refused as refused:
                raise _unreadable(path, (refused.fault,)) from refused
            if not isinstance(data, dict):
                raise _unreadable(path, faults)
            plain = data
        return Stored(plain=plain, revision=revision_of(path.read_bytes()), site=site, faults=faults)

    def save(self, name: str, site: Site, *, revision: str | None, force: bool = False) -> str:
        """Write a site file and return its new revision.

        Parameters
        ----------
        name : str
            Name of the site.
        site : Site
            A sound site.
        revision : str or None
            That of the file which the page had loaded; None: there was none.
        force : bool
            Write over what someone else wrote; a copy NAME.old-N.json is kept.

        Raises
        ------
        ConflictError
            The file has another revision, or exists although there should be none.
        OutputError
            It cannot be written.
        """
        path = self._site_path(name)
        content = dump_site(site).encode()
        with self._lock:
            now = revision_of(path.read_bytes()) if path.is_file() else None
            if now != revision:
                if not force:
                    raise ConflictError(
                        "the file was changed by someone else since it was opened",
                        remedy="look at both, then keep one",
                        where=path.name,
                        zh=("檔案開啟後已被他人更改", "請比對兩者後擇一保留"),
                    )
                if now is not None:
                    keep_copy(path)
            write_bytes(path, content)
        return revision_of(content)

    def draft(self, name: str) -> Json:
        """Return the journal of unsaved work, None without one or with a broken one."""
        path = self._draft_path(name)
        if not path.is_file():
            return None
        try:
            return load_json(read_text(path, max_bytes=MAX_DRAFT_BYTES + 4_096, error=SiteError))
        except (Refused, SiteError):
            return None

    def keep_draft(self, name: str, draft: Mapping[str, Json]) -> None:
        """Write the journal of unsaved work.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        write_text(self._draft_path(name), json.dumps(draft, ensure_ascii=False, separators=(",", ":")))

    def drop_draft(self, name: str) -> None:
        """Remove the journal, if there is one."""
        self._draft_path(name).unlink(missing_ok=True)

    def plan_folder(self, name: str) -> Path:
        """Return where the answers about a site lie."""
        return self.root / "plans" / self._checked(name)

    def plan(self, name: str) -> Plan | None:
        """Return the last plan of a site, None without one or if this version cannot read it."""
        path = self.plan_folder(name) / "plan.json"
        if not path.is_file():
            return None
        try:
            return read_plan(path)
        except WifiplanError:
            return None

    def keep_picture(self, name: str, file_name: str, data: bytes) -> str:
        """Write a picture beside a site and return its name.

        Raises
        ------
        DrawingError
            It is no kind of picture that a browser shows.
        OutputError
            It cannot be written.
        """
        suffix = Path(file_name).suffix.lower()
        if suffix not in PICTURES:
            raise DrawingError(
                f"a picture cannot be of the kind '{suffix}'",
                remedy=f"use one of: {', '.join(PICTURES)}",
                where=file_name[:80],
            )
        digest = hashlib.sha256(data).hexdigest()[:8]
        picture = f"{self._checked(name)}.{digest}{suffix}"
        write_bytes(self.root / picture, data)
        return picture

    def picture(self, name: str, picture: str) -> tuple[bytes, str] | None:
        """Return a picture that the site's file or journal may show, and its type; None where there is none."""
        suffix = Path(picture).suffix.lower()
        path = self.root / picture
        plain = Path(picture).name == picture and not picture.startswith(".") and suffix in PICTURES
        if not plain or not self._checked(name) or not path.is_file() or path.is_symlink():
            return None
        return (path.read_bytes(), PICTURES[suffix]) if path.stat().st_size <= MAX_PICTURE_BYTES else None

    def free_name(self, wanted: str) -> str:
        """Return a name like the one wanted that no site has."""
        plain = re.sub(r"[^\w ()（）-]+", "-", wanted).strip(" -_.")[:80]
        base = plain if _NAME.fullmatch(plain) and not _DEVICES.fullmatch(plain) else "site"
        names = (base if n == 1 else f"{base}-{n}" for n in range(1, MOST_SITES + 2))
        return next(name for name in names if not (self.root / f"{name}.json").exists())

    def _line(self, name: str) -> Listed:
        line = Listed(
            name=name,
            title=name,
            n_floors=0,
            n_rooms=0,
            has_plan=(self.plan_folder(name) / "plan.json").is_file(),
            has_draft=self._draft_path(name).is_file(),
        )
        try:
            stored = self.site(name)
        except WifiplanError as error:
            return _with(line, problem=error.problem)
        if stored.site is None:
            return _with(line, problem=str(stored.faults[0]))
        n_rooms = sum(len(floor.rooms) for floor in stored.site.floors)
        return _with(line, title=stored.site.name, n_floors=len(stored.site.floors), n_rooms=n_rooms)

    def _site_path(self, name: str) -> Path:
        return self.root / f"{self._checked(name)}.json"

    def _draft_path(self, name: str) -> Path:
        return self.root / ".wifiplan" / f"{self._checked(name)}.json"

    def _checked(self, name: str) -> str:
        """Return a name that cannot lead out of the folder, on any system."""
        if not _NAME.fullmatch(name) or ".." in name or _DEVICES.fullmatch(name):
            raise SiteError(
                "this cannot be the name of a file",
                remedy="use letters, digits, spaces, - and ( ), beginning with a letter or digit",
                where=name[:80],
                zh=("這不能作為檔名", "請使用文字、數字、空格、- 與括號，並以文字或數字開頭"),
            )
        return name


def revision_of(content: bytes) -> str:
    """Return what tells one content of a file from another."""
    return hashlib.sha256(content).hexdigest()[:20]


def _with(line: Listed, *, title: str = "", n_floors: int = 0, n_rooms: int = 0, problem: str = "") -> Listed:
    return Listed(
        name=line.name,
        title=title or line.title,
        n_floors=n_floors,
        n_rooms=n_rooms,
        has_plan=line.has_plan,
        has_draft=line.has_draft,
        problem=problem,
    )


def _looks_like_site(path: Path) -> bool:
    """Return whether a JSON file may be a site: other answers (plans, summaries) lie in folders of their own."""
    try:
        with path.open("rb") as file:
            head = file.read(65_536)
    except OSError:
        return False
    return b'"floors"' in head


def _unreadable(path: Path, faults: Iterable[Fault]) -> SiteError:
    return SiteError(
        "the site file cannot be read", remedy="correct the places listed", where=path.name, faults=tuple(faults)
    )


__all__ = ["ConflictError", "Folder", "Listed", "OutputError", "Stored", "revision_of"]
