"""Which access point a measuring laptop is on, as its own radio tells: for "on another AP or band than planned"."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from wifiplan.probe.records import WifiLink
from wifiplan.probe.services.here import is_wireless

_TIMEOUT_S = 2.0
_BSSID = re.compile(r"^Connected to ([0-9a-f]{2}(?::[0-9a-f]{2}){5})", re.MULTILINE | re.IGNORECASE)
_FREQUENCY = re.compile(r"^\s*freq: (\d+)", re.MULTILINE)
_SIGNAL = re.compile(r"^\s*signal: (-?\d+(?:\.\d+)?) dBm", re.MULTILINE)
_WIDTH = re.compile(r"width: (\d+) MHz")
_DEVICE = re.compile(r"\bdev (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How this machine reaches the controller: through which interface, and over which radio link.

    `is_wireless` is None where the system does not tell (not Linux, or no `ip` program).
    """

    interface: str = ""
    is_wireless: bool | None = None
    link: WifiLink | None = None


def way_to(address: str, *, devices: Path = Path("/sys/class/net")) -> Way:
    """Return how an address is reached; asks `ip` and `iw`, and leaves open what they do not tell. Never raises."""
    found = _DEVICE.search(_said(["ip", "-o", "route", "get", address.partition("%")[0]]))
    if found is None:
        return Way()
    interface = found.group(1)
    if not (devices / interface).is_dir():
        return Way(interface=interface)
    if not is_wireless(interface, devices):
        return Way(interface=interface, is_wireless=False)
    told = link_of(_said(["iw", "dev", interface, "link"]), _said(["iw", "dev", interface, "info"]))
    return Way(interface=interface, is_wireless=True, link=told)


def link_of(link_text: str, info_text: str = "") -> WifiLink | None:
    r"""Return the link that `iw dev X link` and `iw dev X info` describe, None where there is none.

    >>> link_of("Connected to 02:00:5e:00:53:01 (on wlan0)\n  freq: 5180.0\n  signal: -52 dBm\n")
    WifiLink(bssid='02:00:5e:00:53:01', frequency_mhz=5180, width_mhz=None, signal_dbm=-52.0)
    """
    bssid = _BSSID.search(link_text)
    if bssid is None:
        return None
    frequency, signal, width = _FREQUENCY.search(link_text), _SIGNAL.search(link_text), _WIDTH.search(info_text)
    return WifiLink(
        bssid=bssid.group(1).lower(),
        frequency_mhz=int(frequency.group(1)) if frequency else None,
        width_mhz=int(width.group(1)) if width else None,
        signal_dbm=float(signal.group(1)) if signal else None,
    )


def _said(command: list[str]) -> str:
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 (the system's own programs; an address that was resolved)
            [program, *command[1:]], capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")[:4096]
