"""Zip archives of strangers, opened with care: nothing is unpacked that is not as small and plain as it says."""

import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from wifiplan.errors import DrawingError, Fault, WifiplanError
from wifiplan.files.json_input import printable
from wifiplan.files.spreadsheet_zip import PLAIN_PACKING, ZIP_ERRORS

MAX_FAULTS = 20
"""So many faults of one archive are told; a made-up one may have thousands."""

MAX_NAME = 250
"""File systems take no longer names."""

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_END_BYTES = 65_536 + 22 + 20 + 56
"""Within so many bytes of its end an archive says how large its table of contents is (APPNOTE.TXT, 4.3)."""
_SEE_WIDE = 0xFFFF_FFFF
_ENTRY_BYTES = 512
"""A member takes 46 bytes in the table of contents, its name and a few marks of time."""
_LOCAL_HEADER_BYTES = 30
_REMEDY = "export the project again from the program that made it"
_ZH_REMEDY = "請從原來的軟體重新匯出"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What an archive may hold at most.

    The defaults leave room for a large survey with its photos: pictures are read one at a time. `max_ratio` counts for
    members above `ratio_from_bytes`: JSON of many like records packs 30 times, a bomb 1,000 times.
    """

    max_file_bytes: int = 1_000_000_000
    max_entries: int = 20_000
    max_entry_bytes: int = 200_000_000
    max_total_bytes: int = 2_000_000_000
    max_ratio: float = 150.0
    ratio_from_bytes: int = 2_000_000


LIMITS = ArchiveLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive whose table of contents is sound; members are unpacked one by one, and checked then."""

    path: Path
    sizes: dict[str, int]
    """Unpacked bytes by name, in the order of the archive; folders are left out."""
    _zip: zipfile.ZipFile = field(repr=False)
    _error: Callable[..., WifiplanError] = field(repr=False)

    def read(self, name: str, *, max_bytes: int = LIMITS.max_entry_bytes) -> bytes:
        """Return a member's bytes.

        Raises
        ------
        WifiplanError
            The member is damaged, its size is not what the archive says, or it is larger than `max_bytes`.
        KeyError
            There is no such member: look into `sizes` first.
        """
        size, where = self.sizes[name], f"{self.path.name}: {printable(name)}"
        if size > max_bytes:
            raise self._error(
                f"the member has {size / 1e6:,.0f} MB, more than the {max_bytes / 1e6:,.0f} MB that are read",
                remedy="split the project, or leave out what is not needed",
                where=where,
                zh=(f"內容有 {size / 1e6:,.0f} MB，超過上限 {max_bytes / 1e6:,.0f} MB", "請分割專案或刪去不需要的內容"),
            )
        try:
            with self._zip.open(name) as stream:
                # so many bytes and no more, whatever the packed data would still give
                data = stream.read(size)
                whole = len(data) == size and not stream.read(1)
        except ZIP_ERRORS as fault:
            raise self._damaged(where) from fault
        if not whole:
            raise self._damaged(where)
        return data

    def text(self, name: str, *, max_bytes: int = LIMITS.max_entry_bytes) -> str:
        """Return a member as text.

        Raises
        ------
        WifiplanError
            As `read`; or it is not UTF-8.
        KeyError
            There is no such member.
        """
        try:
            return self.read(name, max_bytes=max_bytes).decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise self._error(
                "the member is not UTF-8 text",
                remedy="export it again",
                where=f"{self.path.name}: {printable(name)}",
                zh=("不是 UTF-8 文字", "請重新匯出"),
            ) from fault

    def _damaged(self, where: str) -> WifiplanError:
        return self._error(
            "the member is damaged, or not as large as the archive says",
            remedy=_REMEDY,
            where=where,
            zh=("內容已損壞，或大小與目錄所記不符", _ZH_REMEDY),
        )


@contextmanager
def open_archive(
    path: Path | str, *, limits: ArchiveLimits = LIMITS, error: Callable[..., WifiplanError] = DrawingError
) -> Iterator[Archive]:
    """Open a zip archive after a look at its table of contents; nothing is written to disk, ever.

    Parameters
    ----------
    path : Path or str
        The archive.
    limits : ArchiveLimits
        What it may hold.
    error : callable
        The error to make.

    Yields
    ------
    Archive
        Its members by name.

    Raises
    ------
    WifiplanError
        As made by `error`, one message with all faults: not an archive; too many or too large members; packed beyond
        reason; a name that leads out of the archive or is there twice; a link; a locked member; members that overlap.
    """
    path = Path(path)
    with ExitStack() as stack:
        try:
            archive = _opened(path, stack, limits, error)
        except OSError as fault:
            raise error(
                f"the file cannot be read ({fault.strerror or fault})",
                remedy="check that it is a file which you may read",
                where=str(path),
                zh=("檔案無法讀取", "請檢查檔案與權限"),
            ) from fault
        yield archive


def _opened(path: Path, stack: ExitStack, limits: ArchiveLimits, error: Callable[..., WifiplanError]) -> Archive:
    if not path.is_file():
        raise error(
            "there is no such file",
            remedy="check the name; a folder or a device is no archive",
            where=str(path),
            zh=("沒有這個檔案", "請檢查檔名；資料夾不是壓縮檔"),
        )
    stream = stack.enter_context(path.open("rb"))
    n_bytes = stream.seek(0, 2)
    directory_bytes = _directory_bytes(stream, n_bytes)
    if directory_bytes is None:
        raise _not_zip(path, error)
    if n_bytes > limits.max_file_bytes or directory_bytes > limits.max_entries * _ENTRY_BYTES:
        raise error(
            f"the archive is too large ({n_bytes / 1e6:,.0f} MB, {directory_bytes / 1e6:,.1f} MB of names)",
            remedy="check that it is the right file",
            where=path.name,
            zh=(f"壓縮檔過大（{n_bytes / 1e6:,.0f} MB）", "請確認檔案是否正確"),
        )
    try:
        archive = stack.enter_context(zipfile.ZipFile(stream))
    except ZIP_ERRORS as fault:
        raise _not_zip(path, error) from fault
    infos = archive.infolist()
    faults = [*_faults_as_a_whole(infos, limits), *(f for one in infos for f in _faults_of_one(one, limits))]
    if faults:
        raise error(
            f"the archive is not safe to open ({len(faults)} fault{'s' if len(faults) > 1 else ''})",
            remedy=_REMEDY,
            where=path.name,
            faults=_first(faults),
            zh=(f"壓縮檔不安全（{len(faults)} 處）", _ZH_REMEDY),
        )
    sizes = {one.filename: one.file_size for one in infos if not one.is_dir()}
    return Archive(path=path, sizes=sizes, _zip=archive, _error=error)


def _directory_bytes(stream: BinaryIO, n_bytes: int) -> int | None:
    """Return the size that the table of contents claims, before anything is made of it; None: no archive."""
    stream.seek(max(0, n_bytes - _END_BYTES))
    tail = stream.read(_END_BYTES)
    stream.seek(0)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        return None
    sizes = [int.from_bytes(tail[at + 12 : at + 16], "little")]
    wide = tail.find(_END_64)
    while wide >= 0:
        sizes.append(int.from_bytes(tail[wide + 40 : wide + 48], "little"))
        wide = tail.find(_END_64, wide + 1)
    # 0xffffffff only says that the wide record holds the size
    known = [size for size in sizes if size != _SEE_WIDE] or [_SEE_WIDE]
    return min(max(known), max(n_bytes, 1))


def _faults_as_a_whole(infos: Sequence[zipfile.ZipInfo], limits: ArchiveLimits) -> Iterator[Fault]:
    if len(infos) > limits.max_entries:
        yield _fault("", f"{len(infos):,} members, more than {limits.max_entries:,}", "內容的檔案數過多")
        return
    total = sum(one.file_size for one in infos)
    if total > limits.max_total_bytes:
        yield _fault("", f"unpacked it would have {total / 1e6:,.0f} MB", "解開後過大")
    # names that differ in case only are one file on Windows and macOS
    names = Counter(one.filename.casefold() for one in infos)
    for name, n_times in names.items():
        if n_times > 1:
            yield _fault(name, f"the name is there {n_times} times", "檔名重複")
    placed = sorted(infos, key=lambda one: one.header_offset)
    for one, following in pairwise(placed):
        if one.header_offset + _LOCAL_HEADER_BYTES + one.compress_size > following.header_offset:
            yield _fault(following.filename, "its bytes are part of another member", "內容互相重疊")


def _faults_of_one(one: zipfile.ZipInfo, limits: ArchiveLimits) -> Iterator[Fault]:
    name = one.orig_filename
    steps = name.replace("\\", "/").split("/")
    if ".." in steps or not steps[0] or ":" in steps[0] or "\\" in name:
        yield _fault(name, "the name leads out of the archive", "檔名指向壓縮檔之外")
    elif printable(name) != name or len(name) > MAX_NAME:
        yield _fault(name[:80], "the name is no file name", "檔名不正確")
    mode = one.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield _fault(name, "it is a link or a device, not a file", "是連結或裝置，不是檔案")
    if one.flag_bits & 0x41:
        yield _fault(name, "it is locked by a password", "有密碼保護", "export it without a password")
    if one.compress_type not in PLAIN_PACKING:
        yield _fault(name, "it is packed in a rare way", "壓縮方式罕見")
    if one.file_size > limits.max_entry_bytes:
        yield _fault(name, f"unpacked it would have {one.file_size / 1e6:,.0f} MB", "解開後過大")
    elif one.file_size > max(limits.ratio_from_bytes, limits.max_ratio * one.compress_size):
        yield _fault(
            name, f"it unpacks to {one.file_size / max(1, one.compress_size):,.0f} times its size", "壓縮比異常"
        )


def _fault(name: str, problem: str, zh: str, remedy: str = "") -> Fault:
    return Fault(where=printable(name), problem=problem, remedy=remedy, zh=(zh, ""))


def _first(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    more = len(faults) - MAX_FAULTS
    kept = tuple(faults[:MAX_FAULTS])
    return kept if more <= 0 else (*kept, Fault(where="", problem=f"and {more:,} more", zh=(f"另有 {more:,} 處", "")))


def _not_zip(path: Path, error: Callable[..., WifiplanError]) -> WifiplanError:
    return error(
        "the file is not a zip archive, or a damaged one",
        remedy=_REMEDY,
        where=path.name,
        zh=("檔案不是 zip 壓縮檔，或已損壞", _ZH_REMEDY),
    )
