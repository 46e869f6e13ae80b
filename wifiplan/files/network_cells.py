"""Channels, widths and powers of radios as people and controllers write them, in inventories and on sheets."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from wifiplan.files.inventory_cells import plain
from wifiplan.site.network import Band
from wifiplan.site.remark import Remark
from wifiplan.units import dbm_from_mw

PowerUnit: TypeAlias = Literal["dbm", "level", "share"]

WIDTHS_MHZ = (20, 40, 80, 160, 320)
_FREQUENCY = re.compile(r"(?<![0-9.])(2[45][0-9]{2}|[567][0-9]{3})(?![0-9])")
_BY_BAND = re.compile(
    r"(?<![0-9.])(2\.4|5|6)\s*g(?:hz)?\b\s*[:=/\-]?\s*(?:ch(?:annel)?\.?\s*)?([0-9]{1,3})(?!\s*ghz|[0-9.])([es+]?)"
    r"(?:\s*[/@(]\s*(20|40|80|160|320)\s*(?:mhz|m)?\)?)?"
)
_ONE = re.compile(
    r"(?:ch(?:annel)?\.?|頻道|通道)?\s*([0-9]{1,3})\s*([es+ul\-]?)"
    r"\s*(?:[/@,(\[ -]\s*(?:ht|vht|he|eht)?(20|40|80|160|320)\s*(?:mhz|m)?[)\]]?)?\*?"
)
_BLOCK = re.compile(r"\(?\s*([0-9]{1,3}(?:\s*[,、]\s*-?[0-9]{1,3})+)\s*\)?\*?")
_SUFFIX_MHZ = {"+": 40, "-": 40, "u": 40, "l": 40, "e": 80, "s": 160}
"""ArubaOS and others mark the width behind the number: 36+ and 36- are 40 MHz, 36E 80 MHz, 36S 160 MHz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What a cell says of one radio's channel: parts that it does not say are None."""

    band: Band | None = None
    channel: int | None = None
    width_mhz: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """A power as written: in dBm, as a vendor's level (1 is the most), or as a share of the most."""

    value: float
    unit: PowerUnit


def band(text: str) -> Band | None:
    """Return the band that a cell names.

    >>> band("5GHz"), band("2.4G"), band("802.11a/n/ac"), band("ng"), band("radio")
    ('5', '2.4', '5', '2.4', None)
    """
    # "na" is what UniFi calls its 5 GHz radio, not "not available"
    value = "na" if text.strip().casefold() == "na" else plain(text).casefold().replace(" ", "")
    if re.search(r"2\.4|(?<![0-9.])24(?:g|$)|(?<![0-9])2g|11b|^b/?g|^ng$|^bgn", value):
        return "2.4"
    if re.search(r"(?<![0-9.])6e?(?:g|$)|11axe|^6e$", value):
        return "6"
    if re.search(r"(?<![0-9.])5(?:\.[0-9])?(?:g|$)|11a|^na$|^ac$|^a/?n", value):
        return "5"
    return None


def band_of_channel(number: int) -> Band | None:
    """Return the band of a channel's number where only one has it (6 GHz numbers must be named)."""
    if 1 <= number <= 14:
        return "2.4"
    if 32 <= number <= 177:
        return "5"
    return "6" if number > 177 else None


def channels(text: str, known: Band | None = None) -> tuple[tuple[Tuned, ...], Remark | None]:
    """Return the channels that a cell names, and a remark where it names none or could not be read.

    >>> [(t.band, t.channel, t.width_mhz) for t in channels("(36,40)")[0]]
    [('5', 36, 40)]
    >>> [(t.band, t.channel, t.width_mhz) for t in channels("2.4G:6 / 5G-36/80")[0]]
    [('2.4', 6, None), ('5', 36, 80)]
    >>> channels("auto")[1].code, channels("many")[1].code
    ('channel_auto', 'channel_unread')
    """
    value = plain(text).casefold()
    if not value or value in {"0", "off", "disabled"}:
        return (), None
    if re.match(r"auto|自動|acs", value):
        inner = re.search(r"[0-9]{1,3}.*", value)
        if inner is None:
            return (), Remark(code="channel_auto")
        value = inner[0].rstrip(") ")
    named = [_tuned(number, suffix, width, _band(name)) for name, number, suffix, width in _BY_BAND.findall(value)]
    if named:
        return tuple(named), None
    found = _frequency(value) or _block(value, known) or _single(value, known) or _pair(value, known)
    if found and all(t.band is not None and t.channel is not None and 1 <= t.channel <= 233 for t in found):
        return found, None
    return (), Remark(code="channel_unread", values=(text.strip()[:40],))


def width_mhz(text: str) -> tuple[int | None, Remark | None]:
    """Return a channel's width; "20/40" is up to 40.

    >>> width_mhz("HT40")[0], width_mhz("20/40/80")[0], width_mhz("80+80 MHz")[0], width_mhz("auto")[1].code
    (40, 80, 160, 'width_auto')
    """
    value = plain(text).casefold()
    if not value:
        return None, None
    if "80+80" in value:
        return 160, None
    told = [int(word) for word in re.findall(r"(?<![0-9])(20|40|80|160|320)(?![0-9])", value)]
    if told:
        return max(told), None
    code = "width_auto" if re.search(r"auto|自動|dynamic|best", value) else "width_unread"
    return None, Remark(code=code, values=(text.strip()[:40],))


def power(text: str, *, is_level: bool = False) -> tuple[Power | None, Remark | None]:
    """Return a power as written; `is_level` says that the column counts a vendor's levels.

    >>> power("*7/8 (6 dBm)")[0].value, power("100%")[0].unit, power("3/8")[0].unit, power("100 mW")[0].value
    (6.0, 'share', 'level', 20.0)
    """
    value = plain(text).casefold().lstrip("*")
    if not value:
        return None, None
    unread = Remark(code="power_unread", values=(text.strip()[:40],))
    if found := re.search(r"(-?[0-9]+(?:\.[0-9]+)?)\s*(dbm|db|mw|%)", value):
        return _in_unit(float(found[1]), found[2], unread)
    if found := re.fullmatch(r"(?:power\s*)?(?:level|lvl|等級|段)\s*([1-9])|([1-8])\s*/\s*[1-9]", value):
        return Power(value=float(found[1] or found[2]), unit="level"), None
    if found := re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", value):
        number = float(value)
        if 0 < number <= 1 and not is_level:
            return Power(value=number, unit="share"), None  # a spreadsheet holds 100 % as 1; nobody sets 1 dBm
        return _in_unit(number, "level" if is_level and 1 <= number <= 8 else "dbm", unread)
    return _power_word(value, unread)


def _power_word(value: str, unread: Remark) -> tuple[Power | None, Remark | None]:
    if re.match(r"max|full|high|最大|全功率|高", value):
        return Power(value=1.0, unit="share"), None
    if re.match(r"auto|自動", value):
        return None, Remark(code="power_auto")
    known = re.match(r"med|low|min|custom|中|低|half|quarter", value)
    return None, Remark(code="power_word", values=unread.values) if known else unread


def _in_unit(number: float, unit: str, unread: Remark) -> tuple[Power | None, Remark | None]:
    if unit == "level":
        return Power(value=number, unit="level"), None
    if unit == "%":
        return (Power(value=number / 100.0, unit="share"), None) if 0 < number <= 100 else (None, unread)
    if unit == "mw":
        number = round(float(dbm_from_mw(number)), 1) if number > 0 else -99.0
    return (Power(value=number, unit="dbm"), None) if -20.0 <= number <= 40.0 else (None, unread)


def _band(name: str) -> Band:
    return "2.4" if name == "2.4" else "5" if name == "5" else "6"


def _tuned(number: str, suffix: str, width: str, known: Band | None) -> Tuned:
    channel = int(number)
    told = int(width) if width else _SUFFIX_MHZ.get(suffix)
    return Tuned(band=known or band_of_channel(channel), channel=channel, width_mhz=told)


def _single(value: str, known: Band | None) -> tuple[Tuned, ...]:
    found = _ONE.fullmatch(value.strip("() *") if value.startswith("(") else value)
    return (_tuned(found[1], found[2], found[3] or "", known),) if found else ()


def _block(value: str, known: Band | None) -> tuple[Tuned, ...]:
    """Read "(36,40,44,48)", the 20 MHz channels that one wide channel is made of, and "6, 36", one a band."""
    found = _BLOCK.fullmatch(value)
    if found is None:
        return ()
    numbers = [int(part) for part in re.split(r"\s*[,、]\s*", found[1])]
    real = [number for number in numbers if number > 0]
    if known is None and min(real) <= 14 < max(real):
        return tuple(_tuned(str(number), "", "", None) for number in real)
    if len(numbers) == 2 and numbers[1] in WIDTHS_MHZ and abs(numbers[1] - numbers[0]) != 4:
        return (_tuned(str(numbers[0]), "", str(numbers[1]), known),)
    width = {1: 20, 2: 40, 4: 80, 8: 160, 16: 320}.get(len(numbers))
    return (Tuned(band=known or band_of_channel(real[0]), channel=real[0], width_mhz=width),) if real else ()


def _pair(value: str, known: Band | None) -> tuple[Tuned, ...]:
    """Read "6/149": one channel of 2.4 GHz and one of 5 GHz."""
    found = re.fullmatch(r"(?:ch)?\s*([0-9]{1,2})\s*[/;|+ ]\s*(?:ch)?\s*([0-9]{2,3})", value)
    if found is None or known is not None or not (int(found[1]) <= 14 and 32 <= int(found[2]) <= 177):
        return ()
    return tuple(_tuned(number, "", "", None) for number in found.groups())


def _frequency(value: str) -> tuple[Tuned, ...]:
    found = _FREQUENCY.search(value)
    if found is None:
        return ()
    mhz = int(found[1])
    width = re.search(r"(?<![0-9])(20|40|80|160|320)\s*mhz", value)
    told = int(width[1]) if width else None
    if 2412 <= mhz <= 2484:
        return (Tuned(band="2.4", channel=14 if mhz == 2484 else (mhz - 2407) // 5, width_mhz=told),)
    if 5150 < mhz < 5900:
        return (Tuned(band="5", channel=(mhz - 5000) // 5, width_mhz=told),)
    return (Tuned(band="6", channel=(mhz - 5950) // 5, width_mhz=told),) if 5955 <= mhz < 7130 else ()
