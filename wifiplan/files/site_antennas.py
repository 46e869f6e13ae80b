"""Antennas that a site file names by the maker's file beside it: read into the site, which then holds their cuts."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import get_args

from wifiplan.catalog.antennas import N_CUT, Facing
from wifiplan.errors import CatalogError, Fault
from wifiplan.files.antennas import read_antenna
from wifiplan.files.json_input import Json, json_path, printable

_FILE_KEYS = frozenset({"file", "name", "facing"})


def with_antenna_files(data: Json, folder: Path) -> tuple[Json, tuple[Fault, ...]]:
    """Return a site's JSON in which every `{"file": …}` among `antennas` has become the cuts of that file.

    Parameters
    ----------
    data : JSON value
        What a site file holds, of any shape: what is no such antenna is left as it is.
    folder : Path
        Where the site file lies; an antenna's file must lie there too.

    Returns
    -------
    data : JSON value
        The parameter is not changed. An antenna whose file is faulty has silent cuts, so that the rest can be checked.
    faults : tuple of Fault
        All faults of all files, each with its place.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("antennas"), list):
        return data, ()
    faults: list[Fault] = []
    found = [_read(item, n, folder, faults) for n, item in enumerate(data["antennas"])]
    return {**data, "antennas": found}, tuple(faults)


def _read(item: Json, n: int, folder: Path, faults: list[Fault]) -> Json:
    if not isinstance(item, Mapping) or not isinstance(item.get("file"), str) or not item.keys() <= _FILE_KEYS:
        return item
    where = json_path(("antennas", n))
    name, facing = item["file"], item.get("facing", "ceiling")
    silent = {"name": Path(name).stem, "horizontal_db": [0.0] * N_CUT, "vertical_db": [0.0] * N_CUT}
    said = {key: value for key, value in item.items() if key != "file"}
    if not name or Path(name).name != name or ":" in name or "\\" in name:
        problem = f"the file {printable(name)[:60]!r} is not beside the site file"
        faults.append(Fault(where=where, problem=problem, remedy="give its name, without a folder"))
        return silent | said
    if facing not in get_args(Facing):
        return silent | said
    try:
        antenna = read_antenna(folder / name, facing=facing)
    except CatalogError as error:
        told = error.faults or (Fault(where="", problem=error.problem, remedy=error.remedy),)
        place = f"{where} {printable(name)}"
        faults += [replace(f, where=f"{place} {f.where}".rstrip()) for f in told]
        return silent | said
    cuts = {"horizontal_db": [*antenna.horizontal_db], "vertical_db": [*antenna.vertical_db]}
    return {"name": antenna.name, **cuts, "gain_dbi": antenna.gain_dbi, "source": antenna.source} | said
