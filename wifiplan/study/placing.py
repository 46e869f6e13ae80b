"""The placement of one school's access points: what rooms take of candidates, given to the solver."""

import numpy as np

from wifiplan.design.placement import Placement, solve
from wifiplan.design.problems import Problem
from wifiplan.design.solver import Limits
from wifiplan.predict.capacity import Service, contention_weight
from wifiplan.study.joining import used_share_ir
from wifiplan.study.scene import Scene
from wifiplan.units import Array, BoolArray


def chosen_places(setting: Scene, best: Service, *, classrooms_only: bool = False) -> Placement:
    """Solve the placement: what rooms take is divided by their own caps, so that the common cap is 1."""
    needs, design = setting.demand.needs, setting.settings.design
    load_ir = used_share_ir(setting, best)
    load_ir[_drawn_away(setting, load_ir)] = np.inf
    if classrooms_only:
        load_ir = np.where(np.array([need.priority > 0 for need in needs])[None, :], np.inf, load_ir)
    power_dbm_i = setting.power_dbm_i(setting.kit.eirp_levels_dbm[-1])
    heard_ij = contention_weight(power_dbm_i[:, None] - setting.hearing_db_ii)
    np.fill_diagonal(heard_ij, 0.0)
    n_aps = setting.settings.n_aps
    # where fewer are bought than spots are locked, the first ones of the site file get theirs
    locked = setting.locked_i[:n_aps]
    return solve(
        Problem(
            load_share_ir=load_ir,
            priority_r=np.array([need.priority for need in needs], dtype=np.int64),
            n_aps=None if n_aps is None else n_aps + setting.n_fixed,
            max_share=1.0,
            heard_ij=heard_ij,
            fixed_i=(*range(setting.n_fixed), *locked),
            exactly=design.exactly,
            n_at_once=setting.demand.n_rooms_at_once,
            preferred_i=setting.preferred_i,
            away_ir=np.where(_at_home(setting), 0.0, 1.0 + heard_ij.sum(axis=1).max(initial=0.0)),
        ),
        Limits(),
    )


def _at_home(setting: Scene) -> BoolArray:
    """Return which candidate hangs in which room (i, r).

    Devices join the strongest signal, mostly that of their own room: one room more that another serves weighs more
    than all interference.
    """
    rooms = [need.room_id for need in setting.demand.needs]
    own = [[ap.room_id == room for room in rooms] for ap in setting.candidates]
    return np.array(own, dtype=np.bool_).reshape(len(setting.candidates), len(rooms))


def _drawn_away(setting: Scene, used_ir: Array) -> BoolArray:
    """Return who can't serve whom (i, r) because an existing access point hangs in the room and carries it.

    Devices join that one, by far the strongest, so no other serves the room; and nobody hangs a second one beside it.
    """
    n, own_ir = setting.n_fixed, _at_home(setting)
    carried_r: BoolArray = np.asarray((own_ir[:n] & (used_ir[:n] <= 1.0)).any(axis=0))
    beside_i: BoolArray = np.asarray((own_ir & carried_r[None, :]).any(axis=1))
    away_ir: BoolArray = np.asarray(~own_ir & carried_r[None, :])
    away_ir[n:] |= beside_i[n:, None]
    return away_ir
