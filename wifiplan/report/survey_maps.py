"""Maps from surveys as panels of figures and as a table: what is drawn, and what is written at the places."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from wifiplan.report.figures import Mark, Panel
from wifiplan.report.numbering import site_floor_name
from wifiplan.report.tables import typeset
from wifiplan.report.texts import texts
from wifiplan.site.building import Site
from wifiplan.site.network import Band
from wifiplan.study.measured_errors import Errors, Place
from wifiplan.study.measured_maps import NINETY_SD, FloorMap

COLUMNS = ("floor", "band", "x_m", "y_m", "ap_id", "level_dbm", "sd_db", "low_dbm", "high_dbm", "known")
"""Of a map as a table."""


def ap_marks(site: Site) -> dict[str, str]:
    """Return what stands in the mark of every access point: its number in the site's order."""
    return {ap.id: str(n) for n, ap in enumerate(site.access_points, 1)}


def level_panel(found: FloorMap, site: Site, lang: str) -> Panel:
    """Return the strongest measured signal with every place and its strongest reading."""
    marks = tuple(
        Mark(x_m=s.x_m, y_m=s.y_m, kind="crossed")
        if s.rssi_dbm is None
        else Mark(x_m=s.x_m, y_m=s.y_m, text=f"{s.rssi_dbm:.0f}")
        for s in found.spots
    )
    return _panel(found, site, lang, "level", marks)


def spread_panel(found: FloorMap, site: Site, lang: str) -> Panel:
    """Return how unsure the strongest signal is, with the places read."""
    marks = tuple(Mark(x_m=s.x_m, y_m=s.y_m, kind="crossed" if s.rssi_dbm is None else "open") for s in found.spots)
    return _panel(found, site, lang, "spread", marks)


def planned_panel(found: FloorMap, site: Site, lang: str, *, shift_db: float) -> Panel:
    """Return the strongest signal as planned, shifted to what the measuring device reports."""
    return _panel(_shifted(found, shift_db), site, lang, "planned", (), shift=signed(shift_db))


def change_panel(planned: FloorMap, places: Sequence[Place], site: Site, lang: str, *, shift_db: float) -> Panel:
    """Return measured less shifted plan at every place, on a bare plan: no colour competes with the numbers."""
    marks = tuple(
        Mark(
            x_m=place.x_m,
            y_m=place.y_m,
            text=f"{apart:+.0f}" if round(apart) else "0",
            kind="filled" if round(apart) < 0 else "open",
        )
        for place, apart in changes(places, planned.band, shift_db)
        if place.floor == planned.level
    )
    bare = replace(planned, mean_dbm_yx=np.full_like(planned.mean_dbm_yx, np.nan))
    return _panel(bare, site, lang, "change", marks, shift=signed(shift_db))


def changes(places: Sequence[Place], band: Band, shift_db: float) -> list[tuple[Place, float]]:
    """Return how far the strongest reading of every place of a band is from the shifted plan's [dB].

    The shift is the band's median of measured less planned: mostly what the device hears weaker than an isotropic
    antenna, which says nothing about a place.
    """
    return [(p, p.rssi_dbm - p.planned_dbm - shift_db) for p in places if p.band == band and p.planned_dbm is not None]


def shifts_db(errors: Errors) -> dict[Band, float]:
    """Return what is added to the plan's levels in every band, so that they are those of the measuring device [dB]."""
    return {one.band: one.median_db if one.n else 0.0 for one in errors.by_band}


def signed(value: float) -> str:
    """Return a difference with its sign and one decimal.

    Examples
    --------
    >>> signed(3.21), signed(-0.04), signed(float("nan"))
    ('+3.2', '0.0', '-')
    """
    if not math.isfinite(value):
        return "-"
    text = f"{value:+.1f}"
    return text[1:] if float(text) == 0 else text


def _shifted(found: FloorMap, shift_db: float) -> FloorMap:
    return replace(found, mean_dbm_yx=found.mean_dbm_yx + shift_db)


def _panel(found: FloorMap, site: Site, lang: str, kind: str, marks: tuple[Mark, ...], *, shift: str = "") -> Panel:
    # nobody stood on that floor: what is drawn there is not measured
    key = "inferred" if kind == "level" and not found.spots else kind
    title = texts(lang)[f"survey.map.{key}"].format(
        floor=site_floor_name(site, found.level, lang), band=found.band, n=len(found.spots), shift=typeset(shift)
    )
    return Panel(
        title=title,
        quantity="spread" if kind == "spread" else "level",
        x_m=found.x_m,
        y_m=found.y_m,
        value_yx=found.sd_db_yx if kind == "spread" else found.mean_dbm_yx,
        known_yx=found.known_yx,
        marks=marks,
    )


def map_rows(found: FloorMap) -> Iterator[dict[str, object]]:
    """Yield a map's cells inside the building as rows of `COLUMNS`; `low_dbm` and `high_dbm` hold 90 %."""
    for y, x in np.argwhere(np.isfinite(found.mean_dbm_yx)).tolist():
        level, sd = float(found.mean_dbm_yx[y, x]), float(found.sd_db_yx[y, x])
        yield {
            "floor": found.level,
            "band": found.band,
            "x_m": float(found.x_m[x]),
            "y_m": float(found.y_m[y]),
            "ap_id": found.access_points[found.ap_yx[y, x]],
            "level_dbm": round(level, 1),
            "sd_db": round(sd, 1),
            "low_dbm": round(level - NINETY_SD * sd, 1),
            "high_dbm": round(level + NINETY_SD * sd, 1),
            "known": bool(found.known_yx[y, x]),
        }


def map_line(found: FloorMap, site: Site, lang: str) -> str:
    """Return a floor's map in one sentence."""
    words = texts(lang)
    name = site_floor_name(site, found.level, lang)
    levels = found.mean_dbm_yx[found.known_yx]
    if not found.spots and not levels.size:
        return words["survey.map.nothing"].format(floor=name, band=found.band)
    return words["survey.map.line" if found.spots else "survey.map.line.inferred"].format(
        floor=name,
        band=found.band,
        n=len(found.spots),
        known=f"{100 * found.known_share:.0f}",
        level=f"{np.median(levels):.0f}" if levels.size else words["doc.dash"],
        weak=f"{np.quantile(levels, 0.05):.0f}" if levels.size else words["doc.dash"],
        sd=f"{np.nanmedian(found.sd_db_yx):.1f}",
    )
