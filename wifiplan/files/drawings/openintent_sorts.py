"""Sorts of walls as OpenIntent's wall materials: what walls have in common but for their line, and what they lose."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from wifiplan.catalog.materials import materials
from wifiplan.files.json_input import Json
from wifiplan.radio.slab import material_loss_db
from wifiplan.site.building import Site, Wall
from wifiplan.site.network import Band

_MIDDLE_HZ: Mapping[Band, float] = {"2.4": 2.44e9, "5": 5.5e9, "6": 6.4e9}
"""Near the middle of each band; the loss of a wall is that of 80 MHz around it."""
_ITU: Mapping[str, str] = {
    name: f"ITU_R_{name.upper()}"
    for name in ("concrete", "brick", "plasterboard", "wood", "glass", "ceiling_board", "chipboard", "plywood")
} | {"marble": "ITU_R_MARBLE", "metal": "ITU_R_METAL"}
"""Materials by the names of ITU-R P.2040, as the format asks."""


def sort_of(wall: Wall) -> Wall:
    """Return what walls of one material of the document have in common, on a line that is none."""
    return replace(wall, line=((0.0, 0.0), (1.0, 0.0)))


def wall_sorts(site: Site) -> dict[Wall, str]:
    """Return a name for every sort of wall, unique in the document."""
    found: dict[Wall, str] = {}
    used: Counter[str] = Counter()
    for wall in (wall for floor in site.floors for wall in floor.walls):
        kind = sort_of(wall)
        if kind not in found:
            name = f"{kind.material} {kind.kind} {1000 * thickness_m(kind):g} mm, {kind.bottom_m:g}-{kind.top_m:g} m"
            used[name] += 1
            found[kind] = name if used[name] == 1 else f"{name} ({used[name]})"
    return found


def thickness_m(wall: Wall) -> float:
    """Return a wall's thickness, its material's usual one where it has none of its own [m]."""
    return materials()[wall.material].default_thickness_m if wall.thickness_m is None else wall.thickness_m


def material_of_sort(kind: Wall, name: str) -> Json:
    """Return a sort of wall as a material of the document; its one loss is that at 5 GHz, ours stand beside it."""
    found: dict[str, Json] = {
        "name": name,
        "rf_properties": {"attenuation_flat": round(loss_db(kind, "5"), 2)},
        "thickness_m": thickness_m(kind),
        "bottom_height": max(kind.bottom_m, 0.0),
        "top_height": kind.top_m,
        "wifiplan_wall": {
            "kind": kind.kind,
            "material": kind.material,
            "bottom_m": kind.bottom_m,
            "top_m": kind.top_m,
            "thickness_m": kind.thickness_m,
            "loss_2g4_db": kind.loss_2g4_db,
            "loss_5g_db": kind.loss_5g_db,
            "loss_6g_db": kind.loss_6g_db,
        },
        "wifiplan_loss_db": {band: round(loss_db(kind, band), 2) for band in _MIDDLE_HZ},
    }
    if kind.material in _ITU:
        found["itu_material_type"] = _ITU[kind.material]
    return found


def loss_db(wall: Wall, band: Band) -> float:
    """Return what one straight crossing of a wall loses in a band [dB], as the plan reckons it.

    >>> wall = Wall(line=((0.0, 0.0), (1.0, 0.0)), material="brick", top_m=3.0, loss_5g_db=9.0)
    >>> loss_db(wall, "5"), round(loss_db(wall, "2.4"), 1)
    (9.0, 3.4)
    """
    own_db = {"2.4": wall.loss_2g4_db, "5": wall.loss_5g_db, "6": wall.loss_6g_db}[band]
    if own_db is not None:
        return own_db
    one, middle_hz = materials()[wall.material], _MIDDLE_HZ[band]
    span = (middle_hz - 40e6, middle_hz + 40e6)
    angle_deg = np.zeros(1)
    return float(
        material_loss_db(one, thickness_m=wall.thickness_m, band_hz=span, angle_deg=angle_deg, polarisation="te")[0]
    )
