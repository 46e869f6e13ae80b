"""Hard caps of the load that a test may put on a school's network, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wifiplan.catalog.table import numbers_by_name, texts_by_name


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCaps:
    """What no test passes, whatever its settings say; every default is a row of `catalog/data/load_caps.csv`.

    Parameters
    ----------
    max_streams : float
        Streams at once, all rooms together.
    max_stream_mbps, max_mbps : float
        Payload of one stream, and of all at once [Mbit/s].
    max_step_s, max_test_s : float
        Length of a step, and of a whole test [s].
    max_bytes : float
        Payload of a whole test [byte].
    """

    max_streams: float
    max_stream_mbps: float
    max_mbps: float
    max_step_s: float
    max_test_s: float
    max_bytes: float


@lru_cache(maxsize=1)
def load_caps() -> LoadCaps:
    """Return the caps.

    >>> load_caps().max_stream_mbps
    25.0
    """
    return LoadCaps(**numbers_by_name("load_caps"))


@lru_cache(maxsize=1)
def cap_sources() -> Mapping[str, str]:
    """Return the source of every cap by its name."""
    return texts_by_name("load_caps", "source")
