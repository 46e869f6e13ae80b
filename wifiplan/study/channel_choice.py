"""Which channel each chosen access point gets, around those that stay on the air untouched."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wifiplan.catalog.spectrum import Channel, center_hz, channel_named, overlap_kl
from wifiplan.design.channels import ChannelPlan, assign
from wifiplan.predict.capacity import contention_weight, heaviest
from wifiplan.predict.coverage import antenna_xyz_m, path
from wifiplan.site.network import AccessPoint
from wifiplan.study.scene import Powered, Scene, hearing_law
from wifiplan.units import Array, BoolArray, IntArray

WEIGHT_SCALE = 1000.0
"""Interference weights are whole numbers of thousandths of airtime, so that costs compare exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spectrum:
    """Channels of the chosen access points a, and a channel without DFS for each that has one with it."""

    channel_a: tuple[Channel, ...]
    backup_a: tuple[Channel | None, ...]
    plan: ChannelPlan


def choose_channels(scene: Scene, powered: Powered, emphasis_ab: Array) -> Spectrum:
    """Assign channels; without DFS if that costs no airtime, else with DFS and a backup channel without it.

    Parameters
    ----------
    scene : Scene
        The site; existing access points that the plan can't count on, but whose channel is known and which stay, are
        kept away from as well: they are taken to be as busy as the plan's median access point.
    powered : Powered
        The chosen access points at their powers; each uses the width of its model, or stays as it is set.
    emphasis_ab : ndarray (a, a)
        Factor on the weight of every pair, to push apart those that crowd a room.

    Returns
    -------
    Spectrum
        A backup channel may allow less power than the channel that it stands in for: the access point then lowers it.
    """
    rows, eirp_a = np.array(powered.chosen, dtype=np.int64), powered.eirp_dbm_a
    n, staying = len(rows), _staying(scene, rows)
    if n == 0:
        nothing = ChannelPlan(channel_i=(), cost=0.0, bound=0.0, verdict="optimal")
        return Spectrum(channel_a=(), backup_a=(), plan=nothing)
    usable = [scene.kit.channels_of(scene.models[i]) for i in rows]
    held = [() if h is None else (h.channel,) for h in powered.held_a]
    every = tuple(dict.fromkeys([c for own in (*usable, *held) for c in own] + [c for _, c in staying]))
    own_ak, held_ak = _holds(usable, every), _holds(held, every)
    clear_k = np.array([not channel.dfs for channel in every], dtype=np.bool_)
    legal_ak = own_ak & (eirp_a[:, None] <= np.array([c.max_eirp_dbm for c in every])[None, :] + 1e-9)
    # a radio that stays as it is set has one channel, whatever else it could do
    stays_a: BoolArray = np.asarray(held_ak.any(axis=1))
    legal_ak = np.where(stays_a[:, None], held_ak, legal_ak)
    heard = _with_staying(scene, powered, [ap for ap, _ in staying])
    load_a = heaviest(powered.given_ar, scene.demand.n_rooms_at_once)
    load = np.concatenate([load_a, np.full(len(staying), np.median(load_a) if n else 0.0)])
    weight = np.round(WEIGHT_SCALE * contention_weight(heard) * (load[:, None] + load[None, :]))
    weight[:n, :n] = np.round(weight[:n, :n] * emphasis_ab)
    np.fill_diagonal(weight, 0.0)
    pinned = np.array([[c == own for c in every] for _, own in staying], dtype=np.bool_)
    pinned = pinned.reshape(len(staying), len(every))

    def best(allowed_ak: BoolArray) -> ChannelPlan:
        allowed = np.concatenate([allowed_ak, pinned])
        return assign(weight, overlap_kl(every), allowed_ik=allowed, seed=scene.settings.design.seed)

    plan = best(legal_ak)
    clear_ak = legal_ak & (clear_k[None, :] | stays_a[:, None])
    if clear_ak.any(axis=1).all():
        clear = best(clear_ak)
        plan = clear if clear.cost <= plan.cost else plan
    chosen = tuple(every[k] for k in plan.channel_i[:n])
    backup: tuple[Channel | None, ...] = (None,) * n
    if any(channel.dfs for channel in chosen) and (own_ak & clear_k).any(axis=1).all():
        backup = tuple(every[k] for k in best(own_ak & clear_k).channel_i[:n])
    paired = zip(chosen, backup, strict=True)
    return Spectrum(channel_a=chosen, backup_a=tuple(b if c.dfs else None for c, b in paired), plan=plan)


def _holds(usable: Sequence[Sequence[Channel]], every: Sequence[Channel]) -> BoolArray:
    """Return which of all channels each access point may use (a, k)."""
    return np.array([[c in own for c in every] for own in usable], dtype=np.bool_).reshape(len(usable), len(every))


def _staying(scene: Scene, rows: IntArray) -> list[tuple[AccessPoint, Channel]]:
    """Return the access points not counted on that stay on a known channel: those whose room gets no new one."""
    taken = {scene.candidates[i].room_id for i in rows if i >= scene.n_fixed}
    band, country = scene.kit.band, scene.kit.country
    found = []
    for ap in scene.unusable:
        radio = next((r for r in ap.radios if r.band == band and r.channel is not None), None)
        if radio is None or radio.channel is None or (ap.room_id is not None and ap.room_id in taken):
            continue
        channel = channel_named(country, band, radio.channel, radio.width_mhz or 20)
        if channel is not None:
            found.append((ap, channel))
    return found


def _with_staying(scene: Scene, powered: Powered, staying: Sequence[AccessPoint]) -> Array:
    """Return who hears whom with the staying access points behind the chosen ones; they don't matter to each other."""
    if not staying:
        return powered.heard_dbm_ab
    rows, eirp_a = np.array(powered.chosen, dtype=np.int64), powered.eirp_dbm_a
    n, n_all = len(rows), len(rows) + len(staying)
    full = np.full((n_all, n_all), -np.inf)
    full[:n, :n] = powered.heard_dbm_ab
    ways = path(scene.obstacles, scene.antennas_xyz_m[rows], antenna_xyz_m(scene.site, staying))
    loss = hearing_law(scene.settings)(ways, frequency_hz=center_hz(scene.kit.band))
    unknown_dbm = scene.kit.eirp_levels_dbm[-1]
    own_dbm = [
        next((r.eirp_dbm for r in ap.radios if r.band == scene.kit.band and r.eirp_dbm is not None), unknown_dbm)
        for ap in staying
    ]
    full[:n, n:] = np.maximum(eirp_a[:, None], np.array(own_dbm)[None, :]) - loss
    full[n:, :n] = full[:n, n:].T
    return full
