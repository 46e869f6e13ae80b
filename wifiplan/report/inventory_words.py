"""What became of an inventory's rows, in words: reasons, remarks, and how a school stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from wifiplan.catalog.brands import brand_verdict
from wifiplan.catalog.inventories import mappings
from wifiplan.report.texts import texts
from wifiplan.site.building import SchoolRef
from wifiplan.site.inventory import Found, MatchReport
from wifiplan.site.network import Radio
from wifiplan.site.remark import Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """A school of which there is no inventory: what hangs there is unknown, never none."""

    name: str
    schools: tuple[SchoolRef, ...]
    n_known: int
    known: bool


def remark_text(remark: Remark | None, lang: str, *, kind: str) -> str:
    """Return a remark ("remark") or the reason of an outcome ("reason") as a phrase.

    >>> remark_text(Remark(code="doubled", values=("7",)), "en", kind="remark")
    'row 7 lists it again, counted once'
    """
    return "" if remark is None else texts(lang)[f"inv.{kind}.{remark.code}"].format(*remark.values)


def remarks_text(found: Found, lang: str) -> str:
    """Return all that is to be said of an entry, its brand and an unknown model too."""
    phrases = [remark_text(remark, lang, kind="remark") for remark in found.entry.remarks]
    verdict = brand_verdict(found.entry.model)
    if verdict.status != "not_listed":
        phrases.append(remark_text(Remark(code=verdict.status, values=(verdict.listed_as or "",)), lang, kind="remark"))
    if found.model_class is None and found.outcome == "matched":
        phrases.append(remark_text(Remark(code="model_unknown"), lang, kind="remark"))
    return ("；" if lang == "zh-TW" else "; ").join(phrases)


def stock_text(report: MatchReport, lang: str) -> str:
    """Return whether a school's stock is known: all of it, a part, or nothing."""
    code = "full"
    if report.of("unmatched"):
        code = "part" if report.of("matched") else "none_placed"
    return texts(lang)[f"inv.stock.{code}"]


def radios_text(radios: Sequence[Radio]) -> str:
    """Return the known settings of radios as people write them.

    >>> radios_text([Radio(band="2.4", channel=6), Radio(band="5", channel=36, width_mhz=80, eirp_dbm=20.0)])
    '2.4G: 6; 5G: 36/80, 20 dBm'
    """
    return "; ".join(f"{radio.band}G: {_settings(radio)}" for radio in radios)


def _settings(radio: Radio) -> str:
    channel = "?" if radio.channel is None else str(radio.channel)
    width = "" if radio.width_mhz is None else f"/{radio.width_mhz}"
    return channel + width + ("" if radio.eirp_dbm is None else f", {radio.eirp_dbm:g} dBm")


def field_text(field: str, lang: str) -> str:
    """Return what a column's field is called.

    >>> field_text("channel_2g4", "en"), field_text("room_number", "zh-TW"), field_text("power_radio1", "en")
    ('channel (2.4 GHz)', '教室空間編號', 'power (radio 1)')
    """
    words = texts(lang)
    if f"inv.field.{field}" in words:
        return words[f"inv.field.{field}"]
    quantity, _, slot = field.partition("_")
    bands = {"2g4": "2.4 GHz", "5g": "5 GHz", "6g": "6 GHz"}
    return f"{words[f'inv.field.{quantity}']} ({bands.get(slot) or 'radio ' + slot.removeprefix('radio')})"


def mapping_text(name: str, lang: str) -> str:
    """Return what a mapping is called: the title of one that comes with the program, else its name."""
    known = mappings().get(name)
    return name if known is None else known.title_zh if lang == "zh-TW" else known.title_en


def note_lines(reports: Sequence[MatchReport], strangers: Sequence[Found], lang: str, most: int) -> list[str]:
    """Return one line for each access point in service without a room, at most so many and then their number."""
    lost = [found for report in reports for found in report.of("unmatched")]
    lost += [found for found in strangers if found.outcome == "unmatched"]
    lines = [_note(found, lang) for found in lost[:most]]
    if len(lost) > most:
        rest = len(lost) - most
        lines.append(
            f"……另 {rest} 臺，見 inventory.xlsx" if lang == "zh-TW" else f"… and {rest} more, see inventory.xlsx"
        )
    return lines


def _note(found: Found, lang: str) -> str:
    entry = found.entry
    thing = entry.name or entry.serial or entry.mac or entry.model or "AP"
    reason = remark_text(found.reason, lang, kind="reason")
    near = ""
    if found.candidates:
        listed = "、".join(found.candidates) if lang == "zh-TW" else ", ".join(found.candidates)
        near = f"（可能是 {listed}）" if lang == "zh-TW" else f" (perhaps {listed})"
    place = f"「{entry.place}」" if entry.place and lang == "zh-TW" else f' "{entry.place}"' if entry.place else ""
    row = f"{entry.file} 第 {entry.row} 列" if lang == "zh-TW" else f"{entry.file} row {entry.row}"
    return f"{row} {thing}{place}：{reason}{near}" if lang == "zh-TW" else f"{row}, {thing}{place}: {reason}{near}"
