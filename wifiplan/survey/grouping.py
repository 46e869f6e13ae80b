"""BSSIDs that one radio sends, and radios that sit in one access point: by address, channel and level.

A radio has a BSSID for every network name, counted on from one base address; they share its channel, and everywhere
they are heard about equally strongly. Radios of one access point have addresses near each other as well, and are loud
at the same places. Addresses alone do not tell: two access points out of one box may be neighbours in number.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from wifiplan.site.network import Band
from wifiplan.survey.bssids import gap, octets
from wifiplan.survey.hearing import Hearing, Key
from wifiplan.units import Array

SAME_LEVEL_DB = 6.0
"""Medians of two names of one radio differ by less: they leave one antenna in one scan [dB]."""

SAME_LEVEL_ONCE_DB = 10.0
"""The same where both were heard together at one or two places only: one reading strays by 3 to 4 dB [dB]."""

FEW_PLACES = 3
"""From so many common places on, levels tell whether two BSSIDs are of one device."""

RADIO_BLOCK = 16
"""Names of one radio are so many addresses from each other at most."""

BANDS_APART_DB = 9.0
"""Levels of two bands of one access point, less their median, stray by about so much from place to place (6 to 9 dB in
measured buildings); of two access points by twice that [dB]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardRadio:
    """BSSIDs of one radio.

    Parameters
    ----------
    band : str
        Its band.
    channel : int or None
        Its channel.
    bssids : tuple of str
        In the order of their addresses.
    device : int
        Radios with the same number sit in one access point.
    """

    band: Band
    channel: int | None
    bssids: tuple[str, ...]
    device: int

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return each BSSID with the band."""
        return tuple((bssid, self.band) for bssid in self.bssids)


def radios_of(heard: Hearing) -> tuple[HeardRadio, ...]:
    """Return the radios behind the BSSIDs, and which of them are one access point.

    Parameters
    ----------
    heard : Hearing
        Levels by place.
    """
    groups = _radio_groups(heard)
    level_gp = np.array([group_level(heard, group) for group in groups]).reshape(len(groups), heard.floor_p.size)
    device_g = _devices(heard, groups, level_gp)
    return tuple(
        HeardRadio(
            band=heard.keys[group[0]][1],
            channel=next((n for k in group if (n := heard.channel_k[k]) is not None), None),
            bssids=tuple(heard.keys[k][0] for k in group),
            device=device,
        )
        for group, device in zip(groups, device_g, strict=True)
    )


def group_level(heard: Hearing, group: Sequence[int]) -> Array:
    """Return the mean level (p) of some BSSIDs over those that were heard, nan where none was [dBm]."""
    rows = heard.rssi_dbm_kp[list(group)]
    known = np.isfinite(rows)
    n_p = known.sum(axis=0)
    return np.asarray(np.where(n_p > 0, np.where(known, rows, 0.0).sum(axis=0) / np.maximum(n_p, 1), np.nan))


def is_apart(a_dbm_p: Array, b_dbm_p: Array) -> bool:
    """Return whether levels of two radios of one band (p) are of two places; False where too little is known."""
    both = np.isfinite(a_dbm_p) & np.isfinite(b_dbm_p)
    if both.sum() < FEW_PLACES:
        n_a, n_b = int(np.isfinite(a_dbm_p).sum()), int(np.isfinite(b_dbm_p).sum())
        return not both.any() and min(n_a, n_b) >= 2 * FEW_PLACES
    return _stray_db(a_dbm_p, b_dbm_p) > BANDS_APART_DB


def _radio_groups(heard: Hearing) -> list[list[int]]:
    address_k = [octets(bssid) for bssid, _ in heard.keys]
    order = sorted(range(len(heard.keys)), key=lambda k: ((address_k[k] or b"")[1:], heard.keys[k]))
    groups: list[list[int]] = []
    open_groups: dict[Band, list[list[int]]] = defaultdict(list)
    for k in order:
        address, band = address_k[k], heard.keys[k][1]
        fits = [group for group in open_groups[band] if address and any(_kin(address, address_k[m]) for m in group)]
        home = next((group for group in fits if _same_radio(heard, k, group)), None)
        if home is None:
            home = []
            groups.append(home)
            open_groups[band].append(home)
        home.append(k)
    return groups


def _kin(a: bytes, b: bytes | None) -> bool:
    apart = None if b is None else gap(a, b)
    return apart is not None and apart < RADIO_BLOCK


def _same_radio(heard: Hearing, k: int, group: Sequence[int]) -> bool:
    channels = {heard.channel_k[m] for m in (k, *group)} - {None}
    return len(channels) <= 1 and _alike(heard.rssi_dbm_kp[k], group_level(heard, group))


def _alike(a_dbm_p: Array, b_dbm_p: Array) -> bool:
    apart_db = np.abs(a_dbm_p - b_dbm_p)
    apart_db = apart_db[np.isfinite(apart_db)]
    if not apart_db.size:
        return False
    return bool(np.median(apart_db) <= (SAME_LEVEL_DB if apart_db.size >= FEW_PLACES else SAME_LEVEL_ONCE_DB))


def _devices(heard: Hearing, groups: Sequence[Sequence[int]], level_gp: Array) -> list[int]:
    """Return the access point (any number) of every radio."""
    device_g = list(range(len(groups)))
    of_band: dict[Band, list[int]] = defaultdict(list)
    for g, group in enumerate(groups):
        of_band[heard.keys[group[0]][1]].append(g)
    for one, other in (("2.4", "5"), ("5", "6"), ("2.4", "6")):
        for g, h in _pairs(heard, groups, level_gp, (of_band[one], of_band[other])):  # type: ignore[index]
            bands = [{heard.keys[groups[m][0]][1] for m in device_g if device_g[m] == device_g[n]} for n in (g, h)]
            if not bands[0] & bands[1]:
                old = device_g[h]
                device_g = [device_g[g] if device == old else device for device in device_g]
    numbers = {device: n for n, device in enumerate(dict.fromkeys(device_g))}
    return [numbers[device] for device in device_g]


def _pairs(
    heard: Hearing, groups: Sequence[Sequence[int]], level_gp: Array, sides: tuple[Sequence[int], Sequence[int]]
) -> Iterable[tuple[int, int]]:
    """Yield radios of two bands that are one access point: near in number, loud at the same places."""
    firsts = [octets(heard.keys[group[0]][0]) for group in groups]
    apart: dict[tuple[int, int], tuple[int, float]] = {}
    for g in sides[0]:
        for h in sides[1]:
            steps = _steps(firsts[g], firsts[h])
            if steps is not None:
                stray_db = _stray_db(level_gp[g], level_gp[h])
                if stray_db <= 2.0 * BANDS_APART_DB:
                    apart[g, h] = (steps, stray_db)
    if not apart:
        return
    # devices of one model count in the same way
    usual = Counter(steps for steps, _ in apart.values())
    rows, columns = (sorted({pair[side] for pair in apart}) for side in (0, 1))
    cost = np.full((len(rows), len(columns)), 1e3)
    for (g, h), (steps, stray_db) in apart.items():
        cost[rows.index(g), columns.index(h)] = (
            abs(steps) / RADIO_BLOCK + 2.0 * stray_db / BANDS_APART_DB - 2.0 * np.log(usual[steps])
        )
    for r, c in zip(*linear_sum_assignment(cost), strict=True):
        if cost[r, c] < 1e3:
            yield rows[r], columns[c]


def _steps(a: bytes | None, b: bytes | None) -> int | None:
    """Return how many addresses the second is after the first, None where they are not of one device."""
    if a is None or b is None or gap(a, b) is None:
        return None
    n_fixed = max(len(a) - 3, 0)
    return int.from_bytes(b[n_fixed:]) - int.from_bytes(a[n_fixed:])


def _stray_db(a_dbm_p: Array, b_dbm_p: Array) -> float:
    """Return how much the difference of two bands strays from place to place; little is known of few places."""
    apart_db = a_dbm_p - b_dbm_p
    apart_db = apart_db[np.isfinite(apart_db)]
    if apart_db.size < FEW_PLACES:
        return BANDS_APART_DB if apart_db.size else 2.0 * BANDS_APART_DB
    return float(1.48 * np.median(np.abs(apart_db - np.median(apart_db))))
