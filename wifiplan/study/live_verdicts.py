"""The verdicts of a stage: who joins whom, loads, rooms; the same figures as `study.assess_site` gives."""

from dataclasses import dataclass, replace

import numpy as np

from wifiplan.design.channels import ChannelPlan
from wifiplan.design.placement import Placement
from wifiplan.predict.association import joined
from wifiplan.predict.capacity import Service, at_best, load
from wifiplan.study.channel_choice import Spectrum
from wifiplan.study.channel_moves import shares_air
from wifiplan.study.installation import final_access_points
from wifiplan.study.joining import as_joined
from wifiplan.study.live_stage import Stage
from wifiplan.study.powers import heard_dbm
from wifiplan.study.prepared import NOBODY, as_planned, n_passing, offered
from wifiplan.study.records import PlannedRoom
from wifiplan.study.scene import Powered, Scene
from wifiplan.study.settling import counts, serves
from wifiplan.study.today import present_service
from wifiplan.study.tuning import Tuning, split_shares, tune
from wifiplan.study.verdicts import Finished, room_verdicts
from wifiplan.units import Array, BoolArray

_SHARED = frozenset({"co_channel", "associations"})
"""Reasons of a room that fails by what other rooms do: with other rooms off line it could pass."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """A stage judged: the design as it hangs, and every room."""

    design: Finished
    rooms: tuple[PlannedRoom, ...]


class Bench:
    """Judges a stage again and again: what new candidates could do is the same every time."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        present = present_service(stage.scene)
        self._present_new = _rows(present, slice(stage.scene.n_fixed, None))
        offers = offered(stage.scene, present)
        self._best_new = _rows(at_best([offer.does for offer in offers]), slice(stage.scene.n_fixed, None))

    def standing(self) -> Standing:
        """Judge the access points where they hang, as `prepared_scene` judges a school that stands."""
        setting = self.stage.scene
        first = self._judged(self._as_joined(setting))
        if not setting.n_fixed or not any(room.reason.code in _SHARED for room in first.rooms):
            return first
        # a room that fails by what others do passes where those are off line: they would be, if nobody can serve them
        self.stage.hear_all()
        second = self._judged(as_planned(setting, self._whole(self.stage.does.present, self._present_new)))
        return second if n_passing(second.rooms) > n_passing(first.rooms) else first

    def _as_joined(self, setting: Scene) -> Placement:
        n = setting.n_fixed
        few = replace(setting, candidates=setting.candidates[:n], models=setting.models[:n])
        return as_joined(few, NOBODY, self.stage.does.present)

    def _judged(self, placement: Placement) -> Standing:
        setting, does = self.stage.scene, self.stage.does
        whole = set(placement.chosen_i) == set(range(setting.n_fixed))
        if whole and all(held is not None for held in setting.present):
            tuning = self._held(split_shares(placement))
        else:
            tuning = tune(setting, placement, retune=False)
        design = Finished(
            scene=setting,
            best=self._whole(does.present, self._best_new),
            tuning=tuning,
            points=final_access_points(setting, tuning),
        )
        return Standing(design=design, rooms=room_verdicts(design))

    def _held(self, part_ar: Array) -> Tuning:
        """Return what follows with every radio as it is set: what `tune` comes to when nothing may change."""
        setting, does, n = self.stage.scene, self.stage.does, self.stage.scene.n_fixed
        on_line_r: BoolArray = np.asarray((part_ar > 0.0).any(axis=0))
        who = joined(does.able, setting.room_j, on_line_r)
        held, rows, eirp_a = [p for p in setting.present if p is not None], np.arange(n), self.stage.set_dbm_a
        in_rooms_ar = eirp_a[:, None] - does.reach.heard_db_ar
        powered = Powered(
            chosen=tuple(range(n)),
            held_a=tuple(held),
            links_a=self.stage.links_a,
            width_mhz_a=tuple(p.channel.width_mhz for p in held),
            eirp_dbm_a=eirp_a,
            service=does.as_set,
            reach=does.reach,
            planned_ar=np.where(np.isfinite(does.as_set.load_ir), part_ar, 0.0),
            part_ar=who.part_ar,
            given_ar=who.given_ar,
            seats_r=who.seats_r,
            ap_j=who.ap_j,
            heard_dbm_ab=heard_dbm(setting, rows, in_rooms_ar, serves(who.part_ar), eirp_a),
        )
        channels = tuple(p.channel for p in held)
        least_r = np.array([need.min_seats_share for need in setting.demand.needs])
        loads = load(
            powered.given_ar,
            shares_air(powered, channels),
            n_at_once=setting.demand.n_rooms_at_once,
            counts_ir=counts(powered.part_ar, least_r),
        )
        nothing = ChannelPlan(channel_i=(), cost=0.0, bound=0.0, verdict="feasible")
        spectrum = Spectrum(channel_a=channels, backup_a=(None,) * n, plan=nothing)
        return Tuning(powered=powered, spectrum=spectrum, loads=loads, rounds=1)

    def _whole(self, fixed: Service, new: Service) -> Service:
        return Service(
            load_ir=np.concatenate([fixed.load_ir, new.load_ir]),
            seats_ir=np.concatenate([fixed.seats_ir, new.seats_ir]),
            received_dbm_ir=np.concatenate([fixed.received_dbm_ir, new.received_dbm_ir]),
            snr_db_ir=np.concatenate([fixed.snr_db_ir, new.snr_db_ir]),
            heard_dbm_ir=np.concatenate([fixed.heard_dbm_ir, new.heard_dbm_ir]),
        )


def _rows(some: Service, which: slice) -> Service:
    return Service(
        load_ir=some.load_ir[which],
        seats_ir=some.seats_ir[which],
        received_dbm_ir=some.received_dbm_ir[which],
        snr_db_ir=some.snr_db_ir[which],
        heard_dbm_ir=some.heard_dbm_ir[which],
    )
