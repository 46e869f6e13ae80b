"""What this machine knows of its own network: addresses, routes, name servers. Read, not asked; Linux tells all."""

import contextlib
import ipaddress
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

_ADDRESS_CALL = 0x8915  # SIOCGIFADDR
_MASK_CALL = 0x891B  # SIOCGIFNETMASK
_MTU_CALL = 0x8921  # SIOCGIFMTU
_MAC_CALL = 0x8927  # SIOCGIFHWADDR
_WIRELESS = ("phy80211", "wireless")
_GATEWAY_FLAG = 0x0002  # RTF_GATEWAY
_LINK_LOCAL_SCOPE = "20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The network as this machine is set up for it; blank and empty where the system does not tell.

    `network` is the address with its prefix ("10.1.2.3/24"); `gateway6` carries its scope; `vlan_id` is that of a
    VLAN interface; `is_wireless`: what is measured from here has crossed the air.
    """

    interface: str = ""
    network: str = ""
    mtu: int | None = None
    mac: bytes = b""
    gateway: str = ""
    name_servers: tuple[str, ...] = ()
    global6: tuple[str, ...] = ()
    gateway6: str = ""
    vlan_id: int | None = None
    is_wireless: bool = False

    @property
    def address(self) -> str:
        """The IPv4 address without its prefix."""
        return self.network.partition("/")[0]

    def is_on_link(self, address: str) -> bool:
        """Whether an IPv4 address is in this machine's own network."""
        if not self.network:
            return False
        try:
            return ipaddress.ip_address(address) in ipaddress.ip_interface(self.network).network
        except ValueError:
            return False


def look(interface: str = "", root: Path = Path("/")) -> Here:
    """Return what the machine knows of an interface, or of that of the default route.

    Parameters
    ----------
    interface : str
        Name, blank for the one that the default route uses.
    root : Path
        Where `proc` and `etc` stand; tests give a folder of their own.
    """
    route_interface, gateway = _default_route(_lines(root / "proc/net/route"), interface)
    name = interface or route_interface or _interface6(_lines(root / "proc/net/ipv6_route"))
    return Here(
        interface=name,
        network=network_of(name),
        mtu=_mtu(name),
        mac=_call(name, _MAC_CALL)[18:24] if name else b"",
        gateway=gateway,
        name_servers=_name_servers(root),
        global6=_global6(_lines(root / "proc/net/if_inet6"), name),
        gateway6=_gateway6(_lines(root / "proc/net/ipv6_route"), name),
        vlan_id=_vlan_id(_lines(root / "proc/net/vlan/config"), name),
        is_wireless=bool(name) and is_wireless(name, root / "sys/class/net"),
    )


def is_wireless(interface: str, devices: Path = Path("/sys/class/net")) -> bool:
    """Whether an interface is one of Wi-Fi, as Linux tells in its folder of devices."""
    return any((devices / interface / kind).exists() for kind in _WIRELESS)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()[:10_000]
    except OSError:
        return []


def _default_route(lines: list[str], interface: str) -> tuple[str, str]:
    found: list[tuple[int, str, str]] = []
    for line in lines[1:]:
        cells = line.split()
        with contextlib.suppress(ValueError, IndexError, struct.error):
            name, target, gateway, flags, metric, mask = (cells[k] for k in (0, 1, 2, 3, 6, 7))
            is_default = int(target, 16) == 0 and int(mask, 16) == 0 and int(flags, 16) & _GATEWAY_FLAG
            if is_default and interface in ("", name):
                # the kernel prints the address in its own byte order
                found.append((int(metric), name, socket.inet_ntoa(struct.pack("=I", int(gateway, 16)))))
    _, name, gateway = min(found, default=(0, "", ""))
    return name, gateway


def _call(name: str, number: int) -> bytes:
    try:
        import fcntl  # noqa: PLC0415 (there is none on Windows)
    except ImportError:
        return b""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        try:
            return fcntl.ioctl(opened, number, struct.pack("256s", name.encode()[:15]))
        except OSError:
            return b""


def network_of(name: str) -> str:
    """Return an interface's IPv4 address with its prefix, blank where it has none or the system does not tell."""
    address, mask = _call(name, _ADDRESS_CALL)[20:24], _call(name, _MASK_CALL)[20:24]
    if not name or len(address) < 4 or len(mask) < 4:
        return ""
    return f"{socket.inet_ntoa(address)}/{int.from_bytes(mask, 'big').bit_count()}"


def _mtu(name: str) -> int | None:
    answer = _call(name, _MTU_CALL) if name else b""
    return struct.unpack_from("=i", answer, 16)[0] if answer else None


def _name_servers(root: Path) -> tuple[str, ...]:
    found = _servers_in(_lines(root / "etc/resolv.conf"))
    stub_only = bool(found) and all(address.startswith("127.0.0.5") for address in found)
    behind = _servers_in(_lines(root / "run/systemd/resolve/resolv.conf")) if stub_only else ()
    return behind or found


def _servers_in(lines: list[str]) -> tuple[str, ...]:
    found: list[str] = []
    for line in lines:
        cells = line.split()
        if len(cells) >= 2 and cells[0] == "nameserver":
            with contextlib.suppress(ValueError):
                ipaddress.ip_address(cells[1])
                found.append(cells[1])
    return tuple(dict.fromkeys(found))


def _global6(lines: list[str], name: str) -> tuple[str, ...]:
    found = []
    for line in lines:
        cells = line.split()
        if len(cells) >= 6 and cells[5] == name and cells[3] != _LINK_LOCAL_SCOPE and len(cells[0]) == 32:
            with contextlib.suppress(ValueError):
                found.append(str(ipaddress.IPv6Address(bytes.fromhex(cells[0]))))
    return tuple(found)


def _default6(lines: list[str]) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    for line in lines:
        cells = line.split()
        with contextlib.suppress(ValueError, IndexError):
            gateway = ipaddress.IPv6Address(bytes.fromhex(cells[4]))
            if int(cells[0], 16) == 0 and cells[1] == "00" and int(gateway) and cells[9] != "lo":
                found.append((int(cells[5], 16), cells[9], str(gateway)))
    return sorted(found)


def _interface6(lines: list[str]) -> str:
    return next((name for _, name, _ in _default6(lines)), "")


def _gateway6(lines: list[str], name: str) -> str:
    return next((f"{gateway}%{via}" for _, via, gateway in _default6(lines) if via == name), "")


def _vlan_id(lines: list[str], name: str) -> int | None:
    for line in lines:
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 3 and cells[0] == name and cells[1].isdecimal():
            return int(cells[1])
    return None
