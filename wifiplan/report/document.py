"""Summary + figures -> PDF."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from wifiplan.files.output import write_bytes
from wifiplan.report.change_log import ChangeLog
from wifiplan.report.figures import FloorHeat, curve_figure, floor_figure, svg_bytes
from wifiplan.report.figures.sheet import sheet
from wifiplan.report.payload import Figure, payload
from wifiplan.report.typesetting import compiled
from wifiplan.study.outcomes import Curve
from wifiplan.study.records import Plan

LANDSCAPE_TEXT_MM, PORTRAIT_TEXT_MM = 158.0, 245.0
"""Height that an A4 page leaves under the heading of a floor, inside the template's margins [mm] (ISO 216)."""


def write_pdf(
    plan: Plan,
    path: Path | str,
    *,
    lang: str = "zh-TW",
    heats: Mapping[int, FloorHeat] | None = None,
    changes: ChangeLog | None = None,
    curve: Curve | None = None,
) -> None:
    """Write the printed report of one school.

    Parameters
    ----------
    plan : Plan
        A finished plan.
    path : path
        The PDF to write; it is written beside and renamed, so that never half a report lies there.
    lang : "zh-TW" or "en"
        Language of the report; names of schools and rooms stay as they are.
    heats : mapping of floor level to FloorHeat, optional
        The strongest signal over each floor; floors without one are drawn without a heat map.
    changes : ChangeLog, optional
        What changed since an earlier plan: a section of the report.
    curve : Curve, optional
        What each access point adds: a section with a chart.

    Raises
    ------
    OutputError
        If the file can't be written, or the fonts are not there.
    SettingsError
        For a language without texts.
    """
    write_bytes(Path(path), pdf_bytes(plan, lang=lang, heats=heats, changes=changes, curve=curve))


def pdf_bytes(
    plan: Plan,
    *,
    lang: str = "zh-TW",
    heats: Mapping[int, FloorHeat] | None = None,
    changes: ChangeLog | None = None,
    curve: Curve | None = None,
) -> bytes:
    """Return the printed report as PDF; the same plan and heats give the same bytes.

    Raises
    ------
    OutputError
        If the fonts are not there.
    """
    known = heats or {}
    figures = [_figure(plan, level, known.get(level), lang) for level in sorted(f.level for f in plan.site.floors)]
    inputs = {f"figure-{k}": figure.svg for k, figure in enumerate(figures)}
    if curve is not None:
        inputs["curve"] = svg_bytes(curve_figure(curve, n_placed=plan.n_new_aps, lang=lang)).decode("utf-8")
    inputs["data"] = json.dumps(payload(plan, figures, lang, changes, curve), ensure_ascii=False)
    template = files("wifiplan.report") / "static" / "report.typ"
    return compiled(template.read_bytes(), inputs)


def _figure(plan: Plan, level: int, heat: FloorHeat | None, lang: str) -> Figure:
    paper = sheet(plan.site)
    drawn = floor_figure(plan, level, heat, lang)
    return Figure(
        level=level,
        landscape=paper.landscape,
        left_mm=(LANDSCAPE_TEXT_MM if paper.landscape else PORTRAIT_TEXT_MM) - paper.height_mm,
        svg=svg_bytes(drawn).decode("utf-8"),
    )
