"""Channels, widths, power limits and radar detection (DFS), by country."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from wifiplan.catalog.table import Row, check, rows, unknown
from wifiplan.errors import CatalogError
from wifiplan.units import Array, db_from_ratio, hz_from_mhz


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel of a country's band.

    `max_eirp_dbm` respects a limit of power density at this width. `psc` marks preferred scanning channels of
    6 GHz. `on` says whether we use it by default: Taiwan's careful defaults leave 138, 142 and 144 off.
    """

    country: str
    band: str
    number: int
    width_mhz: int
    center_hz: float
    low_hz: float
    high_hz: float
    max_eirp_dbm: float
    dfs: bool
    indoor_only: bool
    psc: bool
    on: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the regulator's table: a range of frequencies and what is allowed in it.

    `joins` says that a channel may span this range and its neighbour (AUTO-BW in wireless-regdb).
    """

    country: str
    band: str
    low_mhz: float
    high_mhz: float
    max_eirp_dbm: float
    max_width_mhz: int
    dfs: bool
    indoor_only: bool
    joins: bool
    density_dbm_mhz: float | None
    source: str


@lru_cache(maxsize=256)
def channels(
    country: str, band: str, width_mhz: int, *, dfs: bool = True, all_legal: bool = False
) -> tuple[Channel, ...]:
    """Return the channels of one width that we use in a country, by rising frequency.

    Parameters
    ----------
    country : str
        ISO code: "TW", "US", "DE" or "JP".
    band : str
        "2.4", "5" or "6".
    width_mhz : int
        Nominal width: 20, 40, 80, 160 or 320 [MHz].
    dfs : bool
        Whether channels that need radar detection count.
    all_legal : bool
        Also those that are legal but off by default.

    Returns
    -------
    tuple of Channel
        Empty where the band offers none of that width.

    Raises
    ------
    CatalogError
        The country or the band is unknown.

    Examples
    --------
    >>> [c.number for c in channels("TW", "2.4", 20)]
    [1, 6, 11]
    >>> [c.number for c in channels("TW", "5", 40, dfs=False)]
    [38, 46, 151, 159]
    """
    allowed = _allowed(country, band)
    found = []
    for row in rows("channelisation"):
        if row.text("band") != band or row.whole("width_mhz") != width_mhz:
            continue
        for number in range(row.whole("first"), row.whole("last") + 1, row.whole("step")):
            center_mhz = row.number("start_mhz") + 5.0 * number
            channel = _channel(allowed, number, width_mhz, center_mhz)
            if channel is not None and (dfs or not channel.dfs) and (all_legal or channel.on):
                found.append(channel)
    return tuple(sorted(found, key=lambda c: c.center_hz))


def channel_named(country: str, band: str, number: int, width_mhz: int) -> Channel | None:
    """Return the legal channel that people mean by a number and a width, None where there is none.

    The number is that of its middle, or of a 20 MHz channel in it (the primary one, as controllers write it).

    Examples
    --------
    >>> [channel_named("TW", "5", number, 40).number for number in (102, 100, 104)]
    [102, 102, 102]
    """
    every = channels(country, band, width_mhz, all_legal=True)
    exact = next((c for c in every if c.number == number), None)
    primary = next((c for c in channels(country, band, 20, all_legal=True) if c.number == number), None)
    if exact is not None or primary is None:
        return exact
    return next((c for c in every if c.low_hz <= primary.low_hz and c.high_hz >= primary.high_hz), None)


@lru_cache(maxsize=32)
def widths_mhz(country: str, band: str) -> tuple[int, ...]:
    """Return the widths that a country's band offers, narrowest first [MHz]."""
    known = sorted({row.whole("width_mhz") for row in rows("channelisation")})
    return tuple(w for w in known if channels(country, band, w))


def band_hz(country: str, band: str) -> tuple[float, float]:
    """Return the lowest and highest frequency of a country's band [Hz].

    >>> band_hz("TW", "5")
    (5150000000.0, 5850000000.0)
    """
    allowed = _allowed(country, band)
    return hz_from_mhz(min(r.low_mhz for r in allowed)), hz_from_mhz(max(r.high_mhz for r in allowed))


@lru_cache(maxsize=8)
def center_hz(band: str) -> float:
    """Return the frequency that stands for a band in a path-loss law [Hz].

    >>> center_hz("5")
    5500000000.0
    """
    table = rows("bands")
    found = {row.text("band"): row.number("center_mhz") for row in table}
    check(table)
    if band not in found:
        raise unknown("band", band, tuple(found))
    return hz_from_mhz(found[band])


def overlap_kl(channels_k: tuple[Channel, ...]) -> Array:
    """Return how much of the narrower of two channels lies inside the other.

    Parameters
    ----------
    channels_k : tuple of Channel
        Any mix of numbers, widths and bands.

    Returns
    -------
    ndarray (k, l)
        Share from 0 (disjoint) to 1 (the narrower one lies wholly inside); symmetric, 1 on the diagonal. The
        narrower one counts, because a station defers to any frame that fills its own channel.

    Examples
    --------
    >>> pair = channels("TW", "5", 40)[:1] + channels("TW", "5", 20)[:3]
    >>> overlap_kl(pair)[0]
    array([1., 1., 1., 0.])
    """
    low_k = np.array([c.low_hz for c in channels_k], dtype=np.float64)
    high_k = np.array([c.high_hz for c in channels_k], dtype=np.float64)
    common_kl = np.minimum.outer(high_k, high_k) - np.maximum.outer(low_k, low_k)
    width_kl = np.minimum.outer(high_k - low_k, high_k - low_k)
    return np.asarray(np.clip(common_kl / width_kl, 0.0, 1.0))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return every country's rules."""
    table = rows("spectrum")
    found = tuple(_rule(row) for row in table)
    check(table)
    return found


def countries() -> tuple[str, ...]:
    """Return the codes of the countries that we have rules of."""
    return tuple(dict.fromkeys(r.country for r in rules()))


def _allowed(country: str, band: str) -> tuple[Rule, ...]:
    if country not in countries():
        raise unknown("country", country, countries())
    found = tuple(sorted((r for r in rules() if (r.country, r.band) == (country, band)), key=lambda r: r.low_mhz))
    if not found:
        known = tuple(dict.fromkeys(r.band for r in rules() if r.country == country))
        raise unknown(f"band of {country}", band, known)
    return found


def _rule(row: Row) -> Rule:
    return Rule(
        country=row.text("country"),
        band=row.text("band"),
        low_mhz=row.number("low_mhz"),
        high_mhz=row.number("high_mhz"),
        max_eirp_dbm=row.number("max_eirp_dbm"),
        max_width_mhz=row.whole("max_width_mhz"),
        dfs=row.flag("dfs"),
        indoor_only=row.flag("indoor_only"),
        joins=row.flag("joins"),
        density_dbm_mhz=row.optional("density_dbm_mhz"),
        source=row.text("source"),
    )


def _channel(allowed: tuple[Rule, ...], number: int, width_mhz: int, center_mhz: float) -> Channel | None:
    """Return the channel under the strictest of the rules it touches; None where it isn't wholly allowed."""
    low, high = center_mhz - width_mhz / 2, center_mhz + width_mhz / 2
    touched = tuple(r for r in allowed if r.low_mhz < high and r.high_mhz > low)
    if not touched or touched[0].low_mhz > low or touched[-1].high_mhz < high:
        return None
    if any(a.high_mhz < b.low_mhz or not (a.joins and b.joins) for a, b in pairwise(touched)):
        return None
    if width_mhz > sum(r.max_width_mhz for r in touched):
        return None
    first = touched[0]
    return Channel(
        country=first.country,
        band=first.band,
        number=number,
        width_mhz=width_mhz,
        center_hz=hz_from_mhz(center_mhz),
        low_hz=hz_from_mhz(low),
        high_hz=hz_from_mhz(high),
        max_eirp_dbm=min(_eirp_dbm(r, width_mhz) for r in touched),
        dfs=any(r.dfs for r in touched),
        indoor_only=any(r.indoor_only for r in touched),
        psc=width_mhz == 20 and (first.band, number) in _scanning(),
        on=not _is_off(first.country, first.band, width_mhz, number),
        source="; ".join(dict.fromkeys(r.source for r in touched)),
    )


def _eirp_dbm(rule: Rule, width_mhz: int) -> float:
    if rule.density_dbm_mhz is None:
        return rule.max_eirp_dbm
    return min(rule.max_eirp_dbm, rule.density_dbm_mhz + float(db_from_ratio(width_mhz)))


@lru_cache(maxsize=1)
def _scanning() -> frozenset[tuple[str, int]]:
    return frozenset(
        (row.text("band"), _int(row, number)) for row in rows("scanning_channels") for number in row.words("numbers")
    )


@lru_cache(maxsize=1024)
def _is_off(country: str, band: str, width_mhz: int, number: int) -> bool:
    for row in rows("channels_off"):
        place = (row.text("band"), row.whole("width_mhz"))
        named = row.text("country") in ("*", country) and place == (band, width_mhz)
        if named and number in {_int(row, text) for text in row.words("numbers")}:
            return True
    return False


def _int(row: Row, text: str) -> int:
    if not text.isdecimal():
        raise CatalogError(f"'{text}' is no channel number.", remedy="Correct the row named.", where=row.where)
    return int(text)
