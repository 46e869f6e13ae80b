"""A school made ready: its losses, what candidates could do, and what holds today; plans of any size follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wifiplan.design.placement import Placement
from wifiplan.predict.capacity import Service, at_best, mixed, service
from wifiplan.site.building import Site
from wifiplan.study.installation import final_access_points
from wifiplan.study.joining import as_joined, rejoined
from wifiplan.study.placing import Offer, chosen_places
from wifiplan.study.records import PlannedRoom
from wifiplan.study.scene import Scene, scene
from wifiplan.study.settings import Settings
from wifiplan.study.today import passes_today, present_service
from wifiplan.study.tuning import tune
from wifiplan.study.verdicts import Finished, room_verdicts
from wifiplan.units import IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A school with its coverage computed, ready to be asked for plans of several sizes.

    `best` is what every candidate could do: at full power and its widest channel, or as it is set where existing
    radios must stay so; `offers` the same on every width there is, `possible` the best of them for each room;
    `present` with existing radios as they are set. `placement_today` says who joins whom today,
    `finished_today` what follows with radios as they are set, `rooms_today` the verdict of every room.
    """

    scene: Scene
    best: Service
    offers: tuple[Offer, ...]
    possible: Service
    present: Service
    placement_today: Placement
    finished_today: Finished
    rooms_today: tuple[PlannedRoom, ...]

    @property
    def likely(self) -> Service:
        """What candidates do as they are set; those whose radio is set illegally, what they could do once set anew."""
        radios = self.scene.present
        moves_i = np.zeros(len(self.scene.candidates), dtype=np.bool_)
        moves_i[: len(radios)] = [radio is not None and not radio.legal for radio in radios]
        return mixed(self.best, self.present, ~moves_i) if self.scene.settings.design.retune else self.present

    def at_widths(self, width_mhz_i: IntArray) -> Service:
        """Return what every candidate could do at full power on a channel of its own width."""
        found = self.best
        for offer in self.offers[:-1]:
            found = mixed(found, offer.does, width_mhz_i == offer.width_mhz)
        return found

    @property
    def passing_today(self) -> dict[str, bool | None]:
        """Which rooms pass as they stand, by room id; None where nobody knows."""
        return passes_today(self.scene, self.rooms_today)


def prepare(site: Site, settings: Settings) -> Prepared:
    """Compute candidates, path losses, service and what holds today, once."""
    return prepared_scene(scene(site, settings))


def prepared_scene(setting: Scene) -> Prepared:
    """Compute service and what holds today on losses that are known already."""
    present = present_service(setting)
    offers = offered(setting, present)
    best = offers[-1].does
    possible = at_best([offer.does for offer in offers])
    ways = [as_joined(setting, NOBODY, present)]
    if setting.n_fixed:
        ways.append(as_planned(setting, present))
    found = [_standing(setting, possible, way) for way in ways]
    # both are ways in which the devices of the school can be joined; of equals the strongest signal is likelier
    n = max(range(len(ways)), key=lambda k: (n_passing(found[k][1]), -k))
    finished, rooms = found[n]
    return Prepared(
        scene=setting,
        best=best,
        offers=offers,
        possible=possible,
        present=present,
        placement_today=ways[n],
        finished_today=finished,
        rooms_today=rooms,
    )


def offered(setting: Scene, present: Service) -> tuple[Offer, ...]:
    """Return what candidates could do at full power on every width, narrowest first; the last is each one's widest."""
    stays_i = np.zeros(len(setting.candidates), dtype=np.bool_)
    stays_i[: setting.n_fixed] = not setting.settings.design.retune
    received_dbm_ij = setting.power_dbm_i(setting.kit.eirp_levels_dbm[-1])[:, None] - setting.loss_db_ij
    own = [setting.widths_of(i) for i in range(len(setting.candidates))]
    widths_mhz = sorted({w for widths in own for w in widths}) or list(setting.kit.widths_of(setting.kit.model))
    offers = []
    for width_mhz in widths_mhz:
        links = [setting.link_at(i, min(width_mhz, widths[-1])) for i, widths in enumerate(own)]
        free = service(received_dbm_ij, setting.room_j, setting.demand.needs, links, chance=setting.chance)
        offers.append(Offer(width_mhz=width_mhz, does=mixed(free, present, stays_i)))
    return tuple(offers)


def as_planned(setting: Scene, present: Service) -> Placement:
    """Return who would serve whom in a plan that has nothing but what hangs there, set as it is."""
    design = replace(setting.settings.design, exactly=False, existing="keep")
    settings = replace(setting.settings, n_aps=0, design=design)
    places = chosen_places(replace(setting, settings=settings), present)
    return rejoined(setting, places.placement, present, present)


def _standing(setting: Scene, best: Service, joined: Placement) -> tuple[Finished, tuple[PlannedRoom, ...]]:
    tuning = tune(setting, joined, retune=False)
    finished = Finished(scene=setting, best=best, tuning=tuning, points=final_access_points(setting, tuning))
    return finished, room_verdicts(finished)


def n_passing(rooms: Sequence[PlannedRoom]) -> tuple[int, ...]:
    """Return how many rooms of each rank pass, classrooms first."""
    ranks = range(1 + max((room.need.priority for room in rooms if room.need is not None), default=-1))
    return tuple(
        sum(r.verdict == "pass" and r.need is not None and r.need.priority == rank for r in rooms) for rank in ranks
    )


NOBODY = Placement(
    chosen_i=(),
    serving_r=(),
    extra_ir=(),
    part_ir=(),
    n_served_by_tier=(),
    verdict="optimal",
    gap=0.0,
    seconds=0.0,
    levels=(),
)
