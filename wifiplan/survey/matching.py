"""Which access point of the site a BSSID belongs to: by address, by name, else by where it is loud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from wifiplan.radio.loss import Law, PathLoss
from wifiplan.site.building import Site
from wifiplan.site.network import AccessPoint, Band
from wifiplan.site.remark import Remark
from wifiplan.survey.bssids import number, owner_of
from wifiplan.survey.grouping import HeardRadio, group_level, is_apart, radios_of
from wifiplan.survey.hearing import Hearing, Key, hearing
from wifiplan.survey.placing import Column, Pair, Places, pairs_by_place, predicted_dbm
from wifiplan.survey.records import Survey

Reason: TypeAlias = Literal["mac", "name", "place", "unclear", "none"]
"""By the address on its label, by name, by place; by place it might be another's as well; nobody's that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Whose the BSSIDs of some surveys are.

    Parameters
    ----------
    ap_of : mapping of (bssid, band) to str
        Id of the access point, of those that are known.
    radios : tuple of HeardRadio
        BSSIDs by radio; radios of one `device` sit in one access point.
    reasons : mapping of (bssid, band) to str
        How it is known, of all.
    remarks : tuple of Remark
        What could not be told.
    """

    ap_of: Mapping[Key, str]
    radios: tuple[HeardRadio, ...]
    reasons: Mapping[Key, Reason]
    remarks: tuple[Remark, ...] = ()


def match(surveys: Sequence[Survey], site: Site, *, law: PathLoss | None = None) -> Matched:
    """Return which access points of a site were heard.

    Parameters
    ----------
    surveys : sequence of Survey
        Walks through the site.
    site : Site
        With access points that have a place (see `study.scene.resolved`).
    law : PathLoss, optional
        Predicts where each should be loud; the default law without.

    Examples
    --------
    >>> match((), Site(name="x", floors=())).ap_of
    {}
    """
    heard = hearing(surveys)
    radios = radios_of(heard)
    ap_of: dict[Key, str] = {}
    reasons: dict[Key, Reason] = {}
    macs = {ap.id: ap.mac for ap in site.access_points if ap.mac}
    own_name = _names_of_one(heard, radios)
    for key, ssid in zip(heard.keys, heard.ssid_k, strict=True):
        ap_id, reason = _by_label(key[0], ssid if ssid in own_name else "", macs, site)
        if ap_id is not None:
            ap_of[key], reasons[key] = ap_id, reason
    for key in _neighbours_of(heard, radios, ap_of, macs):
        if reasons[key] == "mac":
            del ap_of[key], reasons[key]
    _spread(radios, ap_of, reasons)
    unclear = _by_place(heard, radios, site, law or Law(), (ap_of, reasons))
    for key in heard.keys:
        reasons.setdefault(key, "none")
    return Matched(ap_of=ap_of, radios=radios, reasons=reasons, remarks=_remarks(heard, reasons, site, unclear))


def _names_of_one(heard: Hearing, radios: Sequence[HeardRadio]) -> set[str]:
    """Return the network names that one access point alone sends: others name a network, never a device."""
    device_of = {key: radio.device for radio in radios for key in radio.keys}
    sent: dict[str, set[int]] = {}
    for key, ssid in zip(heard.keys, heard.ssid_k, strict=True):
        sent.setdefault(ssid, set()).add(device_of[key])
    return {ssid for ssid, devices in sent.items() if len(devices) == 1}


def _neighbours_of(
    heard: Hearing, radios: Sequence[HeardRadio], ap_of: Mapping[Key, str], macs: Mapping[str, str]
) -> list[Key]:
    """Return BSSIDs near an access point's address that are loud elsewhere than its own: of the next box, not noted.

    Its own is the radio of each band whose address is nearest to the label's.
    """
    number_of = {key: k for k, key in enumerate(heard.keys)}
    found: list[Key] = []
    claimed: dict[tuple[str, Band], list[HeardRadio]] = {}
    for radio in radios:
        ap_id = next((ap_of[key] for key in radio.keys if key in ap_of), None)
        if ap_id is not None and ap_id in macs:
            claimed.setdefault((ap_id, radio.band), []).append(radio)
    for (ap_id, _), some in claimed.items():
        label = number(macs[ap_id]) or 0
        first, *others = sorted(some, key=lambda radio: abs((number(radio.bssids[0]) or 0) % 2**24 - label % 2**24))
        own_p = group_level(heard, [number_of[key] for key in first.keys])
        for radio in others:
            levels_p = group_level(heard, [number_of[key] for key in radio.keys])
            if is_apart(own_p, levels_p):
                found += radio.keys
    return found


def _by_label(bssid: str, ssid: str, macs: Mapping[str, str], site: Site) -> tuple[str | None, Reason]:
    """Return the access point whose address or name this is; data sets give names instead of addresses."""
    owner = owner_of(bssid, macs)
    if owner is not None and owner.ap_id is not None:
        return owner.ap_id, "mac"
    for text in (bssid.casefold(), ssid.casefold()):
        named = {ap.id for ap in site.access_points if text and text in (ap.id.casefold(), ap.name.casefold())}
        if len(named) == 1:
            return named.pop(), "name"
    return None, "none"


def _spread(radios: Sequence[HeardRadio], ap_of: dict[Key, str], reasons: dict[Key, Reason]) -> None:
    """Give what is known of one BSSID to the others of its radio and access point, where they do not disagree."""
    for device in {radio.device for radio in radios}:
        keys = [key for radio in radios if radio.device == device for key in radio.keys]
        known = {ap_of[key] for key in keys if key in ap_of}
        if len(known) == 1:
            ap_id = next(iter(known))
            reason = next(reasons[key] for key in keys if key in ap_of)
            for key in keys:
                if key not in ap_of:
                    ap_of[key], reasons[key] = ap_id, reason


def _by_place(
    heard: Hearing,
    radios: Sequence[HeardRadio],
    site: Site,
    law: PathLoss,
    known: tuple[dict[Key, str], dict[Key, Reason]],
) -> list[Pair]:
    """Match the rest by where it is loud; return what is unclear."""
    ap_of, reasons = known
    levels = {floor.level for floor in site.floors}
    points = [ap for ap in site.access_points if ap.x_m is not None and ap.z_m is not None and ap.floor in levels]
    on_site = np.isin(heard.floor_p, sorted(levels))
    devices = sorted({radio.device for radio in radios if not any(key in ap_of for key in radio.keys)})
    if not points or not devices or not on_site.any():
        return []
    bands: tuple[Band, ...] = tuple(sorted({band for _, band in heard.keys}))
    known_kp = np.isfinite(heard.rssi_dbm_kp[:, on_site])
    listened = {band: np.asarray(known_kp[[key[1] == band for key in heard.keys]].any(axis=0)) for band in bands}
    places = Places(floor_p=heard.floor_p[on_site], xy_m_p=heard.xy_m_p[on_site], listened_p=listened)
    predicted = {band: predicted_dbm(site, points, places, band, law) for band in bands}
    column_of = {device: _column(heard, radios, device, on_site) for device in {r.device for r in radios}}
    sure = _sure(points, radios, ap_of, column_of)
    columns = [column_of[device] for device in devices]
    clear, unclear = pairs_by_place(points, columns, predicted, places, sure)
    for pair in (*clear, *unclear):
        for radio in radios:
            if radio.device == devices[pair.column]:
                for key in radio.keys:
                    reasons[key] = "unclear" if pair in unclear else "place"
                    if pair in clear:
                        ap_of[key] = pair.ap_id
    return unclear


def _column(heard: Hearing, radios: Sequence[HeardRadio], device: int, on_site: np.ndarray) -> Column:
    number_of = {key: k for k, key in enumerate(heard.keys)}
    return {
        radio.band: (group_level(heard, [number_of[key] for key in radio.keys])[on_site], radio.channel)
        for radio in radios
        if radio.device == device
    }


def _sure(
    points: Sequence[AccessPoint],
    radios: Sequence[HeardRadio],
    ap_of: Mapping[Key, str],
    column_of: Mapping[int, Column],
) -> dict[int, Column]:
    number_of = {ap.id: i for i, ap in enumerate(points)}
    found: dict[int, Column] = {}
    for radio in radios:
        ap_id = next((ap_of[key] for key in radio.keys if key in ap_of), None)
        if ap_id in number_of:
            i = number_of[ap_id]
            found[i] = {**found.get(i, {}), **column_of[radio.device]}
    return found


def _remarks(heard: Hearing, reasons: Mapping[Key, Reason], site: Site, unclear: Sequence[Pair]) -> tuple[Remark, ...]:
    n_by = {reason: sum(one == reason for one in reasons.values()) for reason in ("none", "unclear")}
    homeless = [ap.id for ap in site.access_points if ap.x_m is None or ap.z_m is None]
    remarks = []
    if n_by["none"]:
        remarks.append(Remark(code="match_none", values=(str(n_by["none"]), str(len(heard.keys)))))
    if unclear:
        who = ", ".join(sorted(pair.ap_id for pair in unclear)[:8])
        remarks.append(Remark(code="match_unclear", values=(str(n_by["unclear"]), who)))
    if homeless:
        remarks.append(Remark(code="match_homeless", values=(str(len(homeless)),)))
    return tuple(remarks)
