"""Rows of somebody's table as samples: what a row says of its place and of what was heard there."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from wifiplan.catalog.reading_columns import Column
from wifiplan.catalog.signal_scales import signal_scale
from wifiplan.errors import Fault
from wifiplan.files.json_input import printable
from wifiplan.files.readings.channels import Tuned, at_mhz, mac_of, numbered
from wifiplan.files.readings.refusals import fault
from wifiplan.files.readings.walk_table import Table
from wifiplan.files.readings.walk_values import SILENT_DBM, Moment, floor_of, moment_of, number_of
from wifiplan.files.readings.walk_words import Unit
from wifiplan.probe.ssids import ssid_text
from wifiplan.site.network import Band
from wifiplan.survey.places import Place, Whereabouts

BLANK = frozenset(("", "-", "--", "n/a", "na", "nan", "none", "null", "?", "#n/a", "inf", "-inf"))
MAX_NAME = 100
ANNOUNCING = frozenset(("8", "5", "0x08", "0x05", "0x8", "0x5", "0x0008", "0x0005", "beacon", "probe response"))
"""Beacons and probe responses by type and subtype, as tshark prints them."""
OTHER_KINDS = frozenset(
    (
        *(
            "bt",
            "ble",
            "btle",
            "bluetooth",
            "br/edr",
            "nfc",
            "lte",
            "gsm",
            "cdma",
            "wcdma",
            "umts",
            "nr",
            "cell",
            "gnss",
        ),
        *("client", "station", "sta", "probe", "ad-hoc", "ad hoc", "adhoc", "ibss", "用戶端", "工作站"),
        *("wi-fi client", "wi-fi device", "wi-fi bridged", "wi-fi ad-hoc", "wifi client"),
    )
)
"""What WiGLE and Kismet tell of beside access points: among it people's phones, watches and their names."""
FOOT_M = 0.3048

_BYTES = re.compile(r"(?:[0-9a-f]{2}){1,32}")
_WHOLE = re.compile(r"\d{1,3}")
_HEX = re.compile(r"[0-9A-Fa-f]{12}|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}")
_SILENT = "readings of 0 dBm and above, or of -100 and below: taken as listened for and not heard"
_CONVERTED = "levels worked out from percent by Microsoft's rule (percent / 2 - 100)"
_FEET = "positions in feet, as metres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one cell or row says was heard."""

    bssid: str
    ssid: str
    tuned: Tuned
    rssi_dbm: float | None
    throughput_mbps: float | None = None
    delay_s: float | None = None
    loss_share: float | None = None


@dataclass(slots=True)
class Reader:
    """Reads rows; what it can't read it notes as faults, what it changes as remarks.

    `columns` are the columns by what they hold, `wide` those of which each holds the levels of one BSSID.
    """

    table: Table
    columns: dict[Column, int]
    wide: Sequence[tuple[int, str, Band | None]]
    around: Whereabouts
    is_percent: bool = False
    faults: list[Fault] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    def place(self, number: int, row: Sequence[str]) -> Place | None:
        """Return where a row was taken by its own words; None where it does not say so, or is at fault."""
        if "x" in self.columns and "y" in self.columns:
            return self._at(number, row)
        point = self._text(row, "point")
        if point and self.around.points:
            found = self.around.points.get(point) or self.around.points.get(point.casefold())
            if found is None:
                said = f"{printable(point)[:40]!r} is not in the list of positions"
                self._fault(number, "point", said, f"{printable(point)[:40]!r} 不在位置表中")
            return found
        return self.around.spot

    def moment(self, number: int, row: Sequence[str]) -> Moment | None:
        """Return when a row was taken."""
        cell = self._text(row, "time")
        if cell.casefold() in BLANK:
            return None
        found = moment_of(cell, self._text(row, "date"))
        if found is None and self.around.is_walk and "x" not in self.columns:
            self._fault(number, "time", f"{printable(cell)[:40]!r} is no time", "不是時間")
        elif found is None:
            self.remarks["times that cannot be read: left out"] += 1
        return found

    def heard(self, number: int, row: Sequence[str]) -> Iterator[Heard]:
        """Yield what a row says was heard."""
        if self.wide:
            for column, name, band in self.wide:
                level = self._level(number, row[column], column)
                if level is not None:
                    yield Heard(bssid=name, ssid="", tuned=Tuned(band), rssi_dbm=level[0])
            return
        if self._text(row, "station_kind").casefold() in OTHER_KINDS:
            self.remarks["rows of other things than access points: never kept"] += 1
            return
        if not self._is_of_ap(row):
            self.remarks["frames that are no beacons or probe responses: left out"] += 1
            return
        level = None
        rssi = self.columns.get("rssi", self.columns.get("percent"))
        if rssi is not None:
            level = self._level(number, row[rssi], rssi)
        mbps, delay_s, loss = (self._test(number, row, one) for one in ("throughput", "delay", "loss"))
        if level is None and mbps is None and delay_s is None and loss is None:
            self.remarks["rows that tell no level: left out"] += 1
            return
        yield Heard(
            bssid=self._bssid(row),
            ssid=self._ssid(row),
            tuned=self._tuned(number, row),
            rssi_dbm=None if level is None else level[0],
            throughput_mbps=mbps,
            delay_s=delay_s,
            loss_share=loss,
        )

    def _is_of_ap(self, row: Sequence[str]) -> bool:
        """Return whether an access point sent what a row is about: a client's level says nothing of its reach."""
        kind = self._text(row, "frame_type")
        if kind:
            return kind.casefold() in ANNOUNCING
        sender = self._text(row, "sender")
        return not sender or address_of(sender) == address_of(self._text(row, "bssid"))

    def short(self, number: int, n_cells: int) -> None:
        """Note a row with too few or too many cells."""
        n = len(self.table.names)
        said = f"{n_cells} cells, not {n}: " + (
            "it is cut" if n_cells < n else "a name with the sign that parts cells needs quotation marks"
        )
        self.faults.append(fault(f"row {number}", said, f"有 {n_cells} 格，應為 {n} 格"))

    def _at(self, number: int, row: Sequence[str]) -> Place | None:
        x, y = (self._number(number, row, one) for one in ("x", "y"))
        floor = self._floor(number, row)
        if x is None or y is None or floor is None:
            both: tuple[tuple[Column, float | None], ...] = (("x", x), ("y", y))
            for name, value in both:
                if value is None and self._text(row, name).casefold() in BLANK:
                    self._fault(number, name, "is blank", "是空白")
            return None
        unit = self.table.kinds[self.columns["x"]][1]
        if unit == "ft":
            self.remarks[_FEET] += 1
            return Place(floor=floor, x_m=round(x * FOOT_M, 4), y_m=round(y * FOOT_M, 4))
        pixels = self.around.pixels
        if pixels is not None and unit != "m":
            x, y = pixels.metres(x, y)
        if max(abs(x), abs(y)) > 5_000.0:
            self._fault(number, "x", f"({x:g}, {y:g}) m is no place in a building", "座標超出範圍")
            return None
        return Place(floor=floor, x_m=x, y_m=y)

    def _floor(self, number: int, row: Sequence[str]) -> int | None:
        cell = self._text(row, "floor")
        if not cell:
            return 0 if self.around.floor is None else self.around.floor
        found = floor_of(cell, self.around.floors)
        known = set(self.around.floors.values())
        if found is None or not -20 <= found <= 200 or (known and found not in known):
            told = f"; the site has {', '.join(map(str, sorted(known)))}" if known else ""
            self._fault(number, "floor", f"{printable(cell)[:40]!r} is no level{told}", "不是樓層")
            return None
        return found

    def _level(self, number: int, cell: str, column: int) -> tuple[float | None] | None:
        """Return a level (None: listened for, not heard) in a tuple; None where the cell is blank or at fault."""
        if cell.strip().casefold() in BLANK:
            return None
        value = number_of(cell, has_comma=self.table.has_comma)
        if value is None and "," in cell:
            value = number_of(cell.partition(",")[0], has_comma=False)  # the first of several antennas
        is_percent = self.is_percent and not self.wide
        if value is None or not (-1000.0 <= value <= 1000.0) or (is_percent and not 0.0 <= value <= 100.0):
            self._fault(number, self.table.names[column], f"{printable(cell)[:40]!r} is no level", "不是訊號強度")
            return None
        if is_percent:
            self.remarks[_CONVERTED] += 1
            return (signal_scale("windows").dbm(value) if value > 0.0 else None,)
        if value >= 0.0 or value <= SILENT_DBM:
            self.remarks[_SILENT] += 1
            return (None,)
        return (value,)

    def _ssid(self, row: Sequence[str]) -> str:
        cell = self._text(row, "ssid")
        if "ssid" in self.columns and self.table.names[self.columns["ssid"]] == "wlan.ssid" and _BYTES.fullmatch(cell):
            cell = ssid_text(bytes.fromhex(cell))  # tshark from 4.0 on prints a name's bytes
        return printable(cell)[:MAX_NAME]

    def _bssid(self, row: Sequence[str]) -> str:
        cell = self._text(row, "bssid") or self._text(row, "ap")
        return address_of(cell) or printable(cell)[:MAX_NAME]

    def _tuned(self, number: int, row: Sequence[str]) -> Tuned:
        band = band_in(self._text(row, "band"))
        told = _WHOLE.search(self._text(row, "channel"))
        channel = int(told[0]) if told else None
        mhz = self._number(number, row, "frequency")
        if mhz is not None:
            mhz = mhz * 1e3 if mhz < 10.0 else mhz / 1e6 if mhz > 1e8 else mhz / 1e3 if mhz > 1e5 else mhz
            found = at_mhz(round(mhz, 3))
            if found is not None and channel in (None, found.channel):
                return found
            # of a wide channel some tools tell the middle: the number is that of the primary one
            band = band or (found.band if found is not None else None)
            if found is None and channel is None:
                self.remarks["frequencies of no channel: left out"] += 1
        tuned = numbered(channel, band)
        return tuned if tuned.band is not None or band is None else Tuned(band)

    def _test(self, number: int, row: Sequence[str], kind: Column) -> float | None:
        value = self._number(number, row, kind) if kind in self.columns else None
        if value is None:
            return None
        unit: Unit = self.table.kinds[self.columns[kind]][1]
        if kind == "throughput":
            value = value / 1e6 if unit == "bps" else value / 1e3 if unit == "kbps" else value
        elif kind == "delay":
            value = value if unit == "s" else value / 1e3
        elif unit != "" or value > 1.0:
            value = value / 100.0
        if not 0.0 <= value <= (1.0 if kind == "loss" else 1e5):
            self._fault(number, kind, f"{value:g} cannot be", "數值不合理")
            return None
        return value

    def _number(self, number: int, row: Sequence[str], kind: Column) -> float | None:
        if kind not in self.columns:
            return None
        cell = self._text(row, kind)
        if cell.casefold() in BLANK:
            return None
        value = number_of(cell, has_comma=self.table.has_comma)
        if value is None:
            self._fault(number, kind, f"{printable(cell)[:40]!r} is no number", "不是數字")
        return value

    def _text(self, row: Sequence[str], kind: Column) -> str:
        column = self.columns.get(kind)
        return "" if column is None else row[column].strip()

    def _fault(self, number: int, column: str, problem: str, zh: str) -> None:
        name = self.table.names[self.columns[column]] if column in self.columns else column
        self.faults.append(fault(f"row {number}, {printable(name)[:40]}", problem, zh))


@lru_cache(maxsize=4096)
def address_of(text: str) -> str | None:
    """Return an address in lower case with colons, also of 12 digits alone or in Cisco's three groups; None: none.

    >>> address_of("AABB.CCDD.EE01"), address_of("AP1")
    ('aa:bb:cc:dd:ee:01', None)
    """
    text = text.strip()
    if _HEX.fullmatch(text):
        digits = text.replace(".", "").lower()
        return ":".join(digits[n : n + 2] for n in range(0, 12, 2))
    return mac_of(text)


@lru_cache(maxsize=1024)
def band_in(text: str) -> Band | None:
    """Return the band that a text names.

    >>> band_in("2.4 GHz"), band_in("5G"), band_in("6 GHz"), band_in("n/a")
    ('2.4', '5', '6', None)
    """
    found = re.search(r"(?<![\d.])(2[.,]4|2g|[56])(?![\d])", text.casefold())
    if found is None:
        return None
    return "5" if found[1] == "5" else "6" if found[1] == "6" else "2.4"
