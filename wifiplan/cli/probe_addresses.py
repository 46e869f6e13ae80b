"""Addresses in options of on-site commands: the school's own, or a message before anything is sent."""

import ipaddress
from collections.abc import Sequence

from wifiplan.errors import ProbeError
from wifiplan.probe.safety import Network, is_allowed


def school_address(text: str, option: str, allowed: Sequence[Network]) -> str:
    """Return an address that may be asked, as it is usually written; blank stays blank.

    Raises
    ------
    ProbeError
        It is no address, or outside the school.
    """
    if not text:
        return ""
    try:
        address = str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise ProbeError(
            f"'{text}' is no address of a host",
            remedy="give an address such as 192.168.1.1",
            where=option,
            zh=(f"「{text}」不是位址", "請輸入位址，例如 192.168.1.1"),
        ) from None
    if not is_allowed(address, allowed):
        raise ProbeError(
            f"{address} is not an address inside the school",
            remedy="if it is the school's own, name it with --allow; what this machine is set up with needs no option",
            where=option,
            zh=(f"{address} 不是校內位址", "若為學校自有位址，請以 --allow 指定；本機原有的設定不必另外指定"),
        )
    return address
