"""What columns of other tools' tables of readings hold, by the names that they give them in several languages."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from wifiplan.catalog.table import check, rows

Column: TypeAlias = Literal[
    "x",
    "y",
    "latitude",
    "longitude",
    "floor",
    "point",
    "time",
    "date",
    "bssid",
    "ap",
    "ssid",
    "rssi",
    "percent",
    "channel",
    "frequency",
    "band",
    "throughput",
    "delay",
    "loss",
    "person",
    "sender",
    "frame_type",
    "station_kind",
]
"""What a column holds; "person", "sender": what tells of a device, never kept; "frame_type": type and subtype
of an 802.11 frame; "station_kind": whether it is an access point that a row tells of."""

COLUMNS: tuple[Column, ...] = get_args(Column)


@lru_cache(maxsize=1)
def reading_columns() -> Mapping[str, Column]:
    """Return what a column holds by its name in lower case, without spaces and signs.

    Raises
    ------
    CatalogError
        The table is faulty.

    Examples
    --------
    >>> reading_columns()["signalstrength"], reading_columns()["樓層"]
    ('rssi', 'floor')
    """
    table = rows("reading_columns")
    found: dict[str, Column] = {}
    for row in table:
        kind = next((one for one in COLUMNS if one == row.text("column")), None)
        if kind is not None:
            found |= dict.fromkeys(row.words("words"), kind)
    check(table)
    return MappingProxyType(found)
