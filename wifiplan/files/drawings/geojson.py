"""GeoJSON drawings in: one file a floor, a file of many levels, or a folder of floors; degrees or metres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely

from wifiplan.errors import DrawingError, Fault
from wifiplan.files.drawings.geojson_features import Item, features_in, item_of
from wifiplan.files.drawings.geojson_floor import floor_of
from wifiplan.files.drawings.geojson_frame import Frame, crs_of, frame_of
from wifiplan.files.drawings.geojson_levels import elevations_m, levels_by_name
from wifiplan.files.drawings.geojson_shapes import shapes_of
from wifiplan.files.drawings.geojson_site import checked, unique
from wifiplan.files.drawings.geojson_tally import Tally
from wifiplan.files.drawings.geojson_text import MAX_BYTES, number, read_json, refuse, text_of
from wifiplan.files.drawings.records import Imported, ImportOptions
from wifiplan.files.json_input import Json, printable

MAX_FILES = 100
MAX_LEVELS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The things of one file, in its own unit; `level` is known where an index or the file itself says it."""

    name: str
    items: Sequence[Item]
    level: int | None = None
    crs: str = ""
    title: str = ""


def read_geojson(path: Path | str, options: ImportOptions | None = None) -> Imported:
    """Read a GeoJSON drawing: a file, or a folder with a file a floor.

    Parameters
    ----------
    path : Path or str
        A `.geojson` or `.json` file, or a folder of them; a folder's index (`levels` with `filename`) orders the floors.
    options : ImportOptions or None
        `unit_m` makes it a plane drawing of that unit; `level`, `height_m`, `material` and `name` fill what it lacks.

    Returns
    -------
    Imported
        Floors with walls, doors, windows, rooms and outlines; north is up.

    Raises
    ------
    DrawingError
        Not GeoJSON, or faulty: all faults at once.
    ScaleError
        Neither degrees of a building nor a unit that is known.

    Notes
    -----
    Source: RFC 7946; OpenStreetMap's simple indoor tagging.
    """
    path, options = Path(path), options or ImportOptions()
    tally, faults = Tally(), list[Fault]()
    sheets = _folder(path, tally, faults) if path.is_dir() else [_sheet(path, read_json(path), None, tally, faults)]
    refuse(faults, where=str(path))
    return site_of(sheets, path, options, tally)
