"""The files that came back from schools: workbooks of a folder, its sub-folders and zip archives, the rest named."""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from wifiplan.files import forms_index, spreadsheet
from wifiplan.files.form_reader import MAX_BYTES
from wifiplan.files.json_input import printable
from wifiplan.files.returns import COLLECTED
from wifiplan.files.spreadsheet_zip import PLAIN_PACKING, ZIP_ERRORS

OWN_NAMES = frozenset({forms_index.NAME, COLLECTED, "faults.xlsx", "county.xlsx", "run.json"})
"""What wifiplan itself writes into such folders."""

MAX_FILES = 5_000
MAX_ZIP_BYTES = 500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One file: its path within the folder, and its bytes; None where it is no answer, and `note` says why.

    `note` is a key of the texts "form.note.CODE".
    """

    name: str
    data: bytes | None = None
    note: str = ""


def returned_files(folder: Path, leave_out: Path | None = None) -> Iterator[Returned]:
    """Yield every file of a folder, in the order of their names; links to folders are not followed.

    Parameters
    ----------
    folder : Path
        Where the returned files are; sub-folders and zip archives are looked into.
    leave_out : Path or None
        A folder of answers within it.
    """
    count = 0
    unread: list[Path] = []
    for path in _paths(folder, leave_out, unread):
        name = _name(folder, path)
        for found in _read(path, name):
            count += 1
            if count > MAX_FILES:
                yield Returned(name=name, note="too_many")
                return
            yield found
    yield from (Returned(name=_name(folder, path), note="not_opened") for path in unread)


def _name(folder: Path, path: Path) -> str:
    """Return a path as it is told: file names may hold what turns a terminal's colours or line about."""
    return printable(path.relative_to(folder).as_posix())


def _paths(folder: Path, leave_out: Path | None, unread: list[Path]) -> list[Path]:
    """Return all files in the order of their names; folders that may not be read are added to `unread`."""
    found: list[Path] = []
    skipped = None if leave_out is None else leave_out.resolve()
    for place, folders, names in os.walk(folder, onerror=lambda error: unread.append(Path(str(error.filename)))):
        here = Path(place)
        folders[:] = [name for name in folders if not name.startswith(".") and (here / name).resolve() != skipped]
        if skipped is not None and here.resolve() == skipped and "sites" in folders:
            folders.remove("sites")
        found += [here / name for name in names if name not in OWN_NAMES]
    return sorted(found)


def _read(path: Path, name: str) -> Iterator[Returned]:
    ending = path.suffix.lower()
    if path.name.startswith(("~$", ".~lock")):
        yield Returned(name=name, note="lock")
    elif path.name.startswith("."):
        return
    elif not path.is_file():  # a pipe would keep us waiting for ever, a device gives bytes without end
        yield Returned(name=name, note="no_file")
    elif ending == ".zip":
        yield from _unpacked(path, name)
    elif ending not in spreadsheet.ENDINGS:
        yield Returned(name=name, note="other_kind")
    else:
        try:
            with path.open("rb") as file:
                yield Returned(name=name, data=file.read(MAX_BYTES + 1))
        except OSError:
            yield Returned(name=name, note="not_opened")


def _unpacked(path: Path, name: str) -> Iterator[Returned]:
    """Yield the workbooks of an archive; nothing is written to disk, and no more is unpacked than memory holds."""
    try:
        if path.stat().st_size > MAX_ZIP_BYTES:
            yield Returned(name=name, note="zip_too_large")
            return
        with zipfile.ZipFile(path) as archive:
            parts = sorted(archive.infolist(), key=lambda part: part.filename)
            if sum(part.file_size for part in parts) > MAX_ZIP_BYTES or len(parts) > MAX_FILES:
                yield Returned(name=name, note="zip_too_large")
                return
            for part in parts:
                inner = PurePosixPath(_decoded(part))
                if part.is_dir() or inner.name.startswith(("~$", ".")) or "__MACOSX" in inner.parts:
                    continue
                if inner.suffix.lower() not in spreadsheet.ENDINGS:
                    if inner.name not in OWN_NAMES:
                        yield Returned(name=f"{name}/{inner}", note="other_kind")
                    continue
                if part.compress_type not in PLAIN_PACKING:
                    yield Returned(name=f"{name}/{inner}", note="zip_damaged")
                    continue
                with archive.open(part) as stream:
                    yield Returned(name=f"{name}/{inner}", data=stream.read(MAX_BYTES + 1))
    except ZIP_ERRORS:
        yield Returned(name=name, note="zip_damaged")


def _decoded(part: zipfile.ZipInfo) -> str:
    """Return a member's name: Windows packs names in Big5 without saying so."""
    if part.flag_bits & 0x800:
        return printable(part.filename)
    try:
        return printable(part.filename.encode("cp437").decode("cp950"))
    except UnicodeError:
        return printable(part.filename)
