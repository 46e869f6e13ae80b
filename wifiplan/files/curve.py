"""A school's curve as data: curve.csv."""

from pathlib import Path

from wifiplan.files.output import write_csv
from wifiplan.study.outcomes import Curve

COLUMNS = ("n_aps", "n_classrooms_served", "n_specialist_served", "n_classrooms_most", "proven")


def write_curve_csv(path: Path, curve: Curve) -> None:
    """Write one row for every number of new access points.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    rows = [
        {
            "n_aps": point.n_aps,
            "n_classrooms_served": point.n_classrooms,
            "n_specialist_served": point.n_specialist,
            "n_classrooms_most": point.n_classrooms_most,
            "proven": point.proven,
        }
        for point in curve.points
    ]
    write_csv(path, rows, COLUMNS)
