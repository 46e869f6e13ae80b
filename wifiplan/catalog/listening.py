"""What makes something heard worth a remark: limits of `probe listen`, each with its source."""

from dataclasses import dataclass
from functools import lru_cache

from wifiplan.catalog.table import numbers_by_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenLimits:
    """Limits; every default is a row of `catalog/data/listen_limits.csv`. A field keeps the name of its row."""

    heard_dbm: float
    strong_dbm: float
    min_beacon_mbps: float
    max_ssids: float
    max_beacons_share: float
    busy_share: float
    max_retry_share: float
    min_beacons_heard_share: float
    min_listened_s: float


@lru_cache(maxsize=1)
def listen_limits() -> ListenLimits:
    """Return the default limits.

    >>> listen_limits().heard_dbm
    -82.0
    """
    return ListenLimits(**numbers_by_name("listen_limits"))
