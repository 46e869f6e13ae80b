"""Which power: the lowest level at which an access point still carries all that it serves."""

import numpy as np
import numpy.typing as npt

from wifiplan.design.columns import SLACK_SHARE
from wifiplan.errors import SolverError
from wifiplan.units import Array, IntArray


def lowest_levels(
    load_share_nir: npt.ArrayLike,
    part_ir: npt.ArrayLike,
    cap_r: npt.ArrayLike,
    *,
    n_at_once: int | None = None,
) -> IntArray:
    """Choose the lowest power level of every access point at which its rooms still fit.

    Parameters
    ----------
    load_share_nir : array (n, i, r)
        Share of AP i's airtime that room r's whole class needs at power level n, levels rising; inf where the level
        does not hold the room's signal.
    part_ir : array (i, r)
        Part of every room that AP i serves, 0 for rooms that it does not serve.
    cap_r : array (r,)
        Airtime cap of every room.
    n_at_once : int or None
        Rooms that can be active at the same moment; None: all.

    Returns
    -------
    ndarray of int (i,)
        Index of the level; the highest where none suffices, the lowest where nothing is served.

    Raises
    ------
    SolverError
        When shapes do not agree or there is no level.

    Examples
    --------
    >>> load = [[[np.inf, 0.4]], [[0.5, 0.3]], [[0.2, 0.2]]]
    >>> lowest_levels(load, [[1, 1]], [0.6, 0.6]).tolist()
    [2]
    >>> lowest_levels(load, [[1, 1]], [0.6, 0.6], n_at_once=1).tolist()
    [1]
    """
    load = np.asarray(load_share_nir, dtype=np.float64)
    part = np.asarray(part_ir, dtype=np.float64)
    cap = np.asarray(cap_r, dtype=np.float64)
    if load.ndim != 3 or load.shape[0] == 0 or part.shape != load.shape[1:] or cap.shape != part.shape[1:]:
        raise SolverError(
            f"shapes {load.shape}, {part.shape} and {cap.shape} do not agree",
            remedy="give loads (level, access point, room), parts (access point, room) and caps (room)",
            where="power",
        )
    with np.errstate(invalid="ignore"):
        used = np.where(part > 0.0, part * load / cap, 0.0)
    fits_ni = _heaviest(used, n_at_once) <= 1.0 + SLACK_SHARE
    return np.asarray(np.where(fits_ni.any(axis=0), fits_ni.argmax(axis=0), load.shape[0] - 1), dtype=np.int64)


def _heaviest(used_nir: Array, n_at_once: int | None) -> Array:
    """Return the sum of the heaviest rooms (n, i)."""
    n_rooms = used_nir.shape[2]
    if n_at_once is None or n_at_once >= n_rooms:
        return np.asarray(used_nir.sum(axis=2))
    return np.asarray(np.sort(used_nir, axis=2)[:, :, n_rooms - n_at_once :].sum(axis=2))
