"""Root's rights are for raw frames alone: who came by sudo is an ordinary user before a name or a page is read."""

import os
import sys
from collections.abc import Mapping


def become_ordinary(settings: Mapping[str, str] = os.environ) -> bool:
    """Give up root for good where sudo says who we were before; tell whether that was done.

    A login as root itself stays root: there is nobody else to become.

    Parameters
    ----------
    settings : mapping
        SUDO_UID and SUDO_GID, as sudo sets them.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return False
    numbers = [settings.get(name, "") for name in ("SUDO_UID", "SUDO_GID")]
    if not all(number.isascii() and number.isdigit() and 0 < int(number) < 2**31 for number in numbers):
        return False
    user, group = map(int, numbers)
    os.setgroups([group])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    return True
