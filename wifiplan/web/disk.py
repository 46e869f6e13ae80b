"""Files that are a person's work: read whole or not at all, written so that they last."""

import errno
import os
from pathlib import Path

from wifiplan.errors import SiteError
from wifiplan.files.output import atomic_path
from wifiplan.files.site import MAX_SITE_BYTES


def content_of(path: Path) -> bytes:
    """Return the bytes of a site file; a pipe or a device, which never end, is none.

    Raises
    ------
    SiteError
        It cannot be read, or is too large.
    """
    try:
        if not path.is_file():
            raise FileNotFoundError(errno.ENOENT, "no such file")
        with path.open("rb") as file:
            content = file.read(MAX_SITE_BYTES + 1)
    except OSError as error:
        raise SiteError(
            f"the file cannot be read ({error.strerror or error})",
            remedy="check the name and that it is a file which you may read",
            where=path.name,
            zh=("檔案無法讀取", "請檢查檔名與權限"),
        ) from error
    if len(content) > MAX_SITE_BYTES:
        raise SiteError(
            f"the file is larger than {MAX_SITE_BYTES / 1e6:.0f} MB",
            remedy="check that this is the right file",
            where=path.name,
            zh=(f"檔案超過 {MAX_SITE_BYTES / 1e6:.0f} MB", "請確認檔案是否正確"),
        )
    return content


def write_through(path: Path, content: bytes) -> None:
    """Write a file in one go, so that it outlives a loss of power, too.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    with atomic_path(path) as beside, beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
