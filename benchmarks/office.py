"""The office of SODIndoorLoc (SYL), read once for all benchmarks: drawn walls, access points and readings.

The data lie beside the checkout, in shared/data/measured.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

from wifiplan.site.building import Floor, Wall

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "measured"
RISE_M = 1.4
"""Height of access points above the phone: not given by the data sets, assumed by their README [m]."""

PHONE_M = 1.0
CEILING_M = 4.0


def floor(folder: Path, layers: Mapping[str, tuple[str, float]]) -> Floor:
    """Return the office's floor; `layers` says what material and thickness [m] a layer of the drawing is taken for."""
    walls = tuple(
        Wall(
            line=((float(w["E1"]), float(w["N1"])), (float(w["E2"]), float(w["N2"]))),
            top_m=CEILING_M,
            material=layers[w["layer"]][0],
            thickness_m=layers[w["layer"]][1],
        )
        for w in rows(folder / "syl" / "walls.csv")
        if w["layer"] in layers
    )
    return Floor(level=0, elevation_m=0.0, height_m=CEILING_M, walls=walls)


def access_points(folder: Path) -> dict[str, tuple[float, float]]:
    """Return where the office's access points stand, by name [m]."""
    return {r["ap"]: (float(r["E"]), float(r["N"])) for r in rows(folder / "syl" / "aps.csv")}


def readings(folder: Path) -> list[dict[str, str]]:
    """Return the office's readings as they are published: a row a place, phone, band and access point."""
    return rows(folder / "syl" / "measurements_long.csv")


def rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
