"""ap_config.csv: the settings of every radio, for whoever keeps the controller."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from wifiplan.files.output import write_csv
from wifiplan.study.radio_config import RadioConfig

CONFIG_COLUMNS = tuple(field.name for field in dataclasses.fields(RadioConfig))
"""One column a field; lists are separated by spaces, names of networks by bars."""


def config_cells(config: RadioConfig) -> dict[str, object]:
    """Return a radio's settings by column, lists as text."""
    cells: dict[str, object] = dataclasses.asdict(config)
    cells["channels_20mhz"] = " ".join(map(str, config.channels_20mhz))
    cells["auto_channels"] = " ".join(map(str, config.auto_channels))
    cells["auto_channels_20mhz"] = " ".join(map(str, config.auto_channels_20mhz))
    cells["ssids"] = "|".join(config.ssids)
    cells["vlans"] = "|".join("" if vlan is None else str(vlan) for vlan in config.vlans)
    return cells


def write_ap_config_csv(path: Path | str, configs: Sequence[RadioConfig]) -> None:
    """Write ap_config.csv: one row a radio.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    write_csv(Path(path), [config_cells(config) for config in configs], CONFIG_COLUMNS)
