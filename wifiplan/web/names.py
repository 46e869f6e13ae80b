"""Names of sites as files: none that leads out of the folder, on any system."""

import os
import re
from collections.abc import Callable

from wifiplan.errors import SiteError
from wifiplan.files.json_input import printable

MOST_BYTES = 200
"""File systems take 255 bytes; `.old-1`, `.part` and endings need room."""

MOST_TRIED = 2_000

_NAME = re.compile(r"[^\W_](?:[\w .()（）-]{0,98}[\w)）])?")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""


def is_name(name: str) -> bool:
    """Return whether a site's file may be called so.

    >>> is_name("甲校 (1)"), is_name(".."), is_name("con"), is_name("校" * 90)
    (True, False, False, False)
    """
    sound = _NAME.fullmatch(name) is not None and ".." not in name and not is_device(name)
    return sound and len(os.fsencode(name)) <= MOST_BYTES


def is_device(name: str) -> bool:
    """Return whether Windows keeps a name for a device."""
    return _DEVICES.fullmatch(name) is not None


def checked(name: str) -> str:
    """Return a name that cannot lead out of the folder.

    Raises
    ------
    SiteError
        It could, or no file can be called so.
    """
    if not is_name(name):
        raise SiteError(
            "this cannot be the name of a file",
            remedy="use letters, digits, spaces, - and ( ), beginning with a letter or digit",
            where=printable(name[:80]),
            zh=("這不能作為檔名", "請使用文字、數字、空格、- 與括號，並以文字或數字開頭"),
        )
    return name


def free_name(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """Return a name like the one wanted that no site has."""
    plain = re.sub(r"[^\w ()（）-]+", "-", wanted).strip(" -_.")[:60]
    base = plain if is_name(plain) else "site"
    names = (base if n == 1 else f"{base}-{n}" for n in range(1, MOST_TRIED + 2))
    return next(name for name in names if not is_taken(name))
