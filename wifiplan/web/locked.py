"""A folder that one program at a time writes to: two planners on one folder never overwrite each other's saving."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wifiplan.errors import OutputError

PATIENCE_S = 10.0
"""Saving takes milliseconds; a program that holds the folder for longer hangs [s]."""

_STEP_S = 0.02


class FolderLock:
    """Holds a folder against other threads and other planners of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder while a block runs; the system lets it go if this program dies.

        Raises
        ------
        OutputError
            Another program does not let it go, or the folder cannot be written.
        """
        with self._lock:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise OutputError(
                    f"the folder cannot be written ({error.strerror or error})",
                    remedy="check the free space and the rights on that folder",
                    where=str(self._path.parent),
                    zh=("無法寫入資料夾", "請檢查磁碟空間與權限"),
                ) from error
            try:
                self._wait(handle)
                yield
            finally:
                os.close(handle)

    def _wait(self, handle: int) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not _taken(handle):
            if time.monotonic() > end_s:
                raise OutputError(
                    "another program holds the folder",
                    remedy="end it, then save again",
                    where=str(self._path.parent.parent),
                    zh=("另一個程式正佔用資料夾", "請結束該程式後再儲存"),
                )
            time.sleep(_STEP_S)


def _taken(handle: int) -> bool:
    """Try to take the lock; closing the file gives it back."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 (on Windows only)

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 (not on Windows)

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
