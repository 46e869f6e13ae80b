"""Which address of this computer the tablets can reach: wired before wireless, private before anything else."""

import ipaddress
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wifiplan.errors import ProbeError
from wifiplan.probe.safety import Network, is_allowed
from wifiplan.probe.services.here import network_of

_VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "tap", "wg", "zt", "tailscale", "lo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One address of this computer; `interface` is blank where the system does not tell."""

    address: str
    interface: str = ""

    @property
    def rank(self) -> int:
        """How likely tablets reach it, the best first: wired, unknown, wireless, virtual, loopback."""
        if ipaddress.ip_address(self.address).is_loopback:
            return 4
        if self.interface.startswith(_VIRTUAL):
            return 3
        if self.interface.startswith(("wl", "wifi")):
            return 2
        return 0 if self.interface.startswith(("e", "usb")) else 1

    def __str__(self) -> str:
        """Return it as a person reads it."""
        return f"{self.address} ({self.interface})" if self.interface else self.address


def own_addresses() -> tuple[Own, ...]:
    """Return the IPv4 addresses of this computer, the likeliest first."""
    found = {own.address: own for own in [*_from_name(), *_from_interfaces()]}
    return tuple(sorted(found.values(), key=lambda own: (own.rank, own.address)))


def _from_interfaces() -> Iterator[Own]:
    if sys.platform == "linux":
        for _, name in socket.if_nameindex():
            if network := network_of(name):
                yield Own(address=network.partition("/")[0], interface=name)


def _from_name() -> Iterator[Own]:
    try:
        for answer in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            yield Own(address=str(answer[4][0]))
    except OSError:
        return


def chosen(listen: str | None, allowed: Sequence[Network] = ()) -> tuple[str, tuple[Own, ...]]:
    """Return the address to listen at, and all that there are to choose from.

    Raises
    ------
    ProbeError
        The address is public and not allow-listed, stands for all interfaces, or this computer has none.
    """
    if listen is not None:
        return _checked(listen.strip("[]"), allowed), ()
    all_of_them = own_addresses()
    good = [own for own in all_of_them if is_allowed(own.address, allowed) and own.rank < 4]
    if not good:
        raise ProbeError(
            "this computer has no private address that tablets could reach",
            remedy="connect it to the school's network by cable, or name its address with --listen",
            where=", ".join(map(str, all_of_them)),
            zh=("這台電腦沒有平板連得到的私有位址", "請用網路線接上校內網路，或以 --listen 指定位址"),
        )
    return good[0].address, tuple(good)


def _checked(listen: str, allowed: Sequence[Network]) -> str:
    try:
        found = ipaddress.ip_address(listen)
    except ValueError as error:
        raise ProbeError(
            "this is no IP address", remedy="give one of this computer's own, as 192.168.1.20", where="--listen"
        ) from error
    if found.is_unspecified or not is_allowed(listen, allowed):
        raise ProbeError(
            f"{listen} is not a private address of this computer: a class test is not offered to the world",
            remedy="give the address of the wired interface; a school's public range is named with --allow",
            where="--listen",
            zh=(
                f"{listen} 不是這台電腦的私有位址：全班實測不會對外開放",
                "請指定有線網路介面的位址；學校使用公有位址時，請以 --allow 指定網段",
            ),
        )
    return str(found)


def web_host(address: str) -> str:
    """Return an address as it stands in a URL.

    >>> web_host("fd00::1"), web_host("192.168.1.2")
    ('[fd00::1]', '192.168.1.2')
    """
    return f"[{address}]" if ":" in address else address
