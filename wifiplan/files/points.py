"""Points at which a prediction is wanted: a CSV file with the columns x_m, y_m, z_m and floor."""

import csv
import math
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from wifiplan.errors import Fault, SurveyError
from wifiplan.files.json_input import printable, read_text
from wifiplan.units import Array, IntArray

COLUMNS = ("x_m", "y_m", "z_m", "floor")
FARTHEST_M = 10_000.0
"""No point at a school is farther from the corner of its plan."""
_MAX_BYTES = 64_000_000


def read_points(path: Path | str, levels: Collection[int] | None = None) -> tuple[Array, IntArray]:
    """Read points.

    Parameters
    ----------
    path : Path or str
        CSV (UTF-8) with the columns x_m, y_m, z_m (above that floor's slab) and floor (its level), in any order;
        further columns are ignored.
    levels : collection of int or None
        The levels that the site has; a point on another one is a fault. None takes any.

    Returns
    -------
    xyz_m : ndarray, shape (j, 3)
        Positions [m].
    floor_j : ndarray of int, shape (j,)
        Levels.

    Raises
    ------
    SurveyError
        A column is missing or given twice, cells are no finite numbers or no place on earth, or a floor does not
        exist; all of them at once, by row and column.
    """
    path = Path(path)
    faults: list[Fault] = []
    points = _points(read_text(path, max_bytes=_MAX_BYTES, error=SurveyError), levels, faults)
    if faults:
        raise SurveyError(
            f"the points have {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            remedy=f"give the columns {', '.join(COLUMNS)}, separated by commas, with numbers in metres",
            where=str(path),
            faults=faults,
        )
    values = np.array(points, dtype=np.float64).reshape(-1, 4)
    return values[:, :3], values[:, 3].astype(np.int64)


def _points(text: str, levels: Collection[int] | None, faults: list[Fault]) -> list[list[float]]:
    table = csv.DictReader(text.splitlines())
    try:
        header = [name.strip() for name in table.fieldnames or ()]
        table.fieldnames = header
        faults.extend(
            Fault(where="header", problem=f"column {name} is {'given twice' if name in header else 'missing'}")
            for name in COLUMNS
            if header.count(name) != 1
        )
        return [] if faults else [_point(row, f"row {table.line_num}", levels, faults) for row in table]
    except csv.Error as error:
        faults.append(Fault(where=f"row {table.line_num}", problem=f"cannot be read as CSV ({error})"))
        return []


def _point(
    row: Mapping[str, str | None], where: str, levels: Collection[int] | None, faults: list[Fault]
) -> list[float]:
    point = [_number(row[name], f"{where}, {name}", faults) for name in COLUMNS]
    level = point[3]
    if not math.isfinite(level):
        return point
    if not level.is_integer():
        faults.append(Fault(where=f"{where}, floor", problem="a floor's level is a whole number"))
    elif levels is not None and level not in levels:
        known = ", ".join(str(n) for n in sorted(levels))
        faults.append(Fault(where=f"{where}, floor", problem=f"there is no level {level:g}", remedy=f"levels: {known}"))
    return point


def _number(cell: str | None, where: str, faults: list[Fault]) -> float:
    try:
        value = float(cell or "")
    except ValueError:
        value = math.nan
    shown = printable((cell or "")[:40])
    if not math.isfinite(value):
        faults.append(Fault(where=where, problem=f'"{shown}" is no number'))
    elif abs(value) > FARTHEST_M:
        faults.append(Fault(where=where, problem=f"{shown} is kilometres away", remedy="numbers are in metres"))
    return value
