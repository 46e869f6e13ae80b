"""A school made ready: its losses, what candidates could do, and what holds today; plans of any size follow."""

from dataclasses import dataclass

from wifiplan.design.placement import Placement
from wifiplan.predict.capacity import Service, service
from wifiplan.site.building import Site
from wifiplan.study.installation import final_access_points
from wifiplan.study.joining import as_joined
from wifiplan.study.scene import Scene, scene
from wifiplan.study.settings import Settings
from wifiplan.study.today import passes_today, present_service
from wifiplan.study.tuning import Tuning, tune
from wifiplan.study.verdicts import Finished, room_verdicts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A school with its coverage computed, ready to be asked for plans of several sizes.

    `best` is what every candidate could do: at full power and its own width, or as it is set where existing radios
    must stay so; `present` with existing radios as they are set. `placement_today` says who joins whom today, `today`
    what follows with radios as they are set.
    """

    scene: Scene
    best: Service
    present: Service
    placement_today: Placement
    today: Tuning


def prepare(site: Site, settings: Settings) -> Prepared:
    """Compute candidates, path losses, service and what holds today, once."""
    return prepared_scene(scene(site, settings))


def prepared_scene(setting: Scene) -> Prepared:
    """Compute service and what holds today on losses that are known already."""
    present = present_service(setting)
    best = present
    if setting.settings.design.retune:
        power_dbm_i = setting.power_dbm_i(setting.kit.eirp_levels_dbm[-1])
        needs = setting.demand.needs
        best = service(power_dbm_i[:, None] - setting.loss_db_ij, setting.room_j, needs, setting.links)
    joined = as_joined(setting, _NOBODY, present)
    today = tune(setting, joined, retune=False)
    return Prepared(scene=setting, best=best, present=present, placement_today=joined, today=today)


_NOBODY = Placement(
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


def passing_today(prepared: Prepared) -> dict[str, bool | None]:
    """Return which rooms pass as they stand, by room id; None where nobody knows."""
    return passes_today(prepared.scene, room_verdicts(finished_today(prepared)))


def finished_today(prepared: Prepared) -> Finished:
    """Return the design in which nobody has touched anything."""
    setting, tuning = prepared.scene, prepared.today
    return Finished(scene=setting, best=prepared.best, tuning=tuning, points=final_access_points(setting, tuning))
