"""Cells of a building sheet that tell of the network: the uplink, channels, widths and powers."""

import re

from wifiplan.files.form_cells import number, plain, refuse_date
from wifiplan.files.form_faults import BadCell
from wifiplan.site.network import Radio

MAX_UPLINK_MBPS = 100_000.0

_RATE = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>gbps|gbit/?s?|g|mbps|mbit/?s?|m|kbps)?")


def uplink(text: str) -> float:
    """Return a link's speed downwards [Mbit/s].

    >>> uplink("300"), uplink("1 Gbps"), uplink("300M/100M"), uplink("500Mbps")
    (300.0, 1000.0, 300.0, 500.0)
    """
    refuse_date(text)
    word = re.sub(r"(?<=\d),(?=\d{3})", "", plain(text)).split("/")[0] if "bit/" not in plain(text) else plain(text)
    found = _RATE.fullmatch(word.strip())
    if found is None:
        raise BadCell("negative" if word.startswith("-") else "uplink")
    unit = found["unit"] or "m"
    value = float(found["n"]) * (1000.0 if unit.startswith("g") else 0.001 if unit.startswith("k") else 1.0)
    if not 0 < value <= MAX_UPLINK_MBPS:
        raise BadCell("range", {"low": "1", "high": f"{MAX_UPLINK_MBPS:,.0f}"})
    return value


def channels(text: str) -> tuple[Radio, ...]:
    """Return a radio for every channel that is named, the band told by its number.

    >>> [(r.band, r.channel) for r in channels("6/36")], channels("自動")
    ([('2.4', 6), ('5', 36)], ())
    """
    refuse_date(text)
    word = plain(text)
    if word in {"自動", "auto", "automatic"}:
        return ()
    parts = [part.removeprefix("ch").strip() for part in re.split(r"[/、,，;+ ]+", word) if part]
    if not parts or not all(part.isdecimal() and len(part) <= 3 for part in parts):
        raise BadCell("channel")
    numbers = [int(part) for part in parts]
    if not all(1 <= number <= 14 or 36 <= number <= 177 for number in numbers):
        raise BadCell("channel")
    return tuple(Radio(band="2.4" if number <= 14 else "5", channel=number) for number in numbers)


def width_mhz(text: str) -> int | None:
    """Return a channel's width [MHz], None where it is automatic.

    >>> width_mhz("40"), width_mhz("80MHz"), width_mhz("自動")
    (40, 80, None)
    """
    refuse_date(text)
    word = plain(text).removesuffix("hz").removesuffix("m").strip()
    if word in {"自動", "auto"}:
        return None
    if word not in {"20", "40", "80", "160", "320"}:
        raise BadCell("width")
    return int(word)


def power_dbm(text: str) -> float | None:
    """Return a radiated power [dBm], None where it is automatic or given in words.

    >>> power_dbm("20dBm"), power_dbm("20"), power_dbm("自動")
    (20.0, 20.0, None)
    """
    refuse_date(text)
    word = plain(text).removesuffix("dbm").strip()
    if word in {"自動", "auto", "高", "中", "低", "high", "medium", "low"}:
        return None
    value = number(word, "power")
    if not -10.0 <= value <= 36.0:
        raise BadCell("range", {"low": "-10", "high": "36"})
    return value
