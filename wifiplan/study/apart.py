"""Access points pushed apart: placement and channels improved together, once widths and channels are known."""

import numpy as np

from wifiplan.catalog.spectrum import overlap_kl
from wifiplan.design.joint import improve
from wifiplan.study.placing import Places, placed
from wifiplan.study.scene import Scene
from wifiplan.study.tuning import Tuning
from wifiplan.units import BoolArray, IntArray

EFFORT = 0.015
"""Effort of the search: a school of average size takes a fraction of a second."""


def pushed_apart(setting: Scene, places: Places, tuning: Tuning) -> Places:
    """Return a placement that serves the same rooms with as many access points, which disturb each other less.

    Parameters
    ----------
    setting : Scene
        The school.
    places : Places
        Where to start.
    tuning : Tuning
        Its powers, widths and channels: a candidate is taken to get the width of the access point nearest to it.

    Returns
    -------
    Places
        Not yet tuned; what the search expects may not come true, as widths and powers follow.
    """
    width_x = _widths(setting, places, tuning)
    every = tuple(dict.fromkeys(c for w in sorted(set(width_x.tolist())) for c in setting.kit.channels_at(w)))
    allowed_xk = np.array([[c.width_mhz == w for c in every] for w in width_x], dtype=np.bool_)
    _pin(places, tuning, allowed_xk, [c.number for c in every])
    found = improve(
        places.posed.problem,
        places.found,
        overlap_kl(every),
        allowed_ik=allowed_xk,
        seed=setting.settings.design.seed,
        effort=EFFORT,
    )
    return placed(setting, places.posed, found.placement)


def _widths(setting: Scene, places: Places, tuning: Tuning) -> IntArray:
    """Return the width of every option (x,): that of the nearest access point, never more than its own."""
    chosen = np.array(tuning.powered.chosen, dtype=np.int64)
    width_a = np.array(tuning.powered.width_mhz_a, dtype=np.int64)
    at, own = setting.antennas_xyz_m[places.posed.of_x], setting.antennas_xyz_m[chosen]
    nearest_x = np.linalg.norm(at[:, None, :] - own[None, :, :], axis=2).argmin(axis=1)
    return np.asarray(np.minimum(width_a[nearest_x], places.posed.width_x))


def _pin(places: Places, tuning: Tuning, allowed_xk: BoolArray, numbers: list[int]) -> None:
    """Leave radios that stay as they are set on their channel."""
    for i, held in zip(tuning.powered.chosen, tuning.powered.held_a, strict=True):
        if held is None:
            continue
        for x in np.flatnonzero(places.posed.of_x == i):
            own = [number == held.channel.number for number in numbers]
            if any(own):
                allowed_xk[x] = own
