"""The one door to scapy, and raw frames of one interface: rare packets are crafted and read here, none in bulk.

Scapy is GPL-2.0: it is an extra, loaded when a rare packet is crafted or read and at no other time.
"""

import ipaddress
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from wifiplan.errors import MissingError, ProbeError

ALL_KINDS = 0x0003
"""Every kind of frame (ETH_P_ALL)."""

IPV4_KIND = 0x0800
"""Frames with IPv4."""

_AUXILIARY = 8  # PACKET_AUXDATA
_PACKET_LEVEL = 263  # SOL_PACKET
_VLAN_VALID = 0x10  # TP_STATUS_VLAN_VALID
_DHCP_KINDS = {1: "discover", 2: "offer", 3: "request", 4: "decline", 5: "ack", 6: "nak", 7: "release"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpReply:
    """What a DHCP server said to one client; blank and empty where it did not say."""

    kind: str
    transaction: int
    server: str
    server_mac: bytes
    address: str
    subnet: str = ""
    routers: tuple[str, ...] = ()
    name_servers: tuple[str, ...] = ()
    lease_s: int | None = None
    proxy_url: str = ""
    portal_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DhcpAsk:
    """One message of a client to its servers.

    `source_mac` is the frame's sender, `client_mac` whom the lease is for: they differ where one laptop asks for a
    class, so that switches and access points see no foreign sender.
    """

    kind: str
    transaction: int
    source_mac: bytes
    client_mac: bytes
    address: str = ""
    server: str = ""
    server_mac: bytes = b"\xff" * 6


def scapy_modules() -> tuple[ModuleType, ...]:
    """Return scapy's modules of Ethernet, IP and DHCP.

    Raises
    ------
    MissingError
        Scapy is not installed.
    """
    try:
        from scapy.layers import dhcp, inet, l2  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise MissingError(
            "asking DHCP servers needs scapy, which is not installed",
            remedy='pip install "wifiplan[scapy]" (GPL-2.0); everything else works without it',
            where="scapy",
            zh=(
                "詢問 DHCP 伺服器需要 scapy，本機尚未安裝",
                '執行 pip install "wifiplan[scapy]"（GPL-2.0 授權）；其他檢查不需要它',
            ),
        ) from error
    return l2, inet, dhcp


def dhcp_frame(ask: DhcpAsk) -> bytes:
    """Return one DHCP message as an Ethernet frame.

    Raises
    ------
    MissingError
        Scapy is not installed.
    """
    l2, inet, dhcp = scapy_modules()
    leased = ask.address if ask.kind == "release" else "0.0.0.0"  # noqa: S104 (an address in a packet, none to bind)
    target = ask.server if ask.kind == "release" else "255.255.255.255"
    options: list[Any] = [("message-type", ask.kind), ("client_id", b"\x01" + ask.client_mac)]
    if ask.kind == "request":
        options += [("requested_addr", ask.address)]
    if ask.kind in {"request", "release"}:
        options += [("server_id", ask.server)]
    else:
        options += [("param_req_list", [1, 3, 6, 51, 54, 114, 252])]
    packet = (
        l2.Ether(src=ask.source_mac, dst=ask.server_mac if ask.kind == "release" else b"\xff" * 6)
        / inet.IP(src=leased, dst=target)
        / inet.UDP(sport=68, dport=67)
        / dhcp.BOOTP(
            chaddr=ask.client_mac + bytes(10),
            xid=ask.transaction,
            ciaddr=leased,
            flags=0 if ask.kind == "release" else 0x8000,  # answer by broadcast: the client's MAC is not ours
        )
        / dhcp.DHCP(options=[*options, "end"])
    )
    return bytes(packet)


def dhcp_reply(frame: bytes) -> DhcpReply | None:
    """Return what a server said in a frame, None where the frame is none of a DHCP server; never raises on bad bytes.

    Raises
    ------
    MissingError
        Scapy is not installed.
    """
    if not _may_be_reply(frame):
        return None
    l2, _, dhcp = scapy_modules()
    try:
        packet = l2.Ether(frame)
        if dhcp.DHCP not in packet:
            return None
        return _read_reply(packet[dhcp.BOOTP], packet[dhcp.DHCP].options, frame[6:12])
    except Exception:  # noqa: BLE001 (scapy raises anything on hostile bytes: 3.2 % of mutated frames, see the facts)
        return None


def open_frames(interface: str, kind: int = IPV4_KIND) -> socket.socket:
    """Return a raw socket of one interface.

    Raises
    ------
    ProbeError
        The system has none, forbids it, or has no such interface.
    """
    if not hasattr(socket, "AF_PACKET"):
        raise ProbeError(
            "this system has no raw sockets of Linux's kind",
            remedy="ask DHCP from a Linux laptop; the other checks work here",
            zh=("本作業系統沒有 Linux 的原始封包介面", "請改用 Linux 筆電詢問 DHCP；其他檢查仍可進行"),
        )
    opened = None
    try:
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(kind))
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        if kind == ALL_KINDS:
            opened.setsockopt(_PACKET_LEVEL, _AUXILIARY, 1)
        opened.bind((interface, kind))
    except OSError as error:
        if opened is not None:
            opened.close()
        raise ProbeError(
            f"raw frames can't be read ({error.strerror or error})",
            remedy="run as root or with CAP_NET_RAW, and name an interface that exists; the other checks work without",
            where=interface,
            zh=(
                f"無法讀取原始封包（{error.strerror or error}）",
                "請以 root 或 CAP_NET_RAW 執行，並確認網路介面名稱；其他檢查不需要此權限",
            ),
        ) from error
    return opened


def frames(opened: socket.socket, until_s: float) -> Iterator[tuple[bytes, int | None]]:
    """Yield frames with their VLAN (None: untagged) until a moment of `time.monotonic`."""
    while (left_s := until_s - time.monotonic()) > 0:
        opened.settimeout(left_s)
        try:
            data, notes, _, _ = opened.recvmsg(65536, 64)
        except OSError:  # a timeout too, or the interface went down
            return
        yield data, _vlan_of(notes, data)


def _vlan_of(notes: list[tuple[int, int, bytes]], data: bytes) -> int | None:
    for level, kind, value in notes:
        if (level, kind) == (_PACKET_LEVEL, _AUXILIARY) and len(value) >= 20:
            status, tag = (int.from_bytes(part, sys.byteorder) for part in (value[:4], value[16:18]))
            if status & _VLAN_VALID:
                return tag & 0x0FFF
    if data[12:14] == b"\x81\x00" and len(data) >= 16:
        return int.from_bytes(data[14:16], "big") & 0x0FFF
    return None


def _may_be_reply(frame: bytes) -> bool:
    if len(frame) < 14 + 20 + 8 + 240 or frame[12:14] != b"\x08\x00" or frame[23] != 17:
        return False
    header = 14 + (frame[14] & 0xF) * 4
    return frame[header : header + 4] == b"\x00\x43\x00\x44"


def _read_reply(bootp: Any, options: Any, server_mac: bytes) -> DhcpReply | None:  # noqa: ANN401 (scapy has no types)
    found: dict[str, tuple[Any, ...]] = {}
    for option in options:
        if isinstance(option, tuple) and len(option) >= 2:
            found.setdefault(str(option[0]), option[1:])
    kind = _DHCP_KINDS.get(_number(found.get("message-type")) or 0, "")
    if kind not in {"offer", "ack", "nak"}:
        return None
    return DhcpReply(
        kind=kind,
        transaction=int(bootp.xid),
        server=_address(found.get("server_id")) or str(bootp.siaddr),
        server_mac=server_mac,
        address=str(bootp.yiaddr),
        subnet=_subnet(str(bootp.yiaddr), _address(found.get("subnet_mask"))),
        routers=_addresses(found.get("router")),
        name_servers=_addresses(found.get("name_server")),
        lease_s=_number(found.get("lease_time")),
        proxy_url=_text(found.get("252")),
        portal_url=_text(found.get("captive-portal") or found.get("114")),
    )


def _number(values: tuple[Any, ...] | None) -> int | None:
    return values[0] if values and isinstance(values[0], int) else None


def _addresses(values: tuple[Any, ...] | None) -> tuple[str, ...]:
    found = []
    for value in values or ():
        try:
            found.append(str(ipaddress.IPv4Address(str(value))))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def _address(values: tuple[Any, ...] | None) -> str:
    return next(iter(_addresses(values)), "")


def _subnet(address: str, mask: str) -> str:
    try:
        return str(ipaddress.ip_network(f"{address}/{mask}", strict=False)) if mask else ""
    except ValueError:
        return ""


def _text(values: tuple[Any, ...] | None) -> str:
    if not values:
        return ""
    value = values[0]
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
    return "".join(letter for letter in text if letter.isprintable())[:200]
