"""Where answers are put as they come: a school's files, its record last; finished schools are taken up again."""

import errno
import hashlib
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from wifiplan import __version__, files
from wifiplan.county.school import SchoolAnswer, Writer
from wifiplan.county.task import SchoolTask
from wifiplan.errors import OutputError
from wifiplan.files.county_records import RECORD_NAME, Earlier, SchoolRecord, read_record, write_record
from wifiplan.study.outcomes import SchoolOutcome

Origin: TypeAlias = Literal["planned", "resumed", "failed"]
"""Where an answer is from: made in this run, taken up from an earlier one, or none."""

Kind: TypeAlias = Literal["curve", "plan", "again"]
"""What a step was: the curve of a school, its plan, or its plan once more by the other rule of sharing out."""

_LEFTOVER = re.compile(r"\..+\.[0-9a-f]{8}\.part")
"""A file that a killed run was writing (`files.atomic_path`)."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


class FullDiskError(OutputError):
    """The disk of the answers takes nothing more: no further school would fare better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One task of a run that is done.

    Seconds, processor time [s] and peak memory [byte] are the worker's, None for what was taken up.
    """

    task: SchoolTask
    outcomes: tuple[SchoolOutcome, ...]
    origin: Origin
    kind: Kind = "plan"
    seconds: float | None = None
    cpu_seconds: float | None = None
    peak_rss_bytes: int | None = None

    @property
    def n_rooms(self) -> int:
        """Rooms that have a need: classrooms and specialist rooms of all rows."""
        return sum((o.n_classrooms or 0) + (o.n_specialist or 0) for o in self.outcomes)


class Shelf(Protocol):
    """How a file is put where people may have written into its forerunner."""

    def put(self, path: Path, content: bytes) -> None:
        """Write a file in one go, and keep what people wrote into the one that it replaces."""

    def theirs(self, path: Path) -> bool:
        """Return whether people wrote into a file: it then differs from what was put, and is as good."""


class Plain:
    """A shelf of files that nobody writes into."""

    def put(self, path: Path, content: bytes) -> None:
        """Write a file in one go."""
        files.write_bytes(path, content)

    def theirs(self, path: Path) -> bool:  # noqa: ARG002 (whatever it is)
        """Return False."""
        return False


def _unheard(_: Step) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """How answers are made and kept.

    Parameters
    ----------
    write : Writer or None
        Writes a school's answers on the worker; None: only the outcome is wanted.
    resume : bool
        Take up finished schools of the same content key.
    shelf : Shelf
        Puts the files.
    note : callable
        Called with every step.
    """

    write: Writer | None = None
    resume: bool = False
    shelf: Shelf = field(default_factory=Plain)
    note: Callable[[Step], None] = _unheard

    def finished(self, task: SchoolTask, key: str) -> tuple[SchoolOutcome, ...] | None:
        """Return the outcomes of a school that is finished with all its files, else None."""
        found = []
        for row in task.rows:
            folder = task.folder / row.name
            record = read_record(folder)
            if record is None or record.key != key or not self._whole(folder, record.files):
                return None
            sweep(folder)
            # its place in the roster may be another one by now
            found.append(replace(record.outcome, school=row.school))
        return tuple(found)

    def earlier(self, task: SchoolTask, key: str, final: str) -> tuple[SchoolOutcome, ...] | None:
        """Return the outcomes that came before those that stand under the key `final`, else None."""
        found = []
        for row in task.rows:
            record = read_record(task.folder / row.name)
            if record is None or record.key != final or record.earlier is None or record.earlier.key != key:
                return None
            found.append(replace(record.earlier.outcome, school=row.school))
        return tuple(found)

    def stands(self, task: SchoolTask, key: str) -> bool:
        """Return whether a school's records are those of a key, whatever its files are."""
        records = [read_record(task.folder / row.name) for row in task.rows]
        return all(record is not None and record.key == key for record in records)

    def keep(self, task: SchoolTask, answer: SchoolAnswer, *, after: bool = False) -> None:
        """Put the files of a school, then its record; take away those of an older answer that it has no more.

        With `after`, what stands there was made in this run and is kept in the record.

        Raises
        ------
        FullDiskError
            No school's files could be written any more.
        OutputError
            One of these files cannot be written: a program holds it open.
        """
        try:
            for row, outcome in zip(task.rows, answer.outcomes, strict=True):
                self._put(task.folder / row.name, outcome, answer.key, answer.folders.get(row.name, {}), after=after)
        except OutputError as error:
            raise full_disk(error, task.folder) or error from error

    def _put(
        self, folder: Path, outcome: SchoolOutcome, key: str, written: Mapping[str, bytes], *, after: bool
    ) -> None:
        before = read_record(folder) if after else None
        self._clear(folder, written)
        for name, content in written.items():
            self.shelf.put(folder / name, content)
        record = SchoolRecord(
            key=key,
            version=__version__,
            # a row added to the roster above changes nothing of it
            outcome=replace(outcome, school=replace(outcome.school, row=None)),
            files={name: hashlib.sha256(content).hexdigest() for name, content in written.items()},
            earlier=None if before is None else Earlier(key=before.key, outcome=before.outcome),
        )
        write_record(folder, record)

    def drop(self, task: SchoolTask) -> None:
        """Take away what an older answer of a school left that has none now; what people wrote stays."""
        for row in task.rows:
            self._clear(task.folder / row.name, {})

    def _clear(self, folder: Path, written: Mapping[str, bytes]) -> None:
        """Make a folder unfinished, and take away the unchanged files of its record that are not written again."""
        if not folder.is_dir():
            return
        record = read_record(folder)
        (folder / RECORD_NAME).unlink(missing_ok=True)
        for name, digest in (record.files if record is not None else {}).items():
            if name not in written and _digest(folder / name) == digest:
                (folder / name).unlink(missing_ok=True)
        sweep(folder)
        if not written and not any(folder.iterdir()):
            folder.rmdir()

    def _whole(self, folder: Path, digests: Mapping[str, str]) -> bool:
        return all(
            _digest(folder / name) == digest or self.shelf.theirs(folder / name) for name, digest in digests.items()
        )


def sweep(folder: Path) -> None:
    """Take away what a killed run was writing in a folder."""
    if folder.is_dir():
        for path in folder.iterdir():
            if _LEFTOVER.match(path.name):
                path.unlink(missing_ok=True)


def full_disk(error: OutputError, folder: Path) -> FullDiskError | None:
    """Return what to say where a file could not be written because the disk takes nothing more, else None."""
    cause = error.__cause__
    if not isinstance(cause, OSError) or cause.errno not in _FULL:
        return None
    place = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(place).free / 1e6
    return FullDiskError(
        f"the disk takes nothing more ({cause.strerror}); {free:.0f} MB are free",
        remedy="make room, then run the same command with --resume: what was finished is kept",
        where=str(folder),
        zh=(
            f"磁碟無法再寫入（{cause.strerror}），剩餘空間 {free:.0f} MB",
            "清出空間後，以同一指令加 --resume 再執行：已完成的學校會保留",
        ),
    )


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
