"""How far the signal at a seat strays from the law's median: components, each with its source."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from wifiplan.catalog.table import numbers_by_name, texts_by_name


@lru_cache(maxsize=1)
def shadowing_parts() -> Mapping[str, float]:
    """Return the means and spreads of all components by name, read-only [dB].

    >>> shadowing_parts()["location_sd_db"]
    3.76
    """
    return MappingProxyType(numbers_by_name("shadowing"))


@lru_cache(maxsize=1)
def shadowing_sources() -> Mapping[str, str]:
    """Return the source of every component by its name."""
    return texts_by_name("shadowing", "source")
