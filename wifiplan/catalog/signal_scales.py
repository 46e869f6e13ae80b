"""Shares of a hundred that systems tell in place of levels, and the levels that their makers mean by them."""

from dataclasses import dataclass
from functools import lru_cache

from wifiplan.catalog.table import check, rows
from wifiplan.errors import CatalogError


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalScale:
    """A straight line from a share to a level; beyond its ends the device tells the end."""

    low_percent: float
    low_dbm: float
    high_percent: float
    high_dbm: float

    def dbm(self, percent: float) -> float:
        """Return the level that a share stands for [dBm].

        >>> signal_scale("windows").dbm(43.0)
        -78.5
        """
        inside = min(max(percent, self.low_percent), self.high_percent)
        slope = (self.high_dbm - self.low_dbm) / (self.high_percent - self.low_percent)
        return self.low_dbm + (inside - self.low_percent) * slope


@lru_cache(maxsize=8)
def signal_scale(system: str) -> SignalScale:
    """Return the scale of "windows", "networkmanager" or "networkmanager-in-use".

    Raises
    ------
    CatalogError
        Another system.
    """
    table = rows("signal_scales")
    for row in table:
        if row.text("system") == system:
            found = SignalScale(
                low_percent=row.number("low_percent"),
                low_dbm=row.number("low_dbm"),
                high_percent=row.number("high_percent"),
                high_dbm=row.number("high_dbm"),
            )
            check(table)
            return found
    raise CatalogError(f"no scale of signals for {system!r}", remedy="name a system of signal_scales.csv")
