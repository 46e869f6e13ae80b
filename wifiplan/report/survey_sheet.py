"""The report of a survey as PDF: what was measured, what the prediction was worth, maps with their uncertainty."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from wifiplan import __version__
from wifiplan.files.output import write_bytes
from wifiplan.report.figures import Panel, scatter_figure, survey_figure, svg_bytes
from wifiplan.report.figures.glyphs import printable
from wifiplan.report.survey_maps import (
    ap_marks,
    change_panel,
    level_panel,
    map_line,
    planned_panel,
    shifts_db,
    spread_panel,
)
from wifiplan.report.survey_sections import Section
from wifiplan.report.survey_tables import (
    aps_table,
    bands_table,
    parameters_table,
    places_table,
    rest_texts,
    rooms_table,
    surveys_table,
)
from wifiplan.report.survey_words import error_lines, findings, headline
from wifiplan.report.tables import typeset
from wifiplan.report.texts import texts
from wifiplan.report.typesetting import compiled
from wifiplan.site.building import Site
from wifiplan.study.measured_errors import Errors
from wifiplan.study.measured_maps import FloorMap
from wifiplan.survey.estimates import Calibration
from wifiplan.survey.records import Survey

_HEADS = ("surveys", "bands", "parameters", "aps", "rooms", "places", "maps", "findings", "notes", "sign")

N_NOTES = 6
"""Sentences that say what the figures mean."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurveySheet:
    """All that the report is made of.

    `maps` and `planned` are of the same floors and bands, in the same order; `sections` are further parts: verdicts of
    rooms, where to measure next.
    """

    site: Site
    surveys: tuple[Survey, ...]
    calibration: Calibration
    errors: Errors
    maps: tuple[FloorMap, ...]
    planned: tuple[FloorMap, ...]
    sections: tuple[Section, ...] = ()


def write_survey_sheet(sheet: SurveySheet, path: Path | str, *, lang: str = "zh-TW") -> None:
    """Write the report as PDF; the same sheet gives the same bytes.

    Raises
    ------
    OutputError
        If the file can't be written, or the fonts are not there.
    SettingsError
        For a language without texts.
    """
    write_bytes(Path(path), survey_sheet_pdf(sheet, lang=lang, where=Path(path).name))


def survey_sheet_pdf(sheet: SurveySheet, *, lang: str = "zh-TW", where: str = "survey.pdf") -> bytes:
    """Return the report as PDF.

    Raises
    ------
    OutputError
        If the fonts are not there.
    """
    template = files("wifiplan.report") / "static" / "survey_sheet.typ"
    figures, inputs = _figures(sheet, lang)
    data = json.dumps(_set(content(sheet, lang) | {"figures": figures}), ensure_ascii=False)
    return compiled(template.read_bytes(), inputs | {"data": data}, where=where)


def content(sheet: SurveySheet, lang: str) -> dict[str, object]:
    """Return all that the report prints, in words."""
    words = texts(lang)
    language, _, region = lang.partition("-")
    site, errors, calibration = sheet.site, sheet.errors, sheet.calibration
    return {
        "lang": language,
        "region": region or None,
        "title": words["survey.title"],
        "school": site.name,
        "headline": [*(s.headline for s in sheet.sections if s.headline), *headline(errors, calibration, lang)],
        "lines": [map_line(one, site, lang) for one in sheet.maps],
        "errors": list(error_lines(calibration, lang)),
        "findings": findings(sheet.surveys, site, errors, calibration, lang),
        "heads": {head: words[f"survey.head.{head}"] for head in _HEADS},
        "surveys": asdict(surveys_table(sheet.surveys, lang)),
        "bands": asdict(bands_table(errors, calibration, lang)),
        "parameters": asdict(parameters_table(calibration, site, lang)),
        "aps": asdict(aps_table(errors, calibration, site, lang)),
        "rooms": asdict(rooms_table(errors, site, lang)),
        "places": asdict(places_table(errors, site, lang)),
        "rest": rest_texts(errors, site, lang),
        "sections": [asdict(section) for section in sheet.sections],
        "notes": [words[f"survey.notes.{k}"] for k in range(1, N_NOTES + 1)],
        "signs": [words[f"survey.sign.{who}"] for who in ("surveyor", "school")],
        "date": words["classtest.sign.date"],
        "page": words["classtest.page"],
        "footer": words["survey.footer"].format(version=__version__),
    }


def _set(data: object) -> object:
    """Return data as the fonts print it, with real minus signs."""
    if isinstance(data, str):
        return typeset(printable(data))
    if isinstance(data, Mapping):
        return {key: value if key in _RAW else _set(value) for key, value in data.items()}
    return [_set(value) for value in data] if isinstance(data, list | tuple) else data


_RAW = ("name", "lang", "region")
"""Keys whose text is for the template, not for people."""


def _figures(sheet: SurveySheet, lang: str) -> tuple[list[Mapping[str, object]], dict[str, str]]:
    """Return what the template must know of every page of maps, and the drawings themselves by name."""
    found: list[Mapping[str, object]] = []
    inputs: dict[str, str] = {}
    for one in sheet.errors.by_band:
        pairs = [pair for pair in sheet.errors.pairs if pair.band == one.band]
        inputs[f"scatter-{one.band}"] = svg_bytes(scatter_figure(pairs, lang=lang)).decode("utf-8")
    for measured, planned in zip(sheet.maps, sheet.planned, strict=True):
        for panels in _pages(sheet, measured, planned, lang):
            figure = survey_figure(
                sheet.site,
                measured.level,
                panels,
                most_sd_db=measured.most_sd_db,
                numbers=ap_marks(sheet.site),
                lang=lang,
            )
            name = f"map-{len(found)}"
            landscape = figure.width_mm > _UPRIGHT_MM
            found.append({"name": name, "landscape": landscape, "alt": panels[0].title})
            inputs[name] = svg_bytes(figure).decode("utf-8")
    return found, inputs | {"scatters": ",".join(f"scatter-{one.band}" for one in sheet.errors.by_band)}


_UPRIGHT_MM = 200.0
"""A figure wider than this needs a page on its side [mm]."""


def _pages(sheet: SurveySheet, measured: FloorMap, planned: FloorMap, lang: str) -> list[Sequence[Panel]]:
    """Return the maps of a floor, two a page: planned beside measured, then how unsure and where they differ."""
    site, shift_db = sheet.site, shifts_db(sheet.errors).get(measured.band, 0.0)
    return [
        [planned_panel(planned, site, lang, shift_db=shift_db), level_panel(measured, site, lang)],
        [
            spread_panel(measured, site, lang),
            change_panel(planned, sheet.errors.places, site, lang, shift_db=shift_db),
        ],
    ]
