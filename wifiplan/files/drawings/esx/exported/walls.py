"""Walls of a site as segments between shared points, and their types."""

from collections.abc import Mapping

import numpy as np

from wifiplan.catalog.materials import materials
from wifiplan.catalog.spectrum import band_hz
from wifiplan.files.drawings.esx.exported.canvas import Canvas, propagation
from wifiplan.files.drawings.esx.exported.tables import Tables
from wifiplan.files.drawings.esx.losses import WORDS, wall_db
from wifiplan.files.drawings.esx.words import USUAL, name_of
from wifiplan.radio.slab import material_reflection_db
from wifiplan.site.building import Floor, Site, Wall, WallKind
from wifiplan.site.network import BANDS
from wifiplan.units import ratio_from_db

_COLOURS: dict[WallKind, str] = {"wall": "#404040", "door": "#C97700", "window": "#0068FF", "parapet": "#6D6D6D"}
_FULL_M = 1e-6


def add_walls(tables: Tables, site: Site, canvases: Mapping[int, Canvas]) -> None:
    """Write wall types, wall points and wall segments."""
    for floor in site.floors:
        canvas = canvases[floor.level]
        points: dict[tuple[float, float], str] = {}
        for n, wall in enumerate(floor.walls):
            ends = []
            for x, y in wall.line:
                place = (round(x, 4), round(y, 4))
                if place not in points:
                    location = {"floorPlanId": canvas.id, "coord": canvas.coord((x, y))}
                    points[place] = tables.add("wallPoints", (floor.level, place), location=location)
                ends.append(points[place])
            tables.add(
                "wallSegments",
                (floor.level, n),
                wallPoints=ends,
                wallTypeId=_type(tables, wall, floor, site.country),
                originType="WALL_TOOL",
            )
        tables.tally.take("wallSegments", "walls, doors, windows and parapets", "牆、門、窗與矮牆", n=len(floor.walls))


def _type(tables: Tables, wall: Wall, floor: Floor, country: str) -> str:
    thickness_m = wall.thickness_m or materials()[wall.material].default_thickness_m
    top_m = None if abs(wall.top_m - floor.height_m) <= _FULL_M else float(wall.top_m)
    losses = wall_db(wall, country)
    key = (wall.kind, wall.material, wall.thickness_m, wall.bottom_m, top_m, losses)
    made = tables.id("wallTypes", key)
    if made in tables.known_types:
        return made
    tables.known_types.add(made)
    usual = USUAL[tables.lang == "zh-TW"] if wall.thickness_m is None else ""
    detail = f"{usual}{100 * thickness_m:g} cm"
    if any(loss is not None for loss in (wall.loss_2g4_db, wall.loss_5g_db, wall.loss_6g_db)):
        detail += f", {' / '.join(f'{loss:.1f}' for loss in losses)} dB"
    if top_m is not None or wall.bottom_m:
        detail += f", {wall.bottom_m:g}-{wall.top_m:g} m"
    reflections = (_reflection(wall, band_hz(country, band)) for band in BANDS)
    tables.add(
        "wallTypes",
        key,
        name=name_of(wall.kind, wall.material, detail, lang=tables.lang),
        color=_COLOURS[wall.kind],
        thickness=float(thickness_m),
        lowerEdge=float(wall.bottom_m),
        upperEdge=top_m,
        propagationProperties=[
            propagation(WORDS[band], loss / thickness_m, reflection)
            for band, loss, reflection in zip(BANDS, losses, reflections, strict=True)
        ],
    )
    tables.tally.take("wallTypes", "types of wall", "牆類型")
    return made


def _reflection(wall: Wall, span: tuple[float, float]) -> float:
    """Return the share of the field that a wall throws back at a right angle, from 0 to 1."""
    row = materials()[wall.material]
    back_db = material_reflection_db(
        row, thickness_m=wall.thickness_m, band_hz=span, angle_deg=np.zeros(1), polarisation="te"
    )[0]
    return float(np.sqrt(ratio_from_db(-back_db)))
