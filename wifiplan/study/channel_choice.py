"""Which channel each chosen access point gets, around those that stay on the air untouched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.catalog.spectrum import Channel, channel_named, overlap_kl
from wifiplan.design.channels import ChannelPlan, assign
from wifiplan.predict.capacity import contention_weight, heaviest
from wifiplan.predict.coverage import antenna_xyz_m
from wifiplan.predict.losses import loss_db
from wifiplan.site.network import AccessPoint
from wifiplan.study.planned_law import between_law
from wifiplan.study.present import Present
from wifiplan.study.scene import Powered, Scene
from wifiplan.units import Array, BoolArray, IntArray

WEIGHT_SCALE = 1000.0
"""Interference weights are whole numbers of thousandths of airtime, so that costs compare exactly."""


_EFFORT, _CLEAR = 0.3, 0.3
"""Effort of the channel search, and the part of it that a plan without DFS gets: a school has tens of access points,
where `assign` is made for hundreds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spectrum:
    """Channels of the chosen access points a, and a channel without DFS for each that has one with it."""

    channel_a: tuple[Channel, ...]
    backup_a: tuple[Channel | None, ...]
    plan: ChannelPlan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Choice:
    """The channels `every` that come into question for the chosen access points a, then for those that stay.

    `own_ak` are those that a could use at its width, `legal_ak` those that it may be given: at its power, or the one
    that it stays on. `weight` says who disturbs whom.
    """

    every: tuple[Channel, ...]
    own_ak: BoolArray
    legal_ak: BoolArray
    pinned_ak: BoolArray
    weight: Array
    seed: int

    @property
    def clear_k(self) -> BoolArray:
        return np.array([not channel.dfs for channel in self.every], dtype=np.bool_)

    def best(self, allowed_ak: BoolArray, effort: float = _EFFORT) -> ChannelPlan:
        allowed = np.concatenate([allowed_ak, self.pinned_ak])
        return assign(self.weight, overlap_kl(self.every), allowed_ik=allowed, seed=self.seed, effort=effort)

    def named(self, plan: ChannelPlan) -> tuple[Channel, ...]:
        return tuple(self.every[k] for k in plan.channel_i[: len(self.own_ak)])


def choose_channels(scene: Scene, powered: Powered, emphasis_ab: Array, *, effort: float = _EFFORT) -> Spectrum:
    """Assign channels; without DFS if that costs no airtime, else with DFS and a backup channel without it.

    Parameters
    ----------
    scene : Scene
        The site; existing access points that the plan can't count on, but whose channel is known and which stay, are
        kept away from as well: they are taken to be as busy as the plan's median access point.
    powered : Powered
        The chosen access points at their powers; each uses the width chosen for it, or stays as it is set.
    emphasis_ab : ndarray (a, a)
        Factor on the weight of every pair, to push apart those that crowd a room.
    effort : float
        Scales the work.
    """
    if not powered.chosen:
        nothing = ChannelPlan(channel_i=(), cost=0.0, bound=0.0, verdict="optimal")
        return Spectrum(channel_a=(), backup_a=(), plan=nothing)
    choice = _choice(scene, powered, emphasis_ab)
    plan = choice.best(choice.legal_ak, effort)
    # a radio that stays as it is set has one channel, whatever else it could do
    stays_a = np.array([held is not None for held in powered.held_a])
    clear_ak = choice.legal_ak & (choice.clear_k[None, :] | stays_a[:, None])
    if clear_ak.any(axis=1).all():
        # it is wanted only where it costs nothing more, which shows soon
        clear = choice.best(clear_ak, effort * _CLEAR)
        plan = clear if clear.cost <= plan.cost else plan
    return Spectrum(channel_a=choice.named(plan), backup_a=(None,) * len(powered.chosen), plan=plan)


def with_backups(scene: Scene, powered: Powered, spectrum: Spectrum) -> Spectrum:
    """Return the spectrum with a channel without DFS for every access point on one with it.

    A backup may allow less power than the channel that it stands in for: the access point then lowers it. One that is
    too wide for any channel without DFS gets none.
    """
    if not any(channel.dfs for channel in spectrum.channel_a):
        return replace(spectrum, backup_a=(None,) * len(spectrum.channel_a))
    choice = _choice(scene, powered, np.ones_like(powered.heard_dbm_ab), more=spectrum.channel_a)
    clear_ak = choice.own_ak & choice.clear_k[None, :]
    none_a: BoolArray = np.asarray(~clear_ak.any(axis=1))
    clear_ak[none_a] = _holds([(c,) for c in spectrum.channel_a], choice.every)[none_a]
    backup = choice.named(choice.best(clear_ak))
    paired = zip(spectrum.channel_a, backup, none_a, strict=True)
    return replace(spectrum, backup_a=tuple(b if c.dfs and not none else None for c, b, none in paired))


def _choice(scene: Scene, powered: Powered, emphasis_ab: Array, *, more: Sequence[Channel] = ()) -> _Choice:
    rows, eirp_a = np.array(powered.chosen, dtype=np.int64), powered.eirp_dbm_a
    n, staying = len(rows), _staying(scene, rows)
    usable = [_usable(scene, w, held) for w, held in zip(powered.width_mhz_a, powered.held_a, strict=True)]
    held = [() if h is None else (h.channel,) for h in powered.held_a]
    every = tuple(dict.fromkeys([c for own in (*usable, *held) for c in own] + [*more] + [c for _, c in staying]))
    own_ak, held_ak = _holds(usable, every), _holds(held, every)
    stays_a: BoolArray = np.asarray(held_ak.any(axis=1))
    legal_ak = own_ak & (eirp_a[:, None] <= np.array([c.max_eirp_dbm for c in every])[None, :] + 1e-9)
    heard = _with_staying(scene, powered, [ap for ap, _ in staying])
    load_a = heaviest(powered.given_ar, scene.demand.n_rooms_at_once)
    load = np.concatenate([load_a, np.full(len(staying), np.median(load_a))])
    weight = np.round(WEIGHT_SCALE * contention_weight(heard) * (load[:, None] + load[None, :]))
    weight[:n, :n] = np.round(weight[:n, :n] * emphasis_ab)
    np.fill_diagonal(weight, 0.0)
    pinned = np.array([[c == own for c in every] for _, own in staying], dtype=np.bool_)
    return _Choice(
        every=every,
        own_ak=own_ak,
        legal_ak=np.where(stays_a[:, None], held_ak, legal_ak),
        pinned_ak=pinned.reshape(len(staying), len(every)),
        weight=weight,
        seed=scene.settings.design.seed,
    )


def _usable(scene: Scene, width_mhz: int, held: Present | None) -> tuple[Channel, ...]:
    """Return the channels of the width that an access point uses: the one chosen, or the one that it is set to."""
    return scene.kit.channels_at(width_mhz if held is None else held.channel.width_mhz)


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
    theirs = antenna_xyz_m(scene.site, staying)
    law, band = between_law(scene.settings), scene.kit.band
    loss = loss_db(scene.obstacles, scene.antennas_xyz_m[rows], theirs, law, band=band)
    unknown_dbm = scene.kit.eirp_levels_dbm[-1]
    own_dbm = [
        next((r.eirp_dbm for r in ap.radios if r.band == scene.kit.band and r.eirp_dbm is not None), unknown_dbm)
        for ap in staying
    ]
    full[:n, n:] = np.maximum(eirp_a[:, None], np.array(own_dbm)[None, :]) - loss
    full[n:, :n] = full[:n, n:].T
    return full
