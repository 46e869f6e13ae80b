"""The folder that the planner works in: files on disk are the truth, and nothing is written by half.

FOLDER/NAME.json              a site
FOLDER/NAME.PICTURE.png       pictures under its floors
FOLDER/plans/NAME/plan.json   its last plan
FOLDER/.wifiplan/NAME.json    a journal of unsaved work
"""

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wifiplan.errors import DrawingError, Fault, OutputError, SiteError, WifiplanError
from wifiplan.files.drawings.readings import write_new
from wifiplan.files.json_input import Json, Refused, load_json, read_text
from wifiplan.files.output import keep_copy, write_bytes
from wifiplan.files.plan import read_plan
from wifiplan.files.site import dump_site, parse_site, site_to_plain
from wifiplan.site.building import Site
from wifiplan.study.records import Plan
from wifiplan.web.answers import ConflictError
from wifiplan.web.disk import content_of, write_through
from wifiplan.web.jsons import dumped, sound
from wifiplan.web.listing import Listed, Listing
from wifiplan.web.locked import FolderLock
from wifiplan.web.names import checked, free_name

MAX_DRAFT_BYTES = 8_000_000
MAX_PICTURE_BYTES = 40_000_000

HIDDEN = ".wifiplan"
"""Where journals lie."""

PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
"""What a browser shows under a plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A site as it lies on disk: its plain JSON, the revision of its bytes, and what is wrong with it."""

    plain: dict[str, Json]
    revision: str
    site: Site | None
    faults: tuple[Fault, ...] = ()


class Folder:
    """Sites, their plans, pictures and journals in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._listing = Listing(root)
        self._lock = FolderLock(root / HIDDEN / "lock")

    def names(self) -> tuple[str, ...]:
        """Return the names of all site files, sorted."""
        return tuple(self._listing.sites())

    def listed(self) -> tuple[Listed, ...]:
        """Return a line for every site; one that cannot be read says why."""
        return tuple(
            Listed(
                name=name,
                title=found.title,
                n_floors=found.n_floors,
                n_rooms=found.n_rooms,
                has_plan=(self.root / "plans" / name / "plan.json").is_file(),
                has_draft=(self.root / HIDDEN / f"{name}.json").is_file(),
                problem=found.problem,
            )
            for name, found in self._listing.sites().items()
        )

    def has(self, name: str) -> bool:
        """Return whether there is a file of a site's name.

        Raises
        ------
        SiteError
            No file can be called so.
        """
        return os.path.lexists(self._site_path(name))

    def site(self, name: str) -> Stored:
        """Return a site as it lies on disk.

        Raises
        ------
        SiteError
            There is none of that name, or it is no JSON at all. Other faults are in the answer.
        """
        path = self._site_path(name)
        content = content_of(path)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _unreadable(path, (Fault(where="", problem="the file is not UTF-8 text"),)) from error
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
            plain = sound(data)
        return Stored(plain=plain, revision=revision_of(content), site=site, faults=faults)

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
        with self._lock.held():
            # where somebody has deleted the file, nothing can be lost by writing it
            now = revision_of(content_of(path)) if path.is_file() else None
            if now is not None and now != revision:
                if not force:
                    raise ConflictError(
                        "the file was changed by someone else since it was opened",
                        remedy="look at both, then keep one",
                        where=path.name,
                        zh=("檔案開啟後已被他人更改", "請比對兩者後擇一保留"),
                    )
                keep_copy(path)
            write_through(path, content)
        return revision_of(content)

    def draft(self, name: str) -> Json:
        """Return the journal of unsaved work, None without one or with a broken one."""
        path = self._draft_path(name)
        if not path.is_file():
            return None
        try:
            return sound(load_json(read_text(path, max_bytes=2 * MAX_DRAFT_BYTES, error=SiteError)))
        except (Refused, SiteError):
            return None

    def keep_draft(self, name: str, draft: Mapping[str, Json]) -> None:
        """Write the journal of unsaved work.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        write_through(self._draft_path(name), dumped(sound(draft)))

    def drop_draft(self, name: str) -> None:
        """Remove the journal, if there is one.

        Raises
        ------
        OutputError
            It cannot be removed.
        """
        path = self._draft_path(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"the journal cannot be removed ({error.strerror or error})",
                remedy="check the rights on that folder",
                where=str(path),
                zh=("無法刪除暫存紀錄", "請檢查資料夾權限"),
            ) from error

    def plan_folder(self, name: str) -> Path:
        """Return where the answers about a site lie."""
        return self._within(self.root / "plans" / checked(name))

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
                zh=(f"圖片不能是「{suffix}」格式", f"請用：{', '.join(PICTURES)}"),
            )
        digest = hashlib.sha256(data).hexdigest()[:8]
        picture = f"{checked(name)}.{digest}{suffix}"
        write_bytes(self.root / picture, data)
        return picture

    def keep_surveys(self, name: str, texts: Sequence[bytes]) -> tuple[Path, ...]:
        """Write readings beside a site, under names that nobody has.

        Raises
        ------
        OutputError
            They cannot be written.
        """
        return write_new(self._within(self.root / "surveys" / checked(name)), texts)

    def picture(self, name: str, picture: str) -> tuple[bytes, str] | None:
        """Return a picture that the site's file or journal may show, and its type; None where there is none."""
        suffix = Path(picture).suffix.lower()
        path = self.root / picture
        plain = Path(picture).name == picture and not picture.startswith(".") and suffix in PICTURES
        if not plain or not checked(name) or not path.is_file() or path.is_symlink():
            return None
        return (path.read_bytes(), PICTURES[suffix]) if path.stat().st_size <= MAX_PICTURE_BYTES else None

    def free_name(self, wanted: str) -> str:
        """Return a name like the one wanted that no site has."""
        return free_name(wanted, self.has)

    def _site_path(self, name: str) -> Path:
        return self.root / f"{checked(name)}.json"

    def _draft_path(self, name: str) -> Path:
        return self._within(self.root / HIDDEN / f"{checked(name)}.json")

    def _within(self, path: Path) -> Path:
        """Return a path unless a link on the way leads out of the folder: folders come from strangers, too."""
        if not path.parent.resolve().is_relative_to(self.root.resolve()):
            raise SiteError(
                "a link leads out of the folder",
                remedy="put a real folder in its place",
                where=path.parent.name,
                zh=("連結指向資料夾之外", "請改用真正的資料夾"),
            )
        return path


def revision_of(content: bytes) -> str:
    """Return what tells one content of a file from another."""
    return hashlib.sha256(content).hexdigest()[:20]


def _unreadable(path: Path, faults: Iterable[Fault]) -> SiteError:
    return SiteError(
        "the site file cannot be read",
        remedy="correct the places listed",
        where=path.name,
        faults=tuple(faults),
        zh=("案場檔無法讀取", "請修正所列之處"),
    )


__all__ = ["ConflictError", "Folder", "Listed", "OutputError", "Stored", "revision_of"]
