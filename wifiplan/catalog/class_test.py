"""What a class test asks for: the streams of a class and the limits of a verdict, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from wifiplan.catalog.table import check, numbers_by_name, rows, texts_by_name, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPreset:
    """A stream of video as one device of the class plays it.

    Parameters
    ----------
    name, name_zh : str
        Key in settings, and the Chinese name.
    mbps_down : float
        Payload [Mbit/s].
    source : str
        Where the rate comes from.
    """

    name: str
    name_zh: str
    mbps_down: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLimits:
    """Limits of a verdict; every default is a row of `catalog/data/class_limits.csv`, with unit and source.

    Shares run from 0 to 1. A field keeps the name of its row.
    """

    min_goodput_share: float
    max_loss_share: float
    loss_window_s: float
    max_jitter_ms: float
    max_rtt_ms: float
    max_burst_loss_share: float
    burst_window_s: float
    rebuffering_pass_share: float
    rebuffering_fail_share: float
    max_start_s: float
    max_added_delay_p95_ms: float
    max_delay_growth_ms: float
    max_generator_error_p99_ms: float
    max_agent_cpu_share: float
    min_packets: float
    min_pings: float
    min_stall_s: float
    max_hidden_s: float
    max_silent_s: float
    max_gateway_rtt_ms: float
    confidence_share: float


@lru_cache(maxsize=1)
def class_limits() -> ClassLimits:
    """Return the default limits.

    >>> class_limits().max_loss_share
    0.01
    """
    return ClassLimits(**numbers_by_name("class_limits"))


@lru_cache(maxsize=1)
def limit_sources() -> Mapping[str, str]:
    """Return the source of every limit by its name; the printed sheet shows them."""
    return texts_by_name("class_limits", "source")


@lru_cache(maxsize=1)
def limit_bases() -> Mapping[str, str]:
    """Return on what kind of ground every limit stands, by its name: a code that reports put into words.

    >>> limit_bases()["max_loss_share"]
    'teams'
    """
    return texts_by_name("class_limits", "basis")


@lru_cache(maxsize=1)
def stream_presets() -> Mapping[str, StreamPreset]:
    """Return all presets by name, read-only.

    >>> stream_presets()["video"].mbps_down
    2.5
    """
    table = rows("class_streams")
    found = {
        row.text("name"): StreamPreset(
            name=row.text("name"),
            name_zh=row.text("name_zh"),
            mbps_down=row.number("mbps_down"),
            source=row.text("source"),
        )
        for row in table
    }
    check(table)
    return MappingProxyType(found)


def stream_preset(name: str) -> StreamPreset:
    """Return one preset; raises CatalogError where there is none of that name."""
    found = stream_presets().get(name)
    if found is None:
        raise unknown("stream preset", name, tuple(stream_presets()))
    return found
