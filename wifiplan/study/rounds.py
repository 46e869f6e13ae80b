"""Placement, powers, widths and channels brought together: what does not hold in the end is forbidden at the start.

A placement knows nothing of channels, and devices join whom they like. So the plan is finished and judged; where rooms
fail, the next placement is told why: access points that crowd a channel get no wide one any more, and what an access
point is asked for beyond its airtime counts more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.design.columns import SLACK_SHARE
from wifiplan.design.placement import Placement
from wifiplan.design.solver import Verdict, relative_gap
from wifiplan.predict.capacity import heaviest
from wifiplan.study.apart import pushed_apart
from wifiplan.study.channel_moves import shares_air
from wifiplan.study.joining import rejoined, used_share_ir
from wifiplan.study.placing import Cuts, Places, chosen_places
from wifiplan.study.prepared import Prepared
from wifiplan.study.progress import Told, begins, round_begins, silent
from wifiplan.study.scene import Scene
from wifiplan.study.settling import counts
from wifiplan.study.tuning import Tuning, backed_up, completed, drafted
from wifiplan.units import Array, BoolArray, IntArray

MOST_ROUNDS = 10
"""Rounds of placement: widths are halved a few times at most, and what has not settled then will not."""

MOST_APART = 40
"""Access points that are pushed apart: in larger schools the search takes long and finds little."""

_LAST = "interference"
"""The level whose bound holds for one number of access points only."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Round:
    """One finished try: its placement and tuning, over a scene that knows the widest channel of every candidate.

    A `last_resort` lets several access points on narrow channels share a room that one on a wide one could carry.
    """

    scene: Scene
    places: Places
    placement: Placement
    tuning: Tuning
    dropped: tuple[int, ...]
    last_resort: bool = False

    @property
    def failing_r(self) -> BoolArray:
        """Which rooms that an access point is meant for fail all the same: by airtime, or by seats."""
        powered, needs = self.tuning.powered, self.scene.demand.needs
        cap_r = np.array([need.max_airtime_share for need in needs])
        least_r = np.array([need.min_seats_share for need in needs])
        planned_r = np.array(self.placement.serving_r, dtype=np.int64) >= 0
        over_r = self.tuning.loads.channel_share_r > cap_r + SLACK_SHARE
        return np.asarray(planned_r & (over_r | (powered.seats_r < least_r - SLACK_SHARE)))

    @property
    def rank(self) -> tuple[tuple[int, ...], int, float]:
        """How good it is, less is better: rooms that pass by tier (negative), access points, airtime over the caps."""
        tier_r = np.array([need.priority for need in self.scene.demand.needs], dtype=np.int64)
        planned_r = np.array(self.placement.serving_r, dtype=np.int64) >= 0
        passing_r = planned_r & ~self.failing_r
        n_tiers = int(tier_r.max(initial=-1)) + 1
        passing = tuple(-int(n) for n in np.bincount(tier_r[passing_r], minlength=n_tiers))
        cap_r = np.array([need.max_airtime_share for need in self.scene.demand.needs])
        excess = float(np.maximum(self.tuning.loads.channel_share_r - cap_r, 0.0).sum())
        return passing, len(self.placement.chosen_i), excess


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreed:
    """The best of all rounds, and how many there were; `first` is the placement without cuts."""

    best: Round
    first: Placement
    rounds: int

    @property
    def proven(self) -> Placement:
        """The best placement, held against what the first one proved: cuts only ever take plans away."""
        if self.best.placement.levels == self.first.levels:
            return self.best.placement
        value = {name: reached for name, reached, _ in self.best.placement.levels}
        levels = tuple(
            (name, value.get(name, reached), bound) for name, reached, bound in self.first.levels if name != _LAST
        )
        gap = max((relative_gap(reached, bound) for _, reached, bound in levels), default=0.0)
        verdict: Verdict = "feasible" if gap > 0.0 else self.first.verdict
        return replace(self.best.placement, levels=levels, gap=gap, verdict=verdict)


def agreed(prepared: Prepared, setting: Scene, first: Places, told: Told = silent) -> Agreed:
    """Place, tune and judge until every room that is served holds, or no cut is left that could help.

    Parameters
    ----------
    prepared : Prepared
        What candidates can do.
    setting : Scene
        Its scene, with the number of access points that is asked for.
    first : Places
        The placement without cuts.
    told : callable
        Hears every round.

    Returns
    -------
    Agreed
        Of all rounds the one in which most rooms pass, tier by tier, with the fewest access points.
    """
    tries = list(_tries(prepared, setting, first, told))
    begins(told, "tune")
    # a last resort that does not serve all is no resort: it buys many access points for a room or two
    fit = [found for found in tries if not found.last_resort or not found.failing_r.any()]
    draft = _apart(prepared, setting, min(fit or tries, key=lambda found: found.rank))
    tuning = completed(draft.scene, draft.placement, draft.tuning)
    best = min(replace(draft, tuning=tuning), draft, key=lambda found: found.rank)
    if best is draft:
        best = replace(draft, tuning=backed_up(draft.scene, draft.tuning))
    return Agreed(best=best, first=first.placement, rounds=len(tries))


def _tries(prepared: Prepared, setting: Scene, places: Places, told: Told) -> Iterator[Round]:
    """Yield one round after the other, each with what the earlier ones taught."""
    width_mhz_i, least_mhz_i = setting.width_mhz_i, _least_mhz(prepared, setting)
    cuts = Cuts(crowded_i=np.ones(len(setting.candidates)))
    for n in range(MOST_ROUNDS):
        round_begins(told, n + 1, MOST_ROUNDS)
        if n:
            scene = replace(setting, width_mhz_i=width_mhz_i)
            places = chosen_places(scene, prepared.at_widths(width_mhz_i), prepared.offers[:-1], cuts=cuts)
        found = replace(_finished(prepared, setting, places), last_resort=not least_mhz_i.any())
        yield found
        wanted_i = _narrower(found, found.failing_r, width_mhz_i)
        narrower_i = np.maximum(wanted_i, np.minimum(least_mhz_i, width_mhz_i))
        heavier_i = _heavier(found, cuts.crowded_i)
        if np.array_equal(narrower_i, width_mhz_i) and np.array_equal(heavier_i, cuts.crowded_i):
            if np.array_equal(wanted_i, width_mhz_i):
                return
            # the last way out: rooms that several access points on narrow channels share
            least_mhz_i, narrower_i = np.zeros_like(least_mhz_i), wanted_i
        width_mhz_i, cuts = narrower_i, Cuts(crowded_i=heavier_i, strongest=bool((heavier_i > 1.0).any()))


def _apart(prepared: Prepared, setting: Scene, found: Round) -> Round:
    """Return a round with its access points pushed apart, if that disturbs less and costs no room."""
    if found.tuning.spectrum.plan.cost <= 0.0 or len(found.placement.chosen_i) > MOST_APART:
        return found
    moved = _finished(prepared, setting, pushed_apart(setting, found.places, found.tuning))
    return min(found, moved, key=lambda one: (*one.rank, one.tuning.spectrum.plan.cost))


def _finished(prepared: Prepared, setting: Scene, places: Places) -> Round:
    """Return a placement with powers, widths and channels."""
    placement = places.placement
    if setting.n_fixed:
        placement = rejoined(setting, placement, prepared.likely, prepared.best)
    gone = tuple(i for i in range(setting.n_fixed) if i not in placement.chosen_i)
    dropped = tuple(sorted({*gone, *_superseded(prepared, setting, placement)}))
    placement = replace(placement, chosen_i=tuple(i for i in placement.chosen_i if i not in dropped))
    scene = replace(setting, width_mhz_i=places.width_mhz_i)
    return Round(scene=scene, places=places, placement=placement, tuning=drafted(scene, placement), dropped=dropped)


def _superseded(prepared: Prepared, setting: Scene, placement: Placement) -> tuple[int, ...]:
    """Return the existing access points whose place another one takes.

    Those that serve nothing where a new one takes their room, and those that can't carry their own room, which another
    one serves: devices would go on joining them.
    """
    needs = setting.demand.needs
    busy = {*placement.serving_r, *(i for i, _, _ in placement.part_ir)}
    renewed = {setting.candidates[i].room_id for i in placement.chosen_i if i >= setting.n_fixed} - {None}
    could_ir = used_share_ir(setting, prepared.possible)
    too_weak = {
        (i, need.room_id)
        for r, need in enumerate(needs)
        if placement.serving_r[r] >= 0
        for i in range(setting.n_fixed)
        if could_ir[i, r] > 1.0
    }
    own_i = [ap.room_id for ap in setting.candidates[: setting.n_fixed]]
    return tuple(
        i
        for i, own in enumerate(own_i)
        if i not in busy and (own in renewed or (own is not None and (i, own) in too_weak))
    )


def _narrower(found: Round, failing_r: BoolArray, width_mhz_i: IntArray) -> IntArray:
    """Return the widest channels with those halved that stand around rooms whose channel is over its cap."""
    powered, scene = found.tuning.powered, found.scene
    least_r = np.array([need.min_seats_share for need in scene.demand.needs])
    shares_ab = shares_air(powered, found.tuning.spectrum.channel_a)
    crowded_a: BoolArray = np.asarray(counts(powered.part_ar, least_r)[:, failing_r].any(axis=1))
    # those alone on their channel are over their own airtime: a narrower channel would not help
    crowded_a &= (shares_ab & ~np.eye(len(shares_ab), dtype=np.bool_)).any(axis=1)
    near_a = crowded_a | shares_ab[crowded_a].any(axis=0)
    widths = np.array(powered.width_mhz_a, dtype=np.int64)
    if not near_a.any():
        return width_mhz_i
    limit_mhz = int(widths[near_a].max()) // 2
    rooms = {scene.candidates[i].room_id for i, near in zip(powered.chosen, near_a, strict=True) if near} - {None}
    served_r: BoolArray = np.asarray(counts(powered.part_ar, least_r)[near_a].any(axis=0))
    rooms |= {need.room_id for need, served in zip(scene.demand.needs, served_r, strict=True) if served}
    around_i = np.array([ap.room_id in rooms for ap in scene.candidates], dtype=np.bool_)
    around_i[np.array(powered.chosen, dtype=np.int64)[near_a]] = True
    around_i[: scene.n_fixed] = False
    narrowest_i = np.array([scene.kit.widths_of(model)[0] for model in scene.models], dtype=np.int64)
    limited_i = np.maximum(np.minimum(width_mhz_i, limit_mhz), np.minimum(narrowest_i, width_mhz_i))
    return np.where(around_i, limited_i, width_mhz_i)


def _least_mhz(prepared: Prepared, setting: Scene) -> IntArray:
    """Return the narrowest channel (i,) with which some candidate of the same room still carries it by itself.

    For a candidate in a corridor: with which it carries any room.

    Narrower ones take several access points a room, which crowd the channels about as much as they relieve them.
    """
    rooms = [need.room_id for need in setting.demand.needs]
    home_ir = np.array([[ap.room_id == room for room in rooms] for ap in setting.candidates], dtype=np.bool_)
    home_ir = home_ir.reshape(len(setting.candidates), len(rooms))
    homeless_i = ~home_ir.any(axis=1)
    least_mhz_i = setting.width_mhz_i.copy()
    for offer in reversed(prepared.offers):
        carries_ir = used_share_ir(setting, offer.does) <= 1.0
        room_able_r = (carries_ir & home_ir).any(axis=0)
        able_i = np.where(homeless_i, carries_ir.any(axis=1), (home_ir & room_able_r).any(axis=1))
        least_mhz_i[able_i] = np.minimum(least_mhz_i[able_i], offer.width_mhz)
    return least_mhz_i


def _heavier(found: Round, crowded_i: Array) -> Array:
    """Return the factors, raised where an access point is asked for more than its airtime by those that join it."""
    powered, scene = found.tuning.powered, found.scene
    cap_r = np.array([need.max_airtime_share for need in scene.demand.needs])
    full_a = heaviest(powered.given_ar / cap_r, scene.demand.n_rooms_at_once)
    raised_i = crowded_i.copy()
    for a in map(int, np.flatnonzero(full_a > 1.0 + SLACK_SHARE)):
        room = scene.candidates[powered.chosen[a]].room_id
        alike = [i for i, ap in enumerate(scene.candidates) if ap.room_id == room or i == powered.chosen[a]]
        raised_i[alike] = np.maximum(raised_i[alike], crowded_i[powered.chosen[a]] * float(full_a[a]))
    return raised_i
