"""Published numbers of the path-loss laws, each a row with its range and its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from wifiplan.catalog.table import Row, check, numbers_by_name, rows, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class DistanceRow:
    """Loss by distance, 10 α log d + β + 10 γ log f (d in m, f in GHz), and where its source holds.

    Parameters
    ----------
    alpha, beta_db, gamma : float
        α, β [dB] and γ.
    sd_db : float or None
        Spread between places at the same distance, None where the source gives none [dB].
    min_hz, max_hz, min_m, max_m : float
        Range of the source, both ends included [Hz, m].
    source : str
        Where the numbers come from, with the mark [S] seen, [2nd] second hand or [M] remembered.
    """

    name: str
    alpha: float
    beta_db: float
    gamma: float
    sd_db: float | None
    min_hz: float
    max_hz: float
    min_m: float
    max_m: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorRow:
    """Loss of floors by their number: `next_db` each after the first, or `first_db` n^((n+2)/(n+1) - `bend`).

    `max_floors` is the most that the source covers, `min_hz` and `max_hz` its range [Hz].
    """

    name: str
    first_db: float
    next_db: float | None
    bend: float | None
    max_floors: int
    min_hz: float
    max_hz: float
    source: str


@lru_cache(maxsize=1)
def distance_rows() -> Mapping[str, DistanceRow]:
    """Return the rows of losses by distance, read-only; raises CatalogError where the table is faulty.

    >>> distance_rows()["p1238_office_nlos_13"].alpha
    2.39
    """
    table = rows("path_loss_distance")
    found = {row.text("name"): _distance(row) for row in table}
    check(table)
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def floor_rows() -> Mapping[str, FloorRow]:
    """Return the rows of losses of floors, read-only; raises CatalogError where the table is faulty.

    >>> floor_rows()["cost231"].first_db
    18.3
    """
    table = rows("path_loss_floors")
    found = {row.text("name"): _floor(row) for row in table}
    check(table)
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def law_numbers() -> Mapping[str, float]:
    """Return the laws' other numbers by name, read-only; raises CatalogError where the table is faulty.

    >>> law_numbers()["cost231_heavy_db"]
    6.9
    """
    return MappingProxyType(numbers_by_name("path_loss"))


def distance_row(name: str) -> DistanceRow:
    """Return one row of losses by distance; raises CatalogError, which lists all names, where there is none."""
    found = distance_rows().get(name)
    if found is None:
        raise unknown("loss by distance", name, tuple(distance_rows()))
    return found


def floor_row(name: str) -> FloorRow:
    """Return one row of losses of floors; raises CatalogError, which lists all names, where there is none."""
    found = floor_rows().get(name)
    if found is None:
        raise unknown("loss of floors", name, tuple(floor_rows()))
    return found


def _distance(row: Row) -> DistanceRow:
    return DistanceRow(
        name=row.text("name"),
        alpha=row.number("alpha"),
        beta_db=row.number("beta_db"),
        gamma=row.number("gamma"),
        sd_db=row.optional("sd_db"),
        min_hz=row.number("min_ghz") * 1e9,
        max_hz=row.number("max_ghz") * 1e9,
        min_m=row.number("min_m"),
        max_m=row.number("max_m"),
        source=row.text("source"),
    )


def _floor(row: Row) -> FloorRow:
    return FloorRow(
        name=row.text("name"),
        first_db=row.number("first_db"),
        next_db=row.optional("next_db"),
        bend=row.optional("bend"),
        max_floors=row.whole("max_floors"),
        min_hz=row.number("min_ghz") * 1e9,
        max_hz=row.number("max_ghz") * 1e9,
        source=row.text("source"),
    )
