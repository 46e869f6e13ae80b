"""What a class does on line: named requirement profiles, each row with its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from wifiplan.catalog.table import Row, check, rows, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one use asks of the Wi-Fi: 影音 video, 線上測驗 e_testing, 視訊 conferencing.

    Parameters
    ----------
    name, name_zh : str
        Key in settings, and the Chinese name.
    mbps_down, mbps_up : float
        Payload per device [Mbit/s].
    min_received_dbm : float
        Least signal at a seat [dBm].
    min_second_dbm : float or None
        Least signal of the second access point, where one is asked for [dBm].
    min_snr_db : float
        Least signal-to-noise ratio [dB].
    max_airtime_share : float
        Most of a radio's airtime that a plan may fill, from 0 to 1.
    source : str
        Where each of the numbers comes from.
    """

    name: str
    name_zh: str
    mbps_down: float
    mbps_up: float
    min_received_dbm: float
    min_second_dbm: float | None
    min_snr_db: float
    max_airtime_share: float
    source: str


@lru_cache(maxsize=1)
def profiles() -> Mapping[str, Profile]:
    """Return all profiles by name, read-only.

    >>> profiles()["video"].mbps_down
    2.5
    """
    table = rows("profiles")
    found = {row.text("name"): _profile(row) for row in table}
    check(table)
    return MappingProxyType(found)


def profile(name: str) -> Profile:
    """Return one profile; raises CatalogError where there is none of that name."""
    found = profiles().get(name)
    if found is None:
        raise unknown("requirement profile", name, tuple(profiles()))
    return found


def _profile(row: Row) -> Profile:
    return Profile(
        name=row.text("name"),
        name_zh=row.text("name_zh"),
        mbps_down=row.number("mbps_down"),
        mbps_up=row.number("mbps_up"),
        min_received_dbm=row.number("min_received_dbm"),
        min_second_dbm=row.optional("min_second_dbm"),
        min_snr_db=row.number("min_snr_db"),
        max_airtime_share=row.number("max_airtime_share"),
        source=row.text("source"),
    )
