"""Points at which a prediction is wanted: a CSV file with the columns x_m, y_m, z_m and floor."""

import csv
import math
from pathlib import Path

import numpy as np

from wifiplan.errors import Fault, SurveyError
from wifiplan.files.strict import read_text
from wifiplan.units import Array, IntArray

COLUMNS = ("x_m", "y_m", "z_m", "floor")
_MAX_BYTES = 64_000_000


def read_points(path: Path | str) -> tuple[Array, IntArray]:
    """Read points.

    Parameters
    ----------
    path : Path or str
        CSV (UTF-8) with the columns x_m, y_m, z_m (above that floor's slab) and floor (its level), in any order;
        further columns are ignored.

    Returns
    -------
    xyz_m : ndarray, shape (j, 3)
        Positions [m].
    floor_j : ndarray of int, shape (j,)
        Levels.

    Raises
    ------
    SurveyError
        A column is missing, or cells are no finite numbers; all of them at once, by row and column.
    """
    path = Path(path)
    table = csv.DictReader(read_text(path, max_bytes=_MAX_BYTES, error=SurveyError).splitlines())
    header = [name.strip() for name in table.fieldnames or ()]
    table.fieldnames = header
    faults = [Fault(where="header", problem=f"column {name} is missing") for name in COLUMNS if name not in header]
    points: list[list[float]] = []
    if not faults:
        points = [[_number(row[name], f"row {table.line_num}, {name}", faults) for name in COLUMNS] for row in table]
        faults.extend(
            Fault(where=f"point {n + 1}, floor", problem="a floor's level is a whole number")
            for n, point in enumerate(points)
            if math.isfinite(point[3]) and not point[3].is_integer()
        )
    if faults:
        raise SurveyError(
            f"the points have {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            remedy=f"give the columns {', '.join(COLUMNS)} with numbers in metres",
            where=str(path),
            faults=faults,
        )
    values = np.array(points, dtype=np.float64).reshape(-1, 4)
    return values[:, :3], values[:, 3].astype(np.int64)


def _number(cell: str | None, where: str, faults: list[Fault]) -> float:
    try:
        value = float(cell or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        faults.append(Fault(where=where, problem=f'"{cell or ""}" is no number'))
    return value
