"""The same building with walls that lose more or less than the law says."""

from dataclasses import replace

import numpy as np

from wifiplan.predict.losses import aerials, loss_db
from wifiplan.predict.obstacles import Obstacles
from wifiplan.study.planned_law import between_law, hearing_law, planned_law
from wifiplan.study.robust_network import Network
from wifiplan.study.verdicts import Finished


def shifted(things: Obstacles, shift_db: float) -> Obstacles:
    """Return a building whose walls, doors and windows lose `shift_db` more at every angle, never less than nothing.

    Slabs and mirrors stay as they are.
    """
    walls = np.unique(things.wall_kind_w)
    passed_db_kba = things.passed_db_kba.copy()
    passed_db_kba[walls] = np.maximum(passed_db_kba[walls] + shift_db, 0.0)
    return replace(things, passed_db_kba=passed_db_kba)


def with_walls(design: Finished, net: Network, shift_db: float) -> Network:
    """Return the network of a design behind such walls: what serves, what disturbs, and what hears whom."""
    scene = design.scene
    rows = np.asarray(design.tuning.powered.chosen, dtype=np.int64)
    things, band = shifted(scene.obstacles, shift_db), scene.kit.band
    antennas, law = scene.antennas_xyz_m[rows], hearing_law(scene.settings)
    way, send = (things, antennas, scene.seats_xyz_m), aerials(scene.site, [scene.candidates[i] for i in rows])
    heard_db_aj = loss_db(*way, law, band=band, antennas=send)
    by_room = [heard_db_aj[:, net.room_j == r].mean(axis=1) for r in range(len(net.needs))]
    n = len(rows)
    upper = np.triu(np.ones((n, n), dtype=np.bool_))
    between_db = loss_db(things, antennas, antennas, between_law(scene.settings), band=band, wanted_ij=upper)
    return replace(
        net,
        loss_db_aj=loss_db(*way, planned_law(scene.settings), band=band, antennas=send),
        heard_db_ar=np.array(by_room).reshape(len(net.needs), n).T,
        hearing_db_ab=np.where(upper, between_db, between_db.T),
    )
