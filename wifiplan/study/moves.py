"""Which existing access point is hung where, when some may move: the shortest ways in all."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from wifiplan.study.placing import staying
from wifiplan.study.verdicts import Finished


def moved_from(design: Finished) -> dict[int, int]:
    """Return the existing candidate that is hung at a spot, by the row of the spot among the chosen.

    Parameters
    ----------
    design : Finished
        `n_moved` of its dropped candidates move to spots where none hangs.

    Returns
    -------
    dict of int to int
        Each device goes to one spot; the lengths of all ways, through walls, are the least in sum.
    """
    scene, chosen = design.scene, design.tuning.powered.chosen
    stays_i = staying(scene)
    free = [i for i in design.dropped if not stays_i[i]]
    rows = [a for a, i in enumerate(chosen) if i >= scene.n_fixed]
    if not design.n_moved or not free or not rows:
        return {}
    at_m = scene.antennas_xyz_m
    apart_m = np.linalg.norm(at_m[[chosen[a] for a in rows]][:, None, :] - at_m[free][None, :, :], axis=2)
    spots, devices = linear_sum_assignment(apart_m)
    pairs = sorted(zip(spots.tolist(), devices.tolist(), strict=True), key=lambda pair: (apart_m[pair], pair))
    return {rows[spot]: free[device] for spot, device in pairs[: design.n_moved]}
