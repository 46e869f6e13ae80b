"""One BSS as `iw scan` prints it: lines below "BSS address", elements one tab deep, their fields two."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from wifiplan.errors import Fault
from wifiplan.files.readings.channels import at_mhz, is_level
from wifiplan.files.readings.refusals import fault
from wifiplan.probe.ssids import shown, ssid_text
from wifiplan.survey.readings import Reading

_FREQUENCY = re.compile(r"freq: (\d{3,5}(?:\.\d+)?)")
_SIGNAL = re.compile(r"signal: (-?\d{1,3}(?:\.\d+)?) dBm")
_UNSPECIFIED = re.compile(r"signal: \d+/100")
_AGE = re.compile(r"last seen: (\d{1,12}) ms ago")
_BOOT = re.compile(r"last seen: (\d{1,12}(?:\.\d+)?)s \[boottime\]")
_STATIONS = re.compile(r"\* station count: (\d{1,5})")
_BUSY = re.compile(r"\* channel utili[sz]ation: (\d{1,3})/255")
_WIDE = re.compile(r"channel width:.*?(\d+)\s*MHz", re.IGNORECASE)
_WIDE_OR = re.compile(r"80\+80 (?:or|MHz or) 160|160 or 80\+80", re.IGNORECASE)
_SEGMENT = re.compile(r"center freq segment ([12]): (\d{1,3})")
_ESCAPE = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_OTHERS_MHZ = ((700.0, 1_000.0), (57_000.0, 72_000.0))
"""Wi-Fi of other bands: HaLow, WiGig."""
_WIDTHS = frozenset((20, 40, 80, 160, 320))


@dataclass(slots=True)
class Block:
    """The lines of one BSS, from the line `first` of the file (counted from 1); `is_link`: of `iw link`."""

    bssid: str
    first: int
    in_use: bool
    is_link: bool = False
    lines: list[str] = field(default_factory=list)

    def elements(self) -> frozenset[str]:
        """Return what the BSS told, by the names before the colons, one step deep."""
        step = min((_depth(line) for line in self.lines), default=1)
        return frozenset(line.strip().partition(":")[0] for line in self.lines if ":" in line and _depth(line) == step)

    def boot_s(self) -> float | None:
        """Return when it was last heard, since the system started [s]."""
        return _number(_BOOT, self.lines)


def reading_of(block: Block, scan: int, now_boot_s: float | None, faults: list[Fault]) -> Reading | None:
    """Return what a block says; what it must say and does not goes to `faults`.

    Parameters
    ----------
    block : Block
        Lines of one BSS.
    scan : int
        Which scan of the file.
    now_boot_s : float or None
        When the last BSS of the scan was heard [s], where ages are told since the system's start.
    faults : list of Fault
        Grows by what is wrong.
    """
    where = f"BSS {block.bssid} (line {block.first})"
    mhz, rssi_dbm = _number(_FREQUENCY, block.lines), _number(_SIGNAL, block.lines)
    tuned = at_mhz(mhz) if mhz is not None else None
    if mhz is None:
        faults.append(fault(where, "no line 'freq: … '", "沒有「freq: 」一行"))
    elif tuned is None and not is_of_another_band(block):
        faults.append(fault(where, f"{mhz:g} MHz is no Wi-Fi channel", f"{mhz:g} MHz 不是 Wi-Fi 頻道"))
    if rssi_dbm is None and not any(_UNSPECIFIED.search(line) for line in block.lines):
        faults.append(fault(where, "no line 'signal: … dBm'", "沒有「signal: … dBm」一行"))
    if tuned is None:
        return None
    boot_s, age_ms = block.boot_s(), _number(_AGE, block.lines)
    by_boot_s = None if boot_s is None or now_boot_s is None else now_boot_s - boot_s
    busy, stations = _number(_BUSY, block.lines), _number(_STATIONS, block.lines)
    return Reading(
        bssid=block.bssid,
        ssid=_ssid(block.lines),
        band=tuned.band,
        channel=tuned.channel,
        frequency_hz=tuned.frequency_hz,
        rssi_dbm=rssi_dbm if rssi_dbm is not None and is_level(rssi_dbm) else None,
        age_s=age_ms / 1000.0 if age_ms is not None else by_boot_s,
        utilisation_share=busy / 255.0 if busy is not None and busy <= 255 else None,
        station_count=int(stations) if stations is not None else None,
        width_mhz=_width_mhz(block.lines),
        in_use=block.in_use,
        scan=scan,
    )


def is_of_another_band(block: Block) -> bool:
    """Return whether a BSS is of a kind of Wi-Fi that no device of a school hears."""
    mhz = _number(_FREQUENCY, block.lines)
    return mhz is not None and any(low <= mhz <= high for low, high in _OTHERS_MHZ)


def _number(pattern: re.Pattern[str], lines: Sequence[str]) -> float | None:
    found = next((hit for line in lines if (hit := pattern.match(line.strip()))), None)
    return float(found.group(1)) if found else None


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _ssid(lines: Sequence[str]) -> str:
    r"""Return the name; `iw` escapes all bytes beyond printable ASCII, and spaces at the ends."""
    said = next((line for line in lines if line.lstrip().startswith("SSID:")), "")
    raw = said.lstrip().removeprefix("SSID:").removeprefix(" ").encode("utf-8", "replace")
    return shown(ssid_text(_ESCAPE.sub(lambda hit: bytes((int(hit.group(1), 16),)), raw)))


def _width_mhz(lines: Sequence[str]) -> int | None:
    """Return the width that a BSS works with, from the widest of its operation elements."""
    element, widths, segments = "", [], {}
    for line in lines:
        said = line.strip()
        if said.lower().endswith(("operation:", "operation information:")) or (said.endswith(":") and "*" not in said):
            element = said.lower()
        if "operation" not in element:
            continue
        if said.startswith("* secondary channel offset:"):
            widths.append(40 if said.endswith(("above", "below")) else 20)
        elif (segment := _SEGMENT.search(said)) is not None:
            segments[segment.group(1)] = int(segment.group(2))
        elif "20 or 40" not in said and (wide := _WIDE.search(said)) is not None and "sta channel" not in said.lower():
            widths.append(160 if _WIDE_OR.search(said) else int(wide.group(1)))
    if segments.get("2") and abs(segments["2"] - segments.get("1", 0)) in {8, 16}:
        widths.append(160)
    return max((width for width in widths if width in _WIDTHS), default=None)
