"""Lines of `netsh`, by their shape: the words are in the language of the system, and nobody has them all.

What never changes: "SSID n : name" with its networks' lines below, "BSSID n : address" with its radio's lines below;
and in these the order (signal, kind of radio, band, channel, load, rates) and the form of the values.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wifiplan.files.readings.channels import mac_of
from wifiplan.files.readings.texts import plain
from wifiplan.site.network import BANDS, Band

_COLON = re.compile("[:：﹕]")
MAX_LINE = 300
"""No line of netsh is as long; longer ones are not looked at."""
GUID = re.compile(r"[0-9A-Za-z]{8}-(?:[0-9A-Za-z]{4}-){3}[0-9A-Za-z]{12}")
_NUMBERED = re.compile(r"(.*\D)\s*(\d{1,4})")
_PERCENT = re.compile(r"(\d{1,3}) ?%|% ?(\d{1,3})")
_LOAD = re.compile(r"(\d{1,3}) ?\((?:\d{1,3} ?%|% ?\d{1,3})\)")
_BAND = re.compile(r"(2[.,]4|5|6) ?[^\W\d_]{2,4}\.?")
_RADIO = re.compile(r"802[.,]11\S{0,4}.*")
_LEVEL = re.compile(r"(-\d{1,3})(?: ?dBm)?", re.IGNORECASE)
_WHOLE = re.compile(r"\d{1,3}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with a colon: its number in the file, what stands before and behind, the latter also made plain."""

    number: int
    indent: int
    key: str
    raw: str
    value: str

    @property
    def counted(self) -> tuple[str, int] | None:
        """What comes before a number at the key's end, and the number: ("BSSID", 3)."""
        found = _NUMBERED.fullmatch(self.key)
        return (found.group(1).strip(), int(found.group(2))) if found else None

    @property
    def mac(self) -> str | None:
        """The address that the value is, if it is one."""
        return mac_of(self.value)

    @property
    def percent(self) -> int | None:
        """The value as a share of a hundred, if it is one."""
        found = _PERCENT.fullmatch(self.value)
        share = int(found.group(1) or found.group(2)) if found else None
        return share if share is not None and share <= 100 else None

    @property
    def whole(self) -> int | None:
        """The value as a whole number from 0, if it is one."""
        return int(self.value) if _WHOLE.fullmatch(self.value) else None

    @property
    def level_dbm(self) -> float | None:
        """The value as a level below 0 dBm, if it is one."""
        found = _LEVEL.fullmatch(self.value)
        return float(found.group(1)) if found else None

    @property
    def band(self) -> Band | None:
        """The value as a band, if it is one."""
        found = _BAND.fullmatch(self.value)
        said = found.group(1).replace(",", ".") if found else ""
        return next((band for band in BANDS if band == said), None)

    @property
    def busy(self) -> int | None:
        """The value as a busy share in 255ths with its percent, if it is one."""
        found = _LOAD.fullmatch(self.value)
        return int(found.group(1)) if found and int(found.group(1)) <= 255 else None

    @property
    def is_radio(self) -> bool:
        """Whether the value is a kind of radio, such as 802.11ax."""
        return _RADIO.fullmatch(self.value) is not None


@dataclass(slots=True)
class Bss:
    """Lines of one BSSID, under the name of its network."""

    ssid: str
    head: Line
    lines: list[Line] = field(default_factory=list)


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines with a colon; numbers count from 1."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _COLON.search(line) if len(line) <= MAX_LINE else None
        if found is not None:
            key, raw = line[: found.start()], line[found.end() :].strip()
            indent = len(key.expandtabs(4)) - len(key.expandtabs(4).lstrip())
            yield Line(number, indent, plain(key).strip(), raw, plain(raw).strip())


def is_network(line: Line) -> bool:
    """Return whether a line begins a network: "SSID 3 : name"."""
    counted = line.counted
    return counted is not None and "SSID" in counted[0].upper() and not _is_bssid(counted[0], line)


def is_bss(line: Line) -> bool:
    """Return whether a line begins a BSS: "BSSID 2 : address"."""
    counted = line.counted
    return counted is not None and _is_bssid(counted[0], line)


def channel_line(lines: Sequence[Line]) -> int | None:
    """Return the channel: the whole number that follows signal, kind of radio and band, whatever it is called."""
    last = max((n for n, one in enumerate(lines) if one.percent is not None or one.is_radio or one.band), default=-1)
    behind = [one for one in lines[last + 1 :] if one.level_dbm is None]
    if not behind or (len(behind) > 1 and behind[1].busy is not None):
        return None
    return behind[0].whole or None


def load_of(lines: Sequence[Line]) -> tuple[float | None, int | None]:
    """Return the busy share of the channel and the stations, which stand in the line before."""
    at = next((n for n, one in enumerate(lines) if one.busy is not None), None)
    if at is None:
        return None, None
    busy = lines[at].busy
    stations = lines[at - 1].whole if at else None
    return None if busy is None else busy / 255.0, stations


def _is_bssid(word: str, line: Line) -> bool:
    return "BSSID" in word.upper() or (line.mac is not None and not word.upper().startswith("SSID"))
