"""Scenarios as data: scenarios.csv of a school."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from wifiplan.files.output import write_csv
from wifiplan.study.outcomes import Scenario

COLUMNS = (
    "devices",
    "mbps_per_device",
    "n_rooms_at_once",
    "n_devices_at_once",
    "n_aps_needed",
    "n_aps_needed_classrooms",
    "n_classrooms_served",
    "n_classrooms",
    "peak_mbps",
)


def write_scenarios_csv(path: Path, found: Sequence[Scenario]) -> None:
    """Write one row for every case of devices and rate; what nobody knows stays empty.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_csv(path, [asdict(scenario) for scenario in found], COLUMNS)
