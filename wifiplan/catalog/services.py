"""What a school's services are held against, and the public hosts that a check may ask: rows with their sources."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from wifiplan.catalog.table import check, numbers_by_name, rows, texts_by_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLimits:
    """Limits of the services' answers; every default is a row of `data/service_limits.csv`, with unit and source.

    Shares run from 0 to 1. A field keeps the name of its row.
    """

    max_dns_idle_p95_ms: float
    max_dns_loaded_p95_ms: float
    max_dns_lost_share: float
    max_gateway_idle_p95_ms: float
    max_gateway_loaded_p95_ms: float
    max_gateway_lost_share: float
    min_path_mtu: float
    full_mtu: float
    dhcp_patience_s: float
    max_uplink_rtt_p95_ms: float
    min_uplink_share: float
    max_site_first_byte_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EducationSite:
    """A public site that classes use: what a gentle check may ask, and what for.

    Parameters
    ----------
    name, name_zh : str
        Key, and the name that teachers know.
    host, path : str
        Asked over HTTPS.
    purpose_zh, purpose : str
        What a class does there.
    source : str
        Where the host is published.
    """

    name: str
    name_zh: str
    host: str
    path: str
    purpose_zh: str
    purpose: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectivityUrl:
    """An address by which tablets find a captive portal: what it answers, status and words, where there is none."""

    name: str
    host: str
    path: str
    status: int
    body: str
    source: str


@lru_cache(maxsize=1)
def service_limits() -> ServiceLimits:
    """Return the default limits.

    >>> service_limits().full_mtu
    1500.0
    """
    return ServiceLimits(**numbers_by_name("service_limits"))


@lru_cache(maxsize=1)
def service_limit_sources() -> Mapping[str, str]:
    """Return the source of every limit by its name."""
    return texts_by_name("service_limits", "source")


@lru_cache(maxsize=1)
def education_sites() -> tuple[EducationSite, ...]:
    """Return the sites in the order in which they are asked.

    >>> education_sites()[0].host
    'cloud.edu.tw'
    """
    table = rows("education_sites")
    names = [field.name for field in fields(EducationSite)]
    found = tuple(EducationSite(**{name: row.text(name) for name in names}) for row in table)
    check(table)
    return found


@lru_cache(maxsize=1)
def connectivity_urls() -> tuple[ConnectivityUrl, ...]:
    """Return the addresses of portal checks.

    >>> [url.status for url in connectivity_urls()]
    [204, 200]
    """
    table = rows("connectivity_urls")
    found = tuple(
        ConnectivityUrl(
            name=row.text("name"),
            host=row.text("host"),
            path=row.text("path"),
            status=row.whole("status"),
            body=row.cells["body"],
            source=row.text("source"),
        )
        for row in table
    )
    check(table)
    return found
