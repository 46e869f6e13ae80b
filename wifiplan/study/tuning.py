"""Powers and channels of the access points that were chosen."""

from dataclasses import dataclass, replace

import numpy as np

from wifiplan.catalog.spectrum import Channel
from wifiplan.design.columns import SLACK_SHARE
from wifiplan.design.placement import Placement
from wifiplan.predict.capacity import Load, heaviest, load
from wifiplan.study.channel_choice import Spectrum, choose_channels, with_backups
from wifiplan.study.channel_moves import shares_after, shares_air
from wifiplan.study.powers import Abilities, abilities, choose_powers
from wifiplan.study.scene import Powered, Scene
from wifiplan.study.settling import counts, serves
from wifiplan.units import Array, BoolArray

DRAFT_EFFORT = 0.1
"""Effort of the channel search while the placement is still open."""

MAX_ROUNDS, PATIENCE = 6, 2
"""Rounds of channel choice, and how many in a row may bring nothing: after the first few the rooms over their cap move
about instead of growing fewer."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tuning:
    """Powers, channels and what follows: the worst-case airtime, and in how many rounds the channels were found."""

    powered: Powered
    spectrum: Spectrum
    loads: Load
    rounds: int


def split_shares(placement: Placement) -> Array:
    """Return which part of every room each chosen AP serves (a, r): 1 for one AP, the solver's parts where several."""
    row = {i: a for a, i in enumerate(placement.chosen_i)}
    part_ar = np.zeros((len(row), len(placement.serving_r)))
    for r, i in enumerate(placement.serving_r):
        if i >= 0:
            part_ar[row[i], r] = 1.0
    for i, r, share in placement.part_ir:
        part_ar[row[i], r] = share
    return part_ar


def tune(scene: Scene, placement: Placement, *, retune: bool = True) -> Tuning:
    """Choose the lowest power that holds every room served, then channels with the least shared airtime.

    A radio that hangs there with known settings stays as it is set, as long as every room passes with it. Where a
    channel is shared so that a room passes its airtime cap, radios are set anew one by one, the one that helps most
    first. Where that does not do, all radios concerned are set anew and pushed apart, and the channels are chosen
    again; the round that leaves the fewest rooms over their cap counts. At last, radios that could as well have stayed
    go back to what they are set to.

    Parameters
    ----------
    scene : Scene
        Candidates and losses.
    placement : Placement
        Candidates that were chosen and the rooms that they serve.
    retune : bool
        Whether radios with known settings may get others at all.

    Returns
    -------
    Tuning
    """
    return _searched(_search(scene, placement, retune=retune))


def _searched(search: "_Search") -> Tuning:
    scene = search.scene
    powered = search.held_up(search.settled())
    emphasis_ab = np.ones_like(powered.heard_dbm_ab)
    first = search.tuned(powered, choose_channels(scene, powered, emphasis_ab), rounds=1)
    best = search.gentlest(first)
    if best is not first:
        best = search.settled_down(best)
    if search.over(best.loads)[0].any():
        best = search.widest(first, best)
    return backed_up(scene, search.restored(best))


def backed_up(scene: Scene, found: Tuning) -> Tuning:
    """Return a tuning with a channel outside DFS for every radio on one with it."""
    return replace(found, spectrum=with_backups(scene, found.powered, found.spectrum))


def completed(scene: Scene, placement: Placement, draft: Tuning) -> Tuning:
    """Return the tuning that a draft stands for: the draft itself where nothing is left to gain, else a full search."""
    search = _search(scene, placement, retune=scene.settings.design.retune)
    if draft.spectrum.plan.cost > 0.0 or search.over(draft.loads)[0].any():
        return _searched(search)
    return backed_up(scene, search.restored(draft))


def drafted(scene: Scene, placement: Placement) -> Tuning:
    """Return powers, widths and channels as `tune` does, with a short search: enough to see what will not hold."""
    search = _search(scene, placement, retune=scene.settings.design.retune)
    powered = search.held_up(search.settled())
    emphasis_ab = np.ones_like(powered.heard_dbm_ab)
    spectrum = choose_channels(scene, powered, emphasis_ab, effort=DRAFT_EFFORT)
    return search.gentlest(search.tuned(powered, spectrum, rounds=1))


def _search(scene: Scene, placement: Placement, *, retune: bool) -> "_Search":
    return _Search(
        scene=scene,
        able=abilities(scene, placement.chosen_i),
        part_ar=split_shares(placement),
        cap_r=np.array([need.max_airtime_share for need in scene.demand.needs]),
        retune=retune,
    )


def _held(powered: Powered) -> frozenset[int]:
    return frozenset(i for i, held in zip(powered.chosen, powered.held_a, strict=True) if held is not None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Search:
    """One search for powers and channels: what stays the same over its rounds."""

    scene: Scene
    able: Abilities
    part_ar: Array
    cap_r: Array
    retune: bool

    def settled(self) -> frozenset[int]:
        """Return the chosen access points whose radios may stay as they are set; illegal ones only if none may move."""
        return frozenset(
            i
            for i in self.able.chosen
            if i < self.scene.n_fixed
            and (radio := self.scene.present[i]) is not None
            and (radio.legal or not self.retune)
        )

    def powered(self, held: frozenset[int]) -> Powered:
        return choose_powers(self.scene, self.able, self.part_ar, held=held)

    def held_up(self, held: frozenset[int]) -> Powered:
        """Return the powers with as many of the held radios as hold the rooms that they are to serve."""
        while True:
            powered = self.powered(held)
            weak = self.weak(powered) if self.retune else frozenset()
            if not weak:
                return powered
            held -= weak

    def weak(self, powered: Powered) -> frozenset[int]:
        """Return the held radios that lose a room, pass a cap on their own, or leave a room without second signal."""
        lost_a = ((self.part_ar > 0.0) & (powered.planned_ar == 0.0)).any(axis=1)
        full_a = heaviest(powered.given_ar / self.cap_r, self.scene.demand.n_rooms_at_once) > 1.0 + SLACK_SHARE
        wanted_a = np.zeros_like(lost_a)
        serves_ar = serves(powered.part_ar)
        for r, need in enumerate(self.scene.demand.needs):
            others = np.flatnonzero(~serves_ar[:, r])
            if need.min_second_dbm is None or not others.size:
                continue
            second_a = powered.service.received_dbm_ir[others, r]
            if second_a.max() < need.min_second_dbm:
                wanted_a[others[second_a.argmax()]] = True
        held = _held(powered)
        return frozenset(i for a, i in enumerate(powered.chosen) if (lost_a | full_a | wanted_a)[a] and i in held)

    def tuned(self, powered: Powered, spectrum: Spectrum, *, rounds: int) -> Tuning:
        shares_air_ab = shares_air(powered, spectrum.channel_a)
        loads = load(
            powered.given_ar,
            shares_air_ab,
            n_at_once=self.scene.demand.n_rooms_at_once,
            counts_ir=self.counts(powered),
        )
        return Tuning(powered=powered, spectrum=spectrum, loads=loads, rounds=rounds)

    def counts(self, powered: Powered) -> BoolArray:
        """Return which access points decide whether a room passes (a, r)."""
        return counts(powered.part_ar, np.array([need.min_seats_share for need in self.scene.demand.needs]))

    def over(self, loads: Load) -> tuple[BoolArray, tuple[int, float]]:
        """Return the rooms over their airtime cap, with how many and by how much in all."""
        return loads.channel_share_r > self.cap_r + 1e-9, self.rank(loads.channel_share_r)

    def rank(self, share_r: Array) -> tuple[int, float]:
        """Return how many rooms are over their cap, and by how much in all: less is better."""
        over_r = share_r > self.cap_r + 1e-9
        return int(over_r.sum()), float((share_r - self.cap_r)[over_r].sum())

    def gentlest(self, found: Tuning) -> Tuning:
        """Return the tuning with rooms brought under their cap by setting anew one radio at a time, the best first.

        Where that ends with every room under its cap, few radios are touched; where it does not, it is a start.
        """
        while True:
            over_r, rank = self.over(found.loads)
            if not over_r.any():
                return found
            excess_r = np.where(over_r, found.loads.channel_share_r - self.cap_r, -np.inf)
            worst_first = map(int, np.argsort(-excess_r, kind="stable")[: over_r.sum()])
            tries = (self.moved(found, r) for r in worst_first)
            better = next((t for t in tries if t is not None and self.over(t.loads)[1] < rank), None)
            if better is None:
                return found
            found = better

    def moved(self, found: Tuning, r: int) -> Tuning | None:
        """Return the tuning with that radio on another channel that helps most, of those that crowd room r."""
        powered, before = found.powered, found.spectrum.channel_a
        shares_ab = shares_air(powered, before)
        counts_ar = self.counts(powered)
        serves_a: BoolArray = counts_ar[:, r]
        may_a = np.array([self.retune or held is None for held in powered.held_a])
        near_a = np.flatnonzero(may_a & (serves_a | shares_ab[serves_a].any(axis=0)))
        moves = [(a, channel) for a in map(int, near_a) for channel in self.others(found, a)]
        if not moves:
            return None
        share_tr = shares_after(powered, before, moves, counts_ar, n_at_once=self.scene.demand.n_rooms_at_once)
        ranked = (
            (self.rank(share_r), powered.held_a[a] is not None, a, channel)
            for share_r, (a, channel) in zip(share_tr, moves, strict=True)
        )
        _, held, a, channel = min(ranked, key=lambda t: t[:3])
        after = (*before[:a], channel, *before[a + 1 :])
        if held:
            powered = self.powered(_held(powered) - {powered.chosen[a]})
        return self.tuned(powered, replace(found.spectrum, channel_a=after), rounds=found.rounds)

    def others(self, found: Tuning, a: int) -> list[Channel]:
        """Return the channels that access point a may go to with the power that it has."""
        powered = found.powered
        return [
            channel
            for channel in self.scene.kit.channels_at(powered.width_mhz_a[a])
            if channel != found.spectrum.channel_a[a] and powered.eirp_dbm_a[a] <= channel.max_eirp_dbm + 1e-9
        ]

    def settled_down(self, found: Tuning) -> Tuning:
        """Return the tuning with the least interference of those radios that may move, if all rooms go on holding."""
        if self.over(found.loads)[0].any():
            return found
        spectrum = choose_channels(self.scene, found.powered, np.ones_like(found.powered.heard_dbm_ab))
        calm = self.tuned(found.powered, spectrum, rounds=found.rounds)
        return found if self.over(calm.loads)[0].any() else calm

    def widest(self, first: Tuning, best: Tuning) -> Tuning:
        """Return the best tuning of some rounds, each of which sets all radios around crowded rooms anew."""
        found, powered, since = first, first.powered, 0
        emphasis_ab = np.ones_like(powered.heard_dbm_ab)
        for n in range(1, MAX_ROUNDS + 1):
            if n > 1:
                found = self.tuned(powered, choose_channels(self.scene, powered, emphasis_ab), rounds=n)
            over_r, rank = self.over(found.loads)
            if rank < self.over(best.loads)[1]:
                best = found
            if not over_r.any() or n - max(since, best.rounds) >= PATIENCE:
                break
            shares_air_ab = shares_air(powered, found.spectrum.channel_a)
            crowded_a: BoolArray = np.asarray(self.counts(powered)[:, over_r].any(axis=1))
            near_a = crowded_a | shares_air_ab[crowded_a].any(axis=0)
            loose = {i for a, i in enumerate(powered.chosen) if powered.held_a[a] is not None and near_a[a]}
            if self.retune and loose:
                powered, since = self.held_up(_held(powered) - loose), n
            emphasis_ab[(crowded_a[:, None] | crowded_a[None, :]) & shares_air_ab] *= 2.0
        return replace(best, rounds=n)

    def restored(self, found: Tuning) -> Tuning:
        """Return the tuning with those radios set back that needed no change after all, one by one."""
        rank = self.over(found.loads)[1]
        for i in sorted(self.settled() - _held(found.powered)) if self.retune else ():
            powered = self.powered(_held(found.powered) | {i})
            if self.weak(powered):
                continue
            channels = tuple(
                c if held is None else held.channel
                for c, held in zip(found.spectrum.channel_a, powered.held_a, strict=True)
            )
            spectrum = replace(found.spectrum, channel_a=channels)
            back = self.tuned(powered, spectrum, rounds=found.rounds)
            if self.over(back.loads)[1] <= rank:
                found = back
        return found
