"""One school under several assumptions: how many devices are on line at once, and how much each of them takes."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from wifiplan.predict.demand import demand
from wifiplan.site.building import Site
from wifiplan.study.outcomes import DEVICE_CASES, DeviceCase, Scenario
from wifiplan.study.plan import answer, least_aps
from wifiplan.study.prepared import prepared_scene
from wifiplan.study.scene import Scene, scene
from wifiplan.study.settings import Settings

RATES_MBPS: tuple[float, ...] = (2.5, 4.0, 5.0)
"""Rates a device that are set side by side: video at 2.5 (MEXT's yardstick), a better one at 4 and 5 Mbit/s (issue)."""


def scenarios(site: Site, settings: Settings, *, rates_mbps: Sequence[float] = RATES_MBPS) -> tuple[Scenario, ...]:
    """Return the access points needed and the classrooms served for every case of devices and every rate.

    Parameters
    ----------
    site : Site
        The school; its `existing_devices` and `byod_devices` make the second case.
    settings : Settings
        Every other option; `n_aps` new access points are funded, None: as many as needed.
    rates_mbps : sequence of float
        Downlink payload of a device [Mbit/s].

    Returns
    -------
    tuple of Scenario
        Case by case, each with all rates. Losses are computed once.

    Raises
    ------
    SiteError, CatalogError, SettingsError
        If site and settings don't fit together.
    """
    setting = scene(site, settings)
    return tuple(_scenario(setting, case, rate) for case, rate in itertools.product(DEVICE_CASES, rates_mbps))


def _scenario(setting: Scene, case: DeviceCase, rate_mbps: float) -> Scenario:
    n_classrooms = sum(need.priority == 0 for need in setting.demand.needs)
    at_once = _rooms_at_once(setting, case)
    blank = Scenario(devices=case, mbps_per_device=rate_mbps, n_classrooms=n_classrooms)
    if at_once is None:
        return blank
    options = replace(setting.settings.demand, mbps_per_device=rate_mbps, rooms_at_once=at_once)
    design = replace(setting.settings.design, what_if=False)
    settings = replace(setting.settings, demand=options, design=design)
    kept = {need.room_id for need in setting.demand.needs}
    changed = demand(setting.site, options)
    changed = replace(changed, needs=tuple(need for need in changed.needs if need.room_id in kept))
    prepared = prepared_scene(replace(setting, settings=settings, demand=changed))
    plan = answer(prepared, n_aps=settings.n_aps)
    devices = sorted((need.n_devices for need in changed.needs), reverse=True)
    return replace(
        blank,
        n_rooms_at_once=at_once,
        n_devices_at_once=sum(devices[:at_once]),
        peak_mbps=plan.peak_mbps,
        n_aps_needed=least_aps(prepared),
        n_aps_needed_classrooms=least_aps(prepared, classrooms_only=True),
        n_classrooms_served=plan.n_served(0),
    )


def _rooms_at_once(setting: Scene, case: DeviceCase) -> int | None:
    """Return how many classes can be on line at once; further devices make whole classes only."""
    site, needs = setting.site, setting.demand.needs
    funded = setting.settings.demand.rooms_at_once
    plain = demand(site, replace(setting.settings.demand, rooms_at_once=None))
    funded = plain.n_rooms_at_once if funded is None else funded
    n_classes = sum(school.n_classes or 0 for school in site.schools) or sum(need.priority == 0 for need in needs)
    if case == "funded":
        return funded
    if case == "one_each":
        return max(funded, n_classes)
    if site.existing_devices is None and site.byod_devices is None:
        return None
    more = (site.existing_devices or 0) + (site.byod_devices or 0)
    largest = max((need.n_devices for need in needs if need.priority == 0), default=1)
    return max(funded, min(n_classes, funded + more // max(1, largest)))
