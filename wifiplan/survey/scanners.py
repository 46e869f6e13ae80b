"""Scanning for access points with the system's own programs: `iw`, `nmcli` or, on Windows, `netsh`."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

from wifiplan.errors import SurveyError
from wifiplan.survey.programs import Run, is_there, missing, run
from wifiplan.survey.scan_faults import blocked, fault, kind_of_fault
from wifiplan.survey.windows_scan import ask_for_scan

ScanKind: TypeAlias = Literal["iw", "nmcli", "netsh"]
SCAN_KINDS: Final[tuple[ScanKind, ...]] = ("iw", "nmcli", "netsh")

LIMIT_S: Final = 25.0
"""A scan of three bands with passive DFS channels takes up to 12 s; slow cards twice that [s]."""

ASK_S: Final = 8.0
"""Programs that only tell what they know answer at once [s]."""

BUSY_TRIES: Final = 4
BUSY_WAIT_S: Final = 1.5
"""Another program's scan lasts some seconds [s]."""

SETTLE_S: Final = 4.0
"""How long NetworkManager's scan is given before the kernel's list is read [s]."""

NMCLI_FIELDS: Final = "BSSID,SSID,MODE,CHAN,FREQ,RATE,SIGNAL,SECURITY"
"""Known to every version since 1.0; line by line each value has its name, so that none is taken for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawScan:
    """What a program printed.

    Parameters
    ----------
    kind : "iw", "nmcli" or "netsh"
        Whose format it is.
    data : bytes
        Its standard output.
    seconds : float
        How long ago the card began to listen for it: what was heard before that is of another place [s].
    remark : str
        Key of a sentence that the surveyor should read, blank where all is as it should be.
    """

    kind: ScanKind
    data: bytes = field(repr=False)
    seconds: float
    remark: str = ""


class Scanner(Protocol):
    """Something that listens where it stands."""

    @property
    def label(self) -> str:
        """What a person reads about it: program and interface."""

    def scan(self, stop: threading.Event) -> RawScan:
        """Listen once.

        Raises
        ------
        SurveyError
            It cannot; CalledOffError where somebody has set `stop`.
        """


@dataclass(slots=True, kw_only=True)
class IwScanner:
    """Scans with `iw`; without the right to, it reads the kernel's list, which NetworkManager is asked to renew."""

    interface: str
    run: Run = run
    has_manager: bool = False
    may_scan: bool = True

    @property
    def label(self) -> str:
        """Program and interface."""
        return f"iw {self.interface}"

    def scan(self, stop: threading.Event) -> RawScan:
        """Scan, or read the kernel's list.

        Raises
        ------
        SurveyError
            The card is off, busy or gone.
        """
        if self.may_scan:
            found = self._scanned(stop)
            if found is not None:
                return found
            self.may_scan = False
        return self._dumped(stop)

    def _scanned(self, stop: threading.Event) -> RawScan | None:
        """Return a scan, None where this user may not."""
        command = ["iw", "dev", self.interface, "scan"]
        for attempt in range(BUSY_TRIES):
            began_s = time.monotonic()
            ran = self.run(command, LIMIT_S, stop)
            if ran.code == 0:
                return RawScan(kind="iw", data=ran.out, seconds=time.monotonic() - began_s)
            kind = kind_of_fault(ran.complaint)
            if kind == "not permitted":
                return None
            if kind != "busy" or attempt == BUSY_TRIES - 1:
                raise fault(_deeper(kind), where=" ".join(command), complaint=ran.complaint)
            stop.wait(BUSY_WAIT_S)
        raise AssertionError

    def _dumped(self, stop: threading.Event) -> RawScan:
        began_s = time.monotonic()
        remark = "dump"
        if self.has_manager:
            asked = self.run(["nmcli", "device", "wifi", "rescan", "ifname", self.interface], LIMIT_S, stop)
            remark = "dump rescan" if asked.code == 0 else "dump"
            stop.wait(SETTLE_S if asked.code == 0 else 0.0)
        command = ["iw", "dev", self.interface, "scan", "dump"]
        ran = self.run(command, ASK_S, stop)
        if ran.code != 0:
            raise fault(_deeper(kind_of_fault(ran.complaint)), where=" ".join(command), complaint=ran.complaint)
        return RawScan(kind="iw", data=ran.out, seconds=time.monotonic() - began_s, remark=remark)


@dataclass(slots=True, kw_only=True)
class NmcliScanner:
    """Scans through NetworkManager; levels come as per cent, and the list may hold what was heard before."""

    interface: str
    run: Run = run

    @property
    def label(self) -> str:
        """Program and interface."""
        return f"nmcli {self.interface}".strip()

    def scan(self, stop: threading.Event) -> RawScan:
        """Scan anew and list.

        Raises
        ------
        SurveyError
            NetworkManager does not run, or the radio is off.
        """
        of = ["ifname", self.interface] if self.interface else []
        command = [
            "nmcli",
            "-t",
            "-m",
            "multiline",
            "-f",
            NMCLI_FIELDS,
            "device",
            "wifi",
            "list",
            *of,
            "--rescan",
            "yes",
        ]
        began_s = time.monotonic()
        ran = self.run(command, LIMIT_S, stop)
        if ran.code != 0:
            raise fault(_deeper(kind_of_fault(ran.complaint)), where=" ".join(command), complaint=ran.complaint)
        if not ran.out.strip() and (off := blocked()):
            raise fault(off, where=self.label)
        return RawScan(kind="nmcli", data=ran.out, seconds=time.monotonic() - began_s, remark="percent")


@dataclass(slots=True, kw_only=True)
class NetshScanner:
    """Scans on Windows: its Wi-Fi service is asked to listen, then `netsh` prints what it heard."""

    interface: str = ""
    run: Run = run
    ask: Callable[[threading.Event], bool] = ask_for_scan

    @property
    def label(self) -> str:
        """Program and interface."""
        return f"netsh {self.interface}".strip()

    def scan(self, stop: threading.Event) -> RawScan:
        """Ask for a scan and list.

        Raises
        ------
        SurveyError
            The radio is off, or Windows does not allow it.
        """
        began_s = time.monotonic()
        asked = self.ask(stop)
        of = [f"interface={self.interface}"] if self.interface else []
        command = ["netsh", "wlan", "show", "networks", "mode=bssid", *of]
        ran = self.run(command, LIMIT_S, stop)
        if ran.code != 0 or not ran.out.strip():
            raise fault("windows", where=" ".join(command), complaint="")
        return RawScan(
            kind="netsh",
            data=ran.out,
            seconds=time.monotonic() - began_s,
            remark="percent" if asked else "windows cache",
        )


def scanner(
    name: str = "auto", interface: str = "", *, run: Run = run, has: Callable[[str], bool] = is_there
) -> Scanner:
    """Return the scanner of a name, "auto" the best that this machine has.

    Parameters
    ----------
    name : str
        "auto", "iw", "nmcli" or "netsh".
    interface : str
        Name of the Wi-Fi interface; blank: the first.
    run, has : callable
        How programs are run, and how it is told which there are.

    Raises
    ------
    SurveyError
        No such program here, or no Wi-Fi interface.
    """
    if interface.startswith("-") or len(interface) > 100 or not (interface.isprintable()):
        raise fault("no device", where="--interface")
    if name == "auto":
        order = ("netsh",) if sys.platform == "win32" else ("iw", "nmcli")
        name = next((program for program in order if has(program)), "")
        if not name:
            raise _nothing_here()
    if name not in SCAN_KINDS:
        raise SurveyError(
            f"there is no scanner called '{''.join(c for c in name if c.isprintable())[:60]}'",
            remedy="choose auto, iw, nmcli, netsh, or replay: and a path",
            where="--scanner",
            zh=("沒有這種掃描方式", "請選 auto、iw、nmcli、netsh，或 replay: 加路徑"),
        )
    if not has(name):
        raise missing(name)
    if name == "netsh":
        return NetshScanner(interface=interface, run=run)
    if name == "nmcli":
        return NmcliScanner(interface=interface, run=run)
    return IwScanner(interface=interface or _first_interface(run), run=run, has_manager=has("nmcli"))


def interfaces_of(text: str) -> tuple[str, ...]:
    r"""Return the names of the Wi-Fi interfaces in what `iw dev` prints; addresses are not looked at.

    >>> interfaces_of("phy#0\n\tInterface wlp3s0\n\t\tifindex 3\n\t\taddr 02:00:5e:00:53:01\n\t\ttype managed\n")
    ('wlp3s0',)
    """
    lines = (line.split() for line in text.splitlines())
    return tuple(words[1] for words in lines if len(words) == 2 and words[0] == "Interface")


def _first_interface(run: Run) -> str:
    ran = run(["iw", "dev"], ASK_S, threading.Event())
    found = interfaces_of(ran.out.decode("utf-8", "replace")) or _in_sysfs()
    if not found:
        raise fault(blocked() or "no device", where="iw dev")
    return found[0]


def _in_sysfs(folder: Path = Path("/sys/class/net")) -> Sequence[str]:
    return sorted(device.name for device in folder.glob("*") if (device / "phy80211").exists())


def _deeper(kind: str) -> str:
    """Return why an interface is down, where a switch is the reason."""
    return (blocked() or kind) if kind in {"down", "unknown"} else kind


def _nothing_here() -> SurveyError:
    return SurveyError(
        "this machine has no program that scans for Wi-Fi",
        remedy="install iw or NetworkManager (Linux), use Windows, or take files of other tools: survey import",
        where="--scanner",
        zh=(
            "這台電腦沒有可掃描 Wi-Fi 的程式",
            "請安裝 iw 或 NetworkManager（Linux）、改用 Windows，或以 wifiplan survey import 匯入其他工具的檔案",
        ),
    )
