"""Which interface hears the air, and which way leads to its frames without a right for general programs."""

import os
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from wifiplan.errors import ProbeError
from wifiplan.probe import helper

Way: TypeAlias = Literal["root", "ambient", "dumpcap"]
"""As root, from which the helper steps down; with CAP_NET_RAW given from outside; through Wireshark's own helper."""

BUFFER_BYTES = 16 << 20
_NOBODY = 65534
_OTHER_INPUT = "a capture file, or `… | wifiplan probe listen -`, needs no right at all"
_OTHER_INPUT_ZH = "讀取擷取檔，或以 `… | wifiplan probe listen -` 接收，不需任何權限"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """How frames come in: the command of the helper, and whom root becomes (user, group)."""

    interface: str
    way: Way
    command: tuple[str, ...]
    becomes: tuple[int, int] | None = None


def monitor_interfaces() -> tuple[str, ...]:
    """Return the interfaces in monitor mode, up or not; none on systems without them."""
    found = []
    for _, name in socket.if_nameindex() if sys.platform == "linux" else ():
        try:
            kind, _ = helper.interface_kind(name)
        except OSError:
            continue
        if kind in helper.LINK_TYPES:
            found.append(name)
    return tuple(sorted(found))


def checked_interface(name: str | None) -> str:
    """Return the interface to listen on: the one named, or the only one in monitor mode.

    Raises
    ------
    ProbeError
        The system has no packet sockets; there is no such interface; it is down, or not in monitor mode; none or
        several are, and none is named.
    """
    if sys.platform != "linux" or not hasattr(socket, "AF_PACKET"):
        raise ProbeError(
            "this system has no packet sockets (AF_PACKET): listening live works on Linux alone",
            remedy=f"capture elsewhere; {_OTHER_INPUT}",
            where="interface",
            zh=(
                "本系統沒有封包插座（AF_PACKET），即時監聽僅支援 Linux",
                f"請於其他設備擷取；{_OTHER_INPUT_ZH}",
            ),
        )
    if name is None:
        return _only_one(monitor_interfaces())
    try:
        kind, up = helper.interface_kind(name)
    except OSError:
        listed = ", ".join(n for _, n in socket.if_nameindex()) or "-"
        raise ProbeError(
            f"there is no interface '{name}'",
            remedy=f"choose one of: {listed}",
            where="--interface",
            zh=(f"沒有網路介面「{name}」", f"可選擇：{listed}"),
        ) from None
    if kind not in helper.LINK_TYPES:
        raise _not_monitor(name)
    if not up:
        raise ProbeError(
            f"the interface {name} is down",
            remedy=f"switch it on: sudo ip link set {name} up",
            where="--interface",
            zh=(f"介面 {name} 未啟用", f"請啟用：sudo ip link set {name} up"),
        )
    return name


def ear(interface: str, *, environment: Mapping[str, str] = os.environ) -> Ear:
    """Return the way to an interface's frames: as root, with CAP_NET_RAW, or through dumpcap, in this order.

    Raises
    ------
    ProbeError
        There is none; the message names all three, and what works without.
    """
    held = helper.held_capabilities()
    raw = 1 << helper.CAP_NET_RAW
    options = ("--buffer-bytes", str(BUFFER_BYTES), "--parent", str(os.getpid()))
    command = (sys.executable, "-I", str(Path(helper.__file__)), interface, *options)
    if os.geteuid() == 0 and held["Eff"] & raw:
        uid, gid = ordinary_user(environment)
        return Ear(
            interface=interface,
            way="root",
            command=(*command, "--uid", str(uid), "--gid", str(gid)),
            becomes=(uid, gid),
        )
    if held["Amb"] & raw:
        return Ear(interface=interface, way="ambient", command=command)
    dumpcap = shutil.which("dumpcap", path=environment.get("PATH"))
    if dumpcap is not None:
        megabytes = str(BUFFER_BYTES >> 20)
        return Ear(
            interface=interface,
            way="dumpcap",
            command=(dumpcap, "-i", interface, "-P", "-q", "-B", megabytes, "-w", "-"),
        )
    raise no_way(interface)


def ordinary_user(environment: Mapping[str, str]) -> tuple[int, int]:
    """Return whom root becomes: who called sudo, else nobody."""
    uid, gid = environment.get("SUDO_UID", ""), environment.get("SUDO_GID", "")
    if uid.isdecimal() and int(uid):
        return int(uid), int(gid) if gid.isdecimal() and int(gid) else int(uid)
    return _NOBODY, _NOBODY


def no_way(interface: str, said: str = "") -> ProbeError:
    """Return the error that says which ways to raw frames there are; `said` is what the last one tried answered."""
    capability = "-all,+net_raw"
    setpriv = (
        f'sudo setpriv --reuid="$USER" --regid="$(id -g)" --init-groups --inh-caps={capability} '
        f'--ambient-caps={capability} --bounding-set={capability} "$(command -v wifiplan)" probe listen -i {interface}'
    )
    dumpcap = "sudo dpkg-reconfigure wireshark-common; sudo usermod -aG wireshark $USER"
    told = f" ({said})" if said else ""
    return ProbeError(
        f"this user may not hear raw frames{told}",
        remedy=(
            "choose one of three ways:\n"
            f"  1. as root, which is given up once the interface is open: sudo wifiplan probe listen -i {interface}\n"
            f"  2. with CAP_NET_RAW alone: {setpriv}\n"
            f"  3. through dumpcap, Wireshark's own helper: {dumpcap}; then log in anew\n"
            f"  Never give a capability to Python itself. {_OTHER_INPUT[0].upper()}{_OTHER_INPUT[1:]}."
        ),
        where=interface,
        zh=(
            f"此使用者無權接收原始訊框{told}",
            (
                "三種方式擇一：\n"
                f"  1. 以 root 執行（開啟介面後即放棄權限）：sudo wifiplan probe listen -i {interface}\n"
                f"  2. 僅給 CAP_NET_RAW：{setpriv}\n"
                f"  3. 經由 Wireshark 的 dumpcap：{dumpcap}，再重新登入\n"
                f"  請勿把權限直接加在 Python 上。{_OTHER_INPUT_ZH}。"
            ),
        ),
    )


def _only_one(found: tuple[str, ...]) -> str:
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(found)
        raise ProbeError(
            f"{len(found)} interfaces are in monitor mode",
            remedy=f"name one with --interface: {listed}",
            where="--interface",
            zh=(f"有 {len(found)} 個介面處於監聽模式", f"請以 --interface 指定：{listed}"),
        )
    raise _not_monitor(None)


def _not_monitor(name: str | None) -> ProbeError:
    device = name or "wlan0"
    make = f"sudo iw dev {device} interface add mon0 type monitor && sudo ip link set mon0 up"
    problem = "no interface is in monitor mode" if name is None else f"the interface {name} is not in monitor mode"
    problem_zh = "沒有介面處於監聽模式" if name is None else f"介面 {name} 不在監聽模式"
    return ProbeError(
        problem,
        remedy=f"make one: {make}; where the adapter or its driver can't, {_OTHER_INPUT}",
        where="--interface",
        zh=(problem_zh, f"請建立：{make}；網卡或驅動程式不支援時，{_OTHER_INPUT_ZH}"),
    )
