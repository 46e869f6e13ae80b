"""Opening a survey for a site: the one that a former run has left, or a new one beside it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wifiplan.errors import SurveyError
from wifiplan.files.output import check_writable
from wifiplan.survey.records import Survey
from wifiplan.web.locked import FolderLock
from wifiplan.web.names import is_name
from wifiplan.web.walk_ears import Ear
from wifiplan.web.walk_journal import Kept, append, begin_event, cut, read
from wifiplan.web.walk_link import Link
from wifiplan.web.walk_session import Session
from wifiplan.web.walk_steps import Story, digest_of, journal_of

MOST_SURVEYS: Final = 999
SOURCE: Final = "wifiplan survey walk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the surveyor asked for: folder and stem of the files, device, surveyor, and whether to begin anew."""

    folder: Path
    stem: str
    site_name: str
    device: str = ""
    surveyor: str = ""
    anew: bool = False


@contextmanager
def opened(wanted: Wanted, ear: Ear, link: Link | None = None) -> Iterator[Session]:
    """Yield the survey to go on with, held against other programs.

    The last survey of the site is gone on with, unless another device or surveyor is named, or another program has
    changed its file: then a new one begins, and the old stays as it is.

    Raises
    ------
    SurveyError
        Its journal is damaged.
    OutputError
        The folder cannot be written, or another program works on the survey.
    """
    check_writable(wanted.folder, ())
    with FolderLock(wanted.folder / f".{wanted.stem}-walk.lock").held():
        path, kept, story = _place(wanted)
        head = kept.head if kept else _new_head(wanted)
        journal = journal_of(path)
        if kept is None:
            journal.unlink(missing_ok=True)
            append(journal, [begin_event(head)])
        else:
            cut(journal, kept.size)
        session = Session(
            path=path,
            head=head,
            record=kept.record if kept else Kept(head=head).record,
            ear=ear,
            story=story,
            link=link,
            began_unix_s=datetime.fromisoformat(head.started_at).timestamp(),
        )
        if kept is not None and kept.record.items:
            session.save()
        try:
            yield session
        finally:
            session.end()


def stem_of(path: Path, site_name: str) -> str:
    """Return what the files of a site's survey begin with: the site file's name, a plan's folder, or the site's name.

    >>> stem_of(Path("floorplans/demo.json"), "x"), stem_of(Path("plans/demo/plan.json"), "x")
    ('demo', 'demo')
    """
    stem = path.stem if path.stem != "plan" else path.resolve().parent.name
    plain = re.sub(r"[^\w()（）-]+", "-", stem or site_name).strip("-")[:60]
    return plain if is_name(plain) else "site"


def _place(wanted: Wanted) -> tuple[Path, Kept | None, Story]:
    """Return the file of the survey to go on with and what its journal holds, else one that nobody has."""
    last: tuple[Path, Kept] | None = None
    story: Story = "new"
    for n in range(1, MOST_SURVEYS + 1):
        path = wanted.folder / f"{wanted.stem}-walk{'' if n == 1 else f'-{n}'}.csv"
        kept = read(journal_of(path))
        if kept is None and not path.exists():
            if last is not None and not wanted.anew:
                return (*last, "resumed")
            return path, None, story
        if kept is not None and _is_wanted(wanted, kept):
            is_ours = not path.exists() or _is_ours(path, kept)
            last = (path, kept) if is_ours else None
            story = "new" if is_ours or wanted.anew else "changed"
    raise SurveyError(
        "the folder holds too many surveys of this site",
        remedy="choose another folder with --out",
        where=str(wanted.folder),
        zh=("資料夾內此案場的量測檔過多", "請以 --out 指定其他資料夾"),
    )


def _is_wanted(wanted: Wanted, kept: Kept) -> bool:
    same = wanted.device in {"", kept.head.device} and wanted.surveyor in {"", kept.head.surveyor}
    return same and kept.head.name == wanted.site_name


def _is_ours(path: Path, kept: Kept) -> bool:
    """Return whether a survey file is as we wrote it."""
    try:
        return digest_of(path.read_bytes()) in kept.digests
    except OSError:
        return False


def _new_head(wanted: Wanted) -> Survey:
    now = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    return Survey(name=wanted.site_name, device=wanted.device, surveyor=wanted.surveyor, started_at=now, source=SOURCE)
