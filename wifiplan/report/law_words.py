"""What a survey made of a path-loss law, in words."""

from collections.abc import Mapping

from wifiplan.catalog.materials import materials
from wifiplan.catalog.radios import device
from wifiplan.radio.loss import Law, PathLoss
from wifiplan.report.texts import number_text, texts
from wifiplan.study.planned_law import planned_law
from wifiplan.study.settings import Settings

LEAST_TOLD_DB = 0.5
"""What a crossing of a material loses more is told from here on [dB]: less than a reading's own error says nothing."""


def band_texts(law: Law, lang: str) -> tuple[str, ...]:
    """Return what a law says of single bands, a phrase a band: offset, exponent, cap, materials."""
    words = texts(lang)
    return tuple(_band_text(law, n, lang, words) for n in range(len(law.in_band)))


def measured_text(law: PathLoss, lang: str) -> str | None:
    """Return where a law was measured and with what, None where it was not."""
    if not isinstance(law, Law) or law.measured is None:
        return None
    words = texts(lang)
    unknown = words["law.measured.unknown"]
    return words["law.measured"].format(site=law.measured.site or unknown, device=law.measured.device or unknown)


def planned_text(settings: Settings, lang: str) -> str | None:
    """Return how a measured law is planned with, None where it was not measured."""
    law = planned_law(settings)
    if law == settings.law or not isinstance(law, Law):
        return None
    words = texts(lang)
    left = ((band, law.within(band).offset_db) for band in ("2.4", "5", "6"))
    return words["assume.measured"].format(
        gain=number_text(device(settings.radio.device).antenna_gain_dbi),
        left=words["law.comma"].join(f"{band} GHz {number_text(offset_db)} dB" for band, offset_db in left),
    )


def _band_text(law: Law, n: int, lang: str, words: Mapping[str, str]) -> str:
    one = law.in_band[n]
    here = law.within(one.band)
    told = [words["law.param.offset_db"].format(value=number_text(here.offset_db))]
    if here.exponent is not None:
        told.append(words["law.param.exponent"].format(value=number_text(here.exponent, 2)))
    if here.max_wall_db is not None and here.walls != "none":
        told.append(words["law.param.max_wall_db"].format(value=number_text(here.max_wall_db)))
    walls = [(name, more) for name, more in one.wall_db if abs(more) >= LEAST_TOLD_DB] if law.walls == "p2040" else []
    if walls:
        names = (f"{_material(name, lang)} {_signed(more)}" for name, more in walls)
        told.append(words["law.walls"].format(walls=words["law.comma"].join(names)))
    return words["law.in_band"].format(band=one.band, what=words["law.comma"].join(told))


def _signed(value: float) -> str:
    text = number_text(value)
    return f"+{text}" if value > 0.0 else text.replace("-", "−")


def _material(name: str, lang: str) -> str:
    known = materials().get(name)
    return known.name_zh if known is not None and lang == "zh-TW" else name.replace("_", " ")
