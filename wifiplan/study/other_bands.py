"""The radios beside the planned band: which are on and how they are set, which are off and why."""

from dataclasses import dataclass, replace

import numpy as np

from wifiplan.site.network import BANDS, Band, Radio
from wifiplan.study.band_radios import OFF, Tuned, fewest_levels, needed_widths, own_levels, tuned
from wifiplan.study.band_view import BandView, band_view
from wifiplan.study.records import BandPolicy, BandUse
from wifiplan.study.settling import serves
from wifiplan.study.verdicts import Finished
from wifiplan.units import Array, BoolArray, IntArray

_COMPARED_EFFORT = 0.05
"""Work on the channels of a comparison, against that on a plan's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBands:
    """Settings of the radios beside the planned band, for the access points a of a plan.

    `radios_a` are those that are on, None where an access point's other radios stay as they are set; `off_a` the bands
    that are switched off.
    """

    radios_a: tuple[tuple[Radio, ...] | None, ...]
    off_a: tuple[tuple[Band, ...], ...]
    uses: tuple[BandUse, ...]


def other_bands(design: Finished) -> OtherBands:
    """Decide on the radios beside the planned band.

    Parameters
    ----------
    design : Finished
        A plan as far as its own band goes. Access points whose planned radio stays as it is set keep the others too.

    Returns
    -------
    OtherBands
        2.4 GHz as `settings.other_bands` says; 5 and 6 GHz on wherever access point and class device have them, as
        wide as the class needs, at the lowest power that reaches the rooms that the access point serves.
    """
    free_a = _free(design)
    radios: list[list[Radio]] = [[] for _ in free_a]
    off: list[list[Band]] = [[] for _ in free_a]
    uses = []
    for band in BANDS:
        has_a = _has(design, band)
        if band == design.scene.kit.band or not has_a.any():
            continue
        n_left, has_a = int((has_a & ~free_a).sum()), has_a & free_a
        policy = _policy(design, band)
        view = band_view(design, band, free_a) if policy in ("fewest", "all") and has_a.any() else None
        found = None if view is None else _decided(design, view, policy)
        on = {} if view is None or found is None else _radios(view, found[0])
        for a in np.flatnonzero(has_a):
            if int(a) in on:
                radios[a].append(on[int(a)])
            else:
                off[a].append(band)
        bare = BandUse(band=band, policy=policy, n_on=len(on), n_off=int(has_a.sum()) - len(on), n_left=n_left)
        uses.append(bare if view is None or found is None else _with_figures(design, view, found, bare))
    return OtherBands(
        radios_a=tuple(tuple(r) if free else None for r, free in zip(radios, free_a, strict=True)),
        off_a=tuple(map(tuple, off)),
        uses=tuple(uses),
    )


def _free(design: Finished) -> BoolArray:
    """Return which access points (a,) get all their radios set: new ones, and those that are set anew anyway."""
    scene, powered = design.scene, design.tuning.powered
    new = np.array([i >= scene.n_fixed for i in powered.chosen], dtype=np.bool_)
    anew = np.array([held is None for held in powered.held_a], dtype=np.bool_)
    return np.asarray(new | (anew & scene.settings.design.retune))


def _has(design: Finished, band: Band) -> BoolArray:
    models = design.scene.models
    return np.array([band in models[i].bands for i in design.tuning.powered.chosen], dtype=np.bool_)


def _policy(design: Finished, band: Band) -> BandPolicy:
    options = design.scene.settings.other_bands
    if band == "2.4":
        return options.two_four_ghz
    if band not in design.scene.kit.device.bands:
        return "no_device"
    return "off" if band == "6" and options.six_ghz == "off" else "all"


def _decided(design: Finished, view: BandView, policy: BandPolicy) -> tuple[Tuned, int | None]:
    """Return the settings of the band's radios, and the least number of radios that is proven to do."""
    n_least = None
    if policy == "fewest":
        level_a, n_least = fewest_levels(view, design.scene.settings.other_bands.floor_dbm)
    else:
        level_a = _own(design, view)
    return tuned(view, level_a, needed_widths(view, level_a)), n_least


def _own(design: Finished, view: BandView) -> IntArray:
    return own_levels(view, _least_dbm(view), serves(design.tuning.powered.part_ar)[list(view.rows)])


def _least_dbm(view: BandView) -> Array:
    """Return the signal that every room must have (r,): the floor in 2.4 GHz, else what the class needs [dBm]."""
    floor_dbm = view.scene.settings.other_bands.floor_dbm
    needs = view.scene.demand.needs
    return np.array([floor_dbm if view.kit.band == "2.4" else n.min_received_dbm for n in needs], dtype=np.float64)


def _radios(view: BandView, found: Tuned) -> dict[int, Radio]:
    """Return the radios that are on by the row of their access point."""
    out = {}
    for n, a in enumerate(view.rows):
        channel = found.channel_a[n]
        if channel is not None:
            eirp_dbm = float(view.levels_dbm_na[found.level_a[n], n])
            out[a] = Radio(band=view.kit.band, channel=channel.number, width_mhz=channel.width_mhz, eirp_dbm=eirp_dbm)
    return out


def _with_figures(design: Finished, view: BandView, decided: tuple[Tuned, int | None], bare: BandUse) -> BandUse:
    found, n_least = decided
    compared = None
    if bare.policy == "fewest":
        every_a = _own(design, view)
        compared = tuned(view, every_a, needed_widths(view, every_a), effort=_COMPARED_EFFORT).n_sharing
    eirp_a = view.levels_dbm_na[found.level_a, np.arange(view.n_free)]
    return replace(
        bare,
        floor_dbm=view.scene.settings.other_bands.floor_dbm if view.kit.band == "2.4" else None,
        n_least=n_least,
        n_rooms=len(view.scene.demand.needs),
        n_rooms_covered=_n_covered(view, np.where(found.level_a == OFF, -np.inf, eirp_a)),
        n_rooms_reachable=_n_covered(view, view.levels_dbm_na[-1]),
        n_sharing=found.n_sharing,
        n_sharing_all=compared,
        channel_verdict=found.plan.verdict,
        channel_cost=found.plan.cost,
        channel_bound=found.plan.bound,
    )


def _n_covered(view: BandView, eirp_dbm_a: Array) -> int:
    """Return how many rooms have the signal, from these radios and those that stay as they are set."""
    set_dbm = [-np.inf if fixed.eirp_dbm is None else fixed.eirp_dbm for fixed in view.fixed]
    at_device = view.at_device_dbm(np.concatenate([eirp_dbm_a, set_dbm]), slice(None))
    best_j = at_device.max(axis=0, initial=-np.inf)
    return sum(
        bool((best_j[view.scene.room_j == r] >= least_dbm).mean() >= need.min_seats_share)
        for r, (need, least_dbm) in enumerate(zip(view.scene.demand.needs, _least_dbm(view), strict=True))
        if (view.scene.room_j == r).any()
    )
