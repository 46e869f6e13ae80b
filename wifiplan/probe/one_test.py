"""One authorised test at a time on one computer: a lock that the system takes back when its holder dies."""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from wifiplan.errors import ProbeError

_NAME = "class-test.lock"
_NOTE_OFFSET = 1
"""The first byte of the file is what is locked; Windows would else keep others from reading the note."""


def runtime_folder() -> Path:
    """Return the folder of this user for files that do not outlive a session, made if need be, closed to others."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    if base and Path(base).is_dir():
        folder = Path(base) / "wifiplan"
    else:
        user = os.getuid() if sys.platform != "win32" else os.environ.get("USERNAME", "user")
        folder = Path(tempfile.gettempdir()) / f"wifiplan-{user}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error
    if sys.platform != "win32" and (folder.is_symlink() or folder.stat().st_uid != os.getuid()):
        raise ProbeError(
            "this folder belongs to somebody else",
            remedy="remove it, or set XDG_RUNTIME_DIR to a folder of your own",
            where=str(folder),
        )
    return folder


@contextmanager
def one_test(what: str, *, folder: Path | None = None) -> Iterator[None]:
    """Hold the lock of this computer's only test while the block runs.

    Parameters
    ----------
    what : str
        What is being tested, for the message that a second test gets (a school or a room, no person).
    folder : Path or None
        Where the lock lies; None takes `runtime_folder`.

    Raises
    ------
    ProbeError
        A test is running already: since when, which, and by which process.
    """
    path = (folder or runtime_folder()) / _NAME
    flags = os.O_RDWR | os.O_CREAT | (os.O_NOFOLLOW | os.O_CLOEXEC if sys.platform != "win32" else 0)
    try:
        handle = os.open(path, flags, 0o600)
    except OSError as error:  # a folder or a link in its place, a disk that can't be written
        raise _unusable(path, error) from error
    try:
        if not _locked(handle):
            raise _running(path)
        note = {"since": datetime.now(UTC).isoformat(timespec="seconds"), "what": what, "pid": os.getpid()}
        with contextlib.suppress(OSError):  # a full disk: the lock holds without its note
            os.ftruncate(handle, 0)
            os.lseek(handle, 0, os.SEEK_SET)
            os.write(handle, b" " * _NOTE_OFFSET + json.dumps(note, ensure_ascii=False).encode("utf-8"))
        yield
    finally:
        os.close(handle)  # gives the lock back


def _unusable(path: Path, error: OSError) -> ProbeError:
    return ProbeError(
        f"the lock that keeps two tests apart cannot be made ({error.strerror or error})",
        remedy="remove what is in its place, or set XDG_RUNTIME_DIR to a folder of your own",
        where=str(path),
        zh=(
            f"無法建立避免兩個測試同時進行的鎖（{error.strerror or error}）",
            "請移除佔用該位置的檔案，或把 XDG_RUNTIME_DIR 設為自己的資料夾",
        ),
    )


def _locked(handle: int) -> bool:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 (only there)

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, _NOTE_OFFSET)
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415 (not on Windows)

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _running(path: Path) -> ProbeError:
    since, what, process = "?", "?", "?"
    with contextlib.suppress(OSError, ValueError):
        with path.open("rb") as file:
            file.seek(_NOTE_OFFSET)
            note = json.loads(file.read(4096).decode("utf-8"))
        since, what, process = str(note.get("since")), str(note.get("what")), str(note.get("pid"))
    return ProbeError(
        f"a test is running already, since {since} (UTC): {what}, process {process}",
        remedy="wait until it has ended, or stop it there; two tests at once would measure each other",
        zh=(
            f"已有測試進行中，自 {since}（UTC）起：{what}，程序 {process}",
            "請等它結束，或先停止它；兩個測試同時進行會互相干擾",
        ),
    )
